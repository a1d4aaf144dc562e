//! The embedded journal: one SQLite file in WAL mode, every commit synced.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, params};
use twin_core::{AssetId, Change, Channel, Snapshot, Timestamp};

use super::error::{StoreError, StoreResult};
use super::rows::{
    APPLICATION_ID, RawChange, SCHEMA, VERSION, channel_code, checksum, decode, encode, from_db,
    raw_change, to_db,
};
use super::{Batch, Checkpoint, Entry, Journal, JournalReader};

/// How many snapshots are kept: the newest, and the one before should the newest not read.
const SNAPSHOTS_KEPT: u32 = 2;

/// The writer of an embedded journal.
#[derive(Debug)]
pub struct SqliteJournal {
    path: PathBuf,
    connection: Connection,
    asset_numbers: HashMap<AssetId, i64>,
    next_input: i64,
}

impl SqliteJournal {
    /// Opens a journal, or makes an empty one where there is none, and locks it for this process.
    ///
    /// # Errors
    /// Refuses a file that is no journal, one of a newer format, and one that is in use.
    pub fn open(path: &Path) -> StoreResult<Self> {
        let wrap = |action| move |source| database_error(action, path, source);
        let connection = Connection::open(path).map_err(wrap("open"))?;
        connection
            .busy_timeout(Duration::ZERO)
            .map_err(wrap("open"))?;
        check_version(&connection, path)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA wal_autocheckpoint = 4000;
                 PRAGMA foreign_keys = OFF;
                 PRAGMA cache_size = -16000;",
            )
            .map_err(wrap("open"))?;
        let next_input = connection
            .query_row("SELECT coalesce(max(no), 0) + 1 FROM inputs", [], |row| {
                row.get(0)
            })
            .map_err(wrap("read"))?;
        connection
            .busy_timeout(Duration::from_secs(10))
            .map_err(wrap("open"))?;
        Ok(Self {
            path: path.into(),
            connection,
            asset_numbers: HashMap::new(),
            next_input,
        })
    }

    fn write(&mut self, batch: &Batch) -> StoreResult<()> {
        let path = self.path.clone();
        let wrap = |source| database_error("write to", &path, source);
        let transaction = self.connection.transaction().map_err(wrap)?;
        let mut next_input = self.next_input;
        for entry in &batch.entries {
            insert_entry(
                &transaction,
                &mut self.asset_numbers,
                next_input,
                entry,
                &path,
            )?;
            next_input += 1;
        }
        for checkpoint in &batch.checkpoints {
            insert_checkpoint(&transaction, checkpoint).map_err(wrap)?;
        }
        transaction.commit().map_err(wrap)?;
        self.next_input = next_input;
        Ok(())
    }
}

impl Journal for SqliteJournal {
    fn append(&mut self, batch: &Batch) -> StoreResult<()> {
        let result = self.write(batch);
        if result.is_err() {
            // Numbers given in a transaction that did not commit may be given again.
            self.asset_numbers.clear();
        }
        result
    }

    fn save_snapshot(&mut self, snapshot: &Snapshot) -> StoreResult<()> {
        let body = encode("a snapshot", snapshot)?;
        let sum = checksum(&body, snapshot.public_seq, snapshot.at.as_millis());
        let wrap = |source| database_error("write to", &self.path, source);
        let transaction = self.connection.unchecked_transaction().map_err(wrap)?;
        transaction
            .execute(
                "INSERT OR REPLACE INTO snapshots (public_seq, body, sum) VALUES (?1, ?2, ?3)",
                params![to_db(snapshot.public_seq), body, sum],
            )
            .map_err(wrap)?;
        transaction
            .execute(
                "DELETE FROM snapshots WHERE public_seq NOT IN
                 (SELECT public_seq FROM snapshots ORDER BY public_seq DESC LIMIT ?1)",
                params![SNAPSHOTS_KEPT],
            )
            .map_err(wrap)?;
        transaction.commit().map_err(wrap)
    }

