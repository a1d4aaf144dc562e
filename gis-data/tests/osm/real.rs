//! Real extracts. The expected figures are those of `tests/python/osm_count.py`, which reads them
//! with another library.

use approx::assert_relative_eq;
use gis_data::import::{Report, WarningCode, communes};
use gis_data::pack::{GroundLayer, Pack};
use twin_core::{AssetKind, HealthCategory, OperatorAccess, Stream, Theme};

use super::{import_file, shared};

fn streams(pack: &Pack, stream: Stream) -> usize {
    pack.layers
        .containers
        .iter()
        .filter(|container| container.detail.stream == stream)
        .count()
}

fn care(pack: &Pack, category: HealthCategory) -> usize {
    pack.layers
        .health_facilities
        .iter()
        .filter(|it| it.detail.category == category)
        .count()
}

fn kinds(pack: &Pack) -> Vec<(&'static str, usize)> {
    let counts = AssetKind::ALL
        .iter()
        .map(|row| (row.name, pack.layers.count(row.kind)));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// How many roads, road nodes, turns, waters, buildings, pieces of land and places there are.
fn ground(pack: &Pack) -> [usize; 7] {
    let layers = GroundLayer::ALL.first_chunk().unwrap();
    layers.map(|layer| layer.count(&pack.ground))
}

fn themes(pack: &Pack) -> Vec<usize> {
    let places = &pack.ground.points_of_interest;
    let of = |theme| places.iter().filter(|place| place.theme == theme).count();
    Theme::ALL.iter().map(|theme| of(*theme)).collect()
}

#[test]
fn andorra_has_what_an_independent_reader_counts() {
    let Some(path) = shared("roads/andorra-2025-01.osm.pbf") else {
        return;
    };
    let (pack, report) = import_file(&path);
    let pack = pack.unwrap();

    assert_eq!(
        kinds(&pack),
        [
            ("site", 12),
            ("container", 19),
            ("camera", 9),
            ("health-facility", 52),
            ("unloading-site", 1),
            ("address", 305)
        ]
    );
    assert_eq!(
        HealthCategory::ALL
            .iter()
            .map(|category| care(&pack, *category))
            .collect::<Vec<_>>(),
        [33, 4, 5, 10]
    );
    assert_eq!(
        [
            Stream::Unknown,
            Stream::Litter,
            Stream::Glass,
            Stream::Paper,
            Stream::Packaging
        ]
        .map(|stream| streams(&pack, stream)),
        [6, 4, 2, 2, 2]
    );
    assert_eq!(ground(&pack), [7741, 1619, 64, 749, 7404, 6519, 3490]);
    assert_eq!(
        themes(&pack),
        [159, 118, 1017, 44, 32, 737, 1, 230, 897, 63, 192]
    );
    assert_eq!(report.count(WarningCode::NoStreetTold), 12);
    assert_eq!(report.count(WarningCode::UnusableRestriction), 76 - 64);
    assert_eq!(report.count(WarningCode::MissingNodes), 0);
    assert_eq!(report.count(WarningCode::DamagedBlock), 0);
}

#[test]
fn andorra_has_seven_parishes_on_its_468_square_kilometres() {
    let Some(path) = shared("roads/andorra-2025-01.osm.pbf") else {
        return;
    };
    let (pack, report) = import_file(&path);
    let communes = pack.unwrap().layers.communes;

    let mut codes: Vec<&str> = communes.iter().map(|commune| &*commune.code).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "AD-02", "AD-03", "AD-04", "AD-05", "AD-06", "AD-07", "AD-08"
        ]
    );
    let area: f64 = communes
        .iter()
        .map(|commune| commune.area.unwrap().get())
        .sum();
    assert_relative_eq!(area / 1e6, 468.0, max_relative = 0.01);
    let escaldes = communes
        .iter()
        .find(|commune| &*commune.code == "AD-08")
        .unwrap();
    assert_eq!(
        (&*escaldes.name, escaldes.population),
        ("Escaldes-Engordany", Some(14_521))
    );
    assert!(
        report.count(WarningCode::CutOutline) > 10,
        "{:?}",
        report.counts().collect::<Vec<_>>()
    );
}

