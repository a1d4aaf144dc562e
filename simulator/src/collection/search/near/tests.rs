//! What is found without a look at all is what a look at all finds.

use proptest::prelude::*;

use super::*;
use crate::collection::search::ways::{EqualWays, Layout};
use crate::collection::{
    Breaks, Compartment, Costs, Need, Outfit, Plane, Problem, ProblemParts, Rounding, Stop,
    StreamSet, Table, Travel, VehicleClass, Window,
};

/// A place of a plane and, for its stop, when serving may begin and until when.
type Spot = ((f64, f64), (i32, i32));

fn problem(spots: &[Spot], travel: Travel) -> Problem {
    let stop = |(place, (_, (open, wide))): (u32, &Spot)| Stop {
        place,
        stream: 0,
        volume: 1,
        mass: 1,
        service: 10,
        windows: vec![Window {
            open: *open,
            close: open + wide,
        }],
        release: 0,
        need: Need::Required,
        classes: u64::MAX,
    };
    let class = VehicleClass {
        name: "truck".into(),
        count: 1,
        travel: 0,
        start: 0,
        end: 0,
        shift: Window {
            open: 0,
            close: 100_000,
        },
        max_duration: 100_000,
        normal_duration: 100_000,
        prepare: 0,
        finish: 0,
        costs: Costs {
            per_length: 1,
            ..Costs::default()
        },
        outfits: vec![Outfit {
            compartments: vec![Compartment {
                takes: StreamSet::ALL,
                volume: 1_000,
                compaction: 1.0,
            }],
            payload: 1_000,
        }],
        max_trips: 1,
        unloadings: Vec::new(),
        unload_at_end: false,
        breaks: Breaks::default(),
        begun: None,
    };
    let parts = ProblemParts {
        travels: vec![travel],
        stops: indexed(spots).map(stop).collect(),
        fleet: vec![class],
        ..ProblemParts::default()
    };
    Problem::new(parts).unwrap()
}

/// The stops near each one, and how far they are.
fn near<W: Ways>(problem: &Problem, ways: W, nearness: Nearness) -> Vec<Vec<(u32, i32)>> {
    let model = Model::new(problem, ways);
    let near = Near::new(&model, 6, nearness);
    let stops = 0..index_u32(model.stops.len());
    let of = |stop| near.of(stop).iter().map(|it| (it.stop, it.length));
    stops.map(|stop| of(stop).collect()).collect()
}

fn rounding() -> impl Strategy<Value = Rounding> {
    prop_oneof![
        Just(Rounding::Nearest),
        Just(Rounding::Down),
        Just(Rounding::Up)
    ]
}

/// Few whole coordinates, so that many ways are equally long, or any.
fn spots() -> impl Strategy<Value = Vec<Spot>> {
    let whole = (0..6_i32, 0..6_i32).prop_map(|(x, y)| (f64::from(x), f64::from(y)));
    let place = prop_oneof![whole, (0.0..60.0, 0.0..60.0)];
    proptest::collection::vec((place, (0..2_000, 0..3_000)), 1..150)
}

proptest! {
    #[test]
    fn a_plane_finds_the_neighbours_that_a_table_of_it_has(
        spots in spots(),
        rounding in rounding(),
        scale in prop_oneof![Just(1.0), Just(0.3), Just(17.0)],
    ) {
        let points = spots.iter().map(|((x, y), _)| [*x, *y]).collect();
        let plane = Plane { points, scale, rounding };
        let places = index_u32(spots.len());
        let cells = (0..places).flat_map(|from| (0..places).map(move |to| (from, to)));
        let cells = cells.map(|(from, to)| plane.distance(from, to)).collect();
        let table = Travel::Same(Table::new(spots.len(), cells).unwrap());
        let in_table = problem(&spots, table);
        let in_plane = problem(&spots, Travel::Plane(plane));
        for nearness in [Nearness::Either, Nearness::Towards, Nearness::From] {
            let (Layout::Equal(table), Layout::Plane(plane)) =
                (Layout::of(&in_table), Layout::of(&in_plane))
            else {
                return Err(TestCaseError::fail("other layouts"));
            };
            let table: EqualWays = table;
            prop_assert_eq!(near(&in_plane, plane, nearness), near(&in_table, table, nearness));
        }
    }
}
