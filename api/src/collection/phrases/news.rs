//! What is new for a crew.

use std::collections::BTreeMap;

use simulator::collection::Route;
use simulator::collection::replan::{Crew, Difference};

use super::Phrases;
use super::faults::number;

impl Phrases<'_> {
    /// What is new for a crew, one sentence each; how much earlier or later it is at its other stops is
    /// one sentence for all of them. `route` is its route from now on.
    pub(crate) fn news(&self, crew: &Crew, route: Option<&Route>) -> Vec<String> {
        let Some(route) = route else {
            return self.given_away(crew);
        };
        let mut told = Vec::new();
        if crew.before.is_none() {
            told.extend(self.sets_out(route));
        }
        let (mut shifts, mut last) = (Vec::new(), None);
        for difference in &crew.differences {
            match *difference {
                Difference::Shifted { by, .. } => shifts.push(by),
                Difference::Added { stop, after } if after.is_some() && after == last => {
                    last = Some(stop);
                    told.push(self.filled("news.then", &[("stop", &self.stop(stop))]));
                }
                ref other => {
                    if let Difference::Added { stop, .. } = *other {
                        last = Some(stop);
                    }
                    told.push(self.difference(other, route.class));
                }
            }
        }
        told.extend(self.shifts(&shifts));
        told
    }

    fn sets_out(&self, route: &Route) -> Option<String> {
        let stops: usize = route.trips.iter().map(|trip| trip.stops.len()).sum();
        let values = [
            ("time", &*self.clock(route.timeline.begins()?)),
            ("stops", &self.words.count("count.stops", stops)),
        ];
        Some(self.filled("news.sets-out", &values))
    }

    /// What becomes of the stops of a vehicle that is out of service: how many each other one takes, and
    /// those that none does.
    fn given_away(&self, crew: &Crew) -> Vec<String> {
        let mut given: BTreeMap<u32, usize> = BTreeMap::new();
        let mut left = Vec::new();
        for difference in &crew.differences {
            match *difference {
                Difference::Dropped {
                    now_by: Some(route),
                    ..
                } => *given.entry(route).or_default() += 1,
                Difference::Dropped { stop, now_by: None } => {
                    left.push(self.filled("news.left", &[("stop", &self.stop(stop))]));
                }
                _ => {}
            }
        }
        let given = given.into_iter().map(|(route, count)| {
            let stops = self.words.count("count.stops", count);
            let values = [("stops", &*stops), ("vehicle", &self.route(route))];
            self.filled("news.given", &values)
        });
        let stays = self.words.get("news.stays").to_owned();
        std::iter::once(stays).chain(given).chain(left).collect()
    }

    fn difference(&self, difference: &Difference, class: u32) -> String {
        match *difference {
            Difference::Added { stop, after } => self.placed("news.added", stop, after),
            Difference::Reordered { stop, after } => self.placed("news.reordered", stop, after),
            Difference::Dropped { stop, now_by } => match now_by {
                Some(route) => {
                    let values = [("stop", &*self.stop(stop)), ("vehicle", &self.route(route))];
                    self.filled("news.moved", &values)
                }
                None => self.filled("news.dropped", &[("stop", &self.stop(stop))]),
            },
            Difference::Unloads { unloading, after } => match unloading {
                Some(unloading) => {
                    let values = [
                        ("place", &*self.unloading(unloading)),
                        ("after", &self.after(after)),
                    ];
                    self.filled("news.unloads", &values)
                }
                None => self.words.get("news.unloads-less").to_owned(),
            },
            Difference::Outfit { trip, outfit } => {
                let streams = self.outfit(class, outfit);
                self.filled(
                    "news.outfit",
                    &[("trip", &number(trip)), ("streams", &streams)],
                )
            }
            Difference::Begins { by } => self.filled("news.begins", &[("later", &self.later(by))]),
            Difference::Ends { by } => self.filled("news.ends", &[("later", &self.later(by))]),
            Difference::Break { place, from, until } => {
                let values = [
                    ("place", &*self.place(place)),
                    ("from", &self.clock(from)),
                    ("until", &self.clock(until)),
                ];
                self.filled("news.break", &values)
            }
            Difference::NoBreak { from } => {
                self.filled("news.no-break", &[("from", &self.clock(from))])
            }
            ref other => other.to_string(),
        }
    }

    fn placed(&self, key: &str, stop: u32, after: Option<u32>) -> String {
        let values = [("stop", &*self.stop(stop)), ("after", &self.after(after))];
        self.filled(key, &values)
    }

    fn after(&self, stop: Option<u32>) -> String {
        match stop {
            Some(stop) => self.filled("news.after", &[("stop", &self.stop(stop))]),
            None => self.words.get("news.first").to_owned(),
        }
    }

    fn later(&self, by: i32) -> String {
        let key = if by < 0 { "news.earlier" } else { "news.later" };
        self.filled(key, &[("time", &self.time(by.into()))])
    }

    /// What the compartments of an outfit take.
    fn outfit(&self, class: u32, outfit: u32) -> String {
        let class = self.problem.fleet().get(class as usize);
        let outfit = class.and_then(|class| class.outfits.get(outfit as usize));
        let occurs = |stream| {
            self.problem
                .stops()
                .iter()
                .any(|stop| stop.stream == stream)
        };
        let compartments = outfit.iter().flat_map(|outfit| &outfit.compartments);
        let streams = compartments.map(|one| {
            let streams = (0..16).filter(|&stream| one.takes.has(stream) && occurs(stream));
            let streams = streams.map(|stream| self.stream(stream));
            streams.collect::<Vec<_>>().join(" + ")
        });
        let streams = streams.filter(|streams: &String| !streams.is_empty());
        streams.collect::<Vec<_>>().join(" | ")
    }

    fn shifts(&self, shifts: &[i32]) -> Option<String> {
        let (first, last) = (shifts.iter().min()?, shifts.iter().max()?);
        let stops = self.words.count("count.stops", shifts.len());
        let span = if first == last {
            self.later(*last)
        } else {
            let values = [
                ("from", &*self.later(*first)),
                ("until", &self.later(*last)),
            ];
            self.filled("news.span", &values)
        };
        Some(self.filled("news.shifted", &[("stops", &stops), ("span", &span)]))
    }
}
