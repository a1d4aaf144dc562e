//! The outermost room: the command `twin`, its configuration and its HTTP surface.
//!
//! * Start at [`cli::Cli`] for what a person can ask for.
//! * See [`config::Config`] for the settings, and where each of them may come from.
//! * See [`http::app`] for the service; it binds no port.
//!
//! # Invariant
//!
//! Nobody in the workspace but the tests depends on this crate, and it knows nothing of Bevy.

pub mod cli;
pub mod config;
mod error;
pub mod http;

pub use crate::error::{ApiError, ApiResult};
