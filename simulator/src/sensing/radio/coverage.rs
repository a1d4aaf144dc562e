//! The gateways of a network, and the air between them and the sensors.

use core::num::NonZeroU8;

use serde::{Deserialize, Serialize};
use twin_core::{LonLat, Timestamp};

use super::link::{Link, LinkTruth, MAX_HEARD, links};
use super::modulation::SpreadingFactor;
use super::outage::{GatewayOutage, Outages};
use super::params::CoverageParams;
use super::receiver::{Head, Receiver, Reception, Strength};
use crate::error::{SimError, SimResult};
use crate::numbers::{f64_of_i64, f64_of_index};
use crate::random::Seed;
use crate::sensing::luck::RadioLuck;
use crate::sensing::{RadioParams, SensorSpec};

/// The most gateways of one network.
const MAX_GATEWAYS: usize = 10_000;
/// The spreading factor and interval at which batteries last as long as
/// [`SensingParams::battery_years`](crate::sensing::SensingParams::battery_years) says.
const USUAL_FACTOR: u8 = 9;
const USUAL_INTERVAL_MS: f64 = 4.0 * 3_600_000.0;

/// Where a sensor sends from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensorPlace {
    /// On the map.
    pub place: LonLat,
    /// Whether its container is in the ground.
    pub is_underground: bool,
}

/// The radio network that sensors report to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Where the gateways stand, one at least.
    pub gateways: Vec<LonLat>,
    /// Where the sensors are, in the order of the network's.
    pub sensors: Vec<SensorPlace>,
    /// The assumptions.
    pub params: CoverageParams,
    /// Outages that the scenario wants, besides those that happen.
    #[serde(default)]
    pub outages: Vec<GatewayOutage>,
}

/// How one gateway heard a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// The gateway, as an index into the coverage's gateways.
    pub gateway: u16,
    /// Signal strength, in dBm.
    pub rssi_dbm: i16,
    /// Signal to noise ratio, in quarters of a dB.
    pub snr_db: f32,
}

/// What a network server knows of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameRadio {
    /// The spreading factor.
    pub spreading_factor: SpreadingFactor,
    // What follows is that of a `Reception`, without the byte that would be lost between.
    heard: NonZeroU8,
    snr: [i8; MAX_HEARD],
    rssi_dbm: [i16; MAX_HEARD],
    /// Those that can hear the sensor.
    gateways: [u16; MAX_HEARD],
}

impl FrameRadio {
    /// A frame at a spreading factor, who can hear it, and which of them did.
    #[inline]
    pub(super) const fn new(
        spreading_factor: SpreadingFactor,
        (gateways, reception): ([u16; MAX_HEARD], Reception),
    ) -> Self {
        Self {
            spreading_factor,
            heard: reception.heard,
            snr: reception.snr,
            rssi_dbm: reception.rssi_dbm,
            gateways,
        }
    }

    /// The channel, in Hz.
    pub fn frequency_hz(&self) -> u32 {
        self.reception().frequency_hz()
    }

    /// How the gateways heard it, the strongest in the mean first; one at least, and at most
    /// [`MAX_HEARD`](super::MAX_HEARD).
    pub fn heard(&self) -> impl Iterator<Item = Heard> {
        self.reception().heard(self.gateways)
    }

    fn reception(&self) -> Reception {
        Reception {
            heard: self.heard,
            snr: self.snr,
            rssi_dbm: self.rssi_dbm,
        }
    }
}

impl Coverage {
    /// Refuses a network without gateways, places that are not the sensors', and parameters outside
    /// their ranges.
    pub(in crate::sensing) fn check(&self, sensors: usize) -> SimResult<()> {
        self.params.check()?;
        if self.sensors.len() != sensors {
            return Err(SimError::StateMismatch {
                what: "places of sensors",
                expected: sensors,
                found: self.sensors.len(),
            });
        }
        let count = self.gateways.len();
        if count == 0 || count > MAX_GATEWAYS {
            return Err(SimError::InvalidParameter {
                parameter: "gateways",
                value: f64_of_index(count),
                expected: "1 to 10000",
            });
        }
        for outage in &self.outages {
            let index = usize::from(outage.gateway);
            if index >= count {
                return Err(SimError::UnknownIndex {
                    what: "gateway",
                    index,
                    count,
                });
            }
            let GatewayOutage { from, to, .. } = *outage;
            if to < from {
                return Err(SimError::TimeRunsBackwards { from, to });
            }
        }
        Ok(())
    }
}

/// The air of a running network.
#[derive(Clone, Debug)]
pub(in crate::sensing) struct Air {
    coverage: Coverage,
    links: Vec<Link>,
    receivers: Vec<Receiver>,
    heads: Vec<Head>,
    strength: Strength,
    outages: Outages,
}

