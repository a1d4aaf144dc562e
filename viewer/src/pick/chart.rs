//! How the chosen container filled in the last two days: levels from 0 to 100 %, gaps left open, the emptyings as
//! dotted falls; and how full it will be in the next four, where that is forecast: the middle dashed, in bands.

mod ahead;
mod ink;

use bevy::asset::Assets;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Local, Query, ResMut, SystemParam};
use bevy::image::Image;
use bevy::math::{Rect, UVec2, Vec2};
use bevy::text::{Justify, LineBreak, TextLayout};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{FlexDirection, Node, PositionType, UiRect, px};
use twin_core::Timestamp;

use self::ahead::{Band, Bands};
use super::series::{Curve, Level, Plot};
use super::sheet::{Knowledge, OfSensor};
use super::story::{HOURS, History, Part};
use crate::hud::paint::{Painted, write as write_text};
use crate::hud::picture::draw as draw_picture;
use crate::hud::side::CONTENT;
use crate::hud::{Kit, display_of};
use crate::palette::Tone;
use crate::words::{Words, midnights};

/// The picture, without what is written below it.
const SIZE: UVec2 = UVec2::new(318, 104);
const PLOT: Rect = Rect {
    min: Vec2::new(46.0, 14.0),
    max: Vec2::new(CONTENT - 7.0, 96.0),
};
const LINE_HEIGHT: f32 = 18.0;
/// How wide the label of the present is, and the least room for another one.
const LABEL: f32 = 58.0;
/// The least room for the words in a gap.
const GAP_LABEL: f32 = 76.0;
const HOUR_S: i64 = 3600;
/// Hours of forecasts, beside those of levels.
const HOURS_AHEAD: i64 = 96;
/// How wide the short name of a day is, at least.
const SHORT_LABEL: f32 = 26.0;
/// The chart moves on every so many seconds.
const STEP_S: i64 = 300;
/// Most days that 48 hours and 96 more touch.
const DAYS: usize = 7;

/// A picture of the chart.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Layer {
    /// The levels.
    Curve,
    /// What helps to read them.
    Guides,
    /// A band of what is forecast.
    Band(Band),
    /// The hatching of the wide one.
    Hatch,
    /// The middle of what is forecast.
    Median,
}

/// The title, which says what is shown.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Title;

/// What is written on the chart.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Label {
    Full,
    Empty,
    Day(usize),
    Now,
    Gap,
    /// The name of a band.
    Band(Band),
    /// Why nothing is drawn.
    Excuse,
}

/// Lays out the empty chart.
pub(super) fn lay(sheet: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let block = Node {
        flex_direction: FlexDirection::Column,
        margin: UiRect::top(px(16)),
        ..Node::default()
    };
    sheet.spawn((OfSensor, block)).with_children(|block| {
        let title = (Title, Text::default(), kit.faces.text(14.0, 550));
        block.spawn((title, Painted::text(Tone::Ink)));
        let frame = Node {
            width: px(CONTENT),
            height: px(SIZE.y as f32 + LINE_HEIGHT),
            ..Node::default()
        };
        block.spawn(frame).with_children(|frame| {
            let axis = absolute(Rect::new(
                PLOT.min.x,
                PLOT.max.y,
                PLOT.max.x,
                PLOT.max.y + 1.0,
            ));
            frame.spawn((axis, Painted::fill(Tone::Line)));
            for (layer, painted) in LAYERS {
                let all = absolute(Rect::from_corners(Vec2::ZERO, SIZE.as_vec2()));
                frame.spawn((layer, all, ImageNode::default(), painted));
            }
            lay_labels(frame, kit);
        });
    });
}

/// What lies on what, from below.
const LAYERS: [(Layer, Painted); 6] = [
    (
        Layer::Band(Band::Most),
        Painted::image(Tone::Ink).faded(0.09),
    ),
    (Layer::Hatch, Painted::image(Tone::Ink).faded(0.34)),
    (
        Layer::Band(Band::Half),
        Painted::image(Tone::Ink).faded(0.2),
    ),
    (Layer::Guides, Painted::image(Tone::InkSmall)),
    (Layer::Median, Painted::image(Tone::Ink)),
    (Layer::Curve, Painted::image(Tone::Ink)),
];

