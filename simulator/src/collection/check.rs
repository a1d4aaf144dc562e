//! Whether a plan keeps every rule of its problem, and what it costs.
//!
//! It is the judge of all plans, whoever made them, and so it shares no code with those that make
//! them: everything is recomputed from the problem, the trips and the timelines. It says what is
//! wrong; it mends nothing.

mod bill;
mod breaks;
mod indexed;
mod itinerary;
mod loads;
mod served;
mod timeline;
mod violation;
mod windows;

pub use self::bill::Bill;
pub use self::indexed::Indexed;
use self::itinerary::Itinerary;
pub use self::loads::{StreamLoad, TripLoads, trip_loads};
pub use self::violation::Violation;
use super::{Begun, Plan, Problem, Route, VehicleClass};
use crate::numbers::index_u32;

/// What the checker says of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    /// Everything that breaks a rule, in the order of the rules about stops, about the fleet, and then
    /// of the routes. A timeline is followed up to the first event that is out of order.
    pub violations: Vec<Violation>,
    /// What the plan costs. Of a plan that breaks rules, it counts what can be counted.
    pub bill: Bill,
}

impl Verdict {
    /// Whether the plan keeps every rule.
    pub const fn is_feasible(&self) -> bool {
        self.violations.is_empty()
    }
}

/// Checks a plan, any plan: what leads nowhere in it is a violation too.
///
/// # How the rules are read
///
/// * A crew is on duty from the first event's begin to the last one's end; one under way is since
///   [`Begun::on_duty_since`]. Its timeline begins at [`Begun::at`], with nothing to prepare. Whether it
///   came on duty within its shift is past, and not checked.
/// * A vehicle drives where two things that follow each other are at different places, even where that
///   takes no time, and only there. It has just come to a place where nothing but waiting and breaks
///   lies between the drive and the stop.
/// * A trip leaves with its first drive, or with its first stop where it needs no drive to it.
/// * Breaks that follow each other without anything between them are one. Time in a break is no duty
///   for the working rule, however short the break; it is for the duration and the cost of a day.
/// * A stream counts as loaded where its volume or its mass is above 0. Unloading leaves all of what it
///   takes.
///
/// ```
/// use simulator::collection::check::check;
/// use simulator::collection::{Plan, Problem, ProblemParts};
///
/// # fn main() -> simulator::SimResult<()> {
/// let problem = Problem::new(ProblemParts::default())?;
/// let mut plan = Plan::default();
/// assert!(check(&problem, &plan).is_feasible());
///
/// plan.unserved.push(3);
/// let verdict = check(&problem, &plan);
/// let told = verdict.violations[0].to_string();
/// assert_eq!(told, "stop 3 is none of the 0 there are");
/// # Ok(())
/// # }
/// ```
pub fn check(problem: &Problem, plan: &Plan) -> Verdict {
    let mut violations = Vec::new();
    let mut bill = Bill::default();
    let served = served::check(problem, plan, &mut violations);
    served::check_fleet(problem, plan, &mut violations);
    bill.add_unserved(problem, &served);
    for (index, route) in plan.routes.iter().enumerate() {
        if let Some(checked) = Checked::new(problem, route, index) {
            checked.check(&mut violations, &mut bill);
        }
    }
    Verdict { violations, bill }
}

/// A route whose class is known.
#[derive(Clone, Copy, Debug)]
struct Checked<'p> {
    problem: &'p Problem,
    class: &'p VehicleClass,
    route: &'p Route,
    /// Which of the plan's routes it is.
    index: u32,
}

impl<'p> Checked<'p> {
    fn new(problem: &'p Problem, route: &'p Route, index: usize) -> Option<Self> {
        let class = problem.fleet().get(route.class as usize)?;
        let index = index_u32(index);
        Some(Self {
            problem,
            class,
            route,
            index,
        })
    }

    fn check(self, violations: &mut Vec<Violation>, bill: &mut Bill) {
        loads::check(self, violations);
        timeline::check_times(self, violations);
        if let Some(itinerary) = Itinerary::new(self) {
            itinerary.check_ways(self, violations);
            timeline::check_acts(self, &itinerary, violations);
            bill.add_ways(self, &itinerary);
        }
        breaks::check(self, violations);
        bill.add_vehicle(self);
    }

    fn begun(self) -> Option<&'p Begun> {
        self.class.begun.as_ref()
    }

    /// Since when and until when the crew is on duty; `None` where it never is.
    fn duty(self) -> Option<(i32, i32)> {
        let timeline = &self.route.timeline;
        match self.begun() {
            Some(begun) => Some((begun.on_duty_since, timeline.ends().unwrap_or(begun.at))),
            None => timeline.begins().zip(timeline.ends()),
        }
    }

    /// How long the crew is on duty, in ticks, not negative.
    fn duty_ticks(self) -> i64 {
        let ticks = self
            .duty()
            .map(|(since, until)| i64::from(until) - i64::from(since));
        ticks.unwrap_or(0).max(0)
    }
}
