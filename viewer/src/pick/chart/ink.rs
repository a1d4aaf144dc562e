//! What is drawn of a chart: how far a point is from each line.

use bevy::math::{Rect, Vec2};

use super::super::series::{Curve, Plot};
use crate::hud::picture::line;

const CURVE_PX: f32 = 2.0;
const DOT_PX: f32 = 4.5;
const HAIRLINE_PX: f32 = 1.0;
/// How far the present rises over the line of 100 %, and the ticks go below that of 0.
const BEYOND_PX: f32 = 7.0;
const TICK_PX: f32 = 5.0;
/// How far off a line still colours a pixel.
const NEAR_PX: f32 = 3.0;
/// A gap is marked from this width on.
const GAP_PX: f32 = 6.0;

/// How far a point is from the levels.
pub(super) fn curve(curve: &Curve, at: Vec2) -> f32 {
    let runs = curve.runs.iter().map(|run| from_run(run, at));
    let nearest = runs.fold(f32::INFINITY, f32::min);
    let dot = curve
        .last
        .map_or(f32::INFINITY, |last| last.distance(at) - DOT_PX);
    nearest.min(dot)
}

/// Only what of a run is near is looked at: a picture has many pixels.
fn from_run(run: &[Vec2], at: Vec2) -> f32 {
    let from = run
        .partition_point(|point| point.x < at.x - NEAR_PX)
        .saturating_sub(1);
    let to = run.partition_point(|point| point.x <= at.x + NEAR_PX);
    let near = run.get(from..(to + 1).min(run.len())).unwrap_or_default();
    let alone = near.iter().map(|point| point.distance(at) - CURVE_PX / 2.0);
    alone.fold(line(near, CURVE_PX, at), f32::min)
}

/// How far a point is from the dotted line of 100 %.
pub(super) fn full(rect: Rect, at: Vec2) -> f32 {
    horizontal([rect.min.x, rect.max.x], rect.min.y, at).max(dotted(at.x))
}

/// How far a point is from the line of the present, from ticks at midnights, falls and the ends of
/// gaps.
pub(super) fn guides(curve: &Curve, (plot, midnights): (&Plot, &[f32]), at: Vec2) -> f32 {
    let rect = plot.rect;
    let now = vertical(rect.max.x, [rect.min.y - BEYOND_PX, rect.max.y], at);
    let ticks = midnights
        .iter()
        .map(|x| vertical(*x, [rect.max.y, rect.max.y + TICK_PX], at));
    let falls = curve.drops.iter().map(|[from, to]| {
        let ends = [from.y.min(to.y), from.y.max(to.y)];
        vertical(to.x, ends, at).max(dotted(at.y))
    });
    let gaps = curve.gaps.iter().filter(|[from, to]| to - from >= GAP_PX);
    let inner = |x: &f32| *x > rect.min.x + 1.0 && *x < rect.max.x - 1.0;
    let ends = gaps.flatten().copied().filter(inner);
    let ends = ends.map(|x| vertical(x, [rect.min.y, rect.max.y], at).max(dotted(at.y)));
    let all = ticks.chain(falls).chain(ends).chain([now]);
    all.fold(f32::INFINITY, f32::min)
}

fn vertical(x: f32, [from, to]: [f32; 2], at: Vec2) -> f32 {
    let ends = [Vec2::new(x, from), Vec2::new(x, to)];
    line(&ends, HAIRLINE_PX, at)
}

fn horizontal([from, to]: [f32; 2], y: f32, at: Vec2) -> f32 {
    let ends = [Vec2::new(from, y), Vec2::new(to, y)];
    line(&ends, HAIRLINE_PX, at)
}

/// Below 0 within a dot of a dotted line.
fn dotted(along: f32) -> f32 {
    const DOT: f32 = 2.0;
    const EVERY: f32 = 4.0;
    let from_middle = (along.rem_euclid(EVERY) - EVERY / 2.0).abs();
    from_middle - DOT / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Curve {
        Curve {
            runs: vec![
                vec![Vec2::new(10.0, 60.0), Vec2::new(50.0, 20.0)],
                vec![Vec2::new(90.0, 50.0)],
            ],
            drops: vec![[Vec2::new(50.0, 20.0), Vec2::new(50.0, 70.0)]],
            gaps: vec![[60.0, 90.0]],
            last: Some(Vec2::new(90.0, 50.0)),
        }
    }

    #[rstest::rstest]
    #[case::on_the_line(Vec2::new(30.0, 40.0), true)]
    #[case::in_a_gap(Vec2::new(70.0, 40.0), false)]
    #[case::on_the_last_level(Vec2::new(92.0, 52.0), true)]
    #[case::beside(Vec2::new(30.0, 50.0), false)]
    fn levels_are_drawn_and_gaps_left_open(#[case] at: Vec2, #[case] is_drawn: bool) {
        assert_eq!(curve(&sample(), at) < 0.0, is_drawn);
    }

    #[test]
    fn an_emptying_falls_in_dots() {
        let plot = Plot {
            from_s: 0,
            to_s: 100,
            rect: Rect::new(0.0, 10.0, 100.0, 80.0),
        };
        let drawn =
            (25..65).map(|y| guides(&sample(), (&plot, &[]), Vec2::new(50.0, y as f32)) < 0.0);
        let drawn: Vec<bool> = drawn.collect();
        let changes = drawn.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(changes > 8, "{drawn:?}");
    }
}
