//! How full containers will be, from what their sensors told so far.
//!
//! A [`LevelForecaster`] hears readings in the order of time. Echoes are left out, emptyings found, and
//! sensors watched for what is wrong with them, each from the past alone. What came between emptyings
//! tells the rate of a container, drawn towards that of others of its stream and type while little is
//! known of it; what all of a stream took in tells the rhythm of the week, the tempo of late, and whether
//! it changed at once. A forecast adds what will come to the level now, as if nobody emptied the
//! container: many deposits of random size on random days, the uncertainty of rate, level and heap, and
//! then the errors of the last forecasts, which say how far off such a law is.
//!
//! Known beforehand are the sizes of deposits, how much days differ, how noisy sensors are and how high
//! heaps may be (assumptions that can be read where they stand); rates, rhythm and season are learned.

mod change;
mod compound;
mod faults;
mod forecaster;
mod outlook;
mod rate;
mod rhythm;
mod thumb;
mod track;
mod watched;

pub use self::change::FlowChange;
pub(super) use self::compound::{Cumulants, Grain};
pub use self::faults::Suspicion;
pub use self::forecaster::{LevelForecaster, Suspected};
pub use self::outlook::LevelForecast;
pub use self::thumb::LevelRule;
pub use self::track::Emptied;

use twin_core::{ContainerType, Litres, Mounting, Reading, Span, Stream, Timestamp};

use crate::filling::DepositVolume;

/// What is known of a container and its sensor without any reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContainerFacts {
    /// What it takes.
    pub stream: Stream,
    /// How it is built.
    pub container_type: ContainerType,
    /// How much it holds.
    pub capacity: Litres,
    /// What one deposit is (assumption).
    pub deposit: DepositVolume,
    /// How the sensor is mounted.
    pub mounting: Mounting,
    /// How often it should report.
    pub interval: Span,
}

/// What a sensor told at some time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelReading {
    /// When.
    pub at: Timestamp,
    /// The distance to the surface, in millimetres, if it found one.
    pub distance_mm: Option<u16>,
    /// The device doubts the distance itself.
    pub is_doubtful: bool,
    /// The device says that it is out of its mounting.
    pub is_tilted: bool,
}

impl LevelReading {
    /// What a report says of a level.
    pub fn of(at: Timestamp, reading: &Reading) -> Self {
        Self {
            at,
            distance_mm: reading.distance_mm,
            is_doubtful: reading.is_distance_doubtful,
            is_tilted: reading.is_tilted.unwrap_or(false),
        }
    }
}
