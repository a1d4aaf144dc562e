//! The roads of the served pack, read when somebody first asks for them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use gis_data::pack;
use simulator::roads::{Edits, RoadMap, RoadMetric};
use simulator::roads::{HourClass, Profile};
use tokio::sync::OnceCell;

use super::jobs::Jobs;
use crate::error::{ApiError, ApiResult};
use crate::roads::{Kept, road_map};

/// The roads of the served pack. Cloning it is cheap; it takes no memory to speak of until somebody
/// asks for a route.
///
/// From then on it holds the roads of a mode with their hierarchy, and a metric for each profile and
/// hour that was asked for: some 30 MiB and 5 MiB for the embedded territory, a half of that for
/// Andorra. A closed street makes a metric for one request only.
#[derive(Clone, Debug)]
pub struct ServedRoads(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    is_synthetic: bool,
    /// By mode.
    maps: Mutex<BTreeMap<String, Arc<OnceCell<Arc<RoadMap>>>>>,
    /// By profile and hour.
    metrics: Mutex<BTreeMap<(String, String), Arc<RoadMetric>>>,
    jobs: Jobs,
}

impl ServedRoads {
    /// The roads of the pack in a folder, in which their order is kept. Nothing is read yet.
    pub fn new(folder: PathBuf, is_synthetic: bool) -> Self {
        let threads = available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Inner {
            folder,
            is_synthetic,
            maps: Mutex::default(),
            metrics: Mutex::default(),
            jobs: Jobs::new(threads),
        }))
    }

    /// Whether the streets are made up.
    pub(super) fn is_synthetic(&self) -> bool {
        self.0.is_synthetic
    }

    /// Where searches run.
    pub(super) fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// The roads that a profile drives on. Whoever comes first has them read; who comes meanwhile
    /// waits for the same, and it goes on when all of them go.
    pub(super) async fn map(&self, profile: &Profile) -> ApiResult<Arc<RoadMap>> {
        let cell = {
            let mut maps = lock(&self.0.maps);
            Arc::clone(maps.entry(profile.mode().to_string()).or_default())
        };
        if let Some(map) = cell.get() {
            return Ok(Arc::clone(map));
        }
        let (served, profile) = (self.clone(), profile.clone());
        let reading = tokio::spawn(async move {
            let read = async || read(served, profile).await;
            cell.get_or_try_init(read).await.cloned()
        });
        reading.await.map_err(cannot_read)?
    }

    /// The costs of open streets, to be asked for on a thread that may block.
    pub(super) fn metric(
        &self,
        map: &Arc<RoadMap>,
        profile: &Profile,
        hour: HourClass,
    ) -> ApiResult<Arc<RoadMetric>> {
        let key = (profile.name().to_owned(), hour.to_string());
        if let Some(metric) = lock(&self.0.metrics).get(&key) {
            return Ok(Arc::clone(metric));
        }
        let metric = Arc::new(map.metric(profile, hour, &Edits::default())?);
        let mut metrics = lock(&self.0.metrics);
        Ok(Arc::clone(metrics.entry(key).or_insert(metric)))
    }
}

async fn read(served: ServedRoads, profile: Profile) -> ApiResult<Arc<RoadMap>> {
    let reading = tokio::task::spawn_blocking(move || {
        let started = std::time::Instant::now();
        let folder = &served.0.folder;
        let ground = pack::read_traffic(folder)?;
        let (map, kept) = road_map(&ground, &profile, Some(folder))?;
        drop(ground);
        let (mode, seconds) = (profile.mode(), started.elapsed().as_secs_f64());
        match kept {
            Kept::Read => tracing::info!("read the {mode} roads in {seconds:.2} s"),
            Kept::Made => tracing::info!("ordered the {mode} roads in {seconds:.2} s"),
            Kept::Replaced(reason) => tracing::warn!(
                "the kept order of the roads could not be used and was made anew in {seconds:.2} s: {reason}"
            ),
        }
        Ok(Arc::new(map))
    });
    reading.await.map_err(cannot_read)?
}

fn cannot_read(error: tokio::task::JoinError) -> ApiError {
    ApiError::Run {
        action: "read the roads",
        source: std::io::Error::other(error),
    }
}

/// What it guards is whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use gis_data::pack::{IfPresent, LayerInfo, Manifest, Pack};
    use twin_core::{Ground, Layers, LonLat, Road, Tags};

    use super::*;

    /// Writes a pack of one street.
    fn write_pack(folder: &Path) {
        let info = LayerInfo {
            source: "made for a test".into(),
            licence: "EUPL-1.2".into(),
            vintage: "2026-11".into(),
            synthetic: true,
        };
        let at = |lon| LonLat::new(lon, 47.5).unwrap();
        let street = Road {
            id: None,
            class: "residential".into(),
            name: None,
            tags: Tags::default(),
            nodes: vec![],
            path: vec![at(6.8), at(6.81)],
        };
        let pack = Pack {
            manifest: Manifest {
                version: Manifest::VERSION,
                name: "small".into(),
                title: "Small".into(),
                crs: "EPSG:2154".into(),
                preset: None,
                notice: BTreeMap::default(),
                simulated_sensors: false,
                layers: [("roads".to_owned(), info)].into(),
            },
            layers: Layers::default(),
            ground: Ground {
                roads: vec![street],
                ..Ground::default()
            },
        };
        pack::write(folder, &pack, IfPresent::Refuse).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn however_many_ask_the_roads_are_read_once() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("pack");
        write_pack(&folder);
        let served = ServedRoads::new(folder.clone(), true);
        let ask = || {
            let served = served.clone();
            let car = Profile::built_in("car").unwrap();
            tokio::spawn(async move { served.map(&car).await.unwrap() })
        };
        let first = ask();
        let others = [(); 8].map(|()| ask());
        first.abort();
        let mut maps = Vec::new();
        for other in others {
            maps.push(other.await.unwrap());
        }
        assert!(maps.iter().all(|map| Arc::ptr_eq(map, &maps[0])));
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(Arc::ptr_eq(&ask().await.unwrap(), &maps[0]));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn roads_that_could_not_be_read_are_tried_again() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("pack");
        let served = ServedRoads::new(folder.clone(), true);
        let car = Profile::built_in("car").unwrap();
        assert!(served.map(&car).await.is_err());
        write_pack(&folder);
        assert!(served.map(&car).await.is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_metric_of_open_streets_is_made_once_for_a_profile_and_an_hour() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("pack");
        write_pack(&folder);
        let served = ServedRoads::new(folder, true);
        let car = Profile::built_in("car").unwrap();
        let map = served.map(&car).await.unwrap();
        let metric = |hour| served.metric(&map, &car, hour).unwrap();
        let off_peak = metric(HourClass::OffPeak);
        assert!(Arc::ptr_eq(&off_peak, &metric(HourClass::OffPeak)));
        assert!(!Arc::ptr_eq(&off_peak, &metric(HourClass::Peak)));
    }
}
