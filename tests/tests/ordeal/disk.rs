//! A disk that can be filled: a small file system in memory, taken away when dropped.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::needs::say;
use tests::server::output_of;
use tests::{HarnessError, HarnessResult};

/// What is written at once.
static PIECE: [u8; 65_536] = [1; 65_536];

/// A disk that can be filled.
pub(super) struct SmallDisk {
    place: PathBuf,
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> HarnessError {
    let path = path.to_owned();
    move |source| HarnessError::Io {
        action,
        path,
        source,
    }
}

impl SmallDisk {
    /// A disk of so many bytes at a place; `None`, aloud, where nobody may mount one: the place is a plain
    /// folder then.
    pub(super) fn mount(place: &Path, bytes: u64) -> HarnessResult<Option<Self>> {
        std::fs::create_dir_all(place).map_err(io("make", place))?;
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(place);
        let mounted = output_of(mount)?;
        if mounted.status.success() {
            return Ok(Some(Self {
                place: place.to_owned(),
            }));
        }
        let why = String::from_utf8_lossy(&mounted.stderr);
        say(&format!(
            "NOT TRIED: a full disk, for none can be mounted: {why}"
        ));
        Ok(None)
    }

    fn ballast(&self) -> PathBuf {
        self.place.join("ballast")
    }

    /// Fills it to the last byte.
    pub(super) fn fill(&self) -> HarnessResult<()> {
        let path = self.ballast();
        let mut file = File::create(&path).map_err(io("make", &path))?;
        for size in [PIECE.len(), 1] {
            loop {
                match file.write_all(&PIECE[..size]) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(io("write", &path)(error)),
                }
            }
        }
        Ok(())
    }

    /// Makes room again.
    pub(super) fn free(&self) -> HarnessResult<()> {
        let path = self.ballast();
        std::fs::remove_file(&path).map_err(io("remove", &path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let mut umount = Command::new("umount");
        // Lazily: the server that has files open there is ended after it.
        umount.arg("--lazy").arg(&self.place);
        let _ = output_of(umount);
    }
}
