//! What days have in common: weekday, month, holidays, and the side of a change.

use jiff::civil::{Date, date};

use crate::calendar::{is_public_holiday, is_school_holiday};

/// Multipliers of a day, on the logarithm: 7 weekdays, 12 months, public and school holidays, and the
/// time before a change of regime.
pub(super) const FEATURES: usize = 22;
pub(super) const MONTH_AT: usize = 7;
pub(super) const PUBLIC_AT: usize = 19;
pub(super) const SCHOOL_AT: usize = 20;
pub(super) const BEFORE_AT: usize = 21;

/// One number for each feature.
pub(super) type Row = [f64; FEATURES];

/// How far multipliers may lie apart before anything is measured: the standard deviation of each one's
/// logarithm. Wide: a weekday that the visits tell apart keeps what they say.
pub(super) fn prior_sigma(feature: usize) -> f64 {
    match feature {
        0..MONTH_AT => 0.5,
        MONTH_AT..PUBLIC_AT => 0.3,
        PUBLIC_AT => 0.5,
        SCHOOL_AT => 0.2,
        _ => 3.0,
    }
}

/// The features that a day has: at most five of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct DayKind {
    features: [usize; 5],
    count: usize,
}

impl DayKind {
    pub(super) fn of(day: Date, (change, has_seasons): (Option<Date>, bool)) -> Self {
        let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        let month = usize::from(day.month().unsigned_abs()) - 1;
        let mut kind = Self {
            features: [weekday, 0, 0, 0, 0],
            count: 1,
        };
        for (feature, has) in [
            (MONTH_AT + month, has_seasons),
            (PUBLIC_AT, is_public_holiday(day)),
            (SCHOOL_AT, is_school_holiday(day)),
            (BEFORE_AT, change.is_some_and(|change| day < change)),
        ] {
            if has {
                kind.features[kind.count] = feature;
                kind.count += 1;
            }
        }
        kind
    }

    pub(super) fn features(&self) -> &[usize] {
        &self.features[..self.count]
    }

    pub(super) fn factor(&self, beta: &Row) -> f64 {
        let sum: f64 = self.features().iter().map(|feature| beta[*feature]).sum();
        libm::exp(sum)
    }
}

/// The days of all visits, in order.
#[derive(Clone, Debug)]
pub(super) struct Days {
    pub(super) kinds: Vec<DayKind>,
}

impl Days {
    /// The days from the first to the last.
    pub(super) fn new((first, last): (Date, Date), of: (Option<Date>, bool)) -> Self {
        let days = first.series(jiff::Span::new().days(1));
        let days = days.take_while(|day| *day <= last);
        Self {
            kinds: days.map(|day| DayKind::of(day, of)).collect(),
        }
    }

    /// The multiplier of each.
    pub(super) fn factors(&self, beta: &Row) -> Vec<f64> {
        self.kinds.iter().map(|kind| kind.factor(beta)).collect()
    }
}

/// The logarithm of the mean multiplier over whole calendar years, apart from a change of regime, and how
/// it moves with each feature.
pub(super) fn year_mean((first, last): (i16, i16), of: (&Row, bool)) -> (f64, Row) {
    let (beta, has_seasons) = of;
    let days = Days::new((date(first, 1, 1), date(last, 12, 31)), (None, has_seasons));
    let (mut sum, mut moved, mut count) = (0.0, [0.0; FEATURES], 0.0);
    for kind in &days.kinds {
        let factor = kind.factor(beta);
        sum += factor;
        count += 1.0;
        for feature in kind.features() {
            moved[*feature] += factor;
        }
    }
    (libm::log(sum / count), moved.map(|moved| moved / sum))
}

/// Days since 1970.
pub(super) fn number_of(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_hours() / 24
}
