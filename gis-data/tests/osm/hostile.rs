//! Extracts that are small, strange, damaged or lying.

use gis_data::GisError;
use gis_data::import::WarningCode;
use proptest::prelude::*;
use twin_core::AssetKind;

use super::import;
use super::pbf::{Extract, blob, framed, header};

const BOUNDARY: [(&str, &str); 4] = [
    ("type", "boundary"),
    ("boundary", "administrative"),
    ("admin_level", "8"),
    ("name", "Sochaux"),
];

/// One square commune with a street, a clinic as a square, one as a multipolygon with a hole, and
/// a camera.
fn town() -> Extract {
    Extract::default()
        .node(1, (6.80, 47.50), &[])
        .node(2, (6.84, 47.50), &[])
        .node(3, (6.84, 47.52), &[])
        .node(4, (6.80, 47.52), &[])
        .node(5, (6.81, 47.51), &[])
        .node(
            6,
            (6.83, 47.51),
            &[("man_made", "surveillance"), ("direction", "90")],
        )
        .node(
            7,
            (6.82, 47.515),
            &[("amenity", "recycling"), ("recycling:glass", "yes")],
        )
        .way(10, &[1, 2, 3], &[])
        .way(11, &[1, 4, 3], &[])
        .way(
            12,
            &[1, 5, 2],
            &[("highway", "residential"), ("name", "Rue du Moulin")],
        )
        .way(13, &[1, 5, 4, 1], &[("amenity", "clinic")])
        .way(14, &[2, 6, 3, 2], &[])
        .relation(20, &[(1, 10, "outer"), (1, 11, "outer")], &BOUNDARY)
        .relation(
            21,
            &[(1, 14, "outer")],
            &[("type", "multipolygon"), ("amenity", "hospital")],
        )
}

#[test]
fn a_small_town_becomes_a_pack() {
    let (pack, report) = import(&town().bytes());
    let pack = pack.unwrap();
    assert!(
        report.is_empty(),
        "{:?}",
        report.warnings().collect::<Vec<_>>()
    );
    let keys: Vec<&str> = pack
        .layers
        .health_facilities
        .iter()
        .map(|it| &*it.key)
        .collect();
    assert_eq!(keys, ["osm-w13", "osm-r21"]);
    assert_eq!(
        pack.layers.cameras[0].detail.street.as_deref(),
        Some("Rue du Moulin")
    );
    let commune = &pack.layers.communes[0];
    assert_eq!((&*commune.code, &*commune.name), ("osm-r20", "Sochaux"));
    assert_eq!(pack.ground.roads[0].path.len(), 3);
    assert_eq!(pack.manifest.layers["roads"].vintage, "2025-01-19");
}

#[rstest::rstest]
#[case::a_line_without_one_of_its_nodes(
    Extract::default().node(1, (6.8, 47.5), &[]).way(2, &[1, 9], &[("highway", "path")]),
    WarningCode::MissingNodes
)]
#[case::a_line_of_one_node(
    Extract::default().node(1, (6.8, 47.5), &[]).way(2, &[1], &[("highway", "path")]),
    WarningCode::DegenerateLine
)]
#[case::a_line_of_no_node(
    Extract::default().way(2, &[], &[("highway", "path")]), WarningCode::DegenerateLine
)]
#[case::a_node_beyond_the_pole(
    Extract::default().node(1, (6.8, 97.5), &[("amenity", "clinic")]), WarningCode::PlaceOffGlobe
)]
#[case::a_pharmacy_as_a_line(
    Extract::default().way(2, &[1, 2], &[("amenity", "pharmacy")]), WarningCode::OpenArea
)]
#[case::an_area_without_any_node(
    Extract::default().way(2, &[1, 2, 3, 1], &[("amenity", "pharmacy")]), WarningCode::NoPlace
)]
#[case::an_area_without_one_of_its_nodes(
    Extract::default().node(1, (6.8, 47.5), &[]).way(2, &[1, 2, 3, 1], &[("amenity", "clinic")]),
    WarningCode::ApproximatePlace
)]
#[case::the_same_node_twice(
    Extract::default()
        .node(1, (6.8, 47.5), &[("amenity", "clinic")])
        .node(1, (6.9, 47.5), &[("amenity", "clinic")]),
    WarningCode::DuplicateObject
)]
#[case::a_camera_far_from_any_street(
    Extract::default().node(1, (6.8, 47.5), &[("man_made", "surveillance")]),
    WarningCode::NoStreetNearby
)]
#[case::a_stream_that_the_twin_does_not_know(
    Extract::default().node(1, (6.8, 47.5), &[("amenity", "recycling"), ("recycling:batteries", "yes")]),
    WarningCode::UnknownStream
)]
#[case::a_boundary_without_one_of_its_ways(
    town().relation(30, &[(1, 10, "outer"), (1, 99, "outer")], &BOUNDARY), WarningCode::CutOutline
)]
#[case::a_boundary_that_does_not_close(
    town().relation(30, &[(1, 10, "outer")], &BOUNDARY), WarningCode::OpenOutline
)]
#[case::a_boundary_that_holds_itself(
    town().relation(30, &[(2, 30, "outer")], &BOUNDARY), WarningCode::OpenOutline
)]
#[case::a_boundary_that_crosses_itself(
    town().way(31, &[1, 3, 2, 4, 1], &[]).relation(30, &[(1, 31, "outer")], &BOUNDARY),
    WarningCode::SelfIntersection
)]
#[case::a_hole_outside(
    town()
        .node(32, (7.0, 48.0), &[]).node(33, (7.1, 48.0), &[]).node(34, (7.1, 48.1), &[])
        .way(35, &[32, 33, 34, 32], &[])
        .relation(30, &[(1, 10, "outer"), (1, 11, "outer"), (1, 35, "inner")], &BOUNDARY),
    WarningCode::StrayHole
)]
fn an_odd_object_is_told_and_the_import_goes_on(
    #[case] extract: Extract,
    #[case] code: WarningCode,
) {
    let (pack, report) = import(&extract.bytes());
    pack.unwrap();
    assert_eq!(
        report.count(code),
        1,
        "{:?}",
        report.warnings().collect::<Vec<_>>()
    );
}

