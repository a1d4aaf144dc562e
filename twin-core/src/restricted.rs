//! Values that only operators may see.

use std::fmt;

/// A value that only operators may see.
///
/// It cannot be serialised, so no response type that derives its serialisation can hold it by
/// accident; it prints as `restricted`; and reading it takes an [`OperatorAccess`].
///
/// ```compile_fail
/// let aiming = twin_core::Restricted::new(12.0);
/// serde_json::to_string(&aiming);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Restricted<T>(T);

/// Proof that the reader is an operator, or the twin's own storage.
///
/// Whoever makes one answers for it: the HTTP layer after it has checked the token, the stores
/// and the journal because they are the twin's memory.
#[derive(Clone, Copy, Debug)]
pub struct OperatorAccess(());

impl OperatorAccess {
    /// States that the reader has been recognised as an operator.
    pub const fn granted() -> Self {
        Self(())
    }
}

impl<T> Restricted<T> {
    /// Locks a value away.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever may see it.
    pub const fn reveal(&self, _access: OperatorAccess) -> &T {
        &self.0
    }

    /// The value, to be changed by whoever may see it.
    pub(crate) const fn reveal_mut(&mut self, _access: OperatorAccess) -> &mut T {
        &mut self.0
    }
}

impl<T> fmt::Debug for Restricted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("restricted")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restricted_value_does_not_print() {
        assert_eq!(
            format!("{:?}", Restricted::new("secret place")),
            "restricted"
        );
    }
}
