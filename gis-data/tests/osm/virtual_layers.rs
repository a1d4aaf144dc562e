//! Outlines from GeoJSON, and synthetic sites and sensors on them.

use std::collections::BTreeSet;

use geo::Contains as _;
use gis_data::GisError;
use gis_data::import::{Report, WarningCode, communes, virtual_sensors, virtual_sites};
use gis_data::pack::{LayerInfo, Pack};
use proptest::prelude::*;
use twin_core::{Layers, Span};

use super::{import, import_file, pbf::Extract, shared};

fn read(text: &str) -> (Result<Vec<twin_core::Commune>, GisError>, Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("communes.geojson");
    std::fs::write(&path, text).unwrap();
    let mut report = Report::default();
    (communes::read(&path, &mut report), report)
}

fn collection(features: &[&str]) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

const SQUARE: &str = r#"{"type":"Feature","properties":{"code":"25001","nom":"Un","population":900},
    "geometry":{"type":"Polygon","coordinates":[[[6.8,47.5],[6.8,47.6],[6.9,47.6],[6.9,47.5],[6.8,47.5]]]}}"#;
const OPEN_PAIR: &str = r#"{"type":"Feature","properties":{"code":"25002","nom":"Deux","population":100},
    "geometry":{"type":"MultiPolygon","coordinates":[[[[7,47],[7.1,47],[7.1,47.1]]],
    [[[7.2,47],[7.3,47],[7.3,47.1],[7.2,47]]]]}}"#;

#[test]
fn rings_are_closed_and_wound_anew() {
    let (communes, report) = read(&collection(&[SQUARE, OPEN_PAIR]));
    let communes = communes.unwrap();
    assert_eq!(
        (communes[1].outline.0.len(), communes[1].population),
        (2, Some(100))
    );
    assert_eq!(report.count(WarningCode::RingClosed), 1);
    let ring = communes[0].outline.0[0].exterior();
    let twice_area: f64 = ring
        .lines()
        .map(|l| l.start.x * l.end.y - l.end.x * l.start.y)
        .sum();
    assert!(twice_area > 0.0, "the outer ring runs clockwise");
}

#[rstest::rstest]
#[case::no_code(r#"{"properties":{},"geometry":null}"#, WarningCode::UnusableFeature)]
#[case::no_object("7", WarningCode::UnusableFeature)]
#[case::a_point(
    r#"{"properties":{"code":"1"},"geometry":{"type":"Point","coordinates":[1,2]}}"#,
    WarningCode::UnusableFeature
)]
#[case::half_a_position(
    r#"{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[1],[2],[]]]}}"#,
    WarningCode::UnusableFeature
)]
#[case::metres(
    r#"{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[970000,6700000],[1,2],[2,3]]]}}"#,
    WarningCode::UnusableFeature
)]
#[case::flat(
    r#"{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,2],[1,1]]]}}"#,
    WarningCode::DegenerateRing
)]
#[case::bow_tie(
    r#"{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}"#,
    WarningCode::SelfIntersection
)]
#[case::twice(SQUARE, WarningCode::DuplicateObject)]
fn an_odd_feature_is_told_and_the_others_are_read(
    #[case] feature: &str,
    #[case] code: WarningCode,
) {
    let (communes, report) = read(&collection(&[SQUARE, feature]));
    assert_eq!(&*communes.unwrap()[0].code, "25001");
    assert_eq!(report.count(code), 1);
}

#[test]
fn a_file_without_any_outline_is_refused() {
    assert!(matches!(
        read(&collection(&[])).0,
        Err(GisError::NoOutlines { .. })
    ));
    assert!(matches!(read("{}").0, Err(GisError::NotGeoJson { .. })));
}

proptest! {
    #[test]
    fn no_change_of_bytes_makes_the_reader_of_outlines_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}\",:0-9a-e.-]"), 1..6)
    ) {
        let mut text = collection(&[SQUARE, OPEN_PAIR]);
        for (ix, piece) in changes {
            let at = ix.index(text.len());
            text.replace_range(at..=at, &piece);
        }
        if let Ok(communes) = read(&text).0 {
            for commune in communes {
                prop_assert!(commune.outline.0.iter().all(|part| part.exterior().is_closed()));
                prop_assert!(commune.area.is_some());
            }
        }
    }
}

