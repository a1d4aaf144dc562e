//! Changes for one listener: out of the journal first, then live, without a seam.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc};
use twin_core::{Change, Channel};

use super::commit::Commit;
use super::error::EngineError;
use super::handle::Engine;

/// Pieces that may wait for a slow listener; then the journal keeps them for it.
const AHEAD: usize = 64;
/// Changes read from the journal at once.
const CHUNK: u32 = 2_000;
/// How long a listener may take nothing although something waits; then it is let go, and may come back.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a listener gets.
#[derive(Clone, Debug)]
pub enum StreamItem {
    /// Changes out of the journal.
    Past(Arc<[Change]>),
    /// A commit that just was; all its changes are news.
    Commit(Arc<Commit>),
    /// What was asked for is forgotten: everything up to `seq` is in the snapshot of the twin,
    /// and the changes go on after it.
    Reset {
        /// Number of the last change that the listener will not get.
        seq: u64,
    },
}

impl StreamItem {
    /// The changes, in order; those of a commit are of both channels.
    pub fn changes(&self) -> &[Change] {
        match self {
            Self::Past(changes) => changes,
            Self::Commit(commit) => commit.changes(),
            Self::Reset { .. } => &[],
        }
    }

    /// The number that a listener of a channel has got to with it.
    pub fn last(&self, channel: Channel) -> Option<u64> {
        match self {
            Self::Past(changes) => changes.last().map(|change| change.seq),
            Self::Commit(commit) => commit.last(channel),
            Self::Reset { seq } => Some(*seq),
        }
    }
}

/// Starts the task that feeds one listener.
pub(super) fn follow(engine: Engine, channel: Channel, since: u64) -> mpsc::Receiver<StreamItem> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let feed = Feed {
        engine,
        channel,
        last: since,
        sender,
    };
    tokio::spawn(feed.run());
    receiver
}

struct Feed {
    engine: Engine,
    channel: Channel,
    last: u64,
    sender: mpsc::Sender<StreamItem>,
}

/// The listener is gone or takes nothing, or the journal cannot be read.
struct Ended;

fn cut_off(error: &EngineError) -> Ended {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a listener is cut off"
    );
    Ended
}

impl Feed {
    async fn run(mut self) {
        let Some(mut live) = self
            .engine
            .published
            .upgrade()
            .map(|sender| sender.subscribe())
        else {
            return;
        };
        let mut ended = self.catch_up().await;
        while ended.is_ok() {
            let commit = tokio::select! {
                commit = live.recv() => commit,
                () = self.sender.closed() => return,
            };
            ended = match commit {
                Ok(commit) => self.pass_on(commit).await,
                Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up().await,
                Err(broadcast::error::RecvError::Closed) => return,
            };
        }
    }

    /// Sends what the journal has beyond the last change that was sent.
    async fn catch_up(&mut self) -> Result<(), Ended> {
        loop {
            self.start_over_where_forgotten().await?;
            let (channel, after) = (self.channel, self.last);
            if after >= self.engine.twin().seq(channel) {
                return Ok(());
            }
            let read = self
                .engine
                .readers()
                .read(move |r| r.changes(channel, after, CHUNK))
                .await;
            let changes = read.map_err(|error| cut_off(&error))?;
            if changes.is_empty() {
                return Ok(());
            }
            self.send(StreamItem::Past(changes.into())).await?;
        }
    }

    /// A listener that asks for what is forgotten, or for what never was, starts at the present. What was
    /// is up to the journal to say: it has a change before the twin shows it.
    async fn start_over_where_forgotten(&mut self) -> Result<(), Ended> {
        let channel = self.channel;
        let read = self.engine.readers().read(move |r| {
            let forgotten = r.forgotten(channel)?;
            Ok(forgotten..=r.last(channel)?)
        });
        let known = read.await.map_err(|error| cut_off(&error))?;
        if known.contains(&self.last) {
            return Ok(());
        }
        let seq = self.engine.twin().seq(channel);
        self.send(StreamItem::Reset { seq }).await
    }

    /// Sends what is news of a commit: most often all of it or nothing.
    async fn pass_on(&mut self, commit: Arc<Commit>) -> Result<(), Ended> {
        let channel = self.channel;
        let (Some(first), Some(last)) = (commit.first(channel), commit.last(channel)) else {
            return Ok(());
        };
        if last <= self.last {
            return Ok(());
        }
        if first > self.last {
            return self.send(StreamItem::Commit(commit)).await;
        }
        let is_news = |change: &&Change| change.channel == channel && change.seq > self.last;
        let rest: Vec<Change> = commit.changes().iter().filter(is_news).cloned().collect();
        self.send(StreamItem::Past(rest.into())).await
    }

    async fn send(&mut self, item: StreamItem) -> Result<(), Ended> {
        self.last = item.last(self.channel).unwrap_or(self.last);
        match tokio::time::timeout(PATIENCE, self.sender.send(item)).await {
            Ok(sent) => sent.map_err(|_gone| Ended),
            Err(_elapsed) => {
                metrics::counter!("twin_listeners_let_go_total").increment(1);
                Err(Ended)
            }
        }
    }
}
