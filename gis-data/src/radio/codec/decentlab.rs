//! Decentlab: the laser DL-LID and the ultrasonic DL-MBX, in the vendor's protocol version 2.
//!
//! Version, device number, flags, then the words of each flagged group, big-endian. The layouts are
//! those of `decentlab/decentlab-decoders` (`DL-LID`, `DL-MBX`); the examples in the tests are the
//! vendor's own.

use twin_core::Reading;

use super::bytes::be_u16;
use super::{PayloadCodec, check_frame};
use crate::radio::decoded::{Decoded, Draft, Warning, names};
use crate::radio::error::{RadioError, RadioResult};

/// The codec of one model.
///
/// Every frame names its device (`device_id`). A battery alone is what a device sends whose sensor
/// gave nothing. The DL-LID's distance is the average of its samples, which is the first of the
/// values that the vendor gives; the others stand beside it.
///
/// ```
/// use gis_data::radio::{Decentlab, PayloadCodec as _};
///
/// let bytes = [0x02, 0x01, 0x2f, 0x00, 0x03, 0x04, 0xd2, 0x00, 0x01, 0x0b, 0xb1];
/// let decoded = Decentlab::DL_MBX.decode(Some(1), &bytes)?;
/// assert_eq!(decoded.reading.distance_mm, Some(1234));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Decentlab {
    name: &'static str,
    /// How many words the sensor's group has.
    words: usize,
}

const VERSION: u8 = 2;
const HEADER: usize = 5;
const SENSOR: u16 = 0b01;
const BATTERY: u16 = 0b10;
/// What simulated devices call themselves.
const SIMULATED: u16 = 0;
/// A cell's voltage for most of its life; a reading knows a charge, which tells nothing of it.
const NOMINAL_MV: u16 = 3000;

/// The values of the laser's samples after their average, in the order of the frame.
const SPREAD: [&str; 8] = [
    "distance_min_mm",
    "distance_max_mm",
    "distance_median_mm",
    "distance_p10_mm",
    "distance_p25_mm",
    "distance_p75_mm",
    "distance_p90_mm",
    "distance_mode_mm",
];

impl Decentlab {
    /// The laser sensor.
    pub const DL_LID: Self = Self {
        name: "decentlab-dl-lid",
        words: 11,
    };
    /// The ultrasonic sensor.
    pub const DL_MBX: Self = Self {
        name: "decentlab-dl-mbx",
        words: 2,
    };

    /// The flags of a frame whose header and length are right.
    fn flags(&self, bytes: &[u8]) -> RadioResult<u16> {
        let unexpected = |offset, found, expected: &str| RadioError::UnexpectedValue {
            codec: self.name.into(),
            offset,
            found,
            expected: expected.into(),
        };
        match bytes.first() {
            Some(&VERSION) => {}
            Some(&other) => return Err(unexpected(0, other.into(), "protocol version 2")),
            None => return Err(self.wrong_length(bytes, HEADER)),
        }
        if bytes.len() < HEADER {
            return Err(self.wrong_length(bytes, HEADER));
        }
        let flags = be_u16(bytes, 3);
        if flags & !(SENSOR | BATTERY) != 0 {
            return Err(unexpected(3, flags.into(), "flags of two groups"));
        }
        let sensor = if flags & SENSOR == 0 { 0 } else { self.words };
        let battery = usize::from(flags & BATTERY != 0);
        let expected = HEADER + 2 * (sensor + battery);
        if bytes.len() != expected {
            return Err(self.wrong_length(bytes, expected));
        }
        Ok(flags)
    }

    fn wrong_length(&self, bytes: &[u8], expected: usize) -> RadioError {
        RadioError::WrongLength {
            codec: self.name.into(),
            length: bytes.len(),
            expected: format!("{expected} by its flags").into(),
        }
    }

    fn sensor(&self, draft: &mut Draft, words: &[u8]) {
        let is_laser = self.words > 2;
        let samples = be_u16(words, if is_laser { 18 } else { 2 });
        match be_u16(words, 0) {
            _ if samples == 0 => draft.no_distance(Warning::NoSamples),
            raw @ (0 | u16::MAX) => draft.no_distance(Warning::NoDistance { raw }),
            distance_mm => draft.distance(distance_mm),
        }
        if is_laser && samples > 0 {
            for (nth, name) in SPREAD.into_iter().enumerate() {
                draft.put(name, be_u16(words, 2 + 2 * nth));
            }
        }
        draft.put("samples", samples);
        if is_laser {
            // The device counts 1024 to a second.
            let acquisition = f64::from(be_u16(words, 20)) / 1.024;
            draft.put("acquisition_ms", acquisition);
        }
    }
}

impl PayloadCodec for Decentlab {
    fn name(&self) -> &str {
        self.name
    }

    fn version(&self) -> u16 {
        1
    }

    fn default_port(&self) -> u8 {
        1
    }

