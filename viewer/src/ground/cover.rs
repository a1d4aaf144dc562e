//! Which tiles are wanted for where the eye looks, and which are shown while some have not come.

use std::collections::BTreeSet;

use bevy::math::{DVec2, Rect};

use crate::camera::Stand;
use crate::land::TileAddress;
use crate::space::{Space, flat};

/// The zoom of the tiles that lie under the whole territory, unless that is very large.
const FIRST_ZOOM: u8 = 11;
/// The finest tiles.
const LAST_ZOOM: u8 = 14;
/// The most tiles that lie under the whole territory.
const MOST_ROOTS: usize = 24;
/// The most tiles of which the ground is put together.
const MOST: usize = 48;
/// How far around the point that is looked at finer tiles lie, in distances of the eye.
const REACH: f64 = 1.2;
/// The finest zoom, by how far the eye is at most, in metres.
const ZOOMS: [(f32, u8); 3] = [(3_000.0, LAST_ZOOM), (9_000.0, 13), (40_000.0, 12)];

/// The tiles of which the ground is put together: coarse ones everywhere, finer ones instead around
/// the point that is looked at. They touch, and none lies in another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cover {
    low: DVec2,
    high: DVec2,
    roots: Vec<TileAddress>,
    leaves: BTreeSet<TileAddress>,
}

impl Cover {
    /// Covers `extent` for an eye at `stand`.
    pub(super) fn choose(space: &Space, extent: Rect, stand: &Stand) -> Self {
        let roots = roots(space, extent);
        let mut cover = Self {
            low: space.to_mercator(extent.min),
            high: space.to_mercator(extent.max),
            leaves: roots.iter().copied().collect(),
            roots,
        };
        let target = space.to_mercator(flat(stand.target));
        let reach = REACH * f64::from(stand.distance_m) / space.tile_m(0);
        let first = cover.roots.first().map_or(FIRST_ZOOM, |root| root.zoom);
        for zoom in first..finest(stand.distance_m) {
            cover.refine(zoom, target, reach);
        }
        cover
    }

    /// What to ask for, the most urgent first: what lies under everything, then from the middle
    /// outwards.
    pub(super) fn wanted(&self, target: DVec2) -> Vec<TileAddress> {
        let mut fine: Vec<_> = self
            .leaves
            .iter()
            .filter(|leaf| !self.roots.contains(leaf))
            .collect();
        fine.sort_by(|a, b| away(**a, target).total_cmp(&away(**b, target)));
        self.roots.iter().chain(fine).copied().collect()
    }

    /// What of the tiles that are ready is shown: as much as can be without showing a place twice,
    /// finer tiles once they have all come.
    pub(super) fn shown(&self, is_ready: impl Fn(TileAddress) -> bool) -> BTreeSet<TileAddress> {
        let mut shown = BTreeSet::new();
        for root in &self.roots {
            self.fill(*root, &is_ready, &mut shown);
        }
        shown
    }

    /// Shows a tile or what lies in it; tells whether all of it is shown.
    fn fill(
        &self,
        tile: TileAddress,
        is_ready: &impl Fn(TileAddress) -> bool,
        shown: &mut BTreeSet<TileAddress>,
    ) -> bool {
        let is_there = is_ready(tile);
        if is_there && (tile.zoom >= LAST_ZOOM || self.leaves.contains(&tile)) {
            return shown.insert(tile);
        }
        if tile.zoom >= LAST_ZOOM {
            return false;
        }
        let mut inner = BTreeSet::new();
        let mut is_whole = true;
        for quarter in self.quarters(tile) {
            is_whole &= self.fill(quarter, is_ready, &mut inner);
        }
        if is_there && !is_whole {
            return shown.insert(tile);
        }
        shown.append(&mut inner);
        is_whole
    }

    /// Replaces the tiles of a zoom near a point by their quarters, the nearest first, as long as
    /// there are not too many.
    fn refine(&mut self, zoom: u8, target: DVec2, reach: f64) {
        let coarse = self.leaves.iter().filter(|leaf| leaf.zoom == zoom);
        let mut near: Vec<_> = coarse.map(|leaf| (away(*leaf, target), *leaf)).collect();
        near.retain(|(away, _)| *away <= reach);
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, tile) in near {
            let quarters: Vec<_> = self.quarters(tile).collect();
            if self.leaves.len() + quarters.len() > MOST + 1 {
                return;
            }
            self.leaves.remove(&tile);
            self.leaves.extend(quarters);
        }
    }

    /// The quarters of a tile that touch the extent.
    fn quarters(&self, tile: TileAddress) -> impl Iterator<Item = TileAddress> {
        let quarters = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(east, south)| TileAddress {
            zoom: tile.zoom + 1,
            column: tile.column * 2 + east,
            row: tile.row * 2 + south,
        });
        quarters.into_iter().filter(|tile| {
            let (low, high) = corners(*tile);
            low.cmplt(self.high).all() && high.cmpgt(self.low).all()
        })
    }
}

/// The finest zoom for an eye at a distance.
fn finest(distance_m: f32) -> u8 {
    let found = ZOOMS.iter().find(|(to_m, _)| distance_m <= *to_m);
    found.map_or(FIRST_ZOOM, |(_, zoom)| *zoom)
}

fn roots(space: &Space, extent: Rect) -> Vec<TileAddress> {
    let zooms = (0..=FIRST_ZOOM).map(|zoom| TileAddress::within(space, zoom, extent));
    let fitting = zooms.take_while(|tiles| tiles.len() <= MOST_ROOTS);
    fitting.last().unwrap_or_default()
}

