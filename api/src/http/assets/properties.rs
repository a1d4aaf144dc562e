//! What is told of an asset. Restricted fields stand only in types that are made for operators.

use serde::Serialize;
use twin_core::{
    AssetId, AssetIx, AssetKind, Camera, CameraAiming, Doubt, FibreNode, HealthFacility, Inventory,
    OperatorAccess, Record, Reported, SensorStatus, Sighting, SiteType, Stream, Timestamp, Twin,
};

use super::super::access::Access;

/// The properties of a feature.
#[derive(Debug, Serialize)]
pub(super) struct Properties {
    kind: AssetKind,
    key: String,
    commune: Option<String>,
    synthetic: bool,
    #[serde(flatten)]
    detail: Detail,
    #[serde(flatten)]
    restricted: Option<OperatorDetail>,
}

/// What the public may know, by kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Detail {
    Site(SiteDetail),
    Container(Box<ContainerDetail>),
    Sensor(Box<SensorDetail>),
    Camera(Box<Camera>),
    HealthFacility(HealthFacility),
    FibreNode(FibreNode),
    FibreLink {
        from: AssetId,
        to: AssetId,
    },
    Named {
        name: Option<Box<str>>,
    },
    UnloadingSite {
        name: Option<Box<str>>,
        streams: Vec<Stream>,
    },
    Vehicle {
        name: Option<Box<str>>,
        depot: AssetId,
        volume_l: Option<f64>,
        payload_kg: Option<f64>,
    },
    Address {
        label: Box<str>,
        premises: u32,
    },
}

/// What operators know beyond that.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum OperatorDetail {
    Sensor { dev_eui: String },
    Camera { aiming: Box<CameraAiming> },
}

#[derive(Debug, Serialize)]
struct SiteDetail {
    name: Option<Box<str>>,
    street: Option<Box<str>>,
    site_type: SiteType,
    containers: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ContainerDetail {
    site: AssetId,
    stream: Stream,
    container_type: &'static str,
    volume_l: Option<f64>,
    max_load_kg: Option<f64>,
    sensor: Option<String>,
    fill: Option<f64>,
    status: SensorStatus,
    observed_at: Option<Timestamp>,
    age_s: Option<i64>,
    /// How likely it is now within an eighth of its fill, 0 to 1, and why not likelier.
    trust: Option<f64>,
    doubts: Vec<Doubt>,
    /// Standard deviation of the fill when it was measured.
    fill_deviation: Option<f64>,
    /// When its sensor, or somebody, saw it emptied last.
    emptied_at: Option<Timestamp>,
    /// What people told of it, as far as it stands.
    reported: Reported,
}

#[derive(Debug, Serialize)]
struct SensorDetail {
    container: AssetId,
    codec: Box<str>,
    expected_interval_s: i64,
    status: SensorStatus,
    status_since: Option<Timestamp>,
    last_seen_at: Option<Timestamp>,
    age_s: Option<i64>,
    battery_pct: Option<f64>,
    temperature_c: Option<f64>,
    frames_lost: Option<u32>,
    /// Signal strength of its last report at the best gateway, in dBm.
    rssi_dbm: Option<f32>,
    /// Standard deviation of its distances, as learned, in millimetres.
    noise_mm: Option<f64>,
    /// Share of its recent levels that the next one disproved, 0 to 1.
    disproved: Option<f64>,
}

impl Properties {
    /// Everything about an asset that the asker may know; `None` where it does not exist.
    pub(super) fn of(twin: &Twin, asset: AssetIx, access: Access, now: Timestamp) -> Option<Self> {
        let inventory = twin.inventory();
        let key = inventory.key(asset)?.to_owned();
        let commune = inventory
            .commune_of(asset)
            .and_then(|ix| inventory.communes().get(ix));
        let commune = commune.map(|commune| commune.code.to_string());
        let record = inventory.record(&AssetId::new(asset.kind, &key).ok()?)?;
        let restricted = match access {
            Access::Operator(access) => operator_detail(&record, access),
            Access::Public => None,
        };
        let detail = detail(twin, asset.ix, record, now);
        Some(Self {
            kind: asset.kind,
            key,
            commune,
            synthetic: false,
            detail,
            restricted,
        })
    }

