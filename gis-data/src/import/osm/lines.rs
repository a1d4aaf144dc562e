//! Roads and water as they are drawn.

use twin_core::LonLat;

use super::blocks::PbfFile;
use super::gather::{Gathered, Way};
use crate::import::{Report, WarningCode};
use crate::pack::{LineLayer, MapLine};

/// Every drawn line with all its points; a line that lacks some is left out with a warning.
pub(super) fn lines(gathered: &Gathered, file: &PbfFile, report: &mut Report) -> Vec<MapLine> {
    let mut warn = |code, way: &Way, message: &str| {
        report.warn(code, file.path(), format_args!("way {}", way.id), message);
    };
    let mut lines = Vec::new();
    for way in &gathered.ways {
        let Some(layer) = way.interest.line else {
            continue;
        };
        match path(gathered, way) {
            None => warn(WarningCode::MissingNodes, way, "lacks some of its nodes"),
            Some(path) if path.len() < 2 => {
                warn(
                    WarningCode::DegenerateLine,
                    way,
                    "has fewer than two different points",
                );
            }
            Some(path) => lines.push(line(layer, way, path)),
        }
    }
    lines
}

fn path(gathered: &Gathered, way: &Way) -> Option<Vec<LonLat>> {
    let places: Option<Vec<LonLat>> = way.refs.iter().map(|id| gathered.places.get(*id)).collect();
    let mut path = places?;
    path.dedup();
    Some(path)
}

fn line(layer: LineLayer, way: &Way, path: Vec<LonLat>) -> MapLine {
    let class_key = match layer {
        LineLayer::Roads => "highway",
        LineLayer::Water => "waterway",
    };
    let class = way.tags.text(class_key).unwrap_or_default();
    MapLine {
        layer,
        class,
        name: way.tags.text("name"),
        path,
    }
}
