//! What a story needs beyond the program: shared files and other people's tools. Where one is
//! absent the story is skipped, aloud; `TWIN_REQUIRE_SHARED=1` and `TWIN_REQUIRE_TOOLS=1` make
//! that an error.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{HarnessError, HarnessResult};
use crate::house::root;

/// A file of the folder that is shared with this repository, by its path there.
pub fn shared(name: &str) -> HarnessResult<Option<PathBuf>> {
    let path = root().join("../shared/data").join(name);
    if path.exists() {
        return Ok(Some(path));
    }
    absent("TWIN_REQUIRE_SHARED", &format!("../shared/data/{name}"))
}

/// A Python that has `module`: that of `TWIN_PYTHON`, of `.tools/venv`, or of the system.
pub fn python_with(module: &str) -> HarnessResult<Option<PathBuf>> {
    let named = std::env::var_os("TWIN_PYTHON").map(PathBuf::from);
    let candidates = [
        named,
        Some(root().join(".tools/venv/bin/python3")),
        Some("python3".into()),
    ];
    let import = format!("import {module}");
    let has_it = |python: &PathBuf| runs(python, &["-c", &import]);
    match candidates.into_iter().flatten().find(has_it) {
        Some(python) => Ok(Some(python)),
        None => absent(
            "TWIN_REQUIRE_TOOLS",
            &format!("a Python with the package {module} (TWIN_PYTHON, .tools/venv)"),
        ),
    }
}

/// Another program that is on the `PATH`, by its name.
pub fn program(name: &'static str) -> HarnessResult<Option<&'static str>> {
    if runs(Path::new(name), &["--version"]) {
        return Ok(Some(name));
    }
    absent("TWIN_REQUIRE_TOOLS", name)
}

/// The system's own Python, if it has QGIS (Debian package python3-qgis). It is not among the tools
/// that every run of the tests installs: only `TWIN_REQUIRE_QGIS=1` makes its absence an error.
pub fn python_with_qgis() -> HarnessResult<Option<PathBuf>> {
    let python = PathBuf::from("/usr/bin/python3");
    if runs(&python, &["-c", "import qgis.core"]) {
        return Ok(Some(python));
    }
    absent("TWIN_REQUIRE_QGIS", "QGIS (make conformance installs it)")
}

/// A command that runs `script` of `assets/web` with node, and finds Chromium in `CHROMIUM`.
pub fn page_driver(script: &str) -> HarnessResult<Option<Command>> {
    let require = "TWIN_REQUIRE_TOOLS";
    let web = root().join("assets/web");
    let node = std::env::var_os("TWIN_NODE").unwrap_or_else(|| "node".into());
    if !runs(Path::new(&node), &["--version"]) {
        return absent(require, "node");
    }
    if !web.join("node_modules/playwright-core").is_dir() {
        return absent(require, "assets/web/node_modules (make web)");
    }
    let chromium = std::env::var_os("CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into());
    if !runs(Path::new(&chromium), &["--version"]) {
        return absent(require, "Chromium (CHROMIUM)");
    }
    let mut command = Command::new(node);
    command
        .arg(script)
        .current_dir(web)
        .env::<_, OsString>("CHROMIUM", chromium)
        .stdin(Stdio::null());
    Ok(Some(command))
}

/// Says what is absent, or refuses to go on without it.
pub fn absent<T>(require: &'static str, what: &str) -> HarnessResult<Option<T>> {
    if std::env::var(require).is_ok_and(|value| value == "1") {
        return Err(HarnessError::Absent {
            require,
            what: what.to_owned(),
        });
    }
    say(&format!("SKIPPED: there is no {what}"));
    Ok(None)
}

/// Prints a line for whoever runs the tests.
#[expect(
    clippy::print_stderr,
    reason = "a skipped story says so, and figures are for people"
)]
pub fn say(line: &str) {
    eprintln!("{line}");
}

fn runs(program: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
