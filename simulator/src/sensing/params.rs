//! The assumptions about sensors, faults and radio, as editable data.

use serde::{Deserialize, Serialize};

use crate::error::{SimResult, in_range};

/// How faults divide among their kinds; only the proportions matter \[K-low\].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultShares {
    /// No uplink at all.
    pub silent: f64,
    /// The same distance again and again.
    pub stuck: f64,
    /// Out of its mounting: measures somewhere else, and says that it is tilted.
    pub tilted: f64,
    /// Dirt: the level seems to rise, a little more each day.
    pub drift: f64,
}

/// Losses on the radio, after Gilbert and Elliott: good times and bad times, each with its loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RadioParams {
    /// Frames lost in good times; 0.01 to 0.03 \[K-med\].
    pub good_loss: f64,
    /// Frames lost in bad times; 0.3 to 0.6 \[K-med\].
    pub bad_loss: f64,
    /// Mean length of a bad time, in hours; 6 to 48 \[K-med\].
    pub bad_hours: f64,
    /// Frames lost overall, between the two above: it sets the mean length of a good time.
    pub overall_loss: f64,
}

impl RadioParams {
    /// The share of bad times: `(overall − good) / (bad − good)`.
    pub fn bad_share(&self) -> f64 {
        (self.overall_loss - self.good_loss) / (self.bad_loss - self.good_loss)
    }
}

/// Every assumption of the sensor network. The defaults are those of the project's domain notes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensingParams {
    /// Share of sensors that are broken at any time: 16 %, Grenoble's 498 sensors (Senate report).
    pub faulty_share: f64,
    /// Mean time from a fault to its repair, in days \[K-low\]; with the share it sets how often
    /// sensors break.
    pub repair_days: f64,
    /// The kinds of faults.
    pub fault_shares: FaultShares,
    /// How fast dirt builds up, in millimetres a day, between 0 and this \[K-low\].
    pub max_drift_mm_per_day: f64,
    /// Smallest standard deviation of a distance, in millimetres (ultrasonic) \[K-med\].
    pub noise_floor_mm: f64,
    /// Standard deviation of a distance in proportion to it, where that is more \[K-med\].
    pub noise_share: f64,
    /// The heap under the opening is higher or lower than the mean by up to this share of the depth;
    /// 0.10 to 0.15 \[K-med\].
    pub heap_bias: f64,
    /// Share of sensors that do not correct the speed of sound for the temperature \[K-low\].
    pub uncompensated_share: f64,
    /// Share of outliers (echoes, a bag in front); 0.01 to 0.05 \[K-med\].
    pub outlier_share: f64,
    /// Share of outliers above 85 % fill \[K-med\].
    pub outlier_share_when_full: f64,
    /// A report comes up to so many seconds before or after its time, at most a fifth of the interval.
    pub jitter_s: f64,
    /// Battery lives, shortest and longest, in years; 5 to 10 at 4 to 12 messages a day \[K-med\].
    pub battery_years: [f64; 2],
    /// Mean air temperature of the year, in °C \[K-med\].
    pub mean_celsius: f64,
    /// Half the difference between the warmest and the coldest season, in °C \[K-med\].
    pub season_celsius: f64,
    /// Half the difference between day and night, in °C \[K-med\].
    pub daily_celsius: f64,
    /// Losses on the radio.
    pub radio: RadioParams,
}

impl Default for SensingParams {
    fn default() -> Self {
        Self {
            faulty_share: 0.16,
            repair_days: 30.0,
            fault_shares: FaultShares {
                silent: 0.4,
                stuck: 0.25,
                tilted: 0.15,
                drift: 0.2,
            },
            max_drift_mm_per_day: 15.0,
            noise_floor_mm: 10.0,
            noise_share: 0.01,
            heap_bias: 0.12,
            uncompensated_share: 0.1,
            outlier_share: 0.01,
            outlier_share_when_full: 0.05,
            jitter_s: 60.0,
            battery_years: [5.0, 10.0],
            mean_celsius: 10.5,
            season_celsius: 9.5,
            daily_celsius: 5.0,
            radio: RadioParams {
                good_loss: 0.02,
                bad_loss: 0.45,
                bad_hours: 24.0,
                overall_loss: 0.05,
            },
        }
    }
}

impl SensingParams {
    pub(super) fn check(&self) -> SimResult<()> {
        for (name, share) in [
            ("heap_bias", self.heap_bias),
            ("noise_share", self.noise_share),
            ("uncompensated_share", self.uncompensated_share),
            ("outlier_share", self.outlier_share),
            ("outlier_share_when_full", self.outlier_share_when_full),
        ] {
            in_range(name, share, (0.0, 1.0), "0 to 1")?;
        }
        in_range("faulty_share", self.faulty_share, (0.0, 0.99), "0 to 0.99")?;
        in_range(
            "repair_days",
            self.repair_days,
            (0.01, 1e5),
            "0.01 to 100000",
        )?;
        in_range(
            "max_drift_mm_per_day",
            self.max_drift_mm_per_day,
            (0.0, 1e4),
            "0 to 10000",
        )?;
        in_range(
            "noise_floor_mm",
            self.noise_floor_mm,
            (0.0, 1e4),
            "0 to 10000",
        )?;
        in_range("jitter_s", self.jitter_s, (0.0, 86_400.0), "0 to 86400")?;
        let [shortest, longest] = self.battery_years;
        in_range(
            "the shortest battery_years",
            shortest,
            (0.1, 100.0),
            "0.1 to 100",
        )?;
        in_range(
            "the longest battery_years",
            longest,
            (shortest, 100.0),
            "above the shortest, up to 100",
        )?;
        in_range(
            "mean_celsius",
            self.mean_celsius,
            (-40.0, 40.0),
            "-40 to 40",
        )?;
        in_range(
            "season_celsius",
            self.season_celsius,
            (0.0, 30.0),
            "0 to 30",
        )?;
        in_range("daily_celsius", self.daily_celsius, (0.0, 30.0), "0 to 30")?;
        self.fault_shares.check()?;
        self.radio.check()
    }
}

impl FaultShares {
    fn check(&self) -> SimResult<()> {
        let shares = [self.silent, self.stuck, self.tilted, self.drift];
        for share in shares {
            in_range("a share of faults", share, (0.0, 1e6), "0 to 1000000")?;
        }
        in_range(
            "the sum of fault shares",
            shares.iter().sum(),
            (1e-9, 1e7),
            "more than 0",
        )
    }
}

impl RadioParams {
    fn check(&self) -> SimResult<()> {
        in_range("good_loss", self.good_loss, (0.0, 0.999), "0 to 0.999")?;
        in_range(
            "bad_loss",
            self.bad_loss,
            (self.good_loss + 1e-6, 1.0),
            "above good_loss, up to 1",
        )?;
        in_range("bad_hours", self.bad_hours, (0.01, 1e5), "0.01 to 100000")?;
        in_range(
            "overall_loss",
            self.overall_loss,
            (self.good_loss, self.bad_loss),
            "good_loss to bad_loss",
        )
    }
}
