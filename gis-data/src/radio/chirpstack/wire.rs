//! The event as it lies in JSON: field by field, unchecked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use twin_core::Timestamp;

use crate::radio::lenient;

/// `integration.UplinkEvent`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct UpEvent {
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::or_default"
    )]
    pub(super) deduplication_id: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) device_info: DeviceInfo,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::or_default"
    )]
    pub(super) dev_addr: Box<str>,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::or_default"
    )]
    pub(super) adr: bool,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) dr: u32,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) f_cnt: u32,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) f_port: u8,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::or_default"
    )]
    pub(super) data: Box<str>,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::or_default"
    )]
    pub(super) rx_info: Vec<RxInfo>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) tx_info: TxInfo,
}

/// `integration.DeviceInfo`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DeviceInfo {
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) tenant_id: Box<str>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) tenant_name: Box<str>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) application_id: Box<str>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) application_name: Box<str>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) device_profile_id: Box<str>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) device_profile_name: Box<str>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) device_name: Box<str>,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::or_default"
    )]
    pub(super) dev_eui: Box<str>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) tags: BTreeMap<Box<str>, Box<str>>,
}

/// `gw.UplinkRxInfo`. The gateway's own clock is `gwTime` in newer versions, `time` in older ones.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RxInfo {
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::or_default"
    )]
    pub(super) gateway_id: Box<str>,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) uplink_id: u32,
    #[serde(skip_serializing_if = "Option::is_none", alias = "time")]
    pub(super) gw_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ns_time: Option<Timestamp>,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) rssi: i32,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) snr: f32,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) context: Box<str>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) metadata: BTreeMap<Box<str>, Box<str>>,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) crc_status: &'static str,
}

/// `gw.UplinkTxInfo`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TxInfo {
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) frequency: u32,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) modulation: Modulation,
}

/// `gw.Modulation`; FSK and LR-FHSS are the ones without `lora`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Modulation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lora: Option<LoraModulation>,
}

/// `gw.LoraModulationInfo`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct LoraModulation {
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) bandwidth: u32,
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "lenient::number"
    )]
    pub(super) spreading_factor: u8,
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub(super) code_rate: &'static str,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
