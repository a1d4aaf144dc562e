//! `twin pack import --dem`: the height of the terrain.

use std::path::{Path, PathBuf};

use gis_data::crs::default_planar_crs_for;
use gis_data::import::{Report, dem};
use gis_data::pack::{GroundLayer, LayerInfo, Pack};
use twin_core::{LonLat, LonLatBox, Terrain};

use super::progress::Steps;
use crate::error::ApiResult;

/// How many files a source names before it counts the rest.
const NAMED_FILES: usize = 4;

/// Files of heights.
#[derive(Debug, Default, clap::Args)]
pub(super) struct TerrainArgs {
    /// Heights of the terrain (.hgt, .hgt.zip, GeoTIFF, .asc), around the territory; may be given
    /// several times, for tiles that lie side by side
    #[arg(long, value_name = "FILE")]
    pub(super) dem: Vec<PathBuf>,
}

impl TerrainArgs {
    /// Gives the pack the terrain of its territory, or, where it has nothing else, that of the
    /// files. Returns what was assumed about them.
    pub(super) fn add_to(
        &self,
        pack: &mut Pack,
        report: &mut Report,
        steps: &Steps,
    ) -> ApiResult<Vec<String>> {
        let Some(first) = self.dem.first() else {
            return Ok(Vec::new());
        };
        steps.begin(&format!("reading {}", first.display()));
        let extent = extent(pack);
        let found = dem::read(&self.dem, extent, report)?;
        if extent.is_none() {
            pack.manifest.crs = crs_of(&found.terrain).unwrap_or(pack.manifest.crs.clone());
        }
        pack.ground.terrain = Some(found.terrain);
        let layer = GroundLayer::Terrain.name().to_owned();
        pack.manifest.layers.insert(layer, provenance(&self.dem));
        Ok(found.assumptions)
    }
}

/// The box around all outlines and assets; where there are none, around roads, buildings and
/// premises; `None` where there is nothing.
fn extent(pack: &Pack) -> Option<LonLatBox> {
    let (layers, ground) = (&pack.layers, &pack.ground);
    let outlines = layers.communes.iter().flat_map(|commune| &commune.outline);
    let corners = outlines.flat_map(|part| part.exterior().coords().copied());
    let places = (layers.sites.iter().map(|it| it.place))
        .chain(layers.cameras.iter().map(|it| it.place))
        .chain(layers.health_facilities.iter().map(|it| it.place))
        .chain(layers.fibre_nodes.iter().map(|it| it.place))
        .chain(layers.depots.iter().map(|it| it.place))
        .chain(layers.unloading_sites.iter().map(|it| it.place))
        .chain(layers.addresses.iter().map(|it| it.place));
    LonLatBox::around(corners.chain(places.map(Into::into))).or_else(|| {
        let roads = ground.roads.iter().flat_map(|road| road.path.iter());
        let roads = roads.copied().map(Into::into);
        let buildings = ground.buildings.iter().flat_map(|it| &it.outline);
        let buildings = buildings.flat_map(|part| part.exterior().coords().copied());
        LonLatBox::around(roads.chain(buildings))
    })
}

/// The planar system that suits a terrain.
fn crs_of(terrain: &Terrain) -> Option<String> {
    let grid = terrain.grid();
    let south_east = grid.place(grid.columns - 1, grid.rows - 1)?;
    let south_west = LonLat::new(grid.north_west.lon(), south_east.lat()).ok()?;
    let north_east = LonLat::new(south_east.lon(), grid.north_west.lat()).ok()?;
    Some(default_planar_crs_for(south_west, north_east))
}

fn provenance(files: &[PathBuf]) -> LayerInfo {
    let name = |path: &PathBuf| {
        let name = Path::file_name(path).unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let named: Vec<String> = files.iter().take(NAMED_FILES).map(name).collect();
    let more = files.len() - named.len();
    let named = named.join(", ");
    let source = match (files.len(), more) {
        (1, _) => format!("Altitudes du fichier {named}"),
        (_, 0) => format!("Altitudes des fichiers {named}"),
        _ => format!("Altitudes des fichiers {named} et de {more} autres"),
    };
    LayerInfo {
        source,
        licence: "selon l’éditeur du fichier".to_owned(),
        vintage: "non indiqué".to_owned(),
        synthetic: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::one(1, "Altitudes du fichier 0.asc")]
    #[case::two(2, "Altitudes des fichiers 0.asc, 1.asc")]
    #[case::many(9, "Altitudes des fichiers 0.asc, 1.asc, 2.asc, 3.asc et de 5 autres")]
    fn the_files_are_the_source(#[case] count: usize, #[case] source: &str) {
        let file = |number: usize| PathBuf::from(format!("/heights/{number}.asc"));
        let files: Vec<PathBuf> = (0..count).map(file).collect();
        assert_eq!(provenance(&files).source, source);
    }
}
