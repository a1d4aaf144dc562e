//! What keeps a story from being told.

use std::path::PathBuf;

/// Short for results that fail with a [`HarnessError`].
pub type HarnessResult<T> = Result<T, HarnessError>;

/// A story cannot be told, for a reason that is not the story's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HarnessError {
    /// The program under test was not built.
    #[error("there is no program at {}: build it with `cargo build --profile ci`, or run `make test`", path.display())]
    NotBuilt {
        /// Where it was looked for.
        path: PathBuf,
    },

    /// A program cannot be run, or a file not be read.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `run`.
        action: &'static str,
        /// The file or program.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// `cargo metadata` failed.
    #[error("cargo metadata: {stderr}")]
    Metadata {
        /// What it printed on its error stream.
        stderr: String,
    },

    /// A file is not what its name promises.
    #[error("cannot understand {}: {reason}", path.display())]
    Malformed {
        /// The file, or the program whose output it is.
        path: PathBuf,
        /// Why.
        reason: String,
    },

    /// Something that a story needs is not there, and must be.
    #[error("there is no {what}, and {require}=1 says that there must be")]
    Absent {
        /// The environment variable that asks for it.
        require: &'static str,
        /// What is absent.
        what: String,
    },

    /// A server ended or kept silent where it should have been ready.
    #[error("the server was not ready: {reason}")]
    NotReady {
        /// What it said, or how long it kept silent.
        reason: String,
    },

    /// A server did not end in time.
    #[error("the server still runs {seconds} s after it was told to stop")]
    StillRunning {
        /// How long it was waited for.
        seconds: u64,
    },
}
