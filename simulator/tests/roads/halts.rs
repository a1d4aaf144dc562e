//! Ways between places with a direction: tables, single questions and driven ways are the same.

use proptest::prelude::*;
use simulator::roads::{
    Calls, Halt, Legs, RoadMetric, SNAP_WITHIN_M, Signposts, Snap, Survey, TENTHS_PER_S,
    UNREACHABLE,
};
use twin_core::Via;

use crate::town::{Town, at, snap};

/// What a whole survey tells: costs and lengths, row by row.
fn surveyed(roads: &RoadMetric, halts: &[Option<Halt>]) -> [Vec<u32>; 2] {
    let survey = Survey::new(roads, halts);
    let cells = survey.len() * survey.len();
    let (mut costs, mut lengths_m) = (vec![0; cells], vec![0; cells]);
    survey.fill(0, &mut costs, &mut lengths_m);
    [costs, lengths_m]
}

/// Compares a survey with signposts, and with the ways themselves.
fn check_same(roads: &RoadMetric, halts: &[Option<Halt>]) {
    let [costs, lengths_m] = surveyed(roads, halts);
    let posts = Signposts::new(roads, halts).unwrap();
    let mut legs = Legs::new(roads);
    let columns = halts.len();
    for (cell, (&cost, &length_m)) in costs.iter().zip(&lengths_m).enumerate() {
        let [from, to] = [cell / columns, cell % columns];
        let way = posts.way(u32::try_from(from).unwrap(), u32::try_from(to).unwrap());
        assert_eq!(way, [cost, length_m], "{from} to {to}");
        let pair = halts[from].as_ref().zip(halts[to].as_ref());
        let Some(leg) = pair.and_then(|(from, to)| legs.leg(from, to)) else {
            assert_eq!(cost, UNREACHABLE, "{from} to {to}");
            continue;
        };
        let parts: u32 = leg.rides.iter().map(|ride| ride.turn + ride.drive).sum();
        assert_eq!([leg.cost, parts], [cost; 2], "{from} to {to}");
        let off_m = (leg.length_m(roads) - f64::from(length_m)).abs();
        // Half a metre of rounding, and millimetres of each street.
        assert!(off_m < 0.6, "{from} to {to}: {off_m}");
        for (halt, ride) in [(from, leg.rides.first()), (to, leg.rides.last())] {
            let heading = halts[halt].and_then(|halt| halt.heading());
            let edge = heading.map(|node| roads.map().turns().edge(node));
            let driven = ride.map(|ride| ride.edge);
            assert!(edge.is_none() || edge == driven, "{from} to {to}");
        }
    }
}

/// A town of 4 × 4 corners, of whose streets some are missing or one-way, with a restriction over
/// several roads and a main road that is served from the right.
fn town(streets: &[u8]) -> Town {
    let mut town = Town::default();
    for corner in 0..16_i32 {
        let (column, row) = (f64::from(corner % 4), f64::from(corner / 4));
        let (east_m, north_m) = (
            200.0 * column + 13.0 * row * row,
            310.0 * row - 17.0 * column,
        );
        town = town.point(i64::from(corner), east_m, north_m);
    }
    let mut streets = streets.iter();
    for corner in 0..16_i64 {
        for (id, to, is_there) in [
            (100 + corner, corner + 1, corner % 4 < 3),
            (200 + corner, corner + 4, corner < 12),
        ] {
            let kind = streets.next().filter(|_| is_there);
            let tags: &[(&str, &str)] = match kind {
                None | Some(0) => continue,
                Some(1) => &[("oneway", "yes")],
                Some(2) => &[("highway", "secondary")],
                Some(_) => &[],
            };
            town = town.road(id, &[corner, to], tags);
        }
    }
    town.restrict_some("no_u_turn", 100, Via::Ways(vec![201]), (105, &[]))
}

