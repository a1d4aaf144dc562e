//! Takes stops out of routes, and puts stops into them.

use super::super::disturbance::Origin;
use crate::collection::draft::{Candidate, Draft, prize, without};
use crate::collection::{Need, Route, Trip};
use crate::numbers::index_u32;

/// How many spots of a vehicle that a stop fits are compared, those with the least detour.
const SPOTS: usize = 8;

/// A plan that is being changed. All routes keep their indices; new ones follow.
#[derive(Debug)]
pub(super) struct Mender<'p> {
    pub(super) draft: Draft<'p>,
    pub(super) origin: Origin,
    /// Whether each route was changed.
    pub(super) touched: Vec<bool>,
    /// The routes whose vehicle is out of service.
    broken: Vec<u32>,
    /// How many routes were timed.
    pub(super) trials: u32,
}

/// A vehicle's trips, and how much worse the plan becomes by them: in cost, prizes and disturbance.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) worse: i64,
    pub(super) route: Option<u32>,
    pub(super) class: u32,
    pub(super) trips: Vec<Trip>,
}

impl<'p> Mender<'p> {
    pub(super) fn new(mut draft: Draft<'p>, origin: Origin, broken: Vec<u32>) -> Self {
        for &route in &broken {
            draft.retire(route);
        }
        Self {
            touched: vec![false; draft.routes.len()],
            draft,
            origin,
            broken,
            trials: 0,
        }
    }

    /// Takes stops out of their routes. Where the rest has no timeline then, the whole route is given up,
    /// and its stops look for a place again. A vehicle under way for which that does not do either keeps
    /// the stop.
    pub(super) fn take_out(&mut self, stops: &[u32]) {
        let mut homeless = Vec::new();
        for &stop in stops {
            let Some(index) = self.route_with(stop) else {
                continue;
            };
            let Route { class, trips, .. } = &self.draft.routes[index as usize];
            let class = *class;
            let left = without(self.draft.problem, class, trips, stop);
            if !self.draft.set(Some(index), class, left.clone()) {
                let all = left.iter().flat_map(|trip| &trip.stops).copied();
                homeless.extend(all.filter(|stop| !stops.contains(stop)));
                let is_under_way = self.is_under_way(class);
                let bare = left.into_iter().map(|trip| Trip {
                    stops: Vec::new(),
                    ..trip
                });
                let bare = bare.take(usize::from(is_under_way)).collect();
                if !self.draft.set(Some(index), class, bare) && !is_under_way {
                    self.draft.retire(index);
                }
            }
            self.touched[index as usize] = true;
        }
        self.place_all(homeless);
    }

    /// Puts stops where they make the plan least worse: the required ones, then those that are worth it.
    pub(super) fn place_all(&mut self, mut stops: Vec<u32>) {
        stops.sort_unstable();
        stops.dedup();
        stops.retain(|&stop| self.route_with(stop).is_none());
        let (required, optional) = stops
            .into_iter()
            .partition::<Vec<_>, _>(|&stop| prize(self.draft.problem, stop).is_none());
        let homeless = self.place_each(required);
        for stop in homeless {
            self.make_room(stop);
        }
        self.place_each(optional);
    }

    /// Puts the stop that finds the best place first, and gives back those that find none.
    fn place_each(&mut self, mut stops: Vec<u32>) -> Vec<u32> {
        let mut offers: Vec<_> = stops.iter().map(|&stop| self.offers(stop)).collect();
        loop {
            let all = offers.iter().enumerate().flat_map(|(at, offers)| {
                let each = offers.iter().enumerate();
                each.map(move |(which, offer)| (offer.worse, at, which))
            });
            let Some((_, at, which)) = all.min() else {
                return stops;
            };
            stops.remove(at);
            let offer = offers.remove(at).swap_remove(which);
            let taken = (offer.route, offer.class);
            self.accept(offer);
            for (&stop, offers) in stops.iter().zip(&mut offers) {
                self.renew(offers, stop, taken);
            }
        }
    }

    /// Asks the vehicle anew that has just taken a stop.
    fn renew(&mut self, offers: &mut Vec<Offer>, stop: u32, (route, class): (Option<u32>, u32)) {
        offers.retain(|offer| (offer.route, offer.class) != (route, class));
        offers.extend(self.offer(route, class, stop));
        if route.is_none() {
            if self.draft.spare(class) == 0 {
                offers.retain(|offer| offer.route.is_some() || offer.class != class);
            }
            let new = index_u32(self.draft.routes.len() - 1);
            offers.extend(self.offer(Some(new), class, stop));
        }
    }

    /// The best that each vehicle has to offer. One for an optional stop makes the plan better.
    pub(super) fn offers(&mut self, stop: u32) -> Vec<Offer> {
        let mut offers = Vec::new();
        for class in 0..index_u32(self.draft.problem.fleet().len()) {
            for route in self.draft.vehicles(class) {
                offers.extend(self.offer(route, class, stop));
            }
        }
        offers
    }

    pub(super) fn offer(&mut self, route: Option<u32>, class: u32, stop: u32) -> Option<Offer> {
        let candidates = self.draft.candidates(route, class, stop);
        let before = self.value_now(route);
        let prize = prize(self.draft.problem, stop).unwrap_or(0);
        let (_, trips) = self.best(route, class, candidates)?;
        let after = self.value(route, class, &trips)?;
        let worse = after.saturating_sub(before).saturating_sub(prize);
        let is_worth_it =
            worse < 0 || self.draft.problem.stops()[stop as usize].need == Need::Required;
        is_worth_it.then_some(Offer {
            worse,
            route,
            class,
            trips,
        })
    }

