//! Real messages through the public door, and what is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use twin_core::{DevEui, Reading, Timestamp, Uplink};

use super::*;
use crate::radio::{DownlinkFate, MAX_EVENT, Notice, NoticeEvent, RadioError, RadioResult, shared};

const RECEIVED_AT: Timestamp = Timestamp::from_secs(1_651_399_300);

fn read(message: &Value) -> RadioResult<Message> {
    read_message(message.to_string().as_bytes(), "ttn", RECEIVED_AT)
}

fn uplink_of(message: &Value) -> Uplink {
    match read(message).unwrap() {
        Message::Uplink(raw) => raw.into_undecoded(),
        other => panic!("{other:?}"),
    }
}

fn smallest() -> Value {
    json!({
        "end_device_ids": { "dev_eui": "24E124713D123456", "dev_addr": "260BEC1D" },
        "uplink_message": {},
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut message = smallest();
    message["uplink_message"][field] = value;
    message
}

#[test]
fn the_documented_message_reads_field_by_field() {
    let Some(body) = shared::read("data/sensors/tts/uplink_message.json") else {
        return;
    };
    let Message::Uplink(raw) = read_message(&body, "ttn", RECEIVED_AT).unwrap() else {
        panic!("an uplink");
    };
    let expected = Uplink {
        source: "ttn".into(),
        dev_eui: DevEui(0x0004_a30b_001c_0530),
        session: "017039d2d1d4194b9cbb34bf6c218c37".into(),
        f_cnt: 1,
        f_port: None,
        bytes: vec![0x82, 0x41, 0xde],
        network_at: "2020-02-12T15:15:45.789585559Z".parse().unwrap(),
        received_at: RECEIVED_AT,
        rssi_dbm: Some(-35.0),
        snr_db: Some(5.0),
        spreading_factor: Some(7),
        gateways: vec!["gtw1".into()],
        decoder: None,
        reading: Reading::default(),
    };
    assert_eq!(raw.into_undecoded(), expected);
}

#[test]
fn what_is_left_out_is_zero_or_absent() {
    let uplink = uplink_of(&smallest());
    assert_eq!(
        (uplink.f_cnt, uplink.f_port, uplink.bytes.len()),
        (0, None, 0)
    );
    assert_eq!(&*uplink.session, "260bec1d");
    assert_eq!(uplink.network_at, RECEIVED_AT);
    assert_eq!(
        (uplink.rssi_dbm, uplink.snr_db, uplink.spreading_factor),
        (None, None, None)
    );
}

#[test]
fn null_is_the_same_as_left_out() {
    let mut message = smallest();
    for field in [
        "session_key_id",
        "f_port",
        "f_cnt",
        "frm_payload",
        "rx_metadata",
        "settings",
        "received_at",
        "decoded_payload",
    ] {
        message["uplink_message"][field] = Value::Null;
    }
    assert_eq!(read(&message).unwrap(), read(&smallest()).unwrap());
}

#[rstest::rstest]
#[case::network_server(json!({ "uplink_message": "2022-05-01T10:00:00Z", "received_at": "2022-05-01T10:00:01Z" }), "2022-05-01T10:00:00Z")]
#[case::application_server(json!({ "received_at": "2022-05-01T10:00:01Z" }), "2022-05-01T10:00:01Z")]
#[case::gateway(json!({}), "2022-05-01T09:59:59Z")]
fn the_servers_clocks_go_before_the_gateways(#[case] times: Value, #[case] expected: &str) {
    let mut message = with("rx_metadata", json!([{ "time": "2022-05-01T09:59:59Z" }]));
    if let Some(at) = times.get("uplink_message") {
        message["uplink_message"]["received_at"] = at.clone();
    }
    if let Some(at) = times.get("received_at") {
        message["received_at"] = at.clone();
    }
    assert_eq!(uplink_of(&message).network_at, expected.parse().unwrap());
}

#[test]
fn signal_figures_are_those_of_the_best_gateway_and_each_has_a_name() {
    let mut message = with(
        "rx_metadata",
        json!([
            { "gateway_ids": { "gateway_id": "far" }, "rssi": -120, "snr": -7.5 },
            { "gateway_ids": { "eui": "9C5C8E00001A05C4" }, "rssi": "-97", "snr": 7.25 },
        ]),
    );
    message["uplink_message"]["settings"] =
        json!({ "data_rate": { "lora": { "spreading_factor": 12 } }, "frequency": "868300000" });
    let uplink = uplink_of(&message);
    assert_eq!((uplink.rssi_dbm, uplink.snr_db), (Some(-97.0), Some(7.25)));
    assert_eq!(uplink.spreading_factor, Some(12));
    let expected: Vec<Box<str>> = vec!["far".into(), "9c5c8e00001a05c4".into()];
    assert_eq!(uplink.gateways, expected);
}

#[rstest::rstest]
#[case::location(json!({ "location_solved": {} }))]
#[case::service(json!({ "service_data": {} }))]
#[case::normalized(json!({ "uplink_normalized": {} }))]
fn what_is_no_frame_is_passed_over(#[case] message: Value) {
    assert_eq!(read(&message).unwrap(), Message::Other);
}

#[rstest::rstest]
#[case::join(
    json!({ "join_accept": { "session_key_id": "AXA50tHUGUucuzS/bCGMNw==" } }),
    NoticeEvent::Joined
)]
#[case::queued(json!({ "downlink_queued": {} }), NoticeEvent::Downlink(DownlinkFate::Queued))]
#[case::sent(json!({ "downlink_sent": {} }), NoticeEvent::Downlink(DownlinkFate::Sent))]
#[case::ack(json!({ "downlink_ack": {} }), NoticeEvent::Downlink(DownlinkFate::Acknowledged))]
#[case::nack(json!({ "downlink_nack": {} }), NoticeEvent::Downlink(DownlinkFate::Unacknowledged))]
#[case::failed(
    json!({ "downlink_failed": { "error": { "code": 5 } } }),
    NoticeEvent::Downlink(DownlinkFate::Failed)
)]
#[case::dropped(
    json!({ "downlink_queue_invalidated": {} }),
    NoticeEvent::Downlink(DownlinkFate::Failed)
)]
fn joins_and_what_came_of_downlinks_are_told(
    #[case] mut message: Value,
    #[case] event: NoticeEvent,
) {
    message["end_device_ids"] = json!({ "device_id": "pav-1", "dev_eui": "24E124713D123456" });
    message["received_at"] = json!("2026-11-30T08:00:00Z");
    let expected = Notice {
        dev_eui: DevEui(0x24e1_2471_3d12_3456),
        at: "2026-11-30T08:00:00Z".parse().unwrap(),
        event,
    };
    assert_eq!(read(&message).unwrap(), Message::Notice(expected));
    let body = message.to_string();
    assert_eq!(&*device_id(body.as_bytes()).unwrap(), "pav-1");
    message["end_device_ids"] = json!({});
    assert!(read(&message).is_err(), "it is nobody's");
}

