//! What sets a journal apart from every other, so that nodes of two can share a server for messages.

use postgres::Client;
use postgres::error::SqlState;

use super::session::Failure;
use crate::stores::LINEAGE;
use crate::stores::rows::{intact_fact, meta_sum};

/// The database that a journal is in, as far as the server tells.
const DATABASE: &str = "SELECT oid::text FROM pg_database WHERE datname = current_database()";
/// The cluster of databases, which some servers keep to themselves.
const CLUSTER: &str = "SELECT system_identifier::text FROM pg_control_system()";

/// Gives the journal a lineage where it has none, or where it was copied with the database's own tools and
/// has that of another. The caller sees to it that nobody else does so.
pub(super) fn settle(client: &mut Client) -> Result<(), Failure> {
    let place = place(client)?;
    let kept = client.query_opt(
        "SELECT value, sum FROM twin.meta WHERE key = $1",
        &[&LINEAGE],
    )?;
    let kept = match kept {
        Some(row) => Some(intact_fact(LINEAGE, (row.try_get(0)?, row.try_get(1)?))?),
        None => None,
    };
    if kept.is_some_and(|kept| kept.ends_with(&place)) {
        return Ok(());
    }
    let drawn: String = client
        .query_one("SELECT gen_random_uuid()::text", &[])?
        .try_get(0)?;
    let value = format!("{drawn}{place}");
    client.execute(
        "INSERT INTO twin.meta (key, value, sum) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, sum = EXCLUDED.sum",
        &[&LINEAGE, &value, &meta_sum(LINEAGE, &value)],
    )?;
    Ok(())
}

/// Where the database is, as the end of a lineage.
fn place(client: &mut Client) -> Result<String, Failure> {
    let database: String = client.query_one(DATABASE, &[])?.try_get(0)?;
    let cluster: String = match client.query_one(CLUSTER, &[]) {
        Ok(row) => row.try_get(0)?,
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => String::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(format!(" {cluster} {database}"))
}
