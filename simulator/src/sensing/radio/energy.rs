//! What a device draws from its battery, by how often and how slowly it sends.

use serde::{Deserialize, Serialize};

use super::modulation::SpreadingFactor;
use crate::error::{SimResult, in_range};

const DAY_MS: f64 = 86_400_000.0;
const MS_PER_HOUR: f64 = 3_600_000.0;
const DAYS_PER_YEAR: f64 = 365.2425;

/// The charge that a device uses \[K-low\]: an ultrasonic sensor with a lithium cell of 7 Ah.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeUse {
    /// What the cell gives over its life, self-discharge taken off, in mAh.
    pub capacity_mah: f64,
    /// While it sleeps, in µA.
    pub sleep_ua: f64,
    /// While it sends at 14 dBm, in mA.
    pub send_ma: f64,
    /// What one measurement and the two receive windows after a frame use, in mA·ms.
    pub around_ma_ms: f64,
}

impl Default for ChargeUse {
    fn default() -> Self {
        Self {
            capacity_mah: 7_000.0,
            sleep_ua: 60.0,
            send_ma: 44.0,
            around_ma_ms: 300_000.0,
        }
    }
}

impl ChargeUse {
    /// The charge of one day, in mAh, with a frame of `payload` bytes every `interval_ms`.
    pub fn per_day_mah(&self, factor: SpreadingFactor, (payload, interval_ms): (u32, f64)) -> f64 {
        let frame_ma_ms = self.send_ma * factor.airtime_ms(payload) + self.around_ma_ms;
        let frames = DAY_MS / interval_ms;
        (frames * frame_ma_ms + self.sleep_ua / 1000.0 * DAY_MS) / MS_PER_HOUR
    }

    /// How long the battery lasts, in years, with a frame of `payload` bytes every `interval_ms`.
    ///
    /// ```
    /// use simulator::sensing::{ChargeUse, SpreadingFactor};
    ///
    /// let every_four_hours = (14, 4.0 * 3_600_000.0);
    /// let [fast, slow] = [7, 12].map(|sf| SpreadingFactor::new(sf).expect("a factor"));
    /// let charge = ChargeUse::default();
    /// assert!(charge.years(slow, every_four_hours) < charge.years(fast, every_four_hours));
    /// ```
    pub fn years(&self, factor: SpreadingFactor, frame: (u32, f64)) -> f64 {
        self.capacity_mah / self.per_day_mah(factor, frame) / DAYS_PER_YEAR
    }

    pub(super) fn check(&self) -> SimResult<()> {
        in_range(
            "capacity_mah",
            self.capacity_mah,
            (1.0, 1e6),
            "1 to 1000000",
        )?;
        in_range("sleep_ua", self.sleep_ua, (0.001, 1e5), "0.001 to 100000")?;
        in_range("send_ma", self.send_ma, (0.1, 1e4), "0.1 to 10000")?;
        in_range(
            "around_ma_ms",
            self.around_ma_ms,
            (0.0, 1e7),
            "0 to 10000000",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years(factor: u8, hours: f64) -> f64 {
        let factor = SpreadingFactor::new(factor).unwrap();
        ChargeUse::default().years(factor, (14, hours * MS_PER_HOUR))
    }

    #[rstest::rstest]
    #[case::four_a_day(6.0)]
    #[case::six_a_day(4.0)]
    #[case::twelve_a_day(2.0)]
    fn at_four_to_twelve_frames_a_day_it_lasts_five_to_eleven_years(#[case] hours: f64) {
        for factor in 7..=12 {
            let years = years(factor, hours);
            assert!((5.0..11.0).contains(&years), "SF{factor}: {years}");
        }
    }

    #[test]
    fn slower_and_oftener_is_shorter() {
        for factor in 7..12 {
            assert!(years(factor, 4.0) > years(factor + 1, 4.0));
            assert!(years(factor, 4.0) > years(factor, 1.0));
        }
        let ratio = |hours| years(7, hours) / years(12, hours);
        assert!(
            ratio(0.25) > 1.15 && ratio(0.25) > ratio(4.0),
            "{}",
            ratio(0.25)
        );
    }

    #[test]
    fn a_frame_costs_what_the_formula_says() {
        let charge = ChargeUse {
            capacity_mah: 3_600.0,
            sleep_ua: 0.001,
            send_ma: 40.0,
            around_ma_ms: 0.0,
        };
        let sf12 = SpreadingFactor::SLOWEST;
        // 24 frames of 1646.592 ms at 40 mA.
        let expected = 24.0 * 1646.592 * 40.0 / MS_PER_HOUR;
        let used = charge.per_day_mah(sf12, (14, MS_PER_HOUR));
        assert!((used - expected).abs() < 1e-3, "{used} and {expected}");
    }
}
