//! What slopes do to speed.

use serde::Deserialize;

use super::MAX_SPEED_KMH;
use super::tables::between;
use crate::error::SimResult;

/// Nobody is slower, in km/h.
const MIN_SPEED_KMH: f64 = 1.0;
/// No road is steeper; what a terrain model says beyond it is an error of it.
const MAX_GRADE: f64 = 0.5;
/// The acceleration of gravity, in m/s².
const GRAVITY: f64 = 9.806_65;
/// Kilometres an hour in a metre a second.
const KMH_PER_MPS: f64 = 3.6;
/// W. Tobler, *Three presentations on geographical analysis and modeling*, NCGIA report 93-1 (1993):
/// a walker makes `6 exp(-3.5 |grade + 0.05|)` km/h, most on a gentle descent.
const TOBLER_STEEPNESS: f64 = 3.5;
/// The descent on which a walker is fastest, from the same.
const TOBLER_BEST: f64 = 0.05;

/// How a profile climbs and descends.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(tag = "model", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Slope {
    /// A vehicle: no faster uphill than its engine lifts it, nor downhill than its brakes hold it
    /// without fading.
    Power {
        /// Power at the wheels for each tonne, in kW.
        climb_kw_per_t: f64,
        /// Lasting braking power for each tonne, in kW.
        brake_kw_per_t: f64,
        /// Rolling resistance as a share of the weight.
        rolling: f64,
    },
    /// A walker, after Tobler.
    Tobler,
}

impl Slope {
    pub(super) fn speed_kmh(&self, flat_kmh: f64, grade: f64) -> f64 {
        let flat_kmh = bounded(flat_kmh, (MIN_SPEED_KMH, MAX_SPEED_KMH), MIN_SPEED_KMH);
        let grade = bounded(grade, (-MAX_GRADE, MAX_GRADE), 0.0);
        let speed_kmh = match *self {
            Self::Power {
                climb_kw_per_t,
                brake_kw_per_t,
                rolling,
            } => {
                let sine = grade / (1.0 + grade * grade).sqrt();
                let uphill = held_kmh(climb_kw_per_t, sine + rolling);
                let downhill = held_kmh(brake_kw_per_t, -sine - rolling);
                flat_kmh.min(uphill).min(downhill)
            }
            Self::Tobler => flat_kmh * tobler(grade),
        };
        speed_kmh.clamp(MIN_SPEED_KMH, MAX_SPEED_KMH)
    }

    /// Refuses powers and resistances that no vehicle has.
    pub(super) fn check(&self) -> SimResult<()> {
        let Self::Power {
            climb_kw_per_t,
            brake_kw_per_t,
            rolling,
        } = *self
        else {
            return Ok(());
        };
        let range = (0.5, 1_000.0);
        between(
            "slope.climb_kw_per_t",
            climb_kw_per_t,
            range,
            "0.5 to 1000 kW/t",
        )?;
        between(
            "slope.brake_kw_per_t",
            brake_kw_per_t,
            range,
            "0.5 to 1000 kW/t",
        )?;
        between("slope.rolling", rolling, (0.0, 0.1), "0 to 0.1")
    }
}

/// A number within bounds, and one in place of what is none.
fn bounded(value: f64, (min, max): (f64, f64), otherwise: f64) -> f64 {
    if value.is_nan() {
        otherwise
    } else {
        value.clamp(min, max)
    }
}

/// The speed at which a power moves or holds a weight against a force that is a share of it.
fn held_kmh(kw_per_t: f64, share: f64) -> f64 {
    if share > 0.0 {
        kw_per_t / (GRAVITY * share) * KMH_PER_MPS
    } else {
        f64::INFINITY
    }
}

/// A walker's speed as a share of that on the flat.
fn tobler(grade: f64) -> f64 {
    libm::exp(-TOBLER_STEEPNESS * ((grade + TOBLER_BEST).abs() - TOBLER_BEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roads::Profile;
    use proptest::prelude::*;

    /// `6 exp(-3.5 |grade + 0.05|)` for a walker who makes 5.036 74 km/h on the flat.
    #[rstest::rstest]
    #[case::flat(0.0, 5.036_74)]
    #[case::the_best(-0.05, 6.0)]
    #[case::uphill(0.2, 2.501_17)]
    #[case::downhill(-0.2, 3.549_33)]
    fn a_walker_follows_tobler(#[case] grade: f64, #[case] expected_kmh: f64) {
        let found = Slope::Tobler.speed_kmh(5.036_74, grade);
        approx::assert_abs_diff_eq!(found, expected_kmh, epsilon = 1e-4);
    }

    /// 7.2 kW/t against 6 % and 0.8 % of rolling resistance: 7.2 / (9.806 65 · 0.067 9) m/s.
    #[test]
    fn a_full_truck_climbs_as_fast_as_its_engine_lifts_it() {
        let slope = Slope::Power {
            climb_kw_per_t: 7.2,
            brake_kw_per_t: 9.0,
            rolling: 0.008,
        };
        approx::assert_abs_diff_eq!(slope.speed_kmh(80.0, 0.06), 38.93, epsilon = 0.02);
        assert_eq!(slope.speed_kmh(30.0, 0.06), 30.0, "it is slower anyway");
        assert_eq!(slope.speed_kmh(80.0, 0.0), 80.0);
        assert!(slope.speed_kmh(80.0, -0.1) < 40.0, "it keeps to a low gear");
    }

    proptest! {
        #[test]
        fn every_speed_is_within_bounds(
            speed_kmh in prop::num::f64::ANY,
            grade in prop::num::f64::ANY,
        ) {
            for name in Profile::BUILT_IN {
                let profile = Profile::built_in(name).unwrap();
                let found = profile.speed_on_slope_kmh(speed_kmh, grade);
                prop_assert!((MIN_SPEED_KMH..=MAX_SPEED_KMH).contains(&found));
            }
        }

        #[test]
        fn steeper_is_never_faster_uphill(grade in 0.0..0.5_f64, more in 0.0..0.2_f64) {
            for name in Profile::BUILT_IN {
                let profile = Profile::built_in(name).unwrap();
                let at = |grade| profile.speed_on_slope_kmh(5.0, grade);
                prop_assert!(at(grade + more) <= at(grade));
            }
        }
    }
}
