//! What is left of levels that are forgotten, as rows in a database.

use std::collections::BTreeMap;

use postgres::{Row, Transaction};

use super::session::Failure;
use crate::stores::digest::{Digested, HourKey, IS_DIGESTED, RawDigest, Sums};

/// What format version 3 adds to version 2: digests, and the times of snapshots.
pub(super) const TABLE: &str = "
    CREATE TABLE twin.digests (
        asset bigint NOT NULL,
        start bigint NOT NULL,
        readings bigint NOT NULL,
        emptyings bigint NOT NULL,
        last_at bigint NOT NULL,
        lowest double precision NOT NULL,
        highest double precision NOT NULL,
        total double precision NOT NULL,
        last double precision NOT NULL,
        sum bigint NOT NULL,
        PRIMARY KEY (asset, start)
    );
    ALTER TABLE twin.snapshots ADD COLUMN at bigint NOT NULL DEFAULT 0;
";

/// The columns of a [`RawDigest`], in this order.
const COLUMNS: &str =
    "asset, start, readings, emptyings, last_at, lowest, highest, total, last, sum";

const PUT: &str = "INSERT INTO twin.digests SELECT * FROM unnest($1::bigint[], $2::bigint[], \
    $3::bigint[], $4::bigint[], $5::bigint[], $6::float8[], $7::float8[], $8::float8[], \
    $9::float8[], $10::bigint[]) \
    ON CONFLICT (asset, start) DO UPDATE SET readings = EXCLUDED.readings, \
    emptyings = EXCLUDED.emptyings, last_at = EXCLUDED.last_at, lowest = EXCLUDED.lowest, \
    highest = EXCLUDED.highest, total = EXCLUDED.total, last = EXCLUDED.last, sum = EXCLUDED.sum";

/// Reads a row of [`COLUMNS`].
pub(super) fn row(row: &Row) -> Result<RawDigest, postgres::Error> {
    Ok(RawDigest {
        key: (row.try_get(0)?, row.try_get(1)?),
        sums: Sums {
            readings: row.try_get(2)?,
            emptyings: row.try_get(3)?,
            last_at: row.try_get(4)?,
            lowest: row.try_get(5)?,
            highest: row.try_get(6)?,
            total: row.try_get(7)?,
            last: row.try_get(8)?,
        },
        sum: row.try_get(9)?,
    })
}

/// The hours of all levels and emptyings up to a public change.
pub(super) fn upto(
    transaction: &mut Transaction<'_>,
    seq: i64,
) -> Result<BTreeMap<HourKey, Sums>, Failure> {
    let sql = format!(
        "SELECT asset, body FROM twin.changes WHERE channel = 0 AND structural = 0 AND seq <= $1
         AND {IS_DIGESTED} ORDER BY seq"
    );
    let mut digested = Digested::default();
    for row in transaction.query(&sql, &[&seq])? {
        let body: &str = row.try_get(1)?;
        let taken = digested.take(row.try_get(0)?, body);
        taken.map_err(|damage| Failure::Row(damage.0))?;
    }
    Ok(digested.hours())
}

/// Adds to what is kept of hours.
pub(super) fn add(
    transaction: &mut Transaction<'_>,
    hours: &BTreeMap<HourKey, Sums>,
) -> Result<(), Failure> {
    let (assets, starts): (Vec<i64>, Vec<i64>) = hours.keys().copied().unzip();
    let sql = format!(
        "SELECT {COLUMNS} FROM twin.digests
         JOIN unnest($1::bigint[], $2::bigint[]) AS told (of_asset, at) ON asset = of_asset AND start = at"
    );
    let mut all = hours.clone();
    for found in transaction.query(&sql, &[&assets, &starts])? {
        let kept = row(&found)?;
        if let Some(sums) = all.get_mut(&kept.key) {
            *sums = kept.sums.and(*sums);
        }
    }
    let number = |of: fn(&Sums) -> i64| all.values().map(of).collect::<Vec<i64>>();
    let level = |of: fn(&Sums) -> f64| all.values().map(of).collect::<Vec<f64>>();
    let sums: Vec<i64> = all.iter().map(|(key, sums)| sums.checksum(*key)).collect();
    transaction.execute(
        PUT,
        &[
            &assets,
            &starts,
            &number(|sums| sums.readings),
            &number(|sums| sums.emptyings),
            &number(|sums| sums.last_at),
            &level(|sums| sums.lowest),
            &level(|sums| sums.highest),
            &level(|sums| sums.total),
            &level(|sums| sums.last),
            &sums,
        ],
    )?;
    Ok(())
}
