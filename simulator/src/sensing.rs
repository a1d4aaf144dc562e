//! A virtual sensor network: what devices report of the truth, with their noise, faults and losses.
//!
//! Everything random is addressed by (seed, sensor, number of the report or sojourn), so a network
//! that is saved and restored goes on with the very reports that it would have made. The faults are
//! known exactly, so that whoever detects them can be scored.
//!
//! A network with a [`Coverage`] has gateways: then distance decides what is heard, and a frame says
//! who heard it and how. One without is told of as if one gateway heard everything alike.

mod checkpoint;
mod device;
mod fault;
mod luck;
mod network;
mod params;
mod radio;
mod sojourn;

pub use self::checkpoint::NetworkCheckpoint;
pub use self::device::{SensorSpec, blind_zone_mm};
pub use self::fault::{FaultKind, FaultTruth};
pub use self::network::{Network, NetworkSpec, SensorReport, Step};
pub use self::params::{FaultShares, RadioParams, SensingParams};
pub use self::radio::{
    CHANNELS_HZ, ChargeUse, Coverage, CoverageParams, FrameRadio, GatewayOutage, GatewayPlan,
    Heard, LinkTruth, MAX_HEARD, SensorPlace, SpreadingFactor,
};
