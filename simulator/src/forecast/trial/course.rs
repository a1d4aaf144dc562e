//! The truth of a trial: what people brought, what is broken, what crews emptied.

use std::collections::BTreeMap;

use twin_core::Timestamp;

use super::days_between;
use crate::error::SimResult;
use crate::numbers::f64_of;
use crate::rounds::Emptying;
use crate::sensing::{FaultKind, Network, NetworkSpec};

/// A fault from its beginning to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Episode {
    pub(super) sensor: usize,
    pub(super) kind: FaultKind,
    pub(super) from: Timestamp,
    /// When it was seen to be over; `None`: not within the trial.
    pub(super) until: Option<Timestamp>,
}

/// What a container held, and what was brought to it, in shares of its capacity.
#[derive(Clone, Copy, Debug, Default)]
struct Sight {
    held: f64,
    brought: f64,
}

/// The truth, at regular looks.
#[derive(Debug)]
pub(super) struct Course {
    start: Timestamp,
    /// Container and capacity in millilitres, by sensor.
    basins: Vec<(usize, f64)>,
    looks: Vec<Timestamp>,
    /// By look, then by sensor.
    sights: Vec<Vec<Sight>>,
    pub(super) episodes: Vec<Episode>,
    /// By sensor: its open episode.
    open: Vec<Option<usize>>,
    sensor_of: BTreeMap<usize, usize>,
    /// By sensor: when, and how much of its capacity.
    pub(super) emptyings: Vec<Vec<(Timestamp, f64)>>,
}

impl Course {
    pub(super) fn new(network: &NetworkSpec, start: Timestamp) -> SimResult<Self> {
        let basin = |sensor: &crate::sensing::SensorSpec| {
            let spec = network.filling.spec(sensor.container)?;
            Ok((sensor.container, spec.capacity.get() * 1000.0))
        };
        let basins: SimResult<Vec<(usize, f64)>> = network.sensors.iter().map(basin).collect();
        Ok(Self {
            start,
            basins: basins?,
            looks: Vec::new(),
            sights: Vec::new(),
            episodes: Vec::new(),
            open: vec![None; network.sensors.len()],
            sensor_of: network
                .sensors
                .iter()
                .enumerate()
                .map(|(nth, sensor)| (sensor.container, nth))
                .collect(),
            emptyings: vec![Vec::new(); network.sensors.len()],
        })
    }

    /// Looks at everything, now.
    pub(super) fn look(&mut self, network: &Network) -> SimResult<()> {
        let state = network.filling_state()?;
        let sight = |(container, capacity_ml): &(usize, f64)| {
            let fill = &state.containers[*container];
            Sight {
                held: f64_of(fill.held_ml) / capacity_ml,
                brought: f64_of(fill.brought_ml) / capacity_ml,
            }
        };
        self.sights.push(self.basins.iter().map(sight).collect());
        self.looks.push(network.at());
        for sensor in 0..self.basins.len() {
            let truth = network.truth(sensor)?;
            let told = self.open[sensor].map(|index| self.episodes[index]);
            if told.map(|episode| (episode.kind, episode.from))
                == truth.fault.map(|kind| (kind, truth.since))
            {
                continue;
            }
            if let Some(index) = self.open[sensor].take() {
                self.episodes[index].until = Some(network.at());
            }
            if let Some(kind) = truth.fault {
                self.open[sensor] = Some(self.episodes.len());
                self.episodes.push(Episode {
                    sensor,
                    kind,
                    from: truth.since,
                    until: None,
                });
            }
        }
        Ok(())
    }

    /// Notes what crews emptied.
    pub(super) fn empty(&mut self, emptyings: &[Emptying]) {
        for emptying in emptyings {
            if let Some(&sensor) = self.sensor_of.get(&emptying.container) {
                let (_, capacity_ml) = self.basins[sensor];
                let share = emptying.emptied.get() * 1000.0 / capacity_ml;
                self.emptyings[sensor].push((emptying.at, share));
            }
        }
    }

    pub(super) fn sensors(&self) -> usize {
        self.basins.len()
    }

    /// The end of the last look.
    pub(super) fn end(&self) -> Timestamp {
        self.looks.last().copied().unwrap_or(self.start)
    }

    /// What a container holds at an instant that was looked at.
    pub(super) fn held(&self, sensor: usize, at: Timestamp) -> Option<f64> {
        Some(self.sights[self.place(at)?][sensor].held)
    }

    /// What a container would hold at `to` if nobody emptied it from `from` on; above 1 where more was
    /// brought than it holds. `None` for instants that were not looked at.
    pub(super) fn load(&self, sensor: usize, (from, to): (Timestamp, Timestamp)) -> Option<f64> {
        let (from, to) = (
            self.sights[self.place(from)?][sensor],
            self.sights[self.place(to)?][sensor],
        );
        Some(from.held + to.brought - from.brought)
    }

    /// The hours from an instant until a container would hold as much, in a straight line between looks;
    /// `None` where it does not within the trial.
    pub(super) fn hours_until(&self, sensor: usize, (from, load): (Timestamp, f64)) -> Option<f64> {
        let first = self.place(from)?;
        let begin = self.sights[first][sensor];
        let level = |look: usize| begin.held + self.sights[look][sensor].brought - begin.brought;
        if level(first) >= load {
            return Some(0.0);
        }
        let after = (first + 1..self.looks.len()).find(|look| level(*look) >= load)?;
        let (low, high) = (level(after - 1), level(after));
        let part = (load - low) / (high - low).max(1e-12);
        let [before, after] =
            [after - 1, after].map(|look| 24.0 * days_between(from, self.looks[look]));
        Some(before + part * (after - before))
    }

    /// Whether a sensor is broken at an instant.
    pub(super) fn is_broken(&self, sensor: usize, at: Timestamp) -> bool {
        self.episodes.iter().any(|episode| {
            episode.sensor == sensor
                && episode.from <= at
                && episode.until.is_none_or(|until| at < until)
        })
    }

    fn place(&self, at: Timestamp) -> Option<usize> {
        self.looks.binary_search(&at).ok()
    }
}
