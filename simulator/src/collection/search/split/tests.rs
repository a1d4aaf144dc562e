//! The trips found are the best of all ways to cut a tour.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::collection::check::check;
use crate::collection::schedule::schedule;
use crate::collection::search::ways::Layout;
use crate::collection::{
    Breaks, Compartment, Costs, Need, Outfit, Plan, Problem, ProblemParts, Route, Stop, Table,
    Travel, Trip, Unloading, VehicleClass, Window,
};
use crate::numbers::index_u32;

/// Two streams and two compartments, which either outfit uses otherwise.
const STREAMS: u8 = 2;

/// What of a problem is drawn: lengths of ways, each stop's stream, volume and mass, what each unloading
/// takes and costs, what the compartments hold, and whether the vehicle is empty at the end.
type Drawn = (
    Vec<u32>,
    Vec<(u8, u32, u32)>,
    Vec<(u16, i64, i64)>,
    [u32; 2],
    bool,
);

const STOPS: usize = 5;
const UNLOADINGS: usize = 2;
const PLACES: usize = 1 + STOPS + UNLOADINGS;

fn drawn() -> impl Strategy<Value = Drawn> {
    let unloading = (1_u16..4, 0_i64..30, 0_i64..4);
    (
        vec(0_u32..50, PLACES * PLACES),
        vec((0..STREAMS, 1_u32..5, 0_u32..4), 1..=STOPS),
        vec(unloading, 1..=UNLOADINGS),
        [3_u32..12, 3_u32..12],
        any::<bool>(),
    )
}

fn problem(drawn: &Drawn) -> Problem {
    let (lengths, stops, unloadings, ..) = drawn;
    let stop = |(at, &(stream, volume, mass)): (u32, &(u8, u32, u32))| Stop {
        place: at + 1,
        stream,
        volume,
        mass,
        service: 1,
        windows: Vec::new(),
        release: 0,
        need: Need::Required,
        classes: u64::MAX,
    };
    let unloading =
        |(at, &(streams, cost_per_visit, cost_per_mass)): (u32, &(u16, i64, i64))| Unloading {
            place: at + 1 + index_u32(STOPS),
            streams: StreamSet(streams),
            duration: 1,
            windows: Vec::new(),
            cost_per_visit,
            cost_per_mass,
        };
    Problem::new(ProblemParts {
        travels: vec![Travel::Same(Table::new(PLACES, lengths.clone()).unwrap())],
        stops: indexed(stops).map(stop).collect(),
        unloadings: indexed(unloadings).map(unloading).collect(),
        fleet: vec![class(drawn)],
        ..ProblemParts::default()
    })
    .unwrap()
}

fn class((_, _, unloadings, rooms, unload_at_end): &Drawn) -> VehicleClass {
    let compartment = |takes, volume| Compartment {
        takes: StreamSet(takes),
        volume,
        compaction: 1.0,
    };
    let outfit = |compartments| Outfit {
        compartments,
        payload: 9,
    };
    VehicleClass {
        name: "truck".into(),
        count: 1,
        travel: 0,
        start: 0,
        end: 0,
        shift: Window::ALWAYS,
        max_duration: Window::LAST,
        normal_duration: Window::LAST,
        prepare: 0,
        finish: 0,
        costs: Costs {
            fixed: 7,
            per_length: 3,
            ..Costs::default()
        },
        outfits: vec![
            outfit(vec![compartment(1, rooms[0]), compartment(2, rooms[1])]),
            outfit(vec![compartment(3, rooms[0] + rooms[1] / 2)]),
        ],
        max_trips: 9,
        unloadings: (0..index_u32(unloadings.len())).collect(),
        unload_at_end: *unload_at_end,
        breaks: Breaks::default(),
        begun: None,
    }
}

/// What a route with these trips costs; `None` where it breaks a rule.
fn cost(problem: &Problem, trips: Vec<Trip>) -> Option<i64> {
    let timeline = schedule(problem, 0, &trips).ok()?;
    let route = Route {
        class: 0,
        trips,
        timeline,
    };
    let verdict = check(
        problem,
        &Plan {
            routes: vec![route],
            unserved: Vec::new(),
        },
    );
    verdict.is_feasible().then(|| verdict.bill.total())
}

/// The least that the stops from `from` on cost, after some trips, cut in any way.
fn cheapest(
    problem: &Problem,
    tails: &[Vec<u32>],
    trips: &mut Vec<Trip>,
    from: usize,
) -> Option<i64> {
    let stops = problem.stops().len();
    if from == stops {
        return cost(problem, trips.clone());
    }
    let mut best = None;
    for until in from + 1..=stops {
        for outfit in 0..2 {
            for unloadings in tails {
                let stops = from..until;
                trips.push(Trip {
                    outfit,
                    stops: stops.map(index_u32).collect(),
                    unloadings: unloadings.clone(),
                });
                let found = cheapest(problem, tails, trips, until);
                trips.pop();
                best = best.into_iter().chain(found).min();
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_trips_are_the_cheapest_that_the_order_allows(drawn in drawn()) {
        let problem = problem(&drawn);
        let Layout::Equal(ways) = Layout::of(&problem) else {
            return Err(TestCaseError::fail("another layout"));
        };
        let model = Model::new(&problem, ways);
        let tour: Vec<u32> = (0..index_u32(model.stops.len())).collect();
        let mut tails: Vec<Vec<u32>> = vec![Vec::new()];
        tails.extend(model.tails.iter().map(|tail| tail.unloadings.clone()));

        let parts = Split::new(&model, 0, &tour).parts();

        let mut from = 0;
        let trips = parts.iter().flatten().map(|part| {
            let stops = tour[from..part.until].to_vec();
            from = part.until;
            let tail = model.tails.get(part.tail as usize);
            Trip {
                outfit: part.outfit,
                stops,
                unloadings: tail.map_or_else(Vec::new, |tail| tail.unloadings.clone()),
            }
        });
        let trips: Vec<Trip> = trips.collect();
        let found = parts.and_then(|_| cost(&problem, trips));
        prop_assert_eq!(found, cheapest(&problem, &tails, &mut Vec::new(), 0));
    }
}
