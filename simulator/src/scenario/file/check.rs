//! Whether the values of a scenario can be used.

use super::{FORMAT, PolicyKind, PolicyRule, Scenario};
use crate::error::{SimError, SimResult};
use crate::random::Draws;
use crate::scenario::period::Day;

/// Refuses the first value that cannot be used, by its key.
pub(super) fn check(scenario: &Scenario) -> SimResult<()> {
    exactly("format", u32::from(scenario.format), u32::from(FORMAT))?;
    let base = &scenario.territory;
    let given = [
        base.preset.is_some(),
        base.pack.is_some(),
        base.city.is_some(),
        base.live,
    ];
    if given.iter().filter(|is_given| **is_given).count() != 1 {
        let value = given.iter().filter(|is_given| **is_given).count();
        return Err(refused(
            "territory",
            &format!("given {value} times"),
            "one of preset, pack, city and live",
        ));
    }
    if let Some(city) = &base.city {
        city.check()?;
    }
    let period = &scenario.period;
    if period.from == Day::UNSAID && !base.live {
        let expected = "a day like 2022-05-02, for only a live state has one of its own";
        return Err(refused("period.from", "missing", expected));
    }
    whole("period.days", period.days, (1, 1_100), "1 to 1100")?;
    whole(
        "period.warm_up_days",
        period.warm_up_days,
        (14, 400),
        "14 to 400",
    )?;
    whole("period.run_in_days", period.run_in_days, (0, 60), "0 to 60")?;
    replications(scenario)?;
    policy(&scenario.policy)?;
    if let Some(share) = scenario.sensors.share {
        number("sensors.share", share, (0.0, 1.0), "0 to 1")?;
    }
    let faulty = scenario.sensors.faulty_share;
    number("sensors.faulty_share", faulty, (0.0, 0.9), "0 to 0.9")?;
    scenario.conduct.check()?;
    let effort = scenario.effort;
    for (key, steps) in [
        ("effort.steps_per_stop", effort.steps_per_stop),
        ("effort.fixed_steps_per_stop", effort.fixed_steps_per_stop),
    ] {
        whole(key, steps, (1, 100_000), "1 to 100000")?;
    }
    whole_len("edits", scenario.edits.len(), 10_000, "up to 10000 of them")
}

/// How often, and in pairs where they come in pairs.
fn replications(scenario: &Scenario) -> SimResult<()> {
    whole(
        "replications",
        scenario.replications,
        (1, 10_000),
        "1 to 10000",
    )?;
    if scenario.draws == Draws::Antithetic && !scenario.replications.is_multiple_of(2) {
        let expected = "an even number with antithetic draws, for runs come in pairs";
        return Err(refused(
            "replications",
            &scenario.replications.to_string(),
            expected,
        ));
    }
    Ok(())
}

/// Each number goes with its kinds of policies, and no other.
fn policy(policy: &PolicyRule) -> SimResult<()> {
    use PolicyKind::{Fixed, FixedThreshold, Prize, Rolling, Soonest, Threshold};
    let fixed = "only with kind fixed or fixed-threshold";
    let level = "only with kind threshold or fixed-threshold";
    let prizes = "only with kind prize or rolling";
    let kinds: [(&str, bool, &[PolicyKind], &'static str); 5] = [
        (
            "policy.stretch",
            policy.stretch.is_some(),
            &[Fixed, FixedThreshold],
            fixed,
        ),
        (
            "policy.threshold",
            policy.threshold.is_some(),
            &[Threshold, FixedThreshold],
            level,
        ),
        (
            "policy.rho",
            policy.rho.is_some(),
            &[Prize, Rolling],
            prizes,
        ),
        (
            "policy.horizon_days",
            policy.horizon_days.is_some(),
            &[Rolling],
            "only with kind rolling",
        ),
        (
            "policy.count",
            policy.count.is_some(),
            &[Soonest],
            "only with kind soonest",
        ),
    ];
    for (key, is_given, kinds, expected) in kinds {
        if is_given && !kinds.contains(&policy.kind) {
            return Err(refused(key, "given", expected));
        }
    }
    if policy.kind == Soonest && policy.count.is_none() {
        return Err(refused(
            "policy.count",
            "missing",
            "1 to 100000 with kind soonest",
        ));
    }
    policy_numbers(policy)
}

fn policy_numbers(policy: &PolicyRule) -> SimResult<()> {
    let stretch = policy.stretch.unwrap_or(1.0);
    number("policy.stretch", stretch, (0.1, 10.0), "0.1 to 10")?;
    let threshold = policy.threshold.unwrap_or(0.5);
    number("policy.threshold", threshold, (0.0, 1.0), "0 to 1")?;
    let rho = policy.rho.unwrap_or(1.0);
    number("policy.rho", rho, (0.0, 1e6), "0 to 1000000")?;
    let days = policy.horizon_days.unwrap_or(1);
    whole("policy.horizon_days", days, (1, 14), "1 to 14")?;
    match policy.count {
        Some(0) => Err(refused("policy.count", "0", "1 to 100000")),
        count => whole_len("policy.count", count.unwrap_or(1), 100_000, "1 to 100000"),
    }
}

fn exactly(key: &'static str, value: u32, expected: u32) -> SimResult<()> {
    if value == expected {
        return Ok(());
    }
    Err(refused(key, &value.to_string(), "1"))
}

fn whole(
    key: &str,
    value: u32,
    (least, most): (u32, u32),
    expected: &'static str,
) -> SimResult<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(refused(key, &value.to_string(), expected))
}

fn whole_len(key: &str, value: usize, most: usize, expected: &'static str) -> SimResult<()> {
    if value <= most {
        return Ok(());
    }
    Err(refused(key, &value.to_string(), expected))
}

/// A number within a range; what is no number is in none.
pub(in crate::scenario) fn number(
    key: &str,
    value: f64,
    (least, most): (f64, f64),
    expected: &'static str,
) -> SimResult<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(refused(key, &value.to_string(), expected))
}

pub(in crate::scenario) fn refused(key: &str, value: &str, expected: &'static str) -> SimError {
    SimError::InvalidScenario {
        key: key.into(),
        value: value.into(),
        expected,
    }
}
