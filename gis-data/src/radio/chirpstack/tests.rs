//! Real and written events through the public door, and what is refused.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use twin_core::{DevEui, Reading, Timestamp, Uplink};

use super::*;
use crate::radio::{MAX_EVENT, RadioError, RadioResult, RawUplink, codec, shared};

const RECEIVED_AT: Timestamp = Timestamp::from_secs(1_658_136_900);

fn read(event: &Value) -> RadioResult<RawUplink> {
    read_up(event.to_string().as_bytes(), "chirpstack", RECEIVED_AT)
}

fn smallest() -> Value {
    json!({ "deviceInfo": { "devEui": "24e124713d123456" }, "devAddr": "00189440" })
}

fn with(field: &str, value: Value) -> Value {
    let mut event = smallest();
    event[field] = value;
    event
}

fn uplink_with(field: &str, value: Value) -> Uplink {
    read(&with(field, value)).unwrap().into_undecoded()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_documented_event_reads_field_by_field() {
    let Some(body) = shared::read("data/sensors/chirpstack/up.json") else {
        return;
    };
    let uplink = read_up(&body, "chirpstack", RECEIVED_AT)
        .unwrap()
        .into_undecoded();
    let expected = Uplink {
        source: "chirpstack".into(),
        dev_eui: DevEui(0x0101_0101_0101_0101),
        session: "00189440".into(),
        f_cnt: 0,
        f_port: Some(1),
        bytes: vec![0xaa],
        network_at: at("2022-07-18T09:34:15.775Z"),
        received_at: RECEIVED_AT,
        rssi_dbm: Some(-36.0),
        snr_db: Some(10.5),
        spreading_factor: Some(11),
        gateways: vec!["0016c001f153a14c".into()],
        decoder: None,
        reading: Reading::default(),
    };
    assert_eq!(uplink, expected);
}

#[test]
fn what_is_left_out_is_zero_or_absent() {
    let uplink = read(&smallest()).unwrap().into_undecoded();
    assert_eq!(
        (uplink.f_cnt, uplink.f_port, uplink.bytes.len()),
        (0, None, 0)
    );
    assert_eq!((uplink.network_at, uplink.gateways.len()), (RECEIVED_AT, 0));
    assert_eq!(
        (uplink.rssi_dbm, uplink.snr_db, uplink.spreading_factor),
        (None, None, None)
    );
}

#[test]
fn null_is_the_same_as_left_out() {
    let mut event = smallest();
    for field in [
        "time", "dr", "fCnt", "fPort", "data", "rxInfo", "txInfo", "object",
    ] {
        event[field] = Value::Null;
    }
    assert_eq!(read(&event).unwrap(), read(&smallest()).unwrap());
}

#[test]
fn a_signal_of_zero_is_measured_where_the_modulation_is_lora() {
    let mut event = with("rxInfo", json!([{ "gatewayId": "0016c001f153a14c" }]));
    let uplink = read(&event).unwrap().into_undecoded();
    assert_eq!((uplink.rssi_dbm, uplink.snr_db), (Some(0.0), None));

    event["txInfo"] = json!({ "modulation": { "lora": { "spreadingFactor": 7 } } });
    let uplink = read(&event).unwrap().into_undecoded();
    assert_eq!(
        (uplink.snr_db, uplink.spreading_factor),
        (Some(0.0), Some(7))
    );
}

#[test]
fn numbers_may_come_as_text() {
    let event = json!({
        "deviceInfo": { "devEui": "24E124713D123456" }, "devAddr": "0018944A",
        "fCnt": "4294967295", "fPort": 85.0,
        "rxInfo": [{ "gatewayId": "a", "uplinkId": "4217106255", "rssi": "-97", "snr": "7.25" }],
        "txInfo": { "frequency": "868100000", "modulation": { "lora": { "spreadingFactor": "12" } } },
    });
    let uplink = read(&event).unwrap().into_undecoded();
    assert_eq!(
        (uplink.f_cnt, uplink.f_port, &*uplink.session),
        (u32::MAX, Some(85), "0018944a")
    );
    assert_eq!((uplink.rssi_dbm, uplink.snr_db), (Some(-97.0), Some(7.25)));
    assert_eq!(uplink.spreading_factor, Some(12));
}

#[rstest::rstest]
#[case::by_signal_to_noise(json!([{"rssi": -80, "snr": 2}, {"rssi": -100, "snr": 5}]), -100.0)]
#[case::then_by_strength(json!([{"rssi": -90, "snr": 2}, {"rssi": -80, "snr": 2}]), -80.0)]
#[case::below_the_noise(json!([{"rssi": -120, "snr": -9.5}, {"rssi": -121, "snr": -3}]), -121.0)]
fn signal_figures_are_those_of_the_best_gateway(#[case] receptions: Value, #[case] rssi_dbm: f32) {
    let uplink = uplink_with("rxInfo", receptions);
    assert_eq!(uplink.rssi_dbm, Some(rssi_dbm));
    assert_eq!(uplink.gateways.len(), 2);
}

#[rstest::rstest]
#[case::the_gateways(json!([{"gwTime": "2022-07-18T11:34:15+02:00"}]), "2022-07-18T09:34:15Z")]
#[case::the_gateways_older_name(json!([{"time": "2022-07-18T09:34:15Z"}]), "2022-07-18T09:34:15Z")]
#[case::the_servers_note(json!([{"nsTime": "2022-07-18T09:34:16Z"}]), "2022-07-18T09:34:16Z")]
#[case::nobodys(json!([{}]), "2022-07-18T09:35:00Z")]
fn an_event_without_time_takes_the_next_best(#[case] receptions: Value, #[case] expected: &str) {
    assert_eq!(uplink_with("rxInfo", receptions).network_at, at(expected));
}

#[rstest::rstest]
#[case::padded("qrs=", &[0xaa, 0xbb])]
#[case::unpadded("qrs", &[0xaa, 0xbb])]
#[case::usual_alphabet("+/8=", &[0xfb, 0xff])]
#[case::url_alphabet("-_8=", &[0xfb, 0xff])]
fn a_payload_reads_in_every_base64_that_is_allowed(#[case] data: &str, #[case] bytes: &[u8]) {
    assert_eq!(uplink_with("data", data.into()).bytes, bytes);
}

#[rstest::rstest]
#[case::no_device(json!({ "devAddr": "00189440" }), "no deviceInfo.devEui")]
#[case::no_session(json!({ "deviceInfo": { "devEui": "24e124713d123456" } }), "no devAddr")]
#[case::short_device(json!({ "deviceInfo": { "devEui": "24e1" }, "devAddr": "00189440" }), "'24e1' in deviceInfo.devEui")]
#[case::no_address(with("devAddr", "zz189440".into()), "'zz189440' in devAddr")]
#[case::no_base64(with("data", "q!".into()), "'q!' in data is no base64")]
#[case::a_text(json!("up"), "not what ChirpStack sends")]
#[case::a_list(json!([]), "no deviceInfo.devEui")]
#[case::negative_counter(with("fCnt", (-1).into()), "not what ChirpStack sends")]
#[case::half_a_counter(with("fCnt", 0.5.into()), "not what ChirpStack sends")]
#[case::huge_port(with("fPort", "300".into()), "not what ChirpStack sends")]
#[case::no_time(with("time", "mardi".into()), "not what ChirpStack sends")]
fn an_event_that_is_none_is_refused_with_its_field(#[case] event: Value, #[case] why: &str) {
    let message = read(&event).unwrap_err().to_string();
    assert!(message.contains(why), "{message}");
}

#[test]
fn the_source_of_a_refusal_names_the_value() {
    let error = read(&with("fCnt", "1e3x".into())).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("'1e3x'"), "{source}");
}

