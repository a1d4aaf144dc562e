//! The terrain: smooth through the altitude of every town, with flat valley floors along the
//! rivers, hills in between, and never a river that flows uphill.

mod noise;
mod spline;
mod valleys;

use twin_core::{LonLat, Planar, Terrain, TerrainGrid};

use self::noise::Hills;
use self::spline::{Bumps, Spline};
use self::valleys::Valleys;
use super::facts::Facts;
use super::ground::Ground;
use super::lines::blend;
use super::plane::distance2;
use super::segments::Frame;
use super::water::{River, centers};
use crate::error::GisResult;

/// Posts per degree of longitude and of latitude: 2″ and 1.5″, 42 m and 46 m.
const POSTS_PER_LON: f64 = 1800.0;
const POSTS_PER_LAT: f64 = 2400.0;
/// How far the terrain reaches beyond the outermost town.
const MARGIN_M: f64 = 1200.0;
/// The smooth base is computed at every so many posts.
const COARSE: usize = 8;
/// Within this distance of a river's middle, posts have the height of its bed.
const CHANNEL_M: f64 = 68.0;
/// The ground of a town is made level as far as this and so many spreads of its people.
const LEVEL_M: f64 = 350.0;
const LEVEL_SPREADS: f64 = 2.5;
/// How far the altitude of a town shapes the land around it.
const TOWN_REACH_M: f64 = 1700.0;

/// The height of the land on a regular grid of the plane.
#[derive(Debug)]
pub(super) struct Relief {
    grid: TerrainGrid,
    south_west: Planar,
    step: Planar,
    columns: usize,
    rows: usize,
    /// Row by row from the south-west.
    heights_m: Vec<f64>,
}

impl Relief {
    /// Computes the terrain around all towns.
    pub(super) fn new(
        facts: &Facts,
        ground: &Ground,
        rivers: &[River],
        seed: u64,
    ) -> GisResult<Self> {
        let mut relief = Self::flat(facts, ground)?;
        let valleys = Valleys::new(&relief, rivers);
        relief.raise(&base(facts, ground, rivers), &valleys, &Hills::new(seed));
        relief.meet_towns(&towns(facts, ground), &valleys);
        relief.level_towns(facts, ground, &valleys);
        relief.lay_channels(&valleys);
        Ok(relief)
    }

    /// The rectangle of the terrain.
    pub(super) fn frame(&self) -> Frame {
        let [west, south] = self.south_west;
        let (east, north) = (self.columns - 1, self.rows - 1);
        Frame {
            south_west: self.south_west,
            north_east: [
                west + east as f64 * self.step[0],
                south + north as f64 * self.step[1],
            ],
        }
    }

    /// The height at a place, between its four posts; outside, that of the nearest edge.
    pub(super) fn height_m(&self, at: Planar) -> f64 {
        let (column, across) = self.cell(at, 0, self.columns);
        let (row, up) = self.cell(at, 1, self.rows);
        let along = |row: usize| {
            let west_m = self.heights_m[row * self.columns + column];
            west_m + (self.heights_m[row * self.columns + column + 1] - west_m) * across
        };
        let (south_m, north_m) = (along(row), along(row + 1));
        south_m + (north_m - south_m) * up
    }

    /// How steeply the land rises at a place, eastwards and northwards, in metres per metre.
    pub(super) fn gradient(&self, [x, y]: Planar) -> Planar {
        const HALF_M: f64 = 45.0;
        let rise = |a: Planar, b: Planar| (self.height_m(b) - self.height_m(a)) / (2.0 * HALF_M);
        [
            rise([x - HALF_M, y], [x + HALF_M, y]),
            rise([x, y - HALF_M], [x, y + HALF_M]),
        ]
    }

    /// The terrain as the pack holds it.
    pub(super) fn terrain(&self) -> GisResult<Terrain> {
        let mut heights_m = Vec::with_capacity(self.heights_m.len());
        for row in self.heights_m.chunks(self.columns).rev() {
            heights_m.extend(row.iter().map(|&height_m| centimetres(height_m)));
        }
        let is_filled = vec![false; heights_m.len()];
        Ok(Terrain::new(self.grid, heights_m, is_filled)?)
    }

