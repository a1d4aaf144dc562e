//! Outlines of communes, as they should not be.

#![expect(clippy::unwrap_used, reason = "the helpers of the tests are tests too")]

use gis_data::import::{Report, WarningCode, communes};
use gis_data::{GisError, GisResult};
use proptest::prelude::*;
use twin_core::Commune;

/// Two communes, one of them with a hole.
const TWO: &str = r#"{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"code": "25388", "nom": "Montbéliard", "population": 25000},
 "geometry": {"type": "Polygon", "coordinates": [
  [[6.7, 47.5], [6.8, 47.5], [6.8, 47.6], [6.7, 47.6], [6.7, 47.5]],
  [[6.74, 47.54], [6.74, 47.56], [6.76, 47.56], [6.74, 47.54]]]}},
{"type": "Feature", "properties": {"code": 25031, "nom": "Audincourt"},
 "geometry": {"type": "MultiPolygon", "coordinates": [
  [[[6.81, 47.46], [6.86, 47.46], [6.86, 47.5], [6.81, 47.46]]]]}}
]}"#;

fn read(bytes: &[u8]) -> (GisResult<Vec<Commune>>, Report) {
    let file = tempfile::Builder::new()
        .suffix(".geojson")
        .tempfile()
        .unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut report = Report::default();
    (communes::read(file.path(), &mut report), report)
}

/// A file of a good commune and one with this polygon.
fn with(coordinates: &str) -> String {
    let feature = format!(
        r#"{{"type": "Feature", "properties": {{"code": "25020"}}, "geometry": {{"type": "Polygon", "coordinates": {coordinates}}}}}"#
    );
    TWO.replacen(
        "{\"type\": \"Feature\"",
        &format!("{feature},\n{{\"type\": \"Feature\""),
        1,
    )
}

fn told(report: &Report) -> Vec<String> {
    report.warnings().map(ToString::to_string).collect()
}

#[test]
fn good_outlines_are_read_without_a_word() {
    let (communes, report) = read(TWO.as_bytes());
    let communes = communes.unwrap();
    let codes: Vec<&str> = communes.iter().map(|it| &*it.code).collect();
    assert_eq!(codes, ["25388", "25031"]);
    assert_eq!(communes[0].outline.0[0].interiors().len(), 1);
    assert!(report.is_empty(), "{:?}", told(&report));
}

#[test]
fn a_file_that_is_cut_anywhere_keeps_its_whole_features() {
    let second = TWO
        .find("\n{\"type\": \"Feature\", \"properties\": {\"code\": 25031")
        .unwrap();
    for length in 0..TWO.len() {
        let (communes, report) = read(&TWO.as_bytes()[..length]);
        match communes {
            Ok(communes) => {
                assert!(length >= second - 1 && !communes.is_empty());
                assert_eq!(
                    report.count(WarningCode::TruncatedFile),
                    1,
                    "{:?}",
                    told(&report)
                );
            }
            Err(error) => {
                assert!(length < second, "{length}: {error}");
                assert!(matches!(error, GisError::NotGeoJson { .. }), "{error}");
            }
        }
    }
}

