//! Files that are read whole, up to a size.

use std::path::Path;

use crate::error::{GisError, GisResult};

/// The bytes of a file.
///
/// # Errors
/// [`GisError::Io`], and [`GisError::TooLarge`] for a file of more than `limit` bytes, of which
/// nothing is read.
pub(super) fn read_at_most(limit: u64, path: &Path) -> GisResult<Vec<u8>> {
    let cannot_read = |source| GisError::Io {
        action: "read",
        path: path.to_path_buf(),
        source,
    };
    let bytes = std::fs::metadata(path).map_err(cannot_read)?.len();
    if bytes > limit {
        return Err(GisError::TooLarge {
            bytes,
            limit,
            path: path.to_path_buf(),
        });
    }
    std::fs::read(path).map_err(cannot_read)
}
