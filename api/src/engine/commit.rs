//! What one commit did, shared by all who listen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use gis_data::stores::Entry;
use twin_core::{AssetId, Change, Channel, Effect, Input, Twin};

/// A frame of a sensor, and the gateways that heard it, the best one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hearing {
    /// The sensor.
    pub sensor: AssetId,
    /// The gateways, by the names that the network server has for them.
    pub gateways: Vec<Box<str>>,
}

/// What a commit tells.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) changes: Vec<Change>,
    heard: Vec<Hearing>,
}

impl Told {
    /// What was written here.
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let mut told = Self::default();
        for entry in entries {
            told.heard.extend(hearing(entry.input, &entry.changes));
            told.changes.extend(entry.changes);
        }
        told
    }

    /// What another node wrote; which gateways heard it is looked up by who needs to know.
    pub(super) const fn elsewhere(changes: Vec<Change>) -> Self {
        Self {
            changes,
            heard: Vec::new(),
        }
    }
}

/// What one commit did, and the twin before and after it.
pub struct Commit {
    changes: Vec<Change>,
    heard: Vec<Hearing>,
    before: Twin,
    after: Twin,
    forms: Mutex<BTreeMap<Box<str>, Arc<OnceLock<Bytes>>>>,
}

/// Which gateways heard an input, where it is the frame of a sensor.
fn hearing(input: Input, changes: &[Change]) -> Option<Hearing> {
    let (Input::Uplink(uplink) | Input::Reread(uplink)) = input else {
        return None;
    };
    let sensor = changes.iter().find_map(|change| match &change.effect {
        Effect::SensorReported { sensor, .. } => Some(sensor.clone()),
        _ => None,
    });
    let gateways = uplink.gateways;
    sensor
        .filter(|_sensor| !gateways.is_empty())
        .map(|sensor| Hearing { sensor, gateways })
}

impl std::fmt::Debug for Commit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Commit")
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}

impl Commit {
    pub(super) fn new(told: Told, before: Twin, after: Twin) -> Self {
        Self {
            changes: told.changes,
            heard: told.heard,
            before,
            after,
            forms: Mutex::default(),
        }
    }

    /// Its changes of both channels, in order.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Which gateways heard its frames; for those who work for operators.
    pub fn heard(&self) -> &[Hearing] {
        &self.heard
    }

    /// The twin before it.
    pub const fn before(&self) -> &Twin {
        &self.before
    }

    /// The twin after it.
    pub const fn after(&self) -> &Twin {
        &self.after
    }

    /// The number of its last change of a channel, where it has one.
    pub fn last(&self, channel: Channel) -> Option<u64> {
        let mut newest_first = self.changes.iter().rev();
        let last = newest_first.find(|change| change.channel == channel)?;
        Some(last.seq)
    }

    /// The number of its first change of a channel, where it has one.
    pub(super) fn first(&self, channel: Channel) -> Option<u64> {
        let first = self
            .changes
            .iter()
            .find(|change| change.channel == channel)?;
        Some(first.seq)
    }

    /// What those listeners send on who all send the same: made by the first who asks, then shared. `key`
    /// says what is the same.
    pub fn form(&self, key: &str, make: impl FnOnce(&Self) -> Bytes) -> Bytes {
        let form = {
            let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
            match forms.get(key) {
                Some(form) => Arc::clone(form),
                None => Arc::clone(forms.entry(key.into()).or_default()),
            }
        };
        form.get_or_init(|| make(self)).clone()
    }
}
