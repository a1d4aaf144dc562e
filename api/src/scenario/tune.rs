//! Comparing at equal service: the one number of a policy is tuned until its service is what is asked for.

use serde::Serialize;
use simulator::ensemble::Kpi;
use simulator::scenario::{PolicyKind, PolicyRule};

use super::ensemble::{Ensemble, RunRequest, Running};
use super::stage::Staged;
use crate::error::ApiResult;

/// The range is halved so often at most.
const STEPS: u32 = 9;
/// So many runs tell the service of a policy while it is tuned.
const RUNS: u32 = 4;

/// How far from the level that is asked for a service may be: a tenth of what the level lets fail, for near
/// the whole small differences are large ones.
fn within(level: f64) -> f64 {
    (0.1 * (1.0 - level)).clamp(0.0002, 0.002)
}

/// A setting of a policy that was tried, and the means of what came of it: a point of its trade-off.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Trial {
    /// The number that was set: `rho`, `threshold` or `stretch`.
    pub(crate) knob: &'static str,
    pub(crate) value: f64,
    pub(crate) service_level: f64,
    pub(crate) km_per_day: f64,
    pub(crate) eur_per_day: f64,
}

impl Trial {
    /// The number that was tried, as a policy has it.
    pub(crate) fn of(&self, rule: PolicyRule) -> Option<f64> {
        match self.knob {
            "rho" => rule.rho,
            "threshold" => rule.threshold,
            _ => rule.stretch,
        }
    }
}

/// A number of a policy that can be tuned.
#[derive(Clone, Copy)]
struct Knob {
    name: &'static str,
    /// The end with the poorest service, and that with the best, on a scale that is halved.
    ends: [f64; 2],
    value: fn(f64) -> f64,
    set: fn(PolicyRule, f64) -> PolicyRule,
}

impl Knob {
    /// The knob of a policy; `None` where it has none.
    const fn of(kind: PolicyKind) -> Option<Self> {
        Some(match kind {
            PolicyKind::Prize | PolicyKind::Rolling => Self {
                name: "rho",
                ends: [-3.0, 6.0],
                value: |at| 10_f64.powf(at),
                set: |rule, rho| PolicyRule {
                    rho: Some(rho),
                    ..rule
                },
            },
            PolicyKind::Threshold | PolicyKind::FixedThreshold => Self {
                name: "threshold",
                ends: [1.0, 0.02],
                value: |at| at,
                set: |rule, threshold| PolicyRule {
                    threshold: Some(threshold),
                    ..rule
                },
            },
            PolicyKind::Fixed => Self {
                name: "stretch",
                ends: [0.7, -0.7],
                value: |at| 10_f64.powf(at),
                set: |rule, stretch| PolicyRule {
                    stretch: Some(stretch),
                    ..rule
                },
            },
            PolicyKind::Soonest => return None,
        })
    }
}

/// Tunes the policy of a scenario until its mean service is a level, as near as it comes, and keeps what was
/// tried with it. The same luck is used for every trial, so that the answer is the same on any number of
/// threads.
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
    let request = RunRequest {
        replications: request.replications.min(RUNS),
        precision: None,
        ..*request
    };
    let mut staged = staged;
    let mut tried: Vec<Trial> = Vec::new();
    let [mut poor, mut good] = knob.ends;
    for _ in 0..STEPS {
        let at = f64::midpoint(poor, good);
        let value = (knob.value)(at);
        staged = staged.with_policy((knob.set)(rule, value));
        let ensemble = Ensemble::new(&mut staged, &request, (running, || ()))?;
        if running.is_stopped() {
            break;
        }
        let trial = trial((knob.name, value), &ensemble);
        tried.push(trial);
        if (trial.service_level - level).abs() <= within(level) {
            break;
        }
        if trial.service_level < level {
            poor = at;
        } else {
            good = at;
        }
    }
    let off = |trial: &&Trial| (trial.service_level - level).abs();
    let best = tried.iter().min_by(|a, b| off(a).total_cmp(&off(b)));
    let best = best.map_or(rule, |trial| (knob.set)(rule, trial.value));
    Ok(Staged {
        tried,
        ..staged.with_policy(best)
    })
}

fn trial((knob, value): (&'static str, f64), ensemble: &Ensemble) -> Trial {
    let mean = |kpi: Kpi| ensemble.summary(kpi).mean;
    Trial {
        knob,
        value,
        service_level: mean(Kpi::Service),
        km_per_day: mean(Kpi::KmPerDay),
        eur_per_day: mean(Kpi::Euros),
    }
}
