//! Water, buildings, land cover, points of interest and premises.

use geo_types::MultiPolygon;

use crate::asset::AssetId;
use crate::detail::named_enum;
use crate::ground::Tags;
use crate::place::LonLat;
use crate::time::Timestamp;
use crate::units::Metres;

/// A river, brook or canal.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterway {
    /// Its class in OpenStreetMap's words: `river`, `stream`, `canal`.
    pub class: Box<str>,
    /// Its name.
    pub name: Option<Box<str>>,
    /// Its course downstream, two points at least.
    pub path: Vec<LonLat>,
}

/// A building or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Building {
    /// Its name within the layer, for example `osm-w123`.
    pub key: Box<str>,
    /// What it is in OpenStreetMap's words: `house`, `apartments`, `industrial`, `yes`.
    pub class: Box<str>,
    /// Its name.
    pub name: Option<Box<str>>,
    /// From the ground to the top of the roof.
    pub height: Option<Metres>,
    /// From the ground to where it begins, for what hangs in the air.
    pub min_height: Option<Metres>,
    /// Full storeys above the ground.
    pub levels: Option<f32>,
    /// The shape of its roof in OpenStreetMap's words: `flat`, `gabled`, `hipped`.
    pub roof_shape: Option<Box<str>>,
    /// Whether it is a part of another building, whose outline holds it.
    pub is_part: bool,
    /// Its outline on the ground.
    pub outline: MultiPolygon,
}

/// What covers a piece of land.
#[derive(Clone, Debug, PartialEq)]
pub struct LandCover {
    /// Its class in OpenStreetMap's words: `forest`, `farmland`, `residential`, `park`, `water`.
    pub class: Box<str>,
    /// Its name.
    pub name: Option<Box<str>>,
    /// Its outline.
    pub outline: MultiPolygon,
}

named_enum! {
    /// What people look for at a place.
    Theme, "theme of a point of interest" {
        /// Sports facilities.
        Sport = "sport",
        /// Museums, theatres, libraries, cinemas.
        Culture = "culture",
        /// Sights, lodging, information.
        Tourism = "tourism",
        /// Town halls and other public offices.
        Administration = "administration",
        /// Schools and training.
        Education = "education",
        /// Shops, restaurants and other services.
        Commerce = "commerce",
        /// Recycling centres, where people bring what no container takes.
        Recycling = "recycling",
        /// Parks, playgrounds and viewpoints.
        Leisure = "leisure",
        /// Stops, stations and car parks.
        Transport = "transport",
        /// Worship.
        Worship = "worship",
        /// Anything else.
        Other = "other",
    }
}

/// A place that people look for.
#[derive(Clone, Debug, PartialEq)]
pub struct PointOfInterest {
    /// Its name within the layer, for example `osm-n123`.
    pub key: Box<str>,
    /// What people look for there.
    pub theme: Theme,
    /// What it is: OpenStreetMap's value (`sports_centre`, `museum`), or the register's type.
    pub class: Box<str>,
    /// Its name.
    pub name: Option<Box<str>>,
    /// What else the source says of it: `opening_hours`, `addr:street`, `website`, `sport`.
    pub tags: Tags,
    /// Where it is; for an area, a point inside it.
    pub place: LonLat,
}

named_enum! {
    /// How far the fibre roll-out has come at a building (ARCEP, file of the buildings, `imb_etat`).
    PremisesState, "state of premises" {
        /// In the plan.
        Target = "target",
        /// The owner has agreed.
        Signed = "signed",
        /// Being connected.
        InProgress = "in-progress",
        /// Can be subscribed to (state "DEPL").
        Deployed = "deployed",
        /// Will be connected when somebody subscribes (state "RACD").
        OnDemand = "on-demand",
        /// Given up.
        Abandoned = "abandoned",
    }
}

/// A building as the fibre roll-out counts it. Never a person, never a subscription.
#[derive(Clone, Debug, PartialEq)]
pub struct Premises {
    /// Its number in the register of buildings.
    pub key: Box<str>,
    /// INSEE code of its commune.
    pub commune: Option<Box<str>>,
    /// House number and street.
    pub label: Option<Box<str>>,
    /// Dwellings and workplaces in it.
    pub lines: u32,
    /// How far the roll-out has come.
    pub state: PremisesState,
    /// Since when it has been in this state.
    pub since: Option<Timestamp>,
    /// The fibre node that it hangs on, or will.
    pub node: Option<AssetId>,
    /// Where it is.
    pub place: LonLat,
}
