//! The events of ChirpStack v4, as its MQTT and HTTP integrations send them: all are read, `up` is written too.
//!
//! The format is `integration.UplinkEvent` of ChirpStack's API in the JSON form of protocol
//! buffers: a field that is zero, empty or false is left out, and reads as such.

mod notice;
mod read;
mod wire;
mod write;

pub use self::notice::read_notice;
pub use self::read::read_up;
pub use self::write::{Reception, UplinkFrame, write_up};

#[cfg(test)]
mod tests;
