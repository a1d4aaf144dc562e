//! What the containers of a site are worth together: one visit serves them all.

use std::collections::BTreeMap;

use twin_core::Stream;

use super::choose::Judged;
use super::policy::{Cycle, Decision, Outlook};
use super::{DayRequest, Policy};
use crate::collection::rules::PlanRules;
use crate::numbers::f64_of_index;

/// Weighs the containers of one stream at one site together, where the policy or the rules ask for it.
pub(super) fn weigh(judged: &mut [Judged<'_>], request: &DayRequest<'_>, outlook: Outlook<'_>) {
    let plan = &request.rules.plan;
    let days = match request.policy {
        Policy::Rolling(days) => Some(days),
        _ => None,
    };
    if days.is_none() && !plan.whole_sites {
        return;
    }
    let mut groups: BTreeMap<(u32, Stream), Vec<usize>> = BTreeMap::new();
    for (at, container) in judged.iter().enumerate() {
        let key = (container.found.site, container.found.stream);
        groups.entry(key).or_default().push(at);
    }
    for group in groups.into_values() {
        if let Some(days) = days {
            share_visit(judged, &group, (plan, outlook, days));
        }
        if plan.whole_sites {
            take_all(judged, &group);
        }
    }
}

/// One visit empties what is full enough of a site: what that saves is shared by those containers, on top of
/// what each may overflow and of what emptying it today saves of emptying it later. A container that a crew
/// is at is emptied if that costs less than the part of the next visit which its level would bring forward.
fn share_visit(
    judged: &mut [Judged<'_>],
    group: &[usize],
    (plan, outlook, days): (&PlanRules, Outlook<'_>, u32),
) {
    let waiting: Vec<(usize, Cycle)> = group
        .iter()
        .filter(|at| !matches!(judged[**at].decision, Decision::Required(_)))
        .map(|at| (*at, judged[*at].candidate.cycle(plan)))
        .collect();
    let Some(first) = waiting.iter().map(|(_, cycle)| *cycle).reduce(Cycle::with) else {
        return;
    };
    let saved = first.saved(outlook, days);
    let taken = |container: &Judged<'_>| {
        let both = (container.time_eur + plan.visit_eur).max(f64::MIN_POSITIVE);
        saved.is_some() && container.candidate.fill() >= container.time_eur / both
    };
    let count = waiting.iter().filter(|(at, _)| taken(&judged[*at])).count();
    let part = plan.visit_eur * saved.unwrap_or(0.0) / f64_of_index(count.max(1));
    let mut gain = 0.0;
    for (at, cycle) in &waiting {
        let container = &mut judged[*at];
        container.decision = if taken(container) {
            let risk = container.candidate.risk_eur(plan, outlook);
            let time = container.time_eur * cycle.saved(outlook, u32::MAX).unwrap_or(0.0);
            gain += risk + part + time - container.time_eur;
            Decision::Optional(risk + part + time)
        } else {
            Decision::Left
        };
    }
    for (at, _) in waiting {
        judged[at].is_worth = Some(gain > 0.0);
    }
}

/// All are emptied, or none: where one must be, all must; else all for what they are worth together.
fn take_all(judged: &mut [Judged<'_>], group: &[usize]) {
    let forced = group.iter().find_map(|at| match judged[*at].decision {
        Decision::Required(reason) => Some(Decision::Required(reason)),
        _ => None,
    });
    let is_some = group
        .iter()
        .any(|at| matches!(judged[*at].decision, Decision::Optional(_)));
    let mut gain = 0.0;
    for at in group.iter().copied() {
        let container = &mut judged[at];
        container.decision = match (forced, container.decision) {
            (Some(forced), _) => forced,
            (None, Decision::Left) if is_some => Decision::Optional(0.0),
            (None, decision) => decision,
        };
        if let Decision::Optional(euros) = container.decision {
            gain += euros - container.time_eur;
        }
    }
    for at in group.iter().copied() {
        judged[at].is_worth = Some(forced.is_some() || gain > 0.0);
    }
}
