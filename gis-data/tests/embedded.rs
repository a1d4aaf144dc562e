//! The embedded territory through the public door: its figures, its places, its honesty.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of the tests are tests too, and figures are told"
)]

#[path = "embedded/fibre.rs"]
mod fibre;
#[path = "embedded/lines.rs"]
mod lines;
#[path = "embedded/roads.rs"]
mod roads;
#[path = "embedded/shape.rs"]
mod shape;
#[path = "embedded/standing.rs"]
mod standing;
#[path = "embedded/terrain.rs"]
mod terrain;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use geo::{Area, BooleanOps, Contains, GeodesicArea};
use geo_types::{Coord, Geometry, MultiPolygon, Point};
use gis_data::import::embedded::{Preset, embedded_pack};
use gis_data::pack::{GroundLayer, Pack};
use rstest::rstest;
use twin_core::{Asset, AssetId, AssetKind, ContainerType, Detail, LonLat, SiteType, Span, Stream};

static TARGET: LazyLock<Pack> = LazyLock::new(|| pack(Preset::Target2023));

fn pack(preset: Preset) -> Pack {
    embedded_pack(preset, 1).expect("the embedded facts make a territory")
}

/// The INSEE code in a key such as `25031-0007-2`.
fn code_of(key: &str) -> &str {
    key.split_once('-').map_or(key, |(code, _)| code)
}

/// The site key in a container's key.
fn site_of(key: &str) -> &str {
    key.rsplit_once('-').map_or(key, |(site, _)| site)
}

#[rstest]
#[case::demo_2022(Preset::Demo2022, [157, 17, 26])]
#[case::target_2023(Preset::Target2023, [1500, 160, 250])]
#[case::as_built(Preset::AsBuilt, [864, 92, 144])]
fn each_preset_has_its_sensors_and_the_same_containers(
    #[case] preset: Preset,
    #[case] expected: [usize; 3],
) {
    let layers = pack(preset).layers;
    let types: BTreeMap<&str, SiteType> = layers
        .sites
        .iter()
        .map(|site| (&*site.key, site.detail.site_type))
        .collect();
    let sensors = |site_type: SiteType| {
        layers
            .sensors
            .iter()
            .filter(|s| types[site_of(&s.key)] == site_type)
            .count()
    };
    let found = [
        SiteType::RecyclingPoint,
        SiteType::RegroupingPoint,
        SiteType::ParkBin,
    ]
    .map(sensors);
    assert_eq!(found, expected);
    assert!(layers.containers.len() > 1910);
    assert_eq!(layers.sites, TARGET.layers.sites);
    assert_eq!(layers.containers, TARGET.layers.containers);
    let planned: BTreeSet<&str> = TARGET.layers.sensors.iter().map(|s| &*s.key).collect();
    assert!(
        layers
            .sensors
            .iter()
            .all(|sensor| planned.contains(&*sensor.key))
    );
}

#[test]
fn sites_hold_what_their_type_says() {
    let layers = &TARGET.layers;
    let mut rows: BTreeMap<&str, Vec<&Asset<twin_core::Container>>> = BTreeMap::new();
    for container in &layers.containers {
        rows.entry(container.detail.site.key())
            .or_default()
            .push(container);
    }
    let mut per_stream: BTreeMap<Stream, usize> = BTreeMap::new();
    for site in &layers.sites {
        let row = &rows[&*site.key];
        let counts = match site.detail.site_type {
            SiteType::RecyclingPoint => 5..=6,
            SiteType::RegroupingPoint => 2..=10,
            _ => 1..=1,
        };
        assert!(counts.contains(&row.len()), "{}", site.key);
        assert!(row.iter().all(|container| container.place == site.place));
        for container in row {
            *per_stream.entry(container.detail.stream).or_default() += 1;
        }
    }
    let recycling = [Stream::Glass, Stream::Paper, Stream::Packaging].map(|s| per_stream[&s]);
    assert_eq!(recycling, [450, 280, 770]);
    assert_eq!(per_stream[&Stream::Litter], 250);
}

