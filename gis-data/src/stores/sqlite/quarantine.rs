//! Frames that are set aside, as rows of the embedded journal.

use rusqlite::{Connection, params};
use twin_core::{DevEui, Timestamp};

use super::rows::Fault;
use crate::stores::rows::{self, RawAside, device_from_db, device_to_db};
use crate::stores::set_aside::{AsideDevice, AsideLimits, FrameKey, SetAside};

/// What format version 2 adds to version 1.
pub(super) const TABLE: &str = "
    CREATE TABLE quarantine (
        no INTEGER PRIMARY KEY,
        dev_eui INTEGER NOT NULL,
        session TEXT NOT NULL,
        f_cnt INTEGER NOT NULL,
        at INTEGER NOT NULL,
        cause TEXT NOT NULL,
        why TEXT NOT NULL,
        body TEXT NOT NULL,
        sum INTEGER NOT NULL,
        UNIQUE (dev_eui, session, f_cnt)
    );
    CREATE INDEX quarantine_of_device ON quarantine (dev_eui, no);
";

const COLUMNS: &str = "no, dev_eui, session, f_cnt, at, cause, why, body, sum";

impl RawAside {
    /// Reads a row of [`COLUMNS`].
    fn of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            no: row.get(0)?,
            dev_eui: row.get(1)?,
            session: row.get(2)?,
            f_cnt: row.get(3)?,
            at: row.get(4)?,
            cause: row.get(5)?,
            why: row.get(6)?,
            body: row.get(7)?,
            sum: row.get(8)?,
        })
    }
}

/// How many frames are set aside.
pub(super) fn count(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("SELECT count(*) FROM quarantine", [], |row| row.get(0))
}

/// Reads every row, and what is said of it.
pub(super) fn check(connection: &Connection) -> Result<(), Fault> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM quarantine"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        RawAside::of(row)?.read()?;
    }
    Ok(())
}

/// The frames that read, in the order in which they came.
pub(super) fn intact(connection: &Connection) -> Vec<SetAside> {
    let read = || -> rusqlite::Result<Vec<RawAside>> {
        let mut statement =
            connection.prepare(&format!("SELECT {COLUMNS} FROM quarantine ORDER BY no"))?;
        let rows = statement.query_map([], RawAside::of)?;
        Ok(rows.flatten().collect())
    };
    let rows = read().unwrap_or_default();
    rows.iter().filter_map(|raw| raw.read().ok()).collect()
}

/// Keeps a frame; one that is kept already stays as it is. Returns how many more are kept than before:
/// 1, 0, or where the limits make older ones go, less.
pub(super) fn insert(
    connection: &Connection,
    raw: &RawAside,
    (limits, kept): (AsideLimits, u32),
) -> rusqlite::Result<i64> {
    let added = connection
        .prepare_cached(
            "INSERT INTO quarantine (dev_eui, session, f_cnt, at, cause, why, body, sum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            raw.dev_eui,
            raw.session,
            raw.f_cnt,
            raw.at,
            raw.cause,
            raw.why,
            raw.body,
            raw.sum
        ])?;
    if added == 0 {
        return Ok(0);
    }
    let beyond = connection
        .prepare_cached(
            "DELETE FROM quarantine WHERE dev_eui = ?1 AND no <=
             (SELECT no FROM quarantine WHERE dev_eui = ?1 ORDER BY no DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![raw.dev_eui, limits.of_device])?;
    let gained = 1 - i64::try_from(beyond).unwrap_or(i64::MAX);
    if i64::from(kept) + gained <= i64::from(limits.in_all) {
        return Ok(gained);
    }
    let oldest = connection
        .prepare_cached(
            "DELETE FROM quarantine WHERE no = (SELECT no FROM quarantine ORDER BY no LIMIT 1)",
        )?
        .execute([])?;
    Ok(gained - i64::try_from(oldest).unwrap_or(i64::MAX))
}

/// Lets go of frames; how many of them there were.
pub(super) fn remove(connection: &Connection, frames: &[FrameKey]) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM quarantine WHERE dev_eui = ?1 AND session = ?2 AND f_cnt = ?3",
    )?;
    let mut removed = 0;
    for key in frames {
        removed += statement.execute(params![device_to_db(key.dev_eui), key.session, key.f_cnt])?;
    }
    Ok(removed)
}

/// The devices of which frames are set aside, the one that was heard last first.
pub(super) fn devices(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<AsideDevice>> {
    let mut statement = connection.prepare_cached(
        "SELECT dev_eui, count(*), min(at), max(at) FROM quarantine GROUP BY dev_eui
         ORDER BY max(no) DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(AsideDevice {
            dev_eui: device_from_db(row.get(0)?),
            frames: rows::from_db(row.get(1)?),
            first_at: Timestamp::from_millis(row.get(2)?),
            last_at: Timestamp::from_millis(row.get(3)?),
        })
    })?;
    rows.collect()
}

/// The frames of a device, or of all where none is told, with a number above `after`, in the order in which
/// they came.
pub(super) fn frames(
    connection: &Connection,
    device: Option<DevEui>,
    after: u64,
    limit: u32,
) -> rusqlite::Result<Vec<RawAside>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM quarantine WHERE (?1 IS NULL OR dev_eui = ?1) AND no > ?2
         ORDER BY no LIMIT ?3"
    ))?;
    let values = params![device.map(device_to_db), rows::to_db(after), limit];
    let found = statement.query_map(values, RawAside::of)?;
    found.collect()
}
