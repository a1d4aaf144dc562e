//! What cannot be read or written, and why.

use std::path::PathBuf;

/// Short for results that fail with a [`GisError`].
pub type GisResult<T> = Result<T, GisError>;

/// A file, a frame or a reference system that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GisError {
    /// A file or folder cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `write`, `create`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// A planar reference system that is not known.
    #[error("'{name}' is no known planar reference system; EPSG:2154 is one")]
    UnknownCrs {
        /// The name that was given.
        name: Box<str>,
    },

    /// A file of facts about a territory that does not have the expected form.
    #[error("{file} is no file of facts about a territory")]
    InvalidFacts {
        /// The file.
        file: &'static str,
        /// What the reader of TOML says.
        #[source]
        source: Box<toml::de::Error>,
    },

    /// A file of facts names a commune that it does not list.
    #[error("'{commune}', named in {field} of {file}, is none of its communes")]
    UnlistedCommune {
        /// The file.
        file: &'static str,
        /// The field that names the commune.
        field: &'static str,
        /// The name of the commune.
        commune: Box<str>,
    },

    /// Facts from which no outlines of the wanted areas can be computed.
    #[error("the outline of {commune} cannot be given its area of {area_km2} km²")]
    NoOutline {
        /// The name of the commune.
        commune: Box<str>,
        /// Its area.
        area_km2: f64,
    },

    /// More sites than a commune has room for.
    #[error("no room for another site in {commune}")]
    NoRoom {
        /// The name of the commune.
        commune: Box<str>,
    },

    /// A value or a reference that the twin refuses.
    #[error(transparent)]
    Twin(#[from] twin_core::TwinError),
}
