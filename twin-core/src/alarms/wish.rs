//! What is wished of alarms, by whoever watches the twin or by an operator.

use serde::{Deserialize, Serialize};

use super::alarm::AlarmId;
use super::cause::{AlarmCause, AlarmPriority};
use super::subject::AlarmSubject;
use crate::asset::AssetId;
use crate::time::{Span, Timestamp};

/// The longest time for which an alarm can be put away.
pub const LONGEST_SHELF: Span = Span::from_hours(7 * 24);
/// The longest reason for which an alarm can be put away, in characters.
pub const MOST_REASON: usize = 200;

/// What is wished of alarms, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmInput {
    /// When, in the twin's clock.
    pub at: Timestamp,
    /// What.
    pub wish: AlarmWish,
}

/// What is wished of alarms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmWish {
    /// It is so. Where there is such an alarm already, no other is raised.
    Raise {
        /// What there is to be alarmed about.
        cause: AlarmCause,
        /// What it is about.
        subject: AlarmSubject,
        /// An asset that exists: the subject, for a gateway a sensor behind it.
        about: AssetId,
        /// How soon somebody has to act.
        priority: AlarmPriority,
        /// What was measured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<f64>,
        /// What it stands for besides its subject.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        members: Vec<AssetId>,
    },
    /// It is no longer so. Where there is no such alarm, nothing happens.
    Clear {
        /// What there was to be alarmed about.
        cause: AlarmCause,
        /// What it was about.
        subject: AlarmSubject,
    },
    /// Somebody says that he knows.
    Acknowledge(AlarmId),
    /// Somebody puts it away for a while.
    Shelve {
        /// Which.
        alarm: AlarmId,
        /// Until when: at most [`LONGEST_SHELF`] from now.
        until: Timestamp,
        /// Why: 1 to [`MOST_REASON`] characters.
        reason: Box<str>,
    },
    /// It is no longer to be put away.
    Unshelve(AlarmId),
    /// Nobody has said that he knows, for too long.
    Escalate(AlarmId),
    /// Somebody is told, of all at once. Those of which nobody is to be told are left out.
    Annunciate(Vec<AlarmId>),
}

/// Why a wish cannot be granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlarmRefusal {
    /// It is not, or no longer, among those that stand.
    #[error("no alarm {alarm} stands")]
    NotStanding {
        /// The number that was told.
        alarm: AlarmId,
    },

    /// An alarm of the highest priority is never put away.
    #[error("alarm {alarm} has priority 1, and such an alarm is never shelved")]
    NeverShelved {
        /// Its number.
        alarm: AlarmId,
    },

    /// Put away until the past, or for too long.
    #[error("shelved until {until}, expected a time at most 7 days after {at}")]
    ShelvedOutOfTime {
        /// Until when.
        until: Timestamp,
        /// When that was wished.
        at: Timestamp,
    },

    /// Put away without a reason, or with a long one.
    #[error("the reason has {length} characters, expected 1 to {MOST_REASON}")]
    Reason {
        /// How many it has.
        length: usize,
    },
}
