//! The `up` event of ChirpStack v4, as its MQTT and HTTP integrations send it: read and written.
//!
//! The format is `integration.UplinkEvent` of ChirpStack's API in the JSON form of protocol
//! buffers: a field that is zero, empty or false is left out, and reads as such.

mod read;
mod wire;
mod write;

pub use self::read::read_up;
pub use self::write::{Reception, UplinkFrame, write_up};

#[cfg(test)]
mod tests;
