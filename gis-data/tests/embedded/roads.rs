//! The road network: where its roads meet, what they cross, and how far one has to go on them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use gis_data::import::embedded::{Preset, embedded_pack};
use twin_core::{Ground, Road, Via};

use super::TARGET;
use super::count;
use super::lines::{Lines, Point, apart, cross, flat};

/// Roads by point: where one may go from each, and how far it is.
struct Graph {
    places: Vec<Point>,
    exits: Vec<Vec<(usize, f64)>>,
    entries: Vec<Vec<(usize, f64)>>,
}

impl Graph {
    fn of(roads: &[Road]) -> Self {
        let mut numbers: BTreeMap<i64, usize> = BTreeMap::new();
        let mut places = Vec::new();
        let (mut exits, mut entries) = (Vec::new(), Vec::new());
        for road in roads {
            for (&node, &place) in road.nodes.iter().zip(&road.path) {
                numbers.entry(node).or_insert_with(|| {
                    places.push(flat(place));
                    exits.push(Vec::new());
                    entries.push(Vec::new());
                    places.len() - 1
                });
            }
            for pair in road.nodes.windows(2) {
                let (a, b) = (numbers[&pair[0]], numbers[&pair[1]]);
                let length = apart(places[a], places[b]);
                exits[a].push((b, length));
                entries[b].push((a, length));
                if !road.tags.is("oneway", "yes") {
                    exits[b].push((a, length));
                    entries[a].push((b, length));
                }
            }
        }
        Self {
            places,
            exits,
            entries,
        }
    }

    fn nearest(&self, at: Point) -> usize {
        let all = 0..self.places.len();
        all.min_by(|&a, &b| apart(self.places[a], at).total_cmp(&apart(self.places[b], at)))
            .unwrap()
    }

    /// How far it is to every point; infinitely, where no way leads.
    fn distances(&self, from: usize) -> Vec<f64> {
        let mut distances = vec![f64::INFINITY; self.places.len()];
        let mut open = BinaryHeap::from([Reverse((0_u64, from))]);
        while let Some(Reverse((bits, at))) = open.pop() {
            let distance = f64::from_bits(bits);
            if distance >= distances[at] {
                continue;
            }
            distances[at] = distance;
            for &(next, length) in &self.exits[at] {
                open.push(Reverse(((distance + length).to_bits(), next)));
            }
        }
        distances
    }
}

fn reached(steps: &[Vec<(usize, f64)>], from: usize) -> usize {
    let mut is_reached = vec![false; steps.len()];
    let mut open = vec![from];
    let mut reached = 0;
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut is_reached[at], true) {
            reached += 1;
            open.extend(steps[at].iter().map(|&(next, _)| next));
        }
    }
    reached
}

fn is_bridge(road: &Road) -> bool {
    road.tags.is("bridge", "yes")
}

fn length_km(roads: &[Road], is_wanted: impl Fn(&Road) -> bool) -> f64 {
    let roads = roads.iter().filter(|road| is_wanted(road));
    let pieces = roads.flat_map(|road| road.path.windows(2));
    pieces
        .map(|pair| apart(flat(pair[0]), flat(pair[1])))
        .sum::<f64>()
        / 1000.0
}

#[test]
fn every_point_has_one_place_and_every_road_and_point_its_own_number() {
    let ground = &TARGET.ground;
    let mut places = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for road in &ground.roads {
        assert!(ids.insert(road.id.unwrap()), "{:?} twice", road.id);
        assert_eq!(road.nodes.len(), road.path.len());
        assert!(road.path.len() >= 2);
        for (&node, place) in road.nodes.iter().zip(&road.path) {
            let bits = [place.lon().to_bits(), place.lat().to_bits()];
            assert_eq!(*places.entry(node).or_insert(bits), bits, "{node}");
            assert_eq!(*numbers.entry(bits).or_insert(node), node, "{place}");
        }
    }
    for node in &ground.road_nodes {
        let bits = [node.place.lon().to_bits(), node.place.lat().to_bits()];
        assert_eq!(places[&node.id], bits);
    }
}

