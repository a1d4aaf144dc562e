//! The sheet with what was measured.

use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::system::{Commands, Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{Display, Node, UiRect, px};

use super::sum::{area_m2, is_crossing, length_m, perimeter_m, told_area, told_length};
use super::{MOST, Measured, is_measuring};
use crate::camera::Eye;
use crate::hud::paint::{Painted, write as write_text};
use crate::hud::{Kit, display_of, show};
use crate::palette::Tone;
use crate::tools::{Tool, lay_tool};
use crate::wall::Mode;
use crate::words::Words;

/// A part of the sheet.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Sheet,
    Title,
    Sum,
    Detail,
    Note,
    Keys,
}

/// Lays the sheet, which is not seen yet.
pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    parts: Query<(), With<Part>>,
    kit: Kit,
    mut commands: Commands,
) {
    let is_new = parts.is_empty() && *kit.mode != Mode::Wall;
    let Some(eye) = eyes.iter().next().filter(|_| is_new) else {
        return;
    };
    let text = |part, tone| {
        let apart = Node {
            margin: UiRect::bottom(px(4)),
            ..Node::default()
        };
        ((part, Text::default(), apart), Painted::text(tone))
    };
    let faces = &kit.faces;
    let mark = (Part::Sheet, UiRect::px(18.0, 18.0, 14.0, 10.0));
    lay_tool(&mut commands, eye, mark, |sheet| {
        sheet.spawn((text(Part::Title, Tone::InkQuiet), faces.text(14.0, 550)));
        sheet.spawn((text(Part::Sum, Tone::Ink), faces.title(32.0, 600)));
        sheet.spawn((text(Part::Detail, Tone::Ink), faces.text(15.0, 400)));
        sheet.spawn((text(Part::Note, Tone::InkQuiet), faces.text(13.0, 400)));
        sheet.spawn((text(Part::Keys, Tone::InkSmall), faces.text(13.0, 400)));
    });
}

/// Writes what was measured.
pub(super) fn write(
    (tool, measured, words): (Res<Tool>, Res<Measured>, Res<Words>),
    mut sheets: Query<(&Part, &mut Node), Without<Text>>,
    mut texts: Query<(&Part, &mut Text, &mut Node)>,
) {
    let is_open = is_measuring(*tool);
    for (_, mut node) in &mut sheets {
        let display = if is_open {
            Display::Flex
        } else {
            Display::None
        };
        show(&mut node, display);
    }
    if !is_open {
        return;
    }
    for (part, mut text, mut node) in &mut texts {
        let said = say(*part, *tool, &measured, &words);
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}

fn say(part: Part, tool: Tool, measured: &Measured, words: &Words) -> String {
    let places = measured.places();
    let is_area = tool == Tool::Area;
    let key = |key: &str| words.say(key).to_owned();
    match part {
        Part::Title if is_area => key("measure.area"),
        Part::Title => key("measure.distance"),
        Part::Sum if is_area && is_crossing(places) => "–".to_owned(),
        Part::Sum if is_area => told_area(words, area_m2(places).unwrap_or(0.0)),
        Part::Sum => told_length(words, length_m(places)),
        Part::Detail if places.is_empty() => key("measure.empty"),
        Part::Detail if is_area && is_crossing(places) => key("measure.crossing"),
        Part::Detail if places.len() >= MOST => key("measure.full"),
        Part::Detail if is_area => {
            let length = told_length(words, perimeter_m(places));
            words.fill("measure.perimeter", &[("length", &length)])
        }
        Part::Detail => words.count("measure.points", places.len()),
        Part::Note => key("measure.note"),
        Part::Keys => key("measure.keys"),
        Part::Sheet => String::new(),
    }
}
