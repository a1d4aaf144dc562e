//! The shape of the street network beside real ones: how many streets meet, how large blocks are.

use std::collections::BTreeMap;
use std::path::Path;

use gis_data::import::Report;
use gis_data::import::osm::{self, OsmOptions};
use twin_core::Road;

use super::lines::{Point, apart, flat};
use super::{TARGET, count};

/// What cars drive on from place to place.
const CLASSES: [&str; 6] = [
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
];
/// Land between streets up to this size is a block, in hectares; the rest is open country.
const LARGEST_BLOCK_HA: f64 = 30.0;

/// Figures of a street network.
#[derive(Debug)]
struct Shape {
    /// Shares of the ends of streets and of junctions of three and four and more.
    ends: f64,
    threes: f64,
    fours: f64,
    /// Kilometres of street for each junction or end.
    km_per_node: f64,
    /// Quartiles of the area of blocks, in hectares.
    blocks_ha: [f64; 3],
}

/// Streets as points that lead to each other, both ways whatever traffic may do.
struct Streets {
    places: Vec<Point>,
    neighbours: Vec<Vec<usize>>,
}

impl Streets {
    fn of(roads: &[Road]) -> Self {
        let mut numbers: BTreeMap<i64, usize> = BTreeMap::new();
        let mut streets = Self {
            places: Vec::new(),
            neighbours: Vec::new(),
        };
        for road in roads.iter().filter(|road| CLASSES.contains(&&*road.class)) {
            let points: Vec<usize> = road
                .nodes
                .iter()
                .zip(&road.path)
                .map(|(&node, &place)| {
                    *numbers.entry(node).or_insert_with(|| {
                        streets.places.push(flat(place));
                        streets.neighbours.push(Vec::new());
                        streets.places.len() - 1
                    })
                })
                .collect();
            for pair in points.windows(2).filter(|pair| pair[0] != pair[1]) {
                streets.neighbours[pair[0]].push(pair[1]);
                streets.neighbours[pair[1]].push(pair[0]);
            }
        }
        for (at, around) in streets.neighbours.iter_mut().enumerate() {
            let angle = |to: usize| {
                let (from, to) = (streets.places[at], streets.places[to]);
                (to[1] - from[1]).atan2(to[0] - from[0])
            };
            around.sort_by(|&a, &b| angle(a).total_cmp(&angle(b)).then(a.cmp(&b)));
            around.dedup();
        }
        streets
    }

    fn shape(&self) -> Shape {
        let of_degree = |is_counted: fn(usize) -> bool| {
            count(
                self.neighbours
                    .iter()
                    .filter(|around| is_counted(around.len()))
                    .count(),
            )
        };
        let [ends, threes, fours] = [
            of_degree(|degree| degree == 1),
            of_degree(|degree| degree == 3),
            of_degree(|degree| degree >= 4),
        ];
        let all = ends + threes + fours;
        let lengths = self.neighbours.iter().enumerate().flat_map(|(at, around)| {
            around
                .iter()
                .map(move |&to| apart(self.places[at], self.places[to]))
        });
        let length_km = lengths.sum::<f64>() / 2000.0;
        let mut blocks = self.blocks_ha();
        blocks.sort_by(f64::total_cmp);
        let quartile = |n: usize| blocks.get(blocks.len() * n / 4).copied().unwrap_or(0.0);
        Shape {
            ends: ends / all,
            threes: threes / all,
            fours: fours / all,
            km_per_node: length_km / all,
            blocks_ha: [quartile(1), quartile(2), quartile(3)],
        }
    }

    /// The land that streets go round, by always taking the next street to the right of the way
    /// back.
    fn blocks_ha(&self) -> Vec<f64> {
        let mut is_walked: Vec<Vec<bool>> = self
            .neighbours
            .iter()
            .map(|n| vec![false; n.len()])
            .collect();
        let mut areas = Vec::new();
        for start in 0..self.neighbours.len() {
            for first in 0..self.neighbours[start].len() {
                let mut twice_area = 0.0;
                let (mut at, mut exit) = (start, first);
                while !std::mem::replace(&mut is_walked[at][exit], true) {
                    let to = self.neighbours[at][exit];
                    let (a, b) = (self.places[at], self.places[to]);
                    twice_area += a[0] * b[1] - a[1] * b[0];
                    let around = &self.neighbours[to];
                    let back = around.iter().position(|&other| other == at).unwrap();
                    exit = (back + around.len() - 1) % around.len();
                    at = to;
                }
                let hectares = twice_area / 2.0 / 10_000.0;
                if hectares > 0.02 && hectares < LARGEST_BLOCK_HA {
                    areas.push(hectares);
                }
            }
        }
        areas
    }
}

fn of_extract(name: &str) -> Option<Shape> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/roads")
        .join(name);
    if !path.exists() {
        let is_required = std::env::var_os("TWIN_REQUIRE_SHARED").is_some();
        assert!(!is_required, "{} is missing", path.display());
        eprintln!("SKIPPED: {} is missing", path.display());
        return None;
    }
    let pack = osm::read(&path, &OsmOptions::default(), &mut Report::default()).unwrap();
    Some(Streets::of(&pack.ground.roads).shape())
}

#[test]
fn streets_meet_and_enclose_blocks_as_in_real_places() {
    let own = Streets::of(&TARGET.ground.roads).shape();
    println!("embedded: {own:.3?}");
    assert!((0.10..0.32).contains(&own.ends), "{}", own.ends);
    assert!((0.1..0.3).contains(&own.km_per_node), "{own:?}");
    assert!((0.08..0.25).contains(&own.fours), "{}", own.fours);
    assert!(
        (0.6..4.0).contains(&own.blocks_ha[1]),
        "{:?}",
        own.blocks_ha
    );
    let real = ["andorra-2025-01.osm.pbf", "monaco-planetiler.osm.pbf"].map(of_extract);
    for (real, name) in real.iter().flatten().zip(["Andorra", "Monaco"]) {
        println!("{name}: {real:.3?}");
        for (own, real) in [
            (own.ends, real.ends),
            (own.threes, real.threes),
            (own.fours, real.fours),
        ] {
            assert!((own - real).abs() < 0.25, "{own} beside {real} in {name}");
        }
    }
}
