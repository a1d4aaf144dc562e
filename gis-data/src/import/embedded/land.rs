//! What covers the land: a mosaic of built-up ground, forest, fields and meadows, and the rivers.

mod mosaic;
mod noise;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use twin_core::{LandCover, Planar};

use self::mosaic::{Class, Mosaic, Region};
use self::noise::Noise;
use super::buildings::outline;
use super::dry::DryLand;
use super::footprint::Footprint;
use super::ground::Ground;
use super::plane::{Plane, distance2, vector};
use super::public::Lot;
use crate::error::GisResult;

/// A river as an area: its course downstream, and its width.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub name: Box<str>,
    pub course: Vec<Planar>,
    pub width_m: f64,
}

/// What the land cover follows.
pub(super) struct Cover<'a> {
    pub ground: &'a Ground,
    /// All land of the communes.
    pub communes: &'a DryLand,
    /// Middles of houses.
    pub houses: &'a [Planar],
    pub lots: &'a [Lot],
    pub pitches: &'a [Footprint],
    pub rivers: &'a [Stream],
    /// The height and the steepness (metres a metre) at a place.
    pub relief: &'a dyn Fn(Planar) -> (f64, f64),
    pub seed: u64,
}

/// The width of a cell.
const CELL_M: f64 = 40.0;
/// How far gardens reach from the middle of a house, and how far forest keeps away.
const GARDEN_M: f64 = 56.0;
const CLEARING_M: f64 = 130.0;
/// Up to here the land around houses is rather open.
const OPEN_M: f64 = 420.0;
/// Wet meadows along rivers, from their banks.
const MEADOW_M: f64 = 70.0;
/// The share of the communes that forest covers: 42 % of the department of Doubs, as the national
/// forest inventory tells in round figures.
const FOREST_SHARE: f64 = 0.42;
/// The share of the open land that is ploughed; the rest is grass (assumption).
const FARMLAND_SHARE: f64 = 0.52;
/// Patches of less than so many cells go to their neighbours.
const LEAST_CELLS: usize = 5;
const SETTLINGS: usize = 3;
/// What rounding leaves nearly nothing of is left out.
const LEAST_M2: f64 = 50.0;

/// Classes in OpenStreetMap's words; their numbers are those in the mosaic.
const CLASSES: [&str; 11] = [
    "residential",
    "industrial",
    "commercial",
    "park",
    "recreation_ground",
    "cemetery",
    "allotments",
    "forest",
    "farmland",
    "meadow",
    "grass",
];
const RESIDENTIAL: Class = 0;
const FOREST: Class = 7;
const FARMLAND: Class = 8;
const MEADOW: Class = 9;
/// Classes of one commune: a mosaic holds `commune · 16 + class + 1`.
const CLASSES_OF_COMMUNE: Class = 16;

/// The land cover of the territory.
pub(super) fn land_cover(cover: &Cover<'_>) -> GisResult<Vec<LandCover>> {
    let plane = &cover.ground.plane;
    let mut all = Vec::new();
    let regions = cover.mosaic().regions().into_iter();
    for region in regions.filter(|region| region.area_m2() > LEAST_M2) {
        let class = CLASSES[usize::from((region.class - 1) % CLASSES_OF_COMMUNE)];
        all.push(LandCover {
            class: class.into(),
            name: None,
            outline: area(&region, plane)?,
        });
    }
    for pitch in cover.pitches {
        all.push(LandCover {
            class: "pitch".into(),
            name: None,
            outline: outline(&pitch.corners(), plane)?,
        });
    }
    for river in cover.rivers {
        all.push(LandCover {
            class: "water".into(),
            name: Some(river.name.clone()),
            outline: outline(&banks(river), plane)?,
        });
    }
    Ok(all)
}

