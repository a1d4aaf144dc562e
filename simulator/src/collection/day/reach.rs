//! From a day to its problem: the ways are put in, and what they do not reach is taken out.

use super::{Day, DayPlace, DayStop};
use crate::collection::{Problem, ProblemParts, Stop, Travel, UNREACHABLE, VehicleClass};
use crate::error::{SimError, SimResult};

/// The problem of a day, and what its numbers mean.
#[derive(Clone, Debug)]
pub struct DayProblem {
    /// The problem.
    pub problem: Problem,
    /// What each of its stops is.
    pub stops: Vec<DayStop>,
    /// What each of its places is.
    pub places: Vec<DayPlace>,
    /// The stops that no class comes to and brings away from, which the problem therefore lacks.
    pub unreachable: Vec<DayStop>,
}

impl Day {
    /// Puts in the ways, one travel for each of the day's [profiles](Day::profiles). A stop is left to
    /// the classes that come to it from their depot and on to an unloading and home; without any, it is
    /// told as unreachable.
    ///
    /// # Errors
    /// [`SimError::StateMismatch`] for another number of travels, or of places in one, than the day
    /// has.
    pub fn problem(self, travels: Vec<Travel>) -> SimResult<DayProblem> {
        check("travels", self.profiles.len(), travels.len())?;
        for travel in &travels {
            check("places", self.places.len(), travel.places())?;
        }
        let mut parts = ProblemParts {
            travels,
            stops: Vec::new(),
            ..self.parts.clone()
        };
        let (mut stops, mut unreachable) = (Vec::new(), Vec::new());
        for (stop, origin) in self.parts.stops.into_iter().zip(self.stops) {
            let classes = reaching(&parts, &stop);
            if classes == 0 {
                unreachable.push(origin);
            } else {
                parts.stops.push(Stop { classes, ..stop });
                stops.push(origin);
            }
        }
        Ok(DayProblem {
            problem: Problem::new(parts)?,
            stops,
            places: self.places,
            unreachable,
        })
    }
}

fn check(what: &'static str, expected: usize, found: usize) -> SimResult<()> {
    if expected == found {
        return Ok(());
    }
    Err(SimError::StateMismatch {
        what,
        expected,
        found,
    })
}

/// Those of a stop's classes that reach it.
fn reaching(parts: &ProblemParts, stop: &Stop) -> u64 {
    let numbered = (0_u32..).zip(&parts.fleet);
    let able = numbered.filter(|&(number, class)| {
        stop.classes >> number & 1 == 1 && is_reached(parts, class, stop)
    });
    able.fold(0, |mask, (number, _)| mask | 1 << number)
}

fn is_reached(parts: &ProblemParts, class: &VehicleClass, stop: &Stop) -> bool {
    let Some(travel) = parts.travels.get(class.travel as usize) else {
        return false;
    };
    let is_way = |from, to| travel.duration(from, to) != UNREACHABLE;
    let unloadings = class.unloadings.iter();
    let mut unloadings = unloadings.filter_map(|&number| parts.unloadings.get(number as usize));
    is_way(class.start, stop.place)
        && unloadings.any(|unloading| {
            unloading.streams.has(stop.stream)
                && is_way(stop.place, unloading.place)
                && is_way(unloading.place, class.end)
        })
}
