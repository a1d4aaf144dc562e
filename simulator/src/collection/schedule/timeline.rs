//! From the choices of a walk to the events that a crew lives through.

use super::itinerary::Itinerary;
use super::misfit::Goal;
use super::rules::ClockRules;
use super::step::Span;
use super::walk::{Choice, Rest};
use crate::collection::{Act, Event, Timeline, VehicleClass};

/// One activity, and the break before it.
#[derive(Clone, Copy, Debug)]
struct Task {
    act: Act,
    /// Where waiting and resting before it happens.
    gap_place: u32,
    place: u32,
    ticks: i32,
    not_before: i32,
    rest: Option<Rest>,
    /// When the break begins and ends; the end of the task before, where there is none.
    rest_from: i32,
    rest_until: i32,
    /// When the activity begins.
    from: i32,
}

/// The earliest timeline with the choices of a walk and the begin of its span.
pub(super) fn timeline(
    rules: &ClockRules,
    class: &VehicleClass,
    route: (&Itinerary<'_>, &[Choice]),
    span: &Span,
) -> Timeline {
    let mut tasks = tasks(route.0, route.1);
    let mut events = Vec::new();
    let prepare = if rules.begun_at.is_some() {
        0
    } else {
        class.prepare
    };
    if prepare > 0 {
        push(
            &mut events,
            (Act::Prepare, route.0.start),
            (span.begins, span.begins + prepare),
        );
    }
    let reset = match rules.begun_at {
        Some(_) => rules.start.latest_reset,
        None => span.begins,
    };
    settle(&mut tasks, span.begins + prepare, reset, rules.work_after);
    write(&tasks, span.begins + prepare, &mut events);
    Timeline(events)
}

/// The choices alternate: before a way, where there is one that takes time, and before the work.
fn tasks(visits: &Itinerary<'_>, choices: &[Choice]) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut choices = choices.iter();
    let mut place = visits.start;
    for (step, visit) in visits.steps.iter().zip(&visits.visits) {
        let mut task = Task {
            act: Act::Drive,
            gap_place: place,
            place: visit.place,
            ticks: step.drive,
            not_before: step.not_before,
            rest: None,
            rest_from: 0,
            rest_until: 0,
            from: 0,
        };
        place = visit.place;
        if step.drive > 0 {
            task.rest = choices.next().and_then(|choice| choice.rest);
            tasks.push(task);
            task.not_before = 0;
        }
        let choice = choices.next().copied().unwrap_or_default();
        let opens = choice.window.map_or(0, |window| window.open);
        task.not_before = task.not_before.max(opens);
        task.rest = choice.rest;
        if step.drive == 0 && visit.has_way {
            // A way that takes no time follows the waiting, so that both are in one gap.
            tasks.push(task);
            task.rest = None;
        }
        task.gap_place = visit.place;
        task.ticks = step.fixed;
        task.act = match visit.goal {
            Goal::Stop(stop) => Act::Serve(stop),
            Goal::Unloading(unloading) => Act::Unload(unloading),
            Goal::End => Act::Finish,
        };
        tasks.push(task);
    }
    tasks
}

/// Gives every task its earliest time.
///
/// Times only ever move later, and as long as one moves another has to: with each round the end of
/// a break moves at least to where the one after it wants it, so there are not more rounds than
/// breaks, save for the breaks that may not become longer.
fn settle(tasks: &mut [Task], begin: i32, reset: i32, work_after: i32) {
    let rests = tasks.iter().filter(|task| task.rest.is_some()).count();
    for _ in 0..=(rests * rests + rests) {
        run(tasks, begin);
        if !delay_rests(tasks, reset, work_after) {
            break;
        }
    }
}

fn run(tasks: &mut [Task], begin: i32) {
    let mut now = begin;
    for task in tasks {
        if let Some(rest) = task.rest {
            task.rest_from = task.rest_from.max(now);
            task.rest_until = task.rest_until.max(task.rest_from + rest.shortest);
            let earliest = task.rest_until.saturating_sub(rest.longest);
            task.rest_from = task.rest_from.max(earliest);
            now = task.rest_until;
        } else {
            task.rest_from = now;
            task.rest_until = now;
        }
        task.from = now.max(task.not_before);
        now = task.from + task.ticks;
    }
}

/// Moves the ends of breaks after which the crew would work too long. Whether there were any.
fn delay_rests(tasks: &mut [Task], reset: i32, work_after: i32) -> bool {
    let mut latest = match tasks.last() {
        Some(last) => last.from + last.ticks,
        None => reset,
    }
    .saturating_sub(work_after);
    let mut has_moved = false;
    for task in tasks.iter_mut().rev() {
        if task.rest.is_some_and(|rest| rest.is_reset) {
            has_moved |= task.rest_until < latest;
            task.rest_until = task.rest_until.max(latest);
            latest = task.rest_from.saturating_sub(work_after);
        }
    }
    has_moved
}

/// Waiting next to a break becomes part of it, as far as it may.
fn write(tasks: &[Task], begin: i32, events: &mut Vec<Event>) {
    let mut now = begin;
    for task in tasks {
        if let Some(rest) = task.rest {
            let until = task.from.min(task.rest_from.saturating_add(rest.longest));
            let from = now.max(until.saturating_sub(rest.longest));
            push(events, (Act::Wait, task.gap_place), (now, from));
            push(events, (Act::Break, task.gap_place), (from, until));
            now = until;
        }
        push(events, (Act::Wait, task.gap_place), (now, task.from));
        now = task.from + task.ticks;
        push(events, (task.act, task.place), (task.from, now));
    }
}

/// Nobody waits, or closes the day, for no time.
fn push(events: &mut Vec<Event>, (act, place): (Act, u32), (from, until): (i32, i32)) {
    let is_nothing = from == until && matches!(act, Act::Wait | Act::Finish);
    if !is_nothing {
        events.push(Event {
            act,
            place,
            from,
            until,
        });
    }
}
