//! A vehicle or a walker as data: what it may use, how fast it is, and what turns cost it.

mod file;
mod slope;
mod tables;
mod turns;
mod words;

use twin_core::Tags;

use slope::Slope;
use tables::{BarrierRule, ServiceRule};
pub(super) use tables::{ClassRule, Legal, Vehicle};
pub use turns::{Crosses, Turn, TurnCosts, TurnKind};
pub use words::{HourClass, Mode};
pub(super) use words::{Ruling, Who};

use super::rules::Class;
use crate::error::SimResult;

/// No profile is faster, in km/h: the limit on French motorways (Code de la route, R413-2).
pub const MAX_SPEED_KMH: f64 = 130.0;

/// Rows of a table by word; so few that a search from the first is the fastest.
type Rows<T> = Box<[(Box<str>, T)]>;

/// A checked profile. Its numbers are in a file of TOML, each with its source beside it.
///
/// ```
/// use simulator::roads::{Mode, Profile};
///
/// let truck = Profile::built_in("truck-26t").expect("a built-in profile");
/// assert_eq!(truck.mode(), Mode::Motor);
/// assert!(Profile::parse("name = 'half a profile'").is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    name: Box<str>,
    mode: Mode,
    limit_share: f64,
    narrow_kmh: f64,
    destination_entry_s: f64,
    vehicle: Vehicle,
    legal: Legal,
    slope: Slope,
    turns: TurnCosts,
    /// From the most general to the most special.
    keys: Box<[Who]>,
    values: Rows<Ruling>,
    classes: [Option<ClassRule>; Class::COUNT],
    services: Rows<ServiceRule>,
    barriers: Rows<BarrierRule>,
    /// By key, then by value, in seconds.
    node_delays: Rows<Rows<f64>>,
    /// By key, then by value, in km/h.
    grounds: Rows<Rows<f64>>,
}

impl Profile {
    /// The names of the profiles that come with the simulator.
    pub const BUILT_IN: [&'static str; 4] = ["car", "truck-26t", "light-3.5t", "foot"];

    /// A profile that comes with the simulator, from `assets/profiles/`.
    pub fn built_in(name: &str) -> Option<Self> {
        let text = match name {
            "car" => include_str!("../../../assets/profiles/car.toml"),
            "truck-26t" => include_str!("../../../assets/profiles/truck-26t.toml"),
            "light-3.5t" => include_str!("../../../assets/profiles/light-3.5t.toml"),
            "foot" => include_str!("../../../assets/profiles/foot.toml"),
            _ => return None,
        };
        // A test reads each of them, so that none is missing.
        Self::parse(text).ok()
    }

    /// Reads and checks a file of TOML such as those in `assets/profiles/`. Fails on whatever is not
    /// known there, missing, or out of its range.
    pub fn parse(text: &str) -> SimResult<Self> {
        file::parse(text)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it travels on.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// What turns cost it.
    pub const fn turn_costs(&self) -> &TurnCosts {
        &self.turns
    }

    /// What entering a street that is for destinations only is taken to cost, in seconds, from 0;
    /// it keeps traffic from passing through.
    pub const fn destination_entry_s(&self) -> f64 {
        self.destination_entry_s
    }

    /// The speed on a slope for one on the flat, both in km/h and from 1 to
    /// [`MAX_SPEED_KMH`]. `grade` is the rise over the run along the direction of travel; beyond ±0.5, steeper than
    /// any road, it counts as that.
    pub fn speed_on_slope_kmh(&self, speed_kmh: f64, grade: f64) -> f64 {
        self.slope.speed_kmh(speed_kmh, grade)
    }

    /// Its measures; all 0 for a walker.
    pub(super) const fn vehicle(&self) -> &Vehicle {
        &self.vehicle
    }

    /// The limits of its kind of vehicle.
    pub(super) const fn legal(&self) -> &Legal {
        &self.legal
    }

    /// The share of a limit that it drives at.
    pub(super) const fn limit_share(&self) -> f64 {
        self.limit_share
    }

    /// Its speed where two of it cannot meet, in km/h.
    pub(super) const fn narrow_kmh(&self) -> f64 {
        self.narrow_kmh
    }

    /// How closely an access key names it, 0 for everybody; `None` where it names others.
    pub(super) fn rank_of(&self, who: Who) -> Option<usize> {
        self.keys.iter().position(|key| *key == who)
    }

    /// The access key of a rank.
    pub(super) fn who(&self, rank: usize) -> Option<Who> {
        self.keys.get(rank).copied()
    }

    /// What a value of an access key means to it.
    pub(super) fn ruling(&self, value: &str) -> Option<Ruling> {
        find(&self.values, value).copied()
    }

    /// What a class of roads is to it; `None` where it never goes.
    pub(super) fn class_rule(&self, class: Class) -> Option<&ClassRule> {
        self.classes.get(class as usize)?.as_ref()
    }

    /// What a kind of service road is to it.
    pub(super) fn service(&self, kind: &str) -> Option<&ServiceRule> {
        find(&self.services, kind)
    }

    /// What a kind of barrier is to it.
    pub(super) fn barrier(&self, kind: &str) -> Option<&BarrierRule> {
        find(&self.barriers, kind)
    }

    /// What it loses at a node besides its barrier, in seconds.
    pub(super) fn node_delay_s(&self, tags: &Tags) -> f64 {
        rows_of(&self.node_delays, tags).sum()
    }

    /// How fast the ground of a road lets it be, in km/h; 0 where it carries no such vehicle.
    pub(super) fn ground_kmh(&self, tags: &Tags) -> f64 {
        rows_of(&self.grounds, tags).fold(f64::INFINITY, f64::min)
    }
}

/// The numbers of the tags that a table of keys and values has.
fn rows_of(table: &Rows<Rows<f64>>, tags: &Tags) -> impl Iterator<Item = f64> {
    table.iter().filter_map(|(key, rows)| {
        let value = tags.get(key)?;
        find(rows, value).copied()
    })
}

fn find<'a, T>(table: &'a [(Box<str>, T)], word: &str) -> Option<&'a T> {
    let mut rows = table.iter();
    rows.find(|(other, _)| **other == *word).map(|(_, row)| row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_can_be_read_and_have_their_name() {
        for name in Profile::BUILT_IN {
            assert_eq!(Profile::built_in(name).unwrap().name(), name);
        }
        assert_eq!(Profile::built_in("spaceship"), None);
    }

    #[test]
    fn a_crane_truck_stops_on_its_side_of_large_roads_only() {
        use crate::roads::rules::test_road as road;
        let truck = Profile::built_in("truck-26t").unwrap();
        assert!(truck.curb(&road("secondary", &[])));
        assert!(!truck.curb(&road("secondary", &[("oneway", "yes")])));
        assert!(!truck.curb(&road("residential", &[])));
        assert!(
            !Profile::built_in("foot")
                .unwrap()
                .curb(&road("secondary", &[]))
        );
    }
}
