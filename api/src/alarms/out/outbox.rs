//! One carrier's work: annunciation after annunciation, again and again until it gets through.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gis_data::stores::Checkpoint;
use serde::Serialize;
use tokio::time::Instant;
use twin_core::{AlarmPriority, OperatorAccess, Timestamp};

use super::message::Message;
use crate::engine::{Engine, EngineError, EngineResult, Role};
use crate::error::with_causes;

/// The pause after the first failure; it doubles with each, up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// For how long a message is tried.
const PATIENCE: Duration = Duration::from_hours(24);

/// What brings messages to people.
pub(super) trait Carrier: Send + Sync + 'static {
    /// Its name, under which is kept how far it got.
    const NAME: &'static str;
    /// Most annunciations that go together.
    const MOST_TOGETHER: usize;

    /// Brings messages, at least one, on a thread that may block.
    fn send(&self, messages: &[Message]) -> Result<(), Failure>;
}

/// Why messages did not get through. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// In words.
    pub(super) why: String,
    /// Whether it may get through another time.
    pub(super) may_pass: bool,
}

/// What is told of a carrier.
#[derive(Debug, Default)]
pub(crate) struct OutStatus(Mutex<ToldOut>);

/// How a carrier does, since the program began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ToldOut {
    /// Annunciations that got through.
    sent: u64,
    /// Attempts that failed.
    failed_attempts: u64,
    /// Annunciations that never got through, and are not tried any more.
    given_up: u64,
    /// When one got through last, in the twin's clock.
    last_sent_at: Option<Timestamp>,
    /// Why the last attempt failed; none where it got through.
    last_failure: Option<String>,
}

