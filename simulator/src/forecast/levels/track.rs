//! The level of one container as its sensor tells it, without echoes, and when it was emptied.

use twin_core::{Span, Timestamp};

use super::watched::days_between;

/// From this drop on, in shares of the depth, a container was emptied.
pub(super) const EMPTYING: f64 = 0.25;
/// After this long without a trustworthy level nothing is said of what came within it.
pub(super) const GAP: Span = Span::from_hours(24);
/// Within this a second reading confirms one that nobody expected.
const AGREEMENT: f64 = 0.06;
/// It may have risen by so much more: containers of which little is known may fill fast.
const FASTER: f64 = 0.15;
/// Beyond so many deviations a reading is not believed alone.
const SURPRISE: f64 = 4.0;

/// What is expected of the time since the last level.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rise {
    pub(super) mean: f64,
    pub(super) variance: f64,
}

/// What a reading told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Told {
    /// The first level, or the first one after a gap: what came before it is not known.
    Begun,
    /// The level followed the one before.
    Followed { from: Timestamp, was: f64 },
    /// It does not fit: an echo, or the first reading of something new.
    Doubted,
    /// Two readings agree on a level far below the one before.
    Emptied(Emptied),
    /// Two readings agree on a level that is not the one before, and nobody emptied the container.
    Moved { by: f64 },
}

/// A container was emptied between two readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Emptied {
    /// The last reading before.
    pub after: Timestamp,
    /// The first reading that shows it.
    pub before: Timestamp,
    /// When a second reading confirmed it.
    pub confirmed: Timestamp,
    /// By how much the level fell, in shares of the depth.
    pub drop: f64,
    /// The level that is left.
    pub left: f64,
}

/// The level, reading by reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    /// The last level that is believed, as it was read.
    pub(super) last: Option<(Timestamp, f64)>,
    /// The level now, from all readings since it was last set anew: Kalman, 1960, with one state.
    pub(super) level: f64,
    pub(super) variance: f64,
    /// Where the level began that rises since.
    pub(super) begin: Option<(Timestamp, f64)>,
    doubted: Option<(Timestamp, f64)>,
}

impl Track {
    /// Takes in a reading, of which the noise has some variance.
    pub(super) fn hear(&mut self, (at, fill): (Timestamp, f64), rise: Rise, noise: f64) -> Told {
        let Some((last_at, was)) = self.last else {
            return self.begin((at, fill), noise);
        };
        let expected = self.level + rise.mean;
        let variance = self.variance + rise.variance;
        let off = fill - expected;
        if off.abs() <= SURPRISE * (variance + noise).sqrt() + 0.01 {
            self.doubted = None;
            self.last = Some((at, fill));
            if at.since(last_at) > GAP {
                return self.begin((at, fill), noise);
            }
            let gain = variance / (variance + noise);
            self.level = expected + gain * off;
            self.variance = variance * (1.0 - gain);
            return Told::Followed { from: last_at, was };
        }
        match self.doubted {
            Some(first) if agrees(first, (at, fill), (rise, last_at)) => {
                let by = first.1 - self.level;
                let (after, left, begun) = (last_at, first.1.min(fill), self.begin);
                self.begin(first, noise);
                self.last = Some((at, fill));
                self.level = f64::midpoint(first.1, fill);
                self.variance = noise / 2.0 + rise.variance;
                if by > 0.0 && at.since(last_at) <= GAP {
                    // More came than anybody expected; to leave it out would make all rates too low.
                    self.begin = begun;
                    self.level = fill;
                    return Told::Followed { from: last_at, was };
                }
                if -by < EMPTYING {
                    return Told::Moved { by };
                }
                Told::Emptied(Emptied {
                    after,
                    before: first.0,
                    confirmed: at,
                    drop: -by,
                    left,
                })
            }
            _ => {
                self.doubted = Some((at, fill));
                Told::Doubted
            }
        }
    }

    fn begin(&mut self, (at, fill): (Timestamp, f64), noise: f64) -> Told {
        *self = Self {
            last: Some((at, fill)),
            level: fill,
            variance: noise,
            begin: Some((at, fill)),
            doubted: None,
        };
        Told::Begun
    }
}