    fn forget(&mut self, seq: u64, limit: u32) -> StoreResult<usize> {
        let wrap = |source| database_error("write to", &self.path, source);
        let transaction = self.connection.unchecked_transaction().map_err(wrap)?;
        let last: Option<i64> = transaction
            .query_row(
                "SELECT max(seq) FROM (SELECT seq FROM changes WHERE channel = 0 AND structural = 0
                 AND seq <= ?1 ORDER BY seq LIMIT ?2)",
                params![to_db(seq), limit],
                |row| row.get(0),
            )
            .map_err(wrap)?;
        let Some(last) = last else { return Ok(0) };
        let forgotten = transaction
            .execute(
                "DELETE FROM changes WHERE channel = 0 AND structural = 0 AND seq <= ?1",
                [last],
            )
            .map_err(wrap)?;
        transaction
            .execute(
                "DELETE FROM inputs WHERE no < (SELECT coalesce(min(input), 0) FROM changes
                 WHERE channel = 0 AND seq > ?1)
                 AND NOT EXISTS (SELECT 1 FROM changes WHERE input = inputs.no AND structural = 1)",
                [last],
            )
            .map_err(wrap)?;
        set_meta(&transaction, "forgotten", &last.to_string()).map_err(wrap)?;
        transaction.commit().map_err(wrap)?;
        Ok(forgotten)
    }

    fn set_meta(&mut self, key: &str, value: &str) -> StoreResult<()> {
        set_meta(&self.connection, key, value)
            .map_err(|source| database_error("write to", &self.path, source))
    }

    fn meta(&self, key: &str) -> StoreResult<Option<String>> {
        meta(&self.connection, key).map_err(|source| database_error("read", &self.path, source))
    }

    fn reader(&self) -> StoreResult<Box<dyn JournalReader>> {
        Ok(Box::new(SqliteReader::open(&self.path)?))
    }
}

/// A reader of an embedded journal.
#[derive(Debug)]
pub struct SqliteReader {
    path: PathBuf,
    connection: Connection,
}

impl SqliteReader {
    /// Opens a journal to read beside its writer.
    pub fn open(path: &Path) -> StoreResult<Self> {
        let wrap = |source| database_error("open", path, source);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(wrap)?;
        connection
            .busy_timeout(Duration::from_secs(10))
            .map_err(wrap)?;
        Ok(Self {
            path: path.into(),
            connection,
        })
    }

    fn select(
        &self,
        condition: &'static str,
        values: impl rusqlite::Params,
    ) -> StoreResult<Vec<RawChange>> {
        let sql = format!("SELECT channel, seq, at, body, sum FROM changes WHERE {condition}");
        let read = || {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let rows = statement.query_map(values, raw_change)?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|source| database_error("read", &self.path, source))
    }

    fn read_all(&self, rows: &[RawChange]) -> StoreResult<Vec<Change>> {
        rows.iter()
            .map(|row| {
                row.read()
                    .map_err(|problem| self.damaged(problem, row.seq.saturating_sub(1)))
            })
            .collect()
    }

    fn damaged(&self, problem: String, last_intact: u64) -> StoreError {
        StoreError::Damaged {
            problem,
            last_intact,
            path: self.path.clone(),
        }
    }
}

impl JournalReader for SqliteReader {
    fn changes(&self, channel: Channel, after: u64, limit: u32) -> StoreResult<Vec<Change>> {
        let rows = self.select(
            "channel = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            params![channel_code(channel), to_db(after), limit],
        )?;
        for (expected, row) in (after + 1..).zip(&rows) {
            if row.seq != expected {
                return Err(self.damaged(format!("change {expected} is missing"), expected - 1));
            }
        }
        self.read_all(&rows)
    }

    fn structural_changes(&self, upto: &Snapshot) -> StoreResult<Vec<Change>> {
        let rows = self.select(
            "structural = 1 AND ((channel = 0 AND seq <= ?1) OR (channel = 1 AND seq <= ?2))
             ORDER BY input, channel, seq",
            params![to_db(upto.public_seq), to_db(upto.restricted_seq)],
        )?;
        self.read_all(&rows)
    }

    fn history(&self, asset: &AssetId, from: Timestamp, limit: u32) -> StoreResult<Vec<Change>> {
        let rows = self.select(
            "asset = (SELECT no FROM assets WHERE id = ?1) AND at >= ?2 AND channel = 0
             ORDER BY at, seq LIMIT ?3",
            params![asset.to_string(), from.as_millis(), limit],
        )?;
        self.read_all(&rows)
    }

