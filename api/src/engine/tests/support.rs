//! A small territory, frames that its sensors send, and a journal that can be told to fail.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use gis_data::pack::{IfPresent, LayerInfo, Manifest, Pack, write};
use gis_data::stores::{
    Batch, Digest, Entry, FrameKey, Journal, JournalReader, SqliteJournal, SqliteReader,
    StoreError, StoreResult,
};
use tempfile::TempDir;
use twin_core::{
    Asset, AssetId, Commune, Container, ContainerType, DevEui, Ground, HealthRules, Input,
    Inventory, Layers, LonLat, Mounting, Reading, Sensor, Site, SiteType, Snapshot, Span, Stream,
    Timestamp, Twin, Uplink,
};

use super::super::clock::TwinClock;
use super::super::handle::{Engine, EngineRules};
use super::super::open::{OpenRequest, PackChoice, start};
use super::super::readers::Readers;

/// Sensors of the small territory.
pub(super) const SENSORS: u64 = 4;

fn place() -> LonLat {
    LonLat::new(6.8, 47.5).unwrap()
}

pub(super) fn asset<T>(key: String, detail: T) -> Asset<T> {
    Asset {
        key: key.into(),
        place: place(),
        detail,
    }
}

/// One site with a container and a sensor each; sensors report every hour.
pub(super) fn layers() -> Layers {
    let site = Site {
        name: None,
        street: None,
        site_type: SiteType::RecyclingPoint,
    };
    let container = |n| {
        let detail = Container {
            site: "site/p".parse().unwrap(),
            container_type: ContainerType::Column,
            stream: Stream::Glass,
            volume: None,
            max_load: None,
        };
        asset(format!("c{n}"), detail)
    };
    Layers {
        communes: Vec::<Commune>::new(),
        sites: vec![asset("p".to_owned(), site)],
        containers: (0..SENSORS).map(container).collect(),
        sensors: (0..SENSORS).map(sensor).collect(),
        ..Layers::default()
    }
}

/// The `n`th sensor.
pub(super) fn sensor(n: u64) -> Asset<Sensor> {
    let detail = Sensor {
        container: format!("container/c{n}").parse().unwrap(),
        dev_eui: DevEui(n),
        codec: "milesight-em400-mud".into(),
        mounting: Mounting::new(1800, 400).unwrap(),
        expected_interval: Span::from_hours(1),
    };
    asset(format!("s{n}"), detail)
}

/// The small territory as a pack.
pub(super) fn pack(simulated_sensors: bool) -> Pack {
    let info = LayerInfo {
        source: "made for a test".into(),
        licence: "EUPL-1.2".into(),
        vintage: "2026-11".into(),
        synthetic: true,
    };
    let layers_told = ["sites", "containers", "sensors"];
    Pack {
        manifest: Manifest {
            version: Manifest::VERSION,
            name: "small".into(),
            title: "Small".into(),
            crs: "EPSG:2154".into(),
            preset: None,
            notice: std::collections::BTreeMap::default(),
            simulated_sensors,
            layers: layers_told
                .map(|name| (name.to_owned(), info.clone()))
                .into(),
        },
        layers: layers(),
        ground: Ground::default(),
    }
}

/// A request for `folder/data`, with the small territory in `folder/pack`.
pub(super) fn request(folder: &Path, simulated_sensors: bool) -> OpenRequest {
    let place = folder.join("pack");
    if !place.exists() {
        write(&place, &pack(simulated_sensors), IfPresent::Refuse).unwrap();
    }
    OpenRequest {
        data: folder.join("data"),
        pack: PackChoice::Folder(place),
        rate: 1.0,
        date: None,
        rules: EngineRules::default(),
        store: None,
        carrier: None,
    }
}

/// The small territory before anything happened.
pub(super) fn twin() -> Twin {
    let crs = gis_data::crs::planar_crs("EPSG:2154").unwrap();
    Twin::new(
        Inventory::new(layers(), crs).unwrap(),
        HealthRules::default(),
    )
}

/// Frame number `f_cnt` of a sensor, measured and received at `at`.
pub(super) fn frame(sensor: u64, f_cnt: u32, at: Timestamp) -> Input {
    Input::Uplink(Uplink {
        source: "test".into(),
        dev_eui: DevEui(sensor),
        session: "00000001".into(),
        f_cnt,
        f_port: Some(85),
        bytes: f_cnt.to_be_bytes().to_vec(),
        network_at: at,
        received_at: at,
        rssi_dbm: None,
        snr_db: None,
        spreading_factor: None,
        gateways: Vec::new(),
        decoder: None,
        reading: Reading {
            distance_mm: Some(u16::try_from(400 + f_cnt % 1400).unwrap()),
            ..Reading::default()
        },
    })
}

