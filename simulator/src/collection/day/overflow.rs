//! How probable it is that a container overflows.

use crate::filling::DepositVolume;

/// What is known of what a container holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// So many litres, which a sensor tells.
    Measured {
        /// In litres.
        litres: f64,
    },
    /// So many litres, which a sensor told a while ago, and so many deposits in the mean since.
    Aged {
        /// In litres.
        litres: f64,
        /// How many.
        deposits: f64,
    },
    /// So many litres in the mean of what is believed, and how uncertain that is.
    Estimated {
        /// In litres.
        litres: f64,
        /// The variance, in litres².
        variance_l2: f64,
    },
    /// So many deposits since it was emptied, counted at its flap.
    Counted {
        /// How many.
        deposits: f64,
    },
    /// So many deposits in the mean since it was emptied; nobody looked.
    Expected {
        /// How many.
        deposits: f64,
    },
}

impl Level {
    /// The litres that are expected in it, not limited to what it holds.
    pub fn litres(self, deposit: DepositVolume) -> f64 {
        match self {
            Self::Measured { litres } | Self::Estimated { litres, .. } => litres,
            Self::Aged { litres, deposits } => litres + deposits * deposit.mean_l(),
            Self::Counted { deposits } | Self::Expected { deposits } => deposits * deposit.mean_l(),
        }
    }
}

/// The probability that a container of `capacity_l` litres is brought more than it holds before
/// `coming` more deposits have come in the mean, by a normal law with the moments of the compound
/// Poisson process (Groningen, arXiv 2409.13386).
///
/// With mean μ and variance σ² of a deposit, λ deposits to come and n there already, the moments are
/// λμ and λ(σ² + μ²) above a measured level, with what came since among the λ, and beside the variance of
/// one that is estimated; (n + λ)μ and (n + λ)σ² + λμ² where n was counted; and
/// (n + λ)μ and (n + λ)(σ² + μ²) where n is itself the mean of a Poisson number.
///
/// ```
/// use simulator::collection::day::{Level, overflow_probability};
/// use simulator::filling::DepositVolume;
///
/// let deposit = DepositVolume { min_l: 10.0, mode_l: 30.0, max_l: 60.0 };
/// let level = Level::Measured { litres: 3000.0 };
/// let p = overflow_probability(level, deposit, 4000.0, 25.0);
/// assert!((p - 0.16963).abs() < 5e-6);
/// ```
pub fn overflow_probability(
    level: Level,
    deposit: DepositVolume,
    capacity_l: f64,
    coming: f64,
) -> f64 {
    let (mean, variance) = (deposit.mean_l(), deposit.variance_l2());
    let square = mean * mean;
    let (expected_l, variance_l2) = match level {
        Level::Measured { litres } => (litres + coming * mean, coming * (variance + square)),
        Level::Aged { litres, deposits } => (
            litres + (deposits + coming) * mean,
            (deposits + coming) * (variance + square),
        ),
        Level::Estimated {
            litres,
            variance_l2,
        } => (
            litres + coming * mean,
            variance_l2 + coming * (variance + square),
        ),
        Level::Counted { deposits } => (
            (deposits + coming) * mean,
            (deposits + coming) * variance + coming * square,
        ),
        Level::Expected { deposits } => (
            (deposits + coming) * mean,
            (deposits + coming) * (variance + square),
        ),
    };
    let room_l = capacity_l - expected_l;
    if variance_l2 > 0.0 {
        let sigmas = room_l / libm::sqrt(variance_l2);
        0.5 * libm::erfc(sigmas / core::f64::consts::SQRT_2)
    } else {
        f64::from(u8::from(room_l < 0.0))
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::*;

    const GRONINGEN: DepositVolume = DepositVolume {
        min_l: 10.0,
        mode_l: 30.0,
        max_l: 60.0,
    };

    #[rstest::rstest]
    #[case::eighty_counted(Level::Counted { deposits: 80.0 }, 0.00560)]
    #[case::hundred_counted(Level::Counted { deposits: 100.0 }, 0.79486)]
    #[case::measured_a_while_ago(Level::Aged { litres: 2500.0, deposits: 15.0 }, 0.22498)]
    #[case::measured_low(Level::Measured { litres: 3000.0 }, 0.16963)]
    #[case::measured_high(Level::Measured { litres: 3300.0 }, 0.77772)]
    fn the_formula_gives_the_known_values(#[case] level: Level, #[case] expected: f64) {
        let p = overflow_probability(level, GRONINGEN, 4000.0, 25.0);
        assert_abs_diff_eq!(p, expected, epsilon = 5e-6);
    }

    #[rstest::rstest]
    #[case::with_room(3999.0, 0.0)]
    #[case::exactly_full(4000.0, 0.0)]
    #[case::beyond(4001.0, 1.0)]
    fn without_deposits_to_come_it_is_certain(#[case] litres: f64, #[case] expected: f64) {
        let level = Level::Measured { litres };
        let p = overflow_probability(level, GRONINGEN, 4000.0, 0.0);
        assert_abs_diff_eq!(p, expected);
    }

    proptest! {
        #[test]
        fn more_of_anything_never_makes_it_less_probable(
            litres in 0.0..5000.0_f64,
            more in 0.0..500.0_f64,
            coming in 0.0..40.0_f64,
        ) {
            let p = |litres| overflow_probability(Level::Measured { litres }, GRONINGEN, 4000.0, coming);
            prop_assert!((0.0..=1.0).contains(&p(litres)));
            prop_assert!(p(litres) <= p(litres + more));
        }

        #[test]
        fn a_level_of_a_while_ago_is_one_of_then_with_more_to_come(
            litres in 0.0..4000.0_f64,
            deposits in 0.0..60.0_f64,
            coming in 0.0..40.0_f64,
        ) {
            let p = |level, coming| overflow_probability(level, GRONINGEN, 4000.0, coming);
            let then = p(Level::Measured { litres }, coming + deposits);
            let now = p(Level::Aged { litres, deposits }, coming);
            prop_assert!((now - then).abs() < 1e-12, "{now} and {then}");
        }

        #[test]
        fn not_to_have_looked_widens_the_law(deposits in 1.0..200.0_f64, coming in 1.0..60.0_f64) {
            let p = |level| overflow_probability(level, GRONINGEN, 4000.0, coming);
            let (counted, expected) = (p(Level::Counted { deposits }), p(Level::Expected { deposits }));
            let is_below = (deposits + coming) * GRONINGEN.mean_l() < 4000.0;
            prop_assert_eq!(is_below, counted < expected || (counted == expected && expected < 0.5));
        }
    }
}