#[test]
fn sensors_are_mounted_beyond_their_blind_zone_and_no_deeper_than_they_reach() {
    let layers = &TARGET.layers;
    let types: BTreeMap<&str, ContainerType> = layers
        .containers
        .iter()
        .map(|c| (&*c.key, c.detail.container_type))
        .collect();
    let mut devices = BTreeSet::new();
    for sensor in &layers.sensors {
        let mounting = sensor.detail.mounting;
        assert!(
            mounting.full_mm() > 300 && mounting.empty_mm() < 4000,
            "{mounting:?}"
        );
        let hours = if types[&*sensor.key] == ContainerType::ParkBin {
            2
        } else {
            4
        };
        assert_eq!(sensor.detail.expected_interval, Span::from_hours(hours));
        let prefix = (sensor.detail.dev_eui.0 >> 56) & 3;
        assert_eq!(prefix, 2, "locally administered, not a group");
        assert!(
            devices.insert(sensor.detail.dev_eui),
            "{} twice",
            sensor.detail.dev_eui
        );
    }
}

fn collect<T: Detail>(assets: &[Asset<T>], ids: &mut BTreeSet<AssetId>) {
    for asset in assets {
        let id = asset.id().expect("a key of plain characters");
        assert!(ids.insert(id), "{} twice", asset.key);
    }
}

#[test]
fn every_key_is_unique_and_every_reference_resolves() {
    let layers = &TARGET.layers;
    let mut ids = BTreeSet::new();
    collect(&layers.sites, &mut ids);
    collect(&layers.containers, &mut ids);
    collect(&layers.sensors, &mut ids);
    collect(&layers.depots, &mut ids);
    collect(&layers.unloading_sites, &mut ids);
    collect(&layers.vehicles, &mut ids);
    collect(&layers.cameras, &mut ids);
    collect(&layers.health_facilities, &mut ids);
    collect(&layers.fibre_nodes, &mut ids);
    collect(&layers.fibre_links, &mut ids);
    collect(&layers.addresses, &mut ids);
    let references = layers.containers.iter().map(|c| &c.detail.site);
    let references = references.chain(layers.sensors.iter().map(|s| &s.detail.container));
    let links = layers
        .fibre_links
        .iter()
        .flat_map(|l| [&l.detail.from, &l.detail.to]);
    let references = references.chain(links);
    let premises = TARGET.ground.premises.iter();
    let references = references.chain(premises.filter_map(|p| p.node.as_ref()));
    let mut references = references.chain(layers.vehicles.iter().map(|v| &v.detail.depot));
    assert!(references.all(|id| ids.contains(id)));
    assert_eq!((layers.depots.len(), layers.unloading_sites.len()), (1, 9));
}

#[rstest]
#[case::seed_1(1)]
#[case::seed_2(2)]
#[case::largest_seed(u64::MAX)]
fn every_place_lies_in_its_commune_and_no_two_sites_touch(#[case] seed: u64) {
    let layers = embedded_pack(Preset::Target2023, seed).unwrap().layers;
    let outlines: BTreeMap<&str, &MultiPolygon> = layers
        .communes
        .iter()
        .map(|c| (&*c.code, &c.outline))
        .collect();
    for site in &layers.sites {
        let outline = outlines[code_of(&site.key)];
        assert!(
            outline.contains(&Point(Coord::from(site.place))),
            "{}",
            site.key
        );
    }
    let places: Vec<LonLat> = layers.sites.iter().map(|site| site.place).collect();
    for (ix, a) in places.iter().enumerate() {
        for b in &places[ix + 1..] {
            let is_near = (a.lat() - b.lat()).abs() < 0.001 && (a.lon() - b.lon()).abs() < 0.001;
            assert!(!is_near || a.distance(*b).get() > 59.7, "{a} and {b}");
        }
    }
}