/// The north-western and the south-eastern corner.
fn corners(tile: TileAddress) -> (DVec2, DVec2) {
    (tile.point(DVec2::ZERO), tile.point(DVec2::ONE))
}

/// How far a point is from a tile, in the square of Web Mercator.
fn away(tile: TileAddress, target: DVec2) -> f64 {
    let (low, high) = corners(tile);
    target.distance(target.clamp(low, high))
}

#[cfg(test)]
mod tests {
    use bevy::math::{Vec2, Vec3};
    use proptest::prelude::*;
    use twin_core::LonLat;

    use super::*;

    fn space() -> Space {
        Space::around(LonLat::new(6.8, 47.5).unwrap())
    }

    fn extent() -> Rect {
        Rect::from_corners(
            Vec2::new(-22_000.0, -17_000.0),
            Vec2::new(19_000.0, 18_000.0),
        )
    }

    fn stand(x: f32, z: f32, distance_m: f32) -> Stand {
        Stand {
            target: Vec3::new(x, 500.0, z),
            distance_m,
            bearing: 0.0,
            pitch: 0.8,
        }
    }

    fn lies_in(tile: TileAddress, at: DVec2) -> bool {
        let (low, high) = corners(tile);
        low.cmple(at).all() && high.cmpgt(at).all()
    }

    #[rstest::rstest]
    #[case::the_whole(70_000.0, 11)]
    #[case::a_part(30_000.0, 12)]
    #[case::a_town(6_000.0, 13)]
    #[case::a_street(800.0, 14)]
    fn what_is_looked_at_is_as_fine_as_the_eye_is_near(#[case] distance_m: f32, #[case] zoom: u8) {
        let cover = Cover::choose(&space(), extent(), &stand(0.0, 0.0, distance_m));
        let middle = space().to_mercator(Vec2::ZERO);
        let under = cover
            .leaves
            .iter()
            .find(|leaf| lies_in(**leaf, middle))
            .unwrap();
        assert_eq!(under.zoom, zoom);
    }

    #[test]
    fn a_large_territory_has_coarser_tiles() {
        let extent = Rect::from_center_half_size(Vec2::ZERO, Vec2::splat(300_000.0));
        let cover = Cover::choose(&space(), extent, &stand(0.0, 0.0, 500_000.0));
        assert!((2..=MOST_ROOTS).contains(&cover.roots.len()));
    }

    #[test]
    fn coarse_tiles_stay_until_the_finer_ones_have_come() {
        let cover = Cover::choose(&space(), extent(), &stand(0.0, 0.0, 30_000.0));
        let roots: BTreeSet<_> = cover.roots.iter().copied().collect();
        assert_eq!(cover.shown(|tile| tile.zoom == 11), roots);
        let late = *cover.leaves.iter().find(|leaf| leaf.zoom == 12).unwrap();
        let shown = cover.shown(|tile| tile.zoom <= 12 && tile != late);
        let over = TileAddress {
            zoom: 11,
            column: late.column / 2,
            row: late.row / 2,
        };
        assert!(
            shown.contains(&over),
            "the quarter that is missing is covered"
        );
        let quarters = cover.quarters(over).filter(|tile| shown.contains(tile));
        assert_eq!(quarters.count(), 0, "nothing is drawn twice");
        assert_eq!(cover.shown(|_| true), cover.leaves);
    }

    #[test]
    fn fine_tiles_stay_until_the_coarse_one_has_come() {
        let near = Cover::choose(&space(), extent(), &stand(0.0, 0.0, 6_000.0));
        let far = Cover::choose(&space(), extent(), &stand(0.0, 0.0, 70_000.0));
        assert_eq!(far.shown(|tile| near.leaves.contains(&tile)), near.leaves);
        assert_eq!(far.shown(|tile| tile.zoom >= 11), far.leaves);
    }

    proptest! {
        #[test]
        fn every_place_lies_in_one_tile_of_not_too_many(
            eye in (-30_000.0_f32..30_000.0, -30_000.0_f32..30_000.0, 200.0_f32..90_000.0),
            place in (0.0_f32..1.0, 0.0_f32..1.0),
        ) {
            let cover = Cover::choose(&space(), extent(), &stand(eye.0, eye.1, eye.2));
            prop_assert!(cover.leaves.len() <= MOST, "{}", cover.leaves.len());
            let at = space().to_mercator(extent().min + extent().size() * Vec2::from(place));
            prop_assert_eq!(cover.leaves.iter().filter(|leaf| lies_in(**leaf, at)).count(), 1);
        }

        #[test]
        fn whatever_has_come_no_place_is_shown_twice_or_left_out(
            eye in (-30_000.0_f32..30_000.0, -30_000.0_f32..30_000.0, 200.0_f32..90_000.0),
            place in (0.0_f32..1.0, 0.0_f32..1.0),
            dice in any::<u32>(),
        ) {
            let cover = Cover::choose(&space(), extent(), &stand(eye.0, eye.1, eye.2));
            let has_come = |tile: TileAddress| {
                let column = (tile.column ^ dice).wrapping_mul(0x9E37_79B9);
                let mixed = column ^ tile.row.wrapping_mul(0x85EB_CA6B);
                tile.zoom == 11 || mixed & 0x8000 != 0
            };
            let at = space().to_mercator(extent().min + extent().size() * Vec2::from(place));
            let shown = cover.shown(has_come);
            prop_assert_eq!(shown.iter().filter(|tile| lies_in(**tile, at)).count(), 1);
        }
    }
}
