//! How journal rows are written and read: JSON with a checksum over the whole row, so that damage
//! shows wherever it strikes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use twin_core::{Change, Channel, Effect, Snapshot, Timestamp};

use super::error::{StoreError, StoreResult};
use super::{Checkpoint, Entry};

mod aside;

pub(super) use self::aside::{RawAside, device_from_db, device_to_db};

/// What is wrong with a row that does not hold together.
#[derive(Debug)]
pub(super) struct Damage(pub(super) String);

/// Why something does not read: the database says so, or a row does not hold together.
#[derive(Debug)]
pub(super) enum Fault<E> {
    /// What the database says.
    Database(E),
    /// What is wrong with the row.
    Row(String),
}

impl<E> From<Damage> for Fault<E> {
    fn from(Damage(problem): Damage) -> Self {
        Self::Row(problem)
    }
}

impl<E: std::fmt::Display> std::fmt::Display for Fault<E> {
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

    /// The numbers in the order in which they are declared.
    pub(super) const fn numbers(&self) -> [i64; 7] {
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

    pub(super) fn checksum(&self) -> i64 {
        checksum(&self.numbers(), b"")
    }

    /// Refuses a head that is not as it was written.
    pub(super) fn checked(self, sum: i64) -> Result<Self, Damage> {
        check_sum("the note of its end", self.checksum(), sum)?;
        Ok(self)
    }

    /// Takes the next entry: the rows of its input and of its changes, but for the numbers of their assets,
    /// which are 0, and their checksums.
    ///
    /// # Errors
    /// Where a change does not follow the last one of its channel.
    pub(super) fn take(&mut self, entry: &Entry) -> StoreResult<(RawInput, Vec<RawChange>)> {
        self.input += 1;
        self.at = self.at.max(entry.at.as_millis());
        let mut input = RawInput {
            no: self.input,
            at: entry.at.as_millis(),
            changes: to_db(entry.changes.len() as u64),
            body: encode("an input", &entry.input)?,
            sum: 0,
        };
        input.sum = input.checksum();
        let changes = entry.changes.iter().map(|change| {
            self.take_number(change)?;
            RawChange::new(change, self.input)
        });
        let changes = changes.collect::<StoreResult<_>>()?;
        Ok((input, changes))
    }

    /// Insists that a change follows the last one of its channel, but among those that were forgotten.
    fn take_number(&mut self, change: &Change) -> StoreResult<()> {
        let (last, found) = (self.seq(change.channel), to_db(change.seq));
        let forgotten = match change.channel {
            Channel::Public => self.forgotten,
            Channel::Restricted => 0,
        };
        let expected = last.max(forgotten) + 1;
        if found != expected && !(last < found && found <= forgotten) {
            return Err(StoreError::OutOfOrder {
                channel: change.channel,
                expected: from_db(expected),
                found: change.seq,
            });
        }
        match change.channel {
            Channel::Public => self.public_seq = found,
            Channel::Restricted => self.restricted_seq = found,
        }
        self.structural += i64::from(change.effect.is_structural());
        self.at = self.at.max(change.at.as_millis());
        Ok(())
    }
}

/// The columns of a [`RawChange`], in this order.
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
    /// A change of an input, before it is known which number its asset has.
    fn new(change: &Change, input: i64) -> StoreResult<Self> {
        Ok(Self {
            channel: channel_code(change.channel),
            seq: to_db(change.seq),
            input,
            at: change.at.as_millis(),
            asset: 0,
            structural: change.effect.is_structural().into(),
            body: encode("a change", &change.effect)?,
            sum: 0,
        })
    }

    /// Completes the row with the number of its asset.
    pub(super) fn complete(&mut self, asset: i64) {
        self.asset = asset;
        self.sum = self.checksum();
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
    pub(super) fn check(&self) -> Result<(), Damage> {
        if self.checksum() == self.sum && channel_of(self.channel).is_some() {
            return Ok(());
        }
        let problem = format!("change {} does not match its checksum", self.seq);
        Err(Damage(problem))
    }

    /// The change, where the row is intact.
    pub(super) fn read(&self) -> Result<Change, Damage> {
        self.check()?;
        let seq = self.seq;
        let effect: Effect = decode(&self.body)
            .map_err(|problem| Damage(format!("change {seq} does not read: {problem}")))?;
        Ok(Change {
            seq: from_db(seq),
            channel: channel_of(self.channel).unwrap_or(Channel::Restricted),
            at: Timestamp::from_millis(self.at),
            effect,
        })
    }
}

/// Insists on a checksum.
pub(super) fn check_sum(what: &str, expected: i64, found: i64) -> Result<(), Damage> {
    if expected == found {
        Ok(())
    } else {
        Err(Damage(format!("{what} does not match its checksum")))
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
    pub(super) fn checksum(&self) -> i64 {
        checksum(&[self.no, self.at, self.changes], self.body.as_bytes())
    }

    /// Refuses a row that is not as it was written.
    pub(super) fn check(&self) -> Result<(), Damage> {
        check_sum(&format!("input {}", self.no), self.checksum(), self.sum)
    }
}

/// Refuses a fact about the journal that is not as it was written.
pub(super) fn intact_fact(key: &str, (value, sum): (String, i64)) -> Result<String, Damage> {
    check_sum("a fact about the journal", meta_sum(key, &value), sum)?;
    Ok(value)
}

/// Refuses a checkpoint that is not as it was written.
pub(super) fn intact_checkpoint((kept, sum): (Checkpoint, i64)) -> Result<Checkpoint, Damage> {
    let what = format!("the kept state of {}", kept.name);
    check_sum(&what, checkpoint_sum(&kept), sum)?;
    Ok(kept)
}

/// A snapshot that is as it was written and of a version that is known.
pub(super) fn intact_snapshot((body, sum): &(String, i64)) -> Option<Snapshot> {
    let snapshot: Snapshot = decode(body).ok()?;
    let is_intact = snapshot_sum(&snapshot, body) == *sum;
    (is_intact && snapshot.version <= Snapshot::VERSION).then_some(snapshot)
}

pub(super) fn checkpoint_sum(checkpoint: &Checkpoint) -> i64 {
    let name = i64::from(crc32fast::hash(checkpoint.name.as_bytes()));
    checksum(&[name, checkpoint.at.as_millis()], &checkpoint.body)
}

pub(super) fn snapshot_sum(snapshot: &Snapshot, body: &str) -> i64 {
    let numbers = [to_db(snapshot.public_seq), snapshot.at.as_millis()];
    checksum(&numbers, body.as_bytes())
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
