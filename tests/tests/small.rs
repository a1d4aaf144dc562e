//! A small invented territory in real time, an operator who writes to it, and the radio frames
//! of its sensors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use gis_data::pack::{IfPresent, LayerInfo, Manifest, Pack, write};
use gis_data::radio::chirpstack::{Reception, UplinkFrame, write_up};
use gis_data::radio::codec;
use serde_json::Value;
use tempfile::TempDir;
use tests::HarnessResult;
use tests::server::{TwinServer, twin};
use twin_core::{
    Asset, Camera, CameraAiming, CameraMount, CameraType, Container, ContainerType, Degrees,
    DevEui, Ground, Layers, LonLat, Mounting, Reading, Restricted, Sensor, Site, SiteType, Span,
    Stream, Timestamp,
};

/// The operator's token.
pub(crate) const TOKEN: &str = "s3cret";
/// Sensors there are.
pub(crate) const SENSORS: u64 = 20;
/// Where the camera hangs, which only operators may learn.
pub(crate) const HANGS_AT: [f64; 2] = [6.798_123, 47.510_567];
/// Where it looks, which only operators may learn.
pub(crate) const LOOKS_TO: f64 = 123.456;

/// The device number of a sensor, which only operators may learn.
pub(crate) const fn device(n: u64) -> DevEui {
    DevEui(0x24e1_2471_3d99_0000 + n)
}

/// How each sensor is mounted.
pub(crate) fn mounting() -> Mounting {
    Mounting::new(1800, 400).unwrap()
}

fn asset<T>(key: String, detail: T) -> Asset<T> {
    Asset {
        key: key.into(),
        place: LonLat::new(6.8, 47.51).unwrap(),
        detail,
    }
}

fn container(n: u64) -> Asset<Container> {
    let detail = Container {
        site: "site/p".parse().unwrap(),
        container_type: ContainerType::Column,
        stream: Stream::Glass,
        volume: None,
        max_load: None,
    };
    asset(format!("c{n}"), detail)
}

fn sensor(n: u64, expected_interval: Span) -> Asset<Sensor> {
    let detail = Sensor {
        container: format!("container/c{n}").parse().unwrap(),
        dev_eui: device(n),
        codec: "milesight-em400-mud".into(),
        mounting: mounting(),
        expected_interval,
    };
    asset(format!("s{n}"), detail)
}

/// What the camera sees, from a place and in a direction.
pub(crate) fn aiming(azimuth: f64) -> CameraAiming {
    let [lon, lat] = HANGS_AT;
    CameraAiming {
        place: LonLat::new(lon, lat).unwrap(),
        height: None,
        azimuth: Degrees::new(azimuth).ok(),
        tilt: None,
        horizontal_fov: None,
        vertical_fov: None,
        sensor_px: None,
        lens_mm: None,
        min_range: None,
        max_range: None,
        model: Some("Hidden-1".into()),
        mount: CameraMount::Pole,
        masks: Vec::new(),
        is_linked: None,
        last_seen_at: None,
    }
}

fn camera() -> Asset<Camera> {
    let detail = Camera {
        street: Some("Rue Cuvier".into()),
        camera_type: CameraType::Dome,
        purposes: Vec::new(),
        responsible: None,
        authorisation: None,
        authorised_at: None,
        expires_at: None,
        retention: None,
        has_sign: None,
        aiming: Restricted::new(Some(aiming(LOOKS_TO))),
    };
    asset("k".to_owned(), detail)
}

fn pack(simulated_sensors: bool, sensors: u64, interval: Span) -> Pack {
    let site = Site {
        name: Some("Marché".into()),
        street: None,
        site_type: SiteType::RecyclingPoint,
    };
    let info = LayerInfo {
        source: "made for a test".into(),
        licence: "EUPL-1.2".into(),
        vintage: "2026-11".into(),
        synthetic: true,
    };
    let names = ["sites", "containers", "sensors", "cameras"];
    Pack {
        manifest: Manifest {
            version: Manifest::VERSION,
            name: "small".into(),
            title: "Small".into(),
            crs: "EPSG:2154".into(),
            preset: None,
            notice: BTreeMap::new(),
            simulated_sensors,
            layers: names.map(|name| (name.to_owned(), info.clone())).into(),
        },
        layers: Layers {
            sites: vec![asset("p".to_owned(), site)],
            containers: (0..sensors).map(container).collect(),
            sensors: (0..sensors).map(|n| sensor(n, interval)).collect(),
            cameras: vec![camera()],
            ..Layers::default()
        },
        ground: Ground::default(),
    }
}

