//! What is told of levels to come.

use std::sync::Arc;

use simulator::forecast::Suspicion;
use twin_core::{Span, Timestamp};

/// What a forecast of one container says, as if nobody emptied it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outlook {
    /// When it was made, in the twin's clock.
    pub(crate) at: Timestamp,
    pub(crate) basis: Basis,
    /// Shares of its capacity at 5, 25, 50, 75 and 95 %, above 1 where more will have been brought; in order,
    /// from `at` on.
    pub(crate) steps: Vec<(Timestamp, [f64; 5])>,
    /// The chance, 0 to 1, that it is full after so many hours.
    pub(crate) chance_full: Vec<(i64, f64)>,
    /// Hours from `at` until it is full: as one case in twenty has it, as half of them, as all but one in
    /// twenty; `None` where that takes more than 60 days.
    pub(crate) hours_until_full: [Option<f64>; 3],
}

impl Outlook {
    /// From this share of its capacity on a container counts as full.
    pub(crate) const FULL: f64 = 0.95;
}

/// What a forecast is based on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Basis {
    /// How many levels were read, from the first that was learned from.
    pub(crate) readings: u32,
    pub(crate) since: Timestamp,
    pub(crate) last: Timestamp,
    /// When it was seen emptied last, by its levels.
    pub(crate) emptied: Option<Timestamp>,
    /// What its sensor is suspected of now.
    pub(crate) suspicion: Option<Suspicion>,
}

/// Why there is no forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unforeseen {
    /// Nothing was learned yet since the server started.
    Learning,
    /// The container has no sensor.
    NoSensor,
    /// It told no level.
    Unread,
    /// It told none that its forecaster believes.
    Unbelieved,
    /// It told too few, or within too short a time.
    TooLittle {
        /// How many levels.
        readings: u32,
        /// From the first to the last.
        span: Span,
    },
    /// It told none for too long.
    TooOld {
        /// The last.
        last: Timestamp,
    },
}

/// What a forecast of all containers says, as if nobody emptied any, column by column in the order that was
/// asked for; `None` where nothing can be said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Overview {
    /// Shares of the capacity in thousandths, exceeded in half of all cases.
    pub(crate) median: Vec<Option<u16>>,
    /// Exceeded in nine of ten cases.
    pub(crate) low: Vec<Option<u16>>,
    /// Exceeded in one of ten cases.
    pub(crate) high: Vec<Option<u16>>,
}

/// Which containers are forecast together, by their dense numbers, in this order.
pub(crate) type Listed = Arc<[u32]>;

impl Overview {
    pub(super) fn push(&mut self, load: Option<[f64; 3]>) {
        let columns = [&mut self.low, &mut self.median, &mut self.high];
        let values = load.map_or([None; 3], |load| load.map(|share| Some(thousandths(share))));
        for (column, value) in columns.into_iter().zip(values) {
            column.push(value);
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to four digits"
)]
fn thousandths(share: f64) -> u16 {
    (share * 1000.0).round().clamp(0.0, 9_999.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_in_thousandths_within_bounds() {
        let mut overview = Overview::default();
        overview.push(Some([0.1234, 0.5, 77.0]));
        overview.push(None);
        assert_eq!(overview.low, [Some(123), None]);
        assert_eq!(overview.median, [Some(500), None]);
        assert_eq!(overview.high, [Some(9_999), None]);
    }
}
