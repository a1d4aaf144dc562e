//! What must hold for the areas, whatever the streets.

use approx::assert_relative_eq;
use geo::{Area, Distance, Euclidean, Orient, Validation, Winding};
use geo_types::{Coord, MultiPolygon, Point, Polygon};
use proptest::prelude::*;
use rstest::rstest;

use super::*;

const LAT: f64 = 47.5;
const LON: f64 = 6.8;

/// A place so many metres east and north of a place near Montbéliard.
fn place([east_m, north_m]: [f64; 2]) -> LonLat {
    let scale = metres_per_degree();
    LonLat::new(LON + east_m / scale.x, LAT + north_m / scale.y).unwrap()
}

fn metres_per_degree() -> Coord {
    let from = LonLat::new(LON, LAT).unwrap();
    let length_m = |lon, lat| from.distance(LonLat::new(lon, lat).unwrap()).get() * 100.0;
    Coord {
        x: length_m(LON + 0.01, LAT),
        y: length_m(LON, LAT + 0.01),
    }
}

fn places(metres: &[[f64; 2]]) -> Vec<LonLat> {
    metres.iter().copied().map(place).collect()
}

fn options(limits_s: &[f64], cell_m: f64) -> ReachOptions {
    ReachOptions {
        limits_s: limits_s.to_vec(),
        cell_m,
        off_road_kmh: 4.0,
        max_off_road_m: 50.0,
    }
}

fn area_m2(area: &MultiPolygon<f64>) -> f64 {
    let scale = metres_per_degree();
    area.unsigned_area() * scale.x * scale.y
}

/// Both ways from the middle at 36 km/h for 120 s, then up to 50 m at 4 km/h: a bar 100 m wide until
/// 45 s before the end, and from there tangents from the disc of 50 m to the tip.
#[test]
fn a_straight_street_has_the_area_of_its_closed_form() {
    let east = places(&[[0.0, 0.0], [700.0, 0.0], [1_500.0, 0.0]]);
    let west = places(&[[-1_500.0, 0.0], [0.0, 0.0]]);
    let stretches = [
        ReachedStretch {
            path: &east,
            start_s: 0.0,
            end_s: 150.0,
        },
        ReachedStretch {
            path: &west,
            start_s: 150.0,
            end_s: 0.0,
        },
    ];
    let areas = reach_polygons(&stretches, &options(&[120.0], 5.0)).unwrap();
    let (radius_m, taper_m) = (50.0_f64, 450.0_f64);
    let bar = 2.0 * 750.0 * 2.0 * radius_m;
    let kite = radius_m * (taper_m * taper_m - radius_m * radius_m).sqrt();
    let sectors = radius_m * radius_m * libm::asin(radius_m / taper_m);
    let expected = bar + 2.0 * (kite + sectors);
    assert_relative_eq!(area_m2(&areas[0]), expected, max_relative = 0.01);
}

#[test]
fn a_place_alone_is_a_disc() {
    let path = places(&[[0.0, 0.0]]);
    let here = ReachedStretch {
        path: &path,
        start_s: 10.0,
        end_s: 10.0,
    };
    let areas = reach_polygons(&[here], &options(&[28.0, 1_000.0], 5.0)).unwrap();
    let disc = |radius_m: f64| std::f64::consts::PI * radius_m * radius_m;
    assert_relative_eq!(area_m2(&areas[0]), disc(20.0), max_relative = 0.03);
    assert_relative_eq!(area_m2(&areas[1]), disc(50.0), max_relative = 0.01);
}

/// With radii of whole cells the distance is 0 at some nodes.
#[rstest]
#[case::two_cells(25.0)]
#[case::five_cells(10.0)]
#[case::ten_cells(5.0)]
fn an_edge_on_a_node_makes_no_point_twice(#[case] cell_m: f64) {
    let path = places(&[[0.0, 0.0]]);
    let here = ReachedStretch {
        path: &path,
        start_s: 0.0,
        end_s: 0.0,
    };
    let areas = reach_polygons(&[here], &options(&[600.0], cell_m)).unwrap();
    let mut points: Vec<[f64; 2]> = areas[0].0[0]
        .exterior()
        .points()
        .skip(1)
        .map(|point| [point.x(), point.y()])
        .collect();
    let all = points.len();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    assert_eq!(points.len(), all);
}

