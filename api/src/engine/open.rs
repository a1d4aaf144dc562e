//! From a data directory to a running twin: pack, journal, replay, clock.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
use gis_data::pack::{self, IfPresent, Manifest};
use gis_data::stores::{Checkpoint, Journal, JournalReader, Store, StoreError, StoreResult};
use tokio::sync::{broadcast, mpsc, watch};
use twin_core::{
    AssetId, AssetIx, AssetKind, Channel, Ground, HealthRules, Inventory, KindInfo, LonLat,
    Timestamp, Twin, evolve,
};

use super::backup::JOURNAL;
use super::clock::{ClockKind, TwinClock};
use super::deadlines::Deadlines;
use super::error::{EngineError, EngineResult};
use super::fan_out::{Carrier, Reception};
use super::handle::{Engine, EngineRules};
use super::node::{Node, Role, Standby};
use super::owner::Owner;
use super::readers::Readers;
use super::update::{self, PackUpdate};

/// Seed of the embedded territory.
const SEED: u64 = EmbeddedOptions::SEED;
/// Batches that a live listener may lag behind before it reads from the journal again.
const BATCHES_KEPT: usize = 256;
/// Changes replayed at once.
const CHUNK: u32 = 10_000;

/// Which territory a data directory is to have.
#[derive(Clone, Debug)]
pub enum PackChoice {
    /// Whatever it has; the embedded default where it has none yet.
    Kept,
    /// The embedded territory with this preset.
    Embedded(Preset),
    /// The pack in this folder.
    Folder(PathBuf),
}

/// How a data directory is to be opened.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The directory; it is made where it does not exist.
    pub data: PathBuf,
    /// Its territory.
    pub pack: PackChoice,
    /// Seconds of the twin in a second of the machine.
    pub rate: f64,
    /// Where a simulated clock starts in a new directory; `None`: now.
    pub date: Option<Timestamp>,
    /// How the owner of the twin works.
    pub rules: EngineRules,
    /// Where the journal is kept; `None`: in the directory.
    pub store: Option<Store>,
    /// Another way for commits between the nodes of a store than that store; `None`: there is none.
    pub carrier: Option<Arc<dyn Carrier>>,
}

/// An opened data directory: the running twin, and what does not change while it runs.
#[derive(Debug)]
pub struct DataDirectory {
    /// The running twin.
    pub engine: Engine,
    /// The twin as the pack tells it, before any change.
    pub origin: Twin,
    /// What the pack says of itself.
    pub manifest: Manifest,
    /// What lies on the ground besides assets.
    pub ground: Ground,
    /// The folder of the pack that manifest and ground are of; with an update, once that is applied.
    pub folder: PathBuf,
    /// A newer version of the pack, which the twin is yet to be told.
    pub update: Option<PackUpdate>,
    /// The kept state of the source that was asked for.
    pub checkpoint: Option<Checkpoint>,
    /// Held as long as the directory is in use.
    pub lock: File,
}

/// Opens a data directory and starts its twin, on the current tokio runtime.
///
/// `source` names the source whose checkpoint is wanted.
///
/// # Errors
/// Refuses a directory in use, another pack or another kind of time than it was started with, and
/// a damaged journal.
pub fn open(request: &OpenRequest, source: &str) -> EngineResult<DataDirectory> {
    let data = &request.data;
    std::fs::create_dir_all(data).map_err(io_error("create", data))?;
    let lock = lock(data)?;
    let (pack_folder, update) = settle_pack(data, &request.pack)?;
    let fingerprint = pack::fingerprint(&pack_folder)?;
    let pack = pack::read(&pack_folder)?;
    let store = store_of(request)?;
    let mut journal = writer(&store)?;
    let reader = store.reader()?;
    let is_simulated = pack.manifest.simulated_sensors || request.rate != 1.0;
    let kind = if is_simulated {
        ClockKind::Simulated
    } else {
        ClockKind::Wall
    };
    let facts = (reader.as_ref(), journal.as_deref_mut());
    settle_facts(facts, (fingerprint.to_string(), kind), data)?;
    let crs = gis_data::crs::planar_crs(&pack.manifest.crs)?;
    let origin = Twin::new(Inventory::new(pack.layers, crs)?, HealthRules::default());
    let (manifest, ground, folder) = match (&update, update::told(data)?) {
        (Some(update), _) => (
            update.manifest().clone(),
            update.ground().clone(),
            update.place().into(),
        ),
        (None, Some(told)) => (told.manifest, told.ground, update::place(data)),
        (None, None) => (pack.manifest, pack.ground, pack_folder),
    };
    let twin = replay(origin.clone(), reader.as_ref())?;
    if let Some(journal) = &mut journal
        && journal.wants_places()?
    {
        journal.place(&places(twin.inventory()))?;
    }
    let checkpoint = reader.checkpoint(source)?;
    let clock = clock(kind, reader.latest()?, request);
    let standby = match &store {
        Store::Sqlite(_) => None,
        Store::Postgres(address) => {
            let standby = Standby::new(address, origin.clone(), !is_simulated)?;
            Some(standby.with_carrier(request.carrier.clone()))
        }
    };
    let readers = Readers::new(move || store.reader());
    let engine = start(twin, journal, standby, (clock, readers, request.rules));
    Ok(DataDirectory {
        engine,
        origin,
        manifest,
        ground,
        folder,
        update,
        checkpoint,
        lock,
    })
}