#[test]
fn a_commune_whose_ring_touches_itself_has_both_parts() {
    // Two triangles that share node 1, as one closed way.
    let touching = Extract::default()
        .node(1, (6.80, 47.50), &[])
        .node(2, (6.82, 47.50), &[])
        .node(3, (6.82, 47.51), &[])
        .node(4, (6.78, 47.50), &[])
        .node(5, (6.78, 47.49), &[])
        .way(10, &[1, 2, 3, 1, 4, 5, 1], &[])
        .relation(20, &[(1, 10, "outer")], &BOUNDARY);
    let (pack, report) = import(&touching.bytes());
    assert_eq!(pack.unwrap().layers.communes[0].outline.0.len(), 2);
    assert!(report.is_empty());
}

#[test]
fn a_damaged_block_is_told_once_and_the_others_are_read() {
    let bytes = [town().bytes(), blob("OSMData", b"\xff\xff\xff\xff")].concat();
    let (pack, report) = import(&bytes);
    assert_eq!(pack.unwrap().layers.count(AssetKind::HealthFacility), 2);
    assert_eq!(report.count(WarningCode::DamagedBlock), 1);
}

#[rstest::rstest]
#[case::more_than_there_is(framed("OSMData", 1000, b"short"))]
#[case::more_than_allowed(framed("OSMData", 2_000_000_000, b"short"))]
#[case::less_than_nothing(framed("OSMData", u64::MAX, b"short"))]
#[case::a_header_of_four_gigabytes(b"\xff\xff\xff\xff".to_vec())]
#[case::a_rest_of_two_bytes(b"\0\0".to_vec())]
fn a_block_that_lies_about_its_size_ends_the_file(#[case] tail: Vec<u8>) {
    let (pack, report) = import(&[town().bytes(), tail].concat());
    assert_eq!(pack.unwrap().layers.count(AssetKind::HealthFacility), 2);
    assert_eq!(report.count(WarningCode::TruncatedFile), 1);
}

#[rstest::rstest]
#[case::empty(vec![])]
#[case::text(b"<?xml version='1.0'?><osm version='0.6'></osm>".to_vec())]
#[case::data_without_header(blob("OSMData", b""))]
fn what_is_no_extract_is_refused(#[case] bytes: Vec<u8>) {
    assert!(matches!(import(&bytes).0, Err(GisError::NotOsmPbf { .. })));
}

#[test]
fn a_file_with_history_is_refused_by_the_name_of_what_it_needs() {
    let error = import(&header(&["OsmSchema-V0.6", "HistoricalInformation"]))
        .0
        .unwrap_err();
    assert!(
        error.to_string().contains("'HistoricalInformation'"),
        "{error}"
    );
}

#[test]
fn numbers_made_to_overflow_are_only_a_damaged_block_or_a_missing_node() {
    let wild = Extract::default()
        .way(i64::MIN, &[i64::MAX, 1, i64::MAX], &[("highway", "path")])
        .way(i64::MAX, &[i64::MIN, i64::MAX], &[("highway", "path")]);
    let (pack, report) = import(&wild.bytes());
    assert!(pack.unwrap().ground.roads.is_empty());
    assert!(!report.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_change_of_bytes_makes_the_import_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = town().bytes();
        for (ix, byte) in changes {
            let ix = ix.index(bytes.len());
            bytes[ix] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        // Whatever comes out, it is a pack or an error of ours.
        let (pack, _) = import(&bytes);
        if let Ok(pack) = pack {
            for road in &pack.ground.roads {
                prop_assert!(road.path.len() >= 2 && road.nodes.len() == road.path.len());
            }
        }
    }
}
