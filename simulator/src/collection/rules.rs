//! How an agglomeration collects, as data: crews, vehicles, times, costs, and what must be emptied.

mod check;
mod clock;
mod vehicles;

use std::collections::BTreeMap;

use serde::Deserialize;
use twin_core::{ContainerType, Stream};

pub use self::clock::{Clock, Hours, Weekday};
pub use self::vehicles::{BreakHours, OutfitRule, VehicleRules};
use crate::error::{SimError, SimResult};

/// The rules that come with the simulator.
const BUILT_IN: &str = include_str!("../../../assets/collection.toml");

/// No file of rules is longer, in bytes.
const MAX_BYTES: usize = 262_144;

/// How an agglomeration collects. `assets/collection.toml` has the form, and says where each figure
/// comes from.
///
/// ```
/// use simulator::collection::rules::Rules;
///
/// let rules = Rules::built_in();
/// assert_eq!(rules.vehicles.len(), 3);
/// let refused = Rules::parse("[plan]").unwrap_err();
/// assert_eq!(refused.to_string(), "the text is no file of collection rules");
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// What holds for the whole day.
    pub plan: PlanRules,
    /// What containers need, by how they are built.
    pub containers: BTreeMap<ContainerType, ContainerRules>,
    /// What is collected; a stream that is missing is not.
    pub streams: BTreeMap<Stream, StreamRules>,
    /// Where loads go.
    pub unloadings: Vec<UnloadingRules>,
    /// How loads are left at sites that are not listed.
    pub unloading_elsewhere: UnloadingTerms,
    /// When streets of schools are closed.
    pub schools: SchoolRules,
    /// The classes of vehicles.
    pub vehicles: Vec<VehicleRules>,
}

/// What holds for the whole day.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRules {
    /// The days on which crews work, public holidays excepted.
    pub collection_days: Vec<Weekday>,
    /// By when the last container of a day is emptied.
    pub pass_ends: Clock,
    /// A container that overflows before the next pass with more than this probability must be emptied.
    pub required_above: f64,
    /// The weight of overflows against money.
    pub rho: f64,
    /// What one more visit to a site costs in the mean, in euros: what a rolling horizon saves by it, and
    /// the prize from which on a synthetic steady state counts a container as emptied.
    pub visit_eur: f64,
    /// Whether a crew empties all containers of a stream at a site, or only those that are worth it.
    #[serde(default)]
    pub whole_sites: bool,
    /// What a kilogram of CO2e counts, in euros.
    pub co2_eur_per_kg: f64,
    /// How near sites of one street are that one crew serves on foot, in metres.
    pub walk_within_m: f64,
    /// How fast it walks, in km/h.
    pub walk_kmh: f64,
    /// The mean speed that fuel is reckoned at, in km/h.
    pub drive_kmh: f64,
    /// How many halts on a kilometre besides the stops.
    pub stops_per_km: f64,
}

/// What a container needs.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerRules {
    /// Once at its site, in seconds.
    pub setup_s: f64,
    /// To empty it, in seconds.
    pub service_s: f64,
    /// Whether the crew walks to it.
    pub on_foot: bool,
}

/// How one stream is collected.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamRules {
    /// In a container, in kg/m³.
    pub density_kg_m3: f64,
    /// The fixed plan empties on every so many collection days.
    pub interval_passes: u32,
    /// It is never left for longer, in days.
    pub max_interval_days: Option<u32>,
    /// What an overflowing container costs, in euros.
    pub overflow_eur: f64,
    /// When it may be emptied; empty means at any time.
    #[serde(default)]
    pub hours: Vec<Hours>,
}

/// Where loads of some streams go.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnloadingRules {
    /// The key of an unloading site.
    pub site: Box<str>,
    /// What is brought there.
    pub streams: Vec<Stream>,
    /// From arrival to departure, in minutes.
    pub minutes: f64,
    /// When it is open; empty means always.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// What each visit costs, in euros.
    pub eur_per_visit: f64,
    /// What each tonne costs, in euros.
    pub eur_per_t: f64,
}

/// How loads are left somewhere.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnloadingTerms {
    /// From arrival to departure, in minutes.
    pub minutes: f64,
    /// When it is open; empty means always.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// What each visit costs, in euros.
    pub eur_per_visit: f64,
    /// What each tonne costs, in euros.
    pub eur_per_t: f64,
}

/// When streets of schools are closed; not in school holidays.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchoolRules {
    /// Their names.
    pub streets: Vec<Box<str>>,
    /// The days of school.
    pub days: Vec<Weekday>,
    /// When they are closed on these.
    pub closed: Vec<Hours>,
}

impl Rules {
    /// The rules that come with the simulator.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("the built-in rules are read by a test")
    }

    /// The text of the same: TOML, with the source of each figure.
    pub const fn built_in_text() -> &'static str {
        BUILT_IN
    }

    /// Reads and checks a file of rules in the form of `assets/collection.toml`.
    ///
    /// # Errors
    /// [`SimError::UnreadableRules`], and [`SimError::InvalidRules`] with the key, the value and what
    /// can stand there.
    pub fn parse(text: &str) -> SimResult<Self> {
        if text.len() > MAX_BYTES {
            return Err(check::refused(
                "the file".into(),
                &format!("{} bytes long", text.len()),
                "up to 262144 bytes",
            ));
        }
        let rules: Self = toml::from_str(text).map_err(|source| SimError::UnreadableRules {
            source: Box::new(source),
        })?;
        check::check(&rules)?;
        Ok(rules)
    }

    /// How a type of container is emptied; `None` where the rules do not tell.
    pub fn container(&self, container: ContainerType) -> Option<&ContainerRules> {
        self.containers.get(&container)
    }
}
