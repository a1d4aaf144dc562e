//! What the simulator refuses, and why.

use twin_core::Timestamp;

/// Short for results that fail with a [`SimError`].
pub type SimResult<T> = Result<T, SimError>;

/// A parameter, a time or a saved state that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// A parameter lies outside its range.
    #[error("{parameter} is {value}, expected {expected}")]
    InvalidParameter {
        /// Its name, as in the parameter file.
        parameter: &'static str,
        /// The rejected number.
        value: f64,
        /// The range, in words.
        expected: &'static str,
    },

    /// A word that is none of those that can stand there.
    #[error("no {what} {word:?}, expected {expected}")]
    UnknownWord {
        /// What was expected: `mode`, `hour class`.
        what: &'static str,
        /// The word that was given.
        word: Box<str>,
        /// The words that there are.
        expected: &'static str,
    },

    /// The text of a profile that is no TOML, or lacks a field, or has one that no profile has.
    #[error("the text is no profile of a vehicle")]
    UnreadableProfile {
        /// What is wrong with it, and where.
        #[source]
        source: Box<toml::de::Error>,
    },

    /// A value of a profile that cannot be used.
    #[error("{key} is {value} in the profile, expected {expected}")]
    InvalidProfile {
        /// Where it stands, such as `classes.primary.speed_kmh`.
        key: Box<str>,
        /// The rejected value.
        value: Box<str>,
        /// What can stand there, in words.
        expected: &'static str,
    },

    /// The text of collection rules that is no TOML, or lacks a field, or has one that no rules have.
    #[error("the text is no file of collection rules")]
    UnreadableRules {
        /// What is wrong with it, and where.
        #[source]
        source: Box<toml::de::Error>,
    },

    /// A value of the collection rules that cannot be used.
    #[error("{key} is {value} in the collection rules, expected {expected}")]
    InvalidRules {
        /// Where it stands, such as `streams.glass.interval_passes`.
        key: Box<str>,
        /// The rejected value.
        value: Box<str>,
        /// What can stand there, in words.
        expected: &'static str,
    },

    /// The text of a scenario that is no YAML or TOML, or lacks a field, or has one that no scenario has.
    #[error("the text is no scenario")]
    UnreadableScenario {
        /// What is wrong with it, with line and column.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A value of a scenario that cannot be used.
    #[error("{key} is {value} in the scenario, expected {expected}")]
    InvalidScenario {
        /// Where it stands, such as `period.days` or `edits[3].remove-site.site`.
        key: Box<str>,
        /// The rejected value.
        value: Box<str>,
        /// What can stand there, in words.
        expected: &'static str,
    },

    /// A saved day of collection that is no JSON, or not of this form.
    #[error("{field} of the saved day cannot be used")]
    UnreadableDay {
        /// Where it stands, such as `plan.routes[0].class`.
        field: Box<str>,
        /// What is wrong there, with line and column.
        #[source]
        source: Box<serde_json::Error>,
    },

    /// A value of a saved day of collection that does not fit the others.
    #[error("{field} is {value} in the saved day, expected {expected}")]
    InvalidDay {
        /// Where it stands, such as `names.stops[3].place`.
        field: Box<str>,
        /// The rejected value.
        value: Box<str>,
        /// What can stand there, in words.
        expected: &'static str,
    },

    /// The text of a calibration that is no TOML, or lacks a field, or has one that no calibration has.
    #[error("the text is no calibration of the filling model")]
    UnreadableCalibration {
        /// What is wrong with it, and where.
        #[source]
        source: Box<toml::de::Error>,
    },

    /// A calibration that cannot be told as text.
    #[error("the calibration cannot be written")]
    UnwritableCalibration {
        /// What is wrong with it.
        #[source]
        source: Box<toml::ser::Error>,
    },

    /// A territory that lacks what a day of collection cannot do without.
    #[error("the territory has no {what}, which a day of collection needs")]
    Missing {
        /// What it lacks: `depot`.
        what: &'static str,
    },

    /// An index beyond what the model has.
    #[error("there is no {what} {index}, the model has {count}")]
    UnknownIndex {
        /// What was looked for: `container`, `site`, `sensor`.
        what: &'static str,
        /// The index that was given.
        index: usize,
        /// How many there are.
        count: usize,
    },

    /// A time before the one that the state already stands at.
    #[error("cannot go back from {from} to {to}")]
    TimeRunsBackwards {
        /// Where the state stands.
        from: Timestamp,
        /// What was asked for.
        to: Timestamp,
    },

    /// A time that the French calendar of today does not cover.
    #[error("{at} lies outside the calendar, which runs from 1996 to 2199")]
    OutsideCalendar {
        /// The time that was given.
        at: Timestamp,
    },

    /// A state that belongs to another model.
    #[error("the state holds {found} {what}, the model {expected}")]
    StateMismatch {
        /// What was counted: `containers`, `sites`, `sensors`.
        what: &'static str,
        /// How many the model has.
        expected: usize,
        /// How many the state has.
        found: usize,
    },

    /// Bytes of a saved state that cannot be read.
    #[error("not a saved state: {reason} at byte {offset}")]
    CorruptState {
        /// What is wrong, in words.
        reason: &'static str,
        /// Where, from the beginning.
        offset: usize,
    },

    /// A route of a plan under way that breaks a rule, so that what was done cannot be told from it.
    #[error("route {route} breaks a rule, expected one that can be driven")]
    UnlawfulRoute {
        /// The route, counted from 0.
        route: u32,
        /// The rule.
        #[source]
        fault: Box<crate::collection::explain::RouteFault>,
    },

    /// More of something than the numbers in use can tell apart.
    #[error("{count} {what}, expected at most {limit}")]
    TooLarge {
        /// What was counted: `nodes`, `arcs`, `links`.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },

    /// An order that does not name each node once.
    #[error(
        "node {node} is missing, unknown or named twice in an order of {given} for {nodes} nodes"
    )]
    InvalidOrder {
        /// The node in question.
        node: u32,
        /// How many nodes the order names.
        given: usize,
        /// How many there are.
        nodes: usize,
    },

    /// A profile that does not drive on the roads at hand.
    #[error("the profile does not go on these roads, expected one of the same mode")]
    WrongMode,

    /// A road file that was made for other roads.
    #[error("the road file does not fit these roads: its {what} differ")]
    StaleRoads {
        /// What differs: `fingerprint`, `nodes`, `links`.
        what: &'static str,
    },

    /// A saved state of a format that this version does not know.
    #[error("a saved state of format {found}, this version reads format {expected}")]
    UnknownFormat {
        /// The format found.
        found: u16,
        /// The format that can be read.
        expected: u16,
    },

    /// A file of vehicles that is no TOML, or not of this form.
    #[error("the file of vehicles cannot be read")]
    UnreadableVehicles {
        /// Where and why.
        #[source]
        source: Box<toml::de::Error>,
    },

    /// A vehicle or an energy carrier with a figure that cannot be used.
    #[error("{name} of the file of vehicles cannot be used")]
    InvalidVehicle {
        /// The vehicle or the carrier, as the file calls it.
        name: String,
        /// The figure that is wrong.
        #[source]
        source: Box<SimError>,
    },

    /// Two vehicles of a file have the same name.
    #[error("the file describes vehicle {name} twice")]
    DuplicateVehicle {
        /// Their name.
        name: String,
    },

    /// A vehicle runs on something that the file does not describe.
    #[error("vehicle {vehicle} runs on {carrier}, which the file does not describe")]
    UnknownCarrier {
        /// The vehicle.
        vehicle: String,
        /// The energy carrier it names.
        carrier: String,
    },

    /// A file in the VRPLIB format that cannot be used.
    #[error(transparent)]
    Vrplib(#[from] crate::collection::vrplib::VrplibError),

    /// A reached area that no local frame holds.
    #[error(
        "the reached area spans longitudes {west} to {east} and latitudes {south} to {north}, \
         expected at most 1000 km, within 85 degrees of the equator and clear of the antimeridian"
    )]
    ReachOutsideFrame {
        /// Its western edge, in degrees.
        west: f64,
        /// Its southern edge, in degrees.
        south: f64,
        /// Its eastern edge, in degrees.
        east: f64,
        /// Its northern edge, in degrees.
        north: f64,
    },
}

/// Refuses a number outside of `min..=max`, or that is none.
pub(crate) fn in_range(
    parameter: &'static str,
    value: f64,
    (min, max): (f64, f64),
    expected: &'static str,
) -> SimResult<()> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(SimError::InvalidParameter {
            parameter,
            value,
            expected,
        })
    }
}
