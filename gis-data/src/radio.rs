//! LoRaWAN: what network servers deliver, and what devices put into their frames.
//!
//! A network server's event becomes a [`RawUplink`]; a [`PayloadCodec`] turns that into a
//! [`twin_core::Uplink`]. The same codecs write, so that simulated devices speak as real ones do.

pub mod chirpstack;
mod codec;
mod error;
mod raw;
#[cfg(test)]
mod shared;

pub use self::codec::{MilesightEm400, PayloadCodec, codec, codecs};
pub use self::error::{RadioError, RadioResult};
pub use self::raw::{MAX_PAYLOAD, RawUplink};
