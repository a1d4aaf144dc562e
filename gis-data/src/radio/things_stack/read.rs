//! A message to a [`RawUplink`].

use twin_core::{Reading, Timestamp, Uplink};

use super::wire::{ApplicationUp, ApplicationUplink, RxMetadata};
use crate::radio::error::{RadioError, RadioResult};
use crate::radio::event;
use crate::radio::notice::{DownlinkFate, Notice, NoticeEvent};
use crate::radio::raw::RawUplink;

/// The longest identifier of a session's keys, in bytes; servers make 16.
const MAX_SESSION: usize = 64;

/// What a message is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A device sent a frame.
    Uplink(Box<RawUplink>),
    /// Somebody tried a frame out in the server's console: no device sent it.
    Simulated,
    /// A device joined, or something came of what was sent to it.
    Notice(Notice),
    /// A location, a normalised payload, or what another service tells.
    Other,
}

/// The name by which the server knows the device of a message, and which is part of its topic; empty where
/// the message does not tell.
///
/// # Errors
/// As [`read_message`].
pub fn device_id(body: &[u8]) -> RadioResult<Box<str>> {
    let message: ApplicationUp = event::parse(body, "The Things Stack")?;
    Ok(message.end_device_ids.device_id)
}

/// Reads a message of The Things Stack v3 that came from the configured `source` at `received_at`.
///
/// The session is that of its keys (`session_key_id`, as hexadecimal digits), which a join renews; devices
/// without one, activated by personalisation, have their address instead. The network's time is the network
/// server's, then the application server's, then the best gateway's, then `received_at`: gateways without a
/// satellite receiver can be off. Signal figures are the best gateway's: the one with the highest signal to
/// noise ratio, then the strongest signal. `decoded_payload` is passed over: bytes are read by our own
/// codecs.
///
/// # Errors
///
/// What is no such message; an uplink without `dev_eui`, or without a session and an address; one beyond
/// [`MAX_EVENT`](crate::radio::MAX_EVENT), [`MAX_GATEWAYS`](crate::radio::MAX_GATEWAYS),
/// [`MAX_PAYLOAD`](crate::radio::MAX_PAYLOAD) or 32 levels of nesting. Never panics, and uses memory in
/// proportion to the message.
///
/// ```
/// use gis_data::radio::{codec, things_stack::{Message, read_message}};
/// use twin_core::Timestamp;
///
/// let message = br#"{
///     "end_device_ids": { "dev_eui": "24E124713D123456" },
///     "uplink_message": {
///         "session_key_id": "AXA50tHUGUucuzS/bCGMNw==", "f_port": 85,
///         "frm_payload": "AXVcA2cBAQSCRAgFAAE=", "received_at": "2022-05-01T10:00:00.5Z"
///     }
/// }"#;
/// let read = read_message(message, "ttn", Timestamp::from_secs(1_651_399_201))?;
/// let Message::Uplink(raw) = read else { panic!("{read:?}") };
/// let uplink = raw.decode(codec("milesight-em400-mud").unwrap())?;
/// assert_eq!((uplink.f_cnt, uplink.reading.distance_mm), (0, Some(2116)));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
pub fn read_message(body: &[u8], source: &str, received_at: Timestamp) -> RadioResult<Message> {
    let message: ApplicationUp = event::parse(body, "The Things Stack")?;
    let Some(uplink) = &message.uplink_message else {
        return beside_frames(&message, received_at);
    };
    if message.simulated {
        return Ok(Message::Simulated);
    }
    event::check_gateways(uplink.rx_metadata.len())?;
    let ids = &message.end_device_ids;
    let best = best_reception(&uplink.rx_metadata);
    let lora = uplink.settings.data_rate.lora.as_ref();
    let raw = RawUplink::new(Uplink {
        source: source.into(),
        dev_eui: event::dev_eui("end_device_ids.dev_eui", &ids.dev_eui)?,
        session: session(uplink, &ids.dev_addr)?,
        f_cnt: uplink.f_cnt,
        f_port: (uplink.f_port != 0).then_some(uplink.f_port),
        bytes: event::payload("uplink_message.frm_payload", &uplink.frm_payload)?,
        network_at: uplink
            .received_at
            .or(message.received_at)
            .or_else(|| best.and_then(|rx| rx.time))
            .unwrap_or(received_at),
        received_at,
        rssi_dbm: best.map(|rx| rx.rssi).filter(|dbm| dbm.is_finite()),
        snr_db: best
            .map(|rx| rx.snr)
            .filter(|snr| snr.is_finite() && (lora.is_some() || *snr != 0.0)),
        spreading_factor: lora
            .map(|lora| lora.spreading_factor)
            .filter(|factor| (7..=12).contains(factor)),
        gateways: uplink.rx_metadata.iter().map(gateway).collect(),
        decoder: None,
        reading: Reading::default(),
    });
    Ok(Message::Uplink(Box::new(raw)))
}

fn beside_frames(message: &ApplicationUp, received_at: Timestamp) -> RadioResult<Message> {
    let fates = [
        (message.downlink_queued.is_some(), DownlinkFate::Queued),
        (message.downlink_sent.is_some(), DownlinkFate::Sent),
        (message.downlink_ack.is_some(), DownlinkFate::Acknowledged),
        (
            message.downlink_nack.is_some(),
            DownlinkFate::Unacknowledged,
        ),
        (message.downlink_failed.is_some(), DownlinkFate::Failed),
        (
            message.downlink_queue_invalidated.is_some(),
            DownlinkFate::Failed,
        ),
    ];
    let fate = fates.into_iter().find(|(is_told, _fate)| *is_told);
    let told = match fate {
        _ if message.join_accept.is_some() => NoticeEvent::Joined,
        Some((_, fate)) => NoticeEvent::Downlink(fate),
        None if message.uplink_normalized.is_some()
            || message.location_solved.is_some()
            || message.service_data.is_some() =>
        {
            return Ok(Message::Other);
        }
        None => {
            return Err(RadioError::MissingField {
                field: "uplink_message",
            });
        }
    };
    let dev_eui = &message.end_device_ids.dev_eui;
    Ok(Message::Notice(Notice {
        dev_eui: event::dev_eui("end_device_ids.dev_eui", dev_eui)?,
        at: message.received_at.unwrap_or(received_at),
        event: told,
    }))
}

/// What counters count in: the keys, or the address where there are none.
fn session(uplink: &ApplicationUplink, dev_addr: &str) -> RadioResult<Box<str>> {
    const FIELD: &str = "uplink_message.session_key_id";
    let text = &uplink.session_key_id;
    if text.is_empty() {
        return event::dev_addr("end_device_ids.dev_addr", dev_addr);
    }
    let key = event::base64(FIELD, text)?;
    if key.is_empty() || key.len() > MAX_SESSION {
        return Err(event::invalid(FIELD, text, "identifier of 1 to 64 bytes"));
    }
    let digits = key
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| char::from_digit(nibble.into(), 16));
    Ok(digits.collect::<String>().into())
}

/// The gateway's name, or its number where it has none.
fn gateway(reception: &RxMetadata) -> Box<str> {
    let ids = &reception.gateway_ids;
    if ids.gateway_id.is_empty() {
        ids.eui.to_ascii_lowercase().into()
    } else {
        ids.gateway_id.clone()
    }
}

fn best_reception(receptions: &[RxMetadata]) -> Option<&RxMetadata> {
    receptions
        .iter()
        .rev()
        .max_by(|a, b| a.snr.total_cmp(&b.snr).then(a.rssi.total_cmp(&b.rssi)))
}
