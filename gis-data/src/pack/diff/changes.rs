//! What a newer version of a layer has changed, by key.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use twin_core::Asset;

/// How many objects of one layer were added, moved, changed, removed and kept.
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

impl Changes {
    /// Whether anything changed.
    pub const fn is_any(&self) -> bool {
        self.added + self.moved + self.changed + self.removed > 0
    }
}

/// What became of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair<'r, R> {
    Added(&'r R),
    Moved(&'r R, &'r R),
    Changed(&'r R, &'r R),
    Removed(&'r R),
    Kept,
}

/// Compares a layer with what it was, by key.
pub fn changes<T: PartialEq>(before: &[Asset<T>], after: &[Asset<T>]) -> Changes {
    let key = |asset: &'_ Asset<T>| -> Cow<'_, str> { Cow::Owned(asset.key.to_string()) };
    let judge = |was: &Asset<T>, is: &Asset<T>| match () {
        () if was.place != is.place => Verdict::Moved,
        () if was.detail != is.detail => Verdict::Changed,
        () => Verdict::Kept,
    };
    compare((before, after), key, judge, |_, _| {})
}

/// How two versions of one object differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Moved,
    Changed,
    Kept,
}

/// Compares two versions of a layer, and shows each object's fate to `see`: those of the newer
/// version in its order, then those that are gone, by key.
pub(super) fn compare<'r, R>(
    (before, after): (&'r [R], &'r [R]),
    key: impl Fn(&'r R) -> Cow<'r, str>,
    judge: impl Fn(&R, &R) -> Verdict,
    mut see: impl FnMut(&str, &Pair<'r, R>),
) -> Changes {
    let mut old: BTreeMap<Cow<'r, str>, &R> = before.iter().map(|it| (key(it), it)).collect();
    let mut changes = Changes::default();
    for is in after {
        let name = key(is);
        let pair = match old.remove(&name) {
            None => Pair::Added(is),
            Some(was) => match judge(was, is) {
                Verdict::Moved => Pair::Moved(was, is),
                Verdict::Changed => Pair::Changed(was, is),
                Verdict::Kept => Pair::Kept,
            },
        };
        let counter = match pair {
            Pair::Added(_) => &mut changes.added,
            Pair::Moved(..) => &mut changes.moved,
            Pair::Changed(..) => &mut changes.changed,
            Pair::Removed(_) | Pair::Kept => &mut changes.kept,
        };
        *counter += 1;
        see(&name, &pair);
    }
    changes.removed = old.len();
    for (name, was) in old {
        see(&name, &Pair::Removed(was));
    }
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
        assert!(expected.is_any());
        assert!(!changes(&before, &before).is_any());
    }
}
