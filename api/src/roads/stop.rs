//! Work that ends early when nobody waits for it any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{ApiError, ApiResult};

/// Whether whoever asked has gone. Long work looks at it between its phases.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends the work at its next look.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Refuses to go on once it is set.
    pub(crate) fn check(&self) -> ApiResult<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(ApiError::Abandoned);
        }
        Ok(())
    }
}