/// What is known of a journal: told by its reader, kept by its writer, if this node is it.
type Facts<'f> = (
    &'f dyn JournalReader,
    Option<&'f mut (dyn Journal + 'static)>,
);

/// Insists on the pack and the kind of time that the directory was started with.
fn settle_facts(
    mut facts: Facts<'_>,
    (pack, clock): (String, ClockKind),
    data: &Path,
) -> EngineResult<()> {
    check_meta(&mut facts, "pack", &pack, |kept| EngineError::OtherPack {
        kept,
        given: pack.clone(),
        path: data.into(),
    })?;
    check_meta(&mut facts, "clock", clock.name(), |kept| {
        EngineError::OtherClock {
            kept,
            wanted: clock.name(),
            path: data.into(),
        }
    })
}

/// A simulated clock goes on at the last time in the journal.
fn clock(kind: ClockKind, last: Timestamp, request: &OpenRequest) -> TwinClock {
    match kind {
        ClockKind::Wall => TwinClock::wall(),
        ClockKind::Simulated => {
            let kept = (last > Timestamp::MIN).then_some(last);
            let start = kept.or(request.date);
            let start = start.unwrap_or_else(|| TwinClock::wall().now());
            TwinClock::simulated(start, request.rate)
        }
    }
}

/// Where all that exists is.
fn places(inventory: &Inventory) -> Vec<(AssetId, LonLat)> {
    let mut places = Vec::new();
    for KindInfo { kind, .. } in AssetKind::ALL {
        for ix in 0..inventory.slots(*kind) {
            let asset = AssetIx { kind: *kind, ix };
            let id = inventory
                .key(asset)
                .and_then(|key| AssetId::new(*kind, key).ok());
            places.extend(id.zip(inventory.place(asset)));
        }
    }
    places
}

/// Where the journal of a directory is.
fn store_of(request: &OpenRequest) -> EngineResult<Store> {
    let own = request.data.join(JOURNAL);
    match &request.store {
        None => Ok(Store::Sqlite(own)),
        Some(Store::Sqlite(path)) if *path == own => Ok(Store::Sqlite(own)),
        // What it has told so far would be passed over without a word.
        Some(other) if own.exists() => Err(EngineError::OtherStore {
            store: other.to_string(),
            path: request.data.clone(),
        }),
        Some(other) => Ok(other.clone()),
    }
}

/// The writer of a journal; `None` where another node is it.
fn writer(store: &Store) -> EngineResult<Option<Box<dyn Journal>>> {
    match (store.open(), store) {
        (Ok(journal), _) => Ok(Some(journal)),
        (Err(StoreError::InUse { .. }), Store::Postgres(_)) => Ok(None),
        (Err(error), _) => Err(error.into()),
    }
}

