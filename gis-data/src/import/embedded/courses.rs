//! Courses of rivers and motorways: past the communes that they really pass, in order.

use twin_core::{LonLat, Planar};

use super::draws::Draws;
use super::facts::Facts;
use super::ground::Ground;
use super::lines::{cross, heading, left, resampled};
use super::plane::{distance2, shifted, vector};
use crate::error::{GisError, GisResult};

/// How far a river swings to the side between two communes, as a share of their distance.
const MEANDER_SHARE: f64 = 0.10;
/// How far apart the points of a course are, about.
const STEP_M: f64 = 45.0;

/// A course as the facts give it.
pub(super) struct Wanted<'a> {
    /// The field of the facts, for errors.
    pub field: &'static str,
    pub source: Option<LonLat>,
    pub entries: &'a [Vec<Box<str>>],
    /// How far it keeps from the middle of a commune that is alone in its entry.
    pub clearance_m: f64,
}

/// Between the communes of each entry; beside a single one, on the inner side of the bend.
pub(super) fn controls(
    wanted: &Wanted<'_>,
    (facts, ground): (&Facts, &Ground),
) -> GisResult<Vec<Planar>> {
    let place = |name: &str| {
        let place = facts.place_of(wanted.field, name)?;
        Ok::<_, GisError>(ground.plane.project(place))
    };
    let source = wanted.source.iter();
    let mut points: Vec<Planar> = source.map(|&at| ground.plane.project(at)).collect();
    let mut is_alone = vec![false; points.len()];
    for entry in wanted.entries.iter().filter(|entry| !entry.is_empty()) {
        points.push(middle(entry.iter().map(|name| place(name)), entry.len())?);
        is_alone.push(entry.len() == 1);
    }
    let aside = |ix: usize| {
        let (before, after) = (
            points[ix.saturating_sub(1)],
            points[(ix + 1).min(points.len() - 1)],
        );
        let side = left(heading(before, after));
        let is_left = cross(vector(before, after), vector(before, points[ix])) > 0.0;
        let aside_m = wanted.clearance_m + 30.0;
        let turn_m = if is_left { -aside_m } else { aside_m };
        if is_alone[ix] {
            shifted(points[ix], side, turn_m)
        } else {
            points[ix]
        }
    };
    Ok((0..points.len()).map(aside).collect())
}

fn middle(places: impl Iterator<Item = GisResult<Planar>>, count: usize) -> GisResult<Planar> {
    let mut sum = [0.0, 0.0];
    for place in places {
        sum = shifted(sum, place?, 1.0 / count as f64);
    }
    Ok(sum)
}

/// Puts a point off the straight line, left and right in turn, between each two.
pub(super) fn meandering(controls: &[Planar], draws: &mut Draws) -> Vec<Planar> {
    let mut course = Vec::with_capacity(controls.len() * 3);
    for pair in controls.windows(2) {
        let [dx, dy] = vector(pair[0], pair[1]);
        course.push(pair[0]);
        for (along, side) in [(1.0 / 3.0, 1.0), (2.0 / 3.0, -1.0)] {
            let swing = side * MEANDER_SHARE * (0.4 + 0.6 * draws.unit());
            let on_line = shifted(pair[0], [dx, dy], along + 0.05 * draws.signed());
            course.push(shifted(on_line, [-dy, dx], swing));
        }
    }
    course.extend(controls.last());
    course
}

/// Pushes the points of a line away from the middles of towns, softly.
pub(super) fn clear_of(centers: &[Planar], course: &[Planar], clearance_m: f64) -> Vec<Planar> {
    let reach_m = 2.0 * clearance_m;
    let pushed = |&at: &Planar| {
        let mut place = at;
        for &center in centers {
            let apart_m = distance2(at, center).sqrt();
            if apart_m > 0.0 && apart_m < reach_m {
                // from the middle itself to `clearance_m`, from `reach_m` to where it was
                let wanted_m = clearance_m + apart_m * (reach_m - clearance_m) / reach_m;
                place = shifted(place, vector(center, at), (wanted_m - apart_m) / apart_m);
            }
        }
        place
    };
    let pushed: Vec<Planar> = course.iter().map(pushed).collect();
    resampled(&pushed, STEP_M)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_away_from_a_town() {
        let course: Vec<Planar> = (-40..=40).map(|n| [f64::from(n) * 45.0, 20.0]).collect();
        let cleared = clear_of(&[[0.0, 0.0]], &course, 200.0);
        let nearest_m = cleared.iter().map(|&at| distance2(at, [0.0, 0.0]).sqrt());
        assert!(nearest_m.fold(f64::INFINITY, f64::min) > 165.0);
        assert_eq!(cleared[0], course[0]);
    }
}
