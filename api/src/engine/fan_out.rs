//! The ways on which commits go to other nodes besides the database that they share.
//!
//! The database has the last word: what comes on another way was committed there before, and what does not
//! come is read there. So a [`Carrier`] may lose, repeat and mix up what it carries, and may be away.

mod reception;

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use twin_core::Change;

pub(super) use self::reception::{At, Reception, Step};
use super::commit::Commit;
use super::node::Role;

/// Carries commits from the node that writes to those that follow.
pub trait Carrier: std::fmt::Debug + Send + Sync {
    /// Its name in answers.
    fn name(&self) -> &'static str;

    /// Whether it can carry something at the moment.
    fn is_connected(&self) -> bool;

    /// Begins to carry for the nodes of one journal, on the current tokio runtime, until the line is dropped.
    /// `lineage` sets the journal apart from all others; what this node does for it may change.
    fn start(&self, lineage: &str, role: watch::Receiver<Role>) -> Line;
}

/// The two ends of a way that a node holds.
#[derive(Debug)]
pub struct Line {
    /// Takes what this node committed. Where there is no room in it, that does not go this way.
    pub outbox: mpsc::Sender<Parcel>,
    /// Brings what another node committed.
    pub news: mpsc::Receiver<News>,
}

/// A commit on its way to other nodes.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Which of the journal's writers made it.
    pub epoch: u64,
    /// What it did.
    pub commit: Arc<Commit>,
}

/// What comes from other nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A commit.
    Commit {
        /// Which of the journal's writers made it.
        epoch: u64,
        /// Its changes of both channels, in order.
        changes: Vec<Change>,
    },
    /// A commit that has to be read in the journal: its message does not hold it, or does not read.
    Unread,
    /// Nothing comes until something does.
    Silence,
}
