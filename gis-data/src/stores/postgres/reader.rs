//! The readers' side of a journal in a database.

use postgres::Row;
use twin_core::{AssetId, Channel, DevEui, Timestamp};

use super::address::PostgresAddress;
use super::commit::READ_HEAD;
use super::digests;
use super::session::{Fault, Lane, Role, Value};
use crate::stores::Checkpoint;
use crate::stores::digest::RawDigest;
use crate::stores::error::{StoreError, StoreResult};
use crate::stores::reading::{Fact, RowSource};
use crate::stores::rows::{
    Head, RawAside, RawChange, RawInput, channel_code, device_from_db, device_to_db, from_db,
};
use crate::stores::set_aside::AsideDevice;

/// A reader of a journal in a database.
#[derive(Debug)]
pub struct PostgresReader {
    address: PostgresAddress,
    lane: Lane,
}

impl PostgresReader {
    /// Opens a journal to read, on whichever node.
    ///
    /// # Errors
    /// Where the server cannot be reached, and where there is no journal or one of a newer format.
    pub fn open(address: &PostgresAddress) -> StoreResult<Self> {
        Self::with_role(address, Role::Reader)
    }

    /// Opens a journal to read it as it is at this moment, whatever is written meanwhile.
    pub(in crate::stores) fn of_one_moment(address: &PostgresAddress) -> StoreResult<Self> {
        Self::with_role(address, Role::Moment)
    }

    fn with_role(address: &PostgresAddress, role: Role) -> StoreResult<Self> {
        let lane = Lane::start(address, role)?;
        lane.run(|session| super::check_version(session.client()?))
            .map_err(|failure| failure.told("open", address.name(), 0))?;
        Ok(Self {
            address: address.clone(),
            lane,
        })
    }
}

impl RowSource for PostgresReader {
    type Error = super::session::Failure;

    fn error(&self, fault: Fault, last_intact: u64) -> StoreError {
        super::told(fault, &self.address, last_intact)
    }

    fn head(&self) -> Result<Head, Fault> {
        let mut rows = self.lane.rows(READ_HEAD, Vec::new(), head_of)?;
        let (head, sum) = rows
            .pop()
            .ok_or_else(|| Fault::Row("the note of its end is missing".to_owned()))?;
        Ok(head.checked(sum)?)
    }

