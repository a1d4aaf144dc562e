//! How figures of the scenario differ from those of the present: each with its interval, on a line with nothing in its
//! middle, and what can be said of it.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::Without;
use bevy::ecs::system::{Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{
    AlignItems, AlignSelf, BorderRadius, Display, FlexDirection, Node, PositionType, UiRect, Val,
    percent, px,
};

use super::While;
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::sheet::sheet;
use crate::hud::{Kit, display_of, show, timeline};
use crate::palette::Tone;
use crate::split::{Change, Figure, Known, Split, Verdict};
use crate::words::Words;

const TRACK_HEIGHT: f32 = 14.0;
const DOT: f32 = 9.0;
const TITLE_WIDTH: f32 = 190.0;

/// A line of a figure.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::hud) enum Line {
    Value(Figure),
    Interval(Figure),
    Verdict(Figure),
}

/// A part of the drawing of a figure.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::hud) enum Mark {
    Bar(Figure),
    Dot(Figure),
}

/// The keys of a figure's name and of its value with its unit.
const fn keys(figure: Figure) -> (&'static str, &'static str) {
    match figure {
        Figure::Km => ("split.km", "split.km.value"),
        Figure::Service => ("split.service", "split.service.value"),
        Figure::FullHours => ("split.full", "split.full.value"),
        Figure::Euros => ("split.euros", "split.euros.value"),
    }
}

/// Lays the sheet in the place of the bar of time.
pub(in crate::hud) fn lay(corner: &mut ChildSpawnerCommands, kit: &Kit) {
    let (kind, node, painted, shadow) = sheet(UiRect::px(20.0, 20.0, 10.0, 12.0));
    let row = Node {
        flex_direction: FlexDirection::Row,
        align_items: AlignItems::Stretch,
        align_self: AlignSelf::Stretch,
        column_gap: px(20),
        min_height: px(timeline::HEIGHT),
        display: Display::None,
        ..node
    };
    corner
        .spawn((While::Scenario, kind, row, painted, shadow))
        .with_children(|row| {
            let title = Node {
                flex_direction: FlexDirection::Column,
                width: px(TITLE_WIDTH),
                ..Node::default()
            };
            row.spawn(title).with_children(|title| {
                let says =
                    |key, size, weight| (Says(key), Text::default(), kit.faces.text(size, weight));
                title.spawn((says("split.figures", 16.0, 600), Painted::text(Tone::Ink)));
                let quiet = Painted::text(Tone::InkQuiet);
                title.spawn((says("split.figures.note", 13.0, 400), quiet));
            });
            for figure in Figure::ALL {
                lay_figure(row, kit, figure);
            }
        });
}

fn lay_figure(row: &mut ChildSpawnerCommands, kit: &Kit, figure: Figure) {
    let column = Node {
        flex_direction: FlexDirection::Column,
        flex_grow: 1.0,
        flex_basis: px(0),
        ..Node::default()
    };
    row.spawn(column).with_children(|column| {
        let ink = Painted::text(Tone::Ink);
        let quiet = Painted::text(Tone::InkQuiet);
        let text = |weight| (Text::default(), kit.faces.text(13.0, weight));
        column.spawn((Says(keys(figure).0), text(400), quiet));
        let value = (
            Line::Value(figure),
            Text::default(),
            kit.faces.title(24.0, 600),
        );
        column.spawn((value, ink));
        lay_track(column, figure);
        column.spawn((Line::Interval(figure), text(400), quiet));
        column.spawn((Line::Verdict(figure), text(600), ink));
    });
}

/// The line from less to more, the mark of nothing in its middle, the interval, and the mean.
fn lay_track(column: &mut ChildSpawnerCommands, figure: Figure) {
    let track = Node {
        height: px(TRACK_HEIGHT),
        margin: UiRect::axes(Val::ZERO, px(2)),
        ..Node::default()
    };
    let absolute = |node: Node| Node {
        position_type: PositionType::Absolute,
        ..node
    };
    column.spawn(track).with_children(|track| {
        let axis = absolute(Node {
            left: Val::ZERO,
            width: percent(100),
            top: px(TRACK_HEIGHT / 2.0 - 0.5),
            height: px(1),
            ..Node::default()
        });
        track.spawn((axis, Painted::fill(Tone::Line).faded(0.5)));
        let zero = absolute(Node {
            left: percent(50),
            width: px(1.5),
            top: Val::ZERO,
            height: px(TRACK_HEIGHT),
            ..Node::default()
        });
        track.spawn((zero, Painted::fill(Tone::Ink)));
        let bar = absolute(Node {
            top: px(TRACK_HEIGHT / 2.0 - 3.0),
            height: px(6),
            display: Display::None,
            border_radius: BorderRadius::all(px(1)),
            ..Node::default()
        });
        track.spawn((Mark::Bar(figure), bar, Painted::fill(Tone::Line)));
        let dot = absolute(Node {
            top: px((TRACK_HEIGHT - DOT) / 2.0),
            width: px(DOT),
            height: px(DOT),
            border: px(1.5).all(),
            margin: UiRect::left(px(-DOT / 2.0)),
            border_radius: BorderRadius::MAX,
            display: Display::None,
            ..Node::default()
        });
        track.spawn((
            Mark::Dot(figure),
            dot,
            Painted::fill(Tone::Ink).edged(Tone::Ink),
        ));
    });
}

