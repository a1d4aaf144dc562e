//! The body of `POST /plans`: every value is valid, or the request is refused with all that are not.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use simulator::calendar::LocalDay;
use simulator::collection::day::Policy;
use simulator::collection::rules::Rules;
use simulator::random::Seed;
use simulator::roads::HourClass;
use twin_core::{Fraction, Stream, Timestamp};

use crate::collection::jobs::{PlanOrder, Start};
use crate::collection::{Effort, Levels, LevelsFrom, Limits, PolicyName, parse_day, policy};
use crate::http::problem::Problem;
use crate::http::query::bad_request;
use crate::jobs::JobId;

/// The longest time that a plan is searched for.
const MOST_SECONDS: f64 = 600.0;
/// How long it is searched for where nothing is said.
const USUAL_SECONDS: f64 = 30.0;
/// The most steps.
const MOST_ITERATIONS: u64 = 1_000_000_000;
/// The level from which the policy threshold empties, where nothing is said.
const USUAL_THRESHOLD: f64 = 0.7;
/// How many containers the policy fullest takes, where nothing is said, and at most.
const FULLEST: (u64, u64) = (300, 100_000);
/// How many days after today sensors say something about.
const DAYS_AHEAD: u32 = 7;

/// What an operator has planned.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PlanBody {
    date: String,
    policy: Option<String>,
    threshold: Option<f64>,
    fullest: Option<u64>,
    settled_by: Option<String>,
    streams: Option<Vec<String>>,
    hour: Option<String>,
    seconds: Option<f64>,
    iterations: Option<u64>,
    threads: Option<u64>,
    seed: Option<u64>,
    levels: Option<String>,
    start: Option<String>,
}

/// What a body is read for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms<'a> {
    /// How it is collected.
    pub(super) rules: &'a Rules,
    /// Whether anything measures levels.
    pub(super) has_sensors: bool,
    /// What the twin's clock shows.
    pub(super) now: Timestamp,
    /// How many threads a search may have.
    pub(super) threads: u16,
}

/// What is wrong with a body.
#[derive(Debug, Default)]
struct Complaints(Vec<String>);

impl Complaints {
    /// The value, where it is one.
    fn take<T>(&mut self, read: Result<T, String>) -> Option<T> {
        read.map_err(|complaint| self.0.push(complaint)).ok()
    }
}

impl PlanBody {
    /// Reads it; `day` gives the saved day of an earlier job.
    ///
    /// # Errors
    /// 400 with every value that cannot be used, and what was expected instead.
    pub(super) fn read(
        &self,
        terms: &Terms<'_>,
        day: impl Fn(JobId) -> Option<Arc<[u8]>>,
    ) -> Result<PlanOrder, Problem> {
        let mut complaints = Complaints::default();
        let date = complaints.take(self.date());
        let policies = complaints.take(self.policies());
        let streams = complaints.take(self.streams(terms.rules));
        let hour = complaints.take(self.hour());
        let effort = self.effort(terms, &mut complaints);
        let from = complaints.take(self.levels(terms, date.as_ref()));
        let start = complaints.take(self.start(day));
        let all = (date, policies, streams, hour, effort, from, start);
        let (
            Some(date),
            Some(policies),
            Some(streams),
            Some(hour),
            Some(effort),
            Some(from),
            Some(start),
        ) = all
        else {
            return Err(bad_request(complaints.0.join("; ")));
        };
        let (policy, settled_by) = policies;
        Ok(PlanOrder {
            date,
            policy,
            streams,
            levels: Levels {
                from,
                settled_by,
                seed: Seed(effort.seed),
            },
            hour,
            effort,
            start,
        })
    }

    fn date(&self) -> Result<LocalDay, String> {
        let expected = "a day like 2022-05-17, from 1996 to 2199";
        parse_day(&self.date).map_err(|_refused| refused("date", &self.date, expected))
    }

    /// How containers are chosen on the day, and were until then.
    fn policies(&self) -> Result<(Policy, Policy), String> {
        let expected = "prize, threshold, fixed or fullest";
        let name = named(
            "policy",
            self.policy.as_deref(),
            PolicyName::Prize,
            expected,
        )?;
        let settled_by = named("settled_by", self.settled_by.as_deref(), name, expected)?;
        let is_either = |wanted| name == wanted || settled_by == wanted;
        let least = self.threshold.unwrap_or(USUAL_THRESHOLD);
        let threshold = Fraction::new(least);
        let threshold =
            threshold.map_err(|_refused| refused("threshold", least, "a share from 0 to 1"))?;
        if self.threshold.is_some() && !is_either(PolicyName::Threshold) {
            return Err(refused(
                "threshold",
                least,
                "none but with the policy threshold",
            ));
        }
        let (usual, most) = FULLEST;
        let fullest = whole("fullest", self.fullest, usual, most)?;
        if self.fullest.is_some() && !is_either(PolicyName::Fullest) {
            return Err(refused(
                "fullest",
                fullest,
                "none but with the policy fullest",
            ));
        }
        let fullest = usize::try_from(fullest).unwrap_or(usize::MAX);
        let policy = |name| policy(name, threshold, fullest);
        Ok((policy(name), policy(settled_by)))
    }

