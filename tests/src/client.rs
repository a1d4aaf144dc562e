//! A client of the service: documents, pages of features to the last one, and streams of events.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use ureq::BodyReader;

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
    let body = call(url, None, None)?.body_mut().read_to_string();
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
    let mut events = Vec::new();
    for event in SentEvents::listen(&url, None, Some(since))? {
        let event = event?;
        if event.kind != "change" {
            continue;
        }
        let seq = event
            .id
            .ok_or_else(|| malformed(&url, "a change has no id"))?;
        let data = event.data;
        events.push(LiveEvent { seq, data });
        if events.last().is_some_and(&is_last) {
            return Ok(events);
        }
    }
    Err(malformed(&url, "the stream ended"))
}

/// A server-sent event.
#[derive(Clone, Debug, PartialEq)]
pub struct SentEvent {
    /// Its `event:`.
    pub kind: String,
    /// Its `id:`.
    pub id: Option<u64>,
    /// Its `data:`.
    pub data: Value,
}

/// A stream of server-sent events, as they come, until it ends.
pub struct SentEvents {
    url: String,
    lines: Lines<BufReader<BodyReader<'static>>>,
}

impl std::fmt::Debug for SentEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SentEvents").field(&self.url).finish()
    }
}

impl SentEvents {
    /// Listens, with a token where there is one, from after the event with a number.
    pub fn listen(url: &str, token: Option<&str>, after: Option<u64>) -> HarnessResult<Self> {
        let response = call(url, token, after)?;
        let reader = BufReader::new(response.into_body().into_reader());
        Ok(Self {
            url: url.to_owned(),
            lines: reader.lines(),
        })
    }
}

impl Iterator for SentEvents {
    type Item = HarnessResult<SentEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut kind, mut id) = (String::new(), None);
        loop {
            let line = match self.lines.next()? {
                Ok(line) => line,
                Err(error) => return Some(Err(malformed(&self.url, error))),
            };
            match line.split_once(": ") {
                Some(("event", text)) => text.clone_into(&mut kind),
                Some(("id", text)) => id = text.parse().ok(),
                Some(("data", text)) => {
                    let data = serde_json::from_str(text);
                    let event = data.map(|data| SentEvent { kind, id, data });
                    return Some(event.map_err(|error| malformed(&self.url, error)));
                }
                _ => {}
            }
        }
    }
}

fn call(
    url: &str,
    token: Option<&str>,
    after: Option<u64>,
) -> HarnessResult<ureq::http::Response<ureq::Body>> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(ANSWER_WITHIN))
        .build()
        .into();
    let mut request = agent.get(url);
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    if let Some(after) = after {
        request = request.header("Last-Event-ID", after.to_string());
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
