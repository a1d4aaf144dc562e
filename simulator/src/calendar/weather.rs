//! The weather of each day, as far as it is known; unknown days are neutral.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The weather of one day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayWeather {
    /// Rain in the day, in millimetres.
    pub rain_mm: f64,
    /// The day's highest temperature, in °C.
    pub max_celsius: f64,
}

impl DayWeather {
    /// It rained enough to keep people at home: 5 mm or more \[K-low\].
    pub fn is_rainy(self) -> bool {
        self.rain_mm >= 5.0
    }

    /// Warm and dry: 20 °C or more, less than 1 mm of rain \[K-low\].
    pub fn is_fine(self) -> bool {
        self.rain_mm < 1.0 && self.max_celsius >= 20.0
    }
}

/// Known days; the default knows none, which leaves every rate as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weather(pub BTreeMap<Date, DayWeather>);

impl Weather {
    /// What is known of a day.
    pub fn on(&self, date: Date) -> Option<DayWeather> {
        self.0.get(&date).copied()
    }
}
