//! The journal in a PostgreSQL database, which several nodes read and one writes.
//!
//! The writer holds a lock that the server takes back when it does not show itself for some seconds, and a
//! number that rises with each writer. A commit is taken only with the newest number, so a node that was
//! stopped, or cut off, and comes back after another took over, writes nothing.

mod address;
mod commit;
mod digests;
mod lineage;
mod reader;
mod schema;
mod session;
mod watch;

use std::collections::{BTreeMap, HashMap};
use std::mem;

use postgres::{Client, Transaction};
use twin_core::{AssetId, Effect, LonLat, Snapshot, Timestamp};

pub use self::address::PostgresAddress;
use self::commit::{Numbered, Rows};
pub use self::reader::PostgresReader;
use self::session::{Failure, Fault, Lane, Role, Session};
pub use self::watch::{Heard, PostgresWatch};
use super::error::{StoreError, StoreResult};
use super::rows::{
    Head, RawAside, checkpoint_sum, device_to_db, encode, from_db, meta_sum, snapshot_sum, to_db,
};
use super::set_aside::{AsideLimits, FrameKey};
use super::transfer::IN_THE_MAKING;
use super::{Batch, Digest, Journal, JournalReader, LANDMARK_EVERY, SNAPSHOTS_KEPT};

/// The one writer of a journal in a database.
#[derive(Debug)]
pub struct PostgresJournal {
    address: PostgresAddress,
    lane: Lane,
    asset_numbers: HashMap<AssetId, i64>,
    head: Head,
    /// How many frames are set aside, and how many may be.
    aside: (u32, AsideLimits),
    epoch: i64,
}

impl PostgresJournal {
    /// Becomes the writer of the journal in a database, which is made where there is none.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where another node writes; where the server cannot be reached, does not let this
    /// program make its tables, or has ones of a newer format; and where the journal's end is missing.
    pub fn open(address: &PostgresAddress) -> StoreResult<Self> {
        let lane = Lane::start(address, Role::Writer(None))?;
        let opened = lane.run(|session| {
            let head = read_end(session.client()?)?;
            let count = "SELECT count(*) FROM twin.quarantine";
            let aside: i64 = session.client()?.query_one(count, &[])?.try_get(0)?;
            Ok((head, aside, session.epoch()))
        });
        let (head, aside, epoch) =
            opened.map_err(|failure| failure.told("open", address.name(), 0))?;
        Ok(Self {
            address: address.clone(),
            lane,
            asset_numbers: HashMap::new(),
            head,
            aside: (
                u32::try_from(aside).unwrap_or(u32::MAX),
                AsideLimits::default(),
            ),
            epoch,
        })
    }

    /// The same with other limits of how many frames are kept aside.
    #[must_use]
    pub fn with_aside_limits(mut self, limits: AsideLimits) -> Self {
        self.aside.1 = limits;
        self
    }

    fn told(&self, action: &'static str, failure: Failure) -> StoreError {
        failure.told(action, self.address.name(), from_db(self.head.public_seq))
    }

    /// Writes in a transaction, if this is still the newest writer.
    fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> StoreResult<T> {
        let epoch = self.epoch;
        let done = self.lane.run(move |session| {
            let done = in_transaction(session, epoch, work);
            if done.as_ref().is_err_and(Failure::is_lost) {
                session.hang_up();
            }
            done
        });
        done.map_err(|failure| self.told("write to", failure))
    }

    /// The rows of a batch, and where the journal ends with them.
    fn rows(&self, batch: &Batch) -> StoreResult<Rows> {
        let mut rows = Rows::after(self.head);
        for entry in &batch.entries {
            let (input, changes) = rows.head.take(entry)?;
            rows.inputs.push(input);
            for (change, raw) in entry.changes.iter().zip(changes) {
                let subject = change.effect.subject()?;
                match &change.effect {
                    Effect::AssetPut(record) => {
                        rows.places.insert(subject.clone(), Some(record.place()));
                    }
                    Effect::AssetRemoved(_) => {
                        rows.places.insert(subject.clone(), None);
                    }
                    _ => {}
                }
                rows.changes.push((subject, raw));
            }
        }
        for checkpoint in &batch.checkpoints {
            rows.head.at = rows.head.at.max(checkpoint.at.as_millis());
            let sum = checkpoint_sum(checkpoint);
            rows.checkpoints.push((checkpoint.clone(), sum));
        }
        let aside = batch.set_aside.iter().map(RawAside::new);
        rows.aside = aside.collect::<StoreResult<_>>()?;
        Ok(rows)
    }
}

