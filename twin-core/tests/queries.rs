//! Every query beside brute force over geodesic distances and the even-odd rule: on a fresh
//! index, after edits, after compaction and rebase, and on clones from before.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use twin_core::{
    Action, Address, Asset, AssetId, AssetIx, AssetKind, Command, Container, ContainerType, Found,
    HealthCategory, HealthFacility, HealthRules, Input, Inventory, Layers, LonLat, LonLatBox,
    Metres, Planar, PlanarCrs as _, PreparedPolygon, Record, ScaleField, Site, SiteType, Stream,
    Timestamp, Twin, decide, evolve,
};

use crate::lambert93::Lambert93;

/// How far a length of the index may be from the geodesic one.
const PPM_10: f64 = 1e-5;
const KINDS: [AssetKind; 4] = [
    AssetKind::Site,
    AssetKind::Container,
    AssetKind::HealthFacility,
    AssetKind::Address,
];

/// What should be there, kept apart from the index.
type Model = BTreeMap<AssetId, LonLat>;

fn id(kind: AssetKind, n: usize) -> AssetId {
    AssetId::new(kind, &format!("a{n}")).unwrap()
}

fn asset<T>(n: usize, place: LonLat, detail: T) -> Asset<T> {
    Asset {
        key: format!("a{n}").into(),
        place,
        detail,
    }
}

fn record(kind: AssetKind, n: usize, place: LonLat) -> Record {
    match kind {
        AssetKind::Site => Record::Site(asset(
            n,
            place,
            Site {
                name: None,
                street: None,
                site_type: SiteType::Other,
            },
        )),
        AssetKind::Container => Record::Container(asset(n, place, container(n))),
        AssetKind::HealthFacility => Record::HealthFacility(asset(
            n,
            place,
            HealthFacility {
                name: None,
                category: HealthCategory::Doctors,
                finess: None,
            },
        )),
        _ => Record::Address(asset(
            n,
            place,
            Address {
                label: "1 rue".into(),
                premises: 1,
            },
        )),
    }
}

fn container(n: usize) -> Container {
    Container {
        site: id(AssetKind::Site, n),
        container_type: ContainerType::Column,
        stream: Stream::Glass,
        volume: None,
        max_load: None,
    }
}

fn layers(places: &[(AssetKind, LonLat)]) -> (Layers, Model) {
    let (mut layers, mut model) = (Layers::default(), Model::new());
    for (n, (kind, place)) in places.iter().enumerate() {
        match record(*kind, n, *place) {
            Record::Site(site) => {
                layers.sites.push(site);
                layers.containers.push(asset(n, *place, container(n)));
                model.insert(id(AssetKind::Container, n), *place);
            }
            Record::HealthFacility(facility) => layers.health_facilities.push(facility),
            Record::Address(address) => layers.addresses.push(address),
            _ => continue,
        }
        model.insert(id(*kind, n), *place);
    }
    (layers, model)
}

/// Adds, moves or removes an asset, in the twin and in the model.
fn edit(
    twin: Twin,
    model: &mut Model,
    (is_put, kind, n, place): (bool, AssetKind, usize, LonLat),
) -> Twin {
    let id_of = id(kind, n);
    let action = if is_put {
        Action::Put(record(kind, n, place))
    } else {
        Action::Remove(id_of.clone())
    };
    let command = Command {
        received_at: Timestamp::from_secs(0),
        action,
    };
    let Ok(changes) = decide(&twin, &Input::Command(command)) else {
        return twin;
    };
    let on_it = id(AssetKind::Container, n);
    match (is_put, kind) {
        (true, AssetKind::Site) => {
            if let Some(container) = model.get_mut(&on_it) {
                *container = place;
            }
            model.insert(id_of, place);
        }
        (true, AssetKind::Container) => {
            model.insert(on_it, model[&id(AssetKind::Site, n)]);
        }
        (true, _) => {
            model.insert(id_of, place);
        }
        (false, _) => {
            model.remove(&id_of);
        }
    }
    evolve(twin, &changes)
}

#[derive(Clone, Debug)]
struct Question {
    bbox: LonLatBox,
    center: LonLat,
    radius: Metres,
    k: usize,
    ring: Vec<LonLat>,
    line: Vec<LonLat>,
}

fn check(inventory: &Inventory, model: &Model, question: &Question) {
    for kind in KINDS {
        let all: BTreeMap<u32, LonLat> = model
            .iter()
            .filter(|(id, _place)| id.kind() == kind)
            .map(|(id, place)| (inventory.find(id).unwrap().ix, *place))
            .collect();
        assert_eq!(inventory.count(kind), all.len());
        for (ix, place) in &all {
            assert_eq!(inventory.place(AssetIx { kind, ix: *ix }), Some(*place));
        }
        check_areas(inventory, kind, &all, question);
        check_radius(inventory, kind, &all, question);
        check_nearest(inventory, kind, &all, question);
        check_line(inventory, kind, &all, &question.line, question.radius);
    }
}

