//! A small invented territory, and a story that happens to it: frames, ticks, commands.

use gis_data::crs::planar_crs;
use gis_data::stores::{Batch, Cause, Entry, SetAside};
use twin_core::{
    Action, Asset, Camera, CameraAiming, CameraMount, CameraType, Celsius, Change, Channel,
    Command, Container, ContainerType, DevEui, Fraction, HealthRules, Input, Inventory, Layers,
    LonLat, Mounting, Reading, Record, Restricted, Sensor, Site, SiteType, Span, Stream, Tick,
    Timestamp, Twin, Uplink, decide, evolve,
};

const SENSORS: u64 = 3;

fn place(n: u64) -> LonLat {
    LonLat::new(6.7 + 0.001 * n as f64, 47.5).unwrap()
}

fn asset<T>(key: String, at: LonLat, detail: T) -> Asset<T> {
    Asset {
        key: key.into(),
        place: at,
        detail,
    }
}

fn site(n: u64) -> Asset<Site> {
    let detail = Site {
        name: Some(format!("Place {n}").into()),
        street: None,
        site_type: SiteType::RecyclingPoint,
    };
    asset(format!("p{n}"), place(n), detail)
}

fn container(n: u64) -> Asset<Container> {
    let detail = Container {
        site: "site/p0".parse().unwrap(),
        container_type: ContainerType::Column,
        stream: Stream::Glass,
        volume: None,
        max_load: None,
    };
    asset(format!("c{n}"), place(0), detail)
}

fn sensor(n: u64) -> Asset<Sensor> {
    let detail = Sensor {
        container: format!("container/c{n}").parse().unwrap(),
        dev_eui: DevEui(n),
        codec: "milesight-em400-mud".into(),
        mounting: Mounting::new(1800, 400).unwrap(),
        expected_interval: Span::from_hours(1),
    };
    asset(format!("s{n}"), place(0), detail)
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
        aiming: Restricted::default(),
    };
    asset("k0".to_owned(), place(1), detail)
}

/// The territory before anything happened.
pub(crate) fn origin() -> Twin {
    let layers = Layers {
        sites: vec![site(0)],
        containers: (0..SENSORS).map(container).collect(),
        sensors: (0..SENSORS).map(sensor).collect(),
        cameras: vec![camera()],
        ..Layers::default()
    };
    let crs = planar_crs("EPSG:2154").unwrap();
    Twin::new(Inventory::new(layers, crs).unwrap(), HealthRules::default())
}

/// When the `n`th input came.
pub(crate) fn at(n: u64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + 600 * i64::try_from(n).unwrap())
}

fn uplink(n: u64) -> Uplink {
    let reading = Reading {
        distance_mm: Some(u16::try_from(400 + 37 * n % 1400).unwrap()),
        temperature: Celsius::new(12.5).ok(),
        battery: Fraction::new(0.9).ok(),
        ..Reading::default()
    };
    Uplink {
        source: "test".into(),
        dev_eui: DevEui(n % SENSORS),
        session: "0018ab00".into(),
        f_cnt: u32::try_from(n).unwrap(),
        f_port: Some(85),
        bytes: n.to_be_bytes().to_vec(),
        network_at: at(n),
        received_at: at(n),
        rssi_dbm: Some(-97.0),
        snr_db: Some(7.25),
        spreading_factor: Some(9),
        gateways: vec!["0016c001f153a14c".into()],
        decoder: None,
        reading,
    }
}

/// A frame of a device that no sensor has.
pub(crate) fn aside(device: u64, f_cnt: u32) -> SetAside {
    let uplink = Uplink {
        dev_eui: DevEui(device),
        reading: Reading::default(),
        ..uplink(u64::from(f_cnt))
    };
    SetAside {
        cause: Cause::UnknownDevice,
        why: format!("nobody knows {device}"),
        uplink,
    }
}

fn command(n: u64, action: Action) -> Input {
    Input::Command(Command {
        received_at: at(n),
        action,
    })
}

fn aim(n: u64) -> Action {
    let aiming = CameraAiming {
        place: place(n),
        height: None,
        azimuth: None,
        tilt: None,
        horizontal_fov: None,
        vertical_fov: None,
        sensor_px: None,
        lens_mm: None,
        min_range: None,
        max_range: None,
        model: Some(format!("model {n}").into()),
        mount: CameraMount::Pole,
        masks: Vec::new(),
        is_linked: None,
        last_seen_at: None,
    };
    Action::Aim {
        camera: "camera/k0".parse().unwrap(),
        aiming: Some(aiming),
    }
}

fn input(n: u64) -> Input {
    match n % 15 {
        4 => command(n, Action::Put(Record::Site(site(n)))),
        7 => command(n, aim(n)),
        8 => command(n, Action::Remove("camera/k0".parse().unwrap())),
        9 => command(n, Action::Put(Record::Camera(camera()))),
        // Nobody reported for hours: all three become stale, then silent.
        12 => Input::Tick(Tick {
            at: at(n) + Span::from_hours(20),
            due: vec![0, 1, 2],
        }),
        _ => Input::Uplink(uplink(n)),
    }
}

/// The first `inputs` inputs of the story that did something, with what they did.
pub(crate) fn story(inputs: usize) -> Vec<Entry> {
    let mut twin = origin();
    let mut entries = Vec::new();
    for n in 0.. {
        if entries.len() == inputs {
            break;
        }
        let input = input(n);
        let changes = decide(&twin, &input).unwrap();
        twin = evolve(twin, &changes);
        if !changes.is_empty() {
            let at = at(n);
            entries.push(Entry { input, at, changes });
        }
    }
    entries
}

/// The changes of some entries, in order.
pub(crate) fn changes(entries: &[Entry]) -> Vec<Change> {
    entries
        .iter()
        .flat_map(|entry| entry.changes.clone())
        .collect()
}

/// Those of one channel.
pub(crate) fn of(channel: Channel, entries: &[Entry]) -> Vec<Change> {
    let mut changes = changes(entries);
    changes.retain(|change| change.channel == channel);
    changes
}

/// The territory after some entries.
pub(crate) fn twin_after(entries: &[Entry]) -> Twin {
    evolve(origin(), &changes(entries))
}

/// One batch of these entries.
pub(crate) fn batch(entries: &[Entry]) -> Batch {
    Batch {
        entries: entries.to_vec(),
        ..Batch::default()
    }
}
