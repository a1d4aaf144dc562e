//! What the command line, the configuration and the server refuse, and why.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Short for results that fail with an [`ApiError`].
pub type ApiResult<T> = Result<T, ApiError>;

/// A setting that cannot be used, or a server that cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The configuration file cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    ReadConfig {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// The configuration file is no TOML, or holds an unknown key or a refused value.
    #[error("cannot use the configuration file {}", path.display())]
    ParseConfig {
        /// The file.
        path: PathBuf,
        /// Line, column and reason.
        #[source]
        source: Box<toml::de::Error>,
    },

    /// An environment variable holds a refused value.
    #[error("cannot use the environment variable {name}")]
    Environment {
        /// Its name, for example `TWIN_LISTEN`.
        name: &'static str,
        /// Why its value is refused.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// An environment variable that is not Unicode.
    #[error("the environment variable {name} is not valid UTF-8")]
    NotUnicode {
        /// Its name.
        name: &'static str,
    },

    /// Text that is no clock rate.
    #[error(
        "'{text}' is no clock rate: expected a whole number from 1 to {max} and an x, like 60x"
    )]
    InvalidClockRate {
        /// The rejected text.
        text: Box<str>,
        /// The fastest rate there is.
        max: u32,
    },

    /// An address that other machines can reach, while nothing protects the writes.
    #[error(
        "{listen} can be reached from other machines: set TWIN_OPERATOR_TOKEN, or listen on 127.0.0.1"
    )]
    UnprotectedAddress {
        /// The address that was asked for.
        listen: SocketAddr,
    },

    /// The settings cannot be shown.
    #[error("cannot print the settings")]
    PrintConfig {
        /// What failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The address cannot be listened on.
    #[error("cannot listen on {listen}")]
    Listen {
        /// The address that was asked for.
        listen: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// The data directory cannot become a running twin.
    #[error(transparent)]
    Engine(#[from] crate::engine::EngineError),

    /// A file or a pack cannot be used.
    #[error(transparent)]
    Gis(#[from] gis_data::GisError),

    /// A file cannot be had from its server.
    #[error(transparent)]
    Download(#[from] crate::download::DownloadError),

    /// A list of sources cannot be read.
    #[error("cannot read the list of sources {}", path.display())]
    ReadSources {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// A list of sources that is no TOML of the right form, or holds a refused value.
    #[error("line {line}: {reason}, in the list of sources {}", path.display())]
    InvalidSources {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// A source that is not in the list.
    #[error("there is no source '{name}', expected one of {known}")]
    UnknownSource {
        /// The name that was given.
        name: Box<str>,
        /// The names in the list.
        known: Box<str>,
    },

    /// Not one of the sources came.
    #[error("none of the sources came, so there is nothing to make a pack of")]
    NothingFetched,

    /// A downloaded file is something else than its source promises.
    #[error("what came is not {expected}: {}", path.display())]
    WrongFormat {
        /// What the source promises, in words.
        expected: &'static str,
        /// The file.
        path: PathBuf,
    },

    /// A downloaded table lacks a column that its source promises.
    #[error("the first line has no column '{column}': {}", path.display())]
    MissingColumn {
        /// The column.
        column: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// The virtual sensor network cannot run.
    #[error("the virtual sensor network cannot run")]
    Network(#[from] simulator::SimError),

    /// The counters of this process cannot be kept.
    #[error("cannot keep counters")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),

    /// The server cannot start or has to stop.
    #[error("cannot {action}")]
    Run {
        /// What was tried.
        action: &'static str,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}
