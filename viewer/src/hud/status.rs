//! What time it is in the twin, whether changes come as they happen, and that data is synthetic.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Query, Res};
use bevy::math::{UVec2, Vec2};
use bevy::time::{Real, Time};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{AlignItems, AlignSelf, BorderRadius, Display, FlexDirection, Node, UiRect, px};
use twin_core::{Span, Timestamp};

use super::outcome::While;
use super::paint::{Painted, Says, write as write_text};
use super::picture::draw;
use super::sheet::{Corner, corner, sheet};
use super::tally::Tally;
use super::{Kit, display_of, outcome, show, timeline};
use crate::palette::Tone;
use crate::server::{Link, Present};
use crate::wall::Mode;
use crate::words::Words;

/// The hatched patch of the tab, within its edge.
const HATCH: UVec2 = UVec2::new(20, 10);
const DOT: f32 = 9.0;
/// As wide as most days, so that the axis does not move when the day changes.
const NARROWEST: f32 = 158.0;

/// A line of the status.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    /// What time it is, or was when the line broke.
    Time,
    /// The same, as a clock on a wall says it.
    Clock,
    /// The day of it.
    Day,
    /// How the server is reached.
    Link,
    /// When it is tried again.
    Retry,
    /// How old the youngest level is.
    Age,
}

/// The tab that says that data is synthetic.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct SyntheticTab;

/// A dot that is full as long as changes come.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct LiveDot;

/// Lays the tab and, below it, the bar of time with the clock at its end. On a wall the clock stands above
/// the legend, beside the model, and time is not chosen.
pub(super) fn lay(root: &mut ChildSpawnerCommands, kit: &mut Kit) {
    if *kit.mode == Mode::Wall {
        return;
    }
    let place = Node {
        left: px(timeline::LEFT),
        ..corner(Corner::BottomRight)
    };
    root.spawn(place).with_children(|corner| {
        lay_tab(corner, kit);
        let (kind, node, painted, shadow) = sheet(UiRect::px(20.0, 20.0, 10.0, 10.0));
        let bar = Node {
            flex_direction: FlexDirection::Row,
            align_items: AlignItems::Center,
            align_self: AlignSelf::Stretch,
            column_gap: px(16),
            min_height: px(timeline::HEIGHT),
            ..node
        };
        corner
            .spawn((While::Present, kind, bar, painted, shadow))
            .with_children(|bar| {
                timeline::lay(bar, kit);
                lay_clock(bar, kit);
            });
        outcome::lay_figures(corner, kit);
    });
}

fn lay_clock(bar: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let ink = Painted::text(Tone::Ink);
    let quiet = Painted::text(Tone::InkQuiet);
    let clock = Node {
        flex_direction: FlexDirection::Column,
        flex_shrink: 0.0,
        min_width: px(NARROWEST),
        ..Node::default()
    };
    bar.spawn(clock).with_children(|clock| {
        clock.spawn((Line::Time, Text::default(), kit.faces.title(28.0, 600), ink));
        clock.spawn((Line::Day, Text::default(), kit.faces.text(14.0, 400), quiet));
        let row = Node {
            align_items: AlignItems::Center,
            column_gap: px(7),
            ..Node::default()
        };
        clock.spawn(row).with_children(|row| {
            row.spawn((LiveDot, dot(), Painted::edge(Tone::Ink)));
            row.spawn((Line::Link, Text::default(), kit.faces.text(14.0, 550), ink));
        });
        let retry = kit.faces.text(14.0, 400);
        clock.spawn((Line::Retry, Text::default(), retry, quiet));
    });
}

/// Lays the time and the day, for a picture.
pub(super) fn lay_date(column: &mut ChildSpawnerCommands, kit: &Kit) {
    let ink = Painted::text(Tone::Ink);
    let quiet = Painted::text(Tone::InkQuiet);
    column.spawn((Line::Time, Text::default(), kit.faces.title(21.0, 600), ink));
    column.spawn((Line::Day, Text::default(), kit.faces.text(14.0, 400), quiet));
}

/// How large time, day and notes are written.
const fn sizes(mode: Mode) -> [f32; 3] {
    match mode {
        Mode::Explore => [30.0, 14.0, 14.0],
        Mode::Wall => [54.0, 19.0, 17.0],
    }
}

