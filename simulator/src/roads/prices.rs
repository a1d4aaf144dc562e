//! What every edge and every turn costs to a profile, at an hour, after edits.

use std::collections::BTreeMap;

use super::cost::INFINITE;
use super::network::{Ban, Network, reverse};
use super::profile::{Crosses, HourClass, Mode, Profile, Turn, TurnKind};
use super::rules::{
    Access, Along, Control, NodePassage, Passage, applies, class_rank, control, node_passage,
    passages,
};
use super::turn_graph::TurnGraph;
use crate::numbers::{floor_u64, index_u32};

/// What a planner changes about one direction of a street.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edit {
    /// Nobody may pass.
    Close,
    /// Everybody may pass, at so many km/h, whatever its tags say.
    Open {
        /// The speed, in km/h; above 0.
        speed_kmh: f64,
    },
    /// Who may pass does so at so many km/h.
    Speed {
        /// The speed, in km/h; above 0.
        speed_kmh: f64,
    },
}

/// Edits of a scenario, by edge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits(BTreeMap<u32, Edit>);

impl Edits {
    /// Edits one direction of a street, in place of an earlier edit of it.
    pub fn set(&mut self, edge: u32, edit: Edit) {
        self.0.insert(edge, edit);
    }

    /// Edits both directions of a segment.
    pub fn set_both(&mut self, segment: u32, edit: Edit) {
        self.set(2 * segment, edit);
        self.set(2 * segment + 1, edit);
    }

    /// Whether nothing is edited.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What all edges and turns cost, in tenths of a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// For each edge, from its beginning to its end; [`INFINITE`] where one may not pass.
    pub edges: Vec<u32>,
    /// For each arc of the turn graph, the turn and the edge after it.
    pub arcs: Vec<u32>,
    /// For each edge, whether one must stop on its right.
    pub has_curb: Vec<bool>,
}

/// Costs are counted in this part of a second.
pub const TENTHS_PER_S: f64 = 10.0;

/// A cost of so many seconds, at least a tenth.
fn tenths(seconds: f64) -> u32 {
    let tenths = floor_u64(libm::round(seconds * TENTHS_PER_S)).max(1);
    u32::try_from(tenths).map_or(INFINITE, |tenths| tenths.min(INFINITE))
}

impl Prices {
    /// Prices a network. The time is that of every stretch at its speed on its slope, and of every
    /// turn with what it waits for.
    pub fn new(
        (network, turns): (&Network, &TurnGraph),
        profile: &Profile,
        hour: HourClass,
        edits: &Edits,
    ) -> Self {
        let streets = Streets::new(network, profile, hour, edits);
        let mut prices = Self {
            edges: streets.costs,
            arcs: Vec::with_capacity(turns.graph().arc_count()),
            has_curb: streets.has_curb,
        };
        let pricing = Pricing {
            network,
            profile,
            access: &streets.access,
            edges: &prices.edges,
            junctions: junctions(network, profile, hour, &prices.edges),
        };
        let graph = turns.graph();
        for node in 0..index_u32(graph.node_count()) {
            let from = turns.edge(node);
            let exits = graph.heads_of(node).iter().map(|&head| turns.edge(head));
            prices.arcs.extend(exits.map(|to| pricing.arc(from, to)));
        }
        let banned = pricing.banned(turns, hour);
        for &arc in &banned {
            prices.arcs[arc as usize] = INFINITE;
        }
        pricing.open_dead_ends(turns, &banned, &mut prices.arcs);
        prices
    }
}

/// What edges are, without their turns.
struct Streets {
    costs: Vec<u32>,
    access: Vec<Access>,
    has_curb: Vec<bool>,
}

impl Streets {
    fn new(network: &Network, profile: &Profile, hour: HourClass, edits: &Edits) -> Self {
        let edges = network.edge_count();
        let mut streets = Self {
            costs: vec![INFINITE; edges],
            access: vec![Access::Open; edges],
            has_curb: vec![false; edges],
        };
        let mut last_road = u32::MAX;
        let mut ways = [None, None];
        let mut has_curb = false;
        for (segment, edge) in network.segments().iter().zip((0..).step_by(2)) {
            if std::mem::replace(&mut last_road, segment.road) != segment.road {
                let road = network.road_of(edge);
                ways = passages(road, profile, hour);
                has_curb = profile.curb(road);
            }
            for (direction, way) in ways.iter().enumerate() {
                let edge = edge + index_u32(direction);
                let way = edited(way.as_ref(), edits.0.get(&edge));
                if let Some(way) = way {
                    let at = edge as usize;
                    streets.costs[at] = tenths(seconds(network, edge, &way, profile));
                    streets.access[at] = way.access;
                    streets.has_curb[at] = has_curb;
                }
            }
        }
        streets
    }
}

fn edited(way: Option<&Passage>, edit: Option<&Edit>) -> Option<Passage> {
    match (edit, way) {
        (None, way) => way.copied(),
        (Some(Edit::Close), _) | (Some(Edit::Speed { .. }), None) => None,
        (Some(&Edit::Open { speed_kmh }), _) => Some(Passage {
            speed_kmh,
            access: Access::Open,
        }),
        (Some(&Edit::Speed { speed_kmh }), Some(way)) => Some(Passage { speed_kmh, ..*way }),
    }
}

