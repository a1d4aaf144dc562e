//! `twin pack import --sites`: an agglomeration's own tables.

use std::path::{Path, PathBuf};

use gis_data::import::Report;
use gis_data::import::sites::{self, Mapping, Sites, Tables};
use gis_data::pack::{self, Changes, LayerInfo, Pack};

use crate::error::ApiResult;

/// An agglomeration's own tables.
#[derive(Debug, Default, clap::Args)]
pub(super) struct SitesArgs {
    /// Sites and containers (.csv, .geojson, .gpkg, .fgb), whatever their columns are called
    #[arg(long, value_name = "FILE")]
    pub(super) sites: Option<PathBuf>,

    /// Containers in a table of their own, joined to --sites by the number of the site
    #[arg(long, value_name = "FILE", requires = "sites", requires = "map")]
    containers: Option<PathBuf>,

    /// Which column is what (TOML), or the name of a mapping that comes with twin: lieu-conteneur
    /// [default: guessed, as --map-init shows]
    #[arg(long, value_name = "FILE", requires = "sites")]
    map: Option<PathBuf>,

    /// Write the mapping that the columns of --sites suggest, and do nothing else
    #[arg(long, requires = "sites", conflicts_with_all = ["map", "out"])]
    pub(super) map_init: bool,
}

/// What came of the tables, beside their assets.
#[derive(Debug, Default)]
pub(super) struct SitesOutcome {
    /// What was assumed, in words.
    pub(super) assumptions: Vec<String>,
}

impl SitesArgs {
    /// The mapping that the columns suggest, as TOML.
    pub(super) fn proposed_mapping(&self) -> ApiResult<String> {
        let path = self.sites.as_deref().unwrap_or(Path::new(""));
        Ok(sites::propose(path)?.to_toml())
    }

    /// Puts the tables' sites in the place of those that the pack has.
    pub(super) fn add_to(&self, pack: &mut Pack, report: &mut Report) -> ApiResult<SitesOutcome> {
        let Some(path) = &self.sites else {
            return Ok(SitesOutcome::default());
        };
        let (mapping, mut assumptions) = self.mapping(path)?;
        let tables = Tables {
            sites: path,
            containers: self.containers.as_deref(),
        };
        let found = sites::read(tables, &mapping, &pack.layers.communes, report)?;
        assumptions.extend(found.assumptions.iter().map(ToString::to_string));
        let replaced = replace(pack, found, path);
        assumptions.extend(replaced);
        Ok(SitesOutcome { assumptions })
    }

    /// The mapping that was asked for, or the proposed one with its doubts.
    fn mapping(&self, table: &Path) -> ApiResult<(Mapping, Vec<String>)> {
        let Some(path) = &self.map else {
            let proposal = sites::propose(table)?;
            let mut assumptions =
                vec!["columns guessed from their names: see --map-init".to_owned()];
            assumptions.extend(proposal.doubts);
            return Ok((proposal.mapping, assumptions));
        };
        if let Some(shipped) = path.to_str().and_then(Mapping::shipped) {
            return Ok((shipped, Vec::new()));
        }
        Ok((Mapping::read(path)?, Vec::new()))
    }
}

/// Puts the found sites in the place of the pack's; what had to go, in words.
fn replace(pack: &mut Pack, found: Sites, path: &Path) -> Option<String> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let info = LayerInfo {
        source: format!("Fichier {file}"),
        licence: "selon l’éditeur du fichier".to_owned(),
        vintage: "non indiqué".to_owned(),
        synthetic: false,
    };
    let layers = &mut pack.layers;
    let (sites, containers) = (layers.sites.len(), layers.containers.len());
    (layers.sites, layers.containers) = (found.sites, found.containers);
    layers.sensors = found.sensors;
    for (name, is_there) in [
        ("sites", true),
        ("containers", true),
        ("sensors", !layers.sensors.is_empty()),
    ] {
        if is_there {
            pack.manifest.layers.insert(name.to_owned(), info.clone());
        } else {
            pack.manifest.layers.remove(name);
        }
    }
    let message =
        || format!("{file} takes the place of {sites} sites with {containers} containers");
    (sites > 0).then(message)
}

/// What an import changes of the pack that is there already, layer by layer; `None` where there is
/// none of the same name.
pub(super) fn changes_of(out: &Path, new: &Pack) -> Option<Vec<(&'static str, Changes)>> {
    let old = pack::read(out).ok()?;
    (old.manifest.name == new.manifest.name).then(|| {
        let (old, new) = (&old.layers, &new.layers);
        vec![
            ("sites", pack::changes(&old.sites, &new.sites)),
            (
                "containers",
                pack::changes(&old.containers, &new.containers),
            ),
            ("sensors", pack::changes(&old.sensors, &new.sensors)),
        ]
    })
}
