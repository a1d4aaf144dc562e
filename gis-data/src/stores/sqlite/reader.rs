//! The readers' side of the embedded journal.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, params};
use twin_core::{AssetId, Channel, DevEui, Timestamp};

use super::digests;
use super::quarantine;
use super::rows::Fault;
use super::schema::{APPLICATION_ID, VERSION};
use super::{database_error, fault_error};
use crate::stores::Checkpoint;
use crate::stores::digest::RawDigest;
use crate::stores::error::{StoreError, StoreResult};
use crate::stores::reading::{Fact, RowSource};
use crate::stores::rows::{CHANGE_COLUMNS, Head, RawAside, RawChange, RawInput, channel_code};
use crate::stores::set_aside::AsideDevice;

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
            let fault = Fault::Row("it has no tables".to_owned());
            return Err(fault_error(fault, path, 0));
        }
        reader.version = check_marks(&reader.connection, path)?;
        Ok(reader)
    }

    /// Whether the journal is of a version that keeps frames aside; its writer makes it one.
    const fn keeps_frames_aside(&self) -> bool {
        self.version > 1
    }

    /// Whether the journal is of a version that keeps digests.
    const fn keeps_digests(&self) -> bool {
        self.version > 2
    }

    pub(super) const fn connection(&self) -> &Connection {
        &self.connection
    }

    fn rows<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(values, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl RowSource for SqliteReader {
    type Error = rusqlite::Error;

    fn error(&self, fault: Fault, last_intact: u64) -> StoreError {
        fault_error(fault, &self.path, last_intact)
    }

    fn head(&self) -> Result<Head, Fault> {
        Head::read(&self.connection)
    }

    fn changes(&self, channel: Channel, after: i64, limit: u32) -> Result<Vec<RawChange>, Fault> {
        let sql = format!(
            "SELECT {CHANGE_COLUMNS} FROM changes WHERE channel = ?1 AND seq > ?2
             ORDER BY seq LIMIT ?3"
        );
        let values = params![channel_code(channel), after, limit];
        self.rows(&sql, values, RawChange::of)
    }

    fn structural(&self) -> Result<Vec<RawChange>, Fault> {
        let sql = format!(
            "SELECT {CHANGE_COLUMNS} FROM changes WHERE structural = 1
             ORDER BY input, channel, seq"
        );
        self.rows(&sql, [], RawChange::of)
    }

    fn of_asset(
        &self,
        asset: &AssetId,
        from: Timestamp,
        limit: u32,
    ) -> Result<Vec<RawChange>, Fault> {
        let sql = format!(
            "SELECT {CHANGE_COLUMNS} FROM changes
             WHERE asset = (SELECT no FROM assets WHERE id = ?1) AND at >= ?2 AND channel = 0
             ORDER BY at, seq LIMIT ?3"
        );
        let values = params![asset.to_string(), from.as_millis(), limit];
        self.rows(&sql, values, RawChange::of)
    }

    fn inputs(&self, after: i64, limit: u32) -> Result<Vec<RawInput>, Fault> {
        let sql =
            "SELECT no, at, changes, body, sum FROM inputs WHERE no > ?1 ORDER BY no LIMIT ?2";
        self.rows(sql, params![after, limit], RawInput::of)
    }

    fn snapshots(&self, at: Timestamp, limit: u32) -> Result<Vec<(String, i64)>, Fault> {
        let known = if self.keeps_digests() { "at" } else { "0" };
        let sql = format!(
            "SELECT body, sum FROM snapshots WHERE {known} <= ?1 ORDER BY public_seq DESC LIMIT ?2"
        );
        let pairs = self.rows(&sql, params![at.as_millis(), limit], |row| {
            Ok(row.get::<_, String>(0).ok().zip(row.get::<_, i64>(1).ok()))
        })?;
        Ok(pairs.into_iter().flatten().collect())
    }

    fn digests(
        &self,
        asset: &AssetId,
        from: Timestamp,
        limit: u32,
    ) -> Result<Vec<RawDigest>, Fault> {
        if !self.keeps_digests() {
            return Ok(Vec::new());
        }
        let columns = digests::COLUMNS;
        let sql = format!(
            "SELECT {columns} FROM digests WHERE asset = (SELECT no FROM assets WHERE id = ?1)
             AND start >= ?2 ORDER BY start LIMIT ?3"
        );
        let values = params![asset.to_string(), from.as_millis(), limit];
        self.rows(&sql, values, digests::row)
    }

    fn digested(&self) -> Result<Vec<String>, Fault> {
        if !self.keeps_digests() {
            return Ok(Vec::new());
        }
        let sql = "SELECT id FROM assets WHERE no IN (SELECT asset FROM digests) ORDER BY no";
        self.rows(sql, [], |row| row.get(0))
    }

    fn fact(&self, key: &str) -> Result<Option<(String, i64)>, Fault> {
        let sql = "SELECT value, sum FROM meta WHERE key = ?1";
        let mut found = self.rows(sql, [key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.pop())
    }

    fn facts(&self) -> Result<Vec<Fact>, Fault> {
        let sql = "SELECT key, value, sum FROM meta ORDER BY key";
        self.rows(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    }

    fn checkpoints(&self) -> Result<Vec<(Checkpoint, i64)>, Fault> {
        let sql = "SELECT name, at, body, sum FROM checkpoints ORDER BY name";
        self.rows(sql, [], checkpoint_of)
    }

    fn checkpoint(&self, name: &str) -> Result<Option<(Checkpoint, i64)>, Fault> {
        let sql = "SELECT name, at, body, sum FROM checkpoints WHERE name = ?1";
        let mut found = self.rows(sql, [name], checkpoint_of)?;
        Ok(found.pop())
    }

    fn aside_devices(&self, limit: u32) -> Result<Vec<AsideDevice>, Fault> {
        if !self.keeps_frames_aside() {
            return Ok(Vec::new());
        }
        Ok(quarantine::devices(&self.connection, limit)?)
    }

    fn aside(
        &self,
        device: Option<DevEui>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<RawAside>, Fault> {
        if !self.keeps_frames_aside() {
            return Ok(Vec::new());
        }
        Ok(quarantine::frames(&self.connection, device, after, limit)?)
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
            journal: path.into(),
        }),
        found => Err(refuse(format!(
            "it has format version {found}, which there never was"
        ))),
    }
}
