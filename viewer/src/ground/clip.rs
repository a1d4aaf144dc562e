//! Cutting lines and rings at an upright box, so that neighbouring tiles do not draw twice.

use bevy::math::{Rect, Vec2};

use super::tile::Path;

/// The pieces of a line inside a box (Liang and Barsky, segment by segment).
pub(super) fn clip_line(line: &[Vec2], frame: Rect) -> Vec<Path> {
    let mut pieces: Vec<Path> = Vec::new();
    for (from, to) in line.iter().zip(line.iter().skip(1)) {
        let Some((start, end)) = clip_segment(*from, *to, frame) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if start == *from && piece.last() == Some(&start) => piece.push(end),
            _ => pieces.push(vec![start, end]),
        }
    }
    pieces
}

fn clip_segment(from: Vec2, to: Vec2, frame: Rect) -> Option<(Vec2, Vec2)> {
    let step = to - from;
    let (mut enter, mut leave) = (0.0_f32, 1.0_f32);
    for (ahead, room) in [
        (-step.x, from.x - frame.min.x),
        (step.x, frame.max.x - from.x),
        (-step.y, from.y - frame.min.y),
        (step.y, frame.max.y - from.y),
    ] {
        if ahead == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if ahead < 0.0 {
            enter = enter.max(room / ahead);
        } else {
            leave = leave.min(room / ahead);
        }
    }
    let at = |share: f32| (from + step * share).clamp(frame.min, frame.max);
    let start = if enter > 0.0 { at(enter) } else { from };
    let end = if leave < 1.0 { at(leave) } else { to };
    (enter < leave).then_some((start, end))
}

/// The part of a ring inside a box (Sutherland and Hodgman); parts that hang together outside of
/// the box are joined along its edge. Empty where nothing is inside.
pub(super) fn clip_ring(ring: &[Vec2], frame: Rect) -> Path {
    let mut points = ring.to_vec();
    for (axis, bound, side) in [
        (Vec2::X, frame.min.x, 1.0),
        (Vec2::X, frame.max.x, -1.0),
        (Vec2::Y, frame.min.y, 1.0),
        (Vec2::Y, frame.max.y, -1.0),
    ] {
        points = cut(&points, |at| side * (axis.dot(at) - bound));
    }
    for point in &mut points {
        *point = point.clamp(frame.min, frame.max);
    }
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

/// Keeps what of a ring lies where `inside` is not negative.
pub(super) fn cut(points: &[Vec2], inside: impl Fn(Vec2) -> f32) -> Path {
    let mut kept = Vec::with_capacity(points.len() + 4);
    let before = points.iter().cycle().skip(points.len().saturating_sub(1));
    for (from, to) in before.zip(points) {
        let (a, b) = (inside(*from), inside(*to));
        if (a < 0.0) != (b < 0.0) {
            kept.push(from + (to - from) * (a / (a - b)));
        }
        if b >= 0.0 {
            kept.push(*to);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tile::turn;
    use super::*;

    fn frame() -> Rect {
        Rect::from_corners(Vec2::ZERO, Vec2::splat(10.0))
    }

    fn line(points: &[(f32, f32)]) -> Path {
        points.iter().map(|point| Vec2::from(*point)).collect()
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let pieces = clip_line(
            &line(&[(1.0, 5.0), (15.0, 5.0), (15.0, 6.0), (2.0, 6.0)]),
            frame(),
        );
        assert_eq!(
            pieces,
            [
                line(&[(1.0, 5.0), (10.0, 5.0)]),
                line(&[(10.0, 6.0), (2.0, 6.0)])
            ]
        );
    }

    #[test]
    fn a_line_inside_stays_as_it_is() {
        let path = line(&[(1.0, 5.0), (2.0, 5.0), (2.0, 7.0)]);
        assert_eq!(clip_line(&path, frame()), [path]);
    }

    #[rstest::rstest]
    #[case::around_the_frame(-5.0, 15.0, 100.0)]
    #[case::half_in(-5.0, 5.0, 25.0)]
    #[case::inside(2.0, 4.0, 4.0)]
    #[case::outside(11.0, 14.0, 0.0)]
    fn a_square_is_cut_to_what_is_inside(#[case] low: f32, #[case] high: f32, #[case] area: f64) {
        let ring = line(&[(low, low), (high, low), (high, high), (low, high)]);
        approx::assert_relative_eq!(turn(&clip_ring(&ring, frame())) / 2.0, area, epsilon = 1e-5);
    }

    proptest! {
        #[test]
        fn what_is_cut_lies_inside(
            points in prop::collection::vec((-20.0_f32..30.0, -20.0_f32..30.0), 0..20),
        ) {
            let ring = line(&points);
            for piece in clip_line(&ring, frame()) {
                prop_assert!(piece.iter().all(|at| frame().contains(*at)));
            }
            prop_assert!(clip_ring(&ring, frame()).iter().all(|at| frame().contains(*at)));
        }

        #[test]
        fn neighbours_share_a_line_without_doubling_it(
            points in prop::collection::vec((0.1_f32..19.9, 0.1_f32..9.9), 2..20),
        ) {
            let length = |path: &Path| path.windows(2).map(|it| it[0].distance(it[1])).sum::<f32>();
            let path = line(&points);
            let next = Rect::from_corners(Vec2::new(10.0, 0.0), Vec2::new(20.0, 10.0));
            let cut = |frame| clip_line(&path, frame).iter().map(length).sum::<f32>();
            let (here, there) = (cut(frame()), cut(next));
            prop_assert!((here + there - length(&path)).abs() < 1e-2);
        }
    }
}
