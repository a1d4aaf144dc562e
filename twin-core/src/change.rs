//! What an input did to the twin.

use serde::{Deserialize, Serialize};

use crate::alarms::AlarmEvent;
use crate::asset::AssetId;
use crate::detail::CameraAiming;
use crate::health::{LastReport, SensorStatus};
use crate::input::Quality;
use crate::record::Record;
use crate::report::{Sighting, Witness};
use crate::time::Timestamp;
use crate::units::Fraction;

/// One fact about the twin that is now so, and stays told once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its number within its channel: starts at 1, has no gap.
    pub seq: u64,
    /// Who may learn of it.
    pub channel: Channel,
    /// When it became so.
    pub at: Timestamp,
    /// What became so.
    pub effect: Effect,
}

impl Change {
    /// Version of the format in which changes are kept.
    pub const VERSION: u32 = 1;
}

/// The two sequences of changes. The public one is dense and tells nothing of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// For everybody.
    Public,
    /// For operators: changes of restricted fields, and alarms.
    Restricted,
}

/// What became so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// A sensor reported.
    SensorReported {
        /// The sensor.
        sensor: AssetId,
        /// What it reported.
        report: LastReport,
        /// Its frame, where the source has frames.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        frame: Option<Frame>,
    },
    /// The fill of a container is known anew.
    ContainerMeasured {
        /// The container.
        container: AssetId,
        /// The sensor that measured.
        sensor: AssetId,
        /// How full it was.
        fill: Fraction,
        /// When.
        observed_at: Timestamp,
        /// Whether it follows from what was measured before.
        #[serde(default, skip_serializing_if = "is_good")]
        quality: Quality,
    },
    /// A container was emptied: its sensor proves it.
    ContainerEmptied {
        /// The container.
        container: AssetId,
        /// The sensor.
        sensor: AssetId,
        /// How full it was before.
        from: Fraction,
        /// When it was first seen emptied.
        observed_at: Timestamp,
    },
    /// Somebody saw something of a container.
    ContainerReported {
        /// The container.
        container: AssetId,
        /// What was seen.
        sighting: Sighting,
        /// By whom.
        witness: Witness,
        /// When.
        observed_at: Timestamp,
    },
    /// A sensor does better or worse than before.
    SensorStatusChanged {
        /// The sensor.
        sensor: AssetId,
        /// The container it looks into.
        container: AssetId,
        /// How well it does now.
        status: SensorStatus,
    },
    /// An asset was added, or replaced the one of the same name.
    AssetPut(Box<Record>),
    /// An asset was removed.
    AssetRemoved(AssetId),
    /// Where a camera hangs and what it sees is known anew, or no longer.
    CameraAimed {
        /// The camera.
        camera: AssetId,
        /// Its aiming.
        aiming: Option<Box<CameraAiming>>,
    },
    /// Something happened to alarms.
    Alarm(Box<AlarmEvent>),
}

/// The counter of a frame within a radio session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The session.
    pub session: Box<str>,
    /// The counter.
    pub f_cnt: u32,
}

/// What most levels are is not written down.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn is_good(quality: &Quality) -> bool {
    *quality == Quality::Good
}

impl Effect {
    /// Who may learn of it.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::CameraAimed { .. } | Self::Alarm(_) => Channel::Restricted,
            _ => Channel::Public,
        }
    }

    /// The asset that it is about.
    ///
    /// # Errors
    /// When a record has a key that is none; the twin makes no such change.
    pub fn subject(&self) -> crate::TwinResult<AssetId> {
        match self {
            Self::SensorReported { sensor: id, .. }
            | Self::SensorStatusChanged { sensor: id, .. }
            | Self::ContainerMeasured { container: id, .. }
            | Self::ContainerEmptied { container: id, .. }
            | Self::ContainerReported { container: id, .. }
            | Self::AssetRemoved(id)
            | Self::CameraAimed { camera: id, .. } => Ok(id.clone()),
            Self::AssetPut(record) => record.id(),
            Self::Alarm(event) => Ok(event.about.clone()),
        }
    }

    /// Whether it changes what exists, and not only how things are.
    pub const fn is_structural(&self) -> bool {
        matches!(
            self,
            Self::AssetPut(_) | Self::AssetRemoved(_) | Self::CameraAimed { .. }
        )
    }
}
