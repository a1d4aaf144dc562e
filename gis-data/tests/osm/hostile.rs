//! Extracts that are small, strange, damaged or lying.

use gis_data::GisError;
use gis_data::import::WarningCode;
use gis_data::pack::{self, GroundLayer, IfPresent, Pack};
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

/// One square commune with a street, a clinic as a square, one as a multipolygon, and a camera.
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

const MULTIPOLYGON: (&str, &str) = ("type", "multipolygon");
const NO_LEFT_TURN: [(&str, &str); 2] = [("type", "restriction"), ("restriction", "no_left_turn")];

/// The town with something of every layer of the ground, and a street that meets the other one.
fn city() -> Extract {
    town()
        .node(
            40,
            (6.825, 47.505),
            &[("barrier", "gate"), ("access", "private")],
        )
        .node(
            41,
            (6.826, 47.506),
            &[("shop", "bakery"), ("name", "Au bon pain")],
        )
        .node(
            42,
            (6.827, 47.506),
            &[("addr:housenumber", "7"), ("addr:street", "Rue du Moulin")],
        )
        .way(
            43,
            &[5, 40, 6],
            &[
                ("highway", "tertiary"),
                ("maxspeed", "50"),
                ("oneway", "yes"),
            ],
        )
        .way(
            44,
            &[1, 2, 3, 1],
            &[
                ("building", "house"),
                ("height", "12,5"),
                ("building:levels", "2"),
            ],
        )
        .way(
            45,
            &[1, 3, 4, 1],
            &[("landuse", "forest"), ("name", "Bois du Roi")],
        )
        .way(46, &[5, 6, 40, 5], &[])
        .relation(
            47,
            &[(1, 12, "from"), (0, 5, "via"), (1, 43, "to")],
            &NO_LEFT_TURN,
        )
        .relation(
            48,
            &[(1, 44, "outer"), (1, 46, "inner")],
            &[MULTIPOLYGON, ("natural", "wood")],
        )
}

#[test]
fn a_city_has_something_of_every_layer_and_nothing_to_warn_of() {
    let (pack, report) = import(&city().bytes());
    let pack = pack.unwrap();
    assert!(
        report.is_empty(),
        "{:?}",
        report.warnings().collect::<Vec<_>>()
    );
    let count = |layer: GroundLayer| (layer.name(), layer.count(&pack.ground));
    assert_eq!(
        GroundLayer::ALL.map(count),
        [
            ("roads", 2),
            ("road_nodes", 1),
            ("turn_restrictions", 1),
            ("water", 0),
            ("buildings", 1),
            ("land_cover", 4),
            ("points_of_interest", 1),
            ("premises", 0),
            ("terrain", 0)
        ]
    );
    assert_eq!(&*pack.layers.addresses[0].detail.label, "7 Rue du Moulin");
    assert_reads_back(&pack);
}

/// What was imported is what a pack can hold.
pub(crate) fn assert_reads_back(pack: &Pack) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack");
    pack::write(&path, pack, IfPresent::Refuse).unwrap();
    let again = pack::read(&path).unwrap();
    assert_eq!(again.ground, pack.ground);
    assert_eq!(again.layers.addresses, pack.layers.addresses);
}

