//! The messages of The Things Stack v3, as its MQTT server and its webhooks send them: what is read of them.
//!
//! The format is `ttn.lorawan.v3.ApplicationUp` in the JSON form of protocol buffers, with the field names
//! of the definition: a field that is zero, empty or false is left out, and reads as such.

mod read;
mod wire;

pub use self::read::{Message, device_id, read_message};

#[cfg(test)]
mod tests;
