//! From a wish to what happens to alarms: pure, and where the rules of their life are.

use super::alarm::{Alarm, AlarmId, Shelf};
use super::book::Alarms;
use super::cause::AlarmPriority;
use super::event::{AlarmEvent, AlarmStep};
use super::wish::{AlarmInput, AlarmRefusal, AlarmWish, LONGEST_SHELF, MOST_REASON};

/// What a wish does to alarms, in order; nothing where all is so already.
pub(crate) fn decide(alarms: &Alarms, input: &AlarmInput) -> Result<Vec<AlarmEvent>, AlarmRefusal> {
    match &input.wish {
        AlarmWish::Raise { .. } => Ok(raise(alarms, &input.wish)),
        AlarmWish::Clear { cause, subject } => {
            let found = alarms.of(*cause, subject);
            Ok(found.map_or_else(Vec::new, returned))
        }
        AlarmWish::Acknowledge(alarm) => Ok(acknowledged(standing(alarms, *alarm)?)),
        AlarmWish::Shelve {
            alarm,
            until,
            reason,
        } => {
            let shelf = Shelf {
                until: *until,
                reason: reason.clone(),
            };
            shelved(standing(alarms, *alarm)?, shelf, input)
        }
        AlarmWish::Unshelve(alarm) => {
            let alarm = standing(alarms, *alarm)?;
            let is_shelved = alarm.shelf.is_some();
            Ok(when(is_shelved, alarm, AlarmStep::Unshelved))
        }
        AlarmWish::Escalate(alarm) => {
            let alarm = standing(alarms, *alarm)?;
            let is_ignored = alarm.is_active()
                && alarm.acknowledged_at.is_none()
                && alarm.shelf.is_none()
                && alarm.escalated_at.is_none();
            Ok(when(is_ignored, alarm, AlarmStep::Escalated))
        }
        AlarmWish::Annunciate(wished) => Ok(annunciated(alarms, wished)),
    }
}

fn standing(alarms: &Alarms, alarm: AlarmId) -> Result<&Alarm, AlarmRefusal> {
    let found = alarms.standing(alarm);
    found.ok_or(AlarmRefusal::NotStanding { alarm })
}

fn of(alarm: &Alarm, step: AlarmStep) -> AlarmEvent {
    AlarmEvent {
        about: alarm.about.clone(),
        alarms: vec![alarm.id],
        step,
    }
}

fn when(is_so: bool, alarm: &Alarm, step: AlarmStep) -> Vec<AlarmEvent> {
    is_so.then(|| of(alarm, step)).into_iter().collect()
}

fn raise(alarms: &Alarms, wish: &AlarmWish) -> Vec<AlarmEvent> {
    let AlarmWish::Raise {
        cause,
        subject,
        about,
        priority,
        value,
        members,
    } = wish
    else {
        return Vec::new();
    };
    let Some(alarm) = alarms.of(*cause, subject) else {
        let step = AlarmStep::Raised {
            cause: *cause,
            subject: subject.clone(),
            priority: *priority,
            value: *value,
            members: members.clone(),
        };
        return vec![AlarmEvent {
            about: about.clone(),
            alarms: vec![alarms.next_id()],
            step,
        }];
    };
    let recurred = AlarmStep::Recurred { value: *value };
    let reprioritised = AlarmStep::Reprioritised {
        priority: *priority,
    };
    let joined = AlarmStep::Joined {
        members: members.clone(),
    };
    [
        (!alarm.is_active(), recurred),
        (alarm.priority != *priority, reprioritised),
        (alarm.members != *members, joined),
    ]
    .into_iter()
    .flat_map(|(is_so, step)| when(is_so, alarm, step))
    .collect()
}

/// What is no longer so is part of the past once somebody knows, and before only if it comes to that.
fn returned(alarm: &Alarm) -> Vec<AlarmEvent> {
    if !alarm.is_active() {
        return Vec::new();
    }
    let is_known = alarm.acknowledged_at.is_some();
    let mut events = vec![of(alarm, AlarmStep::Returned)];
    events.extend(is_known.then(|| of(alarm, AlarmStep::Closed)));
    events
}

fn acknowledged(alarm: &Alarm) -> Vec<AlarmEvent> {
    if alarm.acknowledged_at.is_some() {
        return Vec::new();
    }
    let mut events = vec![of(alarm, AlarmStep::Acknowledged)];
    let is_over = !alarm.is_active();
    events.extend(is_over.then(|| of(alarm, AlarmStep::Closed)));
    events
}

fn shelved(
    alarm: &Alarm,
    shelf: Shelf,
    input: &AlarmInput,
) -> Result<Vec<AlarmEvent>, AlarmRefusal> {
    if alarm.priority == AlarmPriority::First {
        return Err(AlarmRefusal::NeverShelved { alarm: alarm.id });
    }
    let (at, until) = (input.at, shelf.until);
    if until <= at || until > at + LONGEST_SHELF {
        return Err(AlarmRefusal::ShelvedOutOfTime { until, at });
    }
    let length = shelf.reason.trim().chars().count();
    if !(1..=MOST_REASON).contains(&length) {
        return Err(AlarmRefusal::Reason { length });
    }
    let is_news = alarm.shelf.as_ref() != Some(&shelf);
    Ok(when(is_news, alarm, AlarmStep::Shelved(shelf)))
}

fn annunciated(alarms: &Alarms, wished: &[AlarmId]) -> Vec<AlarmEvent> {
    let mut untold: Vec<&Alarm> = wished
        .iter()
        .filter_map(|id| alarms.standing(*id))
        .filter(|alarm| alarm.is_untold())
        .collect();
    untold.sort_unstable_by_key(|alarm| alarm.id);
    untold.dedup_by_key(|alarm| alarm.id);
    let Some(first) = untold.first() else {
        return Vec::new();
    };
    vec![AlarmEvent {
        about: first.about.clone(),
        alarms: untold.iter().map(|alarm| alarm.id).collect(),
        step: AlarmStep::Annunciated {
            no: alarms.last_annunciation() + 1,
        },
    }]
}
