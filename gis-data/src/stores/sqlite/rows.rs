//! Rows of the embedded journal, as the database hands them out.

use rusqlite::Connection;

use crate::stores::rows::{self, Head, RawChange, RawInput};

/// Why something does not read.
pub(super) type Fault = rows::Fault<rusqlite::Error>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl Head {
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
        Ok(head.checked(sum)?)
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
                self.checksum(),
            ])
            .map(|_rows| ())
    }
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
}
