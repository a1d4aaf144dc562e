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

    /// A file that is no OpenStreetMap extract.
    #[error("no OpenStreetMap extract in PBF format, {reason}: {}", path.display())]
    NotOsmPbf {
        /// What was found instead, in words.
        reason: &'static str,
        /// The file.
        path: PathBuf,
    },

    /// An OpenStreetMap extract that cannot be read right without an ability we do not have.
    #[error("extract wants its reader to know '{feature}', which is not supported: {}", path.display())]
    UnsupportedOsmFeature {
        /// The ability, as the file names it.
        feature: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// A file that is no JSON, or no GeoJSON FeatureCollection.
    #[error("no GeoJSON FeatureCollection: {}", path.display())]
    NotGeoJson {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        #[source]
        source: serde_json::Error,
    },

    /// A file of outlines without a single usable one.
    #[error("no outline of a commune that can be used: {}", path.display())]
    NoOutlines {
        /// The file.
        path: PathBuf,
    },

    /// A file that is larger than its kind can sensibly be.
    #[error("{bytes} bytes are more than the {limit} that are read: {}", path.display())]
    TooLarge {
        /// How large it is.
        bytes: u64,
        /// How large it may be.
        limit: u64,
        /// The file.
        path: PathBuf,
    },

    /// A pack without a commune, where one is needed.
    #[error("pack '{name}' has no commune to place anything in")]
    NoCommunes {
        /// The name of the pack.
        name: Box<str>,
    },

    /// A value or a reference that the twin refuses.
    #[error(transparent)]
    Twin(#[from] twin_core::TwinError),
}
