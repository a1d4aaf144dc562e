//! Payload codecs: each reads the bytes of one family of devices, and writes them alike.

mod bytes;
mod cayenne;
mod decentlab;
mod dragino;
mod milesight;
mod profile;
mod senml;
mod terabee;
mod units;

use twin_core::Reading;

pub use self::cayenne::CayenneLpp;
pub use self::decentlab::Decentlab;
pub use self::dragino::Dragino;
pub use self::milesight::Milesight;
pub use self::profile::Profile;
pub use self::senml::Senml;
pub use self::terabee::TerabeeLmXl;
use super::decoded::Decoded;
use super::error::{RadioError, RadioResult};
use super::raw::MAX_PAYLOAD;

/// Reads and writes the payloads of one device model.
pub trait PayloadCodec: std::fmt::Debug + Send + Sync {
    /// The name that a sensor's record calls it by, for example `milesight-em400-mud`.
    fn name(&self) -> &str;

    /// Counts up whenever the same bytes give another reading than before.
    fn version(&self) -> u16;

    /// The port that devices send on unless configured otherwise.
    fn default_port(&self) -> u8;

    /// What `bytes` say. Never panics; a frame without port and payload says nothing.
    ///
    /// # Errors
    ///
    /// A [`RadioError`] for a frame that cannot be of such a device, with the place where that
    /// shows.
    fn decode(&self, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<Decoded>;

    /// The bytes that a device reports `reading` with, each value rounded to the format's
    /// resolution, and left out where the format has no place for it; `None` for formats that
    /// are only read.
    fn encode(&self, reading: &Reading) -> Option<Vec<u8>>;

    /// Name and version, as kept with each frame, for example `milesight-em400-mud/2`.
    fn label(&self) -> Box<str> {
        format!("{}/{}", self.name(), self.version()).into()
    }
}

/// Every codec there is. A new one is a line here and a module beside the others.
static CODECS: [&dyn PayloadCodec; 15] = [
    &Milesight::EM400_MUD,
    &Milesight::EM400_TLD,
    &Milesight::EM400_UDL,
    &Milesight::EM500_UDL,
    &Milesight::EM410_RDL,
    &Milesight::WS201,
    &Dragino::LDDS75,
    &Dragino::LDDS20,
    &Dragino::LDDS45,
    &Dragino::LLDS12,
    &Decentlab::DL_LID,
    &Decentlab::DL_MBX,
    &TerabeeLmXl,
    &CayenneLpp,
    &Senml,
];

/// Every codec there is.
///
/// ```
/// let names: Vec<_> = gis_data::radio::codecs().iter().map(|codec| codec.name()).collect();
/// assert!(names.contains(&"milesight-em400-tld"));
/// ```
pub fn codecs() -> &'static [&'static dyn PayloadCodec] {
    &CODECS
}

/// The codec of that name.
///
/// ```
/// let codec = gis_data::radio::codec("milesight-em400-mud").unwrap();
/// let decoded = codec.decode(Some(85), &[0x04, 0x82, 0x44, 0x08])?;
/// assert_eq!(decoded.reading.distance_mm, Some(2116));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
pub fn codec(name: &str) -> Option<&'static dyn PayloadCodec> {
    CODECS.into_iter().find(|codec| codec.name() == name)
}

/// Refuses what no LoRaWAN frame is, whatever the device; true for one that has no payload.
///
/// Ports 1 to 223 are the application's (LoRaWAN 1.0.4, §4.3.2).
fn check_frame(codec: &str, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<bool> {
    match f_port {
        Some(port @ (0 | 224..)) => Err(RadioError::NotAnApplicationPort {
            codec: codec.into(),
            port,
        }),
        _ if bytes.len() > MAX_PAYLOAD => Err(RadioError::PayloadTooLong {
            length: bytes.len(),
            limit: MAX_PAYLOAD,
        }),
        port => Ok(port.is_none() && bytes.is_empty()),
    }
}

/// Refuses a port that devices are known not to use.
fn check_port(codec: &str, f_port: Option<u8>, expected: u8) -> RadioResult<()> {
    match f_port {
        Some(port) if port != expected => Err(RadioError::UnusedPort {
            codec: codec.into(),
            port,
            expected,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