#[test]
fn sites_follow_the_population() {
    let layers = &TARGET.layers;
    let mut pairs = Vec::new();
    for commune in layers.communes.iter().filter(|c| c.member_from.is_none()) {
        let in_commune = layers
            .sites
            .iter()
            .filter(|s| code_of(&s.key) == &*commune.code);
        let recycling = in_commune
            .filter(|s| s.detail.site_type == SiteType::RecyclingPoint)
            .count();
        assert!(recycling > 0, "{}", commune.name);
        pairs.push((f64::from(commune.population.unwrap()), count(recycling)));
    }
    assert_eq!(pairs.len(), 72);
    assert!(correlation(&pairs) > 0.99, "{}", correlation(&pairs));
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = count(pairs.len());
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (mean_x, mean_y) = (mean(|p| p.0), mean(|p| p.1));
    let sums = pairs.iter().fold([0.0; 3], |[xy, xx, yy], (x, y)| {
        let (dx, dy) = (x - mean_x, y - mean_y);
        [xy + dx * dy, xx + dx * dx, yy + dy * dy]
    });
    sums[0] / (sums[1] * sums[2]).sqrt()
}

#[test]
fn there_are_72_communes_before_2024_and_73_after() {
    let members = |at: &str| {
        let at = at.parse().unwrap();
        TARGET
            .layers
            .communes
            .iter()
            .filter(|c| c.is_member(at))
            .count()
    };
    assert_eq!(members("2023-12-31T22:59:59Z"), 72);
    assert_eq!(members("2023-12-31T23:00:00Z"), 73);
    assert!(
        TARGET
            .layers
            .sites
            .iter()
            .all(|site| code_of(&site.key) != "25192")
    );
}

#[test]
fn every_commune_has_its_real_area_and_holds_its_center() {
    for commune in &TARGET.layers.communes {
        let area = commune.area.unwrap().get();
        let outline_area = commune.outline.geodesic_area_signed();
        approx::assert_relative_eq!(outline_area, area, max_relative = 1e-3);
        let center = Point(Coord::from(commune.center));
        assert!(commune.outline.contains(&center), "{}", commune.name);
    }
}

/// Every edge inside the territory belongs to exactly two outlines, once in each direction; the
/// others form one closed border. So there is neither gap nor overlap.
#[test]
fn outlines_share_their_edges_to_the_last_bit() {
    let bits = |c: &Coord| [c.x.to_bits(), c.y.to_bits()];
    let mut edges = BTreeSet::new();
    for commune in &TARGET.layers.communes {
        for line in commune.outline.0[0].exterior().lines() {
            assert!(
                edges.insert([bits(&line.start), bits(&line.end)]),
                "{}",
                commune.name
            );
        }
    }
    let border: BTreeMap<_, _> = edges
        .iter()
        .filter(|[a, b]| !edges.contains(&[*b, *a]))
        .map(|[a, b]| (*a, *b))
        .collect();
    let start = *border.keys().next().unwrap();
    let mut at = border[&start];
    let mut walked = 1;
    while at != start {
        at = border[&at];
        walked += 1;
    }
    assert_eq!(walked, border.len());
    assert!(edges.len() > 2 * border.len());
}

/// A shared file; `None`, said aloud, where it is absent and need not be there.
fn shared_text(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        let is_required = std::env::var_os("TWIN_REQUIRE_SHARED").is_some();
        assert!(!is_required, "{} is missing", path.display());
        eprintln!("SKIPPED: {} is missing", path.display());
    }
    text
}

