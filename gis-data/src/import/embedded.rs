//! The embedded territory: a pack computed from plain facts, for whoever has no data at hand yet.
//!
//! The communes' figures are real; outlines, roads, rivers and everything that stands on a street
//! are synthetic, and the manifest says so layer by layer.

mod borders;
mod containers;
mod courses;
mod draws;
mod facilities;
mod facts;
mod ground;
mod lines;
mod outlines;
mod plane;
mod power;
mod preset;
mod provenance;
mod relief;
mod roads;
mod segments;
mod sensors;
mod sites;
mod water;

use twin_core::{Ground as PackGround, Layers};

use self::facts::Facts;
use self::ground::Ground;
pub use self::preset::Preset;
use self::relief::Relief;
use self::roads::Streets;
use crate::error::GisResult;
use crate::pack::Pack;

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
    let facts = Facts::embedded()?;
    let ground = Ground::new(&facts)?;
    let sites = sites::planned_sites(&ground, seed)?;
    let containers = containers::planned_containers(&ground, &sites, seed);
    let layers = Layers {
        communes: ground.communes(&facts)?,
        sites: sites::site_assets(&sites),
        containers: containers::container_assets(&sites, &containers)?,
        sensors: sensors::sensor_assets(preset, &sites, &containers, seed)?,
        ..facilities::facilities(&facts, &ground, seed)?
    };
    let rivers = water::rivers(&facts, &ground, seed)?;
    let relief = Relief::new(&facts, &ground, &rivers, seed)?;
    let streets = Streets::new((&facts, &ground), &relief, &rivers, seed)?;
    Ok(Pack {
        manifest: provenance::manifest(&facts, preset),
        layers,
        ground: PackGround {
            roads: streets.roads(&ground.plane)?,
            road_nodes: streets.road_nodes(&ground.plane)?,
            turn_restrictions: streets.turn_restrictions(&ground.plane)?,
            waterways: water::waterways(&rivers, &ground)?,
            terrain: Some(relief.terrain()?),
            ..PackGround::default()
        },
    })
}