/// The small territory, and data directories of it.
pub(crate) struct Small {
    home: TempDir,
}

impl Small {
    pub(crate) fn new(simulated_sensors: bool) -> Self {
        let home = TempDir::new().unwrap();
        let place = home.path().join("pack");
        let pack = pack(simulated_sensors, SENSORS, Span::from_hours(1));
        write(&place, &pack, IfPresent::Refuse).unwrap();
        Self { home }
    }

    /// In real time, with so many sensors that are expected to report so often.
    pub(crate) fn with_sensors(sensors: u64, interval: Span) -> Self {
        let home = TempDir::new().unwrap();
        let place = home.path().join("pack");
        write(&place, &pack(false, sensors, interval), IfPresent::Refuse).unwrap();
        Self { home }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// `twin serve` on a data directory, with the operator's token.
    pub(crate) fn command(&self, data: &str) -> HarnessResult<Command> {
        let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--pack"])?;
        command
            .arg(self.path("pack"))
            .arg("--data")
            .arg(self.path(data))
            .env("TWIN_LOG", "error")
            .env("TWIN_OPERATOR_TOKEN", TOKEN);
        Ok(command)
    }

    pub(crate) fn serve(&self, data: &str) -> HarnessResult<TwinServer> {
        TwinServer::start(self.command(data)?)
    }
}

/// An answer: its status, and its body as text.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) challenge: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Sends a request; `None` where no whole answer came back.
pub(crate) fn ask(method: &str, url: &str, token: Option<&str>, body: &[u8]) -> Option<Answer> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(std::time::Duration::from_mins(1)))
        .build()
        .into();
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(url)
        .header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut response = match method {
        "GET" => agent.run(request.body(()).unwrap()),
        _ => agent.run(request.body(body.to_vec()).unwrap()),
    }
    .ok()?;
    let challenge = response.headers().get("www-authenticate");
    let challenge = challenge
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    Some(Answer {
        status: response.status().as_u16(),
        challenge,
        body: response.body_mut().read_to_string().ok()?,
    })
}

/// Sends a request as the operator, and insists on an answer.
pub(crate) fn operate(method: &str, url: &str, body: &[u8]) -> Answer {
    ask(method, url, Some(TOKEN), body).unwrap()
}

/// The body that puts a site at a longitude.
pub(crate) fn site(key: &str, name: &str, lon: f64) -> Vec<u8> {
    let record = serde_json::json!({
        "kind": "site",
        "key": key,
        "place": [lon, 47.5],
        "detail": { "name": name, "street": null, "site_type": "other" },
    });
    record.to_string().into_bytes()
}

/// The event of frame `f_cnt` of a sensor that measured `distance_mm` at `at`.
pub(crate) fn event(sensor: u64, f_cnt: u32, distance_mm: u16, at: Timestamp) -> Vec<u8> {
    event_of(device(sensor), f_cnt, distance_mm, at)
}

/// The same of any device.
pub(crate) fn event_of(dev_eui: DevEui, f_cnt: u32, distance_mm: u16, at: Timestamp) -> Vec<u8> {
    let codec = codec("milesight-em400-mud").unwrap();
    let reading = Reading {
        distance_mm: Some(distance_mm),
        ..Reading::default()
    };
    write_up(&UplinkFrame {
        dev_eui,
        device_name: dev_eui.to_string().into(),
        device_profile: codec.name().into(),
        dev_addr: 0x0018_9440,
        f_cnt,
        f_port: Some(codec.default_port()),
        bytes: codec.encode(&reading).unwrap(),
        at,
        spreading_factor: 9,
        frequency_hz: 868_100_000,
        receptions: vec![Reception {
            gateway: 0x0016_c001_f153_a14c,
            rssi_dbm: -97,
            snr_db: 7.25,
        }],
    })
}

/// The machine's clock.
pub(crate) fn now() -> Timestamp {
    let since_1970 = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap())
}

/// The content of a file.
pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}