fn lay_labels(frame: &mut ChildSpawnerCommands, kit: &Kit) {
    let days = (0..DAYS).map(|day| (Label::Day(day), Justify::Center));
    let others = [
        (Label::Full, Justify::Right),
        (Label::Empty, Justify::Right),
        (Label::Now, Justify::Right),
        (Label::Gap, Justify::Center),
        (Label::Band(Band::Most), Justify::Center),
        (Label::Band(Band::Half), Justify::Center),
        (Label::Excuse, Justify::Center),
    ];
    for (label, justify) in days.chain(others) {
        let text = (
            label,
            Text::default(),
            TextLayout::new(justify, LineBreak::WordBoundary),
            kit.faces.text(13.0, 400),
        );
        frame.spawn((
            text,
            Painted::text(Tone::InkQuiet),
            absolute(Rect::default()),
        ));
    }
}

fn absolute(rect: Rect) -> Node {
    Node {
        position_type: PositionType::Absolute,
        left: px(rect.min.x),
        top: px(rect.min.y),
        width: px(rect.width()),
        height: px(rect.height()),
        ..Node::default()
    }
}

/// What the chart was drawn of, so that it is drawn anew only when something else is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Drawn {
    id: Box<str>,
    levels: usize,
    last: Option<Level>,
    to_s: i64,
    interval_s: Option<i64>,
    is_missing: bool,
    is_told: bool,
    /// When what is forecast was made.
    outlook: Option<Timestamp>,
}

impl Drawn {
    /// What was measured up to now, and beside it what is forecast, where there is that.
    fn plots(&self) -> (Plot, Option<Plot>) {
        let from_s = self.to_s - HOURS * HOUR_S;
        let whole = Plot {
            from_s,
            to_s: self.to_s + HOURS_AHEAD * HOUR_S,
            rect: PLOT,
        };
        if self.outlook.is_none() {
            let to_s = self.to_s;
            return (Plot { to_s, ..whole }, None);
        }
        let now = whole.x(self.to_s);
        let mut measured = Plot {
            to_s: self.to_s,
            ..whole
        };
        measured.rect.max.x = now;
        let mut ahead = Plot {
            from_s: self.to_s,
            ..whole
        };
        ahead.rect.min.x = now;
        (measured, Some(ahead))
    }
}

/// The nodes of the chart.
#[derive(SystemParam)]
pub(super) struct Nodes<'w, 's> {
    layers: Query<'w, 's, (&'static Layer, &'static mut ImageNode)>,
    labels: Query<'w, 's, (&'static Label, &'static mut Text, &'static mut Node)>,
    titles: Query<'w, 's, &'static mut Text, (With<Title>, Without<Label>)>,
}

/// Draws what is new.
pub(super) fn draw(
    known: Knowledge,
    mut drawn: Local<Drawn>,
    mut images: ResMut<Assets<Image>>,
    mut nodes: Nodes,
) {
    let Some(now) = fresh(&known) else { return };
    if now == *drawn && !known.words.is_changed() {
        return;
    }
    let (plot, ahead) = now.plots();
    let nothing = History::default();
    let history = known.story.history.told().unwrap_or(&nothing);
    let curve = Curve::of(&history.points, &history.emptyings, now.interval_s, &plot);
    let outlook = known.story.outlook.told().zip(ahead.as_ref());
    let bands = outlook.map_or_else(Bands::default, |(it, ahead)| Bands::of(it, ahead));
    let end_s = ahead.map_or(plot.to_s, |ahead| ahead.to_s);
    let whole = Plot {
        to_s: end_s,
        rect: PLOT,
        ..plot
    };
    let days = midnights(
        Timestamp::from_secs(whole.from_s),
        Timestamp::from_secs(whole.to_s),
    );
    let ticks: Vec<f32> = days.iter().map(|at| whole.x(at.as_secs())).collect();
    nodes.show(&mut images, (&curve, &bands), (&plot, &ticks));
    nodes.write(&Writing {
        words: &known.words,
        excuse: excuse(&known),
        days: named_days(&known.words, &whole, &days),
        gap: widest(&curve.gaps),
        names: [Band::Most, Band::Half].map(|band| bands.name(band, ahead.as_ref()?)),
        plot,
        is_ahead: ahead.is_some(),
    });
    *drawn = now;
}

impl Nodes<'_, '_> {
    fn show(
        &mut self,
        images: &mut Assets<Image>,
        (curve, bands): (&Curve, &Bands),
        guided: (&Plot, &[f32]),
    ) {
        for (layer, mut node) in &mut self.layers {
            node.image = match *layer {
                Layer::Curve => draw_picture(images, SIZE, |at| ink::curve(curve, at)),
                Layer::Guides => draw_picture(images, SIZE, |at| {
                    ink::guides(curve, guided, at).min(ink::full(PLOT, at))
                }),
                Layer::Band(band) => draw_picture(images, SIZE, |at| bands.band(band, at)),
                Layer::Hatch => draw_picture(images, SIZE, |at| bands.hatch(at)),
                Layer::Median => draw_picture(images, SIZE, |at| bands.median(at)),
            };
        }
    }

