//! All alarms of a twin: those that stand, the newest of those that are over, and what was annunciated.

use std::sync::Arc;

use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Serialize};

use super::alarm::{Alarm, AlarmId, Moment};
use super::cause::AlarmCause;
use super::event::{AlarmEvent, AlarmStep, Annunciation, StepKind};
use super::subject::AlarmSubject;
use crate::time::Timestamp;

/// How many alarms that are over are remembered.
const MOST_CLOSED: usize = 2_000;
/// How many annunciations are remembered: at ten in ten minutes, those of 33 hours.
const MOST_ANNUNCIATIONS: usize = 2_000;
/// How many alarms an annunciation names.
const MOST_NAMED: usize = 100;

/// All alarms of a twin. A clone costs some steps of reference counts, a change some nodes of a tree.
#[derive(Clone, Debug, Default)]
pub struct Alarms {
    last_id: u64,
    last_annunciation: u64,
    last_closed: u64,
    standing: RedBlackTreeMapSync<AlarmId, Arc<Alarm>>,
    by_subject: RedBlackTreeMapSync<(AlarmCause, AlarmSubject), AlarmId>,
    /// By the order in which they ended.
    closed: RedBlackTreeMapSync<u64, Arc<Alarm>>,
    annunciations: RedBlackTreeMapSync<u64, Arc<Annunciation>>,
}

