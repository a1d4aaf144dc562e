//! Changes for one listener: out of the journal first, then live, without a seam.

use std::sync::Arc;

use tokio::sync::{broadcast, mpsc};
use twin_core::{Change, Channel};

use super::error::EngineError;
use super::handle::Engine;

/// Changes that may wait for a slow listener; then the journal keeps them for it.
const AHEAD: usize = 1024;
/// Changes read from the journal at once.
const CHUNK: u32 = 2_000;

/// What a listener gets.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamItem {
    /// The next change.
    Change(Box<Change>),
    /// What was asked for is forgotten: everything up to `seq` is in the snapshot of the twin,
    /// and the changes go on after it.
    Reset {
        /// Number of the last change that the listener will not get.
        seq: u64,
    },
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

/// The listener is gone, or the journal cannot be read.
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
            let batch = tokio::select! {
                batch = live.recv() => batch,
                () = self.sender.closed() => return,
            };
            ended = match batch {
                Ok(batch) => self.pass_on(&batch).await,
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
            for change in changes {
                self.send(change).await?;
            }
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
        let present = self.engine.twin().seq(channel);
        self.last = present;
        self.sender
            .send(StreamItem::Reset { seq: present })
            .await
            .map_err(|_gone| Ended)
    }

    async fn pass_on(&mut self, batch: &Arc<[Change]>) -> Result<(), Ended> {
        let channel = self.channel;
        for change in batch.iter().filter(|change| change.channel == channel) {
            if change.seq > self.last {
                self.send(change.clone()).await?;
            }
        }
        Ok(())
    }

    async fn send(&mut self, change: Change) -> Result<(), Ended> {
        self.last = change.seq;
        self.sender
            .send(StreamItem::Change(Box::new(change)))
            .await
            .map_err(|_gone| Ended)
    }
}
