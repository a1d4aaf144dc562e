//! What is reached in a time is what plain Dijkstra reaches, to the metre.

use std::sync::Arc;

use proptest::prelude::*;
use simulator::roads::{
    Edits, Reached, RoadMap, RoadMetric, Snap, TENTHS_PER_S, UNREACHABLE, dijkstra, entry,
};
use simulator::roads::{HourClass, Profile};
use twin_core::{Ground, LonLat, Road, Tags};

/// Streets between neighbouring corners of a square of so many, 150 m apart or less.
const CORNERS: u32 = 6;

/// Costs to a point on an edge are rounded to a tenth of a second.
const ROUNDING_S: f64 = 0.051;

fn corner(column: u32, row: u32) -> LonLat {
    // Uneven, so that ways of the same cost are rare.
    let lon = 6.8 + 0.002 * f64::from(column) + 0.000_1 * f64::from(row * row);
    let lat = 47.5 + 0.001_2 * f64::from(row) + 0.000_05 * f64::from(column * column);
    LonLat::new(lon, lat).expect("a place of the grid")
}

fn street(from: [u32; 2], to: [u32; 2], one_way: u8) -> Option<Road> {
    let tags = match one_way {
        0 => return None,
        1 => [("oneway", "yes")].into_iter().collect(),
        2 => [("oneway", "-1")].into_iter().collect(),
        _ => Tags::default(),
    };
    Some(Road {
        id: None,
        class: "residential".into(),
        name: None,
        tags,
        nodes: vec![],
        path: vec![corner(from[0], from[1]), corner(to[0], to[1])],
    })
}

/// `ways` says of each street whether it is there, and in which directions.
fn metric(ways: &[u8]) -> Arc<RoadMetric> {
    let corners = (0..CORNERS).flat_map(|row| (0..CORNERS).map(move |column| [column, row]));
    let pairs = corners.flat_map(|[column, row]| {
        [[column + 1, row], [column, row + 1]].map(|to| ([column, row], to))
    });
    let inside = pairs.filter(|(_, [column, row])| *column < CORNERS && *row < CORNERS);
    let roads = inside
        .zip(ways)
        .filter_map(|((from, to), way)| street(from, to, *way));
    let ground = Ground {
        roads: roads.collect(),
        ..Ground::default()
    };
    let car = Profile::built_in("car").expect("a built-in profile");
    let map = Arc::new(RoadMap::new(&ground, &car).expect("few roads"));
    let metric = map.metric(&car, HourClass::OffPeak, &Edits::default());
    Arc::new(metric.expect("roads of cars"))
}

/// The earliest time at which a point lies in a reached stretch that one may stop along.
fn earliest_s(metric: &RoadMetric, reached: &[Reached], at: &Snap) -> Option<f64> {
    let times = reached.iter().filter_map(|stretch| {
        let share = if stretch.edge & 1 == 0 {
            at.share
        } else {
            1.0 - at.share
        };
        let is_there = stretch.edge >> 1 == at.segment && metric.is_usable(stretch.edge);
        let is_within = stretch.begin <= share && share <= stretch.end;
        let of_it = (share - stretch.begin) / (stretch.end - stretch.begin).max(1e-12);
        let time_s = stretch.start_s + (stretch.end_s - stretch.start_s) * of_it;
        (is_there && is_within).then_some(time_s)
    });
    times.min_by(f64::total_cmp)
}

/// Whether two points of one street lie so near each other that costs, in tenths of a second, do not tell
/// which of them comes first.
fn are_one(metric: &RoadMetric, from: &Snap, at: &Snap) -> bool {
    let both = [at.segment * 2, at.segment * 2 + 1];
    let costs = both.map(|edge| metric.prices().edges[edge as usize]);
    let whole = costs.into_iter().filter(|cost| *cost < UNREACHABLE).min();
    let between_s = whole.map_or(0.0, |whole| {
        f64::from(whole) / TENTHS_PER_S * (from.share - at.share).abs()
    });
    from.segment == at.segment && between_s <= 2.0 * ROUNDING_S
}

fn somewhere() -> impl Strategy<Value = LonLat> {
    (6.8..6.812, 47.5..47.507)
        .prop_map(|(lon, lat)| LonLat::new(lon, lat).expect("a place of the grid"))
}

proptest! {
    #[test]
    fn every_point_is_reached_when_plain_dijkstra_comes_there(
        ways in proptest::collection::vec(prop_oneof![1 => Just(0_u8), 3 => 1_u8..=2, 6 => Just(3_u8)], 60),
        from in somewhere(),
        to in proptest::collection::vec(somewhere(), 8),
        limit_s in 10.0..400.0,
    ) {
        let metric = metric(&ways);
        let Some(from) = metric.snap(from, 5_000.0) else { return Ok(()) };
        let graph = metric.map().turns().graph();
        let costs = dijkstra(graph, &metric.prices().arcs, &metric.departures(&from));
        let all = metric.reached(&from, 1e6);
        let in_time = metric.reached(&from, limit_s);
        for place in to {
            let Some(at) = metric.snap(place, 5_000.0) else { continue };
            if are_one(&metric, &from, &at) {
                continue;
            }
            let expected = entry(&costs, &metric.arrivals(&at, |_, _| true));
            let found = earliest_s(&metric, &all, &at);
            prop_assert_eq!(found.is_some(), expected != UNREACHABLE, "{:?}", at);
            let Some(found) = found else { continue };
            let expected_s = f64::from(expected) / TENTHS_PER_S;
            prop_assert!((found - expected_s).abs() <= 2.0 * ROUNDING_S, "{found} {expected_s}");
            let is_in_time = earliest_s(&metric, &in_time, &at).is_some();
            prop_assert!(is_in_time == (found <= limit_s) || (found - limit_s).abs() < 1e-6);
        }
    }

    #[test]
    fn nothing_is_reached_after_the_time(limit_s in 0.0..300.0, from in somewhere()) {
        let metric = metric(&[3; 60]);
        let from = metric.snap(from, 5_000.0).unwrap();
        let reached = metric.reached(&from, limit_s);
        prop_assert!(!reached.is_empty());
        for stretch in reached {
            prop_assert!(stretch.start_s <= stretch.end_s && stretch.end_s <= limit_s);
            prop_assert!(stretch.begin <= stretch.end && stretch.end <= 1.0);
            prop_assert!(stretch.path(&metric).len() >= 2);
        }
    }
}
