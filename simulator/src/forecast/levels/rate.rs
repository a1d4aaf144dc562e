//! How fast a container fills, and by how much the heap below its sensor is higher than its mean level.
//!
//! While a heap forms, a level seems to rise faster (or slower) than later: so what a sensor told from
//! emptyings on says both, as a Bayesian regression of rises on days and on the part of the heap that formed.

/// The heap has its height over the mean level from this share of the depth on (assumption \[K-med\]).
const HEAP_FORMED: f64 = 0.2;
/// Standard deviation of heaps, in shares of the depth: that of which 80 % lie within as much as 80 % of what
/// is spread evenly over ±0.12 (assumption \[K-med\]).
const HEAP_DEVIATION: f64 = 0.075;
/// What is left of what was seen after a day: half after ten weeks.
const FADING: f64 = 0.990;
/// How much of what was seen counts after the rates changed.
const AFTER_CHANGE: f64 = 0.2;

/// What a level says of its container: how far the heap is formed, and the mean level below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Below {
    pub(super) formed: f64,
    pub(super) level: f64,
}

/// A rise of the level within some time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ascent {
    /// By how much, in shares of the depth.
    pub(super) rise: f64,
    /// By how much the heap formed meanwhile, 0 to 1.
    pub(super) formed: f64,
    /// In how many average days of its stream.
    pub(super) days: f64,
}

/// What the noise of two readings is to the variance of a day, as a share; sets how long ascents count.
pub(super) const NOISE_DAYS: f64 = 0.5;

/// Crews come at the same hours, so that an error of the rhythm looks like a heap: by as much as comes in so
/// many days it is never sure.
const MISTIMED: f64 = 0.1;

/// The rate of a container and its heap, with their uncertainty.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    /// In shares of the depth for an average day, above 0.
    pub(super) daily: f64,
    /// Variance of the rate.
    pub(super) variance: f64,
    /// The heap over the mean level, in shares of the depth.
    pub(super) heap: f64,
    /// Variance of the heap.
    pub(super) heap_variance: f64,
    /// Covariance of rate and heap: who takes one for too small takes the other for too large.
    pub(super) covariance: f64,
    /// How many average days were seen, old ones counted less.
    pub(super) days: f64,
    /// What came within them.
    pub(super) risen: f64,
    sums: Sums,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    days_days: f64,
    days_rise: f64,
    days_formed: f64,
    formed_formed: f64,
    formed_rise: f64,
}

impl Sums {
    fn add(&mut self, ascent: Ascent) {
        let Ascent { rise, formed, days } = ascent;
        let weight = 1.0 / (days + NOISE_DAYS);
        self.days_days += weight * days * days;
        self.days_rise += weight * days * rise;
        self.days_formed += weight * days * formed;
        self.formed_formed += weight * formed * formed;
        self.formed_rise += weight * formed * rise;
    }
}

/// What is known of a container before it was seen: from others like it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Prior {
    /// The mean rate of others.
    pub(super) daily: f64,
    /// Variance of a day's amount around the rate, at that rate.
    pub(super) day_variance: f64,
}

/// By how much rates of containers differ, as a share of their mean.
const DIFFERENCE: f64 = 0.8;

impl Rate {
    pub(super) fn new(daily: f64) -> Self {
        Self {
            daily,
            variance: DIFFERENCE * DIFFERENCE * daily * daily,
            heap: 0.0,
            heap_variance: HEAP_DEVIATION * HEAP_DEVIATION,
            covariance: 0.0,
            days: 0.0,
            risen: 0.0,
            sums: Sums::default(),
        }
    }

    /// What lies below a level that was read.
    pub(super) fn below(&self, read: f64) -> Below {
        let formed = (read / (HEAP_FORMED + self.heap)).clamp(0.0, 1.0);
        Below {
            formed,
            level: read - self.heap * formed,
        }
    }

    /// By how much a heap forms further in so many average days, as its container should fill.
    pub(super) fn forming(&self, formed: f64, days: f64) -> f64 {
        (formed + self.daily * days / HEAP_FORMED).min(1.0) - formed.min(1.0)
    }

    /// Takes in an ascent.
    pub(super) fn learn(&mut self, ascent: Ascent) {
        self.days += ascent.days;
        self.risen += ascent.rise - self.heap * ascent.formed;
        self.sums.add(ascent);
    }

