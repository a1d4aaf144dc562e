//! Frames that were received and not taken in, kept as they came until somebody decides.

use twin_core::{DevEui, Timestamp, Uplink};

/// Why a frame was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// No sensor has its device.
    UnknownDevice,
    /// Its sensor is on file with a codec that does not exist.
    UnknownCodec,
    /// The codec of its sensor does not read its payload.
    Unreadable,
    /// Its counter is far behind the newest one of the same session: somebody plays it again.
    Replay,
    /// It was measured too long before, or after, it was received.
    OutOfTime,
}

impl Cause {
    /// Every cause with its name.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::UnknownDevice, "unknown-device"),
        (Self::UnknownCodec, "unknown-codec"),
        (Self::Unreadable, "unreadable"),
        (Self::Replay, "replay"),
        (Self::OutOfTime, "out-of-time"),
    ];

    /// Its name in answers and counters.
    pub const fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The cause of that name.
    pub fn of(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(_cause, other)| *other == name)
            .map(|(cause, _name)| cause)
    }

    /// Whether it may be taken in later, once its device or its codec is known.
    pub const fn may_pass(self) -> bool {
        matches!(
            self,
            Self::UnknownDevice | Self::UnknownCodec | Self::Unreadable
        )
    }
}

/// A frame that was received and not taken in.
#[derive(Clone, Debug, PartialEq)]
pub struct SetAside {
    /// Why, in short.
    pub cause: Cause,
    /// Why, in words.
    pub why: String,
    /// The frame as it came; what a codec may have read is not kept.
    pub uplink: Uplink,
}

/// What names a frame for good: the same device, session and counter are the same frame.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameKey {
    /// The device.
    pub dev_eui: DevEui,
    /// Its radio session.
    pub session: Box<str>,
    /// Its counter in that session.
    pub f_cnt: u32,
}

impl FrameKey {
    /// What names a frame.
    pub fn of(uplink: &Uplink) -> Self {
        Self {
            dev_eui: uplink.dev_eui,
            session: uplink.session.clone(),
            f_cnt: uplink.f_cnt,
        }
    }
}

/// A device of which frames are set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsideDevice {
    /// The device.
    pub dev_eui: DevEui,
    /// How many of its frames are kept.
    pub frames: u64,
    /// When the first of them was received.
    pub first_at: Timestamp,
    /// When the last of them was received.
    pub last_at: Timestamp,
}

/// How many frames are kept aside: of each device, and in all. Beyond that the oldest go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsideLimits {
    /// Of each device.
    pub of_device: u32,
    /// In all.
    pub in_all: u32,
}

impl Default for AsideLimits {
    /// A month of hourly frames of one device; 100,000 in all, some 50 MB.
    fn default() -> Self {
        Self {
            of_device: 750,
            in_all: 100_000,
        }
    }
}