impl Journal for PostgresJournal {
    fn append(&mut self, batch: &Batch) -> StoreResult<()> {
        let rows = self.rows(batch)?;
        let (head, aside) = (rows.head, self.aside);
        let known = Numbered {
            assets: mem::take(&mut self.asset_numbers),
            aside: aside.0,
        };
        let written = self
            .lane
            .run(move |session| commit::commit(session, known, rows, aside.1));
        let numbered = written.map_err(|failure| self.told("write to", failure))?;
        self.asset_numbers = numbered.assets;
        self.aside.0 = numbered.aside;
        self.head = head;
        Ok(())
    }

    fn save_snapshot(&mut self, snapshot: &Snapshot) -> StoreResult<()> {
        let body = encode("a snapshot", snapshot)?;
        let sum = snapshot_sum(snapshot, &body);
        let (seq, at) = (to_db(snapshot.public_seq), snapshot.at.as_millis());
        self.transact(move |transaction| {
            transaction.execute(
                "INSERT INTO twin.snapshots (public_seq, body, sum, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (public_seq) DO UPDATE
                 SET body = EXCLUDED.body, sum = EXCLUDED.sum, at = EXCLUDED.at",
                &[&seq, &body, &sum, &at],
            )?;
            transaction.execute(
                "DELETE FROM twin.snapshots WHERE public_seq NOT IN
                 (SELECT public_seq FROM twin.snapshots ORDER BY public_seq DESC LIMIT $1)
                 AND public_seq NOT IN
                 (SELECT min(public_seq) FROM twin.snapshots GROUP BY public_seq / $2)",
                &[&i64::from(SNAPSHOTS_KEPT), &LANDMARK_EVERY],
            )?;
            Ok(())
        })
    }

    fn begin_after(&mut self, forgotten: u64) -> StoreResult<()> {
        let before = self.head;
        let head = Head {
            forgotten: to_db(forgotten),
            ..before
        };
        let epoch = self.epoch;
        self.transact(move |transaction| commit::note(transaction, epoch, (before, head)))?;
        self.head = head;
        Ok(())
    }

    fn forget(&mut self, seq: u64, limit: u32) -> StoreResult<usize> {
        let (before, epoch) = (self.head, self.epoch);
        let (forgotten, head) = self.transact(move |transaction| {
            commit::forget(transaction, (before, epoch), (to_db(seq), i64::from(limit)))
        })?;
        self.head = head;
        Ok(forgotten)
    }

    fn forget_digests(&mut self, before: Timestamp) -> StoreResult<usize> {
        let before = before.as_millis();
        let forgotten = self.transact(move |transaction| {
            let sql = "DELETE FROM twin.digests WHERE start < $1";
            Ok(transaction.execute(sql, &[&before])?)
        })?;
        Ok(usize::try_from(forgotten).unwrap_or(usize::MAX))
    }

    fn keep_digests(&mut self, asset: &AssetId, digests: &[Digest]) -> StoreResult<()> {
        let (name, digests) = (asset.to_string(), digests.to_vec());
        self.transact(move |transaction| {
            let rows = commit::name(transaction, vec![name])?;
            let number: i64 = match rows.first() {
                Some(row) => row.try_get(1)?,
                None => return Ok(()),
            };
            let hours = digests.iter().map(|digest| digest.row(number)).collect();
            digests::add(transaction, &hours)
        })
    }

    fn release(&mut self, frames: &[FrameKey]) -> StoreResult<usize> {
        let keys = frames.to_vec();
        let removed = self.transact(move |transaction| {
            let statement = transaction.prepare(
                "DELETE FROM twin.quarantine WHERE dev_eui = $1 AND session = $2 AND f_cnt = $3",
            )?;
            let mut removed = 0;
            for key in keys {
                let device = device_to_db(key.dev_eui);
                let (session, f_cnt) = (key.session.as_bytes(), i64::from(key.f_cnt));
                removed += transaction.execute(&statement, &[&device, &session, &f_cnt])?;
            }
            Ok(removed)
        })?;
        let removed_now = u32::try_from(removed).unwrap_or(u32::MAX);
        self.aside.0 = self.aside.0.saturating_sub(removed_now);
        Ok(usize::try_from(removed).unwrap_or(usize::MAX))
    }

