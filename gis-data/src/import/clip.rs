//! An extract of a whole region, cut down to the communes of one territory.

mod mask;

use std::collections::BTreeSet;

use geo_types::{MultiPolygon, Polygon};
use twin_core::{
    Asset, Commune, Ground, Layers, LonLatBox, PreparedPolygon, Road, TurnRestriction, Via,
};

use self::mask::Mask;
use crate::pack::Pack;

/// How far roads, water, buildings and land reach over the border, in metres.
pub const MARGIN_M: f64 = 2000.0;

/// The box of some communes with as much around it as [`to_communes`] may keep or look at; `None`
/// without outlines.
pub fn reach_of(communes: &[Commune]) -> Option<LonLatBox> {
    /// Streets that name the public place of a camera near the border are looked for so far.
    const BEYOND_M: f64 = 1000.0;
    let parts = communes.iter().flat_map(|commune| &commune.outline);
    let corners = parts.flat_map(|part| part.exterior().coords().copied());
    let bbox = LonLatBox::around(corners)?;
    let margin = mask::margin(bbox, MARGIN_M + BEYOND_M);
    let west = (bbox.west() - margin.x).max(-180.0);
    let south = (bbox.south() - margin.y).max(-90.0);
    let east = (bbox.east() + margin.x).min(180.0);
    let north = (bbox.north() + margin.y).min(90.0);
    LonLatBox::new(west, south, east, north).ok()
}

/// Leaves out what lies beyond the communes of a pack.
///
/// What stands at a place stays where that place lies in a commune. Lines and areas stay whole
/// where any of them comes within [`MARGIN_M`] of the territory, give or take 300 m; what is on a
/// road stays with it. Depots, vehicles, the fibre network, premises and the terrain are left as
/// they are. A pack without outlines is, too.
pub fn to_communes(pack: &mut Pack) {
    let outlines = pack.layers.communes.iter().map(|it| &it.outline);
    let inside: Vec<_> = outlines.clone().filter_map(PreparedPolygon::new).collect();
    let Some(mask) = Mask::around(&inside, outlines, MARGIN_M) else {
        return;
    };
    clip_assets(&mut pack.layers, &mask);
    clip_ground(&mut pack.ground, &mask);
}

fn clip_assets(layers: &mut Layers, mask: &Mask<'_>) {
    fn retain<T>(assets: &mut Vec<Asset<T>>, mask: &Mask<'_>) {
        assets.retain(|asset| mask.is_in_a_commune(asset.place));
    }
    retain(&mut layers.sites, mask);
    retain(&mut layers.cameras, mask);
    retain(&mut layers.health_facilities, mask);
    retain(&mut layers.unloading_sites, mask);
    retain(&mut layers.addresses, mask);
    let sites = keys(&layers.sites);
    let on_a_site = |key: &str| sites.contains(key);
    layers
        .containers
        .retain(|it| on_a_site(it.detail.site.key()));
    let containers = keys(&layers.containers);
    let in_a_container = |key: &str| containers.contains(key);
    layers
        .sensors
        .retain(|it| in_a_container(it.detail.container.key()));
}

fn keys<T>(assets: &[Asset<T>]) -> BTreeSet<Box<str>> {
    assets.iter().map(|asset| asset.key.clone()).collect()
}

fn clip_ground(ground: &mut Ground, mask: &Mask<'_>) {
    ground.roads.retain(|road| mask.is_near(&road.path));
    ground.waterways.retain(|water| mask.is_near(&water.path));
    ground.buildings.retain(|it| is_near(&it.outline, mask));
    ground.land_cover.retain(|it| is_near(&it.outline, mask));
    ground
        .points_of_interest
        .retain(|it| mask.is_in_a_commune(it.place));
    let nodes: BTreeSet<i64> = ground
        .roads
        .iter()
        .flat_map(|it| it.nodes.clone())
        .collect();
    let is_on_road = |id: i64| nodes.is_empty() || nodes.contains(&id);
    ground
        .road_nodes
        .retain(|node| is_on_road(node.id) && mask.is_near(&[node.place]));
    let roads: BTreeSet<i64> = ground
        .roads
        .iter()
        .filter_map(|road: &Road| road.id)
        .collect();
    ground
        .turn_restrictions
        .retain(|turn| is_whole(turn, &roads));
}

/// Whether every road of a turn is there.
fn is_whole(turn: &TurnRestriction, roads: &BTreeSet<i64>) -> bool {
    let over = match &turn.via {
        Via::Node(_) => &[][..],
        Via::Ways(ways) => ways,
    };
    let mut ways = [turn.from, turn.to].into_iter().chain(over.iter().copied());
    ways.all(|way| roads.contains(&way))
}

fn is_near(outline: &MultiPolygon, mask: &Mask<'_>) -> bool {
    let mut rings = outline.iter().map(Polygon::exterior);
    rings.any(|ring| mask.is_near_ring(ring))
}
