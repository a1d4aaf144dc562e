//! Cutting lines and rings at an upright box.

use geo_types::{Coord, LineString};

/// An upright box, by its corners.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Frame {
    fn holds(self, at: Coord) -> bool {
        let range = self.low..=self.high;
        range.contains(&at.x) && range.contains(&at.y)
    }
}

/// The pieces of a line inside a square frame (Liang and Barsky, segment by segment).
pub(super) fn clip_line(line: &LineString, frame: Frame) -> Vec<LineString> {
    let mut pieces: Vec<Vec<Coord>> = Vec::new();
    for segment in line.lines() {
        let Some((from, to)) = clip_segment(segment.start, segment.end, frame) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if from == segment.start && piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces.into_iter().map(LineString::new).collect()
}

fn clip_segment(from: Coord, to: Coord, frame: Frame) -> Option<(Coord, Coord)> {
    let step = to - from;
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (ahead, room) in [
        (-step.x, from.x - frame.low),
        (step.x, frame.high - from.x),
        (-step.y, from.y - frame.low),
        (step.y, frame.high - from.y),
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
    let at = |share: f64| from + step * share;
    let start = if enter > 0.0 { at(enter) } else { from };
    let end = if leave < 1.0 { at(leave) } else { to };
    (enter < leave).then_some((start, end))
}

/// The part of a closed ring inside a square frame (Sutherland and Hodgman); parts that hang
/// together outside of the frame are joined along its edge. Empty where nothing is inside.
pub(super) fn clip_ring(ring: &LineString, frame: Frame) -> LineString {
    if ring.coords().all(|&at| frame.holds(at)) {
        return ring.clone();
    }
    let x = |at: Coord| at.x;
    let y = |at: Coord| at.y;
    let mut points: Vec<Coord> = ring.0.clone();
    points.pop();
    for (axis, bound, side) in [
        (x as fn(Coord) -> f64, frame.low, 1.0),
        (x, frame.high, -1.0),
        (y, frame.low, 1.0),
        (y, frame.high, -1.0),
    ] {
        let inside = |at: Coord| side * (axis(at) - bound);
        points = cut(&points, inside);
    }
    let mut ring = LineString::new(points);
    ring.close();
    ring
}

/// Keeps what lies where `inside` is not negative.
fn cut(points: &[Coord], inside: impl Fn(Coord) -> f64) -> Vec<Coord> {
    let mut kept = Vec::with_capacity(points.len() + 4);
    let before = points.iter().cycle().skip(points.len().saturating_sub(1));
    for (&from, &to) in before.zip(points) {
        let (a, b) = (inside(from), inside(to));
        if (a < 0.0) != (b < 0.0) {
            kept.push(from + (to - from) * (a / (a - b)));
        }
        if b >= 0.0 {
            kept.push(to);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use geo::Area as _;
    use geo_types::{Polygon, line_string};
    use proptest::prelude::*;

    use super::*;

    const FRAME: Frame = Frame {
        low: 0.0,
        high: 10.0,
    };

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let line =
            line_string![(x: 1.0, y: 5.0), (x: 15.0, y: 5.0), (x: 15.0, y: 6.0), (x: 2.0, y: 6.0)];
        let pieces = clip_line(&line, FRAME);
        assert_eq!(
            pieces,
            [
                line_string![(x: 1.0, y: 5.0), (x: 10.0, y: 5.0)],
                line_string![(x: 10.0, y: 6.0), (x: 2.0, y: 6.0)],
            ]
        );
    }

    #[rstest::rstest]
    #[case::around_the_frame(-5.0, 15.0, 100.0)]
    #[case::half_in(-5.0, 5.0, 25.0)]
    #[case::inside(2.0, 4.0, 4.0)]
    #[case::outside(11.0, 14.0, 0.0)]
    fn a_square_is_cut_to_what_is_inside(#[case] low: f64, #[case] high: f64, #[case] area: f64) {
        let ring = line_string![(x: low, y: low), (x: high, y: low), (x: high, y: high), (x: low, y: high), (x: low, y: low)];
        let cut = Polygon::new(clip_ring(&ring, FRAME), Vec::new());
        approx::assert_relative_eq!(cut.unsigned_area(), area, epsilon = 1e-9);
    }

    proptest! {
        #[test]
        fn what_is_cut_lies_inside(points in prop::collection::vec((-20.0..30.0, -20.0..30.0), 3..20)) {
            let mut ring: LineString = points.into_iter().map(Coord::from).collect();
            let wide = Frame { low: -1e-9, high: 10.0 + 1e-9 };
            for piece in clip_line(&ring, FRAME) {
                prop_assert!(piece.coords().all(|&at| wide.holds(at)));
            }
            ring.close();
            prop_assert!(clip_ring(&ring, FRAME).coords().all(|&at| wide.holds(at)));
        }
    }
}
