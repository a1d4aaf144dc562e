//! The task that learns, and what those who ask hold of it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval};
use twin_core::{Channel, Effect, Span, Timestamp};

use super::answer::{Listed, Outlook, Overview, Unforeseen};
use super::known::{Heed, Known, Told};
use super::learn::{learned, reading};
use crate::engine::{Engine, StreamItem};
use crate::error::with_causes;

/// Pieces of the stream that are heard together.
const TOGETHER: usize = 64;
/// How often it is looked whether all is to be learned anew, in the machine's time.
const STEP: Duration = Duration::from_secs(1);
/// How often time passes for those who are not heard.
const PASS_EVERY: Duration = Duration::from_mins(1);
/// What changes what there is comes in batches: it is learned anew when nothing came for so long.
const QUIET: Duration = Duration::from_secs(3);
/// Learning anew takes at most this part of the time.
const LEARNS_ONE_IN: u32 = 10;
/// After a failure it is tried again.
const RETRY: Duration = Duration::from_secs(10);
/// Forecasts of all containers that are made at the same time.
const MOST_AT_ONCE: usize = 1;

/// What the server knows of levels to come. Cloning it is cheap.
#[derive(Clone, Debug)]
pub(crate) struct Foresight {
    engine: Engine,
    known: Arc<RwLock<Option<Known>>>,
    permits: Arc<Semaphore>,
}

/// Why hearing ends.
enum Ended {
    /// The twin is over.
    Stopped,
    /// All is to be learned anew.
    Outdated,
}

impl Foresight {
    /// Of a running twin; knows nothing until [`learn`](Self::learn) runs.
    pub(crate) fn new(engine: Engine) -> Self {
        Self {
            engine,
            known: Arc::default(),
            permits: Arc::new(Semaphore::new(MOST_AT_ONCE)),
        }
    }

    /// Learns, and goes on hearing, until the twin stops.
    pub(crate) async fn learn(self) {
        while !self.engine.is_over() {
            let begun = Instant::now();
            let (known, seq) = match learned(&self.engine).await {
                Ok(learned) => learned,
                Err(error) => {
                    tracing::error!(why = with_causes(&error), "levels are not forecast yet");
                    tokio::time::sleep(RETRY).await;
                    continue;
                }
            };
            let took = begun.elapsed();
            tracing::debug!(sensors = known.sensors(), ?took, "levels can be forecast");
            self.publish(known);
            let items = self.engine.changes_since(Channel::Public, seq);
            let pause = Instant::now() + took * LEARNS_ONE_IN;
            if let Ended::Stopped = self.hear(items, pause).await {
                return;
            }
        }
    }

    /// What will be in a container, by its dense number.
    pub(crate) async fn outlook(&self, container: u32) -> Result<Outlook, Unforeseen> {
        let now = self.engine.clock().now();
        self.ask(move |known| known.outlook(container, now)).await?
    }

    /// What will be in each of some containers at a time; one such question is answered after another.
    pub(crate) async fn overview(
        &self,
        listed: Listed,
        (now, at): (Timestamp, Timestamp),
    ) -> Result<Overview, Unforeseen> {
        // The semaphore is never closed, so the permit is always given.
        let _permit = self.permits.acquire().await.ok();
        let span: Span = at.since(now);
        self.ask(move |known| {
            let mut overview = Overview::default();
            for container in &*listed {
                overview.push(known.load(*container, (now, span)));
            }
            overview
        })
        .await
    }

    /// Asks on a thread that may take its time.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Known) -> T + Send + 'static,
    ) -> Result<T, Unforeseen> {
        let shared = Arc::clone(&self.known);
        let answer = tokio::task::spawn_blocking(move || {
            let known = shared.read().unwrap_or_else(PoisonError::into_inner);
            known.as_ref().map(question)
        });
        answer.await.ok().flatten().ok_or(Unforeseen::Learning)
    }

    fn publish(&self, known: Known) {
        let mut shared = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *shared = Some(known);
    }

    /// Hears until all is to be learned anew, which is not before `pause` is over.
    async fn hear(&self, mut items: mpsc::Receiver<StreamItem>, pause: Instant) -> Ended {
        let mut step = interval(STEP);
        step.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut outdated: Option<Instant> = None;
        let mut passed = Instant::now();
        loop {
            let mut some = Vec::with_capacity(TOGETHER);
            tokio::select! {
                count = items.recv_many(&mut some, TOGETHER) => {
                    if count == 0 {
                        return self.cut_off().await;
                    }
                    if self.take(some).await {
                        outdated = Some(Instant::now());
                    }
                    continue;
                }
                _now = step.tick() => {}
            }
            let is_quiet = outdated.is_some_and(|since| since.elapsed() >= QUIET);
            if is_quiet && Instant::now() >= pause {
                return Ended::Outdated;
            }
            if passed.elapsed() >= PASS_EVERY {
                passed = Instant::now();
                let now = self.engine.clock().now();
                self.change(move |known| known.pass(now)).await;
            }
        }
    }

    /// Whoever was too slow is let go of, and begins anew.
    async fn cut_off(&self) -> Ended {
        if self.engine.is_over() {
            return Ended::Stopped;
        }
        tokio::time::sleep(STEP).await;
        Ended::Outdated
    }

    /// Takes in what the stream tells; whether that makes what was learned outdated.
    async fn take(&self, items: Vec<StreamItem>) -> bool {
        let twin = self.engine.twin();
        let changes = || items.iter().flat_map(StreamItem::changes);
        let is_other = |effect: &Effect| match effect {
            Effect::AssetPut(record) => record.id().is_ok_and(|id| is_measured(id.kind())),
            Effect::AssetRemoved(id) => is_measured(id.kind()),
            _ => false,
        };
        let is_missed = items
            .iter()
            .any(|item| matches!(item, StreamItem::Reset { .. }));
        let is_changed = is_missed || changes().any(|change| is_other(&change.effect));
        let told: Vec<Told> = changes()
            .filter_map(|change| reading(&twin, change))
            .collect();
        if told.is_empty() {
            return is_changed;
        }
        let heard = self.change(move |known| {
            // Each of them is heard, also where one was late.
            let mut is_late = false;
            for told in &told {
                is_late |= known.hear(told) == Heed::Late;
            }
            is_late
        });
        heard.await.unwrap_or(false) || is_changed
    }

    /// Changes what is known, on a thread that may take its time.
    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Known) -> T + Send + 'static,
    ) -> Option<T> {
        let shared = Arc::clone(&self.known);
        let changed = tokio::task::spawn_blocking(move || {
            let mut known = shared.write().unwrap_or_else(PoisonError::into_inner);
            known.as_mut().map(change)
        });
        changed.await.ok().flatten()
    }
}

/// Whether containers are forecast by assets of a kind.
const fn is_measured(kind: twin_core::AssetKind) -> bool {
    use twin_core::AssetKind::{Container, Sensor};
    matches!(kind, Container | Sensor)
}
