//! Profiles by name or by file.

use std::path::Path;

use simulator::roads::Profile;

use crate::error::{ApiError, ApiResult};

/// A built-in profile by its name, or one in a file whose name ends in `.toml`.
pub(crate) fn profile(name_or_file: &str) -> ApiResult<Profile> {
    let path = Path::new(name_or_file);
    if path.extension().is_none_or(|ending| ending != "toml") {
        return Profile::built_in(name_or_file).ok_or_else(|| ApiError::UnknownProfile {
            name: name_or_file.into(),
        });
    }
    let text = std::fs::read_to_string(path).map_err(|source| gis_data::GisError::Io {
        action: "read",
        path: path.into(),
        source,
    })?;
    Profile::parse(&text).map_err(|source| ApiError::Profile {
        path: path.into(),
        source,
    })
}
