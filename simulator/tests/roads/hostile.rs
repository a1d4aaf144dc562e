//! Roads as nobody would draw them: no panic, and what can be searched is searched exactly.

use proptest::prelude::*;
use simulator::roads::{Mode, Network, Profile, RoadMap, SNAP_WITHIN_M};
use twin_core::{Ground, LonLat, Road, Tags};

use crate::town::{Town, at, check_exact, roads_along};

fn unnumbered(path: &[LonLat]) -> Road {
    Road {
        id: None,
        class: "residential".into(),
        name: None,
        tags: Tags::default(),
        nodes: vec![],
        path: path.to_vec(),
    }
}

#[test]
fn no_roads_at_all_are_a_map_without_streets() {
    let car = Profile::built_in("car").unwrap();
    let map = RoadMap::new(&Ground::default(), &car).unwrap();
    assert_eq!(map.network().segments().len(), 0);
    let roads = Town::default().priced("car");
    assert!(roads.snap(at(0.0, 0.0), SNAP_WITHIN_M).is_none());
    assert!(roads.cut_off().is_empty());
}

#[test]
fn roads_without_numbers_meet_at_the_same_place() {
    let mut town = Town::default();
    let corners = [at(0.0, 0.0), at(300.0, 0.0), at(300.0, 300.0)];
    town.ground.roads.push(unnumbered(&corners[..2]));
    town.ground.roads.push(unnumbered(&corners[1..]));
    let roads = town.priced("car");
    check_exact(&roads, &[at(100.0, 0.0), at(300.0, 200.0)]);
    assert_eq!(roads.map().network().graph().node_count(), 3);
}

#[test]
fn an_edge_without_length_takes_a_tenth_of_a_second() {
    let town = Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 100.0, 0.0)
        .point(3, 100.0, 0.0)
        .point(4, 200.0, 0.0)
        .road(1, &[1, 2], &[])
        .road(2, &[2, 3], &[])
        .road(3, &[3, 4], &[]);
    let roads = town.priced("car");
    assert_eq!(roads.prices().edges[2..4], [1, 1]);
    assert_eq!(
        roads_along(&roads, &[at(50.0, 0.0), at(150.0, 0.0)]),
        [1, 2, 3]
    );
}

#[test]
fn a_point_that_comes_twice_in_a_row_is_no_street() {
    let town = Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 100.0, 0.0)
        .road(1, &[1, 2, 2, 2], &[])
        .road(2, &[1, 1], &[]);
    let network = Network::new(&town.ground, Mode::Motor).unwrap();
    assert_eq!(network.segments().len(), 1);
    assert_eq!(network.leftovers().empty_segments, 3);
}

#[test]
fn the_same_road_twice_and_a_loop_do_no_harm() {
    let town = Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 300.0, 0.0)
        .point(3, 300.0, 100.0)
        .point(4, 200.0, 100.0)
        .road(1, &[1, 2], &[])
        .road(2, &[1, 2], &[])
        .road(3, &[2, 3, 4, 2], &[]);
    let roads = town.priced("car");
    check_exact(
        &roads,
        &[
            at(50.0, 0.0),
            at(250.0, 0.0),
            at(300.0, 50.0),
            at(250.0, 100.0),
        ],
    );
}

#[test]
fn a_segment_of_ten_kilometres_has_its_length() {
    let town = Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 10_000.0, 0.0)
        .road(1, &[1, 2], &[]);
    let roads = town.priced("car");
    let length_m = roads.map().network().segments()[0].length_m;
    let exact_m = at(0.0, 0.0).distance(at(10_000.0, 0.0)).get();
    assert!((length_m - exact_m).abs() < 1e-5 * exact_m);
}

#[test]
fn roads_at_the_poles_and_at_the_date_line_are_searched() {
    for (lon, lat, to_lon, to_lat) in [
        (0.0, 90.0, 0.0, 89.99),
        (0.0, -90.0, 120.0, -89.99),
        (179.999, 10.0, -179.999, 10.0),
    ] {
        let mut town = Town::default();
        let [from, to] =
            [(lon, lat), (to_lon, to_lat)].map(|(lon, lat)| LonLat::new(lon, lat).unwrap());
        town.ground.roads.push(unnumbered(&[from, to]));
        let roads = town.priced("car");
        check_exact(&roads, &[from, to]);
        assert!(roads.map().network().segments()[0].length_m < 2_000.0);
    }
}

prop_compose! {
    /// A road through some of a few points, with tags that may or may not make sense.
    fn a_road()(
        nodes in proptest::collection::vec(0_i64..12, 2..6),
        class in prop_oneof![Just("residential"), Just("primary"), Just("motorway"), Just("footway"), Just("?")],
        oneway in prop_oneof![Just("yes"), Just("-1"), Just("no"), Just("maybe")],
        access in prop_oneof![4 => Just("yes"), 1 => Just("no"), 1 => Just("destination")],
    ) -> (Vec<i64>, [(&'static str, &'static str); 3]) {
        (nodes, [("highway", class), ("oneway", oneway), ("access", access)])
    }
}

fn a_restriction() -> impl Strategy<Value = (&'static str, i64, Vec<i64>, i64)> {
    let kind = prop_oneof![
        Just("no_left_turn"),
        Just("only_straight_on"),
        Just("no_u_turn"),
        Just("no_exit")
    ];
    (
        kind,
        0_i64..14,
        proptest::collection::vec(0_i64..14, 1..4),
        0_i64..14,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn whatever_is_drawn_is_searched_exactly(
        places in proptest::collection::vec((-500.0..500.0_f64, -500.0..500.0_f64), 12),
        roads in proptest::collection::vec(a_road(), 1..14),
        restrictions in proptest::collection::vec(a_restriction(), 0..8),
        bollard in 0_i64..12,
    ) {
        let mut town = Town::default();
        for (id, &(east_m, north_m)) in (0..).zip(&places) {
            town = town.point(id, east_m, north_m);
        }
        for (id, (nodes, tags)) in (0..).zip(&roads) {
            town = town.road(id, nodes, tags);
        }
        for (kind, from, via, to) in restrictions {
            let via = if via.len() == 1 {
                twin_core::Via::Node(via[0])
            } else {
                twin_core::Via::Ways(via)
            };
            town = town.restrict_some(kind, from, via, (to, &[]));
        }
        let town = town.stands(bollard, &[("barrier", "bollard")]);
        for profile in ["car", "foot"] {
            let places: Vec<_> = places.iter().map(|&(east_m, north_m)| at(east_m, north_m)).collect();
            check_exact(&town.priced(profile), &places);
        }
    }
}
