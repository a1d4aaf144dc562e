//! The grid that a terrain gets: the finest of its files', cut to where it is wanted and covered.

use twin_core::{LonLat, LonLatBox, Terrain, TerrainGrid, TwinError};

use super::grid::{OUTSIDE, System, count};
use super::mosaic::Mosaic;

/// Places along each side of a file's rim that say how far it reaches in degrees.
const RIM_PLACES: u32 = 31;
/// How many wider steps are tried before a shape counts as one that no grid fits.
const MOST_TRIED: u32 = 10_000;
/// How much of a step rounding may be off.
const ROUNDING: f64 = 1e-6;

/// A terrain while it is being made: heights at the posts of a grid, or why there is none.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) grid: TerrainGrid,
    pub(super) heights: Vec<f32>,
    /// How many times wider its steps are than those of the finest file.
    pub(super) coarser: u32,
}

/// Where the posts of a grid would stand, before it is known how many that are.
#[derive(Clone, Copy, Debug)]
struct Lattice {
    north_west: [f64; 2],
    steps: [f64; 2],
}

impl Target {
    /// The grid for what `mosaics` cover of `region`, with at most `max_posts`, and no height yet;
    /// `None` where they cover nothing of it.
    pub(super) fn new(
        mosaics: &[Mosaic],
        region: Option<LonLatBox>,
        max_posts: usize,
    ) -> Option<Self> {
        let covered = covered(mosaics)?;
        let wanted = region.map_or(Some(covered), |region| region.intersection(covered))?;
        let mosaic = mosaics.iter().min_by(|a, b| cell(a).total_cmp(&cell(b)))?;
        let steps = steps(mosaic)?;
        let lattice = lattice(mosaic, steps, wanted);
        let least = lattice.coarser_for(wanted, max_posts);
        let tried = (least..least.saturating_add(MOST_TRIED)).find_map(|coarser| {
            let grid = lattice.grid(wanted, coarser)?;
            let posts = usize::try_from(u64::from(grid.columns) * u64::from(grid.rows)).ok()?;
            (posts <= max_posts).then_some((grid, coarser, posts))
        });
        let (grid, coarser, posts) = tried?;
        Some(Self {
            grid,
            heights: vec![OUTSIDE; posts],
            coarser,
        })
    }

    /// The terrain, once every post has a height.
    pub(super) fn terrain(self, is_filled: Vec<bool>) -> Result<Terrain, TwinError> {
        Terrain::new(self.grid, self.heights, is_filled)
    }
}

impl Lattice {
    /// About how many times wider its steps must be for so many posts.
    fn coarser_for(&self, wanted: LonLatBox, max_posts: usize) -> u32 {
        let columns = (wanted.east() - wanted.west()) / self.steps[0];
        let rows = (wanted.north() - wanted.south()) / self.steps[1];
        count((columns * rows / max_posts as f64).sqrt()).max(1)
    }

    /// Its posts around `wanted`; where they are coarser than the files', within.
    fn grid(&self, wanted: LonLatBox, coarser: u32) -> Option<TerrainGrid> {
        let steps = self.steps.map(|step| step * f64::from(coarser));
        let [west, north] = self.north_west;
        let outward = if coarser == 1 {
            1.0 - ROUNDING
        } else {
            ROUNDING
        };
        let posts = |length: f64, step: f64| {
            let posts = (length / step + outward).floor() + 1.0;
            (2.0..=1e9).contains(&posts).then(|| count(posts))
        };
        let columns = posts(wanted.east() - west, steps[0])?;
        let rows = posts(north - wanted.south(), steps[1])?;
        let place = LonLat::new(west, north).ok()?;
        let grid = TerrainGrid {
            north_west: place,
            lon_step: steps[0],
            lat_step: steps[1],
            columns,
            rows,
        };
        Some(grid)
    }
}

/// The posts of a mosaic that has degrees, from just outside of `wanted`; else posts of the same
/// density from its corner.
fn lattice(mosaic: &Mosaic, steps: [f64; 2], wanted: LonLatBox) -> Lattice {
    let corner = [wanted.west(), wanted.north()];
    let (System::Degrees, Some((first, steps))) = (&mosaic.system, mosaic.frame.as_north_up())
    else {
        return Lattice {
            north_west: corner,
            steps,
        };
    };
    let column = ((corner[0] - first[0]) / steps[0] + ROUNDING).floor();
    let row = ((first[1] - corner[1]) / steps[1] + ROUNDING).floor();
    let north_west = [first[0] + column * steps[0], first[1] - row * steps[1]];
    Lattice {
        north_west: [north_west[0].max(-180.0), north_west[1].min(90.0)],
        steps,
    }
}

/// Sorts mosaics by the distance of their posts; those of the same one stay in their order.
pub(super) fn finest_first(mosaics: &mut [Mosaic]) {
    mosaics.sort_by(|a, b| cell(a).total_cmp(&cell(b)));
}

/// The area around a post, in square degrees; without an end where it cannot be told.
fn cell(mosaic: &Mosaic) -> f64 {
    steps(mosaic).map_or(f64::INFINITY, |steps| steps[0] * steps[1])
}

/// The box around all that the files cover, in degrees.
fn covered(mosaics: &[Mosaic]) -> Option<LonLatBox> {
    let places = mosaics.iter().flat_map(|mosaic| {
        let rims = mosaic.frames().flat_map(|frame| frame.rim(RIM_PLACES));
        rims.filter_map(|coordinates| mosaic.system.unproject(coordinates))
    });
    LonLatBox::around(places.map(Into::into))
}

/// How far apart the posts of a mosaic are, in degrees of longitude and latitude.
fn steps(mosaic: &Mosaic) -> Option<[f64; 2]> {
    let frame = &mosaic.frame;
    if let (System::Degrees, Some((_, steps))) = (&mosaic.system, frame.as_north_up()) {
        return Some(steps);
    }
    let window = mosaic.window();
    let middle = [&window.columns, &window.rows].map(|it| it.start.midpoint(it.end) as f64);
    let place = |right: f64, down: f64| {
        let index = [middle[0] + right, middle[1] + down];
        mosaic.system.unproject(frame.at(index))
    };
    let (here, right, down) = (place(0.0, 0.0)?, place(1.0, 0.0)?, place(0.0, 1.0)?);
    let (across, along) = (here.distance(right).get(), here.distance(down).get());
    let degree_up = here.distance(LonLat::new(here.lon(), shifted(here.lat())).ok()?);
    let degree_right = here.distance(LonLat::new(shifted(here.lon()), here.lat()).ok()?);
    let [east, south] = match frame.as_north_up() {
        Some(_) => [across, along],
        None => [across.min(along); 2],
    };
    let steps = [
        east / degree_right.get() * SHIFT,
        south / degree_up.get() * SHIFT,
    ];
    steps
        .iter()
        .all(|step| *step > 0.0 && step.is_finite())
        .then_some(steps)
}

/// A part of a degree, over which a degree is measured.
const SHIFT: f64 = 0.125;

/// A little nearer to zero, so that it stays on the globe.
fn shifted(degrees: f64) -> f64 {
    if degrees > 0.0 {
        degrees - SHIFT
    } else {
        degrees + SHIFT
    }
}
