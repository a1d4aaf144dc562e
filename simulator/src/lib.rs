//! What happens next: how containers fill, and what sensors tell of it.
//!
//! Every kernel here is pure: state and inputs in, state and facts out. There is no wall clock, no
//! file, no socket and no thread, and the seed is an argument. The same seed gives the same bytes,
//! on any number of threads and on every platform.
//!
//! * [`filling`] advances the truth: what is in every container, to the millilitre.
//! * [`rounds`] is a simple emptying rule that drives the kernel from outside.
//! * [`sensing`] is a virtual sensor network that looks at that truth, with its faults.
//! * [`roads`] is where vehicles may drive: what that costs in time and energy, the shortest ways, and
//!   how far one comes.
//! * [`collection`] is who empties what, in which order and when; [`collecting`] is how that goes in truth.
//! * [`scenario`] is what if: a territory with edits, followed day by day; [`ensemble`] is many runs of it.
//! * [`forecast`] is how full containers will be, from their sensors, and how full they will be found, with
//!   the chances of it.
//! * [`calibrate`] fits the inputs of all this to what was weighed and found.
//! * [`calendar`] and [`random`] are what they stand on.
//!
//! # Invariant
//!
//! This crate depends on `twin-core` alone, compiles to WebAssembly, and never iterates over a hash
//! map. Transcendental functions come from `libm`, random numbers from [`random`] only.

pub mod calendar;
pub mod calibrate;
pub mod collecting;
pub mod collection;
pub mod ensemble;
mod error;
pub mod filling;
pub mod forecast;
mod numbers;
pub mod random;
pub mod roads;
pub mod rounds;
pub mod scenario;
pub mod sensing;

pub use crate::error::{SimError, SimResult};
