//! Routes through several points, what drivers are told, and other ways.

use approx::assert_relative_eq;
use simulator::roads::{AlternativeRules, Halt, Maneuver, Survey, UNREACHABLE};

use crate::town::{Town, at, snap};

/// Three streets from west to east, 100 m apart, joined at both ends.
fn ladder() -> Town {
    let mut town = Town::default();
    for row in 0..3_u32 {
        let north_m = 100.0 * f64::from(row);
        let row = i64::from(row);
        town = town
            .point(10 + row, 0.0, north_m)
            .point(20 + row, 2_000.0, north_m);
        town = town.road(row, &[10 + row, 20 + row], &[]);
    }
    town.road(5, &[10, 11, 12], &[]).road(6, &[20, 21, 22], &[])
}

#[test]
fn a_route_through_a_point_goes_on_in_its_direction() {
    let roads = ladder().priced("car");
    let points = [at(100.0, 0.0), at(1_000.0, 0.0), at(100.0, 100.0)];
    let route = roads
        .route(&points.map(|place| snap(&roads, place)))
        .unwrap();
    assert_eq!(route.legs.len(), 2);
    assert_relative_eq!(route.legs[0].length_m(&roads), 900.0, epsilon = 1.0);
    // Turning round in the middle is not allowed: on to the east, and back on the next street.
    assert_relative_eq!(route.legs[1].length_m(&roads), 3_000.0, epsilon = 2.0);
    assert_eq!(
        route.legs[1].rides[0].edge,
        route.legs[0].rides.last().unwrap().edge
    );
}

#[test]
fn on_foot_one_turns_round_at_a_point() {
    let roads = ladder().priced("foot");
    let points = [at(100.0, 0.0), at(1_000.0, 0.0), at(100.0, 0.0)];
    let route = roads
        .route(&points.map(|place| snap(&roads, place)))
        .unwrap();
    assert_relative_eq!(route.legs[1].length_m(&roads), 900.0, epsilon = 1.0);
}

#[test]
fn a_driver_is_told_where_to_turn() {
    let roads = ladder().priced("car");
    let points = [at(1_900.0, 0.0), at(1_900.0, 200.0)].map(|place| snap(&roads, place));
    let route = roads.route(&points).unwrap();
    let steps = route.legs[0].steps(&roads);
    let told: Vec<_> = steps
        .iter()
        .map(|step| (step.maneuver.name(), step.name.as_deref().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("depart", "rue 0"), ("left", "rue 6"), ("left", "rue 2")]
    );
    let length_m: f64 = steps.iter().map(|step| step.length_m).sum();
    assert_relative_eq!(length_m, route.legs[0].length_m(&roads), epsilon = 1e-6);
    let duration_s: f64 = steps.iter().map(|step| step.duration_s).sum();
    assert_relative_eq!(duration_s, route.legs[0].duration_s(), epsilon = 1e-6);
    assert_relative_eq!(steps[0].heading_deg, 90.0, epsilon = 0.5);
}

#[test]
fn exits_of_a_roundabout_are_counted() {
    let ring = [("junction", "roundabout")];
    let mut town = Town::default();
    for (id, east_m, north_m) in [
        (1, 0.0, -20.0),
        (2, 20.0, 0.0),
        (3, 0.0, 20.0),
        (4, -20.0, 0.0),
    ] {
        town = town
            .point(id, east_m, north_m)
            .point(10 + id, 10.0 * east_m, 10.0 * north_m);
    }
    let town = town.road(9, &[1, 2, 3, 4, 1], &ring);
    let town = (1..=4).fold(town, |town, id| town.road(id, &[id, 10 + id], &[]));
    let roads = town.priced("car");
    for (to, exit) in [
        (at(150.0, 0.0), 1),
        (at(0.0, 150.0), 2),
        (at(-150.0, 0.0), 3),
    ] {
        let points = [at(0.0, -150.0), to].map(|place| snap(&roads, place));
        let steps = roads.route(&points).unwrap().legs[0].steps(&roads);
        assert_eq!(
            steps.last().unwrap().maneuver,
            Maneuver::Roundabout { exit }
        );
        assert_eq!(steps.len(), 2);
    }
}