    /// The best of the spots with the least detour.
    pub(super) fn best(
        &mut self,
        route: Option<u32>,
        class: u32,
        candidates: Vec<Candidate>,
    ) -> Option<(i64, Vec<Trip>)> {
        let detours = candidates.into_iter().map(|candidate| {
            let detour = self.draft.detour(class, &candidate.trips());
            (detour, candidate)
        });
        let mut detours: Vec<_> = detours.collect();
        detours.sort_by_key(|one| one.0);
        let mut best: Option<(i64, Vec<Trip>)> = None;
        let mut fitting = 0;
        for (_, candidate) in detours {
            let trips = candidate.trips();
            let Some(value) = self.value(route, class, &trips) else {
                continue;
            };
            if best.as_ref().is_none_or(|(least, _)| value < *least) {
                best = Some((value, trips));
            }
            fitting += 1;
            if fitting == SPOTS {
                break;
            }
        }
        best
    }

    /// What a vehicle's trips cost, with what they disturb; `None` where they break a rule.
    pub(super) fn value(&mut self, route: Option<u32>, class: u32, trips: &[Trip]) -> Option<i64> {
        self.trials = self.trials.saturating_add(1);
        if trips.is_empty() && !self.is_under_way(class) {
            return Some(0);
        }
        let cost = self.draft.cost(class, trips)?;
        Some(cost.saturating_add(self.origin.penalty(route, trips)))
    }

    /// What a vehicle costs now, with what it disturbs. One that has lost all its stops stays in.
    pub(super) fn value_now(&self, route: Option<u32>) -> i64 {
        let index = route.map(|route| route as usize);
        let Some(now) = index.and_then(|index| self.draft.routes.get(index)) else {
            return 0;
        };
        let is_touched = index.is_some_and(|index| self.touched.get(index) == Some(&true));
        if is_touched && now.trips.is_empty() && !self.is_under_way(now.class) {
            return 0;
        }
        let penalty = self.origin.penalty(route, &now.trips);
        self.draft.cost_now(route).saturating_add(penalty)
    }

    fn is_under_way(&self, class: u32) -> bool {
        let class = self.draft.problem.fleet().get(class as usize);
        class.is_some_and(|class| class.begun.is_some())
    }

    pub(super) fn accept(&mut self, offer: Offer) -> bool {
        let is_set = self.draft.set(offer.route, offer.class, offer.trips);
        self.touched.resize(self.draft.routes.len(), true);
        if let Some(route) = offer.route.filter(|_| is_set) {
            self.touched[route as usize] = true;
        }
        is_set
    }

    /// Leaves out one optional stop where that makes room for a required one.
    fn make_room(&mut self, stop: u32) {
        if let Some(offer) = self.offers(stop).into_iter().min_by_key(|one| one.worse) {
            self.accept(offer);
            return;
        }
        let mut best: Option<Offer> = None;
        for route in 0..index_u32(self.draft.routes.len()) {
            let Route { class, trips, .. } = self.draft.routes[route as usize].clone();
            if self.broken.contains(&route) || self.draft.costs[route as usize].is_none() {
                continue;
            }
            let stops = trips.iter().flat_map(|trip| &trip.stops);
            for &left_out in stops {
                let Some(prize) = prize(self.draft.problem, left_out) else {
                    continue;
                };
                let shorter = without(self.draft.problem, class, &trips, left_out);
                let candidates =
                    crate::collection::draft::candidates(self.draft.problem, class, &shorter, stop);
                let before = self.value_now(Some(route));
                let Some((value, trips)) = self.best(Some(route), class, candidates) else {
                    continue;
                };
                let worse = value.saturating_sub(before).saturating_add(prize);
                if best.as_ref().is_none_or(|best| worse < best.worse) {
                    best = Some(Offer {
                        worse,
                        route: Some(route),
                        class,
                        trips,
                    });
                }
            }
        }
        if let Some(offer) = best {
            self.accept(offer);
        }
    }

    pub(super) fn route_with(&self, stop: u32) -> Option<u32> {
        let has_it = |route: &Route| route.trips.iter().any(|trip| trip.stops.contains(&stop));
        self.draft.routes.iter().position(has_it).map(index_u32)
    }

    /// The routes of the new plan, each with its index before. A vehicle that has nothing left to do stays
    /// in, unless it is under way.
    pub(super) fn routes(&self) -> (Vec<Route>, Vec<Option<u32>>) {
        let stays = |index: u32, route: &Route| {
            let is_under_way = self.is_under_way(route.class);
            let is_touched = self.touched.get(index as usize).copied().unwrap_or(true);
            let is_idle = is_touched && route.trips.iter().all(|trip| trip.stops.is_empty());
            !self.broken.contains(&index) && (is_under_way || !is_idle)
        };
        let all = (0..).zip(&self.draft.routes);
        let kept = all.filter(|(index, route)| stays(*index, route));
        kept.map(|(index, route)| {
            let before = ((index as usize) < self.origin.routes).then_some(index);
            (route.clone(), before)
        })
        .unzip()
    }
}
