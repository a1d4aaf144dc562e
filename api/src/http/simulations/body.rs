//! The body of `POST /simulations`: scenarios, as JSON or as the text of a YAML file, and what else is
//! asked for.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::with_causes;
use crate::http::problem::Problem;
use crate::http::query::bad_request;
use crate::scenario::jobs::{Asked, SimulationOrder};

/// How many scenarios a job has at most.
const MOST_SCENARIOS: usize = 8;
/// How many runs each of them has at most.
const MOST_REPLICATIONS: u32 = 10_000;

/// What an operator asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SimulationBody<'a> {
    #[serde(borrow)]
    scenarios: Vec<&'a RawValue>,
    replications: Option<u32>,
    seed: Option<u64>,
    precision: Option<f64>,
    #[serde(default)]
    equal_service: bool,
}

/// Reads a body, which is JSON.
///
/// # Errors
/// 422 for what is not of its form, 400 for values and scenarios that cannot be used, by their line or key.
pub(super) fn read(json: &str) -> Result<SimulationOrder, Problem> {
    let body: SimulationBody<'_> = serde_json::from_str(json).map_err(|error| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY).because(error.to_string())
    })?;
    let count = body.scenarios.len();
    if !(1..=MOST_SCENARIOS).contains(&count) {
        let told = format!("scenarios: {count} of them, expected 1 to {MOST_SCENARIOS}");
        return Err(bad_request(told));
    }
    let asked = Asked {
        replications: body.replications(),
        seed: body.seed,
        precision_ppm: body.precision_ppm()?,
        equal_service: body.equal_service,
    };
    if let Some(count) = asked.replications
        && !(1..=MOST_REPLICATIONS).contains(&count)
    {
        let told = format!("replications={count}: expected 1 to {MOST_REPLICATIONS}");
        return Err(bad_request(told));
    }
    let documents = body.scenarios.iter().map(|raw| document(json, raw));
    SimulationOrder::new(documents.collect(), asked)
        .map_err(|error| bad_request(with_causes(&error)))
}

impl SimulationBody<'_> {
    const fn replications(&self) -> Option<u32> {
        self.replications
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of millionths, from 100 to a million"
    )]
    fn precision_ppm(&self) -> Result<Option<u32>, Problem> {
        let Some(share) = self.precision else {
            return Ok(None);
        };
        if (1e-4..=1.0).contains(&share) {
            return Ok(Some((share * 1e6).round() as u32));
        }
        let told = format!("precision={share}: expected a share from 0.0001 to 1");
        Err(bad_request(told))
    }
}

/// A scenario as a text of its own. One that is given as text has its own lines; one in JSON keeps those
/// of the body, so that whoever is told a line finds it.
fn document(body: &str, raw: &RawValue) -> Box<str> {
    if let Ok(text) = serde_json::from_str::<Box<str>>(raw.get()) {
        return text;
    }
    let start = raw.get().as_ptr().addr() - body.as_ptr().addr();
    let before = body.get(..start).unwrap_or_default();
    let (lines, column) = match before.rfind('\n') {
        Some(last) => (before.matches('\n').count(), start - last - 1),
        None => (0, start),
    };
    let (lines, spaces) = ("\n".repeat(lines), " ".repeat(column));
    format!("{lines}{spaces}{}", raw.get()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: &str = r#"{
        "format": 1,
        "name": { "fr": "Calme", "en": "Calm" },
        "territory": { "preset": "demo-2022" },
        "period": { "from": "2022-05-02", "days": 7 },
        "policy": { "kind": "prize" }
      }"#;

    fn refused(json: &str) -> String {
        let problem = read(json).unwrap_err();
        serde_json::to_value(problem).unwrap()["detail"].to_string()
    }

    #[test]
    fn scenarios_come_as_json_or_as_text() {
        let yaml = "format: 1\nname: { fr: a, en: Text }\nterritory: { preset: demo-2022 }\n\
             period: { from: 2022-05-02, days: 7 }\npolicy: { kind: fixed }\n";
        let yaml = serde_json::to_string(yaml).unwrap();
        let body = format!(
            "{{\"scenarios\": [{CALM}, {yaml}], \"replications\": 3, \"precision\": 0.02}}"
        );
        let order = read(&body).unwrap();
        let names: Vec<&str> = order.scenarios.iter().map(|one| &*one.name.en).collect();
        assert_eq!(names, ["Calm", "Text"]);
        assert_eq!(order.asked.precision(), Some(0.02));
        assert_eq!(order.runs(), 6);
    }

    #[test]
    fn the_line_of_the_body_is_told() {
        let typo = CALM.replace("policy", "police");
        let told = refused(&format!(
            "{{\n  \"scenarios\": [\n    {CALM},\n    {typo}\n  ]\n}}"
        ));
        assert!(
            told.contains("scenario 2") && told.contains("police"),
            "{told}"
        );
        assert!(told.contains("line 15") || told.contains("15:"), "{told}");
        let one_line = typo.replace('\n', " ");
        let told = refused(&format!("{{\"scenarios\": [{one_line}]}}"));
        assert!(told.contains("line 1") || told.contains("1:"), "{told}");
    }

    #[rstest::rstest]
    #[case::none(r#"{"scenarios": []}"#, "expected 1 to 8")]
    #[case::missing("{}", "scenarios")]
    #[case::unknown(r#"{"scenarios": [], "sed": 1}"#, "sed")]
    #[case::no_runs(r#"{"scenarios": [""], "replications": 0}"#, "replications=0")]
    #[case::no_share(r#"{"scenarios": [""], "precision": 2}"#, "precision=2")]
    #[case::a_number(r#"{"scenarios": [7]}"#, "scenario 1")]
    fn what_cannot_be_is_named(#[case] body: &str, #[case] told: &str) {
        let refused = refused(body);
        assert!(refused.contains(told), "{refused}");
    }

    #[test]
    fn a_value_that_cannot_be_is_told_by_its_key() {
        let told = refused(&format!(
            "{{\"scenarios\": [{}]}}",
            CALM.replace("\"days\": 7", "\"days\": 0")
        ));
        assert!(told.contains("period.days"), "{told}");
    }
}
