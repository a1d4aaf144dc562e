//! Scenarios from files.

use std::path::Path;

use simulator::scenario::Scenario;

use crate::error::{ApiError, ApiResult};

/// No file of a scenario is longer, in bytes.
const MAX_BYTES: u64 = 1_048_576;

/// Reads a scenario: YAML or JSON, or TOML where the name ends so.
///
/// # Errors
/// Files that cannot be read, are too long, or hold no scenario that can be used, with file, line or key.
pub(crate) fn read_scenario(path: &Path) -> ApiResult<Scenario> {
    let unreadable = |source| gis_data::GisError::Io {
        action: "read",
        path: path.into(),
        source,
    };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_BYTES {
        return Err(ApiError::InvalidOption {
            option: "the length of the scenario in bytes",
            value: length.to_string().into(),
            expected: "up to 1048576",
        });
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let is_toml = path.extension().is_some_and(|ending| ending == "toml");
    let read = if is_toml {
        Scenario::parse_toml(&text)
    } else {
        Scenario::parse(&text)
    };
    read.map_err(|source| ApiError::Scenario {
        path: path.into(),
        source,
    })
}
