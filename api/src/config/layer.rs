//! One layer of settings, from a file, the environment or flags; nothing is required in it.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use gis_data::import::embedded::Preset;
use serde::{Deserialize, Deserializer, Serialize};
use twin_core::{Timestamp, TwinResult};

use super::ClockRate;
use crate::error::{ApiError, ApiResult};

/// Settings from one place; what is `None` is left to the layers below.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct RawConfig {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080] [env: TWIN_LISTEN]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,

    /// Folder that keeps the journal [default: ./data] [env: TWIN_DATA]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Pack to serve [default: the embedded, synthetic territory] [env: TWIN_PACK]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack: Option<PathBuf>,

    /// Sensors of the embedded territory: target-2023, demo-2022 or as-built [default: target-2023] [env: TWIN_PRESET]
    #[arg(long, value_name = "PRESET", conflicts_with = "pack")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,

    /// Where a simulated clock starts, as 2025-06-01 (midnight UTC) or RFC 3339 [default: now] [env: TWIN_DATE]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    #[serde(
        default,
        deserialize_with = "read_date",
        skip_serializing_if = "Option::is_none"
    )]
    pub date: Option<Timestamp>,

    /// How fast a simulated clock runs, as 1x or 60x [default: 1x] [env: TWIN_CLOCK]
    #[arg(long, value_name = "RATE")]
    pub clock: Option<ClockRate>,

    /// Changes that are kept in full; of older ones, levels by the hour stay [default: 5000000] [env: TWIN_KEEP_CHANGES]
    #[arg(long, value_name = "N")]
    pub keep_changes: Option<u64>,

    /// For how many days those are kept [default: 730] [env: TWIN_KEEP_HOURS_FOR_DAYS]
    #[arg(long, value_name = "DAYS")]
    pub keep_hours_for_days: Option<u32>,

    /// From whom alarms are mailed, as alerts@example.org [env: TWIN_ALARM_MAIL_FROM]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm_mail_from: Option<String>,

    /// To whom alarms are mailed, separated by commas [env: TWIN_ALARM_MAIL_TO]
    #[arg(long, value_name = "ADDRESSES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm_mail_to: Option<String>,
}

impl RawConfig {
    /// Reads a configuration file.
    pub fn from_file(path: &Path) -> ApiResult<Self> {
        let text = std::fs::read_to_string(path).map_err(|source| ApiError::ReadConfig {
            path: path.into(),
            source,
        })?;
        Self::from_toml(&text).map_err(|source| ApiError::ParseConfig {
            path: path.into(),
            source: Box::new(source),
        })
    }

    /// Reads the text of a configuration file; an unknown key is refused.
    pub(crate) fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Reads the settings out of environment variables, which `lookup` finds by name.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<OsString>) -> ApiResult<Self> {
        Ok(Self {
            listen: variable(&lookup, "TWIN_LISTEN", SocketAddr::from_str)?,
            data: lookup("TWIN_DATA").map(PathBuf::from),
            pack: lookup("TWIN_PACK").map(PathBuf::from),
            preset: variable(&lookup, "TWIN_PRESET", Preset::from_str)?,
            date: variable(&lookup, "TWIN_DATE", parse_date)?,
            clock: variable(&lookup, "TWIN_CLOCK", ClockRate::from_str)?,
            keep_changes: variable(&lookup, "TWIN_KEEP_CHANGES", u64::from_str)?,
            keep_hours_for_days: variable(&lookup, "TWIN_KEEP_HOURS_FOR_DAYS", u32::from_str)?,
            alarm_mail_from: variable(&lookup, "TWIN_ALARM_MAIL_FROM", String::from_str)?,
            alarm_mail_to: variable(&lookup, "TWIN_ALARM_MAIL_TO", String::from_str)?,
        })
    }

    /// These settings; where one is missing, that of `lower`.
    #[must_use]
    pub fn over(self, lower: Self) -> Self {
        Self {
            listen: self.listen.or(lower.listen),
            data: self.data.or(lower.data),
            pack: self.pack.or(lower.pack),
            preset: self.preset.or(lower.preset),
            date: self.date.or(lower.date),
            clock: self.clock.or(lower.clock),
            keep_changes: self.keep_changes.or(lower.keep_changes),
            keep_hours_for_days: self.keep_hours_for_days.or(lower.keep_hours_for_days),
            alarm_mail_from: self.alarm_mail_from.or(lower.alarm_mail_from),
            alarm_mail_to: self.alarm_mail_to.or(lower.alarm_mail_to),
        }
    }
}

fn variable<T, E>(
    lookup: impl Fn(&str) -> Option<OsString>,
    name: &'static str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> ApiResult<Option<T>>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let Some(value) = lookup(name) else {
        return Ok(None);
    };
    let Some(text) = value.to_str() else {
        return Err(ApiError::NotUnicode { name });
    };
    parse(text)
        .map(Some)
        .map_err(|source| ApiError::Environment {
            name,
            source: source.into(),
        })
}

/// Reads `2025-06-01` as that day's midnight in UTC, and anything else as RFC 3339.
pub(crate) fn parse_date(text: &str) -> TwinResult<Timestamp> {
    if text.len() == "2025-06-01".len()
        && let Ok(midnight) = format!("{text}T00:00:00Z").parse()
    {
        return Ok(midnight);
    }
    text.parse()
}

fn read_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_date(&text)
        .map(Some)
        .map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file =
            RawConfig::from_toml("data = 'file'\nclock = '2x'\nlisten = '127.0.0.1:1'").unwrap();
        let environment = RawConfig::from_environment(|name| match name {
            "TWIN_DATA" => Some("environment".into()),
            "TWIN_CLOCK" => Some("3x".into()),
            _ => None,
        });
        let flags = RawConfig {
            data: Some("flags".into()),
            ..RawConfig::default()
        };

        let outcome = flags.over(environment.unwrap()).over(file);

        assert_eq!(outcome.data, Some("flags".into()));
        assert_eq!(outcome.clock, Some("3x".parse().unwrap()));
        assert_eq!(outcome.listen, Some("127.0.0.1:1".parse().unwrap()));
    }

    #[rstest::rstest]
    #[case::listen("TWIN_LISTEN", "here")]
    #[case::preset("TWIN_PRESET", "target")]
    #[case::date("TWIN_DATE", "2025-13-01")]
    #[case::clock("TWIN_CLOCK", "fast")]
    fn a_refused_variable_is_named(#[case] variable: &str, #[case] value: &str) {
        let error = RawConfig::from_environment(|name| (name == variable).then(|| value.into()));
        assert!(error.unwrap_err().to_string().contains(variable));
    }

    #[rstest::rstest]
    #[case::unknown_key("listn = '127.0.0.1:1'", "listn")]
    #[case::token_in_a_file("operator_token = 'x'", "operator_token")]
    #[case::bad_value("clock = '0x'", "'0x' is no clock rate")]
    fn a_refused_file_says_why(#[case] text: &str, #[case] reason: &str) {
        let error = RawConfig::from_toml(text).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }

    #[rstest::rstest]
    #[case::a_day("2025-06-01", "2025-06-01T00:00:00.000Z")]
    #[case::an_instant("2025-06-01T12:00:00+02:00", "2025-06-01T10:00:00.000Z")]
    fn a_date_is_a_day_or_an_instant(#[case] text: &str, #[case] instant: &str) {
        assert_eq!(parse_date(text).unwrap().to_string(), instant);
    }
}
