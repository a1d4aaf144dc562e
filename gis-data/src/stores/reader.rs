//! The readers' side of the embedded journal.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use twin_core::{AssetId, Change, Channel, DevEui, Input, Snapshot, Timestamp, Uplink};

use super::error::{StoreError, StoreResult};
use super::rows::{
    APPLICATION_ID, CHANGE_COLUMNS, Fault, Head, RawChange, RawInput, VERSION, channel_code,
    check_sum, checksum, decode, from_db, meta_sum, to_db,
};
use super::set_aside::{AsideDevice, SetAside};
use super::sqlite::{database_error, fault_error};
use super::{Checkpoint, JournalReader, quarantine};

/// A reader of an embedded journal.
#[derive(Debug)]
pub struct SqliteReader {
    path: PathBuf,
    connection: Connection,
    version: i64,
}

impl SqliteReader {
    /// Opens a journal to read beside its writer.
    ///
    /// # Errors
    /// Refuses a file that is no journal, and one of a newer format.
    pub fn open(path: &Path) -> StoreResult<Self> {
        let wrap = |source| database_error("open", path, source);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(wrap)?;
        connection
            .busy_timeout(Duration::from_secs(10))
            .map_err(wrap)?;
        let mut reader = Self {
            path: path.into(),
            connection,
            version: 0,
        };
        if is_empty(&reader.connection).map_err(wrap)? {
            return Err(reader.damaged("it has no tables".to_owned(), 0));
        }
        reader.version = check_marks(&reader.connection, path)?;
        Ok(reader)
    }

    /// Whether the journal is of a version that keeps frames aside; its writer makes it one.
    const fn keeps_frames_aside(&self) -> bool {
        self.version > 1
    }

    pub(super) const fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn head(&self) -> StoreResult<Head> {
        Head::read(&self.connection).map_err(|fault| self.fault(fault, 0))
    }

    fn fault(&self, fault: Fault, last_intact: u64) -> StoreError {
        fault_error(fault, &self.path, last_intact)
    }

    fn damaged(&self, problem: String, last_intact: u64) -> StoreError {
        self.fault(Fault::Row(problem), last_intact)
    }

    /// The next rows of a channel, each intact and none missing.
    fn next_rows(&self, channel: Channel, after: u64, limit: u32) -> StoreResult<Vec<RawChange>> {
        // The end is noted before the rows are read: rows may be newer, never older.
        let end = self.head()?.seq(channel);
        let mut rows = Vec::new();
        let mut last = to_db(after);
        let read = self.visit(channel, after, limit, &mut |row| {
            if row.seq != last + 1 {
                return Err(Fault::Row(format!("change {} is missing", last + 1)));
            }
            row.check()?;
            last = row.seq;
            rows.push(row);
            Ok(())
        });
        let is_all = rows.len() < limit as usize;
        let result = match read {
            Ok(()) if is_all && last < end => {
                Err(Fault::Row(format!("change {} is missing", last + 1)))
            }
            result => result,
        };
        result.map_err(|fault| self.fault(fault, from_db(last)))?;
        Ok(rows)
    }

    fn visit(
        &self,
        channel: Channel,
        after: u64,
        limit: u32,
        visit: &mut dyn FnMut(RawChange) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {CHANGE_COLUMNS} FROM changes WHERE channel = ?1 AND seq > ?2
             ORDER BY seq LIMIT ?3"
        ))?;
        let mut rows = statement.query(params![channel_code(channel), to_db(after), limit])?;
        while let Some(row) = rows.next()? {
            visit(RawChange::of(row)?)?;
        }
        Ok(())
    }

    fn read_all(&self, rows: &[RawChange]) -> StoreResult<Vec<Change>> {
        let read = |row: &RawChange| {
            row.read()
                .map_err(|fault| self.fault(fault, from_db(row.seq).saturating_sub(1)))
        };
        rows.iter().map(read).collect()
    }

    fn structural_rows(&self) -> Result<Vec<RawChange>, Fault> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {CHANGE_COLUMNS} FROM changes WHERE structural = 1
             ORDER BY input, channel, seq"
        ))?;
        let rows = statement.query_map([], RawChange::of)?;
        let rows: Vec<RawChange> = rows.collect::<rusqlite::Result<_>>()?;
        rows.iter().try_for_each(RawChange::check)?;
        Ok(rows)
    }

    /// The snapshots that read, the newest first.
    pub(super) fn snapshots(&self) -> StoreResult<Vec<Snapshot>> {
        let read = || {
            let mut statement = self
                .connection
                .prepare("SELECT body, sum FROM snapshots ORDER BY public_seq DESC")?;
            let pair = |row: &rusqlite::Row<'_>| {
                Ok(row.get::<_, String>(0).ok().zip(row.get::<_, i64>(1).ok()))
            };
            let rows = statement.query_map([], pair)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let rows = read().map_err(|source| self.fault(source.into(), 0))?;
        let intact = |(body, sum): (String, i64)| {
            let snapshot: Snapshot = decode(&body).ok()?;
            let is_intact = snapshot_sum(&snapshot, &body) == sum;
            (is_intact && snapshot.version <= Snapshot::VERSION).then_some(snapshot)
        };
        Ok(rows.into_iter().flatten().filter_map(intact).collect())
    }
}

