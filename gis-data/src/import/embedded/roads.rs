//! The road network: what joins communes, the streets inside them, tracks, and what traffic must
//! know of each.
//!
//! It is laid out in the plane: first the motorway and the roads between communes, over bridges
//! where they meet water; then the streets of each town grow from those, and tracks from all.
//! Nothing crosses anything without a common point, but for bridges.

mod between;
mod class;
mod connected;
mod field;
mod flows;
mod frontages;
mod growth;
mod junctions;
mod mesh;
mod motorway;
mod names;
mod net;
mod output;
mod sections;
mod sprouts;
mod streets;
mod tracks;
mod traffic;

use std::collections::BTreeSet;

use self::growth::Land;
use self::mesh::Barrier;
use self::net::Net;
pub(super) use self::sections::Section;
use super::facts::Facts;
use super::ground::Ground;
use super::relief::Relief;
use super::water::River;
use crate::error::GisResult;

/// From the water's edge to where a bridge may end.
const BANK_M: f64 = 14.0;
/// What a bridge costs, in metres of road, and for each metre of water.
const BRIDGE_M: f64 = 500.0;
const BRIDGE_PER_METRE: f64 = 14.0;

/// The whole network, in the plane.
#[derive(Debug)]
pub(super) struct Streets {
    net: Net,
    /// Stretches of one road with everything in common, roads between communes first.
    sections: Vec<Section>,
    /// For each point of the network, its number in the pack.
    node_ids: Vec<i64>,
    /// The points with signals.
    signals: BTreeSet<usize>,
}

impl Streets {
    /// Lays out the network of a territory.
    pub(super) fn new(
        (facts, ground): (&Facts, &Ground),
        relief: &Relief,
        rivers: &[River],
        seed: u64,
    ) -> GisResult<Self> {
        let motorways = motorway::motorways(facts, ground)?;
        let mut barriers: Vec<Barrier> = rivers.iter().map(barrier).collect();
        barriers.extend(motorways.iter().map(motorway::Motorway::barrier));
        let mut net = Net::new(relief.frame());
        between::lay((facts, ground), relief, &barriers, &mut net, seed);
        for motorway in &motorways {
            motorway.lay(&mut net, rivers);
        }
        let land = Land::new(relief, rivers, &net);
        streets::grow_streets(ground, &land, &mut net, seed);
        let area_km2 = facts.communes.iter().map(|commune| commune.area_km2).sum();
        tracks::grow_tracks(area_km2, &land, &mut net, seed);
        traffic::make_oneway(ground, &mut net, seed);
        let signals = traffic::signals(ground, &net, seed);
        let sections = sections::sections((facts, ground), &net, &signals, seed)?;
        let node_ids = net.node_ids(ground);
        Ok(Self {
            net,
            sections,
            node_ids,
            signals,
        })
    }
}

fn barrier(river: &River) -> Barrier {
    Barrier {
        course: river.course.clone(),
        bank_m: river.width_m / 2.0 + BANK_M,
        bridge_m: BRIDGE_M + BRIDGE_PER_METRE * river.width_m,
        water_m: river.width_m,
    }
}
