//! A figure over many runs.

use serde::{Deserialize, Serialize};

use super::kpi::{Better, Kpi};
use super::student::{student_cdf, student_quantile};
use crate::numbers::f64_of_index;
use crate::random::Draws;
use crate::scenario::Outcome;

/// A figure over many runs, with the interval that holds its mean with 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The mean of the runs.
    pub mean: f64,
    /// The lower end of the interval.
    pub lo95: f64,
    /// Its upper end.
    pub hi95: f64,
    /// The standard deviation between runs, or between pairs of antithetic ones.
    pub sd: f64,
}

/// How a scenario differs from another one in a figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The difference of the means: the second less the first.
    pub mean: f64,
    /// The lower end of its 95 % interval.
    pub lo95: f64,
    /// Its upper end.
    pub hi95: f64,
    /// The same in per cent of the first one's mean; `None` where that is 0.
    pub percent: Option<f64>,
    /// How probable it is that the second one is better in the mean; a half where neither way is.
    pub better: f64,
    /// The share of runs in which it was better.
    pub better_runs: f64,
}

/// A figure over runs, in their order. With one run, or one pair of antithetic ones, there is no interval: its
/// ends are infinite.
pub fn summary(values: &[f64], draws: Draws) -> Summary {
    let (mean, sd, half) = interval(&draws.independent(values));
    Summary {
        mean,
        lo95: mean - half,
        hi95: mean + half,
        sd,
    }
}

/// Compares two scenarios run by run, whose luck was drawn alike; surplus runs of either are left out.
pub fn difference(kpi: Kpi, [first, second]: [&[Outcome]; 2], draws: Draws) -> Difference {
    let pairs = first.iter().zip(second);
    let values: Vec<f64> = pairs
        .map(|(one, other)| kpi.of(other) - kpi.of(one))
        .collect();
    let base = first.iter().take(values.len()).map(|run| kpi.of(run));
    let base = base.sum::<f64>() / f64_of_index(values.len()).max(1.0);
    let independent = draws.independent(&values);
    let (mean, sd, half) = interval(&independent);
    let sign: f64 = match kpi.better() {
        Better::Lower => -1.0,
        Better::Higher => 1.0,
        Better::Neutral => 0.0,
    };
    let count = f64_of_index(independent.len());
    let error = sd / libm::sqrt(count.max(1.0));
    let better = if error > 0.0 && sign.abs() > 0.0 {
        student_cdf(sign * mean / error, (count - 1.0).max(1.0))
    } else {
        // All runs differ by the same: there is no doubt, or no difference.
        match (sign * mean).total_cmp(&0.0) {
            core::cmp::Ordering::Greater if sign * mean > 0.0 => 1.0,
            core::cmp::Ordering::Less if sign * mean < 0.0 => 0.0,
            _ => 0.5,
        }
    };
    let wins = values.iter().filter(|value| sign * **value > 0.0).count();
    Difference {
        mean,
        lo95: mean - half,
        hi95: mean + half,
        percent: (base.abs() > 0.0).then(|| 100.0 * mean / base),
        better,
        better_runs: f64_of_index(wins) / f64_of_index(values.len()).max(1.0),
    }
}

/// Whether the interval of a figure is so narrow, as a share of its mean, that more runs are not needed.
pub fn is_enough(kpi: Kpi, (runs, draws): (&[Outcome], Draws), relative: f64) -> bool {
    let values: Vec<f64> = runs.iter().map(|run| kpi.of(run)).collect();
    let values = draws.independent(&values);
    let (mean, _, half) = interval(&values);
    values.len() > 2 && half <= relative * mean.abs()
}

/// Mean, standard deviation, and half the width of the 95 % interval of the mean by Student's t.
fn interval(values: &[f64]) -> (f64, f64, f64) {
    let count = f64_of_index(values.len());
    let mean = values.iter().sum::<f64>() / count.max(1.0);
    if values.len() < 2 {
        return (mean, 0.0, f64::INFINITY);
    }
    let squares = values.iter().map(|value| (value - mean) * (value - mean));
    let sd = libm::sqrt(squares.sum::<f64>() / (count - 1.0));
    let half = student_quantile(0.975, count - 1.0) * sd / libm::sqrt(count);
    (mean, sd, half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_that_of_students_t() {
        let told = summary(&[1.0, 2.0, 3.0, 4.0, 5.0], Draws::Independent);
        approx::assert_abs_diff_eq!(told.mean, 3.0);
        approx::assert_abs_diff_eq!(told.sd, 2.5_f64.sqrt(), epsilon = 1e-12);
        // 2.776 · 1.5811 / √5
        approx::assert_abs_diff_eq!(told.hi95 - told.mean, 1.963, epsilon = 1e-3);
        assert!(summary(&[1.0], Draws::Independent).hi95.is_infinite());
    }

    #[test]
    fn intervals_hold_the_mean_as_often_as_they_say() {
        use crate::random::{Model, Seed};
        let mut random = Seed(3).stream(Model::Service, 1);
        let mut held = 0;
        for _ in 0..2000 {
            let values: Vec<f64> = (0..6).map(|_| 10.0 + 2.0 * random.normal()).collect();
            let told = summary(&values, Draws::Independent);
            held += u32::from((told.lo95..=told.hi95).contains(&10.0));
        }
        // 95 % of 2,000 with three standard errors of 9.7.
        assert!((1871..=1929).contains(&held), "{held}");
    }
}
