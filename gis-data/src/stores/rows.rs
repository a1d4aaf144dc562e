//! How journal rows are written and read: JSON with a checksum over the whole row, so that damage
//! shows wherever it strikes.

use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use twin_core::{Change, Channel, Effect, Timestamp};

use super::error::{StoreError, StoreResult};

/// The tables, as of format version 1.
pub(super) const SCHEMA: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT NULL)
        WITHOUT ROWID;
    CREATE TABLE head (
        id INTEGER PRIMARY KEY,
        public_seq INTEGER NOT NULL,
        restricted_seq INTEGER NOT NULL,
        input INTEGER NOT NULL,
        structural INTEGER NOT NULL,
        forgotten INTEGER NOT NULL,
        forgotten_input INTEGER NOT NULL,
        at INTEGER NOT NULL,
        sum INTEGER NOT NULL
    );
    CREATE TABLE assets (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
    CREATE TABLE inputs (
        no INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        changes INTEGER NOT NULL,
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

/// Each later format version, and what makes a journal of the one before it one of it.
pub(super) const MIGRATIONS: [(i64, &str); 1] = [(VERSION, super::quarantine::TABLE)];

/// The format version that this code writes.
pub(super) const VERSION: i64 = 2;

/// Marks the file as a journal of the twin ("Twin" in ASCII).
pub(super) const APPLICATION_ID: i64 = 0x5477_696e;

/// Why something does not read: the database says so, or a row does not hold together.
#[derive(Debug)]
pub(super) enum Fault {
    Database(rusqlite::Error),
    Row(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Row(problem) => f.write_str(problem),
        }
    }
}

/// Where the journal ends and what was forgotten of it. Written with every batch, so that an end
/// that is missing shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Number of the last public change.
    pub(super) public_seq: i64,
    /// Number of the last restricted change.
    pub(super) restricted_seq: i64,
    /// Number of the last input.
    pub(super) input: i64,
    /// How many changes of what exists there are, in both channels.
    pub(super) structural: i64,
    /// Number of the last public change that was forgotten.
    pub(super) forgotten: i64,
    /// Inputs up to this one may be missing because they were forgotten.
    pub(super) forgotten_input: i64,
    /// The latest time of anything in the journal, in milliseconds since 1970.
    pub(super) at: i64,
}

impl Head {
    /// The head of a journal in which nothing is.
    pub(super) const EMPTY: Self = Self {
        public_seq: 0,
        restricted_seq: 0,
        input: 0,
        structural: 0,
        forgotten: 0,
        forgotten_input: 0,
        at: Timestamp::MIN.as_millis(),
    };

    const fn numbers(&self) -> [i64; 7] {
        [
            self.public_seq,
            self.restricted_seq,
            self.input,
            self.structural,
            self.forgotten,
            self.forgotten_input,
            self.at,
        ]
    }

    /// The last number of a channel.
    pub(super) const fn seq(&self, channel: Channel) -> i64 {
        match channel {
            Channel::Public => self.public_seq,
            Channel::Restricted => self.restricted_seq,
        }
    }

    pub(super) fn read(connection: &Connection) -> Result<Self, Fault> {
        let mut statement = connection.prepare_cached(
            "SELECT public_seq, restricted_seq, input, structural, forgotten, forgotten_input, at,
             sum FROM head WHERE id = 0",
        )?;
        let read = |row: &rusqlite::Row<'_>| {
            let head = Self {
                public_seq: row.get(0)?,
                restricted_seq: row.get(1)?,
                input: row.get(2)?,
                structural: row.get(3)?,
                forgotten: row.get(4)?,
                forgotten_input: row.get(5)?,
                at: row.get(6)?,
            };
            Ok((head, row.get::<_, i64>(7)?))
        };
        let (head, sum) = statement.query_row([], read)?;
        if checksum(&head.numbers(), b"") == sum {
            Ok(head)
        } else {
            Err(Fault::Row(
                "the note of its end does not match its checksum".to_owned(),
            ))
        }
    }

    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let [
            public,
            restricted,
            input,
            structural,
            forgotten,
            forgotten_input,
            at,
        ] = self.numbers();
        let sum = checksum(&self.numbers(), b"");
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO head VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute([
                public,
                restricted,
                input,
                structural,
                forgotten,
                forgotten_input,
                at,
                sum,
            ])
            .map(|_rows| ())
    }
}

