//! What the data of a channel says.

use super::channels::Data;
use crate::radio::decoded::{Draft, Measurements, Warning, names};

/// The distances that are ones, in millimetres.
const DISTANCES: std::ops::RangeInclusive<u16> = 1..=0x7fff;
const NO_TARGET: u16 = 0xfffd;
const BROKEN: u16 = 0xffff;

/// Adds what the `bytes` of a channel say; they have the length of the channel.
pub(super) fn read(draft: &mut Draft, data: Data, bytes: &[u8]) {
    match (data, bytes) {
        (Data::Battery, &[percent]) => draft.battery_pct(percent),
        (Data::Temperature, &[low, high]) => temperature(draft, [low, high]),
        (Data::TemperatureAlarm, &[low, high, state]) => {
            temperature(draft, [low, high]);
            alarm(draft, "temperature_alarm", state);
        }
        (Data::Distance, &[low, high]) => distance(draft, [low, high]),
        (Data::DistanceAlarm, &[low, high, state]) => {
            distance(draft, [low, high]);
            alarm(draft, "distance_alarm", state);
        }
        (Data::DistanceMutation, &[low, high, change_low, change_high, state]) => {
            distance(draft, [low, high]);
            // The vendor's decoder for the EM500-UDL divides both by ten, which its own table does
            // not, and which could not tell the ten metres that the sensor sees.
            let change = i16::from_le_bytes([change_low, change_high]);
            draft.put("distance_change_mm", change);
            alarm(draft, "distance_alarm", state);
        }
        (Data::DistanceException, &[low, high, why]) => exception(draft, [low, high], why),
        (Data::Position, &[position]) => match position {
            0 | 1 => draft.put(names::TILT, position == 1),
            _ => draft.warn(Warning::Implausible {
                name: names::TILT.into(),
                value: position.into(),
                least: 0.0,
                most: 1.0,
            }),
        },
        (Data::Remaining, &[percent]) => draft.put_percent(names::FILL_PCT, percent),
        (Data::EchoStrength, &[low, high]) => {
            let hundredths = i16::from_le_bytes([low, high]);
            draft.put("signal_db", f64::from(hundredths) / 100.0);
        }
        (Data::History | Data::LongHistory, entry) => draft.push("history", earlier(entry)),
        _ => {}
    }
}

fn temperature(draft: &mut Draft, bytes: [u8; 2]) {
    draft.temperature(f64::from(i16::from_le_bytes(bytes)) / 10.0);
}

fn distance(draft: &mut Draft, bytes: [u8; 2]) {
    match u16::from_le_bytes(bytes) {
        distance_mm if DISTANCES.contains(&distance_mm) => draft.distance(distance_mm),
        NO_TARGET => draft.no_distance(Warning::NoTarget),
        raw => draft.no_distance(Warning::NoDistance { raw }),
    }
}

/// The distance that the EM410-RDL has an exception about. At the end of one it holds again.
fn exception(draft: &mut Draft, bytes: [u8; 2], why: u8) {
    let name = match why {
        0 => "blind_alarm_release",
        1 => "blind_alarm",
        2 => "no_target",
        3 => "sensor_exception",
        _ => "unknown",
    };
    match why {
        1 => draft.no_distance(Warning::BlindZone),
        2 => draft.no_distance(Warning::NoTarget),
        3 => draft.no_distance(Warning::SensorFault),
        _ => distance(draft, bytes),
    }
    draft.put("distance_exception", name);
}

/// The state of an alarm, by the vendor's names.
fn alarm(draft: &mut Draft, name: &'static str, state: u8) {
    let state_name = match state {
        0 => "threshold_alarm_release",
        1 => "threshold_alarm",
        2 => "mutation_alarm",
        _ => "unknown",
    };
    draft.put(name, state_name);
    let raised = match (name, state) {
        ("temperature_alarm", 1) => "temperature threshold alarm",
        (_, 1) => "distance threshold alarm",
        (_, 2) => "distance mutation alarm",
        _ => return,
    };
    draft.warn(Warning::Alarm { alarm: raised });
}

/// An earlier value that the device kept.
fn earlier(entry: &[u8]) -> Measurements {
    let mut values = Measurements::default();
    let &[t0, t1, t2, t3, low, high, ref rest @ ..] = entry else {
        return values;
    };
    values.put("time_s", u32::from_le_bytes([t0, t1, t2, t3]));
    let distance_mm = u16::from_le_bytes([low, high]);
    if DISTANCES.contains(&distance_mm) {
        values.put(names::DISTANCE_MM, distance_mm);
    }
    let &[low, high, change_low, change_high, events] = rest else {
        return values;
    };
    let tenths = i16::from_le_bytes([low, high]);
    // -0.2 and -0.1 degrees are what the vendor has taken for "switched off" and "broken".
    if !matches!(tenths.cast_unsigned(), BROKEN | 0xfffe) {
        values.put(names::TEMPERATURE_C, f64::from(tenths) / 10.0);
    }
    if events & 0b10_0000 != 0 {
        let change = i16::from_le_bytes([change_low, change_high]);
        values.put("distance_change_mm", change);
    }
    if events & 0b100_0000 != 0 {
        values.put(names::TILT, true);
    }
    values
}
