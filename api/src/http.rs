//! The HTTP surface: one router, one shape for every error, and a server that ends cleanly.

mod health;
mod problem;
mod router;
mod server;

pub use self::problem::Problem;
pub use self::router::app;
pub use self::server::{serve_until, stop_signal};
