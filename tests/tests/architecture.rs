//! The house keeps its rules, and each rule can be broken.

use std::path::Path;

use rstest::rstest;
use serde_json::json;
use tests::HarnessResult;
use tests::house::lock::LockedGraph;
use tests::house::rules::{
    MAX_LINES, ROOMS, banned_packages, forbidden_arrows, lints_not_inherited, misplaced_defaults,
    misshapen_file,
};
use tests::house::sources::{RustFile, rust_files};
use tests::house::{Workspace, root};

const NOTHING: [String; 0] = [];

#[test]
fn no_crate_has_an_arrow_that_is_not_on_its_whitelist() -> HarnessResult<()> {
    assert_eq!(forbidden_arrows(&Workspace::read()?), NOTHING);
    Ok(())
}

#[test]
fn no_crate_reaches_a_package_that_is_banned_for_it() -> HarnessResult<()> {
    assert_eq!(
        banned_packages(&Workspace::read()?, &LockedGraph::read()?),
        NOTHING
    );
    Ok(())
}

#[test]
fn the_viewer_alone_is_not_built_by_default_and_has_no_stores() -> HarnessResult<()> {
    assert_eq!(misplaced_defaults(&Workspace::read()?), NOTHING);
    Ok(())
}

#[test]
fn every_crate_inherits_the_lints_of_the_workspace() -> HarnessResult<()> {
    for member in Workspace::read()?.packages {
        let manifest = std::fs::read_to_string(&member.manifest_path).unwrap();
        assert_eq!(
            lints_not_inherited(&member.name, &manifest.parse().unwrap()),
            None
        );
    }
    Ok(())
}

#[test]
fn every_rust_file_has_the_shape_of_the_house() -> HarnessResult<()> {
    let mut violations = Vec::new();
    for member in Workspace::read()?.packages {
        let files = rust_files(member.folder())?;
        assert!(!files.is_empty(), "{} has no Rust file", member.name);
        for file in files {
            let within = file.path.strip_prefix(member.folder()).unwrap();
            violations.extend(misshapen_file(&member.name, within, &file));
        }
    }
    assert_eq!(violations, NOTHING);
    Ok(())
}

