//! How a container filled, made ready to draw: runs between gaps and emptyings, in the pixels of the chart.

use bevy::math::{Rect, Vec2};

/// So many usual intervals without a level are a gap.
const GAP_INTERVALS: i64 = 7;
const OF_INTERVALS: i64 = 2;
/// What is no gap in any case, in seconds.
const LEAST_GAP_S: i64 = 900;

/// A level: seconds since 1970, and the fill from 0 to 1.
pub(super) type Level = (i64, f64);

/// What is shown where: a span of time from the left to the right of a rectangle, fill from below to above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plot {
    pub from_s: i64,
    pub to_s: i64,
    /// Empty lies on the lower edge, full on the upper one.
    pub rect: Rect,
}

impl Plot {
    pub(super) fn x(&self, at_s: i64) -> f32 {
        let share = (at_s - self.from_s) as f32 / (self.to_s - self.from_s).max(1) as f32;
        self.rect.min.x + share * self.rect.width()
    }

    #[expect(clippy::cast_possible_truncation, reason = "a share of a few pixels")]
    pub(super) fn y(&self, fill: f64) -> f32 {
        self.rect.max.y - fill.clamp(0.0, 1.05) as f32 * self.rect.height()
    }

    /// The gaps before the first level and after the last one.
    fn open_ends(&self, curve: &Curve, last: Option<Level>, limit_s: i64) -> Vec<[f32; 2]> {
        let limit_px = self.x(self.from_s + limit_s) - self.rect.min.x;
        let first = curve.runs.first().and_then(|run| run.first());
        let before = first.map(|first| [self.rect.min.x, first.x]);
        let after = last.map(|last| [self.x(last.0), self.rect.max.x]);
        let gaps = before.into_iter().chain(after);
        gaps.filter(|[from, to]| to - from > limit_px).collect()
    }

    fn at(&self, (at_s, fill): Level) -> Vec2 {
        Vec2::new(self.x(at_s), self.y(fill))
    }
}

/// Lines of levels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Curve {
    /// From the left to the right, without gaps.
    pub runs: Vec<Vec<Vec2>>,
    /// Where it was emptied: from the level before down to the first one after.
    pub drops: Vec<[Vec2; 2]>,
    /// Where nothing was measured for long: from the left to the right.
    pub gaps: Vec<[f32; 2]>,
    /// The last level.
    pub last: Option<Vec2>,
}

impl Curve {
    /// The lines of levels in order, of which one is expected every so many seconds.
    pub(super) fn of(
        levels: &[Level],
        emptyings: &[Level],
        interval_s: Option<i64>,
        plot: &Plot,
    ) -> Self {
        let within = (plot.from_s)..=(plot.to_s);
        let levels = levels.iter().copied();
        let levels: Vec<Level> = levels.filter(|it| within.contains(&it.0)).collect();
        let usual_s = interval_s.unwrap_or(0).max(median_interval(&levels));
        let limit_s = (usual_s * GAP_INTERVALS / OF_INTERVALS).max(LEAST_GAP_S);
        let mut curve = Self::default();
        let mut before: Option<Level> = None;
        for level in levels {
            let at = plot.at(level);
            let emptying = before.and_then(|before| {
                let mut within = emptyings.iter();
                within.find(|it| it.0 > before.0 && it.0 <= level.0)
            });
            let is_gap = before.is_some_and(|before| level.0 - before.0 > limit_s);
            if let Some((_, fill)) = emptying {
                curve.drops.push([Vec2::new(at.x, plot.y(*fill)), at]);
            }
            if let (true, Some(before)) = (is_gap, before) {
                curve.gaps.push([plot.x(before.0), at.x]);
            }
            match curve.runs.last_mut() {
                Some(run) if emptying.is_none() && !is_gap => run.push(at),
                _ => curve.runs.push(vec![at]),
            }
            before = Some(level);
        }
        curve.gaps.extend(plot.open_ends(&curve, before, limit_s));
        curve.last = curve.runs.last().and_then(|run| run.last()).copied();
        curve
    }
}

fn median_interval(levels: &[Level]) -> i64 {
    let mut steps: Vec<i64> = levels
        .windows(2)
        .map(|pair| pair[1].0 - pair[0].0)
        .collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_S: i64 = 3600;

    fn plot() -> Plot {
        Plot {
            from_s: 0,
            to_s: 48 * HOUR_S,
            rect: Rect::new(0.0, 0.0, 48.0, 100.0),
        }
    }

    fn hourly(hours: std::ops::Range<i64>) -> Vec<Level> {
        hours
            .map(|hour| (hour * HOUR_S, hour as f64 / 100.0))
            .collect()
    }

    #[test]
    fn levels_that_follow_each_other_are_one_line() {
        let curve = Curve::of(&hourly(0..49), &[], None, &plot());
        assert_eq!(curve.runs.len(), 1);
        assert_eq!(curve.runs[0].len(), 49);
        assert_eq!(curve.last, Some(Vec2::new(48.0, 52.0)));
        assert!(curve.gaps.is_empty() && curve.drops.is_empty());
    }

    #[test]
    fn where_nothing_was_measured_is_a_gap() {
        let levels = [hourly(0..10), hourly(20..30)].concat();
        let curve = Curve::of(&levels, &[], None, &plot());
        assert_eq!(
            curve.runs.iter().map(Vec::len).collect::<Vec<_>>(),
            [10, 10]
        );
        assert_eq!(curve.gaps, [[9.0, 20.0], [29.0, 48.0]]);
    }

    #[test]
    fn who_measures_rarely_has_no_gap() {
        let levels = [(0, 0.1), (12 * HOUR_S, 0.2)];
        let curve = Curve::of(&levels, &[], Some(12 * HOUR_S), &plot());
        assert_eq!(curve.runs.len(), 1);
    }

    #[test]
    fn an_emptying_parts_the_line_and_falls() {
        let mut levels = hourly(0..10);
        levels.push((10 * HOUR_S, 0.02));
        let curve = Curve::of(&levels, &[(10 * HOUR_S, 0.8)], None, &plot());
        assert_eq!(curve.runs.len(), 2);
        assert_eq!(
            curve.drops,
            [[Vec2::new(10.0, 20.0), Vec2::new(10.0, 98.0)]]
        );
        assert_eq!(curve.last, Some(Vec2::new(10.0, 98.0)));
    }

    #[rstest::rstest]
    #[case::nothing(&[])]
    #[case::before_the_span(&[(-5, 0.4)])]
    fn without_levels_nothing_is_drawn(#[case] levels: &[Level]) {
        assert_eq!(Curve::of(levels, &[], None, &plot()), Curve::default());
    }
}
