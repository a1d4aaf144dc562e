//! Cuts roads into segments where they meet.

use petgraph::graph::{DiGraph, NodeIndex};
use twin_core::{Ground, LonLat, Road, RoadNode, Tags, Terrain};

use super::geometry::{ground_length_m, heading};
use super::restrictions::Restrictions;
use super::{Junction, Leftovers, Network, Segment, Slope, Street};
use crate::error::{SimError, SimResult};
use crate::numbers::{index_u32, trunc_i64};
use crate::roads::profile::Mode;
use crate::roads::rules::is_of_mode;

/// The most segments: two edges each, and their copies under restrictions, stay below 2^31.
const MAX_SEGMENTS: usize = 1 << 29;

/// What tells a point of a road from others: its number, or its place to a thousandth of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PointKey {
    Node(i64),
    Place(i64, i64),
}

pub(super) fn network(ground: &Ground, mode: Mode) -> SimResult<Network> {
    let roads = ground
        .roads
        .iter()
        .filter(|road| is_of_mode(road, mode) && road.path.len() >= 2);
    let roads: Vec<Road> = roads.cloned().collect();
    let points = Points::new(&roads, &ground.road_nodes);
    let mut cutter = Cutter {
        roads: &roads,
        points: &points,
        terrain: ground.terrain.as_ref(),
        junction_of: vec![None; points.keys.len()],
        graph: DiGraph::new(),
        segments: Vec::new(),
        leftovers: Leftovers::default(),
    };
    let mut first_segment = vec![0];
    for road in 0..roads.len() {
        cutter.cut(road);
        if cutter.segments.len() > MAX_SEGMENTS {
            let (what, count, limit) = ("segments", cutter.segments.len(), MAX_SEGMENTS);
            return Err(SimError::TooLarge { what, count, limit });
        }
        first_segment.push(index_u32(cutter.segments.len()));
    }
    let Cutter {
        graph,
        segments,
        leftovers,
        junction_of,
        ..
    } = cutter;
    let junctions = points.keys.iter().zip(junction_of);
    let junctions = junctions.filter_map(|(key, node)| Some((*key, index_u32(node?.index()))));
    let junctions: Vec<(PointKey, u32)> = junctions.collect();
    drop(points);
    let mut network = Network {
        graph,
        roads,
        segments,
        first_segment,
        forbidden: Vec::new(),
        restrictions: ground.turn_restrictions.clone(),
        leftovers,
    };
    let found = Restrictions::new(&network, &junctions).all();
    network.forbidden = found.forbidden;
    network.leftovers.restrictions = found.without_way;
    Ok(network)
}

/// The points of all roads, each place once.
struct Points<'a> {
    /// The points that tell apart, in order.
    keys: Vec<PointKey>,
    /// For each point of each road, its number in `keys`.
    of_road: Vec<u32>,
    /// Where the points of each road begin in `of_road`.
    first: Vec<usize>,
    /// By number in `keys`: how often it comes in roads.
    uses: Vec<u32>,
    /// By number in `keys`: what stands there.
    stands: Vec<Option<&'a Tags>>,
}

impl<'a> Points<'a> {
    fn new(roads: &[Road], nodes: &'a [RoadNode]) -> Self {
        let mut first = vec![0];
        let mut all = Vec::new();
        for road in roads {
            let points = road.path.iter().enumerate();
            all.extend(points.map(|(ix, place)| key(road, ix, *place)));
            first.push(all.len());
        }
        let mut keys = all.clone();
        keys.sort_unstable();
        keys.dedup();
        let mut uses = vec![0; keys.len()];
        let mut of_road = Vec::with_capacity(all.len());
        for key in all {
            let ix = keys.binary_search(&key).unwrap_or_default();
            uses[ix] += 1;
            of_road.push(index_u32(ix));
        }
        let mut stands = vec![None; keys.len()];
        for node in nodes.iter().filter(|node| concerns_traffic(&node.tags)) {
            if let Ok(ix) = keys.binary_search(&PointKey::Node(node.id)) {
                stands[ix] = Some(&node.tags);
            }
        }
        Self {
            keys,
            of_road,
            first,
            uses,
            stands,
        }
    }

