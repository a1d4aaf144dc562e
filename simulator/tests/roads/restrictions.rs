//! What every kind of turn restriction, one-way and barrier forbids, on hand-drawn roads.

use simulator::roads::{Edit, Edits};
use twin_core::Via;

use crate::town::{Town, at, check_exact, may_turn, roads_along};

/// A crossing of four roads at point 5, each 200 m long: 1 from the south, 2 from the west, 3 from the
/// north, 4 from the east, and a ring of roads 11 to 14 around it.
fn crossing() -> Town {
    Town::default()
        .point(1, 0.0, -200.0)
        .point(2, -200.0, 0.0)
        .point(3, 0.0, 200.0)
        .point(4, 200.0, 0.0)
        .point(5, 0.0, 0.0)
        .road(1, &[1, 5], &[])
        .road(2, &[2, 5], &[])
        .road(3, &[5, 3], &[])
        .road(4, &[5, 4], &[])
        .road(11, &[1, 2], &[])
        .road(12, &[2, 3], &[])
        .road(13, &[3, 4], &[])
        .road(14, &[4, 1], &[])
}

/// The roads that one may turn into from road 1 at the crossing.
fn from_south(town: &Town, profile: &str) -> Vec<i64> {
    let roads = town.priced(profile);
    check_exact(
        &roads,
        &[
            at(0.0, -150.0),
            at(-150.0, 0.0),
            at(0.0, 150.0),
            at(150.0, 0.0),
        ],
    );
    [1, 2, 3, 4]
        .into_iter()
        .filter(|&to| may_turn(&roads, 1, to))
        .collect()
}

#[rstest::rstest]
#[case::nothing_forbidden(None, &[2, 3, 4])]
#[case::no_left_turn(Some(("no_left_turn", [1, 5, 2])), &[3, 4])]
#[case::no_right_turn(Some(("no_right_turn", [1, 5, 4])), &[2, 3])]
#[case::no_straight_on(Some(("no_straight_on", [1, 5, 3])), &[2, 4])]
#[case::no_u_turn(Some(("no_u_turn", [1, 5, 1])), &[2, 3, 4])]
#[case::no_entry(Some(("no_entry", [1, 5, 4])), &[2, 3])]
#[case::no_exit(Some(("no_exit", [1, 5, 2])), &[3, 4])]
#[case::only_left_turn(Some(("only_left_turn", [1, 5, 2])), &[2])]
#[case::only_right_turn(Some(("only_right_turn", [1, 5, 4])), &[4])]
#[case::only_straight_on(Some(("only_straight_on", [1, 5, 3])), &[3])]
#[case::from_another_road(Some(("no_left_turn", [2, 5, 3])), &[2, 3, 4])]
#[case::over_another_point(Some(("no_left_turn", [1, 3, 2])), &[2, 3, 4])]
fn a_restriction_forbids_what_it_says(
    #[case] restriction: Option<(&str, [i64; 3])>,
    #[case] expected: &[i64],
) {
    let town = restriction
        .into_iter()
        .fold(crossing(), |town, (kind, roads)| town.restrict(kind, roads));
    assert_eq!(from_south(&town, "car"), expected);
}

#[test]
fn a_forbidden_turn_is_driven_round() {
    let to_the_left = [at(0.0, -190.0), at(-100.0, 0.0)];
    assert_eq!(roads_along(&crossing().priced("car"), &to_the_left), [1, 2]);
    let town = crossing().restrict("no_left_turn", [1, 5, 2]);
    assert_eq!(roads_along(&town.priced("car"), &to_the_left), [1, 11, 2]);
}

#[rstest::rstest]
#[case::cars(&[], "car", &[3, 4])]
#[case::except_of_cars(&[("except", "motorcar")], "car", &[2, 3, 4])]
#[case::except_of_others(&[("except", "psv;bicycle")], "car", &[3, 4])]
#[case::only_of_lorries(&[("restriction:hgv", "no_left_turn")], "car", &[2, 3, 4])]
#[case::of_lorries(&[("restriction:hgv", "no_left_turn")], "truck-26t", &[3, 4])]
fn it_concerns_whom_it_concerns(
    #[case] tags: &[(&str, &str)],
    #[case] profile: &str,
    #[case] expected: &[i64],
) {
    let town = crossing().restrict_some("no_left_turn", 1, Via::Node(5), (2, tags));
    assert_eq!(from_south(&town, profile), expected);
}

#[test]
fn on_foot_one_turns_as_one_likes() {
    let town = crossing().restrict("only_straight_on", [1, 5, 3]);
    assert_eq!(from_south(&town, "foot"), [1, 2, 3, 4]);
}

