//! The gateways of a network, and the air between them and the sensors.

use serde::{Deserialize, Serialize};
use twin_core::{LonLat, Timestamp};

use super::fading;
use super::link::{Hearer, Link, LinkTruth, MAX_HEARD, links};
use super::modulation::{CHANNELS_HZ, SpreadingFactor};
use super::outage::{GatewayOutage, Outages};
use super::params::CoverageParams;
use crate::error::{SimError, SimResult};
use crate::numbers::{f64_of_i64, f64_of_index};
use crate::random::{Randomness, Seed};
use crate::sensing::{RadioParams, SensorSpec};

/// The most gateways of one network.
const MAX_GATEWAYS: usize = 10_000;
/// The spreading factor and interval at which batteries last as long as
/// [`SensingParams::battery_years`](crate::sensing::SensingParams::battery_years) says.
const USUAL_FACTOR: u8 = 9;
const USUAL_INTERVAL_MS: f64 = 4.0 * 3_600_000.0;
/// What a receiver tells of a strong signal at most, in dB.
const MAX_SNR_DB: f64 = 14.0;

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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
    /// The channel, in Hz.
    pub frequency_hz: u32,
    /// At most [`MAX_HEARD`], which a byte holds: networks tell millions of frames.
    count: u8,
    heard: [Heard; MAX_HEARD],
}

impl FrameRadio {
    /// A frame that nobody heard yet, on the channel of this number.
    fn new(link: &Link, channel: u64) -> Self {
        let channel = usize::try_from(channel).unwrap_or(0) % CHANNELS_HZ.len();
        Self {
            spreading_factor: link.factor,
            frequency_hz: CHANNELS_HZ[channel],
            heard: [Heard::default(); MAX_HEARD],
            count: 0,
        }
    }

    /// The gateways that heard it, the strongest in the mean first; one at least.
    pub fn heard(&self) -> &[Heard] {
        &self.heard[..usize::from(self.count)]
    }

    fn push(&mut self, heard: Heard) {
        if let Some(free) = self.heard.get_mut(usize::from(self.count)) {
            *free = heard;
            self.count += 1;
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
        Self {
            links: links(coverage, sensors, seed),
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

    /// Whether the duty cycle lets a sensor send report `number`.
    pub(in crate::sensing) fn may_send(&self, sensor: usize, number: u64) -> bool {
        number.is_multiple_of(self.links[sensor].every)
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

    pub(in crate::sensing) fn is_down(&self, gateway: u16, at: Timestamp) -> bool {
        self.outages.is_down(gateway, at)
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

    /// Who hears a frame that a sensor sends at `at`, given the report's slot of the fading; `None`:
    /// nobody, or another frame drowns it.
    pub(in crate::sensing) fn hear(
        &self,
        sensor: usize,
        at: Timestamp,
        mut randomness: impl Randomness,
    ) -> Option<FrameRadio> {
        let link = &self.links[sensor];
        let params = &self.coverage.params;
        let channel = randomness.next_u64() >> 61;
        let is_drowned = randomness.chance(link.collision);
        let mut frame = FrameRadio::new(link, channel);
        for hearer in link.hearers() {
            let faded =
                hearer.rssi_dbm + params.fading_db * fading::standard(randomness.next_u64());
            if faded >= link.factor.sensitivity_dbm() && !self.is_down(hearer.gateway, at) {
                frame.push(self.heard(hearer.gateway, faded));
            }
        }
        (frame.count > 0 && !is_drowned).then_some(frame)
    }

    /// Who hears the report that the crew waits for when it mounts a sensor: the best gateway does;
    /// `None`: the sensor is out of reach.
    pub(in crate::sensing) fn hear_first(&self, sensor: usize) -> Option<FrameRadio> {
        let link = &self.links[sensor];
        let best: &Hearer = link.best().filter(|_| link.is_reachable())?;
        let mut frame = FrameRadio::new(link, 0);
        frame.push(self.heard(best.gateway, best.rssi_dbm));
        Some(frame)
    }

    fn heard(&self, gateway: u16, dbm: f64) -> Heard {
        let snr_db = (dbm - self.coverage.params.noise_dbm).min(MAX_SNR_DB);
        Heard {
            gateway,
            rssi_dbm: nearest_i16(dbm),
            snr_db: f32::from(nearest_i16(snr_db * 4.0)) / 4.0,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float-to-integer cast saturates"
)]
fn nearest_i16(value: f64) -> i16 {
    /// So much more, and a float has no bits left for less than one.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    ((value + WHOLE) - WHOLE) as i16
}