    fn decode(&self, f_port: Option<u8>, bytes: &[u8]) -> RadioResult<Decoded> {
        let mut draft = Draft::default();
        if check_frame(self.name, f_port, bytes)? {
            return Ok(draft.finish());
        }
        let flags = self.flags(bytes)?;
        draft.put("device_id", be_u16(bytes, 1));
        let mut offset = HEADER;
        if flags & SENSOR != 0 {
            let words = bytes.get(offset..).unwrap_or_default();
            self.sensor(&mut draft, words);
            offset += 2 * self.words;
        }
        if flags & BATTERY != 0 {
            let volts = f64::from(be_u16(bytes, offset)) / 1000.0;
            draft.put(names::BATTERY_V, volts);
        }
        Ok(draft.finish())
    }

    /// Only distances have a place in the format. One that is doubtful is one without samples.
    fn encode(&self, reading: &Reading) -> Option<Vec<u8>> {
        let (distance_mm, samples) = match reading.distance_mm {
            _ if reading.is_distance_doubtful => (0, 0),
            Some(distance_mm) => (distance_mm, 1),
            None => (0, 0),
        };
        let is_sensor = reading.is_distance_doubtful || samples > 0;
        let flags = if is_sensor { SENSOR | BATTERY } else { BATTERY };
        let mut words = vec![SIMULATED, flags];
        if is_sensor {
            let distances = self.words.saturating_sub(2).max(1);
            words.extend(std::iter::repeat_n(distance_mm, distances));
            words.push(samples);
            words.extend(std::iter::repeat_n(0, self.words - distances - 1));
        }
        words.push(NOMINAL_MV);
        let words = words.into_iter().flat_map(u16::to_be_bytes);
        Some(std::iter::once(VERSION).chain(words).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::radio::codec::tests::{error_of, hex, told};

    const LID: &str = "0211c90003119b117611bc119e118a119411a811a81194006401990abd";

    // The examples of the vendor's decoders, which The Things Network's device repository has, too.
    #[rstest::rstest]
    #[case::laser(
        Decentlab::DL_LID, LID,
        r#"{"device_id":4553,"distance_mm":4507,"distance_min_mm":4470,"distance_max_mm":4540,"distance_median_mm":4510,"distance_p10_mm":4490,"distance_p25_mm":4500,"distance_p75_mm":4520,"distance_p90_mm":4520,"distance_mode_mm":4500,"samples":100,"acquisition_ms":399.4140625,"battery_v":2.749}"#
    )]
    #[case::laser_without_distance(
        Decentlab::DL_LID,
        "0211c900020abd",
        r#"{"device_id":4553,"battery_v":2.749}"#
    )]
    #[case::ultrasonic(
        Decentlab::DL_MBX,
        "02012F000304D200010BB1",
        r#"{"device_id":303,"distance_mm":1234,"samples":1,"battery_v":2.993}"#
    )]
    #[case::ultrasonic_without_distance(
        Decentlab::DL_MBX,
        "02012F00020BB1",
        r#"{"device_id":303,"battery_v":2.993}"#
    )]
    fn a_frame_tells_what_it_has(
        #[case] codec: Decentlab,
        #[case] bytes: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(told(&codec, Some(1), bytes), expected);
        let decoded = codec.decode(Some(1), &hex(bytes)).unwrap();
        assert_eq!(decoded.warnings, []);
        assert!(!decoded.reading.is_distance_doubtful);
    }

    #[test]
    fn a_distance_of_no_sample_is_none() {
        let decoded = Decentlab::DL_MBX.decode(None, &hex("02012F000304D200000BB1"));
        let decoded = decoded.unwrap();
        assert_eq!(decoded.warnings, [Warning::NoSamples]);
        assert!(decoded.reading.is_distance_doubtful && decoded.reading.distance_mm.is_none());
    }

    #[rstest::rstest]
    #[case::version(
        Decentlab::DL_LID,
        "0111c900020abd",
        "0x01 at byte 0, expected protocol version 2"
    )]
    #[case::empty(Decentlab::DL_LID, "", "no frames of 0 bytes")]
    #[case::half_a_header(Decentlab::DL_LID, "0211c9", "no frames of 3 bytes, expected 5")]
    #[case::flags(
        Decentlab::DL_MBX,
        "02012F000704D200010BB1",
        "0x07 at byte 3, expected flags"
    )]
    #[case::ultrasonic_as_laser(
        Decentlab::DL_LID,
        "02012F000304D200010BB1",
        "11 bytes, expected 29"
    )]
    #[case::laser_as_ultrasonic(Decentlab::DL_MBX, LID, "29 bytes, expected 11")]
    #[case::cut_off(Decentlab::DL_MBX, "02012F000304D200010B", "10 bytes, expected 11")]
    fn a_frame_of_another_device_is_refused(
        #[case] codec: Decentlab,
        #[case] bytes: &str,
        #[case] why: &str,
    ) {
        let message = error_of(&codec, Some(1), bytes);
        assert!(message.contains(why), "{message}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            distance_mm in proptest::option::of(1..u16::MAX),
            is_distance_doubtful: bool,
        ) {
            let is_distance_doubtful = is_distance_doubtful && distance_mm.is_none();
            let reading = Reading { distance_mm, is_distance_doubtful, ..Reading::default() };
            for codec in [Decentlab::DL_LID, Decentlab::DL_MBX] {
                let bytes = codec.encode(&reading).unwrap();
                prop_assert_eq!(codec.decode(Some(1), &bytes).unwrap().reading, reading);
            }
        }
    }
}
