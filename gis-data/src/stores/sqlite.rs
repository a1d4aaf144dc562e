//! The embedded journal: one SQLite file in WAL mode, every commit synced.

mod backup;
mod digests;
mod quarantine;
mod reader;
mod recovery;
mod rows;
mod schema;
mod verify;
mod wal;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, ffi, params};
use twin_core::{AssetId, LonLat, Snapshot, Timestamp};

pub use self::backup::backup;
pub use self::reader::SqliteReader;
pub use self::recovery::{Recovered, recover};
use self::rows::Fault;
use self::schema::{APPLICATION_ID, MIGRATIONS, SCHEMA, VERSION};
pub use self::verify::{Extent, verify};
use super::error::{StoreError, StoreResult};
use super::rows::{
    Head, RawAside, RawChange, RawInput, checkpoint_sum, encode, meta_sum, snapshot_sum, to_db,
};
use super::set_aside::{AsideLimits, FrameKey};
use super::{
    Batch, Checkpoint, Digest, Entry, Journal, JournalReader, LANDMARK_EVERY, SNAPSHOTS_KEPT,
};

/// How long a journal that another connection is just closing is waited for.
const HANDOVER: Duration = Duration::from_secs(2);

/// The writer of an embedded journal.
#[derive(Debug)]
pub struct SqliteJournal {
    path: PathBuf,
    connection: Connection,
    asset_numbers: HashMap<AssetId, i64>,
    head: Head,
    /// How many frames are set aside, and how many may be.
    aside: (u32, AsideLimits),
}

