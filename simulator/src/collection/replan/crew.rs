//! What a crew is told when its day changes.

use super::disturbance::in_order;
use crate::collection::{Act, Event, Route};

/// What is new for the crew of a route.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Crew {
    /// The route of the new plan; `None` for a vehicle that is out of service or stays in.
    pub route: Option<u32>,
    /// The route of the plan before; `None` for a vehicle that sets out in addition.
    pub before: Option<u32>,
    /// What is new, in the order of the day.
    pub differences: Vec<Difference>,
}

/// One thing that is new for a crew. Stops and unloadings are those of the new problem, times ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Difference {
    /// It serves a stop that it did not.
    Added {
        /// The stop.
        stop: u32,
        /// The stop before it; `None` where it is the first.
        after: Option<u32>,
    },
    /// It does not serve a stop any more.
    Dropped {
        /// The stop.
        stop: u32,
        /// The route of the new plan that does; `None` where none does.
        now_by: Option<u32>,
    },
    /// It serves a stop after another one than before.
    Reordered {
        /// The stop.
        stop: u32,
        /// The stop before it; `None` where it is the first.
        after: Option<u32>,
    },
    /// It serves a stop earlier or later.
    Shifted {
        /// The stop.
        stop: u32,
        /// By so many ticks; less than 0 for earlier.
        by: i32,
    },
    /// It unloads at other unloadings, or after other stops, or not as often.
    Unloads {
        /// The first unloading that is not as before; `None` where it only unloads less often.
        unloading: Option<u32>,
        /// The last stop before it; `None` where none is, or where it only unloads less often.
        after: Option<u32>,
    },
    /// It uses its compartments otherwise on a trip.
    Outfit {
        /// The trip, counted from 0.
        trip: u32,
        /// The outfit, an index of the class'.
        outfit: u32,
    },
    /// It comes on duty earlier or later.
    Begins {
        /// By so many ticks; less than 0 for earlier.
        by: i32,
    },
    /// It takes a break that it did not, or at another time or place.
    Break {
        /// Where.
        place: u32,
        /// From when.
        from: i32,
        /// Until when.
        until: i32,
    },
    /// It does not take a break any more that it was to take.
    NoBreak {
        /// From when it was to be.
        from: i32,
    },
    /// It goes off duty earlier or later.
    Ends {
        /// By so many ticks; less than 0 for earlier.
        by: i32,
    },
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Added { stop, after } => {
                write!(f, "stop {stop} is new, {}", After(after))
            }
            Self::Dropped { stop, now_by } => match now_by {
                Some(route) => write!(f, "stop {stop} is now served by vehicle {route}"),
                None => write!(f, "stop {stop} is not served"),
            },
            Self::Reordered { stop, after } => write!(f, "stop {stop} comes {}", After(after)),
            Self::Shifted { stop, by } => write!(f, "stop {stop} {}", Later(by)),
            Self::Unloads { unloading, after } => match unloading {
                Some(unloading) => write!(f, "unloads at unloading {unloading}, {}", After(after)),
                None => f.write_str("unloads less often"),
            },
            Self::Outfit { trip, outfit } => write!(f, "outfit {outfit} on trip {trip}"),
            Self::Begins { by } => write!(f, "on duty {}", Later(by)),
            Self::Break { place, from, until } => {
                write!(f, "break at place {place} from {from} until {until}")
            }
            Self::NoBreak { from } => write!(f, "no break at {from}"),
            Self::Ends { by } => write!(f, "off duty {}", Later(by)),
        }
    }
}

struct After(Option<u32>);

impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(stop) => write!(f, "after stop {stop}"),
            None => f.write_str("first"),
        }
    }
}

struct Later(i32);

impl std::fmt::Display for Later {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = if self.0 < 0 { "earlier" } else { "later" };
        write!(f, "{} ticks {word}", self.0.unsigned_abs())
    }
}

