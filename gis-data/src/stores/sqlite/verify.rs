//! A look at every row of a journal, without touching it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use twin_core::Channel;

use super::rows::Fault;
use super::wal;
use super::{database_error, digests, fault_error, quarantine, reader};
use crate::stores::error::{StoreError, StoreResult};
use crate::stores::rows::{
    CHANGE_COLUMNS, Head, RawChange, RawInput, channel_code, from_db, intact_checkpoint,
    intact_fact,
};

/// The length of the shortest database there can be, in bytes.
const SMALLEST: u64 = 512;

/// How far an intact journal reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Number of the last public change.
    pub public_seq: u64,
    /// Number of the last restricted change.
    pub restricted_seq: u64,
}

/// Checks that a journal holds all that was written to it, apart from what a crash may have torn
/// off its end: every row has its checksum, no number is missing, and the end is where the journal
/// itself notes it. `None`: there is no journal yet, or an empty one, which is fine.
///
/// Reads every row once: some 2 s for a million changes. Takes a journal that nobody writes to.
///
/// # Errors
/// [`StoreError::Damaged`] with the number of the last public change before the damage.
pub fn verify(path: &Path) -> StoreResult<Option<Extent>> {
    let io = |source| StoreError::Io {
        action: "read",
        path: path.into(),
        source,
    };
    let length = match std::fs::metadata(path) {
        Ok(about) => about.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(error) => return Err(io(error)),
    };
    let log = suffixed(path, "-wal");
    let has_log = std::fs::metadata(&log).is_ok_and(|about| about.len() > 0);
    let refuse = |problem: &str| Err(fault_error(Fault::Row(problem.to_owned()), path, 0));
    match length {
        0 if has_log => return refuse("it is empty, but its log is not"),
        0 => return Ok(None),
        length if length < SMALLEST => return refuse("it is shorter than any journal"),
        _ => {}
    }
    if std::fs::metadata(suffixed(path, "-journal")).is_ok_and(|about| about.len() > 0) {
        // Its very making was cut short; the database takes that back when it is opened.
        return Ok(None);
    }
    let log_damage = wal::damage(&log).map_err(io)?;
    let index = suffixed(path, "-shm");
    let had_index = index.exists();
    let checked = verify_file(path, has_log, log_damage);
    if !had_index && index.exists() {
        std::fs::remove_file(&index).map_err(io)?;
    }
    checked.map(Some)
}

fn verify_file(path: &Path, has_log: bool, log_damage: Option<String>) -> StoreResult<Extent> {
    let connection = open_untouched(path, has_log)?;
    let wrap = |source| database_error("open", path, source);
    if reader::is_empty(&connection).map_err(wrap)? {
        let problem = "it has no tables".to_owned();
        return Err(fault_error(Fault::Row(problem), path, 0));
    }
    let version = reader::check_marks(&connection, path)?;
    let mut last = 0;
    let checked = check_all(&connection, &mut last).and_then(|head| {
        if version > 1 {
            quarantine::check(&connection)?;
        }
        if version > 2 {
            digests::check(&connection)?;
        }
        Ok(head)
    });
    let checked = match log_damage {
        Some(problem) => checked.and(Err(Fault::Row(problem))),
        None => checked,
    };
    let head = checked.map_err(|fault| fault_error(fault, path, from_db(last)))?;
    Ok(Extent {
        public_seq: from_db(head.public_seq),
        restricted_seq: from_db(head.restricted_seq),
    })
}

