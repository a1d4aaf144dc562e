//! `twin isochrone`: how far one comes in some minutes.

use super::roads::RoadArgs;
use super::{print, print_json};
use crate::error::ApiResult;
use crate::roads::{Isochrone, IsochroneRequest, Place, Stop};

/// Draw how far one comes from a place in some minutes, over the roads of a pack or an extract, and up
/// to 100 m on foot from them.
///
/// Example: twin isochrone --pack packs/andorra --at 1.52,42.50 --minutes 5,10,15 --json
#[derive(Debug, clap::Args)]
pub struct IsochroneCommand {
    #[command(flatten)]
    roads: RoadArgs,

    /// Where one starts, in degrees
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    at: Place,

    /// Up to 5 limits, in minutes up to 60
    #[arg(long, value_name = "LIST", default_value = "5,10,15")]
    minutes: String,

    /// Print the areas as GeoJSON
    #[arg(long)]
    json: bool,
}

impl IsochroneCommand {
    /// Searches, draws, and tells the areas.
    pub fn run(&self) -> ApiResult<()> {
        let request = IsochroneRequest {
            at: self.at.0,
            minutes: IsochroneRequest::parse_minutes(&self.minutes)?,
        };
        let roads = self.roads.open()?;
        let metric = roads.metric(&[])?;
        let driver = roads.driver(None);
        let isochrone = Isochrone::new(&request, &metric, &driver, &Stop::default())?;
        if self.json {
            return print_json(&isochrone);
        }
        print(&isochrone.to_text())
    }
}
