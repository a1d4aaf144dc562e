//! One alarm, and its life: unacknowledged or acknowledged, active or returned to normal (ISA-18.2).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::cause::{AlarmCause, AlarmPriority};
use super::event::{AlarmStep, StepKind};
use super::subject::AlarmSubject;
use crate::asset::AssetId;
use crate::detail::named_enum;
use crate::time::Timestamp;

/// Moments that an alarm remembers: the first, and the newest.
const MOST_MOMENTS: usize = 64;

/// The number of an alarm: dense, from 1, never given again.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct AlarmId(pub u64);

impl fmt::Display for AlarmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

named_enum! {
    /// Where an alarm is in its life.
    AlarmState, "state of an alarm" {
        /// It is so, and nobody has said that he knows.
        Unacknowledged = "unacknowledged",
        /// It is so, and somebody knows.
        Acknowledged = "acknowledged",
        /// It is no longer so, and nobody has said that he knows that it was.
        Returned = "returned",
        /// Put away for a while, with a reason.
        Shelved = "shelved",
        /// It is no longer so, and somebody knows: it is part of the past.
        Closed = "closed",
    }
}

/// Until when an alarm is put away, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Until when.
    pub until: Timestamp,
    /// Why, in the operator's words.
    pub reason: Box<str>,
}

/// Something that happened to an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What.
    pub step: StepKind,
    /// Where it was put away: until when, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<Shelf>,
}

/// One alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its number.
    pub id: AlarmId,
    /// What there is to be alarmed about.
    pub cause: AlarmCause,
    /// What it is about.
    pub subject: AlarmSubject,
    /// The asset under which it is found: the subject, for a gateway a sensor behind it.
    pub about: AssetId,
    /// How soon somebody has to act.
    pub priority: AlarmPriority,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Since when it is or was so, this time.
    pub active_since: Timestamp,
    /// How often it was so, since it was raised.
    pub occurrences: u32,
    /// Since when it is no longer so; `None`: it is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_at: Option<Timestamp>,
    /// When somebody said that he knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// Where it is put away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<Shelf>,
    /// When it was escalated, for nobody had said that he knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_at: Option<Timestamp>,
    /// When it was annunciated last, as it is now; `None`: not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annunciated_at: Option<Timestamp>,
    /// What was measured last of what it is about: a fill from 0 to 1, degrees Celsius, days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// What it stands for besides its subject: the sensors behind a gateway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<AssetId>,
    /// What happened to it, in order: the first moment, and the newest.
    pub moments: Vec<Moment>,
    /// When it became part of the past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

impl Alarm {
    /// Where it is in its life. One that is put away is that, whatever else it is.
    pub const fn state(&self) -> AlarmState {
        match (
            self.closed_at,
            &self.shelf,
            self.returned_at,
            self.acknowledged_at,
        ) {
            (Some(_), ..) => AlarmState::Closed,
            (_, Some(_), ..) => AlarmState::Shelved,
            (_, _, Some(_), _) => AlarmState::Returned,
            (_, _, None, Some(_)) => AlarmState::Acknowledged,
            (_, _, None, None) => AlarmState::Unacknowledged,
        }
    }

    /// Whether it is so.
    pub const fn is_active(&self) -> bool {
        self.returned_at.is_none() && self.closed_at.is_none()
    }

    /// Whether somebody is to be told of it: it is so, nobody knows, and nobody was told.
    pub fn is_untold(&self) -> bool {
        self.state() == AlarmState::Unacknowledged && self.annunciated_at.is_none()
    }

    /// Takes in what happened to it; what cannot happen to an alarm alone changes nothing but its past.
    pub(super) fn step(&mut self, step: &AlarmStep, at: Timestamp) {
        self.remember(step, at);
        match step {
            AlarmStep::Raised { .. } => {}
            AlarmStep::Recurred { value } => {
                self.returned_at = None;
                self.active_since = at;
                self.occurrences = self.occurrences.saturating_add(1);
                self.value = value.or(self.value);
            }
            AlarmStep::Reprioritised { priority } => {
                if *priority < self.priority {
                    // It is another matter now: whoever knew of the lesser one does not know.
                    self.acknowledged_at = None;
                    self.annunciated_at = None;
                    self.shelf = None;
                }
                self.priority = *priority;
            }
            AlarmStep::Joined { members } => self.members.clone_from(members),
            AlarmStep::Returned => self.returned_at = Some(at),
            AlarmStep::Acknowledged => self.acknowledged_at = Some(at),
            AlarmStep::Shelved(shelf) => self.shelf = Some(shelf.clone()),
            AlarmStep::Unshelved => {
                // It is back, and counts from now.
                self.shelf = None;
                self.annunciated_at = None;
                self.escalated_at = None;
            }
            AlarmStep::Escalated => {
                self.escalated_at = Some(at);
                self.annunciated_at = None;
            }
            AlarmStep::Annunciated { .. } => self.annunciated_at = Some(at),
            AlarmStep::Closed => self.closed_at = Some(at),
        }
    }

    fn remember(&mut self, step: &AlarmStep, at: Timestamp) {
        if self.moments.len() >= MOST_MOMENTS {
            self.moments.remove(1);
        }
        self.moments.push(Moment {
            at,
            step: step.kind(),
            shelf: match step {
                AlarmStep::Shelved(shelf) => Some(shelf.clone()),
                _ => None,
            },
        });
    }
}
