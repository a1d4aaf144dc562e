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
/// What is listened to: the events of every device, of ChirpStack v4 and of The Things Stack v3.
pub(super) const FILTERS: [&str; 2] = ["application/+/device/+/event/+", "v3/+/devices/+/#"];

/// A kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An `up` event of ChirpStack, of this device.
    ChirpStackUp(DevEui),
    /// An uplink of The Things Stack.
    ThingsStackUp,
    /// What network servers tell beside frames.
    Other,
}

impl Kind {
    /// `None` for a topic that is none of a network server's.
    pub(super) fn of(topic: &str) -> Option<Self> {
        let parts: Vec<&str> = topic.split('/').collect();
        match *parts.as_slice() {
            ["application", _, "device", device, "event", "up"] => {
                device.parse().ok().map(Self::ChirpStackUp)
            }
            ["application", _, "device", _, "event", other] => {
                CHIRPSTACK_OTHERS.contains(&other).then_some(Self::Other)
            }
            ["v3", _, "devices", _, "up"] => Some(Self::ThingsStackUp),
            ["v3", _, "devices", _, ..] => Some(Self::Other),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::chirpstack(
        "application/0b5a/device/24e124713d123456/event/up",
        Some(Kind::ChirpStackUp(DevEui(0x24e1_2471_3d12_3456)))
    )]
    #[case::join(
        "application/0b5a/device/24e124713d123456/event/join",
        Some(Kind::Other)
    )]
    #[case::command("application/0b5a/device/24e124713d123456/command/down", None)]
    #[case::no_device("application/0b5a/device/dev/event/up", None)]
    #[case::unknown_event("application/0b5a/device/24e124713d123456/event/boom", None)]
    #[case::things_stack("v3/pma@ttn/devices/pav-0123/up", Some(Kind::ThingsStackUp))]
    #[case::downlink("v3/pma@ttn/devices/pav-0123/down/queued", Some(Kind::Other))]
    #[case::join_accept("v3/pma@ttn/devices/pav-0123/join", Some(Kind::Other))]
    #[case::somebody_elses("zigbee2mqtt/lamp", None)]
    #[case::nothing("", None)]
    fn topics_tell_what_a_message_is(#[case] topic: &str, #[case] kind: Option<Kind>) {
        assert_eq!(Kind::of(topic), kind);
    }
}
