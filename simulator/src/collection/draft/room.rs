//! What trips load, and what is too much of it.

use crate::collection::{Compartment, Loading, Outfit, Problem, StreamSet, Trip};
use crate::numbers::floor_u64;

/// What a vehicle has only so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// What all of an outfit weighs.
    Payload,
    /// What one compartment holds after compaction, an index of the outfit's.
    Compartment(u32),
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Payload => f.write_str("the payload"),
            Self::Compartment(index) => write!(f, "compartment {index}"),
        }
    }
}

/// A trip that loads too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::collection) struct Over {
    pub(in crate::collection) trip: u32,
    pub(in crate::collection) outfit: u32,
    pub(in crate::collection) measure: Measure,
    /// By how much; at least 1.
    pub(in crate::collection) by: u64,
}

/// Everything that is too much on a route.
pub(in crate::collection) fn overs(problem: &Problem, class: u32, trips: &[Trip]) -> Vec<Over> {
    let Some(of_class) = problem.fleet().get(class as usize) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (index, trip) in (0..).zip(trips) {
        let Some(outfit) = of_class.outfits.get(trip.outfit as usize) else {
            continue;
        };
        let carried = carried(problem, class, index);
        let stops = trip.stops.iter();
        let stops = stops.filter_map(|&stop| problem.stops().get(stop as usize));
        let loads = stops.map(|stop| Loading {
            stream: stop.stream,
            volume: stop.volume,
            mass: stop.mass,
        });
        let amounts = amounts(outfit, carried.iter().copied().chain(loads));
        found.extend(amounts.into_iter().filter_map(|(measure, is, limit)| {
            let by = is.checked_sub(limit.into()).filter(|&by| by > 0)?;
            Some(Over {
                trip: index,
                outfit: trip.outfit,
                measure,
                by,
            })
        }));
    }
    found
}

/// What each measure of an outfit comes to, and what it may.
fn amounts(outfit: &Outfit, loads: impl Iterator<Item = Loading>) -> Vec<(Measure, u64, u32)> {
    let mut mass = 0_u64;
    let mut volumes = vec![0_u64; outfit.compartments.len()];
    for load in loads {
        mass = mass.saturating_add(load.mass.into());
        for (compartment, volume) in outfit.compartments.iter().zip(&mut volumes) {
            if compartment.takes.has(load.stream) {
                *volume = volume.saturating_add(compacted(compartment, load.volume));
            }
        }
    }
    let measured = (0..).zip(&outfit.compartments).zip(volumes);
    let measured = measured.map(|((index, one), is)| (Measure::Compartment(index), is, one.volume));
    std::iter::once((Measure::Payload, mass, outfit.payload))
        .chain(measured)
        .collect()
}

fn compacted(compartment: &Compartment, volume: u32) -> u64 {
    floor_u64((f64::from(volume) / compartment.compaction).ceil())
}

/// What a vehicle under way has on board in its first trip; nothing in any other.
pub(super) fn carried(problem: &Problem, class: u32, trip: u32) -> &[Loading] {
    let class = problem.fleet().get(class as usize);
    let begun = class.and_then(|class| class.begun.as_ref());
    begun
        .filter(|_| trip == 0)
        .map_or(&[], |begun| &begun.loads)
}

/// The volume and the mass of each stream that each trip loads.
pub(super) fn trip_streams(problem: &Problem, class: u32, trips: &[Trip]) -> Vec<[(i64, i64); 16]> {
    let each = (0..).zip(trips).map(|(index, trip)| {
        let mut sums = [(0_i64, 0_i64); 16];
        let mut add = |stream: u8, volume: u32, mass: u32| {
            if let Some(sum) = sums.get_mut(usize::from(stream)) {
                *sum = (sum.0 + i64::from(volume), sum.1 + i64::from(mass));
            }
        };
        for load in carried(problem, class, index) {
            add(load.stream, load.volume, load.mass);
        }
        for &stop in &trip.stops {
            if let Some(stop) = problem.stops().get(stop as usize) {
                add(stop.stream, stop.volume, stop.mass);
            }
        }
        sums
    });
    each.collect()
}

/// The streams of which a trip loads something.
pub(super) fn loaded(problem: &Problem, class: u32, index: u32, trip: &Trip) -> StreamSet {
    let carried = carried(problem, class, index).iter();
    let carried = carried.map(|load| (load.stream, load.volume, load.mass));
    let stops = trip.stops.iter();
    let stops = stops.filter_map(|&stop| problem.stops().get(stop as usize));
    let stops = stops.map(|stop| (stop.stream, stop.volume, stop.mass));
    carried
        .chain(stops)
        .filter(|&(_, volume, mass)| volume > 0 || mass > 0)
        .fold(StreamSet::NONE, |all, (stream, ..)| {
            all.with(StreamSet::of(stream))
        })
}
