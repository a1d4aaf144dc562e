//! A person who has waited long enough.

use std::sync::Arc;
use std::thread;

use crate::cli::note;
use crate::collection::Watch;
use crate::error::{ApiError, ApiResult};
use crate::http;

/// Stops the search at the first SIGINT or SIGTERM. The thread that waits for it ends with the
/// program.
pub(super) fn stop_when_interrupted(watch: Arc<Watch>) -> ApiResult<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(|source| ApiError::Run {
            action: "wait for signals",
            source,
        })?;
    let stop = {
        let _inside = runtime.enter();
        http::stop_signal()?
    };
    thread::spawn(move || {
        runtime.block_on(stop);
        watch.stop();
        note("stopping with the best plan so far");
    });
    Ok(())
}
