//! The deposits of one container on one local day, drawn from that day's slot of its stream.

use twin_core::Timestamp;

use super::days::DayShape;
use super::params::{DepositVolume, Event};
use crate::numbers::{f64_of_i64, floor_u32, trunc_i64};
use crate::random::{Randomness, Triangle, unit};

const HOUR_MS: i64 = 3_600_000;
/// Millilitres in a litre.
pub(super) const ML_PER_L: f64 = 1000.0;
/// More deposits a day than any container sees; bounds the memory whatever the parameters.
const MAX_MEAN: f64 = 100_000.0;

/// Somebody brings something: to which container of the site, and how many millilitres.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deposit {
    pub(super) place: u32,
    pub(super) ml: u32,
}

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

impl<'a> DayLaw<'a> {
    /// The law on a day, given what its stream shares on that day.
    pub(super) fn on(self, start: Timestamp, shape: &'a DayShape) -> DayOfLaw<'a> {
        let hours = EventHours {
            events: self.events,
            start,
            shape,
        };
        let volume = self.volume;
        DayOfLaw {
            total: hours.total(),
            litres: Triangle::new([volume.min_l, volume.mode_l, volume.max_l]),
            law: self,
            hours,
        }
    }
}

/// A law on one day.
pub(super) struct DayOfLaw<'a> {
    law: DayLaw<'a>,
    hours: EventHours<'a>,
    total: f64,
    litres: Triangle,
}

impl DayOfLaw<'_> {
    /// Draws how many deposits the day has.
    pub(super) fn count(&self, randomness: &mut impl Randomness) -> u32 {
        let effect = self
            .law
            .day_effect_shape
            .map_or(1.0, |shape| randomness.gamma_of_mean_one(shape));
        let mean = self.law.daily_mean * self.hours.shape.factor * effect * self.total;
        randomness.poisson(mean.clamp(0.0, MAX_MEAN))
    }

    /// When a deposit is brought, in milliseconds after the day's beginning, of one draw.
    #[inline]
    pub(super) fn after_ms(&self, draw: u64) -> i64 {
        let target = unit(draw) * self.total;
        if self.law.events.is_empty() {
            self.hours.shape.instant_ms(target)
        } else {
            self.hours.instant(target) - self.hours.start.as_millis()
        }
    }

    /// How much is brought, in millilitres, of one draw.
    #[inline]
    pub(super) fn ml(&self, draw: u64) -> u32 {
        // A deposit is at most 10 000 L, far below 2^32 mL.
        floor_u32(self.litres.at(unit(draw)) * ML_PER_L + 0.5)
    }
}

/// The weights of a day's hours, with the events of the site.
struct EventHours<'a> {
    events: &'a [Event],
    start: Timestamp,
    shape: &'a DayShape,
}

impl EventHours<'_> {
    fn total(&self) -> f64 {
        if self.events.is_empty() {
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
        self.events
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
    use super::super::days::DayTable;
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
                let start = table.day.start();
                let walk = EventHours {
                    events: &[],
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