fn places() -> impl Strategy<Value = Vec<(f64, f64, usize)>> {
    proptest::collection::vec((-50.0..750.0, -100.0..1_000.0, 0_usize..4), 2..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn tables_questions_and_driven_ways_are_the_same(
        streets in proptest::collection::vec(0_u8..6, 32),
        places in places(),
    ) {
        let town = town(&streets);
        let roads = town.priced("truck-26t");
        let halt = |&(east_m, north_m, choice): &(f64, f64, usize)| {
            let snap = roads.snap(at(east_m, north_m), SNAP_WITHIN_M)?;
            let halts = roads.halts(&snap);
            Some(halts.get(choice).copied().unwrap_or(Halt::on_premises(snap)))
        };
        let mut halts: Vec<Option<Halt>> = places.iter().map(halt).collect();
        halts.push(None);
        check_same(&roads, &halts);
    }
}

/// A street of 400 m that leads on at both ends, and turns at a dead end in the south.
fn street() -> Town {
    Town::default()
        .point(1, 0.0, 0.0)
        .point(2, 400.0, 0.0)
        .point(3, 400.0, 900.0)
        .point(4, 0.0, 900.0)
        .road(1, &[1, 2], &[])
        .road(2, &[2, 3], &[])
        .road(3, &[3, 4], &[])
        .road(4, &[4, 1], &[])
}

fn headed(roads: &RoadMetric, places: &[Snap], rounds: &[Vec<u32>]) -> Vec<Halt> {
    let places: Vec<Option<Snap>> = places.iter().copied().map(Some).collect();
    let mut is_premises = vec![false; places.len()];
    is_premises[0] = true;
    let calls = Calls {
        places: &places,
        is_premises: &is_premises,
        rounds,
    };
    let headed = roads.headed(&calls).unwrap();
    headed.into_iter().flatten().collect()
}

#[test]
fn a_round_goes_on_in_the_direction_in_which_it_came() {
    let roads = street().priced("car");
    let points = [
        at(0.0, 450.0),
        at(100.0, 0.0),
        at(300.0, 0.0),
        at(400.0, 450.0),
    ];
    let places = points.map(|place| snap(&roads, place));
    for round in [vec![0, 1, 2, 3, 0], vec![0, 3, 2, 1, 0]] {
        let halts = headed(&roads, &places, std::slice::from_ref(&round));
        assert_eq!(halts[0].heading(), None);
        let mut legs = Legs::new(&roads);
        let mut edges = Vec::new();
        for pair in round.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|place| halts[place as usize]);
            edges.extend(
                legs.leg(&from, &to)
                    .unwrap()
                    .rides
                    .iter()
                    .map(|ride| ride.edge),
            );
        }
        // Once round, whichever way: no edge is driven in both directions.
        assert!(
            !edges.iter().any(|edge| edges.contains(&(edge ^ 1))),
            "{round:?}: {edges:?}"
        );
    }
}

#[test]
fn a_place_where_no_round_calls_is_headed_the_way_that_rounds_come_by() {
    let roads = street().priced("car");
    let points = [
        at(0.0, 450.0),
        at(100.0, 0.0),
        at(300.0, 0.0),
        at(400.0, 450.0),
    ];
    let places = points.map(|place| snap(&roads, place));
    let east = headed(&roads, &places, &[vec![0, 1, 3, 0]]);
    let west = headed(&roads, &places, &[vec![0, 3, 1, 0]]);
    assert_eq!(east[1].heading(), east[2].heading());
    assert_eq!(west[1].heading(), west[2].heading());
    assert_ne!(east[2].heading(), west[2].heading());
}

#[test]
fn nobody_turns_at_a_stop() {
    let roads = street().priced("car");
    let place = snap(&roads, at(200.0, 0.0));
    let depot = Halt::on_premises(snap(&roads, at(0.0, 100.0)));
    let mut legs = Legs::new(&roads);
    for stop in roads.halts(&place) {
        let there = legs.leg(&depot, &stop).unwrap();
        let back = legs.leg(&stop, &depot).unwrap();
        let round_m = there.length_m(&roads) + back.length_m(&roads);
        // All of the ring: two sides of 400 m, two of 900 m.
        assert!((round_m - 2_600.0).abs() < 15.0, "{round_m}");
    }
    let turning = Halt::on_premises(place);
    let there = legs.leg(&depot, &turning).unwrap();
    let back = legs.leg(&turning, &depot).unwrap();
    assert!(there.length_m(&roads) + back.length_m(&roads) < 615.0);
    assert!(f64::from(there.cost) / TENTHS_PER_S < 60.0);
}

#[test]
fn the_nearest_places_of_other_streets_are_told_in_the_order_of_their_ways() {
    let roads = town(&[5; 32]).priced("car");
    let points = (0..40_u32).map(|n| at(f64::from(n * 89 % 650), f64::from(n * 167 % 900)));
    let halts: Vec<Option<Halt>> = points
        .map(|place| roads.snap(place, SNAP_WITHIN_M).map(Halt::on_premises))
        .collect();
    let posts = Signposts::new(&roads, &halts).unwrap();
    let among: Vec<u32> = (5..40).collect();
    let nearest = posts.nearest(&among);
    let segment = |place: u32| halts[place as usize].unwrap().snap().segment;
    for from in 0..40 {
        let mut told = Vec::new();
        nearest.of(from, |place| {
            told.extend((segment(place) != segment(from)).then(|| posts.way(from, place)[0]));
            told.len() < 20
        });
        let others = among.iter().filter(|&&to| segment(to) != segment(from));
        let mut all: Vec<u32> = others.map(|&to| posts.way(from, to)[0]).collect();
        all.sort_unstable();
        assert_eq!(told, all[..20]);
    }
}
