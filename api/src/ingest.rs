//! The doors for measurements: whatever a source delivers becomes inputs of the twin here.
//!
//! The virtual sensor network knocks at the same door as a real one: its readings are encoded to
//! the device's own bytes, put into the network server's own events, and read from those.

mod again;
mod codecs;
mod door;
mod mqtt;
mod network;
mod observe;
mod topic;

pub use self::again::{ReadAgain, catch_up, readmit};
pub use self::codecs::{Codecs, CodecsError};
pub(crate) use self::door::{CHIRPSTACK, IN_SIMULATED_TIME, THINGS_STACK};
pub use self::door::{Delivery, Door, DoorError, Fate};
pub use self::mqtt::{MqttError, MqttSource};
pub use self::network::{SOURCE, VirtualNetwork};
pub(crate) use self::network::{container_specs, flows_of, network_spec};
pub use self::observe::{Fault, Reception, Tally, observe};
pub(crate) use self::topic::CHIRPSTACK_OTHERS;