/// How long one takes along an edge.
fn seconds(network: &Network, edge: u32, way: &Passage, profile: &Profile) -> f64 {
    let segment = network.segment_of(edge);
    let slope = if edge & 1 == 0 {
        segment.slope
    } else {
        segment.slope.reversed()
    };
    let parts = slope.parts(segment.length_m).into_iter();
    let parts = parts.filter(|(length_m, _)| *length_m > 0.0);
    let time =
        |(length_m, grade)| length_m * 3.6 / profile.speed_on_slope_kmh(way.speed_kmh, grade);
    parts.map(time).sum()
}

/// What a junction is to everybody who comes through.
#[derive(Clone, Copy)]
struct Crossing {
    passage: NodePassage,
    control: Control,
    control_along: Option<Along>,
    /// How many streets of it can be used in some direction.
    streets: u32,
    /// The rank of the largest of these.
    largest: u8,
}

fn junctions(
    network: &Network,
    profile: &Profile,
    hour: HourClass,
    edges: &[u32],
) -> Vec<Crossing> {
    let describe = |junction: &super::network::Junction| {
        let (control, control_along) = control(&junction.tags);
        Crossing {
            passage: node_passage(&junction.tags, profile, hour),
            control,
            control_along,
            streets: 0,
            largest: u8::MAX,
        }
    };
    let mut junctions: Vec<Crossing> = network.graph().node_weights().map(describe).collect();
    for edge in (0..index_u32(edges.len())).step_by(2) {
        let is_used = [edge, reverse(edge)]
            .iter()
            .any(|&edge| edges[edge as usize] < INFINITE);
        if !is_used {
            continue;
        }
        let rank = class_rank(&network.road_of(edge).class);
        for end in network.ends(edge) {
            let crossing = &mut junctions[end as usize];
            crossing.streets += 1;
            crossing.largest = crossing.largest.min(rank);
        }
    }
    junctions
}

struct Pricing<'a> {
    network: &'a Network,
    profile: &'a Profile,
    access: &'a [Access],
    edges: &'a [u32],
    junctions: Vec<Crossing>,
}

impl Pricing<'_> {
    /// The arcs that some restriction forbids, in order.
    fn banned(&self, turns: &TurnGraph, hour: HourClass) -> Vec<u32> {
        let all = self.network.restrictions().iter();
        let applies = |restriction| applies(restriction, self.profile, hour);
        let applying: Vec<bool> = all.map(applies).collect();
        let is_open = |edge: u32| self.edges[edge as usize] < INFINITE;
        let holds = |ban: &Ban| applying[ban.restriction as usize] && ban.only.is_none_or(is_open);
        let bans = turns.forbidden().iter().filter(|(_, ban)| holds(ban));
        bans.map(|(arc, _)| *arc).collect()
    }

    /// Lets everybody turn round where there is no other way on, unless that is what is forbidden.
    fn open_dead_ends(&self, turns: &TurnGraph, banned: &[u32], arcs: &mut [u32]) {
        let graph = turns.graph();
        for node in 0..index_u32(graph.node_count()) {
            let from = turns.edge(node);
            let row = graph.arcs_of(node);
            if arcs[row.clone()].iter().any(|&cost| cost < INFINITE) {
                continue;
            }
            for arc in row.filter(|&arc| turns.edge(graph.heads()[arc]) == reverse(from)) {
                if banned.binary_search(&index_u32(arc)).is_err() {
                    arcs[arc] = self.priced(from, reverse(from));
                }
            }
        }
    }

    /// What the turn from one edge to another and the latter cost, where one may go on or, on foot,
    /// turn round.
    fn arc(&self, from: u32, to: u32) -> u32 {
        let may_turn = if to == reverse(from) {
            self.profile.mode() == Mode::Foot
        } else {
            let [junction, _] = self.network.ends(to);
            !self.junctions[junction as usize].passage.is_blocked
        };
        if may_turn {
            self.priced(from, to)
        } else {
            INFINITE
        }
    }

    /// The same wherever one may drive along both.
    fn priced(&self, from: u32, to: u32) -> u32 {
        let (here, there) = (self.edges[from as usize], self.edges[to as usize]);
        if here >= INFINITE || there >= INFINITE {
            return INFINITE;
        }
        let [junction, _] = self.network.ends(to);
        let crossing = &self.junctions[junction as usize];
        let mut seconds = self.turn_s(from, to, crossing);
        if to != reverse(from) {
            seconds += crossing.passage.delay_s;
        }
        let [before, after] = [from, to].map(|edge| self.access[edge as usize]);
        if before == Access::Open && after == Access::Destination {
            seconds += self.profile.destination_entry_s();
        }
        let turn = floor_u64(libm::round(seconds * TENTHS_PER_S));
        let sum = u64::from(there).saturating_add(turn);
        u32::try_from(sum).map_or(INFINITE, |sum| sum.min(INFINITE))
    }

    fn turn_s(&self, from: u32, to: u32, crossing: &Crossing) -> f64 {
        let kind = if to == reverse(from) {
            TurnKind::UTurn
        } else if crossing.streets <= 2 {
            TurnKind::Through
        } else {
            TurnKind::Junction
        };
        let along = if from & 1 == 0 {
            Along::Forward
        } else {
            Along::Backward
        };
        let is_for_us = crossing
            .control_along
            .is_none_or(|control| control == along);
        let [from_rank, to_rank] =
            [from, to].map(|edge| class_rank(&self.network.road_of(edge).class));
        self.profile.turn_costs().seconds(&Turn {
            angle_deg: self.network.angle(from, to),
            kind,
            control: if is_for_us {
                crossing.control
            } else {
                Control::None
            },
            from_rank,
            to_rank,
            crosses: if crossing.largest < from_rank.min(to_rank) {
                Crosses::Larger
            } else {
                Crosses::NothingLarger
            },
        })
    }
}
