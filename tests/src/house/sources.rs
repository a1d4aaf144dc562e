//! The Rust files of a crate, and what of them is code rather than tests.

use std::path::{Path, PathBuf};

use crate::error::{HarnessError, HarnessResult};

/// One Rust file.
#[derive(Clone, Debug)]
pub struct RustFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl RustFile {
    /// The text before the tests at the foot of the file.
    pub fn code(&self) -> &str {
        self.text
            .find("#[cfg(test)]\nmod ")
            .map_or(&self.text, |foot| &self.text[..foot])
    }
}

/// Every Rust file below `folder`, in the order of their paths.
pub fn rust_files(folder: &Path) -> HarnessResult<Vec<RustFile>> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> HarnessResult<RustFile> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(RustFile { path, text }),
        Err(source) => Err(HarnessError::Io {
            action: "read",
            path,
            source,
        }),
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> HarnessResult<()> {
    let io = |source| HarnessError::Io {
        action: "read",
        path: folder.into(),
        source,
    };
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}
