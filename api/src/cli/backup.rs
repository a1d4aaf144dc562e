//! `twin backup` and `twin restore`: copies of a data directory.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::serve::store_from_environment;
use super::{print, print_json};
use crate::engine;
use crate::error::ApiResult;

/// Copy a data directory, whose server may run, into a new folder.
///
/// The copy holds all that was committed when it was begun: the journal, checked row by row, the pack, and
/// whatever else lies there. It comes to be whole or not at all. A journal that `TWIN_STORE` keeps in a
/// database becomes a file of the copy.
///
/// Example: twin backup --data ./data /backups/2026-11-30
#[derive(Debug, clap::Args)]
pub struct BackupCommand {
    /// The data directory
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,

    /// The new folder
    #[arg(value_name = "NEW")]
    to: PathBuf,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// Make a data directory of a backup, which stays as it is.
///
/// With `TWIN_STORE=postgres://…` the journal goes into that database, which must not have one: so a twin that
/// has outgrown its machine moves.
///
/// Example: twin restore /backups/2026-11-30 --data ./data
#[derive(Debug, clap::Args)]
pub struct RestoreCommand {
    /// The backup
    #[arg(value_name = "BACKUP")]
    from: PathBuf,

    /// The data directory, which must not exist
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// How far the copy reaches.
#[derive(Debug, Serialize)]
struct Copied<'a> {
    place: &'a Path,
    public_seq: u64,
    restricted_seq: u64,
}

impl BackupCommand {
    /// Copies, and tells how far it got.
    pub(super) fn run(&self) -> ApiResult<()> {
        let extent = engine::backup(&self.data, store_from_environment()?.as_ref(), &self.to)?;
        tell(&self.to, extent, self.json)
    }
}

impl RestoreCommand {
    /// Copies back, and tells how far it got.
    pub(super) fn run(&self) -> ApiResult<()> {
        let extent = engine::restore(&self.from, &self.data, store_from_environment()?.as_ref())?;
        tell(&self.data, extent, self.json)
    }
}

fn tell(place: &Path, extent: gis_data::stores::Extent, is_json: bool) -> ApiResult<()> {
    let gis_data::stores::Extent {
        public_seq,
        restricted_seq,
    } = extent;
    if is_json {
        return print_json(&Copied {
            place,
            public_seq,
            restricted_seq,
        });
    }
    print(&format!(
        "{}: {public_seq} public and {restricted_seq} restricted changes\n",
        place.display()
    ))
}
