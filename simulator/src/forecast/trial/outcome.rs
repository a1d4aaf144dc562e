//! What a trial came to.

use twin_core::{Span, Timestamp};

use super::contenders::{Contender, Contest};
use super::course::Course;
use super::detection::{EmptyingScore, FaultScore, share};
use super::tally::{Mark, Row};
use super::{HORIZONS, NEW_FOR_DAYS, THRESHOLD, days_of};
use crate::forecast::levels::{FlowChange, LevelForecaster};
use crate::numbers::{f64_of_index, floor_u64};
use crate::random::{Model, Seed};

/// How often containers are drawn anew to see what chance makes of a difference.
const DRAWS: u64 = 2000;

/// How good one contender was at one horizon; levels in percent of a container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContenderScore {
    /// Who.
    pub contender: Contender,
    /// Mean absolute error of the median.
    pub mae_pct: f64,
    /// Root of the mean square error of the median.
    pub rmse_pct: f64,
    /// Mean pinball losses at 0.1, 0.5 and 0.9.
    pub pinball_pct: [f64; 3],
    /// The mean continuous ranked probability score.
    pub crps_pct: f64,
    /// The shares within the intervals of 80 and 90 %, before levels end at the rim.
    pub coverage: [f64; 2],
    /// The mean widths of these.
    pub width_pct: [f64; 2],
    /// The Brier score of an overflow by then.
    pub brier_overflow: f64,
}

/// How good all contenders were at one horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonScore {
    /// How far ahead.
    pub horizon: Span,
    /// How many forecasts each made.
    pub n: usize,
    /// In the order of [`Contender::ALL`].
    pub contenders: Vec<ContenderScore>,
    /// The rule of thumb with the best score.
    pub best_rule: Contender,
    /// The chance that the forecaster is no better than it, by drawing containers anew.
    pub p_no_better: f64,
}

/// What a trial came to.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialOutcome {
    /// How many sensors there were.
    pub sensors: usize,
    /// How many of them at new sites, whose history is short.
    pub new_sensors: usize,
    /// The first and the last origin.
    pub judged: (Timestamp, Timestamp),
    /// All forecasts.
    pub all: Vec<HorizonScore>,
    /// Those whose sensor worked at the origin, in truth.
    pub working: Vec<HorizonScore>,
    /// Those whose sensor was broken.
    pub broken: Vec<HorizonScore>,
    /// Those of new sites, in their first three weeks.
    pub new_sites: Vec<HorizonScore>,
    /// Of times until 80 %, the share within the interval of 80 %, and how many there are whose interval
    /// ends within the trial.
    pub time_to_threshold: (Option<f64>, usize),
    /// How well faults were found.
    pub faults: FaultScore,
    /// How well emptyings were found.
    pub emptyings: EmptyingScore,
    /// The changes of flows that were told.
    pub changes: Vec<FlowChange>,
}

impl TrialOutcome {
    pub(super) fn new(
        (contest, course, forecaster): (&Contest, &Course, &LevelForecaster),
        judged: (Timestamp, Timestamp),
        is_new: &[bool],
    ) -> Self {
        let rows = &contest.sheet.0;
        let new_until = judged.0 + days_of(NEW_FOR_DAYS);
        let broken: Vec<bool> = rows
            .iter()
            .map(|row| course.is_broken(row.sensor, row.at))
            .collect();
        let of = |is_meant: &dyn Fn(usize, &Row) -> bool| {
            let meant = rows
                .iter()
                .enumerate()
                .filter(|(nth, row)| is_meant(*nth, row));
            horizons(&meant.map(|(_, row)| row).collect::<Vec<&Row>>())
        };
        let (start, _) = judged;
        Self {
            sensors: course.sensors(),
            new_sensors: is_new.iter().filter(|is_new| **is_new).count(),
            judged,
            all: of(&|_, _| true),
            working: of(&|nth, _| !broken[nth]),
            broken: of(&|nth, _| broken[nth]),
            new_sites: of(&|_, row| is_new[row.sensor] && row.at < new_until),
            time_to_threshold: waits(contest, course),
            faults: FaultScore::new(
                course,
                forecaster,
                (start - days_of(super::LEARNING_DAYS), is_new),
            ),
            emptyings: EmptyingScore::new(course, forecaster, is_new),
            changes: forecaster.changes().to_vec(),
        }
    }
}

