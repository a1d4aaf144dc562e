//! What is to be emptied, and where loads can be left.

use super::Window;

/// Some of up to 16 streams of waste, which whoever builds a problem numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct StreamSet(pub u16);

impl StreamSet {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self(u16::MAX);

    /// One stream, a number below 16.
    pub const fn of(stream: u8) -> Self {
        Self(1 << (stream & 15))
    }

    /// Whether a stream is one of them.
    pub const fn has(self, stream: u8) -> bool {
        self.0 & Self::of(stream).0 != 0
    }

    /// Those of either.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Whether a stop must be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A plan that leaves it out is not complete.
    Required,
    /// Leaving it out costs this much.
    Optional {
        /// In units of cost, not negative.
        prize: i64,
    },
}

/// One visit to containers of one stream at one place, served as a whole.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// Where it is.
    pub place: u32,
    /// The stream it fills a compartment with, a number below 16.
    pub stream: u8,
    /// What it holds before compaction, in the unit of the compartments' volumes.
    pub volume: u32,
    /// What it weighs, in the unit of the payloads.
    pub mass: u32,
    /// Ticks of work for its containers, beside the place's setup.
    pub service: i32,
    /// When serving it may start: in order, without overlap. Empty means at any time.
    pub windows: Vec<Window>,
    /// When the trip that serves it may leave at the earliest; 0 where it does not matter.
    pub release: i32,
    /// Whether it must be served.
    pub need: Need,
    /// The classes that may serve it, one bit each: bit `i` for class `i`, of up to 64.
    pub classes: u64,
}

/// A place where vehicles leave what they loaded.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unloading {
    /// Where it is.
    pub place: u32,
    /// What it takes.
    pub streams: StreamSet,
    /// Ticks from arrival to departure: queue, weighbridge, unloading.
    pub duration: i32,
    /// When unloading may start: in order, without overlap. Empty means at any time.
    pub windows: Vec<Window>,
    /// What each visit costs.
    pub cost_per_visit: i64,
    /// What each unit of mass of the streams that it takes costs.
    pub cost_per_mass: i64,
}
