//! A leg of a route takes more energy uphill, with a load, and where it has to stop.

use std::sync::Arc;

use simulator::roads::energy::VehicleEnergy;
use simulator::roads::{Edits, HourClass, Profile, RoadMap};
use twin_core::{Ground, LonLat, Road, RoadNode, Tags, Terrain, TerrainGrid};

fn at(lon: f64) -> LonLat {
    LonLat::new(lon, 47.05).expect("a place in France")
}

/// Nearly two kilometres to the east, 60 m up; what stands in the middle is given as its tags.
fn ground(middle: Tags) -> Ground {
    let grid = TerrainGrid {
        north_west: LonLat::new(6.0, 47.1).expect("a place in France"),
        lon_step: 0.013_2,
        lat_step: 0.1,
        columns: 3,
        rows: 2,
    };
    let heights = vec![300.0, 330.0, 360.0, 300.0, 330.0, 360.0];
    Ground {
        roads: vec![Road {
            id: Some(1),
            class: "tertiary".into(),
            name: None,
            tags: Tags::default(),
            nodes: vec![1, 2, 3],
            path: vec![at(6.001), at(6.013), at(6.025)],
        }],
        road_nodes: vec![RoadNode {
            id: 2,
            place: at(6.013),
            tags: middle,
        }],
        terrain: Terrain::new(grid, heights, vec![false; 6]).ok(),
        ..Ground::default()
    }
}

/// The energy of the way between two longitudes, in MJ.
fn energy_mj(ground: &Ground, [from, to]: [f64; 2], load_kg: f64) -> f64 {
    let truck = Profile::built_in("truck-26t").expect("a built-in profile");
    let map = Arc::new(RoadMap::new(ground, &truck).expect("few roads"));
    let metric = map.metric(&truck, HourClass::OffPeak, &Edits::default());
    let metric = metric.expect("roads of trucks");
    let snaps = [from, to].map(|lon| metric.snap(at(lon), 100.0).expect("a street"));
    let route = metric.route(&snaps).expect("a way");
    let vehicle = VehicleEnergy::built_in("crane-truck-26t-diesel").expect("a built-in vehicle");
    let legs = route.legs.iter();
    legs.map(|leg| leg.spent(&metric, &vehicle, load_kg).energy_mj)
        .sum()
}

const UP: [f64; 2] = [6.002, 6.024];
const DOWN: [f64; 2] = [6.024, 6.002];

#[test]
fn it_takes_more_uphill_and_with_a_load() {
    let plain = ground(Tags::default());
    let up = energy_mj(&plain, UP, 0.0);
    assert!(up > 1.5 * energy_mj(&plain, DOWN, 0.0));
    // At least the work against gravity of 50 m, in MJ, with no losses at all.
    let lifted = energy_mj(&plain, UP, 8_000.0) - up;
    assert!(lifted > 8_000.0 * 9.81 * 50.0 / 1e6, "{lifted}");
}

#[test]
fn who_has_to_stop_takes_more_and_only_in_that_direction() {
    let tags = |pairs: [(&str, &str); 2]| pairs.into_iter().collect::<Tags>();
    let plain = ground(Tags::default());
    let stop = ground(tags([("highway", "stop"), ("direction", "forward")]));
    assert!(energy_mj(&stop, UP, 0.0) > energy_mj(&plain, UP, 0.0) + 0.1);
    assert!((energy_mj(&stop, DOWN, 0.0) - energy_mj(&plain, DOWN, 0.0)).abs() < 1e-6);
    let signals = ground(tags([("highway", "traffic_signals"), ("crossing", "no")]));
    let by_signals = energy_mj(&signals, UP, 0.0);
    assert!(by_signals > energy_mj(&plain, UP, 0.0));
    assert!(by_signals < energy_mj(&stop, UP, 0.0));
}

#[test]
fn two_halves_take_what_the_whole_takes_and_one_more_stop() {
    let plain = ground(Tags::default());
    let whole = energy_mj(&plain, UP, 0.0);
    let halves = energy_mj(&plain, [6.002, 6.012], 0.0) + energy_mj(&plain, [6.012, 6.024], 0.0);
    let stop = ground([("highway", "stop")].into_iter().collect());
    let expected = energy_mj(&stop, UP, 0.0);
    assert!(halves > whole);
    assert!(
        (halves - expected).abs() < 1e-3 * expected,
        "{halves} {expected}"
    );
}
