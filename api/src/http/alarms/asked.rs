//! Which alarms are asked for.

use std::str::FromStr;

use serde::Deserialize;
use twin_core::{
    Alarm, AlarmCause, AlarmPriority, AlarmState, CommuneIx, Inventory, Timestamp, TwinError,
};

use crate::http::problem::Problem;
use crate::http::query::{Page, bad_request};

/// Alarms on a page unless asked otherwise.
const DEFAULT_LIMIT: usize = 100;

/// The parameters of the list. Several values are separated by commas.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct AlarmsQuery {
    state: Option<String>,
    priority: Option<String>,
    cause: Option<String>,
    /// INSEE codes.
    commune: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

impl AlarmsQuery {
    pub(super) fn page(&self) -> Result<Page, Problem> {
        Page::new(self.offset, Some(self.limit.unwrap_or(DEFAULT_LIMIT)))
    }
}

/// The parameters of the list, checked.
#[derive(Debug)]
pub(super) struct AlarmFilter {
    states: Option<Vec<AlarmState>>,
    priorities: Option<Vec<AlarmPriority>>,
    causes: Option<Vec<AlarmCause>>,
    communes: Option<Vec<CommuneIx>>,
}

impl AlarmFilter {
    /// Refuses what does not read, naming parameter, value and what was expected.
    pub(super) fn new(asked: &AlarmsQuery, inventory: &Inventory) -> Result<Self, Problem> {
        let commune = |code: &str| {
            let found = inventory.communes().find(code);
            found.ok_or_else(|| {
                bad_request(format!(
                    "commune={code}: expected the INSEE codes of communes"
                ))
            })
        };
        Ok(Self {
            states: each(asked.state.as_deref(), |text| {
                named("state", text, AlarmState::ALL)
            })?,
            priorities: each(asked.priority.as_deref(), priority)?,
            causes: each(asked.cause.as_deref(), cause)?,
            communes: each(asked.commune.as_deref(), commune)?,
        })
    }

    /// Whether an alarm is asked for; those that are put away only by name.
    pub(super) fn wants(&self, alarm: &Alarm, inventory: &Inventory) -> bool {
        let state = alarm.state();
        let is_state = match &self.states {
            Some(states) => states.contains(&state),
            None => state != AlarmState::Shelved,
        };
        let has = |causes: &Vec<AlarmCause>| causes.contains(&alarm.cause);
        let is_priority = |wanted: &Vec<AlarmPriority>| wanted.contains(&alarm.priority);
        is_state
            && self.priorities.as_ref().is_none_or(is_priority)
            && self.causes.as_ref().is_none_or(has)
            && self.communes.as_ref().is_none_or(|communes| {
                let found = inventory.find(&alarm.about);
                let commune = found.and_then(|asset| inventory.commune_of(asset));
                commune.is_some_and(|commune| communes.contains(&commune))
            })
    }
}

/// The parameters of the past.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct HistoryQuery {
    cause: Option<String>,
    from: Option<String>,
    to: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

/// The parameters of the past, checked.
#[derive(Debug)]
pub(super) struct HistoryFilter {
    causes: Option<Vec<AlarmCause>>,
    from: Timestamp,
    to: Timestamp,
}

impl HistoryQuery {
    pub(super) fn page(&self) -> Result<Page, Problem> {
        Page::new(self.offset, Some(self.limit.unwrap_or(DEFAULT_LIMIT)))
    }

    /// Refuses what does not read, naming parameter, value and what was expected.
    pub(super) fn checked(&self) -> Result<HistoryFilter, Problem> {
        let time = |name: &str, text: &Option<String>, other: Timestamp| {
            let Some(text) = text else {
                return Ok(other);
            };
            text.parse().map_err(|_no_time: TwinError| {
                bad_request(format!("{name}={text}: expected a time of RFC 3339"))
            })
        };
        Ok(HistoryFilter {
            causes: each(self.cause.as_deref(), cause)?,
            from: time("from", &self.from, Timestamp::MIN)?,
            to: time("to", &self.to, Timestamp::MAX)?,
        })
    }
}

impl HistoryFilter {
    /// Whether an alarm is of a cause and ended in a time that was asked for.
    pub(super) fn wants(&self, alarm: &Alarm) -> bool {
        let ended = alarm.closed_at.unwrap_or(alarm.raised_at);
        let has = |causes: &Vec<AlarmCause>| causes.contains(&alarm.cause);
        (self.from..=self.to).contains(&ended) && self.causes.as_ref().is_none_or(has)
    }
}

fn each<T>(
    text: Option<&str>,
    read: impl Fn(&str) -> Result<T, Problem>,
) -> Result<Option<Vec<T>>, Problem> {
    text.map(|text| text.split(',').map(&read).collect())
        .transpose()
}

fn cause(text: &str) -> Result<AlarmCause, Problem> {
    named("cause", text, AlarmCause::ALL)
}

fn priority(text: &str) -> Result<AlarmPriority, Problem> {
    let number: Option<u8> = text.parse().ok();
    let found = number.and_then(|number| AlarmPriority::try_from(number).ok());
    found.ok_or_else(|| bad_request(format!("priority={text}: expected 1, 2 or 3")))
}

fn named<T: FromStr + std::fmt::Display>(
    parameter: &str,
    text: &str,
    all: &[T],
) -> Result<T, Problem> {
    text.parse().map_err(|_unknown| {
        let names: Vec<String> = all.iter().map(ToString::to_string).collect();
        let names = names.join(", ");
        bad_request(format!(
            "{parameter}={text}: expected one or several of {names}"
        ))
    })
}
