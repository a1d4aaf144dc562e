//! A pack in real time with as many sensors as a measurement wants.

use std::collections::BTreeMap;
use std::path::Path;

use gis_data::pack::{IfPresent, LayerInfo, Manifest, Pack};
use twin_core::{
    Asset, AssetId, Container, ContainerType, DevEui, Ground, Layers, LonLat, Mounting, Sensor,
    Site, SiteType, Span, Stream,
};

/// Writes it; ends the program where that cannot be.
pub(crate) fn write(folder: &Path, sensors: u64) {
    let layers = Layers {
        sites: (0..sensors).map(site).collect(),
        containers: (0..sensors).map(container).collect(),
        sensors: (0..sensors).map(sensor).collect(),
        ..Layers::default()
    };
    let info = LayerInfo {
        source: "made for a measurement".into(),
        licence: "EUPL-1.2".into(),
        vintage: "2026-11".into(),
        synthetic: true,
    };
    let names = ["sites", "containers", "sensors"];
    let pack = Pack {
        manifest: Manifest {
            version: Manifest::VERSION,
            name: "load".into(),
            title: "Load".into(),
            crs: "EPSG:2154".into(),
            preset: None,
            notice: BTreeMap::new(),
            simulated_sensors: false,
            layers: names.map(|name| (name.to_owned(), info.clone())).into(),
        },
        layers,
        ground: Ground::default(),
    };
    gis_data::pack::write(folder, &pack, IfPresent::Replace).expect("the pack can be written");
}

fn asset<T>(n: u64, detail: T) -> Asset<T> {
    let (column, row) = ((n % 500) as f64, (n / 500) as f64);
    Asset {
        key: format!("a{n}").into(),
        place: LonLat::new(6.6 + column * 0.001, 47.3 + row * 0.001).expect("is on earth"),
        detail,
    }
}

fn id(kind: &str, n: u64) -> AssetId {
    format!("{kind}/a{n}").parse().expect("is a name")
}

fn site(n: u64) -> Asset<Site> {
    let detail = Site {
        name: None,
        street: None,
        site_type: SiteType::RecyclingPoint,
    };
    asset(n, detail)
}

fn container(n: u64) -> Asset<Container> {
    let detail = Container {
        site: id("site", n),
        container_type: ContainerType::Column,
        stream: Stream::Glass,
        volume: None,
        max_load: None,
    };
    asset(n, detail)
}

fn sensor(n: u64) -> Asset<Sensor> {
    let detail = Sensor {
        container: id("container", n),
        dev_eui: DevEui(n),
        codec: "milesight-em400-mud".into(),
        mounting: Mounting::new(1800, 400).expect("has depth"),
        expected_interval: Span::from_hours(4),
    };
    asset(n, detail)
}
