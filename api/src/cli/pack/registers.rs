//! `twin pack import --addresses … --recycling-centres`: the open registers of France.

use std::path::{Path, PathBuf};

use gis_data::import::Report;
use gis_data::import::registers::{self, Registers};
use gis_data::pack::Pack;

use super::progress::Steps;
use crate::error::ApiResult;

/// The open registers of France. Each takes the place of what the extract has of the same kind,
/// and says so; files may be packed with gzip.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(id = "registers", multiple = true)]
pub(super) struct RegisterArgs {
    /// Addresses of the Base Adresse Nationale (adresses-25.csv.gz)
    #[arg(long, value_name = "FILE")]
    pub(super) addresses: Option<PathBuf>,

    /// Health facilities of FINESS (CSV with or without positions, or JSON); may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) finess: Vec<PathBuf>,

    /// Buildings of the fibre roll-out (Arcep's base of buildings, or an operator's IPE)
    #[arg(long, value_name = "FILE")]
    pub(super) premises: Option<PathBuf>,

    /// Sports facilities of Data ES (CSV, JSON or GeoJSON)
    #[arg(long, value_name = "FILE")]
    pub(super) sports: Option<PathBuf>,

    /// Cultural places of BASILIC (CSV)
    #[arg(long, value_name = "FILE")]
    pub(super) culture: Option<PathBuf>,

    /// Recycling centres of SINOE (CSV or JSON)
    #[arg(long, value_name = "FILE")]
    pub(super) recycling_centres: Option<PathBuf>,
}

impl RegisterArgs {
    /// Any one of the files.
    pub(super) fn first(&self) -> Option<&Path> {
        let one = [
            &self.addresses,
            &self.premises,
            &self.sports,
            &self.culture,
            &self.recycling_centres,
        ];
        let one = one.into_iter().flatten();
        one.chain(&self.finess).map(PathBuf::as_path).next()
    }

    /// Puts what the registers have of the territory into the pack; what was assumed, in words.
    pub(super) fn add_to(
        &self,
        pack: &mut Pack,
        report: &mut Report,
        steps: &Steps,
    ) -> ApiResult<Vec<String>> {
        let Some(first) = self.first() else {
            return Ok(Vec::new());
        };
        steps.begin(&format!("reading {}", first.display()));
        let registers = Registers {
            addresses: self.addresses.clone(),
            finess: self.finess.clone(),
            premises: self.premises.clone(),
            sports: self.sports.clone(),
            culture: self.culture.clone(),
            recycling_centres: self.recycling_centres.clone(),
        };
        Ok(registers::add_to(pack, &registers, report)?)
    }
}
