//! When a crew does what on a route whose trips are fixed: departure, waiting, breaks, end.
//!
//! * [`schedule`] gives the timeline of a finished route, or says why there is none.
//! * [`span`] gives what it takes of the day, and [`Walker::span`] does so for a search that asks
//!   very often.
//!
//! Both go the same walk. It is exact: labels bundle all timelines with the same breaks and windows,
//! and only those are dropped that another is as good as in every respect. Three things it leaves
//! out: two breaks at one place with nothing between them count as no better than one; of more than
//! 16 labels at a place those that end latest are dropped; and of a working rule only the whole
//! break counts. None of them can make a timeline that breaks a rule.

mod itinerary;
mod label;
mod ledger;
mod misfit;
mod plain;
mod rules;
mod step;
#[cfg(test)]
mod tests;
mod timeline;
mod walk;

use self::itinerary::Itinerary;
use self::ledger::Journal;
pub use self::misfit::{Goal, Misfit, Part};
pub use self::rules::ClockRules;
pub use self::step::{Span, Step};
pub use self::walk::Walker;
use super::{Problem, Timeline, Trip, Window};

/// The timeline of a route with these trips, at the least that its time costs, then with the
/// earliest end, then with the latest begin. In it everything is done as early as it can be.
///
/// Before a trip's release nothing of the trip is done, even where its first stop needs no way. A
/// vehicle is set up anew at a stop unless it has just served one at the same place.
///
/// # Errors
///
/// Whatever stands in the way, at the furthest place that the route can reach.
pub fn schedule(problem: &Problem, class: u32, trips: &[Trip]) -> Result<Timeline, Misfit> {
    let unknown = Misfit::Unknown {
        what: Part::VehicleClass,
        index: class,
    };
    let class = problem.fleet().get(class as usize).ok_or(unknown)?;
    let route = Itinerary::new(problem, class, trips)?;
    let rules = ClockRules::new(class);
    let mut walker = Walker::default();
    let mut journal = Journal::default();
    walker.walk(&rules, &route.steps, class.shift.close, &mut journal);
    let Some((label, span)) = walker.best(&rules) else {
        return Err(misfit(&mut walker, &rules, &route));
    };
    let choices = journal.choices(label.node);
    let choices = (&route, choices.as_slice());
    Ok(timeline::timeline(&rules, class, choices, &span))
}

/// What a route with these trips takes of its crew's day, as [`schedule`] times it; `None` where that
/// gives no timeline. It asks for less time than [`schedule`], so that many routes can be tried.
pub fn span(walker: &mut Walker, problem: &Problem, class: u32, trips: &[Trip]) -> Option<Span> {
    let class = problem.fleet().get(class as usize)?;
    let route = Itinerary::new(problem, class, trips).ok()?;
    walker.span(&ClockRules::new(class), &route.steps)
}

/// Why there is no timeline: what would be too long of a day without an end, else what is in the way.
fn misfit(walker: &mut Walker, rules: &ClockRules, route: &Itinerary<'_>) -> Misfit {
    let mut journal = Journal::default();
    walker.walk(rules, &route.steps, Window::LAST, &mut journal);
    let excesses = walker.spans(rules).map(|(_, span)| Misfit::DayTooLong {
        after_shift: (span.ends - rules.shift.close).max(0),
        over_duration: (span.duration - rules.max_duration).max(0),
    });
    let least = excesses.min_by_key(|misfit| match misfit {
        Misfit::DayTooLong {
            after_shift,
            over_duration,
        } => (*after_shift.max(over_duration), *after_shift),
        _ => (i32::MAX, i32::MAX),
    });
    let Some((step, miss)) = journal.furthest() else {
        return least.unwrap_or(Misfit::DayTooLong {
            after_shift: 0,
            over_duration: 0,
        });
    };
    match (least, route.visits.get(step)) {
        (Some(least), _) => least,
        (None, Some(visit)) => Misfit::of(miss, visit.trip, visit.goal),
        (None, None) => Misfit::of(miss, 0, Goal::End),
    }
}
