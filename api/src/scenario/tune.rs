//! Comparing at equal service: the one number of a policy is tuned until its service is that of another
//! scenario.

use simulator::scenario::{PolicyKind, PolicyRule};

use super::ensemble::{Ensemble, RunRequest, Running};
use super::stage::Staged;
use crate::error::ApiResult;

/// Service levels are equal within this.
const WITHIN: f64 = 0.002;
/// The range is halved so often at most.
const STEPS: u32 = 9;
/// So many runs tell the service of a policy while it is tuned.
const RUNS: u32 = 4;

/// A number of a policy that can be tuned.
#[derive(Clone, Copy)]
struct Knob {
    /// The end with the poorest service, and that with the best, on a scale that is halved.
    ends: [f64; 2],
    set: fn(PolicyRule, f64) -> PolicyRule,
}

impl Knob {
    /// The knob of a policy; `None` where it has none.
    fn of(kind: PolicyKind) -> Option<Self> {
        let knob = |ends, set| Some(Self { ends, set });
        match kind {
            PolicyKind::Prize | PolicyKind::Rolling => knob([-3.0, 6.0], |rule, at| PolicyRule {
                rho: Some(10_f64.powf(at)),
                ..rule
            }),
            PolicyKind::Threshold => knob([1.0, 0.02], |rule, at| PolicyRule {
                threshold: Some(at),
                ..rule
            }),
            PolicyKind::Fixed | PolicyKind::FixedThreshold => {
                knob([0.7, -0.7], |rule, at| PolicyRule {
                    stretch: Some(10_f64.powf(at)),
                    ..rule
                })
            }
            PolicyKind::Fullest => None,
        }
    }
}

/// Tunes the policy of a scenario until its mean service is a level, as near as it comes. The same luck
/// is used for every trial, so that the answer is the same on any number of threads.
///
/// # Errors
/// The first that a run ends with.
pub(crate) fn tune(
    staged: Staged,
    level: f64,
    (request, running): (&RunRequest, &Running),
) -> ApiResult<Staged> {
    let rule = staged.setting.scenario().policy;
    let Some(knob) = Knob::of(rule.kind) else {
        return Ok(staged);
    };
    let trial = RunRequest {
        replications: request.replications.min(RUNS),
        precision: None,
        ..*request
    };
    let mut staged = staged;
    let [mut poor, mut good] = knob.ends;
    let mut best = (f64::INFINITY, rule);
    for _ in 0..STEPS {
        let at = f64::midpoint(poor, good);
        let tried = (knob.set)(rule, at);
        staged = staged.with_policy(tried);
        let found = Ensemble::new(&mut staged, &trial, (running, || ()))?.service();
        if (found - level).abs() < best.0 {
            best = ((found - level).abs(), tried);
        }
        if best.0 <= WITHIN || running.is_stopped() {
            break;
        }
        if found < level {
            poor = at;
        } else {
            good = at;
        }
    }
    Ok(staged.with_policy(best.1))
}
