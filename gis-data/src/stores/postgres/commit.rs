//! A batch as one transaction, and what is forgotten as another.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::thread;
use std::time::{Duration, Instant};

use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};
use postgres::{Client, Row, Statement, Transaction};
use twin_core::{AssetId, LonLat};

use super::digests;
use super::reader::head_of;
use super::session::{Failure, Session};
use super::watch::news;
use crate::stores::rows::{Head, RawAside, RawChange, RawInput};
use crate::stores::set_aside::AsideLimits;
use crate::stores::{Checkpoint, SNAPSHOTS_KEPT};

/// The channel by whose name readers on other nodes wait for news.
pub(super) const NEWS: &str = "twin_news";

/// How long a server may be away in the middle of a commit until that is told as a failure.
const OUTAGE: Duration = Duration::from_secs(10);

/// The head as [`head_of`] reads it.
pub(super) const READ_HEAD: &str = "SELECT public_seq, restricted_seq, input, structural, forgotten, \
    forgotten_input, at, sum FROM twin.head WHERE id = 0";
/// Nothing is written where another has become the writer, or where the journal ends elsewhere than its
/// writer believes.
const MOVE_HEAD: &str = "UPDATE twin.head SET public_seq = $1, restricted_seq = $2, input = $3, \
    structural = $4, forgotten = $5, forgotten_input = $6, at = $7, sum = $8 \
    WHERE id = 0 AND epoch = $9 AND sum = $10 AND input = $11";
const COPY_INPUTS: &str =
    "COPY twin.inputs (no, at, changes, body, sum) FROM STDIN (FORMAT binary)";
const COPY_CHANGES: &str = "COPY twin.changes (channel, seq, input, at, asset, structural, body, \
    sum) FROM STDIN (FORMAT binary)";
const NAME_ASSETS: &str =
    "INSERT INTO twin.assets (id) SELECT unnest($1::text[]) ON CONFLICT (id) DO NOTHING";
const FIND_ASSETS: &str = "SELECT id, no FROM twin.assets WHERE id = ANY($1::text[])";
const PLACE_ASSETS: &str = "INSERT INTO twin.places (asset, kind, place) \
    SELECT no, kind, ST_SetSRID(ST_MakePoint(lon, lat), 4326) \
    FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[]) AS told (id, kind, lon, lat) \
    JOIN twin.assets USING (id) \
    ON CONFLICT (asset) DO UPDATE SET place = EXCLUDED.place";
const UNPLACE_ASSETS: &str = "DELETE FROM twin.places USING twin.assets \
    WHERE assets.no = places.asset AND assets.id = ANY($1::text[])";
const KEEP_CHECKPOINT: &str = "INSERT INTO twin.checkpoints (name, at, body, sum) \
    VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE \
    SET at = EXCLUDED.at, body = EXCLUDED.body, sum = EXCLUDED.sum";
const SET_ASIDE: &str = "INSERT INTO twin.quarantine \
    (dev_eui, session, f_cnt, at, cause, why, body, sum) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
const FORGET_OF_DEVICE: &str = "DELETE FROM twin.quarantine WHERE no IN \
    (SELECT no FROM twin.quarantine WHERE dev_eui = $1 ORDER BY no DESC OFFSET $2)";
const FORGET_OLDEST: &str = "DELETE FROM twin.quarantine WHERE no IN \
    (SELECT no FROM twin.quarantine ORDER BY no LIMIT $1)";

/// The rows of a batch.
#[derive(Debug)]
pub(super) struct Rows {
    before: Head,
    /// Where the journal ends with them.
    pub(super) head: Head,
    pub(super) inputs: Vec<RawInput>,
    /// Changes with what they are about.
    pub(super) changes: Vec<(AssetId, RawChange)>,
    /// Where assets are now; `None`: nowhere.
    pub(super) places: BTreeMap<AssetId, Option<LonLat>>,
    /// States with their checksums.
    pub(super) checkpoints: Vec<(Checkpoint, i64)>,
    pub(super) aside: Vec<RawAside>,
}

