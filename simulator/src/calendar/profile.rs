//! How the rate of each stream follows the calendar: editable data, with a default and its source.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use twin_core::Stream;

use super::holidays::{is_public_holiday, is_school_holiday};
use super::weather::Weather;
use crate::error::{SimResult, in_range};

/// Multipliers of one stream; only their proportions matter, a year's mean is always 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamProfile {
    /// Monday to Sunday.
    pub week: [f64; 7],
    /// Local hours 0 to 23.
    pub hours: [f64; 24],
    /// January to December.
    pub months: [f64; 12],
    /// On public holidays.
    pub public_holiday: f64,
    /// During school holidays (zone A).
    pub school_holiday: f64,
    /// On rainy days; not part of the year's mean.
    pub rainy_day: f64,
    /// On warm, dry Saturdays and Sundays; not part of the year's mean.
    pub fine_weekend: f64,
    /// Where the numbers come from.
    pub source: String,
}

impl StreamProfile {
    fn household(week: [f64; 7], months: [f64; 12]) -> Self {
        let mut hours = [0.0; 24];
        hours[7..22].copy_from_slice(&[
            0.5, 0.8, 1.0, 1.2, 1.2, 0.9, 0.8, 1.0, 1.0, 1.1, 1.3, 1.4, 1.1, 0.7, 0.3,
        ]);
        Self {
            week,
            hours,
            months,
            public_holiday: 1.0,
            school_holiday: 1.0,
            rainy_day: 1.0,
            fine_weekend: 1.0,
            source: "assumption (medium confidence): expert knowledge, to be fitted to readings"
                .into(),
        }
    }

    /// Peaks on Saturday to Monday, +25 % in December and January, +10 % for summer terraces; none
    /// from 22 to 7 h, when dropping glass is forbidden for its noise.
    fn glass() -> Self {
        let months = [
            1.25, 0.95, 0.90, 0.95, 1.0, 1.05, 1.1, 1.1, 0.95, 0.9, 0.9, 1.25,
        ];
        Self::household([1.25, 0.85, 0.85, 0.85, 0.9, 1.2, 1.1], months)
    }

    /// Flat, with a peak on Saturday and Monday.
    fn recyclables() -> Self {
        let mut profile = Self::household([1.15, 0.95, 0.95, 0.95, 0.95, 1.2, 0.85], [1.0; 12]);
        profile.hours[6] = 0.2;
        profile.hours[22] = 0.1;
        profile
    }

    /// People carry their bag when they leave the house; fewer people in school holidays.
    fn residual() -> Self {
        let mut profile = Self::household([1.15, 1.0, 1.0, 1.0, 1.0, 1.0, 0.85], [1.0; 12]);
        profile.hours[6] = 0.8;
        profile.hours[7] = 1.4;
        profile.hours[22] = 0.2;
        profile.school_holiday = 0.95;
        profile
    }

    /// Twice as much in summer, 1.5 times on Saturdays and Sundays (2.25 when fine), 0.6 in rain.
    fn litter() -> Self {
        let months = [0.6, 0.6, 0.8, 1.0, 1.2, 1.5, 1.6, 1.6, 1.2, 0.9, 0.6, 0.7];
        let mut profile = Self::household([0.85, 0.85, 0.95, 0.85, 0.95, 1.5, 1.5], months);
        profile.hours = [
            0.1, 0.05, 0.0, 0.0, 0.0, 0.05, 0.2, 0.5, 0.7, 0.7, 0.9, 1.2, 1.5, 1.3, 1.2, 1.4, 1.7,
            1.6, 1.4, 1.1, 0.8, 0.6, 0.4, 0.2,
        ];
        profile.public_holiday = 1.5;
        profile.school_holiday = 1.1;
        profile.rainy_day = 0.6;
        profile.fine_weekend = 1.5;
        profile
    }

    fn of(stream: Stream) -> Self {
        match stream {
            Stream::Glass => Self::glass(),
            Stream::Residual | Stream::Organic => Self::residual(),
            Stream::Litter => Self::litter(),
            _ => Self::recyclables(),
        }
    }

    fn check(&self) -> SimResult<()> {
        let single = [
            self.public_holiday,
            self.school_holiday,
            self.rainy_day,
            self.fine_weekend,
        ];
        let all = self
            .week
            .iter()
            .chain(&self.hours)
            .chain(&self.months)
            .chain(&single);
        for factor in all {
            in_range("a calendar multiplier", *factor, (0.0, 100.0), "0 to 100")?;
        }
        for sum in [
            self.week.iter().sum::<f64>(),
            self.hours.iter().sum(),
            self.months.iter().sum(),
        ] {
            in_range("the sum of multipliers", sum, (1e-3, 1e4), "more than 0")?;
        }
        Ok(())
    }

    /// The day's multiplier before it is set against the year's mean.
    fn raw(&self, day: Date) -> f64 {
        let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        let month = usize::from(day.month().unsigned_abs()) - 1;
        let public = if is_public_holiday(day) {
            self.public_holiday
        } else {
            1.0
        };
        let school = if is_school_holiday(day) {
            self.school_holiday
        } else {
            1.0
        };
        self.week[weekday] * self.months[month] * public * school
    }

    fn year_mean(&self, year: i16) -> f64 {
        let first = date(year, 1, 1);
        let factors = first
            .series(jiff::Span::new().days(1))
            .take_while(|day| day.year() == year);
        let (sum, days) = factors.fold((0.0, 0.0), |(sum, days), day| {
            (sum + self.raw(day), days + 1.0)
        });
        (sum / days).max(1e-9)
    }
}

