//! `twin doctor`: looks after a data directory.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use gis_data::stores::{Store, recover};
use serde::Serialize;

use super::print;
use super::serve::store_from_environment;
use crate::engine::{EngineError, copy_folder, journal_of};
use crate::error::{ApiError, ApiResult};

/// Check the journal of a data directory, or save what is intact of a damaged one.
///
/// The journal and the pack stay as they are. The directory must not be in use; a journal that `TWIN_STORE`
/// keeps in a database may be.
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// The data directory
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,

    /// Copy the pack and all that is intact of the journal into this new data directory
    #[arg(long, value_name = "NEW")]
    recover_to: Option<PathBuf>,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Finding {
    public_seq: u64,
    restricted_seq: u64,
    damage: Option<String>,
}

impl Doctor {
    /// Does what was asked for; a damaged journal is an error unless it was recovered.
    pub(super) fn run(self) -> ApiResult<()> {
        let store = store_from_environment()?;
        let journal = journal_of(&self.data, store.as_ref());
        let _in_use = lock(&self.data)?;
        let finding = match (&self.recover_to, &journal) {
            (Some(new), Store::Sqlite(file)) => self.recover(file, new)?,
            (Some(_new), Store::Postgres(_)) => return Err(ApiError::RecoverFromDatabase),
            (None, journal) => check(journal)?,
        };
        if self.json {
            let json = serde_json::to_string(&finding).map_err(|source| ApiError::PrintConfig {
                source: source.into(),
            })?;
            return print(&(json + "\n"));
        }
        print(&finding.to_text(self.recover_to.as_deref()))
    }

    fn recover(&self, journal: &Path, new: &Path) -> ApiResult<Finding> {
        let recovered = recover(journal, &new.join("journal.sqlite")).map_err(EngineError::from)?;
        let pack = self.data.join("pack");
        if pack.exists() {
            copy_folder(&pack, &new.join("pack"), &[])?;
        }
        Ok(Finding {
            public_seq: recovered.public_seq,
            restricted_seq: recovered.restricted_seq,
            damage: recovered.damage,
        })
    }
}

impl Finding {
    fn to_text(&self, new: Option<&Path>) -> String {
        let Self {
            public_seq,
            restricted_seq,
            damage,
        } = self;
        let state = match damage {
            Some(damage) => format!("damaged after that: {damage}"),
            None => "no damage found".to_owned(),
        };
        let saved = new.map_or_else(String::new, |new| format!("saved to {}\n", new.display()));
        format!(
            "{public_seq} public and {restricted_seq} restricted changes read; {state}\n{saved}"
        )
    }
}

/// Reads every row of the journal.
fn check(journal: &Store) -> ApiResult<Finding> {
    let found = journal.verify().map_err(EngineError::from)?;
    let extent = found.ok_or_else(|| EngineError::Io {
        action: "find a journal at",
        path: match journal {
            Store::Sqlite(file) => file.clone(),
            Store::Postgres(address) => address.to_string().into(),
        },
        source: std::io::ErrorKind::NotFound.into(),
    })?;
    Ok(Finding {
        public_seq: extent.public_seq,
        restricted_seq: extent.restricted_seq,
        damage: None,
    })
}

/// Keeps servers out of a directory, and refuses one that a server has.
fn lock(data: &Path) -> ApiResult<Option<File>> {
    let path = data.join("lock");
    let Ok(file) = File::open(&path) else {
        return Ok(None);
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(EngineError::InUse { path: data.into() }.into()),
        Err(TryLockError::Error(source)) => Err(EngineError::Io {
            action: "lock",
            path,
            source,
        }
        .into()),
    }
}
