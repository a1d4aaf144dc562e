//! A problem with one change.

use super::Measure;
use crate::collection::draft::index;
use crate::collection::{Plan, Problem, ProblemParts, VehicleClass, Window};
use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;

/// One change of a problem. What concerns a vehicle concerns that of one `route` of the plan alone, or
/// one vehicle of the `class` that has no route yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// A crew may work longer. What is beyond its normal duration is overtime, and paid so.
    LongerDay {
        /// The route of its vehicle.
        route: Option<u32>,
        /// The class of its vehicle.
        class: u32,
        /// How much later the shift ends, in ticks.
        later_end: i32,
        /// How much longer a crew may be on duty, in ticks.
        longer_duty: i32,
    },
    /// An outfit of a vehicle holds more.
    MoreRoom {
        /// The route of the vehicle.
        route: Option<u32>,
        /// The class of the vehicle.
        class: u32,
        /// Its outfit.
        outfit: u32,
        /// What it has more of.
        measure: Measure,
        /// How much more.
        by: u32,
    },
    /// Serving a stop may start earlier or later.
    WiderWindow {
        /// The stop.
        stop: u32,
        /// Which of its windows.
        window: u32,
        /// How much earlier it opens, in ticks.
        earlier: i32,
        /// How much later it closes, in ticks.
        later: i32,
    },
    /// A vehicle may make a trip more.
    OneMoreTrip {
        /// The route of the vehicle.
        route: Option<u32>,
        /// The class of the vehicle.
        class: u32,
    },
    /// There is one vehicle more of a class.
    OneMoreVehicle {
        /// The class.
        class: u32,
    },
    /// A class may serve a stop.
    Allowed {
        /// The stop.
        stop: u32,
        /// The class.
        class: u32,
    },
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::LongerDay {
                route,
                class,
                later_end,
                longer_duty,
            } => {
                match (later_end, longer_duty) {
                    (0, duty) => write!(f, "{duty} ticks more on duty")?,
                    (end, 0) => write!(f, "a shift that ends {end} ticks later")?,
                    (end, duty) => write!(
                        f,
                        "{duty} ticks more on duty and a shift that ends {end} ticks later"
                    )?,
                }
                vehicle(f, route, class)
            }
            Self::MoreRoom {
                route,
                class,
                outfit,
                measure,
                by,
            } => {
                write!(f, "{by} more in {measure} of outfit {outfit}")?;
                vehicle(f, route, class)
            }
            Self::WiderWindow {
                stop,
                window,
                earlier,
                later,
            } => write!(
                f,
                "window {window} of stop {stop} from {earlier} ticks earlier until {later} later"
            ),
            Self::OneMoreTrip { route, class } => {
                f.write_str("one trip more")?;
                vehicle(f, route, class)
            }
            Self::OneMoreVehicle { class } => write!(f, "one vehicle more of class {class}"),
            Self::Allowed { stop, class } => {
                write!(f, "vehicles of class {class} allowed at stop {stop}")
            }
        }
    }
}

fn vehicle(f: &mut std::fmt::Formatter<'_>, route: Option<u32>, class: u32) -> std::fmt::Result {
    match route {
        Some(route) => write!(f, " on vehicle {route}"),
        None => write!(f, " on another vehicle of class {class}"),
    }
}

/// A problem with a change, and the plan in it.
#[derive(Clone, Debug)]
pub struct Relaxed {
    /// The changed problem. A vehicle that is changed alone has a class of its own behind the others,
    /// unless there are 64 already: then its whole class is changed.
    pub problem: Problem,
    /// The plan, with that class.
    pub plan: Plan,
    /// The class of the vehicle that is changed, or allowed, or more; `None` where it is the stop.
    pub class: Option<u32>,
}