    fn changes(&self, channel: Channel, after: i64, limit: u32) -> Result<Vec<RawChange>, Fault> {
        let sql = "SELECT channel, seq, input, at, asset, structural, body, sum \
                   FROM twin.changes WHERE channel = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let values: Vec<Value> = vec![
            Box::new(channel_code(channel)),
            Box::new(after),
            Box::new(i64::from(limit)),
        ];
        self.lane.rows(sql, values, change_of)
    }

    fn structural(&self) -> Result<Vec<RawChange>, Fault> {
        let sql = "SELECT channel, seq, input, at, asset, structural, body, sum \
                   FROM twin.changes WHERE structural = 1 ORDER BY input, channel, seq";
        self.lane.rows(sql, Vec::new(), change_of)
    }

    fn of_asset(
        &self,
        asset: &AssetId,
        from: Timestamp,
        limit: u32,
    ) -> Result<Vec<RawChange>, Fault> {
        let sql = "SELECT channel, seq, input, at, asset, structural, body, sum \
                   FROM twin.changes WHERE asset = (SELECT no FROM twin.assets WHERE id = $1) \
                   AND at >= $2 AND channel = 0 ORDER BY at, seq LIMIT $3";
        let values: Vec<Value> = vec![
            Box::new(asset.to_string()),
            Box::new(from.as_millis()),
            Box::new(i64::from(limit)),
        ];
        self.lane.rows(sql, values, change_of)
    }

    fn inputs(&self, after: i64, limit: u32) -> Result<Vec<RawInput>, Fault> {
        let sql = "SELECT no, at, changes, body, sum FROM twin.inputs WHERE no > $1 \
                   ORDER BY no LIMIT $2";
        let values: Vec<Value> = vec![Box::new(after), Box::new(i64::from(limit))];
        self.lane.rows(sql, values, |row| {
            Ok(RawInput {
                no: row.try_get(0)?,
                at: row.try_get(1)?,
                changes: row.try_get(2)?,
                body: row.try_get(3)?,
                sum: row.try_get(4)?,
            })
        })
    }

    fn snapshots(&self, at: Timestamp, limit: u32) -> Result<Vec<(String, i64)>, Fault> {
        let sql = "SELECT body, sum FROM twin.snapshots WHERE at <= $1 \
                   ORDER BY public_seq DESC LIMIT $2";
        let values: Vec<Value> = vec![Box::new(at.as_millis()), Box::new(i64::from(limit))];
        self.lane
            .rows(sql, values, |row| Ok((row.try_get(0)?, row.try_get(1)?)))
    }

    fn digests(
        &self,
        asset: &AssetId,
        from: Timestamp,
        limit: u32,
    ) -> Result<Vec<RawDigest>, Fault> {
        let sql = "SELECT asset, start, readings, emptyings, last_at, lowest, highest, total, last, \
                   sum FROM twin.digests \
                   WHERE asset = (SELECT no FROM twin.assets WHERE id = $1) AND start >= $2 \
                   ORDER BY start LIMIT $3";
        let values: Vec<Value> = vec![
            Box::new(asset.to_string()),
            Box::new(from.as_millis()),
            Box::new(i64::from(limit)),
        ];
        self.lane.rows(sql, values, digests::row)
    }

    fn digested(&self) -> Result<Vec<String>, Fault> {
        let sql = "SELECT id FROM twin.assets WHERE no IN (SELECT asset FROM twin.digests) \
                   ORDER BY no";
        self.lane.rows(sql, Vec::new(), |row| row.try_get(0))
    }

    fn fact(&self, key: &str) -> Result<Option<(String, i64)>, Fault> {
        let sql = "SELECT value, sum FROM twin.meta WHERE key = $1";
        let mut rows = self.lane.rows(sql, vec![Box::new(key.to_owned())], |row| {
            Ok((row.try_get(0)?, row.try_get(1)?))
        })?;
        Ok(rows.pop())
    }

    fn facts(&self) -> Result<Vec<Fact>, Fault> {
        let sql = "SELECT key, value, sum FROM twin.meta ORDER BY key";
        self.lane.rows(sql, Vec::new(), |row| {
            Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
        })
    }

    fn checkpoints(&self) -> Result<Vec<(Checkpoint, i64)>, Fault> {
        let sql = "SELECT name, at, body, sum FROM twin.checkpoints ORDER BY name";
        self.lane.rows(sql, Vec::new(), checkpoint_of)
    }

    fn checkpoint(&self, name: &str) -> Result<Option<(Checkpoint, i64)>, Fault> {
        let sql = "SELECT name, at, body, sum FROM twin.checkpoints WHERE name = $1";
        let mut rows = self
            .lane
            .rows(sql, vec![Box::new(name.to_owned())], |row| {
                let checkpoint = Checkpoint {
                    name: row.try_get(0)?,
                    at: Timestamp::from_millis(row.try_get(1)?),
                    body: row.try_get(2)?,
                };
                Ok((checkpoint, row.try_get(3)?))
            })?;
        Ok(rows.pop())
    }

    fn aside_devices(&self, limit: u32) -> Result<Vec<AsideDevice>, Fault> {
        let sql = "SELECT dev_eui, count(*), min(at), max(at) FROM twin.quarantine \
                   GROUP BY dev_eui ORDER BY max(no) DESC LIMIT $1";
        self.lane
            .rows(sql, vec![Box::new(i64::from(limit))], |row| {
                Ok(AsideDevice {
                    dev_eui: device_from_db(row.try_get(0)?),
                    frames: from_db(row.try_get(1)?),
                    first_at: Timestamp::from_millis(row.try_get(2)?),
                    last_at: Timestamp::from_millis(row.try_get(3)?),
                })
            })
    }

    fn aside(
        &self,
        device: Option<DevEui>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<RawAside>, Fault> {
        let sql = "SELECT no, dev_eui, session, f_cnt, at, cause, why, body, sum \
                   FROM twin.quarantine WHERE ($1::bigint IS NULL OR dev_eui = $1) AND no > $2 \
                   ORDER BY no LIMIT $3";
        let values: Vec<Value> = vec![
            Box::new(device.map(device_to_db)),
            Box::new(crate::stores::rows::to_db(after)),
            Box::new(i64::from(limit)),
        ];
        self.lane.rows(sql, values, aside_of)
    }
}

/// Reads a row of the head's numbers and their checksum.
pub(super) fn head_of(row: &Row) -> Result<(Head, i64), postgres::Error> {
    let head = Head {
        public_seq: row.try_get(0)?,
        restricted_seq: row.try_get(1)?,
        input: row.try_get(2)?,
        structural: row.try_get(3)?,
        forgotten: row.try_get(4)?,
        forgotten_input: row.try_get(5)?,
        at: row.try_get(6)?,
    };
    Ok((head, row.try_get(7)?))
}

fn checkpoint_of(row: &Row) -> Result<(Checkpoint, i64), postgres::Error> {
    let checkpoint = Checkpoint {
        name: row.try_get(0)?,
        at: Timestamp::from_millis(row.try_get(1)?),
        body: row.try_get(2)?,
    };
    Ok((checkpoint, row.try_get(3)?))
}

fn change_of(row: &Row) -> Result<RawChange, postgres::Error> {
    Ok(RawChange {
        channel: row.try_get(0)?,
        seq: row.try_get(1)?,
        input: row.try_get(2)?,
        at: row.try_get(3)?,
        asset: row.try_get(4)?,
        structural: row.try_get(5)?,
        body: row.try_get(6)?,
        sum: row.try_get(7)?,
    })
}

/// What is no text, or no counter, shows by its checksum.
fn aside_of(row: &Row) -> Result<RawAside, postgres::Error> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(RawAside {
        no: row.try_get(0)?,
        dev_eui: row.try_get(1)?,
        session: text(row.try_get(2)?),
        f_cnt: u32::try_from(row.try_get::<_, i64>(3)?).unwrap_or(u32::MAX),
        at: row.try_get(4)?,
        cause: row.try_get(5)?,
        why: text(row.try_get(6)?),
        body: row.try_get(7)?,
        sum: row.try_get(8)?,
    })
}
