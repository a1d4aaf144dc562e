use std::collections::BTreeSet;
use std::error::Error as _;

use serde_json::Value;

use super::*;
use crate::radio::shared;

/// The bytes of hexadecimal digits, with spaces for the eye.
pub(super) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|b| *b != b' ').collect();
    assert_eq!(digits.len() % 2, 0, "half a byte");
    let digit = |b: u8| u8::try_from(char::from(b).to_digit(16).unwrap()).unwrap();
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

/// All that `codec` finds in a frame, as JSON.
pub(super) fn told(codec: &dyn PayloadCodec, port: Option<u8>, bytes: &str) -> String {
    let decoded = codec.decode(port, &hex(bytes)).unwrap();
    serde_json::to_string(&decoded.measurements).unwrap()
}

/// Why `codec` refuses a frame; it always says who refuses.
pub(super) fn error_of(codec: &dyn PayloadCodec, port: Option<u8>, bytes: &str) -> String {
    let error = codec.decode(port, &hex(bytes)).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with(codec.name()), "{message}");
    assert!(error.source().is_none());
    message
}

#[test]
fn each_codec_is_found_by_a_name_of_its_own() {
    let names: BTreeSet<_> = codecs().iter().map(|codec| codec.name()).collect();
    assert_eq!(names.len(), codecs().len());
    for name in names {
        assert_eq!(codec(name).unwrap().name(), name);
    }
    assert!(codec("milesight").is_none());
}

#[test]
fn a_frame_without_port_and_payload_says_nothing() {
    for codec in codecs() {
        let decoded = codec.decode(None, &[]).unwrap();
        assert_eq!(decoded, Decoded::default(), "{}", codec.name());
    }
}

#[rstest::rstest]
#[case::mac_commands(0)]
#[case::certification(224)]
#[case::reserved(255)]
fn a_port_that_is_not_the_applications_is_refused(#[case] port: u8) {
    for codec in codecs() {
        let error = codec.decode(Some(port), &[]).unwrap_err();
        assert!(matches!(error, RadioError::NotAnApplicationPort { port: p, .. } if p == port));
    }
}

/// One frame of each vendor is refused by the codecs of all others.
#[test]
fn a_frame_is_read_by_its_own_codec_only() {
    let frames = [
        ("milesight-em4", "01755C0367010104824408050001"),
        (
            "milesight-em500-udl",
            "01756403821E0083E91E0001000120CE000000001E00",
        ),
        (
            "milesight-em410-rdl",
            "01756403671001048 22C0105000106c72003",
        ),
        ("milesight-ws201", "01756403823E0004D645"),
        ("dragino-ldds", "0B450B050001 0501"),
        ("dragino-llds12", "0D5C00000B1801B1001E01"),
        ("decentlab-dl-mbx", "02012F000304D200010BB1"),
        ("terabee-lm-xl", "05DC000E1000"),
        ("cayenne-lpp", "0367011005 6700FF"),
        ("senml", "81a200616102190400"),
    ];
    for (owner, bytes) in frames {
        for codec in codecs() {
            let port = codec.default_port();
            let is_read = codec.decode(Some(port), &hex(bytes)).is_ok();
            assert_eq!(
                is_read,
                codec.name().starts_with(owner),
                "{bytes} by {}",
                codec.name()
            );
        }
    }
}

#[test]
fn the_published_examples_read_as_they_are_meant() {
    let Some(text) = shared::read("data/sensors/codecs/codec_examples.json") else {
        return;
    };
    let examples: Vec<Value> = serde_json::from_slice(&text).unwrap();
    let mut count = 0;
    for example in examples {
        let codec = codec(example["device"].as_str().unwrap()).unwrap();
        let bytes = hex(example["bytes"].as_str().unwrap());
        let port = u8::try_from(example["fPort"].as_u64().unwrap()).unwrap();
        let decoded = codec.decode(Some(port), &bytes);
        count += 1;
        if example["errors"].is_array() {
            assert!(decoded.is_err(), "{example}");
            continue;
        }
        let measurements = decoded.unwrap().measurements;
        let told = serde_json::to_value(&measurements).unwrap();
        let mut is_compared = false;
        for (name, expected) in expectations(&example) {
            assert_eq!(told[name], expected, "{name} of {example}");
            is_compared = true;
        }
        assert!(is_compared, "{example}");
    }
    assert_eq!(count, 8);
}

/// What an example says, under our names.
fn expectations(example: &Value) -> Vec<(&'static str, Value)> {
    let data = &example["data"];
    let (distance, battery) = (&data["distance"], &data["battery_voltage"]);
    // The device repository's decoder is wrong about this one, as the note beside it says.
    if distance == "No Sensor" {
        return vec![("distance_mm", 2821.into()), ("battery_v", 3.612.into())];
    }
    let distance = match &distance["value"] {
        Value::Null => distance.clone(),
        value => value.clone(),
    };
    let tilt = data["position"]
        .as_str()
        .map(|position| (position == "tilt").into());
    let samples = &data["number_of_valid_samples"]["value"];
    [
        ("distance_mm", distance),
        ("battery_pct", data["battery"].clone()),
        ("temperature_c", data["temperature"].clone()),
        ("tilt", tilt.unwrap_or_default()),
        ("temperature_alarm", data["temperature_alarm"].clone()),
        ("distance_alarm", data["distance_alarm"].clone()),
        ("device_id", data["device_id"].clone()),
        ("samples", samples.clone()),
        ("battery_v", battery["value"].clone()),
    ]
    .into_iter()
    .filter(|(_, expected)| !expected.is_null())
    .collect()
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_a_codec_panic(port: Option<u8>, bytes: Vec<u8>) {
        for codec in codecs() {
            let _ = codec.decode(port, &bytes);
        }
    }

    /// What a reading says is what is left of everything that was told.
    #[test]
    fn nothing_is_believed_that_is_not_told(bytes in proptest::collection::vec(0_u8.., 0..32)) {
        for codec in codecs() {
            let Ok(decoded) = codec.decode(None, &bytes) else { continue };
            let told = |name| decoded.measurements.get(name).is_some();
            let reading = decoded.reading;
            proptest::prop_assert!(reading.distance_mm.is_none() || told("distance_mm"));
            proptest::prop_assert!(reading.temperature.is_none() || told("temperature_c"));
            proptest::prop_assert!(reading.battery.is_none() || told("battery_pct"));
            proptest::prop_assert!(reading.is_tilted.is_none() || told("tilt"));
            proptest::prop_assert!(!reading.is_distance_doubtful || !decoded.warnings.is_empty());
        }
    }
}