impl JournalReader for SqliteReader {
    fn changes(&self, channel: Channel, after: u64, limit: u32) -> StoreResult<Vec<Change>> {
        self.read_all(&self.next_rows(channel, after, limit)?)
    }

    fn replay(&self, public: u64, restricted: u64, limit: u32) -> StoreResult<Vec<Change>> {
        let mut rows = self.next_rows(Channel::Public, public, limit)?;
        rows.extend(self.next_rows(Channel::Restricted, restricted, limit)?);
        rows.sort_by_key(|row| (row.input, row.channel, row.seq));
        rows.truncate(limit as usize);
        self.read_all(&rows)
    }

    fn structural_changes(&self, upto: &Snapshot) -> StoreResult<Vec<Change>> {
        let expected = self.head()?.structural;
        let rows = self
            .structural_rows()
            .map_err(|fault| self.fault(fault, 0))?;
        let distinct: BTreeSet<_> = rows.iter().map(|row| (row.channel, row.seq)).collect();
        if to_db(distinct.len() as u64) < expected || distinct.len() < rows.len() {
            return Err(self.damaged("a change of what exists is missing".to_owned(), 0));
        }
        let (public, restricted) = (to_db(upto.public_seq), to_db(upto.restricted_seq));
        let within = |row: &RawChange| match row.channel {
            0 => row.seq <= public,
            _ => row.seq <= restricted,
        };
        let rows: Vec<_> = rows.into_iter().filter(within).collect();
        self.read_all(&rows)
    }

    fn history(&self, asset: &AssetId, from: Timestamp, limit: u32) -> StoreResult<Vec<Change>> {
        let read = || {
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT {CHANGE_COLUMNS} FROM changes
                 WHERE asset = (SELECT no FROM assets WHERE id = ?1) AND at >= ?2 AND channel = 0
                 ORDER BY at, seq LIMIT ?3"
            ))?;
            let values = params![asset.to_string(), from.as_millis(), limit];
            let rows = statement.query_map(values, RawChange::of)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let rows = read().map_err(|source| self.fault(source.into(), 0))?;
        let changes = self.read_all(&rows)?;
        for change in &changes {
            if change.effect.subject()? != *asset {
                let problem = format!("change {} is listed under {asset}", change.seq);
                return Err(self.damaged(problem, change.seq.saturating_sub(1)));
            }
        }
        Ok(changes)
    }

    fn forgotten(&self, channel: Channel) -> StoreResult<u64> {
        match channel {
            Channel::Public => Ok(from_db(self.head()?.forgotten)),
            Channel::Restricted => Ok(0),
        }
    }

    fn last(&self, channel: Channel) -> StoreResult<u64> {
        Ok(from_db(self.head()?.seq(channel)))
    }

    fn latest(&self) -> StoreResult<Timestamp> {
        Ok(Timestamp::from_millis(self.head()?.at))
    }

    fn snapshot(&self) -> StoreResult<Option<Snapshot>> {
        Ok(self.snapshots()?.into_iter().next())
    }

    fn aside_devices(&self, limit: u32) -> StoreResult<Vec<AsideDevice>> {
        if !self.keeps_frames_aside() {
            return Ok(Vec::new());
        }
        quarantine::devices(&self.connection, limit).map_err(|source| self.fault(source.into(), 0))
    }

    fn set_aside(
        &self,
        device: Option<DevEui>,
        after: u64,
        limit: u32,
    ) -> StoreResult<Vec<(u64, SetAside)>> {
        if !self.keeps_frames_aside() {
            return Ok(Vec::new());
        }
        quarantine::frames(&self.connection, device, after, limit)
            .map_err(|fault| self.fault(fault, 0))
    }

    fn uplinks(&self, after: u64, limit: u32) -> StoreResult<Vec<(u64, Option<Uplink>)>> {
        let read = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT no, at, changes, body, sum FROM inputs WHERE no > ?1 ORDER BY no LIMIT ?2",
            )?;
            let rows = statement.query_map(params![to_db(after), limit], RawInput::of)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let rows = read().map_err(|source| self.fault(source.into(), 0))?;
        let uplink = |raw: &RawInput| {
            raw.check()?;
            let input = decode(&raw.body).map_err(|problem| {
                Fault::Row(format!("input {} does not read: {problem}", raw.no))
            })?;
            let uplink = match input {
                Input::Uplink(uplink) | Input::Reread(uplink) => Some(uplink),
                _ => None,
            };
            Ok((from_db(raw.no), uplink))
        };
        let read = rows.iter().map(uplink).collect::<Result<_, _>>();
        read.map_err(|fault| self.fault(fault, 0))
    }

    fn checkpoint(&self, name: &str) -> StoreResult<Option<Checkpoint>> {
        let stored = self
            .connection
            .query_row(
                "SELECT name, at, body, sum FROM checkpoints WHERE name = ?1",
                [name],
                checkpoint_of,
            )
            .optional();
        stored
            .map_err(Fault::from)
            .and_then(|stored| stored.map(intact_checkpoint).transpose())
            .map_err(|fault| self.fault(fault, 0))
    }
}