/// Whether a reading confirms an earlier one, given what should have come in between.
fn agrees(
    first: (Timestamp, f64),
    now: (Timestamp, f64),
    (rise, since): (Rise, Timestamp),
) -> bool {
    let part = days_between(first.0, now.0) / days_between(since, now.0).max(1e-9);
    let off = now.1 - first.1 - rise.mean * part;
    let spread = AGREEMENT + 2.0 * (rise.variance * part).sqrt();
    -spread <= off && off <= spread + FASTER
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOISE: f64 = 1e-4;
    const RISE: Rise = Rise {
        mean: 0.01,
        variance: 1e-4,
    };

    fn hour(n: i64) -> Timestamp {
        Timestamp::from_secs(1_650_000_000) + Span::from_hours(n)
    }

    /// What readings tell, four hours apart.
    fn told(fills: &[f64]) -> Vec<Told> {
        let mut track = Track::default();
        let hear = |(nth, fill): (i64, &f64)| track.hear((hour(4 * nth), *fill), RISE, NOISE);
        (0..).zip(fills).map(hear).collect()
    }

    fn emptyings(fills: &[f64]) -> usize {
        let told = told(fills);
        told.iter()
            .filter(|told| matches!(told, Told::Emptied(_)))
            .count()
    }

    #[rstest::rstest]
    #[case::emptied(&[0.6, 0.61, 0.62, 0.01, 0.02, 0.03], 1)]
    #[case::a_single_low_echo(&[0.6, 0.61, 0.62, 0.05, 0.64, 0.65], 0)]
    #[case::a_single_high_echo(&[0.2, 0.21, 0.9, 0.23, 0.24], 0)]
    #[case::two_echoes_that_disagree(&[0.6, 0.61, 0.05, 0.35, 0.64, 0.65], 0)]
    #[case::and_filled_fast(&[0.6, 0.61, 0.05, 0.2, 0.35, 0.5], 1)]
    #[case::a_small_drop(&[0.3, 0.31, 0.12, 0.13, 0.14], 0)]
    #[case::twice(&[0.6, 0.61, 0.0, 0.01, 0.02, 0.5, 0.51, 0.52, 0.02, 0.03], 2)]
    fn an_emptying_is_a_large_drop_that_lasts(#[case] fills: &[f64], #[case] expected: usize) {
        assert_eq!(emptyings(fills), expected, "{:?}", told(fills));
    }

    #[test]
    fn an_emptying_lies_between_the_readings_around_it() {
        let told = told(&[0.6, 0.61, 0.0, 0.02]);
        let Some(Told::Emptied(emptied)) = told.last() else {
            panic!("{told:?}");
        };
        assert_eq!((emptied.after, emptied.before), (hour(4), hour(8)));
        assert_eq!(emptied.confirmed, hour(12));
        approx::assert_abs_diff_eq!(emptied.left, 0.0);
        assert!((emptied.drop - 0.61).abs() < 0.02, "{emptied:?}");
    }

    #[test]
    fn what_came_within_a_gap_is_not_told() {
        let mut track = Track::default();
        track.hear((hour(0), 0.3), RISE, NOISE);
        let wide = Rise {
            mean: 0.06,
            variance: 0.01,
        };
        assert_eq!(track.hear((hour(30), 0.4), wide, NOISE), Told::Begun);
        let next = track.hear((hour(34), 0.41), RISE, NOISE);
        assert_eq!(
            next,
            Told::Followed {
                from: hour(30),
                was: 0.4
            }
        );
    }

    #[test]
    fn many_readings_are_surer_than_one() {
        let mut track = Track::default();
        let rise = Rise {
            mean: 0.001,
            variance: 1e-6,
        };
        for nth in 0..40 {
            let noise = if nth % 2 == 0 { 0.01 } else { -0.01 };
            track.hear(
                (
                    hour(4 * nth),
                    0.3 + 0.001 * f64::from(u16::try_from(nth).unwrap()) + noise,
                ),
                rise,
                NOISE,
            );
        }
        assert!((track.level - 0.339).abs() < 0.003, "{track:?}");
        assert!(track.variance < NOISE / 5.0, "{track:?}");
    }
}
