//! What each half shows, and the hard line between them.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{Display, Node, PositionType, UiRect, Val, percent, px};

use super::{While, named};
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::sheet::{Corner, MARGIN_X, corner, sheet};
use crate::hud::{Kit, display_of, show};
use crate::palette::Tone;
use crate::split::{Comparison, Known, Side, Split, why};
use crate::words::Words;

const LINE_PX: f32 = 3.0;
const WIDEST: f32 = 470.0;
const NOTICE_WIDTH: f32 = 420.0;

/// A line of a heading.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Head {
    /// What today's collection is called.
    Today,
    /// What period it is, and how often.
    Period,
    /// With what it begins.
    Start,
    /// That the territory is made up, where it is.
    Synthetic,
    /// What the scenario is called.
    Scenario,
    /// In what it is like the present.
    Alike,
    /// How many sites came and went.
    Sites,
    /// Which two are compared.
    Compared,
}

/// The sheet that says why there is nothing to show, and its lines.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Notice;

#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NoticeLine {
    What,
    How,
}

pub(super) fn lay(root: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let line = Node {
        position_type: PositionType::Absolute,
        left: percent(50),
        top: Val::ZERO,
        width: px(LINE_PX),
        height: percent(100),
        margin: UiRect::left(px(-LINE_PX / 2.0)),
        ..Node::default()
    };
    root.spawn((While::Sides, line, Painted::fill(Tone::Ink)));
    root.spawn((While::Sides, corner(Corner::TopLeft)))
        .with_children(|corner| {
            let lines = [
                (Head::Today, 550),
                (Head::Period, 400),
                (Head::Start, 400),
                (Head::Synthetic, 400),
            ];
            lay_head(corner, kit, "split.present", &lines);
        });
    let right = Node {
        left: percent(50),
        margin: UiRect::left(px(MARGIN_X)),
        ..corner(Corner::TopLeft)
    };
    root.spawn((While::Sides, right)).with_children(|corner| {
        let lines = [(Head::Alike, 400), (Head::Sites, 400)];
        lay_head(corner, kit, "", &lines);
    });
    root.spawn((While::Difference, corner(Corner::TopLeft)))
        .with_children(|corner| {
            let lines = [
                (Head::Compared, 550),
                (Head::Period, 400),
                (Head::Start, 400),
                (Head::Synthetic, 400),
            ];
            lay_head(corner, kit, "split.difference", &lines);
        });
    lay_notice(root, kit);
}

/// A heading: its title by a key, or the scenario's name where there is none, and lines below it.
fn lay_head(
    corner: &mut ChildSpawnerCommands,
    kit: &Kit,
    title: &'static str,
    lines: &[(Head, u16)],
) {
    let (kind, mut node, painted, shadow) = sheet(UiRect::px(20.0, 24.0, 12.0, 14.0));
    node.max_width = px(WIDEST);
    corner
        .spawn((kind, node, painted, shadow))
        .with_children(|sheet| {
            let text = (Text::default(), kit.faces.title(28.0, 600));
            let ink = Painted::text(Tone::Ink);
            if title.is_empty() {
                sheet.spawn((Head::Scenario, text, ink));
            } else {
                sheet.spawn((Says(title), text, ink));
            }
            for (line, weight) in lines {
                let below = Node {
                    margin: UiRect::top(px(2)),
                    ..Node::default()
                };
                let tone = if *weight > 400 {
                    Tone::Ink
                } else {
                    Tone::InkQuiet
                };
                let text = (*line, Text::default(), kit.faces.text(14.0, *weight));
                sheet.spawn((text, Painted::text(tone), below));
            }
        });
}