/// The columns that [`RawChange::of`] reads.
pub(super) const CHANGE_COLUMNS: &str = "channel, seq, input, at, asset, structural, body, sum";

/// A stored change before it is read.
#[derive(Debug)]
pub(super) struct RawChange {
    pub(super) channel: i64,
    pub(super) seq: i64,
    pub(super) input: i64,
    pub(super) at: i64,
    pub(super) asset: i64,
    pub(super) structural: i64,
    pub(super) body: String,
    pub(super) sum: i64,
}

impl RawChange {
    /// Reads a row of [`CHANGE_COLUMNS`].
    pub(super) fn of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            channel: row.get(0)?,
            seq: row.get(1)?,
            input: row.get(2)?,
            at: row.get(3)?,
            asset: row.get(4)?,
            structural: row.get(5)?,
            body: row.get(6)?,
            sum: row.get(7)?,
        })
    }

    pub(super) fn checksum(&self) -> i64 {
        let numbers = [
            self.channel,
            self.seq,
            self.input,
            self.at,
            self.asset,
            self.structural,
        ];
        checksum(&numbers, self.body.as_bytes())
    }

    /// Refuses a row that is not as it was written.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.checksum() == self.sum && channel_of(self.channel).is_some() {
            return Ok(());
        }
        let problem = format!("change {} does not match its checksum", self.seq);
        Err(Fault::Row(problem))
    }

    /// The change, where the row is intact.
    pub(super) fn read(&self) -> Result<Change, Fault> {
        self.check()?;
        let seq = self.seq;
        let effect: Effect = decode(&self.body)
            .map_err(|problem| Fault::Row(format!("change {seq} does not read: {problem}")))?;
        Ok(Change {
            seq: from_db(seq),
            channel: channel_of(self.channel).unwrap_or(Channel::Restricted),
            at: Timestamp::from_millis(self.at),
            effect,
        })
    }
}

/// Insists on a checksum.
pub(super) fn check_sum(what: &str, expected: i64, found: i64) -> Result<(), Fault> {
    if expected == found {
        Ok(())
    } else {
        Err(Fault::Row(format!("{what} does not match its checksum")))
    }
}

pub(super) const fn channel_code(channel: Channel) -> i64 {
    match channel {
        Channel::Public => 0,
        Channel::Restricted => 1,
    }
}

pub(super) const fn channel_of(code: i64) -> Option<Channel> {
    match code {
        0 => Some(Channel::Public),
        1 => Some(Channel::Restricted),
        _ => None,
    }
}

/// CRC-32 of a row's numbers and text, so that a row in the wrong place shows too.
pub(super) fn checksum(numbers: &[i64], body: &[u8]) -> i64 {
    let mut hasher = crc32fast::Hasher::new();
    for number in numbers {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(body);
    hasher.finalize().into()
}

/// A stored input before it is read.
#[derive(Debug)]
pub(super) struct RawInput {
    pub(super) no: i64,
    pub(super) at: i64,
    /// How many changes it made.
    pub(super) changes: i64,
    pub(super) body: String,
    pub(super) sum: i64,
}

impl RawInput {
    /// Reads a row of `no`, `at`, `changes`, `body` and `sum`.
    pub(super) fn of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            no: row.get(0)?,
            at: row.get(1)?,
            changes: row.get(2)?,
            body: row.get(3)?,
            sum: row.get(4)?,
        })
    }

    pub(super) fn checksum(&self) -> i64 {
        checksum(&[self.no, self.at, self.changes], self.body.as_bytes())
    }

    /// Refuses a row that is not as it was written.
    pub(super) fn check(&self) -> Result<(), Fault> {
        check_sum(&format!("input {}", self.no), self.checksum(), self.sum)
    }
}

/// CRC-32 of a fact about the journal.
pub(super) fn meta_sum(key: &str, value: &str) -> i64 {
    let length = i64::try_from(key.len()).unwrap_or(i64::MAX);
    checksum(&[length], format!("{key}{value}").as_bytes())
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
