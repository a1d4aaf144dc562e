//! The HTTP surface: one router, one shape for every error, and a server that ends cleanly.

mod access;
mod alarms;
mod assets;
mod communes;
mod geojson;
mod health;
mod history;
mod jobs;
mod layers;
mod live;
mod moment;
mod observations;
mod plans;
mod problem;
mod quarantine;
mod query;
mod radio;
mod ready;
mod reports;
mod roads;
mod rounds;
mod router;
mod server;
mod simulations;
mod snapshot;
mod state;
mod tiles;
mod writes;

pub use self::live::Listeners;
pub use self::plans::ServedPlans;
pub use self::problem::Problem;
pub use self::roads::ServedRoads;
pub use self::router::app;
pub use self::server::{allow_many_connections, serve_until, stop_signal};
pub use self::simulations::ServedSimulations;
pub use self::state::{ApiState, Territory, Writers};
