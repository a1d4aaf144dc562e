//! `twin pack`: makes packs out of other people's files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gis_data::crs::default_planar_crs_for;
use gis_data::import::{Report, communes, osm, virtual_sensors, virtual_sites};
use gis_data::pack::{self, IfPresent, LayerInfo, Manifest, Pack};
use serde::Serialize;
use twin_core::{AssetKind, Commune, Layers, LonLat, LonLatBox, Span};

use super::print;
use crate::error::{ApiError, ApiResult};

/// Seed of what is made up on request.
const SEED: u64 = 25_388;
/// How often a virtual sensor reports.
const INTERVAL: Span = Span::from_hours(4);

/// Make packs: the folders that `twin serve --pack` serves.
#[derive(Debug, clap::Args)]
pub struct PackCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Import(Import),
}

/// Compose a pack out of other people's files.
///
/// What cannot be used is left out and told; the import goes on.
#[derive(Debug, clap::Args)]
struct Import {
    /// OpenStreetMap extract (.osm.pbf): points of interest, roads, water, outlines
    #[arg(long, value_name = "FILE", required_unless_present = "communes")]
    osm: Option<PathBuf>,

    /// Outlines of communes (GeoJSON with code and nom); they take the place of the extract's
    #[arg(long, value_name = "FILE")]
    communes: Option<PathBuf>,

    /// Scatter so many synthetic recycling sites over the communes, by their population
    #[arg(long, value_name = "N", default_value_t = 0)]
    virtual_sites: usize,

    /// Give each container a synthetic sensor, whose readings are simulated
    #[arg(long)]
    virtual_sensors: bool,

    /// Folder of the new pack
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Short name of the pack [default: after the file]
    #[arg(long)]
    name: Option<String>,

    /// Name of the pack for people [default: the short name]
    #[arg(long)]
    title: Option<String>,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// What an import came to.
#[derive(Debug, Serialize)]
struct Outcome {
    layers: Vec<LayerOutcome>,
    warnings: Vec<WarningOutcome>,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct LayerOutcome {
    name: &'static str,
    count: usize,
    synthetic: bool,
}

#[derive(Debug, Serialize)]
struct WarningOutcome {
    code: String,
    r#where: String,
    message: String,
}

impl PackCommand {
    /// Does what was asked for.
    pub(super) fn run(self) -> ApiResult<()> {
        match self.action {
            Action::Import(import) => import.run(),
        }
    }
}

impl Import {
    fn run(self) -> ApiResult<()> {
        let started = std::time::Instant::now();
        let mut report = Report::default();
        let pack = self.compose(&mut report)?;
        pack::write(&self.out, &pack, IfPresent::Refuse)?;
        let outcome = Outcome {
            layers: layers(&pack),
            warnings: report.warnings().map(WarningOutcome::of).collect(),
            seconds: started.elapsed().as_secs_f64(),
        };
        if self.json {
            let json =
                serde_json::to_string_pretty(&outcome).map_err(|source| ApiError::PrintConfig {
                    source: source.into(),
                })?;
            return print(&(json + "\n"));
        }
        print(&outcome.to_text(&report, &self.out))
    }

    fn compose(&self, report: &mut Report) -> ApiResult<Pack> {
        let outlines = self.communes.as_deref();
        let outlines = outlines
            .map(|path| communes::read(path, report))
            .transpose()?;
        let mut pack = match &self.osm {
            Some(path) => {
                let (name, title) = (self.name.clone(), self.title.clone());
                osm::read(
                    path,
                    &osm::OsmOptions {
                        name,
                        title,
                        crs: None,
                    },
                    report,
                )?
            }
            None => bare_pack(self, outlines.as_deref().unwrap_or_default()),
        };
        if let (Some(outlines), Some(path)) = (outlines, &self.communes) {
            communes::replace(&mut pack, outlines, provenance(path));
        }
        if self.virtual_sites > 0 {
            virtual_sites::scatter(&mut pack, self.virtual_sites, SEED)?;
        }
        if self.virtual_sensors {
            virtual_sensors::equip(&mut pack, INTERVAL, SEED)?;
        }
        Ok(pack)
    }
}

/// A pack of nothing but its reference system, which suits the outlines.
fn bare_pack(import: &Import, outlines: &[Commune]) -> Pack {
    let corners = outlines.iter().map(|commune| commune.center.into());
    let extent = LonLatBox::around(corners);
    let corner = |lon, lat| LonLat::new(lon, lat).ok();
    let crs = extent.and_then(|extent| {
        let south_west = corner(extent.west(), extent.south())?;
        let north_east = corner(extent.east(), extent.north())?;
        Some(default_planar_crs_for(south_west, north_east))
    });
    let name = import.name.clone().unwrap_or_else(|| "pack".to_owned());
    let manifest = Manifest {
        version: Manifest::VERSION,
        title: import.title.clone().unwrap_or_else(|| name.clone()),
        name,
        crs: crs.unwrap_or_else(|| "EPSG:2154".to_owned()),
        preset: None,
        notice: BTreeMap::new(),
        simulated_sensors: false,
        layers: BTreeMap::new(),
    };
    Pack {
        manifest,
        layers: Layers::default(),
        lines: Vec::new(),
    }
}

fn provenance(path: &Path) -> LayerInfo {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    LayerInfo {
        source: format!("outlines of {file}"),
        licence: "as the file's publisher says".to_owned(),
        vintage: "as the file's publisher says".to_owned(),
        synthetic: false,
    }
}

fn layers(pack: &Pack) -> Vec<LayerOutcome> {
    let synthetic = |name: &str| {
        pack.manifest
            .layers
            .get(name)
            .is_some_and(|info| info.synthetic)
    };
    let layer = |name, count| LayerOutcome {
        name,
        count,
        synthetic: synthetic(name),
    };
    let communes = layer("communes", pack.layers.communes.len());
    let assets = AssetKind::ALL
        .iter()
        .map(|info| layer(info.layer, pack.layers.count(info.kind)));
    let lines = pack::LineLayer::ALL.map(|line| {
        let count = pack
            .lines
            .iter()
            .filter(|drawn| drawn.layer == line)
            .count();
        layer(line.name(), count)
    });
    std::iter::once(communes)
        .chain(assets)
        .chain(lines)
        .filter(|layer| layer.count > 0)
        .collect()
}

impl WarningOutcome {
    fn of(warning: &gis_data::import::Warning) -> Self {
        Self {
            code: warning.code.to_string(),
            r#where: format!("{}, {}", warning.file.display(), warning.object),
            message: warning.message.to_string(),
        }
    }
}

impl Outcome {
    fn to_text(&self, report: &Report, out: &Path) -> String {
        let mut lines = Vec::new();
        for layer in &self.layers {
            let mark = if layer.synthetic { "  synthetic" } else { "" };
            lines.push(format!("{:>10}  {}{mark}", layer.count, layer.name));
        }
        for (code, count) in report.counts() {
            lines.push(format!("{count:>10}  warnings: {code}"));
        }
        lines.push(format!("pack {} in {:.1} s\n", out.display(), self.seconds));
        lines.join("\n")
    }
}