#[test]
fn exits_are_counted_from_within_a_roundabout_too() {
    let town = Town::default()
        .point(1, 0.0, -20.0)
        .point(2, 20.0, 0.0)
        .point(3, 0.0, 20.0)
        .point(12, 200.0, 0.0)
        .point(13, 0.0, 200.0)
        .road(9, &[1, 2, 3, 1], &[("junction", "roundabout")])
        .road(2, &[2, 12], &[])
        .road(3, &[3, 13], &[]);
    let roads = town.priced("car");
    let points = [at(5.0, -15.0), at(0.0, 150.0)].map(|place| snap(&roads, place));
    let steps = roads.route(&points).unwrap().legs[0].steps(&roads);
    let told: Vec<_> = steps.iter().map(|step| step.maneuver).collect();
    assert_eq!(told, [Maneuver::Depart, Maneuver::Roundabout { exit: 2 }]);
}

#[test]
fn other_ways_are_other_and_not_much_dearer() {
    let roads = ladder().priced("car");
    let ends = [at(0.0, 100.0), at(2_000.0, 100.0)].map(|place| snap(&roads, place));
    let route = roads.route(&ends).unwrap();
    let best = route.legs[0].cost;
    let rules = AlternativeRules {
        stretch: 2.0,
        ..AlternativeRules::USUAL
    };
    let others = roads.alternatives(&route, 3, rules);
    for other in &others {
        assert!(other.legs[0].cost >= best && other.legs[0].cost <= 2 * best);
    }
    assert!(roads.alternatives(&route, 0, rules).is_empty());
}

#[test]
fn a_course_begins_and_ends_at_its_points() {
    let roads = ladder().priced("car");
    let points = [at(1_500.0, 30.0), at(1_200.0, 180.0)].map(|place| snap(&roads, place));
    let leg = &roads.route(&points).unwrap().legs[0];
    let path = leg.path(&roads);
    for (end, point) in [(path.first(), points[0]), (path.last(), points[1])] {
        assert!(end.unwrap().distance(point.place).get() < 0.05);
    }
    let drawn_m: f64 = path
        .windows(2)
        .map(|pair| pair[0].distance(pair[1]).get())
        .sum();
    assert_relative_eq!(drawn_m, leg.length_m(&roads), max_relative = 1e-4);
}

#[test]
fn a_survey_tells_the_lengths_of_the_routes() {
    // Streets of odd lengths, so that no two ways take equally long.
    let mut town = Town::default();
    for corner in 0..16_u32 {
        let (column, row) = (f64::from(corner % 4), f64::from(corner / 4));
        let east_m = 217.0 * column + 13.0 * row * row + 31.0 * column * row;
        let north_m = 331.0 * row + 17.0 * column * column - 23.0 * column * row;
        town = town.point(i64::from(corner), east_m, north_m);
    }
    for corner in 0..16_i64 {
        if corner % 4 < 3 {
            town = town.road(100 + corner, &[corner, corner + 1], &[("oneway", "yes")]);
        }
        if corner < 12 {
            town = town.road(200 + corner, &[corner, corner + 4], &[]);
        }
    }
    let roads = town.priced("truck-26t");
    let mut places: Vec<_> = (0..12_u32)
        .map(|n| {
            let (east_m, north_m) = (f64::from(n * 89 % 700), f64::from(n * 167 % 1_100));
            roads.snap(at(east_m, north_m), 5_000.0)
        })
        .collect();
    places.push(None);
    let halts: Vec<_> = places
        .iter()
        .map(|snap| snap.map(Halt::on_premises))
        .collect();
    let survey = Survey::new(&roads, &halts);
    let columns = survey.len();
    let (mut costs, mut lengths_m) = (vec![0; columns * columns], vec![0; columns * columns]);
    let middle = 5 * columns;
    survey.fill(0, &mut costs[..middle], &mut lengths_m[..middle]);
    survey.fill(5, &mut costs[middle..], &mut lengths_m[middle..]);
    let mut compared = 0;
    for (cell, (&cost, &length_m)) in costs.iter().zip(&lengths_m).enumerate() {
        let pair = [places[cell / columns], places[cell % columns]];
        let route = match pair {
            [Some(from), Some(to)] => roads.route(&[from, to]),
            _ => None,
        };
        let Some(route) = route else {
            assert_eq!([cost, length_m], [UNREACHABLE; 2]);
            continue;
        };
        assert_eq!(cost, route.legs[0].cost);
        let expected_m = route.legs[0].length_m(&roads);
        assert_relative_eq!(f64::from(length_m), expected_m, epsilon = 0.6);
        compared += u32::from(length_m > 0);
    }
    assert!(compared > 100);
}
