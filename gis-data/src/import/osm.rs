//! OpenStreetMap extracts (`.osm.pbf`): assets, addresses and the outlines of administrative units,
//! and the ground: roads with what stands on them and which turns they forbid, water, buildings,
//! land cover and places that people look for. What a road means to traffic is left to the road
//! graph.

mod addresses;
mod areas;
mod assets;
mod blocks;
mod buildings;
mod camera;
mod features;
mod gather;
mod interest;
mod keys;
mod land;
mod lines;
mod measures;
mod near;
mod nesting;
mod nodes;
mod points_of_interest;
mod restrictions;
mod rings;
mod road_nodes;
mod streets;
mod tags;
mod themes;
mod units;
mod values;

use std::collections::BTreeMap;
use std::path::Path;

use twin_core::{AssetKind, Ground, LandCover, Layers, LonLat, LonLatBox, Timestamp};

use self::blocks::PbfFile;
use self::gather::Gathered;
use self::interest::Interest;
use self::lines::Lines;
use super::Report;
use super::plane::Extent;
use crate::error::GisResult;
use crate::pack::{GroundLayer, LayerInfo, Manifest, Pack};

/// What the file cannot tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OsmOptions {
    /// Short name of the pack; by default the file's name without its endings.
    pub name: Option<String>,
    /// Name for people; by default the short name.
    pub title: Option<String>,
    /// Planar reference system; by default Lambert-93 (`EPSG:2154`) where everything lies in its
    /// domain, else the UTM zone of the middle.
    pub crs: Option<String>,
    /// Only what comes into this box, for an extract that is much larger than the territory: nodes
    /// inside, ways through one of these, relations of one of either, each of them whole. Two
    /// passes more, and memory that grows with the box. What spans the box without any node in it
    /// is not found.
    pub within: Option<LonLatBox>,
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
/// * Roads are ways with a `highway` that one can drive, ride or walk on, and ferries, with the tags
///   that say something to traffic. Their nodes that are barriers, signals, crossings, or closed to
///   somebody, come as road nodes.
/// * Turn restrictions are relations `type=restriction` whose members are such roads and meet;
///   `no_entry` and `no_exit` come once for each pair of roads. Their tags tell whom they concern:
///   where these have keys such as `restriction:hgv` and no `restriction`, only those.
/// * Buildings and their parts, and what covers the land (`landuse`, `natural`, `leisure`, grounds of
///   an `amenity`, squares to walk on), are closed ways and multipolygons that are wholly in the
///   file. A building is no land cover, whatever else its tags say. A way that is told once more by
///   a multipolygon which it is an outer ring of comes as this only.
/// * Points of interest have the theme of the first rule that fits their tags, and stand where
///   assets do; what is private is none. Of a contact only the page is kept.
/// * Addresses have a house number, and a street of their own or of a relation
///   `type=associatedStreet`; as many premises as `building:flats` tells, else one. Numbers that are
///   to be guessed along a line are left out.
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
    let gathered = Gathered::read(&mut file, options.within, report)?;
    let ground = ground(&gathered, &file, report);
    let features = features::features(&gathered, &file, report);
    let mut layers = assets::layers(&features, &ground.roads, &file, report)?;
    layers.addresses = addresses::addresses(&gathered, &features, &file, report);
    layers.communes = units::communes(&gathered, &file, report);
    let ground = Ground {
        points_of_interest: points_of_interest::points_of_interest(&features),
        ..ground
    };
    let manifest = manifest(&file, options, &layers, &ground);
    Ok(Pack {
        manifest,
        layers,
        ground,
    })
}

/// The ground without the places that people look for.
fn ground(gathered: &Gathered, file: &PbfFile, report: &mut Report) -> Ground {
    let Lines { roads, waterways } = lines::lines(gathered, file, report);
    let (mut buildings, mut land_cover) = (Vec::new(), Vec::new());
    areas::areas(gathered, file, report, |area, report| {
        if area.interest.has(Interest::BUILDING) {
            let object = area.object;
            let mut warn = |code, message: &str| report.warn(code, file.path(), object, message);
            buildings.push(buildings::building(area, &mut warn));
        } else if let Some(class) = land::class(area.tags) {
            land_cover.push(LandCover {
                class,
                name: area.tags.text("name"),
                outline: area.outline,
            });
        }
    });
    Ground {
        road_nodes: road_nodes::road_nodes(gathered, &roads),
        turn_restrictions: restrictions::restrictions(gathered, &roads, file, report),
        roads,
        waterways,
        buildings,
        land_cover,
        ..Ground::default()
    }
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
    let communes = layers.communes.iter().map(|commune| &commune.outline);
    let buildings = ground.buildings.iter().map(|building| &building.outline);
    let land = ground.land_cover.iter().map(|cover| &cover.outline);
    let outlines = communes.chain(buildings).chain(land).flatten();
    let corners = outlines.flat_map(|polygon| polygon.exterior().coords());
    let assets = (layers.sites.iter().map(|a| a.place))
        .chain(layers.cameras.iter().map(|a| a.place))
        .chain(layers.health_facilities.iter().map(|a| a.place))
        .chain(layers.unloading_sites.iter().map(|a| a.place))
        .chain(layers.addresses.iter().map(|a| a.place))
        .chain(ground.points_of_interest.iter().map(|place| place.place));
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
