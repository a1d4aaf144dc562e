//! The sheet with the list of views.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::message::MessageWriter;
use bevy::ecs::query::{Added, Changed, With};
use bevy::ecs::system::{Commands, Query, Res, ResMut, SystemParam};
use bevy::text::TextLayout;
use bevy::ui::widget::Text;
use bevy::ui::{
    AlignItems, BorderRadius, Display, FlexDirection, Interaction, JustifyContent, Node, Overflow,
    UiRect, px,
};

use super::offered::Offered;
use super::{Cursor, Kept, Naming, forget, row};
use crate::camera::Eye;
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::{Kit, show};
use crate::link::OpenView;
use crate::palette::Tone;
use crate::tools::{Tool, Wish, lay_tool};
use crate::wall::Mode;

/// How many rows are seen at once; the others come as keys walk.
const ROWS: usize = 9;
const ROW_HEIGHT: f32 = 36.0;

/// A part of the list.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Sheet,
    Row(usize),
    Name(usize),
    /// Forgets the view of a row.
    Forget(usize),
    Keep,
}

/// Lays the list, which is not seen yet.
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
    let mark = (Part::Sheet, UiRect::axes(px(0), px(10)));
    lay_tool(&mut commands, eye, mark, |sheet| lay(sheet, &kit));
}

fn lay(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let inset = |top| Node {
        margin: UiRect::px(16.0, 16.0, top, 6.0),
        ..Node::default()
    };
    let title = (Says("views.title"), Text::default());
    let font = kit.faces.text(14.0, 600);
    sheet.spawn((title, font, inset(2.0), Painted::text(Tone::Ink)));
    for place in 0..ROWS {
        lay_row(sheet, kit, place);
    }
    let keep = Node {
        margin: UiRect::px(8.0, 8.0, 6.0, 0.0),
        padding: UiRect::axes(px(8), px(0)),
        min_height: px(ROW_HEIGHT),
        align_items: AlignItems::Center,
        border_radius: BorderRadius::all(px(3)),
        ..Node::default()
    };
    let ground = Painted::fill(Tone::Table).faded(0.0);
    let word = (Says("views.keep"), Text::default());
    sheet
        .spawn((Part::Keep, Interaction::default(), keep, ground))
        .with_child((word, kit.faces.text(14.0, 550), Painted::text(Tone::Action)));
    let keys = (Says("views.keys"), Text::default());
    let font = kit.faces.text(13.0, 400);
    sheet.spawn((keys, font, inset(4.0), Painted::text(Tone::InkSmall)));
}

fn lay_row(sheet: &mut ChildSpawnerCommands, kit: &Kit, place: usize) {
    let node = Node {
        min_height: px(ROW_HEIGHT),
        padding: UiRect::px(16.0, 8.0, 0.0, 0.0),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::SpaceBetween,
        ..Node::default()
    };
    let ground = Painted::fill(Tone::Table).faded(0.0);
    sheet
        .spawn((Part::Row(place), Interaction::default(), node, ground))
        .with_children(|row| {
            let clip = Node {
                flex_direction: FlexDirection::Row,
                overflow: Overflow::clip(),
                ..Node::default()
            };
            let name = (Text::default(), TextLayout::no_wrap());
            let font = kit.faces.text(15.0, 500);
            row.spawn(clip)
                .with_child((Part::Name(place), name, font, Painted::text(Tone::Ink)));
            let cross = Node {
                width: px(28),
                height: px(28),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                flex_shrink: 0.0,
                ..Node::default()
            };
            let sign = (Text::new("×"), kit.faces.text(19.0, 400));
            row.spawn((Part::Forget(place), Interaction::default(), cross))
                .with_child((sign, Painted::text(Tone::InkSmall)));
        });
}

/// What the list shows.
#[derive(SystemParam)]
pub(super) struct Listed<'w> {
    tool: Res<'w, Tool>,
    offered: Res<'w, Offered>,
    kept: Res<'w, Kept>,
    cursor: Res<'w, Cursor>,
    naming: Res<'w, Naming>,
}

impl Listed<'_> {
    fn count(&self) -> usize {
        self.offered.0.len() + self.kept.0.len()
    }

    /// Which view the first row shows.
    fn first(&self) -> usize {
        first(self.cursor.0, self.count())
    }
}

fn first(cursor: usize, count: usize) -> usize {
    let most = count.saturating_sub(ROWS);
    cursor.saturating_sub(ROWS - 1).min(most)
}

/// Does what a row is pressed for.
pub(super) fn press(
    parts: Query<(&Part, &Interaction), Changed<Interaction>>,
    (offered, mut kept): (Res<Offered>, ResMut<Kept>),
    mut cursor: ResMut<Cursor>,
    mut views: MessageWriter<OpenView>,
    mut wishes: MessageWriter<Wish>,
) {
    let first = first(cursor.0, offered.0.len() + kept.0.len());
    for (part, interaction) in &parts {
        if *interaction != Interaction::Pressed {
            continue;
        }
        match *part {
            Part::Row(place) => {
                if let Some(bookmark) = row(&offered, &kept, first + place) {
                    views.write(OpenView(bookmark.view.clone()));
                    cursor.set_if_neq(Cursor(first + place));
                }
            }
            Part::Forget(place) => forget(&offered, &mut kept, first + place),
            Part::Keep => {
                wishes.write(Wish::KeepView);
            }
            Part::Sheet | Part::Name(_) => {}
        }
    }
}

/// Brings the list up to what there is.
pub(super) fn write(
    listed: Listed,
    mut parts: Query<(&Part, &mut Node, Option<&mut Text>, Option<&mut Painted>)>,
) {
    let is_open = *listed.tool == Tool::Views;
    let first = listed.first();
    for (part, mut node, text, painted) in &mut parts {
        let is_shown = match *part {
            Part::Sheet => is_open,
            Part::Row(place) => first + place < listed.count(),
            Part::Forget(place) => first + place >= listed.offered.0.len(),
            Part::Name(_) | Part::Keep => true,
        };
        show(&mut node, shown_if(is_shown));
        if let (Part::Name(place), Some(mut text)) = (part, text) {
            let bookmark = row(&listed.offered, &listed.kept, first + place);
            let mut name = bookmark.map_or_else(String::new, |it| it.name.clone());
            let place = (first + place).checked_sub(listed.offered.0.len());
            if place.is_some() && place == listed.naming.0 {
                // Where the next letter comes.
                name.push('|');
            }
            write_text(&mut text, name);
        }
        if let (Part::Row(place), Some(mut painted)) = (part, painted) {
            let is_chosen = first + place == listed.cursor.0;
            let share = if is_chosen { 0.55 } else { 0.0 };
            painted.set_if_neq(Painted::fill(Tone::Table).faded(share));
        }
    }
}

const fn shown_if(is_shown: bool) -> Display {
    if is_shown {
        Display::Flex
    } else {
        Display::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::short(3, 5, 0)]
    #[case::within(8, 20, 0)]
    #[case::walked_on(9, 20, 1)]
    #[case::at_the_end(19, 20, 11)]
    fn the_list_follows_the_cursor(
        #[case] cursor: usize,
        #[case] count: usize,
        #[case] shown: usize,
    ) {
        assert_eq!(first(cursor, count), shown);
    }
}