/// Two carriageways, 30 m apart, joined by road 9: from road 1 northwards over 9 one could turn back
/// southwards on road 6; road 7 goes on westwards.
fn carriageways() -> Town {
    Town::default()
        .point(1, 0.0, -300.0)
        .point(2, 0.0, 0.0)
        .point(3, 0.0, 300.0)
        .point(4, -30.0, 300.0)
        .point(5, -30.0, 0.0)
        .point(6, -30.0, -300.0)
        .road(1, &[1, 2], &[("oneway", "yes")])
        .road(2, &[2, 3], &[("oneway", "yes")])
        .road(3, &[3, 4], &[])
        .road(5, &[4, 5], &[("oneway", "yes")])
        .road(6, &[5, 6], &[("oneway", "yes")])
        .point(7, -2_000.0, 0.0)
        .road(7, &[5, 7], &[])
        .road(9, &[2, 5], &[])
        .road(10, &[6, 1], &[])
}

#[test]
fn a_turn_over_a_road_can_be_forbidden() {
    let turn_back = [at(0.0, -150.0), at(-30.0, -150.0)];
    assert_eq!(
        roads_along(&carriageways().priced("car"), &turn_back),
        [1, 9, 6]
    );
    let town = carriageways().restrict_some("no_u_turn", 1, Via::Ways(vec![9]), (6, &[]));
    let roads = town.priced("car");
    assert_eq!(roads_along(&roads, &turn_back), [1, 2, 3, 5, 6]);
    // Onto the road in between one may still drive, and stop there.
    assert_eq!(
        roads_along(&roads, &[at(0.0, -150.0), at(-15.0, 0.0)]),
        [1, 9]
    );
    // Who began in between is not concerned.
    assert_eq!(
        roads_along(&roads, &[at(-15.0, 0.0), at(-30.0, -150.0)]),
        [9, 6]
    );
    check_exact(
        &roads,
        &[
            at(0.0, -150.0),
            at(-30.0, -150.0),
            at(-15.0, 0.0),
            at(0.0, 200.0),
        ],
    );
}

#[test]
fn a_turn_over_a_road_can_be_the_only_one() {
    let town = carriageways().restrict_some("only_left_turn", 1, Via::Ways(vec![9]), (6, &[]));
    let roads = town.priced("car");
    let to_the_side = [at(0.0, -150.0), at(-150.0, 0.0)];
    assert_eq!(roads_along(&roads, &to_the_side), [1, 2, 3, 5, 7]);
    check_exact(
        &roads,
        &[
            at(0.0, -150.0),
            at(-150.0, 0.0),
            at(-15.0, 0.0),
            at(-30.0, 150.0),
        ],
    );
}

#[test]
fn restrictions_over_several_roads_overlap() {
    let town = crossing()
        .restrict_some("no_right_turn", 11, Via::Ways(vec![1]), (4, &[]))
        .restrict_some("no_left_turn", 14, Via::Ways(vec![1]), (2, &[]))
        .restrict_some("no_straight_on", 13, Via::Ways(vec![14, 1]), (3, &[]));
    let roads = town.priced("car");
    let places =
        [-150.0, -75.0, 75.0, 150.0].map(|m| [at(m, 0.0), at(0.0, m), at(m, 200.0 - m.abs())]);
    check_exact(&roads, places.as_flattened());
    let along = roads_along(&roads, &[at(-100.0, -100.0), at(150.0, 0.0)]);
    assert!(!along.contains(&1), "{along:?}");
}

#[test]
fn a_road_that_is_not_cut_turns_where_the_angle_says() {
    // Road 1 goes through point 5 from south to north: only from the south is road 2 on the left.
    let town = Town::default()
        .point(1, 0.0, -200.0)
        .point(2, -200.0, 0.0)
        .point(3, 0.0, 200.0)
        .point(5, 0.0, 0.0)
        .road(1, &[1, 5, 3], &[])
        .road(2, &[2, 5], &[])
        .restrict("no_left_turn", [1, 5, 2]);
    let roads = town.priced("car");
    assert_eq!(
        roads_along(&roads, &[at(0.0, 150.0), at(-150.0, 0.0)]),
        [1, 2]
    );
    let from_south = roads_along(&roads, &[at(0.0, -150.0), at(-150.0, 0.0)]);
    assert_eq!(from_south, [1, 2], "round at the dead end in the north");
    let south = crate::town::snap(&roads, at(0.0, -150.0));
    let west = crate::town::snap(&roads, at(-150.0, 0.0));
    let route = roads.route(&[south, west]).unwrap();
    assert!(route.legs[0].length_m(&roads) > 600.0);
}

#[rstest::rstest]
#[case::forwards(&[("oneway", "yes")], [1, 2])]
#[case::backwards(&[("oneway", "-1")], [2, 1])]
#[case::roundabout(&[("junction", "roundabout")], [1, 2])]
#[case::motorway(&[("highway", "motorway")], [1, 2])]
fn a_one_way_is_driven_one_way(#[case] tags: &[(&str, &str)], #[case] order: [usize; 2]) {
    let town = Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 500.0, 0.0)
        .point(3, 250.0, 300.0)
        .road(1, &[1, 2], tags)
        .road(2, &[1, 3, 2], &[]);
    let roads = town.priced("car");
    let ends = [at(100.0, 0.0), at(400.0, 0.0)];
    let [first, last] = order.map(|end| ends[end - 1]);
    assert_eq!(roads_along(&roads, &[first, last]), [1]);
    assert_eq!(roads_along(&roads, &[last, first]), [1, 2, 1]);
    check_exact(
        &roads,
        &[ends[0], ends[1], at(200.0, 0.0), at(250.0, 300.0)],
    );
}

