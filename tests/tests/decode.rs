//! A person looks at what a sensor's frame says.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::server::{output_of, twin};

fn decode(arguments: &[&str]) -> HarnessResult<Output> {
    let mut command = twin(&["decode"])?;
    command.args(arguments);
    output_of(command)
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a codec tells of a frame.
fn told(codec: &str, port: &str, bytes: &str) -> HarnessResult<Value> {
    let output = decode(&["--codec", codec, "--fport", port, bytes, "--json"])?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    Ok(json_of(&output))
}

#[test]
fn a_frame_is_told_whole_by_standard_names() -> HarnessResult<()> {
    let expected = json!({
        "measurements": {
            "battery_pct": 92,
            "temperature_c": 25.7,
            "distance_mm": 2116,
            "tilt": true,
        },
        "warnings": [],
    });
    let bytes = "01755C0367010104824408050001";
    assert_eq!(told("milesight-em400-mud", "85", bytes)?, expected);
    let bytes = "0x01:75:5c 03 67 01 01 04 82 44 08 05 00 01";
    assert_eq!(told("milesight-em400-mud", "85", bytes)?, expected);
    Ok(())
}

#[test]
fn every_codec_reads_a_frame_of_its_devices() -> HarnessResult<()> {
    // [{"n":"dist","u":"m","v":1.2}]
    let pack = "5b7b226e223a2264697374222c2275223a226d222c2276223a312e327d5d";
    let laser = "0211c90003119b117611bc119e118a119411a811a81194006401990abd";
    let frames = [
        ("milesight-em400-mud", "85", "04824408", json!(2116)),
        ("milesight-em400-tld", "85", "04824408", json!(2116)),
        ("milesight-em400-udl", "85", "8482330701", json!(1843)),
        ("milesight-em500-udl", "85", "01756403821E00", json!(30)),
        ("milesight-em410-rdl", "85", "04822C01", json!(300)),
        ("milesight-ws201", "85", "01756403823E0004D645", json!(62)),
        ("dragino-ldds75", "2", "0B450B0500FF3F01", json!(2821)),
        ("dragino-ldds20", "2", "0B45001400FF3F01", json!(20)),
        ("dragino-ldds45", "2", "0D3B0AEF00000001", json!(2799)),
        ("dragino-llds12", "2", "0D5C00000B1801B1001E01", json!(2840)),
        ("decentlab-dl-lid", "1", laser, json!(4507)),
        (
            "decentlab-dl-mbx",
            "1",
            "02012F000304D200010BB1",
            json!(1234),
        ),
        ("terabee-lm-xl", "1", "05DC000E1000", json!(1500)),
        ("cayenne-lpp", "1", "018200000641", json!(1601)),
        ("senml", "1", pack, json!(1200)),
    ];
    for (codec, port, bytes, distance_mm) in frames {
        let told = told(codec, port, bytes)?;
        assert_eq!(told["measurements"]["distance_mm"], distance_mm, "{codec}");
    }
    Ok(())
}

#[test]
fn a_value_that_is_none_is_left_out_with_a_warning() -> HarnessResult<()> {
    let told = told("dragino-ldds75", "2", "0B45011700010501")?;
    assert_eq!(told["measurements"].get("distance_mm"), None);
    assert_eq!(told["measurements"]["temperature_c"], 26.1);
    let warnings = told["warnings"].as_array().unwrap();
    assert!(
        warnings[0].as_str().unwrap().contains("blind zone"),
        "{told}"
    );
    Ok(())
}

#[test]
fn a_frame_that_cannot_be_of_the_codec_is_refused() -> HarnessResult<()> {
    let refused = [
        (
            &["--codec", "dragino-ldds75", "--fport", "42", "0E1C0B05"][..],
            "port 42, expected 2",
        ),
        (
            &["--codec", "decentlab-dl-lid", "0111c900020abd"],
            "0x01 at byte 0",
        ),
        (
            &["--codec", "terabee-lm-xl", "05DC00"],
            "3 bytes, expected 6",
        ),
        (
            &["--codec", "milesight-em400-mud", "01756403821E00"],
            "channel 03 type 82 at byte 3",
        ),
        (
            &["--codec", "senml", "5b"],
            "cannot read the payload as JSON: EOF",
        ),
        (
            &["--codec", "milesight", "01"],
            "there is no codec 'milesight', expected one of",
        ),
        (
            &["--codec", "senml", "5"],
            "'5' has 1 digits, expected two for each byte",
        ),
        (
            &["--codec", "senml", "5x"],
            "'x' in '5x' is no hexadecimal digit",
        ),
        (&["--codec", "senml", ""], "the frame has no bytes"),
        (
            &["--profile", "nowhere.toml", "00"],
            "cannot read the profile nowhere.toml",
        ),
    ];
    for (arguments, why) in refused {
        let output = decode(&[arguments, &["--json"]].concat())?;
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let told = json_of(&output);
        let error = told["error"].as_str().unwrap();
        assert!(error.contains(why), "{error}");
        assert_eq!(told.as_object().unwrap().len(), 1, "{told}");

        let output = decode(arguments)?;
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        let first = why.split(": ").next().unwrap();
        assert!(stderr.contains(first), "{stderr}");
    }
    Ok(())
}

#[test]
fn a_sensor_that_nobody_knows_is_declared_in_a_file() -> HarnessResult<()> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sensor.toml");
    let read = |text: &str, path: &Path| -> HarnessResult<Output> {
        std::fs::write(path, text).unwrap();
        let path = path.to_str().unwrap();
        decode(&["--profile", path, "--fport", "7", "a15d0045cb", "--json"])
    };
    let profile = "name = \"ours\"\nport = 7\n\
        [[field]]\nname = \"distance\"\nunit = \"cm\"\noffset = 1\ntype = \"u16\"\n\
        byte_order = \"little\"\n\
        [[field]]\nname = \"battery\"\nunit = \"mV\"\noffset = -2\ntype = \"u16\"\n\
        bits = [0, 14]\n";

    let output = read(profile, &path)?;
    assert_eq!(
        json_of(&output),
        json!({"measurements": {"distance_mm": 930, "battery_v": 1.483}, "warnings": []})
    );

    let output = read(&profile.replace("port = 7", "prot = 7"), &path)?;
    assert_eq!(output.status.code(), Some(1));
    let told = json_of(&output);
    let error = told["error"].as_str().unwrap();
    assert!(
        error.contains("sensor.toml: line 2: unknown field `prot`"),
        "{error}"
    );
    Ok(())
}

#[test]
fn a_person_reads_a_table() -> HarnessResult<()> {
    let output = decode(&["--codec", "milesight-em400-mud", "8367E80001", "8482410601"])?;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("temperature_c      23.2\n"), "{text}");
    assert!(
        text.contains("warning: the device raises a distance threshold alarm\n"),
        "{text}"
    );
    Ok(())
}
