//! What the readings of a container are worth: which follow from those before, when it was emptied, how fast
//! it fills, and how far its sensor's readings scatter.

use serde::{Deserialize, Serialize};

use crate::input::Quality;
use crate::time::{Span, Timestamp};
use crate::twin::Level;
use crate::units::Fraction;

/// Fall of the level that tells of an emptying once a second reading bears it out: 25 to 30 points (domain
/// knowledge; smaller falls are noise, or a heap that slumped).
const EMPTIED_BY: f64 = 0.25;
/// Rise that no deposits explain, beyond several times what is usual in that time. With it, less than the fall
/// of an emptying: or else what an echo adds would be taken for one when it is gone.
const JUMP_BY: f64 = 0.15;
/// How many times the usual rise is believed.
const BUSY: f64 = 4.0;
/// A container of which nothing is known fills in eight days.
const USUAL_PER_HOUR: f64 = 1.0 / (8.0 * 24.0);
/// As how many hours of readings what is usual counts.
const USUAL_WEIGHT_H: f64 = 48.0;
/// Hours after which what was learned of the rate counts for half: two weeks.
const RATE_MEMORY_H: f64 = 336.0;
/// Standard deviation of a reading of which nothing is known, as a share of the depth: 10 mm to 1 % of the
/// distance (domain knowledge, ultrasonic), of a depth of a good metre.
const USUAL_NOISE: f64 = 0.012;
/// As how many readings that counts.
const USUAL_NOISE_WEIGHT: f64 = 8.0;
/// Of how many readings noise is a running mean.
const NOISE_MEMORY: f64 = 64.0;
/// The least noise that is believed: a millimetre or two.
const LEAST_NOISE: f64 = 0.002;
/// Rise up to which two readings differ by noise and not by deposits.
const QUIET_RISE: f64 = 0.03;
/// Readings further apart tell nothing of rate and noise.
const LONGEST_GAP: Span = Span::from_hours(7 * 24);
/// Of how many readings the share of those that fit is a running mean.
const MISFIT_MEMORY: f32 = 50.0;
/// Of how many emptyings the level right after them is a running mean.
const EMPTY_MEMORY: u16 = 6;

/// What was learned of a sensor in its present container, from one reading to the next.
///
/// Everything is a share of the depth, so that what is told of a container holds for any mounting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// The level that the newest reading jumped away from, as long as none bears it out.
    jumped_from: f32,
    /// When that level was measured; [`Timestamp::MIN`]: the newest reading did not jump.
    jumped_at: Timestamp,
    /// When the container was first seen emptied; [`Timestamp::MIN`]: never.
    emptied_at: Timestamp,
    /// Rise over the hours that are remembered.
    rise: f32,
    hours: f32,
    variance: f32,
    misfits: f32,
    /// Mean of the levels right after emptyings.
    empty: f32,
    emptyings: u16,
    readings: u16,
    scattered: u16,
    /// Whether the next reading has nothing before it to be compared with.
    is_fresh: bool,
}

impl Default for Track {
    fn default() -> Self {
        Self {
            jumped_from: 0.0,
            jumped_at: Timestamp::MIN,
            emptied_at: Timestamp::MIN,
            rise: single(USUAL_PER_HOUR * USUAL_WEIGHT_H),
            hours: single(USUAL_WEIGHT_H),
            variance: single(USUAL_NOISE * USUAL_NOISE),
            misfits: 0.0,
            empty: 0.0,
            emptyings: 0,
            readings: 0,
            scattered: 0,
            is_fresh: true,
        }
    }
}

/// What a reading says in the light of those before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Judgement {
    /// Doubtful: it does not follow from those before, and nothing bears it out yet.
    pub(crate) quality: Quality,
    /// The level before an emptying that it proves, and when the container was first seen emptied.
    pub(crate) emptied: Option<Level>,
}

impl Track {
    /// What a reading says. `before` is the reading before it, `told_empty` when somebody said last that the
    /// container was emptied.
    pub(crate) fn judge(
        &self,
        before: Option<Level>,
        now: Level,
        told_empty: Option<Timestamp>,
    ) -> Judgement {
        let fits = Judgement {
            quality: Quality::Good,
            emptied: None,
        };
        let Some(before) = before.filter(|before| before.observed_at < now.observed_at) else {
            return fits;
        };
        let believed = self.believed(before);
        let is_told = told_empty.is_some_and(|at| {
            at > believed.observed_at.max(self.emptied_at) && at <= now.observed_at
        });
        let fell = |level: Level| believed.fill.get() - level.fill.get() > EMPTIED_BY;
        let is_second = self.jump().is_some();
        let is_borne_out = is_second && fell(before);
        if fell(now) && (is_told || is_borne_out) {
            let first_seen = if is_borne_out { before } else { now };
            let emptied = Level {
                fill: believed.fill,
                observed_at: first_seen.observed_at,
            };
            return Judgement {
                emptied: Some(emptied),
                ..fits
            };
        }
        let rose = |level: Level| self.has_risen(believed, level);
        let has_jumped = fell(now) || (rose(now) && !(is_second && rose(before)));
        Judgement {
            quality: if has_jumped {
                Quality::Doubtful
            } else {
                Quality::Good
            },
            emptied: None,
        }
    }