/// Starts the task that owns the twin. Without a journal to write it follows another node.
pub(super) fn start(
    twin: Twin,
    journal: Option<Box<dyn Journal>>,
    standby: Option<Standby>,
    (clock, readers, rules): (TwinClock, Readers, EngineRules),
) -> Engine {
    let (inbox_sender, inbox) = mpsc::channel(rules.queue_size);
    let (twins, twins_receiver) = watch::channel(twin.clone());
    let (published, _) = broadcast::channel(BATCHES_KEPT);
    // The owner alone keeps the channel open: when it ends, so do the listeners.
    let weak = published.downgrade();
    let is_storing = Arc::new(AtomicBool::new(true));
    let (role, role_receiver) = watch::channel(if journal.is_some() {
        Role::Writer
    } else {
        Role::Follower
    });
    let owner = Owner {
        deadlines: Deadlines::of(&twin),
        last_snapshot: twin.seq(Channel::Public),
        twin,
        journal,
        readers: readers.clone(),
        clock,
        rules,
        inbox,
        twins,
        published,
        outbox: None,
        compaction: None,
        is_storing: Arc::clone(&is_storing),
        is_shared: standby.is_some(),
        is_fenced: false,
    };
    let carrier = standby.as_ref().and_then(|it| it.carrier.clone());
    let node = Node {
        owner,
        role,
        standby,
        reception: Reception::default(),
    };
    tokio::spawn(node.run());
    Engine {
        inbox: inbox_sender,
        twins: twins_receiver,
        published: weak,
        readers,
        clock,
        is_storing,
        role: role_receiver,
        carrier,
    }
}

/// The newest snapshot, and every change after it.
pub(super) fn replay(empty: Twin, reader: &dyn JournalReader) -> StoreResult<Twin> {
    let mut twin = match reader.snapshot()? {
        Some(snapshot) => {
            let built = evolve(empty, &reader.structural_changes(&snapshot)?);
            built.restored(snapshot)
        }
        None => empty,
    };
    loop {
        let [public, restricted] = [Channel::Public, Channel::Restricted].map(|c| twin.seq(c));
        let changes = reader.replay(public, restricted, CHUNK)?;
        if changes.is_empty() {
            return Ok(twin);
        }
        twin = evolve(twin, &changes);
    }
}

fn lock(data: &Path) -> EngineResult<File> {
    let path = data.join("lock");
    let file = File::create(&path).map_err(io_error("create", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EngineError::InUse { path: data.into() }),
        Err(TryLockError::Error(source)) => Err(io_error("lock", &path)(source)),
    }
}

/// The folder of the directory's own pack, which is put there on the first start, and what of a
/// newer version the twin is yet to be told.
fn settle_pack(data: &Path, choice: &PackChoice) -> EngineResult<(PathBuf, Option<PackUpdate>)> {
    let kept = data.join("pack");
    if kept.exists() {
        let update = check_choice(data, &kept, choice)?;
        return Ok((kept, update));
    }
    let pack = match choice {
        PackChoice::Kept => embedded_pack(Preset::default(), SEED)?,
        PackChoice::Embedded(preset) => embedded_pack(*preset, SEED)?,
        PackChoice::Folder(folder) => pack::read(folder)?,
    };
    pack::write(&kept, &pack, IfPresent::Refuse)?;
    Ok((kept, None))
}

fn check_choice(data: &Path, kept: &Path, choice: &PackChoice) -> EngineResult<Option<PackUpdate>> {
    match choice {
        PackChoice::Kept => Ok(None),
        PackChoice::Embedded(preset) => {
            let manifest = pack::read_manifest(kept)?;
            if manifest.preset.as_deref() == Some(preset.name()) {
                return Ok(None);
            }
            let kept = manifest.preset.map_or_else(
                || format!("the pack '{}'", manifest.name),
                |kept| format!("preset '{kept}'"),
            );
            let given = preset.name().to_owned();
            Err(EngineError::OtherPreset {
                kept,
                given,
                path: data.into(),
            })
        }
        PackChoice::Folder(folder) => update::pending(data, kept, folder),
    }
}

/// Keeps a fact on the first start, and insists on it ever after.
fn check_meta(
    (reader, journal): &mut Facts<'_>,
    key: &str,
    value: &str,
    refuse: impl FnOnce(String) -> EngineError,
) -> EngineResult<()> {
    match (reader.meta(key)?, journal) {
        (None, Some(journal)) => Ok(journal.set_meta(key, value)?),
        // The writer is just about to keep it.
        (None, None) => Ok(()),
        (Some(kept), _) if kept == value => Ok(()),
        (Some(kept), _) => Err(refuse(kept)),
    }
}

fn io_error<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(std::io::Error) -> EngineError + use<'a> {
    move |source| EngineError::Io {
        action,
        path: path.into(),
        source,
    }
}
