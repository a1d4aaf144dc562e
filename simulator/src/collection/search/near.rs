//! Which stops are near each other.

use super::model::Model;
use super::vicinity::Weight;
use super::ways::Ways;
use crate::numbers::{index_u32, indexed};

/// For each stop, the stops near it, nearest first; equally many for each.
#[derive(Debug)]
pub(super) struct Near {
    each: usize,
    stops: Vec<Neighbour>,
}

/// A stop near another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbour {
    pub(super) stop: u32,
    /// The length of the way between them, by the first class.
    pub(super) length: i32,
}

/// Which way between two stops counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nearness {
    /// The shorter one of there and back.
    Either,
    /// The one to the neighbour, with the waiting that follows.
    Towards,
    /// The one from the neighbour, with the waiting that follows.
    From,
}

impl Nearness {
    /// How much of what is measured a unit of length is, at least.
    const fn weight(self) -> Weight {
        match self {
            Self::Either => 1,
            Self::Towards | Self::From => LENGTH_WEIGHT,
        }
    }
}

/// How many ticks of waiting count as a unit of length.
const LENGTH_WEIGHT: i64 = 5;

impl Near {
    /// Up to `most` stops near each one.
    pub(super) fn new<W: Ways>(model: &Model<'_, W>, most: usize, nearness: Nearness) -> Self {
        let each = most.min(model.stops.len().saturating_sub(1));
        let mut stops = Vec::with_capacity(each * model.stops.len());
        let mut row = Vec::with_capacity(model.stops.len());
        let places: Vec<u32> = model.stops.iter().map(|stop| stop.place).collect();
        let first = model.classes.first();
        let vicinity = first.and_then(|class| model.ways.vicinity(class.base, &places));
        for (stop, _) in indexed(&model.stops) {
            row.clear();
            let measure = |other: u32| match nearness {
                Nearness::Either => apart(model, stop, other),
                Nearness::Towards => apart_in_time(model, stop, other),
                Nearness::From => apart_in_time(model, other, stop),
            };
            if let Some(vicinity) = &vicinity {
                vicinity.look((stop, each), nearness.weight(), measure, &mut row);
            }
            if row.len() < each {
                row.clear();
                let others = (0..index_u32(model.stops.len())).filter(|&other| other != stop);
                row.extend(others.map(|other| (measure(other), other)));
            }
            if each > 0 {
                row.select_nth_unstable(each - 1);
                row.truncate(each);
            }
            row.sort_unstable();
            stops.extend(row.iter().map(|&(_, other)| Neighbour {
                stop: other,
                length: match nearness {
                    Nearness::Either => length(model, stop, other).min(length(model, other, stop)),
                    Nearness::Towards => length(model, stop, other),
                    Nearness::From => length(model, other, stop),
                },
            }));
        }
        Self { each, stops }
    }

    /// The stops near one.
    pub(super) fn of(&self, stop: u32) -> &[Neighbour] {
        &self.stops[stop as usize * self.each..][..self.each]
    }

    /// The nearest `most` of them.
    pub(super) fn up_to(&self, stop: u32, most: usize) -> &[Neighbour] {
        &self.of(stop)[..most.min(self.each)]
    }
}

fn length<W: Ways>(model: &Model<'_, W>, from: u32, to: u32) -> i32 {
    let (a, b) = (&model.stops[from as usize], &model.stops[to as usize]);
    let leg = |class: &super::model::ClassFacts| model.ways.leg(class.base, a.place, b.place);
    model.classes.first().map_or(0, |class| leg(class).length)
}

/// The way between two stops, by the first class, whichever direction is shorter.
pub(super) fn apart<W: Ways>(model: &Model<'_, W>, one: u32, other: u32) -> i64 {
    let Some(class) = model.classes.first() else {
        return 0;
    };
    let (a, b) = (&model.stops[one as usize], &model.stops[other as usize]);
    let there = model.ways.leg(class.base, a.place, b.place).length;
    let back = model.ways.leg(class.base, b.place, a.place).length;
    i64::from(there.min(back))
}

/// The way from one stop to another, and what waiting and haste between them would add; the most
/// there is where the other one cannot be reached in time.
///
/// The weight of waiting, 0.2, is that of Vidal et al. 2013, section 4.4.
pub(super) fn apart_in_time<W: Ways>(model: &Model<'_, W>, from: u32, to: u32) -> i64 {
    let Some(class) = model.classes.first() else {
        return 0;
    };
    let (a, b) = (&model.stops[from as usize], &model.stops[to as usize]);
    let leg = model.ways.leg(class.base, a.place, b.place);
    let between = a.serve.duration + leg.duration;
    if a.serve.earliest + between > b.serve.latest {
        return i64::MAX;
    }
    let wait = (b.serve.earliest - between - a.serve.latest).max(0);
    i64::from(leg.length) * LENGTH_WEIGHT + i64::from(wait)
}

#[cfg(test)]
mod tests;
