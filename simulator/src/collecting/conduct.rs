//! The assumptions about how a day goes, as editable data.

use serde::{Deserialize, Serialize};

use crate::error::{SimResult, in_range};
use crate::numbers::f64_of_index;

/// How a day differs from its plan. The defaults are assumptions (low confidence) unless they say more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Conduct {
    /// Coefficient of variation of the time that a container takes, 0 to 2.
    pub service_cv: f64,
    /// Coefficient of variation of a vehicle's driving times over a day, 0 to 1: weather, road works.
    pub driving_cv: f64,
    /// Coefficient of variation of an unloading, 0 to 2; 15 to 25 minutes (medium confidence) are some 0.15.
    pub unloading_cv: f64,
    /// How many vehicles unload at a site at a time, 1 to 20; the others queue.
    pub bays: u32,
    /// How probable it is that a vehicle breaks down on a day that it is used, 0 to 1.
    pub breakdown: f64,
    /// How probable it is that a breakdown ends the day, 0 to 1; the others are repaired on the way.
    pub breakdown_ends_day: f64,
    /// How long a repair on the way takes in the mean, in hours, 0 to 24.
    pub repair_h: f64,
    /// Whole local hours of peak traffic on Mondays to Fridays: from each first to just before its second.
    pub peaks: [[u8; 2]; 2],
    /// How long before its end plans leave a shift free for what goes wrong, in hours, 0 to 4.
    pub reserve_h: f64,
    /// Standard deviation of a level that a crew tells when it empties a container, as a share of its
    /// volume, 0 to 1.
    pub crew_error: f64,
    /// Breaks that crews take at the depot, in the order of the day, up to 8: plans know nothing of them, and
    /// the ways there and back come on top. Without them crews rest where they are.
    pub depot_breaks: Vec<DepotBreak>,
}

/// A break at the depot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DepotBreak {
    /// When it begins, in hours after local midnight, 0 to 24.
    pub at_h: f64,
    /// How long it takes, in minutes, 0 to 240.
    pub minutes: f64,
}

impl DepotBreak {
    /// When it begins and how long it takes, in tenths of a second.
    pub(super) fn ticks(self) -> (i32, i32) {
        let ticks = |value: f64| i32::try_from(crate::numbers::trunc_i64(value)).unwrap_or(0);
        (ticks(self.at_h * 36_000.0), ticks(self.minutes * 600.0))
    }
}

/// No day has more breaks at the depot.
const MAX_BREAKS: usize = 8;

impl Default for Conduct {
    fn default() -> Self {
        Self {
            service_cv: 0.3,
            driving_cv: 0.08,
            unloading_cv: 0.15,
            bays: 1,
            breakdown: 0.01,
            breakdown_ends_day: 0.3,
            repair_h: 1.5,
            peaks: [[7, 9], [16, 18]],
            reserve_h: 0.75,
            crew_error: 0.05,
            depot_breaks: Vec::new(),
        }
    }
}

impl Conduct {
    /// Everything goes as it was planned.
    pub fn exact() -> Self {
        Self {
            service_cv: 0.0,
            driving_cv: 0.0,
            unloading_cv: 0.0,
            bays: 20,
            breakdown: 0.0,
            peaks: [[0, 0]; 2],
            reserve_h: 0.0,
            crew_error: 0.0,
            ..Self::default()
        }
    }

