//! How far a sensor is trusted.

use twin_core::{Mounting, Span, Timestamp};

use super::Facts;
use super::container::Belief;
use crate::numbers::f64_of_i64;
use crate::sensing::SensorReport;

/// Standard deviation of a level that a sensor tells, as a share of the volume: the heap under the opening
/// (±12 % of the depth, uniform) and the echo.
const ERROR: f64 = 0.08;
/// However often it is measured, a level is not known better than that share of the volume: the heap
/// stays where it is.
const BEST: f64 = 0.05;
/// A level that lies further from the expected one than so many standard deviations is not believed.
const GATE: f64 = 4.0;
/// So many reports in a row that agree with each other are.
const AGREEING: u32 = 4;
/// So many reports in a row with the very same distance are suspicious where something should have come.
const SAME: u32 = 8;
/// A sensor that was that far off what a crew found, as a share of the volume, is not believed for a while.
const FAR_OFF: f64 = 0.3;
/// How long.
const DISTRUST: Span = Span::from_hours(24 * 30);

/// A sensor as planners see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched {
    pub(super) container: usize,
    mounting: Mounting,
    /// What it told last, in millimetres, and how often in a row.
    last_mm: Option<(u16, u32)>,
    /// Litres that were expected to come since the distance changed last.
    missed_l: f64,
    /// The level that it told last and was not believed, and how often in a row.
    strange: Option<(f64, u32)>,
    /// The last level that it told, believed or not.
    told_l: Option<f64>,
    last_at: Option<Timestamp>,
    distrusted_until: Option<Timestamp>,
}

impl Watched {
    pub(super) const fn new(container: usize, mounting: Mounting) -> Self {
        Self {
            container,
            mounting,
            last_mm: None,
            missed_l: 0.0,
            strange: None,
            told_l: None,
            last_at: None,
            distrusted_until: None,
        }
    }

    /// Takes a report in, where it can be believed. The belief stands at its time already.
    pub(super) fn hear(&mut self, (facts, belief): (&Facts, &mut Belief), report: &SensorReport) {
        let reading = report.reading();
        let Some(mm) = reading.distance_mm else {
            return;
        };
        let since = self
            .last_at
            .map_or(0, |last| report.at.since(last).as_millis());
        self.last_at = Some(report.at);
        self.count_same(facts, belief, (mm, f64_of_i64(since)));
        let capacity_l = facts.capacity_l;
        let litres = self.mounting.fill_at(mm).get() * capacity_l;
        self.told_l = Some(litres);
        let is_distrusted = self.distrusted_until.is_some_and(|until| report.at < until);
        if reading.is_tilted == Some(true) || is_distrusted || self.is_stuck(capacity_l) {
            return;
        }
        let error_l2 = (ERROR * capacity_l) * (ERROR * capacity_l);
        let off = (litres - belief.litres) / libm::sqrt(belief.variance_l2 + error_l2);
        if off.abs() > GATE && !self.is_repeated(litres, capacity_l) {
            return;
        }
        if off.abs() > GATE {
            // Something happened that nobody told: the level is what it is.
            belief.variance_l2 = capacity_l * capacity_l;
        }
        self.strange = None;
        belief.measure(
            (litres, error_l2),
            (BEST * capacity_l) * (BEST * capacity_l),
        );
    }

    /// Compares it with what a crew found.
    pub(super) fn compare(&mut self, facts: &Facts, level_l: f64, at: Timestamp) {
        let Some(told_l) = self.told_l.take() else {
            return;
        };
        let is_recent = self
            .last_at
            .is_some_and(|last| at.since(last).as_millis() < Span::from_hours(24).as_millis());
        let level_l = level_l.min(facts.capacity_l);
        if is_recent && (told_l - level_l).abs() > FAR_OFF * facts.capacity_l {
            self.distrusted_until = Some(at + DISTRUST);
        }
        (self.strange, self.missed_l) = (None, 0.0);
    }

    fn count_same(&mut self, facts: &Facts, belief: &Belief, (mm, since_ms): (u16, f64)) {
        match &mut self.last_mm {
            Some((last, times)) if *last == mm => {
                *times += 1;
                let daily_l = belief.rate(facts) * facts.deposit.mean_l();
                self.missed_l += daily_l * since_ms / 86_400_000.0;
            }
            _ => {
                self.last_mm = Some((mm, 1));
                self.missed_l = 0.0;
            }
        }
    }

    fn is_stuck(&self, capacity_l: f64) -> bool {
        self.last_mm.is_some_and(|(_, times)| times >= SAME) && self.missed_l > BEST * capacity_l
    }

    /// Counts levels that are not expected; whether enough of them agree.
    fn is_repeated(&mut self, litres: f64, capacity_l: f64) -> bool {
        let agreeing = match self.strange {
            Some((last, times)) if (last - litres).abs() < 2.0 * ERROR * capacity_l => times + 1,
            _ => 1,
        };
        self.strange = Some((litres, agreeing));
        agreeing >= AGREEING
    }
}
