//! An `up` event to a [`RawUplink`].

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use twin_core::{DevEui, Reading, Timestamp, Uplink};

use super::wire::{RxInfo, UpEvent};
use crate::radio::error::{RadioError, RadioResult};
use crate::radio::raw::{MAX_PAYLOAD, RawUplink};

/// The longest event that is read, in bytes.
pub const MAX_EVENT: usize = 64 * 1024;
/// The most gateways that one event may list.
pub const MAX_GATEWAYS: usize = 64;
/// The most levels of objects and lists in each other.
const MAX_DEPTH: usize = 32;

/// Base64 with or without its padding.
const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
/// The usual alphabet.
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
/// The alphabet for URLs, which protocol buffers allow too.
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

/// Reads an `up` event of ChirpStack v4 that came from the configured `source` at `received_at`.
///
/// The session is the device address. The network's time is the event's; where that is missing,
/// the best gateway's, then the server's note beside it, then `received_at`. Signal figures are
/// the best gateway's: the one with the highest signal to noise ratio, then the strongest signal.
/// Other fields, `object` among them, are passed over: bytes are read by our own codecs.
///
/// # Errors
///
/// What is no such event; one without `devEui` or `devAddr`; one beyond [`MAX_EVENT`],
/// [`MAX_GATEWAYS`], [`MAX_PAYLOAD`] or 32 levels of nesting. Never panics, and uses memory in
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
/// assert_eq!(uplink.decoder.as_deref(), Some("milesight-em400-mud/1"));
/// # Ok::<(), gis_data::radio::RadioError>(())
/// ```
pub fn read_up(body: &[u8], source: &str, received_at: Timestamp) -> RadioResult<RawUplink> {
    let event = parse(body)?;
    let best = best_reception(&event.rx_info);
    let lora = event.tx_info.modulation.lora.as_ref();
    Ok(RawUplink::new(Uplink {
        source: source.into(),
        dev_eui: dev_eui(&event.device_info.dev_eui)?,
        session: session(&event.dev_addr)?,
        f_cnt: event.f_cnt,
        f_port: (event.f_port != 0).then_some(event.f_port),
        bytes: payload(&event.data)?,
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

fn parse(body: &[u8]) -> RadioResult<UpEvent> {
    if body.len() > MAX_EVENT {
        return Err(RadioError::EventTooLong {
            length: body.len(),
            limit: MAX_EVENT,
        });
    }
    if depth(body) > MAX_DEPTH {
        return Err(RadioError::EventTooDeep { limit: MAX_DEPTH });
    }
    let not_an_event = |source| RadioError::NotAnEvent {
        server: "ChirpStack",
        source,
    };
    let event: UpEvent = serde_json::from_slice(body).map_err(not_an_event)?;
    match event.rx_info.len() {
        count if count > MAX_GATEWAYS => Err(RadioError::TooManyGateways {
            count,
            limit: MAX_GATEWAYS,
        }),
        _ => Ok(event),
    }
}

/// How deep objects and lists lie in each other, brackets within text aside.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn dev_eui(text: &str) -> RadioResult<DevEui> {
    const FIELD: &str = "deviceInfo.devEui";
    if text.is_empty() {
        return Err(RadioError::MissingField { field: FIELD });
    }
    text.parse()
        .map_err(|_no_eui| invalid(FIELD, text, "device EUI of 16 hexadecimal digits"))
}

fn session(dev_addr: &str) -> RadioResult<Box<str>> {
    const FIELD: &str = "devAddr";
    if dev_addr.is_empty() {
        return Err(RadioError::MissingField { field: FIELD });
    }
    let is_address = dev_addr.len() == 8 && dev_addr.bytes().all(|b| b.is_ascii_hexdigit());
    if is_address {
        Ok(dev_addr.to_ascii_lowercase().into())
    } else {
        Err(invalid(
            FIELD,
            dev_addr,
            "device address of 8 hexadecimal digits",
        ))
    }
}

fn payload(data: &str) -> RadioResult<Vec<u8>> {
    let bytes = BASE64
        .decode(data)
        .or_else(|_other_alphabet| BASE64_URL.decode(data))
        .map_err(|_no_base64| invalid("data", data, "base64"))?;
    match bytes.len() {
        length if length > MAX_PAYLOAD => Err(RadioError::PayloadTooLong {
            length,
            limit: MAX_PAYLOAD,
        }),
        _ => Ok(bytes),
    }
}

fn invalid(field: &'static str, value: &str, expected: &'static str) -> RadioError {
    RadioError::InvalidField {
        field,
        value: value.chars().take(40).collect(),
        expected,
    }
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
