//! `twin pack inspect`: what a pack holds, and where that comes from.

use std::path::PathBuf;

use gis_data::pack::{self, GroundLayer, LayerInfo, Pack};
use serde::Serialize;
use twin_core::{AssetKind, LonLatBox};

use crate::cli::print;
use crate::error::{ApiError, ApiResult};

/// Show what a pack holds: layers, counts, extent, provenance, what is synthetic.
///
/// Example: twin pack inspect packs/andorra
#[derive(Debug, clap::Args)]
pub(super) struct Inspect {
    /// Folder of the pack
    #[arg(value_name = "DIR")]
    pack: PathBuf,

    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// What a pack holds. Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
struct Inspection {
    name: String,
    title: String,
    crs: String,
    /// Whether any layer is synthetic.
    synthetic: bool,
    /// West, south, east, north of the outlines of its communes, in degrees.
    bbox: Option<[f64; 4]>,
    layers: Vec<Layer>,
}

#[derive(Debug, Serialize)]
struct Layer {
    name: String,
    /// Objects; for the terrain, posts.
    count: usize,
    synthetic: bool,
    source: String,
    licence: String,
    vintage: String,
}

impl Inspect {
    pub(super) fn run(&self) -> ApiResult<()> {
        let inspection = Inspection::of(&pack::read(&self.pack)?);
        if !self.json {
            return print(&inspection.to_text());
        }
        let json = serde_json::to_string_pretty(&inspection);
        print(
            &json
                .map(|json| json + "\n")
                .map_err(|error| ApiError::Run {
                    action: "write the inspection as JSON",
                    source: error.into(),
                })?,
        )
    }
}

impl Inspection {
    fn of(pack: &Pack) -> Self {
        let manifest = &pack.manifest;
        let layer = |(name, info): (&String, &LayerInfo)| Layer {
            name: name.clone(),
            count: count(pack, name),
            synthetic: info.synthetic,
            source: info.source.clone(),
            licence: info.licence.clone(),
            vintage: info.vintage.clone(),
        };
        let outlines = pack.layers.communes.iter().flat_map(|it| &it.outline);
        let corners = outlines.flat_map(|part| part.exterior().coords().copied());
        let extent = LonLatBox::around(corners);
        Self {
            name: manifest.name.clone(),
            title: manifest.title.clone(),
            crs: manifest.crs.clone(),
            synthetic: manifest.layers.values().any(|info| info.synthetic),
            bbox: extent.map(|it| [it.west(), it.south(), it.east(), it.north()]),
            layers: manifest.layers.iter().map(layer).collect(),
        }
    }

    fn to_text(&self) -> String {
        let mut lines = vec![
            format!("{} ({})", self.title, self.name),
            format!("reference system {}", self.crs),
        ];
        lines.extend(self.bbox.map(|[west, south, east, north]| {
            format!("from {west:.4}, {south:.4} to {east:.4}, {north:.4}")
        }));
        lines.push(String::new());
        let names = self.layers.iter().map(|layer| layer.name.len());
        let width = names.chain(["layer".len()]).max().unwrap_or_default();
        lines.push(format!("  {:<width$}  {:>9}", "layer", "count"));
        for layer in &self.layers {
            let mark = if layer.synthetic { "  synthetic" } else { "" };
            lines.push(format!(
                "  {:<width$}  {:>9}{mark}",
                layer.name, layer.count
            ));
        }
        lines.push(String::new());
        lines.extend(self.sources());
        lines.join("\n") + "\n"
    }

    /// Each source once, with the layers that come from it.
    fn sources(&self) -> Vec<String> {
        let mut told: Vec<([&str; 3], Vec<&str>)> = Vec::new();
        for layer in &self.layers {
            let source = [&*layer.source, &*layer.licence, &*layer.vintage];
            match told.iter_mut().find(|(other, _)| *other == source) {
                Some((_, names)) => names.push(&layer.name),
                None => told.push((source, vec![&layer.name])),
            }
        }
        let lines = told.iter().map(|([source, licence, vintage], names)| {
            format!("{}: {source} ({licence}; {vintage})", names.join(", "))
        });
        lines.collect()
    }
}

fn count(pack: &Pack, name: &str) -> usize {
    let kind = AssetKind::ALL.iter().find(|info| info.layer == name);
    let ground = GroundLayer::ALL.into_iter().find(|it| it.name() == name);
    match (kind, ground) {
        (Some(info), _) => pack.layers.count(info.kind),
        (None, Some(layer)) => layer.count(&pack.ground),
        (None, None) => pack.layers.communes.len(),
    }
}

#[cfg(test)]
mod tests {
    use gis_data::import::embedded::{Preset, embedded_pack};

    use super::*;

    #[test]
    fn the_embedded_territory_is_told_layer_by_layer() {
        let inspection = Inspection::of(&embedded_pack(Preset::Demo2022, 1).unwrap());
        let json = serde_json::to_value(&inspection).unwrap();
        assert_eq!(json["name"], "pma");
        assert_eq!(json["crs"], "EPSG:2154");
        assert_eq!(json["synthetic"], true);
        let layers = json["layers"].as_array().unwrap();
        let sensors = layers
            .iter()
            .find(|layer| layer["name"] == "sensors")
            .unwrap();
        assert_eq!(sensors["count"], 200);
        assert_eq!(sensors["synthetic"], true);
        assert!(
            layers
                .iter()
                .all(|layer| layer["source"] != "" && layer["licence"] != "")
        );
        let text = inspection.to_text();
        assert!(text.contains("communes") && text.contains("73"), "{text}");
    }
}
