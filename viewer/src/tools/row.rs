//! The row of buttons beside the search.

use bevy::camera::Camera;
use bevy::camera::visibility::Visibility;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::message::MessageWriter;
use bevy::ecs::query::{Added, Changed, With};
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::text::TextLayout;
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{
    AlignItems, BorderRadius, FlexDirection, Interaction, Node, PositionType, UiRect, px,
};

use super::{Tool, Wish, icons};
use crate::camera::Eye;
use crate::hud::paint::{Painted, Says};
use crate::hud::sheet::{MARGIN_TOP, sheet};
use crate::hud::side::{LOW_PX, shown_if};
use crate::hud::{HudScale, Kit, RightSheet, SEARCH_LEFT, SEARCH_WIDTH, While, over_picture, show};
use crate::palette::Tone;
use crate::tour::Tour;
use crate::wall::Mode;

/// From the left edge of the picture.
pub(super) const LEFT: f32 = SEARCH_LEFT + SEARCH_WIDTH + 16.0;
/// The least that a finger hits.
const HEIGHT: f32 = 44.0;
/// A narrower picture has no room for words beside the icons.
const WORDS_PX: f32 = 1640.0;

/// The buttons, from the left; their key, and the key of their words.
const BUTTONS: [(Wish, &str, &str); 6] = [
    (Wish::Tour, "T", "tools.tour"),
    (Wish::Views, "B", "tools.views"),
    (Wish::Measure, "M", "tools.measure"),
    (Wish::Lasso, "G", "tools.lasso"),
    (Wish::Picture, "P", "tools.picture"),
    (Wish::CopyLink, "C", "tools.link"),
];

/// The row.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Row;

/// A button.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Button(Wish);

/// What lies on a button.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Face {
    Icon(Wish),
    Word(Wish),
    Key(Wish),
}

/// Lays the row before the first eye; not on a wall.
pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    buttons: Query<(), With<Button>>,
    mut kit: Kit,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next() else {
        return;
    };
    if !buttons.is_empty() || *kit.mode == Mode::Wall {
        return;
    }
    let (kind, node, painted, shadow) = sheet(UiRect::all(px(0)));
    let row = Node {
        position_type: PositionType::Absolute,
        left: px(LEFT),
        top: px(MARGIN_TOP),
        height: px(HEIGHT),
        flex_direction: FlexDirection::Row,
        align_items: AlignItems::Stretch,
        ..node
    };
    commands.spawn(over_picture(eye)).with_children(|root| {
        root.spawn((Row, While::Present, kind, row, painted, shadow))
            .with_children(|row| {
                for button in BUTTONS {
                    lay(row, &mut kit, button);
                }
            });
    });
}

fn lay(row: &mut ChildSpawnerCommands, kit: &mut Kit, button: (Wish, &str, &'static str)) {
    let (wish, key, word) = button;
    let node = Node {
        align_items: AlignItems::Center,
        column_gap: px(8),
        padding: UiRect::axes(px(12), px(0)),
        border_radius: BorderRadius::all(px(7)),
        ..Node::default()
    };
    let image = icons::icon(&mut kit.images, wish);
    let ground = Painted::fill(Tone::Table).faded(0.0);
    row.spawn((Button(wish), Interaction::default(), node, ground))
        .with_children(|button| {
            let size = Node {
                width: px(icons::SIDE),
                height: px(icons::SIDE),
                ..Node::default()
            };
            let icon = (Face::Icon(wish), ImageNode::new(image), size);
            button.spawn((icon, Painted::image(Tone::Action)));
            let text = (Text::default(), TextLayout::no_wrap());
            let font = kit.faces.text(14.0, 550);
            button.spawn((
                Face::Word(wish),
                Says(word),
                text,
                font,
                Node::default(),
                Painted::text(Tone::Action),
            ));
            let letter = (Text::new(key), TextLayout::no_wrap());
            let font = kit.faces.text(12.0, 500);
            button.spawn((Face::Key(wish), letter, font, Painted::text(Tone::InkSmall)));
        });
}

/// Makes wishes of buttons.
pub(super) fn press(
    buttons: Query<(&Button, &Interaction), Changed<Interaction>>,
    mut wishes: MessageWriter<Wish>,
) {
    for (button, interaction) in &buttons {
        if *interaction == Interaction::Pressed {
            wishes.write(button.0);
        }
    }
}

/// What is in use.
#[derive(SystemParam)]
pub(super) struct InUse<'w> {
    tool: Res<'w, Tool>,
    tour: Option<Res<'w, Tour>>,
}

impl InUse<'_> {
    fn is_on(&self, wish: Wish) -> bool {
        match wish {
            Wish::Tour => self.tour.as_ref().is_some_and(|tour| tour.is_under_way()),
            Wish::Views => *self.tool == Tool::Views,
            Wish::Measure => matches!(*self.tool, Tool::Distance | Tool::Area),
            Wish::Lasso => *self.tool == Tool::Lasso,
            Wish::KeepView | Wish::Picture | Wish::CopyLink | Wish::Contrast => false,
        }
    }
}

/// Shows what is in use, and what the mouse is over.
pub(super) fn write(
    in_use: InUse,
    mut buttons: Query<(&Button, &Interaction, &mut Painted)>,
    mut faces: Query<(&Face, &mut Painted), bevy::ecs::query::Without<Button>>,
) {
    for (button, interaction, mut painted) in &mut buttons {
        painted.set_if_neq(match (in_use.is_on(button.0), interaction) {
            (true, _) => Painted::fill(Tone::Ink),
            (false, Interaction::None) => Painted::fill(Tone::Table).faded(0.0),
            (false, _) => Painted::fill(Tone::Table).faded(0.7),
        });
    }
    for (face, mut painted) in &mut faces {
        let on = |wish, tone| {
            if in_use.is_on(wish) {
                Tone::Surface
            } else {
                tone
            }
        };
        painted.set_if_neq(match *face {
            Face::Icon(wish) => Painted::image(on(wish, Tone::Action)),
            Face::Word(wish) => Painted::text(on(wish, Tone::Action)),
            Face::Key(wish) => Painted::text(on(wish, Tone::InkSmall)),
        });
    }
}

/// Leaves words out where there is no room for them.
pub(super) fn fit(
    scale: Res<HudScale>,
    eyes: Query<&Camera, With<Eye>>,
    right: Option<Res<RightSheet>>,
    mut rows: Query<&mut Visibility, With<Row>>,
    mut faces: Query<(&Face, &mut Node)>,
) {
    let size = eyes.iter().find_map(Camera::logical_viewport_size);
    let Some(size) = size.map(|size| size / scale.0) else {
        return;
    };
    // Where the picture is low, a sheet at its right begins as high as the row.
    let has_sheet = right.is_some_and(|right| *right == RightSheet::Other);
    let is_covered = has_sheet && size.y < LOW_PX;
    for mut visibility in &mut rows {
        visibility.set_if_neq(if is_covered {
            Visibility::Hidden
        } else {
            Visibility::Inherited
        });
    }
    let display = shown_if(size.x >= WORDS_PX);
    for (face, mut node) in &mut faces {
        if matches!(face, Face::Word(_)) {
            show(&mut node, display);
        }
    }
}
