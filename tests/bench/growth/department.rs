//! The embedded territory three times three, as the roads of a department.

use std::sync::Arc;

use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
use simulator::roads::{Edits, HourClass, Profile, RoadMap, RoadMetric, SNAP_WITHIN_M, Snap};
use twin_core::{Ground, LonLat, Road, Tags};

use super::stops::{Dice, depots_for};

/// Copies along a side.
const SIDE: i32 = 3;
/// From one copy to the next, in degrees: more than the territory measures.
const STEP: [f64; 2] = [0.7, 0.4];
/// Added to the numbers of a copy's nodes.
const NUMBERS: i64 = 1 << 40;

/// Roads at the costs of a truck.
pub(crate) struct Department {
    pub(crate) metric: RoadMetric,
    /// Points of streets where people live.
    streets: Vec<[LonLat; 2]>,
}

impl Department {
    pub(crate) fn new() -> Self {
        let pack = embedded_pack(Preset::default(), EmbeddedOptions::SEED).expect("a territory");
        let mut ground = Ground::default();
        for copy in 0..SIDE * SIDE {
            let roads = pack.ground.roads.iter();
            ground.roads.extend(roads.map(|road| moved(road, copy)));
        }
        let joints = joints(&pack.ground);
        ground.roads.extend(joints);
        let truck = Profile::built_in("truck-26t").expect("a profile");
        let map = Arc::new(RoadMap::new(&ground, &truck).expect("roads"));
        let metric = map.metric(&truck, HourClass::OffPeak, &Edits::default());
        let lived_in =
            |road: &&Road| matches!(&*road.class, "residential" | "unclassified" | "tertiary");
        let streets = ground.roads.iter().filter(lived_in);
        let lines = streets.flat_map(|road| road.path.windows(2).map(|pair| [pair[0], pair[1]]));
        Self {
            streets: lines.collect(),
            metric: metric.expect("costs"),
        }
    }

    /// Depots, then stops, beside streets drawn at random; and how many depots there are.
    pub(crate) fn stops(&self, stops: usize) -> (Vec<Option<Snap>>, usize) {
        let mut dice = Dice::new(5);
        let depots = depots_for(stops);
        let place = |_| {
            let [from, to] = self.streets[dice.below(self.streets.len())];
            let share = dice.share();
            let between = |a: f64, b: f64| a + (b - a) * share;
            // Some eight metres aside.
            let aside = if dice.share() < 0.5 { 7e-5 } else { -7e-5 };
            let (lon, lat) = (between(from.lon(), to.lon()), between(from.lat(), to.lat()));
            let place = LonLat::new(lon + aside, lat + aside).expect("a place");
            self.metric.snap(place, SNAP_WITHIN_M)
        };
        ((0..depots + stops).map(place).collect(), depots)
    }
}

/// A road of a copy.
fn moved(road: &Road, copy: i32) -> Road {
    Road {
        id: road.id.map(|id| id + NUMBERS * i64::from(copy)),
        nodes: road
            .nodes
            .iter()
            .map(|node| node + NUMBERS * i64::from(copy))
            .collect(),
        path: road.path.iter().map(|&place| placed(place, copy)).collect(),
        ..road.clone()
    }
}

fn placed(place: LonLat, copy: i32) -> LonLat {
    let [east, north] = STEP;
    let lon = place.lon() + east * f64::from(copy % SIDE);
    let lat = place.lat() + north * f64::from(copy / SIDE);
    LonLat::new(lon, lat).expect("a place in Europe")
}

/// Roads from each copy to the next ones: between the outermost points of larger roads.
fn joints(ground: &Ground) -> Vec<Road> {
    let is_large = |road: &&Road| {
        let class = matches!(&*road.class, "primary" | "secondary" | "tertiary");
        class && road.tags.get("oneway").is_none()
    };
    let ends = ground.roads.iter().filter(is_large).flat_map(|road| {
        road.path.iter().copied().zip(
            road.nodes
                .iter()
                .copied()
                .map(Some)
                .chain(std::iter::repeat(None)),
        )
    });
    let ends: Vec<(LonLat, Option<i64>)> = ends.collect();
    let outermost = |of: fn(&LonLat) -> f64| {
        let by =
            |a: &&(LonLat, Option<i64>), b: &&(LonLat, Option<i64>)| of(&a.0).total_cmp(&of(&b.0));
        *ends.iter().max_by(by).expect("a larger road")
    };
    let east = outermost(|at| at.lon());
    let west = outermost(|at| -at.lon());
    let north = outermost(|at| at.lat());
    let south = outermost(|at| -at.lat());
    let mut joints = Vec::new();
    for copy in 0..SIDE * SIDE {
        if copy % SIDE + 1 < SIDE {
            joints.push(joint((east, copy), (west, copy + 1)));
        }
        if copy / SIDE + 1 < SIDE {
            joints.push(joint((north, copy), (south, copy + SIDE)));
        }
    }
    joints
}

type End = ((LonLat, Option<i64>), i32);

fn joint((from, one): End, (to, other): End) -> Road {
    let node = |(_, node): (LonLat, Option<i64>), copy: i32| {
        node.map(|node| node + NUMBERS * i64::from(copy))
    };
    Road {
        id: None,
        class: "primary".into(),
        name: None,
        tags: Tags::default(),
        nodes: [node(from, one), node(to, other)]
            .into_iter()
            .flatten()
            .collect(),
        path: vec![placed(from.0, one), placed(to.0, other)],
    }
}
