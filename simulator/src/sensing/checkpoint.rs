//! What has to be saved of a network so that it goes on as if it had never stopped.

use serde::{Deserialize, Serialize};
use twin_core::Timestamp;

use crate::error::{SimError, SimResult};
use crate::filling::FillingState;

/// The present of a network. Plain data; everything random follows from the seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkCheckpoint {
    /// The format, [`NetworkCheckpoint::FORMAT`].
    pub format: u16,
    /// When the network began; its schedule counts from there.
    pub start: Timestamp,
    /// Where it stands.
    pub at: Timestamp,
    /// What is in the containers at `at`.
    pub filling: FillingState,
    /// The counter of each sensor's next frame.
    pub next_f_cnt: Vec<u32>,
}

impl NetworkCheckpoint {
    /// The format that this version writes and reads.
    pub const FORMAT: u16 = 1;

    /// Refuses another format, and times that run backwards.
    pub(super) fn check(&self, sensors: usize) -> SimResult<()> {
        if self.format != Self::FORMAT {
            return Err(SimError::UnknownFormat {
                found: self.format,
                expected: Self::FORMAT,
            });
        }
        let latest = self
            .filling
            .site_at
            .iter()
            .copied()
            .max()
            .unwrap_or(self.at)
            .max(self.start);
        if self.at < latest {
            return Err(SimError::TimeRunsBackwards {
                from: latest,
                to: self.at,
            });
        }
        if self.next_f_cnt.len() == sensors {
            Ok(())
        } else {
            let found = self.next_f_cnt.len();
            Err(SimError::StateMismatch {
                what: "sensors",
                expected: sensors,
                found,
            })
        }
    }
}
