//! What a table that is imported again has changed.

use std::collections::BTreeMap;

use serde::Serialize;
use twin_core::Asset;

/// How many assets of one layer a new import added, moved, changed, removed and kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// New keys.
    pub added: usize,
    /// Known keys at another place, whatever else changed of them.
    pub moved: usize,
    /// Known keys at their place with other details.
    pub changed: usize,
    /// Keys that are no longer there.
    pub removed: usize,
    /// Known keys with nothing new.
    pub kept: usize,
}

/// Compares a layer with what it was, by key.
pub fn changes<T: PartialEq>(before: &[Asset<T>], after: &[Asset<T>]) -> Changes {
    let mut old: BTreeMap<&str, &Asset<T>> = before.iter().map(|it| (&*it.key, it)).collect();
    let mut changes = Changes::default();
    for asset in after {
        let counter = match old.remove(&*asset.key) {
            None => &mut changes.added,
            Some(was) if was.place != asset.place => &mut changes.moved,
            Some(was) if was.detail != asset.detail => &mut changes.changed,
            Some(_) => &mut changes.kept,
        };
        *counter += 1;
    }
    changes.removed = old.len();
    changes
}

#[cfg(test)]
mod tests {
    use twin_core::{Depot, LonLat};

    use super::*;

    fn depot(key: &str, lon: f64, name: &str) -> Asset<Depot> {
        Asset {
            key: key.into(),
            place: LonLat::new(lon, 47.5).unwrap(),
            detail: Depot {
                name: Some(name.into()),
            },
        }
    }

    #[test]
    fn every_asset_is_counted_once() {
        let before = ["a", "b", "c", "d"].map(|key| depot(key, 6.8, "x"));
        let after = [
            depot("a", 6.8, "x"),
            depot("b", 6.9, "y"),
            depot("c", 6.8, "y"),
            depot("e", 6.8, "x"),
        ];
        let expected = Changes {
            added: 1,
            moved: 1,
            changed: 1,
            removed: 1,
            kept: 1,
        };
        assert_eq!(changes(&before, &after), expected);
    }
}