/// What a [`TestJournal`] is told and tells.
#[derive(Clone, Debug, Default)]
pub(super) struct Switch {
    fails: Arc<AtomicBool>,
    gate: Arc<Mutex<Option<Gate>>>,
    batches: Arc<Mutex<Vec<Batch>>>,
}

/// Holds one commit back.
#[derive(Debug)]
struct Gate {
    reached: mpsc::SyncSender<()>,
    opened: mpsc::Receiver<()>,
}

impl Switch {
    /// Lets commits fail, or succeed again.
    pub(super) fn set_fails(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    /// Holds the next commit back: tells when it is reached, and waits until told to go on.
    pub(super) fn hold_next(&self) -> (mpsc::Receiver<()>, mpsc::SyncSender<()>) {
        let (reached, is_reached) = mpsc::sync_channel(1);
        let (open, opened) = mpsc::sync_channel(1);
        *self.gate.lock().unwrap() = Some(Gate { reached, opened });
        (is_reached, open)
    }

    /// All entries that were committed.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let batches = self.batches.lock().unwrap();
        batches
            .iter()
            .flat_map(|batch| batch.entries.clone())
            .collect()
    }
}

/// A real journal whose commits can be made to wait or to fail.
#[derive(Debug)]
struct TestJournal {
    inner: SqliteJournal,
    switch: Switch,
}

impl Journal for TestJournal {
    fn append(&mut self, batch: &Batch) -> StoreResult<()> {
        let gate = self.switch.gate.lock().unwrap().take();
        if let Some(gate) = gate {
            gate.reached.send(()).unwrap();
            gate.opened.recv().unwrap();
        }
        if self.switch.fails.load(Ordering::SeqCst) {
            return Err(StoreError::Io {
                action: "write",
                path: "a full disk".into(),
                source: std::io::ErrorKind::StorageFull.into(),
            });
        }
        self.inner.append(batch)?;
        self.switch.batches.lock().unwrap().push(batch.clone());
        Ok(())
    }

    fn save_snapshot(&mut self, snapshot: &Snapshot) -> StoreResult<()> {
        self.inner.save_snapshot(snapshot)
    }

    fn begin_after(&mut self, forgotten: u64) -> StoreResult<()> {
        self.inner.begin_after(forgotten)
    }

    fn forget(&mut self, seq: u64, limit: u32) -> StoreResult<usize> {
        self.inner.forget(seq, limit)
    }

    fn forget_digests(&mut self, before: Timestamp) -> StoreResult<usize> {
        self.inner.forget_digests(before)
    }

    fn keep_digests(&mut self, asset: &AssetId, digests: &[Digest]) -> StoreResult<()> {
        self.inner.keep_digests(asset, digests)
    }

    fn release(&mut self, frames: &[FrameKey]) -> StoreResult<usize> {
        self.inner.release(frames)
    }

    fn set_meta(&mut self, key: &str, value: &str) -> StoreResult<()> {
        self.inner.set_meta(key, value)
    }

    fn wants_places(&self) -> StoreResult<bool> {
        self.inner.wants_places()
    }

    fn place(&mut self, places: &[(AssetId, LonLat)]) -> StoreResult<()> {
        self.inner.place(places)
    }

    fn hold(&mut self) -> StoreResult<()> {
        self.inner.hold()
    }

    fn epoch(&self) -> u64 {
        self.inner.epoch()
    }

    fn reader(&self) -> StoreResult<Box<dyn JournalReader>> {
        self.inner.reader()
    }
}

/// A running twin of the small territory on a journal of its own.
pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) switch: Switch,
    pub(super) folder: TempDir,
}

impl Bench {
    pub(super) fn new(clock: TwinClock, rules: EngineRules) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("journal.sqlite");
        let switch = Switch::default();
        let journal = TestJournal {
            inner: SqliteJournal::open(&path).unwrap(),
            switch: switch.clone(),
        };
        let readers = Readers::new(move || Ok(Box::new(SqliteReader::open(&path)?)));
        let engine = start(
            twin(),
            Some(Box::new(journal)),
            None,
            (clock, readers, rules),
        );
        Self {
            engine,
            switch,
            folder,
        }
    }

    /// A reader that sees only what is on disk.
    pub(super) fn reader(&self) -> SqliteReader {
        SqliteReader::open(&self.folder.path().join("journal.sqlite")).unwrap()
    }
}

/// Rules under which each input is a commit of its own.
pub(super) fn one_by_one() -> EngineRules {
    EngineRules {
        group_window: std::time::Duration::ZERO,
        group_size: 1,
        ..EngineRules::default()
    }
}