    fn forgotten(&self, channel: Channel) -> StoreResult<u64> {
        if channel == Channel::Restricted {
            return Ok(0);
        }
        let stored = meta(&self.connection, "forgotten")
            .map_err(|source| database_error("read", &self.path, source))?;
        Ok(stored.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    fn snapshot(&self) -> StoreResult<Option<Snapshot>> {
        let read = || {
            let mut statement = self
                .connection
                .prepare("SELECT body, sum FROM snapshots ORDER BY public_seq DESC")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<Vec<(String, i64)>, _>>()
        };
        let rows = read().map_err(|source| database_error("read", &self.path, source))?;
        let intact = rows.into_iter().find_map(|(body, sum)| {
            let snapshot: Snapshot = decode(&body).ok()?;
            let is_intact = checksum(&body, snapshot.public_seq, snapshot.at.as_millis()) == sum;
            (is_intact && snapshot.version <= Snapshot::VERSION).then_some(snapshot)
        });
        Ok(intact)
    }

    fn checkpoint(&self, name: &str) -> StoreResult<Option<Checkpoint>> {
        self.connection
            .query_row(
                "SELECT at, body FROM checkpoints WHERE name = ?1",
                [name],
                |row| {
                    Ok(Checkpoint {
                        name: name.to_owned(),
                        at: Timestamp::from_millis(row.get(0)?),
                        body: row.get(1)?,
                    })
                },
            )
            .optional()
            .map_err(|source| database_error("read", &self.path, source))
    }
}

/// Makes the tables of an empty file, refuses what is no journal or a newer one.
fn check_version(connection: &Connection, path: &Path) -> StoreResult<()> {
    let wrap = |source| database_error("open", path, source);
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let is_empty = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })
        .map_err(wrap)?
        == 0;
    if is_empty {
        let marks =
            format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};");
        return connection
            .execute_batch(&format!("BEGIN EXCLUSIVE; {SCHEMA} {marks} COMMIT;"))
            .map_err(wrap);
    }
    let found = number("user_version").map_err(wrap)?;
    if number("application_id").map_err(wrap)? != APPLICATION_ID {
        let problem = "it is a database, but not one of the twin's".to_owned();
        return Err(StoreError::Damaged {
            problem,
            last_intact: 0,
            path: path.into(),
        });
    }
    if found > VERSION {
        return Err(StoreError::TooNew {
            found,
            known: VERSION,
            path: path.into(),
        });
    }
    Ok(())
}

fn insert_entry(
    connection: &Connection,
    asset_numbers: &mut HashMap<AssetId, i64>,
    input: i64,
    entry: &Entry,
    path: &Path,
) -> StoreResult<()> {
    let wrap = |source| database_error("write to", path, source);
    let (at, body) = (entry.at.as_millis(), encode("an input", &entry.input)?);
    let sum = checksum(&body, from_db(input), at);
    connection
        .prepare_cached("INSERT INTO inputs (no, at, body, sum) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut statement| statement.execute(params![input, at, body, sum]))
        .map_err(wrap)?;
    for change in &entry.changes {
        let asset =
            asset_number(connection, asset_numbers, change.effect.subject()?).map_err(wrap)?;
        let (at, body) = (change.at.as_millis(), encode("a change", &change.effect)?);
        let sum = checksum(&body, change.seq, at);
        connection
            .prepare_cached(
                "INSERT INTO changes (channel, seq, input, at, asset, structural, body, sum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    channel_code(change.channel),
                    to_db(change.seq),
                    input,
                    at,
                    asset,
                    change.effect.is_structural(),
                    body,
                    sum
                ])
            })
            .map_err(wrap)?;
    }
    Ok(())
}

/// The number that stands for an asset in the journal; given on first use.
fn asset_number(
    connection: &Connection,
    asset_numbers: &mut HashMap<AssetId, i64>,
    asset: AssetId,
) -> rusqlite::Result<i64> {
    if let Some(number) = asset_numbers.get(&asset) {
        return Ok(*number);
    }
    let id = asset.to_string();
    connection
        .prepare_cached("INSERT INTO assets (id) VALUES (?1) ON CONFLICT (id) DO NOTHING")?
        .execute([&id])?;
    let number = connection
        .prepare_cached("SELECT no FROM assets WHERE id = ?1")?
        .query_row([&id], |row| row.get(0))?;
    asset_numbers.insert(asset, number);
    Ok(number)
}

fn insert_checkpoint(connection: &Connection, checkpoint: &Checkpoint) -> rusqlite::Result<()> {
    let sum = i64::from(crc32fast::hash(&checkpoint.body));
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO checkpoints (name, at, body, sum) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            checkpoint.name,
            checkpoint.at.as_millis(),
            checkpoint.body,
            sum
        ])?;
    Ok(())
}

fn set_meta(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
            [key, value],
        )
        .map(|_rows| ())
}

fn meta(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    connection
        .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()
}

/// Tells damage and use by others apart from all else the database may say.
pub(super) fn database_error(
    action: &'static str,
    path: &Path,
    source: rusqlite::Error,
) -> StoreError {
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged {
            problem: source.to_string(),
            last_intact: 0,
            path: path.into(),
        },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::InUse { path: path.into() }
        }
        _ => StoreError::Database {
            action,
            path: path.into(),
            source,
        },
    }
}
