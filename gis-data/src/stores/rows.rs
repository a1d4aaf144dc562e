//! How journal rows are written and read: JSON with a checksum, so that damage shows.

use serde::Serialize;
use serde::de::DeserializeOwned;
use twin_core::{Channel, Effect, Timestamp};

use super::error::{StoreError, StoreResult};

/// The tables, as of format version 1.
pub(super) const SCHEMA: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE assets (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
    CREATE TABLE inputs (
        no INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        body TEXT NOT NULL,
        sum INTEGER NOT NULL
    );
    CREATE TABLE changes (
        channel INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        input INTEGER NOT NULL,
        at INTEGER NOT NULL,
        asset INTEGER NOT NULL,
        structural INTEGER NOT NULL,
        body TEXT NOT NULL,
        sum INTEGER NOT NULL,
        PRIMARY KEY (channel, seq)
    ) WITHOUT ROWID;
    CREATE INDEX changes_of_asset ON changes (asset, at, seq);
    CREATE INDEX changes_structural ON changes (input, channel, seq) WHERE structural = 1;
    CREATE TABLE snapshots (
        public_seq INTEGER PRIMARY KEY,
        body TEXT NOT NULL,
        sum INTEGER NOT NULL
    );
    CREATE TABLE checkpoints (
        name TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        body BLOB NOT NULL,
        sum INTEGER NOT NULL
    ) WITHOUT ROWID;
";

/// The format version that this code writes.
pub(super) const VERSION: i64 = 1;

/// Marks the file as a journal of the twin ("Twin" in ASCII).
pub(super) const APPLICATION_ID: i64 = 0x5477_696e;

/// A stored change before it is read.
#[derive(Debug)]
pub(super) struct RawChange {
    pub(super) channel: Channel,
    pub(super) seq: u64,
    pub(super) at: i64,
    pub(super) body: String,
    pub(super) sum: i64,
}

impl RawChange {
    /// The change, or in words what is wrong with the row.
    pub(super) fn read(&self) -> Result<twin_core::Change, String> {
        let seq = self.seq;
        if checksum(&self.body, seq, self.at) != self.sum {
            return Err(format!("change {seq} does not match its checksum"));
        }
        let effect: Effect = serde_json::from_str(&self.body)
            .map_err(|error| format!("change {seq} does not read: {error}"))?;
        Ok(twin_core::Change {
            seq,
            channel: self.channel,
            at: Timestamp::from_millis(self.at),
            effect,
        })
    }
}

/// Reads a row that has the columns `channel`, `seq`, `at`, `body` and `sum`.
pub(super) fn raw_change(row: &rusqlite::Row<'_>) -> rusqlite::Result<RawChange> {
    Ok(RawChange {
        channel: channel_of(row.get("channel")?),
        seq: from_db(row.get("seq")?),
        at: row.get("at")?,
        body: row.get("body")?,
        sum: row.get("sum")?,
    })
}

pub(super) const fn channel_code(channel: Channel) -> i64 {
    match channel {
        Channel::Public => 0,
        Channel::Restricted => 1,
    }
}

pub(super) const fn channel_of(code: i64) -> Channel {
    if code == 0 {
        Channel::Public
    } else {
        Channel::Restricted
    }
}

/// CRC-32 of a row's text with its number and time, so that a row in the wrong place shows too.
pub(super) fn checksum(body: &str, number: u64, at: i64) -> i64 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&number.to_le_bytes());
    hasher.update(&at.to_le_bytes());
    hasher.update(body.as_bytes());
    hasher.finalize().into()
}

pub(super) fn encode<T: Serialize>(what: &'static str, value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|source| StoreError::Encode { what, source })
}

pub(super) fn decode<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    serde_json::from_str(body).map_err(|error| error.to_string())
}

/// SQLite's integers are signed; sequence numbers never come near the sign.
pub(super) fn to_db(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn from_db(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
