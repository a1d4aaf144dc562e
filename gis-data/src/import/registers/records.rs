//! The records of a register by the names of their columns, whatever file they come in: comma
//! separated values, GeoJSON, the JSON of a data portal, one object a line; packed or not.

use std::path::Path;

use serde_json::Value;

use super::json::{self, is_json};
use super::objects::{Objects, Seen};
use crate::error::{GisError, GisResult};
use crate::import::tables::bytes::{Meter, open_text};
use crate::import::tables::csv::CsvRows;
use crate::import::tables::words::plain;
use crate::import::{Progress, Report, WarningCode};

/// How a portal calls the array of records: RFC 7946, Opendatasoft, data-fair.
const ARRAYS: &[&str] = &["features", "results", "records"];
/// Between how many records the progress is told.
const TOLD_EVERY: u64 = 4096;
/// How many names of columns a message lists.
const LISTED: usize = 40;

/// Complains of a record.
pub(super) type Warn<'w> = dyn FnMut(WarningCode, &str) + 'w;

/// A column that a register has, by each of the names that it has had.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) names: &'static [&'static str],
    need: Need,
}

/// What it means if a column is not there.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Need {
    /// The file is not this register.
    Needed,
    /// Nothing.
    Wanted,
    /// Nothing, if another column of this kind is there, or a geometry.
    Place,
}

impl Column {
    pub(super) const fn needed(names: &'static [&'static str]) -> Self {
        let need = Need::Needed;
        Self { names, need }
    }

    pub(super) const fn wanted(names: &'static [&'static str]) -> Self {
        let need = Need::Wanted;
        Self { names, need }
    }

    pub(super) const fn place(names: &'static [&'static str]) -> Self {
        let need = Need::Place;
        Self { names, need }
    }
}

/// The columns of a register: an enum of its fields, and a table of their names, the newest first.
/// Names are compared without case, accents and signs.
macro_rules! columns {
    ($($field:ident: $need:ident [$($name:literal),+],)*) => {
        #[derive(Clone, Copy, Debug)]
        enum Field { $($field,)* }

        impl Field {
            const COLUMNS: &[$crate::import::registers::records::Column] = &[
                $($crate::import::registers::records::Column::$need(&[$($name),+]),)*
            ];
        }

        impl From<Field> for usize {
            fn from(field: Field) -> Self {
                field as Self
            }
        }
    };
}

pub(super) use columns;

/// One record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'r> {
    /// What messages call it: `line 12`, `record 3`.
    pub(super) object: &'r str,
    values: &'r [Box<str>],
    columns: &'r [Option<usize>],
    /// The position that its geometry gives it.
    pub(super) point: Option<[f64; 2]>,
}

impl<'r> Record<'r> {
    /// What it tells of a field, if anything.
    pub(super) fn text(&self, field: impl Into<usize>) -> Option<&'r str> {
        let column = self.columns.get(field.into()).copied().flatten()?;
        let text = self.values.get(column)?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// A file of a register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Register<'p> {
    /// What is being read, for the person who waits.
    pub(super) what: &'static str,
    pub(super) path: &'p Path,
    pub(super) columns: &'static [Column],
}

impl Register<'_> {
    /// Goes through the records.
    ///
    /// # Errors
    /// A file that cannot be read, or that lacks a column that is needed.
    pub(super) fn for_each(
        &self,
        report: &mut Report,
        mut take: impl FnMut(&Record<'_>, &mut Warn<'_>),
    ) -> GisResult<()> {
        let (sample, _) = open_text(self.path)?;
        if is_json(&sample) {
            self.json(report, &mut take)
        } else {
            self.csv(report, &mut take)
        }
    }

    fn csv(
        &self,
        report: &mut Report,
        take: &mut dyn FnMut(&Record<'_>, &mut Warn<'_>),
    ) -> GisResult<()> {
        let mut rows = CsvRows::open(self.path)?;
        let columns = self.bind(&rows.columns);
        let fields = columns.iter().map(Option::is_some).collect();
        let has_points = false;
        self.check(&Seen { fields, has_points }, &rows.columns)?;
        let mut count = 0;
        while let Some(row) = rows.next(report)? {
            self.tell(&mut count, rows.meter(), report);
            let record = Record {
                object: &row.object,
                values: &row.values,
                columns: &columns,
                point: None,
            };
            take(&record, &mut |code, message| {
                report.warn(code, self.path, &row.object, message);
            });
        }
        Ok(())
    }

    fn json(
        &self,
        report: &mut Report,
        take: &mut dyn FnMut(&Record<'_>, &mut Warn<'_>),
    ) -> GisResult<()> {
        let mut objects = Objects::new(self.columns);
        let columns: Vec<_> = (0..self.columns.len()).map(Some).collect();
        let mut count = 0;
        let each = &mut |value: Value, report: &mut Report, meter: &Meter| {
            self.tell(&mut count, meter, report);
            let (values, point) = objects.values(&value);
            let object = format!("record {count}");
            let record = Record {
                object: &object,
                values: &values,
                columns: &columns,
                point,
            };
            take(&record, &mut |code, message| {
                report.warn(code, self.path, &object, message);
            });
            Ok(())
        };
        json::for_each(self.path, ARRAYS, report, each)?;
        let names: Vec<Box<str>> = objects.names.into_keys().collect();
        self.check(&objects.seen, &names)
    }

    /// Which column of the file each field is: the first of its names that is there.
    fn bind(&self, names: &[Box<str>]) -> Vec<Option<usize>> {
        let names: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let find = |known: &&str| names.iter().position(|name| *name == plain(known));
        let column = |column: &Column| column.names.iter().find_map(find);
        self.columns.iter().map(column).collect()
    }

    /// Refuses a file that lacks what is needed.
    fn check(&self, seen: &Seen, names: &[Box<str>]) -> GisResult<()> {
        let of_need = |need| {
            let columns = self.columns.iter().zip(&seen.fields);
            columns.filter(move |(column, _)| column.need == need)
        };
        let quoted = |(column, _): (&Column, &bool)| format!("'{}'", column.names[0]);
        let missing = of_need(Need::Needed).filter(|(_, is_there)| !**is_there);
        let mut missing: Vec<String> = missing.map(quoted).collect();
        let places: Vec<String> = of_need(Need::Place).map(quoted).collect();
        let has_place = seen.has_points || of_need(Need::Place).any(|(_, is_there)| *is_there);
        if !places.is_empty() && !has_place {
            missing.push(format!("a place as {}", places.join(" or ")));
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(GisError::MissingColumns {
            missing: missing.join(", ").into(),
            found: listed(names).into(),
            path: self.path.to_path_buf(),
        })
    }

    fn tell(&self, count: &mut u64, meter: &Meter, report: &Report) {
        *count += 1;
        if *count % TOLD_EVERY == 1 {
            let (done, blocks) = meter.mebibytes();
            let what = self.what;
            report.tell(Progress { what, done, blocks });
        }
    }
}

