//! A problem and a plan that can be changed together, and a small one of both made by hand.

use simulator::collection::check::{Verdict, check};
use simulator::collection::{
    Act, Begun, BreakRule, Breaks, Compartment, Costs, Event, Loading, Need, Outfit, Plan, Problem,
    ProblemParts, Route, Stop, StreamSet, Table, Timeline, Travel, Trip, Unloading, VehicleClass,
    Window,
};

/// A task and an answer to it.
#[derive(Clone, Debug)]
pub(crate) struct Day {
    pub(crate) parts: ProblemParts,
    pub(crate) plan: Plan,
}

impl Day {
    pub(crate) fn verdict(&self) -> Verdict {
        let problem = Problem::new(self.parts.clone()).expect("the parts fit together");
        check(&problem, &self.plan)
    }

    pub(crate) fn class(&mut self, class: usize) -> &mut VehicleClass {
        &mut self.parts.fleet[class]
    }

    pub(crate) fn stop(&mut self, stop: usize) -> &mut Stop {
        &mut self.parts.stops[stop]
    }

    pub(crate) fn trip(&mut self, route: usize, trip: usize) -> &mut Trip {
        &mut self.plan.routes[route].trips[trip]
    }

    pub(crate) fn events(&mut self, route: usize) -> &mut Vec<Event> {
        &mut self.plan.routes[route].timeline.0
    }

    /// Lets an event last longer, and everything after it happen later.
    pub(crate) fn stretch(&mut self, route: usize, event: usize, ticks: i32) {
        self.events(route)[event].until += ticks;
        self.shift(route, event + 1, ticks);
    }

    /// Lets everything from an event on happen later.
    pub(crate) fn shift(&mut self, route: usize, event: usize, ticks: i32) {
        for event in self.events(route).iter_mut().skip(event) {
            event.from += ticks;
            event.until += ticks;
        }
    }

    /// Puts something in before an event, which delays that and everything after it.
    pub(crate) fn insert(&mut self, route: usize, event: usize, (act, place, ticks): Lasting) {
        let events = self.events(route);
        let before = event.checked_sub(1).map(|before| events[before].until);
        let from = before.unwrap_or_else(|| events[event].from);
        let until = from + ticks;
        events.insert(
            event,
            Event {
                act,
                place,
                from,
                until,
            },
        );
        self.shift(route, event + 1, ticks);
    }

    /// Takes an event out, and lets everything after it happen earlier.
    pub(crate) fn remove(&mut self, route: usize, event: usize) {
        let removed = self.events(route).remove(event);
        self.shift(route, event, removed.from - removed.until);
    }
}

/// What happens, where, and how long it takes.
pub(crate) type Lasting = (Act, u32, i32);

/// What happens one after the other from a tick on.
pub(crate) fn timeline(mut from: i32, acts: &[Lasting]) -> Timeline {
    let events = acts.iter().map(|&(act, place, ticks)| {
        let until = from + ticks;
        Event {
            act,
            place,
            from: std::mem::replace(&mut from, until),
            until,
        }
    });
    Timeline(events.collect())
}

/// A table of numbers for each pair of places.
pub(crate) fn table(places: u32, cell: impl Fn(u32, u32) -> u32) -> Table {
    let rows = (0..places).flat_map(|from| (0..places).map(move |to| (from, to)));
    let cells = rows.map(|(from, to)| cell(from, to)).collect();
    Table::new(places as usize, cells).expect("a square")
}

/// Six places in a row, 3 units of length and 10 ticks apart. A lorry from place 0 makes two trips; a
/// van is under way at place 2, with something in it, and goes home to place 5 without unloading.
pub(crate) fn by_hand() -> Day {
    Day {
        parts: ProblemParts {
            travels: vec![Travel::Both {
                lengths: table(6, |from, to| 3 * from.abs_diff(to)),
                durations: table(6, |from, to| 10 * from.abs_diff(to)),
            }],
            setups: vec![0, 5, 5, 5, 0, 0],
            stops: vec![
                stop(1, 0, (10, 100), Need::Required),
                stop(1, 1, (6, 50), Need::Required),
                stop(2, 0, (8, 30), Need::Optional { prize: 1000 }),
                stop(3, 0, (1, 1), Need::Optional { prize: 700 }),
                stop(2, 0, (11, 20), Need::Optional { prize: 900 }),
            ],
            unloadings: vec![
                unloading(4, StreamSet::of(0).with(StreamSet::of(1)), 12),
                unloading(5, StreamSet::of(0), 6),
            ],
            fleet: vec![lorry(), van()],
        },
        plan: Plan {
            routes: vec![lorry_route(), van_route()],
            unserved: vec![3],
        },
    }
}

