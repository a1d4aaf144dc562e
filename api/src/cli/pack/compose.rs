//! The pack that an import asks for: first what files say, then what is made up on request.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gis_data::crs::default_planar_crs_for;
use gis_data::import::{Report, clip, communes, osm, virtual_sensors, virtual_sites};
use gis_data::pack::{LayerInfo, Manifest, Pack};
use twin_core::{Commune, Ground, Layers, LonLat, LonLatBox, Span};

use super::Import;
use super::progress::Steps;
use super::sites::SitesOutcome;
use crate::error::ApiResult;

/// Seed of what is made up on request.
const SEED: u64 = 25_388;
/// How often a virtual sensor reports.
const INTERVAL: Span = Span::from_hours(4);
/// The planar reference system of a pack without any place: Lambert-93.
const LAMBERT_93: &str = "EPSG:2154";

impl Import {
    /// Reads what was given, and makes up what was asked for.
    pub(super) fn compose(
        &self,
        report: &mut Report,
        steps: &Steps,
    ) -> ApiResult<(Pack, SitesOutcome)> {
        let outlines = match &self.communes {
            Some(path) => {
                steps.begin(&format!("reading {}", path.display()));
                Some((communes::read(path, report)?, provenance(path)))
            }
            None => None,
        };
        let mut pack = self.start(outlines.as_ref().map(|(all, _)| all.as_slice()), report)?;
        if let Some((outlines, info)) = outlines {
            communes::replace(&mut pack, outlines, info);
        }
        if self.clip {
            clip::to_communes(&mut pack);
        }
        if let Some(path) = &self.own.sites {
            steps.begin(&format!("reading {}", path.display()));
        }
        let mut told = self.own.add_to(&mut pack, report)?;
        let from_registers = self.registers.add_to(&mut pack, report, steps)?;
        told.assumptions.extend(from_registers);
        let assumed = self.terrain.add_to(&mut pack, report, steps)?;
        told.assumptions.extend(assumed);
        if self.virtual_sites > 0 {
            steps.begin("scattering synthetic sites");
            virtual_sites::scatter(&mut pack, self.virtual_sites, SEED)?;
        }
        if self.virtual_sensors {
            virtual_sensors::equip(&mut pack, INTERVAL, SEED)?;
        }
        for (layer, info) in &self.provenance {
            if let Some(known) = pack.manifest.layers.get_mut(*layer) {
                known.clone_from(info);
            }
        }
        Ok((pack, told))
    }

    /// The extract as a pack, or an empty pack where there is none.
    fn start(&self, outlines: Option<&[Commune]>, report: &mut Report) -> ApiResult<Pack> {
        let Some(path) = &self.osm else {
            return Ok(self.bare_pack(outlines.unwrap_or_default()));
        };
        let options = osm::OsmOptions {
            name: self.name.clone(),
            title: self.title.clone(),
            crs: None,
            within: outlines.filter(|_| self.clip).and_then(clip::reach_of),
        };
        Ok(osm::read(path, &options, report)?)
    }

    /// A pack of nothing but its names and its reference system, which suits the outlines.
    fn bare_pack(&self, outlines: &[Commune]) -> Pack {
        let name = self
            .name
            .clone()
            .or_else(|| {
                self.communes
                    .as_deref()
                    .or(self.own.sites.as_deref())
                    .or(self.registers.first())
                    .or(self.terrain.dem.first().map(PathBuf::as_path))
                    .map(short_name)
            })
            .unwrap_or_else(|| "pack".to_owned());
        let manifest = Manifest {
            version: Manifest::VERSION,
            title: self.title.clone().unwrap_or_else(|| name.clone()),
            name,
            crs: planar_crs(outlines).unwrap_or_else(|| LAMBERT_93.to_owned()),
            preset: None,
            notice: BTreeMap::new(),
            simulated_sensors: false,
            layers: BTreeMap::new(),
        };
        Pack {
            manifest,
            layers: Layers::default(),
            ground: Ground::default(),
        }
    }
}

/// `communes72` of `/data/communes72.geojson`, with `-` for what a name should not hold.
fn short_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    stem.chars().map(plain).collect()
}

fn planar_crs(outlines: &[Commune]) -> Option<String> {
    let parts = outlines.iter().flat_map(|commune| &commune.outline);
    let corners = parts.flat_map(|part| part.exterior().coords().copied());
    let extent = LonLatBox::around(corners)?;
    let south_west = LonLat::new(extent.west(), extent.south()).ok()?;
    let north_east = LonLat::new(extent.east(), extent.north()).ok()?;
    Some(default_planar_crs_for(south_west, north_east))
}

fn provenance(path: &Path) -> LayerInfo {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    LayerInfo {
        source: format!("Contours du fichier {file}"),
        licence: "selon l’éditeur du fichier".to_owned(),
        vintage: "non indiqué".to_owned(),
        synthetic: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("/data/communes72.geojson", "communes72")]
    #[case::blanks("mes communes.json", "mes-communes")]
    fn a_pack_of_outlines_is_named_after_their_file(#[case] path: &str, #[case] name: &str) {
        assert_eq!(short_name(Path::new(path)), name);
    }
}