/// Reads a row of `name`, `at`, `body` and `sum`.
pub(super) fn checkpoint_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Checkpoint, i64)> {
    let checkpoint = Checkpoint {
        name: row.get(0)?,
        at: Timestamp::from_millis(row.get(1)?),
        body: row.get(2)?,
    };
    Ok((checkpoint, row.get(3)?))
}

/// Refuses a checkpoint that is not as it was written.
pub(super) fn intact_checkpoint((kept, sum): (Checkpoint, i64)) -> Result<Checkpoint, Fault> {
    let what = format!("the kept state of {}", kept.name);
    check_sum(&what, checkpoint_sum(&kept), sum)?;
    Ok(kept)
}

pub(super) fn checkpoint_sum(checkpoint: &Checkpoint) -> i64 {
    let name = i64::from(crc32fast::hash(checkpoint.name.as_bytes()));
    checksum(&[name, checkpoint.at.as_millis()], &checkpoint.body)
}

pub(super) fn snapshot_sum(snapshot: &Snapshot, body: &str) -> i64 {
    let numbers = [to_db(snapshot.public_seq), snapshot.at.as_millis()];
    checksum(&numbers, body.as_bytes())
}

/// A fact about the journal.
pub(super) fn meta(connection: &Connection, key: &str) -> Result<Option<String>, Fault> {
    let stored: Option<(String, i64)> = connection
        .query_row("SELECT value, sum FROM meta WHERE key = ?1", [key], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((value, sum)) = stored else {
        return Ok(None);
    };
    check_sum("a fact about the journal", meta_sum(key, &value), sum)?;
    Ok(Some(value))
}

/// Whether a database has no table at all.
pub(super) fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| {
        row.get(0)
    })
}

/// Refuses what is no journal or a newer one; else tells its format version.
pub(super) fn check_marks(connection: &Connection, path: &Path) -> StoreResult<i64> {
    let number = |name: &str| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
            .map_err(|source| database_error("open", path, source))
    };
    let refuse = |problem: String| fault_error(Fault::Row(problem), path, 0);
    if number("application_id")? != APPLICATION_ID {
        return Err(refuse(
            "it is a database, but not one of the twin's".to_owned(),
        ));
    }
    match number("user_version")? {
        found if (1..=VERSION).contains(&found) => Ok(found),
        found if found > VERSION => Err(StoreError::TooNew {
            found,
            known: VERSION,
            path: path.into(),
        }),
        found => Err(refuse(format!(
            "it has format version {found}, which there never was"
        ))),
    }
}
