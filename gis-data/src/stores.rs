//! The twin's memory: a journal of inputs and the changes they made, with snapshots and
//! checkpoints beside it.
//!
//! A journal has one writer. Whatever [`Journal::append`] has returned from survives the death of
//! the process and the loss of power.

mod digest;
mod error;
mod place;
mod postgres;
mod reading;
mod rows;
mod set_aside;
mod sqlite;
mod transfer;

use twin_core::{AssetId, Change, Channel, DevEui, Input, LonLat, Snapshot, Timestamp, Uplink};

pub use self::digest::Digest;
pub use self::error::{StoreError, StoreName, StoreResult};
pub use self::place::Store;
pub use self::postgres::{Heard, PostgresAddress, PostgresJournal, PostgresReader, PostgresWatch};
pub use self::set_aside::{AsideDevice, AsideLimits, Cause, FrameKey, SetAside};
pub use self::sqlite::{Extent, Recovered, SqliteJournal, SqliteReader, backup, recover, verify};

/// The fact by which nodes know which of all journals theirs is. Whatever is made of a journal has another.
const LINEAGE: &str = "lineage";
/// How many snapshots are kept to go on from: the newest, and the one before should the newest not read.
const SNAPSHOTS_KEPT: u32 = 2;
/// Of older ones, as long as what follows them is not forgotten, one is kept in so many public changes, so
/// that the past is found without telling all that came before it.
const LANDMARK_EVERY: i64 = 50_000;

/// An input with the changes it made; what one line of the journal holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What reached the twin.
    pub input: Input,
    /// When, in the twin's clock.
    pub at: Timestamp,
    /// What it did; never empty.
    pub changes: Vec<Change>,
}

/// A named state of a source that must resume where the journal ends, for example the virtual
/// sensor network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose state it is.
    pub name: String,
    /// The time it holds, in the twin's clock.
    pub at: Timestamp,
    /// The state, in its owner's own format.
    pub body: Vec<u8>,
}

/// One atomic step of the journal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Inputs in the order they were decided.
    pub entries: Vec<Entry>,
    /// States of sources that have told everything up to their time.
    pub checkpoints: Vec<Checkpoint>,
    /// Frames that were not taken in.
    pub set_aside: Vec<SetAside>,
}

/// The writer's side of a journal.
pub trait Journal: Send {
    /// Writes a batch, all or nothing, and returns once it is safe on disk.
    ///
    /// # Errors
    /// [`StoreError::OutOfOrder`] where a change does not follow the last one of its channel.
    fn append(&mut self, batch: &Batch) -> StoreResult<()>;

    /// Keeps a snapshot, so that a restart need not start from the beginning.
    fn save_snapshot(&mut self, snapshot: &Snapshot) -> StoreResult<()>;

    /// Says that public changes up to this number may be missing, in an empty journal that is to be made of
    /// what is left of another.
    fn begin_after(&mut self, forgotten: u64) -> StoreResult<()>;

    /// Forgets public changes up to `seq`, at most `limit` of them, but for those of what exists
    /// and those that the snapshots to go on from lack. Of levels and emptyings, a digest for each hour
    /// stays. Returns how many it forgot.
    fn forget(&mut self, seq: u64, limit: u32) -> StoreResult<usize>;

    /// Forgets digests of hours before a time; how many there were.
    fn forget_digests(&mut self, before: Timestamp) -> StoreResult<usize>;

    /// Takes in the digests of a container from another journal.
    fn keep_digests(&mut self, asset: &AssetId, digests: &[Digest]) -> StoreResult<()>;

    /// Lets go of frames that were set aside; how many of them there were.
    fn release(&mut self, frames: &[FrameKey]) -> StoreResult<usize>;

    /// Keeps a fact about the journal itself, for example which pack it belongs to.
    fn set_meta(&mut self, key: &str, value: &str) -> StoreResult<()>;

    /// Whether the journal is yet to be told where what exists is, for whoever looks into its database with
    /// other programs.
    fn wants_places(&self) -> StoreResult<bool>;