impl Air {
    /// `coverage` has been checked.
    pub(in crate::sensing) fn new(
        coverage: &Coverage,
        sensors: &[SensorSpec],
        (seed, start): (Seed, Timestamp),
    ) -> Self {
        let scripted = coverage.outages.as_slice();
        let count = coverage.gateways.len();
        let links = links(coverage, sensors, seed);
        let receiver = |link: &Link| Receiver::new(link, &coverage.params);
        let receivers: Vec<Receiver> = links.iter().map(receiver).collect();
        let head = |(receiver, link): (&Receiver, &Link)| receiver.head(link.factor);
        Self {
            heads: receivers.iter().zip(&links).map(head).collect(),
            receivers,
            strength: Strength::new(&coverage.params),
            links,
            outages: Outages::new((&coverage.params, scripted), (seed, start), count),
            coverage: coverage.clone(),
        }
    }

    /// From now on nobody asks for what was before `at`.
    pub(in crate::sensing) fn keep_up(&mut self, at: Timestamp) {
        self.outages.keep_up(at);
    }

    pub(in crate::sensing) fn link(&self, sensor: usize) -> LinkTruth {
        self.links[sensor].truth(&self.coverage.params)
    }

    /// Those that can hear a sensor.
    #[inline]
    pub(in crate::sensing) fn receiver(&self, sensor: usize) -> &Receiver {
        &self.receivers[sensor]
    }

    /// What a network server knows of a sensor's frame.
    #[inline]
    pub(in crate::sensing) fn frame(&self, sensor: usize, reception: Reception) -> FrameRadio {
        self.heads[sensor].with(reception)
    }

    /// How much longer than usual a sensor's battery lasts at its spreading factor and interval.
    pub(in crate::sensing) fn battery_factor(&self, sensor: usize, spec: &SensorSpec) -> f64 {
        let params = &self.coverage.params;
        let link = &self.links[sensor];
        let interval =
            f64_of_i64(spec.expected_interval.as_millis()) * crate::numbers::f64_of(link.every);
        let usual = SpreadingFactor::new(USUAL_FACTOR).map_or(0.0, |usual| {
            let frame = (params.payload_bytes, USUAL_INTERVAL_MS);
            params.charge.per_day_mah(usual, frame)
        });
        usual
            / params
                .charge
                .per_day_mah(link.factor, (params.payload_bytes, interval))
    }

    pub(in crate::sensing) fn gateway_count(&self) -> usize {
        self.coverage.gateways.len()
    }

    pub(in crate::sensing) fn outages(
        &self,
        gateway: u16,
        period: (Timestamp, Timestamp),
    ) -> Vec<GatewayOutage> {
        self.outages.between(gateway, period)
    }

    /// The weather's part in the losses, so that sensors within reach lose as many frames as
    /// `radio` says in the mean: less than there is without distance, but not less than its good
    /// times lose.
    pub(in crate::sensing) fn weather(&self, radio: RadioParams) -> RadioParams {
        let lost = self.mean_loss();
        let left = 1.0 - (1.0 - radio.overall_loss) / (1.0 - lost);
        RadioParams {
            overall_loss: left.clamp(radio.good_loss, radio.bad_loss),
            ..radio
        }
    }

    /// Share of frames that no gateway reads, in the mean over the sensors within reach.
    pub(in crate::sensing) fn mean_loss(&self) -> f64 {
        let params = &self.coverage.params;
        let reached = self.links.iter().filter(|link| link.is_reachable());
        let losses: Vec<f64> = reached.map(|link| link.loss(params)).collect();
        if losses.is_empty() {
            0.0
        } else {
            losses.iter().sum::<f64>() / f64_of_index(losses.len())
        }
    }

    /// Whether none of those that can hear a sensor is down at any time of a period, both ends included,
    /// that is not before what was kept up with.
    pub(in crate::sensing) fn is_calm(
        &self,
        sensor: usize,
        period: (Timestamp, Timestamp),
    ) -> bool {
        let mut gateways = self.receivers[sensor].gateways();
        gateways.all(|gateway| self.outages.is_up_all_of(gateway, period))
    }

    /// Who hears a frame that a sensor sends at `at`; where it `is_calm` then, no gateway is down. `None`:
    /// nobody, or another frame drowns it.
    #[expect(
        clippy::inline_always,
        reason = "what is handed over in memory is read before it has settled"
    )]
    #[inline(always)]
    pub(in crate::sensing) fn hear(
        &self,
        (sensor, is_calm): (usize, bool),
        at: Timestamp,
        luck: &RadioLuck,
    ) -> Option<Reception> {
        let is_down = |gateway| !is_calm && self.outages.is_down(gateway, at);
        self.receivers[sensor].hear(self.strength, luck, is_down)
    }

    /// Who hears the report that the crew waits for when it mounts a sensor: the best gateway does;
    /// `None`: the sensor is out of reach.
    pub(in crate::sensing) fn hear_first(&self, sensor: usize) -> Option<Reception> {
        Receiver::hear_best(self.strength, &self.links[sensor])
    }
}
