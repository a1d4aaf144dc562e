use proptest::prelude::*;

use super::*;
use crate::radio::codec::tests::{error_of, hex, told};

/// The LDDS75 in its newer firmware, as somebody may declare it.
const LDDS75: &str = r#"name = "our-ldds75"
port = 2
lengths = [8]
[[field]]
name = "battery"
unit = "mV"
offset = 0
type = "u16"
bits = [0, 14]
[[field]]
name = "distance"
unit = "mm"
offset = 2
type = "u16"
invalid = [0]
range = [280, 7500]
[[field]]
name = "temperature"
unit = "Cel"
offset = 5
type = "i16"
scale = 0.1
"#;

fn profile(field: &str) -> Profile {
    Profile::parse(&format!("name = \"x\"\n[[field]]\n{field}\n")).unwrap()
}

fn why(text: &str) -> String {
    Profile::parse(text).unwrap_err().to_string()
}

#[test]
fn a_profile_reads_what_the_codec_of_the_device_reads() {
    let profile = Profile::parse(LDDS75).unwrap();
    assert_eq!(
        (profile.name(), profile.label().as_ref()),
        ("our-ldds75", "our-ldds75/1")
    );
    let expected = r#"{"battery_v":2.885,"distance_mm":2821,"temperature_c":-19.3}"#;
    assert_eq!(told(&profile, Some(2), "0B450B0500FF3F01"), expected);
    let decoded = profile.decode(Some(2), &hex("0B450B0500FF3F01")).unwrap();
    assert_eq!(decoded.reading.distance_mm, Some(2821));

    let decoded = profile.decode(Some(2), &hex("0B45000000000001"));
    let decoded = decoded.unwrap();
    assert!(decoded.measurements.get("distance_mm").is_none());
    assert_eq!(
        decoded.warnings[0].to_string(),
        "no distance_mm: 0 stands for none"
    );
    let decoded = profile.decode(Some(2), &hex("0B4500FF00000001")).unwrap();
    assert!(
        decoded.warnings[0]
            .to_string()
            .contains("255 is implausible, expected 280 to 7500")
    );

    assert!(error_of(&profile, Some(3), "0B450B0500FF3F01").contains("port 3, expected 2"));
    assert!(error_of(&profile, Some(2), "0B450B05").contains("4 bytes, expected 8"));
    assert_eq!(profile.encode(&Reading::default()), None);
}

#[rstest::rstest]
#[case::u8("type = \"u8\"", "fe", "254")]
#[case::i8("type = \"i8\"", "fe", "-2")]
#[case::u16("type = \"u16\"", "0102", "258")]
#[case::little("type = \"u16\"\nbyte_order = \"little\"", "0102", "513")]
#[case::i16("type = \"i16\"", "fffe", "-2")]
#[case::u24("type = \"u24\"", "010203", "66051")]
#[case::i24("type = \"i24\"\nbyte_order = \"little\"", "feffff", "-2")]
#[case::u32("type = \"u32\"", "ffffffff", "4294967295")]
#[case::i32("type = \"i32\"", "80000000", "-2147483648")]
#[case::f32("type = \"f32\"", "41ac0000", "21.5")]
#[case::f32_little("type = \"f32\"\nbyte_order = \"little\"", "0000ac41", "21.5")]
#[case::flag("type = \"bool\"", "02", "true")]
#[case::a_bit("type = \"bool\"\nbits = [7, 1]", "7f", "false")]
#[case::bits("type = \"u16\"\nbits = [4, 8]", "abcd", "188")]
#[case::signed_bits("type = \"i16\"\nbits = [0, 4]", "000e", "-2")]
#[case::all_bits("type = \"u32\"\nbits = [0, 32]", "ffffffff", "4294967295")]
#[case::scaled("type = \"i16\"\nscale = 0.1\nadd = -40", "0101", "-14.3")]
fn a_field_is_read_by_its_type(#[case] field: &str, #[case] bytes: &str, #[case] value: &str) {
    let profile = profile(&format!("name = \"v\"\noffset = 0\n{field}"));
    assert_eq!(told(&profile, None, bytes), format!("{{\"v\":{value}}}"));
}

#[rstest::rstest]
#[case::from_the_end("offset = -2\ntype = \"u16\"", "00000102", "{\"v\":258}")]
#[case::behind_a_marker("offset = 0\nafter = \"0367\"\ntype = \"u8\"", "aa036705", "{\"v\":5}")]
#[case::by_length("offset = 0\ntype = \"u8\"\nif_length = [3]", "070000", "{\"v\":7}")]
#[case::by_first_byte("offset = 1\ntype = \"u8\"\nif_first_byte = [2]", "0209", "{\"v\":9}")]
fn a_field_has_a_place(#[case] field: &str, #[case] bytes: &str, #[case] expected: &str) {
    assert_eq!(
        told(&profile(&format!("name = \"v\"\n{field}")), None, bytes),
        expected
    );
}