    /// Tells where what exists is; changes tell the rest.
    fn place(&mut self, places: &[(AssetId, LonLat)]) -> StoreResult<()>;

    /// Whether this is still the journal's writer; to be asked now and then where nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] where another has become it.
    fn hold(&mut self) -> StoreResult<()>;

    /// Which of the journal's writers this one is: each has a higher number than the one before. 0 where others
    /// cannot take over.
    fn epoch(&self) -> u64;

    /// A reader beside the writer, for another thread.
    fn reader(&self) -> StoreResult<Box<dyn JournalReader>>;
}

/// The readers' side of a journal: sees every committed batch, blocks nobody.
pub trait JournalReader: Send {
    /// A fact about the journal itself.
    fn meta(&self, key: &str) -> StoreResult<Option<String>>;

    /// What sets this journal apart from every other, copies of it included; `None` where it has one node only.
    fn lineage(&self) -> StoreResult<Option<String>> {
        self.meta(LINEAGE)
    }

    /// Changes of a channel with a number above `after`, in order, at most `limit` of them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a number is missing or a row does not read.
    fn changes(&self, channel: Channel, after: u64, limit: u32) -> StoreResult<Vec<Change>>;

    /// Changes of both channels with a number above `public` and `restricted`, in the order in
    /// which they were made, at most `limit` of them; empty at the end.
    ///
    /// # Errors
    /// As [`JournalReader::changes`].
    fn replay(&self, public: u64, restricted: u64, limit: u32) -> StoreResult<Vec<Change>>;

    /// The changes of what exists, of both channels, that are part of a snapshot, in the order
    /// they were made.
    fn structural_changes(&self, upto: &Snapshot) -> StoreResult<Vec<Change>>;

    /// The changes of one asset from a time on, in order, at most `limit` of them.
    fn history(&self, asset: &AssetId, from: Timestamp, limit: u32) -> StoreResult<Vec<Change>>;

    /// The number of the last change of a channel that was forgotten; 0 where none was.
    fn forgotten(&self, channel: Channel) -> StoreResult<u64>;

    /// The number of the last change of a channel; 0 before the first.
    fn last(&self, channel: Channel) -> StoreResult<u64>;

    /// The latest time of anything in the journal, in the twin's clock; [`Timestamp::MIN`] where
    /// nothing is.
    fn latest(&self) -> StoreResult<Timestamp>;

    /// The newest snapshot that reads.
    fn snapshot(&self) -> StoreResult<Option<Snapshot>>;

    /// The newest snapshot that reads of all that are kept of times up to `at`.
    fn snapshot_at(&self, at: Timestamp) -> StoreResult<Option<Snapshot>>;

    /// The digests of a container's hours from a time on, in order, at most `limit` of them: what is left of
    /// changes that are forgotten.
    fn digests(&self, asset: &AssetId, from: Timestamp, limit: u32) -> StoreResult<Vec<Digest>>;

    /// The devices of which frames are set aside, the one that was heard last first, at most `limit` of
    /// them.
    fn aside_devices(&self, limit: u32) -> StoreResult<Vec<AsideDevice>>;

    /// The frames of a device that are set aside, or of all devices where none is told, with a number above
    /// `after`, in the order in which they came, at most `limit` of them: their numbers, and they.
    fn set_aside(
        &self,
        device: Option<DevEui>,
        after: u64,
        limit: u32,
    ) -> StoreResult<Vec<(u64, SetAside)>>;

    /// The inputs with a number above `after`, in order, at most `limit` of them: their numbers, and the
    /// frames of those that are frames, as they were read then. Those that were forgotten are left out.
    fn uplinks(&self, after: u64, limit: u32) -> StoreResult<Vec<(u64, Option<Uplink>)>>;

    /// The state of a source.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where it is not as it was written.
    fn checkpoint(&self, name: &str) -> StoreResult<Option<Checkpoint>>;
}
