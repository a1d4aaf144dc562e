//! Which columns of a record differ, and which entries of a manifest.

use std::collections::BTreeMap;

use geo_types::Geometry;

use super::FieldChange;
use crate::pack::manifest::Manifest;
use crate::pack::record::{Cells, Column, Record};
use crate::pack::shape::Shape as _;

/// How much of a value is shown, in characters.
const SHOWN: usize = 120;

/// The columns in which two versions of a record differ, the place before them.
///
/// Two versions that differ in what is in no column of their layer have no differing column.
pub(super) fn differing<R: Record>(was: &R, is: &R) -> Vec<FieldChange> {
    let mut columns = Vec::new();
    R::columns(&mut columns);
    let (before, after) = (values(was, &columns), values(is, &columns));
    let places = [was, is].map(|it| place(&it.shape().to_geometry()));
    let [old_place, new_place] = places;
    let has_moved = was.shape().to_geometry() != is.shape().to_geometry();
    let moved = has_moved.then_some(FieldChange {
        field: "place".to_owned(),
        before: Some(old_place),
        after: Some(new_place),
    });
    let changed = columns.iter().filter_map(|column| {
        let (before, after) = (before.get(column.name), after.get(column.name));
        (before != after).then(|| FieldChange {
            field: column.name.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        })
    });
    moved.into_iter().chain(changed).collect()
}

/// The columns that have a value; those after one that cannot be written are left out.
fn values<R: Record>(record: &R, columns: &[Column]) -> BTreeMap<&'static str, String> {
    let mut cells = Cells::new(columns);
    let _rest_is_left_out = record.put(&mut cells);
    let filled = cells.filled();
    filled
        .map(|(_, column, cell)| (column.name, shortened(&cell.to_full_text())))
        .collect()
}

/// A place in words.
fn place(geometry: &Geometry) -> String {
    match geometry {
        Geometry::Point(point) => format!("{:.7}, {:.7}", point.x(), point.y()),
        Geometry::LineString(line) => format!("line of {} points", line.0.len()),
        Geometry::MultiPolygon(area) => {
            let rings = area.iter().map(|part| 1 + part.interiors().len());
            let corners = area.iter().flat_map(|part| {
                std::iter::once(part.exterior())
                    .chain(part.interiors())
                    .map(|ring| ring.0.len().saturating_sub(1))
            });
            let (rings, corners) = (rings.sum::<usize>(), corners.sum::<usize>());
            format!("outline of {rings} rings with {corners} corners")
        }
        _ => "another shape".to_owned(),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The entries in which two manifests differ, by their names in `pack.toml`.
pub(super) fn of_manifests(before: &Manifest, after: &Manifest) -> Vec<FieldChange> {
    let (before, after) = (entries(before), entries(after));
    let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let changed = names.into_iter().filter_map(|name| {
        let (before, after) = (before.get(name), after.get(name));
        (before != after).then(|| FieldChange {
            field: name.clone(),
            before: before.cloned(),
            after: after.cloned(),
        })
    });
    changed.collect()
}

fn entries(manifest: &Manifest) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    if let Ok(value) = toml::Value::try_from(manifest) {
        flatten(String::new(), &value, &mut entries);
    }
    entries
}

/// `layers.sites.source` and its like.
fn flatten(name: String, value: &toml::Value, entries: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let dot = if name.is_empty() { "" } else { "." };
                flatten(format!("{name}{dot}{key}"), value, entries);
            }
        }
        toml::Value::String(text) => {
            entries.insert(name, text.clone());
        }
        other => {
            entries.insert(name, other.to_string());
        }
    }
}
