//! The sheet of the chosen truck.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::math::{UVec2, Vec2};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{AlignItems, BorderRadius, Node, PositionType, UiRect, Val, percent, px};

use super::said::{Story, name};
use super::show::{Choice, ChosenTruck};
use crate::camera::Eye;
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::picture::{draw, shape};
use crate::hud::side::{self, below, shown_if};
use crate::hud::{Kit, display_of, leader, show};
use crate::palette::Tone;
use crate::words::Words;

/// The picture of a truck, and the body in it: its upper left corner and its size.
const TRUCK: UVec2 = UVec2::new(92, 54);
const BODY: [Vec2; 2] = [Vec2::new(2.0, 3.0), Vec2::new(60.0, 38.0)];
const EDGE: f32 = 2.5;
/// Whatever is on board is seen, however little.
const LEAST: f32 = 0.03;

/// The sheet.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct TruckSheet;

/// What rises with the load, and what grows with the stops.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Bar {
    Load,
    Stops,
}

/// A line of the sheet.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    Title,
    Source,
    Share,
    Load,
    Doing,
    Next,
    Stops,
    Shift,
    Plan,
}

/// All that the sheet tells of.
#[derive(SystemParam)]
pub(super) struct Knowledge<'w> {
    choice: Choice<'w>,
    words: Res<'w, Words>,
}

impl Knowledge<'_> {
    /// The story of the chosen truck.
    fn story(&self) -> Option<Story<'_>> {
        let choice = &self.choice;
        Some(Story {
            words: &self.words,
            truck: choice.truck()?,
            seen: choice.mark().map(|mark| &mark.seen),
            at: choice.moment.at?,
            planned_at: choice.rounds.planned_at,
            is_borrowed: choice.moment.is_borrowed,
        })
    }
}

/// Lays the empty sheet before the first eye.
pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    sheets: Query<(), With<TruckSheet>>,
    mut kit: Kit,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next().filter(|_| sheets.is_empty()) else {
        return;
    };
    leader::lay::<ChosenTruck>(&mut commands, eye);
    side::lay(&mut commands, eye, TruckSheet, |sheet| {
        let title = (Line::Title, Text::default(), kit.faces.title(24.0, 600));
        sheet.spawn((title, Painted::text(Tone::Ink), Node::default()));
        lay_text(sheet, &kit, (Line::Source, Tone::InkQuiet, 3.0));
        lay_load(sheet, &mut kit);
        lay_text(sheet, &kit, (Line::Doing, Tone::Ink, 12.0));
        lay_text(sheet, &kit, (Line::Next, Tone::InkQuiet, 3.0));
        lay_stops(sheet, &kit);
        lay_text(sheet, &kit, (Line::Shift, Tone::InkQuiet, 12.0));
        lay_text(sheet, &kit, (Line::Plan, Tone::InkQuiet, 3.0));
        side::lay_hints(sheet, |block| {
            let keys = (
                Says("truck.keys"),
                Text::default(),
                kit.faces.text(13.0, 400),
            );
            block.spawn((keys, Painted::text(Tone::InkSmall)));
        });
    });
}

fn lay_text(sheet: &mut ChildSpawnerCommands, kit: &Kit, (line, tone, top): (Line, Tone, f32)) {
    let size = if line == Line::Doing { 16.0 } else { 14.0 };
    let text = (line, Text::default(), kit.faces.text(size, 400));
    sheet.spawn((text, Painted::text(tone), below(top)));
}

fn lay_load(sheet: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let row = Node {
        align_items: AlignItems::Center,
        column_gap: px(16),
        margin: UiRect::top(px(16)),
        ..Node::default()
    };
    let cab = draw(&mut kit.images, TRUCK, outline);
    sheet.spawn(row).with_children(|row| {
        let frame = Node {
            width: px(TRUCK.x),
            height: px(TRUCK.y),
            flex_shrink: 0.0,
            ..Node::default()
        };
        row.spawn(frame).with_children(|frame| {
            lay_body(frame);
            let whole = Node {
                position_type: PositionType::Absolute,
                width: px(TRUCK.x),
                height: px(TRUCK.y),
                ..Node::default()
            };
            frame.spawn((ImageNode::new(cab), whole, Painted::image(Tone::Ink)));
        });
        let share = (Line::Share, Text::default(), kit.faces.title(44.0, 600));
        row.spawn((share, Painted::text(Tone::Ink), Node::default()));
        let load = (Line::Load, Text::default(), kit.faces.text(14.0, 400));
        let narrow = Node {
            flex_shrink: 1.0,
            ..Node::default()
        };
        row.spawn((load, Painted::text(Tone::InkQuiet), narrow));
    });
}

