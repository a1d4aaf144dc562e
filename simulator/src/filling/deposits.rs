//! The deposits of one container on one local day, drawn from that day's slot of its stream.

use twin_core::Timestamp;

use super::days::{DayShape, DayTable};
use super::params::{DepositVolume, Event};
use crate::numbers::{f64_of_i64, floor_u64, trunc_i64};
use crate::random::Stream as Randomness;

const HOUR_MS: i64 = 3_600_000;
/// Millilitres in a litre.
pub(super) const ML_PER_L: f64 = 1000.0;
/// More deposits a day than any container sees; bounds the memory whatever the parameters.
const MAX_MEAN: f64 = 100_000.0;

/// Somebody brings something. The order is that of time, then of the containers of the site, then
/// of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Deposit {
    /// Milliseconds after the day's beginning, above the container's place within the site.
    when_where: u64,
    /// Which of the container's deposits of the day, above millilitres.
    which_what: u64,
}

impl Deposit {
    fn new((after_ms, place): (i64, u32), (nth, ml): (u32, u64)) -> Self {
        // A day has at most 25 h, a deposit at most 10 000 L: both are far below 2^32.
        let after_ms = u64::try_from(after_ms).unwrap_or(0);
        Self {
            when_where: after_ms << 32 | u64::from(place),
            which_what: u64::from(nth) << 32 | ml & LOWER,
        }
    }

    /// When, in milliseconds after the day's beginning.
    pub(super) const fn after_ms(self) -> i64 {
        (self.when_where >> 32).cast_signed()
    }

    /// To which container of the site, counted within the site.
    pub(super) fn place(self) -> usize {
        usize::try_from(self.when_where & LOWER).unwrap_or(usize::MAX)
    }

    /// How much, in millilitres.
    pub(super) const fn ml(self) -> u64 {
        self.which_what & LOWER
    }
}

const LOWER: u64 = 0xffff_ffff;

/// What a container's deposits of a day follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct DayLaw<'a> {
    /// Mean deposits a day where all multipliers are 1.
    pub(super) daily_mean: f64,
    pub(super) volume: DepositVolume,
    pub(super) day_effect_shape: Option<f64>,
    /// The events of the site, all of them.
    pub(super) events: &'a [Event],
}

impl DayLaw<'_> {
    /// Draws the day's deposits for the container at `place` of its site.
    pub(super) fn draw(
        &self,
        randomness: &mut Randomness,
        (table, shape): (&DayTable, &DayShape),
        (place, deposits): (u32, &mut Vec<Deposit>),
    ) {
        randomness.seek(table.number);
        let effect = self
            .day_effect_shape
            .map_or(1.0, |shape| randomness.gamma_of_mean_one(shape));
        let weights = EventHours {
            law: self,
            start: table.day.start(),
            shape,
        };
        let total: f64 = weights.total();
        let mean = self.daily_mean * shape.factor * effect * total;
        let count = randomness.poisson(mean.clamp(0.0, MAX_MEAN));
        let volume = [self.volume.min_l, self.volume.mode_l, self.volume.max_l];
        deposits.reserve(usize::try_from(count).unwrap_or(0));
        for nth in 0..count {
            let target = randomness.unit() * total;
            let after_ms = if self.events.is_empty() {
                shape.instant_ms(target)
            } else {
                weights.instant(target) - weights.start.as_millis()
            };
            let ml = floor_u64(randomness.triangular(volume) * ML_PER_L + 0.5);
            deposits.push(Deposit::new((after_ms, place), (nth, ml)));
        }
    }
}

/// The weights of a day's hours, with the events of the site.
struct EventHours<'a> {
    law: &'a DayLaw<'a>,
    start: Timestamp,
    shape: &'a DayShape,
}

impl EventHours<'_> {
    fn total(&self) -> f64 {
        if self.law.events.is_empty() {
            1.0
        } else {
            self.weights().map(|(_, weight)| weight).sum()
        }
    }

    /// The hours with their weights, in order of time; each begins at the instant given first.
    fn weights(&self) -> impl Iterator<Item = (i64, f64)> {
        let hours = (self.start.as_millis()..).step_by(3_600_000);
        hours
            .zip(&self.shape.hours)
            .map(|(begin, weight)| (begin, weight * self.factor(begin)))
    }

    fn factor(&self, hour_begin: i64) -> f64 {
        let begin = Timestamp::from_millis(hour_begin);
        let holds = |event: &&Event| event.from <= begin && begin < event.to;
        self.law
            .events
            .iter()
            .filter(holds)
            .map(|event| event.factor)
            .product()
    }

    /// Where the cumulated weight reaches `target`.
    fn instant(&self, target: f64) -> i64 {
        let mut before = 0.0;
        let mut last = self.start.as_millis();
        for (begin, weight) in self.weights().filter(|(_, weight)| *weight > 0.0) {
            if target < before + weight {
                let within = (target - before) / weight * f64_of_i64(HOUR_MS);
                return begin + trunc_i64(within).clamp(0, HOUR_MS - 1);
            }
            before += weight;
            last = begin + HOUR_MS - 1;
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Calendar, LocalDay};
    use crate::filling::FillingParams;

    #[test]
    fn the_table_of_busy_hours_answers_what_a_walk_over_all_hours_does() {
        let params = FillingParams::default();
        let calendar = Calendar::new(&params.calendar).unwrap();
        let mut randomness = crate::random::Seed(6).stream(crate::random::Model::Deposits, 0);
        for day in [
            "2022-03-27T12:00:00Z",
            "2022-07-02T12:00:00Z",
            "2022-10-30T12:00:00Z",
        ] {
            let day = LocalDay::containing(day.parse().unwrap()).unwrap();
            let table = DayTable::new((&params, &calendar), day);
            for shape in &table.shapes {
                let law = DayLaw {
                    daily_mean: 1.0,
                    volume: params.household_deposit,
                    day_effect_shape: None,
                    events: &[],
                };
                let start = table.day.start();
                let walk = EventHours {
                    law: &law,
                    start,
                    shape,
                };
                let edges = shape.busy.iter().map(|hour| hour.before);
                let anywhere: Vec<f64> = (0..500).map(|_| randomness.unit()).collect();
                for target in edges
                    .chain(anywhere)
                    .chain([0.0, 0.5, 1.0 - f64::EPSILON / 2.0])
                {
                    let expected = walk.instant(target) - start.as_millis();
                    assert_eq!(shape.instant_ms(target), expected, "{target}");
                }
            }
        }
    }
}
