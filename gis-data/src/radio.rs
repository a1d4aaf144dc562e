//! LoRaWAN: what network servers deliver, and what devices put into their frames.
//!
//! A network server's frame becomes a [`RawUplink`], what it tells beside frames a [`Notice`]; a
//! [`PayloadCodec`] turns the first into a
//! [`twin_core::Uplink`]. The same codecs write, so that simulated devices speak as real ones do.
//! [`Decoded`] is all that a frame says, for people who look at one; a [`Profile`] is a codec that
//! somebody declares in a file.

pub mod chirpstack;
mod codec;
mod decoded;
mod error;
mod event;
mod lenient;
mod notice;
mod raw;
#[cfg(test)]
mod shared;
pub mod things_stack;

pub use self::codec::{
    CayenneLpp, Decentlab, Dragino, Milesight, PayloadCodec, Profile, Senml, TerabeeLmXl, codec,
    codecs,
};
pub use self::decoded::{Decoded, Measured, Measurements, Warning};
pub use self::error::{RadioError, RadioResult};
pub use self::event::{MAX_EVENT, MAX_GATEWAYS};
pub use self::notice::{DownlinkFate, Notice, NoticeEvent, Severity};
pub use self::raw::{MAX_PAYLOAD, RawUplink};
