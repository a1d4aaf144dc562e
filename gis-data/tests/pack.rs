//! Packs through their public door: round trips, other tools, damage, and what older versions wrote.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

#[path = "pack/corruption.rs"]
mod corruption;
#[path = "pack/diff.rs"]
mod diff;
#[path = "pack/fixture.rs"]
mod fixture;
#[path = "pack/folder.rs"]
mod folder;
#[path = "pack/gdal.rs"]
mod gdal;
#[path = "pack/generated.rs"]
mod generated;
#[path = "pack/samples.rs"]
mod samples;
#[path = "pack/validate.rs"]
mod validate;
