//! One container: what its sensor told, and what follows from it.

use std::collections::VecDeque;

use twin_core::{Span, Timestamp};

use super::compound::{Cumulants, Grain};
use super::faults::{Suspicion, Watch};
use super::forecaster::Pace;
use super::rate::{Ascent, NOISE_DAYS, Prior, Rate};
use super::track::{EMPTYING, Emptied, GAP, Rise, Told, Track};
use super::{ContainerFacts, LevelReading};
use crate::numbers::f64_of_i64;

/// Variance of how busy a day is: gamma with a shape of 20 (assumption \[K-med\]: 10 to 30).
pub(super) const DAY_VARIANCE: f64 = 0.05;
/// Variance of the tempo to come, as a share of its square: seasons go on.
const TEMPO_VARIANCE: f64 = 0.0144;
/// Noise of a distance: 10 mm, or one in a hundred (assumption \[K-med\]).
const NOISE_MM: f64 = 10.0;
const NOISE_SHARE: f64 = 0.01;
/// Beyond this level nothing is learned: what comes may lie beside.
const RIM: f64 = 0.95;
/// A stretch is learned after so many hours, so that noise counts less.
const STRETCH: Span = Span::from_hours(48);
/// What came is kept for so long.
const KEPT: Span = Span::from_hours(24 * 9);
/// A rate is known after so many days.
const KNOWN_DAYS: f64 = 3.0;
/// Before that rises may vary so much more, lest a fast container's be taken for echoes.
const UNKNOWN: f64 = 16.0;
/// The usual level is that of so many readings.
const USUAL_READINGS: f64 = 250.0;
/// Days between emptyings where none was seen yet.
const USUAL_CYCLE_DAYS: f64 = 14.0;

/// Days between two instants.
pub(super) fn days_between(from: Timestamp, to: Timestamp) -> f64 {
    f64_of_i64(to.since(from).as_millis()) / 86_400_000.0
}

/// What rose between two instants, as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Risen {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) by: f64,
}

/// What came to a container that its sensor saw, from the beginning.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Account {
    /// In shares of its capacity.
    pub(super) came: f64,
    /// Days of its stream's rhythm.
    pub(super) days: f64,
}

/// The level of a container, as well as it is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Present {
    pub(super) level: f64,
    pub(super) variance: f64,
    /// How much of the heap was taken off it, 0 to 1.
    formed: f64,
    /// When it was that.
    pub(super) since: Timestamp,
}

/// What rose since something was learned last.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    begun: Timestamp,
    /// How far the heap was formed then.
    formed: f64,
    rise: f64,
    /// Average days of the stream.
    days: f64,
}

/// What a container usually holds.
#[derive(Clone, Copy, Debug, Default)]
struct Usual {
    readings: f64,
    mean: f64,
    square: f64,
}

/// What is known of a container.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    pub(super) facts: ContainerFacts,
    pub(super) grain: Grain,
    pub(super) rate: Rate,
    pub(super) track: Track,
    pub(super) watch: Watch,
    pub(super) account: Account,
    pub(super) recent: VecDeque<Risen>,
    /// Whether that is kept: only rules of thumb ask for it.
    pub(super) keeps_recent: bool,
    /// When it was emptied last, and how long it lasted between emptyings.
    pub(super) emptied: Option<Timestamp>,
    cycle_days: Option<f64>,
    usual: Usual,
    /// When it repeated itself last.
    flat: Option<Timestamp>,
    stretch: Option<Stretch>,
}

impl Watched {
    pub(super) fn new(facts: ContainerFacts) -> Self {
        Self {
            facts,
            grain: Grain::new(facts.deposit, facts.capacity.get()),
            rate: Rate::new(0.05),
            track: Track::default(),
            watch: Watch::new(facts.interval),
            account: Account::default(),
            recent: VecDeque::new(),
            keeps_recent: true,
            emptied: None,
            cycle_days: None,
            usual: Usual::default(),
            flat: None,
            stretch: None,
        }
    }