/// What is new on a route. `now_by` says which route of the new plan serves a stop.
pub(super) fn differences(
    before: &Route,
    after: &Route,
    now_by: impl Fn(u32) -> Option<u32>,
) -> Vec<Difference> {
    let served: Vec<_> = in_order(&before.trips).collect();
    let serves: Vec<_> = in_order(&after.trips).collect();
    let at = |list: &[(u32, Option<u32>)], stop| list.iter().find(|one| one.0 == stop).copied();
    let mut found = Vec::new();
    for &(stop, _) in served.iter().filter(|one| at(&serves, one.0).is_none()) {
        let now_by = now_by(stop);
        found.push(Difference::Dropped { stop, now_by });
    }
    for &(stop, after) in &serves {
        match at(&served, stop) {
            None => found.push(Difference::Added { stop, after }),
            Some((_, before)) if before != after => {
                found.push(Difference::Reordered { stop, after });
            }
            Some(_) => {}
        }
    }
    found.extend(unloads(before, after));
    found.extend(outfits(before, after));
    let by = later(before.timeline.begins(), after.timeline.begins());
    found.extend(by.map(|by| Difference::Begins { by }));
    found.extend(shifts(before, after));
    found.extend(breaks(before, after));
    let by = later(before.timeline.ends(), after.timeline.ends());
    found.extend(by.map(|by| Difference::Ends { by }));
    found
}

fn later(before: Option<i32>, after: Option<i32>) -> Option<i32> {
    let by = before.zip(after).map(|(before, after)| after - before);
    by.filter(|&by| by != 0)
}

fn unloads(before: &Route, after: &Route) -> Option<Difference> {
    let (before, after) = (unloadings(before), unloadings(after));
    let same = before.iter().zip(&after);
    let same = same.take_while(|(one, other)| one == other).count();
    let next = after.get(same);
    (before != after).then(|| Difference::Unloads {
        unloading: next.map(|next| next.1),
        after: next.and_then(|next| next.0),
    })
}

/// The unloadings of a route, each with the last stop before it.
fn unloadings(route: &Route) -> Vec<(Option<u32>, u32)> {
    let mut last = None;
    let mut found = Vec::new();
    for trip in &route.trips {
        last = trip.stops.last().copied().or(last);
        found.extend(trip.unloadings.iter().map(|&unloading| (last, unloading)));
    }
    found
}

/// The trips that have another outfit than the one with the same number had, and those that are new.
fn outfits(before: &Route, after: &Route) -> Vec<Difference> {
    let each = (0..).zip(&after.trips).filter_map(|(index, trip)| {
        let old = before.trips.get(index as usize);
        let is_new = old.is_none_or(|old| old.outfit != trip.outfit);
        is_new.then_some(Difference::Outfit {
            trip: index,
            outfit: trip.outfit,
        })
    });
    each.collect()
}

fn shifts(before: &Route, after: &Route) -> Vec<Difference> {
    let starts: Vec<_> = serves(before).collect();
    let shifted = serves(after).filter_map(|(stop, from)| {
        let (_, earlier) = starts.iter().find(|one| one.0 == stop)?;
        let by = from - earlier;
        (by != 0).then_some(Difference::Shifted { stop, by })
    });
    shifted.collect()
}

fn serves(route: &Route) -> impl Iterator<Item = (u32, i32)> {
    route.timeline.0.iter().filter_map(|event| match event.act {
        Act::Serve(stop) => Some((stop, event.from)),
        _ => None,
    })
}

fn breaks(before: &Route, after: &Route) -> Vec<Difference> {
    let list = |route: &Route| -> Vec<Event> {
        let events = route.timeline.0.iter();
        events
            .filter(|event| event.act == Act::Break)
            .copied()
            .collect()
    };
    let (before, after) = (list(before), list(after));
    let gone = before.iter().filter(|one| !after.contains(one));
    let gone = gone.map(|one| Difference::NoBreak { from: one.from });
    let new = after.iter().filter(|one| !before.contains(one));
    let new = new.map(|one| Difference::Break {
        place: one.place,
        from: one.from,
        until: one.until,
    });
    gone.chain(new).collect()
}