    /// Says whether the asset is synthetic.
    pub(super) const fn marked(mut self, is_synthetic: bool) -> Self {
        self.synthetic = is_synthetic;
        self
    }
}

fn operator_detail(record: &Record, access: OperatorAccess) -> Option<OperatorDetail> {
    match record {
        Record::Sensor(asset) => Some(OperatorDetail::Sensor {
            dev_eui: asset.detail.dev_eui.to_string(),
        }),
        Record::Camera(asset) => {
            let aiming = asset.detail.aiming.reveal(access).clone()?;
            Some(OperatorDetail::Camera {
                aiming: Box::new(aiming),
            })
        }
        _ => None,
    }
}

fn detail(twin: &Twin, ix: u32, record: Record, now: Timestamp) -> Detail {
    match record {
        Record::Site(asset) => Detail::Site(SiteDetail {
            name: asset.detail.name,
            street: asset.detail.street,
            site_type: asset.detail.site_type,
            containers: containers_of(twin, ix),
        }),
        Record::Container(asset) => {
            Detail::Container(Box::new(container(twin, ix, asset.detail, now)))
        }
        Record::Sensor(asset) => Detail::Sensor(Box::new(sensor(twin, ix, asset.detail, now))),
        Record::Camera(asset) => Detail::Camera(Box::new(asset.detail)),
        Record::HealthFacility(asset) => Detail::HealthFacility(asset.detail),
        Record::FibreNode(asset) => Detail::FibreNode(asset.detail),
        Record::FibreLink(asset) => Detail::FibreLink {
            from: asset.detail.from,
            to: asset.detail.to,
        },
        Record::Depot(asset) => Detail::Named {
            name: asset.detail.name,
        },
        Record::UnloadingSite(asset) => Detail::UnloadingSite {
            name: asset.detail.name,
            streams: asset.detail.streams,
        },
        Record::Vehicle(asset) => Detail::Vehicle {
            name: asset.detail.name,
            depot: asset.detail.depot,
            volume_l: asset.detail.volume.map(Into::into),
            payload_kg: asset.detail.payload.map(Into::into),
        },
        Record::Address(asset) => Detail::Address {
            label: asset.detail.label,
            premises: asset.detail.premises,
        },
    }
}

fn containers_of(twin: &Twin, site: u32) -> Vec<String> {
    let inventory = twin.inventory();
    let name = |ix: &u32| {
        let key = inventory.key(AssetIx {
            kind: AssetKind::Container,
            ix: *ix,
        })?;
        Some(format!("container/{key}"))
    };
    inventory
        .containers_of_site(site)
        .iter()
        .filter_map(name)
        .collect()
}

fn container(
    twin: &Twin,
    ix: u32,
    detail: twin_core::Container,
    now: Timestamp,
) -> ContainerDetail {
    let inventory = twin.inventory();
    let level = twin.level(ix);
    let trust = twin.trust(ix, now);
    let reported = named(inventory, AssetKind::Container, ix)
        .and_then(|id| twin.reported(&id).copied())
        .unwrap_or_default();
    let emptied = inventory
        .sensor_of_container(ix)
        .and_then(|sensor| twin.track(sensor)?.emptied_at());
    let told_emptied = reported.of(Sighting::Emptied).map(|seen| seen.at);
    let sensor = inventory.sensor_of_container(ix);
    let sensor = sensor.and_then(|ix| {
        inventory.key(AssetIx {
            kind: AssetKind::Sensor,
            ix,
        })
    });
    ContainerDetail {
        site: detail.site,
        stream: detail.stream,
        container_type: detail.container_type.name(),
        volume_l: detail.volume.map(Into::into),
        max_load_kg: detail.max_load.map(Into::into),
        sensor: sensor.map(|key| format!("sensor/{key}")),
        fill: level.map(|level| level.fill.get()),
        status: twin.container_status(ix),
        observed_at: level.map(|level| level.observed_at),
        age_s: level.map(|level| now.since(level.observed_at).as_secs()),
        trust: trust.as_ref().map(|trust| rounded(trust.probability)),
        fill_deviation: trust.as_ref().map(|trust| rounded(trust.deviation)),
        doubts: trust.map(|trust| trust.doubts).unwrap_or_default(),
        emptied_at: emptied.max(told_emptied),
        reported,
    }
}

/// More than three decimals of a likelihood tell nothing.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn named(inventory: &Inventory, kind: AssetKind, ix: u32) -> Option<AssetId> {
    AssetId::new(kind, inventory.key(AssetIx { kind, ix })?).ok()
}

fn sensor(twin: &Twin, ix: u32, detail: twin_core::Sensor, now: Timestamp) -> SensorDetail {
    let state = twin.sensor(ix).unwrap_or_default();
    let seen = state.last.map(|last| last.observed_at);
    let track = twin.track(ix).filter(|track| track.readings() > 0);
    let depth_mm = f64::from(detail.mounting.empty_mm() - detail.mounting.full_mm());
    SensorDetail {
        container: detail.container,
        codec: detail.codec,
        expected_interval_s: detail.expected_interval.as_secs(),
        status: state.status,
        status_since: seen.map(|_seen| state.status_since),
        last_seen_at: seen,
        age_s: seen.map(|seen| now.since(seen).as_secs()),
        battery_pct: state.battery.map(|battery| battery.get() * 100.0),
        temperature_c: state.temperature.map(twin_core::Celsius::get),
        frames_lost: state.frames.map(|frames| frames.lost()),
        rssi_dbm: state.last.and_then(|last| last.rssi_dbm),
        noise_mm: track.map(|track| rounded(track.noise() * depth_mm)),
        disproved: track.map(|track| rounded(track.misfits())),
    }
}
