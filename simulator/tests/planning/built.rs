//! Random days that keep every rule, by construction: what happens is made up first, and the limits are
//! then drawn as close around it as they can be.

use proptest::collection::vec;
use proptest::prelude::*;
use simulator::collection::{
    Act, Begun, BreakRule, Breaks, Compartment, Costs, Event, Loading, Need, Outfit, Plan,
    ProblemParts, Route, Stop, StreamSet, Timeline, Travel, Trip, Unloading, VehicleClass, Window,
};

use crate::day::{Day, table};

/// The streams that there are in a built day.
const STREAMS: u8 = 3;

/// A day that keeps every rule, and would break one if any limit were closer by one.
pub(crate) fn days() -> impl Strategy<Value = Day> {
    (3_u32..7)
        .prop_flat_map(|places| {
            let cells = (places * places) as usize;
            let numbers = (vec(0_u32..40, cells), vec(0_u32..40, cells));
            let setups = vec(0..6, places as usize);
            (
                Just(places),
                numbers,
                setups,
                vec(vehicles(places), 1..4),
                0..3,
            )
        })
        .prop_map(
            |(places, (lengths, durations), setups, vehicles, left_out)| {
                let cell = |cells: &[u32], from, to| cells[(from * places + to) as usize];
                let mut builder = Builder::new(Travel::Both {
                    lengths: table(places, |from, to| cell(&lengths, from, to)),
                    durations: table(places, |from, to| cell(&durations, from, to)),
                });
                builder.day.parts.setups = setups;
                for vehicle in &vehicles {
                    builder.add_vehicle(vehicle);
                }
                for _ in 0..left_out {
                    builder.leave_out();
                }
                builder.day
            },
        )
}

/// What a vehicle does, before it is known when.
#[derive(Clone, Debug)]
struct Vehicle {
    ends: [u32; 2],
    begins: i32,
    /// What preparing and finishing take.
    around: [i32; 2],
    trips: Vec<Load>,
    /// Waits and breaks, used one after the other, again and again.
    idle: Vec<Idle>,
    is_under_way: bool,
    unloads_at_end: bool,
    work: BreakRule,
    driving: BreakRule,
}

/// What a trip does.
#[derive(Clone, Debug)]
struct Load {
    stops: Vec<Visit>,
    unloadings: Vec<Visit>,
    /// Twice its compaction.
    compaction_2: u32,
    /// The streams of its first compartment; the second takes the others.
    first_takes: u16,
}

/// What is done at a place.
#[derive(Clone, Debug)]
struct Visit {
    place: u32,
    stream: u8,
    amount: [u32; 2],
    ticks: i32,
    is_required: bool,
}

#[derive(Clone, Copy, Debug)]
enum Idle {
    No,
    Wait(i32),
    Break(i32),
}

fn vehicles(places: u32) -> impl Strategy<Value = Vehicle> {
    let ends = [0..places, 0..places];
    let around = [0..4, 0..4];
    let idle = prop_oneof![
        Just(Idle::No),
        (0..9).prop_map(Idle::Wait),
        (0..9).prop_map(Idle::Break),
    ];
    let times = (5..200, around, vec(idle, 1..12));
    let flags = (any::<bool>(), any::<bool>());
    let rules = (whole_break_rules(), break_rules());
    (ends, times, vec(loads(places), 0..4), flags, rules).prop_map(
        |(ends, (begins, around, idle), trips, flags, (work, driving))| Vehicle {
            ends,
            begins,
            around,
            trips,
            idle,
            is_under_way: flags.0,
            unloads_at_end: flags.1,
            work,
            driving,
        },
    )
}

/// Rules whose break is taken as a whole, as the working rule has it.
fn whole_break_rules() -> impl Strategy<Value = BreakRule> {
    break_rules().prop_map(|rule| BreakRule {
        first_part: None,
        ..rule
    })
}

