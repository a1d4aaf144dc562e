//! From the records of a pack to named values (RFC 8428, §4.6).

use std::borrow::Cow;

use super::invalid;
use super::record::{Content, Record};
use crate::radio::codec::units::{standard, standard_flag};
use crate::radio::decoded::{Draft, Measured, Measurements, Warning};
use crate::radio::error::RadioResult;

/// Below this, times are relative to when the pack was sent (§4.5.3).
const RELATIVE: f64 = 268_435_456.0;
/// The longest name, base included.
const MAX_NAME: usize = 255;

/// The base fields, which hold until a record changes them.
#[derive(Debug, Default)]
struct Base {
    name: String,
    time: Option<f64>,
    unit: Option<String>,
    value: f64,
    sum: f64,
}

/// A value by its full name.
struct Resolved {
    full_name: String,
    key: Cow<'static, str>,
    value: Measured,
    time: Option<f64>,
}

/// Adds what the records say.
pub(super) fn tell(draft: &mut Draft, records: &[Record]) -> RadioResult<()> {
    let mut base = Base::default();
    let mut resolved = Vec::new();
    let mut ignored = 0;
    for (at, record) in records.iter().enumerate() {
        base.update(record);
        ignored += record.ignored;
        base.resolve(at, record, &mut resolved)?;
    }
    if resolved.is_empty() {
        return Err(invalid(0, "the pack has no value"));
    }
    newest_first(draft, &mut resolved);
    if ignored > 0 {
        draft.warn(Warning::Ignored {
            count: ignored,
            what: "labels",
        });
    }
    Ok(())
}

impl Base {
    fn update(&mut self, record: &Record) {
        if let Some(name) = &record.base_name {
            self.name.clone_from(name);
        }
        if let Some(unit) = &record.base_unit {
            self.unit = Some(unit.clone());
        }
        self.time = record.base_time.or(self.time);
        self.value = record.base_value.unwrap_or(self.value);
        self.sum = record.base_sum.unwrap_or(self.sum);
    }

    fn resolve(&self, at: usize, record: &Record, found: &mut Vec<Resolved>) -> RadioResult<()> {
        let own_name = record.name.as_deref().unwrap_or_default();
        let full_name = format!("{}{own_name}", self.name);
        if record.value.is_none() && record.sum.is_none() {
            // A record of base fields alone prepares the following ones.
            let has_own = record.name.is_some() || record.unit.is_some() || record.time.is_some();
            if has_own {
                return Err(invalid(at, "it has neither value nor sum"));
            }
            return Ok(());
        }
        check_name(at, &full_name)?;
        let local = full_name.rsplit([':', '/']).find(|part| !part.is_empty());
        let local = local.unwrap_or(&full_name).to_owned();
        let unit = record.unit.as_deref().or(self.unit.as_deref());
        let unit = unit.unwrap_or_default();
        let time = match (self.time, record.time) {
            (None, None) => None,
            (base, own) => Some(base.unwrap_or_default() + own.unwrap_or_default()),
        };
        let mut push = |key, value| {
            found.push(Resolved {
                full_name: full_name.clone(),
                key,
                value,
                time,
            });
        };
        match &record.value {
            Some(Content::Number(number)) => {
                let to = standard(&local, unit);
                let value = (self.value + number) * to.scale + to.add;
                push(to.name, Measured::rounded(value));
            }
            Some(Content::Flag(flag)) => push(standard_flag(&local), (*flag).into()),
            Some(Content::Text(text)) => push(standard(&local, "").name, text.as_str().into()),
            None => {}
        }
        if let Some(sum) = record.sum {
            let to = standard(&format!("{local}_sum"), "");
            push(to.name, Measured::rounded(self.sum + sum));
        }
        Ok(())
    }
}

/// §4.5.1: which characters a name has.
fn check_name(at: usize, name: &str) -> RadioResult<()> {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-:./_".contains(&b);
    let starts_well = name
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric());
    if name.len() > MAX_NAME {
        return Err(invalid(
            at,
            format!("its name has more than {MAX_NAME} bytes"),
        ));
    }
    if !starts_well || !name.bytes().all(is_allowed) {
        return Err(invalid(at, format!("'{name}' is no name of SenML")));
    }
    Ok(())
}

/// Tells the newest value of each name, and the others as its history.
fn newest_first(draft: &mut Draft, resolved: &mut [Resolved]) {
    tell_apart(resolved);
    let mut newest_time: Option<f64> = None;
    let mut history = Vec::new();
    for (at, one) in resolved.iter().enumerate() {
        newest_time = match (newest_time, one.time) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let is_newer = |(other_at, other): (usize, &Resolved)| {
            let (time, other_time) = (one.time.unwrap_or(0.0), other.time.unwrap_or(0.0));
            other.key == one.key && (other_time > time || (other_time == time && other_at > at))
        };
        if resolved.iter().enumerate().any(is_newer) {
            let mut entry = Measurements::default();
            if let Some((name, time)) = one.time.map(told_time) {
                entry.put(name, time);
            }
            entry.put(one.key.clone(), one.value.clone());
            history.push(entry);
        } else {
            draft.tell(one.key.clone(), one.value.clone());
        }
    }
    if let Some((name, time)) = newest_time.filter(|time| *time != 0.0).map(told_time) {
        draft.put(name, time);
    }
    for entry in history {
        draft.push("history", entry);
    }
}

/// Values of different things whose names end alike have numbers from the second on.
fn tell_apart(resolved: &mut [Resolved]) {
    for at in 1..resolved.len() {
        let (earlier, rest) = resolved.split_at_mut(at);
        let Some(one) = rest.first_mut() else {
            continue;
        };
        let same_thing = earlier
            .iter()
            .find(|other| other.full_name == one.full_name && is_of(&other.key, &one.key));
        if let Some(same) = same_thing {
            one.key = same.key.clone();
            continue;
        }
        let plain = one.key.clone();
        let mut number = 2;
        while earlier.iter().any(|other| other.key == one.key) {
            one.key = format!("{plain}_{number}").into();
            number += 1;
        }
    }
}

/// Whether `key` is `plain`, or `plain` with a number.
fn is_of(key: &str, plain: &str) -> bool {
    let rest = key
        .strip_prefix(plain)
        .map(|rest| rest.strip_prefix('_').unwrap_or(rest));
    rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
}

fn told_time(time: f64) -> (&'static str, Measured) {
    let name = if time < RELATIVE {
        "time_offset_s"
    } else {
        "time_s"
    };
    (name, time.into())
}
