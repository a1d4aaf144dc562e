//! Payload codecs: each reads the bytes of one family of devices, and writes them alike.

mod milesight_em400;

use twin_core::Reading;

pub use self::milesight_em400::MilesightEm400;
use super::error::{RadioError, RadioResult};

/// Reads and writes the payloads of one device model.
pub trait PayloadCodec: std::fmt::Debug + Send + Sync {
    /// The name that a sensor's record calls it by, for example `milesight-em400-mud`.
    fn name(&self) -> &'static str;

    /// Counts up whenever the same bytes give another reading than before.
    fn version(&self) -> u16;

    /// The port that devices send on unless configured otherwise.
    fn default_port(&self) -> u8;

    /// What `bytes` say. Never panics; a frame without payload says nothing.
    ///
    /// # Errors
    ///
    /// [`RadioError::NotAnApplicationPort`], [`RadioError::UnknownChannel`] and
    /// [`RadioError::TruncatedChannel`].
    fn decode(&self, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<Reading>;

    /// The bytes that a device reports `reading` with, each value rounded to the format's
    /// resolution.
    fn encode(&self, reading: &Reading) -> Vec<u8>;

    /// Name and version, as kept with each frame, for example `milesight-em400-mud/1`.
    fn label(&self) -> Box<str> {
        format!("{}/{}", self.name(), self.version()).into()
    }
}

/// Every codec there is. A new one is a line here and a module beside the others.
static CODECS: [&dyn PayloadCodec; 3] = [
    &MilesightEm400::MUD,
    &MilesightEm400::UDL,
    &MilesightEm400::TLD,
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
/// let reading = codec.decode(Some(85), &[0x04, 0x82, 0x44, 0x08])?;
/// assert_eq!(reading.distance_mm, Some(2116));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
pub fn codec(name: &str) -> Option<&'static dyn PayloadCodec> {
    CODECS.into_iter().find(|codec| codec.name() == name)
}

/// Ports 1 to 223 are the application's (LoRaWAN 1.0.4, §4.3.2).
fn check_port(codec: &'static str, f_port: Option<u8>) -> RadioResult<()> {
    match f_port {
        None | Some(1..=223) => Ok(()),
        Some(port) => Err(RadioError::NotAnApplicationPort { codec, port }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_codec_is_found_by_a_name_of_its_own() {
        let names: BTreeSet<_> = codecs().iter().map(|codec| codec.name()).collect();
        assert_eq!(names.len(), codecs().len());
        for name in names {
            assert_eq!(codec(name).unwrap().name(), name);
        }
        assert!(codec("milesight").is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_codec_panic(port: Option<u8>, bytes: Vec<u8>) {
            for codec in codecs() {
                let _ = codec.decode(port, &bytes);
            }
        }
    }
}
