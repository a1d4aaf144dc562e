//! What is in the folder, and what happens when something is already there.

use std::fs;
use std::path::Path;

use gis_data::GisError;
use gis_data::pack::{self, IfPresent, LayerInfo};
use twin_core::{OperatorAccess, Restricted, Span};

use crate::samples;

fn written(pack: &pack::Pack) -> (tempfile::TempDir, std::path::PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    pack::write(&dir, pack, IfPresent::Refuse).unwrap();
    (home, dir)
}

fn edit_manifest(dir: &Path, edit: impl Fn(&str) -> String) {
    let path = dir.join("pack.toml");
    fs::write(&path, edit(&fs::read_to_string(&path).unwrap())).unwrap();
}

#[test]
fn a_pack_reads_back_as_it_was_written() {
    let pack = samples::pack();
    let (_home, dir) = written(&pack);
    let read = pack::read(&dir).unwrap();
    assert_eq!(read, pack);
    let aiming = |pack: &pack::Pack, ix: usize| {
        pack.layers.cameras[ix]
            .detail
            .aiming
            .reveal(OperatorAccess::granted())
            .clone()
    };
    assert_eq!(aiming(&read, 0), aiming(&pack, 0));
}

#[test]
fn the_same_pack_written_twice_has_one_fingerprint_and_another_pack_another() {
    let (_first_home, first) = written(&samples::pack());
    let (_second_home, second) = written(&samples::pack());
    let mut changed = samples::pack();
    changed.layers.addresses[0].detail.premises += 1;
    let (_third_home, third) = written(&changed);
    let [first, second, third] = [first, second, third].map(|dir| pack::fingerprint(&dir).unwrap());
    assert_eq!(first, second);
    assert_ne!(first, third);
}

#[test]
fn an_identical_pack_may_be_there_already_and_another_one_only_to_be_replaced() {
    let (_home, dir) = written(&samples::pack());
    pack::write(&dir, &samples::pack(), IfPresent::Refuse).unwrap();
    let mut changed = samples::pack();
    changed.layers.vehicles.clear();
    let refused = pack::write(&dir, &changed, IfPresent::Refuse).unwrap_err();
    assert!(matches!(refused, GisError::PackExists { .. }), "{refused}");
    assert_eq!(pack::read(&dir).unwrap(), samples::pack());
    pack::write(&dir, &changed, IfPresent::Replace).unwrap();
    assert_eq!(pack::read(&dir).unwrap(), changed);
}

#[test]
fn a_folder_of_other_things_is_never_replaced() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("thesis.odt"), "years of work").unwrap();
    let refused = pack::write(home.path(), &samples::pack(), IfPresent::Replace).unwrap_err();
    assert!(matches!(refused, GisError::NotAPack { .. }), "{refused}");
    assert!(home.path().join("thesis.odt").exists());
}

#[test]
fn a_refused_pack_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let mut pack = samples::pack();
    pack.manifest.layers.remove("water");
    let refused = pack::write(&home.path().join("pack"), &pack, IfPresent::Refuse).unwrap_err();
    assert!(
        matches!(refused, GisError::UnlistedLayer { layer: "water", .. }),
        "{refused}"
    );
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn what_would_not_read_back_is_refused_with_its_column() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    let mut wrong_kind = samples::pack();
    wrong_kind.layers.containers[1].detail.site = "depot/d-1".parse().unwrap();
    let mut too_long = samples::pack();
    too_long.layers.sensors[0].detail.expected_interval = Span::from_millis(i64::MAX);
    for (pack, column) in [(wrong_kind, "'site'"), (too_long, "'expected_interval_s'")] {
        let refused = pack::write(&dir, &pack, IfPresent::Refuse)
            .unwrap_err()
            .to_string();
        assert!(refused.contains(column), "{refused}");
    }
    let mut no_line = samples::pack();
    no_line.ground.waterways[1].path.truncate(1);
    let refused = pack::write(&dir, &no_line, IfPresent::Refuse)
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("feature 1 of layer water must have a line"),
        "{refused}"
    );
}

#[test]
fn a_pack_without_restricted_columns_aims_its_cameras_at_nothing_known() {
    let (_home, dir) = written(&samples::pack());
    fs::remove_file(dir.join("cameras_restricted.fgb")).unwrap();
    let read = pack::read(&dir).unwrap();
    let camera = &read.layers.cameras[0];
    assert!(camera.detail.aiming == Restricted::new(None));
    pack::write(&dir, &read, IfPresent::Refuse).unwrap();
    assert!(!dir.join("cameras_restricted.fgb").exists());
}

