//! What is found is the best of all places for both stops, and costs what was asked for.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::collection::search::anneal::Annealing;
use crate::collection::search::clock::Clock;
use crate::collection::search::model::Model;
use crate::collection::search::near::{Near, Nearness};
use crate::collection::search::solution::{NONE, Solution};
use crate::collection::search::ways::{EqualWays, Layout};
use crate::collection::{
    Breaks, Compartment, Costs, Need, Outfit, Plane, Problem, ProblemParts, Rounding, Stop,
    StreamSet, Table, Travel, UNREACHABLE, VehicleClass, Window,
};
use crate::numbers::{index_u32, indexed};
use crate::random::{Model as RandomModel, Seed};

/// Points, whose distances rounded up are the lengths of ways; some ways that do not exist; and what stops
/// hold.
fn problems() -> impl Strategy<Value = Problem> {
    (4_usize..11).prop_flat_map(|stops| {
        let points = vec((0.0..40.0, 0.0..40.0), stops + 1);
        let is_open = vec(proptest::bool::weighted(0.97), (stops + 1) * (stops + 1));
        (points, is_open, vec(1_u32..5, stops)).prop_map(|(points, is_open, volumes)| {
            let places = points.len();
            let plane = Plane {
                points: points.into_iter().map(|(x, y)| [x, y]).collect(),
                scale: 1.0,
                rounding: Rounding::Up,
            };
            let pairs = (0..index_u32(places))
                .flat_map(|from| (0..index_u32(places)).map(move |to| (from, to)));
            let length = |((from, to), is_open)| {
                if is_open {
                    plane.distance(from, to)
                } else {
                    UNREACHABLE
                }
            };
            let lengths = pairs.zip(is_open).map(length).collect();
            problem(Table::new(places, lengths).unwrap(), &volumes)
        })
    })
}

fn problem(table: Table, volumes: &[u32]) -> Problem {
    let stop = |(at, &volume): (u32, &u32)| Stop {
        place: at + 1,
        stream: 0,
        volume,
        mass: 1,
        service: 0,
        windows: Vec::new(),
        release: 0,
        need: Need::Required,
        classes: u64::MAX,
    };
    let class = VehicleClass {
        name: "truck".into(),
        count: 9,
        travel: 0,
        start: 0,
        end: 0,
        shift: Window::ALWAYS,
        max_duration: Window::LAST,
        normal_duration: Window::LAST,
        prepare: 0,
        finish: 0,
        costs: Costs {
            per_length: 2,
            ..Costs::default()
        },
        outfits: vec![Outfit {
            compartments: vec![Compartment {
                takes: StreamSet::ALL,
                volume: 12,
                compaction: 1.0,
            }],
            payload: 100,
        }],
        max_trips: 1,
        unloadings: Vec::new(),
        unload_at_end: false,
        breaks: Breaks::default(),
        begun: None,
    };
    Problem::new(ProblemParts {
        travels: vec![Travel::Same(table)],
        stops: indexed(volumes).map(stop).collect(),
        fleet: vec![class],
        ..ProblemParts::default()
    })
    .unwrap()
}

/// Everywhere in a trip that a stop could be behind once another one is gone: its stops, and its begin.
fn places(solution: &Solution, leaves: u32) -> Vec<u32> {
    let mut places = vec![NONE];
    let mut stop = solution.trips[solution.nodes[leaves as usize].trip as usize].first;
    while stop != NONE {
        if stop != leaves {
            places.push(stop);
        }
        stop = solution.nodes[stop as usize].next;
    }
    places
}

/// What a solution costs more once two stops have changed over.
fn after<'p>(
    (model, clock): (&Model<'p, EqualWays>, &mut Clock<'p>),
    solution: &Solution,
    stops: [u32; 2],
    behind: [u32; 2],
) -> i64 {
    let routes = stops.map(|stop| solution.route_of(stop));
    let mut changed = solution.clone();
    changed.swap(model, stops, behind);
    for route in routes {
        changed.refresh(model, clock, route);
    }
    changed.cost - solution.cost
}

proptest! {
    #[test]
    fn both_stops_go_where_they_cost_the_least(problem in problems(), seed in any::<u64>()) {
        let layout = || match Layout::of(&problem) {
            Layout::Equal(ways) => Ok(ways),
            _ => Err(TestCaseError::fail("another layout")),
        };
        let random = Seed(seed).stream(RandomModel::CollectionPlans, 0);
        let annealing = Annealing::new(Model::new(&problem, layout()?), random);
        let (model, solution) = (&annealing.model, annealing.best());
        let mut clock = Clock::new(&problem);
        let near = Near::new(model, usize::MAX, Nearness::Either);
        let exchanges = Exchanges { model, solution };
        let stops = index_u32(model.stops.len());
        let pairs = (0..stops).flat_map(|one| (0..stops).map(move |other| [one, other]));
        for pair in pairs {
            let swap = |limit| exchanges.swap(pair, pair.map(|stop| near.of(stop)), limit);
            let Some(Exchange::Swap { behind, .. }) = swap(i64::MAX) else {
                continue;
            };
            let cost = after((model, &mut clock), solution, pair, behind);
            prop_assert!(swap(cost).is_none() && swap(cost + 1).is_some());
            for first in places(solution, pair[1]) {
                for second in places(solution, pair[0]) {
                    let elsewhere = after((model, &mut clock), solution, pair, [first, second]);
                    prop_assert!(cost <= elsewhere, "{pair:?} {behind:?} {first} {second}");
                }
            }
        }
    }

    #[test]
    fn a_swap_is_found_wherever_there_is_room_for_one(problem in problems(), seed in any::<u64>()) {
        let Layout::Equal(ways) = Layout::of(&problem) else {
            return Err(TestCaseError::fail("another layout"));
        };
        let random = Seed(seed).stream(RandomModel::CollectionPlans, 0);
        let annealing = Annealing::new(Model::new(&problem, ways), random);
        let (model, solution) = (&annealing.model, annealing.best());
        let near = Near::new(model, usize::MAX, Nearness::Either);
        let exchanges = Exchanges { model, solution };
        let stops = index_u32(model.stops.len());
        for pair in (0..stops).flat_map(|one| (0..stops).map(move |other| [one, other])) {
            let trips = pair.map(|stop| solution.trips.get(solution.nodes[stop as usize].trip as usize));
            let [Some(one), Some(other)] = trips else { continue };
            let volume = pair.map(|stop| i64::from(problem.stops()[stop as usize].volume));
            let room = |trip: &Trip| i64::from(trip.room[0]);
            let has_room = room(one) + volume[0] >= volume[1] && room(other) + volume[1] >= volume[0];
            let wanted = one.route != other.route && one.stops.min(other.stops) > 1 && has_room;
            let found = exchanges.swap(pair, pair.map(|stop| near.of(stop)), i64::MAX);
            prop_assert!(found.is_none() || wanted);
            let is_open = |stop: u32| (0..stops).all(|to| {
                let leg = |from, to| model.ways.leg(0, from, to).length < BLOCKED;
                leg(stop + 1, to + 1) && leg(to + 1, stop + 1) && leg(0, stop + 1) && leg(stop + 1, 0)
            });
            if wanted && pair.into_iter().all(is_open) {
                prop_assert!(found.is_some());
            }
        }
    }
}