    /// Refuses figures outside their ranges.
    pub fn check(&self) -> SimResult<()> {
        for (name, value, most, expected) in [
            ("service_cv", self.service_cv, 2.0, "0 to 2"),
            ("driving_cv", self.driving_cv, 1.0, "0 to 1"),
            ("unloading_cv", self.unloading_cv, 2.0, "0 to 2"),
            ("breakdown", self.breakdown, 1.0, "0 to 1"),
            ("breakdown_ends_day", self.breakdown_ends_day, 1.0, "0 to 1"),
            ("repair_h", self.repair_h, 24.0, "0 to 24"),
            ("reserve_h", self.reserve_h, 4.0, "0 to 4"),
            ("crew_error", self.crew_error, 1.0, "0 to 1"),
        ] {
            in_range(name, value, (0.0, most), expected)?;
        }
        in_range("bays", f64::from(self.bays), (1.0, 20.0), "1 to 20")?;
        let breaks = f64_of_index(self.depot_breaks.len());
        in_range(
            "the number of depot_breaks",
            breaks,
            (0.0, f64_of_index(MAX_BREAKS)),
            "up to 8",
        )?;
        let mut earliest = 0.0;
        for DepotBreak { at_h, minutes } in &self.depot_breaks {
            let expected = "0 to 24, each later than the one before";
            in_range("depot_breaks.at_h", *at_h, (earliest, 24.0), expected)?;
            in_range("depot_breaks.minutes", *minutes, (0.0, 240.0), "0 to 240")?;
            earliest = at_h + minutes / 60.0;
        }
        for [from, to] in self.peaks {
            in_range("the end of a peak", f64::from(to), (0.0, 24.0), "0 to 24")?;
            let (from, to) = (f64::from(from), f64::from(to));
            in_range("the start of a peak", from, (0.0, to), "0 to its end")?;
        }
        Ok(())
    }

    /// The reserve in tenths of a second.
    pub(super) fn reserve(&self) -> i32 {
        i32::try_from(crate::numbers::trunc_i64(self.reserve_h * 36_000.0)).unwrap_or(0)
    }

    /// Which share of the hours in which vehicles are out, taken as 5 to 17 h, is peak: what plans reckon with.
    pub fn peak_share(&self) -> f64 {
        const DAY: core::ops::Range<u8> = 5..17;
        let within = |[from, to]: &[u8; 2]| {
            let (from, to) = ((*from).max(DAY.start), (*to).min(DAY.end));
            f64::from(to.saturating_sub(from))
        };
        self.peaks.iter().map(within).sum::<f64>() / f64::from(DAY.end - DAY.start)
    }

    /// Whether a tick of a day, tenths of a second since midnight, lies in a peak.
    pub(super) fn is_peak(&self, tick: i32) -> bool {
        let hour = tick / 36_000;
        let holds = |[from, to]: &[u8; 2]| (i32::from(*from)..i32::from(*to)).contains(&hour);
        self.peaks.iter().any(holds)
    }
}

/// A factor of mean 1 with a coefficient of variation, from a standard normal number: lognormal, so
/// that it is never negative and long delays are rare, not impossible.
pub(super) fn lognormal(cv: f64, normal: f64) -> f64 {
    if cv > 0.0 {
        let variance = libm::log1p(cv * cv);
        libm::exp(libm::sqrt(variance) * normal - variance / 2.0)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Model, Seed};

    #[test]
    fn delays_have_the_mean_and_the_spread_that_they_shall() {
        let mut random = Seed(1).stream(Model::Service, 0);
        let n = 100_000;
        let draws: Vec<f64> = (0..n).map(|_| lognormal(0.3, random.normal())).collect();
        let mean = draws.iter().sum::<f64>() / f64::from(n);
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(n);
        approx::assert_abs_diff_eq!(mean, 1.0, epsilon = 0.005);
        approx::assert_abs_diff_eq!(variance.sqrt(), 0.3, epsilon = 0.01);
        approx::assert_abs_diff_eq!(lognormal(0.0, 3.0), 1.0);
    }

    #[test]
    fn peaks_are_whole_hours() {
        let conduct = Conduct::default();
        let at = |hour: i32, minute: i32| conduct.is_peak((hour * 60 + minute) * 600);
        assert!(!at(6, 59) && at(7, 0) && at(8, 59) && !at(9, 0) && at(17, 0));
        assert!(!Conduct::exact().is_peak(0));
    }

    #[test]
    fn figures_that_cannot_be_are_refused_by_name() {
        let bad = Conduct {
            breakdown: 1.5,
            ..Conduct::default()
        };
        let told = bad.check().unwrap_err().to_string();
        assert_eq!(told, "breakdown is 1.5, expected 0 to 1");
        assert!(Conduct::default().check().is_ok() && Conduct::exact().check().is_ok());
    }
}
