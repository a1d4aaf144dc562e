//! Policies by what is known: each pair of them as a scenario of its own.

use simulator::collecting::Information;
use simulator::scenario::{PolicyKind, PolicyRule, Words as Name};

use super::page::words;
use super::stage::Staged;
use crate::collection::Language;

/// The policies that are compared. Fixed rounds come first, which need to know nothing.
const POLICIES: [PolicyKind; 4] = [
    PolicyKind::Fixed,
    PolicyKind::FixedThreshold,
    PolicyKind::Prize,
    PolicyKind::Rolling,
];
/// A rolling horizon looks so many days ahead where the scenario does not say.
const HORIZON_DAYS: u32 = 7;

/// A scenario under each policy and with each information, the rest as it is.
pub(crate) fn matrix(staged: &Staged) -> Vec<Staged> {
    let of = POLICIES.into_iter().flat_map(|kind| {
        let needed = match kind {
            PolicyKind::Fixed => &Information::ALL[..1],
            _ => &Information::ALL[..],
        };
        needed.iter().map(move |information| (kind, *information))
    });
    let each = of.map(|(kind, information)| {
        let rule = rule(kind, staged.setting.scenario().policy);
        let name = Name {
            fr: name(Language::French, (kind, information)),
            en: name(Language::English, (kind, information)),
        };
        Staged {
            setting: staged
                .setting
                .clone()
                .with_choice(name, (rule, information)),
            ..staged.clone()
        }
    });
    each.collect()
}

/// The scenario's policy as another kind, with what numbers fit to it.
fn rule(kind: PolicyKind, policy: PolicyRule) -> PolicyRule {
    let is_fixed = matches!(kind, PolicyKind::Fixed | PolicyKind::FixedThreshold);
    let is_prized = matches!(kind, PolicyKind::Prize | PolicyKind::Rolling);
    let days = policy.horizon_days.unwrap_or(HORIZON_DAYS);
    PolicyRule {
        kind,
        stretch: policy.stretch.filter(|_| is_fixed),
        threshold: policy
            .threshold
            .filter(|_| kind == PolicyKind::FixedThreshold),
        rho: policy.rho.filter(|_| is_prized),
        horizon_days: (kind == PolicyKind::Rolling).then_some(days),
        count: None,
    }
}

fn name(language: Language, (kind, information): (PolicyKind, Information)) -> String {
    let words = words(language);
    let policy = match kind {
        PolicyKind::Fixed => "matrix.fixed",
        PolicyKind::FixedThreshold => "matrix.fixed-threshold",
        PolicyKind::Threshold => "matrix.threshold",
        PolicyKind::Prize => "matrix.prize",
        PolicyKind::Rolling => "matrix.rolling",
        PolicyKind::Soonest => "matrix.soonest",
    };
    if kind == PolicyKind::Fixed {
        return words.get(policy).into();
    }
    let known = format!("matrix.{}", information.name());
    format!("{} · {}", words.get(policy), words.get(&known))
}
