//! Outlines whose positions have the latitude first.

use geo_types::Coord;

/// Where metropolitan France lies in WGS84: west, south, east, north.
const FRANCE: [f64; 4] = [-5.5, 41.0, 10.0, 51.5];

/// Whether every position has the latitude first, beyond doubt: the second number of one is no
/// latitude and all would lie on the globe if exchanged; or the code is that of a commune of
/// metropolitan France, and the outline lies there only if exchanged.
pub(super) fn are_swapped(parts: &[Vec<Vec<Coord>>], code: &str) -> bool {
    let mut points = parts.iter().flatten().flatten();
    let Some(first) = points.next() else {
        return false;
    };
    let (mut low, mut high) = (*first, *first);
    for point in points {
        (low.x, low.y) = (low.x.min(point.x), low.y.min(point.y));
        (high.x, high.y) = (high.x.max(point.x), high.y.max(point.y));
    }
    let lies_in = |[west, south, east, north]: [f64; 4], [low, high]: [[f64; 2]; 2]| {
        west <= low[0] && south <= low[1] && high[0] <= east && high[1] <= north
    };
    let globe = [-180.0, -90.0, 180.0, 90.0];
    let there = [[low.x, low.y], [high.x, high.y]];
    let exchanged = [[low.y, low.x], [high.y, high.x]];
    let is_only = |area| lies_in(area, exchanged) && !lies_in(area, there);
    is_only(globe) || is_french(code) && is_only(FRANCE)
}

/// Puts the second number of each position first.
pub(super) fn exchange(parts: &mut [Vec<Vec<Coord>>]) {
    for point in parts.iter_mut().flatten().flatten() {
        (point.x, point.y) = (point.y, point.x);
    }
}

/// Whether a code is that of a commune in a department from 01 to 95, with those of Corsica.
fn is_french(code: &str) -> bool {
    let Some((department, number)) = code.split_at_checked(2) else {
        return false;
    };
    let is_number = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_department = matches!(department, "2A" | "2B")
        || department
            .parse::<u8>()
            .is_ok_and(|it| (1..=95).contains(&it));
    is_number && is_department
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64) -> Vec<Vec<Vec<Coord>>> {
        let corners = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.1)];
        let corners = corners.map(|(right, up)| Coord {
            x: x + right,
            y: y + up,
        });
        vec![vec![corners.to_vec()]]
    }

    #[rstest::rstest]
    #[case::as_it_should_be("25388", [6.7, 47.5], false)]
    #[case::latitude_first("25388", [47.5, 6.7], true)]
    #[case::corsica("2A004", [41.9, 8.7], true)]
    #[case::no_french_code("SO-BN", [47.5, 6.7], false)]
    #[case::overseas("97411", [55.4, -20.9], false)]
    #[case::beyond_any_latitude("JP-13", [35.6, 139.7], true)]
    #[case::nowhere("25388", [6.7e6, 47.5], false)]
    #[case::no_number("25388", [f64::NAN, 6.7], false)]
    fn only_what_is_beyond_doubt_is_swapped(
        #[case] code: &str,
        #[case] at: [f64; 2],
        #[case] is_swapped: bool,
    ) {
        let mut parts = square(at[0], at[1]);
        assert_eq!(are_swapped(&parts, code), is_swapped);
        exchange(&mut parts);
        assert_eq!(parts[0][0][0].y.to_bits(), at[0].to_bits());
    }
}
