//! How the strength of one pair's frames varies: the sum of four even numbers, nearly normal.

/// The largest sum of four numbers of 16 bits.
pub(super) const LARGEST: u32 = 4 * 65_535;

/// The sum's mean, and how many standard deviations one of its units is.
const MEAN: f64 = 2.0;
const PER_UNIT: f64 = 1.732_050_807_568_877_2;
/// No frame is further from the mean than this, in standard deviations.
pub(super) const BOUND: f64 = MEAN * PER_UNIT;

/// What has mean 0 and variance 1 of the sum of four even numbers of 16 bits, 0 to [`LARGEST`]; without a
/// transcendental function.
pub(super) fn standard(sum: u32) -> f64 {
    // Half a step more for each, so that the mean is exact.
    ((f64::from(sum) + 2.0) / 65_536.0 - MEAN) * PER_UNIT
}

/// The smallest sum of a draw that is not below `z`; more than [`LARGEST`] where there is none.
pub(super) fn least(z: f64) -> u32 {
    let near = ((z / PER_UNIT + MEAN) * 65_536.0 - 2.0).clamp(0.0, f64::from(LARGEST));
    let first = crate::numbers::floor_u32(near).saturating_sub(2);
    let mut sums = first..=LARGEST;
    sums.find(|sum| standard(*sum) >= z).unwrap_or(LARGEST + 1)
}

/// The chance that a draw is below `z`: the distribution of Irwin and Hall for four.
pub(super) fn below(z: f64) -> f64 {
    let x = (z / PER_UNIT + MEAN).clamp(0.0, 4.0);
    let fourth = |k: f64| {
        let y = (x - k).max(0.0);
        y * y * y * y
    };
    let sum = fourth(0.0) - 4.0 * fourth(1.0) + 6.0 * fourth(2.0) - 4.0 * fourth(3.0);
    (sum / 24.0).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Model, Seed};

    #[test]
    fn it_has_mean_zero_variance_one_and_its_distribution() {
        let mut stream = Seed(4).stream(Model::Report, 0);
        let mut sum = || {
            let bits = stream.next_u64();
            let parts = [0, 16, 32, 48].map(|by| u32::try_from(bits >> by & 0xffff).unwrap());
            parts.iter().sum()
        };
        let draws: Vec<f64> = (0..100_000).map(|_| standard(sum())).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|z| z * z).sum::<f64>() / 1e5;
        assert!(
            mean.abs() < 0.013 && (variance - 1.0).abs() < 0.02,
            "{mean}, {variance}"
        );
        for z in [-2.5, -1.0, 0.0, 0.7, 2.0] {
            let count = u32::try_from(draws.iter().filter(|draw| **draw < z).count()).unwrap();
            let share = f64::from(count) / 1e5;
            assert!(
                (share - below(z)).abs() < 0.006,
                "{z}: {share} and {}",
                below(z)
            );
        }
        assert!(draws.iter().all(|z| z.abs() <= BOUND));
    }

    #[test]
    fn the_distribution_is_near_the_normal_one_and_ends_at_its_bounds() {
        approx::assert_abs_diff_eq!(below(0.0), 0.5, epsilon = 1e-12);
        approx::assert_abs_diff_eq!(below(1.0), 0.841, epsilon = 0.008);
        assert_eq!((below(-BOUND), below(BOUND)), (0.0, 1.0));
    }

    #[test]
    fn the_least_sum_is_the_first_that_is_not_below() {
        for z in [-9.0, -BOUND, -1.3, 0.0, 0.000_01, 2.2, 3.46] {
            let least = least(z);
            assert!(standard(least) >= z, "{z}");
            assert!(least == 0 || standard(least - 1) < z, "{z}");
        }
        assert_eq!(least(BOUND), LARGEST + 1);
    }
}