    fn set_meta(&mut self, key: &str, value: &str) -> StoreResult<()> {
        let (key, value, sum) = (key.to_owned(), value.to_owned(), meta_sum(key, value));
        self.transact(move |transaction| {
            transaction.execute(
                "INSERT INTO twin.meta (key, value, sum) VALUES ($1, $2, $3)
                 ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, sum = EXCLUDED.sum",
                &[&key, &value, &sum],
            )?;
            Ok(())
        })
    }

    fn wants_places(&self) -> StoreResult<bool> {
        let asked = self.lane.run(|session| {
            let sql = "SELECT NOT has_places FROM twin.format";
            Ok(session.client()?.query_one(sql, &[])?.try_get(0)?)
        });
        asked.map_err(|failure| self.told("read", failure))
    }

    fn place(&mut self, places: &[(AssetId, LonLat)]) -> StoreResult<()> {
        let places: BTreeMap<_, _> = places
            .iter()
            .map(|(asset, place)| (asset.clone(), Some(*place)))
            .collect();
        self.transact(move |transaction| {
            let ids = places.keys().map(ToString::to_string).collect();
            commit::name(transaction, ids)?;
            commit::place(transaction, &places)?;
            transaction.execute("UPDATE twin.format SET has_places = true", &[])?;
            Ok(())
        })
    }

    fn hold(&mut self) -> StoreResult<()> {
        self.transact(|_transaction| Ok(()))
    }

    fn epoch(&self) -> u64 {
        from_db(self.epoch)
    }

    fn reader(&self) -> StoreResult<Box<dyn JournalReader>> {
        Ok(Box::new(PostgresReader::open(&self.address)?))
    }
}

fn in_transaction<T>(
    session: &mut Session,
    epoch: i64,
    work: impl FnOnce(&mut Transaction<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    session.beat();
    let mut transaction = session.client()?.transaction()?;
    let row = transaction.query_one("SELECT epoch FROM twin.head WHERE id = 0 FOR UPDATE", &[])?;
    let newest: i64 = row.try_get(0)?;
    if newest != epoch {
        return Err(Failure::Fenced { epoch, newest });
    }
    let done = work(&mut transaction)?;
    transaction.commit()?;
    Ok(done)
}

/// Where the journal ends by its own note, which has to be where its changes end.
fn read_end(client: &mut Client) -> Result<Head, Failure> {
    let head = commit::head(client)?;
    let row = client.query_one(
        "SELECT (SELECT coalesce(max(seq), 0) FROM twin.changes WHERE channel = 0),
                (SELECT coalesce(max(seq), 0) FROM twin.changes WHERE channel = 1),
                (SELECT coalesce(max(no), 0) FROM twin.inputs)",
        &[],
    )?;
    let making = "SELECT EXISTS (SELECT FROM twin.meta WHERE key = $1 AND value = 'yes')";
    if client.query_one(making, &[&IN_THE_MAKING])?.try_get(0)? {
        let problem = "a copy into it was cut short; DROP SCHEMA twin CASCADE, and begin again";
        return Err(Failure::Row(problem.to_owned()));
    }
    let [public, restricted, input]: [i64; 3] = [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?];
    let found = [
        ("change", public.max(head.forgotten), head.public_seq),
        ("restricted change", restricted, head.restricted_seq),
        ("input", input.max(head.forgotten_input), head.input),
    ];
    match found.iter().find(|(_what, last, noted)| last != noted) {
        None => Ok(head),
        Some((what, last, noted)) if last < noted => {
            Err(Failure::Row(format!("{what} {} is missing", last + 1)))
        }
        Some((what, last, noted)) => Err(Failure::Row(format!(
            "there is {what} {last} beyond its end, which is {noted}"
        ))),
    }
}

/// Refuses what is no journal, or a newer one.
fn check_version(client: &mut Client) -> Result<(), Failure> {
    match schema::version(client)? {
        0 => Err(Failure::Row("it has no tables".to_owned())),
        found if found > schema::VERSION => Err(Failure::TooNew { found }),
        _ => Ok(()),
    }
}

/// What does not read, as an error; `last_intact` is the last public change before it.
fn told(fault: Fault, address: &PostgresAddress, last_intact: u64) -> StoreError {
    let failure = match fault {
        Fault::Database(failure) => failure,
        Fault::Row(problem) => Failure::Row(problem),
    };
    failure.told("read", address.name(), last_intact)
}