    fn write(&mut self, writing: &Writing) {
        for (label, mut text, mut node) in &mut self.labels {
            let (said, rect) = writing.of(*label);
            let mut placed = absolute(rect);
            placed.display = display_of(&said);
            node.set_if_neq(placed);
            write_text(&mut text, said);
        }
        let title = if writing.is_ahead {
            "pick.chart.ahead"
        } else {
            "pick.chart.title"
        };
        for mut text in &mut self.titles {
            write_text(&mut text, writing.words.say(title).to_owned());
        }
    }
}

/// What there is to draw now; `None` where nothing is chosen.
fn fresh(known: &Knowledge) -> Option<Drawn> {
    let container = known.container()?;
    let history = known.story.history.told();
    let last = history.and_then(|it| it.points.last()).copied();
    let now_s = known.now().map_or(0, Timestamp::as_secs);
    let to_s = (now_s - now_s.rem_euclid(STEP_S)).max(last.map_or(0, |last| last.0));
    let sensor = known.story.sensor.told();
    Some(Drawn {
        id: container.id.clone(),
        levels: history.map_or(0, |it| it.points.len()),
        last,
        to_s,
        interval_s: sensor.and_then(|it| it.properties.expected_interval_s),
        is_missing: known.is_history_missing(),
        is_told: history.is_some(),
        outlook: known.story.outlook.told().map(|it| it.at),
    })
}

/// Why no curve is drawn, by its key.
fn excuse(known: &Knowledge) -> Option<&'static str> {
    match &known.story.history {
        Part::Told(history) if history.points.is_empty() => Some("pick.chart.empty"),
        _ if known.is_history_missing() => Some("pick.chart.failed"),
        _ => None,
    }
}

/// What is written where.
struct Writing<'a> {
    words: &'a Words,
    excuse: Option<&'static str>,
    days: Vec<(String, f32)>,
    gap: Option<[f32; 2]>,
    /// Where the bands are named.
    names: [Option<Vec2>; 2],
    /// What was measured.
    plot: Plot,
    is_ahead: bool,
}

impl Writing<'_> {
    fn of(&self, label: Label) -> (String, Rect) {
        let beside = |y: f32| Rect::new(0.0, y - LINE_HEIGHT / 2.0, PLOT.min.x - 7.0, y + 9.0);
        let below = |middle: f32| {
            let top = PLOT.max.y + 6.0;
            Rect::new(middle - 50.0, top, middle + 50.0, top + LINE_HEIGHT)
        };
        match label {
            Label::Full => {
                let hundred = self.words.fill("pick.level", &[("n", "100")]);
                (hundred, beside(PLOT.min.y))
            }
            Label::Empty => ("0".to_owned(), beside(PLOT.max.y)),
            Label::Day(number) => match self.days.get(number) {
                Some((name, middle)) => (name.clone(), below(*middle)),
                None => (String::new(), Rect::default()),
            },
            // Where what is forecast begins is drawn, and the days have the room.
            Label::Now if self.is_ahead => Default::default(),
            Label::Now => {
                let time = self.words.time_of_day(Timestamp::from_secs(self.plot.to_s));
                (time, below(PLOT.max.x + 4.0 - 50.0))
            }
            Label::Band(band) => {
                let [most, half] = self.names;
                let (at, key) = match band {
                    Band::Most => (most, "pick.chart.most"),
                    Band::Half => (half, "pick.chart.half"),
                };
                at.map_or_else(Default::default, |at| {
                    let half = Vec2::new(30.0, LINE_HEIGHT / 2.0);
                    (
                        self.words.say(key).to_owned(),
                        Rect::from_center_half_size(at, half),
                    )
                })
            }
            Label::Gap => {
                let gap = self.gap.filter(|[from, to]| to - from >= GAP_LABEL);
                let gap = gap.filter(|_| self.excuse.is_none());
                gap.map_or_else(Default::default, |[from, to]| {
                    let words = self.words.say("pick.chart.gap").to_owned();
                    let bottom = PLOT.max.y - 4.0;
                    (words, Rect::new(from, bottom - LINE_HEIGHT, to, bottom))
                })
            }
            Label::Excuse => {
                let said = self.excuse.map_or("", |key| self.words.say(key));
                let middle = PLOT.center().y;
                let right = self.plot.rect.max.x;
                let rect = Rect::new(PLOT.min.x, middle - 9.0, right, middle + 9.0);
                (said.to_owned(), rect)
            }
        }
    }
}

