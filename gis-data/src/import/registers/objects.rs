//! JSON objects as records: the fields of a register by the names of their members.

use std::collections::BTreeMap;

use serde_json::Value;

use super::records::Column;
use crate::import::tables::row::MAX_COLUMNS;
use crate::import::tables::words::plain;

/// What a file was found to have.
#[derive(Debug)]
pub(super) struct Seen {
    /// Whether it tells of each field.
    pub(super) fields: Vec<bool>,
    /// Whether its records have geometries.
    pub(super) has_points: bool,
}

/// Makes rows of JSON objects.
#[derive(Debug)]
pub(super) struct Objects {
    columns: &'static [Column],
    /// The names that came up, with the field that each is and how new the name is.
    pub(super) names: BTreeMap<Box<str>, Option<(usize, usize)>>,
    pub(super) seen: Seen,
}

impl Objects {
    pub(super) fn new(columns: &'static [Column]) -> Self {
        let seen = Seen {
            fields: vec![false; columns.len()],
            has_points: false,
        };
        let names = BTreeMap::new();
        Self {
            columns,
            names,
            seen,
        }
    }

    /// The values of the fields, and the position of the geometry.
    pub(super) fn values(&mut self, record: &Value) -> (Vec<Box<str>>, Option<[f64; 2]>) {
        let mut values = vec![Box::<str>::default(); self.columns.len()];
        let mut ranks = vec![usize::MAX; self.columns.len()];
        let inner = ["properties", "fields"].iter().map(|name| &record[*name]);
        let object = inner.chain([record]).find_map(Value::as_object);
        for (name, value) in object.into_iter().flatten() {
            let Some((field, rank)) = self.field(name) else {
                continue;
            };
            self.seen.fields[field] = true;
            let text = text(value);
            if rank < ranks[field] && !text.is_empty() {
                (ranks[field], values[field]) = (rank, text);
            }
        }
        let point = point(&record["geometry"]);
        self.seen.has_points |= point.is_some();
        (values, point)
    }

    fn field(&mut self, name: &str) -> Option<(usize, usize)> {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let form = plain(name);
        let rank = |column: &Column| column.names.iter().position(|known| plain(known) == form);
        let mut columns = self.columns.iter().enumerate();
        let field = columns.find_map(|(ix, column)| Some((ix, rank(column)?)));
        if self.names.len() < MAX_COLUMNS {
            self.names.insert(name.into(), field);
        }
        field
    }
}

/// A value as a table would have it: a list with `;`, a position as latitude and longitude.
fn text(value: &Value) -> Box<str> {
    match value {
        Value::Null => Box::default(),
        Value::String(text) => text.trim().into(),
        Value::Array(all) => {
            let texts: Vec<Box<str>> = all.iter().map(text).collect();
            texts.join(";").into()
        }
        Value::Object(object) => match (object.get("lat"), object.get("lon")) {
            (Some(lat), Some(lon)) => format!("{lat},{lon}").into(),
            _ => value.to_string().into(),
        },
        other => other.to_string().into(),
    }
}

fn point(geometry: &Value) -> Option<[f64; 2]> {
    let at = &geometry["coordinates"];
    let is_point = geometry["type"].as_str() == Some("Point");
    is_point.then(|| Some([at[0].as_f64()?, at[1].as_f64()?]))?
}
