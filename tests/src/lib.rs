//! The harness of the stories: what they need to look at the house and to run what it builds.
//!
//! * See [`house`] for the crates, their arrows and their files, and the rules these must keep.
//! * See [`server::TwinServer`] for a running `twin serve`, and [`client`] for what asks it.
//! * See [`broker::Broker`] for a real MQTT broker.
//! * See [`database::Database`] for a real PostgreSQL server.
//! * See [`nats::NatsServer`] for a real NATS server.
//! * See [`files::FileServer`] for a server of files with the faults of real ones.
//! * See [`needs`] for shared files and tools without which a story is skipped.

pub mod broker;
pub mod client;
pub mod database;
mod error;
pub mod files;
pub mod house;
pub mod nats;
pub mod needs;
pub mod server;

pub use crate::error::{HarnessError, HarnessResult};