#[rstest::rstest]
#[case::a_building_without_one_of_its_nodes(
    town().way(30, &[1, 2, 99, 1], &[("building", "yes")]), WarningCode::CutOutline
)]
#[case::a_building_as_a_line(
    town().way(30, &[1, 2], &[("building", "yes")]), WarningCode::OpenArea
)]
#[case::a_building_that_goes_there_and_back(
    town().way(30, &[1, 2, 3, 2, 1], &[("building", "yes")]), WarningCode::OpenOutline
)]
#[case::a_building_that_crosses_itself(
    town().way(30, &[1, 3, 2, 4, 1], &[("building", "yes")]), WarningCode::SelfIntersection
)]
#[case::a_building_as_high_as_the_sky(
    town().way(30, &[1, 2, 3, 1], &[("building", "yes"), ("height", "very")]),
    WarningCode::UnreadableValue
)]
#[case::a_forest_whose_way_is_missing(
    town().relation(30, &[(1, 99, "outer")], &[MULTIPOLYGON, ("landuse", "forest")]),
    WarningCode::CutOutline
)]
#[case::a_forest_that_holds_itself(
    town().relation(30, &[(2, 30, "outer")], &[MULTIPOLYGON, ("landuse", "forest")]),
    WarningCode::OpenOutline
)]
#[case::a_forest_in_a_circle_of_relations(
    town()
        .relation(30, &[(2, 31, "outer")], &[MULTIPOLYGON])
        .relation(31, &[(2, 30, "outer")], &[MULTIPOLYGON, ("natural", "wood")]),
    WarningCode::OpenOutline
)]
#[case::a_forest_twice(
    town()
        .way(30, &[1, 2, 3, 1], &[("landuse", "forest")])
        .way(30, &[1, 2, 4, 1], &[("landuse", "meadow")]),
    WarningCode::DuplicateObject
)]
#[case::a_turn_from_nowhere(
    city().relation(50, &[(0, 5, "via"), (1, 43, "to")], &NO_LEFT_TURN),
    WarningCode::UnusableRestriction
)]
#[case::a_turn_over_a_node_beside_the_road(
    city().relation(50, &[(1, 12, "from"), (0, 7, "via"), (1, 43, "to")], &NO_LEFT_TURN),
    WarningCode::UnusableRestriction
)]
#[case::a_turn_over_itself(
    city().relation(50, &[(1, 12, "from"), (2, 50, "via"), (1, 43, "to")], &NO_LEFT_TURN),
    WarningCode::UnusableRestriction
)]
#[case::a_house_without_a_street(
    town().node(50, (6.8, 47.5), &[("addr:housenumber", "7")]), WarningCode::NoStreetTold
)]
#[case::houses_that_are_only_guessed(
    town().way(50, &[1, 2], &[("addr:interpolation", "odd")]), WarningCode::GuessedAddresses
)]
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
    assert_reads_back(&pack.unwrap());
    assert_eq!(
        report.count(code),
        1,
        "{:?}",
        report.warnings().collect::<Vec<_>>()
    );
}

#[test]
fn a_corner_beyond_the_pole_cuts_a_building() {
    let extract = town()
        .node(30, (6.8, 97.5), &[])
        .way(31, &[1, 2, 30, 1], &[("building", "yes")]);
    let (pack, report) = import(&extract.bytes());
    assert_eq!(report.count(WarningCode::PlaceOffGlobe), 1);
    assert_eq!(report.count(WarningCode::CutOutline), 1);
    assert!(pack.unwrap().ground.buildings.is_empty());
}

/// A round lake of ten million corners: the check for crossings gives up on it, and it is kept.
#[test]
fn a_lake_of_ten_million_corners_is_kept() {
    const CORNERS: u32 = 10_000_000;
    const PER_BLOCK: u32 = 1_000_000;
    let corner = |ix: u32| {
        let angle = f64::from(ix) / f64::from(CORNERS) * std::f64::consts::TAU;
        (7.0 + angle.cos(), 47.0 + angle.sin())
    };
    let mut bytes = Extract::default().bytes();
    for first in (0..CORNERS).step_by(PER_BLOCK as usize) {
        let corners: Vec<_> = (first..first + PER_BLOCK).map(corner).collect();
        let block = Extract::default().dense(i64::from(first), &corners);
        bytes.extend(block.block());
    }
    let refs: Vec<i64> = (0..i64::from(CORNERS)).chain([0]).collect();
    let lake = Extract::default().way(1, &refs, &[("natural", "water")]);
    bytes.extend(lake.block());

    let (pack, report) = import(&bytes);
    let land = &pack.unwrap().ground.land_cover;
    assert_eq!((land.len(), &*land[0].class), (1, "water"));
    // On the grid of 10⁻⁷ degrees, a corner that is where the one before it is falls away.
    let kept = land[0].outline.0[0].exterior().0.len();
    assert!(kept > 9_000_000, "{kept}");
    assert_eq!(report.count(WarningCode::UncheckedOutline), 1);
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
        let mut bytes = city().bytes();
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
