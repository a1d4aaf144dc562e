//! The running twin without a server: the task that owns it, its clock, its journal.
//!
//! * See [`open`](open()) for how a data directory becomes a running [`Engine`].
//! * See [`Engine::submit`] for the way in, [`Engine::twin`] and [`Engine::changes_since`] for the
//!   ways out.
//!
//! # Invariant
//!
//! Nothing here knows HTTP. One task owns the twin; everybody else reads snapshots of it. An input
//! is acknowledged only after its commit, and what is published has been committed before.

mod backup;
mod clock;
mod commit;
mod deadlines;
mod error;
mod fan_out;
mod handle;
mod node;
mod open;
mod owner;
mod past;
mod readers;
mod stream;
#[cfg(test)]
mod tests;
mod update;

pub use self::backup::{backup, restore};
pub(crate) use self::backup::{copy_folder, journal_of};
pub use self::clock::{ClockKind, TwinClock};
pub use self::commit::{Commit, Hearing};
pub use self::error::{EngineError, EngineResult, SubmitError};
pub use self::fan_out::{Carrier, Line, News, Parcel};
pub use self::handle::{Engine, EngineRules, Outcome, Receipt};
pub use self::node::Role;
pub use self::open::{DataDirectory, OpenRequest, PackChoice, open};
pub use self::past::Past;
pub(crate) use self::past::warn as warn_of_past;
pub use self::readers::Readers;
pub use self::stream::StreamItem;
pub use self::update::PackUpdate;
