//! What stands on roads: barriers, signals, crossings, junctions of motorways.

use twin_core::{Road, RoadNode};

use super::gather::Gathered;
use super::interest::Interest;
use super::keys::is_kept_on_road_node;

/// The nodes that say something to traffic and that some road of the pack goes through, by id.
pub(super) fn road_nodes(gathered: &Gathered, roads: &[Road]) -> Vec<RoadNode> {
    let says = |node: &&super::gather::Node| node.interest.has(Interest::TRAFFIC);
    let candidates: Vec<_> = gathered.nodes.iter().filter(says).collect();
    let mut is_on_road = vec![false; candidates.len()];
    for id in roads.iter().flat_map(|road| &road.nodes) {
        if let Ok(ix) = candidates.binary_search_by_key(id, |node| node.id) {
            is_on_road[ix] = true;
        }
    }
    let on_road = candidates
        .into_iter()
        .zip(is_on_road)
        .filter(|(_, is_on)| *is_on);
    on_road
        .map(|(node, _)| RoadNode {
            id: node.id,
            place: node.place,
            tags: node
                .tags
                .iter()
                .filter(|(key, _)| is_kept_on_road_node(key))
                .collect(),
        })
        .collect()
}