fn break_rules() -> impl Strategy<Value = BreakRule> {
    (1..9).prop_flat_map(|length| {
        proptest::option::of(0..=length).prop_map(move |first_part| BreakRule {
            after: 0,
            length,
            first_part,
        })
    })
}

fn loads(places: u32) -> impl Strategy<Value = Load> {
    let stops = vec(visits(places), 0..5);
    let unloadings = vec(visits(places), 1..3);
    (stops, unloadings, 2_u32..9, 0_u16..8).prop_map(
        |(stops, unloadings, compaction_2, first_takes)| Load {
            stops,
            unloadings,
            compaction_2,
            first_takes,
        },
    )
}

fn visits(places: u32) -> impl Strategy<Value = Visit> {
    let amount = [0_u32..50, 0_u32..50];
    (0..places, 0..STREAMS, amount, 0..20, any::<bool>()).prop_map(
        |(place, stream, amount, ticks, is_required)| Visit {
            place,
            stream,
            amount,
            ticks,
            is_required,
        },
    )
}

/// Makes up a day, vehicle after vehicle, each of a class of its own.
struct Builder {
    day: Day,
    travel: Travel,
}

impl Builder {
    fn new(travel: Travel) -> Self {
        let parts = ProblemParts {
            travels: vec![travel.clone()],
            ..ProblemParts::default()
        };
        let plan = Plan::default();
        let day = Day { parts, plan };
        Self { day, travel }
    }

    fn leave_out(&mut self) {
        let stop = self.day.parts.stops.len();
        self.day.plan.unserved.push(u32::try_from(stop).unwrap());
        self.day.parts.stops.push(Stop {
            place: 0,
            stream: 0,
            volume: 1,
            mass: 1,
            service: 1,
            windows: vec![],
            release: 0,
            need: Need::Optional { prize: 5 },
            classes: u64::MAX,
        });
    }

    fn add_vehicle(&mut self, vehicle: &Vehicle) {
        let class = self.day.parts.fleet.len();
        let mut run = Run {
            vehicle,
            class,
            builder: self,
            now: vehicle.begins,
            place: vehicle.ends[0],
            has_come: false,
            idle: 0,
            events: vec![],
            trips: vec![],
            outfits: vec![],
        };
        run.drive_through();
        let (events, trips, outfits) = (run.events, run.trips, run.outfits);
        let mut class = class_of(vehicle, &events, &trips, outfits);
        let first_unloading = self.day.parts.unloadings.len();
        let own = trips.iter().flat_map(|trip| trip.unloadings.iter());
        class.unloadings = own.copied().collect();
        assert!(
            class
                .unloadings
                .iter()
                .all(|&own| (own as usize) < first_unloading)
        );
        self.day.parts.fleet.push(class);
        self.day.plan.routes.push(Route {
            class: u32::try_from(self.day.plan.routes.len()).unwrap(),
            trips,
            timeline: Timeline(events),
        });
    }
}

/// One vehicle's day as it is made up.
struct Run<'a> {
    vehicle: &'a Vehicle,
    class: usize,
    builder: &'a mut Builder,
    now: i32,
    place: u32,
    has_come: bool,
    idle: usize,
    events: Vec<Event>,
    trips: Vec<Trip>,
    outfits: Vec<Outfit>,
}

