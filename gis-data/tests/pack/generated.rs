//! Any pack reads back as it was written, in its order.

use geo_types::MultiPolygon;
use gis_data::pack::{self, GroundLayer, IfPresent, Pack};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use twin_core::{
    Address, Asset, AssetId, AssetKind, Building, Camera, CameraAiming, CameraMount, CameraPurpose,
    CameraType, Commune, Container, ContainerType, Degrees, Depot, DevEui, FibreLink, FibreNode,
    FibreNodeType, FibreZone, Ground, HealthCategory, HealthFacility, Kilograms, LandCover, Layers,
    Litres, LonLat, Metres, Mounting, OperatorAccess, PointOfInterest, Premises, PremisesState,
    Restricted, Road, RoadNode, Sensor, Site, SiteType, Span, SquareMetres, Stream, Tags, Terrain,
    TerrainGrid, Theme, Timestamp, TurnRestriction, UnloadingSite, Vehicle, Via, Waterway,
};

use crate::samples;

type Text = Box<str>;

fn text() -> impl Strategy<Value = Text> {
    any::<String>().prop_map(Into::into)
}

fn key() -> impl Strategy<Value = Text> {
    "[A-Za-z0-9_.:~-]{1,120}".prop_map(Into::into)
}

fn id(kind: AssetKind) -> impl Strategy<Value = AssetId> {
    key().prop_map(move |key| AssetId::new(kind, &key).unwrap())
}

fn place() -> impl Strategy<Value = LonLat> {
    (-180.0..=180.0, -90.0..=90.0).prop_map(|(lon, lat)| LonLat::new(lon, lat).unwrap())
}

fn path() -> impl Strategy<Value = Vec<LonLat>> {
    vec(place(), 2..6)
}

fn time() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_millis()..=Timestamp::MAX.as_millis()).prop_map(Timestamp::from_millis)
}

fn span() -> impl Strategy<Value = Span> {
    (0_i64..1 << 50).prop_map(Span::from_millis)
}

fn degrees() -> impl Strategy<Value = Degrees> {
    (-360.0..=360.0).prop_map(|value| Degrees::new(value).unwrap())
}

fn positive() -> impl Strategy<Value = f64> {
    prop::num::f64::POSITIVE | prop::num::f64::ZERO
}

fn metres() -> impl Strategy<Value = Metres> {
    positive().prop_filter_map("finite", |value| Metres::new(value).ok())
}

fn litres() -> impl Strategy<Value = Litres> {
    positive().prop_filter_map("finite", |value| Litres::new(value).ok())
}

fn kilograms() -> impl Strategy<Value = Kilograms> {
    positive().prop_filter_map("finite", |value| Kilograms::new(value).ok())
}

