//! Small geometry of lines in the plane: directions, crossings, feet, even and smooth courses.

use twin_core::Planar;

use super::plane::{distance2, shifted, vector};

/// The length of a vector.
pub(super) fn length([x, y]: Planar) -> f64 {
    (x * x + y * y).sqrt()
}

/// The direction of a vector, of length 1; no direction where it has no length.
pub(super) fn unit(v: Planar) -> Planar {
    let length = length(v);
    if length > 0.0 {
        [v[0] / length, v[1] / length]
    } else {
        [0.0, 0.0]
    }
}

/// The direction from `a` to `b`.
pub(super) fn heading(a: Planar, b: Planar) -> Planar {
    unit(vector(a, b))
}

/// A vector turned a quarter to the left.
pub(super) fn left([x, y]: Planar) -> Planar {
    [-y, x]
}

/// A vector turned to the left by an angle in radians.
pub(super) fn turned([x, y]: Planar, angle: f64) -> Planar {
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    [x * cos - y * sin, x * sin + y * cos]
}

/// Positive where `b` points to the left of `a`.
pub(super) fn cross(a: Planar, b: Planar) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

/// Positive where `b` points the way of `a`.
pub(super) fn dot(a: Planar, b: Planar) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// Where two lines cross, ends included: the share of the way from `a` to `b`.
pub(super) fn crossing([a, b]: [Planar; 2], [c, d]: [Planar; 2]) -> Option<f64> {
    let (along, other, apart) = (vector(a, b), vector(c, d), vector(a, c));
    let area = cross(along, other);
    if area == 0.0 {
        return None;
    }
    let share = cross(apart, other) / area;
    let other_share = cross(apart, along) / area;
    let is_on_both = (0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&other_share);
    is_on_both.then_some(share)
}

/// The point of a line that is nearest to `at`: its share of the way, and its squared distance.
pub(super) fn foot([a, b]: [Planar; 2], at: Planar) -> (f64, f64) {
    let along = vector(a, b);
    let length2 = dot(along, along);
    let share = if length2 > 0.0 {
        (dot(along, vector(a, at)) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (share, distance2(shifted(a, along, share), at))
}

/// The length of a course.
pub(super) fn course_length(course: &[Planar]) -> f64 {
    let pieces = course.windows(2);
    pieces.map(|pair| length(vector(pair[0], pair[1]))).sum()
}

/// The same course with points about `step_m` apart, its ends kept.
pub(super) fn resampled(course: &[Planar], step_m: f64) -> Vec<Planar> {
    let (Some(&first), Some(&last)) = (course.first(), course.last()) else {
        return Vec::new();
    };
    let total_m = course_length(course);
    let count = (total_m / step_m).round().max(1.0);
    let spacing_m = total_m / count;
    let mut points = vec![first];
    let mut walked_m = 0.0;
    let mut next_m = spacing_m;
    for pair in course.windows(2) {
        let piece_m = length(vector(pair[0], pair[1]));
        while next_m < walked_m + piece_m && next_m < total_m - spacing_m / 2.0 {
            let share = (next_m - walked_m) / piece_m;
            points.push(shifted(pair[0], vector(pair[0], pair[1]), share));
            next_m += spacing_m;
        }
        walked_m += piece_m;
    }
    points.push(last);
    points
}

/// Moves every inner point half way to the middle of its neighbours, `rounds` times.
pub(super) fn relaxed(course: &[Planar], rounds: u32) -> Vec<Planar> {
    let mut points = course.to_vec();
    for _ in 0..rounds {
        let before = points.clone();
        for (ix, three) in before.windows(3).enumerate() {
            let middle = shifted(three[0], vector(three[0], three[2]), 0.5);
            points[ix + 1] = shifted(three[1], vector(three[1], middle), 0.5);
        }
    }
    points
}

/// The uniform Catmull–Rom curve through all points, as a line with `steps` pieces between two.
pub(super) fn smooth(controls: &[Planar], steps: u32) -> Vec<Planar> {
    let last = controls.len().saturating_sub(1);
    let mut curve = Vec::new();
    for ix in 0..last {
        let four = [ix.saturating_sub(1), ix, ix + 1, (ix + 2).min(last)].map(|n| controls[n]);
        let shares = (0..steps).map(|n| f64::from(n) / f64::from(steps));
        curve.extend(shares.map(|t| catmull_rom(four, t)));
    }
    curve.extend(controls.last());
    curve
}

fn catmull_rom([p0, p1, p2, p3]: [Planar; 4], t: f64) -> Planar {
    let axis = |n: usize| blend([p0[n], p1[n], p2[n], p3[n]], t);
    [axis(0), axis(1)]
}

/// The Catmull–Rom value between the second and the third of four.
pub(super) fn blend([before, from, to, after]: [f64; 4], t: f64) -> f64 {
    let cubic = 3.0 * (from - to) + after - before;
    let square = 2.0 * before - 5.0 * from + 4.0 * to - after;
    from + 0.5 * t * (to - before + t * (square + t * cubic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_course_passes_every_control_point() {
        let controls = [[0.0, 0.0], [10.0, 5.0], [20.0, -5.0], [30.0, 0.0]];
        let curve = smooth(&controls, 8);
        assert_eq!(curve.len(), 3 * 8 + 1);
        for control in controls {
            assert!(curve.contains(&control), "{control:?}");
        }
    }

    #[rstest::rstest]
    #[case::in_the_middle([[5.0, -5.0], [5.0, 5.0]], Some(0.5))]
    #[case::at_the_end([[10.0, 0.0], [10.0, 5.0]], Some(1.0))]
    #[case::too_short([[5.0, 1.0], [5.0, 5.0]], None)]
    #[case::parallel([[0.0, 1.0], [10.0, 1.0]], None)]
    fn lines_cross_where_both_are(#[case] other: [Planar; 2], #[case] share: Option<f64>) {
        assert_eq!(crossing([[0.0, 0.0], [10.0, 0.0]], other), share);
    }

    #[test]
    fn a_resampled_course_keeps_its_ends_and_is_even() {
        let points = resampled(&[[0.0, 0.0], [7.0, 0.0], [100.0, 0.0]], 25.0);
        assert_eq!(
            points,
            [
                [0.0, 0.0],
                [25.0, 0.0],
                [50.0, 0.0],
                [75.0, 0.0],
                [100.0, 0.0]
            ]
        );
        assert_eq!(resampled(&[[0.0, 0.0], [3.0, 0.0]], 25.0).len(), 2);
    }
}
