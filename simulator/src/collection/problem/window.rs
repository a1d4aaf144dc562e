//! A stretch of time.

/// From one tick to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Window {
    /// The first tick.
    pub open: i32,
    /// The last tick.
    pub close: i32,
}

impl Window {
    /// Every tick that a problem can have.
    pub const ALWAYS: Self = Self {
        open: 0,
        close: Self::LAST,
    };

    /// The last tick that a problem can have. Ticks, and the duration of a whole day, stay below it, so
    /// that sums of two never overflow.
    pub const LAST: i32 = 1_000_000_000;

    /// Whether a tick lies in it.
    pub const fn contains(self, tick: i32) -> bool {
        self.open <= tick && tick <= self.close
    }
}