/// Makes a change to a problem, and fits a plan to it.
///
/// Refuses a change that leads nowhere, or beyond what a problem can have.
pub fn relax(problem: &Problem, plan: &Plan, change: &Change) -> SimResult<Relaxed> {
    let mut parts = problem.clone().into_parts();
    let mut plan = plan.clone();
    let class = match *change {
        Change::WiderWindow {
            stop,
            window,
            earlier,
            later,
        } => {
            widen(&mut parts, stop, window, (earlier, later))?;
            None
        }
        Change::Allowed { stop, class } => {
            index("stop", stop, parts.stops.len())?;
            index("vehicle class", class, parts.fleet.len())?;
            parts.stops[stop as usize].classes |= 1_u64.checked_shl(class).unwrap_or(0);
            Some(class)
        }
        Change::OneMoreVehicle { class } => {
            index("vehicle class", class, parts.fleet.len())?;
            let of_class = &mut parts.fleet[class as usize];
            of_class.count = of_class.count.saturating_add(1);
            Some(class)
        }
        Change::LongerDay { route, class, .. }
        | Change::MoreRoom { route, class, .. }
        | Change::OneMoreTrip { route, class } => {
            let own = single_out(&mut parts, &mut plan, route, class)?;
            change_class(&mut parts.fleet[own as usize], change)?;
            Some(own)
        }
    };
    Ok(Relaxed {
        problem: Problem::new(parts)?,
        plan,
        class,
    })
}

fn widen(
    parts: &mut ProblemParts,
    stop: u32,
    window: u32,
    (earlier, later): (i32, i32),
) -> SimResult<()> {
    index("stop", stop, parts.stops.len())?;
    let windows = &mut parts.stops[stop as usize].windows;
    index("window", window, windows.len())?;
    let window: &mut Window = &mut windows[window as usize];
    window.open = window.open.saturating_sub(earlier);
    window.close = window.close.saturating_add(later);
    Ok(())
}

/// Gives one vehicle a class of its own.
fn single_out(
    parts: &mut ProblemParts,
    plan: &mut Plan,
    route: Option<u32>,
    class: u32,
) -> SimResult<u32> {
    index("vehicle class", class, parts.fleet.len())?;
    if let Some(route) = route {
        index("route", route, plan.routes.len())?;
    }
    let is_full = parts.fleet.len() >= 64;
    let of_class = &mut parts.fleet[class as usize];
    if of_class.count <= 1 || is_full {
        return Ok(class);
    }
    of_class.count -= 1;
    let own = VehicleClass {
        count: 1,
        ..of_class.clone()
    };
    let added = index_u32(parts.fleet.len());
    parts.fleet.push(own);
    for stop in &mut parts.stops {
        stop.classes = with_class(stop.classes, class, added);
    }
    if let Some(route) = route {
        plan.routes[route as usize].class = added;
    }
    Ok(added)
}

/// Allows a class where another is allowed, and only there.
pub(in crate::collection) fn with_class(classes: u64, like: u32, added: u32) -> u64 {
    let bit = |class: u32| 1_u64.checked_shl(class).unwrap_or(0);
    if classes & bit(like) == 0 {
        classes & !bit(added)
    } else {
        classes | bit(added)
    }
}

fn change_class(class: &mut VehicleClass, change: &Change) -> SimResult<()> {
    match *change {
        Change::LongerDay {
            later_end,
            longer_duty,
            ..
        } => {
            class.shift.close = class.shift.close.saturating_add(later_end);
            class.max_duration = class.max_duration.saturating_add(longer_duty);
        }
        Change::MoreRoom {
            outfit,
            measure,
            by,
            ..
        } => {
            index("outfit", outfit, class.outfits.len())?;
            let outfit = &mut class.outfits[outfit as usize];
            let limit = match measure {
                Measure::Payload => &mut outfit.payload,
                Measure::Compartment(compartment) => {
                    index("compartment", compartment, outfit.compartments.len())?;
                    &mut outfit.compartments[compartment as usize].volume
                }
            };
            *limit = limit.checked_add(by).ok_or(SimError::TooLarge {
                what: "units of room",
                count: by as usize,
                limit: 1_000_000_000,
            })?;
        }
        Change::OneMoreTrip { .. } => class.max_trips = class.max_trips.saturating_add(1),
        Change::WiderWindow { .. } | Change::OneMoreVehicle { .. } | Change::Allowed { .. } => {}
    }
    Ok(())
}