/// Writes the figures.
pub(super) fn write(
    (split, known, words): (Res<Split>, Res<Known>, Res<Words>),
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
) {
    if !split.is_on() {
        return;
    }
    for (line, mut text, mut node) in &mut lines {
        let (Line::Value(figure) | Line::Interval(figure) | Line::Verdict(figure)) = *line;
        let change = known.comparison().and_then(|it| it.figure(figure));
        let said = match (change, *line) {
            (Some(change), line) => say(line, &change, &words),
            (None, Line::Value(_)) => "–".into(),
            (None, _) => String::new(),
        };
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}

/// A figure as it is written: no more digits than its interval bears.
pub(super) fn say(line: Line, change: &Change, words: &Words) -> String {
    let digits = digits(change);
    match line {
        Line::Value(figure) => {
            let number = words.signed(change.mean, digits);
            words.fill(keys(figure).1, &[("n", &number)])
        }
        Line::Interval(_) => change.interval.map_or_else(String::new, |[lo, hi]| {
            let [lo, hi] = [lo, hi].map(|end| words.signed(end, digits));
            words.fill("split.interval", &[("lo", &lo), ("hi", &hi)])
        }),
        Line::Verdict(_) => {
            let key = match (change.interval, change.verdict()) {
                (None, _) => "split.verdict.none",
                (_, Verdict::Less) => "split.verdict.less",
                (_, Verdict::More) => "split.verdict.more",
                (_, Verdict::Open) => "split.verdict.open",
            };
            words.say(key).into()
        }
    }
}

fn digits(change: &Change) -> usize {
    let half = change
        .interval
        .map_or(change.mean.abs() / 10.0, |[lo, hi]| (hi - lo) / 2.0);
    if half >= 5.0 {
        0
    } else if half >= 0.5 {
        1
    } else {
        2
    }
}

/// Draws the intervals, each on its own scale with nothing in the middle.
pub(super) fn draw(
    (split, known): (Res<Split>, Res<Known>),
    mut marks: Query<(&Mark, &mut Node, &mut Painted), Without<Line>>,
) {
    if !split.is_on() {
        return;
    }
    for (mark, mut node, mut painted) in &mut marks {
        let (Mark::Bar(figure) | Mark::Dot(figure)) = *mark;
        let change = known.comparison().and_then(|it| it.figure(figure));
        let drawn = change.and_then(|change| Some((change, place(*mark, &change)?)));
        let Some((change, [left, width])) = drawn else {
            show(&mut node, Display::None);
            continue;
        };
        show(&mut node, Display::Flex);
        if node.left != percent(left) {
            node.left = percent(left);
        }
        if let Mark::Bar(_) = mark
            && node.width != percent(width)
        {
            node.width = percent(width);
        }
        let coat = coat(*mark, change.verdict());
        if *painted != coat {
            *painted = coat;
        }
    }
}

/// A verdict has its colour and its word; where there is none the dot is hollow.
fn coat(mark: Mark, verdict: Verdict) -> Painted {
    let tone = match verdict {
        Verdict::Less => Tone::Less,
        Verdict::More => Tone::More,
        Verdict::Open => Tone::Line,
    };
    match (mark, verdict) {
        (Mark::Bar(_), _) => Painted::fill(tone).faded(0.45),
        (Mark::Dot(_), Verdict::Open) => Painted::fill(Tone::Surface).edged(Tone::Ink),
        (Mark::Dot(_), _) => Painted::fill(tone).edged(tone),
    }
}

/// From where a mark begins and how wide it is, in hundredths of the line.
#[expect(clippy::cast_possible_truncation, reason = "hundredths of a line")]
fn place(mark: Mark, change: &Change) -> Option<[f32; 2]> {
    let ends = change.interval.unwrap_or([change.mean; 2]);
    let [lo, hi] = ends;
    let reach = 1.1 * lo.abs().max(hi.abs()).max(change.mean.abs());
    if reach <= 0.0 {
        return match mark {
            Mark::Bar(_) => None,
            Mark::Dot(_) => Some([50.0, 0.0]),
        };
    }
    let at = |value: f64| (50.0 + 50.0 * value / reach) as f32;
    match mark {
        Mark::Bar(_) => change.interval.map(|_| [at(lo), at(hi) - at(lo)]),
        Mark::Dot(_) => Some([at(change.mean), 0.0]),
    }
}
