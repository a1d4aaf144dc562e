//! Saving the longest intact beginning of a damaged journal, without touching it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, Rows};
use twin_core::{Change, Timestamp};

use super::reader::{self, SqliteReader};
use super::rows::Fault;
use super::verify::suffixed;
use super::wal;
use super::{SqliteJournal, fault_error, quarantine};
use crate::stores::error::{StoreError, StoreResult};
use crate::stores::reading::{self, RowSource as _};
use crate::stores::rows::{
    CHANGE_COLUMNS, Head, RawChange, RawInput, decode, from_db, intact_checkpoint, intact_fact,
};
use crate::stores::{Batch, Checkpoint, Entry, Journal as _};

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

/// Copies the longest intact beginning of the journal `from` into a new journal `to`: whole inputs
/// with their changes, in order, up to the first that does not read.
///
/// The damaged file and its log are only copied, never opened: they stay as they are. Snapshots
/// are taken over where they lie within the intact part, the kept states of sources where they
/// are intact. Takes a journal that nobody writes to.
///
/// # Errors
/// Where `to` exists already, where nothing can be read at all, and where no snapshot is left of
/// what had been forgotten before. Nothing is left at `to` then.
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
    std::fs::create_dir_all(folder).map_err(io_error("create", folder))?;
    let copy = to.with_extension("damaged-copy");
    let result = copy_files(from, &copy).and_then(|()| copy_intact(from, &copy, to));
    remove_with_log(&copy)?;
    if result.is_err() {
        remove_with_log(to)?;
    }
    result
}

fn copy_files(from: &Path, copy: &Path) -> StoreResult<()> {
    std::fs::copy(from, copy).map_err(io_error("copy", from))?;
    let log = suffixed(from, "-wal");
    if log.exists() {
        std::fs::copy(&log, suffixed(copy, "-wal")).map_err(io_error("copy", &log))?;
    }
    Ok(())
}

fn remove_with_log(path: &Path) -> StoreResult<()> {
    for path in [
        path.to_owned(),
        suffixed(path, "-wal"),
        suffixed(path, "-shm"),
    ] {
        if path.exists() {
            std::fs::remove_file(&path).map_err(io_error("remove", &path))?;
        }
    }
    Ok(())
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path: PathBuf = path.to_owned();
    move |source| StoreError::Io {
        action,
        path,
        source,
    }
}

fn copy_intact(from: &Path, copy: &Path, to: &Path) -> StoreResult<Recovered> {
    let log = suffixed(copy, "-wal");
    let log_damage = wal::damage(&log).map_err(io_error("read", &log))?;
    let source = SqliteReader::open(copy).map_err(|error| at(from, error))?;
    let connection = source.connection();
    let mut target = SqliteJournal::open(to)?;
    let head = Head::read(connection);
    let forgotten = head.as_ref().map_or(0, |head| head.forgotten);
    target.begin_after(from_db(forgotten))?;
    let mut recovered = Recovered {
        public_seq: 0,
        restricted_seq: 0,
        forgotten: from_db(forgotten),
        damage: None,
    };
    let forgotten_input = head.as_ref().map_or(0, |head| head.forgotten_input);
    let ended = copy_entries(connection, forgotten_input, &mut target, &mut recovered)?;
    let short = head.as_ref().map(|head| missing_end(head, &recovered));
    recovered.damage = ended
        .or_else(|| short.map_err(ToString::to_string).unwrap_or_else(Some))
        .or(log_damage);
    copy_meta(connection, &mut target);
    copy_rest(connection, &mut target)?;
    let snapshots = reading::snapshots(&source).unwrap_or_default();
    let within = snapshots.iter().filter(|snapshot| {
        snapshot.public_seq <= recovered.public_seq.max(recovered.forgotten)
            && snapshot.restricted_seq <= recovered.restricted_seq
    });
    let within: Vec<_> = within.collect();
    if within.is_empty() && forgotten > 0 {
        let problem = "no snapshot is left of what had been forgotten".to_owned();
        return Err(fault_error(Fault::Row(problem), from, 0));
    }
    for snapshot in within.into_iter().rev() {
        target.save_snapshot(snapshot)?;
    }
    copy_digests(&source, &mut target)?;
    Ok(recovered)
}