impl Run<'_> {
    fn drive_through(&mut self) {
        let [prepare, finish] = self.vehicle.around;
        if prepare > 0 && !self.vehicle.is_under_way {
            self.push(Act::Prepare, prepare);
        }
        for (index, load) in self.vehicle.trips.iter().enumerate() {
            self.make_trip(index, load);
        }
        if self.outfits.is_empty() {
            self.outfits.push(outfit(2, 0, &carried(self.vehicle)));
        }
        self.come(self.vehicle.ends[1]);
        if finish > 0 {
            self.push(Act::Finish, finish);
        }
    }

    fn make_trip(&mut self, index: usize, load: &Load) {
        let mut trip = Trip {
            outfit: u32::try_from(index).unwrap(),
            ..Trip::default()
        };
        let first_event = self.events.len();
        for visit in &load.stops {
            trip.stops.push(self.serve(visit));
        }
        let is_last = index + 1 == self.vehicle.trips.len();
        let unloads = !is_last || self.vehicle.unloads_at_end;
        for (index, visit) in load.unloadings.iter().enumerate().filter(|_| unloads) {
            let is_last = index + 1 == load.unloadings.len();
            trip.unloadings.push(self.unload(visit, is_last));
        }
        let mut of_trip = self.events.iter().skip(first_event);
        let leaves = of_trip.find(|event| !matches!(event.act, Act::Wait | Act::Break));
        let stops = &mut self.builder.day.parts.stops;
        for &stop in &trip.stops {
            stops[stop as usize].release = leaves.map_or(0, |event| event.from);
        }
        let mut loads = if index == 0 {
            carried(self.vehicle)
        } else {
            vec![]
        };
        loads.extend(trip.stops.iter().map(|&stop| {
            let stop = &stops[stop as usize];
            (stop.stream, stop.volume, stop.mass)
        }));
        let outfit = outfit(load.compaction_2, load.first_takes, &loads);
        self.outfits.push(outfit);
        self.trips.push(trip);
    }

    fn serve(&mut self, visit: &Visit) -> u32 {
        self.come(visit.place);
        let stops = &mut self.builder.day.parts.stops;
        let stop = u32::try_from(stops.len()).unwrap();
        stops.push(Stop {
            place: visit.place,
            stream: visit.stream,
            volume: visit.amount[0],
            mass: visit.amount[1],
            service: visit.ticks,
            windows: exactly(self.now),
            release: 0,
            need: if visit.is_required {
                Need::Required
            } else {
                Need::Optional { prize: 3 }
            },
            classes: 1 << self.class,
        });
        let setup = self.builder.day.parts.setups[visit.place as usize];
        let setup = if self.has_come { setup } else { 0 };
        self.push(Act::Serve(stop), visit.ticks + setup);
        stop
    }

    /// Leaves one stream, or all of them.
    fn unload(&mut self, visit: &Visit, is_last: bool) -> u32 {
        self.come(visit.place);
        let unloadings = &mut self.builder.day.parts.unloadings;
        let unloading = u32::try_from(unloadings.len()).unwrap();
        unloadings.push(Unloading {
            place: visit.place,
            streams: if is_last {
                StreamSet::ALL
            } else {
                StreamSet::of(visit.stream)
            },
            duration: visit.ticks,
            windows: exactly(self.now),
            cost_per_visit: 1,
            cost_per_mass: 1,
        });
        self.push(Act::Unload(unloading), visit.ticks);
        unloading
    }

    /// Goes to a place, idle before and after.
    fn come(&mut self, place: u32) {
        self.stay();
        if place != self.place {
            let ticks = self.builder.travel.duration(self.place, place);
            self.place = place;
            self.push(Act::Drive, i32::try_from(ticks).unwrap());
            self.has_come = true;
            self.stay();
        }
    }

    fn stay(&mut self) {
        let idle = self.vehicle.idle[self.idle % self.vehicle.idle.len()];
        self.idle += 1;
        let has_come = self.has_come;
        match idle {
            Idle::No => {}
            Idle::Wait(ticks) => self.push(Act::Wait, ticks),
            Idle::Break(ticks) => self.push(Act::Break, ticks),
        }
        self.has_come = has_come;
    }

    fn push(&mut self, act: Act, ticks: i32) {
        let from = self.now;
        self.now += ticks;
        self.has_come = false;
        self.events.push(Event {
            act,
            place: self.place,
            from,
            until: self.now,
        });
    }
}

fn exactly(tick: i32) -> Vec<Window> {
    vec![Window {
        open: tick,
        close: tick,
    }]
}

type Loaded = (u8, u32, u32);