/// The profile of each stream; a stream that is not listed has its default.
///
/// The default holds the assumptions of the project's domain notes, all of medium confidence:
///
/// ```
/// use simulator::calendar::CalendarProfile;
/// use twin_core::Stream;
///
/// let profile = CalendarProfile::default();
/// assert_eq!(profile.0[&Stream::Glass].hours[23], 0.0, "no glass at night");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CalendarProfile(pub BTreeMap<Stream, StreamProfile>);

impl Default for CalendarProfile {
    fn default() -> Self {
        Self(
            Stream::ALL
                .iter()
                .map(|stream| (*stream, StreamProfile::of(*stream)))
                .collect(),
        )
    }
}

/// A checked [`CalendarProfile`], ready to be asked.
#[derive(Clone, Debug)]
pub struct Calendar {
    profiles: Vec<StreamProfile>,
    year_means: Vec<Vec<f64>>,
}

/// The years whose means are computed once; others are computed when asked for.
const PREPARED_YEARS: std::ops::Range<i16> = 2018..2032;

impl Calendar {
    /// Checks the multipliers: 0 to 100, not all zero.
    pub fn new(profile: &CalendarProfile) -> SimResult<Self> {
        let of = |stream: &Stream| {
            profile
                .0
                .get(stream)
                .cloned()
                .unwrap_or_else(|| StreamProfile::of(*stream))
        };
        let profiles: Vec<StreamProfile> = Stream::ALL.iter().map(of).collect();
        profiles.iter().try_for_each(StreamProfile::check)?;
        let means =
            |profile: &StreamProfile| PREPARED_YEARS.map(|y| profile.year_mean(y)).collect();
        let year_means = profiles.iter().map(means).collect();
        Ok(Self {
            profiles,
            year_means,
        })
    }

    /// The multiplier of a day; its mean over a calendar year is 1 where the weather is neutral.
    pub fn day_factor(&self, stream: Stream, day: Date, weather: &Weather) -> f64 {
        let profile = self.profile(stream);
        let is_weekend = day.weekday().to_monday_zero_offset() >= 5;
        let weather = match weather.on(day) {
            Some(day) if day.is_rainy() => profile.rainy_day,
            Some(day) if day.is_fine() && is_weekend => profile.fine_weekend,
            _ => 1.0,
        };
        profile.raw(day) / self.year_mean(stream, day.year()) * weather
    }

    /// The multiplier of a local hour (0 to 23) within its day.
    pub fn hour_weight(&self, stream: Stream, hour: u8) -> f64 {
        self.profile(stream).hours[usize::from(hour % 24)]
    }

    fn profile(&self, stream: Stream) -> &StreamProfile {
        &self.profiles[stream as usize]
    }

    fn year_mean(&self, stream: Stream, year: i16) -> f64 {
        let prepared = usize::try_from(i32::from(year) - i32::from(PREPARED_YEARS.start)).ok();
        let mean = prepared.and_then(|index| self.year_means[stream as usize].get(index));
        mean.copied()
            .unwrap_or_else(|| self.profile(stream).year_mean(year))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::DayWeather;

    #[rstest::rstest]
    #[case::prepared(2022)]
    #[case::leap(2024)]
    #[case::far(2150)]
    fn the_mean_over_a_year_is_one(#[case] year: i16) {
        let calendar = Calendar::new(&CalendarProfile::default()).unwrap();
        for stream in Stream::ALL {
            let days: Vec<Date> = date(year, 1, 1)
                .series(jiff::Span::new().days(1))
                .take_while(|d| d.year() == year)
                .collect();
            let weather = Weather::default();
            let sum: f64 = days
                .iter()
                .map(|day| calendar.day_factor(*stream, *day, &weather))
                .sum();
            let mean = sum / f64::from(u32::try_from(days.len()).unwrap());
            approx::assert_relative_eq!(mean, 1.0, max_relative = 1e-9);
        }
    }

    #[test]
    fn park_bins_follow_the_weather_and_glass_does_not() {
        let calendar = Calendar::new(&CalendarProfile::default()).unwrap();
        let saturday = date(2022, 6, 18);
        let with = |rain_mm, max_celsius| {
            Weather(
                [(
                    saturday,
                    DayWeather {
                        rain_mm,
                        max_celsius,
                    },
                )]
                .into(),
            )
        };
        let factor = |stream, weather: &Weather| calendar.day_factor(stream, saturday, weather);
        let neutral = factor(Stream::Litter, &Weather::default());
        approx::assert_relative_eq!(factor(Stream::Litter, &with(12.0, 15.0)), 0.6 * neutral);
        approx::assert_relative_eq!(factor(Stream::Litter, &with(0.0, 27.0)), 1.5 * neutral);
        let glass = factor(Stream::Glass, &Weather::default());
        approx::assert_relative_eq!(factor(Stream::Glass, &with(12.0, 15.0)), glass);
    }

    #[test]
    fn a_profile_survives_serialisation_and_a_bad_one_is_refused() {
        let mut profile = CalendarProfile::default();
        let text = serde_json::to_string(&profile).unwrap();
        assert_eq!(
            serde_json::from_str::<CalendarProfile>(&text).unwrap(),
            profile
        );
        profile.0.get_mut(&Stream::Glass).unwrap().week[0] = f64::NAN;
        assert!(Calendar::new(&profile).is_err());
    }
}
