//! The house as it stands: which crates there are, what each depends on, and their Rust files.
//! What it must look like is said in [`rules`].

pub mod lock;
pub mod rules;
pub mod sources;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::error::{HarnessError, HarnessResult};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// What `cargo metadata` tells of the workspace, without its dependencies' own dependencies.
#[derive(Clone, Debug, Deserialize)]
pub struct Workspace {
    /// The members.
    pub packages: Vec<Member>,
    /// The package ids of the members that a bare `cargo build` builds.
    pub workspace_default_members: Vec<String>,
}

/// One crate of the workspace.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its package id, as [`Workspace::workspace_default_members`] lists it.
    pub id: String,
    /// Its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// What it declares to depend on.
    pub dependencies: Vec<Dependency>,
    /// Its features, each with what it enables.
    pub features: BTreeMap<String, Vec<String>>,
}

/// One declared dependency.
#[derive(Clone, Debug, Deserialize)]
pub struct Dependency {
    /// The name of the crate.
    pub name: String,
    /// `None` for a normal one, else `build` or `dev`.
    pub kind: Option<String>,
    /// The features that are asked for.
    pub features: Vec<String>,
}

impl Workspace {
    /// Asks cargo, without any network.
    pub fn read() -> HarnessResult<Self> {
        let cargo: PathBuf =
            std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from);
        let output = Command::new(&cargo)
            .args([
                "metadata",
                "--format-version=1",
                "--no-deps",
                "--offline",
                "--locked",
            ])
            .current_dir(root())
            .output()
            .map_err(|source| HarnessError::Io {
                action: "run",
                path: cargo.clone(),
                source,
            })?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(HarnessError::Metadata { stderr });
        }
        serde_json::from_slice(&output.stdout).map_err(|error| HarnessError::Malformed {
            path: cargo,
            reason: error.to_string(),
        })
    }

    /// Whether a crate of the workspace is called `name`.
    pub fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|member| member.name == name)
    }
}

impl Member {
    /// What it needs to be built and to run; what only its tests need is left out.
    pub fn arrows(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(root())
    }
}
