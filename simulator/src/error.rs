//! What the simulator refuses, and why.

use twin_core::Timestamp;

/// Short for results that fail with a [`SimError`].
pub type SimResult<T> = Result<T, SimError>;

/// A parameter, a time or a saved state that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// A parameter lies outside its range.
    #[error("{parameter} is {value}, expected {expected}")]
    InvalidParameter {
        /// Its name, as in the parameter file.
        parameter: &'static str,
        /// The rejected number.
        value: f64,
        /// The range, in words.
        expected: &'static str,
    },

    /// An index beyond what the model has.
    #[error("there is no {what} {index}, the model has {count}")]
    UnknownIndex {
        /// What was looked for: `container`, `site`, `sensor`.
        what: &'static str,
        /// The index that was given.
        index: usize,
        /// How many there are.
        count: usize,
    },

    /// A time before the one that the state already stands at.
    #[error("cannot go back from {from} to {to}")]
    TimeRunsBackwards {
        /// Where the state stands.
        from: Timestamp,
        /// What was asked for.
        to: Timestamp,
    },

    /// A time that the French calendar of today does not cover.
    #[error("{at} lies outside the calendar, which runs from 1996 to 2199")]
    OutsideCalendar {
        /// The time that was given.
        at: Timestamp,
    },

    /// A state that belongs to another model.
    #[error("the state holds {found} {what}, the model {expected}")]
    StateMismatch {
        /// What was counted: `containers`, `sites`, `sensors`.
        what: &'static str,
        /// How many the model has.
        expected: usize,
        /// How many the state has.
        found: usize,
    },

    /// Bytes of a saved state that cannot be read.
    #[error("not a saved state: {reason} at byte {offset}")]
    CorruptState {
        /// What is wrong, in words.
        reason: &'static str,
        /// Where, from the beginning.
        offset: usize,
    },

    /// A saved state of a format that this version does not know.
    #[error("a saved state of format {found}, this version reads format {expected}")]
    UnknownFormat {
        /// The format found.
        found: u16,
        /// The format that can be read.
        expected: u16,
    },
}

/// Refuses a number outside of `min..=max`, or that is none.
pub(crate) fn in_range(
    parameter: &'static str,
    value: f64,
    (min, max): (f64, f64),
    expected: &'static str,
) -> SimResult<()> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(SimError::InvalidParameter {
            parameter,
            value,
            expected,
        })
    }
}
