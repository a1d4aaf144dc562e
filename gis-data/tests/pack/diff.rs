//! Two packs differ in what was changed, and in nothing else.

use gis_data::pack::{Change, Changes, ComparedBy, LayerDiff, Pack, diff};
use twin_core::OperatorAccess;

use crate::samples::{self, place};

fn layer<'d>(layers: &'d [LayerDiff], name: &str) -> &'d LayerDiff {
    layers.iter().find(|layer| layer.name == name).unwrap()
}

#[test]
fn a_pack_does_not_differ_from_itself() {
    let told = diff(&samples::pack(), &samples::pack(), 5);
    assert!(!told.differs);
    assert!(told.manifest.is_empty());
    assert!(told.layers.iter().all(|layer| layer.examples.is_empty()));
    assert_eq!(layer(&told.layers, "containers").changes.kept, 2);
}

#[test]
fn a_keyed_object_is_told_with_what_was_changed_of_it() {
    let mut after = samples::pack();
    after.layers.sites[0].detail.name = Some("Halles".into());
    after.layers.sites[1].place = place(6.85, 47.48);
    let told = diff(&samples::pack(), &after, 5);
    let sites = layer(&told.layers, "sites");
    assert_eq!(sites.by, ComparedBy::Key);
    let expected = Changes {
        moved: 1,
        changed: 1,
        ..Changes::default()
    };
    assert_eq!(sites.changes, expected);
    let [renamed, moved] = &sites.examples[..] else {
        panic!("{sites:?}");
    };
    assert_eq!(
        (&*renamed.key, renamed.change),
        ("25388-0001", Change::Changed)
    );
    assert_eq!(renamed.fields[0].field, "name");
    assert_eq!(renamed.fields[0].before.as_deref(), Some("Marché"));
    assert_eq!(renamed.fields[0].after.as_deref(), Some("Halles"));
    assert_eq!(
        (moved.change, &*moved.fields[0].field),
        (Change::Moved, "place")
    );
    assert_eq!(
        moved.fields[0].after.as_deref(),
        Some("6.8500000, 47.4800000")
    );
}

#[test]
fn a_layer_without_keys_is_compared_by_content() {
    let mut after = samples::pack();
    after.ground.waterways[0].name = None;
    let told = diff(&samples::pack(), &after, 5);
    let water = layer(&told.layers, "water");
    assert_eq!(water.by, ComparedBy::Content);
    let expected = Changes {
        added: 1,
        removed: 1,
        kept: 1,
        ..Changes::default()
    };
    assert_eq!(water.changes, expected);
}

#[test]
fn keys_that_stand_twice_are_no_keys() {
    let mut after = samples::pack();
    let twin = after.layers.sites[0].clone();
    after.layers.sites.push(twin);
    let told = diff(&samples::pack(), &after, 5);
    let sites = layer(&told.layers, "sites");
    assert_eq!((sites.by, sites.changes.added), (ComparedBy::Content, 1));
}

#[test]
fn what_operators_only_see_is_told_without_its_values() {
    let mut after: Pack = samples::pack();
    let camera = &mut after.layers.cameras[0];
    let mut aiming = camera
        .detail
        .aiming
        .reveal(OperatorAccess::granted())
        .clone();
    aiming.as_mut().unwrap().model = Some("X-2".into());
    camera.detail.aiming = twin_core::Restricted::new(aiming);
    let told = diff(&samples::pack(), &after, 5);
    let cameras = layer(&told.layers, "cameras");
    assert_eq!(cameras.changes.changed, 1);
    assert!(cameras.examples[0].fields.is_empty(), "{cameras:?}");
}

#[test]
fn the_manifest_is_told_entry_by_entry() {
    let mut after = samples::pack();
    after.manifest.preset = None;
    after.manifest.layers.get_mut("sites").unwrap().vintage = "2027".into();
    let told = diff(&samples::pack(), &after, 5);
    let fields: Vec<_> = told.manifest.iter().map(|it| &*it.field).collect();
    assert_eq!(fields, ["layers.sites.vintage", "preset"]);
    assert_eq!(told.manifest[1].after, None);
}

#[test]
fn examples_are_as_many_as_asked_for() {
    let mut after = samples::pack();
    after.layers.containers.clear();
    for (limit, shown) in [(0, 0), (1, 1), (9, 2)] {
        let told = diff(&samples::pack(), &after, limit);
        let containers = layer(&told.layers, "containers");
        assert_eq!(containers.examples.len(), shown);
        assert_eq!(containers.changes.removed, 2);
    }
}