/// Lays the time and, beside it, the tab.
pub(super) fn lay_beside(corner: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let row = Node {
        align_items: AlignItems::FlexStart,
        column_gap: px(8),
        ..Node::default()
    };
    corner.spawn(row).with_children(|row| {
        lay_time(row, kit, sizes(*kit.mode));
        lay_tab(row, kit);
    });
}

fn lay_time(corner: &mut ChildSpawnerCommands, kit: &Kit, sizes: [f32; 3]) {
    let [time_px, day_px, note_px] = sizes;
    let (kind, mut node, painted, shadow) = sheet(UiRect::px(20.0, 20.0, 14.0, 14.0));
    node.min_width = px(NARROWEST);
    corner
        .spawn((kind, node, painted, shadow))
        .with_children(|sheet| {
            let ink = Painted::text(Tone::Ink);
            let quiet = Painted::text(Tone::InkQuiet);
            let (title, day) = (kit.faces.title(time_px, 600), kit.faces.text(day_px, 400));
            let time = match *kit.mode {
                Mode::Explore => Line::Time,
                Mode::Wall => Line::Clock,
            };
            sheet.spawn((time, Text::default(), title, ink));
            sheet.spawn((Line::Day, Text::default(), day, quiet));
            let row = Node {
                align_items: AlignItems::Center,
                column_gap: px(7),
                margin: UiRect::top(px(6)),
                ..Node::default()
            };
            let note = |weight| kit.faces.text(note_px, weight);
            sheet.spawn(row).with_children(|row| {
                row.spawn((LiveDot, dot(), Painted::edge(Tone::Ink)));
                row.spawn((Line::Link, Text::default(), note(550), ink));
            });
            sheet.spawn((Line::Retry, Text::default(), note(400), quiet));
            if *kit.mode == Mode::Wall {
                sheet.spawn((Line::Age, Text::default(), note(550), ink));
            }
        });
}

/// Lays the tab that says that data is synthetic.
pub(super) fn lay_tab(corner: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let hatch = draw(&mut kit.images, HATCH, hatched);
    let (kind, node, painted, shadow) = sheet(UiRect::px(12.0, 14.0, 6.0, 6.0));
    let node = Node {
        display: Display::None,
        flex_direction: FlexDirection::Row,
        align_items: AlignItems::Center,
        column_gap: px(8),
        ..node
    };
    corner
        .spawn((SyntheticTab, kind, node, painted, shadow))
        .with_children(|tab| {
            let patch = Node {
                border: px(1).all(),
                border_radius: BorderRadius::all(px(2)),
                ..Node::default()
            };
            let image = Node {
                width: px(HATCH.x),
                height: px(HATCH.y),
                ..Node::default()
            };
            tab.spawn((patch, Painted::edge(Tone::Line))).with_child((
                ImageNode::new(hatch),
                image,
                Painted::image(Tone::Line),
            ));
            let text = (
                Says("synthetic.tab"),
                Text::default(),
                kit.faces.text(14.0, 550),
            );
            tab.spawn((text, Painted::text(Tone::InkQuiet)));
        });
}

fn dot() -> Node {
    Node {
        width: px(DOT),
        height: px(DOT),
        border_radius: BorderRadius::MAX,
        ..Node::default()
    }
}

/// Lines from the lower left to the upper right, 1.5 pixels of every 5.
fn hatched(at: Vec2) -> f32 {
    const EVERY: f32 = 5.0;
    const WIDE: f32 = 1.5;
    let across = (at.element_sum() * std::f32::consts::FRAC_1_SQRT_2).rem_euclid(EVERY);
    (across - EVERY / 2.0).abs() - WIDE / 2.0
}

/// The dot that says that data comes in, which is no line and no tab.
type Dots = (With<LiveDot>, Without<Line>, Without<SyntheticTab>);

