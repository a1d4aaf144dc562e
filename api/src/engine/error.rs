//! Why a twin does not start, and why it does not take something in.

use std::path::PathBuf;

use gis_data::GisError;
use gis_data::stores::StoreError;
use twin_core::{Refusal, TwinError};

/// Short for results that fail with an [`EngineError`].
pub type EngineResult<T> = Result<T, EngineError>;

/// A data directory that cannot become a running twin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The directory, or a file in it, cannot be read or written.
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

    /// Another process has the directory.
    #[error("data directory {} is in use by another twin", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },

    /// The directory was started with another pack.
    #[error(
        "data directory {} belongs to pack '{kept}'; pack '{given}' is not the same, and a journal \
         cannot change its pack: give another --data, or leave --pack away",
        path.display()
    )]
    OtherPack {
        /// Name of the pack that the directory keeps.
        kept: String,
        /// Name of the pack that was given.
        given: String,
        /// The directory.
        path: PathBuf,
    },

    /// A newer version of the pack is given to a directory whose sensors are simulated.
    #[error(
        "data directory {} has simulated sensors, whose state belongs to the version of pack \
         '{name}' that it was started with: give another --data, or leave --pack away",
        path.display()
    )]
    SimulatedUpdate {
        /// Name of the pack.
        name: String,
        /// The directory.
        path: PathBuf,
    },

    /// What a newer version of the pack brings could not be stored.
    #[error("what a newer version of the pack brings could not be told")]
    UpdateNotTold(#[from] SubmitError),

    /// The directory has a journal of its own, and is to be used with another.
    #[error(
        "data directory {} has a journal of its own, and would now use {store}: give another --data, \
         or leave TWIN_STORE away",
        path.display()
    )]
    OtherStore {
        /// Where the journal would be, without what is secret.
        store: String,
        /// The directory.
        path: PathBuf,
    },

    /// The directory was started with another preset.
    #[error(
        "data directory {} was started with {kept}, not with preset '{given}': give another \
         --data, or leave --preset away",
        path.display()
    )]
    OtherPreset {
        /// What the directory was started with, in words.
        kept: String,
        /// The preset that was given.
        given: String,
        /// The directory.
        path: PathBuf,
    },

    /// The directory lives in another kind of time.
    #[error(
        "data directory {} is {kept}, and would now be {wanted}: give another --data, or the \
         --clock it was started with",
        path.display()
    )]
    OtherClock {
        /// The kind of time it lives in.
        kept: String,
        /// The kind of time that was asked for.
        wanted: &'static str,
        /// The directory.
        path: PathBuf,
    },

    /// The pack cannot be read, written or made.
    #[error("the pack is of no use")]
    Pack(#[from] GisError),

    /// The journal cannot be read or written.
    #[error("the journal is of no use")]
    Store(#[from] StoreError),

    /// The assets of the pack contradict each other.
    #[error("the pack contradicts itself")]
    Inventory(#[from] TwinError),

    /// Work on another thread was cut short.
    #[error("work on another thread was cut short")]
    Cancelled(#[from] tokio::task::JoinError),
}

/// Why an input was not taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError {
    /// It can never be taken in.
    #[error(transparent)]
    Refused(#[from] Refusal),

    /// It could not be written to the journal; it may be sent again.
    #[error("the journal cannot be written at the moment")]
    NotStored,

    /// This node only follows what another writes; it may be sent to that one.
    #[error("this node follows another, which is the one to write to")]
    Following,

    /// The twin is shutting down; it may be sent again to its successor.
    #[error("the twin is shutting down")]
    Stopping,
}
