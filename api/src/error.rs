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

    /// The rules of alarms cannot be read.
    #[error("cannot read the rules of alarms {}", path.display())]
    ReadAlarmRules {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// The rules of alarms say what cannot be.
    #[error("cannot use the rules of alarms {}", path.display())]
    AlarmRules {
        /// The file.
        path: PathBuf,
        /// Line, column and value, or the keys that contradict each other.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A server that is to carry commits to nodes that there cannot be.
    #[error(
        "TWIN_NATS_URL is set, and there is only one node: let TWIN_STORE name a PostgreSQL database that others share, or leave it away"
    )]
    NothingToCarry,

    /// A server that is to carry commits, and a program that cannot talk to it.
    #[error(
        "TWIN_NATS_URL is set, and this program was built without the feature nats: build it with `--features nats`, or leave it away"
    )]
    NoNats,

    /// Mail of alarms that cannot be.
    #[error("alarms cannot be mailed")]
    AlarmMail {
        /// What is missing or no address.
        #[source]
        source: crate::config::OutboundError,
    },

    /// A mail relay that cannot be spoken to.
    #[error("alarms cannot be mailed")]
    MailRelay(#[from] crate::config::RelayError),

    /// Runs that were stopped before the first one ended.
    #[error("stopped before the first run ended: there is nothing to tell")]
    NoRun,

    /// A file that holds no scenario, or one that cannot be used.
    #[error("cannot use the scenario {}", path.display())]
    Scenario {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, by line or key.
        #[source]
        source: simulator::SimError,
    },

    /// One of several scenarios that cannot be used, or followed.
    #[error("cannot use scenario {nth}")]
    NthScenario {
        /// Its number, from 1.
        nth: usize,
        /// What is wrong with it, by line or key.
        #[source]
        source: Box<ApiError>,
    },

    /// Scenarios that would keep a server busy for days.
    #[error(
        "the scenarios come to {asked} days of containers (containers, days and runs multiplied), expected up to {most}: fewer runs or shorter periods"
    )]
    TooMuchWork {
        /// What was asked for.
        asked: u64,
        /// What is taken on.
        most: u64,
    },

    /// A kept job that cannot be used.
    #[error("cannot use the kept job {}", path.display())]
    KeptJob {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A codec that there is not.
    #[error("there is no codec '{name}', expected one of {known}")]
    UnknownCodec {
        /// The name that was asked for.
        name: Box<str>,
        /// The names that there are.
        known: Box<str>,
    },

    /// A frame that has something else than hexadecimal digits.
    #[error("'{letter}' in '{text}' is no hexadecimal digit")]
    NotHexadecimal {
        /// What stands there.
        letter: char,
        /// Around it.
        text: Box<str>,
    },

    /// A frame that ends in the middle of a byte.
    #[error("'{text}' has {count} digits, expected two for each byte")]
    HalfAByte {
        /// How many digits there are.
        count: usize,
        /// The digits.
        text: Box<str>,
    },

    /// A frame without a byte.
    #[error("the frame has no bytes")]
    NoBytes,

    /// A frame that cannot be of the sensors that it was to be read as.
    #[error(transparent)]
    Frame(gis_data::radio::RadioError),

    /// A file that declares a sensor's frames, and cannot be read.
    #[error("cannot read the profile {}", path.display())]
    ReadSensorProfile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// A file that declares a sensor's frames, and cannot be used.
    #[error("cannot use the profile {}", path.display())]
    SensorProfile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with its line.
        #[source]
        source: gis_data::radio::RadioError,
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

    /// What is intact of a damaged journal is to be saved, and that is in a database.
    #[error("--recover-to saves what is intact of a file; a database is put back from a backup")]
    RecoverFromDatabase,

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

    /// A broker that cannot be connected to at all.
    #[error(transparent)]
    Mqtt(#[from] crate::ingest::MqttError),

    /// A codec that is declared in the data directory cannot be used.
    #[error(transparent)]
    Codecs(#[from] crate::ingest::CodecsError),

    /// Measured values from a file for a twin whose sensors are simulated.
    #[error("{}", crate::ingest::IN_SIMULATED_TIME)]
    InSimulatedTime,

    /// A folder that no server has run in.
    #[error("{} is no data directory: serve a pack there once", path.display())]
    NoDataDirectory {
        /// The folder.
        path: PathBuf,
    },

    /// A file of measured values that cannot be read.
    #[error("cannot read {}", path.display())]
    ReadValues {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// A real source beside simulated sensors, whose clock is not the world's.
    #[error("TWIN_MQTT_URL is set, and {}", crate::ingest::IN_SIMULATED_TIME)]
    SourceInSimulatedTime,

    /// The settings cannot be shown.
    #[error("cannot print the settings")]
    PrintConfig {
        /// What failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A log of collections without a row.
    #[error("there is no collection in {}", path.display())]
    NothingToForecast {
        /// The log.
        path: PathBuf,
    },

    /// A table of tickets or levels in which nobody came twice.
    #[error("nothing can be fitted to {}, expected a round or a site with two rows", path.display())]
    NothingToCalibrate {
        /// The table.
        path: PathBuf,
    },

    /// A file of calibrated inputs that cannot be used.
    #[error("cannot use the calibration {}", path.display())]
    Calibration {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: simulator::SimError,
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

    /// A model cannot use what it was given.
    #[error(transparent)]
    Sim(#[from] simulator::SimError),

    /// A profile that is not built in.
    #[error(
        "there is no profile '{name}', expected one of {}, or a file that ends in .toml",
        simulator::roads::Profile::BUILT_IN.join(", ")
    )]
    UnknownProfile {
        /// The name that was given.
        name: Box<str>,
    },

    /// Roads of which none can be used.
    #[error("no road here can be used by {profile}, expected roads that lead somewhere")]
    NoRoads {
        /// Who drives.
        profile: Box<str>,
    },

    /// A file of a profile that cannot be used.
    #[error("cannot use the profile {}", path.display())]
    Profile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: simulator::SimError,
    },

    /// A file of a problem that cannot be read.
    #[error("cannot read the problem {}", path.display())]
    ReadProblem {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// A file of a problem that cannot be solved.
    #[error("cannot use the problem {}", path.display())]
    InvalidProblem {
        /// The file.
        path: PathBuf,
        /// The line, and what is wrong with it.
        #[source]
        source: simulator::SimError,
    },

    /// A saved day that cannot be read.
    #[error("cannot read the saved day {}", path.display())]
    ReadDay {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// A saved day that cannot be used.
    #[error("cannot use the saved day {}", path.display())]
    InvalidDay {
        /// The file.
        path: PathBuf,
        /// The field, and what is wrong with it.
        #[source]
        source: simulator::SimError,
    },

    /// A key that means no stop of a saved day.
    #[error(
        "the saved day has no stop '{key}', expected the key of a container or a site, or a number below {count}"
    )]
    UnknownStop {
        /// The key that was given.
        key: Box<str>,
        /// How many stops there are.
        count: usize,
    },

    /// A stop that cannot be put in or taken out.
    #[error("the stop '{key}' cannot be changed: {reason}")]
    StopRefused {
        /// The key that was given.
        key: Box<str>,
        /// Why, in words.
        reason: &'static str,
    },

    /// A name that means no vehicle of a saved day.
    #[error("no vehicle '{name}' has a round, expected one of {known}, or its number in this list")]
    UnknownRound {
        /// The name that was given.
        name: Box<str>,
        /// The vehicles that there are.
        known: Box<str>,
    },

    /// A file of collection rules that cannot be used.
    #[error("cannot use the collection rules {}", path.display())]
    CollectionRules {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: simulator::SimError,
    },

    /// A line or a feature of a file of points that is no place.
    #[error("{location}: '{text}' is no place, expected longitude and latitude in degrees, in {}", path.display())]
    InvalidPoint {
        /// The line or the feature.
        location: String,
        /// What was found.
        text: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// Text that is no place.
    #[error(
        "'{text}' is no place, expected longitude and latitude in degrees, parted by a comma, like 6.80,47.51"
    )]
    InvalidPlace {
        /// The rejected text.
        text: Box<str>,
    },

    /// Text that names nothing that a route can keep away from.
    #[error(
        "'{text}' cannot be avoided, expected a place like 6.80,47.51, a way like way:4711, or a class of streets in OpenStreetMap's words, like class:motorway"
    )]
    InvalidAvoid {
        /// The rejected text.
        text: Box<str>,
    },

    /// A place that no usable street is near.
    #[error(
        "no street that the profile may use lies within {} km of {},{}",
        simulator::roads::SNAP_WITHIN_M / 1000.0,
        place.lon(),
        place.lat()
    )]
    NoStreetNear {
        /// The place.
        place: twin_core::LonLat,
    },

    /// Places that the open streets do not join.
    #[error("there is no way from one of the places to the next on the streets that are open")]
    NoWay,

    /// A way that the roads at hand do not have.
    #[error("there is no way {way} among the roads")]
    UnknownWay {
        /// Its number.
        way: i64,
    },

    /// A vehicle that is not built in.
    #[error(
        "there is no vehicle '{name}', expected one of {}",
        simulator::roads::energy::VehicleEnergy::names().join(", ")
    )]
    UnknownVehicle {
        /// The name that was given.
        name: Box<str>,
    },

    /// Work that was given up because nobody waits for it.
    #[error("whoever asked for it has gone")]
    Abandoned,

    /// More is asked for at the same time than this machine computes.
    #[error("all threads for routes are busy, try again in a second")]
    Busy,

    /// A file that cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// An option whose value cannot be used.
    #[error("{option} is '{value}', expected {expected}")]
    InvalidOption {
        /// The option, as on the command line.
        option: &'static str,
        /// The value that was given.
        value: Box<str>,
        /// What can be used.
        expected: &'static str,
    },

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
    Network(#[source] simulator::SimError),

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

/// An error with what caused it, and what caused that.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// What cannot be told as JSON.
pub(crate) fn cannot_tell(error: serde_json::Error) -> ApiError {
    ApiError::Run {
        action: "write the outcome as JSON",
        source: error.into(),
    }
}
