//! By when a container is emptied at the earliest.

use simulator::calendar::LocalDay;
use simulator::collection::day::is_collection_day;
use simulator::collection::rules::Rules;
use twin_core::Timestamp;

use super::rules::{NextVisit, OverflowRules};

/// Days that are looked at; crews come sooner.
const FARTHEST_DAYS: usize = 30;
/// Tenths of a second in a day.
const DAY: f64 = 864_000.0;

/// When crews come.
#[derive(Clone, Debug)]
pub(super) struct Visits {
    rules: Rules,
}

impl Visits {
    /// By the collection's rules that are built in.
    pub(super) fn built_in() -> Self {
        Self {
            rules: Rules::built_in(),
        }
    }

    /// When crews have been wherever they are sent to next: the end of the pass of the next collection day
    /// that has not begun, for those who plan a day know its levels in the morning.
    pub(super) fn next(&self, now: Timestamp, rules: &OverflowRules) -> Timestamp {
        let pass = match rules.until {
            NextVisit::NextPass => self.next_pass(now),
            NextVisit::Horizon => None,
        };
        pass.unwrap_or(now + rules.horizon.span())
    }

    fn next_pass(&self, now: Timestamp) -> Option<Timestamp> {
        let plan = &self.rules.plan;
        let tomorrow = LocalDay::containing(now).ok()?.next()?;
        let mut days = std::iter::successors(Some(tomorrow), LocalDay::next).take(FARTHEST_DAYS);
        let day = days.find(|day| is_collection_day(plan, day.date()))?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "tenths of a second of a day"
        )]
        let tenths = (plan.pass_ends.share_of_day() * DAY).round() as i32;
        Some(day.at_clock(tenths).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::tomorrow("2026-11-24T08:00:00+01:00", "2026-11-25T16:00:00+01:00")]
    #[case::over_the_weekend("2026-11-27T08:00:00+01:00", "2026-11-30T16:00:00+01:00")]
    #[case::over_christmas("2026-12-24T08:00:00+01:00", "2026-12-28T16:00:00+01:00")]
    #[case::after_midnight_here("2026-11-24T23:30:00Z", "2026-11-26T16:00:00+01:00")]
    fn crews_come_on_the_next_collection_day(#[case] now: &str, #[case] next: &str) {
        let rules = OverflowRules::default();
        let found = Visits::built_in().next(now.parse().unwrap(), &rules);
        assert_eq!(found, next.parse().unwrap());
    }

    #[test]
    fn where_a_horizon_is_wanted_the_calendar_has_no_say() {
        let rules: OverflowRules =
            toml::from_str("until = \"horizon\"\nhorizon = \"2 h\"").unwrap();
        let now: Timestamp = "2026-11-27T08:00:00Z".parse().unwrap();
        let next = Visits::built_in().next(now, &rules);
        assert_eq!(next, "2026-11-27T10:00:00Z".parse().unwrap());
    }
}
