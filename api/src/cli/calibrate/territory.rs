//! Of which territory: a pack's or the embedded one, and who lives in it.

use std::path::PathBuf;

use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
use gis_data::pack;
use twin_core::{Timestamp, Twin};

use crate::collection::Territory;
use crate::error::ApiResult;

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct TerritoryArgs {
    /// Folder of a pack
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,

    /// The synthetic territory that comes with the program: demo-2022, target-2023 or as-built
    #[arg(long, value_name = "PRESET", num_args = 0..=1, default_missing_value = "target-2023")]
    embedded: Option<Preset>,
}

impl TerritoryArgs {
    /// The territory that was named; `None` where none was.
    pub(super) fn open(&self) -> ApiResult<Option<Territory>> {
        let pack = match (&self.pack, self.embedded) {
            (Some(dir), _) => pack::read(dir)?,
            (None, Some(preset)) => embedded_pack(preset, EmbeddedOptions::SEED)?,
            (None, None) => return Ok(None),
        };
        Territory::new(pack).map(Some)
    }

    /// The territory that was named, or the embedded one.
    pub(super) fn open_or_embedded(&self) -> ApiResult<Territory> {
        if let Some(territory) = self.open()? {
            return Ok(territory);
        }
        Territory::new(embedded_pack(Preset::default(), EmbeddedOptions::SEED)?)
    }
}

/// The communes that belong to a territory at some time, and how many people live there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Perimeter {
    pub(super) communes: usize,
    pub(super) inhabitants: u64,
}

impl Perimeter {
    /// That of a twin on the first day of July of a year.
    pub(super) fn of(twin: &Twin, year: i16) -> Self {
        let middle = format!("{year:04}-07-01T00:00:00Z");
        let at = middle.parse().unwrap_or(Timestamp::MIN);
        let mut perimeter = Self {
            communes: 0,
            inhabitants: 0,
        };
        for (_, commune) in twin.inventory().communes().members(at) {
            perimeter.communes += 1;
            perimeter.inhabitants += u64::from(commune.population.unwrap_or(0));
        }
        perimeter
    }
}
