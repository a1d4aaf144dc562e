//! From turn restrictions to the sequences of edges that they forbid.

use twin_core::{TurnRestriction, Via};

use super::build::PointKey;
use super::{Network, reverse};
use crate::numbers::index_u32;

/// A sequence of edges that a restriction forbids, where it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::roads) struct Forbidden {
    /// Two edges at least, each beginning where the one before ends.
    pub(in crate::roads) edges: Vec<u32>,
    /// Why.
    pub(in crate::roads) ban: Ban,
}

/// Why a turn is forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::roads) struct Ban {
    /// The number of the restriction.
    pub(in crate::roads) restriction: u32,
    /// The edge that is the only one allowed instead. Where nobody may drive there, there is no ban.
    pub(in crate::roads) only: Option<u32>,
}

/// What came of all restrictions.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) forbidden: Vec<Forbidden>,
    /// How many have no way from their first road over the others to the last one.
    pub(super) without_way: usize,
}

/// The longest way over roads in between, in edges, and the most ways that one restriction may have.
const MAX_EDGES: usize = 500;
const MAX_WAYS: usize = 64;

/// Finds the ways of restrictions in a network.
pub(super) struct Restrictions<'a> {
    network: &'a Network,
    junctions: &'a [(PointKey, u32)],
    /// Roads by their number in the source.
    roads: Vec<(i64, u32)>,
}

impl<'a> Restrictions<'a> {
    /// `junctions` by their keys, in order.
    pub(super) fn new(network: &'a Network, junctions: &'a [(PointKey, u32)]) -> Self {
        let roads = (0_u32..).zip(&network.roads);
        let mut roads: Vec<_> = roads
            .filter_map(|(ix, road)| Some((road.id?, ix)))
            .collect();
        roads.sort_unstable();
        Self {
            network,
            junctions,
            roads,
        }
    }

    /// What all restrictions of the network forbid.
    pub(super) fn all(&self) -> Found {
        let mut found = Found::default();
        for (index, restriction) in (0_u32..).zip(&self.network.restrictions) {
            let ways = self.ways(restriction);
            if ways.is_empty() {
                found.without_way += 1;
            }
            let is_only = restriction.kind.starts_with("only_");
            for way in ways {
                let ban = Ban {
                    restriction: index,
                    only: way.last().copied().filter(|_| is_only),
                };
                let sequences = if is_only {
                    self.all_but(&way)
                } else {
                    vec![way]
                };
                let forbid = |edges| Forbidden { edges, ban };
                found.forbidden.extend(sequences.into_iter().map(forbid));
            }
        }
        found
    }

    /// Where one may not go instead of the last edge of a way.
    fn all_but(&self, way: &[u32]) -> Vec<Vec<u32>> {
        let Some((&last, before)) = way.split_last() else {
            return vec![];
        };
        let exits = self.network.exits(self.network.ends(last)[0]);
        let others = exits.into_iter().filter(|&exit| exit != last);
        others.map(|exit| [before, &[exit]].concat()).collect()
    }

    /// The ways from the first road to the last.
    fn ways(&self, restriction: &TurnRestriction) -> Vec<Vec<u32>> {
        let (from, to) = (
            self.edges_of(restriction.from),
            self.edges_of(restriction.to),
        );
        let ways = match &restriction.via {
            Via::Node(node) => {
                let key = PointKey::Node(*node);
                let at = self
                    .junctions
                    .binary_search_by(|(other, _)| other.cmp(&key));
                at.map_or_else(
                    |_| vec![],
                    |at| self.over_node(&from, self.junctions[at].1, &to),
                )
            }
            Via::Ways(roads) => self.over_roads(&from, roads, &to),
        };
        self.fitting(restriction, ways)
    }

    /// Both directions of all segments of a road.
    fn edges_of(&self, road: i64) -> Vec<u32> {
        let first = self.roads.partition_point(|(id, _)| *id < road);
        let roads = self.roads[first..].iter().take_while(|(id, _)| *id == road);
        let segments = roads.flat_map(|&(_, ix)| {
            self.network.first_segment[ix as usize]..self.network.first_segment[ix as usize + 1]
        });
        segments
            .flat_map(|segment| [2 * segment, 2 * segment + 1])
            .collect()
    }