    /// Those asked for, or all that the rules have.
    fn streams(&self, rules: &Rules) -> Result<Vec<Stream>, String> {
        let known = rules.streams.keys().copied();
        let Some(asked) = &self.streams else {
            return Ok(known.collect());
        };
        let expected = || {
            let names: Vec<&str> = known.clone().map(Stream::name).collect();
            format!("some of {}, each once", names.join(", "))
        };
        let mut streams = Vec::new();
        for text in asked {
            let stream = text.parse().ok();
            let stream = stream.filter(|stream| rules.streams.contains_key(stream));
            match stream {
                Some(stream) if !streams.contains(&stream) => streams.push(stream),
                _ => return Err(refused("streams", text, &expected())),
            }
        }
        if streams.is_empty() {
            return Err(refused("streams", "[]", &expected()));
        }
        Ok(streams)
    }

    fn hour(&self) -> Result<HourClass, String> {
        let hour = self.hour.as_deref();
        named("hour", hour, HourClass::OffPeak, "off-peak or peak")
    }

    fn effort(&self, terms: &Terms<'_>, complaints: &mut Complaints) -> Option<Effort> {
        let seconds = self.seconds.unwrap_or(USUAL_SECONDS);
        let is_usable = seconds > 0.0 && seconds <= MOST_SECONDS;
        let expected = format!("a number above 0, at most {MOST_SECONDS}");
        let seconds = is_usable
            .then_some(seconds)
            .ok_or_else(|| refused("seconds", seconds, &expected));
        let seconds = complaints.take(seconds);
        let iterations = self.iterations.map(|count| {
            let count = whole("iterations", Some(count), 1, MOST_ITERATIONS);
            complaints.take(count)
        });
        let threads = whole("threads", self.threads, 1, terms.threads.into());
        let threads = complaints.take(threads)?;
        Some(Effort {
            limits: Limits {
                wall: Some(Duration::from_secs_f64(seconds?)),
                cpu: None,
                iterations: match iterations {
                    Some(count) => Some(count?),
                    None => None,
                },
            },
            threads: u16::try_from(threads).unwrap_or(terms.threads),
            seed: self.seed.unwrap_or(1),
        })
    }

    /// Live ones where the territory has sensors, for days about which these say something.
    fn levels(&self, terms: &Terms<'_>, date: Option<&LocalDay>) -> Result<LevelsFrom, String> {
        let from = match self.levels.as_deref() {
            None if terms.has_sensors => LevelsFrom::Live,
            None | Some("synthetic") => LevelsFrom::Synthetic,
            Some("live") => LevelsFrom::Live,
            Some(text) => return Err(refused("levels", text, "live or synthetic")),
        };
        if from == LevelsFrom::Synthetic {
            return Ok(from);
        }
        if !terms.has_sensors {
            let expected = "synthetic, for the territory has no sensors";
            return Err(refused("levels", "live", expected));
        }
        let today = LocalDay::containing(terms.now).ok();
        let is_near = today.zip(date).is_none_or(|(today, date)| {
            let today = today.number();
            (today..=today.saturating_add(DAYS_AHEAD)).contains(&date.number())
        });
        if is_near {
            return Ok(from);
        }
        let expected = format!(
            "synthetic, or a date from today to {DAYS_AHEAD} days later; the clock of the twin \
             shows {}",
            terms.now
        );
        Err(refused("levels", "live", &expected))
    }

    fn start(&self, day: impl Fn(JobId) -> Option<Arc<[u8]>>) -> Result<Option<Start>, String> {
        let Some(text) = self.start.as_deref() else {
            return Ok(None);
        };
        let id = text.parse::<JobId>().ok();
        let start = id.and_then(|id| {
            let day = day(id)?;
            Some(Start { id, day })
        });
        let expected = "the id of a plan that is kept with its day";
        start
            .map(Some)
            .ok_or_else(|| refused("start", text, expected))
    }
}

fn refused(name: &str, value: impl std::fmt::Display, expected: &str) -> String {
    format!("{name}={value}: expected {expected}")
}

/// A value by its name; `usual` where nothing is said.
fn named<T: FromStr>(
    field: &str,
    text: Option<&str>,
    usual: T,
    expected: &str,
) -> Result<T, String> {
    match text {
        None => Ok(usual),
        Some(text) => text
            .parse()
            .map_err(|_unknown| refused(field, text, expected)),
    }
}

