//! The events of ChirpStack beside `up`: read.

use serde::Deserialize;
use twin_core::{Fraction, Timestamp};

use super::wire::DeviceInfo;
use crate::radio::error::{RadioError, RadioResult};
use crate::radio::notice::{self, DownlinkFate, Notice, NoticeEvent, Severity};
use crate::radio::{event, lenient};

/// `integration.JoinEvent`, `StatusEvent`, `AckEvent`, `TxAckEvent` and `LogEvent`: the fields that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OtherEvent {
    time: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::or_default")]
    device_info: DeviceInfo,
    #[serde(deserialize_with = "lenient::number")]
    margin: i32,
    #[serde(deserialize_with = "lenient::or_default")]
    external_power_source: bool,
    #[serde(deserialize_with = "lenient::or_default")]
    battery_level_unavailable: bool,
    #[serde(deserialize_with = "lenient::number")]
    battery_level: f64,
    #[serde(deserialize_with = "lenient::or_default")]
    acknowledged: bool,
    #[serde(deserialize_with = "lenient::or_default")]
    level: Box<str>,
    #[serde(deserialize_with = "lenient::or_default")]
    code: Box<str>,
    #[serde(deserialize_with = "lenient::or_default")]
    description: Box<str>,
}

/// Reads an event of ChirpStack v4 that is no `up`, by its name in topics and webhooks: `join`, `status`,
/// `ack`, `txack` or `log`; `None` for `location` and `integration`, of which nothing is read. An event
/// without a time has that of its reception.
///
/// # Errors
/// What is no such event; one without `devEui`, with another name, or beyond the limits of
/// [`read_up`](super::read_up).
pub fn read_notice(name: &str, body: &[u8], received_at: Timestamp) -> RadioResult<Option<Notice>> {
    let read: OtherEvent = event::parse(body, "ChirpStack")?;
    let told = match name {
        "join" => NoticeEvent::Joined,
        "status" => NoticeEvent::Status {
            battery: battery(&read)?,
            margin_db: i8::try_from(read.margin).unwrap_or(0),
        },
        "ack" if read.acknowledged => NoticeEvent::Downlink(DownlinkFate::Acknowledged),
        "ack" => NoticeEvent::Downlink(DownlinkFate::Unacknowledged),
        "txack" => NoticeEvent::Downlink(DownlinkFate::Sent),
        "log" => NoticeEvent::Log {
            severity: severity(&read.level)?,
            code: notice::short(&read.code),
            description: notice::short(&read.description),
        },
        "location" | "integration" => return Ok(None),
        other => return Err(event::invalid("event", other, "event of ChirpStack")),
    };
    Ok(Some(Notice {
        dev_eui: event::dev_eui("deviceInfo.devEui", &read.device_info.dev_eui)?,
        at: read.time.unwrap_or(received_at),
        event: told,
    }))
}

/// The charge, which is told in percent; a battery that is empty is left out, and so is none.
fn battery(read: &OtherEvent) -> RadioResult<Option<Fraction>> {
    if read.external_power_source || read.battery_level_unavailable {
        return Ok(None);
    }
    let charge = Fraction::new(read.battery_level / 100.0).map_err(|_out_of_range| {
        let text = read.battery_level.to_string();
        event::invalid("batteryLevel", &text, "percentage of 0 to 100")
    })?;
    Ok(Some(charge))
}

/// The level; the least is left out.
fn severity(level: &str) -> Result<Severity, RadioError> {
    match level {
        "" | "INFO" => Ok(Severity::Info),
        "WARNING" => Ok(Severity::Warning),
        "ERROR" => Ok(Severity::Error),
        other => Err(event::invalid("level", other, "INFO, WARNING or ERROR")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: &str = r#""deviceInfo": {"devEui": "24e124713d123456"}"#;

    fn read(name: &str, fields: &str) -> RadioResult<Option<Notice>> {
        let body = format!(r#"{{"time": "2026-11-30T08:00:00Z", {DEVICE}{fields}}}"#);
        read_notice(name, body.as_bytes(), Timestamp::MIN)
    }

    fn status(battery: Option<f64>, margin_db: i8) -> NoticeEvent {
        NoticeEvent::Status {
            battery: battery.map(|charge| Fraction::new(charge).unwrap()),
            margin_db,
        }
    }

    fn log(severity: Severity, code: &str) -> NoticeEvent {
        NoticeEvent::Log {
            severity,
            code: code.into(),
            description: "so it is".into(),
        }
    }

    #[rstest::rstest]
    #[case::join("join", r#", "devAddr": "00189440""#, NoticeEvent::Joined)]
    #[case::status(
        "status",
        r#", "margin": 7, "batteryLevel": 92.5"#,
        status(Some(0.925), 7)
    )]
    #[case::what_is_left_out_is_zero("status", "", status(Some(0.0), 0))]
    #[case::power("status", r#", "margin": -3, "externalPowerSource": true"#, status(None, -3))]
    #[case::unknown("status", r#", "batteryLevelUnavailable": true"#, status(None, 0))]
    #[case::ack(
        "ack",
        r#", "acknowledged": true, "fCntDown": 3"#,
        NoticeEvent::Downlink(DownlinkFate::Acknowledged)
    )]
    #[case::no_ack("ack", "", NoticeEvent::Downlink(DownlinkFate::Unacknowledged))]
    #[case::sent(
        "txack",
        r#", "gatewayId": "0016c001ff10a235""#,
        NoticeEvent::Downlink(DownlinkFate::Sent)
    )]
    #[case::log(
        "log",
        r#", "level": "ERROR", "code": "UPLINK_MIC", "description": "so\n it is""#,
        log(Severity::Error, "UPLINK_MIC")
    )]
    #[case::harmless(
        "log",
        r#", "code": "UPLINK_CODEC", "description": "so it is""#,
        log(Severity::Info, "UPLINK_CODEC")
    )]
    fn events_beside_frames_are_read(
        #[case] name: &str,
        #[case] fields: &str,
        #[case] event: NoticeEvent,
    ) {
        let notice = read(name, fields).unwrap().unwrap();
        assert_eq!(notice.event, event);
        assert_eq!(notice.dev_eui.0, 0x24e1_2471_3d12_3456);
        assert_eq!(notice.at.to_string(), "2026-11-30T08:00:00.000Z");
    }

    #[rstest::rstest]
    #[case::location("location")]
    #[case::integration("integration")]
    fn of_others_nothing_is_read(#[case] name: &str) {
        assert_eq!(read(name, "").unwrap(), None);
    }

    #[rstest::rstest]
    #[case::another_event("boom", "", "boom")]
    #[case::too_full("status", r#", "batteryLevel": 101"#, "101")]
    #[case::no_level("log", r#", "level": "LOUD""#, "LOUD")]
    fn what_is_no_event_is_refused(#[case] name: &str, #[case] fields: &str, #[case] told: &str) {
        let refused = read(name, fields).unwrap_err().to_string();
        assert!(refused.contains(told), "{refused}");
    }

    #[test]
    fn an_event_of_nobody_is_refused() {
        assert!(read_notice("join", b"{}", Timestamp::MIN).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            for name in ["join", "status", "ack", "txack", "log", "location", "x"] {
                let _ = read_notice(name, &bytes, Timestamp::MIN);
            }
        }
    }
}