#[test]
fn an_event_beyond_a_limit_is_refused() {
    let data = |length: usize| with("data", base64_of(length).into());
    assert_eq!(read(&data(242)).unwrap().into_undecoded().bytes.len(), 242);
    assert!(matches!(
        read(&data(243)).unwrap_err(),
        RadioError::PayloadTooLong { length: 243, .. }
    ));

    let heard = |count: usize| with("rxInfo", vec![json!({ "rssi": -90 }); count].into());
    assert_eq!(
        read(&heard(64)).unwrap().into_undecoded().gateways.len(),
        64
    );
    assert!(matches!(
        read(&heard(65)).unwrap_err(),
        RadioError::TooManyGateways { count: 65, .. }
    ));

    let padded = |length: usize| {
        let mut body = smallest().to_string().into_bytes();
        body.resize(length, b' ');
        body
    };
    assert!(read_up(&padded(MAX_EVENT), "chirpstack", RECEIVED_AT).is_ok());
    let error = read_up(&padded(MAX_EVENT + 1), "chirpstack", RECEIVED_AT).unwrap_err();
    assert!(matches!(
        error,
        RadioError::EventTooLong { length: 65_537, .. }
    ));
}

fn base64_of(length: usize) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(vec![0; length])
}

#[rstest::rstest]
#[case::within(31, true)]
#[case::beyond(32, false)]
#[case::far_beyond(20_000, false)]
fn nesting_has_a_limit_and_brackets_in_text_do_not_count(
    #[case] levels: usize,
    #[case] is_read: bool,
) {
    let nested = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let body = format!(
        r#"{{"deviceInfo":{{"devEui":"24e124713d123456","deviceName":"\"{}"}},"devAddr":"00189440","object":{nested}}}"#,
        "[".repeat(1000)
    );
    let outcome = read_up(body.as_bytes(), "chirpstack", RECEIVED_AT);
    assert_eq!(outcome.is_ok(), is_read);
    assert!(is_read || matches!(outcome, Err(RadioError::EventTooDeep { limit: 32 })));
}

