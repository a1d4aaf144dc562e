//! The rules of the house, as tables; each check returns one sentence per violation.

use std::collections::BTreeSet;
use std::path::Path;

use super::lock::LockedGraph;
use super::sources::RustFile;
use super::{Member, Workspace};

/// The most lines of a Rust file without its tests.
pub const MAX_LINES: usize = 600;

/// What one crate may and may not depend on.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// The crate.
    pub name: &'static str,
    /// The crates of the workspace it may depend on.
    pub arrows: &'static [&'static str],
    /// What must not be reached from it, directly or not. `bevy*` stands for every such name.
    pub never: &'static [&'static str],
    /// What its code must not spell, because it would be IO, a clock or a thread.
    pub never_spelled: &'static [&'static str],
}

/// Every crate there may be.
pub const ROOMS: &[Room] = &[
    Room {
        name: "twin-core",
        arrows: &[],
        never: &[
            "tokio", "mio", "socket2", "hyper", "axum*", "bevy*", "rusqlite", "ureq", "rayon",
        ],
        never_spelled: &[
            "std::fs",
            "std::net",
            "std::process",
            "std::thread",
            "SystemTime",
            "Instant::",
            "::now()",
        ],
    },
    Room {
        name: "gis-data",
        arrows: &["twin-core"],
        never: &["axum*", "bevy*", "simulator"],
        never_spelled: &[],
    },
    Room {
        name: "simulator",
        arrows: &["twin-core"],
        never: &[
            "gis-data", "axum*", "bevy*", "tokio", "mio", "socket2", "rusqlite", "ureq",
        ],
        never_spelled: &[
            "std::fs",
            "std::net",
            "std::process",
            "SystemTime",
            "Instant::",
            "::now()",
            "HashMap",
            "HashSet",
        ],
    },
    Room {
        name: "api",
        arrows: &["twin-core", "gis-data", "simulator"],
        never: &["bevy*", "viewer"],
        never_spelled: &[],
    },
    Room {
        name: "viewer",
        arrows: &["twin-core", "gis-data"],
        never: &["api", "axum*"],
        never_spelled: &[],
    },
    Room {
        name: "tests",
        arrows: &["twin-core", "gis-data", "simulator", "api", "viewer"],
        never: &[],
        never_spelled: &[],
    },
];

fn room(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

/// Crates without a room, and arrows that are on no whitelist.
pub fn forbidden_arrows(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for member in &workspace.packages {
        let Some(room) = room(&member.name) else {
            violations.push(format!("{} is no room of the house", member.name));
            continue;
        };
        let inner = member.arrows().filter(|arrow| workspace.has(&arrow.name));
        let forbidden = inner.filter(|arrow| !room.arrows.contains(&arrow.name.as_str()));
        violations.extend(forbidden.map(|arrow| format!("{} -> {}", member.name, arrow.name)));
    }
    violations
}

/// Packages that a crate must never reach, and reaches.
pub fn banned_packages(workspace: &Workspace, locked: &LockedGraph) -> Vec<String> {
    let mut violations = Vec::new();
    for member in &workspace.packages {
        let never = room(&member.name).map_or(&[][..], |room| room.never);
        let reached = reached_from(member, workspace, locked);
        let banned = reached
            .iter()
            .filter(|name| never.iter().any(|ban| matches(ban, name)));
        violations.extend(banned.map(|name| format!("{} reaches {name}", member.name)));
    }
    violations
}

/// All packages that `member` is built from. `Cargo.lock` mixes the test dependencies of the
/// workspace's own crates with the others, so these crates are followed by their declared arrows.
fn reached_from(member: &Member, workspace: &Workspace, locked: &LockedGraph) -> BTreeSet<String> {
    let mut inner = BTreeSet::new();
    let mut outer = BTreeSet::new();
    let mut waiting = vec![member];
    while let Some(at) = waiting.pop() {
        for arrow in at.arrows() {
            match workspace
                .packages
                .iter()
                .find(|other| other.name == arrow.name)
            {
                Some(other) if inner.insert(other.name.as_str()) => waiting.push(other),
                Some(_) => {}
                None => drop(outer.insert(arrow.name.as_str())),
            }
        }
    }
    let reached = locked.closure(outer).into_iter().chain(inner);
    reached.map(str::to_owned).collect()
}

fn matches(ban: &str, name: &str) -> bool {
    match ban.strip_suffix('*') {
        Some(start) => name
            .strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_'])),
        None => name == ban,
    }
}

/// Crates that are built by default and should not be, or not and should; `stores` where it is
/// not wanted.
pub fn misplaced_defaults(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for member in &workspace.packages {
        let is_default = workspace.workspace_default_members.contains(&member.id);
        if is_default == (member.name == "viewer") {
            violations.push(format!("{} is a default member: {is_default}", member.name));
        }
        let default = member.features.get("default").into_iter().flatten();
        if member.name == "gis-data" && default.into_iter().any(|feature| feature == "stores") {
            violations.push("gis-data has the feature stores on by default".to_owned());
        }
        let asks_for_stores =
            |arrow: &super::Dependency| arrow.features.iter().any(|f| f == "stores");
        if member.name == "viewer" && member.arrows().any(asks_for_stores) {
            violations.push("viewer asks for the feature stores".to_owned());
        }
    }
    violations
}

/// Why a crate whose `Cargo.toml` is `manifest` does not keep the lints of the workspace.
pub fn lints_not_inherited(name: &str, manifest: &toml::Table) -> Option<String> {
    let inherits = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"));
    (inherits != Some(&toml::Value::Boolean(true)))
        .then(|| format!("{name} does not inherit the lints of the workspace"))
}

/// What is wrong with the name or the length of one Rust file of the crate `name`, or spelled in
/// it. `within` is the path of the file in its crate.
pub fn misshapen_file(name: &str, within: &Path, file: &RustFile) -> Vec<String> {
    let mut violations = Vec::new();
    let at = format!("{name}/{}", within.display());
    if within
        .file_name()
        .is_some_and(|file_name| file_name == "mod.rs")
    {
        violations.push(format!("{at}: write foo.rs beside foo/, not foo/mod.rs"));
    }
    let lines = file.code().lines().count();
    if lines > MAX_LINES {
        violations.push(format!(
            "{at}: {lines} lines without tests, more than {MAX_LINES}"
        ));
    }
    if within.starts_with("src") {
        let never = room(name).map_or(&[][..], |room| room.never_spelled);
        let code = file
            .code()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for (line, word) in code.flat_map(|line| never.iter().map(move |word| (line, word))) {
            if line.contains(word) {
                violations.push(format!("{at}: {word} in '{}'", line.trim()));
            }
        }
    }
    violations
}
