//! LoRaWAN: what network servers deliver, and what devices put into their frames.
//!
//! A network server's event becomes a [`RawUplink`]; a [`PayloadCodec`] turns that into a
//! [`twin_core::Uplink`]. The same codecs write, so that simulated devices speak as real ones do.

pub mod chirpstack;
mod codec;
mod error;
mod event;
mod lenient;
mod raw;
#[cfg(test)]
mod shared;
pub mod things_stack;

pub use self::codec::{MilesightEm400, PayloadCodec, codec, codecs};
pub use self::error::{RadioError, RadioResult};
pub use self::event::{MAX_EVENT, MAX_GATEWAYS};
pub use self::raw::{MAX_PAYLOAD, RawUplink};
