//! What a radio network delivers, in one form for every network server.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{TwinError, TwinResult};
use crate::time::Timestamp;
use crate::units::{Celsius, Fraction};

/// The number of a LoRaWAN device: 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DevEui(pub u64);

impl fmt::Display for DevEui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for DevEui {
    type Err = TwinError;

    fn from_str(text: &str) -> TwinResult<Self> {
        let is_hex = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        match u64::from_str_radix(text, 16) {
            Ok(number) if is_hex => Ok(Self(number)),
            _ => Err(TwinError::InvalidDevEui { text: text.into() }),
        }
    }
}

impl TryFrom<String> for DevEui {
    type Error = TwinError;

    fn try_from(text: String) -> TwinResult<Self> {
        text.parse()
    }
}

impl From<DevEui> for String {
    fn from(dev_eui: DevEui) -> Self {
        dev_eui.to_string()
    }
}

/// One frame of one device, as its network server delivered it, with what it says.
///
/// The bytes are kept as they came, with the name and version of the codec that read them, so
/// that a corrected codec can read them again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uplink {
    /// The configured source it came from, for example `chirpstack`.
    pub source: Box<str>,
    /// The device.
    pub dev_eui: DevEui,
    /// The radio session (session key id or device address): frame counters start again with it.
    pub session: Box<str>,
    /// Frame counter.
    pub f_cnt: u32,
    /// Port; names the payload's layout. Absent where the frame has no payload.
    pub f_port: Option<u8>,
    /// The payload as it came, at most 242 bytes.
    #[serde(with = "hex_bytes")]
    pub bytes: Vec<u8>,
    /// When the network received it.
    pub network_at: Timestamp,
    /// When the twin received it.
    pub received_at: Timestamp,
    /// Signal strength at the best gateway, in dBm.
    pub rssi_dbm: Option<f32>,
    /// Signal to noise ratio at the best gateway, in dB.
    pub snr_db: Option<f32>,
    /// Spreading factor, 7 to 12.
    pub spreading_factor: Option<u8>,
    /// The gateways that heard it.
    pub gateways: Vec<Box<str>>,
    /// Name and version of the codec that read `bytes`, for example `milesight-em400-mud/1`.
    pub decoder: Option<Box<str>>,
    /// What the codec found in `bytes`.
    pub reading: Reading,
}

/// What one payload says. A field is absent where the payload does not tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Distance from the sensor to the surface, in millimetres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_mm: Option<u16>,
    /// The device itself says that its distance is not to be trusted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_distance_doubtful: bool,
    /// Temperature at the sensor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<Celsius>,
    /// Charge of the battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<Fraction>,
    /// The device is tilted out of its mounting position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_tilted: Option<bool>,
}

/// Bytes as hexadecimal text.
mod hex_bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
            }
        }
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let is_hex = text.len() % 2 == 0 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hex {
            return Err(serde::de::Error::custom(
                "expected an even number of hexadecimal digits",
            ));
        }
        let pairs = text.as_bytes().chunks_exact(2);
        let byte = |pair: &[u8]| {
            pair.iter()
                .fold(0, |acc, digit| acc * 16 + hex_value(*digit))
        };
        Ok(pairs.map(byte).collect())
    }

    fn hex_value(digit: u8) -> u8 {
        match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => digit - b'A' + 10,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::lower("24e124713d123456")]
    #[case::upper("24E124713D123456")]
    fn a_device_eui_reads_in_both_cases(#[case] text: &str) {
        assert_eq!(
            text.parse::<DevEui>().unwrap(),
            DevEui(0x24e1_2471_3d12_3456)
        );
    }

    #[rstest::rstest]
    #[case::too_short("24e124713d12345")]
    #[case::signed("+4e124713d123456")]
    #[case::no_hex("24e124713d12345g")]
    fn what_is_no_device_eui_is_refused(#[case] text: &str) {
        assert!(text.parse::<DevEui>().is_err());
    }
}
