//! The virtual sensor network of a simulated territory, as a source like any other.

mod spec;

use self::spec::Gateways;
pub(crate) use self::spec::{container_specs, flows_of, network_spec};

use std::time::Duration;

use gis_data::radio::chirpstack::{self, Reception, UplinkFrame};
use gis_data::radio::codec;
use gis_data::stores::Checkpoint;
use simulator::filling::FlowPlan;
use simulator::sensing::{GatewayPlan, Heard, Network, NetworkCheckpoint, SensorReport};
use simulator::{SimError, SimResult};
use twin_core::{DevEui, Inventory, Timestamp, Twin};

use super::codecs::Codecs;
use super::door::{Delivery, Door};
use crate::engine::{Engine, SubmitError};

/// The name under which the network's events and checkpoints are kept.
pub const SOURCE: &str = "virtual-network";

/// How often the network is brought up to the twin's clock.
const STEP: Duration = Duration::from_millis(100);
/// How often its state is kept; a restart repeats what came after, which the twin has already.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(5);
/// How long the twin is left alone when it could not store a report.
const RETRY: Duration = Duration::from_secs(1);
/// The number of the network's first gateway; in a network without places, the one that stands for
/// all.
const FIRST_GATEWAY: u64 = 0xfe00_0000_0000_0001;

/// A running virtual sensor network.
#[derive(Debug)]
pub struct VirtualNetwork {
    network: Network,
    devices: Vec<Device>,
    began_at: Timestamp,
    door: Door,
    engine: Engine,
}

/// What the network server would know of a sensor.
#[derive(Clone, Debug)]
struct Device {
    dev_eui: DevEui,
    key: Box<str>,
    codec: Box<str>,
}

impl VirtualNetwork {
    /// Goes on from a checkpoint, or begins at the twin's present; `flows` are what people bring.
    ///
    /// The network consists of what `origin`, the twin as its pack tells it, has: so it is the same
    /// at each start, whatever people have put and removed since.
    ///
    /// # Errors
    /// Where the checkpoint is not one of this network, or the pack has values that the model
    /// refuses.
    pub fn new(
        engine: Engine,
        origin: &Twin,
        flows: FlowPlan,
        checkpoint: Option<&Checkpoint>,
    ) -> SimResult<Self> {
        let resumed: Option<NetworkCheckpoint> = checkpoint.and_then(|kept| {
            serde_json::from_slice(&kept.body)
                .inspect_err(|error| tracing::warn!(%error, "the virtual network begins anew"))
                .ok()
        });
        let gateways = match &resumed {
            Some(kept) => Gateways::Kept(kept.gateways.clone()),
            None => Gateways::Planned(GatewayPlan::default()),
        };
        let (spec, sensors) = spec::of(origin, flows, gateways)?;
        let network = match resumed {
            Some(kept) => Network::resume(spec, &kept)?,
            None => Network::new(spec, engine.clock().now())?,
        };
        let devices = sensors
            .iter()
            .filter_map(|ix| device(origin.inventory(), *ix))
            .collect();
        Ok(Self {
            began_at: network.checkpoint()?.start,
            network,
            devices,
            door: Door::new(SOURCE, &Codecs::default()),
            engine,
        })
    }

    /// Lets every sensor that never reported do so once, and waits until that is on disk.
    pub async fn report_once(&mut self) -> SimResult<()> {
        let reports = self.network.first_reports()?;
        self.deliver(&reports).await;
        self.keep().await
    }

    /// Runs with the twin's clock until the twin stops.
    pub async fn run(mut self) {
        let mut step = tokio::time::interval(STEP);
        step.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut kept_at = tokio::time::Instant::now();
        loop {
            step.tick().await;
            let reports = match self.network.advance(self.engine.clock().now()) {
                Ok(step) => step.reports,
                Err(SimError::TimeRunsBackwards { .. }) => Vec::new(),
                Err(error) => {
                    tracing::error!(%error, "the virtual network ends");
                    return;
                }
            };
            if !self.deliver(&reports).await {
                return;
            }
            if kept_at.elapsed() >= CHECKPOINT_EVERY {
                kept_at = tokio::time::Instant::now();
                if let Err(error) = self.keep().await {
                    tracing::error!(%error, "the virtual network is not kept");
                }
            }
        }
    }

    /// Sends reports through the door. Returns whether the twin still takes anything in.
    async fn deliver(&self, reports: &[SensorReport]) -> bool {
        let mut left: Vec<_> = reports.iter().collect();
        while !left.is_empty() {
            match self.deliver_once(&left).await {
                Ok(not_stored) => left = not_stored,
                Err(_stopping) => return false,
            }
            if !left.is_empty() {
                tokio::time::sleep(RETRY).await;
            }
        }
        true
    }

