//! What a journal refuses, and why.

use std::path::PathBuf;

/// Short for results that fail with a [`StoreError`].
pub type StoreResult<T> = Result<T, StoreError>;

/// A journal that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or folder beside the journal cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// The database refuses.
    #[error("cannot {action} journal {}", path.display())]
    Database {
        /// What was tried, as a verb.
        action: &'static str,
        /// The journal's file.
        path: PathBuf,
        /// What the database says.
        #[source]
        source: rusqlite::Error,
    },

    /// The journal holds bytes that nobody wrote, or misses some that somebody did.
    #[error(
        "journal {} is damaged: {problem}; its last intact change is number {last_intact}. \
         Nothing was changed. `twin doctor --data DIR --recover-to NEW` copies all that is intact",
        path.display()
    )]
    Damaged {
        /// What is wrong, and where.
        problem: String,
        /// The number of the last public change before the damage.
        last_intact: u64,
        /// The journal's file.
        path: PathBuf,
    },

    /// The journal was written by a newer version.
    #[error(
        "journal {} has format version {found}, this program reads up to {known}",
        path.display()
    )]
    TooNew {
        /// Version of the journal.
        found: i64,
        /// The newest version that is known.
        known: i64,
        /// The journal's file.
        path: PathBuf,
    },

    /// A change whose number does not follow the last one of its channel.
    #[error("{channel:?} change {found} does not follow: expected number {expected}")]
    OutOfOrder {
        /// The channel.
        channel: twin_core::Channel,
        /// The number that was expected.
        expected: u64,
        /// The number that was given.
        found: u64,
    },

    /// Another process writes to the journal.
    #[error("journal {} is in use by another process", path.display())]
    InUse {
        /// The journal's file.
        path: PathBuf,
    },

    /// A value that cannot be written as JSON.
    #[error("cannot encode {what}")]
    Encode {
        /// What it is.
        what: &'static str,
        /// What the encoder says.
        #[source]
        source: serde_json::Error,
    },

    /// A change that is about nothing.
    #[error(transparent)]
    Twin(#[from] twin_core::TwinError),
}
