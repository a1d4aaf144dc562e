//! How fast containers fill, told from their levels since they were emptied, and how hot it was before.

use std::collections::BTreeMap;

use twin_core::{Celsius, Span, Timestamp};

use super::rules::{FireRules, OverflowRules};

/// A level that is so much lower than the one before tells that somebody emptied the container; less may be
/// a heap that slid.
const EMPTIED: f64 = 0.15;
const MS_PER_HOUR: f64 = 3_600_000.0;

/// The line through the levels of a container since it was emptied: least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Trend {
    first_at: Timestamp,
    last_at: Timestamp,
    last_fill: f64,
    count: u32,
    sum_t: f64,
    sum_y: f64,
    sum_tt: f64,
    sum_ty: f64,
}

impl Trend {
    /// A container's first level.
    pub(super) const fn new(at: Timestamp, fill: f64) -> Self {
        Self {
            first_at: at,
            last_at: at,
            last_fill: fill,
            count: 1,
            sum_t: 0.0,
            sum_y: fill,
            sum_tt: 0.0,
            sum_ty: 0.0,
        }
    }

    /// The trend with one more level; one from before the last changes nothing.
    #[must_use]
    pub(super) fn with(self, at: Timestamp, fill: f64) -> Self {
        if at <= self.last_at {
            return self;
        }
        if fill < self.last_fill - EMPTIED {
            return Self::new(at, fill);
        }
        let t = hours(at.since(self.first_at));
        Self {
            first_at: self.first_at,
            last_at: at,
            last_fill: fill,
            count: self.count.saturating_add(1),
            sum_t: self.sum_t + t,
            sum_y: self.sum_y + fill,
            sum_tt: t.mul_add(t, self.sum_tt),
            sum_ty: t.mul_add(fill, self.sum_ty),
        }
    }

    /// How full it will be at `by` if it goes on like that, 1 being full; `None` while too little is known.
    /// A container does not empty itself.
    pub(super) fn fill_at(&self, by: Timestamp, rules: &OverflowRules) -> Option<f64> {
        let is_known = self.count >= rules.least_levels.into()
            && self.last_at.since(self.first_at) >= rules.least_time.span();
        if !is_known {
            return None;
        }
        let n = f64::from(self.count);
        let spread = n * self.sum_tt - self.sum_t * self.sum_t;
        if spread <= 0.0 {
            return None;
        }
        let per_hour = (n * self.sum_ty - self.sum_t * self.sum_y) / spread;
        Some(self.last_fill + per_hour.max(0.0) * hours(by.since(self.last_at)))
    }
}

fn hours(span: Span) -> f64 {
    span.as_millis() as f64 / MS_PER_HOUR
}

/// The last temperatures of sensors, by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Heat(BTreeMap<u32, Heated>);

#[derive(Clone, Copy, Debug)]
struct Heated {
    at: Timestamp,
    degrees: f64,
    /// Since when it has risen so fast that it must burn.
    rising_since: Option<Timestamp>,
}

impl Heat {
    /// A sensor told a temperature.
    pub(super) fn hear(&mut self, sensor: u32, at: Timestamp, now: Celsius, rules: &FireRules) {
        let before = self.0.get(&sensor).copied();
        if before.is_some_and(|before| at <= before.at) {
            return;
        }
        let has_risen = before.is_some_and(|before| {
            at.since(before.at) <= rules.rise_within.span()
                && now.get() - before.degrees >= rules.rise_c
        });
        let rising_since = if has_risen && now.get() >= rules.rise_from_c {
            Some(at)
        } else {
            let still = before.and_then(|before| before.rising_since);
            still.filter(|_since| now.get() >= rules.clear_below_c)
        };
        let heated = Heated {
            at,
            degrees: now.get(),
            rising_since,
        };
        self.0.insert(sensor, heated);
    }

    /// Since when the temperature of a sensor has risen so fast that it must burn.
    pub(super) fn rising_since(&self, sensor: u32) -> Option<Timestamp> {
        self.0.get(&sensor)?.rising_since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: f64) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "some hours")]
        Timestamp::from_millis((hours * MS_PER_HOUR) as i64)
    }

    fn trend(levels: &[(f64, f64)]) -> Trend {
        let first = Trend::new(at(levels[0].0), levels[0].1);
        let rest = levels[1..].iter();
        rest.fold(first, |trend, (hour, fill)| trend.with(at(*hour), *fill))
    }

    #[rstest::rstest]
    #[case::steadily(&[(0.0, 0.2), (4.0, 0.3), (8.0, 0.4), (12.0, 0.5)], Some(0.8))]
    #[case::emptied_before(&[(-9.0, 0.9), (0.0, 0.2), (4.0, 0.3), (8.0, 0.4), (12.0, 0.5)], Some(0.8))]
    #[case::told_late(&[(0.0, 0.2), (4.0, 0.3), (8.0, 0.4), (12.0, 0.5), (6.0, 0.9)], Some(0.8))]
    #[case::nothing_comes(&[(0.0, 0.5), (4.0, 0.5), (8.0, 0.5), (12.0, 0.5)], Some(0.5))]
    #[case::it_settles(&[(0.0, 0.6), (4.0, 0.57), (8.0, 0.54), (12.0, 0.5)], Some(0.5))]
    #[case::too_few(&[(0.0, 0.2), (6.0, 0.3), (12.0, 0.5)], None)]
    #[case::too_short(&[(0.0, 0.2), (1.0, 0.3), (2.0, 0.4), (3.0, 0.5)], None)]
    #[case::just_emptied(&[(0.0, 0.2), (4.0, 0.3), (8.0, 0.4), (12.0, 0.1)], None)]
    fn a_container_goes_on_as_it_did(#[case] levels: &[(f64, f64)], #[case] fill: Option<f64>) {
        let foreseen = trend(levels).fill_at(at(24.0), &OverflowRules::default());
        let rounded = foreseen.map(|fill| (fill * 1e6).round() / 1e6);
        assert_eq!(rounded, fill);
    }

    #[rstest::rstest]
    #[case::at_once(&[(0.0, 20.0), (0.3, 41.0)], true)]
    #[case::and_still_hot(&[(0.0, 20.0), (0.3, 50.0), (0.6, 49.0)], true)]
    #[case::and_cool_again(&[(0.0, 20.0), (0.3, 50.0), (0.6, 30.0)], false)]
    #[case::in_a_morning(&[(0.0, 5.0), (3.0, 41.0)], false)]
    #[case::but_cold(&[(0.0, 1.0), (0.3, 30.0)], false)]
    fn what_heats_up_fast_burns(#[case] told: &[(f64, f64)], #[case] burns: bool) {
        let mut heat = Heat::default();
        for (hour, degrees) in told {
            let degrees = Celsius::new(*degrees).unwrap();
            heat.hear(7, at(*hour), degrees, &FireRules::default());
        }
        assert_eq!(heat.rising_since(7).is_some(), burns);
    }
}