impl OutStatus {
    /// How it does.
    pub(crate) fn told(&self) -> ToldOut {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn note(&self, change: impl FnOnce(&mut ToldOut)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// One carrier's work.
#[derive(Debug)]
pub(super) struct Outbox<C> {
    engine: Engine,
    carrier: Arc<C>,
    lowest: AlarmPriority,
    /// The number of the last annunciation that got through, or need not.
    position: u64,
    status: Arc<OutStatus>,
}

impl<C: Carrier> Outbox<C> {
    pub(super) fn new(engine: Engine, carrier: C, lowest: AlarmPriority) -> Self {
        Self {
            engine,
            carrier: Arc::new(carrier),
            lowest,
            position: 0,
            status: Arc::default(),
        }
    }

    /// What is told of it.
    pub(super) fn status(&self) -> Arc<OutStatus> {
        Arc::clone(&self.status)
    }

    /// Works until the twin stops, while this node is the one that writes.
    pub(super) async fn run(mut self) {
        let engine = self.engine.clone();
        while engine.becomes(Role::Writer).await {
            tokio::select! {
                () = self.work() => {}
                _other = engine.becomes(Role::Follower) => {}
            }
            if engine.is_over() {
                return;
            }
        }
    }

    /// Works until the twin stops, or the journal cannot be used.
    async fn work(&mut self) {
        if let Err(error) = self.begin().await {
            let (carrier, why) = (C::NAME, with_causes(&error));
            tracing::error!(carrier, why, "it is not known what was sent");
            tokio::time::sleep(PAUSE).await;
            return;
        }
        let mut twins = self.engine.twins();
        loop {
            twins.mark_unchanged();
            let waiting = self.waiting();
            if waiting.is_empty() {
                if twins.changed().await.is_err() {
                    return;
                }
                continue;
            }
            let is_through = self.bring(waiting).await;
            if !is_through || self.engine.is_over() {
                return;
            }
        }
    }

    /// Goes on where this carrier got to on whichever node; one that is new begins with what is annunciated
    /// from now on.
    async fn begin(&mut self) -> EngineResult<()> {
        let kept = self
            .engine
            .readers()
            .read(|reader| reader.checkpoint(&kept_name::<C>()))
            .await?;
        let kept: Option<u64> = kept.and_then(|kept| serde_json::from_slice(&kept.body).ok());
        let twin = self.engine.twin();
        let alarms = twin.alarms(OperatorAccess::granted());
        self.position = kept.unwrap_or_else(|| alarms.last_annunciation());
        if kept.is_none() {
            self.keep().await.map_err(EngineError::from)?;
        }
        Ok(())
    }

    /// The next annunciations that are for this carrier; those before that are not are passed over.
    fn waiting(&mut self) -> Vec<Message> {
        let twin = self.engine.twin();
        let alarms = twin.alarms(OperatorAccess::granted());
        if alarms.last_annunciation() <= self.position {
            return Vec::new();
        }
        let oldest = alarms.annunciations().next_back().map_or(1, |it| it.no);
        let forgotten = oldest.saturating_sub(self.position + 1);
        if forgotten > 0 {
            tracing::error!(
                carrier = C::NAME,
                forgotten,
                "annunciations are too old to be sent"
            );
            self.status.note(|told| told.given_up += forgotten);
            self.position = oldest - 1;
        }
        let now = self.engine.clock().now();
        let mut messages = Vec::new();
        for no in self.position + 1..=alarms.last_annunciation() {
            let annunciation = alarms.annunciation(no);
            match annunciation.filter(|it| it.priority <= self.lowest) {
                Some(wanted) => messages.push(Message::of(wanted, &twin, now)),
                None if messages.is_empty() => self.position = no,
                None => {}
            }
            if messages.len() >= C::MOST_TOGETHER {
                break;
            }
        }
        messages
    }

    /// Brings messages, until they are through or given up; false where the program ends before.
    async fn bring(&mut self, messages: Vec<Message>) -> bool {
        let count = messages.len() as u64;
        let last = messages
            .last()
            .map_or(self.position, |it| it.annunciation.no);
        let messages = Arc::new(messages);
        let began = Instant::now();
        let mut pause = PAUSE;
        let is_sent = loop {
            let (carrier, sent) = (Arc::clone(&self.carrier), Arc::clone(&messages));
            let outcome = tokio::task::spawn_blocking(move || carrier.send(&sent)).await;
            let Ok(outcome) = outcome else {
                return false;
            };
            match outcome {
                Ok(()) => break true,
                Err(failure) => {
                    let is_given_up = !failure.may_pass || began.elapsed() >= PATIENCE;
                    self.note_failure(&failure, is_given_up.then_some(count));
                    if is_given_up {
                        break false;
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        };
        self.position = last;
        let is_kept = self.keep().await.is_ok();
        if is_sent {
            self.note_success(count);
        }
        is_kept
    }

    /// Told once it is kept, so that what is told will not be sent again.
    fn note_success(&self, count: u64) {
        let now = self.engine.clock().now();
        self.status.note(|told| {
            told.sent += count;
            told.last_sent_at = Some(now);
            told.last_failure = None;
        });
    }

    fn note_failure(&self, failure: &Failure, given_up: Option<u64>) {
        let (carrier, why) = (C::NAME, &failure.why);
        if let Some(count) = given_up {
            tracing::error!(carrier, why, count, "annunciations are given up");
        } else {
            tracing::warn!(carrier, why, "an annunciation does not get through");
        }
        self.status.note(|told| {
            told.failed_attempts += 1;
            told.given_up += given_up.unwrap_or(0);
            told.last_failure = Some(failure.why.clone());
        });
    }

    /// Keeps how far it got.
    async fn keep(&self) -> Result<(), crate::engine::SubmitError> {
        let kept = Checkpoint {
            name: kept_name::<C>(),
            at: self.engine.clock().now(),
            body: serde_json::to_vec(&self.position).unwrap_or_default(),
        };
        let told = self.engine.checkpoint(kept).await;
        if let Err(error) = &told {
            tracing::warn!(carrier = C::NAME, %error, "it is not kept what was sent");
        }
        match told {
            Ok(_) | Err(crate::engine::SubmitError::NotStored) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn kept_name<C: Carrier>() -> String {
    format!("alarms/out/{}", C::NAME)
}
