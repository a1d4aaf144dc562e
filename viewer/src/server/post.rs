//! What is sent to the server, once each: where no answer comes nobody knows whether it was taken, so that is told,
//! and nothing is sent twice.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bevy::ecs::message::{Message, MessageWriter};
use bevy::ecs::system::ResMut;
use serde::Deserialize;

use super::client::{Client, Ticket};

/// The most characters of a reason that are told.
const LONGEST: usize = 400;

/// What came of something that was sent.
#[derive(Message, Clone, Debug)]
pub struct Posted {
    /// Which.
    pub ticket: Ticket,
    /// What the server answers.
    pub outcome: Result<Arc<[u8]>, NotPosted>,
}

/// The server did not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotPosted {
    /// The HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// Why, as the server says.
    pub reason: Box<str>,
}

/// Bounded by what is in flight: each that is sent comes back once.
type Returned = Arc<Mutex<Vec<(Ticket, ehttp::Result<ehttp::Response>)>>>;

/// What is still to be sent, and what has come back.
#[derive(Default)]
pub(super) struct Post {
    outgoing: VecDeque<(Ticket, ehttp::Request)>,
    returned: Returned,
    in_flight: usize,
}

impl Post {
    pub(super) fn push(&mut self, ticket: Ticket, request: ehttp::Request) {
        self.outgoing.push_back((ticket, request));
    }

    pub(super) fn is_idle(&self) -> bool {
        self.in_flight == 0 && self.outgoing.is_empty()
    }

    #[cfg(test)]
    pub(super) fn last(&self) -> Option<Ticket> {
        self.outgoing.back().map(|(ticket, _)| *ticket)
    }

    fn send(&mut self) {
        for (ticket, request) in self.outgoing.drain(..) {
            self.in_flight += 1;
            let returned = Arc::clone(&self.returned);
            ehttp::fetch(request, move |outcome| {
                let mut returned = returned.lock().unwrap_or_else(PoisonError::into_inner);
                returned.push((ticket, outcome));
            });
        }
    }

    fn take(&mut self) -> Vec<Posted> {
        let returned =
            std::mem::take(&mut *self.returned.lock().unwrap_or_else(PoisonError::into_inner));
        self.in_flight = self.in_flight.saturating_sub(returned.len());
        let told = returned.into_iter();
        told.map(|(ticket, outcome)| Posted {
            ticket,
            outcome: read(outcome),
        })
        .collect()
    }
}

/// What a problem says of itself (RFC 9457).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: Box<str>,
    detail: Box<str>,
}

fn read(outcome: ehttp::Result<ehttp::Response>) -> Result<Arc<[u8]>, NotPosted> {
    let response = outcome.map_err(|error| NotPosted {
        status: None,
        reason: error.into(),
    })?;
    if response.ok {
        return Ok(response.bytes.into());
    }
    let problem: Problem = serde_json::from_slice(&response.bytes).unwrap_or_default();
    let reason = [&problem.detail, &problem.title];
    let reason = reason.into_iter().find(|reason| !reason.is_empty());
    let reason = reason.map_or_else(|| response.status.to_string(), ToString::to_string);
    Err(NotPosted {
        status: Some(response.status),
        reason: reason.chars().take(LONGEST).collect::<String>().into(),
    })
}

/// Sends what is to be sent, and tells what came of it.
pub(super) fn deliver(mut client: ResMut<Client>, mut posted: MessageWriter<Posted>) {
    let is_busy = !client.posts().is_idle();
    if is_busy {
        client.posts_mut().send();
        posted.write_batch(client.posts_mut().take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> ehttp::Response {
        ehttp::Response {
            url: String::new(),
            ok: status == 202,
            status,
            status_text: String::new(),
            headers: ehttp::Headers::default(),
            bytes: body.into(),
        }
    }

    #[rstest::rstest]
    #[case::taken(Ok(response(202, "{}")), None)]
    #[case::a_problem(Ok(response(400, r#"{"title": "Bad Request", "detail": "scenario 2: edits[0]"}"#)), Some((Some(400), "scenario 2: edits[0]")))]
    #[case::without_words(Ok(response(502, "<html>")), Some((Some(502), "502")))]
    #[case::no_answer(Err("refused".into()), Some((None, "refused")))]
    fn what_is_refused_says_why(
        #[case] outcome: ehttp::Result<ehttp::Response>,
        #[case] refused: Option<(Option<u16>, &str)>,
    ) {
        let told = read(outcome).err();
        let told = told.as_ref().map(|it| (it.status, &*it.reason));
        assert_eq!(told, refused);
    }

    #[test]
    fn what_is_sent_is_json_of_an_operator() {
        let token = super::super::OperatorToken::new("s3cret").ok();
        let mut client = Client::new("http://127.0.0.1:1").presenting(token);
        assert!(client.is_idle());
        let ticket = client.post("/simulations", b"{}".to_vec());
        assert_eq!(client.last_post(), Some(ticket));
        assert!(!client.is_idle());
        let (_, request) = client.posts_mut().outgoing.pop_front().unwrap();
        assert_eq!(request.headers.get("Authorization"), Some("Bearer s3cret"));
        assert_eq!(
            request.headers.get("Content-Type"),
            Some("application/json")
        );
        assert_eq!(request.body, b"{}");
    }
}