    fn of(&self, road: usize) -> &[u32] {
        &self.of_road[self.first[road]..self.first[road + 1]]
    }

    fn is_junction(&self, point: u32) -> bool {
        self.uses[point as usize] > 1 || self.stands[point as usize].is_some()
    }
}

/// Whether what stands on a road may stop or delay somebody; a plain crossing does not.
fn concerns_traffic(tags: &Tags) -> bool {
    let only_tells = |key: &str, value: &str| match key {
        "highway" => matches!(
            value,
            "crossing" | "motorway_junction" | "passing_place" | "turning_circle"
        ),
        "crossing" => value != "traffic_signals",
        "name" | "ref" | "exit_to" | "traffic_calming" | "noexit" | "traffic_sign" => true,
        _ => key.starts_with("crossing:") || key == "bollard" || key == "locked",
    };
    !tags.iter().all(|(key, value)| only_tells(key, value))
}

fn key(road: &Road, ix: usize, place: LonLat) -> PointKey {
    match road.nodes.get(ix) {
        Some(&node) if road.nodes.len() == road.path.len() => PointKey::Node(node),
        _ => {
            let fixed = |degrees: f64| trunc_i64(libm::round(degrees * 1e7));
            PointKey::Place(fixed(place.lon()), fixed(place.lat()))
        }
    }
}

struct Cutter<'a> {
    roads: &'a [Road],
    points: &'a Points<'a>,
    terrain: Option<&'a Terrain>,
    junction_of: Vec<Option<NodeIndex>>,
    graph: DiGraph<Junction, Street>,
    segments: Vec<Segment>,
    leftovers: Leftovers,
}

impl Cutter<'_> {
    /// Cuts one road at its junctions.
    fn cut(&mut self, road: usize) {
        let points = self.points.of(road);
        let mut first = 0;
        for last in 1..points.len() {
            let is_end = last + 1 == points.len();
            if is_end || self.points.is_junction(points[last]) {
                self.add(road, first, last);
                first = last;
            }
        }
    }

    fn add(&mut self, road: usize, first: usize, last: usize) {
        let path = &self.roads[road].path[first..=last];
        let length_m: f64 = path
            .windows(2)
            .map(|pair| ground_length_m(pair[0], pair[1]))
            .sum();
        let points = self.points.of(road);
        let (from, to) = (points[first], points[last]);
        if from == to && length_m <= 0.0 {
            self.leftovers.empty_segments += 1;
            return;
        }
        let tags = &self.roads[road].tags;
        let leaves_ground = ["bridge", "tunnel"]
            .iter()
            .any(|key| tags.get(key).is_some_and(|value| value != "no"));
        let slope = if leaves_ground {
            Slope::straight(path, length_m, self.terrain)
        } else {
            Slope::of(path, self.terrain)
        };
        let ends = [(from, path.first()), (to, path.last())];
        let [from, to] = ends.map(|(point, place)| self.junction(point, place.copied()));
        let segment = index_u32(self.segments.len());
        self.graph.add_edge(from, to, Street { segment });
        self.graph.add_edge(to, from, Street { segment });
        self.segments.push(Segment {
            road: index_u32(road),
            first_point: index_u32(first),
            last_point: index_u32(last),
            length_m,
            slope,
            heading_out: heading(path.iter()),
            heading_in: heading(path.iter().rev()) + 180.0,
        });
    }

    fn junction(&mut self, point: u32, place: Option<LonLat>) -> NodeIndex {
        if let Some(known) = self.junction_of[point as usize] {
            return known;
        }
        let tags = self.points.stands[point as usize]
            .cloned()
            .unwrap_or_default();
        let place = place.expect("a stretch of a road has two points");
        let junction = self.graph.add_node(Junction { place, tags });
        self.junction_of[point as usize] = Some(junction);
        junction
    }
}