#[test]
fn another_encoding_is_read_and_told() {
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(TWO);
    let (communes, report) = read(&latin);
    assert_eq!(&*communes.unwrap()[0].name, "Montbéliard");
    assert_eq!(report.count(WarningCode::UndecodableBytes), 1);

    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(TWO.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let (communes, report) = read(&utf16);
    assert_eq!(&*communes.unwrap()[0].name, "Montbéliard");
    assert!(report.is_empty(), "{:?}", told(&report));
}

#[test]
fn latitudes_before_longitudes_are_exchanged_and_told() {
    let (right, _) = read(with("[[[6.77, 47.48], [6.79, 47.48], [6.79, 47.49]]]").as_bytes());
    let (swapped, report) =
        read(with("[[[47.48, 6.77], [47.48, 6.79], [47.49, 6.79]]]").as_bytes());
    assert_eq!(report.count(WarningCode::SwappedAxes), 1);
    assert_eq!(swapped.unwrap()[0].outline, right.unwrap()[0].outline);
}

#[rstest::rstest]
#[case::no_point("[[]]", WarningCode::DegenerateRing)]
#[case::one_point("[[[6.7, 47.5]]]", WarningCode::DegenerateRing)]
#[case::two_points(
    "[[[6.7, 47.5], [6.8, 47.5], [6.7, 47.5]]]",
    WarningCode::DegenerateRing
)]
#[case::the_same_point_again(
    "[[[6.7, 47.5], [6.7, 47.5], [6.7, 47.5], [6.7, 47.5]]]",
    WarningCode::DegenerateRing
)]
#[case::flat(
    "[[[6.7, 47.5], [6.8, 47.5], [6.9, 47.5], [6.7, 47.5]]]",
    WarningCode::UnusableFeature
)]
#[case::no_ring("[]", WarningCode::UnusableFeature)]
#[case::off_the_globe(
    "[[[6.7, 47.5], [6e300, 47.5], [6.8, 47.6]]]",
    WarningCode::UnusableFeature
)]
#[case::beyond_any_number(
    "[[[6.7, 47.5], [1e999, 47.5], [6.8, 47.6]]]",
    WarningCode::UnusableFeature
)]
#[case::no_numbers(
    r#"[[["6.7", "47.5"], ["6.8", "47.5"], ["6.8", "47.6"]]]"#,
    WarningCode::UnusableFeature
)]
#[case::bow_tie(
    "[[[6.7, 47.5], [6.8, 47.6], [6.8, 47.5], [6.7, 47.6], [6.7, 47.5]]]",
    WarningCode::SelfIntersection
)]
fn a_bad_outline_is_told_and_the_others_are_read(#[case] polygon: &str, #[case] code: WarningCode) {
    let (communes, report) = read(with(polygon).as_bytes());
    assert_eq!(report.count(code), 1, "{:?}", told(&report));
    let told = told(&report).join("\n");
    assert!(
        told.contains("25020") && told.contains(".geojson"),
        "{told}"
    );
    let communes = communes.unwrap();
    let good = communes.iter().filter(|it| &*it.code != "25020");
    assert_eq!(good.count(), 2);
    assert_eq!(communes.len() == 3, code == WarningCode::SelfIntersection);
}

#[test]
fn deep_nesting_is_told_and_the_others_are_read() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let (communes, report) = read(with(&deep).as_bytes());
    assert_eq!(communes.unwrap().len(), 2);
    assert_eq!(report.count(WarningCode::UnusableFeature), 1);
    let told = told(&report).join("\n");
    assert!(told.len() < 500, "{told}");
}

/// A ring of so many points on a circle.
fn circle(points: u32) -> String {
    let point = |ix: u32| {
        let turn = f64::from(ix) / f64::from(points) * std::f64::consts::TAU;
        format!(
            "[{},{}]",
            6.78 + 0.01 * turn.cos(),
            47.48 + 0.01 * turn.sin()
        )
    };
    let points: Vec<String> = (0..points).chain([0]).map(point).collect();
    format!("[[{}]]", points.join(","))
}

#[test]
fn a_ring_of_many_points_is_used_and_checked() {
    let (communes, report) = read(with(&circle(300_000)).as_bytes());
    let communes = communes.unwrap();
    assert_eq!(communes[0].outline.0[0].exterior().0.len(), 300_001);
    assert!(report.is_empty(), "{:?}", told(&report));
}

#[test]
fn an_outline_of_more_than_a_million_positions_is_left_out() {
    let (communes, report) = read(with(&circle(1_200_000)).as_bytes());
    assert_eq!(communes.unwrap().len(), 2);
    let told = told(&report).join("\n");
    assert!(told.contains("more than 1000000 positions"), "{told}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        start in prop::sample::select(vec!["", "[", r#"{"type": "FeatureCollection", "features": ["#, r#"{"features": [{"geometry": {"coordinates": [["#]),
    ) {
        let _read_or_refused = read(&[start.as_bytes(), &bytes].concat());
    }

    #[test]
    fn outlines_with_any_bytes_changed_are_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = TWO.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (communes, report) = read(&bytes);
        prop_assert!(communes.map_or(0, |it| it.len()) <= 2, "{:?}", told(&report));
    }

    #[test]
    fn any_ring_makes_an_outline_or_a_warning(
        ring in prop::collection::vec((-190.0..190.0_f64, -95.0..95.0_f64), 0..12),
    ) {
        let points: Vec<String> = ring.iter().map(|(x, y)| format!("[{x},{y}]")).collect();
        let (communes, report) = read(with(&format!("[[{}]]", points.join(","))).as_bytes());
        let communes = communes.unwrap();
        prop_assert!(communes.len() == 3 || !report.is_empty());
        for commune in &communes {
            prop_assert!(commune.area.is_some() && !commune.outline.0.is_empty());
        }
    }
}
