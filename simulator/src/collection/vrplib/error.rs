//! What a file in the VRPLIB format is refused for, and where.

/// Short for results that fail with a [`VrplibError`].
pub(super) type VrplibResult<T> = Result<T, VrplibError>;

/// A file in the VRPLIB format that cannot be used. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VrplibError {
    /// Something that every file must have.
    #[error("the file has no {field}")]
    Missing {
        /// The specification or the section.
        field: &'static str,
    },

    /// Something that a file may say only once.
    #[error("line {line}: {field} a second time, expected it once")]
    Repeated {
        /// Where it stands again.
        line: usize,
        /// The specification, the section, or the node in it.
        field: Box<str>,
    },

    /// A value that cannot stand there.
    #[error("line {line}: {field} is '{value}', expected {expected}")]
    Value {
        /// Where it stands.
        line: usize,
        /// The specification or the section.
        field: Box<str>,
        /// The rejected text, cut where it is long.
        value: Box<str>,
        /// What can stand there, in words.
        expected: Box<str>,
    },

    /// More or fewer rows or numbers than there must be.
    #[error("line {line}: {field} has {found} {what}, expected {expected}")]
    Count {
        /// Where the section or the row stands.
        line: usize,
        /// The section.
        field: Box<str>,
        /// What was counted: `rows`, `numbers`.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: u64,
    },

    /// A solution visits a customer that there is not.
    #[error("route {route}: there is no customer {customer}, expected 1 to {stops}")]
    UnknownCustomer {
        /// The route, from 1.
        route: usize,
        /// The customer.
        customer: u32,
        /// How many there are.
        stops: usize,
    },

    /// A rule that the format knows and this reader does not, or that this problem cannot hold.
    #[error("line {line}: {field} cannot be used: {reason}")]
    Unsupported {
        /// Where it stands.
        line: usize,
        /// The specification or the section.
        field: Box<str>,
        /// Why not.
        reason: &'static str,
    },
}

/// How much of a rejected text is shown.
const SHOWN: usize = 60;

impl VrplibError {
    /// A value that cannot stand there.
    pub(super) fn value(
        line: usize,
        field: &str,
        value: impl std::fmt::Display,
        expected: impl Into<Box<str>>,
    ) -> Self {
        let mut shown = value.to_string();
        if let Some((end, _)) = shown.char_indices().nth(SHOWN) {
            shown.truncate(end);
            shown.push('…');
        }
        Self::Value {
            line,
            field: field.into(),
            value: shown.into(),
            expected: expected.into(),
        }
    }
}
