//! What follows from the alarms that stand and the time alone: shelves that end, escalations.

use twin_core::{AlarmState, AlarmWish, Alarms, Timestamp};

use super::rules::AlarmRules;

/// Wishes for those alarms whose time has come.
pub(super) fn timed(alarms: &Alarms, rules: &AlarmRules, now: Timestamp) -> Vec<AlarmWish> {
    let of = |alarm: &twin_core::Alarm| {
        if alarm.shelf.as_ref().is_some_and(|shelf| shelf.until <= now) {
            return Some(AlarmWish::Unshelve(alarm.id));
        }
        let is_ignored =
            alarm.state() == AlarmState::Unacknowledged && alarm.escalated_at.is_none();
        let told_at = alarm.annunciated_at.filter(|_told| is_ignored)?;
        let after = rules.escalated_after(alarm.priority)?;
        (told_at + after <= now).then_some(AlarmWish::Escalate(alarm.id))
    };
    alarms.iter().filter_map(of).collect()
}
