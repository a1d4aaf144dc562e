//! What one vehicle more or less of each class would cost.

use crate::collection::check::check;
use crate::collection::draft::{Draft, known, prize, unserved};
use crate::collection::{Plan, Problem};
use crate::error::SimResult;
use crate::numbers::index_u32;
use crate::random::Seed;

/// How long plans are looked for, the same for each fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What the search's chance starts from.
    pub seed: Seed,
    /// The steps that it takes.
    pub iterations: u64,
}

/// What other fleets would cost: an estimate, as good as its budget. All plans were looked for from the
/// present one on, with the same seed and as many steps, so what they differ by is the vehicle, but for
/// the luck of the search.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FleetEstimate {
    /// What the search's chance started from.
    pub seed: u64,
    /// The steps that it took for each fleet.
    pub iterations: u64,
    /// The fleet as it is.
    pub present: Outcome,
    /// The others, class by class.
    pub classes: Vec<ClassEstimate>,
}

/// What another number of vehicles of a class would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClassEstimate {
    /// The class.
    pub class: u32,
    /// With one more; `None` for a vehicle under way, and where a problem can have no more.
    pub one_more: Option<Outcome>,
    /// With one less; `None` where there is none, and for a vehicle under way.
    pub one_less: Option<Outcome>,
}

/// What the best plan found for a fleet comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    /// What it costs, with the prizes that it misses.
    pub cost: i64,
    /// What it costs more than the one for the present fleet; less than 0 where it costs less.
    pub difference: i64,
    /// How many vehicles it uses.
    pub vehicles: u64,
    /// How many stops it leaves out that must be served.
    pub required_unserved: u32,
    /// How many it leaves out that need not be.
    pub optional_unserved: u32,
}

/// Estimates what one vehicle more or less of each class would cost.
///
/// `search` looks for a better plan of a problem from a given one on, within the budget; what it gives
/// back is judged by [`check`], and not taken where it breaks a rule that the given one does not, or is
/// dearer. With one vehicle less, the route that is cheapest to do without is dissolved first.
///
/// Refuses a plan that names what the problem does not have, and whatever the search refuses.
pub fn fleet_sizes(
    problem: &Problem,
    plan: &Plan,
    budget: Budget,
    mut search: impl FnMut(&Problem, &Plan, Budget) -> SimResult<Plan>,
) -> SimResult<FleetEstimate> {
    known(problem, plan)?;
    let present = outcome(problem, plan, budget, &mut search)?;
    let mut classes = Vec::new();
    for class in 0..index_u32(problem.fleet().len()) {
        let mut of = |count| -> SimResult<Option<Outcome>> {
            let Some((problem, plan)) = with_count(problem, plan, class, count)? else {
                return Ok(None);
            };
            let found = outcome(&problem, &plan, budget, &mut search)?;
            let difference = found.cost.saturating_sub(present.cost);
            Ok(Some(Outcome {
                difference,
                ..found
            }))
        };
        let count = problem.fleet()[class as usize].count;
        classes.push(ClassEstimate {
            class,
            one_more: of(count.checked_add(1))?,
            one_less: of(count.checked_sub(1))?,
        });
    }
    Ok(FleetEstimate {
        seed: budget.seed.0,
        iterations: budget.iterations,
        present,
        classes,
    })
}

/// The problem with another number of vehicles, and a plan that has no more of them.
fn with_count(
    problem: &Problem,
    plan: &Plan,
    class: u32,
    count: Option<u32>,
) -> SimResult<Option<(Problem, Plan)>> {
    let of_class = &problem.fleet()[class as usize];
    let Some(count) = count.filter(|_| of_class.begun.is_none()) else {
        return Ok(None);
    };
    let mut parts = problem.clone().into_parts();
    parts.fleet[class as usize].count = count;
    let Ok(changed) = Problem::new(parts) else {
        return Ok(None);
    };
    let mut routes = plan.routes.clone();
    let used = |routes: &[crate::collection::Route]| {
        let own = routes.iter().filter(|route| route.class == class);
        index_u32(own.count())
    };
    while used(&routes) > count {
        let Some(least) = cheapest_to_lose(problem, &routes, class) else {
            break;
        };
        routes.remove(least);
    }
    let mut plan = Plan {
        unserved: unserved(problem, &routes),
        routes,
    };
    plan = put_back(&changed, &plan)?;
    Ok(Some((changed, plan)))
}

/// The route of a class with the fewest required stops, and then the least in prizes.
fn cheapest_to_lose(
    problem: &Problem,
    routes: &[crate::collection::Route],
    class: u32,
) -> Option<usize> {
    let own = routes.iter().enumerate();
    let own = own.filter(|(_, route)| route.class == class);
    let least = own.min_by_key(|(_, route)| {
        let stops = route.trips.iter().flat_map(|trip| &trip.stops);
        stops.fold((0_u32, 0_i64), |(required, prizes), &stop| {
            match prize(problem, stop) {
                Some(prize) => (required, prizes.saturating_add(prize)),
                None => (required + 1, prizes),
            }
        })
    });
    least.map(|(index, _)| index)
}

/// Puts the stops that are left out where they cost least: the required ones, then those that are worth
/// it.
fn put_back(problem: &Problem, plan: &Plan) -> SimResult<Plan> {
    let mut draft = Draft::new(problem, plan)?;
    let mut left = unserved(problem, &plan.routes);
    left.sort_by_key(|&stop| prize(problem, stop).map_or(i64::MIN, |prize| -prize));
    for stop in left {
        if let Some((cost, candidate)) = draft.cheapest_anywhere(stop)
            && prize(problem, stop).is_none_or(|prize| cost < prize)
        {
            let spot = candidate.spot;
            draft.set(spot.route, spot.class, candidate.trips());
        }
    }
    Ok(draft.plan())
}

fn outcome(
    problem: &Problem,
    plan: &Plan,
    budget: Budget,
    search: &mut impl FnMut(&Problem, &Plan, Budget) -> SimResult<Plan>,
) -> SimResult<Outcome> {
    let found = search(problem, plan, budget)?;
    let (before, after) = (judge(problem, plan), judge(problem, &found));
    let better = if after.0 <= before.0 { after } else { before };
    Ok(better.1)
}

/// How good a plan is, the lower the better, and what is told of it.
fn judge(problem: &Problem, plan: &Plan) -> ((usize, i64), Outcome) {
    let verdict = check(problem, plan);
    let cost = verdict.bill.total();
    let left = unserved(problem, &plan.routes);
    let required = left.iter().filter(|&&stop| prize(problem, stop).is_none());
    let required = index_u32(required.count());
    let outcome = Outcome {
        cost,
        difference: 0,
        vehicles: verdict.bill.vehicles,
        required_unserved: required,
        optional_unserved: index_u32(left.len()) - required,
    };
    ((verdict.violations.len(), cost), outcome)
}
