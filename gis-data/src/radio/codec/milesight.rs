//! Milesight: sensors of distance for containers (EM400, EM500-UDL, EM410-RDL) and of dispensers
//! (WS201).
//!
//! A payload is a row of channels: number, type, data, little-endian. The layouts are the vendor's
//! published ones (user guides, chapter "Uplink data"; tables "Payload" of
//! `Milesight-IoT/SensorDecoders`, folders `EM_Series` and `WS_Series`).

mod channels;
mod fields;

use twin_core::Reading;

use self::channels::{Channel, Data};
use super::bytes::{percent, steps_i16};
use super::{PayloadCodec, check_frame};
use crate::radio::decoded::{Decoded, Draft, Warning};
use crate::radio::error::{RadioError, RadioResult};

/// The codec of one model.
///
/// What it makes of a payload that is not as expected:
/// * **A channel that this model does not have**, but others of the vendor, or a channel with
///   another type than this model gives it, refuses the payload: it is of another device.
/// * **Any other unknown channel** has an unknown length, so nothing behind it can be read: newer
///   firmware adds channels at the end. What was read before it stands, with a warning; where that
///   is nothing, the payload is refused. The frame's bytes are kept, for a later version to read
///   again.
/// * **A channel cut off** refuses the payload: frames are authenticated as a whole, so this is
///   another device's layout.
/// * **Distance 0, or 32768 and more**, is no distance: the vendor gives the field as a signed
///   number, and no model sees that far. The reading then has no distance and says that it is
///   doubtful. The codes `fffd` (no target), `fffe` (switched off) and `ffff` (broken) are those of
///   the EM410-RDL; for the others the vendor publishes none.
/// * **A battery above 100 %, a temperature out of any weather, a position other than 0 and 1**
///   are left out, with a warning.
///
/// The alarm channels hold the value with the state of its threshold. Channels `ff`, `fe` and `f8`
/// tell of the device and its settings, and are passed over. The port is the operator's choice (85
/// by default) and not checked beyond 1 to 223.
///
/// ```
/// use gis_data::radio::{Milesight, PayloadCodec as _};
/// use twin_core::Reading;
///
/// let reading = Reading { distance_mm: Some(1601), is_tilted: Some(false), ..Reading::default() };
/// let bytes = Milesight::EM400_MUD.encode(&reading).unwrap();
/// assert_eq!(bytes, [0x04, 0x82, 0x41, 0x06, 0x05, 0x00, 0x00]);
/// assert_eq!(Milesight::EM400_MUD.decode(Some(85), &bytes)?.reading, reading);
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Milesight {
    name: &'static str,
    version: u16,
    channels: &'static [Channel],
}

impl Milesight {
    /// The multi-functional ultrasonic distance sensor, for bins among others.
    pub const EM400_MUD: Self = Self {
        name: "milesight-em400-mud",
        version: 2,
        channels: channels::EM400,
    };
    /// The ultrasonic distance and level sensor.
    pub const EM400_UDL: Self = Self {
        name: "milesight-em400-udl",
        ..Self::EM400_MUD
    };
    /// The laser distance sensor.
    pub const EM400_TLD: Self = Self {
        name: "milesight-em400-tld",
        ..Self::EM400_MUD
    };
    /// The ultrasonic distance and level sensor of the older series.
    pub const EM500_UDL: Self = Self {
        name: "milesight-em500-udl",
        version: 1,
        channels: channels::EM500_UDL,
    };
    /// The radar distance and level sensor.
    pub const EM410_RDL: Self = Self {
        name: "milesight-em410-rdl",
        version: 1,
        channels: channels::EM410_RDL,
    };
    /// The sensor of what is left in a dispenser.
    pub const WS201: Self = Self {
        name: "milesight-ws201",
        version: 1,
        channels: channels::WS201,
    };

