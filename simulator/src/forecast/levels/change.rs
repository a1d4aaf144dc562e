//! How busy a stream is of late beside what its containers are used to, and whether that changed at once.

use twin_core::{Stream, Timestamp};

/// What all containers of a stream took in on a day, in average days of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct DaySum {
    /// What came.
    pub(super) seen: f64,
    /// What was expected before the tempo.
    pub(super) expected: f64,
    /// The variance of what came.
    pub(super) variance: f64,
}

/// The flow of a stream changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowChange {
    /// Of which stream.
    pub stream: Stream,
    /// About when: the first day on which it was otherwise.
    pub since: Timestamp,
    /// When that was clear.
    pub noticed: Timestamp,
    /// What comes since, as a share of what came before.
    pub factor: f64,
}

/// The tempo stands for so many containers' days where few were seen.
const DAYS_BEFORE: f64 = 12.0;
/// What is left of a day's sums after another: half after ten days.
const FADING: f64 = 0.933;
/// What the logarithm of a day's ratio may be off before it counts.
const ALLOWANCE: f64 = 0.15;
/// The sum of logarithms at which a change is told: the scheme is that of Page, "Continuous inspection
/// schemes", Biometrika 41, 1954; the number is chosen for no false alarm in 20 simulated years.
const LIMIT: f64 = 1.3;
/// Nothing is told of a single day, nor of a stream with fewer containers' days than this in a day.
const LEAST_DAYS: f64 = 8.0;
/// Nor of a day on which noise would be so much of what comes.
const MOST_UNSURE: f64 = 0.4;
/// Nor before its containers were watched for so many days.
const WARM_UP_DAYS: u32 = 21;

/// The tempo of a stream, and two cumulated sums that watch it.
#[derive(Clone, Debug)]
pub(super) struct Tempo {
    stream: Stream,
    /// Times what containers are used to.
    pub(super) factor: f64,
    sums: DaySum,
    anchor: f64,
    days: u32,
    rising: Run,
    falling: Run,
}

/// A cumulated sum, and the days that it is of.
#[derive(Clone, Debug, Default)]
struct Run {
    sum: f64,
    days: Vec<Odd>,
}

/// A day of a run.
#[derive(Clone, Copy, Debug)]
struct Odd {
    off: f64,
    sum: DaySum,
    begun: Timestamp,
}

impl Run {
    fn add(&mut self, odd: Odd) {
        self.sum += odd.off;
        self.days.push(odd);
        if self.sum <= 0.0 {
            *self = Self::default();
        }
    }

    /// What came since the change, and when that was: the days before the last one that were about as odd.
    fn since(&self) -> Option<(DaySum, Timestamp)> {
        let last = self.days.last()?;
        let is_alike = |odd: &&Odd| odd.off > 0.5 * last.off;
        let mut since = (DaySum::default(), last.begun);
        for odd in self.days.iter().rev().take_while(is_alike) {
            since.0.seen += odd.sum.seen;
            since.0.expected += odd.sum.expected;
            since.1 = odd.begun;
        }
        Some(since)
    }
}

impl Tempo {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            factor: 1.0,
            sums: DaySum::default(),
            anchor: 1.0,
            days: 0,
            rising: Run::default(),
            falling: Run::default(),
        }
    }

    /// Takes in a day, from its beginning to its end; tells where the flow changed at once.
    pub(super) fn settle(
        &mut self,
        day: DaySum,
        (begun, ended): (Timestamp, Timestamp),
    ) -> Option<FlowChange> {
        if day.expected > 0.0 {
            self.days += 1;
        }
        let change = self.watch(day, (begun, ended));
        // Before, rates themselves are still being found.
        if change.is_none() && self.days >= WARM_UP_DAYS {
            self.sums.seen = FADING * self.sums.seen + day.seen;
            self.sums.expected = FADING * self.sums.expected + day.expected;
        }
        let seen = self.sums.seen + DAYS_BEFORE * self.anchor;
        self.factor = (seen / (self.sums.expected + DAYS_BEFORE)).clamp(0.02, 20.0);
        change
    }

    fn watch(&mut self, day: DaySum, (begun, ended): (Timestamp, Timestamp)) -> Option<FlowChange> {
        if day.expected < LEAST_DAYS || self.days < WARM_UP_DAYS {
            return None;
        }
        let expected = day.expected * self.factor;
        let off = libm::log((day.seen / expected).max(0.05));
        let unsure = day.variance.max(0.0).sqrt() / expected;
        if unsure > MOST_UNSURE {
            return None;
        }
        let allowance = ALLOWANCE + 0.5 * unsure;
        for (run, off) in [(&mut self.rising, off), (&mut self.falling, -off)] {
            run.add(Odd {
                off: off - allowance,
                sum: day,
                begun,
            });
        }
        let limit = LIMIT + 4.0 * unsure;
        let (sums, since) = {
            let mut runs = [&self.rising, &self.falling].into_iter();
            runs.find(|run| run.sum > limit && run.days.len() > 1)?
                .since()?
        };
        let was = self.factor;
        self.anchor = (sums.seen / sums.expected.max(1e-9)).clamp(0.02, 20.0);
        self.sums = sums;
        (self.rising, self.falling) = (Run::default(), Run::default());
        Some(FlowChange {
            stream: self.stream,
            since,
            noticed: ended,
            factor: self.anchor / was,
        })
    }
}

#[cfg(test)]
mod tests {
    use twin_core::Span;

    use super::*;
    use crate::random::{Model, Seed};

    /// The days on which changes are told, of `containers` whose flow has a factor by day.
    fn told(containers: u32, factor: impl Fn(i64) -> f64, seed: u64) -> Vec<(i64, f64)> {
        let mut random = Seed(seed).stream(Model::Deposits, 1);
        let start = Timestamp::from_secs(1_650_000_000);
        let mut tempo = Tempo::new(Stream::Packaging);
        let mut changes = Vec::new();
        for day in 0..365 {
            let expected = f64::from(containers);
            let deviation = 0.35 * factor(day).sqrt() * expected.sqrt();
            let sum = DaySum {
                seen: expected * factor(day) + deviation * random.normal(),
                expected,
                variance: expected * 0.35 * 0.35 * tempo.factor,
            };
            let begun = start + Span::from_hours(24 * day);
            let change = tempo.settle(sum, (begun, begun + Span::from_hours(24)));
            changes.extend(change.map(|change| (day, change.factor)));
        }
        changes
    }

    #[test]
    fn a_year_without_a_change_has_no_alarm() {
        for seed in 0..20 {
            let season = |day: i64| if (150..240).contains(&day) { 1.2 } else { 1.0 };
            assert_eq!(told(40, season, seed), [], "seed {seed}");
            assert_eq!(told(10, |_| 1.0, seed), [], "seed {seed}");
        }
    }

    #[rstest::rstest]
    #[case::the_yellow_bins(0.15)]
    #[case::half(0.5)]
    #[case::twice(2.0)]
    fn a_change_is_noticed_within_days(#[case] factor: f64) {
        for seed in 0..20 {
            let told = told(40, |day| if day < 200 { 1.0 } else { factor }, seed);
            let [(day, measured)] = told[..] else {
                panic!("seed {seed}: {told:?}");
            };
            assert!((200..205).contains(&day), "seed {seed}: {told:?}");
            assert!(
                (measured / factor - 1.0).abs() < 0.4,
                "seed {seed}: {told:?}"
            );
        }
    }
}