#[rstest::rstest]
#[case::beyond_the_end("offset = 3\ntype = \"u16\"", "00000000", "needs 2 bytes at byte 3")]
#[case::before_the_start("offset = -9\ntype = \"u8\"", "0000", "needs 1 bytes at byte 0")]
#[case::no_marker(
    "offset = 0\nafter = \"0367\"\ntype = \"u8\"",
    "aa",
    "one that has a field"
)]
#[case::optional(
    "offset = 9\ntype = \"u8\"\noptional = true",
    "00",
    "one that has a field"
)]
#[case::another_first_byte("offset = 0\ntype = \"u8\"\nif_first_byte = [2]", "03", "has a field")]
fn a_frame_without_the_field_is_refused(
    #[case] field: &str,
    #[case] bytes: &str,
    #[case] why: &str,
) {
    let message = error_of(&profile(&format!("name = \"v\"\n{field}")), None, bytes);
    assert!(message.contains(why), "{message}");
}

#[test]
fn a_number_that_is_none_is_not_told() {
    let profile = profile("name = \"v\"\noffset = 0\ntype = \"f32\"");
    let decoded = profile.decode(None, &hex("7fc00000")).unwrap();
    assert!(decoded.measurements.is_empty());
    assert_eq!(decoded.warnings[0].to_string(), "no v: NaN stands for none");
}

#[rstest::rstest]
#[case::unknown_key("name = \"x\"\nprot = 2", "line 2: unknown field `prot`")]
#[case::unknown_key_of_a_field(
    "name = \"x\"\n[[field]]\nname = \"v\"\noffset = 0\ntype = \"u8\"\nscal = 2",
    "line 6: unknown field `scal`"
)]
#[case::unknown_type(
    "name = \"x\"\n[[field]]\nname = \"v\"\noffset = 0\ntype = \"u64\"",
    "line 5: unknown variant `u64`"
)]
#[case::no_toml("name = ", "line 1: ")]
#[case::no_name("port = 2", "line 1: missing field `name`")]
#[case::bad_name("name = \"a b\"", "line 1: the name 'a b'")]
#[case::port("name = \"x\"\nport = 224", "line 2: port is 224, expected 1 to 223")]
#[case::no_fields("name = \"x\"\n", "line 2: it has 0 fields")]
#[case::start(
    "name = \"x\"\nstarts_with = \"0g\"",
    "line 2: '0g' is no row of bytes"
)]
#[case::far_away(
    "name = \"x\"\n[[field]]\nname = \"v\"\noffset = 242\ntype = \"u8\"",
    "line 2: field 'v': offset is 242, and a frame has up to 242 bytes"
)]
#[case::too_many_bits(
    "name = \"x\"\n[[field]]\nname = \"v\"\noffset = 0\ntype = \"u8\"\nbits = [1, 8]",
    "line 2: field 'v': bits [1, 8] are not of 8"
)]
#[case::bits_of_a_float(
    "name = \"x\"\n[[field]]\nname = \"v\"\noffset = 0\ntype = \"f32\"\nbits = [0, 8]",
    "bits of a number with a point"
)]
#[case::no_scale(
    "name = \"x\"\n[[field]]\nname = \"v\"\noffset = 0\ntype = \"u8\"\nscale = 0",
    "scale is not 0"
)]
#[case::empty_range(
    "name = \"x\"\n[[field]]\nname = \"v\"\noffset = 0\ntype = \"u8\"\nrange = [2, 1]",
    "range [2, 1] has nothing in it"
)]
fn a_profile_that_makes_no_sense_is_refused_with_its_line(
    #[case] text: &str,
    #[case] expected: &str,
) {
    let message = why(text);
    assert!(message.contains(expected), "{message}");
}

proptest! {
    #[test]
    fn no_bytes_make_a_profile_panic(
        bytes: Vec<u8>,
        offset in -242_i32..242,
        kind in prop::sample::select(vec![
            "u8", "i8", "u16", "i16", "u24", "i24", "u32", "i32", "f32", "bool",
        ]),
        order in prop::sample::select(vec!["big", "little"]),
        lowest in 0_u32..8,
        is_bits: bool,
    ) {
        let bits = if is_bits && kind != "f32" {
            format!("bits = [{lowest}, {}]", 8 - lowest)
        } else {
            String::new()
        };
        let profile = profile(&format!(
            "name = \"distance\"\nunit = \"m\"\noffset = {offset}\ntype = \"{kind}\"\nbyte_order = \"{order}\"\n{bits}"
        ));
        let _ = profile.decode(Some(1), &bytes);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "(name|port|\\[\\[field\\]\\]|offset|=|\"|\n|[0-9a-z.\\-\\[\\] ]){0,40}") {
        let _ = Profile::parse(&text);
    }
}
