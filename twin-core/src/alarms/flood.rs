//! What is annunciated when, so that people can still hear the one that matters (EEMUA 191).
//!
//! An alarm of the highest priority is annunciated at once and alone, always. Of the others so many are in
//! any window, the first of them one by one, then all of a cause together. Nothing is left out: what finds
//! no room waits for it, and stands among the alarms meanwhile.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alarm::{Alarm, AlarmId};
use super::book::Alarms;
use super::cause::{AlarmCause, AlarmPriority};
use super::event::Annunciation;
use crate::time::{Span, Timestamp};

/// How much is annunciated at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloodLimits {
    /// The time in which annunciations are counted.
    pub window: Span,
    /// Most annunciations in a window; only alarms of the highest priority may make more of it.
    pub most: u16,
    /// How many of them are kept free for alarms of the highest priority.
    pub kept_free: u16,
    /// How many alarms of lower priority in a window are annunciated one by one; those beyond that
    /// together, cause by cause.
    pub one_by_one: u16,
    /// How long alarms of a cause are gathered until they are annunciated together again.
    pub gather: Span,
}

impl Default for FloodLimits {
    /// Ten in ten minutes: the most that one operator can handle (EEMUA 191).
    fn default() -> Self {
        Self {
            window: Span::from_secs(600),
            most: 10,
            kept_free: 2,
            one_by_one: 4,
            gather: Span::from_secs(120),
        }
    }
}

/// What is to be annunciated now, the most pressing first: the alarms of each annunciation.
pub fn due(alarms: &Alarms, now: Timestamp, limits: &FloodLimits) -> Vec<Vec<AlarmId>> {
    let untold: Vec<&Alarm> = alarms.iter().filter(|alarm| alarm.is_untold()).collect();
    if untold.is_empty() {
        return Vec::new();
    }
    let (firsts, mut others): (Vec<&Alarm>, Vec<&Alarm>) = untold
        .into_iter()
        .partition(|alarm| alarm.priority == AlarmPriority::First);
    others.sort_by_key(|alarm| (alarm.priority, alarm.raised_at, alarm.id));
    let mut due: Vec<Vec<AlarmId>> = firsts.iter().map(|alarm| vec![alarm.id]).collect();
    let heard = Heard::of(alarms, now, limits);
    let mut room = heard.room(firsts.len(), limits);
    let singles = usize::from(limits.one_by_one)
        .saturating_sub(heard.others)
        .min(room);
    if others.len() <= singles {
        due.extend(others.iter().map(|alarm| vec![alarm.id]));
        return due;
    }
    for (cause, together) in by_cause(&others) {
        if room > 0 && heard.may_tell_again(cause, now, limits) {
            room -= 1;
            due.push(together);
        }
    }
    due
}

/// Alarms by cause, the cause with the most pressing one first.
fn by_cause(sorted: &[&Alarm]) -> Vec<(AlarmCause, Vec<AlarmId>)> {
    let mut causes: Vec<(AlarmCause, Vec<AlarmId>)> = Vec::new();
    for alarm in sorted {
        match causes
            .iter_mut()
            .find(|(cause, _ids)| *cause == alarm.cause)
        {
            Some((_cause, ids)) => ids.push(alarm.id),
            None => causes.push((alarm.cause, vec![alarm.id])),
        }
    }
    causes
}

/// What was annunciated in the window that ends now.
struct Heard {
    firsts: usize,
    others: usize,
    /// When several alarms of a cause were annunciated together last.
    together: BTreeMap<AlarmCause, Timestamp>,
}

impl Heard {
    fn of(alarms: &Alarms, now: Timestamp, limits: &FloodLimits) -> Self {
        let mut heard = Self {
            firsts: 0,
            others: 0,
            together: BTreeMap::new(),
        };
        let is_recent = |told: &&Annunciation| told.at + limits.window > now;
        for told in alarms.annunciations().take_while(is_recent) {
            match told.priority {
                AlarmPriority::First => heard.firsts += 1,
                _ => heard.others += 1,
            }
            if told.count > 1 {
                heard.together.entry(told.cause).or_insert(told.at);
            }
        }
        heard
    }

    /// How many annunciations of lower priority may still be made, `more` of the highest being made now.
    fn room(&self, more: usize, limits: &FloodLimits) -> usize {
        let firsts = (self.firsts + more).max(limits.kept_free.into());
        usize::from(limits.most).saturating_sub(firsts + self.others)
    }

    fn may_tell_again(&self, cause: AlarmCause, now: Timestamp, limits: &FloodLimits) -> bool {
        let last = self.together.get(&cause);
        last.is_none_or(|last| *last + limits.gather <= now)
    }
}
