//! Where scenarios play: territories before their edits.

use std::path::{Path, PathBuf};

use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
use gis_data::pack::{self, Pack};
use simulator::SimError;
use simulator::filling::FlowPlan;
use simulator::random::Seed;
use simulator::scenario::{Present, Scenario};
use twin_core::{Ground, Layers};

use super::fork::Fork;
use crate::error::ApiResult;
use crate::ingest::flows_of;

/// The layout of a synthetic city follows from this, whatever the seed of its runs: it is a place.
const CITY_SEED: Seed = Seed(850);
/// The plane in which a synthetic city is indexed.
const CITY_CRS: &str = "EPSG:32631";

/// Where territories are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin<'a> {
    /// On this machine: packs are named as seen from a folder.
    Folder(&'a Path),
    /// Nowhere on this machine, for whoever asks a server is not to read its files; but the live state
    /// may be asked for.
    Server(Option<Live<'a>>),
}

/// The live state of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live<'a> {
    /// As it was at one moment.
    pub(crate) fork: &'a Fork,
    /// The folder of its pack, where the roads are, and their order is kept.
    pub(crate) folder: &'a Path,
}

/// A territory before the edits.
pub(super) struct Found {
    pub(super) title: String,
    pub(super) is_synthetic: bool,
    pub(super) layers: Layers,
    pub(super) ground: Ground,
    pub(super) crs: String,
    pub(super) flows: FlowPlan,
    /// Where the order of its roads is kept, if anywhere.
    pub(super) dir: Option<PathBuf>,
    /// What is known of levels, where that is the live state.
    pub(super) present: Option<Present>,
}

impl Origin<'_> {
    /// Where the pack of a scenario lies.
    fn folder(self, pack: &str) -> ApiResult<PathBuf> {
        match self {
            Self::Folder(folder) => Ok(folder.join(pack)),
            Self::Server(_) => Err(SimError::InvalidScenario {
                key: "territory.pack".into(),
                value: pack.into(),
                expected: "a preset, a city or the live state, for a server reads no folder that a request names",
            }
            .into()),
        }
    }

    /// Opens the territory of a scenario.
    pub(super) fn open(self, scenario: &Scenario) -> ApiResult<Found> {
        let base = &scenario.territory;
        if let Some(city) = &base.city {
            return Ok(Found {
                title: "Ville modèle".into(),
                is_synthetic: true,
                layers: city.layers(CITY_SEED)?,
                ground: Ground::default(),
                crs: CITY_CRS.into(),
                flows: city.flows(),
                dir: None,
                present: None,
            });
        }
        if base.live {
            return self.live()?.open();
        }
        let dir = base.pack.as_ref().map(|pack| self.folder(pack));
        let dir = dir.transpose()?;
        let pack = match (&dir, &base.preset) {
            (Some(dir), _) => pack::read(dir)?,
            (None, Some(name)) => embedded_pack(name.parse()?, EmbeddedOptions::SEED)?,
            (None, None) => embedded_pack(Preset::default(), EmbeddedOptions::SEED)?,
        };
        let Pack {
            manifest,
            layers,
            ground,
        } = pack;
        Ok(Found {
            flows: flows_of(&manifest),
            is_synthetic: manifest.is_synthetic(),
            crs: manifest.crs.clone(),
            title: manifest.title,
            layers,
            ground,
            dir,
            present: None,
        })
    }

    /// The live state, where there is one.
    fn live(&self) -> ApiResult<Live<'_>> {
        match self {
            Self::Server(Some(live)) => Ok(*live),
            Self::Server(None) | Self::Folder(_) => Err(SimError::InvalidScenario {
                key: "territory.live".into(),
                value: "true".into(),
                expected: "a preset, a pack or a city, for only a running server has a live state",
            }
            .into()),
        }
    }
}

impl Live<'_> {
    fn open(self) -> ApiResult<Found> {
        let Self { fork, folder } = self;
        Ok(Found {
            title: fork.manifest.title.clone(),
            is_synthetic: fork.state.is_synthetic,
            layers: fork.layers.clone(),
            ground: pack::read_mapped_traffic(folder)?,
            crs: fork.manifest.crs.clone(),
            flows: flows_of(&fork.manifest),
            dir: Some(folder.into()),
            present: Some(fork.present()?),
        })
    }
}
