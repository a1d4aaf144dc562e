//! Reading and writing a pack of 100,000 containers, beside reading the bytes of its files.

use std::fs;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use gis_data::pack::{self, IfPresent, LayerInfo, Manifest, Pack};
use twin_core::{
    Asset, AssetId, AssetKind, Container, ContainerType, Ground, Layers, Litres, LonLat, Site,
    SiteType, Stream,
};

const CONTAINERS: u32 = 100_000;

fn sample() -> Pack {
    let info = LayerInfo {
        source: "made for a benchmark".into(),
        licence: "EUPL-1.2".into(),
        vintage: "2026-11".into(),
        synthetic: true,
    };
    let manifest = Manifest {
        version: Manifest::VERSION,
        name: "bench".into(),
        title: "Bench".into(),
        crs: "EPSG:2154".into(),
        preset: None,
        notice: std::collections::BTreeMap::new(),
        simulated_sensors: false,
        layers: ["sites", "containers"]
            .map(|layer| (layer.into(), info.clone()))
            .into(),
    };
    let sites = (0..CONTAINERS / 10).map(site).collect();
    let containers = (0..CONTAINERS).map(container).collect();
    Pack {
        manifest,
        layers: Layers {
            sites,
            containers,
            ..Layers::default()
        },
        ground: Ground::default(),
    }
}

/// A point of a low-discrepancy sequence over the agglomeration.
fn place(site: u32) -> LonLat {
    let [x, y] = [0.754_877_666, 0.569_840_291].map(|step| (f64::from(site) * step).fract());
    LonLat::new(6.6 + 0.4 * x, 47.35 + 0.25 * y).expect("it is in France")
}

fn site(ix: u32) -> Asset<Site> {
    let detail = Site {
        name: None,
        street: Some("Rue Cuvier".into()),
        site_type: SiteType::RegroupingPoint,
    };
    Asset {
        key: format!("s-{ix}").into(),
        place: place(ix),
        detail,
    }
}

fn container(ix: u32) -> Asset<Container> {
    let site = AssetId::new(AssetKind::Site, &format!("s-{}", ix / 10)).expect("it is a key");
    let detail = Container {
        site,
        container_type: ContainerType::FourWheeled,
        stream: Stream::Residual,
        volume: Litres::new(660.0).ok(),
        max_load: None,
    };
    Asset {
        key: format!("c-{ix}").into(),
        place: place(ix / 10),
        detail,
    }
}

fn raw(dir: &Path) -> usize {
    let files = ["pack.toml", "sites.fgb", "containers.fgb"];
    files
        .iter()
        .map(|file| fs::read(dir.join(file)).map_or(0, |bytes| bytes.len()))
        .sum()
}

fn bench(criterion: &mut Criterion) {
    let home = tempfile::tempdir().expect("a folder can be made");
    let (dir, pack) = (home.path().join("pack"), sample());
    pack::write(&dir, &pack, IfPresent::Replace).expect("it can be written");
    let mut group = criterion.benchmark_group("pack of 100,000 containers");
    group.sample_size(10);
    group.bench_function("read", |b| {
        b.iter(|| pack::read(&dir).expect("it can be read"));
    });
    group.bench_function("read the bytes only", |b| b.iter(|| raw(&dir)));
    group.bench_function("fingerprint", |b| b.iter(|| pack::fingerprint(&dir)));
    group.bench_function("write", |b| {
        let mut number = 0;
        b.iter(|| {
            number += 1;
            pack::write(
                &home.path().join(number.to_string()),
                &pack,
                IfPresent::Refuse,
            )
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
