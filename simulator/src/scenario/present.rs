//! A scenario that begins with what a running twin knows: levels that sensors told, and nothing invented.

use std::collections::BTreeMap;

use jiff::civil::Date;
use twin_core::{Fraction, Timestamp};

use super::file::{Scenario, refused};
use super::period::Day;
use super::setting::Setting;
use crate::error::SimResult;
use crate::filling::ContainerFill;
use crate::numbers::{f64_of, f64_of_i64, floor_u64};
use crate::sensing::SensorReport;

/// So many days at most lie between the day of a state and the first day that counts.
const MOST_DAYS_AHEAD: i32 = 60;
/// So often a sensor repeats itself where planners do not believe it at first, as a real one would.
pub(super) const MOST_REPEATS: u32 = 4;

/// What a running twin knows at some moment of a day.
///
/// What it does not know is drawn for each run from the law to which the scenario's policy leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    /// The day.
    pub day: Date,
    /// The levels that sensors told which do well, by the keys of their containers.
    pub levels: BTreeMap<Box<str>, Told>,
}

/// A level that a sensor told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// The share of the container.
    pub fill: Fraction,
    /// When it was measured.
    pub at: Timestamp,
}

/// A level in the first morning of a scenario.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstLevel {
    pub(super) container: usize,
    /// What it was, and what came since in the mean; never more than the container holds.
    pub(super) litres: f64,
    pub(super) capacity_l: f64,
    /// The litres of a mean deposit.
    pub(super) deposit_l: f64,
}

impl Scenario {
    /// The same, beginning on the day of a running twin's state: its period counts from that day where
    /// it does not say from when, else the days until then are lived through with routes.
    ///
    /// # Errors
    /// A period that counts from an earlier day, or from one that is too far away.
    pub fn from_present(mut self, present: &Present) -> SimResult<Self> {
        if self.period.from == Day::UNSAID {
            self.period.from = Day(present.day);
        }
        let ahead = present.day.until((jiff::Unit::Day, self.period.from.0));
        let ahead = ahead.map_or(-1, |ahead| ahead.get_days());
        if !(0..=MOST_DAYS_AHEAD).contains(&ahead) {
            return Err(refused(
                "period.from",
                &self.period.from.to_string(),
                "the day of the live state, or one of the 60 days after it",
            ));
        }
        self.period.run_in_days = ahead.unsigned_abs();
        Ok(self)
    }
}

impl Setting {
    /// What is in containers at an instant, by what the running twin knew; nothing where the scenario is
    /// none of its.
    pub(super) fn first_levels(&self, at: Timestamp) -> SimResult<Vec<FirstLevel>> {
        let mut levels = Vec::new();
        for (key, told) in self.present.iter().flat_map(|present| &present.levels) {
            let number = self.inventory.containers().find(key);
            let place = number.and_then(|number| self.model_of.get(number as usize).copied()?);
            let Some(container) = place else {
                continue;
            };
            let spec = &self.specs[container];
            let deposit_l = self.params.deposit(spec.container_type).mean_l();
            // How much busier than others a real site is, nobody knows.
            let daily_l = self.typical.mean_deposits_per_day(container, at)? * deposit_l;
            let capacity_l = spec.capacity.get();
            levels.push(FirstLevel {
                container,
                litres: told.litres(at, (capacity_l, daily_l)),
                capacity_l,
                deposit_l,
            });
        }
        Ok(levels)
    }
}

impl Told {
    /// The litres at an instant, where so many litres come a day in the mean.
    pub(super) fn litres(&self, at: Timestamp, (capacity_l, daily_l): (f64, f64)) -> f64 {
        let days = f64_of_i64(at.since(self.at).as_millis().max(0)) / 86_400_000.0;
        (self.fill.get() * capacity_l + days * daily_l).min(capacity_l)
    }
}

impl FirstLevel {
    /// Puts it into the accounts of a container: what there is more was brought, what there is less was
    /// taken away, and nobody was late.
    pub(super) fn put(&self, fill: &mut ContainerFill, at: Timestamp) {
        let capacity_ml = floor_u64(self.capacity_l * 1000.0);
        let held_ml = floor_u64(self.litres * 1000.0).min(capacity_ml);
        fill.overflow = fill.overflow_until(at);
        fill.full_since = (held_ml >= capacity_ml).then_some(at);
        fill.swept_ml += core::mem::take(&mut fill.beside_ml);
        let deposit_ml = self.deposit_l.max(1e-3) * 1000.0;
        let deposits = |ml: u64| floor_u64(f64_of(ml) / deposit_ml);
        if held_ml >= fill.held_ml {
            let more_ml = held_ml - fill.held_ml;
            fill.brought_ml += more_ml;
            fill.deposits += deposits(more_ml);
        } else {
            let less_ml = fill.held_ml - held_ml;
            fill.emptied_ml += less_ml;
            fill.deposits = fill.deposits.saturating_sub(deposits(less_ml));
        }
        fill.held_ml = held_ml;
    }

