//! The radio between sensors and gateways: distance and ground decide at which spreading factor a
//! sensor sends, who hears it and how much is lost.
//!
//! Signal strength falls with the logarithm of the distance, with a shadowing that is fixed for each
//! pair of sensor and gateway and a fading that each frame has anew. The smallest spreading factor
//! with enough margin at the best gateway is chosen, as a network server's adaptive data rate does.
//! What other frames drown follows pure ALOHA with capture, at the best gateway alone: with six
//! frames a day it is next to nothing. Gateways fail, for all sensors that only they hear at once.

mod coverage;
mod energy;
mod fading;
mod link;
mod modulation;
mod outage;
mod params;
mod place;
mod receiver;

pub(super) use self::coverage::Air;
pub use self::coverage::{Coverage, FrameRadio, Heard, SensorPlace};
pub use self::energy::ChargeUse;
pub use self::link::{LinkTruth, MAX_HEARD};
pub use self::modulation::{CHANNELS_HZ, SpreadingFactor};
pub use self::outage::GatewayOutage;
pub use self::params::CoverageParams;
pub use self::place::GatewayPlan;
pub(super) use self::receiver::{Reception, threshold};
