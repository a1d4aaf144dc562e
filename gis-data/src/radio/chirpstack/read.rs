//! An `up` event to a [`RawUplink`].

use twin_core::{Reading, Timestamp, Uplink};

use super::wire::{RxInfo, UpEvent};
use crate::radio::error::RadioResult;
use crate::radio::event;
use crate::radio::raw::RawUplink;

/// Reads an `up` event of ChirpStack v4 that came from the configured `source` at `received_at`.
///
/// The session is the device address. The network's time is the event's; where that is missing,
/// the best gateway's, then the server's note beside it, then `received_at`. Signal figures are
/// the best gateway's: the one with the highest signal to noise ratio, then the strongest signal.
/// Other fields, `object` among them, are passed over: bytes are read by our own codecs.
///
/// # Errors
///
/// What is no such event; one without `devEui` or `devAddr`; one beyond [`MAX_EVENT`](crate::radio::MAX_EVENT),
/// [`MAX_GATEWAYS`](crate::radio::MAX_GATEWAYS), [`MAX_PAYLOAD`](crate::radio::MAX_PAYLOAD) or 32 levels of nesting. Never panics, and uses memory in
/// proportion to the event.
///
/// ```
/// use gis_data::radio::{chirpstack::read_up, codec};
/// use twin_core::Timestamp;
///
/// let event = br#"{
///     "time": "2022-07-18T09:34:15.775Z",
///     "deviceInfo": { "devEui": "24e124713d123456" },
///     "devAddr": "00189440", "fCnt": 7, "fPort": 85, "data": "AXVcA2cBAQSCRAgFAAE="
/// }"#;
/// let raw = read_up(event, "chirpstack", Timestamp::from_secs(1_658_136_856))?;
/// let uplink = raw.decode(codec("milesight-em400-mud").unwrap())?;
/// assert_eq!(uplink.reading.distance_mm, Some(2116));
/// assert_eq!(uplink.decoder.as_deref(), Some("milesight-em400-mud/2"));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
pub fn read_up(body: &[u8], source: &str, received_at: Timestamp) -> RadioResult<RawUplink> {
    let event: UpEvent = event::parse(body, "ChirpStack")?;
    event::check_gateways(event.rx_info.len())?;
    let best = best_reception(&event.rx_info);
    let lora = event.tx_info.modulation.lora.as_ref();
    Ok(RawUplink::new(Uplink {
        source: source.into(),
        dev_eui: event::dev_eui("deviceInfo.devEui", &event.device_info.dev_eui)?,
        session: event::dev_addr("devAddr", &event.dev_addr)?,
        f_cnt: event.f_cnt,
        f_port: (event.f_port != 0).then_some(event.f_port),
        bytes: event::payload("data", &event.data)?,
        network_at: event
            .time
            .or_else(|| best.and_then(gateway_time))
            .unwrap_or(received_at),
        received_at,
        rssi_dbm: best.and_then(rssi_dbm),
        snr_db: best
            .filter(|rx| rx.snr.is_finite() && (lora.is_some() || rx.snr != 0.0))
            .map(|rx| rx.snr),
        spreading_factor: lora
            .map(|lora| lora.spreading_factor)
            .filter(|sf| (7..=12).contains(sf)),
        gateways: event
            .rx_info
            .iter()
            .map(|rx| rx.gateway_id.clone())
            .collect(),
        decoder: None,
        reading: Reading::default(),
    }))
}

fn best_reception(receptions: &[RxInfo]) -> Option<&RxInfo> {
    receptions
        .iter()
        .rev()
        .max_by(|a, b| a.snr.total_cmp(&b.snr).then(a.rssi.cmp(&b.rssi)))
}

fn gateway_time(reception: &RxInfo) -> Option<Timestamp> {
    reception.gw_time.or(reception.ns_time)
}

/// The signal strength, where it is one that a receiver can measure.
fn rssi_dbm(reception: &RxInfo) -> Option<f32> {
    i16::try_from(reception.rssi).ok().map(f32::from)
}
