//! How the strength of one pair's frames varies: the sum of four even numbers, nearly normal.

/// The sum's mean, and how many standard deviations one of its units is.
const MEAN: f64 = 2.0;
const PER_UNIT: f64 = 1.732_050_807_568_877_2;
/// No frame is further from the mean than this, in standard deviations.
pub(super) const BOUND: f64 = MEAN * PER_UNIT;

/// A draw with mean 0 and variance 1 from 64 random bits, without a transcendental function.
pub(super) fn standard(bits: u64) -> f64 {
    let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
    // Half a step more for each, so that the mean is exact.
    ((crate::numbers::f64_of(sum) + 2.0) / 65_536.0 - MEAN) * PER_UNIT
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
        let mut stream = Seed(4).stream(Model::RadioFading, 0);
        let draws: Vec<f64> = (0..100_000).map(|_| standard(stream.next_u64())).collect();
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
}
