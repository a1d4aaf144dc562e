//! Laws on small random routes.

use proptest::prelude::*;

use super::{Line, brute, chain::fault};
use crate::collection::schedule::itinerary::Itinerary;
use crate::collection::schedule::{ClockRules, Misfit, Walker, schedule};
use crate::collection::{Begun, BreakRule, Breaks, Costs, Trip, Window};

fn ticks(most: i32) -> impl Strategy<Value = i32> {
    0..=most
}

fn windows() -> impl Strategy<Value = Vec<(i32, i32)>> {
    prop::collection::vec((1..5i32, 0..7i32), 0..4).prop_map(|gaps| {
        let mut close = -1;
        let mut next = |(gap, length)| {
            let open = close + gap;
            close = open + length;
            (open, close)
        };
        gaps.into_iter().map(&mut next).collect()
    })
}

fn rule() -> impl Strategy<Value = Option<BreakRule>> {
    let parts = (3..11i32, 1..5i32, prop::option::of(0..4i32));
    prop::option::of(parts).prop_map(|parts| {
        parts.map(|(after, length, first)| BreakRule {
            after,
            length,
            first_part: first.map(|part| part.min(length)),
        })
    })
}

fn begun() -> impl Strategy<Value = Option<Begun>> {
    let parts = (
        0..3u32,
        ticks(4),
        ticks(3),
        ticks(8),
        ticks(8),
        any::<bool>(),
    );
    prop::option::weighted(0.3, parts).prop_map(|parts| {
        parts.map(
            |(place, at, on_duty_since, worked, driven, first_part_taken)| Begun {
                place,
                at,
                on_duty_since: on_duty_since.min(at),
                worked,
                driven,
                first_part_taken,
                outfit: 0,
                loads: Vec::new(),
            },
        )
    })
}

prop_compose! {
    fn a_line()(
        at in prop::sample::subsequence(vec![0, 1, 2, 3, 4, 5], 3),
        stops in prop::collection::vec((0..3u32, ticks(2), windows(), ticks(3)), 1..4),
        unloading in (0..3u32, ticks(2), windows()),
        setups in prop::collection::vec(ticks(1), 3),
        (work, driving, begun) in (rule(), rule(), begun()),
        (open, length, max_duration) in (ticks(2), 8..26i32, 8..26i32),
        (prepare, finish, normal_duration) in (ticks(1), ticks(1), ticks(12)),
        (per_tick, per_overtime_tick) in (0..2i64, 0..2i64),
    ) -> Line {
        let mut line = Line::new(&at);
        for (place, service, windows, release) in &stops {
            line.stop(*place, *service, windows).release = *release;
        }
        line.unloading(unloading.0, unloading.1, &unloading.2);
        line.parts.setups = setups;
        let class = line.class();
        class.shift = Window { open, close: open + length };
        class.max_duration = max_duration;
        class.normal_duration = normal_duration;
        class.prepare = prepare;
        class.finish = finish;
        class.costs = Costs { per_tick, per_overtime_tick, ..Costs::default() };
        class.breaks = Breaks { work, driving };
        class.begun = begun;
        line
    }
}

/// The stops in order, with an unloading after the first of them and at the end.
fn trips(line: &Line) -> Vec<Trip> {
    let stops: Vec<u32> = (0..).take(line.parts.stops.len()).collect();
    let trip = |stops: &[u32]| Trip {
        outfit: 0,
        stops: stops.to_vec(),
        unloadings: vec![0],
    };
    match stops.split_at_checked(2) {
        Some((first, rest @ [_, ..])) => vec![trip(first), trip(rest)],
        _ => vec![trip(&stops)],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_schedule_is_lawful_and_as_good_as_any(line in a_line()) {
        let problem = line.problem();
        let trips = trips(&line);
        let class = &problem.fleet()[0];
        let found = schedule(&problem, 0, &trips);

        let rules = ClockRules::new(class);
        let steps = Itinerary::new(&problem, class, &trips).unwrap().steps;
        let span = Walker::default().span(&rules, &steps);
        if let Ok(timeline) = &found {
            prop_assert_eq!(fault(&problem, &trips, timeline), None, "{:?}", timeline);
            let span = span.unwrap();
            prop_assert_eq!(timeline.begins(), Some(span.begins));
            prop_assert_eq!(timeline.ends(), Some(span.ends));
        }

        let cost = span.map(|span| {
            let cost = class.costs.per_tick * i64::from(span.duration)
                + class.costs.per_overtime_tick * i64::from(span.overtime);
            (cost, span.ends, span.duration)
        });
        prop_assert_eq!(cost, brute::best(&problem, &trips));
        prop_assert_eq!(found.is_ok(), cost.is_some());
    }

    #[test]
    fn a_day_that_is_too_long_fits_once_it_may_be_as_long_as_is_said(mut line in a_line()) {
        let trips = trips(&line);
        if let Err(Misfit::DayTooLong { after_shift, over_duration }) =
            schedule(&line.problem(), 0, &trips)
        {
            prop_assert!(after_shift + over_duration > 0);
            line.class().shift.close += after_shift;
            line.class().max_duration += over_duration;
            prop_assert!(schedule(&line.problem(), 0, &trips).is_ok());
        }
    }
}
