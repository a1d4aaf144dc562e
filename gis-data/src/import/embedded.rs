//! The embedded territory: a pack computed from plain facts, for whoever has no data at hand yet.
//!
//! The communes' figures are real; outlines, roads, rivers and everything that stands on a street
//! are synthetic, and the manifest says so layer by layer.

mod borders;
mod buildings;
mod cameras;
mod containers;
mod courses;
mod curbs;
mod draws;
mod dry;
mod dwellings;
mod entrances;
mod facilities;
mod facts;
mod fibre;
mod footprint;
mod ground;
mod health;
mod land;
mod lines;
mod network;
mod options;
mod outlines;
mod plane;
mod plots;
mod power;
mod preset;
mod provenance;
mod public;
mod relief;
mod roads;
mod segments;
mod sensors;
mod shares;
mod sites;
mod standing;
mod water;

use twin_core::{Ground as PackGround, Layers, Timestamp};

use self::ground::Ground;
pub use self::options::{EmbeddedOptions, TerritoryFacts};
pub use self::preset::Preset;
use self::relief::Relief;
use self::roads::Streets;
use crate::error::GisResult;
use crate::pack::Pack;

/// The day whose state is told where nobody names another: 1 January 2026.
const LATEST: Timestamp = Timestamp::from_secs(1_767_225_600);

/// Computes the embedded territory, Pays de Montbéliard Agglomération.
///
/// The same preset and seed give the same pack on every machine. It holds the 73 communes of today
/// with the dates of their membership; sites and sensors stand in the 72 that were members when
/// the plan was made. The stock of sites and containers depends on the seed alone; the preset says
/// how many of them have sensors, and a smaller preset's sensors are among a larger one's.
///
/// ```
/// use gis_data::import::embedded::{Preset, embedded_pack};
///
/// let pack = embedded_pack(Preset::Demo2022, 1)?;
/// assert_eq!(pack.layers.sensors.len(), 200);
/// # Ok::<(), gis_data::GisError>(())
/// ```
pub fn embedded_pack(preset: Preset, seed: u64) -> GisResult<Pack> {
    let options = EmbeddedOptions {
        preset,
        seed,
        date: None,
    };
    pack_from(&TerritoryFacts::embedded()?, &options)
}

/// Computes the territory that facts tell of, in the same way, as it is at the date: the state of
/// the fibre roll-out, and the authorisations of cameras.
///
/// The stock of sites, containers and sensors is that of the plan for Pays de Montbéliard
/// Agglomération, spread over the communes that are told; the notice of another territory says so.
///
/// # Errors
/// Facts from which no territory can be computed: areas that no outlines can have, and communes
/// without room for their sites.
pub fn pack_from(territory: &TerritoryFacts, options: &EmbeddedOptions) -> GisResult<Pack> {
    let facts = territory.facts();
    let EmbeddedOptions { preset, seed, date } = *options;
    let ground = Ground::new(facts)?;
    let rivers = water::rivers(facts, &ground, seed)?;
    let relief = Relief::new(facts, &ground, &rivers, seed)?;
    let streets = Streets::new((facts, &ground), &relief, &rivers, seed)?;
    let roads = streets.roads(&ground.plane)?;
    let waterways = water::waterways(&rivers, &ground)?;
    let scene = standing::Scene {
        facts,
        ground: &ground,
        rivers: &rivers,
        waterways: &waterways,
        relief: &relief,
        streets: &streets,
        roads: &roads,
    };
    let standing = standing::standing(&scene, date.unwrap_or(LATEST), seed)?;
    let containers = containers::planned_containers(&ground, &standing.sites, seed);
    let layers = Layers {
        communes: ground.communes(facts)?,
        sites: sites::site_assets(&standing.sites),
        containers: containers::container_assets(&standing.sites, &containers)?,
        sensors: sensors::sensor_assets(preset, &standing.sites, &containers, seed)?,
        ..standing.layers
    };
    Ok(Pack {
        manifest: provenance::manifest(facts, preset),
        layers,
        ground: PackGround {
            roads,
            road_nodes: streets.road_nodes(&ground.plane)?,
            turn_restrictions: streets.turn_restrictions(&ground.plane)?,
            waterways,
            terrain: Some(relief.terrain()?),
            ..standing.ground
        },
    })
}
