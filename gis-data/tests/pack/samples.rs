//! A small pack that has something in every layer and every column.

use std::collections::BTreeMap;

use geo_types::{MultiPolygon, polygon};
use gis_data::pack::{LayerInfo, Manifest, Pack};
use twin_core::{
    Address, Asset, AssetId, AssetKind, Camera, CameraAiming, CameraMount, CameraPurpose,
    CameraType, Commune, Container, ContainerType, Degrees, Depot, DevEui, FibreLink, FibreNode,
    FibreNodeType, FibreZone, Ground, HealthCategory, HealthFacility, Kilograms, Layers, Litres,
    LonLat, Metres, Mounting, Restricted, Road, Sensor, Site, SiteType, Span, SquareMetres, Stream,
    Tags, Timestamp, UnloadingSite, Vehicle, Waterway,
};

pub(crate) fn place(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

fn id(text: &str) -> AssetId {
    text.parse().unwrap()
}

fn asset<T>(key: &str, place: LonLat, detail: T) -> Asset<T> {
    Asset {
        key: key.into(),
        place,
        detail,
    }
}

/// A manifest that lists every layer.
pub(crate) fn manifest() -> Manifest {
    let info = LayerInfo {
        source: "made for a test".into(),
        licence: "EUPL-1.2".into(),
        vintage: "2026-11".into(),
        synthetic: true,
    };
    let kinds = AssetKind::ALL.iter().map(|info| info.layer);
    let names = kinds.chain(["communes", "roads", "water"]);
    Manifest {
        version: Manifest::VERSION,
        name: "sample".into(),
        title: "Échantillon".into(),
        crs: "EPSG:2154".into(),
        preset: Some("sample".into()),
        notice: BTreeMap::from([("en".into(), "Not real".into())]),
        simulated_sensors: true,
        layers: names.map(|name| (name.into(), info.clone())).collect(),
    }
}

/// The sample pack.
pub(crate) fn pack() -> Pack {
    Pack {
        manifest: manifest(),
        layers: layers(),
        ground: ground(),
    }
}

fn layers() -> Layers {
    let [a, b] = [place(6.7981, 47.5105), place(6.86, 47.4801)];
    Layers {
        communes: vec![commune()],
        sites: sites(a, b),
        containers: vec![
            asset("25388-0002-1", b, container("site/25388-0002", None)),
            asset(
                "25388-0001-1",
                a,
                container("site/25388-0001", Litres::new(4000.0).ok()),
            ),
        ],
        sensors: vec![asset("s-1", a, sensor())],
        cameras: vec![
            asset("c-1", a, camera(Some(aiming()))),
            asset("c-2", b, unaimed_camera()),
        ],
        health_facilities: vec![asset("h-1", b, health_facility())],
        fibre_nodes: vec![
            asset(
                "n-1",
                a,
                FibreNode {
                    node_type: FibreNodeType::Nro,
                    premises: 4200,
                    deployed_at: None,
                    open_from: None,
                },
            ),
            asset(
                "n-2",
                b,
                FibreNode {
                    node_type: FibreNodeType::Pm,
                    premises: 0,
                    deployed_at: None,
                    open_from: None,
                },
            ),
        ],
        fibre_links: vec![asset("l-1", a, link(vec![a, place(6.82, 47.5), b]))],
        depots: vec![asset(
            "d-1",
            a,
            Depot {
                name: Some("Dépôt".into()),
            },
        )],
        unloading_sites: vec![asset("u-1", b, unloading_site())],
        vehicles: vec![asset("v-1", a, vehicle())],
        addresses: vec![asset(
            "a-1",
            a,
            Address {
                label: "1 rue Cuvier".into(),
                premises: 12,
            },
        )],
    }
}

fn sites(a: LonLat, b: LonLat) -> Vec<Asset<Site>> {
    vec![
        asset(
            "25388-0001",
            a,
            site(Some("Marché"), SiteType::RecyclingPoint),
        ),
        asset("25388-0002", b, site(None, SiteType::RegroupingPoint)),
    ]
}

fn commune() -> Commune {
    let mainland = polygon![
        exterior: [(x: 6.7, y: 47.4), (x: 6.9, y: 47.4), (x: 6.9, y: 47.6), (x: 6.7, y: 47.6)],
        interiors: [[(x: 6.75, y: 47.45), (x: 6.8, y: 47.45), (x: 6.8, y: 47.5)]],
    ];
    let island = polygon![(x: 7.0, y: 47.4), (x: 7.1, y: 47.4), (x: 7.1, y: 47.5)];
    Commune {
        code: "25388".into(),
        name: "Montbéliard".into(),
        population: Some(25_806),
        area: SquareMetres::new(15_010_000.0).ok(),
        center: place(6.7981, 47.5105),
        fibre_zone: Some(FibreZone::Amii),
        member_from: time("2017-01-01T00:00:00Z"),
        member_until: time("2099-12-31T23:59:59.999Z"),
        outline: MultiPolygon(vec![mainland, island]),
    }
}

fn site(name: Option<&str>, site_type: SiteType) -> Site {
    Site {
        name: name.map(Into::into),
        street: Some("Rue Cuvier".into()),
        site_type,
    }
}

fn container(site: &str, volume: Option<Litres>) -> Container {
    Container {
        site: id(site),
        container_type: ContainerType::Underground,
        stream: Stream::Glass,
        volume,
        max_load: Kilograms::new(1200.5).ok(),
    }
}

fn sensor() -> Sensor {
    Sensor {
        container: id("container/25388-0001-1"),
        dev_eui: DevEui(0x24e1_2471_3d12_3456),
        codec: "milesight-em400-mud".into(),
        mounting: Mounting::new(1800, 400).unwrap(),
        expected_interval: Span::from_millis(3_600_001),
    }
}

fn camera(aiming: Option<CameraAiming>) -> Camera {
    Camera {
        street: Some("Place Saint-Martin".into()),
        camera_type: CameraType::PanTiltZoom,
        purposes: vec![CameraPurpose::Traffic, CameraPurpose::PublicSafety],
        responsible: Some("Ville de Montbéliard".into()),
        authorisation: Some("25-2021-001".into()),
        authorised_at: time("2021-05-01T00:00:00Z"),
        expires_at: time("2026-05-01T00:00:00Z"),
        retention: Some(Span::from_hours(15 * 24)),
        has_sign: Some(true),
        aiming: Restricted::new(aiming),
    }
}

/// A camera of which no more than its street is known.
fn unaimed_camera() -> Camera {
    Camera {
        purposes: Vec::new(),
        has_sign: None,
        ..camera(None)
    }
}

fn aiming() -> CameraAiming {
    CameraAiming {
        place: place(6.798_123, 47.510_567),
        height: Metres::new(5.5).ok(),
        azimuth: Degrees::new(270.0).ok(),
        tilt: Degrees::new(-15.0).ok(),
        horizontal_fov: Degrees::new(62.5).ok(),
        vertical_fov: Degrees::new(37.0).ok(),
        sensor_px: Some([1920, 1080]),
        lens_mm: Some(4.2),
        min_range: Metres::new(1.0).ok(),
        max_range: Metres::new(80.0).ok(),
        model: Some("X-1".into()),
        mount: CameraMount::Wall,
        masks: vec![vec![place(6.8, 47.5), place(6.81, 47.5), place(6.8, 47.51)]],
        is_linked: Some(false),
        last_seen_at: time("2026-11-22T20:00:00.123Z"),
    }
}

fn health_facility() -> HealthFacility {
    let (name, finess) = (Some("Pharmacie".into()), Some("250000015".into()));
    HealthFacility {
        name,
        category: HealthCategory::Pharmacy,
        finess,
    }
}

fn link(path: Vec<LonLat>) -> FibreLink {
    FibreLink {
        from: id("fibre-node/n-1"),
        to: id("fibre-node/n-2"),
        path,
    }
}

fn unloading_site() -> UnloadingSite {
    UnloadingSite {
        name: Some("Quai".into()),
        streams: vec![Stream::Glass, Stream::Paper],
    }
}

fn vehicle() -> Vehicle {
    Vehicle {
        name: Some("Grue 1".into()),
        depot: id("depot/d-1"),
        volume: Litres::new(32_000.0).ok(),
        payload: Kilograms::new(9_000.0).ok(),
    }
}

fn ground() -> Ground {
    let water = |class: &str, name: Option<&str>, north: f64| Waterway {
        class: class.into(),
        name: name.map(Into::into),
        path: vec![place(6.8, north), place(6.85, north)],
    };
    Ground {
        roads: vec![Road {
            id: None,
            class: "primary".into(),
            name: None,
            tags: Tags::default(),
            nodes: Vec::new(),
            path: vec![place(6.8, 47.52), place(6.85, 47.52)],
        }],
        waterways: vec![
            water("river", Some("L'Allan"), 47.51),
            water("stream", None, 47.50),
        ],
        ..Ground::default()
    }
}

/// What a road without tags has.
pub(crate) fn no_tags() -> Tags {
    Tags::default()
}

/// An area that is not that of any outline here.
pub(crate) fn commune_area() -> Option<SquareMetres> {
    commune().area
}