/// The names of days and the middles of what is seen of them, where there is room before the present.
fn named_days(words: &Words, plot: &Plot, midnights: &[Timestamp]) -> Vec<(String, f32)> {
    let inner = midnights.iter().map(|at| at.as_secs());
    let starts: Vec<i64> = std::iter::once(plot.from_s).chain(inner).collect();
    let ends = starts.iter().skip(1).map(|at_s| plot.x(*at_s));
    // Where nothing is forecast the present is named at the end.
    let is_short = plot.to_s - plot.from_s > HOURS * HOUR_S;
    let (room, end) = if is_short {
        (SHORT_LABEL, plot.rect.max.x)
    } else {
        (LABEL, plot.rect.max.x - LABEL)
    };
    let ends = ends.chain(std::iter::once(end));
    let days = starts.iter().zip(ends).filter_map(|(start_s, end)| {
        let start = plot.x(*start_s);
        let has_room = end - start >= room;
        let name = words.weekday(Timestamp::from_secs(*start_s));
        let name = if is_short {
            name.chars().take(3).collect()
        } else {
            name
        };
        has_room.then(|| (name, f32::midpoint(start, end)))
    });
    days.take(DAYS).collect()
}

fn widest(gaps: &[[f32; 2]]) -> Option<[f32; 2]> {
    let width = |gap: &[f32; 2]| gap[1] - gap[0];
    let mut gaps = gaps.to_vec();
    gaps.sort_by(|one, other| width(other).total_cmp(&width(one)));
    gaps.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_where_there_is_room() {
        let to: Timestamp = "2026-11-24T13:32:00Z".parse().unwrap();
        let plot = Plot {
            from_s: to.as_secs() - 48 * HOUR_S,
            to_s: to.as_secs(),
            rect: PLOT,
        };
        let midnights = midnights(Timestamp::from_secs(plot.from_s), to);
        let days = named_days(&Words::default(), &plot, &midnights);
        let names: Vec<&str> = days.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["lundi"], "dimanche and mardi have too little room");
    }

    #[test]
    fn with_a_forecast_the_present_lies_after_a_third_and_days_are_short() {
        let to: Timestamp = "2026-11-24T13:30:00Z".parse().unwrap();
        let drawn = Drawn {
            to_s: to.as_secs(),
            outlook: Some(to),
            ..Drawn::default()
        };
        let (measured, ahead) = drawn.plots();
        let ahead = ahead.unwrap();
        let third = PLOT.min.x + PLOT.width() / 3.0;
        approx::assert_abs_diff_eq!(measured.rect.max.x, third, epsilon = 0.01);
        approx::assert_abs_diff_eq!(ahead.rect.min.x, third, epsilon = 0.01);
        approx::assert_abs_diff_eq!(ahead.x(ahead.to_s), PLOT.max.x, epsilon = 0.01);
        let whole = Plot {
            to_s: ahead.to_s,
            rect: PLOT,
            ..measured
        };
        let days = midnights(
            Timestamp::from_secs(whole.from_s),
            Timestamp::from_secs(whole.to_s),
        );
        let days = named_days(&Words::default(), &whole, &days);
        let names: Vec<&str> = days.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["lun", "mar", "mer", "jeu", "ven", "sam"]);
        let (alone, none) = Drawn::default().plots();
        assert_eq!((alone.rect, none), (PLOT, None));
    }

    #[test]
    fn the_picture_is_as_wide_as_the_sheet_allows() {
        assert_eq!(SIZE.as_vec2().x, CONTENT);
    }

    #[test]
    fn the_widest_gap_is_named() {
        assert_eq!(
            widest(&[[0.0, 4.0], [10.0, 90.0], [95.0, 99.0]]),
            Some([10.0, 90.0])
        );
        assert_eq!(widest(&[]), None);
    }
}
