//! How a journal is read, whichever database hands out its rows.

use std::collections::BTreeSet;

use twin_core::{AssetId, Change, Channel, DevEui, Input, Snapshot, Timestamp, Uplink};

use super::digest::{Digest, RawDigest};
use super::error::{StoreError, StoreResult};
use super::rows::{
    Damage, Fault, Head, RawAside, RawChange, RawInput, decode, from_db, intact_checkpoint,
    intact_fact, intact_snapshot, to_db,
};
use super::set_aside::{AsideDevice, SetAside};
use super::{Checkpoint, JournalReader, SNAPSHOTS_KEPT};

/// A fact about the journal: its name, its text, and their checksum.
pub(super) type Fact = (String, String, i64);

/// A database that hands out the rows of a journal, before anybody has looked whether they hold together.
pub(super) trait RowSource {
    /// What the database says where it fails.
    type Error;

    /// What does not read, as an error; `last_intact` is the last public change before it.
    fn error(&self, fault: Fault<Self::Error>, last_intact: u64) -> StoreError;

    /// Where the journal ends.
    fn head(&self) -> Result<Head, Fault<Self::Error>>;

    /// Changes of a channel with a number above `after`, in order.
    fn changes(
        &self,
        channel: Channel,
        after: i64,
        limit: u32,
    ) -> Result<Vec<RawChange>, Fault<Self::Error>>;

    /// The changes of what exists, in the order in which they were made.
    fn structural(&self) -> Result<Vec<RawChange>, Fault<Self::Error>>;

    /// The public changes of an asset from a time on, in order.
    fn of_asset(
        &self,
        asset: &AssetId,
        from: Timestamp,
        limit: u32,
    ) -> Result<Vec<RawChange>, Fault<Self::Error>>;

    /// Inputs with a number above `after`, in order.
    fn inputs(&self, after: i64, limit: u32) -> Result<Vec<RawInput>, Fault<Self::Error>>;

    /// The snapshots of times up to `at` with their checksums, the newest first, at most `limit` of them.
    fn snapshots(
        &self,
        at: Timestamp,
        limit: u32,
    ) -> Result<Vec<(String, i64)>, Fault<Self::Error>>;

    /// The digests of a container's hours from a time on, in order.
    fn digests(
        &self,
        asset: &AssetId,
        from: Timestamp,
        limit: u32,
    ) -> Result<Vec<RawDigest>, Fault<Self::Error>>;

    /// The containers of which there are digests.
    fn digested(&self) -> Result<Vec<String>, Fault<Self::Error>>;

    /// A fact about the journal with its checksum.
    fn fact(&self, key: &str) -> Result<Option<(String, i64)>, Fault<Self::Error>>;

    /// All facts about the journal.
    fn facts(&self) -> Result<Vec<Fact>, Fault<Self::Error>>;

    /// The states of all sources with their checksums.
    fn checkpoints(&self) -> Result<Vec<(Checkpoint, i64)>, Fault<Self::Error>>;

    /// The state of a source with its checksum.
    fn checkpoint(&self, name: &str) -> Result<Option<(Checkpoint, i64)>, Fault<Self::Error>>;

    /// The devices of which frames are set aside, the one that was heard last first.
    fn aside_devices(&self, limit: u32) -> Result<Vec<AsideDevice>, Fault<Self::Error>>;

    /// Frames that are set aside, of a device or of all, in the order in which they came.
    fn aside(
        &self,
        device: Option<DevEui>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<RawAside>, Fault<Self::Error>>;
}

impl<S: RowSource + Send> JournalReader for S {
    fn meta(&self, key: &str) -> StoreResult<Option<String>> {
        self.fact(key)
            .and_then(|stored| Ok(stored.map(|fact| intact_fact(key, fact)).transpose()?))
            .map_err(|fault| self.error(fault, 0))
    }

    fn changes(&self, channel: Channel, after: u64, limit: u32) -> StoreResult<Vec<Change>> {
        read_all(self, &next_rows(self, channel, after, limit)?)
    }

    fn replay(&self, public: u64, restricted: u64, limit: u32) -> StoreResult<Vec<Change>> {
        let mut rows = next_rows(self, Channel::Public, public, limit)?;
        rows.extend(next_rows(self, Channel::Restricted, restricted, limit)?);
        rows.sort_by_key(|row| (row.input, row.channel, row.seq));
        rows.truncate(limit as usize);
        read_all(self, &rows)
    }

    fn structural_changes(&self, upto: &Snapshot) -> StoreResult<Vec<Change>> {
        let read = || {
            let expected = self.head()?.structural;
            let rows = self.structural()?;
            rows.iter().try_for_each(RawChange::check)?;
            let distinct: BTreeSet<_> = rows.iter().map(|row| (row.channel, row.seq)).collect();
            if to_db(distinct.len() as u64) < expected || distinct.len() < rows.len() {
                let problem = "a change of what exists is missing";
                return Err(Fault::Row(problem.to_owned()));
            }
            Ok(rows)
        };
        let rows = read().map_err(|fault| self.error(fault, 0))?;
        let (public, restricted) = (to_db(upto.public_seq), to_db(upto.restricted_seq));
        let within = |row: &RawChange| match row.channel {
            0 => row.seq <= public,
            _ => row.seq <= restricted,
        };
        let rows: Vec<_> = rows.into_iter().filter(within).collect();
        read_all(self, &rows)
    }