    /// The channel of this model that `rest` starts with, and its data.
    fn channel<'a>(
        &self,
        rest: &'a [u8],
        offset: usize,
    ) -> Result<(Option<Data>, &'a [u8]), Unread> {
        let truncated = |needed| {
            Unread::Refused(RadioError::TruncatedChannel {
                codec: self.name.into(),
                offset,
                needed,
                left: rest.len(),
            })
        };
        let &[number, kind, ..] = rest else {
            return Err(truncated(2));
        };
        let (data, len) = match channels::find(self.channels, number, kind) {
            Some(channel) => (Some(channel.data), channel.len),
            None => match channels::setting_len(number, kind) {
                Some(len) => (None, len),
                None => return Err(self.unknown(number, kind, offset)),
            },
        };
        let needed = 2 + len;
        let bytes = rest.get(2..needed).ok_or_else(|| truncated(needed))?;
        Ok((data, bytes))
    }

    /// A channel that this model does not have: another model's, or a newer firmware's.
    fn unknown(&self, channel: u8, kind: u8, offset: usize) -> Unread {
        let is_taken = self.channels.iter().any(|own| own.number == channel);
        if is_taken || channels::is_of_family(channel, kind) {
            return Unread::Refused(RadioError::UnknownChannel {
                codec: self.name.into(),
                channel,
                kind,
                offset,
            });
        }
        Unread::Newer { channel, kind }
    }

    fn has(&self, data: Data) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.data == data)
    }
}

/// Why a channel was not read.
enum Unread {
    /// The payload is not of this model.
    Refused(RadioError),
    /// It may be one that was added later.
    Newer { channel: u8, kind: u8 },
}

/// What the encoder writes for a distance that could not be measured.
const NO_DISTANCE: u16 = u16::MAX;

impl PayloadCodec for Milesight {
    fn name(&self) -> &str {
        self.name
    }

    fn version(&self) -> u16 {
        self.version
    }

    fn default_port(&self) -> u8 {
        85
    }

    fn decode(&self, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<Decoded> {
        check_frame(self.name, f_port, bytes)?;
        let mut draft = Draft::default();
        let mut offset = 0;
        while let Some(rest @ [_, ..]) = bytes.get(offset..) {
            match self.channel(rest, offset) {
                Ok((data, bytes)) => {
                    if let Some(data) = data {
                        fields::read(&mut draft, data, bytes);
                    }
                    offset += 2 + bytes.len();
                }
                Err(Unread::Newer { channel, kind }) if !draft.is_empty() => {
                    draft.warn(Warning::UnknownChannel {
                        channel,
                        kind,
                        left: rest.len(),
                    });
                    break;
                }
                Err(Unread::Newer { channel, kind }) => {
                    return Err(RadioError::UnknownChannel {
                        codec: self.name.into(),
                        channel,
                        kind,
                        offset,
                    });
                }
                Err(Unread::Refused(error)) => return Err(error),
            }
        }
        Ok(draft.finish())
    }

    fn encode(&self, reading: &Reading) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(14);
        let mut push = |data, value: &[u8]| {
            if let Some(channel) = self.has(data) {
                bytes.extend([channel.number, channel.kind]);
                bytes.extend(value);
            }
        };
        if let Some(battery) = reading.battery {
            push(Data::Battery, &[percent(battery)]);
        }
        if let Some(temperature) = reading.temperature {
            let tenths = steps_i16(temperature.get() * 10.0);
            push(Data::Temperature, &tenths.to_le_bytes());
        }
        if let Some(distance_mm) = reported_distance(reading) {
            push(Data::Distance, &distance_mm.to_le_bytes());
        }
        if let Some(is_tilted) = reading.is_tilted {
            push(Data::Position, &[u8::from(is_tilted)]);
        }
        Some(bytes)
    }
}

/// The distance as a device reports it: one it does not trust it does not tell.
fn reported_distance(reading: &Reading) -> Option<u16> {
    if reading.is_distance_doubtful {
        Some(NO_DISTANCE)
    } else {
        reading.distance_mm
    }
}

#[cfg(test)]
mod tests;
