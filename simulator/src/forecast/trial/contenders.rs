//! Who forecasts, and what each said of what came.

use std::collections::BTreeMap;

use twin_core::{Span, Stream, Timestamp};

use super::course::Course;
use super::oracle::Oracle;
use super::tally::Sheet;
use super::{HORIZONS, THRESHOLD};
use crate::error::SimResult;
use crate::forecast::levels::{ContainerFacts, LevelForecast, LevelForecaster, LevelRule};
use crate::forecast::spread::Spread;
use crate::sensing::NetworkSpec;

/// Who forecasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    /// The forecaster.
    Forecast,
    /// A rule of thumb.
    Rule(LevelRule),
    /// Who knows all but what people will bring.
    Oracle,
}

impl Contender {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Forecast,
        Self::Rule(LevelRule::Persistence),
        Self::Rule(LevelRule::LastRate),
        Self::Rule(LevelRule::SeasonalNaive),
        Self::Rule(LevelRule::SiteMean),
        Self::Oracle,
    ];

    /// Its name in outcomes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forecast => "forecast",
            Self::Rule(rule) => rule.name(),
            Self::Oracle => "oracle",
        }
    }
}

/// What all said of one container at one origin.
#[derive(Clone, Debug)]
struct Entry {
    sensor: usize,
    at: Timestamp,
    horizon: usize,
    is_judged: bool,
    /// In the order of [`Contender::ALL`].
    said: [LevelForecast; 6],
    /// What rules of thumb said, in the order of [`LevelRule::ALL`].
    points: [f64; 4],
}

/// What the forecaster said of the time until a container is nearly full.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait {
    pub(super) sensor: usize,
    pub(super) at: Timestamp,
    pub(super) hours: [Option<f64>; 3],
}

/// All contenders, with what they said and how that was.
#[derive(Debug)]
pub(super) struct Contest {
    oracle: Oracle,
    containers: Vec<usize>,
    streams: Vec<Stream>,
    /// The errors of rules of thumb, by stream and horizon.
    spreads: BTreeMap<(Stream, usize), [Spread; 4]>,
    open: Vec<Entry>,
    pub(super) sheet: Sheet,
    pub(super) waits: Vec<Wait>,
}

impl Contest {
    pub(super) fn new(network: &NetworkSpec, facts: &[ContainerFacts]) -> SimResult<Self> {
        Ok(Self {
            oracle: Oracle::new(&network.filling)?,
            containers: network
                .sensors
                .iter()
                .map(|sensor| sensor.container)
                .collect(),
            streams: facts.iter().map(|facts| facts.stream).collect(),
            spreads: BTreeMap::new(),
            open: Vec::new(),
            sheet: Sheet::default(),
            waits: Vec::new(),
        })
    }

    /// All containers are forecast whose sensors told anything yet.
    pub(super) fn enter(
        &mut self,
        forecaster: &LevelForecaster,
        course: &Course,
        (at, is_judged): (Timestamp, bool),
    ) -> SimResult<()> {
        for sensor in 0..self.containers.len() {
            for horizon in 0..HORIZONS.len() {
                let held = course.held(sensor, at).unwrap_or(0.0);
                let said = self.said(forecaster, (sensor, held), (at, horizon))?;
                let Some((said, points)) = said else { continue };
                self.open.push(Entry {
                    sensor,
                    at,
                    horizon,
                    is_judged,
                    said,
                    points,
                });
            }
            let hours = forecaster.hours_until(sensor, (at, THRESHOLD));
            if let Some(hours) = hours.filter(|_| is_judged) {
                self.waits.push(Wait { sensor, at, hours });
            }
        }
        Ok(())
    }

    fn said(
        &mut self,
        forecaster: &LevelForecaster,
        (sensor, held): (usize, f64),
        (at, horizon): (Timestamp, usize),
    ) -> SimResult<Option<([LevelForecast; 6], [f64; 4])>> {
        let ahead: (Timestamp, Span) = (at, HORIZONS[horizon]);
        let Some(ours) = forecaster.forecast(sensor, ahead) else {
            return Ok(None);
        };
        let points =
            LevelRule::ALL.map(|rule| forecaster.thumb(rule, sensor, ahead).unwrap_or(0.0));
        let spreads = self.spreads.entry((self.streams[sensor], horizon));
        let spreads = spreads.or_insert_with(|| std::array::from_fn(|_| Spread::new(0.15)));
        let rule = |nth: usize| LevelForecast {
            load: spreads[nth]
                .quantiles()
                .map(|error| (points[nth] + error).max(0.0)),
        };
        let oracle = self.oracle.forecast(self.containers[sensor], held, ahead)?;
        Ok(Some((
            [ours, rule(0), rule(1), rule(2), rule(3), oracle],
            points,
        )))
    }

    /// What is due is judged, and rules of thumb learn how far off they were.
    pub(super) fn settle(&mut self, course: &Course, now: Timestamp) {
        let open = std::mem::take(&mut self.open);
        let (due, open) = open.into_iter().partition(|entry| entry.due() <= now);
        self.open = open;
        let due: Vec<Entry> = due;
        for entry in &due {
            let Some(load) = course.load(entry.sensor, (entry.at, entry.due())) else {
                continue;
            };
            let key = (self.streams[entry.sensor], entry.horizon);
            if let Some(spreads) = self.spreads.get_mut(&key) {
                for (spread, point) in spreads.iter_mut().zip(entry.points) {
                    spread.add(load - point);
                }
            }
            if entry.is_judged {
                let where_and_when = (entry.sensor, entry.at, entry.horizon);
                self.sheet.add(where_and_when, &entry.said, load);
            }
        }
    }
}

impl Entry {
    fn due(&self) -> Timestamp {
        self.at + HORIZONS[self.horizon]
    }
}
