//! How well faults of sensors and emptyings of containers were found.

use twin_core::{Span, Timestamp};

use super::course::{Course, Episode};
use super::days_between;
use crate::forecast::levels::{Emptied, LevelForecaster, Suspected, Suspicion};
use crate::forecast::spread::quantile;
use crate::numbers::f64_of_index;
use crate::sensing::FaultKind;

/// A suspicion that comes so shortly after the end of a fault is still one of it.
const GRACE: Span = Span::from_hours(48);
/// An emptying is found where it lies so close to what was told.
const NEAR: Span = Span::from_hours(12);
/// Smaller ones are no emptyings to a sensor, as shares of the capacity.
const LEAST: f64 = 0.25;
const DAYS_OF_MONTH: f64 = 30.0;

/// How well faults of one kind were found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KindScore {
    /// Its name.
    pub kind: &'static str,
    /// How many faults there were.
    pub faults: usize,
    /// How many of them somebody suspected, of whatever.
    pub found: usize,
    /// How many suspicions of this kind there were.
    pub suspicions: usize,
    /// How many of them fell on a sensor that was broken, in whatever way.
    pub right: usize,
    /// Days from the beginning of a fault, or of the trial, to the suspicion: median, and nine in ten.
    pub delay_days: Option<[f64; 2]>,
}

/// How well faults were found.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultScore {
    /// The share of the time in which sensors were broken.
    pub base_rate: f64,
    /// Of suspicions, the share that was right.
    pub precision: Option<f64>,
    /// Of faults, the share that was found.
    pub recall: Option<f64>,
    /// Days to a suspicion: median, and nine in ten.
    pub delay_days: Option<[f64; 2]>,
    /// Wrong suspicions for each sensor and month.
    pub false_alarms_per_month: f64,
    /// Silent, stuck, tilted, drift, outliers; no fault of the last kind is simulated.
    pub kinds: Vec<KindScore>,
}

/// How well emptyings were found, of sensors that worked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EmptyingScore {
    /// Emptyings of a quarter of the capacity and more.
    pub emptyings: usize,
    /// How many of them were found.
    pub found: usize,
    /// How many were told.
    pub told: usize,
    /// How many of these were emptyings, of whatever size.
    pub right: usize,
}

impl Episode {
    fn suspicion(&self) -> Suspicion {
        match self.kind {
            FaultKind::Silent => Suspicion::Silent,
            FaultKind::Stuck { .. } => Suspicion::Stuck,
            FaultKind::Tilted => Suspicion::Tilted,
            FaultKind::Drift { .. } => Suspicion::Drift,
        }
    }

    fn holds(&self, suspected: &Suspected, end: Timestamp) -> bool {
        let until = self.until.unwrap_or(end) + GRACE;
        let still = suspected.until.unwrap_or(end);
        self.sensor == suspected.container && suspected.from <= until && still >= self.from
    }
}

impl FaultScore {
    pub(super) fn new(
        course: &Course,
        forecaster: &LevelForecaster,
        (start, is_new): (Timestamp, &[bool]),
    ) -> Self {
        let end = course.end();
        // Sensors of new sites report from the middle of the trial only.
        let episodes = course
            .episodes
            .iter()
            .filter(|episode| !is_new[episode.sensor]);
        let episodes: Vec<&Episode> = episodes.collect();
        let told = forecaster.suspected().iter();
        let told: Vec<&Suspected> = told.filter(|told| !is_new[told.container]).collect();
        let is_right = |told: &Suspected| episodes.iter().any(|episode| episode.holds(told, end));
        let kinds = Suspicion::ALL.map(|kind| {
            let of_kind = || told.iter().filter(|told| told.suspicion == kind);
            let faults = || {
                episodes
                    .iter()
                    .filter(|episode| episode.suspicion() == kind)
            };
            let delays = faults().filter_map(|fault| delay(fault, &told, (start, end)));
            let delays: Vec<f64> = delays.collect();
            KindScore {
                kind: kind.name(),
                faults: faults().count(),
                found: delays.len(),
                suspicions: of_kind().count(),
                right: of_kind().filter(|told| is_right(told)).count(),
                delay_days: middle(delays),
            }
        });
        let all = episodes
            .iter()
            .filter_map(|fault| delay(fault, &told, (start, end)));
        let delays: Vec<f64> = all.collect();
        let right = told.iter().filter(|told| is_right(told)).count();
        let sensors = is_new.iter().filter(|is_new| !**is_new).count();
        let sensor_days = f64_of_index(sensors) * days_between(start, end);
        let broken = episodes
            .iter()
            .map(|fault| days_between(fault.from.max(start), fault.until.unwrap_or(end)));
        Self {
            base_rate: broken.sum::<f64>() / sensor_days.max(1e-9),
            precision: share(right, told.len()),
            recall: share(delays.len(), episodes.len()),
            delay_days: middle(delays),
            false_alarms_per_month: f64_of_index(told.len() - right) * DAYS_OF_MONTH
                / sensor_days.max(1e-9),
            kinds: kinds.into(),
        }
    }
}

/// Days until a fault was suspected; `None` where it was over before.
fn delay(
    fault: &Episode,
    told: &[&Suspected],
    (start, end): (Timestamp, Timestamp),
) -> Option<f64> {
    let begun = fault.from.max(start);
    let over = fault.until.unwrap_or(end);
    let mut about = told.iter().filter(|told| {
        told.container == fault.sensor
            && told.from <= over
            && told.until.is_none_or(|until| until > begun)
    });
    about
        .next()
        .map(|told| days_between(begun, told.from).max(0.0))
}

fn middle(mut delays: Vec<f64>) -> Option<[f64; 2]> {
    delays.sort_unstable_by(f64::total_cmp);
    (!delays.is_empty()).then(|| [0.5, 0.9].map(|level| quantile(&delays, level)))
}

pub(super) fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| f64_of_index(part) / f64_of_index(of))
}

impl EmptyingScore {
    pub(super) fn new(course: &Course, forecaster: &LevelForecaster, is_new: &[bool]) -> Self {
        let mut score = Self {
            emptyings: 0,
            found: 0,
            told: 0,
            right: 0,
        };
        let mut told: Vec<Vec<&Emptied>> = vec![Vec::new(); course.sensors()];
        for (container, emptied) in forecaster.emptyings() {
            told[*container].push(emptied);
        }
        let is_near =
            |at: Timestamp, told: &Emptied| told.after - NEAR <= at && at <= told.before + NEAR;
        for (sensor, told) in told
            .iter()
            .enumerate()
            .filter(|(sensor, _)| !is_new[*sensor])
        {
            let truth = &course.emptyings[sensor];
            let works = |at: Timestamp| !course.is_broken(sensor, at);
            for &(at, _) in truth
                .iter()
                .filter(|(at, emptied)| *emptied >= LEAST && works(*at))
            {
                score.emptyings += 1;
                score.found += usize::from(told.iter().any(|told| is_near(at, told)));
            }
            for told in told.iter().filter(|told| works(told.confirmed)) {
                score.told += 1;
                score.right += usize::from(truth.iter().any(|(at, _)| is_near(*at, told)));
            }
        }
        score
    }
}
