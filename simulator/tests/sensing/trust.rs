//! What the twin believes of sensors, against the truth of simulated ones.

use std::sync::Arc;

use simulator::rounds::Emptying;
use simulator::sensing::{Network, SensingParams, SensorReport};
use twin_core::{
    Asset, AssetId, AssetKind, Container, ContainerType, DevEui, Effect, HealthRules, Input,
    Inventory, Layers, LonLat, Mounting, Planar, PlanarCrs, Sensor, Site, SiteType, Span, Stream,
    TOLERANCE, Tick, Timestamp, Twin, Uplink, decide, evolve_in_place,
};

use super::{DAY, network_spec, perfect, start};

const SENSORS: u32 = 400;
/// Not the one that the trust in readings was tried on.
const SEED: u64 = 7;
const DAYS: i64 = 90;
const CAPACITY_ML: f64 = 4_000_000.0;
/// Where the first four fifths of all likelihoods end.
const FIFTHS: [f64; 4] = [0.2, 0.4, 0.6, 0.8];
/// Until then the twin learns.
const LEARNED: i64 = 14;

/// Degrees as planar coordinates: nothing here asks where.
#[derive(Debug)]
struct Degrees;

impl PlanarCrs for Degrees {
    fn name(&self) -> &'static str {
        "degrees"
    }

    fn project(&self, place: LonLat) -> Option<Planar> {
        Some([place.lon(), place.lat()])
    }

    fn unproject(&self, [lon, lat]: Planar) -> Option<LonLat> {
        LonLat::new(lon, lat).ok()
    }
}

fn key(ix: u32) -> Box<str> {
    format!("{ix:05}").into()
}

fn id(kind: AssetKind, ix: u32) -> AssetId {
    AssetId::new(kind, &key(ix)).unwrap()
}

/// A twin of as many sensors, each in a container and a site of its own.
fn twin() -> Twin {
    let mut layers = Layers::default();
    for ix in 0..SENSORS {
        let place = LonLat::new(6.7 + f64::from(ix) * 1e-4, 47.5).unwrap();
        let site = Site {
            name: None,
            street: None,
            site_type: SiteType::RecyclingPoint,
        };
        let container = Container {
            site: id(AssetKind::Site, ix),
            container_type: ContainerType::Column,
            stream: Stream::Glass,
            volume: None,
            max_load: None,
        };
        let sensor = Sensor {
            container: id(AssetKind::Container, ix),
            dev_eui: DevEui(ix.into()),
            codec: "milesight-em400-mud".into(),
            mounting: Mounting::new(1800, 300).unwrap(),
            expected_interval: Span::from_hours(4),
        };
        let key = key(ix);
        layers.sites.push(Asset {
            key: key.clone(),
            place,
            detail: site,
        });
        layers.containers.push(Asset {
            key: key.clone(),
            place,
            detail: container,
        });
        layers.sensors.push(Asset {
            key,
            place,
            detail: sensor,
        });
    }
    let inventory = Inventory::new(layers, Arc::new(Degrees)).unwrap();
    Twin::new(inventory, HealthRules::default())
}

fn uplink(report: &SensorReport) -> Input {
    Input::Uplink(Uplink {
        source: "truth".into(),
        dev_eui: DevEui(report.sensor as u64),
        session: "s".into(),
        f_cnt: report.f_cnt,
        f_port: Some(85),
        bytes: Vec::new(),
        network_at: report.at,
        received_at: report.at,
        rssi_dbm: None,
        snr_db: None,
        spreading_factor: None,
        gateways: Vec::new(),
        decoder: None,
        reading: report.reading(),
    })
}

/// What was told of a container: that it was emptied, and when it was first seen so.
type SeenEmptied = (usize, Timestamp);

struct World {
    network: Network,
    twin: Twin,
    emptyings: Vec<Emptying>,
    seen: Vec<SeenEmptied>,
}

impl World {
    fn new(params: SensingParams) -> Self {
        Self {
            network: Network::new(network_spec(SENSORS, params, SEED), start()).unwrap(),
            twin: twin(),
            emptyings: Vec::new(),
            seen: Vec::new(),
        }
    }

    fn take(&mut self, input: &Input) {
        // A frame of a time that is gone by is no news.
        let changes = decide(&self.twin, input).unwrap_or_default();
        for change in &changes {
            if let Effect::ContainerEmptied {
                container,
                observed_at,
                ..
            } = &change.effect
            {
                self.seen
                    .push((container.key().parse().unwrap(), *observed_at));
            }
        }
        evolve_in_place(&mut self.twin, &changes);
    }