fn horizons(rows: &[&Row]) -> Vec<HorizonScore> {
    let scores = HORIZONS.iter().enumerate().filter_map(|(nth, horizon)| {
        let rows: Vec<&Row> = rows
            .iter()
            .copied()
            .filter(|row| row.horizon == nth)
            .collect();
        (!rows.is_empty()).then(|| HorizonScore::new(*horizon, &rows))
    });
    scores.collect()
}

impl HorizonScore {
    fn new(horizon: Span, rows: &[&Row]) -> Self {
        let contenders = Contender::ALL.iter().enumerate();
        let contenders = contenders.map(|(nth, contender)| {
            let marks: Vec<&Mark> = rows.iter().map(|row| &row.marks[nth]).collect();
            ContenderScore::new(*contender, &marks)
        });
        let contenders: Vec<ContenderScore> = contenders.collect();
        let rules = 1..Contender::ALL.len() - 1;
        let best = rules.min_by(|one, other| {
            contenders[*one]
                .crps_pct
                .total_cmp(&contenders[*other].crps_pct)
        });
        let best = best.unwrap_or(1);
        Self {
            horizon,
            n: rows.len(),
            best_rule: Contender::ALL[best],
            p_no_better: p_no_better(rows, best),
            contenders,
        }
    }
}

impl ContenderScore {
    fn new(contender: Contender, marks: &[&Mark]) -> Self {
        let count = f64_of_index(marks.len().max(1));
        let mean = |value: &dyn Fn(&Mark) -> f64| {
            marks.iter().map(|mark| value(mark)).sum::<f64>() / count
        };
        let percent = |value: &dyn Fn(&Mark) -> f64| 100.0 * mean(value);
        let within = |nth: usize| mean(&|mark| if mark.within[nth] { 1.0 } else { 0.0 });
        Self {
            contender,
            mae_pct: percent(&|mark| mark.off.abs()),
            rmse_pct: 100.0 * mean(&|mark| mark.off * mark.off).sqrt(),
            pinball_pct: [0, 1, 2].map(|nth| percent(&|mark| mark.pinball[nth])),
            crps_pct: percent(&|mark| mark.crps),
            coverage: [within(0), within(1)],
            width_pct: [0, 1].map(|nth| percent(&|mark| mark.width[nth])),
            brier_overflow: mean(&|mark| mark.brier),
        }
    }
}

/// The share of draws of containers, with all of their rows, in which a rule is as good as the forecaster or
/// better: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 16; never quite 0.
fn p_no_better(rows: &[&Row], rule: usize) -> f64 {
    let mut gains: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
    for row in rows {
        *gains.entry(row.sensor).or_default() += row.marks[rule].crps - row.marks[0].crps;
    }
    let gains: Vec<f64> = gains.into_values().collect();
    let mut random = Seed(0).stream(Model::ForecastTrial, 0);
    let count = f64_of_index(gains.len());
    let draw = |_: &u64| {
        let drawn = gains.iter().map(|_| {
            let nth = floor_u64(random.unit() * count);
            gains[usize::try_from(nth).unwrap_or(0).min(gains.len() - 1)]
        });
        drawn.sum::<f64>() <= 0.0
    };
    let no_better = (0..DRAWS).filter(draw).count();
    (f64_of_index(no_better) + 1.0) / (crate::numbers::f64_of(DRAWS) + 1.0)
}

/// Of waits whose interval ends within the trial, how many are over within it; and how many there are. That
/// the truth decides nothing about which are counted keeps the share honest.
fn waits(contest: &Contest, course: &Course) -> (Option<f64>, usize) {
    let (mut within, mut told) = (0, 0);
    for wait in &contest.waits {
        let rest = 24.0 * super::days_between(wait.at, course.end());
        let [Some(early), _, Some(late)] = wait.hours else {
            continue;
        };
        if late > rest || course.held(wait.sensor, wait.at) >= Some(THRESHOLD) {
            continue;
        }
        told += 1;
        let truth = course.hours_until(wait.sensor, (wait.at, THRESHOLD));
        // Forecasts are for full hours.
        let is_within = |hours: f64| early - 1.0 <= hours && hours <= late;
        within += usize::from(truth.is_some_and(is_within));
    }
    (share(within, told), told)
}
