//! Where a trip can unload after its last stop.

use super::segment::Segment;
use super::ways::{BLOCKED, Ways};
use crate::collection::{Problem, StreamSet, Unloading, VehicleClass, Window};

/// One or more unloadings in a row that a trip can end with.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    /// Indices of the problem's unloadings.
    pub(super) unloadings: Vec<u32>,
    /// What they take between them.
    pub(super) streams: StreamSet,
    /// The place of the first.
    pub(super) enter: u32,
    /// The place of the last.
    pub(super) exit: u32,
    /// From the first to the last.
    pub(super) length: i32,
    /// From the begin of the first to the end of the last.
    pub(super) time: Segment,
    /// What the visits cost.
    pub(super) cost: i64,
    /// What a unit of mass of each stream costs.
    pub(super) per_mass: [i64; 16],
}

/// The tails that a class can have: each unloading alone, and those in a row of which each takes
/// something that the ones before it do not.
pub(super) fn tails<W: Ways>(
    problem: &Problem,
    ways: &W,
    base: usize,
    class: &VehicleClass,
) -> Vec<Tail> {
    let mut tails: Vec<Tail> = Vec::new();
    let most = class.outfits.iter().map(|outfit| outfit.compartments.len());
    let most = most.max().unwrap_or(1);
    for &index in &class.unloadings {
        tails.push(alone(index, &problem.unloadings()[index as usize]));
    }
    let mut from = 0;
    for _ in 1..most {
        let until = tails.len();
        for at in from..until {
            for &index in &class.unloadings {
                let unloading = &problem.unloadings()[index as usize];
                tails.extend(longer(&tails[at], index, unloading, ways, base));
                if tails.len() >= MOST {
                    return tails;
                }
            }
        }
        from = until;
    }
    tails
}

/// More tails of a class than that are not tried.
const MOST: usize = 64;

/// From the first begin to the last of some windows, whatever lies between.
pub(super) fn hull(windows: &[Window]) -> Window {
    Window {
        open: windows.first().map_or(0, |window| window.open),
        close: windows.last().map_or(Window::LAST, |window| window.close),
    }
}

fn alone(index: u32, unloading: &Unloading) -> Tail {
    Tail {
        unloadings: vec![index],
        streams: unloading.streams,
        enter: unloading.place,
        exit: unloading.place,
        length: 0,
        time: Segment::new(hull(&unloading.windows), unloading.duration),
        cost: unloading.cost_per_visit,
        per_mass: std::array::from_fn(|stream| price(unloading, stream)),
    }
}

fn price(unloading: &Unloading, stream: usize) -> i64 {
    if unloading.streams.0 >> stream & 1 == 1 {
        unloading.cost_per_mass
    } else {
        0
    }
}

fn longer<W: Ways>(
    tail: &Tail,
    index: u32,
    unloading: &Unloading,
    ways: &W,
    base: usize,
) -> Option<Tail> {
    let leg = ways.leg(base, tail.exit, unloading.place);
    let added = unloading.streams.without(tail.streams);
    if added.is_empty() || leg.length >= BLOCKED {
        return None;
    }
    let next = alone(index, unloading);
    let (time, late) = tail.time.then(leg.duration, next.time);
    if late > 0 {
        return None;
    }
    let mut unloadings = tail.unloadings.clone();
    unloadings.push(index);
    let per_mass = |stream: usize| {
        if added.0 >> stream & 1 == 1 {
            next.per_mass[stream]
        } else {
            tail.per_mass[stream]
        }
    };
    Some(Tail {
        unloadings,
        streams: tail.streams.with(unloading.streams),
        enter: tail.enter,
        exit: unloading.place,
        length: tail.length + leg.length,
        time,
        cost: tail.cost + unloading.cost_per_visit,
        per_mass: std::array::from_fn(per_mass),
    })
}
