//! The file of a scenario.

mod check;

pub(super) use self::check::{number, refused};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use twin_core::Stream;

use super::city::City;
use super::edit::Edit;
use super::period::Period;
use crate::collecting::{Conduct, Information};
use crate::error::{SimError, SimResult};
use crate::random::Draws;

/// The format that this version reads.
pub(super) const FORMAT: u16 = 1;
/// No file of a scenario is longer, in bytes.
const MAX_BYTES: usize = 1_048_576;

/// What is looked at, what is changed, for how long, and how often.
///
/// ```
/// use simulator::scenario::Scenario;
///
/// let scenario = Scenario::parse(
///     "format: 1
/// name: { fr: Aujourd'hui, en: Today }
/// territory: { preset: demo-2022 }
/// period: { from: 2022-05-02, days: 28 }
/// policy: { kind: fixed }
/// ",
/// )?;
/// assert_eq!(scenario.replications, 10);
/// let typo = Scenario::parse("format: 1\nnames: {}\n").unwrap_err();
/// assert!(typo.to_string().contains("scenario"));
/// # Ok::<(), simulator::SimError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Maquette scenario")]
pub struct Scenario {
    /// The version of this form: 1.
    pub format: u16,
    /// What people call it.
    pub name: Words,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Words>,
    /// Where it plays.
    pub territory: Base,
    /// What people bring.
    #[serde(default)]
    pub flows: FlowChoice,
    /// The streams that are looked at; without it all that the rules have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub streams: Option<Vec<Stream>>,
    /// From when until when.
    pub period: Period,
    /// What everything random follows from.
    #[serde(default = "one")]
    pub seed: u64,
    /// How often it is run, 1 to 10,000, each time with other luck.
    #[serde(default = "ten")]
    pub replications: u32,
    /// How the luck of one run goes with that of the next.
    #[serde(default)]
    pub draws: Draws,
    /// Who is emptied when.
    pub policy: PolicyRule,
    /// From where levels are known.
    #[serde(default = "no_information")]
    pub information: Information,
    /// Which sensors there are, and how they are.
    #[serde(default)]
    pub sensors: SensorChoice,
    /// How days differ from their plans.
    #[serde(default)]
    pub conduct: Conduct,
    /// How long plans are searched for.
    #[serde(default)]
    pub effort: Effort,
    /// What is changed, in order.
    #[serde(default)]
    pub edits: Vec<Edit>,
}

const fn one() -> u64 {
    1
}

const fn ten() -> u32 {
    10
}

const fn no_information() -> Information {
    Information::None
}

/// A text in the languages of the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// Where a scenario plays: one of the four.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// A preset of the embedded territory: `demo-2022`, `target-2023` or `as-built`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// The folder of a pack, as seen from the scenario's own folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<String>,
    /// A synthetic city of a few figures, without roads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<City>,
    /// The territory of the server that is asked, as it is at that moment: assets as people moved, added
    /// and removed them, and levels that sensors told. Other levels are drawn from the law to which the
    /// policy leads. The period begins that day, and `run_in_days` follows from `from`.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub live: bool,
}

/// What people bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FlowChoice {
    /// As the territory says: presets have the flows of the plan's time, before 2023.
    #[default]
    Usual,
    /// Those before 2023, for all times.
    #[serde(rename = "before-2023")]
    BeforeTwentyThree,
    /// Those since 2023, for all times.
    #[serde(rename = "after-2023")]
    AfterTwentyThree,
    /// With the change of regime of 1 January 2023.
    AsHappened,
}

/// A policy, with the one number that it may need.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyRule {
    /// Which one.
    pub kind: PolicyKind,
    /// Fixed rounds: how full containers may become in the mean between two rounds, times the usual 85 % of the busiest,
    /// 0.1 to 10. Without it 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stretch: Option<f64>,
    /// Fixed rounds that pass by, and the threshold policy: from which share of its volume on a container
    /// is emptied, 0 to 1. Without it 0.7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Prizes: the weight of overflows against money, 0 to 1,000,000. Without it that of the rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rho: Option<f64>,
    /// How many days a rolling horizon looks ahead, 1 to 14. Without it 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon_days: Option<u32>,
    /// How many sites are taken, 1 to 100,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
}

/// Who is emptied when.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyKind {
    /// Fixed rounds: each sector on its day, whatever is in the containers.
    Fixed,
    /// Fixed rounds, but only what is known to be full enough is emptied.
    FixedThreshold,
    /// What is known to be full enough, wherever it is.
    Threshold,
    /// What almost certainly overflows before the next pass; the rest for a prize, where it is worth the way.
    Prize,
    /// Prizes, and what comes due within a few days is worth the visit that it saves.
    Rolling,
    /// The sites of which a container is expected to be full soonest, so many of them.
    Soonest,
}

/// Which sensors there are, and how they are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SensorChoice {
    /// Which share of the containers has one, 0 to 1; without it those of the territory.
    pub share: Option<f64>,
    /// Which share of the sensors is broken at any time, 0 to 0.9: 0.16 is Grenoble's (Senate report).
    pub faulty_share: f64,
}

impl Default for SensorChoice {
    fn default() -> Self {
        Self {
            share: None,
            faulty_share: 0.16,
        }
    }
}

/// How long plans are searched for: in steps, so that the clock has no part in an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Effort {
    /// Steps for each stop of a day's plan, 1 to 100,000.
    pub steps_per_stop: u32,
    /// Steps for each stop of the plans of fixed rounds, which are made once, 1 to 100,000.
    pub fixed_steps_per_stop: u32,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            steps_per_stop: 6,
            fixed_steps_per_stop: 30,
        }
    }
}

impl Scenario {
    /// Reads a scenario in YAML (JSON is YAML too) and checks it.
    ///
    /// # Errors
    /// [`SimError::UnreadableScenario`] with line and column for what is not of this form, unknown keys
    /// among it; [`SimError::InvalidScenario`] with the key, the value and what can stand there.
    pub fn parse(text: &str) -> SimResult<Self> {
        check_length(text)?;
        let read = serde_saphyr::from_str::<Self>(text);
        read.map_err(|source| SimError::UnreadableScenario {
            source: Box::new(source),
        })?
        .checked()
    }

    /// Reads a scenario in TOML and checks it.
    ///
    /// # Errors
    /// Those of [`Scenario::parse`].
    pub fn parse_toml(text: &str) -> SimResult<Self> {
        check_length(text)?;
        let read = toml::from_str::<Self>(text);
        read.map_err(|source| SimError::UnreadableScenario {
            source: Box::new(source),
        })?
        .checked()
    }

    /// The form of the file, as a JSON Schema (draft 2020-12).
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }

    fn checked(self) -> SimResult<Self> {
        check::check(&self)?;
        Ok(self)
    }
}

fn check_length(text: &str) -> SimResult<()> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    Err(SimError::InvalidScenario {
        key: "the file".into(),
        value: format!("{} bytes long", text.len()).into(),
        expected: "up to 1048576 bytes",
    })
}
