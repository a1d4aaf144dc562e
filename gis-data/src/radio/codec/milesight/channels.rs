//! Which channels each model has, and how long they are.

/// A channel that a model reports values in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Channel {
    pub(super) number: u8,
    pub(super) kind: u8,
    pub(super) len: usize,
    pub(super) data: Data,
}

/// What the bytes of a channel mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    Battery,
    Temperature,
    /// Temperature and the state of its threshold.
    TemperatureAlarm,
    Distance,
    /// Distance and the state of its threshold.
    DistanceAlarm,
    /// Distance, its sudden change, and the state of the alarm.
    DistanceMutation,
    /// Distance and why it is none.
    DistanceException,
    Position,
    /// Only models with NB-IoT fill it in.
    Location,
    /// Per cent left in a dispenser.
    Remaining,
    /// Strength of the radar's echo, in hundredths of a decibel.
    EchoStrength,
    /// Time and distance.
    History,
    /// Time, distance, temperature, sudden change, events.
    LongHistory,
}

const fn channel((number, kind): (u8, u8), len: usize, data: Data) -> Channel {
    Channel {
        number,
        kind,
        len,
        data,
    }
}

const BATTERY: Channel = channel((0x01, 0x75), 1, Data::Battery);
const TEMPERATURE: Channel = channel((0x03, 0x67), 2, Data::Temperature);
const DISTANCE: Channel = channel((0x04, 0x82), 2, Data::Distance);
const DISTANCE_AS_THIRD: Channel = channel((0x03, 0x82), 2, Data::Distance);
const DISTANCE_ALARM: Channel = channel((0x84, 0x82), 3, Data::DistanceAlarm);
const POSITION: Channel = channel((0x05, 0x00), 1, Data::Position);

pub(super) const EM400: &[Channel] = &[
    BATTERY,
    TEMPERATURE,
    DISTANCE,
    POSITION,
    channel((0x06, 0x88), 9, Data::Location),
    channel((0x83, 0x67), 3, Data::TemperatureAlarm),
    DISTANCE_ALARM,
];

pub(super) const EM500_UDL: &[Channel] = &[
    BATTERY,
    DISTANCE_AS_THIRD,
    channel((0x83, 0xe9), 5, Data::DistanceMutation),
    channel((0x20, 0xce), 6, Data::History),
];

pub(super) const EM410_RDL: &[Channel] = &[
    BATTERY,
    TEMPERATURE,
    DISTANCE,
    POSITION,
    channel((0x06, 0xc7), 2, Data::EchoStrength),
    DISTANCE_ALARM,
    channel((0x94, 0x82), 5, Data::DistanceMutation),
    channel((0xb4, 0x82), 3, Data::DistanceException),
    channel((0x20, 0xce), 11, Data::LongHistory),
];

pub(super) const WS201: &[Channel] = &[
    BATTERY,
    DISTANCE_AS_THIRD,
    channel((0x04, 0xd6), 1, Data::Remaining),
];

/// The channel of that number and type.
pub(super) fn find(channels: &[Channel], number: u8, kind: u8) -> Option<&Channel> {
    let is_it = |channel: &&Channel| channel.number == number && channel.kind == kind;
    channels.iter().find(is_it)
}

/// Whether some model of the vendor's reports values in that channel.
pub(super) fn is_of_family(number: u8, kind: u8) -> bool {
    let models = [EM400, EM500_UDL, EM410_RDL, WS201];
    { models }
        .iter()
        .any(|channels| find(channels, number, kind).is_some())
}

/// How many bytes a channel has that tells of the device itself, where that is known.
pub(super) fn setting_len(number: u8, kind: u8) -> Option<usize> {
    match number {
        0xff => attribute_len(kind).or_else(|| reply_len(kind)),
        0xfe => reply_len(kind),
        0xf8 => extended_reply_len(kind),
        _ => None,
    }
}

/// What a device tells of itself when it joins: versions, class, serial number.
fn attribute_len(kind: u8) -> Option<usize> {
    match kind {
        0x01 | 0x0b | 0x0f | 0xfe => Some(1),
        0x09 | 0x0a | 0xff => Some(2),
        0x16 => Some(8),
        _ => None,
    }
}

/// What a device repeats of a setting that it was sent.
fn reply_len(kind: u8) -> Option<usize> {
    match kind {
        0x10 | 0x13 | 0x27 | 0x28 | 0x2a | 0x3b | 0x3e | 0x4a | 0x56 | 0x68 | 0x69 | 0x71
        | 0x84 | 0xf5 => Some(1),
        0x02 | 0x03 | 0x17 | 0x1c | 0x70 | 0x76 | 0x77 | 0xbd | 0xf2 => Some(2),
        0x6a | 0x8e | 0xab => Some(3),
        0x11 | 0xf1 => Some(4),
        0x1b => Some(5),
        0x75 => Some(6),
        0x35 | 0x96 => Some(8),
        0x06 => Some(9),
        _ => None,
    }
}

/// The same of newer settings, whose reply ends with whether the device took them.
fn extended_reply_len(kind: u8) -> Option<usize> {
    match kind {
        0x12 | 0x13 | 0x16 => Some(2),
        0x14 | 0x15 | 0x39 => Some(3),
        0x0d => Some(4),
        _ => None,
    }
}