#[rstest::rstest]
#[case::seed_1(1)]
#[case::seed_2(2)]
#[case::largest_seed(u64::MAX)]
fn one_gets_from_everywhere_to_everywhere_by_car(#[case] seed: u64) {
    let ground = ground(seed);
    let graph = Graph::of(&ground.roads);
    let all = graph.places.len();
    assert_eq!(reached(&graph.exits, 0), all);
    assert_eq!(reached(&graph.entries, 0), all);
}

fn ground(seed: u64) -> Ground {
    embedded_pack(Preset::Target2023, seed).unwrap().ground
}

/// Roads cross each other at a common point, or one of them passes over the other on a bridge.
#[rstest::rstest]
#[case::seed_1(1)]
#[case::seed_2(2)]
#[case::largest_seed(u64::MAX)]
fn no_road_crosses_another_without_a_common_point_or_a_bridge(#[case] seed: u64) {
    let ground = ground(seed);
    let mut lines = Lines::default();
    let mut owners = Vec::new();
    for road in &ground.roads {
        for (nodes, pair) in road.nodes.windows(2).zip(road.path.windows(2)) {
            lines.push([flat(pair[0]), flat(pair[1])]);
            owners.push((road, [nodes[0], nodes[1]]));
        }
    }
    let mut crossings = 0;
    for (ix, &(road, ends)) in owners.iter().enumerate() {
        for other in lines
            .near(lines.all[ix], 0.0)
            .into_iter()
            .filter(|&other| other > ix)
        {
            let (other_road, other_ends) = owners[other];
            let is_bridged = is_bridge(road) || is_bridge(other_road);
            let do_meet = ends.iter().any(|end| other_ends.contains(end));
            if is_bridged || do_meet || !cross(lines.all[ix], lines.all[other]) {
                continue;
            }
            println!(
                "{:?} {} and {:?} {} cross at {:?}",
                road.id, road.class, other_road.id, other_road.class, lines.all[ix][0]
            );
            crossings += 1;
        }
    }
    assert_eq!(crossings, 0);
}

#[rstest::rstest]
#[case::seed_1(1)]
#[case::seed_2(2)]
#[case::largest_seed(u64::MAX)]
fn water_is_crossed_on_bridges_only(#[case] seed: u64) {
    let ground = ground(seed);
    let mut water = Lines::default();
    for pair in ground
        .waterways
        .iter()
        .flat_map(|river| river.path.windows(2))
    {
        water.push([flat(pair[0]), flat(pair[1])]);
    }
    let mut bridges = BTreeSet::new();
    for road in &ground.roads {
        for pair in road.path.windows(2) {
            let line = [flat(pair[0]), flat(pair[1])];
            let mut near = water.near(line, 0.0).into_iter();
            if near.any(|river| cross(line, water.all[river])) {
                assert!(
                    is_bridge(road),
                    "{:?} {} at {}",
                    road.id,
                    road.class,
                    pair[0]
                );
                bridges.insert(road.id);
            }
        }
    }
    assert!(
        (20..140).contains(&bridges.len()),
        "{} bridges over water",
        bridges.len()
    );
}

/// Real networks make detours of 1.3 to 1.4 between places.
#[test]
fn the_way_between_communes_is_a_third_longer_than_the_straight_line() {
    let graph = Graph::of(&TARGET.ground.roads);
    let communes = &TARGET.layers.communes;
    let nodes: Vec<usize> = communes
        .iter()
        .map(|c| graph.nearest(flat(c.center)))
        .collect();
    for (commune, &node) in communes.iter().zip(&nodes) {
        let away = apart(graph.places[node], flat(commune.center));
        assert!(
            away < 130.0,
            "the nearest road of {} is {away} m away",
            commune.name
        );
    }
    let mut factors = Vec::new();
    for &from in nodes.iter().step_by(4) {
        let distances = graph.distances(from);
        for &to in &nodes {
            let straight = apart(graph.places[from], graph.places[to]);
            if straight > 0.0 {
                factors.push(distances[to] / straight);
            }
        }
    }
    factors.sort_by(f64::total_cmp);
    let mean = factors.iter().sum::<f64>() / count(factors.len());
    println!(
        "detours of {} pairs: mean {mean:.3}, median {:.3}, one in ten above {:.2}, at most {:.2}",
        factors.len(),
        factors[factors.len() / 2],
        factors[factors.len() * 9 / 10],
        factors[factors.len() - 1],
    );
    assert!((1.3..=1.4).contains(&mean), "{mean}");
}