#[test]
fn a_barrier_stops_whom_it_stops() {
    let town = crossing().stands(5, &[("barrier", "bollard")]);
    assert_eq!(from_south(&town, "car"), [1], "one can only turn round");
    assert_eq!(from_south(&town, "foot"), [1, 2, 3, 4]);
    let town = crossing().stands(5, &[("barrier", "gate"), ("motor_vehicle", "yes")]);
    assert_eq!(from_south(&town, "car"), [2, 3, 4]);
}

#[test]
fn one_turns_round_only_at_dead_ends() {
    let town = Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 200.0, 0.0)
        .point(3, 400.0, 0.0)
        .point(4, 200.0, 200.0)
        .road(1, &[1, 2], &[])
        .road(2, &[2, 3], &[])
        .road(3, &[2, 4], &[]);
    let roads = town.priced("car");
    assert!(
        [1, 2, 3]
            .into_iter()
            .all(|road| may_turn(&roads, road, road)),
        "at its outer end"
    );
    let back = [at(100.0, 0.0), at(300.0, 0.0), at(100.0, 0.0)];
    let snaps = back.map(|place| crate::town::snap(&roads, place));
    let route = roads.route(&snaps).unwrap();
    assert!(
        route.legs[1].length_m(&roads) > 390.0,
        "on to the end of road 2, and back"
    );
}

#[test]
fn a_closed_street_is_driven_round_and_its_ends_are_dead() {
    let town = crossing();
    let open = town.priced("car");
    let straight = [at(0.0, -150.0), at(0.0, 150.0)];
    assert_eq!(roads_along(&open, &straight), [1, 3]);
    let of_road = |id: i64| {
        let roads = open.map().network().roads();
        let segments = (0_u32..).zip(open.map().network().segments());
        let mut found = segments.filter(|(_, it)| roads[it.road as usize].id == Some(id));
        found.next().unwrap().0
    };
    let mut edits = Edits::default();
    edits.set_both(of_road(12), Edit::Close);
    edits.set_both(of_road(13), Edit::Close);
    let closed = town.edited("car", &edits);
    assert!(
        may_turn(&closed, 3, 3),
        "road 3 now ends at its northern end"
    );
    assert!(!may_turn(&open, 3, 3));
    assert_eq!(roads_along(&closed, &straight), [1, 3]);
    assert_eq!(roads_along(&open, &straight), [1, 3]);
    check_exact(
        &closed,
        &[straight[0], straight[1], at(150.0, 0.0), at(-150.0, 0.0)],
    );
    assert_eq!(closed.cut_off(), Vec::<u32>::new());
}

#[test]
fn a_stop_does_not_lift_a_restriction() {
    let town = carriageways().restrict_some("no_u_turn", 1, Via::Ways(vec![9]), (6, &[]));
    let roads = town.priced("car");
    let [start, stop, end] = [at(0.0, -150.0), at(-15.0, 0.0), at(-30.0, -150.0)];
    let direct = roads_along(&roads, &[start, end]);
    let with_stop = roads_along(&roads, &[start, stop, end]);
    assert!(
        !with_stop.windows(3).any(|way| way == [1, 9, 6]),
        "{with_stop:?}"
    );
    assert_eq!(direct, [1, 2, 3, 5, 6]);
}

#[test]
fn where_every_other_way_is_forbidden_one_turns_round() {
    let town = Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 300.0, 0.0)
        .point(3, 300.0, 300.0)
        .road(1, &[1, 2], &[])
        .road(2, &[2, 3], &[])
        .restrict("no_left_turn", [1, 2, 2]);
    let roads = town.priced("car");
    assert!(!may_turn(&roads, 1, 2) && may_turn(&roads, 2, 1));
    assert!(may_turn(&roads, 1, 1));
    assert_eq!(roads_along(&roads, &[at(100.0, 0.0), at(50.0, 0.0)]), [1]);
}

#[test]
fn the_only_way_that_is_closed_is_no_longer_the_only_one() {
    let town = crossing().restrict("only_right_turn", [1, 5, 4]);
    let open = town.priced("car");
    let of_road = |id: i64| {
        let network = open.map().network();
        let mut segments = (0_u32..).zip(network.segments());
        let is_meant = |road: u32| network.roads()[road as usize].id == Some(id);
        segments.find(|(_, it)| is_meant(it.road)).unwrap().0
    };
    let mut edits = Edits::default();
    edits.set_both(of_road(4), Edit::Close);
    let closed = town.edited("car", &edits);
    assert!(!may_turn(&open, 1, 2) && may_turn(&closed, 1, 2));
    assert!(!may_turn(&closed, 1, 4));
}
