//! What people tell of containers: crews, officers, residents.

use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Serialize};

use crate::asset::AssetId;
use crate::detail::named_enum;
use crate::time::Timestamp;

named_enum! {
    /// What somebody saw of a container.
    Sighting, "what is seen of a container" {
        /// Nothing fits in any more.
        Full = "full",
        /// It cannot be filled or emptied: the flap is stuck, a car stands before it.
        Blocked = "blocked",
        /// Waste lies beside it.
        DumpedBeside = "dumped-beside",
        /// Its lid is open.
        LidOpen = "lid-open",
        /// It was emptied just now.
        Emptied = "emptied",
        /// Nothing is the matter with it any more.
        InOrder = "in-order",
    }
}

named_enum! {
    /// Who reports: never a name.
    Witness, "who reports" {
        /// A crew on its round.
        Crew = "crew",
        /// Somebody in the agglomeration's service.
        Officer = "officer",
        /// Somebody who lives there or came by.
        Resident = "resident",
    }
}

impl Witness {
    /// How likely what such a person tells is so, 0 to 1. Assumed, not measured: crews tell what they emptied
    /// and see the container from near; residents may mean the one beside it.
    pub const fn trust(self) -> f64 {
        match self {
            Self::Crew => 0.97,
            Self::Officer => 0.93,
            Self::Resident => 0.80,
        }
    }
}

/// What somebody tells of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The container.
    pub container: AssetId,
    /// What was seen.
    pub sighting: Sighting,
    /// By whom.
    pub witness: Witness,
    /// When.
    pub observed_at: Timestamp,
    /// When the twin was told.
    pub received_at: Timestamp,
}

/// One thing that was seen, by whom and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Witness,
}

/// What people told last of one container, as far as it still stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reported {
    /// It was full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<Seen>,
    /// It was blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Seen>,
    /// Waste lay beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dumped_beside: Option<Seen>,
    /// Its lid was open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lid_open: Option<Seen>,
    /// It was emptied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emptied: Option<Seen>,
}

impl Reported {
    /// What of one kind still stands.
    pub const fn of(&self, sighting: Sighting) -> Option<Seen> {
        match sighting {
            Sighting::Full => self.full,
            Sighting::Blocked => self.blocked,
            Sighting::DumpedBeside => self.dumped_beside,
            Sighting::LidOpen => self.lid_open,
            Sighting::Emptied => self.emptied,
            Sighting::InOrder => None,
        }
    }

    /// Takes in what somebody saw; what is older than what is known of the same changes nothing.
    pub(crate) fn take(&mut self, sighting: Sighting, seen: Seen) {
        match sighting {
            Sighting::Full if self.emptied.is_none_or(|it| it.at < seen.at) => {
                keep_newer(&mut self.full, seen);
            }
            Sighting::Full => {}
            Sighting::Blocked => keep_newer(&mut self.blocked, seen),
            Sighting::DumpedBeside => keep_newer(&mut self.dumped_beside, seen),
            Sighting::LidOpen => keep_newer(&mut self.lid_open, seen),
            Sighting::Emptied => {
                keep_newer(&mut self.emptied, seen);
                // Whoever emptied it got at it.
                for told in [&mut self.full, &mut self.blocked] {
                    settle(told, seen.at);
                }
            }
            Sighting::InOrder => {
                let all = [
                    &mut self.full,
                    &mut self.blocked,
                    &mut self.dumped_beside,
                    &mut self.lid_open,
                ];
                for told in all {
                    settle(told, seen.at);
                }
            }
        }
    }

    /// Notes that a sensor saw the container emptied.
    pub(crate) fn seen_emptied(&mut self, at: Timestamp) {
        settle(&mut self.full, at);
    }
}

fn keep_newer(told: &mut Option<Seen>, seen: Seen) {
    if told.is_none_or(|it| it.at <= seen.at) {
        *told = Some(seen);
    }
}

/// What was told before a time no longer stands.
fn settle(told: &mut Option<Seen>, at: Timestamp) {
    *told = told.filter(|it| it.at > at);
}

/// What people told of containers, by container. A clone costs a step of a reference count.
pub(crate) type Reports = RedBlackTreeMapSync<AssetId, Reported>;
