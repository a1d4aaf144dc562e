//! What there is to be alarmed about, and how pressing it is.

use serde::{Deserialize, Serialize};

use crate::detail::named_enum;
use crate::error::TwinError;

named_enum! {
    /// What there is to be alarmed about.
    AlarmCause, "cause of an alarm" {
        /// A container is full: its sensor measures it, or somebody saw it.
        ContainerFull = "container-full",
        /// A container will overflow before it is emptied next.
        OverflowSoon = "overflow-soon",
        /// A sensor is silent, stuck, or low on battery.
        SensorFailing = "sensor-failing",
        /// The sensors that a gateway heard are silent together.
        GatewayOut = "gateway-out",
        /// A camera does not work.
        CameraDown = "camera-down",
        /// The authorisation of a camera ends soon, or has ended.
        AuthorisationExpiring = "authorisation-expiring",
        /// It is so hot in a container that it must be burning.
        Fire = "fire",
        /// A sensor, and perhaps its container, is tilted.
        Tilt = "tilt",
        /// A radio frame was sent again: somebody may be imitating a sensor.
        Replay = "replay",
        /// A container cannot be filled or emptied: somebody saw it.
        Blocked = "blocked",
        /// Waste lies beside a container: somebody saw it.
        DumpedBeside = "dumped-beside",
        /// The lid of a container is open: somebody saw it.
        LidOpen = "lid-open",
    }
}

/// How soon somebody has to act. In files and events it is its number, 1 to 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum AlarmPriority {
    /// At once.
    First,
    /// Within the hour.
    Second,
    /// Some time soon.
    Third,
}

impl AlarmPriority {
    /// Every priority, the most pressing first.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Third];

    /// Its number, 1 to 3.
    pub const fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
        }
    }

    /// How many of all alarms should have it, 0 to 1 (EEMUA 191).
    pub const fn target_share(self) -> f64 {
        match self {
            Self::First => 0.05,
            Self::Second => 0.15,
            Self::Third => 0.80,
        }
    }
}

impl From<AlarmPriority> for u8 {
    fn from(priority: AlarmPriority) -> Self {
        priority.number()
    }
}

impl TryFrom<u8> for AlarmPriority {
    type Error = TwinError;

    fn try_from(number: u8) -> Result<Self, TwinError> {
        let found = Self::ALL.into_iter().find(|it| it.number() == number);
        found.ok_or_else(|| TwinError::UnknownName {
            what: "priority of an alarm (1 to 3)",
            text: number.to_string().into(),
        })
    }
}

/// One row of [`AlarmCause::TABLE`].
#[derive(Clone, Copy, Debug)]
pub struct CauseInfo {
    /// The cause the row is about.
    pub cause: AlarmCause,
    /// How pressing it is, unless somebody decides otherwise.
    pub priority: AlarmPriority,
    /// The key of its name in the translation files.
    pub label_key: &'static str,
    /// The key of what to do about it in the translation files.
    pub advice_key: &'static str,
}

macro_rules! cause_table {
    ($($cause:ident $priority:ident $name:literal;)*) => {
        &[$(CauseInfo {
            cause: AlarmCause::$cause,
            priority: AlarmPriority::$priority,
            label_key: concat!("alarm.cause.", $name),
            advice_key: concat!("alarm.advice.", $name),
        }),*]
    };
}

impl AlarmCause {
    /// Everything that depends on the cause alone, in the order of the enum.
    pub const TABLE: &'static [CauseInfo] = cause_table! {
        ContainerFull         Third  "container-full";
        OverflowSoon          Third  "overflow-soon";
        SensorFailing         Third  "sensor-failing";
        GatewayOut            Second "gateway-out";
        CameraDown            Second "camera-down";
        AuthorisationExpiring Third  "authorisation-expiring";
        Fire                  First  "fire";
        Tilt                  Third  "tilt";
        Replay                Second "replay";
        Blocked               Third  "blocked";
        DumpedBeside          Third  "dumped-beside";
        LidOpen               Third  "lid-open";
    };

    /// The row of this cause.
    pub const fn info(self) -> &'static CauseInfo {
        &Self::TABLE[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_causes_is_in_the_order_of_the_enum() {
        assert_eq!(AlarmCause::TABLE.len(), AlarmCause::ALL.len());
        for (cause, info) in AlarmCause::ALL.iter().zip(AlarmCause::TABLE) {
            assert_eq!((*cause, cause.info().cause), (info.cause, info.cause));
            assert_eq!(info.label_key, format!("alarm.cause.{cause}"));
            assert_eq!(info.advice_key, format!("alarm.advice.{cause}"));
        }
    }

    #[test]
    fn a_priority_is_its_number_and_the_shares_make_a_whole() {
        for priority in AlarmPriority::ALL {
            assert_eq!(
                AlarmPriority::try_from(priority.number()).unwrap(),
                priority
            );
        }
        assert!(AlarmPriority::try_from(0).is_err() && AlarmPriority::try_from(4).is_err());
        let sum: f64 = AlarmPriority::ALL
            .map(AlarmPriority::target_share)
            .iter()
            .sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
}
