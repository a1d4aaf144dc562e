//! How many deposits a container has on a day: Poisson with a gamma day effect, which is negative binomial;
//! drawn for many containers side by side by inversion of their cumulated probabilities.

use pulp::Simd;

use crate::random::{LANES, Lanes, Stream, exponential, logarithm, nearest_u32, unit};

/// Larger means are drawn one by one.
const MAX_MEAN: f64 = 512.0;
/// No container has more deposits on a day with such a mean: the chance of it is below 10⁻¹⁵.
const MAX_COUNT: u32 = 4_096;
/// With a day effect of the shape k, larger means than this times k are drawn one by one too: their tails
/// are too long.
const MAX_MEAN_PER_SHAPE: f64 = 50.0;

/// So many probabilities are cumulated before somebody looks whether they suffice.
const AT_ONCE: usize = 4;

/// The law of counts, given their mean.
#[derive(Clone, Debug)]
pub(super) struct CountLaw {
    /// Shape of the gamma day effect; `None`: none, counts are Poisson.
    shape: Option<f64>,
    /// By what the probability of `n + 1` is that of `n`, but for a factor that depends on the mean alone.
    ratios: Vec<f64>,
    largest: f64,
}

impl CountLaw {
    pub(super) fn new(shape: Option<f64>) -> Self {
        let ratio = |n: u32| (shape.map_or(1.0, |k| f64::from(n) + k)) / f64::from(n + 1);
        let longest = shape.map_or(MAX_MEAN, |k| MAX_MEAN_PER_SHAPE * k);
        Self {
            shape,
            ratios: (0..MAX_COUNT).map(ratio).collect(),
            largest: longest.min(MAX_MEAN),
        }
    }

    /// Whether a mean is small enough to be drawn beside others.
    pub(super) fn is_usual(&self, mean: f64) -> bool {
        mean <= self.largest
    }

