//! The roads that a command asks, and who drives there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gis_data::import::{Report, osm};
use gis_data::pack::{self, Manifest, Pack};
use simulator::roads::{Edits, HourClass, Profile, RoadMap, RoadMetric};
use twin_core::Ground;

use super::note;
use crate::error::{ApiError, ApiResult};
use crate::roads::{Avoid, Driver, Kept, Loaded, edits, profile, road_map};

/// Reads an extract, and tells how much of it could not be used.
pub(super) fn read_extract(path: &Path) -> ApiResult<Pack> {
    let mut report = Report::default();
    let pack = osm::read(path, &osm::OsmOptions::default(), &mut report)?;
    for (code, count) in report.counts() {
        note(&format!("{}: {count} × {code}", path.display()));
    }
    Ok(pack)
}

/// Tells that a kept order of roads was of no use.
pub(super) fn tell_replaced(kept: &Kept) {
    if let Kept::Replaced(reason) = kept {
        note(&format!(
            "the kept order of the roads could not be used and is made anew: {reason}"
        ));
    }
}

/// Where the roads come from, who drives, and when.
#[derive(Debug, clap::Args)]
pub(super) struct RoadArgs {
    #[command(flatten)]
    file: FileArgs,

    /// Who drives: car, truck-26t, light-3.5t, foot, or a file of your own (.toml)
    #[arg(long, value_name = "PROFILE", default_value = "car")]
    profile: String,

    /// When: off-peak or peak
    #[arg(long, value_name = "HOUR", default_value = "off-peak")]
    hour: HourClass,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct FileArgs {
    /// Folder of a pack; the order of its roads is kept there
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,

    /// OpenStreetMap extract (.osm.pbf)
    #[arg(long, value_name = "FILE")]
    osm: Option<PathBuf>,
}

/// Roads that are ready to be asked.
#[derive(Debug)]
pub(super) struct OpenRoads {
    /// Who drives there.
    pub(super) profile: Profile,
    map: Arc<RoadMap>,
    hour: HourClass,
    is_synthetic: bool,
}

impl RoadArgs {
    /// Reads the roads, and their order where it is kept.
    pub(super) fn open(&self) -> ApiResult<OpenRoads> {
        let profile = profile(&self.profile)?;
        let (ground, manifest) = self.read()?;
        let (map, kept) = road_map(&ground, &profile, self.file.pack.as_deref())?;
        tell_replaced(&kept);
        let layer = manifest.layers.get("roads");
        Ok(OpenRoads {
            profile,
            map: Arc::new(map),
            hour: self.hour,
            is_synthetic: layer.is_some_and(|info| info.synthetic),
        })
    }

    fn read(&self) -> ApiResult<(Ground, Manifest)> {
        match (&self.file.pack, &self.file.osm) {
            (Some(dir), _) => Ok((pack::read_traffic(dir)?, pack::read_manifest(dir)?)),
            (None, Some(path)) => {
                let pack = read_extract(path)?;
                Ok((pack.ground, pack.manifest))
            }
            // The command line asks for one of them.
            (None, None) => Err(ApiError::InvalidOption {
                option: "--pack",
                value: "".into(),
                expected: "a pack or an extract",
            }),
        }
    }
}

impl OpenRoads {
    /// The costs of all streets but those that are avoided.
    pub(super) fn metric(&self, avoid: &[Avoid]) -> ApiResult<RoadMetric> {
        let open = self
            .map
            .metric(&self.profile, self.hour, &Edits::default())?;
        if avoid.is_empty() {
            return Ok(open);
        }
        let edits = edits(avoid, &open)?;
        Ok(self.map.metric(&self.profile, self.hour, &edits)?)
    }

    /// Who drives.
    pub(super) fn driver(&self, loaded: Option<Loaded>) -> Driver {
        Driver {
            profile: self.profile.name().to_owned(),
            hour: self.hour,
            loaded,
            is_synthetic: self.is_synthetic,
        }
    }
}