/// Opens a journal so that no file beside it comes to be, unless it has a log to be read.
fn open_untouched(path: &Path, has_log: bool) -> StoreResult<Connection> {
    let wrap = |source| database_error("open", path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match path.to_str() {
        Some(text) if !has_log => {
            let escaped = text
                .replace('%', "%25")
                .replace('?', "%3f")
                .replace('#', "%23");
            let uri = format!("file:{escaped}?immutable=1");
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
        }
        _ => Connection::open_with_flags(path, flags),
    };
    connection.map_err(wrap)
}

fn check_all(connection: &Connection, last: &mut i64) -> Result<Head, Fault> {
    let head = Head::read(connection);
    // Even without its end, the rows tell how far they are intact.
    let known = head.as_ref().ok().copied();
    let mut structural = check_changes(connection, Channel::Public, known, last)?;
    let head = head?;
    structural += check_changes(connection, Channel::Restricted, known, &mut 0)?;
    let problem = "a change of what exists is missing";
    let indexed = indexed_structural(connection)?;
    if structural != head.structural || indexed != structural {
        return Err(Fault::Row(problem.to_owned()));
    }
    check_inputs(connection, head)?;
    check_facts(connection)?;
    check_checkpoints(connection)?;
    check_pages(connection)?;
    Ok(head)
}

/// Has the database look at the structure of all that it keeps, indices included.
fn check_pages(connection: &Connection) -> Result<(), Fault> {
    match connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))? {
        answer if answer == "ok" => Ok(()),
        problem => Err(Fault::Row(problem)),
    }
}

/// Walks a channel from its beginning to its noted end. Returns how many changes of what exists
/// there are; `last` follows the last intact number.
fn check_changes(
    connection: &Connection,
    channel: Channel,
    head: Option<Head>,
    last: &mut i64,
) -> Result<i64, Fault> {
    let forgotten = match channel {
        Channel::Public => head.map_or(0, |head| head.forgotten),
        Channel::Restricted => 0,
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {CHANGE_COLUMNS} FROM changes WHERE channel = ?1 ORDER BY seq"
    ))?;
    let mut rows = statement.query([channel_code(channel)])?;
    let mut structural = 0;
    while let Some(row) = rows.next()? {
        let row = RawChange::of(row)?;
        *last = if row.seq > forgotten {
            (*last).max(forgotten)
        } else {
            *last
        };
        if row.seq != *last + 1 && row.seq > forgotten {
            return Err(Fault::Row(format!("change {} is missing", *last + 1)));
        }
        row.check()?;
        structural += row.structural;
        *last = row.seq;
    }
    *last = (*last).max(forgotten);
    let end = head.map_or(*last, |head| head.seq(channel));
    if *last < end {
        return Err(Fault::Row(format!("change {} is missing", *last + 1)));
    }
    Ok(structural)
}

/// How many different changes of what exists are found through their index.
fn indexed_structural(connection: &Connection) -> Result<i64, Fault> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {CHANGE_COLUMNS} FROM changes WHERE structural = 1 ORDER BY input, channel, seq"
    ))?;
    let mut rows = statement.query([])?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let row = RawChange::of(row)?;
        row.check()?;
        found.insert((row.channel, row.seq));
    }
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
}

fn check_inputs(connection: &Connection, head: Head) -> Result<(), Fault> {
    let mut statement =
        connection.prepare("SELECT no, at, changes, body, sum FROM inputs ORDER BY no")?;
    let mut rows = statement.query([])?;
    let mut last = 0;
    while let Some(row) = rows.next()? {
        let row = RawInput::of(row)?;
        if row.no > head.forgotten_input {
            last = last.max(head.forgotten_input);
            if row.no != last + 1 {
                return Err(Fault::Row(format!("input {} is missing", last + 1)));
            }
        }
        row.check()?;
        last = row.no;
    }
    if last.max(head.forgotten_input) < head.input {
        return Err(Fault::Row(format!("input {} is missing", last + 1)));
    }
    Ok(())
}

fn check_facts(connection: &Connection) -> Result<(), Fault> {
    let mut statement = connection.prepare("SELECT key, value, sum FROM meta")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        intact_fact(&key, (row.get(1)?, row.get(2)?))?;
    }
    Ok(())
}

fn check_checkpoints(connection: &Connection) -> Result<(), Fault> {
    let mut statement = connection.prepare("SELECT name, at, body, sum FROM checkpoints")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        intact_checkpoint(reader::checkpoint_of(row)?)?;
    }
    Ok(())
}

/// The path of a file beside the journal.
pub(super) fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
