//! Many runs, and what they say together.
//!
//! * [`Kpi`] are the figures of an [`Outcome`](crate::scenario::Outcome), each with its unit and which way is
//!   better.
//! * [`Summary`] is a figure over many runs, with its 95 % interval.
//! * [`difference`] compares two scenarios run by run: the same run of each has the same luck, so that the
//!   interval is that of the difference, and far narrower than those of the two.
//! * [`is_enough`] says when more runs would tell nothing more.

mod kpi;
mod student;
mod summary;

pub use self::kpi::{Better, Kpi};
pub use self::student::{student_cdf, student_quantile};
pub use self::summary::{Difference, Summary, difference, is_enough, summary};