/// What a vehicle under way has in it; nothing where it would have to unload and makes no trip.
fn carried(vehicle: &Vehicle) -> Vec<Loaded> {
    if vehicle.is_under_way && !vehicle.trips.is_empty() {
        vec![(0, 7, 3), (2, 4, 9)]
    } else {
        vec![]
    }
}

/// An outfit that some loads just fit into.
fn outfit(compaction_2: u32, first_takes: u16, loads: &[Loaded]) -> Outfit {
    let first = StreamSet(first_takes);
    let compartments = [first, StreamSet::ALL.without(first)].map(|takes| Compartment {
        takes,
        volume: loads
            .iter()
            .filter(|load| takes.has(load.0))
            .map(|load| (2 * load.1).div_ceil(compaction_2))
            .sum(),
        compaction: f64::from(compaction_2) / 2.0,
    });
    Outfit {
        compartments: compartments.into(),
        payload: loads.iter().map(|load| load.2).sum(),
    }
}

/// The class whose rules a day just keeps.
fn class_of(
    vehicle: &Vehicle,
    events: &[Event],
    trips: &[Trip],
    outfits: Vec<Outfit>,
) -> VehicleClass {
    let began = vehicle.is_under_way.then_some(5);
    let ends = events.last().map_or(vehicle.begins, |last| last.until);
    let begins = vehicle.begins;
    let on_duty_since = began.map_or(begins, |before| begins - before);
    VehicleClass {
        name: "built".into(),
        count: 1,
        travel: 0,
        start: vehicle.ends[0],
        end: vehicle.ends[1],
        shift: Window {
            open: begins,
            close: ends,
        },
        max_duration: ends - on_duty_since,
        normal_duration: 10,
        prepare: vehicle.around[0],
        finish: vehicle.around[1],
        costs: Costs {
            fixed: 100,
            per_length: 1,
            per_tick: 1,
            per_overtime_tick: 1,
        },
        outfits,
        max_trips: u32::try_from(trips.len().max(1)).unwrap(),
        unloadings: vec![],
        unload_at_end: vehicle.unloads_at_end,
        breaks: Breaks {
            work: Some(BreakRule {
                after: longest(events, vehicle.work, began.unwrap_or(0), |act| {
                    act != Act::Break
                }),
                ..vehicle.work
            }),
            driving: Some(BreakRule {
                after: longest(events, vehicle.driving, began.unwrap_or(0), |act| {
                    act == Act::Drive
                }),
                ..vehicle.driving
            }),
        },
        begun: began.map(|before| Begun {
            place: vehicle.ends[0],
            at: begins,
            on_duty_since,
            worked: before,
            driven: before,
            first_part_taken: false,
            outfit: 0,
            loads: carried(vehicle)
                .into_iter()
                .map(|(stream, volume, mass)| Loading {
                    stream,
                    volume,
                    mass,
                })
                .collect(),
        }),
    }
}

/// The longest that a crew goes on between two breaks of a rule, in ticks of what counts.
fn longest(events: &[Event], rule: BreakRule, before: i32, counts: fn(Act) -> bool) -> i32 {
    let (mut longest, mut since, mut is_half) = (0, before, false);
    for run in events.chunk_by(|one, next| (one.act == Act::Break) == (next.act == Act::Break)) {
        let ticks = |event: &Event| event.until - event.from;
        if run[0].act == Act::Break {
            let rest: i32 = run.iter().map(ticks).sum();
            let first = rule.first_part.unwrap_or(i32::MAX);
            let is_whole = rest >= rule.length || (is_half && rest >= rule.length - first);
            is_half = !is_whole && (is_half || rest >= first);
            since = if is_whole { 0 } else { since };
        } else {
            let counted: i32 = run.iter().filter(|one| counts(one.act)).map(ticks).sum();
            since += counted;
            longest = longest.max(if counted > 0 { since } else { 0 });
        }
    }
    longest
}