#[test]
fn the_manifest_of_andorra_says_where_it_comes_from() {
    let Some(path) = shared("roads/andorra-2025-01.osm.pbf") else {
        return;
    };
    let manifest = import_file(&path).0.unwrap().manifest;

    assert_eq!(
        (manifest.name.as_str(), manifest.crs.as_str()),
        ("andorra-2025-01", "EPSG:2154")
    );
    let cameras = &manifest.layers["cameras"];
    assert_eq!(cameras.source, "OpenStreetMap contributors");
    assert_eq!(
        (cameras.licence.as_str(), cameras.vintage.as_str()),
        ("ODbL 1.0", "2025-01-19")
    );
    assert!(!manifest.is_synthetic() && !manifest.simulated_sensors);
    assert!(manifest.layers.contains_key("roads") && !manifest.layers.contains_key("sensors"));
}

#[test]
fn no_public_place_of_a_camera_is_where_it_hangs() {
    let Some(path) = shared("roads/andorra-2025-01.osm.pbf") else {
        return;
    };
    let pack = import_file(&path).0.unwrap();
    for camera in &pack.layers.cameras {
        let hangs = camera.detail.aiming.reveal(OperatorAccess::granted());
        let hangs = hangs.as_ref().unwrap().place;
        let distance = camera.place.distance(hangs).get();
        assert!(
            distance > 0.0 && distance < 900.0,
            "{}: {distance} m",
            camera.key
        );
        let is_on_street = pack.ground.roads.iter().any(|road| {
            road.path.windows(2).any(|ends| {
                let detour =
                    ends[0].distance(camera.place).get() + camera.place.distance(ends[1]).get();
                detour - ends[0].distance(ends[1]).get() < 0.001
            })
        });
        assert!(is_on_street, "{} lies on no street", camera.key);
    }
}

#[test]
fn monaco_has_what_an_independent_reader_counts() {
    let Some(path) = shared("roads/monaco-planetiler.osm.pbf") else {
        return;
    };
    let pack = import_file(&path).0.unwrap();

    assert_eq!(
        kinds(&pack),
        [
            ("site", 57),
            ("container", 59),
            ("camera", 10),
            ("health-facility", 18),
            ("address", 243)
        ]
    );
    assert_eq!(
        [
            Stream::Unknown,
            Stream::Litter,
            Stream::Glass,
            Stream::Paper,
            Stream::Packaging
        ]
        .map(|stream| streams(&pack, stream)),
        [8, 41, 8, 1, 1]
    );
    assert_eq!(ground(&pack), [2366, 712, 42, 3, 1220, 197, 980]);
    assert_eq!(
        themes(&pack),
        [32, 89, 74, 31, 14, 328, 0, 60, 216, 15, 121]
    );
    assert_eq!(pack.layers.communes.len(), 6);
}

#[test]
fn the_72_real_outlines_have_their_area_on_the_ellipsoid() {
    let Some(path) = shared("contours/communes72.geojson") else {
        return;
    };
    let mut report = Report::default();
    let communes = communes::read(&path, &mut report).unwrap();

    assert_eq!(communes.len(), 72);
    assert!(communes.iter().all(|commune| commune.population.is_some()));
    let first = &communes[0];
    assert_eq!(
        (&*first.code, &*first.name, first.population),
        ("25004", "Abbévillers", Some(1099))
    );
    // The geodesic area by pyproj 3.7; `areaKm2` in the file is planar in Lambert-93, 1.6 ‰ less.
    let area = first.area.unwrap().get();
    assert_relative_eq!(area / 1e6, 11.200_663_261_71, max_relative = 1e-10);
    assert_eq!(report.count(WarningCode::UnusableFeature), 0);
}
