//! `twin decode`: what a frame of a sensor says.

mod hex;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gis_data::radio::{
    Decoded, Measured, Measurements, PayloadCodec, Profile, Warning, codec, codecs,
};
use serde::Serialize;

use super::{print, print_json};
use crate::error::{ApiError, ApiResult, with_causes};

/// Read the payload of a LoRaWAN frame as a sensor's codec does.
///
/// Ends with status 1, and with --json tells {"error"}, where the frame cannot be of such a sensor.
///
/// Example: twin decode --codec milesight-em400-mud --fport 85 01755C0367010104824408050001
///
/// Example: twin decode --profile our-sensor.toml --json a1:5d:00:45:cb:01
#[derive(Debug, clap::Args)]
pub struct DecodeCommand {
    /// Read it with the codec of this name
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present = "profile",
        conflicts_with = "profile"
    )]
    codec: Option<String>,

    /// Read it as this file declares (TOML)
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,

    /// The port that the frame came in on; any, where it is not told
    #[arg(long, value_name = "N")]
    fport: Option<u8>,

    /// The payload in hexadecimal digits; spaces, colons and 0x may stand between the bytes
    #[arg(value_name = "HEX", required = true)]
    hex: Vec<String>,

    /// Print what it says as JSON
    #[arg(long)]
    json: bool,
}

/// What is told of a frame.
#[derive(Debug, Serialize)]
struct Told<'a> {
    measurements: &'a Measurements,
    warnings: &'a [Warning],
}

/// What is told of a frame that is not read.
#[derive(Debug, Serialize)]
struct Refused {
    error: String,
}

impl DecodeCommand {
    /// Reads and tells.
    pub fn run(&self) -> ApiResult<ExitCode> {
        match self.decode() {
            Ok(Decoded {
                measurements,
                warnings,
                ..
            }) => {
                if self.json {
                    print_json(&Told {
                        measurements: &measurements,
                        warnings: &warnings,
                    })?;
                } else {
                    print(&to_text(&measurements, &warnings))?;
                }
                Ok(ExitCode::SUCCESS)
            }
            Err(error) if self.json => {
                print_json(&Refused {
                    error: with_causes(&error),
                })?;
                Ok(ExitCode::FAILURE)
            }
            Err(error) => Err(error),
        }
    }

    fn decode(&self) -> ApiResult<Decoded> {
        let bytes = hex::bytes(&self.hex)?;
        if let Some(path) = &self.profile {
            return read(&profile(path)?, self.fport, &bytes);
        }
        let name = self.codec.as_deref().unwrap_or_default();
        let codec = codec(name).ok_or_else(|| ApiError::UnknownCodec {
            name: name.into(),
            known: known_codecs().into(),
        })?;
        read(codec, self.fport, &bytes)
    }
}

fn read(codec: &dyn PayloadCodec, f_port: Option<u8>, bytes: &[u8]) -> ApiResult<Decoded> {
    codec.decode(f_port, bytes).map_err(ApiError::Frame)
}

fn profile(path: &Path) -> ApiResult<Profile> {
    let text = std::fs::read_to_string(path).map_err(|source| ApiError::ReadSensorProfile {
        path: path.into(),
        source,
    })?;
    Profile::parse(&text).map_err(|source| ApiError::SensorProfile {
        path: path.into(),
        source,
    })
}

fn known_codecs() -> String {
    let names: Vec<&str> = codecs().iter().map(|codec| codec.name()).collect();
    names.join(", ")
}

/// A table that a person can read, and the warnings below it.
fn to_text(measurements: &Measurements, warnings: &[Warning]) -> String {
    let mut lines = Vec::new();
    if measurements.is_empty() {
        lines.push("the frame measures nothing".to_owned());
    }
    let width = measurements.iter().map(|(name, _)| name.len()).max();
    let width = width.unwrap_or_default();
    for (name, value) in measurements.iter() {
        lines.push(format!("{name:width$}  {value}"));
        if let Measured::List(entries) = value {
            lines.extend(entries.iter().map(|entry| in_one_line(entry, width)));
        }
    }
    lines.extend(warnings.iter().map(|warning| format!("warning: {warning}")));
    lines.join("\n") + "\n"
}

/// An earlier entry, below the name of its list.
fn in_one_line(entry: &Measurements, indent: usize) -> String {
    let values = entry.iter().map(|(name, value)| format!("{name} {value}"));
    let values: Vec<String> = values.collect();
    format!("{:indent$}  {}", "", values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_table_that_a_person_can_read() {
        let codec = codec("milesight-em410-rdl").unwrap();
        let bytes = hex::bytes(&["017564 050001 8482410601 20CE00105E5F2C01CEFF640000".to_owned()]);
        let decoded = codec.decode(Some(85), &bytes.unwrap()).unwrap();
        let text = to_text(&decoded.measurements, &decoded.warnings);
        let expected = "\
battery_pct     100
tilt            yes
distance_mm     1601
distance_alarm  threshold_alarm
history         1 entries
                time_s 1600000000, distance_mm 300, temperature_c -5
warning: the device raises a distance threshold alarm
";
        assert_eq!(text, expected);
        let nothing = to_text(&Measurements::default(), &[]);
        assert_eq!(nothing, "the frame measures nothing\n");
    }
}
