//! A client of the service: documents, pages of features to the last one, and the live stream.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::error::{HarnessError, HarnessResult};

/// How long one request may take, with all of its answer.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

/// A change as `/live` sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveEvent {
    /// Its `id:`.
    pub seq: u64,
    /// Its `data:`.
    pub data: Value,
}

/// The JSON that answers to a GET.
pub fn get_json(url: &str) -> HarnessResult<Value> {
    let body = call(url, None)?.body_mut().read_to_string();
    let body = body.map_err(|error| malformed(url, error))?;
    serde_json::from_str(&body).map_err(|error| malformed(url, error))
}

/// Every feature of a collection: page after page by its `next` links, `numberMatched` of them,
/// none of them twice.
pub fn all_features(base: &str, path_and_query: &str) -> HarnessResult<Vec<Value>> {
    let (mut features, mut ids) = (Vec::new(), BTreeSet::new());
    let mut next = Some(path_and_query.to_owned());
    while let Some(path) = next {
        let mut page = get_json(&format!("{base}{path}"))?;
        next = link(&page, "next");
        let matched = page["numberMatched"].as_u64();
        let Value::Array(here) = page["features"].take() else {
            return Err(malformed(&path, "it has no features"));
        };
        if page["numberReturned"].as_u64() != u64::try_from(here.len()).ok() {
            return Err(malformed(&path, "numberReturned is not what it returned"));
        }
        for feature in here {
            if !ids.insert(feature["id"].to_string()) {
                return Err(malformed(
                    &path,
                    format!("{} is there twice", feature["id"]),
                ));
            }
            features.push(feature);
        }
        if next.is_none() && matched != u64::try_from(features.len()).ok() {
            let reason = format!("{} features of numberMatched {matched:?}", features.len());
            return Err(malformed(&path, reason));
        }
    }
    Ok(features)
}

/// The changes after the one numbered `since`, until `is_last` says that one of them is the last.
pub fn changes(
    base: &str,
    since: u64,
    is_last: impl Fn(&LiveEvent) -> bool,
) -> HarnessResult<Vec<LiveEvent>> {
    let url = format!("{base}/live");
    let mut response = call(&url, Some(since))?;
    let lines = BufReader::new(response.body_mut().as_reader()).lines();
    let (mut events, mut seq, mut is_change) = (Vec::new(), None, false);
    for line in lines {
        let line = line.map_err(|error| malformed(&url, error))?;
        match line.split_once(": ") {
            Some(("event", kind)) => is_change = kind == "change",
            Some(("id", id)) => seq = id.parse().ok(),
            Some(("data", data)) if is_change => {
                let seq = seq.ok_or_else(|| malformed(&url, "a change has no id"))?;
                let data = serde_json::from_str(data).map_err(|error| malformed(&url, error))?;
                events.push(LiveEvent { seq, data });
                if events.last().is_some_and(&is_last) {
                    return Ok(events);
                }
            }
            _ => {}
        }
    }
    Err(malformed(&url, "the stream ended"))
}

fn call(url: &str, since: Option<u64>) -> HarnessResult<ureq::http::Response<ureq::Body>> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(ANSWER_WITHIN))
        .build()
        .into();
    let mut request = agent.get(url);
    if let Some(since) = since {
        request = request.header("Last-Event-ID", since.to_string());
    }
    request.call().map_err(|error| malformed(url, error))
}

fn link(page: &Value, rel: &str) -> Option<String> {
    let links = page["links"].as_array()?;
    let found = links.iter().find(|link| link["rel"] == rel)?;
    found["href"].as_str().map(str::to_owned)
}

fn malformed(url: &str, reason: impl std::fmt::Display) -> HarnessError {
    HarnessError::Malformed {
        path: PathBuf::from(url),
        reason: reason.to_string(),
    }
}
