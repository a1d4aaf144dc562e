//! The resolved graph of every package, as `Cargo.lock` records it: all features that the
//! workspace enables, all platforms.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::root;
use crate::error::{HarnessError, HarnessResult};

/// Which package needs which, by name. Two versions of a package count as one.
#[derive(Clone, Debug, Default)]
pub struct LockedGraph {
    needs: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct LockFile {
    package: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    name: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl LockedGraph {
    /// Reads the `Cargo.lock` of the repository.
    pub fn read() -> HarnessResult<Self> {
        let path = root().join("Cargo.lock");
        let text = std::fs::read_to_string(&path).map_err(|source| HarnessError::Io {
            action: "read",
            path: path.clone(),
            source,
        })?;
        Self::from_toml(&text).map_err(|error| HarnessError::Malformed {
            path,
            reason: error.to_string(),
        })
    }

    /// Reads the text of a `Cargo.lock`.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        let file: LockFile = toml::from_str(text)?;
        let mut needs: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for package in file.package {
            // An entry is `name`, or `name version` where there are several versions.
            let names = package
                .dependencies
                .iter()
                .filter_map(|entry| entry.split(' ').next());
            needs
                .entry(package.name)
                .or_default()
                .extend(names.map(str::to_owned));
        }
        Ok(Self { needs })
    }

    /// Everything that is reached from `starts`, themselves included.
    pub fn closure<'a>(&'a self, starts: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<&str> = starts.into_iter().collect();
        while let Some(name) = waiting.pop() {
            if reached.insert(name) {
                waiting.extend(
                    self.needs
                        .get(name)
                        .into_iter()
                        .flatten()
                        .map(String::as_str),
                );
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closure_follows_every_version_and_ends_in_a_circle() {
        let graph = LockedGraph::from_toml(
            r#"
            [[package]]
            name = "a"
            dependencies = ["b 1.0.0", "c"]
            [[package]]
            name = "b"
            dependencies = ["d"]
            [[package]]
            name = "b"
            dependencies = ["e", "a"]
            [[package]]
            name = "c"
            "#,
        )
        .unwrap();
        assert_eq!(
            Vec::from_iter(graph.closure(["a"])),
            ["a", "b", "c", "d", "e"]
        );
        assert_eq!(Vec::from_iter(graph.closure(["c"])), ["c"]);
    }
}