#[test]
fn a_frame_that_a_codec_refuses_is_kept_as_it_came() {
    let raw = read(&with("data", "//8=".into())).unwrap();
    assert!(raw.decode(codec("milesight-em400-mud").unwrap()).is_err());
    let kept = raw.into_undecoded();
    assert_eq!(
        (kept.bytes, kept.decoder, kept.reading),
        (vec![0xff, 0xff], None, Reading::default())
    );
}

fn frame() -> UplinkFrame {
    UplinkFrame {
        dev_eui: DevEui(0x24e1_2471_3d12_3456),
        device_name: "25388-0012-2".into(),
        device_profile: "milesight-em400-mud".into(),
        dev_addr: 0x0018_9440,
        f_cnt: 0,
        f_port: Some(85),
        bytes: vec![0x04, 0x82, 0x44, 0x08],
        at: at("2022-07-18T09:34:15Z"),
        spreading_factor: 12,
        frequency_hz: 868_100_000,
        receptions: vec![Reception {
            gateway: 0x0016_c001_f153_a14c,
            rssi_dbm: -97,
            snr_db: 0.0,
        }],
    }
}

#[test]
fn a_written_event_has_the_fields_of_a_real_one_and_leaves_out_zeros() {
    let written: Value = serde_json::from_slice(&write_up(&frame())).unwrap();
    let expected = json!({
        "deduplicationId": "00189440-0000-8000-80e1-24713d123456",
        "time": "2022-07-18T09:34:15.000Z",
        "deviceInfo": {
            "tenantId": "6d617175-6574-8000-8000-000000000001",
            "tenantName": "Maquette",
            "applicationId": "6d617175-6574-8000-8000-000000000002",
            "applicationName": "Virtual sensor network",
            "deviceProfileId": "6d617175-6574-8000-8000-000000000003",
            "deviceProfileName": "milesight-em400-mud",
            "deviceName": "25388-0012-2",
            "devEui": "24e124713d123456",
            "tags": { "synthetic": "true" },
        },
        "devAddr": "00189440",
        "adr": true,
        "fPort": 85,
        "data": "BIJECA==",
        "rxInfo": [{
            "gatewayId": "0016c001f153a14c",
            "uplinkId": 0x0018_9440,
            "rssi": -97,
            "context": "AAAAAA==",
            "metadata": { "region_common_name": "EU868", "region_config_id": "eu868" },
            "crcStatus": "CRC_OK",
        }],
        "txInfo": {
            "frequency": 868_100_000,
            "modulation": { "lora": { "bandwidth": 125_000, "spreadingFactor": 12, "codeRate": "CR_4_5" } },
        },
    });
    assert_eq!(written, expected);
}