/// The digests that read.
fn copy_digests(source: &SqliteReader, target: &mut SqliteJournal) -> StoreResult<()> {
    let assets = source.digested().unwrap_or_default();
    for asset in assets.iter().filter_map(|id| id.parse().ok()) {
        let rows = source.digests(&asset, Timestamp::MIN, u32::MAX);
        let rows = rows.unwrap_or_default();
        let intact: Vec<_> = rows.iter().filter_map(|row| row.read().ok()).collect();
        target.keep_digests(&asset, &intact)?;
    }
    Ok(())
}

/// The same error about another file.
fn at(from: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged { problem, .. } => fault_error(Fault::Row(problem), from, 0),
        other => other,
    }
}

/// What the journal's own note of its end says is missing.
fn missing_end(head: &Head, recovered: &Recovered) -> Option<String> {
    let last = recovered.public_seq.max(recovered.forgotten);
    if last < from_db(head.public_seq) {
        return Some(format!("change {} is missing", last + 1));
    }
    (recovered.restricted_seq < from_db(head.restricted_seq)).then(|| {
        let next = recovered.restricted_seq + 1;
        format!("restricted change {next} is missing")
    })
}

/// Copies inputs until the end or the first damage, which is returned.
fn copy_entries(
    connection: &Connection,
    forgotten_input: i64,
    target: &mut SqliteJournal,
    recovered: &mut Recovered,
) -> StoreResult<Option<String>> {
    let mut statements = match Statements::new(connection) {
        Ok(statements) => statements,
        Err(fault) => return Ok(Some(fault.to_string())),
    };
    let mut walk = match statements.start() {
        Ok(walk) => walk,
        Err(fault) => return Ok(Some(fault.to_string())),
    };
    let mut batch = Batch::default();
    let damage = loop {
        match walk.next_entry(connection, forgotten_input, recovered) {
            Ok(Some(entry)) => batch.entries.push(entry),
            Ok(None) => break walk.fault(),
            Err(fault) => break Some(fault.to_string()),
        }
        if batch.entries.len() == BATCH {
            target.append(&std::mem::take(&mut batch))?;
        }
    };
    target.append(&batch)?;
    Ok(damage)
}

/// The statements that a [`Walk`] reads from.
struct Statements<'c>([rusqlite::Statement<'c>; 2]);

impl<'c> Statements<'c> {
    fn new(connection: &'c Connection) -> Result<Self, Fault> {
        let of = |channel: u8| {
            connection.prepare(&format!(
                "SELECT {CHANGE_COLUMNS} FROM changes WHERE channel = {channel} ORDER BY seq"
            ))
        };
        Ok(Self([of(0)?, of(1)?]))
    }

    fn start(&mut self) -> Result<Walk<'_>, Fault> {
        let [public, restricted] = &mut self.0;
        Ok(Walk {
            cursors: [
                Cursor::new(public.query([])?),
                Cursor::new(restricted.query([])?),
            ],
            last_input: 0,
        })
    }
}

/// Both channels, side by side in the order of their inputs.
struct Walk<'s> {
    cursors: [Cursor<'s>; 2],
    last_input: i64,
}

/// One channel, with a look at the row that comes next. Where that does not read, the channel ends
/// and what is missing shows by its numbers.
struct Cursor<'s> {
    rows: Rows<'s>,
    next: Option<RawChange>,
    fault: Option<rusqlite::Error>,
}

impl<'s> Cursor<'s> {
    fn new(rows: Rows<'s>) -> Self {
        let mut cursor = Self {
            rows,
            next: None,
            fault: None,
        };
        cursor.advance();
        cursor
    }

    fn advance(&mut self) {
        let next = match self.rows.next() {
            Ok(row) => row.map(RawChange::of).transpose(),
            Err(error) => Err(error),
        };
        self.next = next.unwrap_or_else(|error| {
            self.fault = Some(error);
            None
        });
    }

