//! A person who has waited long enough.

use std::thread;

use crate::error::{ApiError, ApiResult};
use crate::http;

/// Does something at the first SIGINT or SIGTERM. The thread that waits for it ends with the program.
pub(super) fn when_interrupted(act: impl FnOnce() + Send + 'static) -> ApiResult<()> {
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
        act();
    });
    Ok(())
}
