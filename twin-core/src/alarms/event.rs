//! What happened to alarms.

use serde::{Deserialize, Serialize};

use super::alarm::{AlarmId, Shelf};
use super::cause::{AlarmCause, AlarmPriority};
use super::subject::AlarmSubject;
use crate::asset::AssetId;
use crate::detail::named_enum;
use crate::time::Timestamp;

/// Something that happened to one alarm, or to several at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmEvent {
    /// The asset under which it is found: that of the first alarm.
    pub about: AssetId,
    /// The alarms; several only where they are annunciated together.
    pub alarms: Vec<AlarmId>,
    /// What happened.
    pub step: AlarmStep,
}

/// What can happen to an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmStep {
    /// It is so, and was not.
    Raised {
        /// What there is to be alarmed about.
        cause: AlarmCause,
        /// What it is about.
        subject: AlarmSubject,
        /// How soon somebody has to act.
        priority: AlarmPriority,
        /// What was measured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<f64>,
        /// What it stands for besides its subject.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        members: Vec<AssetId>,
    },
    /// It is so again, before anybody said that he knew.
    Recurred {
        /// What was measured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<f64>,
    },
    /// It is more or less pressing than it was.
    Reprioritised {
        /// How soon somebody has to act.
        priority: AlarmPriority,
    },
    /// It stands for others than before.
    Joined {
        /// All that it stands for besides its subject.
        members: Vec<AssetId>,
    },
    /// It is no longer so.
    Returned,
    /// Somebody said that he knows.
    Acknowledged,
    /// Somebody put it away for a while.
    Shelved(Shelf),
    /// It is no longer put away.
    Unshelved,
    /// Nobody has said that he knows, for too long.
    Escalated,
    /// Somebody is told.
    Annunciated {
        /// The number of the annunciation: dense, from 1.
        no: u64,
    },
    /// It is part of the past.
    Closed,
}

named_enum! {
    /// The name of what can happen to an alarm.
    StepKind, "step of an alarm" {
        /// It is so, and was not.
        Raised = "raised",
        /// It is so again.
        Recurred = "recurred",
        /// It is more or less pressing.
        Reprioritised = "reprioritised",
        /// It stands for others than before.
        Joined = "joined",
        /// It is no longer so.
        Returned = "returned",
        /// Somebody said that he knows.
        Acknowledged = "acknowledged",
        /// Somebody put it away.
        Shelved = "shelved",
        /// It is no longer put away.
        Unshelved = "unshelved",
        /// Nobody has said that he knows, for too long.
        Escalated = "escalated",
        /// Somebody is told.
        Annunciated = "annunciated",
        /// It is part of the past.
        Closed = "closed",
    }
}

impl AlarmStep {
    /// Its name.
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::Raised { .. } => StepKind::Raised,
            Self::Recurred { .. } => StepKind::Recurred,
            Self::Reprioritised { .. } => StepKind::Reprioritised,
            Self::Joined { .. } => StepKind::Joined,
            Self::Returned => StepKind::Returned,
            Self::Acknowledged => StepKind::Acknowledged,
            Self::Shelved(_) => StepKind::Shelved,
            Self::Unshelved => StepKind::Unshelved,
            Self::Escalated => StepKind::Escalated,
            Self::Annunciated { .. } => StepKind::Annunciated,
            Self::Closed => StepKind::Closed,
        }
    }
}

/// Somebody is told of one alarm, or of several with one cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Annunciation {
    /// Its number: dense, from 1.
    pub no: u64,
    /// When.
    pub at: Timestamp,
    /// What there is to be alarmed about.
    pub cause: AlarmCause,
    /// The priority of the most pressing of its alarms.
    pub priority: AlarmPriority,
    /// Whether an alarm of it was annunciated before, and nobody said that he knew.
    pub is_escalation: bool,
    /// How many alarms it tells of.
    pub count: u32,
    /// The first hundred of them.
    pub alarms: Vec<AlarmId>,
}