/// The body of the truck, in which the load stands.
fn lay_body(frame: &mut ChildSpawnerCommands) {
    let [at, size] = BODY;
    let body = Node {
        position_type: PositionType::Absolute,
        left: px(at.x),
        top: px(at.y),
        width: px(size.x),
        height: px(size.y),
        border: px(EDGE).all(),
        border_radius: BorderRadius::all(px(3)),
        ..Node::default()
    };
    let level = Node {
        position_type: PositionType::Absolute,
        left: Val::ZERO,
        right: Val::ZERO,
        bottom: Val::ZERO,
        height: Val::ZERO,
        ..Node::default()
    };
    frame
        .spawn((body, Painted::fill(Tone::Surface).edged(Tone::Ink)))
        .with_child((Bar::Load, level, Painted::fill(Tone::InkQuiet)));
}

/// Cab and wheels, in the picture of a truck.
fn outline(at: Vec2) -> f32 {
    const CAB: [Vec2; 5] = [
        Vec2::new(65.0, 43.0),
        Vec2::new(65.0, 13.0),
        Vec2::new(80.0, 13.0),
        Vec2::new(89.0, 27.0),
        Vec2::new(89.0, 43.0),
    ];
    const WINDOW: [Vec2; 4] = [
        Vec2::new(71.0, 26.0),
        Vec2::new(71.0, 17.5),
        Vec2::new(78.2, 17.5),
        Vec2::new(83.6, 26.0),
    ];
    const FRAME: [Vec2; 4] = [
        Vec2::new(2.0, 41.0),
        Vec2::new(89.0, 41.0),
        Vec2::new(89.0, 44.5),
        Vec2::new(2.0, 44.5),
    ];
    let wheel =
        |x: f32| (at.distance(Vec2::new(x, 45.0)) - 6.5).max(2.6 - at.distance(Vec2::new(x, 45.0)));
    let cab = shape(&CAB, at).max(-shape(&WINDOW, at));
    let wheels = wheel(15.0).min(wheel(31.0)).min(wheel(77.0));
    cab.min(shape(&FRAME, at)).min(wheels)
}

fn lay_stops(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    lay_text(sheet, kit, (Line::Stops, Tone::Ink, 14.0));
    let rail = Node {
        height: px(6),
        margin: UiRect::top(px(5)),
        border_radius: BorderRadius::all(px(3)),
        ..Node::default()
    };
    let done = Node {
        height: percent(100),
        width: Val::ZERO,
        border_radius: BorderRadius::all(px(3)),
        ..Node::default()
    };
    sheet
        .spawn((rail, Painted::fill(Tone::Line).faded(0.28)))
        .with_child((Bar::Stops, done, Painted::fill(Tone::InkQuiet)));
}

/// Bars, and no other part of the sheet.
type OnlyBars = (Without<TruckSheet>, Without<Line>);

/// Writes what has changed.
pub(super) fn write(
    known: Knowledge,
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
    mut sheets: Query<&mut Node, (With<TruckSheet>, Without<Line>)>,
    mut bars: Query<(&Bar, &mut Node), OnlyBars>,
) {
    let story = known.story();
    for mut node in &mut sheets {
        show(&mut node, shown_if(story.is_some()));
    }
    let Some(story) = story else { return };
    for (line, mut text, mut node) in &mut lines {
        let said = match line {
            Line::Title => name(story.words, story.truck),
            Line::Source => story.source(),
            Line::Share => story.share(),
            Line::Load => story.load(),
            Line::Doing => story.doing(),
            Line::Next => story.next(),
            Line::Stops => story.stops(),
            Line::Shift => story.shift(),
            Line::Plan => story.plan(),
        };
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
    let load = story.seen.map_or(0.0, |seen| seen.load.share);
    for (bar, mut node) in &mut bars {
        let mut placed = node.clone();
        match bar {
            Bar::Load if load > 0.0 => placed.height = percent(load.clamp(LEAST, 1.0) * 100.0),
            Bar::Load => placed.height = Val::ZERO,
            Bar::Stops => placed.width = percent(story.progress() * 100.0),
        }
        node.set_if_neq(placed);
    }
}