impl SqliteJournal {
    /// Opens a journal, or makes an empty one where there is none. The caller sees to it that
    /// there is one writer only.
    ///
    /// All that the journal holds is checked first, without touching it: a damaged one stays as it
    /// is, to the byte.
    ///
    /// # Errors
    /// Refuses a file that is no journal, one of a newer format, one that is in use, and a damaged
    /// one.
    pub fn open(path: &Path) -> StoreResult<Self> {
        verify(path)?;
        let wrap = |action| move |source| database_error(action, path, source);
        let connection = Connection::open(path).map_err(wrap("open"))?;
        connection.busy_timeout(HANDOVER).map_err(wrap("open"))?;
        make_tables(&connection, path)?;
        migrate(&connection, path)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA wal_autocheckpoint = 4000;
                 PRAGMA foreign_keys = OFF;
                 PRAGMA cache_size = -16000;",
            )
            .map_err(wrap("open"))?;
        let head = Head::read(&connection).map_err(|fault| fault_error(fault, path, 0))?;
        connection
            .busy_timeout(Duration::from_secs(10))
            .map_err(wrap("open"))?;
        let aside = quarantine::count(&connection).map_err(wrap("read"))?;
        Ok(Self {
            path: path.into(),
            connection,
            asset_numbers: HashMap::new(),
            head,
            aside: (aside, AsideLimits::default()),
        })
    }

    /// The same with other limits of how many frames are kept aside.
    #[must_use]
    pub fn with_aside_limits(mut self, limits: AsideLimits) -> Self {
        self.aside.1 = limits;
        self
    }

    fn write(&mut self, batch: &Batch) -> StoreResult<()> {
        let path = &self.path;
        let wrap = |source| database_error("write to", path, source);
        let transaction = self.connection.transaction().map_err(wrap)?;
        let mut head = self.head;
        for entry in &batch.entries {
            insert_entry(
                (&transaction, path),
                &mut self.asset_numbers,
                &mut head,
                entry,
            )?;
        }
        for checkpoint in &batch.checkpoints {
            insert_checkpoint(&transaction, checkpoint).map_err(wrap)?;
            head.at = head.at.max(checkpoint.at.as_millis());
        }
        let (mut aside, limits) = self.aside;
        for one in &batch.set_aside {
            let row = RawAside::new(one)?;
            let gained = quarantine::insert(&transaction, &row, (limits, aside)).map_err(wrap)?;
            aside = aside.saturating_add_signed(i32::try_from(gained).unwrap_or(0));
        }
        head.write(&transaction).map_err(wrap)?;
        transaction.commit().map_err(wrap)?;
        self.head = head;
        self.aside = (aside, limits);
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
        let sum = snapshot_sum(snapshot, &body);
        let wrap = |source| database_error("write to", &self.path, source);
        let transaction = self.connection.unchecked_transaction().map_err(wrap)?;
        transaction
            .execute(
                "INSERT OR REPLACE INTO snapshots (public_seq, body, sum, at)
                 VALUES (?1, ?2, ?3, ?4)",
                params![
                    to_db(snapshot.public_seq),
                    body,
                    sum,
                    snapshot.at.as_millis()
                ],
            )
            .map_err(wrap)?;
        transaction
            .execute(
                "DELETE FROM snapshots WHERE public_seq NOT IN
                 (SELECT public_seq FROM snapshots ORDER BY public_seq DESC LIMIT ?1)
                 AND public_seq NOT IN
                 (SELECT min(public_seq) FROM snapshots GROUP BY public_seq / ?2)",
                params![SNAPSHOTS_KEPT, LANDMARK_EVERY],
            )
            .map_err(wrap)?;
        transaction.commit().map_err(wrap)
    }

    fn begin_after(&mut self, forgotten: u64) -> StoreResult<()> {
        let head = Head {
            forgotten: to_db(forgotten),
            ..self.head
        };
        head.write(&self.connection)
            .map_err(|source| database_error("write to", &self.path, source))?;
        self.head = head;
        Ok(())
    }

    fn forget(&mut self, seq: u64, limit: u32) -> StoreResult<usize> {
        let wrap = |source| database_error("write to", &self.path, source);
        let transaction = self.connection.unchecked_transaction().map_err(wrap)?;
        let Some(last) = last_forgettable(&transaction, seq, limit).map_err(wrap)? else {
            return Ok(0);
        };
        let hours = digests::upto(&transaction, last);
        let hours = hours.map_err(|fault| fault_error(fault, &self.path, 0))?;
        digests::add(&transaction, &hours).map_err(wrap)?;
        transaction
            .execute(
                "DELETE FROM snapshots WHERE public_seq < ?1 AND public_seq NOT IN
                 (SELECT public_seq FROM snapshots ORDER BY public_seq DESC LIMIT ?2)",
                params![last, SNAPSHOTS_KEPT],
            )
            .map_err(wrap)?;
        let forgotten = transaction
            .execute(
                "DELETE FROM changes WHERE channel = 0 AND structural = 0 AND seq <= ?1",
                [last],
            )
            .map_err(wrap)?;
        let first_kept: i64 = transaction
            .query_row(
                "SELECT coalesce((SELECT input FROM changes WHERE channel = 0 AND seq > ?1
                 ORDER BY seq LIMIT 1), ?2)",
                [last, self.head.input + 1],
                |row| row.get(0),
            )
            .map_err(wrap)?;
        transaction
            .execute(
                "DELETE FROM inputs WHERE no < ?1
                 AND no NOT IN (SELECT input FROM changes WHERE structural = 1)",
                [first_kept],
            )
            .map_err(wrap)?;
        let head = Head {
            forgotten: last,
            forgotten_input: self.head.forgotten_input.max(first_kept - 1),
            ..self.head
        };
        head.write(&transaction).map_err(wrap)?;
        transaction.commit().map_err(wrap)?;
        self.head = head;
        Ok(forgotten)
    }

    fn forget_digests(&mut self, before: Timestamp) -> StoreResult<usize> {
        let sql = "DELETE FROM digests WHERE start < ?1";
        let forgotten = self.connection.execute(sql, [before.as_millis()]);
        forgotten.map_err(|source| database_error("write to", &self.path, source))
    }

    fn keep_digests(&mut self, asset: &AssetId, digests: &[Digest]) -> StoreResult<()> {
        let wrap = |source| database_error("write to", &self.path, source);
        let transaction = self.connection.unchecked_transaction().map_err(wrap)?;
        let mut numbers = HashMap::new();
        let number = asset_number(&transaction, &mut numbers, asset.clone()).map_err(wrap)?;
        let hours = digests.iter().map(|digest| digest.row(number)).collect();
        digests::add(&transaction, &hours).map_err(wrap)?;
        transaction.commit().map_err(wrap)
    }

    fn release(&mut self, frames: &[FrameKey]) -> StoreResult<usize> {
        let wrap = |source| database_error("write to", &self.path, source);
        let transaction = self.connection.unchecked_transaction().map_err(wrap)?;
        let removed = quarantine::remove(&transaction, frames).map_err(wrap)?;
        transaction.commit().map_err(wrap)?;
        let removed_now = u32::try_from(removed).unwrap_or(u32::MAX);
        self.aside.0 = self.aside.0.saturating_sub(removed_now);
        Ok(removed)
    }

    fn set_meta(&mut self, key: &str, value: &str) -> StoreResult<()> {
        self.connection
            .execute(
                "INSERT OR REPLACE INTO meta (key, value, sum) VALUES (?1, ?2, ?3)",
                params![key, value, meta_sum(key, value)],
            )
            .map(|_rows| ())
            .map_err(|source| database_error("write to", &self.path, source))
    }

    /// Nobody else reads the file.
    fn wants_places(&self) -> StoreResult<bool> {
        Ok(false)
    }

    fn place(&mut self, _places: &[(AssetId, LonLat)]) -> StoreResult<()> {
        Ok(())
    }

    /// The caller sees to it that there is one writer only.
    fn hold(&mut self) -> StoreResult<()> {
        Ok(())
    }

    fn epoch(&self) -> u64 {
        0
    }

    fn reader(&self) -> StoreResult<Box<dyn JournalReader>> {
        Ok(Box::new(SqliteReader::open(&self.path)?))
    }
}

