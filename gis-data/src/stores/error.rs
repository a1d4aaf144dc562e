//! What a journal refuses, and why.

use std::fmt;
use std::path::{Path, PathBuf};

/// Short for results that fail with a [`StoreError`].
pub type StoreResult<T> = Result<T, StoreError>;

/// Where a journal is, for people: a file, or the address of a database without what is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreName(Box<str>);

impl StoreName {
    /// A journal that is no file.
    pub(super) fn new(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<&Path> for StoreName {
    fn from(path: &Path) -> Self {
        Self(path.display().to_string().into())
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

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
    #[error("cannot {action} journal {journal}")]
    Database {
        /// What was tried, as a verb.
        action: &'static str,
        /// The journal.
        journal: StoreName,
        /// What the database says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// Another node has taken over to write since this one did.
    #[error(
        "journal {journal} has another writer since: this one is number {epoch}, the newest {newest}"
    )]
    Fenced {
        /// The journal.
        journal: StoreName,
        /// Which of the journal's writers this one is.
        epoch: i64,
        /// Which of them the newest is.
        newest: i64,
    },

    /// The journal holds more than its writer knows of: the answer to its last commit was lost.
    #[error("journal {journal} holds more than its writer knows of, which has to read it anew")]
    Behind {
        /// The journal.
        journal: StoreName,
    },

    /// What is said of where a journal is kept is not understood.
    #[error("where the journal is kept is not understood: {problem}")]
    Address {
        /// What is wrong with it; nothing that is secret.
        problem: String,
    },

    /// The journal holds bytes that nobody wrote, or misses some that somebody did.
    #[error(
        "journal {journal} is damaged: {problem}; its last intact change is number {last_intact}. \
         Nothing was changed. {remedy}"
    )]
    Damaged {
        /// What is wrong, and where.
        problem: String,
        /// The number of the last public change before the damage.
        last_intact: u64,
        /// The journal.
        journal: StoreName,
        /// What helps.
        remedy: &'static str,
    },

    /// The journal was written by a newer version.
    #[error("journal {journal} has format version {found}, this program reads up to {known}")]
    TooNew {
        /// Version of the journal.
        found: i64,
        /// The newest version that is known.
        known: i64,
        /// The journal.
        journal: StoreName,
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

    /// Something is to be copied into a journal in which something is.
    #[error("journal {journal} is not empty")]
    NotEmpty {
        /// The journal.
        journal: StoreName,
    },

    /// Another process writes to the journal.
    #[error("journal {journal} is in use by another process")]
    InUse {
        /// The journal.
        journal: StoreName,
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