    /// Takes in a reading; tells an emptying where it confirms one.
    pub(super) fn hear(&mut self, reading: &LevelReading, pace: &mut Pace) -> Option<Emptied> {
        let at = reading.at;
        let rise = self.expected(pace, at);
        self.watch
            .hear(at, reading.distance_mm, rise.mean / self.grain.unit);
        self.watch.tilt(reading.is_tilted);
        let mm = reading.distance_mm?;
        if reading.is_tilted || reading.is_doubtful {
            return None;
        }
        if self.watch.is_flat() {
            self.flat = Some(at);
        }
        let noise = self.noise(f64::from(mm));
        let told = self.track.hear((at, self.fill(mm)), rise, noise);
        self.watch.doubt(told == Told::Doubted);
        match told {
            Told::Followed { from, was } => {
                self.follow((from, was), (at, self.fill(mm)), pace);
                None
            }
            Told::Emptied(emptied) => {
                self.learn_stretch();
                // Who repeated itself until then was stuck elsewhere: nobody knows what its container did.
                (self.flat != Some(emptied.after))
                    .then(|| self.note_emptying(emptied, (rise, noise)))
            }
            Told::Moved { by } => {
                self.learn_stretch();
                self.watch.moved(by);
                None
            }
            Told::Begun => {
                self.learn_stretch();
                None
            }
            Told::Doubted => None,
        }
    }

    /// The level that a distance stands for, in shares of the depth; below 0 or above 1 where it is so read.
    fn fill(&self, mm: u16) -> f64 {
        let mounting = self.facts.mounting;
        (f64::from(mounting.empty_mm()) - f64::from(mm)) / self.depth_mm()
    }

    fn depth_mm(&self) -> f64 {
        f64::from(self.facts.mounting.empty_mm() - self.facts.mounting.full_mm())
    }

    /// The variance of a level that is read at a distance.
    fn noise(&self, mm: f64) -> f64 {
        let deviation = (NOISE_SHARE * mm).max(NOISE_MM) / self.depth_mm();
        deviation * deviation
    }

    /// The same somewhere in the middle.
    pub(super) fn usual_noise(&self) -> f64 {
        self.noise(0.5 * f64::from(self.facts.mounting.empty_mm()))
    }

    /// What should have come since the last level.
    fn expected(&self, pace: &Pace, at: Timestamp) -> Rise {
        let Some((from, _)) = self.track.last else {
            return Rise::default();
        };
        let days = pace.rhythm.days(from, at);
        let law = self.coming(pace, (days, days_between(from, at)));
        let doubt = if self.is_known() { 1.0 } else { UNKNOWN };
        Rise {
            mean: law.mean,
            variance: doubt * law.variance,
        }
    }

    /// The law of what comes in so many days of the rhythm, within a time of so many days.
    pub(super) fn coming(&self, pace: &Pace, (busy, days): (f64, f64)) -> Cumulants {
        let mean = self.rate.daily * pace.tempo.factor * busy;
        let law = Cumulants::of(mean, self.grain, (days.max(1.0), DAY_VARIANCE));
        law.blurred(self.rate_doubt() * mean * mean)
    }

    /// The law of what a container holds after so many days of the rhythm, within a time of so many days.
    /// Who takes the heap for too high takes rate and level for too low, both at once.
    pub(super) fn holding(
        &self,
        pace: &Pace,
        present: Present,
        (busy, days): (f64, f64),
    ) -> Cumulants {
        let average_days = busy * pace.tempo.factor;
        let both = -2.0 * present.formed * average_days * self.rate.covariance;
        let level = Cumulants {
            mean: present.level,
            variance: present.variance + both.max(0.0),
            third: 0.0,
        };
        level.and(self.coming(pace, (busy, days)))
    }

    /// The variance of the rate to come, as a share of its square.
    pub(super) fn rate_doubt(&self) -> f64 {
        self.rate.variance / (self.rate.daily * self.rate.daily) + TEMPO_VARIANCE
    }

    /// The variance of a day's amount.
    pub(super) fn day_variance(&self, daily: f64) -> f64 {
        self.grain.second * daily + DAY_VARIANCE * daily * daily
    }

    pub(super) fn settle(&mut self, prior: f64) {
        let daily = self.rate.daily.max(0.2 * prior);
        let day_variance = self.day_variance(daily);
        let open = self.stretch.map(|stretch| self.ascent(stretch));
        let prior = Prior {
            daily: prior,
            day_variance,
        };
        self.rate.settle(prior, open);
    }

    fn follow(&mut self, (from, was): (Timestamp, f64), now: (Timestamp, f64), pace: &mut Pace) {
        let (at, fill) = now;
        let (below, before) = (self.rate.below(fill), self.rate.below(was));
        self.usual.add(below.level);
        let was_flat = self.flat == Some(from);
        if below.level > RIM || before.level > RIM || self.watch.is_flat() || was_flat {
            self.stretch = None;
            return;
        }
        let busy = pace.rhythm.days(from, at);
        let formed = below.formed - before.formed;
        let by = fill - was;
        let came = by - self.rate.heap * formed;
        self.account.came += came;
        self.account.days += busy;
        if self.keeps_recent {
            self.keep(Risen { from, to: at, by });
        }
        let stretch = self.stretch.get_or_insert(Stretch {
            begun: from,
            formed: before.formed,
            rise: 0.0,
            days: 0.0,
        });
        stretch.rise += by;
        stretch.days += busy * pace.tempo.factor;
        if at.since(stretch.begun) >= STRETCH {
            self.learn_stretch();
        }
        if self.is_known() && self.watch.suspicion().is_none() {
            pace.learn(self, (from, at), came);
        }
    }