/// A whole number from 1 on; `usual` where nothing is said.
fn whole(field: &str, value: Option<u64>, usual: u64, most: u64) -> Result<u64, String> {
    let value = value.unwrap_or(usual);
    if (1..=most).contains(&value) {
        return Ok(value);
    }
    let expected = format!("a whole number from 1 to {most}");
    Err(refused(field, value, &expected))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const DATE: &str = "2022-05-17";

    fn order(body: Value, has_sensors: bool) -> Result<PlanOrder, String> {
        let rules = Rules::built_in();
        let terms = Terms {
            rules: &rules,
            has_sensors,
            now: "2022-05-16T20:00:00Z".parse().unwrap(),
            threads: 2,
        };
        let body: PlanBody = serde_json::from_value(body).map_err(|error| error.to_string())?;
        let day = |id: JobId| (id.0 == 7).then(|| Arc::from([]));
        let problem =
            |problem: Problem| serde_json::to_value(problem).unwrap()["detail"].to_string();
        body.read(&terms, day).map_err(problem)
    }

    #[test]
    fn a_date_is_enough() {
        let order = order(json!({"date": DATE}), true).unwrap();
        assert_eq!(order.levels.from, LevelsFrom::Live);
        assert_eq!(order.policy, Policy::Prize);
        assert_eq!(order.streams.len(), Rules::built_in().streams.len());
        assert_eq!(order.effort.limits.wall, Some(Duration::from_secs(30)));
    }

    #[test]
    fn everything_that_is_said_is_taken() {
        let body = json!({
            "date": DATE, "policy": "threshold", "threshold": 0.4, "settled_by": "fullest",
            "fullest": 50, "streams": ["glass"], "hour": "peak", "seconds": 2.5, "iterations": 100,
            "threads": 2, "seed": 9, "levels": "synthetic", "start": "7",
        });
        let told = serde_json::to_value(order(body.clone(), true).unwrap()).unwrap();
        let expected = json!({
            "date": DATE, "policy": "threshold", "threshold": 0.4, "settled_by": "fullest",
            "fullest": null, "streams": ["glass"], "hour": "peak", "seconds": 2.5, "iterations": 100,
            "threads": 2, "seed": 9, "levels": "synthetic", "start": "7",
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn without_sensors_levels_are_made_up() {
        let order = order(json!({"date": "1999-05-17"}), false).unwrap();
        assert_eq!(order.levels.from, LevelsFrom::Synthetic);
    }

    #[rstest::rstest]
    #[case::date(json!({"date": "2022-02-30"}), "date=2022-02-30")]
    #[case::no_date(json!({}), "date")]
    #[case::unknown(json!({"date": DATE, "police": "prize"}), "police")]
    #[case::policy(json!({"date": DATE, "policy": "luck"}), "policy=luck")]
    #[case::settled_by(json!({"date": DATE, "settled_by": "luck"}), "settled_by=luck")]
    #[case::threshold(json!({"date": DATE, "policy": "threshold", "threshold": 1.5}), "threshold=1.5")]
    #[case::idle_threshold(json!({"date": DATE, "threshold": 0.5}), "threshold=0.5")]
    #[case::fullest(json!({"date": DATE, "policy": "fullest", "fullest": 0}), "fullest=0")]
    #[case::idle_fullest(json!({"date": DATE, "fullest": 5}), "fullest=5")]
    #[case::stream(json!({"date": DATE, "streams": ["gold"]}), "streams=gold")]
    #[case::stream_twice(json!({"date": DATE, "streams": ["glass", "glass"]}), "streams=glass")]
    #[case::no_stream(json!({"date": DATE, "streams": []}), "streams=[]")]
    #[case::hour(json!({"date": DATE, "hour": "noon"}), "hour=noon")]
    #[case::no_time(json!({"date": DATE, "seconds": 0}), "seconds=0")]
    #[case::long(json!({"date": DATE, "seconds": 601}), "seconds=601")]
    #[case::no_steps(json!({"date": DATE, "iterations": 0}), "iterations=0")]
    #[case::threads(json!({"date": DATE, "threads": 3}), "threads=3")]
    #[case::seed(json!({"date": DATE, "seed": -1}), "seed")]
    #[case::levels(json!({"date": DATE, "levels": "guessed"}), "levels=guessed")]
    #[case::yesterday(json!({"date": "2022-05-15"}), "levels=live")]
    #[case::far(json!({"date": "2022-05-24", "levels": "live"}), "levels=live")]
    #[case::start(json!({"date": DATE, "start": "8"}), "start=8")]
    #[case::start_name(json!({"date": DATE, "start": "x"}), "start=x")]
    fn a_bad_value_is_named(#[case] body: Value, #[case] named: &str) {
        // The field is named where its type is wrong; the server's extractor adds the path to it.
        let refused = order(body, true).unwrap_err();
        let is_typed = named == "seed" && refused.contains("-1");
        assert!(is_typed || refused.contains(named), "{refused}");
    }

    #[test]
    fn all_bad_values_are_named_at_once() {
        let body = json!({"date": "soon", "policy": "luck", "threads": 0, "seconds": -1});
        let refused = order(body, true).unwrap_err();
        for named in ["date=soon", "policy=luck", "threads=0", "seconds=-1"] {
            assert!(refused.contains(named), "{named} in {refused}");
        }
    }

    #[test]
    fn sensors_that_are_not_there_tell_nothing() {
        let refused = order(json!({"date": DATE, "levels": "live"}), false).unwrap_err();
        assert!(refused.contains("has no sensors"), "{refused}");
    }
}
