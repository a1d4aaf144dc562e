//! How far the fill of a container can be trusted, and why not further.

use serde::Serialize;

use crate::asset::AssetIx;
use crate::detail::named_enum;
use crate::health::SensorStatus;
use crate::report::Sighting;
use crate::time::{Span, Timestamp};
use crate::track::{Track, hours};
use crate::twin::{Level, Twin};
use crate::{AssetId, AssetKind};

/// What counts as right: half a quarter either way, for fill sensors are usable at quartile resolution
/// (Hoffmann et al., ECIS; domain knowledge).
pub const TOLERANCE: f64 = 0.125;
/// How far the heap under the opening may be over or under the mean level once it has formed: 10 to 15 % of
/// the depth (domain knowledge), each alike.
const HEAP: f64 = 0.12;
/// The fill from which the heap is formed.
const HEAP_FORMED: f64 = 0.3;
/// How far what is usual may be from what comes, as a share of it.
const RATE_DOUBT: f64 = 0.5;
/// A deposit as a share of the container: 33 L of 4,000 L, with its scatter (domain knowledge).
const DEPOSIT: f64 = 0.009;
/// How likely a container of which nothing is known any more is within [`TOLERANCE`] of some level.
const BY_CHANCE: f64 = 0.30;
/// Once so much may have come, it may as well have been emptied since.
const SURELY_CHANGED: f64 = 0.5;
/// Readings on which nothing can rest yet.
const FEW_READINGS: u16 = 3;
/// Share of readings that the next ones disproved from which the rest is doubtful too; outliers are 1 to 5 %
/// of what good sensors say (domain knowledge).
const MANY_MISFITS: f64 = 0.12;
/// Level right after emptyings from which a sensor has drifted, or its mounting is told wrongly.
const DRIFTED: f64 = 0.20;
/// Emptyings on which that rests.
const EMPTYINGS_SEEN: u16 = 3;
/// How long a report of people is set against what a sensor says.
const REPORT_HOLDS: Span = Span::from_hours(48);
/// Fill at which a container that was just emptied contradicts, and one below which a full one does.
const NOT_EMPTY: f64 = 0.5;
const NOT_FULL: f64 = 0.6;

named_enum! {
    /// Why the fill of a container is trusted less.
    Doubt, "doubt of a level" {
        /// Too few readings yet.
        FewReadings = "few-readings",
        /// The newest reading does not follow from those before, and none has borne it out.
        Unconfirmed = "unconfirmed",
        /// Many recent readings were disproved by the next.
        Outliers = "outliers",
        /// The sensor does not read empty after emptyings.
        Drift = "drift",
        /// People say otherwise.
        Contradicted = "contradicted",
        /// So much time has passed that the container may be fuller by now.
        Old = "old",
        /// The sensor says the same again and again.
        Stuck = "stuck",
        /// The sensor hangs out of its mounting position.
        Tilted = "tilted",
        /// The sensor's battery is low.
        LowBattery = "low-battery",
    }
}

impl Doubt {
    /// How likely the level says something where this holds. Tried against the truth of simulated sensors, of
    /// which 16 % do not work, but for what people say: that is assumed.
    const fn keeps(self) -> f64 {
        match self {
            Self::FewReadings | Self::LowBattery | Self::Tilted => 0.95,
            Self::Outliers => 0.75,
            Self::Drift => 0.55,
            Self::Unconfirmed => 0.50,
            Self::Contradicted => 0.20,
            Self::Stuck => 0.0,
            // Counted in what may have come since.
            Self::Old => 1.0,
        }
    }
}

/// What is left of the trust in a sensor of which nothing bad is seen: some faults never show.
const UNSEEN_FAULTS: f64 = 0.96;

/// How far a fill can be trusted at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trust {
    /// How likely the container is now within [`TOLERANCE`] of the fill that was measured last, 0 to 1.
    pub probability: f64,
    /// Standard deviation of that fill when it was measured, as a share of the container.
    pub deviation: f64,
    /// Why it is not trusted further.
    pub doubts: Vec<Doubt>,
}

