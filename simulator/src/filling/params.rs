//! The assumptions of the filling model, as editable data.

use serde::{Deserialize, Serialize};
use twin_core::{ContainerType, Timestamp};

use super::flows::FlowPlan;
use crate::calendar::{CalendarProfile, Weather};
use crate::error::{SimError, SimResult, in_range};

/// The triangular law of one deposit's volume, in litres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepositVolume {
    /// The smallest, above 0.
    pub min_l: f64,
    /// The most frequent.
    pub mode_l: f64,
    /// The largest, above the smallest.
    pub max_l: f64,
}

impl DepositVolume {
    /// The mean, in litres.
    pub fn mean_l(self) -> f64 {
        (self.min_l + self.mode_l + self.max_l) / 3.0
    }

    /// The variance, in litres².
    pub fn variance_l2(self) -> f64 {
        let (a, c, b) = (self.min_l, self.mode_l, self.max_l);
        (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0
    }

    fn check(self) -> SimResult<()> {
        in_range("min_l", self.min_l, (0.001, 1e4), "0.001 to 10000")?;
        in_range(
            "mode_l",
            self.mode_l,
            (self.min_l, self.max_l),
            "between min_l and max_l",
        )?;
        in_range(
            "max_l",
            self.max_l,
            (self.min_l * 1.001, 1e4),
            "above min_l, up to 10000",
        )
    }
}

/// A time at which a site is busier, or quieter, than usual: a market, a match, a closed street.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The site, as in [`ContainerSpec::site`](super::ContainerSpec::site).
    pub site: u32,
    /// From then on; it acts on the hours that begin within it.
    pub from: Timestamp,
    /// Until just before then.
    pub to: Timestamp,
    /// Times as many deposits, 0 to 1000.
    pub factor: f64,
}

/// Every assumption of the model. The defaults are those of the project's domain notes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillingParams {
    /// Flows per inhabitant.
    pub flows: FlowPlan,
    /// Multipliers of the calendar.
    pub calendar: CalendarProfile,
    /// The weather, where it is known.
    #[serde(default)]
    pub weather: Weather,
    /// Events at sites.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Standard deviation of the logarithm of the rate between sites; 0.5 to 0.7 \[K-med\].
    pub site_sigma_log: f64,
    /// Shape k of the gamma day effect, 1 or more, 10 to 30 \[K-med\]; `None`: no day effect.
    pub day_effect_shape: Option<f64>,
    /// Change of all flows against the plan, for example 0.02.
    pub growth: f64,
    /// Deposits in columns: Triangular(10, 30, 60) L, measured in Groningen.
    pub household_deposit: DepositVolume,
    /// Bags in wheeled bins: Triangular(10, 30, 50) L, the usual bag sizes \[K-low\].
    pub bag_deposit: DepositVolume,
    /// What passers-by drop in a park bin: Triangular(0.05, 0.5, 3) L \[K-low\].
    pub litter_deposit: DepositVolume,
    /// Of what does not fit, the share (in thousandths) taken to a neighbour of the same stream on
    /// the same site \[K-low\].
    pub spill_to_neighbour_permille: u16,
}

impl Default for FillingParams {
    fn default() -> Self {
        let volume = |min_l, mode_l, max_l| DepositVolume {
            min_l,
            mode_l,
            max_l,
        };
        Self {
            flows: FlowPlan::as_happened(),
            calendar: CalendarProfile::default(),
            weather: Weather::default(),
            events: Vec::new(),
            site_sigma_log: 0.6,
            day_effect_shape: Some(20.0),
            growth: 0.0,
            household_deposit: volume(10.0, 30.0, 60.0),
            bag_deposit: volume(10.0, 30.0, 50.0),
            litter_deposit: volume(0.05, 0.5, 3.0),
            spill_to_neighbour_permille: 700,
        }
    }
}

impl FillingParams {
    /// The law of deposits into a type of container.
    pub fn deposit(&self, container: ContainerType) -> DepositVolume {
        match container {
            ContainerType::FourWheeled => self.bag_deposit,
            ContainerType::ParkBin => self.litter_deposit,
            ContainerType::Column | ContainerType::Underground | ContainerType::Unknown => {
                self.household_deposit
            }
        }
    }

    pub(super) fn check(&self) -> SimResult<()> {
        self.flows.check()?;
        in_range("site_sigma_log", self.site_sigma_log, (0.0, 2.0), "0 to 2")?;
        if let Some(shape) = self.day_effect_shape {
            in_range("day_effect_shape", shape, (1.0, 1e6), "1 to 1000000")?;
        }
        in_range("growth", self.growth, (-1.0, 10.0), "-1 to 10")?;
        let permille = f64::from(self.spill_to_neighbour_permille);
        in_range(
            "spill_to_neighbour_permille",
            permille,
            (0.0, 1000.0),
            "0 to 1000",
        )?;
        for volume in [
            self.household_deposit,
            self.bag_deposit,
            self.litter_deposit,
        ] {
            volume.check()?;
        }
        self.events.iter().try_for_each(check_event)
    }
}

fn check_event(event: &Event) -> SimResult<()> {
    if event.to < event.from {
        return Err(SimError::TimeRunsBackwards {
            from: event.from,
            to: event.to,
        });
    }
    in_range(
        "the factor of an event",
        event.factor,
        (0.0, 1000.0),
        "0 to 1000",
    )
}
