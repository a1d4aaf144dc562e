//! Student's t distribution, by the incomplete beta function.

/// The probability that a t of so many degrees of freedom is at most `t`.
///
/// From the regularised incomplete beta function: `1 − I_x(ν/2, 1/2)/2` for t ≥ 0 with `x = ν/(ν + t²)`
/// (Abramowitz and Stegun, 26.5.27 and 26.7.1).
///
/// ```
/// let p = simulator::ensemble::student_cdf(2.262_157, 9.0);
/// assert!((p - 0.975).abs() < 1e-6);
/// ```
pub fn student_cdf(t: f64, degrees: f64) -> f64 {
    let tail = 0.5 * beta(degrees / (degrees + t * t), degrees / 2.0, 0.5);
    if t < 0.0 { tail } else { 1.0 - tail }
}

/// The t of so many degrees of freedom that is not exceeded with a probability between 0 and 1.
pub fn student_quantile(p: f64, degrees: f64) -> f64 {
    let (mut low, mut high) = (-1e4, 1e4);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if student_cdf(middle, degrees) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun, 26.5.8),
/// evaluated with the modified method of Lentz.
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast below the mean; above it, its mirror does.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta(1.0 - x, b, a);
    }
    let logs = a * libm::log(x) + b * libm::log1p(-x) + libm::lgamma(a + b)
        - libm::lgamma(a)
        - libm::lgamma(b);
    libm::exp(logs) * fraction(x, a, b) / a
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut upper, mut lower) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut result = lower;
    for step in 1..400_u32 {
        let n = f64::from(step);
        let even = n * (b - n) * x / ((a + 2.0 * n - 1.0) * (a + 2.0 * n));
        let odd = -(a + n) * (a + b + n) * x / ((a + 2.0 * n) * (a + 2.0 * n + 1.0));
        let before = result;
        for factor in [even, odd] {
            lower = 1.0 / away(1.0 + factor * lower);
            upper = away(1.0 + factor / upper);
            result *= lower * upper;
        }
        if (result - before).abs() <= 1e-15 * result.abs() {
            break;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the table of quantiles in Abramowitz and Stegun, 26.10.
    #[rstest::rstest]
    #[case::one_degree(1.0, 0.975, 12.706)]
    #[case::four_degrees(4.0, 0.975, 2.776)]
    #[case::nineteen_degrees(19.0, 0.975, 2.093)]
    #[case::many_degrees(120.0, 0.995, 2.617)]
    #[case::below(9.0, 0.05, -1.833)]
    fn quantiles_are_those_of_the_table(#[case] degrees: f64, #[case] p: f64, #[case] t: f64) {
        approx::assert_abs_diff_eq!(student_quantile(p, degrees), t, epsilon = 6e-4);
        approx::assert_abs_diff_eq!(student_cdf(t, degrees), p, epsilon = 5e-5);
    }

    #[test]
    fn the_middle_is_a_half() {
        approx::assert_abs_diff_eq!(student_cdf(0.0, 7.0), 0.5, epsilon = 1e-12);
    }
}