/// A pack without assets on two communes of 900 and 100 people.
fn two_communes() -> Pack {
    let mut pack = import(&Extract::default().bytes()).0.unwrap();
    assert_eq!(pack.layers, Layers::default());
    let info = LayerInfo {
        source: "IGN".to_owned(),
        licence: "Licence Ouverte 2.0".to_owned(),
        vintage: "2018".to_owned(),
        synthetic: false,
    };
    let outlines = read(&collection(&[SQUARE, OPEN_PAIR])).0.unwrap();
    communes::replace(&mut pack, outlines, info);
    pack
}

#[test]
fn sites_lie_in_their_commune_in_proportion_to_its_people() {
    let mut pack = two_communes();
    virtual_sites::scatter(&mut pack, 1000, 7).unwrap();

    let inside: Vec<usize> = pack
        .layers
        .communes
        .iter()
        .map(|commune| {
            let is_in = |place: twin_core::LonLat| {
                commune
                    .outline
                    .contains(&geo_types::Point::from(geo_types::Coord::from(place)))
            };
            pack.layers
                .sites
                .iter()
                .filter(|site| is_in(site.place))
                .count()
        })
        .collect();
    assert_eq!(inside, [900, 100]);
    assert!(pack.manifest.layers["sites"].synthetic && !pack.manifest.layers["communes"].synthetic);
}

#[test]
fn the_same_seed_gives_the_same_pack_and_another_seed_another() {
    let make = |seed| {
        let mut pack = two_communes();
        virtual_sites::scatter(&mut pack, 50, seed).unwrap();
        virtual_sensors::equip(&mut pack, Span::from_hours(1), seed).unwrap();
        pack
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1).layers.sites, make(2).layers.sites);
    assert_ne!(
        make(1).layers.sensors[0].detail.dev_eui,
        make(2).layers.sensors[0].detail.dev_eui
    );
}

#[test]
fn a_pack_without_commune_takes_no_sites() {
    let mut pack = import(&Extract::default().bytes()).0.unwrap();
    assert!(matches!(
        virtual_sites::scatter(&mut pack, 1, 1),
        Err(GisError::NoCommunes { .. })
    ));
}

#[test]
fn every_container_has_one_sensor_however_often_they_are_equipped() {
    let bin = [("amenity", "waste_basket")];
    let extract = Extract::default()
        .node(1, (6.8, 47.5), &bin)
        .node(2, (6.9, 47.5), &bin);
    let mut pack = import(&extract.bytes()).0.unwrap();
    assert_eq!(
        virtual_sensors::equip(&mut pack, Span::from_hours(1), 5).unwrap(),
        2
    );
    assert_eq!(
        virtual_sensors::equip(&mut pack, Span::from_hours(1), 5).unwrap(),
        0
    );
    assert!(virtual_sensors::equip(&mut pack, Span::ZERO, 5).is_err());

    let sensor = &pack.layers.sensors[0];
    assert_eq!(
        (&*sensor.key, sensor.place),
        ("sim-osm-n1-1", pack.layers.containers[0].place)
    );
    assert_eq!(sensor.detail.dev_eui.to_string()[..2], *"02");
    assert_eq!(pack.layers.containers[0].detail.volume, None);
    assert!(pack.manifest.simulated_sensors && pack.manifest.layers["sensors"].synthetic);
    assert!(!pack.manifest.layers["containers"].synthetic);
}

#[test]
fn real_outlines_take_five_thousand_sensors() {
    let Some(outlines) = shared("contours/communes72.geojson") else {
        return;
    };
    let Some(extract) = shared("roads/monaco-planetiler.osm.pbf") else {
        return;
    };
    let mut pack = import_file(&extract).0.unwrap();
    pack.layers = Layers {
        communes: communes::read(&outlines, &mut Report::default()).unwrap(),
        ..Layers::default()
    };
    virtual_sites::scatter(&mut pack, 5000, 42).unwrap();
    assert_eq!(
        virtual_sensors::equip(&mut pack, Span::from_hours(1), 42).unwrap(),
        5000
    );
    let devices: BTreeSet<_> = pack
        .layers
        .sensors
        .iter()
        .map(|s| s.detail.dev_eui)
        .collect();
    let keys: BTreeSet<_> = pack.layers.sites.iter().map(|site| &site.key).collect();
    assert_eq!((devices.len(), keys.len()), (5000, 5000));
}