#[test]
fn every_crate_has_a_room_and_a_row_in_the_architecture_page() -> HarnessResult<()> {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let workspace = Workspace::read()?;
    for room in ROOMS {
        assert!(workspace.has(room.name), "there is no crate {}", room.name);
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{}/` |", room.name)));
        let arrows = room.arrows.iter().map(|arrow| format!("`{arrow}`"));
        for arrow in arrows {
            assert!(
                row.unwrap_or_default().contains(&arrow),
                "{}: {row:?} without {arrow}",
                room.name
            );
        }
        assert!(
            row.is_some(),
            "ARCHITECTURE.md has no row for {}/",
            room.name
        );
    }
    Ok(())
}

/// A workspace of `name`, which depends on `arrow` in the way of `kind`, and of that crate.
fn workspace(name: &str, arrow: &str, kind: Option<&str>) -> Workspace {
    let member = |name: &str, dependencies: serde_json::Value| {
        json!({
            "name": name, "id": name, "manifest_path": "/x/Cargo.toml",
            "dependencies": dependencies, "features": {},
        })
    };
    let dependency = json!([{ "name": arrow, "kind": kind, "features": ["stores"] }]);
    let mut packages = vec![member(name, dependency)];
    if ROOMS.iter().any(|room| room.name == arrow) {
        packages.push(member(arrow, json!([])));
    }
    let default_members = if name == "viewer" {
        json!([])
    } else {
        json!([name, arrow])
    };
    let text = json!({ "packages": packages, "workspace_default_members": default_members });
    serde_json::from_value(text).unwrap()
}

#[rstest]
#[case::core_knows_files("twin-core", "gis-data")]
#[case::files_know_the_model("gis-data", "simulator")]
#[case::model_knows_files("simulator", "gis-data")]
#[case::server_knows_the_viewer("api", "viewer")]
#[case::viewer_knows_the_server("viewer", "api")]
#[case::someone_needs_the_tests("api", "tests")]
fn an_arrow_that_is_not_listed_is_found(#[case] from: &str, #[case] to: &str) {
    let found = [format!("{from} -> {to}")];
    assert_eq!(forbidden_arrows(&workspace(from, to, None)), found);
    assert_eq!(forbidden_arrows(&workspace(from, to, Some("build"))), found);
    assert_eq!(forbidden_arrows(&workspace(from, to, Some("dev"))), NOTHING);
}

#[test]
fn a_crate_without_a_room_is_found() {
    let found = ["helpers is no room of the house"];
    assert_eq!(
        forbidden_arrows(&workspace("helpers", "serde", None)),
        found
    );
}

#[rstest]
#[case::directly("twin-core", "tokio", "tokio")]
#[case::through_another("twin-core", "reqwest", "tokio")]
#[case::by_the_start_of_its_name("api", "globe", "bevy_ecs")]
#[case::files_in_a_server("gis-data", "axum", "axum")]
#[case::clockwork("simulator", "reqwest", "tokio")]
#[case::server_in_the_viewer("viewer", "site", "axum-core")]
fn a_banned_package_is_found(#[case] name: &str, #[case] needs: &str, #[case] banned: &str) {
    let locked = LockedGraph::from_toml(
        r#"
        package = [
            { name = "reqwest", dependencies = ["hyper-util", "tokio 1.54.1"] },
            { name = "globe", dependencies = ["bevy_ecs"] },
            { name = "site", dependencies = ["axum-core"] },
            { name = "bevyish" },
        ]
        "#,
    )
    .unwrap();
    let found = [format!("{name} reaches {banned}")];
    assert_eq!(
        banned_packages(&workspace(name, needs, None), &locked),
        found
    );
    assert_eq!(
        banned_packages(&workspace(name, needs, Some("dev")), &locked),
        NOTHING
    );
    assert_eq!(
        banned_packages(&workspace(name, "bevyish", None), &locked),
        NOTHING
    );
}

#[test]
fn a_ban_also_holds_through_a_crate_of_the_workspace() {
    let mut house = workspace("simulator", "twin-core", None);
    house.packages[1].dependencies = workspace("x", "tokio", None).packages[0]
        .dependencies
        .clone();
    let found = ["simulator reaches tokio", "twin-core reaches tokio"];
    assert_eq!(banned_packages(&house, &LockedGraph::default()), found);
}

#[test]
fn a_misplaced_default_is_found() {
    let mut house = workspace("viewer", "gis-data", None);
    house.workspace_default_members = vec!["viewer".to_owned()];
    house.packages[1]
        .features
        .insert("default".to_owned(), vec!["stores".to_owned()]);
    let found = [
        "viewer is a default member: true",
        "viewer asks for the feature stores",
        "gis-data is a default member: false",
        "gis-data has the feature stores on by default",
    ];
    assert_eq!(misplaced_defaults(&house), found);
}

#[rstest]
#[case::none("[package]\nname = 'x'")]
#[case::its_own("[lints.rust]\nmissing_docs = 'allow'")]
#[case::refused("[lints]\nworkspace = false")]
fn a_crate_with_lints_of_its_own_is_found(#[case] manifest: &str) {
    assert!(lints_not_inherited("x", &manifest.parse().unwrap()).is_some());
}

#[rstest]
#[case::a_mod_file("api", "src/http/mod.rs", "", "write foo.rs beside foo/")]
#[case::a_clock("simulator", "src/filling.rs", "let t = Instant::now();", "Instant::")]
#[case::a_file("twin-core", "src/lib.rs", "use std::fs::File;", "std::fs")]
#[case::map_order("simulator", "src/a.rs", "use std::collections::HashMap;", "HashMap")]
fn a_misshapen_file_is_found(
    #[case] name: &str,
    #[case] path: &str,
    #[case] text: &str,
    #[case] complaint: &str,
) {
    let file = RustFile {
        path: path.into(),
        text: text.to_owned(),
    };
    let found = misshapen_file(name, Path::new(path), &file);
    assert!(
        found.first().is_some_and(|first| first.contains(complaint)),
        "{found:?}"
    );
}

#[test]
fn a_file_is_measured_without_its_tests() {
    let measure = |text: String| {
        let file = RustFile {
            path: "src/a.rs".into(),
            text,
        };
        misshapen_file("api", Path::new("src/a.rs"), &file).len()
    };
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(MAX_LINES));
    assert_eq!(measure("fn f() {}\n".repeat(MAX_LINES) + &tests), 0);
    assert_eq!(measure("fn f() {}\n".repeat(MAX_LINES + 1) + &tests), 1);
}
