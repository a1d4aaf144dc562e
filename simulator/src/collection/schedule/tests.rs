//! Routes worked by hand, and laws against a brute force that tries every tick.

mod brute;
mod by_hand;
mod chain;
mod laws;

use crate::collection::{
    Breaks, Compartment, Costs, Need, Outfit, Problem, ProblemParts, Stop, StreamSet, Table,
    Travel, Unloading, VehicleClass, Window,
};

/// Places on a line, one tick for each unit between them; the vehicle starts and ends at place 0.
#[derive(Clone, Debug)]
struct Line {
    at: Vec<i32>,
    parts: ProblemParts,
}

impl Line {
    fn new(at: &[i32]) -> Self {
        let parts = ProblemParts {
            fleet: vec![class()],
            ..ProblemParts::default()
        };
        Self {
            at: at.to_vec(),
            parts,
        }
    }

    fn class(&mut self) -> &mut VehicleClass {
        &mut self.parts.fleet[0]
    }

    fn stop(&mut self, place: u32, service: i32, windows: &[(i32, i32)]) -> &mut Stop {
        self.parts.stops.push(Stop {
            place,
            stream: 0,
            volume: 1,
            mass: 1,
            service,
            windows: windows_of(windows),
            release: 0,
            need: Need::Required,
            classes: u64::MAX,
        });
        self.parts.stops.last_mut().unwrap()
    }

    fn unloading(&mut self, place: u32, duration: i32, windows: &[(i32, i32)]) {
        self.parts.unloadings.push(Unloading {
            place,
            streams: StreamSet::ALL,
            duration,
            windows: windows_of(windows),
            cost_per_visit: 0,
            cost_per_mass: 0,
        });
    }

    fn problem(&self) -> Problem {
        let cells = self
            .at
            .iter()
            .flat_map(|from| self.at.iter().map(move |to| from.abs_diff(*to)))
            .collect();
        let mut parts = self.parts.clone();
        parts.fleet[0].unloadings = (0..).take(parts.unloadings.len()).collect();
        parts.travels = vec![Travel::Same(Table::new(self.at.len(), cells).unwrap())];
        Problem::new(parts).unwrap()
    }
}

fn windows_of(windows: &[(i32, i32)]) -> Vec<Window> {
    let window = |&(open, close)| Window { open, close };
    windows.iter().map(window).collect()
}

fn class() -> VehicleClass {
    VehicleClass {
        name: "truck".into(),
        count: 1,
        travel: 0,
        start: 0,
        end: 0,
        shift: Window {
            open: 0,
            close: 1000,
        },
        max_duration: 1000,
        normal_duration: 1000,
        prepare: 0,
        finish: 0,
        costs: Costs {
            per_tick: 1,
            ..Costs::default()
        },
        outfits: vec![Outfit {
            compartments: vec![Compartment {
                takes: StreamSet::ALL,
                volume: 1000,
                compaction: 1.0,
            }],
            payload: 1000,
        }],
        max_trips: 10,
        unloadings: Vec::new(),
        unload_at_end: false,
        breaks: Breaks::default(),
        begun: None,
    }
}
