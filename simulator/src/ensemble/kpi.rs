//! The figures of a run.

use serde::{Deserialize, Serialize};

use crate::numbers::{f64_of, f64_of_index};
use crate::scenario::Outcome;

/// Which way a figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// The less.
    Lower,
    /// The more.
    Higher,
    /// Neither by itself.
    Neutral,
}

macro_rules! kpis {
    ($($(#[doc = $doc:literal])+ $name:ident = $key:literal, $unit:literal, $better:ident, $of:expr;)*) => {
        /// A figure of a run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Kpi {
            $($(#[doc = $doc])+ #[serde(rename = $key)] $name,)*
        }

        impl Kpi {
            /// All of them, in the order of a report.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in files and answers.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// Its unit.
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$name => $unit),* }
            }

            /// Which way is better.
            pub const fn better(self) -> Better {
                match self { $(Self::$name => Better::$better),* }
            }

            /// Its value in a run.
            pub fn of(self, run: &Outcome) -> f64 {
                match self { $(Self::$name => { let of: fn(&Outcome) -> f64 = $of; of(run) }),* }
            }
        }
    };
}

kpis! {
    /// Driven on a day on which crews work.
    KmPerDay = "km_per_day", "km/day", Lower, |run| share(run.sums.km, days(run));
    /// Driven for each tonne.
    KmPerTonne = "km_per_t", "km/t", Lower, |run| share(run.sums.km, tonnes(run));
    /// How long a vehicle is on duty.
    HoursPerRoute = "h_per_route", "h", Neutral, |run| share(run.sums.duty_h, vehicles(run));
    /// Vehicles on the road on a day on which crews work.
    Vehicles = "vehicles_per_day", "vehicles", Lower, |run| share(vehicles(run), days(run));
    /// Containers emptied on a day on which crews work.
    Emptyings = "emptyings_per_day", "containers/day", Neutral, |run| share(f64_of(run.emptyings), days(run));
    /// Sites called at on a day on which crews work.
    Sites = "sites_per_day", "sites/day", Neutral, |run| share(f64_of(run.sites), days(run));
    /// How full containers were that were emptied, with what lay beside them.
    Fill = "fill_at_emptying", "share", Higher, |run| share(run.fill_sum, f64_of(run.emptyings));
    /// How full the emptiest tenth of them was at most.
    FillLow = "fill_at_emptying_p10", "share", Higher, |run| fill_quantile(run, 0.1);
    /// Emptyings in time: those of containers that had not overflowed, of all, those that were still
    /// overflowing at the end among these.
    Service = "service_level", "share", Higher, service;
    /// Hours that a container was full in a month of 30 days.
    OverflowHours = "overflow_h_per_container_month", "h", Lower,
        |run| share(run.overflow_h, f64::from(run.containers) * f64::from(run.days) / 30.0);
    /// Litres left beside containers on a day.
    Beside = "beside_l_per_day", "L/day", Lower, |run| share(run.beside_l, f64::from(run.days));
    /// Emptyings after more days than the stream may wait.
    Late = "late_share", "share", Lower, |run| share(f64_of(run.late), f64_of(run.emptyings));
    /// Containers that were planned and not reached before the end of the shift, a day.
    NotReached = "not_reached_per_day", "containers/day", Lower,
        |run| share(f64::from(run.sums.not_reached) + f64_of(run.unserved), days(run));
    /// What was taken away on a day on which crews work.
    Tonnes = "t_per_day", "t/day", Neutral, |run| share(tonnes(run), days(run));
    /// Greenhouse gases for each tonne, well to wheel.
    Co2PerTonne = "co2e_kg_per_t", "kg/t", Lower, |run| share(run.sums.bill.co2_kg, tonnes(run));
    /// Greenhouse gases of the whole period, well to wheel.
    Co2 = "co2e_kg_per_day", "kg/day", Lower, |run| share(run.sums.bill.co2_kg, days(run));
    /// Energy at tank and battery.
    Energy = "energy_mj_per_day", "MJ/day", Lower, |run| share(run.sums.bill.energy_mj, days(run));
    /// Money for each tonne: vehicles, crews, kilometres, fuel.
    EurosPerTonne = "eur_per_t", "EUR/t", Lower, |run| share(run.sums.bill.eur, tonnes(run));
    /// Money on a day on which crews work.
    Euros = "eur_per_day", "EUR/day", Lower, |run| share(run.sums.bill.eur, days(run));
    /// Hours in queues at unloadings on a day on which crews work.
    Queue = "queue_h_per_day", "h/day", Lower, |run| share(run.sums.queue_h, days(run));
    /// Decisions that rest on a measurement or a count of the last day.
    Fresh = "fresh_decisions", "share", Higher, |run| share(f64_of(run.fresh), f64_of(run.decisions));
}

impl Kpi {
    /// The figure with a name.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kpi| kpi.key() == key)
    }
}

fn days(run: &Outcome) -> f64 {
    f64::from(run.collection_days)
}

fn vehicles(run: &Outcome) -> f64 {
    f64::from(run.sums.vehicles)
}

fn tonnes(run: &Outcome) -> f64 {
    run.sums.kg / 1000.0
}

/// A part of a whole; 0 of nothing.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn service(run: &Outcome) -> f64 {
    let services = run.emptyings + run.overflowing;
    let failed = run.overflowed + run.overflowing;
    1.0 - share(f64_of(failed), f64_of(services))
}

/// The level that a share of the emptyings did not exceed, to a hundredth.
fn fill_quantile(run: &Outcome, level: f64) -> f64 {
    let wanted = level * f64_of(run.emptyings);
    let mut seen = 0.0;
    for (bin, count) in run.fills.iter().enumerate() {
        seen += f64::from(*count);
        if seen >= wanted && seen > 0.0 {
            return f64_of_index(bin) / 100.0;
        }
    }
    0.0
}
