//! An annunciation with the alarms that it tells of.

use serde::Serialize;
use twin_core::{Annunciation, OperatorAccess, Timestamp, Twin};

use crate::alarms::told::ToldAlarm;

/// An annunciation with the alarms that it tells of, as they are now.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Message {
    /// What is told.
    #[serde(flatten)]
    pub(super) annunciation: Annunciation,
    /// The first hundred of its alarms.
    #[serde(rename = "alarms")]
    pub(super) told: Vec<ToldAlarm>,
}

impl Message {
    /// What an annunciation tells.
    pub(super) fn of(annunciation: &Annunciation, twin: &Twin, now: Timestamp) -> Self {
        let alarms = twin.alarms(OperatorAccess::granted());
        let mut annunciation = annunciation.clone();
        let told = std::mem::take(&mut annunciation.alarms);
        let told = told.iter().filter_map(|id| alarms.find(*id));
        Self {
            told: told.map(|alarm| ToldAlarm::of(alarm, twin, now)).collect(),
            annunciation,
        }
    }
}