    fn over_node(&self, from: &[u32], junction: u32, to: &[u32]) -> Vec<Vec<u32>> {
        let arriving = from
            .iter()
            .filter(|&&edge| self.network.ends(edge)[1] == junction);
        let leaving = |edge: &&u32| self.network.ends(**edge)[0] == junction;
        let pairs =
            arriving.flat_map(|&from| to.iter().filter(leaving).map(move |&to| vec![from, to]));
        pairs.take(MAX_WAYS).collect()
    }

    fn over_roads(&self, from: &[u32], roads: &[i64], to: &[u32]) -> Vec<Vec<u32>> {
        let mut ways: Vec<Vec<u32>> = from.iter().map(|&edge| vec![edge]).collect();
        for &road in roads {
            let edges = self.edges_of(road);
            let longer = ways.iter().flat_map(|way| self.along(way, &edges));
            ways = longer.take(MAX_WAYS * MAX_WAYS).collect();
        }
        let arrived = ways.into_iter().flat_map(|way| self.onto(&way, to));
        arrived.take(MAX_WAYS).collect()
    }

    /// A way continued along a road, by one segment and more, in either direction.
    fn along(&self, way: &[u32], edges: &[u32]) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        for mut way in self.onto(way, edges) {
            loop {
                found.push(way.clone());
                let next = self
                    .onto(&way, edges)
                    .into_iter()
                    .find(|longer| is_straight(longer));
                match next {
                    Some(longer) if longer.len() <= MAX_EDGES && found.len() < MAX_WAYS => {
                        way = longer;
                    }
                    _ => break,
                }
            }
        }
        found
    }

    /// A way continued by one of some edges, without turning round.
    fn onto(&self, way: &[u32], edges: &[u32]) -> Vec<Vec<u32>> {
        let Some(&last) = way.last() else {
            return vec![];
        };
        let end = self.network.ends(last)[1];
        let fits = |&edge: &u32| {
            let is_next = edges.binary_search(&edge).is_ok() && edge != reverse(last);
            is_next && !way.contains(&edge)
        };
        let exits = self.network.exits(end).into_iter().filter(fits);
        exits.map(|edge| [way, &[edge]].concat()).collect()
    }

    /// Of several ways those which turn as the restriction says; all, where none does.
    ///
    /// A road that was not cut where the turn begins comes there from both sides, but turns left
    /// from one of them only.
    fn fitting(&self, restriction: &TurnRestriction, ways: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
        if ways.len() < 2 || matches!(restriction.via, Via::Ways(_)) {
            return ways;
        }
        let fits = |way: &&Vec<u32>| turns_as(&restriction.kind, self.network, way);
        let fitting: Vec<Vec<u32>> = ways.iter().filter(fits).cloned().collect();
        if fitting.is_empty() { ways } else { fitting }
    }
}

/// Whether the last two edges are neighbours on their road in one direction.
fn is_straight(way: &[u32]) -> bool {
    let [.., before, last] = way else {
        return false;
    };
    let step = if last & 1 == 0 { 2 } else { -2_i64 };
    i64::from(*last) == i64::from(*before) + step
}

fn turns_as(kind: &str, network: &Network, way: &[u32]) -> bool {
    let [from, to] = way[..] else {
        return true;
    };
    let is_u_turn = to == reverse(from);
    let angle = network.angle(from, to);
    let word = kind
        .strip_prefix("no_")
        .or_else(|| kind.strip_prefix("only_"));
    match word.unwrap_or_default() {
        "left_turn" => !is_u_turn && angle < -20.0,
        "right_turn" => !is_u_turn && angle > 20.0,
        "straight_on" => !is_u_turn && angle.abs() < 60.0,
        "u_turn" => is_u_turn || angle.abs() > 120.0,
        _ => !is_u_turn,
    }
}

impl Forbidden {
    /// How many edges all but the last are.
    pub(in crate::roads) fn before(&self) -> &[u32] {
        &self.edges[..self.edges.len().saturating_sub(1)]
    }

    /// The edge that may not follow; every sequence has one.
    pub(in crate::roads) fn last(&self) -> u32 {
        self.edges.last().copied().unwrap_or(index_u32(usize::MAX))
    }
}
