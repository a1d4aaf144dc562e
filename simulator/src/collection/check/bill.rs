//! What a plan costs.

use super::itinerary::Itinerary;
use super::loads::TripLoads;
use super::{Checked, trip_loads};
use crate::collection::{Need, Problem, Trip};

/// What a plan costs, and what for. Costs are in the problem's unit, and stop at the largest number
/// where they would be beyond it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bill {
    /// How many vehicles are used: each has a route, even one that does nothing.
    pub vehicles: u64,
    /// How far they drive, in units of length.
    pub length: u64,
    /// How long they drive, in ticks; what vehicles under way drove before is not in it.
    pub driving_ticks: u64,
    /// How long their crews are on duty, in ticks, breaks included; of those under way since they came
    /// on duty.
    pub duty_ticks: u64,
    /// How much of that is overtime, in ticks.
    pub overtime_ticks: u64,
    /// How often they unload.
    pub unloading_visits: u64,
    /// What they leave there, in the unit of the payloads.
    pub unloaded_mass: u64,
    /// What the vehicles cost for being used.
    pub fixed_cost: i64,
    /// What the length costs.
    pub length_cost: i64,
    /// What the time on duty costs.
    pub duty_cost: i64,
    /// What the overtime costs on top.
    pub overtime_cost: i64,
    /// What the visits and the mass cost at the unloadings.
    pub unloading_cost: i64,
    /// The prizes of the optional stops that no route serves.
    pub unserved_cost: i64,
}

impl Bill {
    /// Everything together.
    pub fn total(&self) -> i64 {
        let parts = [
            self.fixed_cost,
            self.length_cost,
            self.duty_cost,
            self.overtime_cost,
            self.unloading_cost,
            self.unserved_cost,
        ];
        parts.into_iter().fold(0, i64::saturating_add)
    }

    pub(super) fn add_unserved(&mut self, problem: &Problem, served: &[bool]) {
        for (stop, _) in problem
            .stops()
            .iter()
            .zip(served)
            .filter(|(_, served)| !**served)
        {
            if let Need::Optional { prize } = stop.need {
                add(&mut self.unserved_cost, prize);
            }
        }
    }

    /// Adds the ways of a vehicle; one that there is not counts nothing.
    pub(super) fn add_ways(&mut self, checked: Checked<'_>, itinerary: &Itinerary) {
        let ways = itinerary.ways().filter_map(|way| way.take(checked));
        let (length, ticks) = ways.fold((0_u64, 0_u64), |(length, ticks), way| {
            (length + u64::from(way.0), ticks + u64::from(way.1))
        });
        self.length += length;
        self.driving_ticks += ticks;
        let per_length = checked.class.costs.per_length;
        add(&mut self.length_cost, times(length, per_length));
    }

    /// Adds the vehicle, its time on duty, and what it unloads.
    pub(super) fn add_vehicle(&mut self, checked: Checked<'_>) {
        let class = checked.class;
        let duty = checked.duty_ticks();
        let overtime = (duty - i64::from(class.normal_duration)).max(0);
        self.vehicles += 1;
        self.duty_ticks += duty.unsigned_abs();
        self.overtime_ticks += overtime.unsigned_abs();
        add(&mut self.fixed_cost, class.costs.fixed);
        add(
            &mut self.duty_cost,
            duty.saturating_mul(class.costs.per_tick),
        );
        add(
            &mut self.overtime_cost,
            overtime.saturating_mul(class.costs.per_overtime_tick),
        );
        let all_loads = trip_loads(checked.problem, checked.route);
        for (trip, loads) in checked.route.trips.iter().zip(all_loads) {
            self.add_unloadings(checked.problem, trip, loads);
        }
    }

    /// The first unloading that takes a stream gets all of it.
    fn add_unloadings(&mut self, problem: &Problem, trip: &Trip, mut loads: TripLoads) {
        for &unloading in &trip.unloadings {
            let Some(unloading) = problem.unloadings().get(unloading as usize) else {
                continue;
            };
            let is_taken = |stream| unloading.streams.has(stream);
            let taken = loads.streams.iter().filter(|load| is_taken(load.stream));
            let mass = taken.map(|load| load.mass).sum();
            loads.streams.retain(|load| !is_taken(load.stream));
            self.unloading_visits += 1;
            self.unloaded_mass += mass;
            add(&mut self.unloading_cost, unloading.cost_per_visit);
            add(
                &mut self.unloading_cost,
                times(mass, unloading.cost_per_mass),
            );
        }
    }
}

fn add(sum: &mut i64, cost: i64) {
    *sum = sum.saturating_add(cost);
}

fn times(amount: u64, price: i64) -> i64 {
    i64::try_from(amount)
        .unwrap_or(i64::MAX)
        .saturating_mul(price)
}
