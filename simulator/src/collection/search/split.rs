//! A vehicle's stops in the order it serves them, cut into trips anew.
//!
//! Split: Beasley 1983, Prins, "A simple and effective evolutionary algorithm for the vehicle routing
//! problem", Computers & Operations Research 31(12), 2004; here of one vehicle's day, whose trips unload at
//! the sites that suit them. Trips that keep all windows and the longest day are found in one pass over the
//! order. Breaks are left to the clock, which a route's cost comes from once it is changed.

use super::chain::Chain;
use super::model::{ClassFacts, Load, Model};
use super::solution::NONE;
use super::tails::Tail;
use super::ways::Ways;
use crate::collection::StreamSet;
use crate::numbers::indexed;

/// A trip of a tour that was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Which of the tour's stops is its last one, from 1 on.
    pub(super) until: usize,
    pub(super) outfit: u32,
    /// How it unloads, [`NONE`] where it does not.
    pub(super) tail: u32,
}

/// Cuts a tour.
#[derive(Debug)]
pub(super) struct Split<'a, 'p, W> {
    model: &'a Model<'p, W>,
    class: &'a ClassFacts,
    tour: &'a [u32],
}

/// The cheapest way found to have served the first stops of a tour, and to have unloaded in one of the
/// ways that there are.
#[derive(Debug)]
struct Label<'a, W> {
    cost: i64,
    unloading: i64,
    trips: u32,
    chain: Chain<'a, W>,
    /// The label that the last trip began with, by the stops served until then and how that trip unloaded.
    before: (usize, usize),
    part: Part,
}

/// For so many stops served, without an unloading and with each of those that there are.
type Labels<'a, W> = Vec<Vec<Option<Label<'a, W>>>>;

impl<W> Clone for Label<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for Label<'_, W> {}

/// A trip that is being filled.
struct Trip {
    outfit: u32,
    room: Load,
    streams: StreamSet,
    release: i32,
}

impl<'a, 'p, W: Ways> Split<'a, 'p, W> {
    /// Of a vehicle of a class, that serves the tour's stops in order.
    pub(super) fn new(model: &'a Model<'p, W>, class: u32, tour: &'a [u32]) -> Self {
        Self {
            model,
            class: &model.classes[class as usize],
            tour,
        }
    }

    /// The trips that cost the least; `None` where there are none that keep the rules.
    pub(super) fn parts(&self) -> Option<Vec<Part>> {
        let (stops, tails) = (self.tour.len(), self.tails());
        let mut labels: Labels<'a, W> = vec![vec![None; tails + 1]; stops + 1];
        labels[0][0] = Some(self.begin());
        for from in 0..stops {
            let Some((at, start)) = self.best_start(&labels[from], self.tour[from]) else {
                continue;
            };
            for outfit in self.outfits(from) {
                self.extend((from, at), &start, outfit, &mut labels);
            }
        }
        let ends = labels[stops].iter().enumerate();
        let ends = ends.filter_map(|(at, label)| label.as_ref().map(|label| (label.cost, at)));
        let (_, mut at) = ends.min()?;
        let mut parts = Vec::new();
        let mut until = stops;
        while until > 0 {
            let label = labels[until][at].as_ref()?;
            parts.push(label.part);
            (until, at) = label.before;
        }
        parts.reverse();
        Some(parts)
    }

    fn tails(&self) -> usize {
        (self.class.tails.1 - self.class.tails.0) as usize
    }