fn assets<T: std::fmt::Debug>(
    detail: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<Asset<T>>> {
    let asset = (key(), place(), detail);
    vec(
        asset.prop_map(|(key, place, detail)| Asset { key, place, detail }),
        0..5,
    )
}

fn ring() -> impl Strategy<Value = geo_types::LineString> {
    vec(place(), 3..7).prop_map(|ring| ring.into_iter().map(geo_types::Coord::from).collect())
}

fn polygon() -> impl Strategy<Value = geo_types::Polygon> {
    (ring(), vec(ring(), 0..3))
        .prop_map(|(exterior, interiors)| geo_types::Polygon::new(exterior, interiors))
        .prop_filter("closed by four corners", |polygon| {
            let mut rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            rings.all(|ring| ring.0.len() > 3)
        })
}

prop_compose! {
    fn commune()(
        (code, name, population) in (text(), text(), of(any::<u32>())),
        area in of(positive().prop_filter_map("finite", |value| SquareMetres::new(value).ok())),
        center in place(),
        fibre_zone in of(select(FibreZone::ALL)),
        (member_from, member_until) in (of(time()), of(time())),
        outline in vec(polygon(), 1..4),
    ) -> Commune {
        let outline = geo_types::MultiPolygon(outline);
        Commune {
            code, name, population, area, center, fibre_zone, member_from, member_until, outline,
        }
    }
}

prop_compose! {
    fn site()(
        (name, street) in (of(text()), of(text())),
        site_type in select(SiteType::ALL),
    ) -> Site {
        Site { name, street, site_type }
    }
}

prop_compose! {
    fn container()(
        site in id(AssetKind::Site),
        container_type in select(ContainerType::ALL),
        stream in select(Stream::ALL),
        (volume, max_load) in (of(litres()), of(kilograms())),
    ) -> Container {
        Container { site, container_type, stream, volume, max_load }
    }
}

prop_compose! {
    fn sensor()(
        container in id(AssetKind::Container),
        dev_eui in any::<u64>(),
        codec in text(),
        (empty_mm, full_mm) in (1..=u16::MAX).prop_flat_map(|empty| (Just(empty), 0..empty)),
        expected_interval in span(),
    ) -> Sensor {
        let mounting = Mounting::new(empty_mm, full_mm).unwrap();
        Sensor { container, dev_eui: DevEui(dev_eui), codec, mounting, expected_interval }
    }
}

prop_compose! {
    fn camera()(
        camera_type in select(CameraType::ALL),
        purposes in vec(select(CameraPurpose::ALL), 0..4),
        (street, responsible, authorisation) in (of(text()), of(text()), of(text())),
        (authorised_at, expires_at, retention) in (of(time()), of(time()), of(span())),
        has_sign in of(any::<bool>()),
        aiming in of(aiming()),
    ) -> Camera {
        Camera {
            street, camera_type, purposes, responsible, authorisation, authorised_at, expires_at,
            retention, has_sign, aiming: Restricted::new(aiming),
        }
    }
}

prop_compose! {
    fn aiming()(
        place in place(),
        (height, min_range, max_range) in (of(metres()), of(metres()), of(metres())),
        (azimuth, tilt) in (of(degrees()), of(degrees())),
        (horizontal_fov, vertical_fov) in (of(degrees()), of(degrees())),
        sensor_px in of(any::<[u32; 2]>()),
        lens_mm in of(prop::num::f32::NORMAL),
        (model, mount) in (of(text()), select(CameraMount::ALL)),
        masks in vec(vec(place(), 0..5), 0..3),
        (is_linked, last_seen_at) in (of(any::<bool>()), of(time())),
    ) -> CameraAiming {
        CameraAiming {
            place, height, azimuth, tilt, horizontal_fov, vertical_fov, sensor_px, lens_mm,
            min_range, max_range, model, mount, masks, is_linked, last_seen_at,
        }
    }
}

prop_compose! {
    fn health_facility()(
        (name, finess) in (of(text()), of(text())),
        category in select(HealthCategory::ALL),
    ) -> HealthFacility {
        HealthFacility { name, category, finess }
    }
}

prop_compose! {
    fn fibre_node()(
        node_type in select(FibreNodeType::ALL),
        premises in any::<u32>(),
        deployed_at in of(time()),
        open_from in of(time()),
    ) -> FibreNode {
        FibreNode { node_type, premises, deployed_at, open_from }
    }
}

prop_compose! {
    fn fibre_link()(
        (from, to) in (id(AssetKind::FibreNode), id(AssetKind::FibreNode)),
        path in path(),
    ) -> FibreLink {
        FibreLink { from, to, path }
    }
}

prop_compose! {
    fn unloading_site()(
        name in of(text()),
        streams in vec(select(Stream::ALL), 0..4),
    ) -> UnloadingSite {
        UnloadingSite { name, streams }
    }
}

prop_compose! {
    fn vehicle()(
        name in of(text()),
        depot in id(AssetKind::Depot),
        (volume, payload) in (of(litres()), of(kilograms())),
    ) -> Vehicle {
        Vehicle { name, depot, volume, payload }
    }
}

prop_compose! {
    fn address()(label in text(), premises in any::<u32>()) -> Address {
        Address { label, premises }
    }
}

fn tags() -> impl Strategy<Value = Tags> {
    vec((text(), text()), 0..3).prop_map(|tags| tags.into_iter().collect())
}

fn area() -> impl Strategy<Value = MultiPolygon> {
    commune().prop_map(|commune| commune.outline)
}

prop_compose! {
    fn road()(
        (id, class, name) in (of(any::<i64>()), text(), of(text())),
        (tags, nodes, path) in (tags(), vec(any::<i64>(), 0..4), path()),
    ) -> Road {
        Road { id, class, name, tags, nodes, path }
    }
}

prop_compose! {
    fn turn_restriction()(
        (id, kind, tags, place) in (any::<i64>(), text(), tags(), place()),
        (from, to) in (any::<i64>(), any::<i64>()),
        via in prop_oneof![
            any::<i64>().prop_map(Via::Node),
            vec(any::<i64>(), 1..4).prop_map(Via::Ways),
        ],
    ) -> TurnRestriction {
        TurnRestriction { id, kind, from, via, to, tags, place }
    }
}

prop_compose! {
    fn building()(
        (key, class, name, roof_shape) in (text(), text(), of(text()), of(text())),
        (height, min_height, levels) in (of(metres()), of(metres()), of(0.0_f32..300.0)),
        (is_part, outline) in (any::<bool>(), area()),
    ) -> Building {
        Building { key, class, name, height, min_height, levels, roof_shape, is_part, outline }
    }
}

prop_compose! {
    fn point_of_interest()(
        (key, class, name, tags) in (text(), text(), of(text()), tags()),
        (theme, place) in (select(Theme::ALL), place()),
    ) -> PointOfInterest {
        PointOfInterest { key, theme, class, name, tags, place }
    }
}

prop_compose! {
    fn premises()(
        (key, commune, label, lines) in (text(), of(text()), of(text()), any::<u32>()),
        (state, since, place) in (select(PremisesState::ALL), of(time()), place()),
        node in of(id(AssetKind::FibreNode)),
    ) -> Premises {
        Premises { key, commune, label, lines, state, since, node, place }
    }
}

prop_compose! {
    fn terrain()(
        north_west in place(),
        heights_m in vec(-100.0_f32..5000.0, 12),
        is_filled in vec(any::<bool>(), 12),
    ) -> Option<Terrain> {
        let grid = TerrainGrid { north_west, lon_step: 0.001, lat_step: 0.002, columns: 4, rows: 3 };
        Terrain::new(grid, heights_m, is_filled).ok()
    }
}

prop_compose! {
    fn ground()(
        roads in vec(road(), 0..4),
        road_nodes in vec((any::<i64>(), place(), tags()), 0..4),
        turn_restrictions in vec(turn_restriction(), 0..4),
        waterways in vec((text(), of(text()), path()), 0..4),
        (buildings, premises) in (vec(building(), 0..4), vec(premises(), 0..4)),
        land_cover in vec((text(), of(text()), area()), 0..4),
        points_of_interest in vec(point_of_interest(), 0..4),
        terrain in terrain(),
    ) -> Ground {
        let node = |(id, place, tags)| RoadNode { id, place, tags };
        let water = |(class, name, path)| Waterway { class, name, path };
        let cover = |(class, name, outline)| LandCover { class, name, outline };
        Ground {
            roads,
            road_nodes: road_nodes.into_iter().map(node).collect(),
            turn_restrictions,
            waterways: waterways.into_iter().map(water).collect(),
            buildings,
            land_cover: land_cover.into_iter().map(cover).collect(),
            points_of_interest,
            premises,
            terrain,
        }
    }
}

prop_compose! {
    fn layers()(
        communes in vec(commune(), 0..4),
        (sites, containers, sensors) in (assets(site()), assets(container()), assets(sensor())),
        mut cameras in assets(camera()),
        health_facilities in assets(health_facility()),
        (fibre_nodes, fibre_links) in (assets(fibre_node()), assets(fibre_link())),
        depots in assets(of(text()).prop_map(|name| Depot { name })),
        (unloading_sites, vehicles) in (assets(unloading_site()), assets(vehicle())),
        addresses in assets(address()),
    ) -> Layers {
        cameras.sort_by(|a, b| b.key.cmp(&a.key));
        cameras.dedup_by(|a, b| a.key == b.key);
        Layers {
            communes, sites, containers, sensors, cameras, health_facilities, fibre_nodes,
            fibre_links, depots, unloading_sites, vehicles, addresses,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_pack_reads_back_as_it_was_written(layers in layers(), ground in ground()) {
        let mut manifest = samples::manifest();
        let info = manifest.layers["roads"].clone();
        let is_there = |layer: &GroundLayer| {
            *layer != GroundLayer::Terrain || ground.terrain.is_some()
        };
        for layer in GroundLayer::ALL.into_iter().filter(is_there) {
            manifest.layers.insert(layer.name().into(), info.clone());
        }
        let pack = Pack { manifest, layers, ground };
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("pack");
        pack::write(&dir, &pack, IfPresent::Refuse).unwrap();
        let read = pack::read(&dir).unwrap();
        for (read, written) in read.layers.cameras.iter().zip(&pack.layers.cameras) {
            let aiming = |camera: &Asset<Camera>| {
                camera.detail.aiming.reveal(OperatorAccess::granted()).clone()
            };
            prop_assert_eq!(aiming(read), aiming(written));
        }
        prop_assert_eq!(read, pack);
    }
}