#[test]
fn outlines_resemble_the_real_ones() {
    let Some(text) = shared_text("contours/communes.geojson") else {
        return;
    };
    let real: geojson::FeatureCollection = text.parse().unwrap();
    let mut ratios = Vec::new();
    for feature in real.features {
        let code = feature
            .property("code")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned();
        let outline = match Geometry::try_from(feature.geometry.unwrap()).unwrap() {
            Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon]),
            Geometry::MultiPolygon(polygons) => polygons,
            other => panic!("{code} is no area: {other:?}"),
        };
        let commune = TARGET
            .layers
            .communes
            .iter()
            .find(|c| *c.code == *code)
            .unwrap();
        let both = commune.outline.intersection(&outline).unsigned_area();
        let any = commune.outline.union(&outline).unsigned_area();
        println!("{:5.2} {}", both / any, commune.name);
        ratios.push(both / any);
    }
    let mean = ratios.iter().sum::<f64>() / count(ratios.len());
    println!(
        "mean intersection over union of {} outlines: {mean:.3}",
        ratios.len()
    );
    assert_eq!(ratios.len(), 73);
    assert!(mean > 0.7, "{mean}");
}

#[test]
fn lines_are_drawn_and_stay_small() {
    let pack = &*TARGET;
    let roads = pack.ground.roads.iter();
    let water = pack.ground.waterways.iter();
    let lines: Vec<_> = (roads.map(|road| (&road.name, &road.path)))
        .chain(water.map(|water| (&water.name, &water.path)))
        .collect();
    let named = |name: &str| {
        let named = lines.iter().filter(|(n, _)| n.as_deref() == Some(name));
        named.count()
    };
    for name in ["Doubs", "Allan", "Savoureuse", "Lizaine", "Gland", "Rupt"] {
        assert_eq!(named(name), 1, "{name}");
    }
    let is_motorway = |road: &&twin_core::Road| road.tags.is("ref", "A 36");
    assert!(pack.ground.roads.iter().any(|road| is_motorway(&road)));
    assert!(lines.iter().all(|(_, path)| path.len() >= 2));
    let points: usize = lines.iter().map(|(_, path)| path.len()).sum();
    let outlines = pack
        .layers
        .communes
        .iter()
        .map(|c| c.outline.0[0].exterior().0.len());
    assert!(
        points < 150_000 && outlines.sum::<usize>() < 10_000,
        "{points} points of lines"
    );
}

#[test]
fn the_manifest_says_of_every_layer_what_it_is() {
    for preset in Preset::ALL {
        let pack = pack(preset);
        let manifest = &pack.manifest;
        for info in AssetKind::ALL {
            let is_filled = pack.layers.count(info.kind) > 0;
            assert_eq!(
                is_filled,
                manifest.layers.contains_key(info.layer),
                "{}",
                info.layer
            );
        }
        let own = ["communes"]
            .into_iter()
            .chain([GroundLayer::Roads, GroundLayer::Water].map(GroundLayer::name));
        assert!(
            own.into_iter()
                .all(|layer| manifest.layers.contains_key(layer))
        );
        assert!(
            manifest
                .layers
                .values()
                .all(|layer| layer.synthetic && !layer.source.is_empty())
        );
        assert!(manifest.simulated_sensors);
        assert_eq!(manifest.preset.as_deref(), Some(preset.name()));
        assert!(manifest.notice["fr"].contains("synthétique"));
        assert!(manifest.notice["en"].contains("Synthetic"));
    }
    let notice = &TARGET.manifest.notice;
    assert!(notice["fr"].contains("contrefactuelle") && notice["en"].contains("counterfactual"));
}

/// FNV-1a over everything that is written to it.
struct Fnv(u64);

impl std::fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 = text.bytes().fold(self.0, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Ok(())
    }
}

/// A change of this figure is a change of the territory that everybody's runs start from: say so in
/// the changelog.
#[test]
fn the_same_seed_gives_the_same_pack() {
    let hash = |seed: u64| {
        use std::fmt::Write as _;
        let pack = embedded_pack(Preset::Target2023, seed).unwrap();
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        write!(hash, "{pack:?}").unwrap();
        hash.0
    };
    assert_eq!(format!("{:016x}", hash(1)), "408aabb0d3a4df79");
    assert_ne!(hash(1), hash(2));
}
