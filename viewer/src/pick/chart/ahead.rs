//! What is forecast of the levels, made ready to draw: bands and their middle, in the pixels of the chart.

use bevy::math::Vec2;

use super::super::outlook::Outlook;
use super::super::series::Plot;
use crate::hud::picture::line;

const MEDIAN_PX: f32 = 1.6;
/// The median is dashed: so many pixels of so many.
const DASH_PX: f32 = 4.0;
const DASHED_EVERY_PX: f32 = 7.0;
/// Hatching: so many pixels of so many.
const STROKE_PX: f32 = 1.0;
const HATCHED_EVERY_PX: f32 = 4.5;
/// Where bands are named, along the plot, and the least height for that.
const NAMED_AT: f32 = 0.9;
const LEAST_PX: f32 = 15.0;

/// Quantiles of levels over time, from the left to the right: 5, 25, 50, 75 and 95 %.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bands {
    lines: [Vec<Vec2>; 5],
}

/// One of the bands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::pick) enum Band {
    /// Nine cases in ten.
    Most,
    /// Half of the cases.
    Half,
}

impl Band {
    /// Its lower and its upper line.
    const fn edges(self) -> [usize; 2] {
        match self {
            Self::Most => [0, 4],
            Self::Half => [1, 3],
        }
    }
}

impl Bands {
    /// What of an outlook lies on a plot; what lies beside a full container is not drawn.
    pub(super) fn of(outlook: &Outlook, plot: &Plot) -> Self {
        let mut lines: [Vec<Vec2>; 5] = Default::default();
        let within = outlook.steps().filter(|(at_s, _)| *at_s >= plot.from_s);
        for (at_s, levels) in within.take_while(|(at_s, _)| *at_s <= plot.to_s) {
            for (line, level) in lines.iter_mut().zip(levels) {
                line.push(Vec2::new(plot.x(at_s), plot.y(level.min(1.0))));
            }
        }
        Self { lines }
    }

    /// How far a point is from a band; below 0 within.
    pub(super) fn band(&self, band: Band, at: Vec2) -> f32 {
        let heights = band.edges().map(|edge| height(self.line(edge), at.x));
        let [Some(below), Some(above)] = heights else {
            return f32::INFINITY;
        };
        (above - at.y).max(at.y - below)
    }

    /// How far a point is from the hatching between the two bands.
    pub(super) fn hatch(&self, at: Vec2) -> f32 {
        let across = at.element_sum() * std::f32::consts::FRAC_1_SQRT_2;
        let from_middle = (across.rem_euclid(HATCHED_EVERY_PX) - HATCHED_EVERY_PX / 2.0).abs();
        let within = self.band(Band::Most, at).max(-self.band(Band::Half, at));
        within.max(from_middle - STROKE_PX / 2.0)
    }

    /// How far a point is from the dashes of the middle.
    pub(super) fn median(&self, at: Vec2) -> f32 {
        let dash = at.x.rem_euclid(DASHED_EVERY_PX) - DASH_PX;
        line(self.line(2), MEDIAN_PX, at).max(dash)
    }

    /// Where a band is named; `None` where it is too thin there.
    pub(super) fn name(&self, band: Band, plot: &Plot) -> Option<Vec2> {
        let x = plot.rect.min.x + NAMED_AT * plot.rect.width();
        let [_, inner] = Band::Half.edges();
        let between = match band {
            Band::Most => [inner, 4],
            Band::Half => Band::Half.edges(),
        };
        let [below, above] = between.map(|edge| height(self.line(edge), x));
        let (below, above) = (below?, above?);
        (below - above >= LEAST_PX).then(|| Vec2::new(x, f32::midpoint(below, above)))
    }

    fn line(&self, number: usize) -> &[Vec2] {
        self.lines.get(number).map_or(&[], Vec::as_slice)
    }
}

/// How high a line is at a place; `None` beyond its ends.
fn height(line: &[Vec2], x: f32) -> Option<f32> {
    let next = line.partition_point(|point| point.x < x);
    let to = line.get(next)?;
    if to.x <= x {
        return Some(to.y);
    }
    let from = line.get(next.checked_sub(1)?)?;
    let share = (x - from.x) / (to.x - from.x).max(f32::MIN_POSITIVE);
    Some(from.y + share * (to.y - from.y))
}

#[cfg(test)]
mod tests {
    use bevy::math::Rect;

    use super::*;

    /// Ten hours over 100 pixels, empty at 100 and full at 0.
    fn plot() -> Plot {
        Plot {
            from_s: 0,
            to_s: 36_000,
            rect: Rect::new(0.0, 0.0, 100.0, 100.0),
        }
    }

    fn bands() -> Bands {
        let json = r#"{"at": "1970-01-01T00:00:00Z", "basis": {"readings": 9}, "full": {},
            "steps": [[0, [0.1, 0.2, 0.3, 0.4, 0.5]], [36000, [0.3, 0.5, 0.8, 1.2, 2.0]],
            [72000, [0.4, 0.6, 0.9, 1.3, 2.1]]]}"#;
        Bands::of(&serde_json::from_str(json).unwrap(), &plot())
    }

    #[rstest::rstest]
    #[case::in_both(Vec2::new(50.0, 40.0), true, true)]
    #[case::in_the_wide_one(Vec2::new(50.0, 75.0), true, false)]
    #[case::below(Vec2::new(50.0, 95.0), false, false)]
    #[case::before_it_begins(Vec2::new(-5.0, 70.0), false, false)]
    #[case::beyond_the_plot(Vec2::new(120.0, 40.0), false, false)]
    fn bands_lie_between_their_quantiles(
        #[case] at: Vec2,
        #[case] is_in_most: bool,
        #[case] is_in_half: bool,
    ) {
        let bands = bands();
        let is_in = |band| bands.band(band, at) < 0.0;
        assert_eq!(
            (is_in(Band::Most), is_in(Band::Half)),
            (is_in_most, is_in_half)
        );
    }

    #[test]
    fn nothing_is_drawn_above_a_full_container() {
        assert!(bands().band(Band::Most, Vec2::new(99.0, -1.0)) > 0.0);
        assert_eq!(height(bands().line(4), 100.0), Some(0.0));
    }

    #[test]
    fn the_wide_band_is_hatched_and_the_middle_dashed() {
        let bands = bands();
        let changes = |drawn: Vec<bool>| drawn.windows(2).filter(|it| it[0] != it[1]).count();
        let hatched =
            (0..40).map(|x| bands.hatch(Vec2::new(x as f32, 84.0 - x as f32 / 9.0)) < 0.0);
        assert!(changes(hatched.collect()) > 8);
        let on = |x: f32| Vec2::new(x, 70.0 - x * 0.5);
        let dashes = (0..100).map(|x| bands.median(on(x as f32)) < 0.0);
        assert!(changes(dashes.collect()) > 16);
    }

    #[test]
    fn a_band_is_named_where_there_is_room() {
        let (bands, plot) = (bands(), plot());
        assert_eq!(bands.name(Band::Half, &plot).map(|at| at.x), Some(90.0));
        assert_eq!(bands.name(Band::Most, &plot), None, "full and full at once");
        assert_eq!(Bands::default().name(Band::Half, &plot), None);
    }
}
