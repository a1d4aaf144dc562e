//! A simulated frame to an `up` event, as a ChirpStack v4 server would send it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use twin_core::{DevEui, Timestamp};

use super::wire::{DeviceInfo, LoraModulation, Modulation, RxInfo, TxInfo, UpEvent};

/// A frame that a simulated device sent and that gateways of a simulated network heard, in EU868.
#[derive(Clone, Debug, PartialEq)]
pub struct UplinkFrame {
    /// The device.
    pub dev_eui: DevEui,
    /// What its operator calls the device.
    pub device_name: Box<str>,
    /// What its operator calls this kind of device, for example the codec's name.
    pub device_profile: Box<str>,
    /// The address that the network gave it: its session.
    pub dev_addr: u32,
    /// Frame counter.
    pub f_cnt: u32,
    /// Port, 1 to 223; `None` where the frame has no payload.
    pub f_port: Option<u8>,
    /// The payload, at most [`MAX_PAYLOAD`](crate::radio::MAX_PAYLOAD) bytes.
    pub bytes: Vec<u8>,
    /// When the network received it.
    pub at: Timestamp,
    /// Spreading factor, 7 to 12, at 125 kHz.
    pub spreading_factor: u8,
    /// Carrier frequency, in Hz.
    pub frequency_hz: u32,
    /// Who heard it, one entry a gateway.
    pub receptions: Vec<Reception>,
}

/// How one gateway heard a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reception {
    /// The gateway's EUI.
    pub gateway: u64,
    /// Signal strength, in dBm.
    pub rssi_dbm: i16,
    /// Signal to noise ratio, in dB.
    pub snr_db: f32,
}

/// The virtual network's own ids: UUIDs of version 8, which no server gives out.
const TENANT_ID: &str = "6d617175-6574-8000-8000-000000000001";
const APPLICATION_ID: &str = "6d617175-6574-8000-8000-000000000002";
const DEVICE_PROFILE_ID: &str = "6d617175-6574-8000-8000-000000000003";

/// Writes the event of a frame; [`read_up`](super::read_up) reads it back unchanged.
///
/// Zero fields are left out, as ChirpStack does. The tag `synthetic` marks every event as what
/// it is. The same frame gives the same bytes.
///
/// ```
/// use gis_data::radio::chirpstack::{Reception, UplinkFrame, read_up, write_up};
/// use twin_core::{DevEui, Timestamp};
///
/// let frame = UplinkFrame {
///     dev_eui: DevEui(0x24e1_2471_3d12_3456),
///     device_name: "25388-0012-2".into(),
///     device_profile: "milesight-em400-mud".into(),
///     dev_addr: 0x0018_9440,
///     f_cnt: 0,
///     f_port: Some(85),
///     bytes: vec![0x04, 0x82, 0x44, 0x08],
///     at: Timestamp::from_secs(1_658_136_855),
///     spreading_factor: 9,
///     frequency_hz: 868_100_000,
///     receptions: vec![Reception { gateway: 0x0016_c001_f153_a14c, rssi_dbm: -97, snr_db: 7.25 }],
/// };
/// let uplink = read_up(&write_up(&frame), "virtual", frame.at)?.into_undecoded();
/// assert_eq!((uplink.f_cnt, uplink.bytes), (0, frame.bytes));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
#[expect(
    clippy::missing_panics_doc,
    reason = "the event holds nothing that JSON cannot"
)]
pub fn write_up(frame: &UplinkFrame) -> Vec<u8> {
    let event = UpEvent {
        deduplication_id: deduplication_id(frame),
        time: Some(frame.at),
        device_info: device_info(frame),
        dev_addr: format!("{:08x}", frame.dev_addr).into(),
        adr: true,
        dr: u32::from(12_u8.saturating_sub(frame.spreading_factor)),
        f_cnt: frame.f_cnt,
        f_port: frame.f_port.unwrap_or(0),
        data: STANDARD.encode(&frame.bytes).into(),
        rx_info: frame
            .receptions
            .iter()
            .map(|reception| rx_info(frame, reception))
            .collect(),
        tx_info: tx_info(frame),
    };
    serde_json::to_vec(&event).expect("text, numbers and maps with text keys are always JSON")
}

fn device_info(frame: &UplinkFrame) -> DeviceInfo {
    DeviceInfo {
        tenant_id: TENANT_ID.into(),
        tenant_name: "Maquette".into(),
        application_id: APPLICATION_ID.into(),
        application_name: "Virtual sensor network".into(),
        device_profile_id: DEVICE_PROFILE_ID.into(),
        device_profile_name: frame.device_profile.clone(),
        device_name: frame.device_name.clone(),
        dev_eui: frame.dev_eui.to_string().into(),
        tags: [("synthetic".into(), "true".into())].into(),
    }
}

fn rx_info(frame: &UplinkFrame, reception: &Reception) -> RxInfo {
    RxInfo {
        gateway_id: format!("{:016x}", reception.gateway).into(),
        uplink_id: frame.f_cnt.wrapping_mul(0x9e37_79b1) ^ frame.dev_addr,
        rssi: reception.rssi_dbm.into(),
        snr: reception.snr_db,
        context: STANDARD.encode(frame.f_cnt.to_be_bytes()).into(),
        metadata: [
            ("region_common_name", "EU868"),
            ("region_config_id", "eu868"),
        ]
        .map(|(key, value)| (key.into(), value.into()))
        .into(),
        crc_status: "CRC_OK",
        ..RxInfo::default()
    }
}

fn tx_info(frame: &UplinkFrame) -> TxInfo {
    let lora = LoraModulation {
        bandwidth: 125_000,
        spreading_factor: frame.spreading_factor,
        code_rate: "CR_4_5",
    };
    TxInfo {
        frequency: frame.frequency_hz,
        modulation: Modulation { lora: Some(lora) },
    }
}

/// A UUID of version 8 (RFC 9562, §5.8) that holds address, counter and device, so that no two
/// frames of the network share one.
fn deduplication_id(frame: &UplinkFrame) -> Box<str> {
    let (addr, f_cnt) = (frame.dev_addr, frame.f_cnt);
    let device = frame.dev_eui.0 & 0x03ff_ffff_ffff_ffff;
    let low = 0x8000_0000_0000_0000 | u64::from((f_cnt >> 12) & 0xf) << 58 | device;
    let (variant, node) = (low >> 48, low & 0xffff_ffff_ffff);
    format!(
        "{addr:08x}-{:04x}-8{:03x}-{variant:04x}-{node:012x}",
        f_cnt >> 16,
        f_cnt & 0xfff
    )
    .into()
}
