//! A newer version of the pack that a directory was started with: what differs is told to the twin
//! like anything else that happens, so that live state and history stay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gis_data::pack::{self, IfPresent, Manifest, Pack};
use twin_core::{
    Action, Address, Asset, AssetId, Camera, Command, Container, Depot, Detail, FibreLink,
    FibreNode, Ground, HealthFacility, Input, Layers, OperatorAccess, Record, Sensor, Site,
    UnloadingSite, Vehicle,
};

use super::error::{EngineError, EngineResult, SubmitError};
use super::handle::Engine;

/// The folder of the version that the twin was told last, beside the one it was started with.
const TOLD: &str = "pack-told";

/// A version of the territory that the twin has not been told yet.
#[derive(Debug)]
pub struct PackUpdate {
    told: Layers,
    given: Pack,
    place: PathBuf,
}

/// The newer version of the pack that the twin was told last; `None` where it was told none but the
/// one it was started with.
pub(super) fn told(data: &Path) -> EngineResult<Option<Pack>> {
    let place = place(data);
    Ok(place.exists().then(|| pack::read(&place)).transpose()?)
}

/// Where the version that the twin was told last lies.
pub(super) fn place(data: &Path) -> PathBuf {
    data.join(TOLD)
}

/// What is to be told of the pack in `folder`; `None` where it is the one that was told last.
///
/// # Errors
/// A pack of another territory, and any other one where sensors are simulated: their state belongs
/// to what the directory was started with.
pub(super) fn pending(data: &Path, kept: &Path, folder: &Path) -> EngineResult<Option<PackUpdate>> {
    let told = match told(data)? {
        Some(told) => told,
        None => pack::read(kept)?,
    };
    let given = pack::read(folder)?;
    if told == given {
        return Ok(None);
    }
    let is_same_territory = told.manifest.name == given.manifest.name
        && told.manifest.crs == given.manifest.crs
        && told.layers.communes == given.layers.communes;
    if !is_same_territory {
        return Err(EngineError::OtherPack {
            kept: told.manifest.name,
            given: given.manifest.name,
            path: data.into(),
        });
    }
    if told.manifest.simulated_sensors || given.manifest.simulated_sensors {
        return Err(EngineError::SimulatedUpdate {
            name: given.manifest.name,
            path: data.into(),
        });
    }
    Ok(Some(PackUpdate {
        told: told.layers,
        given,
        place: place(data),
    }))
}

impl PackUpdate {
    /// What the newer version says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.given.manifest
    }

    /// The ground of the newer version.
    pub const fn ground(&self) -> &Ground {
        &self.given.ground
    }

    /// Where it is kept once it is told.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Tells the twin what differs; how many assets that were. Told again after a crash, it ends in
    /// the same state.
    ///
    /// # Errors
    /// Where the twin stops or cannot store. What it refuses is logged, and the rest goes on.
    pub async fn apply(self, engine: &Engine) -> EngineResult<usize> {
        let mut outcomes = Vec::new();
        for action in actions(&self.told, &self.given.layers) {
            let received_at = engine.clock().now();
            let command = Command {
                received_at,
                action,
            };
            outcomes.push(engine.hand_over(Input::Command(command)).await?);
        }
        let count = outcomes.len();
        for outcome in outcomes {
            match outcome.await {
                Ok(_receipt) => {}
                Err(SubmitError::Refused(refusal)) => {
                    tracing::warn!("a change of the pack was left out: {refusal}");
                }
                Err(error) => return Err(error.into()),
            }
        }
        pack::write(&self.place, &self.given, IfPresent::Replace)?;
        Ok(count)
    }
}

/// What turns one version into the other: first what nothing refers to goes, then everything comes,
/// what is referred to before what refers to it, then the rest goes.
fn actions(told: &Layers, given: &Layers) -> Vec<Action> {
    let mut difference = Difference::default();
    difference.add(told, given, Record::Site);
    difference.add(told, given, Record::Container);
    difference.add(told, given, Record::Sensor);
    difference.add(told, given, Record::Camera);
    difference.add(told, given, Record::HealthFacility);
    difference.add(told, given, Record::FibreNode);
    difference.add(told, given, Record::FibreLink);
    difference.add(told, given, Record::Depot);
    difference.add(told, given, Record::UnloadingSite);
    difference.add(told, given, Record::Vehicle);
    difference.add(told, given, Record::Address);
    let is_leaf = |id: &AssetId| {
        use twin_core::AssetKind::{Container, Depot, FibreNode, Site};
        !matches!(id.kind(), Site | Container | FibreNode | Depot)
    };
    let removed = difference.removed.into_iter().rev();
    let (leaves, referred): (Vec<_>, Vec<_>) = removed.partition(is_leaf);
    let leaves = leaves.into_iter().map(Action::Remove);
    let referred = referred.into_iter().map(Action::Remove);
    leaves.chain(difference.put).chain(referred).collect()
}

#[derive(Default)]
struct Difference {
    put: Vec<Action>,
    removed: Vec<AssetId>,
}

/// What is told of an asset besides its record: of a camera, what it is aimed at.
trait Aimed {
    /// How the asset of this name is aimed; `None` for what is no camera.
    fn aim(&self, _id: AssetId) -> Option<Action> {
        None
    }
}

macro_rules! unaimed {
    ($($kind:ident)*) => {$(impl Aimed for $kind {})*};
}

unaimed! {
    Site Container Sensor HealthFacility FibreNode FibreLink Depot UnloadingSite Vehicle Address
}

impl Aimed for Camera {
    fn aim(&self, camera: AssetId) -> Option<Action> {
        let aiming = self.aiming.reveal(OperatorAccess::granted()).clone();
        Some(Action::Aim { camera, aiming })
    }
}

impl Difference {
    fn add<T>(&mut self, told: &Layers, given: &Layers, record: fn(Asset<T>) -> Record)
    where
        T: Detail + Aimed + Clone + PartialEq,
    {
        let (told, given) = (T::of(told), T::of(given));
        let mut old: BTreeMap<&str, &Asset<T>> = told.iter().map(|it| (&*it.key, it)).collect();
        for asset in given {
            let was = old.remove(&*asset.key);
            if was == Some(asset) {
                continue;
            }
            self.put.push(Action::Put(record(asset.clone())));
            let id = asset.id().ok();
            self.put.extend(id.and_then(|id| asset.detail.aim(id)));
        }
        let gone = told.iter().filter(|asset| old.contains_key(&*asset.key));
        self.removed
            .extend(gone.filter_map(|asset| asset.id().ok()));
    }
}