    /// Draws sixteen counts of their means, which are usual, from 64 random bits each.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    pub(super) fn draw<S: Simd>(
        &self,
        simd: S,
        means: &[f64; LANES],
        [low, high]: [&Lanes; 2],
    ) -> Lanes {
        let mut targets = [0.0; LANES];
        let (mut first, mut factors) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            targets[lane] = unit(u64::from(high[lane]) << 32 | u64::from(low[lane]));
        }
        match self.shape {
            Some(k) => {
                for lane in 0..LANES {
                    let mean = means[lane];
                    first[lane] = exponential(-k * logarithm(1.0 + mean / k));
                    factors[lane] = mean / (mean + k);
                }
            }
            None => {
                for lane in 0..LANES {
                    first[lane] = exponential(-means[lane]);
                    factors[lane] = means[lane];
                }
            }
        }
        let mut counts = [0.0; LANES];
        let made = S::as_mut_simd_f64s(&mut counts).0;
        let (targets, first) = (S::as_simd_f64s(&targets).0, S::as_simd_f64s(&first).0);
        let factors = S::as_simd_f64s(&factors).0;
        for nth in 0..LANES / S::F64_LANES {
            made[nth] = self.invert(simd, targets[nth], (first[nth], factors[nth]));
        }
        let mut whole = [0; LANES];
        for (whole, count) in whole.iter_mut().zip(counts) {
            *whole = nearest_u32(count);
        }
        whole
    }

    /// How many cumulated probabilities some targets have reached, given the probability of none and by
    /// which factor of its own each probability is that of the count before.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn invert<S: Simd>(
        &self,
        simd: S,
        target: S::f64s,
        (first, factor): (S::f64s, S::f64s),
    ) -> S::f64s {
        let (one, none) = (simd.splat_f64s(1.0), simd.splat_f64s(0.0));
        let (mut probability, mut cumulated) = (first, first);
        let mut count = none;
        for ratios in self.ratios.as_chunks::<AT_ONCE>().0 {
            let mut reached = none;
            for ratio in ratios {
                let is_reached = simd.less_than_or_equal_f64s(cumulated, target);
                reached = simd.select_f64s(is_reached, one, none);
                count = simd.add_f64s(count, reached);
                let ratio = simd.mul_f64s(simd.splat_f64s(*ratio), factor);
                probability = simd.mul_f64s(probability, ratio);
                cumulated = simd.add_f64s(cumulated, probability);
            }
            // Who has not reached the last of them will not reach a later one either.
            if simd.reduce_max_f64s(reached) == 0.0 {
                break;
            }
        }
        count
    }

    /// Draws a count of a mean that is not usual: the day effect first, then the count.
    pub(super) fn draw_large(&self, mean: f64, stream: &mut Stream) -> u32 {
        let effect = self
            .shape
            .map_or(1.0, |shape| stream.gamma_of_mean_one(shape));
        stream.poisson((mean * effect).min(super::deposits::MAX_MEAN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Model, Seed};

    /// Sixteen counts of one mean.
    struct Draw<'a>(&'a CountLaw, f64, &'a [Lanes; 2]);

    impl pulp::WithSimd for Draw<'_> {
        type Output = Lanes;

        fn with_simd<S: Simd>(self, simd: S) -> Lanes {
            let Self(law, mean, [low, high]) = self;
            law.draw(simd, &[mean; LANES], [low, high])
        }
    }

    /// Mean and variance of many draws, those of sixteen means at once and of large ones one by one.
    fn moments(mean: f64, shape: Option<f64>) -> [f64; 2] {
        let law = CountLaw::new(shape);
        let mut stream = Seed(8).stream(Model::Deposits, 0);
        let mut draws: Vec<f64> = Vec::new();
        while draws.len() < 160_000 {
            if law.is_usual(mean) {
                let mut word = || u32::try_from(stream.next_u64() >> 32).unwrap();
                let words = [(); 2].map(|()| [(); LANES].map(|()| word()));
                let counts = pulp::Arch::new().dispatch(Draw(&law, mean, &words));
                draws.extend(counts.map(f64::from));
            } else {
                draws.push(f64::from(law.draw_large(mean, &mut stream)));
            }
        }
        let n = 160_000.0;
        let average = draws.iter().sum::<f64>() / n;
        let squares = draws.iter().map(|x| (x - average) * (x - average));
        [average, squares.sum::<f64>() / n]
    }

    #[rstest::rstest]
    #[case::never(0.0, Some(20.0))]
    #[case::rare(0.2, Some(20.0))]
    #[case::a_few(12.0, Some(20.0))]
    #[case::many(300.0, Some(20.0))]
    #[case::more_than_usual(2_000.0, Some(20.0))]
    #[case::geometric(3.0, Some(1.0))]
    #[case::long_tails(120.0, Some(1.0))]
    #[case::hardly_an_effect(40.0, Some(1e6))]
    #[case::poisson(7.0, None)]
    #[case::many_poisson(400.0, None)]
    fn counts_have_the_moments_of_poisson_with_a_gamma_day_effect(
        #[case] mean: f64,
        #[case] shape: Option<f64>,
    ) {
        // Domain 1.6: a mean of Λ and a variance of Λ + Λ²/k.
        let variance = mean + shape.map_or(0.0, |k| mean * mean / k);
        let [average, spread] = moments(mean, shape);
        let standard_error = (variance / 160_000.0).sqrt();
        assert!((average - mean).abs() <= 4.0 * standard_error, "{average}");
        assert!((spread - variance).abs() <= 0.03 * variance, "{spread}");
    }

    #[test]
    fn the_cumulated_probabilities_are_those_of_the_gamma_mixture() {
        // Of the mean 4 and the shape 2: P(N = n) = (n + 1) (1/3)² (2/3)ⁿ.
        let law = CountLaw::new(Some(2.0));
        let mut below = 0.0;
        for n in 0..30_u32 {
            let own = f64::from(n + 1) / 9.0 * libm::pow(2.0 / 3.0, f64::from(n));
            let middle = below + own / 2.0;
            below += own;
            let bits = crate::numbers::floor_u64(middle * 18_446_744_073_709_551_616.0);
            let halves = [bits & 0xffff_ffff, bits >> 32];
            let words = halves.map(|half| [u32::try_from(half).unwrap(); LANES]);
            for counts in [
                pulp::Arch::new().dispatch(Draw(&law, 4.0, &words)),
                pulp::Arch::Scalar.dispatch(Draw(&law, 4.0, &words)),
            ] {
                assert_eq!(counts, [n; LANES]);
            }
        }
    }
}