/// The figures that docs/embedded-territory.md aims at and why.
#[test]
fn there_is_as_much_road_as_a_place_of_this_size_has() {
    let roads = &TARGET.ground.roads;
    let of = |classes: &[&str]| length_km(roads, |road| classes.contains(&&*road.class));
    let main = of(&["primary", "secondary", "tertiary", "unclassified"]);
    let streets = of(&["residential", "living_street"]);
    let tracks = of(&["track"]);
    let motorway = of(&["motorway"]);
    println!(
        "{main:.0} km between communes, {streets:.0} km of streets, {tracks:.0} km of tracks, {motorway:.0} km of carriageway"
    );
    assert!((330.0..520.0).contains(&main));
    assert!((700.0..1000.0).contains(&streets));
    assert!((350.0..550.0).contains(&tracks));
    assert!((40.0..75.0).contains(&motorway));
}

#[test]
fn larger_communes_have_more_street() {
    let mut pairs = Vec::new();
    for commune in &TARGET.layers.communes {
        let block: i64 = commune.code.parse().unwrap();
        let streets = length_km(&TARGET.ground.roads, |road| {
            road.id.unwrap() / 1_000_000 == block && road.class.starts_with("resid")
        });
        assert!(streets > 0.3, "{}: {streets} km", commune.name);
        pairs.push((f64::from(commune.population.unwrap()), streets));
    }
    let correlation = super::correlation(&pairs);
    assert!(correlation > 0.97, "{correlation}");
}

#[test]
fn roads_between_communes_come_first_and_say_what_they_are() {
    let roads = &TARGET.ground.roads;
    let is_main = |road: &Road| road.id.unwrap() < 2_000_000;
    let first_street = roads.iter().position(|road| !is_main(road)).unwrap();
    assert!(!roads[first_street..].iter().any(is_main));
    let speeds: BTreeSet<&str> = roads
        .iter()
        .filter_map(|road| road.tags.get("maxspeed"))
        .collect();
    for speed in ["30", "50", "80", "90", "110", "130"] {
        assert!(speeds.contains(speed), "{speed}");
    }
    for road in roads {
        let is_street = ["residential", "living_street"].contains(&&*road.class);
        assert!(!is_street || road.name.is_some(), "{:?}", road.id);
        let is_numbered = ["motorway", "primary", "secondary"].contains(&&*road.class);
        let is_ring = road.tags.is("junction", "roundabout");
        assert!(
            !is_numbered || is_ring || road.tags.get("ref").is_some(),
            "{:?}",
            road.id
        );
    }
    let tagged =
        |key: &str, value: &str| roads.iter().filter(|road| road.tags.is(key, value)).count();
    assert!(tagged("junction", "roundabout") >= 10);
    assert!(tagged("oneway", "yes") > 100);
}

#[test]
fn forbidden_turns_are_turns_that_there_are() {
    let ground = &TARGET.ground;
    let roads: BTreeMap<i64, &Road> = ground
        .roads
        .iter()
        .map(|road| (road.id.unwrap(), road))
        .collect();
    let signals: BTreeSet<i64> = ground
        .road_nodes
        .iter()
        .filter(|node| node.tags.is("highway", "traffic_signals"))
        .map(|node| node.id)
        .collect();
    assert!(
        (20..300).contains(&signals.len()),
        "{} signals",
        signals.len()
    );
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for restriction in &ground.turn_restrictions {
        *kinds.entry(&restriction.kind).or_default() += 1;
        let Via::Node(via) = restriction.via else {
            panic!("{restriction:?}")
        };
        assert!(signals.contains(&via));
        for id in [restriction.from, restriction.to] {
            let nodes = &roads[&id].nodes;
            assert!(
                [nodes[0], nodes[nodes.len() - 1]].contains(&via),
                "{restriction:?}"
            );
        }
        assert_eq!(
            restriction.from == restriction.to,
            &*restriction.kind == "no_u_turn"
        );
    }
    println!("{} signals, {kinds:?}", signals.len());
    assert!(kinds["no_left_turn"] >= 10 && kinds["no_u_turn"] >= 10);
}
