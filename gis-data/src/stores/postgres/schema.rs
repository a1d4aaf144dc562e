//! The tables in a database, and how those of earlier versions become them.

use postgres::{GenericClient, Transaction};

use super::session::Failure;

/// The format version that this code writes.
pub(super) const VERSION: i64 = 3;

/// Each format version, and what makes a journal of the one before it one of it; the first makes one of
/// nothing.
const MIGRATIONS: [(i64, &str); 3] = [(1, TABLES), (2, PLACES), (3, super::digests::TABLE)];

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

/// Where assets are, for whoever looks into the database with other programs: GIS and reports.
const PLACES: &str = "
    ALTER TABLE twin.format ADD COLUMN has_places boolean NOT NULL DEFAULT false;
    CREATE TABLE twin.places (
        asset bigint PRIMARY KEY REFERENCES twin.assets (no),
        kind text NOT NULL,
        place geometry(Point, 4326) NOT NULL
    );
    CREATE INDEX places_by_place ON twin.places USING gist (place);
    CREATE INDEX places_by_kind ON twin.places (kind);
    CREATE VIEW twin.container_levels AS
        SELECT asset.no AS no, asset.id AS id, places.place AS place,
            (told.body::jsonb #>> '{container-measured,fill}')::double precision AS fill,
            (told.body::jsonb #>> '{container-measured,observed_at}')::timestamptz AS observed_at
        FROM twin.places JOIN twin.assets AS asset ON asset.no = places.asset
        LEFT JOIN LATERAL (
            SELECT body FROM twin.changes
            WHERE changes.asset = places.asset AND channel = 0
                AND body LIKE '{\"container-measured\"%'
            ORDER BY at DESC, seq DESC LIMIT 1
        ) AS told ON true
        WHERE places.kind = 'container';
    COMMENT ON VIEW twin.container_levels IS
        'Containers, and the level (0 to 1) that each was measured at last, as far as the journal keeps it';
";

/// Makes the tables of an empty database, and brings those of an earlier version up to date. The caller sees
/// to it that nobody writes.
///
/// # Errors
/// Where the tables are of a newer version.
pub(super) fn migrate(transaction: &mut Transaction<'_>) -> Result<(), Failure> {
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
    if found < VERSION {
        add_postgis(transaction)?;
    }
    for (version, step) in MIGRATIONS.iter().filter(|(version, _)| *version > found) {
        transaction.batch_execute(step)?;
        transaction.execute("UPDATE twin.format SET version = $1", &[version])?;
    }
    Ok(())
}

/// Adds the extension where an administrator has not done it; that takes the right to.
fn add_postgis(transaction: &mut Transaction<'_>) -> Result<(), Failure> {
    let is_there = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis')";
    if transaction.query_one(is_there, &[])?.try_get(0)? {
        return Ok(());
    }
    transaction
        .batch_execute("CREATE EXTENSION postgis SCHEMA public")
        .map_err(Failure::NoPostgis)
}

/// The version of the tables that there are; 0 where there are none.
pub(super) fn version(client: &mut impl GenericClient) -> Result<i64, Failure> {
    let is_there = "SELECT to_regclass('twin.format') IS NOT NULL";
    if !client.query_one(is_there, &[])?.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    let row = client.query_one("SELECT version FROM twin.format", &[])?;
    Ok(row.try_get(0)?)
}
