//! The tables in a database, and how those of earlier versions become them.

use postgres::Transaction;

use super::session::Failure;

/// The format version that this code writes.
pub(super) const VERSION: i64 = 1;

/// Each format version, and what makes a journal of the one before it one of it; the first makes one of
/// nothing.
const MIGRATIONS: [(i64, &str); 1] = [(1, TABLES)];

/// Held while tables are made or changed, so that of several nodes that start at once one does it.
const MIGRATING: i64 = 0x5477_696e_0001;

/// Texts that may hold any character are kept as bytes: the database takes no zero.
const TABLES: &str = "
    CREATE TABLE twin.meta (key text PRIMARY KEY, value text NOT NULL, sum bigint NOT NULL);
    CREATE TABLE twin.head (
        id integer PRIMARY KEY,
        epoch bigint NOT NULL,
        public_seq bigint NOT NULL,
        restricted_seq bigint NOT NULL,
        input bigint NOT NULL,
        structural bigint NOT NULL,
        forgotten bigint NOT NULL,
        forgotten_input bigint NOT NULL,
        at bigint NOT NULL,
        sum bigint NOT NULL
    );
    CREATE TABLE twin.assets (
        no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE
    );
    CREATE TABLE twin.inputs (
        no bigint PRIMARY KEY,
        at bigint NOT NULL,
        changes bigint NOT NULL,
        body text NOT NULL,
        sum bigint NOT NULL
    );
    CREATE TABLE twin.changes (
        channel bigint NOT NULL,
        seq bigint NOT NULL,
        input bigint NOT NULL,
        at bigint NOT NULL,
        asset bigint NOT NULL,
        structural bigint NOT NULL,
        body text NOT NULL,
        sum bigint NOT NULL,
        PRIMARY KEY (channel, seq)
    );
    CREATE INDEX changes_of_asset ON twin.changes (asset, at, seq);
    CREATE INDEX changes_structural ON twin.changes (input, channel, seq) WHERE structural = 1;
    CREATE TABLE twin.snapshots (
        public_seq bigint PRIMARY KEY,
        body text NOT NULL,
        sum bigint NOT NULL
    );
    CREATE TABLE twin.checkpoints (
        name text PRIMARY KEY,
        at bigint NOT NULL,
        body bytea NOT NULL,
        sum bigint NOT NULL
    );
    CREATE TABLE twin.quarantine (
        no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        dev_eui bigint NOT NULL,
        session bytea NOT NULL,
        f_cnt bigint NOT NULL,
        at bigint NOT NULL,
        cause text NOT NULL,
        why bytea NOT NULL,
        body text NOT NULL,
        sum bigint NOT NULL,
        UNIQUE (dev_eui, session, f_cnt)
    );
    CREATE INDEX quarantine_of_device ON twin.quarantine (dev_eui, no);
";

/// Makes the tables of an empty database, and brings those of an earlier version up to date.
///
/// # Errors
/// Where the tables are of a newer version.
pub(super) fn migrate(transaction: &mut Transaction<'_>) -> Result<(), Failure> {
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])?;
    let found = version(transaction)?;
    if found > VERSION {
        return Err(Failure::TooNew { found });
    }
    if found == 0 {
        transaction.batch_execute(
            "CREATE SCHEMA IF NOT EXISTS twin;
             CREATE TABLE twin.format (version bigint NOT NULL);
             INSERT INTO twin.format VALUES (0);",
        )?;
    }
    for (version, step) in MIGRATIONS.iter().filter(|(version, _)| *version > found) {
        transaction.batch_execute(step)?;
        transaction.execute("UPDATE twin.format SET version = $1", &[version])?;
    }
    Ok(())
}

/// The version of the tables that there are; 0 where there are none.
pub(super) fn version(transaction: &mut Transaction<'_>) -> Result<i64, Failure> {
    let is_there = "SELECT to_regclass('twin.format') IS NOT NULL";
    if !transaction
        .query_one(is_there, &[])?
        .try_get::<_, bool>(0)?
    {
        return Ok(0);
    }
    let row = transaction.query_one("SELECT version FROM twin.format", &[])?;
    Ok(row.try_get(0)?)
}
