//! The message as it lies in JSON: field by field, unchecked. Beside these there are many more, which are
//! passed over.

use serde::Deserialize;
use serde::de::IgnoredAny;
use twin_core::Timestamp;

use crate::radio::lenient;

/// `ApplicationUp`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ApplicationUp {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) end_device_ids: EndDeviceIds,
    pub(super) received_at: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) simulated: bool,
    pub(super) uplink_message: Option<ApplicationUplink>,
    pub(super) uplink_normalized: Option<IgnoredAny>,
    pub(super) join_accept: Option<IgnoredAny>,
    pub(super) downlink_ack: Option<IgnoredAny>,
    pub(super) downlink_nack: Option<IgnoredAny>,
    pub(super) downlink_sent: Option<IgnoredAny>,
    pub(super) downlink_failed: Option<IgnoredAny>,
    pub(super) downlink_queued: Option<IgnoredAny>,
    pub(super) downlink_queue_invalidated: Option<IgnoredAny>,
    pub(super) location_solved: Option<IgnoredAny>,
    pub(super) service_data: Option<IgnoredAny>,
}

/// `EndDeviceIdentifiers`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndDeviceIds {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) device_id: Box<str>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) dev_eui: Box<str>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) dev_addr: Box<str>,
}

/// `ApplicationUplink`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ApplicationUplink {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) session_key_id: Box<str>,
    #[serde(deserialize_with = "lenient::number")]
    pub(super) f_port: u8,
    #[serde(deserialize_with = "lenient::number")]
    pub(super) f_cnt: u32,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) frm_payload: Box<str>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) rx_metadata: Vec<RxMetadata>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) settings: TxSettings,
    pub(super) received_at: Option<Timestamp>,
}

/// `RxMetadata`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RxMetadata {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) gateway_ids: GatewayIds,
    pub(super) time: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::number")]
    pub(super) rssi: f32,
    #[serde(deserialize_with = "lenient::number")]
    pub(super) snr: f32,
}

/// `GatewayIdentifiers`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GatewayIds {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) gateway_id: Box<str>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) eui: Box<str>,
}

/// `TxSettings`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TxSettings {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) data_rate: DataRate,
}

/// `DataRate`; FSK and LR-FHSS are the ones without `lora`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DataRate {
    pub(super) lora: Option<LoraDataRate>,
}

/// `LoRaDataRate`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoraDataRate {
    #[serde(deserialize_with = "lenient::number")]
    pub(super) spreading_factor: u8,
}
