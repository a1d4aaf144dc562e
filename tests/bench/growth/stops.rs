//! Synthetic stops, depots and trucks.

use simulator::collection::{
    Breaks, Compartment, Costs, Need, Outfit, ProblemParts, Stop, StreamSet, Travel, Unloading,
    VehicleClass, Window,
};

/// Tenths of a second in an hour.
const HOUR: i32 = 36_000;

/// Random numbers that are good enough to scatter stops (Knuth's constants for 64 bits).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 to 1.
    pub(crate) fn share(&mut self) -> f64 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below a number.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of stops"
    )]
    pub(crate) fn below(&mut self, most: usize) -> usize {
        ((self.share() * most as f64) as usize).min(most.saturating_sub(1))
    }
}

/// One depot for each thousand stops.
pub(crate) fn depots_for(stops: usize) -> usize {
    stops.div_ceil(1_000)
}

/// Depots, then stops, in 150 towns of a square of 100 km; and how many depots there are.
pub(crate) fn in_towns(stops: usize) -> (Vec<[f64; 2]>, usize) {
    let mut dice = Dice::new(7);
    let depots = depots_for(stops);
    let towns: Vec<[f64; 2]> = (0..150)
        .map(|_| [dice.share() * 1e5, dice.share() * 1e5])
        .collect();
    let point = |_| {
        let [east, north] = towns[dice.below(towns.len())];
        let mut spread = || (dice.share() + dice.share() + dice.share() - 1.5) * 3_000.0;
        [east + spread(), north + spread()]
    };
    ((0..depots + stops).map(point).collect(), depots)
}

/// A day whose first places are depots, where trucks also unload, and all others stops. Lengths are
/// metres, ticks tenths of a second, costs millionths of a euro.
pub(crate) fn parts(travels: Vec<Travel>, (stops, depots): (usize, usize)) -> ProblemParts {
    let mut dice = Dice::new(11);
    let number = |count: usize| u32::try_from(count).expect("few");
    let stop = |stop: usize| {
        let volume = 300 + number(dice.below(900));
        Stop {
            place: number(depots + stop),
            stream: 0,
            volume,
            mass: volume / 12,
            service: 900,
            windows: Vec::new(),
            release: 0,
            need: Need::Required,
            classes: u64::MAX,
        }
    };
    let unloading = |depot: usize| Unloading {
        place: number(depot),
        streams: StreamSet::ALL,
        duration: 6_000,
        windows: Vec::new(),
        cost_per_visit: 0,
        cost_per_mass: 0,
    };
    let each = stops.div_ceil(depots);
    ProblemParts {
        travels,
        setups: Vec::new(),
        stops: (0..stops).map(stop).collect(),
        unloadings: (0..depots).map(unloading).collect(),
        fleet: (0..depots)
            .map(|depot| class(number(depot), number(each)))
            .collect(),
    }
}

fn class(depot: u32, stops: u32) -> VehicleClass {
    VehicleClass {
        name: format!("truck of depot {depot}").into(),
        count: stops / 20 + 4,
        travel: 0,
        start: depot,
        end: depot,
        shift: Window {
            open: 5 * HOUR,
            close: 15 * HOUR,
        },
        max_duration: 10 * HOUR,
        normal_duration: 7 * HOUR,
        prepare: 6_000,
        finish: 6_000,
        costs: Costs {
            fixed: 150_000_000,
            per_length: 900,
            per_tick: 1_500,
            per_overtime_tick: 400,
        },
        outfits: vec![Outfit {
            compartments: vec![Compartment {
                takes: StreamSet::ALL,
                volume: 20_000,
                compaction: 2.0,
            }],
            payload: 9_000,
        }],
        max_trips: 3,
        unloadings: vec![depot],
        unload_at_end: true,
        breaks: Breaks::default(),
        begun: None,
    }
}