    fn begin(&self) -> Label<'a, W> {
        let class = self.class;
        Label {
            cost: 0,
            unloading: 0,
            trips: 0,
            chain: Chain::begin(&self.model.ways, class, class.start, class.prepare),
            before: (0, 0),
            part: Part {
                until: 0,
                outfit: NONE,
                tail: NONE,
            },
        }
    }

    /// The outfits that a trip can use which begins after so many stops.
    fn outfits(&self, from: usize) -> std::ops::Range<u32> {
        let begun = self.class.begun.filter(|_| from == 0);
        begun.map_or(self.class.outfits.0..self.class.outfits.1, |begun| {
            begun.outfit..begun.outfit + 1
        })
    }

    /// The label to go on from to a stop.
    fn best_start(
        &self,
        labels: &[Option<Label<'a, W>>],
        stop: u32,
    ) -> Option<(usize, Label<'a, W>)> {
        let place = self.model.stops[stop as usize].place;
        let onwards = |label: &Label<'a, W>| {
            let leg = self
                .model
                .ways
                .leg(self.class.base, label.chain.place, place);
            let rate = (self.class.per_length, self.class.per_tick);
            label.cost + rate.0 * i64::from(leg.length) + rate.1 * i64::from(leg.duration)
        };
        let labels = labels.iter().enumerate();
        let labels = labels.filter_map(|(at, label)| label.map(|label| (at, label)));
        labels
            .filter(|(_, label)| label.trips < self.class.max_trips)
            .min_by_key(|(_, label)| onwards(label))
    }

    /// Lets a trip serve one stop after the other, and notes how it could end after each of them.
    fn extend(
        &self,
        before: (usize, usize),
        start: &Label<'a, W>,
        outfit: u32,
        labels: &mut Labels<'a, W>,
    ) {
        let mut trip = self.open(before.0, outfit);
        let mut chain = start.chain;
        for until in before.0 + 1..=self.tour.len() {
            let stop = self.tour[until - 1];
            if !self.load(&mut trip, stop) {
                return;
            }
            let facts = &self.model.stops[stop as usize];
            let is_later = facts.release > trip.release;
            trip.release = trip.release.max(facts.release);
            chain = if is_later {
                self.serve(start.chain.leave_after(trip.release), before.0..until)
            } else {
                chain.serve(facts)
            };
            if !chain.can_be(self.model.is_timed) {
                return;
            }
            let label = Label {
                trips: start.trips + 1,
                unloading: start.unloading,
                chain,
                before,
                cost: 0,
                part: Part {
                    until,
                    outfit,
                    tail: NONE,
                },
            };
            self.note_ends(&label, trip.streams, labels);
        }
    }

    fn serve(&self, chain: Chain<'a, W>, stops: std::ops::Range<usize>) -> Chain<'a, W> {
        let stops = self.tour[stops].iter();
        stops.fold(chain, |chain, &stop| {
            chain.serve(&self.model.stops[stop as usize])
        })
    }

    fn open(&self, from: usize, outfit: u32) -> Trip {
        let mut trip = Trip {
            outfit,
            room: self.model.outfits[outfit as usize].room,
            streams: StreamSet::NONE,
            release: 0,
        };
        if let Some(begun) = self.class.begun.filter(|_| from == 0) {
            trip.streams = begun.streams;
            for (room, load) in trip.room.iter_mut().zip(begun.load) {
                *room -= load;
            }
        }
        trip
    }

    /// Whether a trip has room for a stop, which it then takes.
    fn load(&self, trip: &mut Trip, stop: u32) -> bool {
        let load = self.model.outfits[trip.outfit as usize].loads[stop as usize];
        let stream = self.model.stops[stop as usize].stream;
        trip.streams = trip.streams.with(StreamSet::of(stream));
        let has_room = (0..4).all(|at| load[at] <= trip.room[at]);
        for (room, load) in trip.room.iter_mut().zip(load) {
            *room = room.saturating_sub(load);
        }
        has_room
    }

    /// Notes each way in which a trip can end, where it is the best one so far.
    fn note_ends(&self, label: &Label<'a, W>, streams: StreamSet, labels: &mut Labels<'a, W>) {
        let is_last = label.part.until == self.tour.len();
        if is_last && !self.class.unload_at_end {
            self.note(
                Label {
                    chain: label.chain.end(),
                    ..*label
                },
                0,
                labels,
            );
        }
        let range = self.class.tails.0 as usize..self.class.tails.1 as usize;
        for (at, tail) in indexed(&self.model.tails[range]) {
            if !streams.without(tail.streams).is_empty() {
                continue;
            }
            let mut chain = label.chain.unload(tail);
            if is_last {
                chain = chain.end();
            }
            let unloading = label.unloading + tail.cost + self.by_mass(label, tail);
            let part = Part {
                tail: self.class.tails.0 + at,
                ..label.part
            };
            let label = Label {
                unloading,
                chain,
                part,
                ..*label
            };
            self.note(label, 1 + at as usize, labels);
        }
    }

    /// What unloading a trip costs by its mass.
    fn by_mass(&self, label: &Label<'a, W>, tail: &Tail) -> i64 {
        if !self.class.pays_by_mass {
            return 0;
        }
        let stops = self.tour[label.before.0..label.part.until].iter();
        let facts = stops.map(|&stop| &self.model.stops[stop as usize]);
        facts
            .map(|facts| tail.per_mass[usize::from(facts.stream)] * facts.mass)
            .sum()
    }

    fn note(&self, label: Label<'a, W>, at: usize, labels: &mut Labels<'a, W>) {
        let (time, _) = label.chain.time;
        let duration = if self.model.is_timed {
            time.duration
        } else {
            0
        };
        let cost = self.class.cost(label.chain.length, duration) + label.unloading;
        let known = &mut labels[label.part.until][at];
        let is_better = known.as_ref().is_none_or(|known| cost < known.cost);
        if is_better && label.chain.can_be(self.model.is_timed) {
            *known = Some(Label { cost, ..label });
        }
    }
}

#[cfg(test)]
mod tests;