/// Writes what has changed.
pub(super) fn write(
    (present, link, words): (Res<Present>, Res<Link>, Res<Words>),
    (time, tally): (Res<Time<Real>>, Res<Tally>),
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
    mut tabs: Query<&mut Node, (With<SyntheticTab>, Without<Line>)>,
    mut dots: Query<&mut Node, Dots>,
) {
    let now_s = time.elapsed_secs_f64();
    for (line, mut text, mut node) in &mut lines {
        let said = match line {
            Line::Age => age(&words, present.time(now_s), tally.newest),
            Line::Link if *link == Link::Past && tally.forecast.is_some() => {
                words.say("forecast.link").to_owned()
            }
            _ => say(&words, (&present, *link), *line, now_s),
        };
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
    let tab = if present.is_synthetic {
        Display::Flex
    } else {
        Display::None
    };
    for mut node in &mut tabs {
        show(&mut node, tab);
    }
    let edge = if *link == Link::Live {
        DOT / 2.0
    } else {
        DOT / 5.0
    };
    for mut node in &mut dots {
        if node.border != px(edge).all() {
            node.border = px(edge).all();
        }
    }
}

/// What a line says, `now_s` seconds after the viewer started.
fn say(words: &Words, (present, link): (&Present, Link), line: Line, now_s: f64) -> String {
    let seen_s = match link {
        Link::Lost { since_s, .. } => since_s,
        Link::Starting | Link::Live | Link::Past => now_s,
    };
    let at = present.time(seen_s);
    match (line, link) {
        (Line::Time, _) => at.map_or_else(String::new, |at| words.time_of_day(at)),
        (Line::Clock, _) => at.map_or_else(String::new, |at| words.clock(at)),
        (Line::Day, _) => at.map_or_else(String::new, |at| words.day(at)),
        (Line::Link, Link::Live) => words.say("link.live").into(),
        (Line::Link, Link::Past) => words.say("link.past").into(),
        (Line::Link, Link::Starting) => words.say("link.starting").into(),
        (Line::Link, Link::Lost { since_s, .. }) => {
            let age = words.span(seconds(now_s - since_s));
            words.fill("link.lost", &[("age", &age)])
        }
        (Line::Retry, Link::Lost { next_try_s, .. }) => {
            let left = seconds((next_try_s - now_s).ceil()).as_secs();
            if left > 0 {
                words.fill("link.retry", &[("n", &left.to_string())])
            } else {
                words.say("link.retryNow").into()
            }
        }
        (Line::Retry | Line::Age, _) => String::new(),
    }
}

/// How old the youngest level is; nothing where that is not known.
fn age(words: &Words, now: Option<Timestamp>, newest: Option<Timestamp>) -> String {
    let (Some(now), Some(newest)) = (now, newest) else {
        return String::new();
    };
    let age = words.span(Span::from_secs((now.as_secs() - newest.as_secs()).max(0)));
    words.fill("status.age", &[("age", &age)])
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds of a session fit an i64"
)]
fn seconds(seconds: f64) -> Span {
    Span::from_millis((seconds * 1000.0) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Link = Link::Lost {
        since_s: 100.0,
        next_try_s: 228.0,
    };

    #[rstest::rstest]
    #[case::live(Link::Live, Line::Link, "en direct")]
    #[case::past(Link::Past, Line::Link, "arrêté")]
    #[case::starting(Link::Starting, Line::Link, "connexion…")]
    #[case::lost(LOST, Line::Link, "Serveur injoignable depuis 2 min.")]
    #[case::again(LOST, Line::Retry, "Nouvel essai dans 8 s.")]
    #[case::now(Link::Lost { since_s: 0.0, next_try_s: 220.0 }, Line::Retry, "Nouvel essai…")]
    #[case::nothing_to_try(Link::Live, Line::Retry, "")]
    #[case::no_time_yet(Link::Starting, Line::Time, "")]
    fn it_says_how_the_server_is_reached(
        #[case] link: Link,
        #[case] line: Line,
        #[case] said: &str,
    ) {
        let told = say(&Words::default(), (&Present::default(), link), line, 220.1);
        assert_eq!(told.replace('\u{a0}', " "), said);
    }

    #[test]
    fn the_youngest_level_tells_its_age() {
        let at = |time: &str| time.parse().ok();
        let (now, newest) = (at("2026-11-24T13:32:10Z"), at("2026-11-24T13:32:02Z"));
        let said = age(&Words::default(), now, newest);
        assert_eq!(said.replace('\u{a0}', " "), "Relevés : il y a 8 s");
        assert_eq!(age(&Words::default(), now, None), "");
    }

    #[test]
    fn the_patch_is_hatched() {
        let drawn = (0..20)
            .filter(|x| hatched(Vec2::new(*x as f32, 5.0)) < 0.0)
            .count();
        assert!((3..=9).contains(&drawn), "{drawn}");
    }
}
