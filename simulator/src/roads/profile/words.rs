//! The words of profiles: modes, hours, whom a tag names, and what it lets them do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::SimError;

/// What a profile travels on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Roads, in the directions and by the restrictions that vehicles mind.
    Motor,
    /// Roads and paths, in both directions.
    Foot,
}

/// The traffic that a metric is for.
///
/// Tags that hold at some hours only are asked at one moment that stands for the class: on a Tuesday
/// that is neither a public nor a school holiday, at 8:00 for the peak and at 10:00 otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HourClass {
    /// Free traffic of a morning.
    OffPeak,
    /// The morning peak.
    Peak,
}

impl HourClass {
    /// The weekday that stands for it, in days since Monday.
    pub const fn weekday(self) -> usize {
        1
    }

    /// The local time that stands for it, in minutes since midnight.
    pub const fn minute(self) -> u16 {
        match self {
            Self::OffPeak => 10 * 60,
            Self::Peak => 8 * 60,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Motor => "motor",
            Self::Foot => "foot",
        })
    }
}

impl FromStr for Mode {
    type Err = SimError;

    fn from_str(text: &str) -> Result<Self, SimError> {
        let modes = [Self::Motor, Self::Foot];
        named(text, &modes, "mode", "motor or foot")
    }
}

impl fmt::Display for HourClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OffPeak => "off-peak",
            Self::Peak => "peak",
        })
    }
}

impl FromStr for HourClass {
    type Err = SimError;

    fn from_str(text: &str) -> Result<Self, SimError> {
        let hours = [Self::OffPeak, Self::Peak];
        named(text, &hours, "hour class", "peak or off-peak")
    }
}

fn named<T: Copy + fmt::Display>(
    text: &str,
    all: &[T],
    what: &'static str,
    expected: &'static str,
) -> Result<T, SimError> {
    let found = all.iter().find(|one| one.to_string() == text);
    found.copied().ok_or_else(|| SimError::UnknownWord {
        what,
        word: text.into(),
        expected,
    })
}

/// Whom an access key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::roads) enum Who {
    Access,
    Vehicle,
    MotorVehicle,
    Motorcar,
    Goods,
    Hgv,
    Foot,
}

impl Who {
    /// Whom a key names in OpenStreetMap's words.
    pub(in crate::roads) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "access" => Self::Access,
            "vehicle" => Self::Vehicle,
            "motor_vehicle" => Self::MotorVehicle,
            "motorcar" => Self::Motorcar,
            "goods" => Self::Goods,
            "hgv" => Self::Hgv,
            "foot" => Self::Foot,
            _ => return None,
        })
    }

    /// The mode that it names in particular; `vehicle` has bicycles among them.
    pub(in crate::roads) const fn mode(self) -> Option<Mode> {
        match self {
            Self::Access | Self::Vehicle => None,
            Self::MotorVehicle | Self::Motorcar | Self::Goods | Self::Hgv => Some(Mode::Motor),
            Self::Foot => Some(Mode::Foot),
        }
    }
}

/// What somebody may do, from the kindest to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::roads) enum Ruling {
    /// Pass.
    Open,
    /// Enter with business there.
    Destination,
    /// Nothing.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for mode in [Mode::Motor, Mode::Foot] {
            assert_eq!(mode.to_string().parse::<Mode>().unwrap(), mode);
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{mode}\""));
        }
        for hour in [HourClass::OffPeak, HourClass::Peak] {
            assert_eq!(hour.to_string().parse::<HourClass>().unwrap(), hour);
            assert_eq!(serde_json::to_string(&hour).unwrap(), format!("\"{hour}\""));
        }
        let error = "noon".parse::<HourClass>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "no hour class \"noon\", expected peak or off-peak"
        );
    }
}
