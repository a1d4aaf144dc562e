//! Takes the rounds of one planned day over to another day's problem, so that a search begins with what
//! crews know. What does not fit there any more is cut; what is new is left to the search.

mod fit;
mod same;

use self::fit::fit;
use self::same::Same;
use super::day::DayNames;
use super::draft::unserved;
use super::saved::SavedDay;
use super::{Plan, Problem, Route, Trip, VehicleClass};
use crate::numbers::{index_u32, indexed};

/// The plan of a day for another day's problem: each round on a vehicle of the class with the same name,
/// its stops in their order, each stop where one of its containers, or else its stream at its site, was
/// emptied before.
///
/// Whatever is carried keeps every rule, with a timeline of the new day; trips that are too full or too
/// late lose stops until they fit, and rounds for which there is no vehicle are left out. What the plan
/// does not serve is listed, so that it may lack stops that must be served.
pub fn carry_over(from: &SavedDay, problem: &Problem, names: &DayNames) -> Plan {
    let same = Same::new(&from.names, names);
    let mut carrier = Carrier {
        from,
        problem,
        names,
        same,
        used: vec![0; problem.fleet().len()],
        is_taken: vec![false; problem.stops().len()],
    };
    let routes = from.plan.routes.iter();
    let routes: Vec<Route> = routes.filter_map(|route| carrier.route(route)).collect();
    Plan {
        unserved: unserved(problem, &routes),
        routes,
    }
}

struct Carrier<'a> {
    from: &'a SavedDay,
    problem: &'a Problem,
    names: &'a DayNames,
    same: Same<'a>,
    /// How many vehicles of each class have a round.
    used: Vec<u32>,
    is_taken: Vec<bool>,
}

impl Carrier<'_> {
    fn route(&mut self, route: &Route) -> Option<Route> {
        let before = self.from.problem.fleet().get(route.class as usize)?;
        let class = self.class(before)?;
        let of_class = self.problem.fleet().get(class as usize)?;
        let trips = route.trips.iter();
        let trips = trips.filter_map(|trip| self.trip((before, class, of_class), trip));
        let mut trips: Vec<Trip> = trips.collect();
        let tried: Vec<u32> = trips.iter().flat_map(|trip| trip.stops.clone()).collect();
        trips.truncate(of_class.max_trips as usize);
        let carried = fit(self.problem, class, trips);
        let trips = carried.iter().flat_map(|route| &route.trips);
        let kept: Vec<u32> = trips.flat_map(|trip| trip.stops.clone()).collect();
        self.mark(&tried, false);
        self.mark(&kept, true);
        let carried = carried?;
        if let Some(used) = self.used.get_mut(class as usize) {
            *used += 1;
        }
        Some(carried)
    }

    fn mark(&mut self, stops: &[u32], taken: bool) {
        for &stop in stops {
            if let Some(is_taken) = self.is_taken.get_mut(stop as usize) {
                *is_taken = taken;
            }
        }
    }

    /// A class with the name of another one that has a vehicle left.
    fn class(&self, before: &VehicleClass) -> Option<u32> {
        let mut classes = indexed(self.problem.fleet()).zip(&self.used);
        let found =
            classes.find(|((_, class), used)| class.name == before.name && **used < class.count);
        found.map(|((class, _), _)| class)
    }

    fn trip(
        &mut self,
        (before, class, of_class): (&VehicleClass, u32, &VehicleClass),
        trip: &Trip,
    ) -> Option<Trip> {
        let outfit = same_outfit(before, trip.outfit, of_class)?;
        let mut stops: Vec<u32> = Vec::new();
        let same = trip.stops.iter().flat_map(|&stop| self.same.stops(stop));
        for stop in same.collect::<Vec<_>>() {
            if self.may_take((class, of_class, outfit), stop) {
                self.mark(&[stop], true);
                stops.push(stop);
            }
        }
        let unloadings = self.unloadings(of_class, trip, &stops);
        (!stops.is_empty()).then_some(Trip {
            outfit,
            stops,
            unloadings,
        })
    }

    fn may_take(&self, (class, of_class, outfit): (u32, &VehicleClass, u32), stop: u32) -> bool {
        let is_taken = self.is_taken.get(stop as usize);
        let is_free = is_taken.is_some_and(|is_taken| !is_taken);
        let outfit = of_class.outfits.get(outfit as usize);
        let of_stop = self.problem.stops().get(stop as usize);
        let is_fit = of_stop.zip(outfit).is_some_and(|(stop, outfit)| {
            let mut takes = outfit.compartments.iter().map(|one| one.takes);
            stop.classes.checked_shr(class).unwrap_or(0) & 1 == 1
                && takes.any(|takes| takes.has(stop.stream))
        });
        is_free && is_fit
    }

    /// Where a trip unloads: where it did, and at the first others that take what nobody took yet.
    fn unloadings(&self, of_class: &VehicleClass, trip: &Trip, stops: &[u32]) -> Vec<u32> {
        let all = self.problem.unloadings();
        let stops = stops
            .iter()
            .filter_map(|&stop| self.problem.stops().get(stop as usize));
        let mut left = stops.fold(super::StreamSet::NONE, |all, stop| {
            all.with(super::StreamSet::of(stop.stream))
        });
        let before = self.from.problem.unloadings();
        let places = trip.unloadings.iter();
        let places = places.filter_map(|&one| Some(before.get(one as usize)?.place));
        let known = places.flat_map(|place| {
            let usable = of_class.unloadings.iter().copied();
            usable.filter(move |&one| {
                let place_now = all.get(one as usize).map(|one| one.place);
                place_now.is_some_and(|now| is_same_place(&self.from.names, place, self.names, now))
            })
        });
        let mut unloadings: Vec<u32> = Vec::new();
        for one in known.chain(of_class.unloadings.iter().copied()) {
            let takes = all.get(one as usize).map(|one| one.streams);
            let takes = takes.unwrap_or_default();
            if left.0 & takes.0 != 0 {
                unloadings.push(one);
                left = left.without(takes);
            }
        }
        unloadings
    }
}

fn is_same_place(before: &DayNames, place: u32, now: &DayNames, place_now: u32) -> bool {
    let before = before.places.get(place as usize);
    let now = now.places.get(place_now as usize);
    before
        .zip(now)
        .is_some_and(|(before, now)| before.keys == now.keys)
}

/// The outfit whose compartments take the same as those of another class' did, or else the same number,
/// or the first one.
fn same_outfit(before: &VehicleClass, outfit: u32, now: &VehicleClass) -> Option<u32> {
    let takes = |class: &VehicleClass, outfit: u32| {
        let outfit = class.outfits.get(outfit as usize)?;
        let takes = outfit.compartments.iter().map(|one| one.takes);
        Some(takes.collect::<Vec<_>>())
    };
    let wanted = takes(before, outfit);
    let count = index_u32(now.outfits.len());
    let mut outfits = 0..count;
    let same = outfits.find(|&other| takes(now, other) == wanted);
    let same = same.or_else(|| (outfit < count).then_some(outfit));
    same.or_else(|| (count > 0).then_some(0))
}