impl Twin {
    /// How far the fill of a container can be trusted at a time; `None` where none was measured.
    pub fn trust(&self, container: u32, now: Timestamp) -> Option<Trust> {
        let sensor = self.inventory().sensor_of_container(container)?;
        let level = self.level(container)?;
        let track = self.track(sensor)?;
        let mut doubts = doubts_of(track, self.container_status(container));
        if self.is_contradicted(container, level, track, now) {
            doubts.push(Doubt::Contradicted);
        }
        let spread = Spread::of(track, level, now);
        if spread.come > TOLERANCE / 2.0 {
            doubts.push(Doubt::Old);
        }
        let keeps = doubts.iter().map(|doubt| doubt.keeps());
        let says_something = keeps.fold(UNSEEN_FAULTS * spread.unchanged(), |p, k| p * k);
        let probability =
            BY_CHANCE + says_something * (spread.within(TOLERANCE) - BY_CHANCE).max(0.0);
        Some(Trust {
            probability,
            deviation: spread.measured,
            doubts,
        })
    }

    /// Whether people saw the container otherwise than its sensor, lately.
    fn is_contradicted(&self, container: u32, level: Level, track: &Track, now: Timestamp) -> bool {
        let key = self.inventory().key(AssetIx {
            kind: AssetKind::Container,
            ix: container,
        });
        let id = key.and_then(|key| AssetId::new(AssetKind::Container, key).ok());
        let Some(told) = id.and_then(|id| self.reported(&id)) else {
            return false;
        };
        let measured_after = |at: Timestamp| level.observed_at > at && now.since(at) < REPORT_HOLDS;
        let is_emptied_since = |at: Timestamp| track.emptied_at().is_some_and(|it| it >= at);
        let not_emptied = told.of(Sighting::Emptied).is_some_and(|seen| {
            measured_after(seen.at) && !is_emptied_since(seen.at) && level.fill.get() > NOT_EMPTY
        });
        let not_full = told.of(Sighting::Full).is_some_and(|seen| {
            measured_after(seen.at) && !is_emptied_since(seen.at) && level.fill.get() < NOT_FULL
        });
        not_emptied || not_full
    }
}

fn doubts_of(track: &Track, status: SensorStatus) -> Vec<Doubt> {
    let (empty, emptyings) = track.empty_level();
    let found = [
        (track.readings() < FEW_READINGS, Doubt::FewReadings),
        (track.jump().is_some(), Doubt::Unconfirmed),
        (track.misfits() > MANY_MISFITS, Doubt::Outliers),
        (emptyings >= EMPTYINGS_SEEN && empty > DRIFTED, Doubt::Drift),
        (status == SensorStatus::Stuck, Doubt::Stuck),
        (status == SensorStatus::Tilted, Doubt::Tilted),
        (status == SensorStatus::LowBattery, Doubt::LowBattery),
    ];
    let found = found.into_iter().filter(|(holds, _)| *holds);
    found.map(|(_, doubt)| doubt).collect()
}

/// How a fill scatters about what was measured.
struct Spread {
    /// How far the heap may be off.
    heap: f64,
    /// Standard deviation when it was measured.
    measured: f64,
    /// What came since, as is usual.
    come: f64,
    /// Standard deviation of all but the heap.
    rest: f64,
}

impl Spread {
    fn of(track: &Track, level: Level, now: Timestamp) -> Self {
        let fill = level.fill.get();
        let heap = HEAP * (fill / HEAP_FORMED).min(1.0);
        let noise = track.noise() * track.noise();
        let come = track.rate_per_hour() * hours(now.since(level.observed_at));
        let come = come.min(1.0 - fill);
        let doubt = RATE_DOUBT * come;
        Self {
            heap,
            measured: (noise + heap * heap / 3.0).sqrt(),
            come,
            rest: (noise + doubt * doubt + come * DEPOSIT).sqrt(),
        }
    }

    /// How likely the container has not been emptied since.
    fn unchanged(&self) -> f64 {
        1.0 - (self.come / SURELY_CHANGED).min(1.0)
    }

    /// How likely the fill is within a tolerance of what was measured.
    fn within(&self, tolerance: f64) -> f64 {
        // The mean over all heaps, by Gauss and Legendre at three of them.
        let heaps = [
            (-0.774_596_7, 5.0 / 18.0),
            (0.0, 8.0 / 18.0),
            (0.774_596_7, 5.0 / 18.0),
        ];
        let at = |heap: f64| {
            let below = |bound: f64| normal_below((bound - self.come - heap) / self.rest);
            below(tolerance) - below(-tolerance)
        };
        heaps
            .iter()
            .map(|(heap, weight)| weight * at(heap * self.heap))
            .sum()
    }
}

/// How likely a standard normal variable is below `x`.
fn normal_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}
