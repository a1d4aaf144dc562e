//! Copies of a data directory: taken while its twin runs, and put back where there is none.

use std::fs::File;
use std::path::{Path, PathBuf};

use gis_data::stores::{Extent, Store};

use super::error::{EngineError, EngineResult};

/// The journal's file in a data directory.
pub(super) const JOURNAL: &str = "journal.sqlite";
/// What belongs to a running process only.
const NOT_KEPT: [&str; 4] = [
    "lock",
    "journal.sqlite",
    "journal.sqlite-wal",
    "journal.sqlite-shm",
];

/// Where the journal of a data directory is: in it, unless it is kept elsewhere.
pub(crate) fn journal_of(data: &Path, store: Option<&Store>) -> Store {
    let own = || Store::Sqlite(data.join(JOURNAL));
    store.cloned().unwrap_or_else(own)
}

/// Copies a data directory, whose twin may run, into the new folder `to`: all that was committed when the
/// copying of the journal began, the pack, and whatever else lies there. The journal becomes a file there,
/// wherever `store` says that it is kept. `to` comes to be whole or not at all.
///
/// # Errors
/// Where `to` exists, where something cannot be read or written, and where the journal is damaged.
pub fn backup(data: &Path, store: Option<&Store>, to: &Path) -> EngineResult<Extent> {
    whole(to, |partial| {
        // What the journal refers to never goes, so what is copied before it is enough for it.
        copy_folder(data, partial, &NOT_KEPT)?;
        Ok(journal_of(data, store).copy_to(&journal_of(partial, None))?)
    })
}

/// Makes a data directory of a backup, which stays as it is; its journal goes to where `store` says.
///
/// # Errors
/// Where `data` exists, where the backup is none or is damaged, and where something is in the store already.
pub fn restore(from: &Path, data: &Path, store: Option<&Store>) -> EngineResult<Extent> {
    whole(data, |partial| {
        copy_folder(from, partial, &NOT_KEPT)?;
        Ok(journal_of(from, None).copy_to(&journal_of(partial, store))?)
    })
}

/// Makes a folder beside its place, and puts it there once it is whole and synced.
fn whole(place: &Path, make: impl FnOnce(&Path) -> EngineResult<Extent>) -> EngineResult<Extent> {
    if place.exists() {
        return Err(io("create", place)(
            std::io::ErrorKind::AlreadyExists.into(),
        ));
    }
    let mut name = place.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    if partial.exists() {
        std::fs::remove_dir_all(&partial).map_err(io("remove", &partial))?;
    }
    let made = make(&partial).and_then(|extent| {
        std::fs::rename(&partial, place).map_err(io("create", place))?;
        sync_folder(place.parent().unwrap_or(Path::new("/")))?;
        Ok(extent)
    });
    if made.is_err() && partial.exists() {
        std::fs::remove_dir_all(&partial).map_err(io("remove", &partial))?;
    }
    made
}

/// Copies a folder with all that is in it but the files with some names, each file synced. Links are not
/// followed and not copied.
pub(crate) fn copy_folder(from: &Path, to: &Path, leaving_out: &[&str]) -> EngineResult<()> {
    std::fs::create_dir_all(to).map_err(io("create", to))?;
    for entry in std::fs::read_dir(from).map_err(io("read", from))? {
        let entry = entry.map_err(io("read", from))?;
        let name = entry.file_name();
        if leaving_out.iter().any(|other| name == **other) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(&name));
        let kind = entry.file_type().map_err(io("read", &source))?;
        if kind.is_dir() {
            copy_folder(&source, &target, &[])?;
        } else if kind.is_file() {
            std::fs::copy(&source, &target).map_err(io("copy to", &target))?;
            let copy = File::open(&target).map_err(io("open", &target))?;
            copy.sync_all().map_err(io("sync", &target))?;
        }
    }
    sync_folder(to)
}

fn sync_folder(folder: &Path) -> EngineResult<()> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let opened = File::open(folder).map_err(io("open", folder))?;
    opened.sync_all().map_err(io("sync", folder))
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> EngineError + use<> {
    let path = path.to_owned();
    move |source| EngineError::Io {
        action,
        path,
        source,
    }
}
