//! `twin route`: the quickest way between places, street by street.

use super::roads::RoadArgs;
use super::{print, print_json};
use crate::error::ApiResult;
use crate::roads::{Answer, AreSeveral, Avoid, Place, RouteRequest, Stop, loaded, routes};

/// Find the quickest way between places over the roads of a pack or an extract, with turns: streets,
/// length, duration, climb, energy and CO2.
///
/// Places are lon,lat in degrees.
///
/// Example: twin route --pack packs/andorra --from 1.52,42.50 --to 1.60,42.55
///
/// Example: twin route --pack packs/pma --from 6.80,47.51 --via 6.85,47.49 --to 6.90,47.48
///     --profile truck-26t --avoid way:4711 --avoid class:motorway --json
#[derive(Debug, clap::Args)]
pub struct RouteCommand {
    #[command(flatten)]
    roads: RoadArgs,

    /// Where it begins
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    from: Place,

    /// Where it ends
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    to: Place,

    /// A place on the way; again for more, in this order
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    via: Vec<Place>,

    /// What is closed: the street nearest to lon,lat, way:NUMBER of OpenStreetMap, or class:CLASS;
    /// again for more
    #[arg(long, value_name = "STREET", allow_hyphen_values = true)]
    avoid: Vec<Avoid>,

    /// Whose energy it is, of assets/vehicles.toml; without it the profile's usual vehicle
    #[arg(long, value_name = "NAME")]
    vehicle: Option<String>,

    /// What the vehicle carries, in kilograms
    #[arg(long, value_name = "KG")]
    load_kg: Option<f64>,

    /// Look for so many other good ways; then the JSON is a collection, the best one first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    alternatives: Option<u8>,

    /// Print GeoJSON
    #[arg(long)]
    json: bool,
}

impl RouteCommand {
    /// Searches, and tells the way.
    pub fn run(&self) -> ApiResult<()> {
        let roads = self.roads.open()?;
        let loaded = loaded(self.vehicle.as_deref(), self.load_kg, &roads.profile)?;
        let metric = roads.metric(&self.avoid)?;
        let via = self.via.iter().map(|place| place.0);
        let request = RouteRequest {
            points: std::iter::once(self.from.0)
                .chain(via)
                .chain([self.to.0])
                .collect(),
            alternatives: self.alternatives.map_or(0, usize::from),
        };
        let routes = routes(&request, &metric, &Stop::default())?;
        let are_several = AreSeveral::when(self.alternatives.is_some());
        let answer = Answer::new(&routes, are_several, &metric, &roads.driver(loaded));
        if self.json {
            return print_json(&answer);
        }
        print(&answer.to_text())
    }
}
