//! What planners know of containers: a mean and a variance of each level, a rate that is learned, and
//! how far a sensor is trusted.

mod container;
mod sensor;

use serde::{Deserialize, Serialize};
use twin_core::{Mounting, Stream, Timestamp};

use self::container::Belief;
use super::execution::Emptied;
use super::exposure::Exposure;
use crate::collection::day::{Knowledge, Level};
use crate::error::{SimError, SimResult};
use crate::filling::{ContainerFill, DepositVolume, FillingModel};
use crate::numbers::{f64_of, f64_of_i64};
use crate::sensing::SensorReport;

/// Where planners know levels from. With each of them crews tell how full they found what they emptied.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Information {
    /// From crews alone.
    None,
    /// Each deposit is counted at the flap.
    Counted,
    /// Sensors measure, with their noise, faults and losses; what they do not tell is expected.
    Sensors,
    /// Every litre is known. Rates are not.
    Perfect,
}

impl Information {
    /// All of them, the poorest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Counted, Self::Sensors, Self::Perfect];

    /// Its name in files and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Counted => "counted",
            Self::Sensors => "sensors",
            Self::Perfect => "perfect",
        }
    }
}

/// What planners know of all containers of a filling model.
#[derive(Clone, Debug)]
pub struct Believed {
    information: Information,
    exposure: Exposure,
    containers: Vec<Belief>,
    facts: Vec<Facts>,
    /// By sensor: its container, how it is mounted, and what is thought of it.
    sensors: Vec<sensor::Watched>,
    /// By container: its sensor.
    sensor_of: Vec<Option<usize>>,
}

/// What everybody knows of a container.
#[derive(Clone, Copy, Debug)]
struct Facts {
    stream: Stream,
    capacity_l: f64,
    deposit: DepositVolume,
    /// Deposits a day that a container with its catchment is brought in the mean, by phase of the flows.
    typical: f64,
}

/// A morning's look at one container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Morning {
    /// What is known.
    pub knowledge: Knowledge,
    /// Whether that rests on a measurement or a count, not older than a day.
    pub is_fresh: bool,
}

impl Believed {
    /// Nothing is known yet but how large containers are and how many people bring to them: each level
    /// is taken as half of its container. `typical` is the model of the territory where no container
    /// is busier than its catchment says.
    pub fn new(
        information: Information,
        exposure: Exposure,
        typical: &FillingModel,
        at: Timestamp,
    ) -> SimResult<Self> {
        let params = typical.params();
        let fact = |container| {
            let spec = typical.spec(container)?;
            Ok(Facts {
                stream: spec.stream,
                capacity_l: spec.capacity.get(),
                deposit: params.deposit(spec.container_type),
                typical: typical.mean_deposits_per_day(container, at)?,
            })
        };
        let facts: SimResult<Vec<Facts>> = (0..typical.container_count()).map(fact).collect();
        let facts = facts?;
        let belief = |facts: &Facts| Belief::new(facts, at);
        Ok(Self {
            information,
            exposure,
            containers: facts.iter().map(belief).collect(),
            sensor_of: vec![None; facts.len()],
            facts,
            sensors: Vec::new(),
        })
    }

    /// Says which containers sensors look into, and how these are mounted, in the order of the network.
    #[must_use]
    pub fn with_sensors(self, sensors: impl IntoIterator<Item = (usize, Mounting)>) -> Self {
        let watched = |(container, mounting)| sensor::Watched::new(container, mounting);
        let sensors: Vec<sensor::Watched> = sensors.into_iter().map(watched).collect();
        let mut sensor_of = self.sensor_of;
        for (nth, watched) in sensors.iter().enumerate() {
            sensor_of[watched.container] = Some(nth);
        }
        Self {
            sensors,
            sensor_of,
            ..self
        }
    }

    /// How levels are known.
    pub const fn information(&self) -> Information {
        self.information
    }

    /// Takes in what sensors tell, in order of time; nothing where sensors are no source.
    pub fn hear(&mut self, reports: &[SensorReport]) {
        if self.information != Information::Sensors {
            return;
        }
        for report in reports {
            let Some(watched) = self.sensors.get_mut(report.sensor) else {
                continue;
            };
            let container = watched.container;
            let facts = &self.facts[container];
            let belief = &mut self.containers[container];
            belief.predict(facts, &self.exposure, report.at);
            watched.hear((facts, belief), report);
        }
    }

    /// Takes in what a crew tells of a container that it emptied; `level_l` is what it says was in it and
    /// beside it.
    pub fn emptied(&mut self, emptied: &Emptied, level_l: f64, day: u32) {
        let container = emptied.container;
        let (facts, belief) = (&self.facts[container], &mut self.containers[container]);
        belief.predict(facts, &self.exposure, emptied.at);
        if let Some(nth) = self.sensor_of[container] {
            self.sensors[nth].compare(facts, level_l, emptied.at);
        }
        belief.empty(facts, (level_l, emptied.deposits), (emptied.at, day));
    }

    /// Local days since a container was emptied; `None` where nobody knows.
    pub fn days_since_emptied(&self, container: usize, day: u32) -> Option<u32> {
        self.containers.get(container)?.days_since_emptied(day)
    }

    /// What is known of a container at an instant, and how many deposits a day are expected until
    /// `horizon`. `truth` is looked at where that is the information: for perfect levels, and for counts.
    ///
    /// # Errors
    /// [`SimError::UnknownIndex`] for a container that is not there.
    pub fn morning(
        &self,
        container: usize,
        (at, horizon, day): (Timestamp, Timestamp, u32),
        truth: Option<&ContainerFill>,
    ) -> SimResult<Morning> {
        let count = self.containers.len();
        let unknown = || SimError::UnknownIndex {
            what: "container",
            index: container,
            count,
        };
        let belief = self.containers.get(container).ok_or_else(unknown)?;
        let facts = &self.facts[container];
        let days = horizon.since(at).as_millis().max(1);
        let exposure = self.exposure.between(facts.stream, at, horizon);
        let coming = belief.rate(facts) * exposure;
        let (litres, variance_l2) = match (self.information, truth) {
            (Information::Perfect, Some(fill)) => (f64_of(fill.held_ml) / 1000.0, 0.0),
            (Information::Counted, Some(fill)) => {
                let counted = f64_of(fill.deposits.saturating_sub(belief.deposits_then()));
                let deposit = facts.deposit;
                (counted * deposit.mean_l(), counted * deposit.variance_l2())
            }
            _ => belief.ahead(facts, &self.exposure, at),
        };
        // What comes is less certain than a Poisson process of a known rate: rates are learned, and days
        // differ.
        let days_ahead = f64_of_i64(days) / 86_400_000.0;
        let level = Level::Estimated {
            litres,
            variance_l2: variance_l2
                + belief.rate_variance(facts, coming)
                + container::day_variance(facts, coming, days_ahead),
        };
        let is_fresh = match self.information {
            Information::None => false,
            Information::Counted | Information::Perfect => true,
            Information::Sensors => belief.is_fresh(at),
        };
        Ok(Morning {
            knowledge: Knowledge {
                capacity_l: facts.capacity_l,
                level,
                deposits_per_day: coming * 86_400_000.0 / f64_of_i64(days),
                deposit: facts.deposit,
                days_since_emptied: belief.days_since_emptied(day),
            },
            is_fresh,
        })
    }
}
