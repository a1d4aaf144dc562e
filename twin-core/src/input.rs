//! What reaches the twin from outside.

use serde::{Deserialize, Serialize};

use crate::alarms::AlarmInput;
use crate::asset::AssetId;
use crate::detail::{CameraAiming, named_enum};
use crate::record::Record;
use crate::report::Report;
use crate::time::Timestamp;
use crate::uplink::Uplink;

/// One thing that reached the twin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "kebab-case")]
pub enum Input {
    /// A frame of a radio device.
    Uplink(Uplink),
    /// A frame that was received before, read anew: its codec was corrected, or is known only now. It
    /// takes the place of what was read then.
    Reread(Uplink),
    /// A single measured value.
    Observation(Observation),
    /// What somebody saw of a container.
    Report(Report),
    /// A person's wish.
    Command(Command),
    /// Time has passed.
    Tick(Tick),
    /// Something is to be said of alarms.
    Alarm(AlarmInput),
}

named_enum! {
    /// What an [`Observation`] is about, and in which unit its value is.
    Phenomenon, "phenomenon" {
        /// Distance from the sensor to the surface, in millimetres.
        Distance = "distance",
        /// Temperature at the sensor, in degrees Celsius.
        Temperature = "temperature",
        /// Charge of the battery, 0 to 1.
        Battery = "battery",
        /// 1: out of the mounting position; 0: in it.
        Tilt = "tilt",
        /// How full the sensor's container is, 0 to 1; kept as the distance that means so.
        Fill = "fill",
    }
}

named_enum! {
    /// How far an [`Observation`] or a level can be trusted.
    #[derive(Default)]
    Quality, "quality" {
        /// As good as the device can; follows from what was measured before.
        #[default]
        Good = "good",
        /// The source itself doubts it, or it does not follow from what was measured before and no later
        /// reading has borne it out.
        Doubtful = "doubtful",
    }
}

/// A single measured value, from a source that has no frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The sensor that measured.
    pub sensor: AssetId,
    /// What was measured, and in which unit.
    pub phenomenon: Phenomenon,
    /// How much.
    pub value: f64,
    /// The time it holds.
    pub observed_at: Timestamp,
    /// When the twin received it.
    pub received_at: Timestamp,
    /// How far it can be trusted.
    pub quality: Quality,
}

/// A person's wish, already checked to come from one who may.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// When it was received.
    pub received_at: Timestamp,
    /// What is wished.
    pub action: Action,
}

/// What a [`Command`] asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Add an asset, or replace the one of the same name.
    Put(Record),
    /// Remove an asset.
    Remove(AssetId),
    /// Tell where a camera hangs and what it sees, or that this is not known.
    Aim {
        /// The camera.
        camera: AssetId,
        /// Its aiming.
        aiming: Option<CameraAiming>,
    },
}

/// Time has passed: some sensors may have become stale or silent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    /// Up to when deadlines are covered.
    pub at: Timestamp,
    /// The sensors whose deadline may have passed, by dense number.
    #[serde(skip)]
    pub due: Vec<u32>,
}
