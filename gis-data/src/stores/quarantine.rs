//! Frames that are set aside, as rows of the embedded journal.

use rusqlite::{Connection, params};
use twin_core::{DevEui, Timestamp, Uplink};

use super::rows::{self, Fault, check_sum, checksum, decode};
use super::set_aside::{AsideDevice, AsideLimits, Cause, FrameKey, SetAside};

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

/// A row before it is read.
#[derive(Debug)]
struct Raw {
    no: i64,
    dev_eui: i64,
    session: String,
    f_cnt: u32,
    at: i64,
    cause: String,
    why: String,
    body: String,
    sum: i64,
}

impl Raw {
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

    /// The checksum of all but the row's number, which is only given when it is written.
    fn checksum(&self) -> i64 {
        let text = format!("{}{}{}{}", self.session, self.cause, self.why, self.body);
        let lengths = [&self.session, &self.cause, &self.why].map(|text| text.len() as u64);
        let [session, cause, why] = lengths.map(rows::to_db);
        let numbers = [
            self.dev_eui,
            self.f_cnt.into(),
            self.at,
            session,
            cause,
            why,
        ];
        checksum(&numbers, text.as_bytes())
    }

    fn read(&self) -> Result<SetAside, Fault> {
        let what = format!("frame {} of those set aside", self.no);
        check_sum(&what, self.checksum(), self.sum)?;
        let uplink: Uplink = decode(&self.body)
            .map_err(|problem| Fault::Row(format!("{what} does not read: {problem}")))?;
        let cause = Cause::of(&self.cause)
            .ok_or_else(|| Fault::Row(format!("{what} has the cause '{}'", self.cause)))?;
        Ok(SetAside {
            cause,
            why: self.why.clone(),
            uplink,
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
        Raw::of(row)?.read()?;
    }
    Ok(())
}

/// The frames that read, in the order in which they came.
pub(super) fn intact(connection: &Connection) -> Vec<SetAside> {
    let read = || -> rusqlite::Result<Vec<Raw>> {
        let mut statement =
            connection.prepare(&format!("SELECT {COLUMNS} FROM quarantine ORDER BY no"))?;
        let rows = statement.query_map([], Raw::of)?;
        Ok(rows.flatten().collect())
    };
    let rows = read().unwrap_or_default();
    rows.iter().filter_map(|raw| raw.read().ok()).collect()
}

/// Keeps a frame; one that is kept already stays as it is. Returns how many more are kept than before:
/// 1, 0, or where the limits make older ones go, less.
pub(super) fn insert(
    connection: &Connection,
    one: &SetAside,
    body: String,
    (limits, kept): (AsideLimits, u32),
) -> rusqlite::Result<i64> {
    let key = FrameKey::of(&one.uplink);
    let mut raw = Raw {
        no: 0,
        dev_eui: to_db(key.dev_eui),
        session: key.session.into(),
        f_cnt: key.f_cnt,
        at: one.uplink.received_at.as_millis(),
        cause: one.cause.name().to_owned(),
        why: one.why.clone(),
        body,
        sum: 0,
    };
    raw.sum = raw.checksum();
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
        removed += statement.execute(params![to_db(key.dev_eui), key.session, key.f_cnt])?;
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
            dev_eui: from_db(row.get(0)?),
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
) -> Result<Vec<(u64, SetAside)>, Fault> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM quarantine WHERE (?1 IS NULL OR dev_eui = ?1) AND no > ?2
         ORDER BY no LIMIT ?3"
    ))?;
    let values = params![device.map(to_db), rows::to_db(after), limit];
    let found = statement.query_map(values, Raw::of)?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let read = |raw: &Raw| Ok((rows::from_db(raw.no), raw.read()?));
    found.iter().map(read).collect()
}

/// SQLite's integers are signed: the same 64 bits.
const fn to_db(dev_eui: DevEui) -> i64 {
    dev_eui.0.cast_signed()
}

const fn from_db(number: i64) -> DevEui {
    DevEui(number.cast_unsigned())
}
