//! Saving the longest intact beginning of a damaged journal, without touching it.

use std::path::Path;

use rusqlite::Connection;
use twin_core::Channel;

use super::error::{StoreError, StoreResult};
use super::rows::{checksum, decode, from_db, raw_change, to_db};
use super::sqlite::{SqliteJournal, SqliteReader, database_error};
use super::{Batch, Entry, Journal as _, JournalReader as _};

/// What [`recover`] saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Number of the last public change that was saved.
    pub public_seq: u64,
    /// Number of the last restricted change that was saved.
    pub restricted_seq: u64,
    /// Number of the last public change that the journal had forgotten before.
    pub forgotten: u64,
    /// What ended the intact part; `None`: the whole journal is intact.
    pub damage: Option<String>,
}

/// Entries written per transaction.
const BATCH: usize = 1_000;

/// Copies the longest intact beginning of the journal `from` into a new journal `to`.
///
/// The damaged file and those beside it are only copied, never opened: they stay as they are.
/// A snapshot is taken over where it lies within the intact part; checkpoints are not, their
/// sources start again from what the journal tells.
///
/// # Errors
/// Where `to` exists already, or nothing can be read at all.
pub fn recover(from: &Path, to: &Path) -> StoreResult<Recovered> {
    if to.exists() {
        let source = std::io::ErrorKind::AlreadyExists.into();
        return Err(StoreError::Io {
            action: "create",
            path: to.into(),
            source,
        });
    }
    let folder = to.parent().unwrap_or(Path::new("."));
    let io = |action, path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::Io {
            action,
            path,
            source,
        }
    };
    std::fs::create_dir_all(folder).map_err(io("create", folder))?;
    let copy = to.with_extension("damaged-copy");
    std::fs::copy(from, &copy).map_err(io("copy", from))?;
    let wal = suffixed(from, "-wal");
    if wal.exists() {
        std::fs::copy(&wal, suffixed(&copy, "-wal")).map_err(io("copy", &wal))?;
    }
    let result = copy_intact(&copy, to);
    for path in [
        copy.clone(),
        suffixed(&copy, "-wal"),
        suffixed(&copy, "-shm"),
    ] {
        if path.exists() {
            std::fs::remove_file(&path).map_err(io("remove", &path))?;
        }
    }
    result
}

fn copy_intact(copy: &Path, to: &Path) -> StoreResult<Recovered> {
    let mut target = SqliteJournal::open(to)?;
    let source = SqliteReader::open(copy)?;
    let forgotten = source.forgotten(Channel::Public).unwrap_or(0);
    let mut recovered = Recovered {
        public_seq: 0,
        restricted_seq: 0,
        forgotten,
        damage: None,
    };
    let connection = Connection::open(copy).map_err(|error| database_error("open", copy, error))?;
    let mut after = 0;
    while recovered.damage.is_none() {
        let mut entries = Vec::new();
        let is_last = read_some(&connection, &mut after, &mut entries, &mut recovered);
        target.append(&Batch {
            entries,
            checkpoints: Vec::new(),
        })?;
        if is_last {
            break;
        }
    }
    copy_meta(&connection, &mut target);
    if let Ok(Some(snapshot)) = source.snapshot()
        && snapshot.public_seq <= recovered.public_seq
        && snapshot.restricted_seq <= recovered.restricted_seq
    {
        target.save_snapshot(&snapshot)?;
    }
    Ok(recovered)
}

/// Reads entries after an input number until the batch is full, the end, or the first damage.
/// Returns whether there is nothing more to read.
fn read_some(
    connection: &Connection,
    after: &mut i64,
    entries: &mut Vec<Entry>,
    recovered: &mut Recovered,
) -> bool {
    while entries.len() < BATCH {
        match read_entry(connection, *after, recovered) {
            Ok(Some((input, entry))) => {
                for change in &entry.changes {
                    match change.channel {
                        Channel::Public => recovered.public_seq = change.seq,
                        Channel::Restricted => recovered.restricted_seq = change.seq,
                    }
                }
                *after = input;
                entries.push(entry);
            }
            Ok(None) => return true,
            Err(problem) => {
                recovered.damage = Some(problem);
                return true;
            }
        }
    }
    false
}

fn read_entry(
    connection: &Connection,
    after: i64,
    recovered: &Recovered,
) -> Result<Option<(i64, Entry)>, String> {
    let words = |error: rusqlite::Error| error.to_string();
    let mut statement = connection
        .prepare_cached("SELECT no, at, body, sum FROM inputs WHERE no > ?1 ORDER BY no LIMIT 1")
        .map_err(words)?;
    let mut rows = statement.query([after]).map_err(words)?;
    let Some(row) = rows.next().map_err(words)? else {
        return Ok(None);
    };
    let (no, at): (i64, i64) = (row.get(0).map_err(words)?, row.get(1).map_err(words)?);
    let (body, sum): (String, i64) = (row.get(2).map_err(words)?, row.get(3).map_err(words)?);
    if checksum(&body, from_db(no), at) != sum {
        return Err(format!("input {no} does not match its checksum"));
    }
    let input = decode(&body).map_err(|error| format!("input {no} does not read: {error}"))?;
    let changes = read_changes(connection, no, recovered)?;
    Ok(Some((
        no,
        Entry {
            input,
            at: twin_core::Timestamp::from_millis(at),
            changes,
        },
    )))
}

/// The changes of one input. Those of one channel follow each other; only among the numbers that
/// were forgotten may some be missing.
fn read_changes(
    connection: &Connection,
    input: i64,
    recovered: &Recovered,
) -> Result<Vec<twin_core::Change>, String> {
    let words = |error: rusqlite::Error| error.to_string();
    let mut changes = Vec::new();
    for (channel, last) in [(0, recovered.public_seq), (1, recovered.restricted_seq)] {
        let mut last = last;
        let mut statement = connection
            .prepare_cached(
                "SELECT channel, seq, at, body, sum, input FROM changes
                 WHERE channel = ?1 AND seq > ?2 ORDER BY seq",
            )
            .map_err(words)?;
        let mut rows = statement.query([channel, to_db(last)]).map_err(words)?;
        while let Some(row) = rows.next().map_err(words)? {
            let raw = raw_change(row).map_err(words)?;
            if row.get::<_, i64>("input").map_err(words)? != input {
                break;
            }
            if raw.seq != last + 1 && raw.seq > recovered.forgotten {
                return Err(format!("change {} is missing", last + 1));
            }
            last = raw.seq;
            changes.push(raw.read()?);
        }
    }
    Ok(changes)
}

/// Facts about the journal, as far as they read; a journal without them can still be opened.
fn copy_meta(connection: &Connection, target: &mut SqliteJournal) {
    let Ok(mut statement) = connection.prepare("SELECT key, value FROM meta") else {
        return;
    };
    let pair = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let Ok(rows) = statement.query_map([], pair) else {
        return;
    };
    for (key, value) in rows.flatten() {
        if target.set_meta(&key, &value).is_err() {
            return;
        }
    }
}

fn suffixed(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
