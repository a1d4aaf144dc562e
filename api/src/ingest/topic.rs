//! What a message of a broker is, by its topic.

use twin_core::DevEui;

/// What ChirpStack tells beside frames.
pub(crate) const CHIRPSTACK_OTHERS: [&str; 7] = [
    "join",
    "status",
    "ack",
    "txack",
    "log",
    "location",
    "integration",
];
/// What is listened to: the events of every device, of ChirpStack v4 and of The Things Stack v3, and the
/// observations that clients of SensorThings 1.0 and 1.1 create.
pub(super) const FILTERS: [&str; 4] = [
    "application/+/device/+/event/+",
    "v3/+/devices/+/#",
    "v1.0/+/Observations",
    "v1.1/+/Observations",
];

/// A kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    /// An event of ChirpStack by its name, of this device.
    ChirpStack(DevEui, &'t str),
    /// A message of The Things Stack, of the device with this name.
    ThingsStack(&'t str),
    /// An observation of SensorThings, in the datastream with this id.
    SensorThings(&'t str),
}

impl<'t> Kind<'t> {
    /// `None` for a topic that is none of a network server's.
    pub(super) fn of(topic: &'t str) -> Option<Self> {
        let parts: Vec<&str> = topic.split('/').collect();
        match *parts.as_slice() {
            ["application", _, "device", device, "event", event] => {
                let is_known = event == "up" || CHIRPSTACK_OTHERS.contains(&event);
                let device = device.parse().ok().filter(|_device| is_known)?;
                Some(Self::ChirpStack(device, event))
            }
            ["v3", _, "devices", device, _, ..] => Some(Self::ThingsStack(device)),
            ["v1.0" | "v1.1", stream, "Observations"] => {
                let id = stream.strip_prefix("Datastreams(")?.strip_suffix(')')?;
                let quoted = id.strip_prefix('\'').and_then(|id| id.strip_suffix('\''));
                Some(Self::SensorThings(quoted.unwrap_or(id)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DevEui = DevEui(0x24e1_2471_3d12_3456);

    #[rstest::rstest]
    #[case::chirpstack(
        "application/0b5a/device/24e124713d123456/event/up",
        Some(Kind::ChirpStack(DEVICE, "up"))
    )]
    #[case::join(
        "application/0b5a/device/24e124713d123456/event/join",
        Some(Kind::ChirpStack(DEVICE, "join"))
    )]
    #[case::command("application/0b5a/device/24e124713d123456/command/down", None)]
    #[case::no_device("application/0b5a/device/dev/event/up", None)]
    #[case::unknown_event("application/0b5a/device/24e124713d123456/event/boom", None)]
    #[case::things_stack("v3/pma@ttn/devices/pav-0123/up", Some(Kind::ThingsStack("pav-0123")))]
    #[case::downlink(
        "v3/pma@ttn/devices/pav-0123/down/queued",
        Some(Kind::ThingsStack("pav-0123"))
    )]
    #[case::no_message("v3/pma@ttn/devices/pav-0123", None)]
    #[case::sensor_things(
        "v1.1/Datastreams('s0:fill')/Observations",
        Some(Kind::SensorThings("s0:fill"))
    )]
    #[case::a_plain_id("v1.0/Datastreams(12)/Observations", Some(Kind::SensorThings("12")))]
    #[case::no_datastream("v1.1/Things(1)/Observations", None)]
    #[case::somebody_elses("zigbee2mqtt/lamp", None)]
    #[case::nothing("", None)]
    fn topics_tell_what_a_message_is(#[case] topic: &str, #[case] kind: Option<Kind<'_>>) {
        assert_eq!(Kind::of(topic), kind);
    }
}
