//! Whether a manifest says what it must, and whether the folder holds what it says.

use std::fs;
use std::path::Path;

use super::findings::{FindingCode, Findings};
use crate::crs::planar_crs;
use crate::pack::{LayerInfo, Manifest, file_names};

/// Checks what a manifest says.
pub(super) fn check(manifest: &Manifest, findings: &mut Findings) {
    for (field, value) in [("name", &manifest.name), ("title", &manifest.title)] {
        if value.trim().is_empty() {
            findings.add(
                FindingCode::NoProvenance,
                "pack.toml",
                format_args!("{field} is empty"),
            );
        }
    }
    if let Err(error) = planar_crs(&manifest.crs) {
        findings.add(FindingCode::UnknownCrs, "pack.toml", error);
    }
    for (layer, info) in &manifest.layers {
        check_provenance(layer, info, findings);
    }
    let sensors = manifest.layers.get("sensors");
    let untold = sensors.is_some_and(|sensors| !sensors.synthetic);
    if manifest.simulated_sensors && untold {
        findings.add(
            FindingCode::UntoldSynthetic,
            "pack.toml: layers.sensors",
            "simulated_sensors is true, so synthetic must be true, too",
        );
    }
}

fn check_provenance(layer: &str, info: &LayerInfo, findings: &mut Findings) {
    let told = [
        ("source", &info.source),
        ("licence", &info.licence),
        ("vintage", &info.vintage),
    ];
    for (field, value) in told {
        if value.trim().is_empty() {
            findings.add(
                FindingCode::NoProvenance,
                format_args!("pack.toml: layers.{layer}"),
                format_args!("{field} is empty"),
            );
        }
    }
}

/// Tells of files that are no part of a pack; a folder that cannot be listed has none.
pub(super) fn check_files(dir: &Path, findings: &mut Findings) {
    let known: Vec<String> = file_names().collect();
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut stray: Vec<String> = names.filter(|name| !known.contains(name)).collect();
    stray.sort();
    for name in stray {
        findings.add(
            FindingCode::StrayFile,
            name,
            "no part of a pack is called so",
        );
    }
}
