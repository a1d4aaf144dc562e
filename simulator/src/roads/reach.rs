//! How far one comes in a time: polygons around the streets that were reached.
//!
//! A place is inside when someone who leaves a street at any of its points, and walks straight, is
//! there in time and within the longest walk. For each limit this is a union of discs along the
//! streets; its signed distance is spread over a grid and cut at zero.

mod contour;
mod field;
mod frame;
mod pieces;
mod rings;

use geo_types::MultiPolygon;
use twin_core::LonLat;

use self::field::Field;
use self::frame::LocalFrame;
use self::pieces::{Piece, Walk};
use crate::error::{SimError, SimResult, in_range};

/// A stretch of street that was reached: the time grows (or falls) linearly along its length.
///
/// A street that is reached from both ends is two stretches, of which the earlier time counts.
#[derive(Clone, Copy, Debug)]
pub struct ReachedStretch<'a> {
    /// Its course. A single point is a place that was reached.
    pub path: &'a [LonLat],
    /// Seconds until its first point; 0 or more, finite.
    pub start_s: f64,
    /// Seconds until its last point; 0 or more, finite.
    pub end_s: f64,
}

/// What to draw, and how finely.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachOptions {
    /// Up to 10 limits in seconds, ascending.
    pub limits_s: Vec<f64>,
    /// Size of a grid cell in metres, 5 to 10,000. Where [`MAX_CELLS`] of them would not do, they
    /// are made larger.
    pub cell_m: f64,
    /// How fast one walks away from a street, in km/h; 0 to 50.
    pub off_road_kmh: f64,
    /// How far one walks away from a street, in metres; 0 to 10,000.
    pub max_off_road_m: f64,
}

/// The most cells of a grid.
pub const MAX_CELLS: usize = 4_000_000;

/// The area reached within each limit, in WGS84, one per limit and in their order.
///
/// Each holds the one before it and is valid: rings do not touch, outer ones run anticlockwise and
/// holes clockwise. Every point of a stretch that was reached in time lies inside, for a street is
/// at least a cell wide to either side. The edge is off by less than half a cell elsewhere; holes
/// smaller than a cell are left out.
///
/// Refuses options and times out of range, and an area that no local frame holds
/// ([`SimError::ReachOutsideFrame`]). In the frame a degree has the same length everywhere: 90 km
/// from its middle to the north, walks to the east are off by 1.5 % at 47°.
///
/// ```
/// use simulator::roads::reach::{ReachOptions, ReachedStretch, reach_polygons};
/// use twin_core::LonLat;
///
/// let path = [LonLat::new(6.79, 47.5)?, LonLat::new(6.81, 47.5)?];
/// let street = ReachedStretch { path: &path, start_s: 0.0, end_s: 120.0 };
/// let options = ReachOptions {
///     limits_s: vec![60.0, 120.0],
///     cell_m: 20.0,
///     off_road_kmh: 4.0,
///     max_off_road_m: 50.0,
/// };
/// let areas = reach_polygons(&[street], &options)?;
/// assert_eq!(areas.len(), 2);
/// assert_eq!(areas[1].0.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reach_polygons(
    stretches: &[ReachedStretch<'_>],
    options: &ReachOptions,
) -> SimResult<Vec<MultiPolygon<f64>>> {
    options.check()?;
    let latest_s = options.limits_s.last().copied().unwrap_or(0.0);
    let reached = reached_in_time(stretches, latest_s)?;
    let Some(frame) = LocalFrame::around(reached.iter().flat_map(|stretch| stretch.path))? else {
        return Ok(vec![MultiPolygon(Vec::new()); options.limits_s.len()]);
    };
    let courses: Vec<Piece> = reached
        .iter()
        .flat_map(|stretch| pieces::along(stretch, &frame))
        .filter_map(|piece| piece.until(latest_s))
        .collect();
    let walk = options.walk();
    let mut field = Field::around(
        &courses,
        walk.farthest_m(&courses, latest_s),
        options.cell_m,
    );
    frame.check(field.corners())?;
    let areas = options.limits_s.iter().map(|limit_s| {
        let walk = walk.at_least(field.cell_m());
        field.spread(&walk.discs(&courses, *limit_s));
        rings::polygons(contour::trace(&field), field.cell_m(), &frame)
    });
    Ok(areas.collect())
}

fn reached_in_time<'a>(
    stretches: &[ReachedStretch<'a>],
    latest_s: f64,
) -> SimResult<Vec<ReachedStretch<'a>>> {
    for time_s in stretches.iter().flat_map(|s| [s.start_s, s.end_s]) {
        in_range("a time of a stretch", time_s, (0.0, MAX_TIME_S), TIMES)?;
    }
    let in_time = stretches
        .iter()
        .filter(|stretch| stretch.start_s.min(stretch.end_s) <= latest_s);
    Ok(in_time.copied().collect())
}

const MAX_TIME_S: f64 = 1e9;
const TIMES: &str = "0 to 1000000000 seconds";
const MAX_LIMITS: usize = 10;

impl ReachOptions {
    fn check(&self) -> SimResult<()> {
        if self.limits_s.len() > MAX_LIMITS {
            return Err(SimError::InvalidParameter {
                parameter: "the number of limits_s",
                value: self.limits_s.len() as f64,
                expected: "at most 10",
            });
        }
        let mut least = 0.0;
        for limit_s in &self.limits_s {
            let expected = "ascending, from 0 to 1000000000";
            in_range("one of limits_s", *limit_s, (least, MAX_TIME_S), expected)?;
            least = *limit_s;
        }
        in_range("cell_m", self.cell_m, (5.0, 1e4), "5 to 10000")?;
        in_range("off_road_kmh", self.off_road_kmh, (0.0, 50.0), "0 to 50")?;
        let far = self.max_off_road_m;
        in_range("max_off_road_m", far, (0.0, 1e4), "0 to 10000")
    }

    fn walk(&self) -> Walk {
        Walk {
            speed_mps: self.off_road_kmh / 3.6,
            longest_m: self.max_off_road_m,
            shortest_m: 0.0,
        }
    }
}

#[cfg(test)]
mod tests;
