//! Moves stops of the vehicles that changed while that brings more than it disturbs.

use super::place::{Mender, Offer};
use crate::collection::Route;
use crate::collection::draft::{prize, without};
use crate::numbers::index_u32;

impl Mender<'_> {
    /// Looks for better places for the stops of routes that changed, until none is found or so many
    /// routes were timed.
    pub(super) fn improve(&mut self, trials: u32) {
        let until = self.trials.saturating_add(trials);
        let mut goes_on = true;
        while goes_on {
            goes_on = false;
            for stop in self.touched_stops() {
                if self.trials >= until {
                    return;
                }
                goes_on |= self.move_stop(stop);
            }
        }
    }

    fn touched_stops(&self) -> Vec<u32> {
        let routes = self.draft.routes.iter().zip(&self.touched);
        let touched = routes.filter(|(_, is_touched)| **is_touched);
        let trips = touched.flat_map(|(route, _)| &route.trips);
        trips.flat_map(|trip| trip.stops.iter().copied()).collect()
    }

    /// Moves a stop to the best spot there is, or leaves it out. Whether that made the plan better.
    fn move_stop(&mut self, stop: u32) -> bool {
        let Some(from) = self.route_with(stop) else {
            return false;
        };
        let Route { class, trips, .. } = self.draft.routes[from as usize].clone();
        let shorter = without(self.draft.problem, class, &trips, stop);
        let value_now = self.value_now(Some(from));
        let saved = match self.value(Some(from), class, &shorter) {
            Some(left) => value_now.saturating_sub(left),
            None => return self.move_within(from, stop),
        };
        let prize = prize(self.draft.problem, stop);
        let mut best: Option<Offer> = None;
        for of_class in 0..index_u32(self.draft.problem.fleet().len()) {
            for route in self.draft.vehicles(of_class) {
                if route == Some(from) {
                    continue;
                }
                let Some(offer) = self.offer(route, of_class, stop) else {
                    continue;
                };
                if best.as_ref().is_none_or(|best| offer.worse < best.worse) {
                    best = Some(offer);
                }
            }
        }
        let elsewhere = best.filter(|best| {
            let worse = best.worse.saturating_add(prize.unwrap_or(0));
            worse < saved
        });
        if let Some(offer) = elsewhere {
            let is_moved = self.draft.set(Some(from), class, shorter) && self.accept(offer);
            if !is_moved {
                self.draft.set(Some(from), class, trips);
            }
            return is_moved;
        }
        if prize.is_some_and(|prize| prize < saved) {
            return self.draft.set(Some(from), class, shorter);
        }
        self.move_within(from, stop)
    }

    /// Moves a stop to the best spot on its own vehicle.
    fn move_within(&mut self, route: u32, stop: u32) -> bool {
        let Route { class, trips, .. } = self.draft.routes[route as usize].clone();
        let shorter = without(self.draft.problem, class, &trips, stop);
        let candidates =
            crate::collection::draft::candidates(self.draft.problem, class, &shorter, stop);
        let value_now = self.value_now(Some(route));
        match self.best(Some(route), class, candidates) {
            Some((value, trips)) if value < value_now => self.draft.set(Some(route), class, trips),
            _ => false,
        }
    }
}
