//! Rivers and motorways: smooth lines through the communes that they really pass, in order.

use twin_core::{LonLat, Planar, Road, Tags, Waterway};

use super::draws::{Draws, Topic};
use super::facts::{Course, Facts};
use super::ground::Ground;
use super::plane::{shifted, vector};
use crate::error::GisResult;

/// Points between two control points of a course.
const POINTS_PER_SPAN: u32 = 8;
/// How far a river swings to the side between two communes, as a share of their distance.
const MEANDER_SHARE: f64 = 0.12;

/// The rivers, with meanders.
pub(super) fn rivers(facts: &Facts, ground: &Ground, seed: u64) -> GisResult<Vec<Waterway>> {
    let rivers = facts.rivers.iter().enumerate();
    let river = |(ix, course): (usize, &Course)| {
        let mut draws = Draws::new(seed, Topic::Rivers, ix);
        let controls = meandering(
            &controls("rivers.course", course, (facts, ground))?,
            &mut draws,
        );
        Ok(Waterway {
            class: "river".into(),
            name: Some(course.name.clone()),
            path: path(&controls, ground)?,
        })
    };
    rivers.map(river).collect()
}

/// The motorways, which do not swing.
pub(super) fn motorways(facts: &Facts, ground: &Ground) -> GisResult<Vec<Road>> {
    let motorway = |course: &Course| {
        let controls = controls("motorways.course", course, (facts, ground))?;
        Ok(Road {
            id: None,
            class: "motorway".into(),
            name: Some(course.name.clone()),
            tags: Tags::default(),
            nodes: Vec::new(),
            path: path(&controls, ground)?,
        })
    };
    facts.motorways.iter().map(motorway).collect()
}

/// The middle of the communes of each entry.
fn controls(
    field: &'static str,
    course: &Course,
    (facts, ground): (&Facts, &Ground),
) -> GisResult<Vec<Planar>> {
    let middle = |entry: &Vec<Box<str>>| {
        let mut sum = [0.0, 0.0];
        let mut count = 0.0;
        for name in entry {
            sum = shifted(sum, ground.plane.project(facts.place_of(field, name)?), 1.0);
            count += 1.0;
        }
        Ok([sum[0] / count, sum[1] / count])
    };
    course
        .course
        .iter()
        .filter(|entry| !entry.is_empty())
        .map(middle)
        .collect()
}

/// Puts a point off the straight line, left and right in turn, between each two.
fn meandering(controls: &[Planar], draws: &mut Draws) -> Vec<Planar> {
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

fn path(controls: &[Planar], ground: &Ground) -> GisResult<Vec<LonLat>> {
    let curve = smooth(controls).into_iter();
    curve.map(|at| Ok(ground.plane.unproject(at)?)).collect()
}

/// The uniform Catmull–Rom curve through all points, as a line.
fn smooth(controls: &[Planar]) -> Vec<Planar> {
    let last = controls.len().saturating_sub(1);
    let mut curve = Vec::new();
    for ix in 0..last {
        let four = [ix.saturating_sub(1), ix, ix + 1, (ix + 2).min(last)].map(|n| controls[n]);
        let steps = (0..POINTS_PER_SPAN).map(|n| f64::from(n) / f64::from(POINTS_PER_SPAN));
        curve.extend(steps.map(|t| catmull_rom(four, t)));
    }
    curve.extend(controls.last());
    curve
}

fn catmull_rom([p0, p1, p2, p3]: [Planar; 4], t: f64) -> Planar {
    let blend = |a: f64, b: f64, c: f64, d: f64| {
        let cubic = 3.0 * (b - c) + d - a;
        let square = 2.0 * a - 5.0 * b + 4.0 * c - d;
        b + 0.5 * t * (c - a + t * (square + t * cubic))
    };
    [
        blend(p0[0], p1[0], p2[0], p3[0]),
        blend(p0[1], p1[1], p2[1], p3[1]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_course_passes_every_control_point() {
        let controls = [[0.0, 0.0], [10.0, 5.0], [20.0, -5.0], [30.0, 0.0]];
        let curve = smooth(&controls);
        assert_eq!(curve.len(), 3 * POINTS_PER_SPAN as usize + 1);
        for control in controls {
            assert!(curve.contains(&control), "{control:?}");
        }
    }
}
