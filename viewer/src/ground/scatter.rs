//! Symbols strewn over what covers the land: blocks where people live and work, trees in forests.
//!
//! They stand for what is there, one for some hundred metres, until tiles with true footprints are
//! shown.

use bevy::math::{DVec2, Vec2};

use super::dice::Dice;
use super::footing::Footing;
use super::inside::Inside;
use super::solids::{Block, Solids};
use super::tile::{Area, Part, Path};
use crate::land::TileAddress;
use crate::space::Space;

/// The most symbols of a kind in a tile.
const MOST: usize = 6000;
/// The zooms of tiles that have symbols.
pub(super) const ZOOMS: std::ops::RangeInclusive<u8> = 11..=12;
/// How many cells a tile of the first of [`ZOOMS`] has from edge to edge for blocks: some 200 m
/// each in France.
const BLOCKS_ACROSS: u32 = 64;
/// The same for trees: some 140 m each.
const TREES_ACROSS: u32 = 96;
/// How far from the edge of its cell a symbol stands at least, in cells.
const MARGIN: f32 = 0.12;
/// Radius and height of a tree, in metres of the scene.
const TREE_M: [f32; 2] = [40.0, 45.0];

/// Whether people live or work there.
fn is_built_up(class: &str) -> bool {
    matches!(
        class,
        "residential" | "industrial" | "commercial" | "retail"
    )
}

fn is_wood(class: &str) -> bool {
    matches!(class, "forest" | "wood")
}

/// Strews symbols over what covers a tile.
pub(super) fn scatter(solids: &mut Solids, footing: &Footing, tile: TileAddress, covers: &[Area]) {
    let towns = Ground::of(footing, tile, covers, is_built_up);
    for (at, mut dice) in towns.spots(BLOCKS_ACROSS) {
        let ring = footprint(at, &mut dice);
        let height = dice.between(25.0, 45.0);
        let lit = lit(&mut dice);
        solids.build(
            footing,
            &Block {
                rings: &[ring],
                height,
                lit,
            },
        );
    }
    let woods = Ground::of(footing, tile, covers, is_wood);
    for (at, mut dice) in woods.spots(TREES_ACROSS) {
        let size = dice.between(0.7, 1.1);
        solids.plant(footing, at, TREE_M.map(|it| it * size));
    }
}

/// How brightly a building is lit at night: one in five is.
pub(super) fn lit(dice: &mut Dice) -> f32 {
    if dice.share() < 0.2 { 0.8 } else { 0.0 }
}

/// A rectangle of 50 to 90 m, turned by chance.
fn footprint(at: Vec2, dice: &mut Dice) -> Path {
    let half = Vec2::new(dice.between(25.0, 45.0), dice.between(25.0, 45.0));
    let turn = Vec2::from_angle(dice.between(0.0, std::f32::consts::FRAC_PI_2));
    let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    corners
        .map(|corner| at + turn.rotate(half * Vec2::from(corner)))
        .into()
}

/// The parts of a tile that are covered with some classes.
struct Ground<'a> {
    footing: &'a Footing,
    tile: TileAddress,
    inside: Inside,
}

impl<'a> Ground<'a> {
    fn of(
        footing: &'a Footing,
        tile: TileAddress,
        covers: &[Area],
        is_wanted: fn(&str) -> bool,
    ) -> Self {
        let wanted = covers.iter().filter(|cover| is_wanted(&cover.class));
        let parts = wanted.flat_map(|cover| &cover.parts);
        let placed: Vec<Part> = parts
            .map(|part| placed(&footing.space, tile, part))
            .collect();
        let shapes: Vec<&[Path]> = placed.iter().map(Vec::as_slice).collect();
        Self {
            footing,
            tile,
            inside: Inside::new(&shapes),
        }
    }

