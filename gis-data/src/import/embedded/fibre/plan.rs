//! The plan of the roll-out as plain figures, and what it asks of each area and month.

use serde::Deserialize;
use twin_core::FibreZone;

use super::month::Month;
use super::schedule::Milestone;
use crate::import::embedded::draws::Draws;

/// What is known of the roll-out. Without any figures nothing is built.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct FibrePlan {
    #[serde(default)]
    pub programmes: Vec<Programme>,
    #[serde(default)]
    pub published: Vec<Published>,
    #[serde(default)]
    pub hard: HardShares,
}

/// What one operator builds, in all communes of a zone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Programme {
    pub zone: FibreZone,
    /// Since when premises are in the plan.
    pub planned: Month,
    /// When the first lines are being built.
    pub begin: Month,
    pub milestones: Vec<Goal>,
}

/// What is reached by a month; 1 is all that can be reached.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Goal {
    pub month: Month,
    /// The share of all lines of the zone.
    pub share: Option<f64>,
    /// The share of the lines in areas of which no figure is published by this month.
    pub others: Option<f64>,
}

/// A published figure for one commune, or for one bank of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Published {
    pub commune: Box<str>,
    /// The bank, looking downstream, of this river that the figure is about.
    pub bank: Option<Bank>,
    pub month: Month,
    pub share: f64,
}

/// One side of a river.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Bank {
    pub river: Box<str>,
    pub side: Side,
}

/// Left or right, looking downstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in super::super) enum Side {
    Left,
    Right,
}

/// The shares of lines that are not connected in the plan's turn.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct HardShares {
    pub on_demand: f64,
    pub refused: f64,
    pub abandoned: f64,
}

/// Lines that are planned for together: those of a commune, or of one bank of it.
#[derive(Clone, Debug)]
pub(super) struct Area {
    pub lines: u32,
    /// Lines that are never reached.
    pub lost: u32,
    /// Published figures, in order of time.
    pub published: Vec<(Month, f64)>,
}

impl Area {
    /// All lines that can be reached.
    fn most(&self) -> u32 {
        self.lines - self.lost
    }

    /// The published lines by `month`, where a figure of this month, or an earlier one that says
    /// all, is published.
    fn fixed(&self, month: Month) -> Option<u32> {
        let told = self.published.iter().rfind(|(told, _)| *told <= month)?;
        let holds = told.0 == month || told.1 >= 1.0;
        holds.then(|| share_of(self.lines, told.1).min(self.most()))
    }

    /// The most that may be reached by `month`, lest a later figure be passed.
    fn ceiling(&self, month: Month) -> u32 {
        let later = self.published.iter().filter(|(told, _)| *told >= month);
        let later = later.map(|(_, share)| share_of(self.lines, *share));
        later.fold(self.most(), u32::min)
    }
}

/// How far areas without a published figure lie apart, as a share of their lines.
const SPREAD: f64 = 0.12;

/// The milestones of each area of one programme.
pub(super) fn milestones(
    programme: &Programme,
    areas: &[Area],
    draws: &mut Draws,
) -> Vec<Vec<Milestone>> {
    let leads: Vec<f64> = areas.iter().map(|_| SPREAD * draws.signed()).collect();
    let mut plans: Vec<Vec<Milestone>> = vec![Vec::new(); areas.len()];
    for goal in &programme.milestones {
        let reached = |ix: usize| plans[ix].last().map_or(0, |last: &Milestone| last.lines);
        let bounds = |(ix, area): (usize, &Area)| match area.fixed(goal.month) {
            Some(lines) => (lines, lines),
            None => (reached(ix), area.ceiling(goal.month).max(reached(ix))),
        };
        let bounds: Vec<(u32, u32)> = areas.iter().enumerate().map(bounds).collect();
        let wishes: Vec<f64> = areas
            .iter()
            .zip(&leads)
            .map(|(area, lead)| lead * f64::from(area.lines))
            .collect();
        let weights: Vec<u32> = areas.iter().map(|area| area.lines).collect();
        let lines = distribute(wanted(goal, areas), &bounds, (&weights, &wishes));
        for (plan, lines) in plans.iter_mut().zip(lines) {
            let month = goal.month;
            plan.push(Milestone { month, lines });
        }
    }
    plans
}

/// How many lines of all areas a goal asks for.
fn wanted(goal: &Goal, areas: &[Area]) -> u32 {
    let fixed = |area: &Area| area.fixed(goal.month);
    match (goal.share, goal.others) {
        (Some(share), _) => share_of(areas.iter().map(|area| area.lines).sum(), share),
        (None, Some(share)) => {
            let named: u32 = areas.iter().filter_map(fixed).sum();
            let others = areas.iter().filter(|area| fixed(area).is_none());
            named + share_of(others.map(|area| area.lines).sum(), share)
        }
        (None, None) => 0,
    }
}

