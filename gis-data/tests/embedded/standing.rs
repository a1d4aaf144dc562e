//! What stands and lies in the territory: nothing on top of anything else, everything on a street.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Area, BoundingRect, GeodesicArea, Intersects, Line, Validation};
use geo_types::{Coord, MultiPolygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use twin_core::{CameraType, HealthCategory, LonLat, OperatorAccess, SiteType, Theme, Timestamp};

use crate::{TARGET, code_of};

type Boxes = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

fn outlines() -> Vec<&'static MultiPolygon> {
    TARGET
        .ground
        .buildings
        .iter()
        .map(|building| &building.outline)
        .collect()
}

fn corners(outline: &MultiPolygon) -> [[f64; 2]; 2] {
    let bounds = outline.bounding_rect().unwrap();
    [bounds.min().into(), bounds.max().into()]
}

fn boxes(outlines: &[&MultiPolygon]) -> Boxes {
    let rectangle = |(ix, outline): (usize, &&MultiPolygon)| {
        let [low, high] = corners(outline);
        GeomWithData::new(Rectangle::from_corners(low, high), ix)
    };
    RTree::bulk_load(outlines.iter().enumerate().map(rectangle).collect())
}

fn near(boxes: &Boxes, [low, high]: [[f64; 2]; 2]) -> impl Iterator<Item = usize> {
    let found = boxes.locate_in_envelope_intersecting(AABB::from_corners(low, high));
    found.map(|found| found.data)
}

#[test]
fn no_building_stands_on_another() {
    let outlines = outlines();
    let boxes = boxes(&outlines);
    assert!(
        (30_000..=50_000).contains(&outlines.len()),
        "{}",
        outlines.len()
    );
    for (ix, outline) in outlines.iter().enumerate() {
        assert!(outline.is_valid() && outline.unsigned_area() > 0.0, "{ix}");
        // Houses of a row touch: what they share must be a line.
        for other in near(&boxes, corners(outline)).filter(|other| *other > ix) {
            let shared = geo::BooleanOps::intersection(*outline, outlines[other]);
            // A sliver of what rounding leaves may run either way round, which on the globe is
            // everything but the sliver: so in the plane of degrees.
            let shared_m2 = shared.unsigned_area() * 75_416.0 * 111_180.0;
            assert!(shared_m2 < 1.0, "{ix} and {other} share {shared_m2} m²");
        }
    }
}

#[test]
fn no_building_stands_on_a_road_or_in_a_river() {
    let outlines = outlines();
    let boxes = boxes(&outlines);
    let roads = TARGET.ground.roads.iter().map(|road| &road.path);
    let rivers = TARGET.ground.waterways.iter().map(|river| &river.path);
    for path in roads.chain(rivers) {
        for pair in path.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(Coord::from);
            let line = Line::new(a, b);
            let low = [a.x.min(b.x), a.y.min(b.y)];
            let high = [a.x.max(b.x), a.y.max(b.y)];
            for ix in near(&boxes, [low, high]) {
                assert!(
                    !outlines[ix].intersects(&line),
                    "{}",
                    TARGET.ground.buildings[ix].key
                );
            }
        }
    }
}

#[test]
fn every_address_is_unique_in_its_commune_and_together_they_hold_all_premises() {
    let mut seen = BTreeSet::new();
    let mut premises = 0;
    for address in &TARGET.layers.addresses {
        let code = address.key.split('-').nth(1).unwrap();
        assert!(
            seen.insert((code, &address.detail.label)),
            "{}",
            address.detail.label
        );
        let (number, street) = address.detail.label.split_once(' ').unwrap();
        assert!(number.parse::<u32>().unwrap() > 0 && !street.is_empty());
        premises += address.detail.premises;
    }
    assert_eq!(
        premises,
        TARGET.ground.premises.iter().map(|p| p.lines).sum::<u32>()
    );
    let bis = seen
        .iter()
        .filter(|(_, label)| label.contains(" bis "))
        .count();
    assert!(bis > 100, "{bis}");
}

/// How far a place is from the nearest road, in metres, as far as that is below 100.
fn from_road_m(roads: &RTree<rstar::primitives::Line<[f64; 2]>>, place: LonLat) -> f64 {
    let scale = place.lat().to_radians().cos();
    let at = [place.lon() * scale, place.lat()];
    let nearest = roads.nearest_neighbor(at).unwrap();
    rstar::PointDistance::distance_2(nearest, &at).sqrt() * 111_200.0
}

