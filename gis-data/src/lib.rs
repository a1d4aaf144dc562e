//! Bytes to typed layers and observations, and back.
//!
//! * See [`pack`] for the folder a territory is kept in.
//! * See [`import`] for what makes one out of other people's files.
//! * See [`export`] for what other people's programs read.
//! * See [`radio`] for LoRaWAN events and payloads.
//! * See `stores` (a feature) for the journal.
//! * See [`validate`] for what is wrong with a pack.
//! * See [`crs`] for planar reference systems.
//!
//! # Invariant
//!
//! `import`, `export`, `radio` and `pack` know each other only through `pack`'s and `twin-core`'s types;
//! `validate` asks all three, and none of them knows it.
//! No server, no simulation, no Bevy.

pub mod crs;
mod error;
pub mod export;
pub mod import;
pub mod pack;
pub mod radio;
#[cfg(feature = "stores")]
pub mod stores;
pub mod validate;

pub use crate::error::{GisError, GisResult};
