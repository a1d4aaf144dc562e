//! The files that a plan is written into.

use std::path::{Path, PathBuf};

use crate::collection::{
    Language, PlannedDay, SheetRequest, Territory, Words, csv, geojson, gpx, sheet,
};
use crate::error::{ApiError, ApiResult};

/// Where the plan is written.
#[derive(Debug, clap::Args)]
pub(super) struct FileArgs {
    /// Write the ways of the trips and all calls as GeoJSON
    #[arg(long, value_name = "FILE")]
    geojson: Option<PathBuf>,

    /// Write all calls in their order as CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,

    /// Write the calls and the ways for the devices of drivers as GPX
    #[arg(long, value_name = "FILE")]
    gpx: Option<PathBuf>,

    /// Write sheets for drivers, to be printed, as HTML
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,

    /// The language of what drivers read: fr or en
    #[arg(long, value_name = "LANGUAGE", default_value = "fr")]
    language: Language,
}

impl FileArgs {
    /// Writes those that were asked for.
    ///
    /// # Errors
    /// [`ApiError::Write`].
    pub(super) fn write(&self, planned: &PlannedDay, territory: &Territory) -> ApiResult<()> {
        let PlannedDay { rounds, tracks, .. } = planned;
        let words = Words::new(self.language);
        write(self.geojson.as_deref(), || geojson(rounds, tracks))?;
        write(self.csv.as_deref(), || csv(rounds))?;
        write(self.gpx.as_deref(), || gpx(rounds, tracks, &words))?;
        let names = territory.communes();
        let sources = territory.road_sources();
        write(self.sheet.as_deref(), || {
            sheet(&SheetRequest {
                rounds,
                tracks,
                ground: &territory.ground,
                names: &names,
                sources: &sources,
                words: &words,
            })
        })
    }
}

fn write(path: Option<&Path>, text: impl FnOnce() -> String) -> ApiResult<()> {
    let Some(path) = path else {
        return Ok(());
    };
    std::fs::write(path, text()).map_err(|source| ApiError::Write {
        path: path.into(),
        source,
    })
}