    fn history(&self, asset: &AssetId, from: Timestamp, limit: u32) -> StoreResult<Vec<Change>> {
        let rows = self.of_asset(asset, from, limit);
        let changes = read_all(self, &rows.map_err(|fault| self.error(fault, 0))?)?;
        for change in &changes {
            if change.effect.subject()? != *asset {
                let problem = format!("change {} is listed under {asset}", change.seq);
                return Err(self.error(Fault::Row(problem), change.seq.saturating_sub(1)));
            }
        }
        Ok(changes)
    }

    fn forgotten(&self, channel: Channel) -> StoreResult<u64> {
        match channel {
            Channel::Public => Ok(from_db(end(self)?.forgotten)),
            Channel::Restricted => Ok(0),
        }
    }

    fn last(&self, channel: Channel) -> StoreResult<u64> {
        Ok(from_db(end(self)?.seq(channel)))
    }

    fn latest(&self) -> StoreResult<Timestamp> {
        Ok(Timestamp::from_millis(end(self)?.at))
    }

    fn snapshot(&self) -> StoreResult<Option<Snapshot>> {
        self.snapshot_at(Timestamp::MAX)
    }

    fn snapshot_at(&self, at: Timestamp) -> StoreResult<Option<Snapshot>> {
        let stored = self.snapshots(at, SNAPSHOTS_KEPT);
        let stored = stored.map_err(|fault| self.error(fault, 0))?;
        // One of before their times were noted may be of a later one.
        let mut intact = stored.iter().filter_map(intact_snapshot);
        Ok(intact.find(|snapshot| snapshot.at <= at))
    }

    fn digests(&self, asset: &AssetId, from: Timestamp, limit: u32) -> StoreResult<Vec<Digest>> {
        let rows = RowSource::digests(self, asset, from, limit);
        let read = |rows: Vec<RawDigest>| {
            Ok(rows.iter().map(RawDigest::read).collect::<Result<_, _>>()?)
        };
        rows.and_then(read).map_err(|fault| self.error(fault, 0))
    }

    fn aside_devices(&self, limit: u32) -> StoreResult<Vec<AsideDevice>> {
        RowSource::aside_devices(self, limit).map_err(|fault| self.error(fault, 0))
    }

    fn set_aside(
        &self,
        device: Option<DevEui>,
        after: u64,
        limit: u32,
    ) -> StoreResult<Vec<(u64, SetAside)>> {
        let rows = self.aside(device, after, limit);
        let read = |raw: &RawAside| Ok((from_db(raw.no), raw.read()?));
        rows.and_then(|rows| rows.iter().map(read).collect())
            .map_err(|fault| self.error(fault, 0))
    }

    fn uplinks(&self, after: u64, limit: u32) -> StoreResult<Vec<(u64, Option<Uplink>)>> {
        let uplink = |raw: &RawInput| {
            raw.check()?;
            let input = decode(&raw.body)
                .map_err(|problem| Damage(format!("input {} does not read: {problem}", raw.no)))?;
            let uplink = match input {
                Input::Uplink(uplink) | Input::Reread(uplink) => Some(uplink),
                _ => None,
            };
            Ok((from_db(raw.no), uplink))
        };
        let rows = self.inputs(to_db(after), limit);
        rows.and_then(|rows| rows.iter().map(uplink).collect())
            .map_err(|fault| self.error(fault, 0))
    }

    fn checkpoint(&self, name: &str) -> StoreResult<Option<Checkpoint>> {
        RowSource::checkpoint(self, name)
            .and_then(|stored| Ok(stored.map(intact_checkpoint).transpose()?))
            .map_err(|fault| self.error(fault, 0))
    }
}

/// Where the journal ends.
fn end(source: &impl RowSource) -> StoreResult<Head> {
    source.head().map_err(|fault| source.error(fault, 0))
}

/// The snapshots that read, the newest first.
pub(super) fn snapshots(source: &impl RowSource) -> StoreResult<Vec<Snapshot>> {
    let stored = source
        .snapshots(Timestamp::MAX, u32::MAX)
        .map_err(|fault| source.error(fault, 0))?;
    Ok(stored.iter().filter_map(intact_snapshot).collect())
}

/// The next rows of a channel, each intact and none missing.
fn next_rows(
    source: &impl RowSource,
    channel: Channel,
    after: u64,
    limit: u32,
) -> StoreResult<Vec<RawChange>> {
    // The end is noted before the rows are read: rows may be newer, never older.
    let end = end(source)?.seq(channel);
    let mut last = to_db(after);
    let check = |row: &RawChange| {
        if row.seq != last + 1 {
            return Err(Fault::Row(format!("change {} is missing", last + 1)));
        }
        row.check()?;
        last = row.seq;
        Ok(())
    };
    let read = RowSource::changes(source, channel, to_db(after), limit);
    let checked = read.and_then(|rows| {
        rows.iter().try_for_each(check)?;
        Ok(rows)
    });
    let is_short = |rows: &[RawChange]| rows.len() < limit as usize && last < end;
    match checked {
        Ok(rows) if !is_short(&rows) => Ok(rows),
        Ok(_short) => Err(Fault::Row(format!("change {} is missing", last + 1))),
        Err(fault) => Err(fault),
    }
    .map_err(|fault| source.error(fault, from_db(last)))
}

fn read_all(source: &impl RowSource, rows: &[RawChange]) -> StoreResult<Vec<Change>> {
    let read = |row: &RawChange| {
        row.read()
            .map_err(|damage| source.error(damage.into(), from_db(row.seq).saturating_sub(1)))
    };
    rows.iter().map(read).collect()
}
