//! One listener: changes and signs of life, until one side ends it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use axum::http::StatusCode;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use twin_core::Channel;

use super::filter::LiveFilter;
use super::form::{Form, Notice};
use crate::engine::{Engine, StreamItem};
use crate::http::problem::Problem;

/// How often a sign of life is sent.
pub(in crate::http) const HEARTBEAT: Duration = Duration::from_secs(10);
/// How many may listen at the same time.
const MOST_LISTENERS: usize = 8_192;
/// How long a listener may take nothing of what is sent over a WebSocket.
const PATIENCE: Duration = Duration::from_secs(30);

/// Room for those who listen. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Listeners(Arc<Semaphore>);

impl Default for Listeners {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_LISTENERS)))
    }
}

/// Where a listener begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) channel: Channel,
    /// Number of the last change that it has.
    pub(super) since: u64,
}

/// One who listens.
pub(super) struct Listening {
    engine: Engine,
    items: mpsc::Receiver<StreamItem>,
    heartbeat: Interval,
    channel: Channel,
    position: u64,
    form: Form,
    filter: LiveFilter,
    _place: Place,
}

/// A listener's place; given back and no longer counted when it is dropped.
struct Place(#[expect(dead_code, reason = "held")] OwnedSemaphorePermit);

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("twin_listeners").decrement(1.0);
    }
}

impl Listeners {
    /// Begins to listen.
    pub(super) fn follow(
        &self,
        engine: &Engine,
        start: Start,
        (form, filter): (Form, LiveFilter),
    ) -> Result<Listening, Problem> {
        let Ok(permit) = Arc::clone(&self.0).try_acquire_owned() else {
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE)
                .because(format!("{MOST_LISTENERS} listen already")));
        };
        metrics::gauge!("twin_listeners").increment(1.0);
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Listening {
            items: engine.changes_since(start.channel, start.since),
            engine: engine.clone(),
            heartbeat,
            channel: start.channel,
            position: start.since,
            form,
            filter,
            _place: Place(permit),
        })
    }
}

impl Listening {
    /// What is to be sent next; `None` where the changes end: signs of life alone would make a dead service
    /// look quiet.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let item = tokio::select! {
                item = self.items.recv() => item?,
                _now = self.heartbeat.tick() => {
                    let notice = Notice::Heartbeat {
                        at: self.engine.clock().now(),
                        seq: self.engine.twin().seq(self.channel),
                    };
                    return Some(self.form.notice(&notice, self.position));
                }
            };
            self.position = item.last(self.channel).unwrap_or(self.position);
            let now = self.engine.twin();
            let bytes = self.form.of(&item, self.channel, &self.filter, &now);
            if !bytes.is_empty() {
                return Some(bytes);
            }
        }
    }

    /// As the body of an answer.
    pub(super) fn into_body(self) -> Body {
        let pieces = stream::unfold(self, |mut listening| async move {
            let bytes = listening.next().await?;
            Some((Ok::<_, Infallible>(bytes), listening))
        });
        Body::from_stream(pieces)
    }

    /// Over a WebSocket, until either side ends it or the client takes nothing any more.
    pub(super) async fn over(mut self, mut socket: WebSocket) {
        loop {
            let bytes = tokio::select! {
                bytes = self.next() => bytes,
                heard = socket.recv() => match heard {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    // Nothing that a client may say changes what it gets.
                    Some(Ok(_)) => continue,
                },
            };
            let text = bytes.and_then(|bytes| Utf8Bytes::try_from(bytes).ok());
            let Some(text) = text else {
                socket.send(Message::Close(None)).await.ok();
                return;
            };
            let sent = tokio::time::timeout(PATIENCE, socket.send(Message::Text(text)));
            if !matches!(sent.await, Ok(Ok(()))) {
                return;
            }
        }
    }
}
