//! How good each forecast was, one row for each container, origin and horizon.

use twin_core::Timestamp;

use crate::forecast::levels::LevelForecast;
use crate::forecast::score::{crps_of, pinball};

/// How good one forecast was; levels in shares of the capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Mark {
    /// By how much the median was off.
    pub(super) off: f64,
    /// The continuous ranked probability score.
    pub(super) crps: f64,
    /// Pinball losses at 0.1, 0.5 and 0.9.
    pub(super) pinball: [f64; 3],
    /// Whether the load was within 80 %, and 90 %, and how wide these are.
    pub(super) within: [bool; 2],
    pub(super) width: [f64; 2],
    /// The Brier score of an overflow by then.
    pub(super) brier: f64,
}

impl Mark {
    /// Levels are judged as they are, at most 1; intervals and overflows by what was brought, for a level
    /// that is at the rim says nothing of an interval that ends there.
    fn of(forecast: &LevelForecast, load: f64) -> Self {
        let fill = load.clamp(0.0, 1.0);
        let said = forecast.fill();
        let overflows = if load >= 1.0 { 1.0 } else { 0.0 };
        let chance = forecast.chance_of(1.0);
        let intervals = [forecast.load_within_80(), forecast.load_within_90()];
        Self {
            off: said[10] - fill,
            crps: crps_of(&said, fill),
            pinball: [(0.1, 2), (0.5, 10), (0.9, 18)]
                .map(|(level, quantile)| pinball(level, said[quantile], fill)),
            within: intervals.map(|(low, high)| low <= load && load <= high),
            width: intervals.map(|(low, high)| high - low),
            brier: (chance - overflows) * (chance - overflows),
        }
    }
}

/// How good all contenders were, once.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) sensor: usize,
    pub(super) at: Timestamp,
    pub(super) horizon: usize,
    /// In the order of [`Contender::ALL`](super::Contender::ALL).
    pub(super) marks: [Mark; 6],
}

/// All rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet(pub(super) Vec<Row>);

impl Sheet {
    pub(super) fn add(
        &mut self,
        (sensor, at, horizon): (usize, Timestamp, usize),
        said: &[LevelForecast; 6],
        load: f64,
    ) {
        let marks = std::array::from_fn(|contender| Mark::of(&said[contender], load));
        self.0.push(Row {
            sensor,
            at,
            horizon,
            marks,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::spread::LEVELS;

    #[test]
    fn a_mark_is_what_its_names_say() {
        let forecast = LevelForecast {
            load: LEVELS.map(|level| 0.3 + level),
        };
        let mark = Mark::of(&forecast, 1.25);
        approx::assert_abs_diff_eq!(mark.off, -0.2, epsilon = 1e-12);
        assert_eq!(mark.within, [false, true], "0.4 to 1.2, and 0.35 to 1.25");
        approx::assert_abs_diff_eq!(mark.width[0], 0.8, epsilon = 1e-12);
        approx::assert_abs_diff_eq!(mark.pinball[0], 0.06, epsilon = 1e-12);
        approx::assert_abs_diff_eq!(mark.brier, 0.49, epsilon = 1e-9);
    }
}
