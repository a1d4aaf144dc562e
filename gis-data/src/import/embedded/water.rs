//! Rivers: smooth lines past the communes that they really pass, in order, with a bed that falls.

use twin_core::{Planar, Waterway};

use super::courses::{self, clear_of};
use super::draws::{Draws, Topic};
use super::facts::Facts;
use super::ground::Ground;
use super::lines::{foot, length, resampled, smooth};
use super::plane::{distance2, vector};
use crate::error::GisResult;

/// How far apart the points of a river are, about.
const STEP_M: f64 = 45.0;
/// No bank comes nearer to the middle of a town.
const CENTER_CLEARANCE_M: f64 = 170.0;
/// A river that ends nearer than this to a listed one flows into it.
const CONFLUENCE_REACH_M: f64 = 1500.0;

/// One river.
#[derive(Debug)]
pub(super) struct River {
    name: Box<str>,
    /// The usual width of the water.
    pub width_m: f64,
    /// Half the width of the valley's flat floor.
    pub floor_m: f64,
    /// Its middle, downstream.
    pub course: Vec<Planar>,
    /// The height of the bed at each point of the course; it never rises.
    pub bed_m: Vec<f64>,
}

/// The rivers, in the order of the facts: each flows into one before it, or leaves.
pub(super) fn rivers(facts: &Facts, ground: &Ground, seed: u64) -> GisResult<Vec<River>> {
    let centers = centers(facts, ground);
    let mut rivers: Vec<River> = Vec::new();
    for (ix, river) in facts.rivers.iter().enumerate() {
        let mut draws = Draws::new(seed, Topic::Rivers, ix);
        let clearance_m = CENTER_CLEARANCE_M + river.width_m / 2.0;
        let wanted = courses::Wanted {
            field: "rivers.course",
            source: river.source,
            entries: &river.course,
            clearance_m,
        };
        let controls = courses::controls(&wanted, (facts, ground))?;
        let course = courses::meandering(&controls, &mut draws);
        let course = resampled(&smooth(&course, 8), STEP_M);
        let mut course = clear_of(&centers, &course, clearance_m);
        let mouth = mouth(&rivers, &mut course);
        let bed_m = bed_m(&controls, &course, &river.bed_m, mouth);
        rivers.push(River {
            name: river.name.clone(),
            width_m: river.width_m,
            floor_m: river.floor_m,
            course,
            bed_m,
        });
    }
    Ok(rivers)
}

/// The rivers as the pack holds them.
pub(super) fn waterways(rivers: &[River], ground: &Ground) -> GisResult<Vec<Waterway>> {
    let waterway = |river: &River| {
        let place = |&at: &Planar| Ok(ground.plane.unproject(at)?);
        Ok(Waterway {
            class: if river.width_m < 6.0 {
                "stream"
            } else {
                "river"
            }
            .into(),
            name: Some(river.name.clone()),
            path: river.course.iter().map(place).collect::<GisResult<_>>()?,
        })
    };
    rivers.iter().map(waterway).collect()
}

/// The middle of every commune, in the territory and around it.
pub(super) fn centers(facts: &Facts, ground: &Ground) -> Vec<Planar> {
    let ring = facts
        .neighbours
        .iter()
        .map(|n| ground.plane.project(n.centroid));
    let own = ground.towns.iter().map(|town| town.center);
    own.chain(ring).collect()
}

/// Ends a course at the nearest point of an earlier river and returns the height of the bed there.
fn mouth(earlier: &[River], course: &mut Vec<Planar>) -> Option<f64> {
    let last = *course.last()?;
    let points = earlier
        .iter()
        .flat_map(|river| river.course.iter().zip(&river.bed_m));
    let (&at, &bed_m) =
        points.min_by(|(a, _), (b, _)| distance2(**a, last).total_cmp(&distance2(**b, last)))?;
    if distance2(at, last) > CONFLUENCE_REACH_M * CONFLUENCE_REACH_M {
        return None;
    }
    let meets = course.iter().position(|&point| {
        let near = earlier.iter().flat_map(|river| river.course.windows(2));
        near.into_iter()
            .any(|pair| foot([pair[0], pair[1]], point).1 < 70.0 * 70.0)
    });
    let cut = meets.unwrap_or(course.len()).max(1);
    course.truncate(cut);
    let end = *course.last()?;
    let points = earlier
        .iter()
        .flat_map(|river| river.course.iter().zip(&river.bed_m));
    let (&at, &bed_m) = points
        .min_by(|(a, _), (b, _)| distance2(**a, end).total_cmp(&distance2(**b, end)))
        .unwrap_or((&at, &bed_m));
    course.push(at);
    *course = resampled(course, STEP_M);
    Some(bed_m)
}

/// The bed at each point: even between the entries, nowhere rising, nowhere below the mouth.
fn bed_m(
    controls: &[Planar],
    course: &[Planar],
    given_m: &[f64],
    mouth_m: Option<f64>,
) -> Vec<f64> {
    let mut walked_m = vec![0.0; course.len()];
    for ix in 1..course.len() {
        walked_m[ix] = walked_m[ix - 1] + length(vector(course[ix - 1], course[ix]));
    }
    let nearest = |control: &Planar| {
        let apart2 = |ix: &usize| distance2(course[*ix], *control);
        (0..course.len())
            .min_by(|a, b| apart2(a).total_cmp(&apart2(b)))
            .unwrap_or(0)
    };
    let mut marks: Vec<(f64, f64)> = Vec::new();
    for (control, &height_m) in controls.iter().zip(given_m) {
        let at_m = walked_m[nearest(control)];
        let height_m = mouth_m.map_or(height_m, |mouth_m| height_m.max(mouth_m));
        let is_beyond = marks
            .last()
            .is_none_or(|&(before_m, above_m)| at_m > before_m && height_m <= above_m);
        if is_beyond {
            marks.push((at_m, height_m));
        }
    }
    if let (Some(mouth_m), Some(&end_m)) = (mouth_m, walked_m.last()) {
        marks.retain(|&(at_m, _)| at_m < end_m - 1.0);
        marks.push((end_m, mouth_m));
    }
    walked_m.iter().map(|&at_m| between(&marks, at_m)).collect()
}

fn between(marks: &[(f64, f64)], at_m: f64) -> f64 {
    let after = marks.partition_point(|&(mark_m, _)| mark_m <= at_m);
    match (after.checked_sub(1).map(|ix| marks[ix]), marks.get(after)) {
        (Some((from_m, high_m)), Some(&(to_m, low_m))) => {
            high_m + (low_m - high_m) * (at_m - from_m) / (to_m - from_m)
        }
        (Some((_, height_m)), None) | (None, Some(&(_, height_m))) => height_m,
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_river_flows_uphill_and_each_ends_where_another_has_its_height() {
        let facts = Facts::embedded().unwrap();
        let ground = Ground::new(&facts).unwrap();
        let rivers = rivers(&facts, &ground, 1).unwrap();
        for (ix, river) in rivers.iter().enumerate() {
            assert!(river.bed_m.is_sorted_by(|a, b| a >= b), "{}", river.name);
            let (end, end_m) = (river.course.last().unwrap(), river.bed_m.last().unwrap());
            let meets = rivers[..ix].iter().any(|other| {
                let mut points = other.course.iter().zip(&other.bed_m);
                points.any(|(at, at_m)| at == end && at_m == end_m)
            });
            assert_eq!(meets, ix > 0, "{}", river.name);
        }
    }
}
