//! A forecast of one level.

use crate::forecast::spread::LEVELS;

/// How much a container will hold, with the chances of it, if nobody empties it.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelForecast {
    /// What was brought, in shares of its capacity, at [`LEVELS`], in order: above 1 it lies beside, or
    /// found no room.
    pub load: [f64; LEVELS.len()],
}

impl LevelForecast {
    /// How full it will be, 0 to 1, at [`LEVELS`], in order.
    pub fn fill(&self) -> [f64; LEVELS.len()] {
        self.load.map(|load| load.clamp(0.0, 1.0))
    }

    /// As likely fuller as emptier, 0 to 1.
    pub fn median(&self) -> f64 {
        self.load[10].clamp(0.0, 1.0)
    }

    /// What it will hold in 80 % of all cases.
    pub const fn load_within_80(&self) -> (f64, f64) {
        (self.load[2], self.load[18])
    }

    /// What it will hold in 90 % of all cases.
    pub const fn load_within_90(&self) -> (f64, f64) {
        (self.load[1], self.load[19])
    }

    /// The chance that it will hold as much or more, 0 to 1, in a straight line between quantiles.
    pub fn chance_of(&self, load: f64) -> f64 {
        let Some(above) = self.load.iter().position(|quantile| *quantile >= load) else {
            return (1.0 - LEVELS[LEVELS.len() - 1]) / 2.0;
        };
        if above == 0 {
            return 1.0 - LEVELS[0] / 2.0;
        }
        let (low, high) = (self.load[above - 1], self.load[above]);
        let part = if high > low {
            (load - low) / (high - low)
        } else {
            1.0
        };
        1.0 - LEVELS[above - 1] - part * (LEVELS[above] - LEVELS[above - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_lie_between_those_of_quantiles() {
        let forecast = LevelForecast {
            load: LEVELS.map(|level| 0.5 + level),
        };
        for (load, chance) in [(0.7, 0.8), (1.0, 0.5), (1.375, 0.125)] {
            approx::assert_abs_diff_eq!(forecast.chance_of(load), chance, epsilon = 1e-9);
        }
        assert!(forecast.chance_of(0.1) > 0.98 && forecast.chance_of(3.0) < 0.02);
        approx::assert_abs_diff_eq!(forecast.median(), 1.0);
        assert_eq!(forecast.load_within_80(), (0.6, 1.4));
    }
}
