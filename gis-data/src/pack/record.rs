//! A layer as a table: its columns, and a row of them to and from a record in memory.

use flatgeobuf::ColumnType;

use super::cell::Cell;
use super::codec::{Codec, Expected};
use super::shape::Shape;

/// A column that a layer has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its name in the file: lower case, with the unit at the end.
    pub(super) name: &'static str,
    /// The type that we write; what is convertible is read too.
    pub(super) value_type: ColumnType,
    /// Whether every row needs a value.
    pub(super) is_required: bool,
}

/// A value that does not fit its column.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) column: &'static str,
    pub(super) value: Box<str>,
    pub(super) expected: Expected,
}

/// One feature of a layer: a shape on the ground, and columns.
pub(super) trait Record: Sized {
    /// What it is on the ground.
    type Shape: Shape;

    /// Its columns, in the order in which [`Record::put`] and [`Record::take`] go through them.
    fn columns(out: &mut Vec<Column>);

    /// Its shape.
    fn shape(&self) -> &Self::Shape;

    /// Writes its columns.
    fn put<'a>(&'a self, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch>;

    /// Makes one of a shape and a row.
    fn take(shape: Self::Shape, row: &mut Row<'_>) -> Result<Self, Mismatch>;
}

/// The attributes of a type, but for those fields that are no columns and must be given.
pub(super) trait Fields: Sized {
    /// The fields that are no columns.
    type Given;

    fn columns(out: &mut Vec<Column>);

    fn put<'a>(&'a self, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch>;

    fn take(given: Self::Given, row: &mut Row<'_>) -> Result<Self, Mismatch>;
}

/// How one field lies in one or several columns.
pub(super) trait Columns {
    type Value;

    fn columns(names: &[&'static str], out: &mut Vec<Column>);

    fn put<'a>(value: &'a Self::Value, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch>;

    fn take(row: &mut Row<'_>) -> Result<Self::Value, Mismatch>;
}

impl<C: Codec> Columns for C {
    type Value = C::Value;

    fn columns(names: &[&'static str], out: &mut Vec<Column>) {
        let is_required = C::absent().is_none();
        let column = |&name| Column {
            name,
            value_type: C::TYPE,
            is_required,
        };
        out.extend(names.iter().map(column));
    }

    fn put<'a>(value: &'a Self::Value, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
        cells.put::<C>(value)
    }

    fn take(row: &mut Row<'_>) -> Result<Self::Value, Mismatch> {
        row.take::<C>()
    }
}

/// A row that is being filled, column by column.
#[derive(Debug)]
pub(super) struct Cells<'c, 'a> {
    columns: &'c [Column],
    cells: Vec<Option<Cell<'a>>>,
}

impl<'c, 'a> Cells<'c, 'a> {
    pub(super) fn new(columns: &'c [Column]) -> Self {
        Self {
            columns,
            cells: Vec::with_capacity(columns.len()),
        }
    }

    /// Each column with its value, where it has one.
    pub(super) fn filled(&self) -> impl Iterator<Item = (usize, &Column, &Cell<'a>)> {
        let columns = self.columns.iter().zip(&self.cells).enumerate();
        columns.filter_map(|(ix, (column, cell))| cell.as_ref().map(|cell| (ix, column, cell)))
    }

    /// Fills the next column; refuses a value that would not read back as it was.
    pub(super) fn put<C: Codec>(&mut self, value: &'a C::Value) -> Result<(), Mismatch> {
        let cell = self.checked::<C>(value)?;
        self.cells.push(cell);
        Ok(())
    }

    /// Like [`Cells::put`], for a value that does not outlive the row.
    pub(super) fn put_copy<C: Codec>(&mut self, value: &C::Value) -> Result<(), Mismatch> {
        let cell = self.checked::<C>(value)?.map(Cell::into_owned);
        self.cells.push(cell);
        Ok(())
    }

    fn checked<'v, C: Codec>(&self, value: &'v C::Value) -> Result<Option<Cell<'v>>, Mismatch> {
        let column = self
            .columns
            .get(self.cells.len())
            .map_or("", |column| column.name);
        let cell = C::cell(value);
        let read = read::<C>(column, cell.as_ref())?;
        if read == *value {
            return Ok(cell);
        }
        let expected = "a value that reads back as it was written".into();
        Err(Mismatch {
            column,
            value: quoted(cell.as_ref()),
            expected,
        })
    }
}

/// A row that was read, and is gone through column by column.
#[derive(Debug)]
pub(super) struct Row<'a> {
    columns: &'a [Column],
    cells: &'a [Option<Cell<'a>>],
    next: usize,
}

impl<'a> Row<'a> {
    pub(super) fn new(columns: &'a [Column], cells: &'a [Option<Cell<'a>>]) -> Self {
        Self {
            columns,
            cells,
            next: 0,
        }
    }

    /// The value of the next column.
    pub(super) fn take<C: Codec>(&mut self) -> Result<C::Value, Mismatch> {
        let cell = self.cells.get(self.next).and_then(Option::as_ref);
        let column = self.columns.get(self.next).map_or("", |column| column.name);
        self.next += 1;
        read::<C>(column, cell)
    }

    /// Says that the last columns that were taken do not go together.
    pub(super) fn refuse(&self, value: &str, expected: Expected) -> Mismatch {
        let last = self
            .next
            .checked_sub(1)
            .and_then(|last| self.columns.get(last));
        Mismatch {
            column: last.map_or("", |column| column.name),
            value: value.into(),
            expected,
        }
    }
}

fn read<C: Codec>(column: &'static str, cell: Option<&Cell<'_>>) -> Result<C::Value, Mismatch> {
    let value = match cell {
        Some(cell) => C::value(cell),
        None => C::absent().ok_or("a value".into()),
    };
    value.map_err(|expected| Mismatch {
        column,
        value: quoted(cell),
        expected,
    })
}

fn quoted(cell: Option<&Cell<'_>>) -> Box<str> {
    cell.map_or_else(|| "nothing".into(), |cell| format!("'{cell}'").into())
}

/// Joins the fields of a type to columns. In parentheses: the fields that are no columns.
macro_rules! fields {
    ($($type:ty, given ($($given:ident: $given_type:ty),*) {
        $($field:ident: $columns:ty = $($name:literal)|+,)*
    })*) => {$(
        impl Fields for $type {
            type Given = ($($given_type,)*);

            fn columns(out: &mut Vec<Column>) {
                $(<$columns as Columns>::columns(&[$($name),+], out);)*
            }

            fn put<'a>(&'a self, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
                $(<$columns as Columns>::put(&self.$field, cells)?;)*
                Ok(())
            }

            fn take(($($given,)*): Self::Given, row: &mut Row<'_>) -> Result<Self, Mismatch> {
                Ok(Self { $($field: <$columns as Columns>::take(row)?,)* $($given,)* })
            }
        }
    )*};
}

pub(super) use fields;
