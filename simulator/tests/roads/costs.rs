//! Snapping, sides of the street, loops and offsets.

use approx::assert_relative_eq;
use simulator::roads::{Edit, Edits, SNAP_WITHIN_M, Side};

use crate::town::{Town, at, check_exact, roads_along, snap};

/// One road of a kilometre to the east, with a dead end at either end.
fn street(tags: &[(&str, &str)]) -> Town {
    Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 1000.0, 0.0)
        .road(1, &[1, 2], tags)
}

#[test]
fn offsets_within_a_segment_are_exact() {
    let roads = street(&[]).priced("car");
    let whole = roads.prices().edges[0];
    for (from_m, to_m) in [
        (100.0, 900.0),
        (250.0, 260.0),
        (0.0, 1000.0),
        (400.0, 400.0),
    ] {
        let route = roads
            .route(&[snap(&roads, at(from_m, 0.0)), snap(&roads, at(to_m, 0.0))])
            .unwrap();
        let leg = &route.legs[0];
        assert_relative_eq!(leg.length_m(&roads), to_m - from_m, epsilon = 0.02);
        let expected = f64::from(whole) * (to_m - from_m) / 1000.0;
        assert_relative_eq!(f64::from(leg.cost), expected, epsilon = 1.0);
    }
}

#[test]
fn who_has_passed_the_target_comes_round() {
    let town = street(&[("oneway", "yes")])
        .point(3, 500.0, 400.0)
        .road(2, &[2, 3, 1], &[]);
    let roads = town.priced("car");
    let (ahead, behind) = (at(300.0, 0.0), at(700.0, 0.0));
    assert_eq!(roads_along(&roads, &[ahead, behind]), [1]);
    assert_eq!(roads_along(&roads, &[behind, ahead]), [1, 2, 1]);
    check_exact(&roads, &[ahead, behind, at(500.0, 0.0), at(500.0, 390.0)]);
}

#[test]
fn a_place_knows_its_side_of_the_street() {
    let roads = street(&[]).priced("car");
    let side = |north_m| snap(&roads, at(500.0, north_m)).side;
    assert_eq!(side(20.0), Side::Left);
    assert_eq!(side(-20.0), Side::Right);
    assert_eq!(side(0.1), Side::On);
    let found = snap(&roads, at(250.0, 40.0));
    assert_relative_eq!(found.distance_m, 40.0, epsilon = 0.05);
    assert_relative_eq!(found.share, 0.25, epsilon = 1e-4);
}

#[test]
fn a_crane_truck_stops_on_the_side_of_the_container() {
    let primary = [("highway", "primary")];
    let car = street(&primary).priced("car");
    let truck = street(&primary).priced("truck-26t");
    // The container is to the north: on the right of who drives west.
    let (start, container) = (at(100.0, 0.0), at(500.0, 15.0));
    let length_m = |roads: &simulator::roads::RoadMetric| {
        let route = roads
            .route(&[snap(roads, start), snap(roads, container)])
            .unwrap();
        route.legs[0].length_m(roads)
    };
    assert_relative_eq!(length_m(&car), 400.0, epsilon = 1.0);
    assert_relative_eq!(length_m(&truck), 1400.0, epsilon = 1.0);
    check_exact(&truck, &[start, container, at(700.0, -15.0)]);
}

#[test]
fn what_is_too_far_from_any_street_is_not_on_one() {
    let roads = street(&[]).priced("car");
    assert!(roads.snap(at(500.0, 900.0), 1_000.0).is_some());
    assert!(roads.snap(at(500.0, 1_100.0), 1_000.0).is_none());
}

#[test]
fn an_island_is_told_and_not_snapped_to() {
    // The town's streets are many; two short ones lie apart from them.
    let mut town = Town::default();
    for ix in 0..30_u32 {
        town = town.point(i64::from(ix), f64::from(ix) * 100.0, 0.0);
    }
    for ix in 0..29 {
        town = town.road(ix, &[ix, ix + 1], &[]);
    }
    let town = town.point(100, 500.0, 60.0).point(101, 600.0, 60.0).road(
        100,
        &[100, 101],
        &[("oneway", "yes")],
    );
    let roads = town.priced("car");
    let island = roads.cut_off();
    assert_eq!(island.len(), 1);
    let found = snap(&roads, at(550.0, 55.0));
    assert_ne!(found.segment, island[0]);
    assert_relative_eq!(found.distance_m, 55.0, epsilon = 0.1);
}

#[test]
fn a_speed_that_is_edited_is_driven() {
    let town = street(&[]);
    let mut edits = Edits::default();
    edits.set(0, Edit::Speed { speed_kmh: 36.0 });
    let roads = town.edited("car", &edits);
    assert_eq!(roads.prices().edges[0], 1000);
    assert_ne!(roads.prices().edges[1], 1000);
    edits.set(0, Edit::Close);
    assert!(!town.edited("car", &edits).is_usable(0));
    edits.set_both(0, Edit::Open { speed_kmh: 18.0 });
    let closed = street(&[("motor_vehicle", "no")]);
    assert!(
        closed
            .priced("car")
            .snap(at(500.0, 0.0), SNAP_WITHIN_M)
            .is_none()
    );
    assert_eq!(closed.edited("car", &edits).prices().edges, [2000, 2000]);
}

#[test]
fn a_loop_is_gone_round_again() {
    // A one-way ring of 200 m at the end of a long street.
    let town = Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 3_000.0, 0.0)
        .point(3, 3_050.0, 50.0)
        .point(4, 3_100.0, 0.0)
        .road(1, &[1, 2], &[])
        .road(2, &[2, 3, 4, 2], &[("oneway", "yes")]);
    let roads = town.priced("car");
    let (ahead, behind) = (at(3_060.0, 40.0), at(3_020.0, 20.0));
    let points = [ahead, behind].map(|place| snap(&roads, place));
    let route = roads.route(&points).unwrap();
    assert!(route.legs[0].length_m(&roads) < 250.0);
    check_exact(&roads, &[ahead, behind, at(1_000.0, 0.0)]);
}

#[test]
fn a_target_just_behind_counts_as_here() {
    let roads = street(&[]).priced("car");
    for (from_m, to_m) in [(500.0, 499.6), (500.0, 500.4)] {
        let points = [from_m, to_m].map(|east_m| snap(&roads, at(east_m, 0.0)));
        let route = roads.route(&points).unwrap();
        assert_eq!(route.legs[0].cost, 0);
        assert_relative_eq!(route.legs[0].length_m(&roads), 0.4, epsilon = 0.01);
    }
}
