//! One layer as a FlatGeobuf file, in WGS84, with the row numbers that keep its order: the format
//! itself sorts features along a Hilbert curve.

mod frame;
mod read;
mod table;
mod write;

use std::path::{Path, PathBuf};

use super::codec::Expected;
use super::record::{Column, Mismatch, Record};
use crate::error::GisError;

pub(super) use self::read::{Numbered, read};
pub(crate) use self::table::{PointTable, read_points};
pub(super) use self::write::{Privacy, write};

/// The column that holds a feature's number in the order of the pack.
const IX: &str = "ix";

/// A layer's file: where it is, and what a message calls it.
#[derive(Clone, Debug)]
pub(super) struct LayerFile {
    /// The layer's name.
    pub(super) layer: &'static str,
    /// Where the file is read or written.
    pub(super) path: PathBuf,
    /// Where it is to people: where it will be, while a pack is being written.
    pub(super) shown: PathBuf,
}

impl LayerFile {
    /// The file of `layer` in `dir`, which people know as `shown`.
    pub(super) fn new(layer: &'static str, dir: &Path, shown: &Path) -> Self {
        let name = format!("{layer}.fgb");
        Self {
            layer,
            path: dir.join(&name),
            shown: shown.join(name),
        }
    }

    fn io(&self, action: &'static str) -> impl Fn(std::io::Error) -> GisError + use<'_> {
        move |source| GisError::Io {
            action,
            path: self.shown.clone(),
            source,
        }
    }

    fn broken(&self, offset: usize, problem: &'static str) -> GisError {
        GisError::BrokenLayer {
            path: self.shown.clone(),
            layer: self.layer,
            offset,
            problem,
        }
    }

    fn column(&self, column: &'static str, problem: Expected) -> GisError {
        let problem = problem.into_owned().into();
        GisError::UnusableColumn {
            path: self.shown.clone(),
            layer: self.layer,
            column,
            problem,
        }
    }

    fn geometry(&self, feature: usize, expected: Expected) -> GisError {
        let path = self.shown.clone();
        GisError::InvalidGeometry {
            path,
            layer: self.layer,
            feature,
            expected,
        }
    }

    fn value(&self, feature: usize, mismatch: Mismatch) -> GisError {
        let Mismatch {
            column,
            value,
            expected,
        } = mismatch;
        let path = self.shown.clone();
        GisError::InvalidValue {
            path,
            layer: self.layer,
            feature,
            column,
            value,
            expected,
        }
    }
}

/// The row number, then the columns of the record.
fn columns<R: Record>() -> Vec<Column> {
    let value_type = flatgeobuf::ColumnType::UInt;
    let mut columns = vec![Column {
        name: IX,
        value_type,
        is_required: false,
    }];
    R::columns(&mut columns);
    columns
}