    fn keep(&mut self, risen: Risen) {
        let at = risen.to;
        self.recent.push_back(risen);
        while self
            .recent
            .front()
            .is_some_and(|first| at.since(first.to) > KEPT)
        {
            self.recent.pop_front();
        }
    }

    fn learn_stretch(&mut self) {
        let ascent = self.stretch.take().map(|stretch| self.ascent(stretch));
        if let Some(ascent) = ascent.filter(|ascent| ascent.days > NOISE_DAYS / 4.0) {
            self.rate.learn(ascent);
        }
    }

    /// The heap is taken to form as it should: that of which much came forms sooner, so that the truth of it
    /// would say of every heap that it is high.
    fn ascent(&self, stretch: Stretch) -> Ascent {
        Ascent {
            rise: stretch.rise,
            formed: self.rate.forming(stretch.formed, stretch.days),
            days: stretch.days,
        }
    }

    fn note_emptying(&mut self, emptied: Emptied, (rise, noise): (Rise, f64)) -> Emptied {
        // While a heap forms, up to 1.6 times what comes is read.
        let came = rise.mean + 2.0 * (rise.variance + noise).sqrt();
        if self.is_known() && emptied.before.since(emptied.after) <= GAP && came < EMPTYING {
            self.watch.emptied(&emptied, came);
        }
        if let Some(last) = self.emptied.replace(emptied.before) {
            let days = days_between(last, emptied.before);
            let mean = self.cycle_days.get_or_insert(days);
            *mean += 0.2 * (days - *mean);
        }
        emptied
    }

    /// Whether enough was seen of it to learn from it about others.
    pub(super) fn is_known(&self) -> bool {
        self.account.days >= KNOWN_DAYS
    }

    /// Its level at the time of the last reading; what it usually holds, now, where the sensor is not to be
    /// trusted or tells nothing for long. `None` where it never told anything.
    pub(super) fn present(&self, at: Timestamp, pace: &Pace) -> Option<Present> {
        let (last, _) = self.track.last?;
        let below = self.rate.below(self.track.level);
        let heap = below.formed * below.formed * self.rate.heap_variance;
        let variance = self.track.variance + heap;
        let suspicion = self.watch.suspicion();
        let is_fresh = at.since(last) <= GAP;
        if suspicion.is_none() && is_fresh {
            return Some(Present {
                level: below.level,
                variance,
                formed: below.formed,
                since: last,
            });
        }
        let (usual, usual_variance) = self.usual.level();
        let cycle = self.cycle_days.unwrap_or(USUAL_CYCLE_DAYS).max(0.5);
        let trust = match suspicion {
            Some(Suspicion::Stuck | Suspicion::Drift) => 0.0,
            _ => (1.0 - days_between(last, at) / cycle).max(0.0),
        };
        let law = self.coming(pace, (pace.rhythm.days(last, at), days_between(last, at)));
        let (level, variance) = (below.level + law.mean, variance + law.variance);
        let apart = level - usual;
        let mean = usual + trust * apart;
        let mixed = trust * variance
            + (1.0 - trust) * usual_variance
            + trust * (1.0 - trust) * apart * apart;
        Some(Present {
            level: mean,
            variance: mixed,
            formed: 0.0,
            since: at,
        })
    }
}

impl Usual {
    fn add(&mut self, level: f64) {
        self.readings = (self.readings + 1.0).min(USUAL_READINGS);
        let part = 1.0 / self.readings;
        self.mean += part * (level - self.mean);
        self.square += part * (level * level - self.square);
    }

    /// Mean and variance; a third with a deviation of a quarter counts for three weeks of readings, for those
    /// of one filling are much alike.
    fn level(&self) -> (f64, f64) {
        const BEFORE: f64 = 120.0;
        let mix = |own: f64, other: f64| {
            (self.readings * own + BEFORE * other) / (self.readings + BEFORE)
        };
        let mean = mix(self.mean, 0.33);
        let square = mix(self.square, 0.33 * 0.33 + 0.25 * 0.25);
        (mean, (square - mean * mean).max(0.01))
    }
}
