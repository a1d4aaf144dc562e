//! What becomes of premises in the course of the roll-out, and how far it is on a day.

use twin_core::{PremisesState, Timestamp};

use super::month::Month;

/// How the roll-out ends at premises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// They are connected in the plan's turn.
    Regular,
    /// They are connected when somebody asks: far from the street, or behind a blocked duct.
    OnDemand,
    /// The owner does not agree.
    Refused,
    /// Given up.
    Abandoned,
}

/// When each step is taken at premises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct History {
    pub fate: Fate,
    /// Since when they are in the plan.
    pub planned: Month,
    /// When their turn has come; none where it never does.
    pub reached: Option<Month>,
}

/// From the owner's consent to the connection, and from the first work to it.
const MONTHS_SIGNED: u32 = 8;
const MONTHS_OF_WORK: u32 = 3;

impl History {
    /// The state at `at`, and since when; none where the plan does not hold them yet.
    pub(super) fn state_at(&self, at: Timestamp) -> (PremisesState, Option<Timestamp>) {
        let mut state = (PremisesState::Target, None);
        for (step, since) in self.steps().into_iter().flatten() {
            if since <= at {
                state = (step, Some(since));
            }
        }
        state
    }

    /// The steps, in order of time.
    fn steps(&self) -> [Option<(PremisesState, Timestamp)>; 4] {
        let planned = self.planned.delivery();
        let target = Some((PremisesState::Target, planned));
        let Some(reached) = self.reached else {
            return [target, None, None, None];
        };
        let before = |months: u32| reached.minus(months).delivery().max(planned);
        let signed = Some((PremisesState::Signed, before(MONTHS_SIGNED)));
        let work = Some((PremisesState::InProgress, before(MONTHS_OF_WORK)));
        let last = |state| Some((state, reached.delivery()));
        match self.fate {
            Fate::Regular => [target, signed, work, last(PremisesState::Deployed)],
            Fate::OnDemand => [target, signed, work, last(PremisesState::OnDemand)],
            Fate::Abandoned => [target, signed, work, last(PremisesState::Abandoned)],
            Fate::Refused => [target, None, None, None],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Timestamp {
        format!("{text}T00:00:00Z").parse().unwrap()
    }

    #[rstest::rstest]
    #[case::before_the_plan(Fate::Regular, "2019-01-01", PremisesState::Target)]
    #[case::planned(Fate::Regular, "2021-02-24", PremisesState::Target)]
    #[case::agreed(Fate::Regular, "2021-02-25", PremisesState::Signed)]
    #[case::work_began(Fate::Regular, "2021-10-24", PremisesState::InProgress)]
    #[case::reached(Fate::Regular, "2021-10-25", PremisesState::Deployed)]
    #[case::on_demand(Fate::OnDemand, "2021-10-31", PremisesState::OnDemand)]
    #[case::refused(Fate::Refused, "2026-01-01", PremisesState::Target)]
    #[case::given_up(Fate::Abandoned, "2022-01-01", PremisesState::Abandoned)]
    fn premises_go_step_by_step(
        #[case] fate: Fate,
        #[case] at: &str,
        #[case] expected: PremisesState,
    ) {
        let history = History {
            fate,
            planned: "2020-01".parse().unwrap(),
            reached: Some("2021-10".parse().unwrap()),
        };
        let (state, since) = history.state_at(day(at));
        assert_eq!(state, expected);
        assert!(since.is_none_or(|since| since <= day(at)));
    }

    fn fate() -> impl Strategy<Value = Fate> {
        prop::sample::select(vec![
            Fate::Regular,
            Fate::OnDemand,
            Fate::Refused,
            Fate::Abandoned,
        ])
    }

    proptest! {
        #[test]
        fn no_step_is_taken_back(
            fate in fate(),
            planned in 0_u32..60,
            reached in prop::option::of(0_u32..60),
            days in prop::collection::vec(0_i64..5000, 2..20),
        ) {
            let start: Month = "2014-01".parse().unwrap();
            let history = History {
                fate,
                planned: start.plus(planned),
                reached: reached.map(|months| start.plus(planned + months)),
            };
            let mut days = days;
            days.sort_unstable();
            let told = days.iter().map(|day| {
                history.state_at(start.delivery() + twin_core::Span::from_hours(24 * day))
            });
            let told: Vec<_> = told.collect();
            for pair in told.windows(2) {
                prop_assert!(pair[0].0 <= pair[1].0, "{pair:?}");
                prop_assert!(pair[0].1 <= pair[1].1, "{pair:?}");
            }
        }
    }
}
