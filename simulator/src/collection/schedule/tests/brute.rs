//! The best timeline by trying every departure, every wait and every break at every tick.

use super::chain::{Clocks, Link, chain};
use crate::collection::{Problem, Trip, VehicleClass};

/// Where a crew stands at a tick.
type State = (i32, Clocks);

/// The least of what time costs, then of the end, then of the duration.
pub(super) fn best(problem: &Problem, trips: &[Trip]) -> Option<(i64, i32, i32)> {
    let class = &problem.fleet()[0];
    let links = chain(problem, class, trips);
    let begins = match &class.begun {
        Some(begun) => begun.at..=begun.at,
        None => class.shift.open..=class.shift.close,
    };
    begins
        .flat_map(|begin| ends(class, &links, begin))
        .filter(|(_, duration)| *duration <= class.max_duration)
        .map(|(end, duration)| (cost(class, duration), end, duration))
        .min()
}

fn cost(class: &VehicleClass, duration: i32) -> i64 {
    let overtime = (duration - class.normal_duration).max(0);
    class.costs.per_tick * i64::from(duration) + class.costs.per_overtime_tick * i64::from(overtime)
}

/// Each end that is possible after a begin, with the duration of the duty.
fn ends(class: &VehicleClass, links: &[Link], begin: i32) -> Vec<(i32, i32)> {
    let since = class.begun.as_ref().map_or(begin, |b| b.on_duty_since);
    let prepare = if class.begun.is_some() {
        0
    } else {
        class.prepare
    };
    let mut states = vec![(begin + prepare, Clocks::start(class, begin))];
    states.retain(|state| is_lawful(class, state));
    for link in links {
        states = after(class, link, &states);
    }
    let end = |(now, _): State| (now, now - since);
    states.into_iter().map(end).collect()
}

fn after(class: &VehicleClass, link: &Link, states: &[State]) -> Vec<State> {
    let mut ready = waited(class, states);
    let rested: Vec<State> = ready.iter().flat_map(|s| rested(class, s)).collect();
    ready.extend(rested);
    let ready = waited(class, &ready);
    let mut done: Vec<State> = ready
        .into_iter()
        .filter(|(now, _)| {
            let is_open = link.windows.iter().any(|window| window.contains(*now));
            *now >= link.not_before && (link.windows.is_empty() || is_open)
        })
        .map(|(now, mut clocks)| {
            if link.act == crate::collection::Act::Drive {
                clocks.driven += link.ticks;
            }
            (now + link.ticks, clocks)
        })
        .filter(|state| is_lawful(class, state))
        .collect();
    done.sort_unstable();
    done.dedup();
    done
}

fn waited(class: &VehicleClass, states: &[State]) -> Vec<State> {
    let wait = |&(now, clocks): &State| (now..=class.shift.close).map(move |tick| (tick, clocks));
    let mut waited: Vec<State> = states.iter().flat_map(wait).collect();
    waited.sort_unstable();
    waited.dedup();
    waited.retain(|state| is_lawful(class, state));
    waited
}

fn rested(class: &VehicleClass, &(now, clocks): &State) -> Vec<State> {
    (now..=class.shift.close)
        .map(|until| {
            let mut clocks = clocks;
            clocks.rest(&class.breaks, now, until);
            (until, clocks)
        })
        .collect()
}

fn is_lawful(class: &VehicleClass, (now, clocks): &State) -> bool {
    *now <= class.shift.close && clocks.is_lawful(&class.breaks, *now)
}