#[rstest]
#[case::courtyard_beyond_a_walk(200.0, 1)]
#[case::courtyard_within_a_walk(90.0, 0)]
fn a_block_has_a_hole_where_nobody_comes(#[case] side_m: f64, #[case] holes: usize) {
    let block = places(&[
        [0.0, 0.0],
        [side_m, 0.0],
        [side_m, side_m],
        [0.0, side_m],
        [0.0, 0.0],
    ]);
    let around = ReachedStretch {
        path: &block,
        start_s: 0.0,
        end_s: 60.0,
    };
    let areas = reach_polygons(&[around], &options(&[600.0], 10.0)).unwrap();
    assert_eq!(areas[0].0.len(), 1);
    assert_eq!(areas[0].0[0].interiors().len(), holes);
    let (walk, corners) = (50.0_f64, std::f64::consts::PI * 2_500.0);
    let court = (side_m - 2.0 * walk).max(0.0);
    let expected = side_m * side_m + 4.0 * side_m * walk + corners - court * court;
    assert_relative_eq!(area_m2(&areas[0]), expected, max_relative = 0.01);
}

#[rstest]
#[case::nothing_reached(vec![])]
#[case::no_path(vec![ReachedStretch { path: &[], start_s: 0.0, end_s: 1.0 }])]
fn without_streets_the_areas_are_empty(#[case] stretches: Vec<ReachedStretch<'_>>) {
    let areas = reach_polygons(&stretches, &options(&[60.0, 120.0], 10.0)).unwrap();
    assert_eq!(areas, vec![MultiPolygon(Vec::new()); 2]);
}

#[test]
fn a_street_that_is_reached_too_late_is_left_out() {
    let path = places(&[[0.0, 0.0], [500.0, 0.0]]);
    let late = ReachedStretch {
        path: &path,
        start_s: 90.0,
        end_s: 140.0,
    };
    let areas = reach_polygons(&[late], &options(&[60.0, 120.0], 10.0)).unwrap();
    assert!(areas[0].0.is_empty());
    assert_eq!(areas[1].0.len(), 1);
}

#[rstest]
#[case::descending(ReachOptions { limits_s: vec![2.0, 1.0], ..options(&[], 10.0) })]
#[case::negative(ReachOptions { limits_s: vec![-1.0], ..options(&[], 10.0) })]
#[case::no_number(ReachOptions { limits_s: vec![f64::NAN], ..options(&[], 10.0) })]
#[case::too_many(ReachOptions { limits_s: vec![1.0; 11], ..options(&[], 10.0) })]
#[case::too_fine(options(&[1.0], 4.9))]
#[case::too_fast(ReachOptions { off_road_kmh: f64::INFINITY, ..options(&[1.0], 10.0) })]
#[case::too_far(ReachOptions { max_off_road_m: 1e5, ..options(&[1.0], 10.0) })]
fn options_out_of_range_are_refused(#[case] options: ReachOptions) {
    let refused = reach_polygons(&[], &options);
    assert!(matches!(refused, Err(SimError::InvalidParameter { .. })));
}

#[rstest]
#[case::never(f64::INFINITY)]
#[case::no_number(f64::NAN)]
#[case::before(-1.0)]
fn times_that_are_none_are_refused(#[case] end_s: f64) {
    let path = places(&[[0.0, 0.0], [500.0, 0.0]]);
    let street = ReachedStretch {
        path: &path,
        start_s: 0.0,
        end_s,
    };
    let refused = reach_polygons(&[street], &options(&[60.0], 10.0));
    assert!(matches!(refused, Err(SimError::InvalidParameter { .. })));
}

#[rstest]
#[case::over_the_antimeridian(179.999_9, 0.0)]
#[case::near_the_pole(0.0, -84.999_9)]
fn a_walk_off_the_frame_is_refused(#[case] lon: f64, #[case] lat: f64) {
    let path = [LonLat::new(lon, lat).unwrap()];
    let here = ReachedStretch {
        path: &path,
        start_s: 0.0,
        end_s: 0.0,
    };
    let refused = reach_polygons(&[here], &options(&[600.0], 10.0));
    assert!(matches!(refused, Err(SimError::ReachOutsideFrame { .. })));
}

