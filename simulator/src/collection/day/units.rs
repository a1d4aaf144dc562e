//! From figures of the rules to the units of a day's problem: tenths of a second, metres, litres,
//! kilograms and millionths of a euro.

use crate::numbers::{floor_u64, trunc_i64};

/// Ticks in a second.
const TICKS_PER_S: f64 = 10.0;
/// Units of cost in a euro.
pub(super) const MICROS_PER_EUR: f64 = 1e6;

/// Ticks of so many seconds, rounded; at most what a problem can have.
pub(super) fn ticks(seconds: f64) -> i32 {
    let ticks = floor_u64(libm::round(seconds * TICKS_PER_S));
    i32::try_from(ticks)
        .unwrap_or(i32::MAX)
        .min(crate::collection::Window::LAST)
}

/// Ticks of so many hours.
pub(super) fn hours(hours: f64) -> i32 {
    ticks(hours * 3600.0)
}

/// Ticks of so many minutes.
pub(super) fn minutes(minutes: f64) -> i32 {
    ticks(minutes * 60.0)
}

/// Units of cost of so many euros, rounded.
pub(super) fn micros(euros: f64) -> i64 {
    trunc_i64(libm::round(euros * MICROS_PER_EUR)).clamp(0, 1_000_000_000_000)
}

/// Units of cost for each metre, of euros for each kilometre.
pub(super) fn micros_per_metre(eur_per_km: f64) -> i64 {
    micros(eur_per_km / 1000.0)
}

/// Units of cost for each tick, of euros for each hour.
pub(super) fn micros_per_tick(eur_per_h: f64) -> i64 {
    micros(eur_per_h / 3600.0 / TICKS_PER_S)
}

/// The whole number above an amount, which is small.
pub(super) fn ceil(amount: f64) -> u32 {
    whole(amount.ceil())
}

/// The whole number nearest to an amount.
pub(super) fn round(amount: f64) -> u32 {
    whole(libm::round(amount))
}

/// The whole number below an amount.
pub(super) fn floor(amount: f64) -> u32 {
    whole(amount)
}

fn whole(amount: f64) -> u32 {
    u32::try_from(floor_u64(amount))
        .unwrap_or(u32::MAX)
        .min(1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_the_problem() {
        assert_eq!(hours(4.5), 162_000);
        assert_eq!(minutes(20.0), 12_000);
        assert_eq!(micros(0.25), 250_000);
        assert_eq!(micros_per_metre(1.25), 1_250);
        assert_eq!(micros_per_tick(45.0), 1_250);
        assert_eq!([ceil(10.1), round(10.5), floor(10.9)], [11, 11, 10]);
        assert_eq!(
            [ceil(f64::NAN), round(-1.0), floor(1e300)],
            [0, 0, 1_000_000_000]
        );
    }
}
