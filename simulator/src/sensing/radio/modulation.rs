//! LoRa in the band EU868: how long a frame is on the air, what a device may send, who can hear it.

use serde::{Deserialize, Serialize};

use crate::error::{SimError, SimResult};

/// How much a symbol is spread: one more doubles its time and hears some 2.5 dB further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct SpreadingFactor(u8);

/// What the protocol puts around an application's payload: header, address, counter, port, MIC.
const FRAME_OVERHEAD: u32 = 13;
/// Symbols of the preamble, before the fixed 4.25.
const PREAMBLE: f64 = 8.0;
/// Width of a channel, in Hz.
const BANDWIDTH_HZ: f64 = 125_000.0;
/// Share of an hour that a device may send in the band g1 (ETSI EN 300 220).
const DUTY_CYCLE: f64 = 0.01;
/// The eight channels of the usual European plan, in Hz; the first three are mandatory.
pub const CHANNELS_HZ: [u32; 8] = [
    868_100_000,
    868_300_000,
    868_500_000,
    867_100_000,
    867_300_000,
    867_500_000,
    867_700_000,
    867_900_000,
];

impl SpreadingFactor {
    /// All of them, the fastest first.
    pub const ALL: [Self; 6] = [Self(7), Self(8), Self(9), Self(10), Self(11), Self(12)];
    /// The slowest, which is heard furthest.
    pub const SLOWEST: Self = Self(12);

    /// Refuses what is not 7 to 12.
    pub fn new(value: u8) -> SimResult<Self> {
        Self::ALL
            .into_iter()
            .find(|factor| factor.0 == value)
            .ok_or(SimError::InvalidParameter {
                parameter: "spreading factor",
                value: f64::from(value),
                expected: "7 to 12",
            })
    }

    /// The number, 7 to 12.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The data rate's number in EU868: 0 for the slowest, 5 for the fastest.
    pub const fn data_rate(self) -> u8 {
        12 - self.0
    }

    /// The weakest signal that is still read, in dBm: −123 to −137 (Semtech's SX1276).
    pub fn sensitivity_dbm(self) -> f64 {
        [-123.0, -126.0, -129.0, -132.0, -134.5, -137.0][self.index()]
    }

    /// The largest application payload of its data rate, in bytes.
    pub fn max_payload(self) -> u32 {
        [222, 222, 115, 51, 51, 51][self.index()]
    }

    /// Time on the air of a frame with an application payload of so many bytes, in milliseconds.
    ///
    /// Semtech's formula (AN1200.13) with eight preamble symbols, explicit header, CRC, coding rate
    /// 4/5, 125 kHz, and the low data rate optimisation of SF11 and SF12.
    ///
    /// ```
    /// use simulator::sensing::SpreadingFactor;
    ///
    /// let ms = SpreadingFactor::new(7)?.airtime_ms(14);
    /// assert!((ms - 66.816).abs() < 1e-9);
    /// # Ok::<(), simulator::SimError>(())
    /// ```
    pub fn airtime_ms(self, payload: u32) -> f64 {
        let factor = f64::from(self.0);
        let symbol_ms = f64::from(1_u32 << self.0) / BANDWIDTH_HZ * 1000.0;
        let optimised = if self.0 >= 11 { 2.0 } else { 0.0 };
        let bits = 8.0 * f64::from(payload + FRAME_OVERHEAD) - 4.0 * factor + 28.0 + 16.0;
        let coded = libm::ceil(bits / (4.0 * (factor - optimised))) * 5.0;
        (PREAMBLE + 4.25 + 8.0 + coded.max(0.0)) * symbol_ms
    }

    /// The shortest interval at which a device may send such frames, in milliseconds.
    pub fn min_interval_ms(self, payload: u32) -> f64 {
        self.airtime_ms(payload) / DUTY_CYCLE
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0 - 7)
    }
}

impl TryFrom<u8> for SpreadingFactor {
    type Error = SimError;

    fn try_from(value: u8) -> SimResult<Self> {
        Self::new(value)
    }
}

impl From<SpreadingFactor> for u8 {
    fn from(factor: SpreadingFactor) -> Self {
        factor.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::sf7(7, 66.8, 6.6)]
    #[case::sf8(8, 123.4, 12.3)]
    #[case::sf9(9, 226.3, 22.6)]
    #[case::sf10(10, 411.6, 41.1)]
    #[case::sf11(11, 823.3, 82.3)]
    #[case::sf12(12, 1646.6, 164.6)]
    fn fourteen_bytes_take_the_published_time(
        #[case] factor: u8,
        #[case] ms: f64,
        #[case] interval_s: f64,
    ) {
        let factor = SpreadingFactor::new(factor).unwrap();
        let airtime = factor.airtime_ms(14);
        assert!((airtime - ms).abs() < 0.06, "{airtime}");
        let interval = factor.min_interval_ms(14) / 1000.0;
        assert!((interval - interval_s).abs() < 0.15, "{interval}");
    }

    #[test]
    fn the_documentation_of_the_things_stack_gives_the_time_of_seven_to_nine_bytes() {
        let sf7 = SpreadingFactor::new(7).unwrap();
        // 56.576 ms is a frame of 20 to 22 bytes, 13 of which are the protocol's.
        for payload in 7..=9 {
            assert!((sf7.airtime_ms(payload) - 56.576).abs() < 1e-9, "{payload}");
        }
        assert!(sf7.airtime_ms(6) < 56.0 && sf7.airtime_ms(10) > 57.0);
    }

    #[test]
    fn slower_is_longer_and_hears_further_and_holds_less() {
        for pair in SpreadingFactor::ALL.windows(2) {
            assert!(pair[0].airtime_ms(14) < pair[1].airtime_ms(14));
            assert!(pair[0].sensitivity_dbm() > pair[1].sensitivity_dbm());
            assert!(pair[0].max_payload() >= pair[1].max_payload());
            assert_eq!(pair[0].data_rate(), pair[1].data_rate() + 1);
        }
        assert_eq!(SpreadingFactor::SLOWEST.max_payload(), 51);
    }

    #[test]
    fn there_is_no_sf6_and_no_sf13() {
        assert!(SpreadingFactor::new(6).is_err() && SpreadingFactor::new(13).is_err());
        assert!(serde_json::from_str::<SpreadingFactor>("13").is_err());
    }
}
