//! Which gateways hear a sensor, how strongly, and at which spreading factor it sends therefore.

use serde::Serialize;

use super::coverage::Coverage;
use super::fading;
use super::modulation::{CHANNELS_HZ, SpreadingFactor};
use super::params::CoverageParams;
use super::place::metres;
use crate::numbers::{f64_of_i64, f64_of_index, floor_u64};
use crate::random::{Model, Seed};
use crate::sensing::SensorSpec;

/// A frame is told with no more receptions than this, those of the strongest gateways.
pub const MAX_HEARD: usize = 4;

/// A gateway that can hear a sensor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Hearer {
    pub(super) gateway: u16,
    /// In the mean over frames.
    pub(super) rssi_dbm: f64,
}

/// One sensor's way to the gateways; fixed as long as nothing moves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) factor: SpreadingFactor,
    hearers: [Hearer; MAX_HEARD],
    count: usize,
    /// The chance that another frame at the best gateway drowns one of this sensor.
    pub(super) collision: f64,
    /// Only every so many reports may be sent, by the duty cycle.
    pub(super) every: u64,
}

/// What is true of a sensor's link, whatever arrives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LinkTruth {
    /// At which spreading factor it sends.
    pub spreading_factor: SpreadingFactor,
    /// The gateway that hears it best, as an index into the coverage's gateways.
    pub best_gateway: Option<u16>,
    /// How strongly that one hears it in the mean, in dBm.
    pub rssi_dbm: Option<f64>,
    /// How many gateways can hear it, at most [`MAX_HEARD`].
    pub gateways: usize,
    /// Whether the best gateway reads more than half of its frames. Where not, the sensor is out of
    /// reach: it sends in vain.
    pub is_reachable: bool,
    /// Share of its frames that no gateway reads, weather apart.
    pub loss: f64,
    /// Only every so many of its reports may be sent, by the duty cycle.
    pub every: u64,
}

impl Link {
    /// The gateways that can hear it, the strongest first.
    pub(super) fn hearers(&self) -> &[Hearer] {
        &self.hearers[..self.count]
    }

    pub(super) fn best(&self) -> Option<&Hearer> {
        self.hearers().first()
    }

    pub(super) fn is_reachable(&self) -> bool {
        self.best()
            .is_some_and(|best| best.rssi_dbm >= SpreadingFactor::SLOWEST.sensitivity_dbm())
    }

    /// Share of frames that no gateway reads: fading, collisions and unscripted outages.
    pub(super) fn loss(&self, params: &CoverageParams) -> f64 {
        let missed = |hearer: &Hearer| {
            1.0 - (1.0 - params.outage_share) * heard_share(params, (self.factor, hearer.rssi_dbm))
        };
        let unheard: f64 = self.hearers().iter().map(missed).product();
        1.0 - (1.0 - unheard) * (1.0 - self.collision)
    }

    pub(super) fn truth(&self, params: &CoverageParams) -> LinkTruth {
        LinkTruth {
            spreading_factor: self.factor,
            best_gateway: self.best().map(|best| best.gateway),
            rssi_dbm: self.best().map(|best| best.rssi_dbm),
            gateways: self.count,
            is_reachable: self.is_reachable(),
            loss: self.loss(params),
            every: self.every,
        }
    }

    fn load(&self, params: &CoverageParams, interval_ms: f64) -> f64 {
        let frames_ms = interval_ms * f64_of_index(CHANNELS_HZ.len());
        self.factor.airtime_ms(params.payload_bytes) / frames_ms
    }
}

/// Share of frames with this mean strength that a gateway reads.
fn heard_share(params: &CoverageParams, (factor, rssi_dbm): (SpreadingFactor, f64)) -> f64 {
    let short_db = factor.sensitivity_dbm() - rssi_dbm;
    if params.fading_db > 0.0 {
        1.0 - fading::below(short_db / params.fading_db)
    } else if short_db <= 0.0 {
        1.0
    } else {
        0.0
    }
}

