//! The outermost room: the command `twin`, its configuration and its HTTP surface.
//!
//! * Start at [`cli::Cli`] for what a person can ask for.
//! * See [`config::Config`] for the settings, and where each of them may come from.
//! * See [`engine`] for the running twin, which knows nothing of HTTP, and [`ingest`] for the doors
//!   through which measurements come in.
//! * See [`download`] for what brings other people's files; it is no part of the server.
//! * See [`http::app`] for the service; it binds no port.
//!
//! # Invariant
//!
//! Nobody in the workspace but the tests depends on this crate, and it knows nothing of Bevy.

mod alarms;
pub mod cli;
mod collection;
pub mod config;
pub mod download;
mod effort;
pub mod engine;
mod error;
mod forecast;
pub mod http;
pub mod ingest;
mod jobs;
#[cfg(feature = "nats")]
mod nats;
#[cfg(not(feature = "nats"))]
#[path = "nats/absent.rs"]
mod nats;
mod roads;
mod scenario;
mod web;

pub use crate::error::{ApiError, ApiResult};
