//! What is wrong with a pack: whether its files can be read, whether it says what it must of
//! itself, and whether what it holds goes together.
//!
//! A pack without errors can be served; a test holds this to be so. Nothing here changes anything.

mod assets;
mod findings;
mod ground;
mod manifest;
mod outlines;
mod ranges;

use std::path::Path;

use twin_core::LonLat;

use self::assets::AssetChecks;
pub use self::findings::{Finding, FindingCode, Findings, Severity};
use self::outlines::Outlines;
use crate::error::GisError;
use crate::pack::{self, Pack};

/// Looks for everything that is wrong with the pack in `dir`.
///
/// A layer that cannot be read is told and counts as empty for the rest: what refers to it is then
/// told, too.
///
/// ```
/// use gis_data::validate::{FindingCode, validate};
///
/// let empty = tempfile::tempdir()?;
/// let findings = validate(empty.path());
/// assert_eq!(findings.count(FindingCode::UnreadableManifest), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn validate(dir: &Path) -> Findings {
    let mut findings = Findings::default();
    match pack::survey(dir) {
        Ok(survey) => {
            for problem in &survey.problems {
                findings.add(code_of(problem), place_of(problem), with_cause(problem));
            }
            manifest::check_files(dir, &mut findings);
            check(&survey.pack, &mut findings);
        }
        Err(problem) => findings.add(code_of(&problem), "pack.toml", with_cause(&problem)),
    }
    findings
}

/// Looks for what is wrong with a pack in memory.
pub fn validate_pack(pack: &Pack) -> Findings {
    let mut findings = Findings::default();
    check(pack, &mut findings);
    findings
}

fn check(pack: &Pack, findings: &mut Findings) {
    let outlines = Outlines::new(&pack.layers.communes);
    manifest::check(&pack.manifest, findings);
    outlines::check(&pack.layers.communes, findings);
    if outlines.is_empty() {
        findings.add(
            FindingCode::NoCommune,
            "communes.fgb",
            "there is no outline of a commune",
        );
    }
    AssetChecks::new(pack, &outlines, findings).run();
    ground::check(pack, &outlines, findings);
    ranges::check(pack, findings);
}

/// What a problem with reading is called here.
fn code_of(problem: &GisError) -> FindingCode {
    match problem {
        GisError::PackVersion { .. } => FindingCode::UnknownVersion,
        GisError::UnknownLayer { .. } => FindingCode::UnknownLayer,
        GisError::UnlistedLayer { .. } => FindingCode::UnlistedLayer,
        GisError::MissingLayer { .. } => FindingCode::MissingLayer,
        GisError::BrokenLayer { .. }
        | GisError::ForeignCrs { .. }
        | GisError::UnusableColumn { .. }
        | GisError::BrokenFeature { .. }
        | GisError::InvalidGeometry { .. }
        | GisError::InvalidValue { .. }
        | GisError::UnmatchedCamera { .. } => FindingCode::UnreadableLayer,
        GisError::Io { path, .. } if !is_manifest(path) => FindingCode::UnreadableLayer,
        _ => FindingCode::UnreadableManifest,
    }
}

fn is_manifest(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "pack.toml")
}

/// The file that a problem with reading is in.
fn place_of(problem: &GisError) -> String {
    let path = match problem {
        GisError::MissingLayer { path, .. }
        | GisError::BrokenLayer { path, .. }
        | GisError::ForeignCrs { path, .. }
        | GisError::UnusableColumn { path, .. }
        | GisError::BrokenFeature { path, .. }
        | GisError::InvalidGeometry { path, .. }
        | GisError::InvalidValue { path, .. }
        | GisError::UnmatchedCamera { path, .. }
        | GisError::Io { path, .. } => path.file_name(),
        _ => None,
    };
    path.map_or_else(
        || "pack.toml".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn with_cause(problem: &GisError) -> String {
    match std::error::Error::source(problem) {
        Some(cause) => format!("{problem}: {cause}"),
        None => problem.to_string(),
    }
}

/// A place as messages write it.
fn shown(place: LonLat) -> String {
    format!("{:.5}, {:.5}", place.lon(), place.lat())
}
