//! What a person should know of a frame that was read.

use std::fmt;

use serde::{Serialize, Serializer};

/// Something about a frame that its values do not say. In JSON, its text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// The device has no working sensor connected.
    NoSensor,
    /// A distance in the blind zone, where echoes mean nothing.
    TooClose {
        /// What the frame has.
        distance_mm: u16,
        /// Where measuring begins.
        nearest_mm: u16,
    },
    /// A distance beyond the range of the data sheet.
    TooFar {
        /// What the frame has.
        distance_mm: u16,
        /// Where the range ends.
        farthest_mm: u16,
    },
    /// A bit pattern in the place of a distance that is none.
    NoDistance {
        /// The pattern.
        raw: u16,
    },
    /// The device saw nothing to measure the distance of.
    NoTarget,
    /// What is in front of the device is nearer than it can measure.
    BlindZone,
    /// The device's sensor does not work.
    SensorFault,
    /// The echo is too weak, or too strong, for its distance to be relied on.
    UnreliableEcho {
        /// The strength, in the device's own units.
        strength: u16,
    },
    /// The distance is that of no sample.
    NoSamples,
    /// The device tells of an alarm of its own.
    Alarm {
        /// Which one.
        alarm: &'static str,
    },
    /// The device tells of a failure.
    DeviceError {
        /// Which one.
        error: &'static str,
    },
    /// A value that cannot be; it was left out.
    Implausible {
        /// What was to be measured.
        name: Box<str>,
        /// What the frame has.
        value: f64,
        /// The least that can be.
        least: f64,
        /// The most that can be.
        most: f64,
    },
    /// A value that says that there is none; it was left out.
    Invalid {
        /// What was to be measured.
        name: Box<str>,
        /// What the frame has, as it stands there.
        raw: f64,
    },
    /// The rest of a frame, from a channel on that this codec does not know.
    UnknownChannel {
        /// The channel's number.
        channel: u8,
        /// The type of its data.
        kind: u8,
        /// How many bytes were not read.
        left: usize,
    },
    /// The frame answers to a setting; nothing was measured.
    SettingReply,
    /// The frame is shorter than documented, and told what it has.
    Short {
        /// How many bytes it has.
        length: usize,
        /// How many it should have.
        expected: usize,
    },
    /// Records or labels that this codec does not know; they were left out.
    Ignored {
        /// Their number.
        count: usize,
        /// What they are, in words.
        what: &'static str,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSensor => f.write_str("the device finds no sensor"),
            Self::TooClose {
                distance_mm,
                nearest_mm,
            } => write!(
                f,
                "no distance: {distance_mm} mm lies in the blind zone below {nearest_mm} mm"
            ),
            Self::TooFar {
                distance_mm,
                farthest_mm,
            } => write!(
                f,
                "distance {distance_mm} mm lies beyond the {farthest_mm} mm of the data sheet"
            ),
            Self::NoDistance { raw } => write!(f, "no distance: 0x{raw:04x} stands for none"),
            Self::NoTarget => f.write_str("no distance: the device sees no target"),
            Self::BlindZone => f.write_str("no distance: the target is in the device's blind zone"),
            Self::SensorFault => f.write_str("no distance: the device's sensor does not work"),
            Self::UnreliableEcho { strength } => write!(
                f,
                "the distance is unreliable at a signal strength of {strength}"
            ),
            Self::NoSamples => f.write_str("no distance: no sample was valid"),
            Self::Alarm { alarm } => write!(f, "the device raises a {alarm}"),
            Self::DeviceError { error } => write!(f, "the device reports that {error}"),
            other => other.fmt_left_out(f),
        }
    }
}

impl Warning {
    /// The warnings about what was not read.
    fn fmt_left_out(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Implausible {
                name,
                value,
                least,
                most,
            } => write!(
                f,
                "no {name}: {value} is implausible, expected {least} to {most}"
            ),
            Self::Invalid { name, raw } => write!(f, "no {name}: {raw} stands for none"),
            Self::UnknownChannel {
                channel,
                kind,
                left,
            } => write!(
                f,
                "channel {channel:02x} type {kind:02x} is unknown: the last {left} bytes are not read"
            ),
            Self::SettingReply => {
                f.write_str("the frame answers to a setting and measures nothing")
            }
            Self::Short { length, expected } => write!(
                f,
                "the frame has {length} bytes where {expected} are documented"
            ),
            Self::Ignored { count, what } => write!(f, "{count} {what} are not read"),
            _ => Ok(()),
        }
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
