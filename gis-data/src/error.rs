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

    /// A reference system that cannot hold a territory in metres to the east and north.
    #[error("{name} cannot be the planar reference system: {reason}")]
    UnsuitableCrs {
        /// The name that was given.
        name: Box<str>,
        /// What is in the way, as a sentence without its full stop.
        reason: &'static str,
    },

    /// A radio frame or event that cannot be read.
    #[error(transparent)]
    Radio(#[from] crate::radio::RadioError),

    /// A value or a reference that the twin refuses.
    #[error(transparent)]
    Twin(#[from] twin_core::TwinError),
}
