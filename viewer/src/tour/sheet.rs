//! The sheet of the tour: the caption, how far it is, and what to press.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{Added, Changed, With, Without};
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::ui::widget::Text;
use bevy::ui::{
    AlignItems, BorderRadius, Display, FlexDirection, Interaction, JustifyContent, Node,
    PositionType, UiRect, percent, px,
};

use super::{Order, Tour};
use crate::camera::Eye;
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::sheet::{MARGIN_X, sheet};
use crate::hud::{Kit, TIMELINE_LEFT, over_picture, show, side};
use crate::motion::Motion;
use crate::palette::Tone;
use crate::wall::Mode;
use crate::words::Words;

/// From the lower edge of the picture: above the bar of time and the tab.
const BOTTOM: f32 = 186.0;
const WIDEST: f32 = 860.0;
/// How high the line of progress is.
const LINE: f32 = 4.0;

/// A part of the sheet.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Sheet,
    Done,
    Number,
    Title,
    Text,
    Pause,
}

/// What can be pressed.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Press(Order);

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
    let place = Node {
        position_type: PositionType::Absolute,
        left: px(TIMELINE_LEFT),
        // Beside the sheet of what is chosen.
        right: px(MARGIN_X + side::WIDTH + 16.0),
        bottom: px(BOTTOM),
        justify_content: JustifyContent::FlexStart,
        ..Node::default()
    };
    let (kind, node, painted, shadow) = sheet(UiRect::px(24.0, 24.0, 16.0, 12.0));
    let node = Node {
        display: Display::None,
        max_width: px(WIDEST),
        flex_grow: 1.0,
        ..node
    };
    commands.spawn(over_picture(eye)).with_children(|root| {
        root.spawn(place).with_children(|place| {
            place
                .spawn((Part::Sheet, kind, node, painted, shadow))
                .with_children(|sheet| lay(sheet, &kit));
        });
    });
}

fn lay(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let rail = Node {
        height: px(LINE),
        margin: UiRect::bottom(px(14)),
        border_radius: BorderRadius::MAX,
        ..Node::default()
    };
    let done = Node {
        height: px(LINE),
        width: percent(0),
        border_radius: BorderRadius::MAX,
        ..Node::default()
    };
    sheet
        .spawn((rail, Painted::fill(Tone::Line).faded(0.25)))
        .with_child((Part::Done, done, Painted::fill(Tone::Action)));
    let text = |part, tone, top| {
        let node = Node {
            margin: UiRect::top(px(top)),
            ..Node::default()
        };
        (part, Text::default(), node, Painted::text(tone))
    };
    let faces = &kit.faces;
    let [number, title, said] = [
        text(Part::Number, Tone::InkSmall, 0),
        text(Part::Title, Tone::Ink, 2),
        text(Part::Text, Tone::Ink, 6),
    ];
    sheet.spawn((number, faces.text(14.0, 400)));
    sheet.spawn((title, faces.title(26.0, 600)));
    sheet.spawn((said, faces.text(19.0, 400)));
    let row = Node {
        align_items: AlignItems::Center,
        flex_direction: FlexDirection::Row,
        column_gap: px(8),
        margin: UiRect::px(-12.0, 0.0, 8.0, 0.0),
        ..Node::default()
    };
    sheet.spawn(row).with_children(|row| {
        lay_button(row, kit, (Order::Back, "tour.back"));
        lay_button(row, kit, (Order::Pause, "tour.pause"));
        lay_button(row, kit, (Order::Next, "tour.next"));
        lay_button(row, kit, (Order::Leave, "tour.leave"));
        let keys = (Says("tour.keys"), Text::default());
        let aside = Node {
            margin: UiRect::left(px(12)),
            ..Node::default()
        };
        let font = kit.faces.text(13.0, 400);
        row.spawn((keys, font, aside, Painted::text(Tone::InkSmall)));
    });
}

fn lay_button(row: &mut ChildSpawnerCommands, kit: &Kit, (order, word): (Order, &'static str)) {
    let node = Node {
        min_height: px(44),
        padding: UiRect::axes(px(12), px(0)),
        align_items: AlignItems::Center,
        flex_shrink: 0.0,
        ..Node::default()
    };
    let font = kit.faces.text(15.0, 550);
    let text = (Text::default(), font, Painted::text(Tone::Action));
    let mut button = row.spawn((Press(order), Interaction::default(), node));
    if order == Order::Pause {
        button.with_child((Part::Pause, text));
    } else {
        button.with_child((Says(word), text));
    }
}

/// Takes what is pressed.
pub(super) fn press(
    buttons: Query<(&Press, &Interaction), Changed<Interaction>>,
    mut tour: ResMut<Tour>,
) {
    for (press, interaction) in &buttons {
        if *interaction == Interaction::Pressed {
            tour.bypass_change_detection().order = Some(press.0);
        }
    }
}

/// Brings the sheet up to where the tour is.
pub(super) fn write(
    (tour, words, motion): (Res<Tour>, Res<Words>, Option<Res<Motion>>),
    mut nodes: Query<(&Part, &mut Node), Without<Text>>,
    mut texts: Query<(&Part, &mut Text)>,
) {
    let is_stepwise = motion.is_some_and(|motion| *motion == Motion::Reduced);
    let progress = tour.progress(is_stepwise);
    for (part, mut node) in &mut nodes {
        match part {
            Part::Sheet => {
                let display = if progress.is_some() {
                    Display::Flex
                } else {
                    Display::None
                };
                show(&mut node, display);
            }
            Part::Done => {
                // To a part of a pixel: what hardly moves is not laid out anew.
                let share = progress.map_or(0.0, |(share, ..)| share);
                let width = percent((share * 1e3).round() / 10.0);
                if node.width != width {
                    node.width = width;
                }
            }
            Part::Number | Part::Title | Part::Text | Part::Pause => {}
        }
    }
    let (Some((_, number, count)), Some(stage)) = (progress, &tour.stage) else {
        return;
    };
    let [number, count] = [number, count].map(|it| it.to_string());
    for (part, mut text) in &mut texts {
        let said = match part {
            Part::Number => {
                let values = [("n", &*number), ("count", &*count)];
                words.fill("tour.number", &values)
            }
            Part::Title => stage.told.title.clone(),
            Part::Text => stage.told.text.clone(),
            Part::Pause if stage.is_paused => words.say("tour.resume").to_owned(),
            Part::Pause => words.say("tour.pause").to_owned(),
            Part::Sheet | Part::Done => continue,
        };
        write_text(&mut text, said);
    }
}
