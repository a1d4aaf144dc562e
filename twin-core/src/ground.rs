//! What lies on the ground besides assets: roads as traffic sees them, water, buildings, land
//! cover, points of interest, premises and the height of the terrain.
//!
//! Plain data in WGS84, in OpenStreetMap's words where it has one; what a road means to a vehicle
//! is for the road graph to say.

mod eligibility;
mod features;
mod road;
mod tags;
mod terrain;

pub use self::eligibility::is_eligible;
pub use self::features::{
    Building, LandCover, PointOfInterest, Premises, PremisesState, Theme, Waterway,
};
pub use self::road::{Road, RoadNode, TurnRestriction, Via};
pub use self::tags::Tags;
pub use self::terrain::{Terrain, TerrainGrid};

/// Everything on the ground of a territory, as plain lists in the order of the pack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ground {
    /// Roads, ways and paths.
    pub roads: Vec<Road>,
    /// Nodes of roads that say something to traffic: barriers, signals, crossings.
    pub road_nodes: Vec<RoadNode>,
    /// Turns that are forbidden, or the only ones allowed.
    pub turn_restrictions: Vec<TurnRestriction>,
    /// Rivers, brooks and canals, as lines.
    pub waterways: Vec<Waterway>,
    /// Buildings and their parts.
    pub buildings: Vec<Building>,
    /// What covers the land: forest, farmland, housing, lakes, parks.
    pub land_cover: Vec<LandCover>,
    /// Places that people look for.
    pub points_of_interest: Vec<PointOfInterest>,
    /// Buildings as the fibre roll-out counts them.
    pub premises: Vec<Premises>,
    /// The height of the terrain, where it is known.
    pub terrain: Option<Terrain>,
}
