//! Which one change of a problem would let a stop be served, and at what cost.

mod day;
mod window;

use super::relaxed::{Change, Relaxed, relax};
use super::{Measure, Spot};
use crate::collection::check::{Bill, Violation, check};
use crate::collection::draft::{Candidate, Draft, Over, index, overs};
use crate::collection::{Plan, Problem};
use crate::error::SimResult;
use crate::numbers::index_u32;

/// A change that lets a stop be served.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Relaxation {
    /// The change. No smaller one of its kind does on the same vehicle, as long as the other stops stay
    /// where they are; of a longer day, neither number can be smaller by itself.
    pub change: Change,
    /// The cheapest spot that it opens. Its `class` is that of the changed problem.
    pub spot: Spot,
    /// What the plan then costs more, in units of cost, without the prize that it no longer misses.
    pub extra_cost: i64,
    /// The plan of the changed problem, with the stop served.
    pub plan: Plan,
}

impl std::fmt::Display for Relaxation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, for {}, {}", self.change, self.extra_cost, self.spot)
    }
}

/// The changes of a problem of which each by itself lets a stop be served by the plan, the cheapest
/// first. For each vehicle: a longer day, more payload, more volume, one trip more; for the stop: a
/// window that opens earlier or closes later; for each class: one vehicle more, or being allowed. Each
/// was made, and what it leads to found good by [`check`]. None where the stop can be served as it is.
///
/// Refuses a stop that there is not, and a plan that names what the problem does not have.
pub fn relaxations(problem: &Problem, plan: &Plan, stop: u32) -> SimResult<Vec<Relaxation>> {
    index("stop", stop, problem.stops().len())?;
    let mut draft = Draft::new(problem, plan)?.without(stop);
    if draft.cheapest_anywhere(stop).is_some() {
        return Ok(Vec::new());
    }
    let before = Before::new(problem, draft.plan());
    let mut changes = Vec::new();
    for class in 0..index_u32(problem.fleet().len()) {
        changes.extend(of_class(&mut draft, class, stop));
    }
    changes.extend(window::changes(&mut draft, stop));
    let found = changes
        .iter()
        .filter_map(|change| before.serve(change, stop));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|relaxation| relaxation.extra_cost);
    Ok(found)
}

/// What could help on the vehicles of a class.
fn of_class(draft: &mut Draft<'_>, class: u32, stop: u32) -> Vec<Change> {
    let fleet = draft.problem.fleet();
    let classes = draft.problem.stops().get(stop as usize);
    let classes = classes.map_or(0, |stop| stop.classes);
    if classes.checked_shr(class).unwrap_or(0) & 1 == 0 {
        return vec![Change::Allowed { stop, class }];
    }
    let mut changes = Vec::new();
    for route in draft.vehicles(class) {
        let spots = draft.candidates(route, class, stop);
        changes.extend(day::longer(draft.problem, route, class, &spots));
        changes.extend(more_room(draft, route, class, &spots));
        let trips = route.and_then(|route| draft.routes.get(route as usize));
        let trips = trips.map_or(0, |route| route.trips.len());
        if trips >= fleet[class as usize].max_trips as usize {
            changes.push(Change::OneMoreTrip { route, class });
        }
    }
    let can_be_more = fleet[class as usize].begun.is_none();
    if can_be_more && draft.spare(class) == 0 {
        changes.push(Change::OneMoreVehicle { class });
    }
    changes
}

/// The least that is lacking in payload, and in a compartment, where nothing else is lacking.
fn more_room(
    draft: &mut Draft<'_>,
    route: Option<u32>,
    class: u32,
    spots: &[Candidate],
) -> Vec<Change> {
    let mut least: [Option<Over>; 2] = [None, None];
    for spot in spots {
        let lacking = overs(draft.problem, class, &spot.trips());
        let [over] = lacking[..] else {
            continue;
        };
        let slot = &mut least[usize::from(over.measure != Measure::Payload)];
        let is_less = slot.is_none_or(|least| over.by < least.by);
        if is_less && draft.cost_of_time(class, &spot.trips()).is_some() {
            *slot = Some(over);
        }
    }
    let changes = least.into_iter().flatten().filter_map(|over| {
        Some(Change::MoreRoom {
            route,
            class,
            outfit: over.outfit,
            measure: over.measure,
            by: u32::try_from(over.by).ok()?,
        })
    });
    changes.collect()
}

/// The plan without the stop, and what the checker says of it.
struct Before<'p> {
    problem: &'p Problem,
    plan: Plan,
    bill: Bill,
    violations: Vec<Violation>,
}

impl<'p> Before<'p> {
    fn new(problem: &'p Problem, plan: Plan) -> Self {
        let verdict = check(problem, &plan);
        Self {
            problem,
            plan,
            bill: verdict.bill,
            violations: verdict.violations,
        }
    }

    /// Makes a change and serves the stop where that is cheapest. `None` where it does not help.
    fn serve(&self, change: &Change, stop: u32) -> Option<Relaxation> {
        let Relaxed {
            problem,
            plan,
            class,
        } = relax(self.problem, &self.plan, change).ok()?;
        let mut draft = Draft::new(&problem, &plan).ok()?;
        let classes = match class {
            Some(class) => class..class + 1,
            None => 0..index_u32(problem.fleet().len()),
        };
        let mut best: Option<(i64, Candidate)> = None;
        for class in classes {
            for route in vehicles(&draft, class, change) {
                if let Some((cost, candidate)) = draft.cheapest(route, class, stop)
                    && best.as_ref().is_none_or(|(least, _)| cost < *least)
                {
                    best = Some((cost, candidate));
                }
            }
        }
        let candidate = best?.1;
        let (spot, trips) = (candidate.spot, candidate.trips());
        draft.set(spot.route, spot.class, trips).then_some(())?;
        self.told(change, spot, draft.plan(), &problem)
    }

    /// Tells what the change leads to, where it breaks no rule that was not broken before.
    fn told(
        &self,
        change: &Change,
        spot: Spot,
        plan: Plan,
        problem: &Problem,
    ) -> Option<Relaxation> {
        let verdict = check(problem, &plan);
        let mut violations = verdict.violations.iter();
        if !violations.all(|one| self.violations.contains(one)) {
            return None;
        }
        let cost = |bill: &Bill| bill.total().saturating_sub(bill.unserved_cost);
        Some(Relaxation {
            change: *change,
            spot,
            extra_cost: cost(&verdict.bill).saturating_sub(cost(&self.bill)),
            plan,
        })
    }
}

/// The vehicles that a change is for.
fn vehicles(draft: &Draft<'_>, class: u32, change: &Change) -> Vec<Option<u32>> {
    match *change {
        Change::LongerDay { route, .. }
        | Change::MoreRoom { route, .. }
        | Change::OneMoreTrip { route, .. } => vec![route],
        _ => draft.vehicles(class),
    }
}
