//! The tables of a profile's file, and the ranges of what stands in them.

use serde::Deserialize;

use super::MAX_SPEED_KMH;
use super::words::Ruling;
use crate::error::{SimError, SimResult};

/// What a profile measures; a vehicle as it is driven, full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::roads) struct Vehicle {
    /// What it weighs, in tonnes.
    pub mass_t: f64,
    /// What it may weigh by its papers (PTAC), in tonnes.
    pub rated_mass_t: f64,
    /// The load of its heaviest axle, in tonnes.
    pub axle_load_t: f64,
    /// Its height, in metres.
    pub height_m: f64,
    /// Its width without mirrors, in metres.
    pub width_m: f64,
    /// Its length, in metres.
    pub length_m: f64,
}

/// The limits of a kind of vehicle, whatever the signs, in km/h.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "each tells its unit, as the file does"
)]
pub(in crate::roads) struct Legal {
    pub motorway_kmh: f64,
    pub dual_carriageway_kmh: f64,
    pub other_kmh: f64,
}

impl Default for Legal {
    /// For walkers, who have none.
    fn default() -> Self {
        Self {
            motorway_kmh: MAX_SPEED_KMH,
            dual_carriageway_kmh: MAX_SPEED_KMH,
            other_kmh: MAX_SPEED_KMH,
        }
    }
}

/// What a class of roads is to a profile.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::roads) struct ClassRule {
    /// What is usual without tags.
    pub access: Ruling,
    /// The most that is driven there, whatever the limit.
    pub speed_kmh: f64,
    /// The limit where no tag tells.
    #[serde(default = "fastest")]
    pub limit_kmh: f64,
    /// What remains of the speed at peak hours, as a share.
    #[serde(default = "whole")]
    pub peak_factor: f64,
    /// Whether it must stop on its own side.
    #[serde(default)]
    pub curb: bool,
}

pub(super) const fn fastest() -> f64 {
    MAX_SPEED_KMH
}

pub(super) const fn whole() -> f64 {
    1.0
}

/// What a kind of service road is to a profile.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::roads) struct ServiceRule {
    pub access: Ruling,
    pub speed_kmh: f64,
}

/// What a kind of barrier is to a profile.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::roads) struct BarrierRule {
    pub access: Ruling,
    #[serde(default)]
    pub delay_s: f64,
}

impl Vehicle {
    pub(super) fn check(&self) -> SimResult<()> {
        let masses = [
            ("vehicle.mass_t", self.mass_t),
            ("vehicle.rated_mass_t", self.rated_mass_t),
            ("vehicle.axle_load_t", self.axle_load_t),
        ];
        for (key, value) in masses {
            between(key, value, (0.05, 100.0), "0.05 to 100 t")?;
        }
        let lengths = [
            ("vehicle.height_m", self.height_m),
            ("vehicle.width_m", self.width_m),
            ("vehicle.length_m", self.length_m),
        ];
        for (key, value) in lengths {
            between(key, value, (0.3, 30.0), "0.3 to 30 m")?;
        }
        Ok(())
    }
}

impl Legal {
    pub(super) fn check(&self) -> SimResult<()> {
        speed("legal.motorway_kmh", self.motorway_kmh)?;
        speed("legal.dual_carriageway_kmh", self.dual_carriageway_kmh)?;
        speed("legal.other_kmh", self.other_kmh)
    }
}

pub(super) fn refused(key: &str, value: &dyn ToString, expected: &'static str) -> SimError {
    SimError::InvalidProfile {
        key: key.into(),
        value: value.to_string().into(),
        expected,
    }
}

pub(super) fn between(
    key: &str,
    value: f64,
    (min, max): (f64, f64),
    expected: &'static str,
) -> SimResult<()> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(refused(key, &value, expected))
    }
}

pub(super) fn speed(key: &str, value: f64) -> SimResult<()> {
    between(key, value, (1.0, MAX_SPEED_KMH), "1 to 130 km/h")
}

pub(super) fn delay(key: &str, value: f64) -> SimResult<()> {
    between(key, value, (0.0, 600.0), "0 to 600 s")
}