fn road_lines() -> RTree<rstar::primitives::Line<[f64; 2]>> {
    let scale = 47.45_f64.to_radians().cos();
    let flat = |at: LonLat| [at.lon() * scale, at.lat()];
    let lines = TARGET.ground.roads.iter().flat_map(|road| {
        let pairs = road.path.windows(2);
        pairs.map(move |pair| rstar::primitives::Line::new(flat(pair[0]), flat(pair[1])))
    });
    RTree::bulk_load(lines.collect())
}

#[test]
fn trucks_reach_every_site_the_depot_and_the_unloading_sites_from_a_road() {
    let roads = road_lines();
    let scaled = |place: LonLat| {
        // The tree is flat at one latitude for the whole territory.
        let scale = 47.45_f64.to_radians().cos() / place.lat().to_radians().cos();
        LonLat::new(place.lon() * scale, place.lat()).unwrap()
    };
    for site in &TARGET.layers.sites {
        let from_m = from_road_m(&roads, scaled(site.place));
        let most_m = match site.detail.site_type {
            SiteType::ParkBin => 250.0,
            _ => 12.0,
        };
        assert!(from_m < most_m, "{} is {from_m} m from a road", site.key);
        assert!(site.detail.street.is_some(), "{}", site.key);
    }
    let layers = &TARGET.layers;
    let depots = layers.depots.iter().map(|depot| (&depot.key, depot.place));
    let unloading = layers
        .unloading_sites
        .iter()
        .map(|site| (&site.key, site.place));
    for (key, place) in depots.chain(unloading) {
        let from_m = from_road_m(&roads, scaled(place));
        assert!(from_m < 12.0, "{key} is {from_m} m from a road");
    }
}

#[test]
fn catchments_of_recycling_sites_are_of_about_one_size() {
    let sites = TARGET.layers.sites.iter();
    let sites: Vec<_> = sites
        .filter(|s| s.detail.site_type == SiteType::RecyclingPoint)
        .collect();
    let mut lines = vec![0.0; sites.len()];
    for premises in &TARGET.ground.premises {
        let commune = premises.commune.as_deref().unwrap();
        let own = sites
            .iter()
            .enumerate()
            .filter(|(_, site)| code_of(&site.key) == commune);
        let flat = |place: LonLat| {
            let [dx, dy] = [
                place.lon() - premises.place.lon(),
                place.lat() - premises.place.lat(),
            ];
            (0.68 * dx).powi(2) + dy.powi(2)
        };
        let nearest = own.min_by(|a, b| flat(a.1.place).total_cmp(&flat(b.1.place)));
        if let Some((ix, _)) = nearest {
            lines[ix] += f64::from(premises.lines);
        }
    }
    let in_cities: Vec<f64> = sites
        .iter()
        .zip(&lines)
        .filter(|(site, _)| ["25388", "25031", "25580"].contains(&code_of(&site.key)))
        .map(|(_, lines)| *lines)
        .collect();
    let count = f64::from(u32::try_from(in_cities.len()).unwrap());
    let mean = in_cities.iter().sum::<f64>() / count;
    let variance = in_cities
        .iter()
        .map(|lines| (lines - mean).powi(2))
        .sum::<f64>()
        / count;
    let spread = variance.sqrt() / mean;
    println!("{count} catchments of {mean:.0} lines, relative spread {spread:.2}");
    assert!(spread < 0.5, "{spread}");
}

#[test]
fn land_cover_is_a_mosaic_of_the_territory() {
    let mut areas: BTreeMap<&str, f64> = BTreeMap::new();
    for cover in &TARGET.ground.land_cover {
        assert!(
            cover.outline.is_valid(),
            "{} {:?}",
            cover.class,
            cover.outline.0[0].exterior().0[0]
        );
        *areas.entry(&cover.class).or_default() += cover.outline.geodesic_area_unsigned() / 1e6;
    }
    let overlaid = areas["water"] + areas["pitch"];
    let total = areas.values().sum::<f64>() - overlaid;
    let communes = TARGET.layers.communes.iter();
    let land: f64 = communes
        .map(|c| c.outline.geodesic_area_unsigned() / 1e6)
        .sum();
    assert!((total / land - 1.0).abs() < 0.005, "{total} of {land} km²");
    let share = |class: &str| 100.0 * areas[class] / total;
    assert!(
        (41.0..43.5).contains(&share("forest")),
        "{}",
        share("forest")
    );
    let built = share("residential") + share("industrial") + share("commercial");
    assert!((14.0..19.0).contains(&built), "{built}");
    assert!((1.0..8.0).contains(&areas["water"]), "{areas:?}");
}

