//! How loud it was: the figures by which alarm systems are judged (EEMUA 191).

use std::collections::BTreeMap;

use serde::Serialize;

use super::alarm::{Alarm, AlarmState};
use super::book::Alarms;
use super::cause::{AlarmCause, AlarmPriority};
use super::subject::AlarmSubject;
use crate::time::{Span, Timestamp};

/// The time in which annunciations are counted.
const WINDOW: Span = Span::from_secs(600);
/// From how long on an alarm that stands is stale.
const STALE: Span = Span::from_hours(24);
/// How many of those that are raised most often are told.
const MOST_OFFENDERS: usize = 10;

/// How loud it was in a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// How often somebody was told of something.
    pub annunciations: usize,
    /// How often in ten minutes, in the mean.
    pub mean_per_10_min: f64,
    /// How often in those ten minutes in which it was most often.
    pub peak_per_10_min: usize,
    /// How many alarms were raised.
    pub raised: usize,
    /// How they share in the priorities, beside what is aimed at.
    pub priorities: Vec<PriorityShare>,
    /// How many alarms stand, without those that are put away.
    pub standing: usize,
    /// How many of them have been so for more than a day.
    pub stale: usize,
    /// How many are put away.
    pub shelved: usize,
    /// How many alarms of each cause were raised, the most frequent first.
    pub causes: Vec<(AlarmCause, usize)>,
    /// What was so most often, at most ten of them; left out of a text where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub most_frequent: Vec<Offender>,
}

/// How many alarms have a priority.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PriorityShare {
    /// The priority.
    pub priority: AlarmPriority,
    /// How many alarms of it were raised.
    pub raised: usize,
    /// Their share, 0 to 1; `None` where none was raised.
    pub share: Option<f64>,
    /// The share that is aimed at.
    pub target: f64,
}

/// Something that is so again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offender {
    /// What there is to be alarmed about.
    pub cause: AlarmCause,
    /// What it is about.
    pub subject: AlarmSubject,
    /// How often it was so.
    pub occurrences: u64,
}

/// How loud it was from `from` to `to`, as far as that is remembered.
pub fn figures(alarms: &Alarms, from: Timestamp, to: Timestamp) -> Figures {
    let told: Vec<Timestamp> = alarms
        .annunciations()
        .rev()
        .map(|told| told.at)
        .filter(|at| (from..=to).contains(at))
        .collect();
    let raised: Vec<&Alarm> = alarms
        .closed()
        .chain(alarms.iter())
        .filter(|alarm| (from..=to).contains(&alarm.raised_at))
        .collect();
    let windows = to.since(from).as_millis() as f64 / WINDOW.as_millis() as f64;
    let is_shelved = |alarm: &&Alarm| alarm.state() == AlarmState::Shelved;
    let shelved = alarms.iter().filter(is_shelved).count();
    let is_stale = |alarm: &&Alarm| !is_shelved(alarm) && alarm.raised_at + STALE <= to;
    Figures {
        from,
        to,
        annunciations: told.len(),
        mean_per_10_min: told.len() as f64 / windows.max(1.0),
        peak_per_10_min: peak(&told),
        raised: raised.len(),
        priorities: AlarmPriority::ALL
            .into_iter()
            .map(|priority| share(&raised, priority))
            .collect(),
        standing: alarms.len() - shelved,
        stale: alarms.iter().filter(is_stale).count(),
        shelved,
        causes: by_cause(&raised),
        most_frequent: offenders(&raised),
    }
}

/// Most of these times, which are in order, in one window.
fn peak(told: &[Timestamp]) -> usize {
    let from = |first: usize| {
        let end = told[first] + WINDOW;
        told[first..].iter().take_while(|at| **at < end).count()
    };
    (0..told.len()).map(from).max().unwrap_or(0)
}

fn share(raised: &[&Alarm], priority: AlarmPriority) -> PriorityShare {
    let count = raised.iter().filter(|it| it.priority == priority).count();
    PriorityShare {
        priority,
        raised: count,
        share: (!raised.is_empty()).then(|| count as f64 / raised.len() as f64),
        target: priority.target_share(),
    }
}

fn by_cause(raised: &[&Alarm]) -> Vec<(AlarmCause, usize)> {
    let mut counts: BTreeMap<AlarmCause, usize> = BTreeMap::new();
    for alarm in raised {
        *counts.entry(alarm.cause).or_default() += 1;
    }
    let mut causes: Vec<_> = counts.into_iter().collect();
    causes.sort_by_key(|(cause, count)| (std::cmp::Reverse(*count), *cause));
    causes
}

fn offenders(raised: &[&Alarm]) -> Vec<Offender> {
    let mut counts: BTreeMap<(AlarmCause, &AlarmSubject), u64> = BTreeMap::new();
    for alarm in raised {
        let count = counts.entry((alarm.cause, &alarm.subject)).or_default();
        *count += u64::from(alarm.occurrences);
    }
    let mut offenders: Vec<Offender> = counts
        .into_iter()
        .map(|((cause, subject), occurrences)| Offender {
            cause,
            subject: subject.clone(),
            occurrences,
        })
        .collect();
    offenders.sort_by_key(|it| std::cmp::Reverse(it.occurrences));
    offenders.truncate(MOST_OFFENDERS);
    offenders
}