    fn advance(&mut self, to: Timestamp) {
        let step = self.network.advance(to).unwrap();
        for report in &step.reports {
            self.take(&uplink(report));
        }
        self.emptyings.extend(step.emptyings);
        let due = (0..SENSORS).collect();
        self.take(&Input::Tick(Tick { at: to, due }));
    }
}

/// Of how many levels how many were right, and how many should have been by what was told.
#[derive(Default)]
struct Bin {
    n: f64,
    right: f64,
    told: f64,
}

#[test]
fn levels_are_right_as_often_as_the_twin_says() {
    let mut world = World::new(SensingParams::default());
    let mut bins: [Bin; 5] = std::array::from_fn(|_| Bin::default());
    let (mut brier, mut always) = (0.0, 0.0);
    for day in 1..=DAYS {
        // At another hour each day.
        let now = start() + Span::from_hours(24 * day + (day * 5) % 24);
        world.advance(now);
        if day < LEARNED {
            continue;
        }
        for ix in 0..SENSORS {
            let (Some(trust), Some(level)) = (world.twin.trust(ix, now), world.twin.level(ix))
            else {
                continue;
            };
            let held_ml = world.network.look(ix as usize).unwrap().held_ml;
            let truth = f64::from(u32::try_from(held_ml).unwrap()) / CAPACITY_ML;
            let right = f64::from(u8::from((truth - level.fill.get()).abs() <= TOLERANCE));
            let told = trust.probability;
            let bin = FIFTHS.iter().position(|end| told < *end).unwrap_or(4);
            let bin = &mut bins[bin];
            bin.n += 1.0;
            bin.right += right;
            bin.told += told;
            brier += (told - right) * (told - right);
            always += right;
        }
    }
    let n: f64 = bins.iter().map(|bin| bin.n).sum();
    for bin in &bins {
        println!(
            "{:>6} levels: trusted {:.3}, right {:.3}",
            bin.n,
            bin.told / bin.n,
            bin.right / bin.n
        );
    }
    let share = always / n;
    println!(
        "Brier {:.4}, of the share alone {:.4}",
        brier / n,
        share * (1.0 - share)
    );
    for bin in bins.iter().filter(|bin| bin.n > 500.0) {
        assert!((bin.told - bin.right).abs() / bin.n < 0.07);
    }
    assert!(brier / n < 0.75 * share * (1.0 - share));
}

#[test]
fn emptyings_are_seen_and_nothing_else_is() {
    let mut world = World::new(perfect());
    let end = start() + Span::from_hours(24 * DAYS);
    let mut now = start();
    while now < end {
        now = now + DAY;
        world.advance(now);
    }
    let taken = |it: &Emptying| it.emptied.get() * 1000.0 / CAPACITY_ML;
    let within = |from: Timestamp, at: Timestamp, span: Span| from <= at && at <= from + span;
    // Those that a fall of 25 points can tell, with a day left to see it.
    let plain = world.emptyings.iter();
    let plain: Vec<_> = plain
        .filter(|it| taken(it) > 0.4 && it.at + DAY < end)
        .collect();
    let is_seen = |it: &&&Emptying| {
        let found =
            |(container, at): &SeenEmptied| *container == it.container && within(it.at, *at, DAY);
        world.seen.iter().any(found)
    };
    let is_so = |(container, at): &&SeenEmptied| {
        let found = |it: &Emptying| it.container == *container && within(it.at, *at, DAY);
        world.emptyings.iter().any(found)
    };
    let seen = plain.iter().filter(is_seen).count();
    let so = world.seen.iter().filter(is_so).count();
    println!(
        "{seen} of {} emptyings seen, {so} of {} seen were so",
        plain.len(),
        world.seen.len()
    );
    assert!(super::share(seen, plain.len()) > 0.97);
    assert!(super::share(so, world.seen.len()) > 0.985);
}

#[test]
fn the_noise_of_sensors_is_learned_in_place() {
    let noises = |floor_mm: f64| {
        let mut params = perfect();
        (params.noise_floor_mm, params.noise_share) = (floor_mm, 0.0);
        let mut world = World::new(params);
        for day in 1..=DAYS {
            world.advance(start() + Span::from_hours(24 * day));
        }
        let depth_mm = 1500.0;
        let noise = |ix| world.twin.track(ix).unwrap().noise() * depth_mm;
        let mut all: Vec<f64> = (0..SENSORS).map(noise).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (calm, usual, loud) = (noises(5.0), noises(12.0), noises(40.0));
    println!("5 mm: {calm:.1}, 12 mm: {usual:.1}, 40 mm: {loud:.1}");
    assert!(calm < usual && usual < loud);
    assert!((28.0..56.0).contains(&loud));
}
