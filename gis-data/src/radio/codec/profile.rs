//! Codecs that somebody declares in a file, for sensors that this program does not know.

mod field;
mod file;

use twin_core::Reading;

use self::field::{Field, Reads};
use super::{PayloadCodec, check_frame, check_port};
use crate::radio::decoded::{Decoded, Draft};
use crate::radio::error::{RadioError, RadioResult};

/// A codec for frames with fields in fixed places, declared in TOML.
///
/// ```
/// use gis_data::radio::{PayloadCodec as _, Profile};
///
/// let profile = Profile::parse(
///     r#"
///     name = "acme-level"
///     port = 7               # frames on other ports are refused
///     lengths = [6, 8]       # so are frames of other lengths
///     starts_with = "a1"     # and with other first bytes
///     byte_order = "little"  # "big" unless told; a field may have its own
///
///     [[field]]
///     name = "distance"      # with its unit, a standard name where there is one: distance_mm
///     unit = "cm"
///     offset = 1             # from the end where it is negative
///     type = "u16"           # u8 i8 u16 i16 u24 i24 u32 i32 f32 bool
///     invalid = [0, 65535]   # as they stand in the frame
///     range = [2, 500]       # in the unit
///
///     [[field]]
///     name = "battery"
///     unit = "V"
///     offset = -3
///     type = "u16"
///     bits = [0, 14]         # the lowest bit and how many
///     scale = 0.001          # times this, …
///     add = 0                # … plus this
///
///     [[field]]
///     name = "tilt"
///     offset = -1
///     type = "bool"
///     if_length = [6]        # only in frames of these lengths
///     if_first_byte = [0xa1] # … and with one of these first bytes
///     "#,
/// )?;
/// let decoded = profile.decode(Some(7), &[0xa1, 0x5d, 0x00, 0x45, 0xcb, 0x01])?;
/// let told = serde_json::to_string(&decoded.measurements).unwrap();
/// assert_eq!(told, r#"{"distance_mm":930,"battery_v":2.885,"tilt":true}"#);
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
///
/// A field that lies outside the frame refuses it, unless it is `optional`. With `after = "0367"`
/// an offset counts from behind the first such bytes, and there is no field where they are not.
#[derive(Clone, Debug)]
pub struct Profile {
    name: Box<str>,
    version: u16,
    port: Option<u8>,
    lengths: Vec<usize>,
    starts_with: Vec<u8>,
    fields: Vec<Field>,
}

impl Profile {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// [`RadioError::InvalidProfile`], with the line.
    pub fn parse(text: &str) -> RadioResult<Self> {
        file::parse(text)
    }

    fn check(&self, bytes: &[u8]) -> RadioResult<()> {
        if !self.lengths.is_empty() && !self.lengths.contains(&bytes.len()) {
            let lengths: Vec<String> = self.lengths.iter().map(ToString::to_string).collect();
            return Err(self.wrong_length(bytes, &lengths.join(" or ")));
        }
        let expected = self.starts_with.iter().enumerate();
        for (offset, expected) in expected {
            match bytes.get(offset) {
                Some(found) if found == expected => {}
                Some(found) => {
                    return Err(RadioError::UnexpectedValue {
                        codec: self.name.clone(),
                        offset,
                        found: (*found).into(),
                        expected: format!("0x{expected:02x}").into(),
                    });
                }
                None => return Err(self.wrong_length(bytes, "a longer one")),
            }
        }
        Ok(())
    }

    fn wrong_length(&self, bytes: &[u8], expected: &str) -> RadioError {
        RadioError::WrongLength {
            codec: self.name.clone(),
            length: bytes.len(),
            expected: expected.into(),
        }
    }
}

impl PayloadCodec for Profile {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self) -> u16 {
        self.version
    }

    fn default_port(&self) -> u8 {
        self.port.unwrap_or(1)
    }

    fn decode(&self, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<Decoded> {
        let mut draft = Draft::default();
        if check_frame(&self.name, f_port, bytes)? {
            return Ok(draft.finish());
        }
        if let Some(port) = self.port {
            check_port(&self.name, f_port, port)?;
        }
        self.check(bytes)?;
        let mut is_any_there = false;
        for field in &self.fields {
            match field.read(&mut draft, bytes) {
                Reads::Absent => {}
                Reads::Told => is_any_there = true,
                Reads::Outside {
                    offset,
                    needed,
                    left,
                } => {
                    return Err(RadioError::TruncatedChannel {
                        codec: self.name.clone(),
                        offset,
                        needed,
                        left,
                    });
                }
            }
        }
        if !is_any_there {
            return Err(self.wrong_length(bytes, "one that has a field"));
        }
        Ok(draft.finish())
    }

    /// A profile only says how to read.
    fn encode(&self, _reading: &Reading) -> Option<Vec<u8>> {
        None
    }
}

#[cfg(test)]
mod tests;