fn check_areas(inventory: &Inventory, kind: AssetKind, all: &BTreeMap<u32, LonLat>, q: &Question) {
    let keep = |is_in: &dyn Fn(LonLat) -> bool| -> Vec<u32> {
        all.iter()
            .filter(|(_ix, place)| is_in(**place))
            .map(|(ix, _place)| *ix)
            .collect()
    };
    let in_box = |p: LonLat| {
        let (west, east) = (q.bbox.west(), q.bbox.east());
        let by_lon = if west <= east {
            west <= p.lon() && p.lon() <= east
        } else {
            p.lon() >= west || p.lon() <= east
        };
        by_lon && q.bbox.south() <= p.lat() && p.lat() <= q.bbox.north()
    };
    assert_eq!(
        inventory.in_bbox(kind, q.bbox),
        keep(&in_box),
        "{:?}",
        q.bbox
    );
    if let Some(polygon) = PreparedPolygon::new(&polygon_of(&q.ring)) {
        assert_eq!(
            inventory.in_polygon(kind, &polygon),
            keep(&|p| is_inside(&q.ring, p))
        );
    }
}

fn polygon_of(ring: &[LonLat]) -> MultiPolygon {
    let ring = LineString::new(ring.iter().map(|p| Coord::from(*p)).collect());
    MultiPolygon::new(vec![Polygon::new(ring, vec![])])
}

/// The plain even-odd test: crossings of a ray to the west, edge by edge.
fn is_inside(ring: &[LonLat], p: LonLat) -> bool {
    let mut is_in = false;
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + 1) % ring.len()];
        let (low, high) = if a.lat() < b.lat() { (*a, b) } else { (b, *a) };
        if low.lat() <= p.lat() && p.lat() < high.lat() {
            let along = (p.lat() - low.lat()) / (high.lat() - low.lat());
            is_in ^= low.lon() + along * (high.lon() - low.lon()) <= p.lon();
        }
    }
    is_in
}

fn check_radius(inventory: &Inventory, kind: AssetKind, all: &BTreeMap<u32, LonLat>, q: &Question) {
    let found = inventory.in_radius(kind, q.center, q.radius);
    assert_sorted(&found);
    let mut numbers: Vec<u32> = found.iter().map(|f| f.ix).collect();
    numbers.sort_unstable();
    let expected: Vec<u32> = all
        .iter()
        .filter(|(_ix, place)| q.center.distance(**place) <= q.radius)
        .map(|(ix, _place)| *ix)
        .collect();
    assert_eq!(numbers, expected);
    for hit in found {
        assert_close(hit.distance, q.center.distance(all[&hit.ix]));
    }
}

fn check_nearest(
    inventory: &Inventory,
    kind: AssetKind,
    all: &BTreeMap<u32, LonLat>,
    q: &Question,
) {
    let found = inventory.nearest(kind, q.center, q.k);
    assert_sorted(&found);
    let mut expected: Vec<(f64, u32)> = all
        .iter()
        .map(|(ix, place)| (q.center.distance(*place).get(), *ix))
        .collect();
    expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    expected.truncate(q.k);
    assert_eq!(found.len(), expected.len());
    for (hit, (distance, _ix)) in found.iter().zip(&expected) {
        assert_close(hit.distance, Metres::new(*distance).unwrap());
        assert_close(hit.distance, q.center.distance(all[&hit.ix]));
    }
    let is_found = |ix: u32| found.iter().any(|hit| hit.ix == ix);
    for hit in &found {
        let with_it = |(ix, place): &(&u32, &LonLat)| **ix < hit.ix && **place == all[&hit.ix];
        let mut before = all.iter().filter(with_it);
        assert!(
            before.all(|(ix, _place)| is_found(*ix)),
            "of one place, the lowest numbers"
        );
    }
}

fn check_line(
    inventory: &Inventory,
    kind: AssetKind,
    all: &BTreeMap<u32, LonLat>,
    line: &[LonLat],
    within: Metres,
) {
    let found = inventory.along_line(kind, line, within);
    assert_sorted(&found);
    let distances: BTreeMap<u32, Metres> = found.iter().map(|f| (f.ix, f.distance)).collect();
    assert_eq!(distances.len(), found.len(), "each asset once");
    for (ix, place) in all {
        let exact = line
            .windows(2)
            .map(|ends| distance_to_segment(*place, ends[0], ends[1]))
            .fold(f64::INFINITY, f64::min);
        match distances.get(ix) {
            Some(distance) => assert_close(*distance, Metres::new(exact).unwrap()),
            None => assert!(exact > within.get() - tolerance(exact)),
        }
    }
}

/// Geodesic distance to a segment that is straight in the plane, by golden section.
fn distance_to_segment(place: LonLat, a: LonLat, b: LonLat) -> f64 {
    let crs = Lambert93::new();
    let (a, b) = (crs.project(a).unwrap(), crs.project(b).unwrap());
    let distance = |t: f64| {
        let at: Planar = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
        crs.unproject(at).unwrap().distance(place).get()
    };
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..48 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if distance(left) < distance(right) {
            high = right;
        } else {
            low = left;
        }
    }
    distance(f64::midpoint(low, high))
        .min(distance(0.0))
        .min(distance(1.0))
}

