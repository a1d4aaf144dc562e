//! Whether what lies on the ground goes together: keys, roads and their turns, the terrain.

use std::collections::BTreeSet;

use twin_core::{Ground, LonLat, LonLatBox, Terrain, Via};

use super::findings::{FindingCode, Findings};
use super::outlines::Outlines;
use super::shown;
use crate::pack::Pack;

/// The share of filled heights from which it is told.
const MUCH_FILLED: f64 = 0.1;

/// Checks the ground of a pack.
pub(super) fn check(pack: &Pack, outlines: &Outlines, findings: &mut Findings) {
    let ground = &pack.ground;
    check_communes(pack, findings);
    check_keys(ground, findings);
    check_roads(ground, findings);
    check_turns(ground, findings);
    check_places(ground, outlines, findings);
    if let Some(terrain) = &ground.terrain {
        check_terrain(terrain, outlines.bbox(), findings);
    }
}

fn check_communes(pack: &Pack, findings: &mut Findings) {
    let communes = &pack.layers.communes;
    unique("communes", communes.iter().map(|it| &*it.code), findings);
    for commune in communes {
        if let (Some(from), Some(until)) = (commune.member_from, commune.member_until)
            && until <= from
        {
            let place = format_args!("communes.fgb: {}", commune.code).to_string();
            let message = format!("it is a member from {from} until {until}");
            findings.add(FindingCode::NeverMember, place, message);
        }
    }
}

fn check_keys(ground: &Ground, findings: &mut Findings) {
    unique(
        "buildings",
        ground.buildings.iter().map(|it| &*it.key),
        findings,
    );
    let places = ground.points_of_interest.iter();
    unique("points_of_interest", places.map(|it| &*it.key), findings);
    unique(
        "premises",
        ground.premises.iter().map(|it| &*it.key),
        findings,
    );
    unique(
        "road_nodes",
        ground.road_nodes.iter().map(|it| it.id),
        findings,
    );
}

fn unique<K: Ord + std::fmt::Display + Clone>(
    layer: &str,
    keys: impl Iterator<Item = K>,
    findings: &mut Findings,
) {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key.clone()) {
            let place = format!("{layer}.fgb: {key}");
            findings.add(FindingCode::DuplicateKey, place, "its key is there twice");
        }
    }
}

fn check_roads(ground: &Ground, findings: &mut Findings) {
    for (ix, road) in ground.roads.iter().enumerate() {
        let (nodes, points) = (road.nodes.len(), road.path.len());
        if nodes != 0 && nodes != points {
            let place = match road.id {
                Some(id) => format!("roads.fgb: {id}"),
                None => format!("roads.fgb: row {ix}"),
            };
            let message = format!("it has {nodes} nodes for {points} points");
            findings.add(FindingCode::UnevenRoad, place, message);
        }
    }
    let on_roads: BTreeSet<i64> = ground
        .roads
        .iter()
        .flat_map(|it| it.nodes.clone())
        .collect();
    for node in ground
        .road_nodes
        .iter()
        .filter(|node| !on_roads.contains(&node.id))
    {
        let place = format!("road_nodes.fgb: {}", node.id);
        findings.add(FindingCode::StrayRoadNode, place, "it is a node of no road");
    }
}

fn check_turns(ground: &Ground, findings: &mut Findings) {
    let roads: BTreeSet<i64> = ground.roads.iter().filter_map(|road| road.id).collect();
    for turn in &ground.turn_restrictions {
        let over = match &turn.via {
            Via::Node(_) => &[][..],
            Via::Ways(ways) => ways,
        };
        let ends = [turn.from, turn.to];
        let mut named = ends.iter().chain(over);
        if let Some(way) = named.find(|way| !roads.contains(way)) {
            let place = format!("turn_restrictions.fgb: {}", turn.id);
            let message = format!("it is about the road {way}, which is not there");
            findings.add(FindingCode::DanglingRestriction, place, message);
        }
    }
}

/// Lines and areas may reach over the border; points may not.
fn check_places(ground: &Ground, outlines: &Outlines, findings: &mut Findings) {
    if outlines.is_empty() {
        return;
    }
    let premises = ground.premises.iter();
    let premises = premises.map(|it| ("premises", &*it.key, it.place));
    let points = ground.points_of_interest.iter();
    let points = points.map(|it| ("points_of_interest", &*it.key, it.place));
    for (layer, key, place) in premises.chain(points) {
        if !outlines.hold(place) {
            let message = format!("{} lies in no commune", shown(place));
            findings.add(
                FindingCode::OutsideOutlines,
                format_args!("{layer}.fgb: {key}"),
                message,
            );
        }
    }
}

fn check_terrain(terrain: &Terrain, territory: Option<LonLatBox>, findings: &mut Findings) {
    const PLACE: &str = "terrain.tif";
    if let Some(bbox) = territory {
        let corners = [
            (bbox.west(), bbox.south()),
            (bbox.west(), bbox.north()),
            (bbox.east(), bbox.south()),
            (bbox.east(), bbox.north()),
        ];
        let corners = corners
            .into_iter()
            .filter_map(|(lon, lat)| LonLat::new(lon, lat).ok());
        let bare: Vec<String> = corners
            .filter(|corner| terrain.height_m(*corner).is_none())
            .map(shown)
            .collect();
        if !bare.is_empty() {
            let message = format!(
                "it does not reach the corners {} of the territory",
                bare.join(" and ")
            );
            findings.add(FindingCode::TerrainTooSmall, PLACE, message);
        }
    }
    let filled = terrain.is_filled().iter().filter(|it| **it).count();
    let share = filled as f64 / terrain.is_filled().len() as f64;
    if share > MUCH_FILLED {
        let message = format!("{:.0} % of its heights were filled in", 100.0 * share);
        findings.add(FindingCode::TerrainFilled, PLACE, message);
    }
}