impl Cover<'_> {
    /// The mosaic: each cell with its commune and class.
    fn mosaic(&self) -> Mosaic {
        let (low, high) = self.ground.bounds();
        let [width, height] = vector(low, high);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a territory is small"
        )]
        let [columns, rows] = [width, height].map(|m| (m / CELL_M).ceil() as usize);
        let mut grid = Grid {
            origin: low,
            columns,
            rows,
        };
        let towns: Vec<Option<usize>> = (0..columns * rows)
            .map(|cell| self.communes.town_at(grid.middle(cell)))
            .collect();
        let classes = self.classes(&mut grid, &towns);
        let cell = |(class, town): (Class, &Option<usize>)| {
            let town = town.and_then(|town| Class::try_from(town).ok());
            town.map_or(0, |town| town * CLASSES_OF_COMMUNE + class + 1)
        };
        let cells = classes.into_iter().zip(&towns).map(cell).collect();
        let mut mosaic = Mosaic {
            columns,
            rows,
            origin: low,
            cell_m: CELL_M,
            cells,
        };
        // What is taken from a pinch may leave a patch too small, and the other way round.
        for _ in 0..SETTLINGS {
            mosaic.absorb(LEAST_CELLS);
            mosaic = mosaic.without_pinches();
        }
        mosaic
    }

    fn classes(&self, grid: &mut Grid, towns: &[Option<usize>]) -> Vec<Class> {
        let mut stamped: Vec<Option<Class>> = vec![None; towns.len()];
        let mut open = vec![0.0; towns.len()];
        for &house in self.houses.iter().step_by(4) {
            grid.disc(house, OPEN_M, |cell, _| open[cell] = 0.45);
        }
        for &house in self.houses {
            grid.disc(house, CLEARING_M, |cell, _| open[cell] = 1.3);
        }
        for &house in self.houses {
            grid.disc(house, GARDEN_M, |cell, _| stamped[cell] = Some(RESIDENTIAL));
        }
        for lot in self.lots {
            let class = CLASSES
                .iter()
                .zip(0..)
                .find(|(name, _)| ***name == *lot.class);
            let Some((_, class)) = class else { continue };
            let radius_m = (lot.footprint.half[0].powi(2) + lot.footprint.half[1].powi(2)).sqrt();
            grid.disc(lot.footprint.middle, radius_m, |cell, at| {
                if lot.footprint.holds(at) {
                    stamped[cell] = Some(class);
                }
            });
        }
        self.wet(grid, &mut stamped);
        self.open_land(grid, (towns, &open), stamped)
    }

    /// Meadows along the rivers.
    fn wet(&self, grid: &Grid, stamped: &mut [Option<Class>]) {
        for river in self.rivers {
            for &at in &river.course {
                grid.disc(at, river.width_m / 2.0 + MEADOW_M, |cell, _| {
                    stamped[cell].get_or_insert(MEADOW);
                });
            }
        }
    }

    /// Fills what nothing is stamped on: forest where it is steep, high and far from houses, until
    /// it has its share; then fields where it is flat, and meadows.
    fn open_land(
        &self,
        grid: &Grid,
        (towns, opened): (&[Option<usize>], &[f64]),
        stamped: Vec<Option<Class>>,
    ) -> Vec<Class> {
        let noise = Noise::new(self.seed);
        let mut free: Vec<(f64, f64, usize)> = Vec::new();
        for cell in (0..stamped.len()).filter(|&cell| towns[cell].is_some()) {
            if stamped[cell].is_some() {
                continue;
            }
            let at = grid.middle(cell);
            let (height_m, slope) = (self.relief)(at);
            let woods =
                noise.at(at, 1500.0) + 0.8 * noise.at(at, 620.0) + 0.25 * noise.at(at, 190.0);
            let forest = woods + 6.0 * slope.min(0.35) + height_m / 650.0 - opened[cell];
            let turned = [at[1], at[0]];
            let soil = noise.at(turned, 800.0) + 0.8 * noise.at(turned, 330.0);
            let tilled = soil + 0.3 * noise.at(turned, 130.0) - 6.0 * slope - height_m / 900.0;
            free.push((forest, tilled, cell));
        }
        let land = towns.iter().flatten().count();
        let mut classes: Vec<Class> = stamped
            .into_iter()
            .map(|class| class.unwrap_or(MEADOW))
            .collect();
        free.sort_by(|a, b| b.0.total_cmp(&a.0));
        let wooded = share_of(land, FOREST_SHARE).min(free.len());
        for (_, _, cell) in &free[..wooded] {
            classes[*cell] = FOREST;
        }
        let rest = &mut free[wooded..];
        rest.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (_, _, cell) in &rest[..share_of(rest.len(), FARMLAND_SHARE)] {
            classes[*cell] = FARMLAND;
        }
        classes
    }
}

fn share_of(count: usize, share: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of a count"
    )]
    let part = (count as f64 * share) as usize;
    part.min(count)
}

/// Where the cells of the mosaic lie.
struct Grid {
    origin: Planar,
    columns: usize,
    rows: usize,
}

impl Grid {
    fn middle(&self, cell: usize) -> Planar {
        #[expect(clippy::cast_precision_loss, reason = "a grid is small")]
        let steps = [cell % self.columns, cell / self.columns].map(|n| n as f64 + 0.5);
        [
            self.origin[0] + steps[0] * CELL_M,
            self.origin[1] + steps[1] * CELL_M,
        ]
    }

    /// Calls `mark` with every cell whose middle lies within `radius_m` of `at`, and that middle.
    fn disc(&self, at: Planar, radius_m: f64, mut mark: impl FnMut(usize, Planar)) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the grid"
        )]
        let range = |axis: usize, count: usize| {
            let step = |m: f64| ((m - self.origin[axis]) / CELL_M).max(0.0) as usize;
            step(at[axis] - radius_m)..(step(at[axis] + radius_m) + 1).min(count)
        };
        for row in range(1, self.rows) {
            for column in range(0, self.columns) {
                let cell = row * self.columns + column;
                let middle = self.middle(cell);
                if distance2(middle, at) <= radius_m * radius_m {
                    mark(cell, middle);
                }
            }
        }
    }
}

fn area(region: &Region, plane: &Plane) -> GisResult<MultiPolygon> {
    let ring = |ring: &Vec<Planar>| {
        let corners = ring.iter().map(|&at| Ok(Coord::from(plane.unproject(at)?)));
        Ok(LineString::new(corners.collect::<GisResult<Vec<Coord>>>()?))
    };
    let holes = region.holes.iter().map(ring).collect::<GisResult<_>>()?;
    Ok(MultiPolygon::new(vec![Polygon::new(
        ring(&region.outer)?,
        holes,
    )]))
}

/// The outline of a river: its left bank upstream, then its right one downstream.
fn banks(river: &Stream) -> Vec<Planar> {
    let course = &river.course;
    let bank = |side: f64| {
        let last = course.len().saturating_sub(1);
        (0..course.len()).map(move |ix| {
            let [dx, dy] = vector(course[ix.saturating_sub(1)], course[(ix + 1).min(last)]);
            let length = (dx * dx + dy * dy).sqrt().max(1e-9);
            let out = side * river.width_m / (2.0 * length);
            [course[ix][0] - dy * out, course[ix][1] + dx * out]
        })
    };
    let right = bank(-1.0);
    right.chain(bank(1.0).rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_river_is_as_wide_as_it_should_be() {
        let river = Stream {
            name: "Doubs".into(),
            course: vec![[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]],
            width_m: 40.0,
        };
        let banks = banks(&river);
        assert_eq!(banks.first(), Some(&[0.0, -20.0]));
        assert_eq!(banks.last(), Some(&[0.0, 20.0]));
        assert_eq!(banks.len(), 6);
    }
}
