//! Which objects of a file come near a territory, found before anything of them is kept: so memory
//! grows with the territory and not with the file around it.

use osmpbf::Element;
use twin_core::LonLatBox;

use super::blocks::{Objects, PbfFile};
use super::gather::Object;
use super::nodes::GridPlace;
use crate::error::GisResult;
use crate::import::Report;

/// The ids of the nodes inside a box and of the ways that go through one of them, in order.
#[derive(Debug, Default)]
pub(super) struct Near {
    nodes: Vec<i64>,
    ways: Vec<i64>,
}

impl Near {
    /// Two passes over a file: its nodes, then its ways.
    pub(super) fn find(
        file: &mut PbfFile,
        within: LonLatBox,
        report: &mut Report,
    ) -> GisResult<Self> {
        let mut near = Self::default();
        file.scan(
            Objects::Nodes,
            report,
            |element| node_within(&element, within),
            |id| near.nodes.push(id),
        )?;
        near.nodes.sort_unstable();
        let (nodes, ways) = (&near.nodes, &mut near.ways);
        file.scan(
            Objects::Ways,
            report,
            |element| way_through(&element, nodes),
            |id| ways.push(id),
        )?;
        near.ways.sort_unstable();
        Ok(near)
    }

    /// Whether a node or a way comes near; of a relation its members tell.
    pub(super) fn holds(&self, object: Object) -> bool {
        match object {
            Object::Node(id) => self.nodes.binary_search(&id).is_ok(),
            Object::Way(id) => self.ways.binary_search(&id).is_ok(),
            Object::Relation(_) => false,
        }
    }
}

fn node_within(element: &Element<'_>, within: LonLatBox) -> Option<i64> {
    let (id, lon, lat) = match element {
        Element::Node(node) => (node.id(), node.nano_lon(), node.nano_lat()),
        Element::DenseNode(node) => (node.id(), node.nano_lon(), node.nano_lat()),
        Element::Way(_) | Element::Relation(_) => return None,
    };
    let place = GridPlace::from_nano(lon, lat)?.lon_lat()?;
    within.contains(place).then_some(id)
}

fn way_through(element: &Element<'_>, nodes: &[i64]) -> Option<i64> {
    let Element::Way(way) = element else {
        return None;
    };
    let mut refs = way.refs();
    let is_near = refs.any(|node| nodes.binary_search(&node).is_ok());
    is_near.then(|| way.id())
}
