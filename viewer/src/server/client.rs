//! Questions to the server, a few at a time, asked again until it answers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bevy::ecs::message::{Message, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use bevy::time::{Real, Time};

use super::post::Post;
use super::token::OperatorToken;

/// Most questions on their way at once.
const ABREAST: usize = 6;
/// How long to wait before a question is asked again, in seconds; the last one from then on.
const PATIENCE_S: [f64; 4] = [1.0, 2.0, 5.0, 10.0];
/// Answer of a server that is there and cannot answer now.
const UNAVAILABLE: u16 = 503;

/// Names a question, so that who asked knows the answer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Ticket(u32);

#[cfg(test)]
impl Ticket {
    /// One that no question has.
    pub(super) const fn of_test(number: u32) -> Self {
        Self(u32::MAX - number)
    }
}

/// An answer has come.
#[derive(Message, Clone, Debug)]
pub struct Answered {
    /// Which question it answers.
    pub ticket: Ticket,
    /// What was asked for; empty where the server has nothing there.
    pub body: Result<Arc<[u8]>, Refused>,
}

/// The server will not answer this question, now or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server answers {status}")]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
}

/// Asks the server. Answers come as [`Answered`]; where the server is away, the question waits.
#[derive(Resource)]
pub struct Client {
    base: Box<str>,
    token: Option<OperatorToken>,
    inbox: Inbox,
    waiting: VecDeque<Question>,
    in_flight: usize,
    last: u32,
    fails: usize,
    post: Post,
}

/// Bounded by what is in flight: each question puts in one answer.
type Inbox = Arc<Mutex<Vec<(Question, ehttp::Result<ehttp::Response>)>>>;

#[derive(Clone, Debug)]
struct Question {
    ticket: Ticket,
    path: Box<str>,
    not_before_s: f64,
    tries: usize,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .field("waiting", &self.waiting.len())
            .field("in_flight", &self.in_flight)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Asks the server at `base`, which is `http://host:port`.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').into(),
            token: None,
            inbox: Inbox::default(),
            waiting: VecDeque::new(),
            in_flight: 0,
            last: 0,
            fails: 0,
            post: Post::default(),
        }
    }

    /// The same, presenting the operator's token with every question where there is one.
    #[must_use]
    pub fn presenting(self, token: Option<OperatorToken>) -> Self {
        Self { token, ..self }
    }

    /// Whether it asks as an operator.
    pub const fn is_operator(&self) -> bool {
        self.token.is_some()
    }

    /// Asks for `path`, which begins with a slash.
    pub fn ask(&mut self, path: impl Into<Box<str>>) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.waiting.push_back(Question {
            ticket,
            path: path.into(),
            not_before_s: 0.0,
            tries: 0,
        });
        ticket
    }

    /// Sends JSON to `path`, once: what comes of it is told as [`Posted`](super::Posted).
    pub fn post(&mut self, path: &str, json: Vec<u8>) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        let mut request = self.request(path);
        request.method = ehttp::Method::POST;
        request.body = json;
        request.headers.insert("Content-Type", "application/json");
        self.post.push(ticket, request);
        ticket
    }

    pub(super) const fn posts(&self) -> &Post {
        &self.post
    }

    pub(super) const fn posts_mut(&mut self) -> &mut Post {
        &mut self.post
    }

    #[cfg(test)]
    pub(crate) fn last_post(&self) -> Option<Ticket> {
        self.post.last()
    }

    /// Gives up questions that nobody waits for any more and that are not on their way yet.
    pub fn forget(&mut self, is_stale: impl Fn(Ticket) -> bool) {
        self.waiting.retain(|question| !is_stale(question.ticket));
    }

    /// As if the last question were on its way: which, and what it asks for.
    #[cfg(test)]
    pub(crate) fn send_last(&mut self) -> Option<(Ticket, String)> {
        let question = self.waiting.pop_back()?;
        Some((question.ticket, question.path.into()))
    }

    /// As if all questions were on their way: which, and what they ask for.
    #[cfg(test)]
    pub(crate) fn take_all(&mut self) -> Vec<(Ticket, String)> {
        let questions = self.waiting.drain(..);
        let sent = questions.map(|question| (question.ticket, question.path.into()));
        sent.collect()
    }

    /// Where a path lies.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Whether nothing is asked and nothing waits.
    pub fn is_idle(&self) -> bool {
        self.in_flight == 0 && self.waiting.is_empty() && self.post.is_idle()
    }

    /// How often in a row the server did not answer.
    pub const fn fails(&self) -> usize {
        self.fails
    }

    fn send_due(&mut self, now_s: f64) {
        let mut later = VecDeque::new();
        while self.in_flight < ABREAST {
            let Some(question) = self.waiting.pop_front() else {
                break;
            };
            if question.not_before_s > now_s {
                later.push_back(question);
            } else {
                self.send(question);
            }
        }
        self.waiting.append(&mut later);
    }

    fn send(&mut self, question: Question) {
        self.in_flight += 1;
        let inbox = Arc::clone(&self.inbox);
        let request = self.request(&question.path);
        ehttp::fetch(request, move |outcome| {
            let mut inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
            inbox.push((question, outcome));
        });
    }

    fn request(&self, path: &str) -> ehttp::Request {
        let mut request = ehttp::Request::get(self.url(path));
        if let Some(token) = &self.token {
            let (name, value) = token.header();
            request.headers.insert(name, value);
        }
        request
    }

    /// What came of a question; `None` where it will be asked again.
    fn settle(
        &mut self,
        mut question: Question,
        outcome: ehttp::Result<ehttp::Response>,
        now_s: f64,
    ) -> Option<Answered> {
        self.in_flight -= 1;
        let ticket = question.ticket;
        match outcome {
            Ok(response) if response.status != UNAVAILABLE => {
                self.fails = 0;
                let body = if response.ok {
                    Ok(response.bytes.into())
                } else {
                    Err(Refused {
                        status: response.status,
                    })
                };
                Some(Answered { ticket, body })
            }
            _ => {
                self.fails += 1;
                let wait = PATIENCE_S[question.tries.min(PATIENCE_S.len() - 1)];
                question.not_before_s = now_s + wait;
                question.tries += 1;
                self.waiting.push_back(question);
                None
            }
        }
    }
}

