//! What a network server tells of a device beside its frames.

use twin_core::{DevEui, Fraction, Timestamp};

/// The longest text that is kept of what a server says, in characters.
const MAX_TEXT: usize = 200;

/// What a network server tells of a device beside its frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The device.
    pub dev_eui: DevEui,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// What.
    pub event: NoticeEvent,
}

/// What happened to a device, or to what was sent to it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum NoticeEvent {
    /// It joined the network: its counters begin anew, in a session of their own.
    Joined,
    /// It answered the network's question how it does (`DevStatusAns`, LoRaWAN 1.0.4, 5.5).
    Status {
        /// Charge of its battery; `None`: it has external power, or cannot tell.
        battery: Option<Fraction>,
        /// By how much the question was heard above the least that is heard, in decibels, -32 to 31.
        margin_db: i8,
    },
    /// Something came of what was sent to it.
    Downlink(DownlinkFate),
    /// The server noticed something.
    Log {
        /// How bad it is.
        severity: Severity,
        /// The server's name for it, for example `UPLINK_F_CNT_RETRANSMISSION`.
        code: Box<str>,
        /// In words.
        description: Box<str>,
    },
}

/// What came of a frame to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownlinkFate {
    /// It waits for the device to send something.
    Queued,
    /// A gateway sent it.
    Sent,
    /// The device has it.
    Acknowledged,
    /// The device did not say that it has it.
    Unacknowledged,
    /// It could not be sent.
    Failed,
}

/// How bad something is that a server noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be.
    Info,
    /// Somebody may want to look.
    Warning,
    /// Something does not work.
    Error,
}

impl NoticeEvent {
    /// Its name in counters.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Status { .. } => "status",
            Self::Downlink(DownlinkFate::Queued) => "downlink-queued",
            Self::Downlink(DownlinkFate::Sent) => "downlink-sent",
            Self::Downlink(DownlinkFate::Acknowledged) => "downlink-acknowledged",
            Self::Downlink(DownlinkFate::Unacknowledged) => "downlink-unacknowledged",
            Self::Downlink(DownlinkFate::Failed) => "downlink-failed",
            Self::Log {
                severity: Severity::Info,
                ..
            } => "log-info",
            Self::Log {
                severity: Severity::Warning,
                ..
            } => "log-warning",
            Self::Log {
                severity: Severity::Error,
                ..
            } => "log-error",
        }
    }
}

/// As much of a text as is kept, without what would break a line.
pub(super) fn short(text: &str) -> Box<str> {
    let kept = text.chars().filter(|letter| !letter.is_control());
    kept.take(MAX_TEXT).collect::<String>().into()
}
