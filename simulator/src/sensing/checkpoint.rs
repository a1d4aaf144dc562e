//! What has to be saved of a network so that it goes on as if it had never stopped.

use serde::{Deserialize, Serialize};
use twin_core::{LonLat, Timestamp};

use crate::error::{SimError, SimResult};
use crate::filling::FillingState;

/// The present of a network. Plain data; everything random follows from the seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkCheckpoint {
    /// The format: [`NetworkCheckpoint::FORMAT`], or [`NetworkCheckpoint::WITH_GATEWAYS`] where
    /// there are some.
    pub format: u16,
    /// When the network began; its schedule counts from there.
    pub start: Timestamp,
    /// Where it stands.
    pub at: Timestamp,
    /// What is in the containers at `at`.
    pub filling: FillingState,
    /// The counter of each sensor's next frame.
    pub next_f_cnt: Vec<u32>,
    /// Where its gateways stand; a network keeps those that it began with, and begins with none
    /// where this is not told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gateways: Vec<LonLat>,
}

impl NetworkCheckpoint {
    /// The format of a network without gateways.
    pub const FORMAT: u16 = 1;
    /// The format of a network with gateways.
    pub const WITH_GATEWAYS: u16 = 2;

    /// The format that a network with these gateways has.
    pub(super) const fn format_of(gateways: &[LonLat]) -> u16 {
        if gateways.is_empty() {
            Self::FORMAT
        } else {
            Self::WITH_GATEWAYS
        }
    }

    /// Refuses another format, counts that are not the network's, and times that run backwards.
    pub(super) fn check(&self, sensors: usize, gateways: usize) -> SimResult<()> {
        let expected = Self::format_of(&self.gateways);
        if self.format != expected {
            let found = self.format;
            return Err(SimError::UnknownFormat { found, expected });
        }
        self.check_times()?;
        for (what, expected, found) in [
            ("sensors", sensors, self.next_f_cnt.len()),
            ("gateways", gateways, self.gateways.len()),
        ] {
            if expected != found {
                return Err(SimError::StateMismatch {
                    what,
                    expected,
                    found,
                });
            }
        }
        Ok(())
    }

    fn check_times(&self) -> SimResult<()> {
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
        Ok(())
    }
}