    /// At the end of a day: what was seen fades, and the rate follows from it and from an ascent that is not
    /// over yet.
    pub(super) fn settle(&mut self, prior: Prior, open: Option<Ascent>) {
        self.fade(FADING);
        let mut sums = self.sums;
        if let Some(ascent) = open {
            sums.add(ascent);
        }
        let noise = prior.day_variance.max(1e-9);
        let spread = DIFFERENCE * prior.daily;
        let of_rate = sums.days_days / noise + 1.0 / (spread * spread);
        let of_heap = sums.formed_formed / noise + 1.0 / (HEAP_DEVIATION * HEAP_DEVIATION);
        let cross = sums.days_formed / noise;
        let rate_side = sums.days_rise / noise + prior.daily / (spread * spread);
        let heap_side = sums.formed_rise / noise;
        let determinant = of_rate * of_heap - cross * cross;
        if determinant <= 0.0 {
            return;
        }
        let daily = (of_heap * rate_side - cross * heap_side) / determinant;
        self.daily = daily.max(0.02 * prior.daily);
        self.variance = of_heap / determinant;
        let most = 2.0 * HEAP_DEVIATION;
        self.heap = ((of_rate * heap_side - cross * rate_side) / determinant).clamp(-most, most);
        let mistimed = MISTIMED * self.daily;
        let variance = of_rate / determinant + mistimed * mistimed;
        self.heap_variance = variance.min(HEAP_DEVIATION * HEAP_DEVIATION);
        self.covariance = -cross / determinant;
    }

    /// The rates changed: what was seen before hardly counts for them, but heaps stay.
    pub(super) fn forget(&mut self) {
        self.fade(AFTER_CHANGE);
    }

    fn fade(&mut self, left: f64) {
        self.days *= left;
        self.risen *= left;
        let sums = &mut self.sums;
        for sum in [
            &mut sums.days_days,
            &mut sums.days_rise,
            &mut sums.days_formed,
            &mut sums.formed_formed,
            &mut sums.formed_rise,
        ] {
            *sum *= left;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Model, Seed};

    const PRIOR: Prior = Prior {
        daily: 0.1,
        day_variance: 0.0006,
    };

    #[test]
    fn before_it_was_seen_a_container_is_like_others() {
        let mut rate = Rate::new(0.05);
        rate.settle(PRIOR, None);
        approx::assert_abs_diff_eq!(rate.daily, 0.1, epsilon = 1e-12);
        approx::assert_abs_diff_eq!(rate.variance.sqrt(), 0.08, epsilon = 1e-9);
        approx::assert_abs_diff_eq!(rate.heap_variance.sqrt(), 0.075, epsilon = 1e-9);
    }

    #[test]
    fn rate_and_heap_are_told_apart_by_what_follows_emptyings() {
        let mut random = Seed(2).stream(Model::Deposits, 7);
        let mut rate = Rate::new(0.1);
        for _ in 0..12 {
            let mut heap = 0.08;
            for _ in 0..4 {
                let came = 0.15 + 0.02 * random.normal();
                rate.learn(Ascent {
                    rise: came + heap,
                    formed: heap / 0.08,
                    days: 1.0,
                });
                heap = 0.0;
            }
            rate.settle(PRIOR, None);
        }
        assert!((rate.daily - 0.15).abs() < 0.01, "{rate:?}");
        assert!((rate.heap - 0.08).abs() < 0.025, "{rate:?}");
        assert!(rate.heap_variance.sqrt() < 0.03, "{rate:?}");
        let below = rate.below(0.6);
        approx::assert_abs_diff_eq!(below.level, 0.6 - rate.heap, epsilon = 1e-12);
        approx::assert_abs_diff_eq!(rate.below(0.0).level, 0.0, epsilon = 1e-12);
    }

    #[test]
    fn what_was_seen_before_a_change_is_soon_outweighed() {
        let mut rate = Rate::new(0.1);
        let ascent = |rise| Ascent {
            rise,
            formed: 0.0,
            days: 1.0,
        };
        (0..60).for_each(|_| rate.learn(ascent(0.2)));
        rate.forget();
        for _ in 0..10 {
            rate.learn(ascent(0.03));
            rate.settle(
                Prior {
                    daily: 0.03,
                    ..PRIOR
                },
                None,
            );
        }
        assert!(rate.daily < 0.13, "{rate:?}");
    }
}
