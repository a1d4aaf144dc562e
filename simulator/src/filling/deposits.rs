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

/// Somebody brings something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Deposit {
    /// When, in milliseconds since 1970.
    pub(super) at_ms: i64,
    /// To which container of the site, counted within the site.
    pub(super) place: u32,
    /// Which of the container's deposits of the day, in the order of drawing.
    pub(super) nth: u32,
    /// How much, in millilitres.
    pub(super) ml: u64,
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
        for nth in 0..count {
            let at_ms = weights.instant(randomness.unit() * total);
            let litres =
                randomness.triangular([self.volume.min_l, self.volume.mode_l, self.volume.max_l]);
            let ml = floor_u64(litres * ML_PER_L + 0.5);
            deposits.push(Deposit {
                at_ms,
                place,
                nth,
                ml,
            });
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
