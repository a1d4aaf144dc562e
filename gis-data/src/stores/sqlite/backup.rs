//! A copy of a journal as it is at one moment, while its writer goes on.

use std::fs::File;
use std::path::Path;

use super::database_error;
use super::reader::SqliteReader;
use super::verify::{Extent, verify};
use crate::stores::error::{StoreError, StoreResult};

/// Copies all that is committed in the journal `from` into a new file `to`, synced and checked; the writer
/// of the journal need not stop. Returns how far the copy reaches.
///
/// # Errors
/// Where `to` exists already, where the journal cannot be read, and where the copy is damaged.
pub fn backup(from: &Path, to: &Path) -> StoreResult<Extent> {
    let io = |action| {
        move |source| StoreError::Io {
            action,
            path: to.into(),
            source,
        }
    };
    if to.exists() {
        return Err(io("create")(std::io::ErrorKind::AlreadyExists.into()));
    }
    let reader = SqliteReader::open(from)?;
    let name = to
        .to_str()
        .ok_or_else(|| io("create")(std::io::ErrorKind::InvalidFilename.into()))?;
    reader
        .connection()
        .execute("VACUUM INTO ?1", [name])
        .map_err(|source| database_error("copy", from, source))?;
    let copy = File::open(to).map_err(io("open"))?;
    copy.sync_all().map_err(io("sync"))?;
    verify(to)?.ok_or_else(|| io("find a journal in")(std::io::ErrorKind::NotFound.into()))
}