#[test]
fn a_frame_that_somebody_tried_out_is_told_apart() {
    let mut message = smallest();
    message["simulated"] = true.into();
    assert_eq!(read(&message).unwrap(), Message::Simulated);
}

#[rstest::rstest]
#[case::nothing(json!({}), "no uplink_message")]
#[case::no_device(json!({ "uplink_message": {} }), "no end_device_ids.dev_eui")]
#[case::no_session(json!({ "end_device_ids": { "dev_eui": "24E124713D123456" }, "uplink_message": {} }), "no end_device_ids.dev_addr")]
#[case::no_address(json!({ "end_device_ids": { "dev_eui": "24E124713D123456", "dev_addr": "26" }, "uplink_message": {} }), "'26' in end_device_ids.dev_addr")]
#[case::no_key(with("session_key_id", "!".into()), "'!' in uplink_message.session_key_id is no base64")]
#[case::no_base64(with("frm_payload", "q!".into()), "'q!' in uplink_message.frm_payload is no base64")]
#[case::a_text(json!("up"), "not what The Things Stack sends")]
#[case::negative_counter(with("f_cnt", (-1).into()), "not what The Things Stack sends")]
#[case::huge_port(with("f_port", 256.into()), "not what The Things Stack sends")]
#[case::no_time(with("received_at", "mardi".into()), "not what The Things Stack sends")]
#[case::long_key(with("session_key_id", "A".repeat(88).into()), "is no identifier of 1 to 64 bytes")]
#[case::many_gateways(with("rx_metadata", vec![json!({}); 65].into()), "65 gateways heard the frame")]
fn a_message_that_is_none_is_refused_with_its_field(#[case] message: Value, #[case] why: &str) {
    let told = read(&message).unwrap_err().to_string();
    assert!(told.contains(why), "{told}");
}

#[test]
fn a_message_beyond_a_limit_is_refused() {
    let mut body = smallest().to_string().into_bytes();
    body.resize(MAX_EVENT + 1, b' ');
    let error = read_message(&body, "ttn", RECEIVED_AT).unwrap_err();
    assert!(matches!(error, RadioError::EventTooLong { .. }));
    let nested = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let body = format!(r#"{{"uplink_message":{{"decoded_payload":{nested}}}}}"#);
    let error = read_message(body.as_bytes(), "ttn", RECEIVED_AT).unwrap_err();
    assert!(matches!(error, RadioError::EventTooDeep { .. }));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_message(&bytes, "ttn", RECEIVED_AT);
    }

    #[test]
    fn no_damage_makes_it_panic(at in 0_usize..200, byte: u8) {
        let mut body = with("rx_metadata", json!([{ "rssi": -97, "snr": 1 }])).to_string().into_bytes();
        let at = at % body.len();
        body[at] = byte;
        let _ = read_message(&body, "ttn", RECEIVED_AT);
    }
}