#[test]
fn no_piece_of_land_has_two_covers() {
    let cover = TARGET.ground.land_cover.iter();
    let cover = cover.filter(|cover| !["water", "pitch"].contains(&&*cover.class));
    let outlines: Vec<&MultiPolygon> = cover.map(|cover| &cover.outline).collect();
    let boxes = boxes(&outlines);
    // A point inside each: the middle of the first ear that its outline has.
    for (ix, outline) in outlines.iter().enumerate() {
        let Some(inside) = geo::InteriorPoint::interior_point(*outline) else {
            panic!("{ix} has no inside");
        };
        let at = [inside.x(), inside.y()];
        let holders = near(&boxes, [at, at]);
        let holders: Vec<usize> = holders
            .filter(|other| geo::Contains::contains(outlines[*other], &inside))
            .collect();
        assert_eq!(holders, [ix]);
    }
}

#[test]
fn cameras_hang_where_only_operators_see_and_are_authorised_for_five_years_at_most() {
    let cameras = &TARGET.layers.cameras;
    assert!((80..=150).contains(&cameras.len()), "{}", cameras.len());
    let today: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut lapsed = 0;
    for camera in cameras {
        let detail = &camera.detail;
        assert_ne!(detail.camera_type, CameraType::Unknown);
        assert!(detail.street.is_some() && !detail.purposes.is_empty());
        let (from, until) = (detail.authorised_at.unwrap(), detail.expires_at.unwrap());
        assert!(from <= today && until.since(from).as_secs() <= 5 * 31_557_600);
        lapsed += u32::from(until < today);
        assert!(detail.retention.unwrap().as_secs() <= 31 * 86_400);
        assert!(detail.authorisation.as_ref().unwrap().starts_with("FICTIF"));
        let aiming = detail
            .aiming
            .reveal(OperatorAccess::granted())
            .as_ref()
            .unwrap();
        let away_m = camera.place.distance(aiming.place).get();
        assert!((1.0..15.0).contains(&away_m), "{}: {away_m}", camera.key);
    }
    assert!(lapsed > 0 && lapsed < 20, "{lapsed}");
    let masks = cameras.iter().map(|camera| {
        let aiming = camera.detail.aiming.reveal(OperatorAccess::granted());
        aiming.as_ref().unwrap().masks.len()
    });
    let masks: usize = masks.sum();
    println!("{masks} masks");
    assert!(masks > 0);
}

#[test]
fn there_are_as_many_health_facilities_as_people_need() {
    let mut counts: BTreeMap<HealthCategory, u32> = BTreeMap::new();
    for facility in &TARGET.layers.health_facilities {
        *counts.entry(facility.detail.category).or_default() += 1;
        assert!(
            facility.detail.finess.is_none(),
            "a made-up facility has no number"
        );
    }
    println!("{counts:?}");
    let per = |category| 139_232 / counts[&category];
    assert!((2500..=3000).contains(&per(HealthCategory::Pharmacy)));
    assert!((2000..=2600).contains(&per(HealthCategory::Doctors)));
    assert_eq!(counts[&HealthCategory::Hospital], 2);
    let synapse = TARGET
        .layers
        .health_facilities
        .iter()
        .filter(|f| &*f.key == "synapse");
    assert_eq!(synapse.count(), 1);
}

#[test]
fn known_places_are_there_once_and_every_commune_has_its_town_hall() {
    let points = &TARGET.ground.points_of_interest;
    let named = |name: &str| {
        let found = points.iter().filter(|p| p.name.as_deref() == Some(name));
        found.count()
    };
    for name in [
        "Musée de l’Aventure Peugeot",
        "Château des ducs de Wurtemberg",
        "Axone",
        "Le Moloco",
        "Stade Auguste-Bonal",
        "Parc du Près-la-Rose",
        "Stellantis Sochaux",
    ] {
        assert_eq!(named(name), 1, "{name}");
    }
    let halls = points.iter().filter(|p| &*p.class == "townhall");
    let communes: BTreeSet<_> = halls.filter_map(|p| p.tags.get("ref:INSEE")).collect();
    assert_eq!(communes.len(), 73);
    assert!(points.iter().any(|p| p.theme == Theme::Education));
    let works = TARGET
        .ground
        .buildings
        .iter()
        .filter(|b| &*b.class == "industrial");
    let halls_m2: f64 = works.map(|b| b.outline.geodesic_area_unsigned()).sum();
    assert!(halls_m2 > 400_000.0, "{halls_m2}");
}
