//! The file in which a pack's folder keeps the order of its roads. It is made from the pack and can
//! be made again: it is no layer, and does not count for the [fingerprint](super::fingerprint()).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::io_error;
use crate::error::GisResult;

/// Where the order of the roads of a mode is kept.
fn path(dir: &Path, mode: &str) -> PathBuf {
    dir.join(format!("roads-{mode}.order"))
}

/// What is kept of the roads of a mode; `None` where nothing is.
///
/// # Errors
/// [`GisError::Io`](crate::GisError::Io) for a file that is there and cannot be read.
pub fn read(dir: &Path, mode: &str) -> GisResult<Option<Vec<u8>>> {
    let path = path(dir, mode);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error("read", &path)(error)),
    }
}

/// Keeps the order of the roads of a mode: the file is there completely, or as it was.
///
/// # Errors
/// [`GisError::Io`](crate::GisError::Io).
pub fn write(dir: &Path, mode: &str, bytes: &[u8]) -> GisResult<()> {
    let path = path(dir, mode);
    let mut fresh = tempfile::Builder::new();
    let fresh = readable_by_all(fresh.prefix(".roads-")).tempfile_in(dir);
    let fresh = fresh.map_err(io_error("write", &path))?;
    fs::write(fresh.path(), bytes).map_err(io_error("write", &path))?;
    fresh
        .persist(&path)
        .map_err(|error| io_error("write", &path)(error.error))?;
    Ok(())
}

/// Makes a file that others may read, like those of the layers; temporary files are private else.
#[cfg(unix)]
fn readable_by_all<'a, 'b>(
    file: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt as _;

    file.permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all<'a, 'b>(
    file: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_and_replaced() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path(), "motor").unwrap(), None);
        write(dir.path(), "motor", b"one").unwrap();
        write(dir.path(), "motor", b"two").unwrap();
        assert_eq!(read(dir.path(), "motor").unwrap().unwrap(), b"two");
        assert_eq!(read(dir.path(), "foot").unwrap(), None);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
