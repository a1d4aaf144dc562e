//! What the rest of the program holds of the running twin.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use gis_data::stores::{Checkpoint, FrameKey, SetAside};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use twin_core::{Channel, Input, Span, Twin};

use super::clock::TwinClock;
use super::commit::Commit;
use super::error::SubmitError;
use super::fan_out::Carrier;
use super::node::Role;
use super::readers::Readers;
use super::stream::{self, StreamItem};

/// How the owner of the twin works.
#[derive(Clone, Copy, Debug)]
pub struct EngineRules {
    /// How long inputs are gathered for one commit and one publication.
    pub group_window: Duration,
    /// Most inputs in one commit.
    pub group_size: usize,
    /// Inputs that may wait before senders have to.
    pub queue_size: usize,
    /// Public changes between two snapshots.
    pub snapshot_every: u64,
    /// Public changes that are kept; older ones are forgotten.
    pub retained_changes: u64,
    /// For how long levels by the hour are kept of changes that are forgotten, in the twin's clock.
    pub retained_hours: Span,
}

impl Default for EngineRules {
    fn default() -> Self {
        Self {
            group_window: Duration::from_millis(20),
            group_size: 4096,
            queue_size: 8192,
            snapshot_every: 100_000,
            retained_changes: 5_000_000,
            retained_hours: Span::from_hours(24 * 730),
        }
    }
}

/// What an input did, once it is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// How many changes it made; 0 for one that was received before.
    pub changes: usize,
    /// Number of the last public change at that moment.
    pub seq: u64,
}

/// What will become of a submission; ready once that is on disk.
#[derive(Debug)]
pub struct Outcome(oneshot::Receiver<Result<Receipt, SubmitError>>);

impl Future for Outcome {
    type Output = Result<Receipt, SubmitError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(context)
            .map(|told| told.unwrap_or(Err(SubmitError::Stopping)))
    }
}

/// Who waits for the outcome of a submission.
pub(super) type Ack = oneshot::Sender<Result<Receipt, SubmitError>>;

/// What reaches the owner of the twin.
#[derive(Debug)]
pub(super) enum Submission {
    /// Something for the twin to decide on.
    Input(Box<Input>, Ack),
    /// A frame that no twin can decide on.
    SetAside(Box<SetAside>, Ack),
    /// Frames that need not be kept aside any longer.
    Release(Vec<FrameKey>, Ack),
    /// The state of a source, which has told everything up to it.
    Checkpoint(Checkpoint, Ack),
    /// The end.
    Stop(Ack),
}

impl Submission {
    /// What the twin is to decide on, if anything.
    pub(super) fn input(&self) -> Option<&Input> {
        match self {
            Self::Input(input, _ack) => Some(input),
            Self::SetAside(..) | Self::Release(..) | Self::Checkpoint(..) | Self::Stop(_) => None,
        }
    }
}

/// A running twin. Cloning it is cheap; the twin stops with [`Engine::stop`].
#[derive(Clone, Debug)]
pub struct Engine {
    pub(super) inbox: mpsc::Sender<Submission>,
    pub(super) twins: watch::Receiver<Twin>,
    pub(super) published: broadcast::WeakSender<Arc<Commit>>,
    pub(super) readers: Readers,
    pub(super) clock: TwinClock,
    pub(super) is_storing: Arc<AtomicBool>,
    pub(super) role: watch::Receiver<Role>,
    pub(super) carrier: Option<Arc<dyn Carrier>>,
}

impl Engine {
    /// The latest committed twin. It stays as it is, however long it is held.
    pub fn twin(&self) -> Twin {
        self.twins.borrow().clone()
    }

    /// Follows the latest committed twin.
    pub fn twins(&self) -> watch::Receiver<Twin> {
        self.twins.clone()
    }

    /// Whether the owner is there and its last commit succeeded.
    pub fn is_healthy(&self) -> bool {
        !self.inbox.is_closed() && self.is_storing.load(Ordering::Relaxed)
    }

    /// What this node does for the journal.
    pub fn role(&self) -> Role {
        *self.role.borrow()
    }

    /// The other way for commits between nodes than the database, where there is one.
    pub fn carrier(&self) -> Option<&dyn Carrier> {
        self.carrier.as_deref()
    }

    /// Waits until this node has a role; `false` where the twin stops before.
    pub async fn becomes(&self, role: Role) -> bool {
        let mut roles = self.role.clone();
        // The last role outlives the twin.
        roles.wait_for(|now| *now == role).await.is_ok() && !self.is_over()
    }

    /// Whether the twin has stopped: it takes nothing in any more.
    pub fn is_over(&self) -> bool {
        self.inbox.is_closed()
    }

    /// The twin's own time.
    pub const fn clock(&self) -> &TwinClock {
        &self.clock
    }

    /// Readers of the journal.
    pub const fn readers(&self) -> &Readers {
        &self.readers
    }

    /// Hands an input to the twin and waits until what it did is on disk.
    ///
    /// # Errors
    /// [`SubmitError::Refused`] is final; the others ask to send it again.
    pub async fn submit(&self, input: Input) -> Result<Receipt, SubmitError> {
        self.send(|ack| Submission::Input(Box::new(input), ack))
            .await?
            .await
    }

    /// Hands an input to the twin, waiting only for room in its queue; the outcome comes later.
    pub async fn hand_over(&self, input: Input) -> Result<Outcome, SubmitError> {
        self.send(|ack| Submission::Input(Box::new(input), ack))
            .await
    }

    /// Keeps a frame aside that its codec does not read; the outcome comes later.
    pub async fn set_aside(&self, frame: SetAside) -> Result<Outcome, SubmitError> {
        self.send(|ack| Submission::SetAside(Box::new(frame), ack))
            .await
    }

    /// Lets go of frames that were set aside.
    pub async fn release(&self, frames: Vec<FrameKey>) -> Result<Receipt, SubmitError> {
        self.send(|ack| Submission::Release(frames, ack))
            .await?
            .await
    }

    /// Keeps the state of a source beside the journal, after all that was handed over before.
    pub async fn checkpoint(&self, checkpoint: Checkpoint) -> Result<Receipt, SubmitError> {
        self.send(|ack| Submission::Checkpoint(checkpoint, ack))
            .await?
            .await
    }

    /// Ends the twin after all that was handed over before, with a last snapshot.
    pub async fn stop(&self) {
        if let Ok(outcome) = self.send(Submission::Stop).await {
            outcome.await.ok();
        }
    }

    /// The changes of a channel with a number above `since`, first from the journal, then live,
    /// without a seam. Ends when the receiver is dropped or the twin stops.
    pub fn changes_since(&self, channel: Channel, since: u64) -> mpsc::Receiver<StreamItem> {
        stream::follow(self.clone(), channel, since)
    }

    async fn send(
        &self,
        submission: impl FnOnce(Ack) -> Submission,
    ) -> Result<Outcome, SubmitError> {
        let (ack, outcome) = oneshot::channel();
        // A closed channel means that the owner is gone.
        self.inbox
            .send(submission(ack))
            .await
            .map_err(|_closed| SubmitError::Stopping)?;
        Ok(Outcome(outcome))
    }
}