/// The last public change that may be forgotten now: none that the snapshots to go on from lack.
fn last_forgettable(
    connection: &Connection,
    seq: u64,
    limit: u32,
) -> rusqlite::Result<Option<i64>> {
    connection.query_row(
        "SELECT max(seq) FROM (SELECT seq FROM changes WHERE channel = 0 AND structural = 0
         AND seq <= min(?1, (SELECT coalesce(min(public_seq), 0) FROM
             (SELECT public_seq FROM snapshots ORDER BY public_seq DESC LIMIT ?3)))
         ORDER BY seq LIMIT ?2)",
        params![to_db(seq), limit, SNAPSHOTS_KEPT],
        |row| row.get(0),
    )
}

/// Makes a journal of an earlier format version one of the present, a version at a time, all or nothing.
fn migrate(connection: &Connection, path: &Path) -> StoreResult<()> {
    let found = reader::check_marks(connection, path)?;
    let later = MIGRATIONS.iter().filter(|(version, _)| *version > found);
    let steps: String = later.map(|(_version, step)| *step).collect();
    if steps.is_empty() {
        return Ok(());
    }
    connection
        .execute_batch(&format!(
            "BEGIN EXCLUSIVE; {steps} PRAGMA user_version = {VERSION}; COMMIT;"
        ))
        .map_err(|source| database_error("bring up to date", path, source))
}

/// Makes the tables of an empty file, as of format version 1.
fn make_tables(connection: &Connection, path: &Path) -> StoreResult<()> {
    let wrap = |source| database_error("open", path, source);
    if !reader::is_empty(connection).map_err(wrap)? {
        return Ok(());
    }
    let marks = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;");
    connection
        .execute_batch(&format!("BEGIN EXCLUSIVE; {SCHEMA} {marks}"))
        .and_then(|()| Head::EMPTY.write(connection))
        .and_then(|()| connection.execute_batch("COMMIT;"))
        .map_err(wrap)
}

fn insert_entry(
    (connection, path): (&Connection, &Path),
    asset_numbers: &mut HashMap<AssetId, i64>,
    head: &mut Head,
    entry: &Entry,
) -> StoreResult<()> {
    let wrap = |source| database_error("write to", path, source);
    let (input, changes) = head.take(entry)?;
    insert_input(connection, &input).map_err(wrap)?;
    for (change, mut raw) in entry.changes.iter().zip(changes) {
        let subject = change.effect.subject()?;
        let asset = asset_number(connection, asset_numbers, subject).map_err(wrap)?;
        raw.complete(asset);
        insert_change(connection, &raw).map_err(wrap)?;
    }
    Ok(())
}

fn insert_input(connection: &Connection, raw: &RawInput) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO inputs (no, at, changes, body, sum) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![raw.no, raw.at, raw.changes, raw.body, raw.sum])
        .map(|_rows| ())
}

fn insert_change(connection: &Connection, raw: &RawChange) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO changes (channel, seq, input, at, asset, structural, body, sum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            raw.channel,
            raw.seq,
            raw.input,
            raw.at,
            raw.asset,
            raw.structural,
            raw.body,
            raw.sum
        ])
        .map(|_rows| ())
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
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO checkpoints (name, at, body, sum) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            checkpoint.name,
            checkpoint.at.as_millis(),
            checkpoint.body,
            checkpoint_sum(checkpoint)
        ])?;
    Ok(())
}

/// What helps against damage.
const REMEDY: &str = "`twin doctor --data DIR --recover-to NEW` copies all that is intact";

/// What does not read, as an error; `last_intact` is the last public change before it.
fn fault_error(fault: Fault, path: &Path, last_intact: u64) -> StoreError {
    let damaged = |problem| StoreError::Damaged {
        problem,
        last_intact,
        journal: path.into(),
        remedy: REMEDY,
    };
    match fault {
        Fault::Row(problem) => damaged(problem),
        Fault::Database(source) if is_damage(&source) => damaged(source.to_string()),
        Fault::Database(source) => database_error("read", path, source),
    }
}

/// Tells damage and use by others apart from all else the database may say.
fn database_error(action: &'static str, path: &Path, source: rusqlite::Error) -> StoreError {
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::InUse {
            journal: path.into(),
        },
        _ if is_damage(&source) => fault_error(Fault::Database(source), path, 0),
        _ => StoreError::Database {
            action,
            journal: path.into(),
            source: source.into(),
        },
    }
}

/// Whether an error can only come from bytes that nobody wrote: the statements and the types are
/// always the same, so a table that is not there or a text that is none is damage too.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    if let E::SqliteFailure(code, _) = error
        && code.extended_code == ffi::SQLITE_IOERR_SHORT_READ
    {
        return true;
    }
    match error {
        E::InvalidColumnType(..)
        | E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::Utf8Error(..)
        | E::QueryReturnedNoRows
        | E::SqlInputError { .. } => true,
        _ => matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DatabaseCorrupt
                    | ErrorCode::NotADatabase
                    | ErrorCode::TooBig
                    | ErrorCode::Unknown
            )
        ),
    }
}
