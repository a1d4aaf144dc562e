//! The public door of `twin-core`: queries beside brute force, changes beside replay.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod alarms;
mod changes;
mod lambert93;
mod levels;
mod queries;
mod territory;