fn share_of(lines: u32, share: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of lines"
    )]
    let part = (f64::from(lines) * share.clamp(0.0, 1.0)).round() as u32;
    part
}

/// Splits `total` so that each part lies within its bounds, near `wish + level · weight` with one
/// level for all. What the bounds forbid stays undone.
fn distribute(total: u32, bounds: &[(u32, u32)], (weights, wishes): (&[u32], &[f64])) -> Vec<u32> {
    let parts = |level: f64| -> Vec<u32> {
        let part = |ix: usize| {
            let (least, most) = bounds[ix];
            let wish = wishes[ix] + level * f64::from(weights[ix]);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to bounds"
            )]
            let part = wish.clamp(f64::from(least), f64::from(most)).round() as u32;
            part
        };
        (0..bounds.len()).map(part).collect()
    };
    let (mut low, mut high) = (-2.0, 3.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if parts(middle).iter().sum::<u32>() < total {
            low = middle;
        } else {
            high = middle;
        }
    }
    let mut split = parts(low);
    let mut left = total.saturating_sub(split.iter().sum());
    for (part, (_, most)) in split.iter_mut().zip(bounds) {
        let more = left.min(most - *part);
        *part += more.min(1);
        left -= more.min(1);
    }
    split
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::embedded::draws::Topic;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn area(lines: u32, published: &[(&str, f64)]) -> Area {
        Area {
            lines,
            lost: lines / 70,
            published: published
                .iter()
                .map(|(m, share)| (month(m), *share))
                .collect(),
        }
    }

    fn planned(goals: &[(&str, Option<f64>, Option<f64>)], areas: &[Area]) -> Vec<Vec<u32>> {
        let goal = |(text, share, others): &(&str, Option<f64>, Option<f64>)| Goal {
            month: month(text),
            share: *share,
            others: *others,
        };
        let programme = Programme {
            zone: FibreZone::Amii,
            planned: month("2014-01"),
            begin: month("2015-01"),
            milestones: goals.iter().map(goal).collect(),
        };
        let mut draws = Draws::new(1, Topic::FibrePlan, 0);
        let plans = milestones(&programme, areas, &mut draws);
        let lines = |plan: &Vec<Milestone>| plan.iter().map(|step| step.lines).collect();
        plans.iter().map(lines).collect()
    }

    #[test]
    fn a_zone_meets_its_share_to_the_line_beside_published_figures() {
        let areas = [
            area(13_000, &[("2021-10", 0.90)]),
            area(385, &[("2021-10", 0.98)]),
            area(7001, &[]),
            area(5003, &[]),
            area(903, &[]),
        ];
        let goals = [
            ("2018-12", Some(0.26), None),
            ("2021-10", Some(0.867), None),
            ("2022-09", Some(1.0), None),
        ];
        let plans = planned(&goals, &areas);
        let all: u32 = areas.iter().map(|area| area.lines).sum();
        let by = |step: usize| plans.iter().map(|plan| plan[step]).sum::<u32>();
        assert_eq!((by(0), by(1)), (share_of(all, 0.26), share_of(all, 0.867)));
        assert_eq!((plans[0][1], plans[1][1]), (11_700, 377));
        let complete: Vec<u32> = areas.iter().map(Area::most).collect();
        assert_eq!(
            plans.iter().map(|plan| plan[2]).collect::<Vec<_>>(),
            complete
        );
        assert!(plans.iter().all(|plan| plan.is_sorted()), "{plans:?}");
    }

    #[test]
    fn only_what_is_named_is_reached_where_others_are_not() {
        let areas = [area(300, &[("2021-12", 1.0)]), area(500, &[])];
        let goals = [("2021-12", None, Some(0.0)), ("2022-12", Some(1.0), None)];
        let plans = planned(&goals, &areas);
        assert_eq!(plans, [[296, 296], [0, 493]]);
    }

    #[rstest::rstest]
    #[case::within_bounds(10, &[(0, 8), (0, 8)], &[5, 5])]
    #[case::more_than_fits(99, &[(0, 3), (2, 4)], &[3, 4])]
    #[case::less_than_is_there(0, &[(1, 3), (2, 4)], &[1, 2])]
    #[case::nobody(5, &[], &[])]
    fn a_total_is_split_within_bounds(
        #[case] total: u32,
        #[case] bounds: &[(u32, u32)],
        #[case] expected: &[u32],
    ) {
        let weights = vec![10; bounds.len()];
        let wishes = vec![0.0; bounds.len()];
        assert_eq!(distribute(total, bounds, (&weights, &wishes)), expected);
    }
}
