//! The terrain: true where it is known, and water runs downhill on it.

use std::collections::BTreeMap;

use twin_core::{LonLat, Terrain, Waterway};

use super::TARGET;
use super::lines::{Point, apart, flat, lonlat};

fn terrain() -> &'static Terrain {
    TARGET.ground.terrain.as_ref().unwrap()
}

fn height_m(place: LonLat) -> f64 {
    terrain().height_m(place).unwrap()
}

/// The facts, read by themselves.
fn facts() -> toml::Table {
    let text = include_str!("../../../assets/territory/pma.toml");
    text.parse().unwrap()
}

fn altitudes() -> BTreeMap<String, f64> {
    let facts = facts();
    let communes = facts["communes"].as_array().unwrap();
    let altitude = |commune: &toml::Value| {
        let name = commune["name"].as_str().unwrap().to_owned();
        #[expect(clippy::cast_precision_loss, reason = "hundreds of metres")]
        let altitude = commune["altitude_m"].as_integer().unwrap() as f64;
        (name, altitude)
    };
    communes.iter().map(altitude).collect()
}

#[test]
fn every_center_lies_at_its_altitude() {
    let altitudes = altitudes();
    for commune in &TARGET.layers.communes {
        let (found, known) = (height_m(commune.center), altitudes[&*commune.name]);
        assert!(
            (found - known).abs() <= 5.0,
            "{}: {found} m instead of {known} m",
            commune.name
        );
    }
}

#[test]
fn the_terrain_reaches_beyond_the_territory_and_is_as_fine_as_it_says() {
    let grid = terrain().grid();
    for commune in &TARGET.layers.communes {
        for corner in commune.outline.0[0].exterior() {
            let place = LonLat::new(corner.x, corner.y).unwrap();
            assert!(terrain().height_m(place).is_some(), "{}", commune.name);
        }
    }
    assert!(grid.lon_step * 75_416.0 < 50.0 && grid.lat_step * 111_180.0 < 50.0);
    assert!(terrain().is_filled().iter().all(|is_filled| !is_filled));
}

#[test]
fn no_river_flows_uphill() {
    for river in &TARGET.ground.waterways {
        let heights: Vec<f64> = river.path.iter().map(|&place| height_m(place)).collect();
        let mut lowest = f64::INFINITY;
        for (ix, &height) in heights.iter().enumerate() {
            assert!(
                height <= lowest + 0.3,
                "{:?} rises to {height} at point {ix}",
                river.name
            );
            lowest = lowest.min(height);
        }
        assert!(heights[0] - lowest > 10.0, "{:?}", river.name);
    }
}

#[test]
fn tributaries_end_in_the_river_that_they_flow_into() {
    let ends = |river: &Waterway| river.path[river.path.len() - 1];
    for tributary in &TARGET.ground.waterways[1..] {
        let others = TARGET
            .ground
            .waterways
            .iter()
            .filter(|other| other.name != tributary.name);
        let meets = others
            .filter(|other| other.path.contains(&ends(tributary)))
            .count();
        assert_eq!(meets, 1, "{:?}", tributary.name);
    }
}

/// To both sides of a river the land is no lower than its bed, other rivers aside.
#[test]
fn a_river_is_the_lowest_line_of_its_valley() {
    let rivers = &TARGET.ground.waterways;
    let mut looked_at = 0;
    for river in rivers {
        for pair in river.path.windows(2).step_by(5) {
            let (a, b) = (flat(pair[0]), flat(pair[1]));
            let length = apart(a, b);
            let side = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
            for reach in [-250.0, -150.0, 150.0, 250.0] {
                let beside = [a[0] + reach * side[0], a[1] + reach * side[1]];
                let is_own = nearest_river(beside) == river.name.as_deref();
                let inside = terrain().height_m(lonlat(beside));
                let Some(height) = inside.filter(|_| is_own) else {
                    continue;
                };
                assert!(
                    height >= height_m(pair[0]) - 0.1,
                    "{:?} at {}",
                    river.name,
                    pair[0]
                );
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 1000, "{looked_at} places");
}

fn nearest_river(at: Point) -> Option<&'static str> {
    let distance = |river: &Waterway| {
        let points = river.path.iter().map(|&place| apart(flat(place), at));
        points.fold(f64::INFINITY, f64::min)
    };
    let rivers = TARGET.ground.waterways.iter();
    let nearest = rivers.min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.and_then(|river| river.name.as_deref())
}

#[test]
fn the_lomont_rises_in_the_south_and_the_valleys_lie_in_the_north() {
    let highest = |south: f64, north: f64| {
        let grid = terrain().grid();
        let rows =
            (0..grid.rows).flat_map(|row| (0..grid.columns).map(move |column| (column, row)));
        let places = rows.filter_map(|(column, row)| grid.place(column, row));
        let inside = places.filter(|place| {
            (south..north).contains(&place.lat()) && (6.6..6.95).contains(&place.lon())
        });
        inside.map(height_m).fold(0.0, f64::max)
    };
    let (lomont, north) = (highest(47.335, 47.375), highest(47.47, 47.56));
    assert!((780.0..950.0).contains(&lomont), "{lomont}");
    assert!((380.0..620.0).contains(&north), "{north}");
}

/// Cells of some 9 by 6 km with errors of 100 m and more: good to find a gross mistake.
#[test]
fn the_terrain_agrees_with_a_coarse_grid() {
    let Some(text) = super::shared_text("elevation/pma_altitude_5arcmin_pvlib.csv") else {
        return;
    };
    let mut differences = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let [lat, lon, altitude] = cells[..] else {
            panic!("{line}")
        };
        let Some(mean) = mean_height_m(lon, lat) else {
            continue;
        };
        println!("{lat} {lon}: {mean:.0} m, in the coarse grid {altitude} m");
        differences.push(mean - altitude);
    }
    let count = super::count(differences.len());
    let mean = differences.iter().sum::<f64>() / count;
    let spread = (differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / count).sqrt();
    println!("{count} cells, {mean:.0} m too high on average, ± {spread:.0} m");
    assert!(differences.len() >= 10);
    assert!(mean.abs() < 60.0 && spread < 90.0, "{mean} ± {spread}");
}

/// The mean over a cell of 5 arc minutes, where the terrain covers it.
fn mean_height_m(lon: f64, lat: f64) -> Option<f64> {
    let offsets = || (-4..=4).map(|n| f64::from(n) / 120.0);
    let places = offsets().flat_map(|dx| offsets().map(move |dy| (lon + dx, lat + dy)));
    let heights = places.map(|(lon, lat)| terrain().height_m(LonLat::new(lon, lat).ok()?));
    let heights: Vec<f64> = heights.collect::<Option<_>>()?;
    Some(heights.iter().sum::<f64>() / super::count(heights.len()))
}