impl Rows {
    /// None yet, of a journal that ends there.
    pub(super) const fn after(head: Head) -> Self {
        Self {
            before: head,
            head,
            inputs: Vec::new(),
            changes: Vec::new(),
            places: BTreeMap::new(),
            checkpoints: Vec::new(),
            aside: Vec::new(),
        }
    }
}

/// What a writer knows of the rows there are.
#[derive(Debug)]
pub(super) struct Numbered {
    /// The numbers that stand for assets.
    pub(super) assets: HashMap<AssetId, i64>,
    /// How many frames are set aside.
    pub(super) aside: u32,
}

/// Writes the rows of a batch, all or nothing, and returns once they are safe on the server's disk.
pub(super) fn commit(
    session: &mut Session,
    mut known: Numbered,
    mut rows: Rows,
    limits: AsideLimits,
) -> Result<Numbered, Failure> {
    session.beat();
    let lost = match write(session, &mut known, &mut rows, limits) {
        Err(failure) if failure.is_lost() => failure,
        written => return written.map(|()| known),
    };
    // The server may have committed before its answer was lost.
    let found = head_after_loss(session)?;
    if found == rows.head && found != rows.before {
        Ok(known)
    } else {
        Err(lost)
    }
}

/// Where the journal ends, asked for until the server answers again, or for so long that somebody should look.
fn head_after_loss(session: &mut Session) -> Result<Head, Failure> {
    let end = Instant::now() + OUTAGE;
    loop {
        session.hang_up();
        let found = session.client().and_then(head);
        let may_pass = |failure: &Failure| {
            matches!(failure, Failure::Unreachable(_) | Failure::Held) || failure.is_lost()
        };
        if !found.as_ref().is_err_and(may_pass) || Instant::now() > end {
            return found;
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// Where the journal ends by its own note.
pub(super) fn head(client: &mut Client) -> Result<Head, Failure> {
    let row = client.query_opt(READ_HEAD, &[])?;
    let row = row.ok_or_else(|| Failure::Row("the note of its end is missing".to_owned()))?;
    let (head, sum) = head_of(&row)?;
    Ok(head.checked(sum)?)
}

/// The statements of every commit.
struct Statements {
    move_head: Statement,
    inputs: Statement,
    changes: Statement,
}

fn write(
    session: &mut Session,
    known: &mut Numbered,
    rows: &mut Rows,
    limits: AsideLimits,
) -> Result<(), Failure> {
    let statements = Statements {
        move_head: session.prepared(MOVE_HEAD)?.1,
        inputs: session.prepared(COPY_INPUTS)?.1,
        changes: session.prepared(COPY_CHANGES)?.1,
    };
    let epoch = session.epoch();
    let mut transaction = session.client()?.transaction()?;
    move_head(
        &mut transaction,
        &statements.move_head,
        epoch,
        (rows.before, rows.head),
    )?;
    if !rows.inputs.is_empty() {
        copy_inputs(&mut transaction, &statements.inputs, &rows.inputs)?;
        name_assets(&mut transaction, &mut known.assets, &rows.changes)?;
        copy_changes(
            &mut transaction,
            &statements.changes,
            &known.assets,
            &mut rows.changes,
        )?;
        place(&mut transaction, &rows.places)?;
        let news = news(rows.head);
        transaction.execute("SELECT pg_notify($1, $2)", &[&NEWS, &news])?;
    }
    for (kept, sum) in &rows.checkpoints {
        let at = kept.at.as_millis();
        transaction.execute(KEEP_CHECKPOINT, &[&kept.name, &at, &kept.body, sum])?;
    }
    if !rows.aside.is_empty() {
        known.aside = set_aside(&mut transaction, &rows.aside, (known.aside, limits))?;
    }
    Ok(transaction.commit()?)
}

/// Notes where the journal ends from now on, where nothing is appended to it.
pub(super) fn note(
    transaction: &mut Transaction<'_>,
    epoch: i64,
    heads: (Head, Head),
) -> Result<(), Failure> {
    let statement = transaction.prepare(MOVE_HEAD)?;
    move_head(transaction, &statement, epoch, heads)
}

/// Notes where the journal ends from now on.
fn move_head(
    transaction: &mut Transaction<'_>,
    statement: &Statement,
    epoch: i64,
    (before, after): (Head, Head),
) -> Result<(), Failure> {
    let numbers = after.numbers();
    let sums = [after.checksum(), epoch, before.checksum(), before.input];
    let values: Vec<&(dyn ToSql + Sync)> = numbers
        .iter()
        .chain(&sums)
        .map(|number| number as &(dyn ToSql + Sync))
        .collect();
    if transaction.execute(statement, &values)? == 1 {
        return Ok(());
    }
    let row = transaction.query_one("SELECT epoch FROM twin.head WHERE id = 0", &[])?;
    let newest: i64 = row.try_get(0)?;
    Err(if newest == epoch {
        Failure::Behind
    } else {
        Failure::Fenced { epoch, newest }
    })
}

fn copy_inputs(
    transaction: &mut Transaction<'_>,
    statement: &Statement,
    inputs: &[RawInput],
) -> Result<(), Failure> {
    let sink = transaction.copy_in(statement)?;
    let types = [Type::INT8, Type::INT8, Type::INT8, Type::TEXT, Type::INT8];
    let mut writer = BinaryCopyInWriter::new(sink, &types);
    for raw in inputs {
        writer.write(&[&raw.no, &raw.at, &raw.changes, &raw.body, &raw.sum])?;
    }
    writer.finish()?;
    Ok(())
}

fn copy_changes(
    transaction: &mut Transaction<'_>,
    statement: &Statement,
    numbers: &HashMap<AssetId, i64>,
    changes: &mut [(AssetId, RawChange)],
) -> Result<(), Failure> {
    let sink = transaction.copy_in(statement)?;
    let mut types = [Type::INT8; 8];
    types[6] = Type::TEXT;
    let mut writer = BinaryCopyInWriter::new(sink, &types);
    for (asset, raw) in changes {
        let number = numbers
            .get(asset)
            .copied()
            .ok_or_else(|| Failure::Row(format!("{asset} has no number")))?;
        raw.complete(number);
        writer.write(&[
            &raw.channel,
            &raw.seq,
            &raw.input,
            &raw.at,
            &raw.asset,
            &raw.structural,
            &raw.body,
            &raw.sum,
        ])?;
    }
    writer.finish()?;
    Ok(())
}

/// Gives numbers to assets that have none yet.
fn name_assets(
    transaction: &mut Transaction<'_>,
    numbers: &mut HashMap<AssetId, i64>,
    changes: &[(AssetId, RawChange)],
) -> Result<(), Failure> {
    let unknown: HashSet<&AssetId> = changes
        .iter()
        .map(|(asset, _raw)| asset)
        .filter(|asset| !numbers.contains_key(asset))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let names = unknown.iter().map(ToString::to_string).collect();
    let found = name(transaction, names)?;
    let mut by_name = HashMap::new();
    for row in &found {
        by_name.insert(row.try_get::<_, String>(0)?, row.try_get::<_, i64>(1)?);
    }
    let known = unknown.into_iter().filter_map(|asset| {
        let number = by_name.get(&asset.to_string())?;
        Some((asset.clone(), *number))
    });
    numbers.extend(known);
    Ok(())
}

/// Sees to it that assets have numbers; rows of their names and numbers.
pub(super) fn name(
    transaction: &mut Transaction<'_>,
    mut names: Vec<String>,
) -> Result<Vec<Row>, Failure> {
    names.sort_unstable();
    transaction.execute(NAME_ASSETS, &[&names])?;
    Ok(transaction.query(FIND_ASSETS, &[&names])?)
}

/// Tells where assets are now.
pub(super) fn place(
    transaction: &mut Transaction<'_>,
    places: &BTreeMap<AssetId, Option<LonLat>>,
) -> Result<(), Failure> {
    let (mut gone, mut ids, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
    let (mut lons, mut lats) = (Vec::new(), Vec::new());
    for (asset, place) in places {
        match place {
            None => gone.push(asset.to_string()),
            Some(place) => {
                ids.push(asset.to_string());
                kinds.push(asset.kind().name());
                lons.push(place.lon());
                lats.push(place.lat());
            }
        }
    }
    if !ids.is_empty() {
        transaction.execute(PLACE_ASSETS, &[&ids, &kinds, &lons, &lats])?;
    }
    if !gone.is_empty() {
        transaction.execute(UNPLACE_ASSETS, &[&gone])?;
    }
    Ok(())
}

/// Keeps frames; those that are kept already stay as they are, and beyond the limits the oldest go. Returns
/// how many are kept then.
fn set_aside(
    transaction: &mut Transaction<'_>,
    frames: &[RawAside],
    (kept, limits): (u32, AsideLimits),
) -> Result<u32, Failure> {
    let insert = transaction.prepare(SET_ASIDE)?;
    let trim = transaction.prepare(FORGET_OF_DEVICE)?;
    let mut kept = u64::from(kept);
    for raw in frames {
        let (session, why) = (raw.session.as_bytes(), raw.why.as_bytes());
        let f_cnt = i64::from(raw.f_cnt);
        let values: [&(dyn ToSql + Sync); 8] = [
            &raw.dev_eui,
            &session,
            &f_cnt,
            &raw.at,
            &raw.cause,
            &why,
            &raw.body,
            &raw.sum,
        ];
        if transaction.execute(&insert, &values)? == 0 {
            continue;
        }
        let of_device = i64::from(limits.of_device);
        let beyond = transaction.execute(&trim, &[&raw.dev_eui, &of_device])?;
        kept = (kept + 1).saturating_sub(beyond);
        let excess = kept.saturating_sub(limits.in_all.into());
        if excess > 0 {
            let excess = i64::try_from(excess).unwrap_or(i64::MAX);
            kept = kept.saturating_sub(transaction.execute(FORGET_OLDEST, &[&excess])?);
        }
    }
    Ok(u32::try_from(kept).unwrap_or(u32::MAX))
}

/// Forgets public changes up to a number, at most so many of them, but for those that [`Journal::forget`]
/// keeps. Returns how many it forgot, and the journal's head then.
///
/// [`Journal::forget`]: crate::stores::Journal::forget
pub(super) fn forget(
    transaction: &mut Transaction<'_>,
    (before, epoch): (Head, i64),
    (seq, limit): (i64, i64),
) -> Result<(usize, Head), Failure> {
    let row = transaction.query_one(
        "SELECT max(seq) FROM (SELECT seq FROM twin.changes WHERE channel = 0 AND structural = 0
         AND seq <= least($1, (SELECT coalesce(min(public_seq), 0) FROM
             (SELECT public_seq FROM twin.snapshots ORDER BY public_seq DESC LIMIT $3) AS kept))
         ORDER BY seq LIMIT $2) AS forgettable",
        &[&seq, &limit, &i64::from(SNAPSHOTS_KEPT)],
    )?;
    let Some(last) = row.try_get::<_, Option<i64>>(0)? else {
        return Ok((0, before));
    };
    let hours = digests::upto(transaction, last)?;
    digests::add(transaction, &hours)?;
    transaction.execute(
        "DELETE FROM twin.snapshots WHERE public_seq < $1 AND public_seq NOT IN
         (SELECT public_seq FROM twin.snapshots ORDER BY public_seq DESC LIMIT $2)",
        &[&last, &i64::from(SNAPSHOTS_KEPT)],
    )?;
    let forgotten = transaction.execute(
        "DELETE FROM twin.changes WHERE channel = 0 AND structural = 0 AND seq <= $1",
        &[&last],
    )?;
    let row = transaction.query_one(
        "SELECT coalesce((SELECT input FROM twin.changes WHERE channel = 0 AND seq > $1
         ORDER BY seq LIMIT 1), $2)",
        &[&last, &(before.input + 1)],
    )?;
    let first_kept: i64 = row.try_get(0)?;
    transaction.execute(
        "DELETE FROM twin.inputs WHERE no < $1
         AND no NOT IN (SELECT input FROM twin.changes WHERE structural = 1)",
        &[&first_kept],
    )?;
    let head = Head {
        forgotten: last,
        forgotten_input: before.forgotten_input.max(first_kept - 1),
        ..before
    };
    note(transaction, epoch, (before, head))?;
    Ok((usize::try_from(forgotten).unwrap_or(usize::MAX), head))
}
