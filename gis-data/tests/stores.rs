//! The journal: what is written, damaged, forgotten, saved and read again.
#![cfg(feature = "stores")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

#[path = "stores/damage.rs"]
mod damage;
#[path = "stores/fixture.rs"]
mod fixture;
#[path = "stores/journal.rs"]
mod journal;
#[path = "stores/recovery.rs"]
mod recovery;
#[path = "stores/samples.rs"]
mod samples;
