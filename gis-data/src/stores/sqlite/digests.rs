//! What is left of levels that are forgotten, as rows of the embedded journal.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::rows::Fault;
use crate::stores::digest::{Digested, HourKey, IS_DIGESTED, RawDigest, Sums};

/// What format version 3 adds to version 2: digests, and the times of snapshots.
pub(super) const TABLE: &str = "
    CREATE TABLE digests (
        asset INTEGER NOT NULL,
        start INTEGER NOT NULL,
        readings INTEGER NOT NULL,
        emptyings INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        lowest REAL NOT NULL,
        highest REAL NOT NULL,
        total REAL NOT NULL,
        last REAL NOT NULL,
        sum INTEGER NOT NULL,
        PRIMARY KEY (asset, start)
    ) WITHOUT ROWID;
    ALTER TABLE snapshots ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
";

/// The columns of a [`RawDigest`], in this order.
pub(super) const COLUMNS: &str =
    "asset, start, readings, emptyings, last_at, lowest, highest, total, last, sum";

/// Reads a row of [`COLUMNS`].
pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<RawDigest> {
    Ok(RawDigest {
        key: (row.get(0)?, row.get(1)?),
        sums: Sums {
            readings: row.get(2)?,
            emptyings: row.get(3)?,
            last_at: row.get(4)?,
            lowest: row.get(5)?,
            highest: row.get(6)?,
            total: row.get(7)?,
            last: row.get(8)?,
        },
        sum: row.get(9)?,
    })
}

/// The hours of all levels and emptyings up to a public change.
pub(super) fn upto(connection: &Connection, seq: i64) -> Result<BTreeMap<HourKey, Sums>, Fault> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT asset, body FROM changes WHERE channel = 0 AND structural = 0 AND seq <= ?1
         AND {IS_DIGESTED} ORDER BY seq"
    ))?;
    let mut digested = Digested::default();
    let mut rows = statement.query([seq])?;
    while let Some(row) = rows.next()? {
        digested.take(row.get(0)?, row.get_ref(1)?.as_str().unwrap_or_default())?;
    }
    Ok(digested.hours())
}

/// Adds to what is kept of hours.
pub(super) fn add(
    connection: &Connection,
    hours: &BTreeMap<HourKey, Sums>,
) -> rusqlite::Result<()> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM digests WHERE asset = ?1 AND start = ?2"
    ))?;
    let mut put = connection.prepare_cached(
        "INSERT OR REPLACE INTO digests VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for (key, sums) in hours {
        let kept = find.query_row([key.0, key.1], row).optional()?;
        let sums = kept.map_or(*sums, |kept| kept.sums.and(*sums));
        put.execute(params![
            key.0,
            key.1,
            sums.readings,
            sums.emptyings,
            sums.last_at,
            sums.lowest,
            sums.highest,
            sums.total,
            sums.last,
            sums.checksum(*key)
        ])?;
    }
    Ok(())
}

/// Reads every row, and what is said of it.
pub(super) fn check(connection: &Connection) -> Result<(), Fault> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM digests"))?;
    let mut rows = statement.query([])?;
    while let Some(found) = rows.next()? {
        row(found)?.read()?;
    }
    Ok(())
}