impl Alarms {
    /// Those that stand: whatever is not over, in the order in which they were raised.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Alarm> {
        self.standing.values().map(AsRef::as_ref)
    }

    /// How many stand.
    pub fn len(&self) -> usize {
        self.standing.size()
    }

    /// Whether none stands.
    pub fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// One that stands.
    pub fn standing(&self, alarm: AlarmId) -> Option<&Alarm> {
        self.standing.get(&alarm).map(AsRef::as_ref)
    }

    /// One that stands, or that is over and remembered.
    pub fn find(&self, alarm: AlarmId) -> Option<&Alarm> {
        let is_it = |found: &&Alarm| found.id == alarm;
        self.standing(alarm).or_else(|| self.closed().find(is_it))
    }

    /// The one that stands with this cause and subject.
    pub fn of(&self, cause: AlarmCause, subject: &AlarmSubject) -> Option<&Alarm> {
        let id = self.by_subject.get(&(cause, subject.clone()))?;
        self.standing(*id)
    }

    /// Those that are over, the newest first; the 2,000 that ended last are remembered.
    pub fn closed(&self) -> impl Iterator<Item = &Alarm> {
        self.closed.values().rev().map(AsRef::as_ref)
    }

    /// What was annunciated, the newest first; the last 2,000 are remembered.
    pub fn annunciations(&self) -> impl DoubleEndedIterator<Item = &Annunciation> {
        self.annunciations.values().rev().map(AsRef::as_ref)
    }

    /// An annunciation, by number.
    pub fn annunciation(&self, no: u64) -> Option<&Annunciation> {
        self.annunciations.get(&no).map(AsRef::as_ref)
    }

    /// The number of the last annunciation; 0 before the first.
    pub const fn last_annunciation(&self) -> u64 {
        self.last_annunciation
    }

    /// The number of the next alarm.
    pub(super) const fn next_id(&self) -> AlarmId {
        AlarmId(self.last_id + 1)
    }

    /// Takes in what happened. What is told of an alarm that does not stand is left out.
    pub(crate) fn apply(&mut self, event: &AlarmEvent, at: Timestamp) {
        match &event.step {
            AlarmStep::Raised { .. } => self.raise(event, at),
            AlarmStep::Annunciated { no } => self.annunciate(event, *no, at),
            step => {
                for id in &event.alarms {
                    self.change(*id, step, at);
                }
            }
        }
    }

    fn raise(&mut self, event: &AlarmEvent, at: Timestamp) {
        let AlarmStep::Raised {
            cause,
            subject,
            priority,
            value,
            members,
        } = &event.step
        else {
            return;
        };
        for id in &event.alarms {
            self.last_id = self.last_id.max(id.0);
            self.put(Alarm {
                id: *id,
                cause: *cause,
                subject: subject.clone(),
                about: event.about.clone(),
                priority: *priority,
                raised_at: at,
                active_since: at,
                occurrences: 1,
                returned_at: None,
                acknowledged_at: None,
                shelf: None,
                escalated_at: None,
                annunciated_at: None,
                value: *value,
                members: members.clone(),
                moments: vec![Moment {
                    at,
                    step: StepKind::Raised,
                    shelf: None,
                }],
                closed_at: None,
            });
        }
    }

    fn change(&mut self, id: AlarmId, step: &AlarmStep, at: Timestamp) {
        let Some(alarm) = self.standing.get(&id) else {
            return;
        };
        let mut alarm = Alarm::clone(alarm);
        alarm.step(step, at);
        if alarm.closed_at.is_some() {
            self.close(alarm);
        } else {
            self.put(alarm);
        }
    }

    fn put(&mut self, alarm: Alarm) {
        let key = (alarm.cause, alarm.subject.clone());
        self.by_subject.insert_mut(key, alarm.id);
        self.standing.insert_mut(alarm.id, Arc::new(alarm));
    }

    fn close(&mut self, alarm: Alarm) {
        self.standing.remove_mut(&alarm.id);
        self.by_subject
            .remove_mut(&(alarm.cause, alarm.subject.clone()));
        self.last_closed += 1;
        self.closed.insert_mut(self.last_closed, Arc::new(alarm));
        forget_first(&mut self.closed, MOST_CLOSED);
    }

    fn annunciate(&mut self, event: &AlarmEvent, no: u64, at: Timestamp) {
        let told: Vec<&Alarm> = event
            .alarms
            .iter()
            .filter_map(|id| self.standing(*id))
            .collect();
        let Some(first) = told.first() else {
            return;
        };
        let priority = told.iter().map(|alarm| alarm.priority).min();
        let annunciation = Annunciation {
            no,
            at,
            cause: first.cause,
            priority: priority.unwrap_or(first.priority),
            is_escalation: told.iter().any(|alarm| alarm.escalated_at.is_some()),
            count: u32::try_from(told.len()).unwrap_or(u32::MAX),
            alarms: event.alarms.iter().copied().take(MOST_NAMED).collect(),
        };
        self.last_annunciation = self.last_annunciation.max(no);
        self.annunciations.insert_mut(no, Arc::new(annunciation));
        forget_first(&mut self.annunciations, MOST_ANNUNCIATIONS);
        for id in &event.alarms {
            self.change(*id, &event.step, at);
        }
    }

    /// Everything that a restart needs.
    pub(crate) fn to_kept(&self) -> KeptAlarms {
        KeptAlarms {
            last_id: self.last_id,
            last_annunciation: self.last_annunciation,
            standing: self.iter().cloned().collect(),
            closed: self.closed.values().map(|it| Alarm::clone(it)).collect(),
            annunciations: self.annunciations().rev().cloned().collect(),
        }
    }

    /// From what was kept.
    pub(crate) fn restored(kept: KeptAlarms) -> Self {
        let mut alarms = Self {
            last_id: kept.last_id,
            last_annunciation: kept.last_annunciation,
            ..Self::default()
        };
        for alarm in kept.standing {
            alarms.put(alarm);
        }
        for alarm in kept.closed {
            alarms.last_closed += 1;
            let no = alarms.last_closed;
            alarms.closed.insert_mut(no, Arc::new(alarm));
        }
        for told in kept.annunciations {
            alarms.annunciations.insert_mut(told.no, Arc::new(told));
        }
        alarms
    }
}

/// Forgets the first entries beyond so many.
fn forget_first<T>(map: &mut RedBlackTreeMapSync<u64, T>, most: usize) {
    while map.size() > most {
        let Some(first) = map.first().map(|(key, _value)| *key) else {
            return;
        };
        map.remove_mut(&first);
    }
}

/// All alarms as plain data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptAlarms {
    last_id: u64,
    last_annunciation: u64,
    standing: Vec<Alarm>,
    closed: Vec<Alarm>,
    annunciations: Vec<Annunciation>,
}

impl KeptAlarms {
    /// Whether there never was an alarm.
    pub(crate) const fn is_empty(&self) -> bool {
        self.last_id == 0
    }
}