    /// The changes of an input, each following the `last` one.
    fn take(&mut self, no: i64, last: &mut u64, forgotten: u64) -> Result<Vec<Change>, Fault> {
        let mut changes = Vec::new();
        while let Some(row) = self.next.as_ref().filter(|row| row.input == no) {
            let change = row.read()?;
            let expected = (*last).max(forgotten) + 1;
            if change.seq != expected && change.seq > forgotten {
                return Err(Fault::Row(format!("change {expected} is missing")));
            }
            *last = change.seq;
            changes.push(change);
            self.advance();
        }
        Ok(changes)
    }

    fn input(&self) -> Option<i64> {
        self.next.as_ref().map(|row| row.input)
    }
}

impl Walk<'_> {
    /// Why a channel ended, where it was not its end.
    fn fault(&self) -> Option<String> {
        let faults = self
            .cursors
            .iter()
            .filter_map(|cursor| cursor.fault.as_ref());
        faults.map(ToString::to_string).next()
    }

    /// The next input with its changes, all intact; `None` at the end. Only among the numbers that
    /// were forgotten may some be missing.
    fn next_entry(
        &mut self,
        connection: &Connection,
        forgotten_input: i64,
        recovered: &mut Recovered,
    ) -> Result<Option<Entry>, Fault> {
        let Some(no) = self.cursors.iter().filter_map(Cursor::input).min() else {
            return Ok(None);
        };
        let expected = self.last_input.max(forgotten_input) + 1;
        if no != expected && no > forgotten_input {
            return Err(Fault::Row(format!("input {expected} is missing")));
        }
        let input = read_input(connection, no)?;
        let mut ends = [recovered.public_seq, recovered.restricted_seq];
        let may_lack = ends[0] < recovered.forgotten;
        let [public, restricted] = &mut self.cursors;
        let mut changes = public.take(no, &mut ends[0], recovered.forgotten)?;
        changes.extend(restricted.take(no, &mut ends[1], 0)?);
        if from_db(input.changes) != changes.len() as u64 && !may_lack {
            return Err(Fault::Row(format!("change {} is missing", ends[0] + 1)));
        }
        let decoded = decode(&input.body)
            .map_err(|problem| Fault::Row(format!("input {no} does not read: {problem}")))?;
        [recovered.public_seq, recovered.restricted_seq] = ends;
        self.last_input = no;
        Ok(Some(Entry {
            input: decoded,
            at: Timestamp::from_millis(input.at),
            changes,
        }))
    }
}

fn read_input(connection: &Connection, no: i64) -> Result<RawInput, Fault> {
    let stored = connection
        .prepare_cached("SELECT no, at, changes, body, sum FROM inputs WHERE no = ?1")?
        .query_row([no], RawInput::of)
        .optional()?;
    let input = stored.ok_or_else(|| Fault::Row(format!("input {no} is missing")))?;
    input.check()?;
    Ok(input)
}

/// Facts about the journal, as far as they read; a journal without them can still be opened.
fn copy_meta(connection: &Connection, target: &mut SqliteJournal) {
    let Ok(mut statement) = connection.prepare("SELECT key, value, sum FROM meta") else {
        return;
    };
    let fact = |row: &rusqlite::Row<'_>| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, i64>(2)?,
        ))
    };
    let Ok(rows) = statement.query_map([], fact) else {
        return;
    };
    for (key, value, sum) in rows.flatten() {
        let intact = intact_fact(&key, (value, sum));
        if intact.is_ok_and(|value| target.set_meta(&key, &value).is_err()) {
            return;
        }
    }
}

/// The kept states of sources and the frames that are set aside, those that are intact.
fn copy_rest(connection: &Connection, target: &mut SqliteJournal) -> StoreResult<()> {
    let read = || -> rusqlite::Result<Vec<(Checkpoint, i64)>> {
        let mut statement = connection.prepare("SELECT name, at, body, sum FROM checkpoints")?;
        let rows = statement.query_map([], reader::checkpoint_of)?;
        Ok(rows.flatten().collect())
    };
    let kept = read().unwrap_or_default().into_iter();
    target.append(&Batch {
        checkpoints: kept
            .filter_map(|kept| intact_checkpoint(kept).ok())
            .collect(),
        set_aside: quarantine::intact(connection),
        ..Batch::default()
    })
}