#[test]
fn a_written_event_has_no_field_that_the_documented_one_does_not_know() {
    let Some(body) = shared::read("data/sensors/chirpstack/up.json") else {
        return;
    };
    let documented: Value = serde_json::from_slice(&body).unwrap();
    let written: Value = serde_json::from_slice(&write_up(&frame())).unwrap();
    let later = [
        "/adr",
        "/rxInfo/0/crcStatus",
        "/rxInfo/0/metadata/region_config_id",
        "/deviceInfo/tags/synthetic",
    ];
    for path in paths(&written, "") {
        assert!(
            documented.pointer(&path).is_some() || later.contains(&&*path),
            "{path}"
        );
    }
}

fn paths(value: &Value, path: &str) -> Vec<String> {
    let below = |key: &str, value| paths(value, &format!("{path}/{key}"));
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| below(key, value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(i, item)| below(&i.to_string(), item))
            .collect(),
        _ => vec![path.to_owned()],
    }
}

#[test]
fn frames_that_differ_have_deduplication_ids_that_differ() {
    let frames = (0..200_000_u32).step_by(997).flat_map(|f_cnt| {
        [0, 1, 0x1000].map(|n| UplinkFrame {
            f_cnt,
            dev_eui: DevEui(frame().dev_eui.0 + n),
            receptions: Vec::new(),
            ..frame()
        })
    });
    let id = |frame| {
        serde_json::from_slice::<Value>(&write_up(&frame)).unwrap()["deduplicationId"].to_string()
    };
    let ids: Vec<_> = frames.map(id).collect();
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
}

prop_compose! {
    fn receptions()(gateway: u64, rssi_dbm in -140_i16..=10, quarters in -100_i16..=80) -> Reception {
        Reception { gateway, rssi_dbm, snr_db: f32::from(quarters) / 4.0 }
    }
}

prop_compose! {
    fn frames()(
        (dev_eui, dev_addr, f_cnt) in any::<(u64, u32, u32)>(),
        f_port in proptest::option::of(1_u8..=223),
        bytes in vec(any::<u8>(), 0..=242),
        millis in 0_i64..4_000_000_000_000,
        (spreading_factor, frequency_hz) in (7_u8..=12, 863_000_000_u32..870_000_000),
        receptions in vec(receptions(), 0..8),
        (device_name, device_profile) in (".*", ".*"),
    ) -> UplinkFrame {
        UplinkFrame {
            dev_eui: DevEui(dev_eui), device_name: device_name.into(), device_profile: device_profile.into(),
            dev_addr, f_cnt, f_port, bytes, at: Timestamp::from_millis(millis),
            spreading_factor, frequency_hz, receptions,
        }
    }
}

/// What the twin must understand of a frame.
fn understood(frame: &UplinkFrame) -> Uplink {
    let snr_db = frame.receptions.iter().map(|r| r.snr_db).reduce(f32::max);
    let best = frame
        .receptions
        .iter()
        .filter(|r| Some(r.snr_db) == snr_db)
        .map(|r| r.rssi_dbm)
        .max();
    Uplink {
        source: "virtual".into(),
        dev_eui: frame.dev_eui,
        session: format!("{:08x}", frame.dev_addr).into(),
        f_cnt: frame.f_cnt,
        f_port: frame.f_port,
        bytes: frame.bytes.clone(),
        network_at: frame.at,
        received_at: RECEIVED_AT,
        rssi_dbm: best.map(f32::from),
        snr_db,
        spreading_factor: Some(frame.spreading_factor),
        gateways: frame
            .receptions
            .iter()
            .map(|r| format!("{:016x}", r.gateway).into())
            .collect(),
        decoder: None,
        reading: Reading::default(),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(frame in frames()) {
        let uplink = read_up(&write_up(&frame), "virtual", RECEIVED_AT).unwrap().into_undecoded();
        prop_assert_eq!(uplink, understood(&frame));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(body: Vec<u8>) {
        let _ = read_up(&body, "chirpstack", RECEIVED_AT);
    }

    #[test]
    fn no_damage_to_an_event_makes_the_reader_panic(frame in frames(), at: prop::sample::Index, byte: u8) {
        let mut body = write_up(&frame);
        let at = at.index(body.len());
        body[at] = byte;
        let _ = read_up(&body, "chirpstack", RECEIVED_AT);
        let _ = read_up(&body[..at], "chirpstack", RECEIVED_AT);
    }
}