    /// Sends reports through the door. Returns those that the twin could not store, to be sent
    /// again, or that it is stopping.
    async fn deliver_once<'r>(
        &self,
        reports: &[&'r SensorReport],
    ) -> Result<Vec<&'r SensorReport>, SubmitError> {
        let twin = self.engine.twin();
        let mut outcomes = Vec::with_capacity(reports.len());
        for report in reports {
            let Some(delivery) = self.delivery(&twin, report) else {
                continue;
            };
            let outcome = delivery.hand_over(&self.engine).await?;
            outcomes.extend(outcome.map(|outcome| (*report, outcome)));
        }
        let mut not_stored = Vec::new();
        for (report, outcome) in outcomes {
            match outcome.await {
                Ok(_receipt) => {}
                Err(SubmitError::NotStored) => not_stored.push(report),
                Err(SubmitError::Stopping) => return Err(SubmitError::Stopping),
                Err(error) => tracing::debug!(%error, "an uplink is not taken in"),
            }
        }
        Ok(not_stored)
    }

    /// A report as the door reads it; `None` where that cannot be.
    fn delivery(&self, twin: &Twin, report: &SensorReport) -> Option<Delivery> {
        let event = self.event(report)?;
        let read = self.door.read_up(twin, &event, self.engine.clock().now());
        read.inspect_err(
            |error| tracing::warn!(%error, "an event of the virtual network does not read"),
        )
        .ok()
    }

    async fn keep(&self) -> SimResult<()> {
        let checkpoint: NetworkCheckpoint = self.network.checkpoint()?;
        let body = serde_json::to_vec(&checkpoint).unwrap_or_default();
        let kept = Checkpoint {
            name: SOURCE.to_owned(),
            at: self.network.at(),
            body,
        };
        if let Err(error) = self.engine.checkpoint(kept).await {
            tracing::debug!(%error, "the virtual network is not kept");
        }
        Ok(())
    }

    /// A report as ChirpStack would deliver it; `None` for a sensor that is no longer there.
    fn event(&self, report: &SensorReport) -> Option<Vec<u8>> {
        let device = self.devices.get(report.sensor)?;
        let codec = codec(&device.codec)?;
        let Radio {
            spreading_factor,
            frequency_hz,
            receptions,
        } = radio(report);
        let frame = UplinkFrame {
            dev_eui: device.dev_eui,
            device_name: device.key.clone(),
            device_profile: device.codec.clone(),
            dev_addr: dev_addr(device.dev_eui, self.began_at),
            f_cnt: report.f_cnt,
            f_port: Some(codec.default_port()),
            bytes: codec.encode(&report.reading())?,
            at: report.at,
            spreading_factor,
            frequency_hz,
            receptions,
        };
        Some(chirpstack::write_up(&frame))
    }
}

fn device(inventory: &Inventory, sensor: u32) -> Option<Device> {
    let row = inventory.sensors().get(sensor)?;
    let detail = &row.asset.detail;
    Some(Device {
        dev_eui: detail.dev_eui,
        key: row.asset.key.clone(),
        codec: detail.codec.clone(),
    })
}

/// How a frame came in.
struct Radio {
    spreading_factor: u8,
    frequency_hz: u32,
    receptions: Vec<Reception>,
}

/// What the network server knows of a report's frame. A network that was begun without gateways
/// tells the same of every frame.
fn radio(report: &SensorReport) -> Radio {
    let Some(radio) = &report.radio else {
        return Radio {
            spreading_factor: 9,
            frequency_hz: 868_300_000,
            receptions: vec![Reception {
                gateway: FIRST_GATEWAY,
                rssi_dbm: -97,
                snr_db: 7.25,
            }],
        };
    };
    let reception = |heard: Heard| Reception {
        gateway: FIRST_GATEWAY + u64::from(heard.gateway),
        rssi_dbm: heard.rssi_dbm,
        snr_db: heard.snr_db,
    };
    Radio {
        spreading_factor: radio.spreading_factor.get(),
        frequency_hz: radio.frequency_hz(),
        receptions: radio.heard().map(reception).collect(),
    }
}

/// The device's address in a network that began then. One that begins anew counts frames from 0
/// again, so its devices join anew: they get other addresses.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the lower half is what is wanted"
)]
const fn dev_addr(dev_eui: DevEui, began_at: Timestamp) -> u32 {
    dev_eui.0 as u32 ^ (began_at.as_millis() as u32).wrapping_mul(0x9e37_79b9)
}