/// Tells the answers that have come, and sends the next questions.
pub(super) fn deliver(
    mut client: ResMut<Client>,
    mut answers: MessageWriter<Answered>,
    time: Res<Time<Real>>,
) {
    let now_s = time.elapsed_secs_f64();
    let inbox = Arc::clone(&client.inbox);
    let come = std::mem::take(&mut *inbox.lock().unwrap_or_else(PoisonError::into_inner));
    for (question, outcome) in come {
        if let Some(answer) = client.settle(question, outcome, now_s) {
            answers.write(answer);
        }
    }
    client.send_due(now_s);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16) -> ehttp::Response {
        ehttp::Response {
            url: String::new(),
            ok: (200..300).contains(&status),
            status,
            status_text: String::new(),
            headers: ehttp::Headers::default(),
            bytes: vec![1],
        }
    }

    fn sent(client: &mut Client) -> Question {
        client.in_flight += 1;
        client.waiting.pop_front().unwrap()
    }

    #[test]
    fn a_question_is_asked_again_while_the_server_is_away() {
        let mut client = Client::new("http://127.0.0.1:1/");
        let ticket = client.ask("/communes");
        let question = sent(&mut client);
        assert!(
            client
                .settle(question, Err("refused".into()), 5.0)
                .is_none()
        );
        assert_eq!((client.fails(), client.waiting.len()), (1, 1));
        assert!(client.waiting[0].not_before_s > 5.0);
        let question = sent(&mut client);
        assert!(client.settle(question, Ok(response(503)), 6.0).is_none());
        let question = sent(&mut client);
        let answer = client.settle(question, Ok(response(200)), 9.0).unwrap();
        assert_eq!((answer.ticket, answer.body.unwrap().len()), (ticket, 1));
        assert!(client.is_idle() && client.fails() == 0);
    }

    #[test]
    fn what_is_refused_is_told_once() {
        let mut client = Client::new("http://127.0.0.1:1");
        client.ask("/nothing");
        let question = sent(&mut client);
        let answer = client.settle(question, Ok(response(404)), 0.0).unwrap();
        assert_eq!(answer.body.unwrap_err(), Refused { status: 404 });
        assert!(client.is_idle());
    }

    #[test]
    fn an_operator_presents_the_token_and_nothing_shows_it() {
        let token = OperatorToken::new("s3cret").ok();
        let mut client = Client::new("http://127.0.0.1:1").presenting(token);
        client.ask("/alarms");
        let request = client.request("/alarms");
        assert_eq!(request.headers.get("Authorization"), Some("Bearer s3cret"));
        assert!(client.is_operator() && !format!("{client:?}").contains("s3cret"));
        let anybody = Client::new("http://127.0.0.1:1").request("/alarms");
        assert_eq!(anybody.headers.get("Authorization"), None);
    }

    #[test]
    fn a_stale_question_is_given_up() {
        let mut client = Client::new("http://127.0.0.1:1");
        let (old, new) = (client.ask("/old"), client.ask("/new"));
        client.forget(|ticket| ticket == old);
        assert_eq!(
            client
                .waiting
                .iter()
                .map(|it| it.ticket)
                .collect::<Vec<_>>(),
            [new]
        );
    }
}