    /// Learns from a reading, judged before.
    pub(crate) fn take(&mut self, before: Option<Level>, now: Level, quality: Quality) {
        let before = before.filter(|before| before.observed_at < now.observed_at);
        self.readings = self.readings.saturating_add(1);
        let Some(before) = before.filter(|_| !self.is_fresh) else {
            if self.is_fresh && self.emptied_at().is_some() {
                self.see_empty(now.fill);
            }
            self.is_fresh = false;
            self.jumped_at = Timestamp::MIN;
            return;
        };
        if quality == Quality::Doubtful {
            let believed = self.believed(before);
            self.jumped_from = single(believed.fill.get());
            self.jumped_at = believed.observed_at;
            return;
        }
        let mut base = before;
        if self.jump().is_some() {
            let believed = self.believed(before);
            let nearness = |level: Level| (level.fill.get() - now.fill.get()).abs();
            self.jumped_at = Timestamp::MIN;
            if nearness(before) <= nearness(believed) {
                // A second reading bears out that it is much fuller than it was.
                return;
            }
            base = believed;
            self.misfits += (1.0 - self.misfits) / MISFIT_MEMORY;
        }
        self.misfits -= self.misfits / MISFIT_MEMORY;
        self.learn(base, now);
    }

    /// Notes that the container was emptied.
    pub(crate) fn emptied(&mut self, at: Timestamp) {
        self.emptied_at = at;
        self.jumped_at = Timestamp::MIN;
        self.is_fresh = true;
    }

    /// Notes how full the container seemed right after it was emptied.
    fn see_empty(&mut self, fill: Fraction) {
        self.emptyings = self.emptyings.saturating_add(1);
        let share = 1.0 / f32::from(self.emptyings.min(EMPTY_MEMORY));
        self.empty += (single(fill.get()) - self.empty) * share;
    }

    fn learn(&mut self, before: Level, now: Level) {
        let gap = now.observed_at.since(before.observed_at);
        if gap > LONGEST_GAP {
            return;
        }
        let hours = hours(gap);
        let rise = now.fill.get() - before.fill.get();
        let usual = self.rate_per_hour() * hours;
        let keep = RATE_MEMORY_H / (RATE_MEMORY_H + hours);
        self.rise = single(f64::from(self.rise) * keep + rise);
        self.hours = single(f64::from(self.hours) * keep + hours);
        let is_within = |fill: Fraction| fill > Fraction::EMPTY && fill < Fraction::FULL;
        if usual > QUIET_RISE || !is_within(before.fill) || !is_within(now.fill) {
            return;
        }
        let variance = f64::from(self.variance);
        // Two readings, each with its noise; what is far out is a deposit or an error, not noise.
        let half_square = ((rise - usual) * (rise - usual) / 2.0).min(9.0 * variance);
        self.scattered = self.scattered.saturating_add(1);
        let weight = (USUAL_NOISE_WEIGHT + f64::from(self.scattered)).min(NOISE_MEMORY);
        let learned = variance + (half_square - variance) / weight;
        self.variance = single(learned.max(LEAST_NOISE * LEAST_NOISE));
    }

    /// Whether it got fuller than several times the usual deposits explain.
    fn has_risen(&self, believed: Level, now: Level) -> bool {
        let hours = hours(now.observed_at.since(believed.observed_at));
        let explained = JUMP_BY + BUSY * self.rate_per_hour() * hours;
        now.fill.get() - believed.fill.get() > explained
    }

    /// The level that holds until the newest reading is borne out.
    fn believed(&self, newest: Level) -> Level {
        self.jump().unwrap_or(newest)
    }

    /// The level that the newest reading jumped away from, where none has borne it out.
    pub(crate) fn jump(&self) -> Option<Level> {
        (self.jumped_at != Timestamp::MIN).then(|| Level {
            fill: Fraction::saturating(f64::from(self.jumped_from)),
            observed_at: self.jumped_at,
        })
    }

    /// When the container was first seen emptied, the last time.
    pub fn emptied_at(&self) -> Option<Timestamp> {
        Some(self.emptied_at).filter(|at| *at != Timestamp::MIN)
    }

    /// How fast the container fills, as a share of its depth per hour; not negative.
    pub fn rate_per_hour(&self) -> f64 {
        f64::from(self.rise.max(0.0) / self.hours)
    }

    /// Standard deviation of a reading, as a share of the depth: learned while the container hardly filled.
    pub fn noise(&self) -> f64 {
        f64::from(self.variance).sqrt()
    }

    /// Share of the recent readings that the next one disproved, 0 to 1.
    pub fn misfits(&self) -> f64 {
        f64::from(self.misfits)
    }

    /// Mean level right after recent emptyings, and how many there were.
    pub fn empty_level(&self) -> (f64, u16) {
        (f64::from(self.empty), self.emptyings)
    }

    /// How many readings it rests on; saturates.
    pub const fn readings(&self) -> u16 {
        self.readings
    }
}

/// Seven digits are more than any of this has.
#[expect(clippy::cast_possible_truncation, reason = "all are near 1, or hours")]
const fn single(value: f64) -> f32 {
    value as f32
}

/// A span in hours.
pub(crate) fn hours(span: Span) -> f64 {
    span.as_millis() as f64 / 3_600_000.0
}