    fn flat(facts: &Facts, ground: &Ground) -> GisResult<Self> {
        let places = facts.communes.iter().map(|c| c.center);
        let places: Vec<LonLat> = places
            .chain(facts.neighbours.iter().map(|n| n.centroid))
            .collect();
        let span = |of: fn(&LonLat) -> f64, per_degree: f64, margin: f64| {
            let least = places.iter().map(of).fold(f64::INFINITY, f64::min) - margin;
            let most = places.iter().map(of).fold(f64::NEG_INFINITY, f64::max) + margin;
            ((least * per_degree).floor(), (most * per_degree).ceil())
        };
        let margin = |per_degree_m: f64| MARGIN_M / per_degree_m;
        let (west, east) = span(|place| place.lon(), POSTS_PER_LON, margin(75_000.0));
        let (south, north) = span(|place| place.lat(), POSTS_PER_LAT, margin(111_000.0));
        let grid = TerrainGrid {
            north_west: LonLat::new(west / POSTS_PER_LON, north / POSTS_PER_LAT)?,
            lon_step: 1.0 / POSTS_PER_LON,
            lat_step: 1.0 / POSTS_PER_LAT,
            columns: posts(east - west),
            rows: posts(north - south),
        };
        let corner = |lon, lat| {
            Ok::<_, crate::error::GisError>(ground.plane.project(LonLat::new(lon, lat)?))
        };
        let south_west = corner(west / POSTS_PER_LON, south / POSTS_PER_LAT)?;
        let north_east = corner(east / POSTS_PER_LON, north / POSTS_PER_LAT)?;
        let (columns, rows) = (grid.columns as usize, grid.rows as usize);
        Ok(Self {
            grid,
            south_west,
            step: [
                (north_east[0] - south_west[0]) / (east - west),
                (north_east[1] - south_west[1]) / (north - south),
            ],
            columns,
            rows,
            heights_m: vec![0.0; columns * rows],
        })
    }

    fn post(&self, ix: usize) -> Planar {
        let (column, row) = (ix % self.columns, ix / self.columns);
        [
            self.south_west[0] + column as f64 * self.step[0],
            self.south_west[1] + row as f64 * self.step[1],
        ]
    }

    fn cell(&self, at: Planar, axis: usize, posts: usize) -> (usize, f64) {
        let steps =
            ((at[axis] - self.south_west[axis]) / self.step[axis]).clamp(0.0, (posts - 1) as f64);
        let cell = whole(steps).min(posts - 2);
        (cell, steps - cell as f64)
    }

    /// Sets every post: the smooth base with hills on it, flat in the valleys.
    fn raise(&mut self, base: &Spline, valleys: &Valleys<'_>, hills: &Hills) {
        let coarse = CoarseGrid::new(self, base);
        for ix in 0..self.heights_m.len() {
            let at = self.post(ix);
            let base_m = coarse.height_m(ix % self.columns, ix / self.columns);
            let river = valleys.nearest(ix, at);
            let openness = river.openness();
            let land_m = base_m + hills.height_m(at, base_m) * openness;
            let floor_m = river.bed_m + 1.4 + river.distance_m * 0.004;
            let lifted_m = (floor_m + 3.0 - land_m).max(0.0) * river.closeness();
            let land_m = land_m + lifted_m;
            self.heights_m[ix] = floor_m + (land_m - floor_m) * openness;
        }
        self.blur();
    }

    /// One pass of a small binomial filter.
    fn blur(&mut self) {
        for (stride, columns) in [(1, self.columns), (self.columns, 1)] {
            let before = self.heights_m.clone();
            for ix in stride..before.len() - stride {
                let column = ix % self.columns;
                if columns == 1 || (column > 0 && column + 1 < self.columns) {
                    self.heights_m[ix] =
                        (before[ix - stride] + 2.0 * before[ix] + before[ix + stride]) / 4.0;
                }
            }
        }
    }

    /// Bends the land so that every town has its altitude.
    fn meet_towns(&mut self, towns: &[(Planar, f64)], valleys: &Valleys<'_>) {
        for _ in 0..2 {
            let missing = towns
                .iter()
                .map(|&(at, altitude_m)| (at, altitude_m - self.height_m(at)));
            let bumps = Bumps::new(&missing.collect::<Vec<_>>(), TOWN_REACH_M);
            for ix in 0..self.heights_m.len() {
                let at = self.post(ix);
                let bump_m = bumps.height_m(at);
                if bump_m != 0.0 {
                    self.heights_m[ix] += bump_m * valleys.nearest(ix, at).freedom();
                }
            }
        }
    }

    /// Makes the ground of towns half as uneven, for people build where it is.
    fn level_towns(&mut self, facts: &Facts, ground: &Ground, valleys: &Valleys<'_>) {
        for (commune, town) in facts.communes.iter().zip(&ground.towns) {
            let reach_m = LEVEL_M + LEVEL_SPREADS * town.spread_m;
            let low = town.center.map(|part| part - reach_m);
            let high = town.center.map(|part| part + reach_m);
            let columns = self.cell(low, 0, self.columns).0..self.cell(high, 0, self.columns).0 + 1;
            for row in self.cell(low, 1, self.rows).0..=self.cell(high, 1, self.rows).0 {
                for ix in columns.clone().map(|column| row * self.columns + column) {
                    let at = self.post(ix);
                    let nearness = soft(1.0 - distance2(at, town.center).sqrt() / reach_m);
                    let share = 0.5 * nearness * valleys.nearest(ix, at).freedom();
                    self.heights_m[ix] += (commune.altitude_m - self.heights_m[ix]) * share;
                }
            }
        }
    }

