//! Layers without keys: what is there once more, or once less, by content.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Write as _};

use sha2::{Digest as _, Sha256};
use twin_core::Terrain;

use super::Changes;

/// Compares two versions of a layer as bags of objects: what differs in anything is another object.
pub(super) fn counted<R: Debug>(before: &[R], after: &[R]) -> Changes {
    let mut bag: BTreeMap<[u8; 32], (usize, usize)> = BTreeMap::new();
    for record in before {
        bag.entry(content(record)).or_default().0 += 1;
    }
    for record in after {
        bag.entry(content(record)).or_default().1 += 1;
    }
    let mut changes = Changes::default();
    for (old, new) in bag.into_values() {
        changes.kept += old.min(new);
        changes.added += new.saturating_sub(old);
        changes.removed += old.saturating_sub(new);
    }
    changes
}

/// Compares two terrains post by post where they have the same posts.
pub(super) fn terrain(before: Option<&Terrain>, after: Option<&Terrain>) -> Changes {
    let posts = |terrain: Option<&Terrain>| terrain.map_or(0, |it| it.heights_m().len());
    match (before, after) {
        (Some(was), Some(is)) if was.grid() == is.grid() => {
            let heights = was.heights_m().iter().zip(is.heights_m());
            let flags = was.is_filled().iter().zip(is.is_filled());
            let differs = heights
                .zip(flags)
                .map(|(height, flag)| usize::from(height.0 != height.1 || flag.0 != flag.1));
            let changed = differs.sum();
            Changes {
                changed,
                kept: posts(after) - changed,
                ..Changes::default()
            }
        }
        _ => Changes {
            added: posts(after),
            removed: posts(before),
            ..Changes::default()
        },
    }
}

/// The digest of everything in a record.
fn content(record: &impl Debug) -> [u8; 32] {
    let mut digest = Digester(Sha256::new());
    let _never_fails = write!(digest, "{record:?}");
    digest.0.finalize().into()
}

struct Digester(Sha256);

impl fmt::Write for Digester {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use twin_core::{LonLat, TerrainGrid};

    use super::*;

    #[test]
    fn objects_that_are_there_twice_count_twice() {
        let changes = counted(&["a", "a", "b"], &["a", "c", "c"]);
        let expected = Changes {
            added: 2,
            removed: 2,
            kept: 1,
            ..Changes::default()
        };
        assert_eq!(changes, expected);
    }

    #[test]
    fn terrains_are_compared_post_by_post() {
        let grid = TerrainGrid {
            north_west: LonLat::new(6.0, 48.0).unwrap(),
            lon_step: 0.5,
            lat_step: 0.5,
            columns: 2,
            rows: 2,
        };
        let of = |grid, height| {
            let heights = vec![1.0, 2.0, 3.0, height];
            Terrain::new(grid, heights, vec![false; 4]).unwrap()
        };
        let (was, is) = (of(grid, 4.0), of(grid, 5.0));
        let changes = terrain(Some(&was), Some(&is));
        assert_eq!((changes.changed, changes.kept), (1, 3));
        let elsewhere = TerrainGrid {
            lon_step: 0.25,
            ..grid
        };
        let changes = terrain(Some(&was), Some(&of(elsewhere, 4.0)));
        assert_eq!((changes.added, changes.removed), (4, 4));
    }
}
