//! Solutions in the VRPLIB format, and what plans they stand for.

use std::fmt::{self, Write as _};

use super::document::Token;
use super::error::{VrplibError, VrplibResult};
use super::instance::Instance;
use super::number::{finite, whole};
use crate::collection::{Plan, Route, Timeline, Trip};
use crate::error::SimResult;
use crate::numbers::index_u32;

/// Routes as a file tells them. Its `Display` is the text of such a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solution {
    /// For each vehicle its customers in order, counted from 1; a 0 between them is a visit to the
    /// depot to reload.
    pub routes: Vec<Vec<u32>>,
    /// What they cost, in the unit of the instance's file.
    pub cost: Option<f64>,
}

impl Solution {
    /// The routes of a plan, one for each of its own, in which customer n is stop n - 1; `cost` is told as
    /// it is.
    pub fn of(plan: &Plan, cost: f64) -> Self {
        Self {
            routes: plan.routes.iter().map(customers).collect(),
            cost: Some(cost),
        }
    }

    /// Reads the text of a file: lines such as `Route #1: 3 1 0 2` and `Cost 27591`. Others are
    /// remarks.
    pub fn read(text: &str) -> SimResult<Self> {
        let mut solution = Self::default();
        for (index, text) in text.lines().enumerate() {
            let line = index + 1;
            let (first, rest) = split(text.trim());
            if first.eq_ignore_ascii_case("route") {
                let (_, customers) = rest.split_once(':').unwrap_or(("", rest));
                solution.routes.push(route(line, customers)?);
            } else if first.eq_ignore_ascii_case("cost") {
                let text = rest.trim_start_matches([':', ' ', '\t']);
                solution.cost = Some(finite(Token { line, text }, "Cost")?);
            }
        }
        Ok(solution)
    }
}

impl fmt::Display for Solution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, route) in self.routes.iter().enumerate() {
            write!(f, "Route #{}:", index + 1)?;
            for customer in route {
                write!(f, " {customer}")?;
            }
            f.write_char('\n')?;
        }
        self.cost.map_or(Ok(()), |cost| writeln!(f, "Cost {cost}"))
    }
}

impl Instance {
    /// The plan that a solution stands for, without timelines. Customers may be named twice in it, and
    /// vehicles reload that may not: that is for a check to find.
    pub fn plan(&self, solution: &Solution) -> SimResult<Plan> {
        let stops = self.problem().stops().len();
        let mut is_served = vec![false; stops];
        let mut routes = Vec::new();
        for (index, customers) in solution.routes.iter().enumerate() {
            for &customer in customers.iter().filter(|&&customer| customer > 0) {
                let slot = is_served.get_mut(customer as usize - 1);
                *slot.ok_or_else(|| unknown(index, customer, stops))? = true;
            }
            let trips = trips(customers);
            if !trips.is_empty() {
                routes.push(Route {
                    class: 0,
                    trips,
                    timeline: Timeline::default(),
                });
            }
        }
        let stops = 0..index_u32(stops);
        let unserved = stops.zip(is_served).filter(|(_, is_served)| !is_served);
        Ok(Plan {
            routes,
            unserved: unserved.map(|(stop, _)| stop).collect(),
        })
    }

    /// A plan as a solution; `cost` is in the problem's unit.
    pub fn solution(&self, plan: &Plan, cost: i64) -> Solution {
        let mut solution = Solution::of(plan, self.cost_in_units(cost));
        solution.routes.retain(|route| !route.is_empty());
        solution
    }
}

/// The first word in letters, and the rest of the line.
fn split(line: &str) -> (&str, &str) {
    let end = line.find(|c: char| !c.is_ascii_alphabetic());
    line.split_at(end.unwrap_or(line.len()))
}

fn route(line: usize, customers: &str) -> VrplibResult<Vec<u32>> {
    let words = customers.split_whitespace();
    let tokens = words.map(|text| Token { line, text });
    tokens
        .map(|token| whole(token, "Route", (0, 1 << 24)))
        .collect()
}

/// The trips between the visits to the depot; none is empty.
fn trips(customers: &[u32]) -> Vec<Trip> {
    let parts = customers.split(|&customer| customer == 0);
    let mut trips: Vec<Trip> = parts
        .filter(|part| !part.is_empty())
        .map(|part| Trip {
            outfit: 0,
            stops: part.iter().map(|customer| customer - 1).collect(),
            unloadings: vec![0],
        })
        .collect();
    if let Some(last) = trips.last_mut() {
        last.unloadings.clear();
    }
    trips
}

fn customers(route: &Route) -> Vec<u32> {
    let trips = route.trips.iter().filter(|trip| !trip.stops.is_empty());
    let trips: Vec<Vec<u32>> = trips
        .map(|trip| trip.stops.iter().map(|stop| stop + 1).collect())
        .collect();
    trips.join(&0)
}

fn unknown(route: usize, customer: u32, stops: usize) -> VrplibError {
    VrplibError::UnknownCustomer {
        route: route + 1,
        customer,
        stops,
    }
}
