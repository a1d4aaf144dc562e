//! Points with weights, put together to groups of about one size that lie side by side.

use twin_core::Planar;

use super::plane::{distance2, shifted};

/// Something with a place and a number of lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighted {
    pub at: Planar,
    pub lines: u32,
}

/// How large a group should be.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupSize {
    /// Smaller units are joined to a neighbour first.
    pub least: u32,
    /// What groups have, about; more than `4/3 · least`, so that halves are not too small.
    pub usual: u32,
}

/// Splits `points` into groups. Points of one unit stay together where the unit is small: units
/// below the least size are joined to the nearest other one, then what is large is cut in two
/// across its longer side, as often as needed.
pub(super) fn groups(
    points: &[Weighted],
    units: Vec<Vec<usize>>,
    size: GroupSize,
) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    for unit in joined(points, units, size.least) {
        let lines = lines_of(points, &unit);
        let count = ((lines + size.usual / 2) / size.usual).max(1);
        cut(points, unit, count, &mut groups);
    }
    groups
}

fn lines_of(points: &[Weighted], unit: &[usize]) -> u32 {
    unit.iter().map(|&ix| points[ix].lines).sum()
}

/// The centre of gravity of some points.
pub(super) fn middle(points: &[Weighted], unit: &[usize]) -> Planar {
    let total = f64::from(lines_of(points, unit)).max(1.0);
    let sum = unit.iter().fold([0.0, 0.0], |sum, &ix| {
        shifted(sum, points[ix].at, f64::from(points[ix].lines))
    });
    [sum[0] / total, sum[1] / total]
}

/// Joins the smallest unit to the one whose middle is nearest, until none is below `least`.
fn joined(points: &[Weighted], mut units: Vec<Vec<usize>>, least: u32) -> Vec<Vec<usize>> {
    units.retain(|unit| !unit.is_empty());
    loop {
        let lines = |ix: usize| lines_of(points, &units[ix]);
        let smallest = (0..units.len()).min_by_key(|&ix| lines(ix));
        let Some(small) = smallest.filter(|&ix| units.len() > 1 && lines(ix) < least) else {
            return units;
        };
        let unit = units.remove(small);
        let own = middle(points, &unit);
        let apart = |other: &Vec<usize>| distance2(middle(points, other), own);
        let nearest = units
            .iter_mut()
            .min_by(|a, b| apart(a).total_cmp(&apart(b)));
        if let Some(nearest) = nearest {
            nearest.extend(unit);
        }
    }
}

/// Cuts a unit into `count` parts of equal weight, each lying together.
pub(super) fn cut(
    points: &[Weighted],
    mut unit: Vec<usize>,
    count: u32,
    parts: &mut Vec<Vec<usize>>,
) {
    if count < 2 || unit.len() < 2 {
        parts.push(unit);
        return;
    }
    let axis = longer_side(points, &unit);
    let across = |ix: usize| points[ix].at[axis];
    unit.sort_by(|&a, &b| across(a).total_cmp(&across(b)).then(a.cmp(&b)));
    let first = count / 2;
    let wanted = u64::from(lines_of(points, &unit)) * u64::from(first) / u64::from(count);
    let mut lines = 0;
    let before = unit.iter().take_while(|&&ix| {
        lines += u64::from(points[ix].lines);
        lines <= wanted
    });
    let at = before.count().clamp(1, unit.len() - 1);
    let rest = unit.split_off(at);
    cut(points, unit, first, parts);
    cut(points, rest, count - first, parts);
}

/// 0 where a unit is wider from west to east than from south to north, else 1.
fn longer_side(points: &[Weighted], unit: &[usize]) -> usize {
    let span = |axis: usize| {
        let values = unit.iter().map(|&ix| points[ix].at[axis]);
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        high - low
    };
    usize::from(span(1) > span(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: GroupSize = GroupSize {
        least: 300,
        usual: 600,
    };

    #[test]
    fn a_small_unit_joins_the_nearest() {
        let point = |x: f64, lines: u32| Weighted {
            at: [x, 0.0],
            lines,
        };
        let points = [point(0.0, 400), point(100.0, 50), point(150.0, 500)];
        let units = vec![vec![0], vec![1], vec![2]];
        assert_eq!(groups(&points, units, SIZE), [vec![0], vec![2, 1]]);
    }

    proptest! {
        #[test]
        fn groups_hold_every_point_once_and_are_of_the_wanted_size(
            places in prop::collection::vec((0.0..9e3, 0.0..9e3, 1_u32..=12, 0_usize..9), 1..900),
        ) {
            let points: Vec<_> = places
                .iter()
                .map(|&(x, y, lines, _)| Weighted { at: [x, y], lines })
                .collect();
            let mut units = vec![Vec::new(); 9];
            for (ix, (_, _, _, unit)) in places.iter().enumerate() {
                units[*unit].push(ix);
            }
            let groups = groups(&points, units, SIZE);
            let mut all: Vec<usize> = groups.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..points.len()).collect::<Vec<_>>());
            let total: u32 = points.iter().map(|point| point.lines).sum();
            for group in groups {
                let lines = lines_of(&points, &group);
                prop_assert!(lines <= 1000, "{lines}");
                prop_assert!(lines >= 290.min(total), "{lines} of {total}");
            }
        }
    }
}
