//! When each of the premises of an area is reached, so that the area's milestones are met.

use super::month::Month;

/// How many lines of an area are reached by a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Milestone {
    pub month: Month,
    pub lines: u32,
}

/// The month in which each of the premises with `lines` is reached, in the order in which they are
/// built; none for what lies beyond the last milestone.
///
/// Crews go at an even pace from one milestone to the next. Premises that would overshoot a
/// milestone wait, and smaller ones take their turn: where single lines are at hand, a milestone is
/// met to the line, else missed by less than the smallest premises left. Milestones come in order,
/// none with fewer lines than the one before; `begin` lies before the first.
pub(super) fn schedule(
    lines: &[u32],
    begin: Month,
    milestones: &[Milestone],
) -> Vec<Option<Month>> {
    let mut months = vec![None; lines.len()];
    let mut waiting: Vec<usize> = (0..lines.len()).collect();
    let (mut reached, mut from) = (0, begin);
    for milestone in milestones {
        let wanted = milestone.lines.saturating_sub(reached);
        let span = milestone.month.since(from).max(1);
        let mut built = 0;
        waiting.retain(|&ix| {
            let fits = built + lines[ix] <= wanted;
            if fits {
                built += lines[ix];
                months[ix] = Some(paced(milestone.month, span, (built, wanted)));
            }
            !fits
        });
        reached += built;
        from = milestone.month;
    }
    months
}

/// The month in which the `built`th of `wanted` lines is reached, the last of them in `end`.
fn paced(end: Month, span: u32, (built, wanted): (u32, u32)) -> Month {
    let left = u64::from(wanted - built) * u64::from(span) / u64::from(wanted.max(1));
    end.minus(u32::try_from(left).unwrap_or(span).min(span - 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn an_area_is_built_at_an_even_pace() {
        let milestones = [("2021-10", 6), ("2022-02", 8)];
        let milestones = milestones.map(|(text, lines)| Milestone {
            month: month(text),
            lines,
        });
        let months = schedule(&[1, 2, 4, 1, 2, 1], month("2021-04"), &milestones);
        let expected = [
            Some("2021-05"),
            Some("2021-07"),
            None, // four lines are too many for either milestone
            Some("2021-08"),
            Some("2021-10"),
            Some("2021-12"), // the first of two that were wanted
        ];
        assert_eq!(months, expected.map(|text| text.map(month)));
    }

    proptest! {
        #[test]
        fn a_milestone_is_missed_by_less_than_the_smallest_premises_left(
            lines in prop::collection::vec(1_u32..=12, 0..80),
            mut targets in prop::collection::vec(0_u32..400, 1..4),
        ) {
            targets.sort_unstable();
            let begin = month("2020-10");
            let milestones: Vec<Milestone> = (1..)
                .zip(targets)
                .map(|(turn, lines)| Milestone { month: begin.plus(6 * turn), lines })
                .collect();
            let months = schedule(&lines, begin, &milestones);
            prop_assert!(months.iter().flatten().all(|month| *month > begin));
            for milestone in milestones {
                let is_reached = |ix: usize| months[ix].is_some_and(|m| m <= milestone.month);
                let reached: u32 = (0..lines.len()).filter(|&ix| is_reached(ix)).map(|ix| lines[ix]).sum();
                prop_assert!(reached <= milestone.lines);
                let left = (0..lines.len()).filter(|&ix| !is_reached(ix)).map(|ix| lines[ix]);
                prop_assert!(left.min().is_none_or(|least| least > milestone.lines - reached));
            }
        }
    }
}
