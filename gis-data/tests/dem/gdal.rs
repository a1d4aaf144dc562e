//! GDAL's tools, and heights as they read them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a tool of GDAL prints; `None`, and a loud word, where GDAL is not installed.
pub(crate) fn run(tool: &str, arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(tool).args(arguments).output() else {
        let is_required = std::env::var_os("TWIN_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!is_required, "{tool} is required, but is not installed");
        eprintln!("SKIPPED: {tool} is not installed (Debian package gdal-bin)");
        return None;
    };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{tool} {arguments:?}: {told}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The heights of a file of any format as GDAL reads them, row by row, in 64 bits.
pub(crate) fn heights(file: &Path) -> Option<Vec<f64>> {
    let home = tempfile::tempdir().unwrap();
    let raw = home.path().join("raw");
    let arguments = [
        "-q",
        "-of",
        "ENVI",
        "-ot",
        "Float64",
        text(file),
        text(&raw),
    ];
    run("gdal_translate", &arguments)?;
    let bytes = fs::read(raw).unwrap();
    let values = bytes.as_chunks::<8>().0.iter();
    Some(values.map(|value| f64::from_le_bytes(*value)).collect())
}

/// A tile out of its archive, as a file of its own, for tools that do not look into archives.
pub(crate) fn unpacked(archive: &Path, home: &Path) -> PathBuf {
    let mut archive = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    let mut entry = archive.by_index(0).unwrap();
    let path = home.join(&*entry.name().unwrap());
    std::io::copy(&mut entry, &mut fs::File::create(&path).unwrap()).unwrap();
    path
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
