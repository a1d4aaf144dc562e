//! A plan under way: what is left of it at a moment, and how it changes with the day.
//!
//! * [`progress`] takes what is done off a problem and its plan; vehicles on the road become classes
//!   with a [`Begun`](super::Begun) of their own.
//! * [`replan`] puts stops in, takes them out, or does without a vehicle, with as little change for the
//!   crews as it is worth, and says to each crew what is new.
//!
//! It looks at the spots of the plan at hand, one stop after the other, and never at a whole new plan:
//! that is the solver's work.

mod changes;
mod clock;
mod crew;
mod disturbance;
mod mend;
mod progress;
mod under_way;

pub use self::changes::Change;
pub use self::crew::{Crew, Difference};
pub use self::disturbance::{Disturbance, Weights};
pub use self::mend::{Replan, replan};
pub use self::progress::{Progress, progress};
