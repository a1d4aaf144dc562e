//! How many stops, at how many sites, of how much.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use simulator::collection::day::DayProblem;
use simulator::collection::{Need, Stop};

/// Some stops together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Amount {
    pub(super) stops: usize,
    /// Places where they are.
    pub(super) visits: usize,
    pub(super) containers: usize,
    pub(super) m3: f64,
    pub(super) t: f64,
}

/// Some stops, by whether they must be served.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct ByNeed {
    pub(super) required: Amount,
    pub(super) optional: Amount,
}

/// The stops that are meant.
pub(super) fn by_need(day: &DayProblem, is_meant: impl Fn(&Stop) -> bool) -> ByNeed {
    let is_required = |stop: &Stop| stop.need == Need::Required;
    ByNeed {
        required: amount(day, |stop| is_meant(stop) && is_required(stop)),
        optional: amount(day, |stop| is_meant(stop) && !is_required(stop)),
    }
}

fn amount(day: &DayProblem, is_meant: impl Fn(&Stop) -> bool) -> Amount {
    let stops = day.problem.stops().iter().zip(&day.stops);
    let mut sum = Amount::default();
    let mut places = BTreeSet::new();
    let (mut litres, mut kg) = (0_u64, 0_u64);
    for (stop, origin) in stops.filter(|(stop, _)| is_meant(stop)) {
        sum.stops += 1;
        sum.containers += origin.containers.len();
        litres += u64::from(stop.volume);
        kg += u64::from(stop.mass);
        places.insert(stop.place);
    }
    sum.visits = places.len();
    sum.m3 = litres as f64 / 1000.0;
    sum.t = kg as f64 / 1000.0;
    sum
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} containers in {} stops at {} sites, {:.1} m³, {:.1} t",
            self.containers, self.stops, self.visits, self.m3, self.t
        )
    }
}