fn stop(place: u32, stream: u8, (volume, mass): (u32, u32), need: Need) -> Stop {
    Stop {
        place,
        stream,
        volume,
        mass,
        service: 4,
        windows: vec![],
        release: 0,
        need,
        classes: 0b11,
    }
}

fn unloading(place: u32, streams: StreamSet, duration: i32) -> Unloading {
    Unloading {
        place,
        streams,
        duration,
        windows: vec![],
        cost_per_visit: 40,
        cost_per_mass: 2,
    }
}

fn compartment(streams: &[u8], volume: u32, compaction: f64) -> Compartment {
    let each = streams.iter().map(|&stream| StreamSet::of(stream));
    Compartment {
        takes: each.fold(StreamSet::NONE, StreamSet::with),
        volume,
        compaction,
    }
}

fn lorry() -> VehicleClass {
    let outfit = |compartments| Outfit {
        compartments,
        payload: 1000,
    };
    VehicleClass {
        name: "lorry".into(),
        count: 1,
        travel: 0,
        start: 0,
        end: 0,
        shift: Window {
            open: 90,
            close: 400,
        },
        max_duration: 300,
        normal_duration: 200,
        prepare: 3,
        finish: 2,
        costs: Costs {
            fixed: 10_000,
            per_length: 7,
            per_tick: 2,
            per_overtime_tick: 5,
        },
        outfits: vec![
            outfit(vec![compartment(&[0], 30, 2.0), compartment(&[1], 30, 1.0)]),
            outfit(vec![compartment(&[1], 30, 1.0)]),
            outfit(vec![compartment(&[0, 1], 30, 4.0)]),
        ],
        max_trips: 2,
        unloadings: vec![0, 1],
        unload_at_end: true,
        breaks: Breaks {
            work: Some(BreakRule {
                after: 150,
                length: 20,
                first_part: None,
            }),
            driving: Some(BreakRule {
                after: 120,
                length: 15,
                first_part: Some(5),
            }),
        },
        begun: None,
    }
}

fn van() -> VehicleClass {
    VehicleClass {
        name: "van".into(),
        end: 5,
        shift: Window {
            open: 30,
            close: 100,
        },
        max_duration: 100,
        normal_duration: 70,
        finish: 0,
        outfits: vec![Outfit {
            compartments: vec![compartment(&[0], 20, 1.0)],
            payload: 60,
        }],
        max_trips: 1,
        unloadings: vec![1],
        unload_at_end: false,
        begun: Some(Begun {
            place: 2,
            at: 50,
            on_duty_since: 10,
            worked: 30,
            driven: 20,
            first_part_taken: false,
            outfit: 0,
            loads: vec![Loading {
                stream: 0,
                volume: 9,
                mass: 40,
            }],
        }),
        ..lorry()
    }
}

/// 214 ticks from 100 on, of them 140 of driving; 42 units of length.
fn lorry_route() -> Route {
    Route {
        class: 0,
        trips: vec![
            Trip {
                outfit: 0,
                stops: vec![0, 1],
                unloadings: vec![0],
            },
            Trip {
                outfit: 0,
                stops: vec![2],
                unloadings: vec![1],
            },
        ],
        timeline: timeline(
            100,
            &[
                (Act::Prepare, 0, 3),
                (Act::Drive, 1, 10),
                (Act::Serve(0), 1, 9),
                (Act::Serve(1), 1, 4),
                (Act::Drive, 4, 30),
                (Act::Wait, 4, 4),
                (Act::Unload(0), 4, 12),
                (Act::Break, 4, 20),
                (Act::Drive, 2, 20),
                (Act::Serve(2), 2, 9),
                (Act::Drive, 5, 30),
                (Act::Unload(1), 5, 6),
                (Act::Break, 5, 5),
                (Act::Drive, 0, 50),
                (Act::Finish, 0, 2),
            ],
        ),
    }
}

/// 74 ticks since 10, of them 30 of driving from 50 on; 9 units of length.
fn van_route() -> Route {
    Route {
        class: 1,
        trips: vec![Trip {
            outfit: 0,
            stops: vec![4],
            unloadings: vec![],
        }],
        timeline: timeline(50, &[(Act::Serve(4), 2, 4), (Act::Drive, 5, 30)]),
    }
}
