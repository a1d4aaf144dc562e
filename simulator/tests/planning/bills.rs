//! What plans cost and load, and that a verdict can be kept.

use simulator::collection::check::{Bill, StreamLoad, trip_loads};
use simulator::collection::{Problem, UNREACHABLE};

use crate::day::by_hand;
use crate::rules::break_way;

#[test]
fn a_plan_is_billed_part_by_part() {
    let expected = Bill {
        vehicles: 2,
        length: 42 + 9,
        driving_ticks: 140 + 30,
        duty_ticks: 214 + 74,
        overtime_ticks: 14 + 4,
        unloading_visits: 2,
        unloaded_mass: 150 + 30,
        fixed_cost: 20_000,
        length_cost: 7 * 51,
        duty_cost: 2 * 288,
        overtime_cost: 5 * 18,
        unloading_cost: 2 * 40 + 2 * 180,
        unserved_cost: 700,
    };
    let bill = by_hand().verdict().bill;
    assert_eq!(bill, expected);
    assert_eq!(bill.total(), 20_000 + 357 + 576 + 90 + 440 + 700);
}

#[test]
fn each_stream_is_paid_for_at_the_first_unloading_that_takes_it() {
    let mut day = by_hand();
    day.parts.unloadings[1].cost_per_mass = 1000;
    day.trip(0, 0).unloadings = vec![0, 1];
    let bill = day.verdict().bill;
    assert_eq!(bill.unloaded_mass, 180);
    assert_eq!(bill.unloading_cost, 3 * 40 + 2 * 150 + 1000 * 30);
}

#[test]
fn costs_stop_at_the_largest_number() {
    let mut day = by_hand();
    day.class(0).costs.per_length = 1_000_000_000_000;
    break_way(&mut day, [UNREACHABLE - 1, 50]);
    let bill = day.verdict().bill;
    assert_eq!(bill.length_cost, i64::MAX);
    assert_eq!(bill.total(), i64::MAX);
}

#[test]
fn trips_tell_what_they_load() {
    let day = by_hand();
    let problem = Problem::new(day.parts).unwrap();
    let lorry = trip_loads(&problem, &day.plan.routes[0]);
    let load = |stream, volume, mass| StreamLoad {
        stream,
        volume,
        mass,
    };
    assert_eq!(lorry[0].streams, [load(0, 10, 100), load(1, 6, 50)]);
    assert_eq!(lorry[0].compartments, [5, 6]);
    assert_eq!((lorry[0].volume(), lorry[0].mass()), (16, 150));
    assert_eq!(lorry[1].streams, [load(0, 8, 30)]);
    let van = trip_loads(&problem, &day.plan.routes[1]);
    assert_eq!(van[0].streams, [load(0, 20, 60)]);
    assert_eq!(van[0].compartments, [20]);
}

#[test]
fn a_verdict_can_be_written_and_read_again() {
    let mut day = by_hand();
    day.trip(0, 0).stops.swap(0, 1);
    day.class(0).max_duration = 213;
    let verdict = day.verdict();
    assert!(!verdict.is_feasible());
    let json = serde_json::to_value(&verdict).unwrap();
    let expected = serde_json::json!([
        { "rule": "duty-too-long", "route": 0, "ticks": 214, "limit": 213 },
        {
            "rule": "act-out-of-order", "route": 0, "event": 2,
            "act": { "serve": 0 }, "expected": { "serve": 1 },
        },
    ]);
    assert_eq!(json["violations"], expected);
    assert_eq!(verdict, serde_json::from_value(json).unwrap());
}