/// 10 ppm, and the millimetre that projecting may cost.
fn tolerance(length: f64) -> f64 {
    length * PPM_10 + 1e-3
}

fn assert_close(found: Metres, exact: Metres) {
    let error = (found.get() - exact.get()).abs();
    assert!(
        error <= tolerance(exact.get()),
        "{found:?} instead of {exact:?}"
    );
}

fn assert_sorted(found: &[Found]) {
    let order = |f: &Found| (f.distance.get(), f.ix);
    assert!(
        found
            .windows(2)
            .all(|pair| order(&pair[0]) < order(&pair[1]))
    );
}

/// Places of the territory: half of them on a coarse grid, so that some coincide.
fn place() -> impl Strategy<Value = LonLat> {
    let exact = (6.6_f64..7.0, 47.3_f64..47.6);
    let coarse = (0_u8..8, 0_u8..6)
        .prop_map(|(x, y)| (6.6 + f64::from(x) * 0.05, 47.3 + f64::from(y) * 0.05));
    prop_oneof![exact, coarse].prop_map(|(lon, lat)| LonLat::new(lon, lat).unwrap())
}

fn kind() -> impl Strategy<Value = AssetKind> {
    prop::sample::select(vec![
        AssetKind::Site,
        AssetKind::HealthFacility,
        AssetKind::Address,
    ])
}

fn bbox() -> impl Strategy<Value = LonLatBox> {
    let corners = prop_oneof![
        8 => (6.5_f64..7.1, 47.2_f64..47.7, 6.5_f64..7.1, 47.2_f64..47.7),
        1 => place().prop_map(|p| (p.lon(), p.lat(), p.lon(), p.lat())),
        1 => Just((-180.0, -90.0, 180.0, 90.0)),
        1 => Just((170.0, 40.0, 6.8, 50.0)),
        1 => Just((-20.0, 30.0, 30.0, 60.0)),
    ];
    corners.prop_map(|(west, a, east, b)| LonLatBox::new(west, a.min(b), east, a.max(b)).unwrap())
}

fn question() -> impl Strategy<Value = Question> {
    let radius = prop_oneof![Just(0.0), 0.0_f64..3_000.0, 0.0_f64..40_000.0];
    let k = prop_oneof![Just(0), 0_usize..12, Just(1000)];
    let ring = prop::collection::vec(place(), 0..9);
    let line = prop::collection::vec(place(), 0..4);
    (bbox(), place(), radius, k, ring, line).prop_map(|(bbox, center, radius, k, ring, line)| {
        Question {
            bbox,
            center,
            radius: Metres::new(radius).unwrap(),
            k,
            ring,
            line,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_query_equals_brute_force_before_and_after_edits_compaction_and_rebase(
        places in prop::collection::vec((kind(), place()), 0..60),
        edits in prop::collection::vec(
            (prop::bool::weighted(0.7), prop::sample::select(KINDS.to_vec()), 0_usize..70, place()),
            0..40,
        ),
        question in question(),
    ) {
        let (layers, mut model) = layers(&places);
        let inventory = Inventory::new(layers, Arc::new(Lambert93::new())).unwrap();
        let mut twin = Twin::new(inventory, HealthRules::default());
        check(twin.inventory(), &model, &question);
        let fresh = (twin.clone(), model.clone());
        let (first, second) = edits.split_at(edits.len() / 2);
        for change in first {
            twin = edit(twin, &mut model, *change);
        }
        check(twin.inventory(), &model, &question);
        let half_way = (twin.clone(), model.clone());
        let compacted = half_way.0.inventory().compacted();
        check(&compacted, &model, &question);
        for change in second {
            twin = edit(twin, &mut model, *change);
        }
        let rebased = twin.inventory().rebased(half_way.0.inventory(), &compacted);
        check(twin.inventory(), &model, &question);
        check(&rebased, &model, &question);
        prop_assert!(twin.clone().with_inventory(rebased) == twin);
        check(fresh.0.inventory(), &fresh.1, &question);
        check(half_way.0.inventory(), &half_way.1, &question);
    }

    #[test]
    fn a_planar_length_over_its_scale_factor_is_the_ground_length_within_10_ppm(
        a in place(),
        b in place(),
    ) {
        let crs = Lambert93::new();
        let (from, to) = (crs.project(a).unwrap(), crs.project(b).unwrap());
        let corner = |lon, lat| crs.project(LonLat::new(lon, lat).unwrap()).unwrap();
        let scale = ScaleField::sample(&crs, corner(6.6, 47.3), corner(7.0, 47.6));
        let exact = a.distance(b).get();
        prop_assert!(exact < 50_000.0);
        prop_assert!((scale.ground_length(from, to) - exact).abs() <= exact * PPM_10 + 1e-6);
        let planar = (from[0] - to[0]).hypot(from[1] - to[1]);
        prop_assert!(exact < 1.0 || (planar / exact - 1.0).abs() > 5e-4, "the plane alone is off");
    }
}
