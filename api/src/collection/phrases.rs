//! What is said of a saved day: places, vehicles and stops as people call them, times, amounts and money
//! in the words of a language.

mod faults;
mod help;
mod news;
#[cfg(test)]
mod tests;
mod why;

use simulator::collection::Problem;
use simulator::collection::day::DayNames;
use simulator::collection::explain::Measure;
use simulator::collection::saved::{NamedVehicle, SavedDay};
use twin_core::Stream;

use super::Words;

/// Ticks of a day's problem in a second.
const TICKS_PER_S: i32 = 10;

/// What is said of a day, in one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phrases<'a> {
    /// The words.
    pub(crate) words: &'a Words,
    /// What the numbers of the problem mean.
    pub(crate) names: &'a DayNames,
    /// The problem.
    pub(crate) problem: &'a Problem,
    /// The vehicles of the plan's routes.
    pub(crate) vehicles: &'a [NamedVehicle],
}

impl<'a> Phrases<'a> {
    /// What is said of a day whose vehicles are named.
    pub(crate) fn new(words: &'a Words, day: &'a SavedDay, vehicles: &'a [NamedVehicle]) -> Self {
        Self {
            words,
            names: &day.names,
            problem: &day.problem,
            vehicles,
        }
    }

    /// A place, with its commune where its name does not begin with that.
    pub(crate) fn place(&self, place: u32) -> String {
        let Some(place) = self.names.places.get(place as usize) else {
            return place.to_string();
        };
        with_commune(&place.name, place.commune.as_deref())
    }

    /// The place of a stop.
    pub(crate) fn site(&self, stop: u32) -> String {
        let stop = self.names.stops.get(stop as usize);
        stop.map_or_else(String::new, |stop| self.place(stop.place))
    }

    /// A stop: where it is, and of which stream.
    pub(crate) fn stop(&self, stop: u32) -> String {
        let stream = self.names.stops.get(stop as usize);
        let stream = stream.map_or_else(String::new, |stop| self.words.stream(stop.stream));
        let stream = stream.to_lowercase();
        self.filled(
            "say.stop",
            &[("place", &self.site(stop)), ("stream", &stream)],
        )
    }

    /// The place of an unloading.
    pub(crate) fn unloading(&self, unloading: u32) -> String {
        let unloading = self.problem.unloadings().get(unloading as usize);
        unloading.map_or_else(String::new, |unloading| self.place(unloading.place))
    }

    /// A class of vehicles.
    pub(crate) fn class(&self, class: u32) -> String {
        let class = self.problem.fleet().get(class as usize);
        class.map_or_else(String::new, |class| {
            self.words.class(&class.name).to_lowercase()
        })
    }

    /// A vehicle by its route, or another one of a class.
    pub(crate) fn vehicle(&self, route: Option<u32>, class: u32) -> String {
        match route {
            Some(route) => self.route(route),
            None => self.filled("say.another", &[("class", &self.class(class))]),
        }
    }

    /// The vehicle of a route.
    pub(crate) fn route(&self, route: u32) -> String {
        let vehicle = self.vehicles.get(route as usize);
        vehicle.map_or_else(
            || (u64::from(route) + 1).to_string(),
            |vehicle| self.named(vehicle),
        )
    }

    /// A vehicle.
    pub(crate) fn named(&self, vehicle: &NamedVehicle) -> String {
        let class = self.words.class(&vehicle.class).to_lowercase();
        format!("{class} {}", vehicle.number)
    }

    /// A stream of the problem.
    pub(crate) fn stream(&self, stream: u8) -> String {
        let stream = Stream::ALL.get(usize::from(stream)).copied();
        let stream = stream.unwrap_or(Stream::Unknown);
        self.words.stream(stream).to_lowercase()
    }

    /// How long something takes: to the minute, to the second below one; rounded up, so that what it is
    /// said of is enough.
    pub(crate) fn time(&self, ticks: i64) -> String {
        let seconds = ticks
            .unsigned_abs()
            .div_ceil(TICKS_PER_S.unsigned_abs().into());
        let minutes = seconds.div_ceil(60);
        if seconds < 60 {
            self.filled("say.seconds", &[("n", &seconds.to_string())])
        } else if minutes < 60 {
            self.filled("say.minutes", &[("n", &minutes.to_string())])
        } else {
            let (h, m) = ((minutes / 60).to_string(), format!("{:02}", minutes % 60));
            self.filled("say.hours", &[("h", &h), ("m", &m)])
        }
    }

    /// What the clock shows at a tick.
    pub(crate) fn clock(&self, tick: i32) -> String {
        let minutes = tick.max(0) / (60 * TICKS_PER_S);
        let (h, m) = (minutes / 60 % 24, minutes % 60);
        let (h, m) = (format!("{h:02}"), format!("{m:02}"));
        self.filled("clock", &[("h", &h), ("m", &m)])
    }

    /// Money, in millionths of a euro.
    pub(crate) fn money(&self, cost: i64) -> String {
        let sign = if cost < 0 { "−" } else { "" };
        let euros = self.words.number(cost.unsigned_abs() as f64 / 1e6, 2);
        self.filled("say.money", &[("n", &format!("{sign}{euros}"))])
    }

    /// The same with its sign.
    pub(crate) fn signed_money(&self, cost: i64) -> String {
        let sign = if cost > 0 { "+" } else { "" };
        format!("{sign}{}", self.money(cost))
    }

    /// So much of what a vehicle has only so much of.
    pub(crate) fn room(&self, measure: Measure, by: u64) -> String {
        match measure {
            Measure::Payload => self.filled("say.payload", &[("mass", &self.words.mass(by))]),
            Measure::Compartment(index) => {
                let values = [
                    ("volume", &*self.volume(by)),
                    ("n", &(u64::from(index) + 1).to_string()),
                ];
                self.filled("say.compartment", &values)
            }
        }
    }

    /// Litres below a cubic metre, cubic metres above.
    fn volume(&self, litres: u64) -> String {
        if litres < 1000 {
            self.filled("say.litres", &[("n", &litres.to_string())])
        } else {
            let m3 = self.words.number(litres as f64 / 1000.0, 1);
            self.filled("say.m3", &[("n", &m3)])
        }
    }

    /// The words of a key, with values at their places.
    pub(crate) fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.words.filled(key, values)
    }
}

/// A name with its commune, where it does not begin with that.
pub(crate) fn with_commune(name: &str, commune: Option<&str>) -> String {
    match commune {
        Some(commune) if !name.starts_with(commune) => format!("{name}, {commune}"),
        _ => name.to_owned(),
    }
}
