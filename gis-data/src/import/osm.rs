//! OpenStreetMap extracts (`.osm.pbf`): points of interest, roads and water, and the outlines of
//! administrative units. What a road means to traffic is left to the road graph.

mod assets;
mod blocks;
mod camera;
mod features;
mod gather;
mod lines;
mod nodes;
mod rings;
mod streets;
mod tags;
mod units;

use std::collections::BTreeMap;
use std::path::Path;

use twin_core::{AssetKind, Ground, Layers, LonLat, Timestamp};

use self::blocks::PbfFile;
use self::gather::Gathered;
use super::Report;
use super::plane::Extent;
use crate::error::GisResult;
use crate::pack::{GroundLayer, LayerInfo, Manifest, Pack};

/// What the file cannot tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OsmOptions {
    /// Short name of the pack; by default the file's name without its endings.
    pub name: Option<String>,
    /// Name for people; by default the short name.
    pub title: Option<String>,
    /// Planar reference system; by default Lambert-93 (`EPSG:2154`) where everything lies in its
    /// domain, else the UTM zone of the middle.
    pub crs: Option<String>,
}

/// Reads an extract into a pack; what cannot be used is told in `report`.
///
/// * `amenity=pharmacy|doctors|clinic|hospital` makes a health facility, `man_made=surveillance` a
///   camera, `amenity=recycling` a site with one container per stream it names (or one of stream
///   `unknown`), with `recycling_type=centre` an unloading site, `amenity=waste_basket` a site with
///   one container; each from nodes, closed ways and multipolygons alike. Keys are `osm-n123`,
///   `osm-w123`, `osm-r123` after node, way and relation; containers add `-1`, `-2`, ….
/// * The place of an area is a point inside it. A camera's public place is the middle of its
///   street's stretch of at most 400 m: the nearest street with a name within 500 m, else the
///   nearest one within 700 m, else its own place rounded to 0.01°.
/// * Communes are the whole units of the most detailed `admin_level` from 8 to 4 that covers the
///   file (9, then 10, where none of them is whole); their code is `ref:INSEE`, else `ISO3166-2`, else `osm-r123`.
///
/// ```no_run
/// use gis_data::import::{Report, osm};
///
/// let mut report = Report::default();
/// let extract = std::path::Path::new("franche-comte-latest.osm.pbf");
/// let pack = osm::read(extract, &osm::OsmOptions::default(), &mut report)?;
/// for (code, count) in report.counts() {
///     eprintln!("{count} × {code}");
/// }
/// # Ok::<(), gis_data::GisError>(())
/// ```
///
/// The file is read in three passes; memory grows with what is kept, not with the file.
///
/// # Errors
///
/// [`GisError::Io`](crate::GisError::Io), [`GisError::NotOsmPbf`](crate::GisError::NotOsmPbf) and
/// [`GisError::UnsupportedOsmFeature`](crate::GisError::UnsupportedOsmFeature).
pub fn read(path: &Path, options: &OsmOptions, report: &mut Report) -> GisResult<Pack> {
    let mut file = PbfFile::open(path, report)?;
    let gathered = Gathered::read(&mut file, report)?;
    let lines = lines::lines(&gathered, &file, report);
    let features = features::features(&gathered, &file, report);
    let mut layers = assets::layers(&features, &lines.roads, &file, report)?;
    layers.communes = units::communes(&gathered, &file, report);
    let ground = Ground {
        roads: lines.roads,
        waterways: lines.waterways,
        ..Ground::default()
    };
    let manifest = manifest(&file, options, &layers, &ground);
    Ok(Pack {
        manifest,
        layers,
        ground,
    })
}

fn manifest(file: &PbfFile, options: &OsmOptions, layers: &Layers, ground: &Ground) -> Manifest {
    let name = options
        .name
        .clone()
        .unwrap_or_else(|| short_name(file.path()));
    let crs = options
        .crs
        .clone()
        .or_else(|| Some(extent(layers, ground)?.planar_crs()));
    Manifest {
        version: Manifest::VERSION,
        title: options.title.clone().unwrap_or_else(|| name.clone()),
        name,
        crs: crs.unwrap_or_else(|| "EPSG:2154".to_owned()),
        preset: None,
        notice: BTreeMap::new(),
        simulated_sensors: false,
        layers: provenance(file, layers, ground),
    }
}

/// `andorra-2025-01` of `/data/andorra-2025-01.osm.pbf`.
fn short_name(path: &Path) -> String {
    let file = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let stem = file.strip_suffix(".pbf").unwrap_or(&file);
    let stem = stem.strip_suffix(".osm").unwrap_or(stem);
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    stem.chars().map(plain).collect()
}

fn extent(layers: &Layers, ground: &Ground) -> Option<Extent> {
    let outlines = layers.communes.iter().flat_map(|commune| &commune.outline);
    let corners = outlines.flat_map(|polygon| polygon.exterior().coords());
    let assets = (layers.sites.iter().map(|a| a.place))
        .chain(layers.cameras.iter().map(|a| a.place))
        .chain(layers.health_facilities.iter().map(|a| a.place))
        .chain(layers.unloading_sites.iter().map(|a| a.place));
    let roads = ground.roads.iter().flat_map(|road| road.path.iter());
    let water = ground.waterways.iter().flat_map(|water| water.path.iter());
    let points = roads.chain(water).copied();
    let corners = corners.filter_map(|corner| LonLat::new(corner.x, corner.y).ok());
    Extent::around(corners.chain(assets).chain(points))
}

/// Where each layer that has anything comes from.
fn provenance(file: &PbfFile, layers: &Layers, ground: &Ground) -> BTreeMap<String, LayerInfo> {
    let taken_at = file
        .taken_at
        .map(|secs| Timestamp::from_secs(secs).to_string());
    let info = LayerInfo {
        source: "OpenStreetMap contributors".to_owned(),
        licence: "ODbL 1.0".to_owned(),
        vintage: taken_at.map_or_else(|| "not told".to_owned(), |at| at.chars().take(10).collect()),
        synthetic: false,
    };
    let kinds = AssetKind::ALL
        .iter()
        .filter(|row| layers.count(row.kind) > 0)
        .map(|row| row.layer);
    let drawn = GroundLayer::ALL
        .into_iter()
        .filter(|layer| layer.count(ground) > 0)
        .map(GroundLayer::name);
    let communes = (!layers.communes.is_empty()).then_some("communes");
    kinds
        .chain(drawn)
        .chain(communes)
        .map(|name| (name.to_owned(), info.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::geofabrik("/data/franche-comte-latest.osm.pbf", "franche-comte-latest")]
    #[case::one_ending("monaco.pbf", "monaco")]
    #[case::blanks("my town.osm.pbf", "my-town")]
    fn a_pack_is_named_after_its_file(#[case] path: &str, #[case] name: &str) {
        assert_eq!(short_name(Path::new(path)), name);
    }
}