#[test]
fn the_public_file_of_the_cameras_tells_nothing_restricted() {
    let (_home, dir) = written(&samples::pack());
    let bytes = fs::read(dir.join("cameras.fgb")).unwrap();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"retention_s"));
    for restricted in ["azimuth", "height_m", "masks", "X-1"] {
        assert!(!holds(restricted.as_bytes()), "{restricted}");
    }
    assert!(!holds(&6.798_123_f64.to_le_bytes()));
}

#[test]
fn a_row_about_no_camera_of_the_pack_is_refused() {
    let (_home, dir) = written(&samples::pack());
    let mut other = samples::pack();
    other.layers.cameras[0].key = "c-9".into();
    let (_other_home, other) = written(&other);
    fs::copy(
        other.join("cameras_restricted.fgb"),
        dir.join("cameras_restricted.fgb"),
    )
    .unwrap();
    let refused = pack::read(&dir).unwrap_err();
    assert!(refused.to_string().contains("'c-9'"), "{refused}");
}

#[test]
fn two_aimed_cameras_of_one_key_are_not_written() {
    let home = tempfile::tempdir().unwrap();
    let mut pack = samples::pack();
    let twin = pack.layers.cameras[0].clone();
    pack.layers.cameras.push(twin);
    let refused = pack::write(&home.path().join("pack"), &pack, IfPresent::Refuse).unwrap_err();
    assert!(
        matches!(refused, GisError::UnmatchedCamera { .. }),
        "{refused}"
    );
}

#[test]
fn a_listed_layer_without_a_file_and_a_file_without_listing_are_refused() {
    let (_home, dir) = written(&samples::pack());
    fs::rename(dir.join("depots.fgb"), dir.join("elsewhere.fgb")).unwrap();
    let missing = pack::read(&dir).unwrap_err();
    assert!(
        matches!(
            missing,
            GisError::MissingLayer {
                layer: "depots",
                ..
            }
        ),
        "{missing}"
    );
    fs::rename(dir.join("elsewhere.fgb"), dir.join("depots.fgb")).unwrap();
    fs::write(dir.join("notes.txt"), "ignored").unwrap();
    assert!(pack::read(&dir).is_ok());
    let mut manifest = samples::manifest();
    manifest.layers.remove("depots");
    fs::write(dir.join("pack.toml"), toml::to_string(&manifest).unwrap()).unwrap();
    let unlisted = pack::read(&dir).unwrap_err();
    assert!(
        matches!(
            unlisted,
            GisError::UnlistedLayer {
                layer: "depots",
                ..
            }
        ),
        "{unlisted}"
    );
}

#[test]
fn a_layer_that_packs_do_not_have_is_named() {
    let (_home, dir) = written(&samples::pack());
    let mut manifest = samples::manifest();
    let info: LayerInfo = manifest.layers["roads"].clone();
    manifest.layers.insert("dragons".into(), info);
    fs::write(dir.join("pack.toml"), toml::to_string(&manifest).unwrap()).unwrap();
    let refused = pack::read(&dir).unwrap_err().to_string();
    assert!(refused.contains("no layer 'dragons'"), "{refused}");
}

#[test]
fn a_manifest_of_another_version_or_with_an_unknown_key_is_refused() {
    let (_home, dir) = written(&samples::pack());
    edit_manifest(&dir, |text| {
        text.replacen("version = 1", "version = 1\ncolour = \"red\"", 1)
    });
    let refused = pack::read(&dir).unwrap_err().to_string();
    assert!(
        refused.starts_with("line 2: unknown field `colour`"),
        "{refused}"
    );
    edit_manifest(&dir, |text| text.replacen("version = 1", "version = 7", 1));
    let refused = pack::read(&dir).unwrap_err();
    assert!(
        matches!(refused, GisError::PackVersion { version: 7, .. }),
        "{refused}"
    );
}

#[test]
fn a_file_of_another_layer_is_refused_by_its_geometry_or_its_columns() {
    let (_home, dir) = written(&samples::pack());
    fs::copy(dir.join("roads.fgb"), dir.join("depots.fgb")).unwrap();
    let refused = pack::read(&dir).unwrap_err().to_string();
    assert!(
        refused.contains("column 'key' is missing, in layer depots"),
        "{refused}"
    );
    fs::copy(dir.join("fibre_links.fgb"), dir.join("depots.fgb")).unwrap();
    let refused = pack::read(&dir).unwrap_err().to_string();
    assert!(
        refused.contains("feature 0 of layer depots must have points"),
        "{refused}"
    );
}
