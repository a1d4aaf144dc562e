//! What a scenario changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use twin_core::{ContainerType, SiteType, Stream};

use super::period::Day;

/// One change of a territory, of its crews, or of what happens to it. Assets are named by their keys in
/// the pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edit {
    /// A new site with containers.
    AddSite {
        /// Its key, which no other site has.
        key: String,
        /// Longitude, in degrees.
        lon: f64,
        /// Latitude, in degrees.
        lat: f64,
        /// What it is.
        #[schemars(with = "String")]
        site_type: SiteType,
        /// What stands on it.
        containers: Vec<NewContainer>,
    },
    /// A site that is moved with all that stands on it.
    MoveSite {
        /// Its key.
        site: String,
        /// Longitude, in degrees.
        lon: f64,
        /// Latitude, in degrees.
        lat: f64,
    },
    /// A site that is taken away. Its people go to the others of their commune.
    RemoveSite {
        /// Its key.
        site: String,
    },
    /// A container more on a site.
    AddContainer {
        /// The key of the site.
        site: String,
        /// The container.
        #[serde(flatten)]
        container: NewContainer,
    },
    /// A container that is taken away.
    RemoveContainer {
        /// Its key.
        container: String,
    },
    /// A container of another kind, size or stream.
    ChangeContainer {
        /// Its key.
        container: String,
        /// How it is built then.
        #[schemars(with = "Option<String>")]
        container_type: Option<ContainerType>,
        /// What it takes then.
        #[schemars(with = "Option<String>")]
        stream: Option<Stream>,
        /// How much it holds then, in litres.
        volume_l: Option<f64>,
    },
    /// A street that is closed in both directions over the whole period: the one nearest to a point.
    CloseStreet {
        /// Longitude, in degrees.
        lon: f64,
        /// Latitude, in degrees.
        lat: f64,
    },
    /// A bridge or any other way that is closed, by its number in `OpenStreetMap`.
    CloseWay {
        /// The number.
        way: i64,
    },
    /// A time at which sites are busier, or quieter: a market, a match.
    Event {
        /// The keys of the sites. Empty: all sites within `radius_m` of the point.
        #[serde(default)]
        sites: Vec<String>,
        /// Longitude and latitude of its middle, in degrees.
        #[serde(default)]
        at: Option<[f64; 2]>,
        /// How far around it sites are concerned, in metres.
        #[serde(default)]
        radius_m: f64,
        /// Its first day.
        from: Day,
        /// How many days it lasts.
        days: u32,
        /// Times as many deposits, 0 to 100.
        factor: f64,
    },
    /// The weather of some days, of which park bins know most: a dry, warm week-end, a week of rain. Days
    /// that nobody told of are neither. Planners do not know it beforehand.
    Weather {
        /// The first day.
        from: Day,
        /// How many days.
        days: u32,
        /// The highest temperature of each day, in degrees Celsius, −40 to 50.
        max_celsius: f64,
        /// The rain of each day, in millimetres, 0 to 300.
        rain_mm: f64,
    },
    /// A gateway of the radio network that is down; sensors that others hear too go on.
    LoseGateway {
        /// Its number, from 0: the first stands nearest to the middle of the sensors.
        gateway: u16,
        /// The first day.
        from: Day,
        /// How many days it lasts.
        days: u32,
    },
    /// Sensors that nobody hears: those within a distance of a point.
    LoseSensors {
        /// Longitude and latitude of the middle, in degrees.
        at: [f64; 2],
        /// How far around it sensors are lost, in metres.
        radius_m: f64,
        /// The first day.
        from: Day,
        /// How many days it lasts.
        days: u32,
    },
    /// More, or less, of everything: 0.02 is two per cent more people, or waste of each.
    Growth(f64),
    /// Another value in the rules of the collection, such as `vehicles.crane-truck.count` or
    /// `plan.pass_ends`: shifts, fleets, prices, intervals.
    SetRule {
        /// Where it stands. Entries of lists are named by their name or site.
        key: String,
        /// The value.
        #[schemars(with = "serde_json::Value")]
        value: serde_json::Value,
    },
}

/// A container that is not there yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NewContainer {
    /// Its key, which no other container has.
    pub key: String,
    /// How it is built.
    #[schemars(with = "String")]
    pub container_type: ContainerType,
    /// What it takes.
    #[schemars(with = "String")]
    pub stream: Stream,
    /// How much it holds, in litres.
    pub volume_l: f64,
    /// Whether a sensor looks into it.
    #[serde(default)]
    pub sensor: bool,
}

impl Edit {
    /// What it is called in files and messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddSite { .. } => "add-site",
            Self::MoveSite { .. } => "move-site",
            Self::RemoveSite { .. } => "remove-site",
            Self::AddContainer { .. } => "add-container",
            Self::RemoveContainer { .. } => "remove-container",
            Self::ChangeContainer { .. } => "change-container",
            Self::CloseStreet { .. } => "close-street",
            Self::CloseWay { .. } => "close-way",
            Self::Event { .. } => "event",
            Self::Weather { .. } => "weather",
            Self::LoseGateway { .. } => "lose-gateway",
            Self::LoseSensors { .. } => "lose-sensors",
            Self::Growth(_) => "growth",
            Self::SetRule { .. } => "set-rule",
        }
    }
}
