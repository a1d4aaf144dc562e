//! How much longer a crew's day would have to be.

use super::Change;
use crate::collection::Problem;
use crate::collection::draft::{Candidate, Draft, overs, way_missing};
use crate::collection::schedule::{Misfit, schedule};

/// The least that a day would have to be longer. What [`schedule`] says is missing is enough, but it may
/// be too much: a crew whose shift ends later may also begin later.
pub(super) fn longer(
    problem: &Problem,
    route: Option<u32>,
    class: u32,
    spots: &[Candidate],
) -> Option<Change> {
    let fits = |spot: &&Candidate| {
        overs(problem, class, &spot.trips()).is_empty()
            && way_missing(problem, class, &spot.trips()).is_none()
    };
    let spots: Vec<_> = spots.iter().filter(fits).collect();
    let excesses =
        spots.iter().filter_map(
            |spot| match schedule(problem, class, &spot.trips()).err()? {
                Misfit::DayTooLong {
                    after_shift,
                    over_duration,
                } => Some((after_shift, over_duration)),
                _ => None,
            },
        );
    let least = excesses.min_by_key(|&(end, duty)| (end.max(duty), end, duty));
    let (end, duty) = least.filter(|&(end, duty)| end > 0 || duty > 0)?;
    let end = least_of(end, |end| is_enough(problem, class, &spots, (end, duty)));
    let duty = least_of(duty, |duty| is_enough(problem, class, &spots, (end, duty)));
    Some(Change::LongerDay {
        route,
        class,
        later_end: end,
        longer_duty: duty,
    })
}

/// The least number that is enough, where one is known to be. Mostly that one is.
fn least_of(known: i32, is_enough: impl Fn(i32) -> bool) -> i32 {
    if known == 0 || !is_enough(known - 1) {
        return known;
    }
    let (mut too_little, mut enough) = (-1, known - 1);
    while enough - too_little > 1 {
        let middle = too_little + (enough - too_little) / 2;
        if is_enough(middle) {
            enough = middle;
        } else {
            too_little = middle;
        }
    }
    enough
}

fn is_enough(
    problem: &Problem,
    class: u32,
    spots: &[&Candidate],
    (later_end, longer_duty): (i32, i32),
) -> bool {
    let mut parts = problem.clone().into_parts();
    if let Some(class) = parts.fleet.get_mut(class as usize) {
        class.shift.close = class.shift.close.saturating_add(later_end);
        class.max_duration = class.max_duration.saturating_add(longer_duty);
    }
    let Ok(problem) = Problem::new(parts) else {
        return false;
    };
    let mut draft = Draft::empty(&problem);
    let mut spots = spots.iter();
    spots.any(|spot| draft.cost_of_time(class, &spot.trips()).is_some())
}