/// Names as a message lists them.
fn listed(names: &[Box<str>]) -> String {
    let mut quoted: Vec<String> = names
        .iter()
        .take(LISTED)
        .map(|name| format!("'{name}'"))
        .collect();
    match names.len().checked_sub(LISTED) {
        None if quoted.is_empty() => return "none".to_owned(),
        None | Some(0) => {}
        Some(more) => quoted.push(format!("{more} more")),
    }
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    columns! {
        Id: needed ["equip_numero", "id"],
        Name: wanted ["Nom équipement"],
        Lon: place ["lon", "equip_x"],
        Point: place ["equip_coordonnees"],
    }

    fn read(bytes: &[u8]) -> (GisResult<()>, Vec<String>, Report) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.csv");
        std::fs::write(&path, bytes).unwrap();
        let (mut records, mut report) = (Vec::new(), Report::default());
        let register = Register {
            what: "tests",
            path: &path,
            columns: Field::COLUMNS,
        };
        let read = register.for_each(&mut report, |record, _| {
            let text = |field| record.text(field).unwrap_or("-");
            let [id, name] = [Field::Id, Field::Name].map(text);
            let [lon, point] = [Field::Lon, Field::Point].map(text);
            records.push(format!("{id} {name} {lon} {point} {:?}", record.point));
        });
        (read, records, report)
    }

    #[rstest::rstest]
    #[case::in_order("equip_numero;nom_equipement;equip_x\n7;Gymnase;6.8\n")]
    #[case::permuted("EQUIP_X,NOM ÉQUIPEMENT,autre,EQUIP_NUMERO\r\n6.8,\"Gymnase\",?,7\r\n")]
    #[case::an_older_name("id\tnomequipement\tlon\n 7 \tGymnase\t6.8")]
    #[case::flat_json(r#"[{"equip_x":6.8,"nom_equipement":"Gymnase","id":7}]"#)]
    #[case::two_names(
        r#"[{"id":9,"equip_numero":7,"nom_equipement":"Gymnase","lon":null,"equip_x":"6.8"}]"#
    )]
    #[case::fields(
        r#"{"records":[{"id":9,"fields":{"id":7,"nom_equipement":"Gymnase","lon":6.8}}]}"#
    )]
    #[case::lines("{\"id\":7,\"lon\":6.8,\"Nom équipement\":\" Gymnase\"}\n")]
    fn fields_are_found_by_name(#[case] text: &str) {
        let (read, records, report) = read(text.as_bytes());
        assert!(read.is_ok() && report.is_empty());
        assert_eq!(records, ["7 Gymnase 6.8 - None"]);
    }

    #[rstest::rstest]
    #[case::a_position_as_a_field(
        r#"[{"id":7,"equip_coordonnees":{"lon":6.8,"lat":47.5}}]"#,
        "7 - - 47.5,6.8 None"
    )]
    #[case::a_position_as_a_geometry(
        r#"{"features":[{"properties":{"id":"7"},"geometry":{"type":"Point","coordinates":[6.8,47.5]}}]}"#,
        "7 - - - Some([6.8, 47.5])"
    )]
    #[case::a_list(r#"[{"id":["a","b"],"lon":1}]"#, "a;b - 1 - None")]
    fn values_of_json_are_read_as_a_table_has_them(#[case] text: &str, #[case] record: &str) {
        let (read, records, _) = read(text.as_bytes());
        assert!(read.is_ok());
        assert_eq!(records, [record]);
    }

    #[rstest::rstest]
    #[case::one("nom;lon\n1;2\n", "lacks 'equip_numero', has 'nom', 'lon'")]
    #[case::the_place(
        "id;x\n1;2\n",
        "lacks a place as 'lon' or 'equip_coordonnees', has 'id', 'x'"
    )]
    #[case::json(r#"[{"lon":1}]"#, "lacks 'equip_numero', has 'lon'")]
    #[case::nothing(
        "[]",
        "lacks 'equip_numero', a place as 'lon' or 'equip_coordonnees', has none"
    )]
    fn a_file_without_what_is_needed_is_refused_by_name(#[case] text: &str, #[case] why: &str) {
        let refused = read(text.as_bytes()).0.unwrap_err().to_string();
        assert!(
            refused.contains(why) && refused.contains("r.csv"),
            "{refused}"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_records_or_an_error(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _records_or_refused = read(&bytes);
        }

        #[test]
        fn any_cells_are_records_or_an_error(text in "(id|lon|[;,\n\"0-9é])*") {
            let _records_or_refused = read(text.as_bytes());
        }
    }
}
