//! The law of what comes within some time: many deposits, each of random size, on days that are random too.

use crate::filling::DepositVolume;

/// What one deposit is to a container, in shares of its capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::forecast) struct Grain {
    /// The mean deposit.
    pub(in crate::forecast) unit: f64,
    /// The second moment over the first.
    pub(in crate::forecast) second: f64,
    /// The third moment over the first.
    pub(in crate::forecast) third: f64,
}

impl Grain {
    pub(in crate::forecast) fn new(deposit: DepositVolume, capacity_l: f64) -> Self {
        let (a, c, b) = (deposit.min_l, deposit.mode_l, deposit.max_l);
        let (mean, variance) = (deposit.mean_l(), deposit.variance_l2());
        let third_central = (a + b - 2.0 * c) * (2.0 * a - b - c) * (a - 2.0 * b + c) / 270.0;
        let second = variance + mean * mean;
        let third = third_central + 3.0 * mean * variance + mean * mean * mean;
        let capacity = capacity_l.max(1.0);
        Self {
            unit: mean / capacity,
            second: second / mean / capacity,
            third: third / mean / (capacity * capacity),
        }
    }
}

/// The first three cumulants of a random amount; those of independent amounts add up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::forecast) struct Cumulants {
    pub(in crate::forecast) mean: f64,
    pub(in crate::forecast) variance: f64,
    pub(in crate::forecast) third: f64,
}

impl Cumulants {
    /// A compound Poisson amount on `days` days alike, each of which is busier or quieter by a gamma factor
    /// with variance `day_variance`: from the logarithm of its Laplace transform, `−k log(1 − Λ(M(t) − 1)/k)`.
    pub(in crate::forecast) fn of(
        mean: f64,
        grain: Grain,
        (days, day_variance): (f64, f64),
    ) -> Self {
        let daily = mean / days;
        let (second, third) = (grain.second * daily, grain.third * daily);
        Self {
            mean,
            variance: days * (second + day_variance * daily * daily),
            third: days
                * (third
                    + 3.0 * day_variance * daily * second
                    + 2.0 * day_variance * day_variance * daily * daily * daily),
        }
    }

    pub(in crate::forecast) fn and(self, other: Self) -> Self {
        Self {
            mean: self.mean + other.mean,
            variance: self.variance + other.variance,
            third: self.third + other.third,
        }
    }

    /// With something unknown besides that has a mean of 0.
    pub(in crate::forecast) fn blurred(self, variance: f64) -> Self {
        Self {
            variance: self.variance + variance,
            ..self
        }
    }

    /// The amount at a quantile of the standard normal law: Cornish and Fisher, 1938, up to the skewness.
    pub(in crate::forecast) fn amount(self, z: f64) -> f64 {
        self.mean + self.deviation() * (z + self.bend() * (z * z - 1.0))
    }

    /// The inverse of [`amount`](Self::amount) where that rises.
    pub(in crate::forecast) fn normal(self, amount: f64) -> f64 {
        let y = (amount - self.mean) / self.deviation();
        let bend = self.bend();
        if bend.abs() < 1e-6 {
            return y;
        }
        let root = 1.0 + 4.0 * bend * (y + bend);
        (root.max(0.0).sqrt() - 1.0) / (2.0 * bend)
    }

    fn deviation(self) -> f64 {
        self.variance.max(1e-12).sqrt()
    }

    /// A sixth of the skewness, at most as much as leaves quantiles in order down to two deviations and a half.
    fn bend(self) -> f64 {
        let deviation = self.deviation();
        (self.third / (6.0 * deviation * deviation * deviation)).clamp(-0.2, 0.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Model, Seed};

    const GRONINGEN: DepositVolume = DepositVolume {
        min_l: 10.0,
        mode_l: 30.0,
        max_l: 60.0,
    };

    #[test]
    fn cumulants_are_those_of_drawn_amounts() {
        const N: u32 = 60_000;
        let mut stream = Seed(3).stream(Model::Deposits, 1);
        let mut draw = || {
            let mut sum = 0.0;
            for _ in 0..2 {
                let mean = 4.0 * stream.gamma_of_mean_one(20.0);
                for _ in 0..stream.poisson(mean) {
                    sum += stream.triangular([10.0, 30.0, 60.0]) / 1000.0;
                }
            }
            sum
        };
        let drawn: Vec<f64> = (0..N).map(|_| draw()).collect();
        let mean = drawn.iter().sum::<f64>() / f64::from(N);
        let central = |power: &dyn Fn(f64) -> f64| {
            drawn.iter().map(|x| power(x - mean)).sum::<f64>() / f64::from(N)
        };
        let grain = Grain::new(GRONINGEN, 1000.0);
        let told = Cumulants::of(8.0 * grain.unit, grain, (2.0, 0.05));
        approx::assert_relative_eq!(told.mean, mean, max_relative = 0.01);
        approx::assert_relative_eq!(told.variance, central(&|x| x * x), max_relative = 0.03);
        approx::assert_relative_eq!(told.third, central(&|x| x * x * x), max_relative = 0.15);
    }

    #[test]
    fn amounts_and_their_normal_scores_are_inverse() {
        let grain = Grain::new(GRONINGEN, 1000.0);
        let law = Cumulants::of(0.3, grain, (1.0, 0.05)).blurred(0.001);
        let mut last = f64::NEG_INFINITY;
        for step in -20..=20 {
            let z = f64::from(step) / 10.0;
            let amount = law.amount(z);
            assert!(amount > last, "{z}");
            last = amount;
            approx::assert_abs_diff_eq!(law.normal(amount), z, epsilon = 1e-9);
        }
    }
}
