//! How the chosen container filled in the last two days: levels from 0 to 100 %, gaps left open, the emptyings as
//! dotted falls.

mod ink;

use bevy::asset::Assets;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::system::{Local, Query, ResMut, SystemParam};
use bevy::image::Image;
use bevy::math::{Rect, UVec2, Vec2};
use bevy::text::{Justify, LineBreak, TextLayout};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{FlexDirection, Node, PositionType, UiRect, px};
use twin_core::Timestamp;

use super::series::{Curve, Level, Plot};
use super::sheet::{CONTENT, Knowledge, OfSensor};
use super::story::{HOURS, History, Part};
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::picture::draw as draw_picture;
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
/// The chart moves on every so many seconds.
const STEP_S: i64 = 300;
/// Most days that 48 hours touch.
const DAYS: usize = 3;

/// A picture of the chart.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Layer {
    /// The levels.
    Curve,
    /// What helps to read them.
    Guides,
}

/// What is written on the chart.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Label {
    Full,
    Empty,
    Day(usize),
    Now,
    Gap,
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
        let title = (
            Says("pick.chart.title"),
            Text::default(),
            kit.faces.text(14.0, 550),
        );
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
            for (layer, tone) in [(Layer::Guides, Tone::InkSmall), (Layer::Curve, Tone::Ink)] {
                let all = absolute(Rect::from_corners(Vec2::ZERO, SIZE.as_vec2()));
                frame.spawn((layer, all, ImageNode::default(), Painted::image(tone)));
            }
            lay_labels(frame, kit);
        });
    });
}

fn lay_labels(frame: &mut ChildSpawnerCommands, kit: &Kit) {
    let days = (0..DAYS).map(|day| (Label::Day(day), Justify::Center));
    let others = [
        (Label::Full, Justify::Right),
        (Label::Empty, Justify::Right),
        (Label::Now, Justify::Right),
        (Label::Gap, Justify::Center),
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
}

/// The nodes of the chart.
#[derive(SystemParam)]
pub(super) struct Nodes<'w, 's> {
    layers: Query<'w, 's, (&'static Layer, &'static mut ImageNode)>,
    labels: Query<'w, 's, (&'static Label, &'static mut Text, &'static mut Node)>,
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
    let plot = Plot {
        from_s: now.to_s - HOURS * HOUR_S,
        to_s: now.to_s,
        rect: PLOT,
    };
    let nothing = History::default();
    let history = known.story.history.told().unwrap_or(&nothing);
    let curve = Curve::of(&history.points, &history.emptyings, now.interval_s, &plot);
    let days = midnights(
        Timestamp::from_secs(plot.from_s),
        Timestamp::from_secs(plot.to_s),
    );
    let ticks: Vec<f32> = days.iter().map(|at| plot.x(at.as_secs())).collect();
    nodes.show(&mut images, &curve, (&plot, &ticks));
    nodes.write(&Writing {
        words: &known.words,
        excuse: excuse(&known),
        days: named_days(&known.words, &plot, &days),
        gap: widest(&curve.gaps),
        to_s: plot.to_s,
    });
    *drawn = now;
}

impl Nodes<'_, '_> {
    fn show(&mut self, images: &mut Assets<Image>, curve: &Curve, guided: (&Plot, &[f32])) {
        for (layer, mut node) in &mut self.layers {
            node.image = match layer {
                Layer::Curve => draw_picture(images, SIZE, |at| ink::curve(curve, at)),
                Layer::Guides => draw_picture(images, SIZE, |at| ink::guides(curve, guided, at)),
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
    to_s: i64,
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
            Label::Now => {
                let time = self.words.time_of_day(Timestamp::from_secs(self.to_s));
                (time, below(PLOT.max.x + 4.0 - 50.0))
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
                let rect = Rect::new(PLOT.min.x, middle - 9.0, PLOT.max.x, middle + 9.0);
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
    let ends = ends.chain(std::iter::once(plot.rect.max.x - LABEL));
    let days = starts.iter().zip(ends).filter_map(|(start_s, end)| {
        let start = plot.x(*start_s);
        let has_room = end - start >= LABEL;
        let name = words.weekday(Timestamp::from_secs(*start_s));
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
