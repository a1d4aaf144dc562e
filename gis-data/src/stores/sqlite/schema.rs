//! The tables of the embedded journal, and how those of earlier versions become them.

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
pub(super) const MIGRATIONS: [(i64, &str); 2] = [
    (2, super::quarantine::TABLE),
    (VERSION, super::digests::TABLE),
];

/// The format version that this code writes.
pub(super) const VERSION: i64 = 3;

/// Marks the file as a journal of the twin ("Twin" in ASCII).
pub(super) const APPLICATION_ID: i64 = 0x5477_696e;