    /// The same as a sensor tells it.
    pub(super) fn report(
        &self,
        (sensor, mounting): (usize, twin_core::Mounting),
        at: Timestamp,
    ) -> SensorReport {
        let share = Fraction::saturating(self.litres / self.capacity_l.max(1.0));
        let distance = libm::round(mounting.distance_at(share));
        let distance_mm = u16::try_from(floor_u64(distance)).unwrap_or(u16::MAX);
        SensorReport::of_distance(sensor, at, distance_mm)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const LIVE: &str = "format: 1\nname: { fr: a, en: a }\nterritory: { live: true }\n\
         period: { days: 7 }\npolicy: { kind: prize }\n";

    fn present() -> Present {
        Present {
            day: date(2022, 5, 16),
            levels: BTreeMap::new(),
        }
    }

    #[rstest::rstest]
    #[case::unsaid("days: 7", Some(("2022-05-16", 0)))]
    #[case::that_day("from: 2022-05-16, days: 7", Some(("2022-05-16", 0)))]
    #[case::next_week("from: 2022-05-23, days: 7", Some(("2022-05-23", 7)))]
    #[case::yesterday("from: 2022-05-15, days: 7", None)]
    #[case::next_year("from: 2023-05-16, days: 7", None)]
    fn a_live_scenario_begins_on_the_day_of_its_state(
        #[case] period: &str,
        #[case] expected: Option<(&str, u32)>,
    ) {
        let scenario = Scenario::parse(&LIVE.replace("days: 7", period)).unwrap();
        let begun = scenario.from_present(&present()).ok();
        let begun = begun.map(|one| (one.period.from.to_string(), one.period.run_in_days));
        let expected = expected.map(|(from, days)| (from.to_owned(), days));
        assert_eq!(begun, expected);
    }

    #[test]
    fn only_a_live_scenario_may_leave_its_first_day_open() {
        let text = LIVE.replace("live: true", "preset: demo-2022");
        let error = Scenario::parse(&text).unwrap_err().to_string();
        assert!(error.contains("period.from"), "{error}");
    }

    #[rstest::rstest]
    #[case::less(900.0, 1_500_000)]
    #[case::more(1_000.0, 100_000)]
    #[case::full(2_000.0, 100_000)]
    fn accounts_close_when_a_level_is_put_in(#[case] litres: f64, #[case] held_ml: u64) {
        let at = Timestamp::from_secs(1_652_000_000);
        let level = FirstLevel {
            container: 0,
            litres,
            capacity_l: 2_000.0,
            deposit_l: 30.0,
        };
        let mut fill = ContainerFill {
            held_ml,
            beside_ml: 50,
            brought_ml: held_ml + 50,
            deposits: 60,
            ..ContainerFill::default()
        };
        level.put(&mut fill, at);
        assert_eq!(fill.held_ml, floor_u64(litres * 1000.0));
        let ContainerFill {
            held_ml,
            beside_ml,
            emptied_ml,
            swept_ml,
            ..
        } = fill;
        assert_eq!(fill.brought_ml, held_ml + beside_ml + emptied_ml + swept_ml);
        assert_eq!(fill.full_since.is_some(), litres >= 2_000.0);
    }

    #[test]
    fn what_came_since_a_measurement_is_added_in_the_mean() {
        let at = Timestamp::from_secs(1_652_000_000);
        let told = |hours: i64| Told {
            fill: Fraction::saturating(0.5),
            at: Timestamp::from_secs(1_652_000_000 - 3600 * hours),
        };
        let litres = |hours| told(hours).litres(at, (1_000.0, 240.0));
        approx::assert_abs_diff_eq!(litres(6), 560.0, epsilon = 1e-9);
        approx::assert_abs_diff_eq!(litres(-6), 500.0, epsilon = 1e-9);
        approx::assert_abs_diff_eq!(litres(240), 1_000.0, epsilon = 1e-9);
    }
}