    /// Lays the beds of the rivers, and nothing near them lower.
    fn lay_channels(&mut self, valleys: &Valleys<'_>) {
        for ix in 0..self.heights_m.len() {
            let river = valleys.nearest(ix, self.post(ix));
            if river.distance_m < CHANNEL_M {
                self.heights_m[ix] = river.bed_m;
            } else if river.distance_m < 2.0 * river.floor_m {
                let least_m = river.bed_m + 0.8 + (river.distance_m - CHANNEL_M) * 0.003;
                self.heights_m[ix] = self.heights_m[ix].max(least_m);
            }
        }
    }
}

/// The smooth base at every eighth post, and between them by cubic curves.
struct CoarseGrid {
    columns: usize,
    rows: usize,
    heights_m: Vec<f64>,
}

impl CoarseGrid {
    fn new(relief: &Relief, base: &Spline) -> Self {
        let (columns, rows) = (relief.columns / COARSE + 4, relief.rows / COARSE + 4);
        let step = relief.step.map(|step| step * COARSE as f64);
        let height_m = |ix: usize| {
            let (column, row) = ((ix % columns) as f64 - 1.0, (ix / columns) as f64 - 1.0);
            let [west, south] = relief.south_west;
            base.height_m([west + column * step[0], south + row * step[1]])
        };
        Self {
            columns,
            rows,
            heights_m: (0..columns * rows).map(height_m).collect(),
        }
    }

    fn height_m(&self, column: usize, row: usize) -> f64 {
        let (left, across) = (column / COARSE, (column % COARSE) as f64 / COARSE as f64);
        let (below, up) = (row / COARSE, (row % COARSE) as f64 / COARSE as f64);
        let along = |n: usize| {
            let start = (below + n).min(self.rows - 1) * self.columns + left;
            blend([0, 1, 2, 3].map(|m| self.heights_m[start + m]), across)
        };
        blend([along(0), along(1), along(2), along(3)], up)
    }
}

/// The smooth surface through towns, rivers and crests.
fn base(facts: &Facts, ground: &Ground, rivers: &[River]) -> Spline {
    let mut samples = towns(facts, ground);
    for river in rivers {
        let points = river.course.iter().zip(&river.bed_m).step_by(24);
        samples.extend(points.map(|(&at, &bed_m)| (at, bed_m + 4.0)));
    }
    let crests = facts.ridges.iter().flat_map(|ridge| &ridge.crest);
    for &[lon, lat, altitude_m] in crests {
        if let Ok(place) = LonLat::new(lon, lat) {
            samples.push((ground.plane.project(place), altitude_m));
        }
    }
    let mut apart: Vec<(Planar, f64)> = Vec::new();
    for sample in samples {
        if apart
            .iter()
            .all(|other| distance2(other.0, sample.0) > 120.0 * 120.0)
        {
            apart.push(sample);
        }
    }
    Spline::through(&apart)
}

fn towns(facts: &Facts, ground: &Ground) -> Vec<(Planar, f64)> {
    let own = facts.communes.iter().map(|commune| commune.altitude_m);
    let altitudes_m = own.chain(facts.neighbours.iter().map(|ring| ring.altitude_m));
    centers(facts, ground)
        .into_iter()
        .zip(altitudes_m)
        .collect()
}

/// From 0 to 1, level at both ends.
fn soft(share: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "hundreds of metres in a float of 24 bits"
)]
fn centimetres(height_m: f64) -> f32 {
    ((height_m * 100.0).round() / 100.0) as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and small"
)]
fn whole(steps: f64) -> usize {
    steps as usize
}

fn posts(steps: f64) -> u32 {
    u32::try_from(whole(steps)).unwrap_or(u32::MAX - 1) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_territory_without_rivers_and_crests_has_heights_too() {
        let mut facts = Facts::embedded().unwrap();
        facts.rivers.clear();
        facts.ridges.clear();
        let ground = Ground::new(&facts).unwrap();
        let relief = Relief::new(&facts, &ground, &[], 1).unwrap();
        let is_plausible = |height_m: &f64| (0.0..2000.0).contains(height_m);
        assert!(relief.heights_m.iter().all(is_plausible));
    }
}
