//! Why a stop is not served.

use super::obstacle::ticks;
use super::{Obstacle, RoomShort, Spot, TimeShort};
use crate::collection::draft::{
    Candidate, Draft, Over, candidates, index, overs, prize, way_missing,
};
use crate::collection::schedule::{Goal, Misfit, schedule};
use crate::collection::{Plan, Problem, VehicleClass};
use crate::error::SimResult;
use crate::numbers::indexed;

/// Why a stop is not served.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unserved {
    /// The stop.
    pub stop: u32,
    /// The least that is in the way.
    pub reason: Obstacle,
    /// What is in the way of each class, in the fleet's order.
    pub classes: Vec<ClassObstacle>,
}

/// What keeps the vehicles of a class from serving a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClassObstacle {
    /// The class.
    pub class: u32,
    /// The least that is in its way.
    pub obstacle: Obstacle,
}

impl std::fmt::Display for Unserved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "stop {} is not served: {}", self.stop, self.reason)
    }
}

/// Says why a plan does not serve a stop: what is the least that is in the way, and what is for each
/// class. Every spot of the plan is tried; routes that break a rule as they are take nothing more.
///
/// Refuses a stop that there is not, and a plan that names what the problem does not have. Where the
/// plan does serve the stop, the answer is that for the plan without it.
///
/// ```
/// use simulator::collection::explain::{Obstacle, unserved};
/// use simulator::collection::{Need, Plan, Plane, Problem, ProblemParts, Rounding, Stop, Travel};
///
/// # fn main() -> simulator::SimResult<()> {
/// let problem = Problem::new(ProblemParts {
///     travels: vec![Travel::Plane(Plane {
///         points: vec![[0.0, 0.0]],
///         scale: 1.0,
///         rounding: Rounding::Nearest,
///     })],
///     stops: vec![Stop {
///         place: 0,
///         stream: 0,
///         volume: 1,
///         mass: 1,
///         service: 60,
///         windows: vec![],
///         release: 0,
///         need: Need::Required,
///         classes: u64::MAX,
///     }],
///     ..ProblemParts::default()
/// })?;
/// let told = unserved(&problem, &Plan::default(), 0)?;
/// assert_eq!(told.reason, Obstacle::FleetEmpty);
/// assert_eq!(told.to_string(), "stop 0 is not served: the fleet is empty");
/// # Ok(())
/// # }
/// ```
pub fn unserved(problem: &Problem, plan: &Plan, stop: u32) -> SimResult<Unserved> {
    index("stop", stop, problem.stops().len())?;
    let mut draft = Draft::new(problem, plan)?.without(stop);
    let each = indexed(problem.fleet()).map(|(class, of_class)| ClassObstacle {
        class,
        obstacle: of_one(&mut draft, class, of_class, stop),
    });
    let classes: Vec<_> = each.collect();
    let is_empty = problem.fleet().iter().all(|class| class.count == 0);
    let least = classes.iter().min_by_key(|class| class.obstacle.rank());
    let reason = match least {
        Some(least) if !is_empty => least.obstacle,
        _ => Obstacle::FleetEmpty,
    };
    Ok(Unserved {
        stop,
        reason,
        classes,
    })
}

fn of_one(draft: &mut Draft<'_>, class: u32, of_class: &VehicleClass, stop: u32) -> Obstacle {
    let Some(of_stop) = draft.problem.stops().get(stop as usize) else {
        return Obstacle::NotAllowed;
    };
    if of_stop.classes.checked_shr(class).unwrap_or(0) & 1 == 0 {
        return Obstacle::NotAllowed;
    }
    if of_class.count == 0 {
        return Obstacle::NoVehicle;
    }
    if let Some(spot) = at_best(draft, class, stop) {
        return spot;
    }
    let alone = alone(draft.problem, class, of_class, stop);
    alone.unwrap_or_else(|| crowded(draft, class, stop))
}

/// What is in the way of a vehicle that has nothing else to do.
fn alone(problem: &Problem, class: u32, of_class: &VehicleClass, stop: u32) -> Option<Obstacle> {
    let stream = problem.stops().get(stop as usize)?.stream;
    let is_taken = of_class.outfits.iter().any(|outfit| {
        let mut takes = outfit.compartments.iter().map(|one| one.takes);
        takes.any(|takes| takes.has(stream))
    });
    if !is_taken {
        return Some(Obstacle::StreamNotTaken { stream });
    }
    let spots = candidates(problem, class, &[], stop);
    if spots.is_empty() {
        return Some(no_spot(problem, of_class, stream));
    }
    let mut least: Option<Obstacle> = None;
    for candidate in &spots {
        let obstacle = alone_at(problem, class, candidate)?;
        if least.is_none_or(|least| obstacle.rank() < least.rank()) {
            least = Some(obstacle);
        }
    }
    least
}