    /// One place in each cell of a grid that hangs together across tiles and zooms.
    fn spots(&self, across_first: u32) -> Vec<(Vec2, Dice)> {
        let TileAddress { zoom, column, row } = self.tile;
        let finer = zoom.saturating_sub(*ZOOMS.start());
        let across = (across_first >> finer.min(31)).max(1);
        let cells = (0..across).flat_map(|down| (0..across).map(move |right| (right, down)));
        let spots = cells.filter_map(|(right, down)| {
            let mut dice = Dice::at(column * across + right, row * across + down);
            let mut within = || f64::from(dice.between(MARGIN, 1.0 - MARGIN));
            let share = DVec2::new(f64::from(right) + within(), f64::from(down) + within());
            let at = self
                .footing
                .space
                .from_mercator(self.tile.point(share / f64::from(across)));
            let is_there = self.inside.contains(at) && self.footing.holds(at);
            is_there.then_some((at, dice))
        });
        thinned(spots.collect())
    }
}

/// Leaves out as many as are too many, evenly.
fn thinned(mut spots: Vec<(Vec2, Dice)>) -> Vec<(Vec2, Dice)> {
    let kept = MOST as f32 / spots.len().max(1) as f32;
    if kept < 1.0 {
        spots.retain_mut(|(_, dice)| dice.share() < kept);
        spots.truncate(MOST);
    }
    spots
}

/// A part of a tile in the plane.
pub(super) fn placed(space: &Space, tile: TileAddress, part: &[Path]) -> Part {
    let place = |share: &Vec2| space.from_mercator(tile.point(share.as_dvec2()));
    part.iter()
        .map(|ring| ring.iter().map(place).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use bevy::math::Rect;

    use super::super::footing::tests::level;
    use super::*;

    fn cover(class: &str) -> Area {
        let ring = [(-0.1, -0.1), (1.1, -0.1), (1.1, 0.5), (-0.1, 0.5)].map(Vec2::from);
        Area {
            number: 1,
            class: class.into(),
            height_m: None,
            parts: vec![vec![ring.into()]],
        }
    }

    fn tiles(zoom: u8) -> Vec<TileAddress> {
        let area = Rect::from_center_half_size(Vec2::splat(500.0), Vec2::splat(100.0));
        TileAddress::within(&level().space, zoom, area)
    }

    fn count(class: &str, wanted: fn(&str) -> bool, across: u32) -> usize {
        let footing = level();
        let ground = Ground::of(&footing, tiles(11)[0], &[cover(class)], wanted);
        ground.spots(across).len()
    }

    #[test]
    fn half_a_tile_is_strewn_where_it_is_covered() {
        let all = usize::try_from(BLOCKS_ACROSS * BLOCKS_ACROSS).unwrap();
        assert_eq!(count("residential", is_built_up, BLOCKS_ACROSS), all / 2);
        assert_eq!(count("forest", is_built_up, BLOCKS_ACROSS), 0);
        assert!(count("forest", is_wood, TREES_ACROSS) > all / 2);
    }

    #[test]
    fn a_finer_tile_has_the_same_symbols() {
        let footing = level();
        let [coarse, fine] = [11, 12].map(|zoom| {
            let tile = tiles(zoom)[0];
            let mut whole = cover("residential");
            let ring = [(-0.1, -0.1), (1.1, -0.1), (1.1, 1.1), (-0.1, 1.1)].map(Vec2::from);
            whole.parts = vec![vec![ring.into()]];
            Ground::of(&footing, tile, &[whole], is_built_up).spots(BLOCKS_ACROSS)
        });
        let near = |at: Vec2| coarse.iter().any(|(other, _)| other.distance(at) < 0.5);
        assert_eq!(fine.len() * 4, coarse.len());
        assert!(fine.iter().all(|(at, _)| near(*at)));
    }

    #[test]
    fn too_many_are_thinned() {
        let many = (0..20_000).map(|n| (Vec2::ZERO, Dice::of(n))).collect();
        let kept = thinned(many).len();
        assert!((MOST - 300..=MOST).contains(&kept), "{kept}");
    }
}