fn lay_notice(root: &mut ChildSpawnerCommands, kit: &Kit) {
    let (kind, mut node, painted, shadow) = sheet(UiRect::px(24.0, 24.0, 18.0, 20.0));
    node.position_type = PositionType::Absolute;
    node.left = percent(50);
    node.top = percent(34);
    node.margin = UiRect::left(px(MARGIN_X));
    node.width = px(NOTICE_WIDTH);
    node.display = Display::None;
    root.spawn((Notice, kind, node, painted, shadow))
        .with_children(|sheet| {
            let what = (
                NoticeLine::What,
                Text::default(),
                kit.faces.title(19.0, 600),
            );
            sheet.spawn((what, Painted::text(Tone::Ink)));
            let below = Node {
                margin: UiRect::top(px(8)),
                ..Node::default()
            };
            let how = (NoticeLine::How, Text::default(), kit.faces.text(16.0, 400));
            sheet.spawn((how, Painted::text(Tone::InkQuiet), below));
        });
}

/// Writes the headings.
pub(super) fn write(
    (split, known, words): (Res<Split>, Res<Known>, Res<Words>),
    mut lines: Query<(&Head, &mut Text, &mut Node)>,
) {
    if !split.is_on() {
        return;
    }
    let comparison = known.comparison();
    for (line, mut text, mut node) in &mut lines {
        let said = match comparison {
            Some(comparison) => say(*line, comparison, &words),
            None if *line == Head::Scenario => words.say("split.scenario").into(),
            None => String::new(),
        };
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}

pub(super) fn say(line: Head, comparison: &Comparison, words: &Words) -> String {
    let [today, scenario] = comparison.names();
    let (today, scenario) = (named(today, words), named(scenario, words));
    match line {
        Head::Today => words.fill("split.today", &[("name", today)]),
        Head::Scenario => scenario.into(),
        Head::Compared => words.fill("split.compared", &[("name", scenario), ("base", today)]),
        Head::Period => period(comparison, words),
        Head::Start => match comparison.live_at {
            Some(at) => words.fill("split.fromLive", &[("at", &words.day_and_time(at))]),
            None => words.say("split.fromTypical").into(),
        },
        Head::Synthetic if comparison.is_synthetic => words.say("split.synthetic").into(),
        Head::Synthetic => String::new(),
        Head::Alike => words.say("split.alike").into(),
        Head::Sites => sites(comparison, words),
    }
}

fn period(comparison: &Comparison, words: &Words) -> String {
    let runs = usize::try_from(comparison.runs).unwrap_or(usize::MAX);
    let days = words.number(comparison.days.into(), 0);
    let day = comparison.from.map(|from| words.day(from));
    let values = [("days", &*days), ("day", day.as_deref().unwrap_or("?"))];
    words.count_with("split.period", runs, &values)
}

fn sites(comparison: &Comparison, words: &Words) -> String {
    let moved = comparison.moved();
    let [come, gone] = comparison.come_and_gone();
    let counts = [
        ("split.come", come),
        ("split.gone", gone),
        ("split.moved", moved),
    ];
    let told = counts.into_iter().filter(|(_, count)| *count > 0);
    let told: Vec<String> = told.map(|(key, count)| words.count(key, count)).collect();
    if told.is_empty() {
        let count = comparison.of(Side::Scenario).len();
        return words.count("split.sameSites", count);
    }
    words.fill("split.sites", &[("list", &told.join(", "))])
}

/// Says why there is nothing to show, where that is so.
pub(super) fn notice(
    (split, known, words): (Res<Split>, Res<Known>, Res<Words>),
    mut notices: Query<&mut Node, (With<Notice>, Without<NoticeLine>)>,
    mut lines: Query<(&NoticeLine, &mut Text, &mut Node)>,
) {
    let told = why(&known).filter(|_| split.is_on());
    let display = if told.is_some() {
        Display::Flex
    } else {
        Display::None
    };
    for mut node in &mut notices {
        show(&mut node, display);
    }
    let Some([what, how]) = told else { return };
    for (line, mut text, mut node) in &mut lines {
        let key = match line {
            NoticeLine::What => what,
            NoticeLine::How => how,
        };
        let said = if key.is_empty() {
            String::new()
        } else {
            words.say(key).into()
        };
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}