/// The links of all sensors.
pub(super) fn links(coverage: &Coverage, sensors: &[SensorSpec], seed: Seed) -> Vec<Link> {
    let link = |(index, sensor): (u32, &SensorSpec)| link(coverage, (index, sensor), seed);
    let mut links: Vec<Link> = crate::numbers::indexed(sensors).map(link).collect();
    let params = &coverage.params;
    let loads: Vec<f64> = links
        .iter()
        .zip(sensors)
        .map(|(link, sensor)| link.load(params, interval_ms(sensor)))
        .collect();
    let traffic = Traffic::of(&links, &loads);
    for (link, own) in links.iter_mut().zip(loads) {
        link.collision = traffic.collision(link, own, params.capture_db);
    }
    links
}

fn interval_ms(sensor: &SensorSpec) -> f64 {
    f64_of_i64(sensor.expected_interval.as_millis())
}

/// Log-distance loss, shadowing of the pair, and the smallest factor whose margin holds.
fn link(coverage: &Coverage, (index, sensor): (u32, &SensorSpec), seed: Seed) -> Link {
    let params = &coverage.params;
    let site = coverage.sensors[index as usize];
    let buried_db = if site.is_underground {
        params.underground_db
    } else {
        0.0
    };
    let budget_db = params.sent_dbm + params.gateway_gain_db - params.first_metre_db - buried_db;
    let mut shadowing = seed.stream(Model::RadioShadowing, index);
    let mut hearers: Vec<Hearer> = Vec::with_capacity(coverage.gateways.len());
    for (gateway, place) in (0_u16..).zip(&coverage.gateways) {
        shadowing.seek(u64::from(gateway));
        let metres = metres(site.place, *place).max(1.0);
        let rssi_dbm = budget_db - 10.0 * params.exponent * libm::log10(metres)
            + params.shadowing_db * shadowing.normal();
        hearers.push(Hearer { gateway, rssi_dbm });
    }
    hearers.sort_by(|a, b| b.rssi_dbm.total_cmp(&a.rssi_dbm));
    let best_dbm = hearers
        .first()
        .map_or(f64::NEG_INFINITY, |best| best.rssi_dbm);
    let holds = |factor: &SpreadingFactor| best_dbm - factor.sensitivity_dbm() >= params.margin_db;
    let factor = SpreadingFactor::ALL
        .into_iter()
        .find(holds)
        .unwrap_or(SpreadingFactor::SLOWEST);
    let weakest_dbm = factor.sensitivity_dbm() - fading::BOUND * params.fading_db;
    hearers.retain(|hearer| hearer.rssi_dbm >= weakest_dbm);
    hearers.truncate(MAX_HEARD);
    let mut kept = [Hearer::default(); MAX_HEARD];
    kept[..hearers.len()].copy_from_slice(&hearers);
    let apart = factor.min_interval_ms(params.payload_bytes) / interval_ms(sensor);
    Link {
        factor,
        hearers: kept,
        count: hearers.len(),
        collision: 0.0,
        every: floor_u64(libm::ceil(apart)).max(1),
    }
}

/// What is on the air at each gateway and spreading factor, the strongest first, with running sums.
struct Traffic(std::collections::BTreeMap<(u16, SpreadingFactor), Vec<(f64, f64)>>);

impl Traffic {
    fn of(links: &[Link], loads: &[f64]) -> Self {
        let mut traffic = std::collections::BTreeMap::<_, Vec<(f64, f64)>>::new();
        for (link, load) in links.iter().zip(loads) {
            for hearer in link.hearers() {
                let key = (hearer.gateway, link.factor);
                traffic
                    .entry(key)
                    .or_default()
                    .push((hearer.rssi_dbm, *load));
            }
        }
        for frames in traffic.values_mut() {
            frames.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut sum = 0.0;
            for (_, load) in frames {
                sum += *load;
                *load = sum;
            }
        }
        Self(traffic)
    }

    /// Pure ALOHA with capture, `1 − exp(−2 G)`: `G` counts only what is not weaker by more than the
    /// capture threshold.
    fn collision(&self, link: &Link, own: f64, capture_db: f64) -> f64 {
        let Some(best) = link.best() else { return 0.0 };
        let frames = &self.0[&(best.gateway, link.factor)];
        let louder = frames.partition_point(|(rssi, _)| *rssi > best.rssi_dbm - capture_db);
        let others = frames[..louder].last().map_or(0.0, |(_, sum)| sum - own);
        1.0 - libm::exp(-2.0 * others.max(0.0))
    }
}