/// A vehicle under way keeps its outfit; any other has a spot unless it cannot unload.
fn no_spot(problem: &Problem, of_class: &VehicleClass, stream: u8) -> Obstacle {
    let unloadings = of_class.unloadings.iter();
    let mut unloadings = unloadings.filter_map(|&one| problem.unloadings().get(one as usize));
    let can_unload = unloadings.any(|unloading| unloading.streams.has(stream));
    if can_unload || !of_class.unload_at_end {
        Obstacle::StreamNotTaken { stream }
    } else {
        Obstacle::NoUnloading { stream }
    }
}

fn alone_at(problem: &Problem, class: u32, candidate: &Candidate) -> Option<Obstacle> {
    if let Some(over) = worst(overs(problem, class, &candidate.trips())) {
        return Some(Obstacle::TooLarge {
            outfit: over.outfit,
            measure: over.measure,
            by: over.by,
        });
    }
    if let Some((from, to)) = way_missing(problem, class, &candidate.trips()) {
        return Some(Obstacle::Unreachable { from, to });
    }
    match schedule(problem, class, &candidate.trips()) {
        Ok(_) => None,
        Err(Misfit::WindowMissed {
            goal: Goal::Stop(_),
            by,
            ..
        }) => Some(Obstacle::WindowMissed { by }),
        Err(misfit) => Some(Obstacle::NoTimeAlone { misfit }),
    }
}

fn worst(overs: Vec<Over>) -> Option<Over> {
    overs.into_iter().max_by_key(|over| over.by)
}

/// What is in the way at the best of the spots where nothing but money can be.
fn at_best(draft: &mut Draft<'_>, class: u32, stop: u32) -> Option<Obstacle> {
    let mut best: Option<(i64, Spot)> = None;
    for route in draft.vehicles(class) {
        if let Some((cost, candidate)) = draft.cheapest(route, class, stop)
            && best.is_none_or(|(least, _)| cost < least)
        {
            best = Some((cost, candidate.spot));
        }
    }
    let (cost, spot) = best?;
    Some(match prize(draft.problem, stop) {
        Some(prize) if cost >= prize => Obstacle::PrizeTooLow { prize, cost, spot },
        _ => Obstacle::Nothing { cost, spot },
    })
}

/// What is lacking at a spot.
#[derive(Clone, Copy, Default)]
struct Lack {
    time: Option<TimeShort>,
    room: Option<RoomShort>,
}

/// The least that is lacking: of time alone, of room alone, and of both at once.
#[derive(Default)]
struct Least {
    time: Option<TimeShort>,
    room: Option<RoomShort>,
    both: Lack,
}

/// What is in the way on the plan's vehicles.
fn crowded(draft: &Draft<'_>, class: u32, stop: u32) -> Obstacle {
    let mut least = Least::default();
    for route in draft.vehicles(class) {
        for candidate in draft.candidates(route, class, stop) {
            least.add(lack(draft.problem, class, &candidate));
        }
    }
    let is_both = least.time.is_none() && least.room.is_none();
    let told = if is_both {
        least.both
    } else {
        Lack {
            time: least.time,
            room: least.room,
        }
    };
    Obstacle::Crowded {
        time: told.time,
        room: told.room,
        is_both: is_both && told.time.is_some(),
    }
}

fn lack(problem: &Problem, class: u32, candidate: &Candidate) -> Lack {
    let spot = candidate.spot;
    let over = worst(overs(problem, class, &candidate.trips()));
    let misfit = match way_missing(problem, class, &candidate.trips()) {
        Some((from, to)) => Some(Misfit::Unreachable {
            trip: spot.trip,
            goal: Goal::End,
            from,
            to,
        }),
        None => schedule(problem, class, &candidate.trips()).err(),
    };
    Lack {
        time: misfit.map(|misfit| TimeShort { spot, misfit }),
        room: over.map(|over| RoomShort {
            spot,
            outfit: over.outfit,
            measure: over.measure,
            by: over.by,
        }),
    }
}

impl Least {
    fn add(&mut self, lack: Lack) {
        let ticks = |time: &Option<TimeShort>| time.map_or(i64::MAX, |time| ticks(&time.misfit));
        let room = |room: &Option<RoomShort>| room.map_or(u64::MAX, |room| room.by);
        let is_first = |time: &Option<TimeShort>| time.is_none();
        match (lack.time, lack.room) {
            (Some(_), None) => {
                if is_first(&self.time) || ticks(&lack.time) < ticks(&self.time) {
                    self.time = lack.time;
                }
            }
            (None, Some(_)) => {
                if self.room.is_none() || room(&lack.room) < room(&self.room) {
                    self.room = lack.room;
                }
            }
            _ => {
                let key = |lack: &Lack| (ticks(&lack.time), room(&lack.room));
                if is_first(&self.both.time) || key(&lack) < key(&self.both) {
                    self.both = lack;
                }
            }
        }
    }
}
