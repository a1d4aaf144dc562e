//! How containers fill: a compound Poisson process with calendar intensity, exact to the millilitre.
//!
//! The deposits of a container on a local day are drawn from that day's slot of the container's own
//! random stream. What happens until an instant therefore depends on nothing but the seed: advancing
//! in one step or in many gives the same bytes, and a saved state needs no random generator.
//!
//! Per container *i* and local day *d*: `N ~ Poisson(λ̄ᵢ · calendar(d) · events · G)`, with a day effect
//! `G ~ Gamma(k, 1/k)`, so that counts are negative binomial, and are drawn as such; each deposit falls
//! into the day by the hours' weights and has a triangular volume. `λ̄ᵢ` is lognormal between sites and scaled so that each stream's mean closes on the mass
//! balance of its [`Flow`]. What does not fit goes to neighbours of the same stream, the rest beside.

mod balance;
mod brought;
mod catchment;
mod clock;
mod count;
mod days;
mod deposits;
mod flows;
pub mod hourly;
mod model;
mod params;
mod pour;
mod state;
mod today;

pub use self::balance::{Accounts, BalancedInput, CLOSES_WITHIN, StreamBalance, balance};
pub(crate) use self::brought::DayDeposits;
pub use self::catchment::container_specs;
pub use self::flows::{Flow, FlowPhase, FlowPlan};
pub(crate) use self::model::SITES_AT_ONCE;
pub use self::model::{ContainerSpec, FillingModel};
pub use self::params::{DepositVolume, Event, FillingParams};
pub(crate) use self::pour::{Queue, Sums};
pub use self::state::{ContainerFill, FillingState};
pub use self::today::DayCache;