#[test]
fn a_long_diagonal_is_drawn_with_larger_cells() {
    let path = places(&[[0.0, 0.0], [60_000.0, 60_000.0]]);
    let road = ReachedStretch {
        path: &path,
        start_s: 0.0,
        end_s: 3_600.0,
    };
    let areas = reach_polygons(&[road], &options(&[3_600.0], 5.0)).unwrap();
    assert_eq!(areas[0].0.len(), 1);
    assert!(areas[0].is_valid());
}

/// Some streets within a square kilometre, each with its times.
fn any_streets() -> impl Strategy<Value = Vec<(Vec<[f64; 2]>, f64, f64)>> {
    let point = [0.0..1_000.0, 0.0..1_000.0];
    let street = (
        proptest::collection::vec(point, 1..5),
        0.0..400.0,
        0.0..400.0,
    );
    proptest::collection::vec(street, 1..7)
}

fn any_options() -> impl Strategy<Value = ReachOptions> {
    let limits = proptest::collection::vec(0.0..400.0, 1..4);
    (limits, 8.0..40.0, 0.0..8.0, 0.0..120.0).prop_map(
        |(mut limits_s, cell_m, off_road_kmh, max_off_road_m)| {
            limits_s.sort_by(f64::total_cmp);
            ReachOptions {
                limits_s,
                cell_m,
                off_road_kmh,
                max_off_road_m,
            }
        },
    )
}

/// Degrees that rounding may move a point across an edge.
const ROUNDING_DEG: f64 = 1e-9;

fn holds(area: &MultiPolygon<f64>, point: Coord) -> bool {
    !area.0.is_empty() && Euclidean.distance(&Point(point), area) < ROUNDING_DEG
}

fn vertices(polygon: &Polygon) -> impl Iterator<Item = Coord> {
    std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .flat_map(|ring| ring.lines().map(|line| (line.start + line.end) / 2.0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn areas_are_valid_nested_and_hold_every_street_reached(
        streets in any_streets(), options in any_options(),
    ) {
        let paths: Vec<_> = streets.iter().map(|(points, ..)| places(points)).collect();
        let stretches: Vec<_> = streets.iter().zip(&paths).map(|((_, start_s, end_s), path)| {
            ReachedStretch { path, start_s: *start_s, end_s: *end_s }
        }).collect();
        let areas = reach_polygons(&stretches, &options).unwrap();
        prop_assert_eq!(areas.len(), options.limits_s.len());
        for area in &areas {
            prop_assert!(area.is_valid(), "{:?}", area.check_validation());
            prop_assert_eq!(area.orient(geo::orient::Direction::Default), area.clone());
            for ring in area.iter().flat_map(Polygon::interiors) {
                prop_assert!(ring.is_cw());
            }
        }
        for pair in areas.windows(2) {
            for point in pair[0].iter().flat_map(vertices) {
                prop_assert!(holds(&pair[1], point));
            }
        }
        for (area, limit_s) in areas.iter().zip(&options.limits_s) {
            for (points, start_s, end_s) in &streets {
                for (point, time_s) in walk_along(points, *start_s, *end_s) {
                    prop_assert!(time_s > *limit_s || holds(area, place(point).into()));
                }
            }
        }
    }
}

/// Points of a street, each with its time.
fn walk_along(points: &[[f64; 2]], start_s: f64, end_s: f64) -> Vec<([f64; 2], f64)> {
    let lengths: Vec<f64> = points
        .windows(2)
        .map(|leg| libm::hypot(leg[1][0] - leg[0][0], leg[1][1] - leg[0][1]))
        .collect();
    let total_m: f64 = lengths.iter().sum();
    let mut passed_m = 0.0;
    let mut walked = Vec::new();
    for (leg, length_m) in points.windows(2).zip(&lengths) {
        for step in 0..=20 {
            let share = f64::from(step) / 20.0;
            let point = [0, 1].map(|axis| leg[0][axis] + share * (leg[1][axis] - leg[0][axis]));
            let time_s = start_s + (end_s - start_s) * (passed_m + share * length_m) / total_m;
            walked.push((point, time_s + 1e-6));
        }
        passed_m += length_m;
    }
    walked
}
