//! The field in which places are looked for, and the list of those that were found.

use bevy::asset::Handle;
use bevy::color::Color;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{Changed, With};
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::image::Image;
use bevy::math::{UVec2, Vec2};
use bevy::text::TextLayout;
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{
    AlignItems, BorderRadius, Display, FlexDirection, Interaction, JustifyContent, Node, Outline,
    PositionType, UiRect, px,
};

use super::outcome::While;
use super::paint::{Painted, write as write_text};
use super::picture::{draw, line};
use super::sheet::{MARGIN_TOP, MARGIN_X, sheet};
use super::{Kit, show};
use crate::palette::{Palette, Tone};
use crate::search::{MOST, Search, Typing};
use crate::words::Words;

/// From the left edge of the picture: beside the widest headline.
pub(crate) const LEFT: f32 = MARGIN_X + 440.0 + 16.0;
pub(crate) const WIDTH: f32 = 340.0;
/// The least that a finger hits.
const ROW_HEIGHT: f32 = 44.0;
/// The side of the glass.
const GLASS: u32 = 18;
/// How much of the tone of the chosen row is seen.
const CHOSEN_SHARE: f32 = 0.55;

/// A part of the search.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// What was typed, or what may be.
    Text,
    /// Where the next letter comes.
    Caret,
    /// The key that opens it.
    Key,
    /// What was found.
    List,
    /// That nothing was.
    Nothing,
    /// One of what was found.
    Row(usize),
    /// What it is called.
    Name(usize),
    /// Where it is.
    Where(usize),
}

/// What has a ring while keys are letters.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Field;

/// Lays the field and, below it, the list.
pub(super) fn lay(root: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let column = Node {
        position_type: PositionType::Absolute,
        left: px(LEFT),
        top: px(MARGIN_TOP),
        width: px(WIDTH),
        flex_direction: FlexDirection::Column,
        row_gap: px(8),
        ..Node::default()
    };
    let glass = draw(&mut kit.images, UVec2::splat(GLASS), glass);
    root.spawn((While::Present, column))
        .with_children(|column| {
            lay_field(column, kit, glass);
            let (kind, mut node, painted, shadow) = sheet(UiRect::axes(px(0), px(6)));
            node.display = Display::None;
            column
                .spawn((Part::List, kind, node, painted, shadow))
                .with_children(|list| {
                    let nothing = Node {
                        margin: UiRect::axes(px(16), px(8)),
                        ..Node::default()
                    };
                    let text = (Part::Nothing, Text::default(), nothing);
                    let quiet = Painted::text(Tone::InkQuiet);
                    list.spawn((text, kit.faces.text(14.0, 400), quiet));
                    for place in 0..MOST {
                        lay_row(list, kit, place);
                    }
                });
        });
}

fn lay_field(column: &mut ChildSpawnerCommands, kit: &Kit, glass: Handle<Image>) {
    let (kind, node, painted, shadow) = sheet(UiRect::px(14.0, 12.0, 0.0, 0.0));
    let node = Node {
        flex_direction: FlexDirection::Row,
        align_items: AlignItems::Center,
        height: px(ROW_HEIGHT),
        ..node
    };
    let ring = Outline::new(px(3), px(2), Color::NONE);
    let field = (Field, kind, node, painted, shadow, ring);
    column
        .spawn((field, Interaction::default()))
        .with_children(|field| {
            let side = Node {
                width: px(GLASS),
                height: px(GLASS),
                margin: UiRect::right(px(10)),
                ..Node::default()
            };
            field.spawn((ImageNode::new(glass), side, Painted::image(Tone::InkQuiet)));
            let text = (Part::Text, Text::default(), TextLayout::no_wrap());
            let font = kit.faces.text(16.0, 400);
            field.spawn((text, font, Painted::text(Tone::InkSmall)));
            let caret = Node {
                width: px(2),
                height: px(20),
                margin: UiRect::left(px(1)),
                ..Node::default()
            };
            field.spawn((Part::Caret, caret, Painted::fill(Tone::Ink)));
            let space = Node {
                flex_grow: 1.0,
                ..Node::default()
            };
            field.spawn(space);
            let key = Node {
                padding: UiRect::axes(px(8), px(1)),
                border: px(1).all(),
                border_radius: BorderRadius::all(px(3)),
                ..Node::default()
            };
            let letter = (Text::new("/"), kit.faces.text(13.0, 500));
            field
                .spawn((Part::Key, key, Painted::edge(Tone::Line)))
                .with_child((letter, Painted::text(Tone::InkSmall)));
        });
}

fn lay_row(list: &mut ChildSpawnerCommands, kit: &Kit, place: usize) {
    let row = Node {
        min_height: px(ROW_HEIGHT - 8.0),
        padding: UiRect::axes(px(16), px(4)),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::SpaceBetween,
        column_gap: px(12),
        ..Node::default()
    };
    let ground = Painted::fill(Tone::Table).faded(0.0);
    list.spawn((Part::Row(place), row, ground, Interaction::default()))
        .with_children(|row| {
            let text = || (Text::default(), TextLayout::no_wrap());
            let name = (Part::Name(place), text(), kit.faces.text(15.0, 500));
            row.spawn((name, Painted::text(Tone::Ink)));
            let place = (Part::Where(place), text(), kit.faces.text(13.0, 400));
            row.spawn((place, Painted::text(Tone::InkSmall)));
        });
}

/// A lens with its handle.
fn glass(at: Vec2) -> f32 {
    const MIDDLE: Vec2 = Vec2::new(7.5, 7.5);
    const RADIUS: f32 = 5.2;
    const STROKE: f32 = 1.75;
    let lens = (at.distance(MIDDLE) - RADIUS).abs() - STROKE / 2.0;
    let handle = [Vec2::splat(11.4), Vec2::splat(16.0)];
    lens.min(line(&handle, STROKE, at))
}

/// Brings the field and the list up to what was typed and found.
pub(super) fn write(
    (search, typing, words): (Res<Search>, Res<Typing>, Res<Words>),
    mut parts: Query<(&Part, &mut Node, &mut Painted, Option<&mut Text>)>,
) {
    let telling = Telling {
        search: &search,
        is_open: typing.0,
        words: &words,
    };
    for (part, mut node, mut painted, text) in &mut parts {
        show(&mut node, telling.display(*part));
        if let Some(mut text) = text {
            write_text(&mut text, telling.say(*part));
        }
        if let Some(paint) = telling.paint(*part) {
            painted.set_if_neq(paint);
        }
    }
}

/// Opens the field where it is pressed, and flies to what is pressed in the list.
pub(super) fn press(
    fields: Query<&Interaction, (Changed<Interaction>, With<Field>)>,
    rows: Query<(&Part, &Interaction), Changed<Interaction>>,
    (mut typing, mut search): (ResMut<Typing>, ResMut<Search>),
) {
    let is_pressed = |it: &Interaction| *it == Interaction::Pressed;
    if fields.iter().any(is_pressed) && !typing.0 {
        *search = Search::default();
        typing.0 = true;
    }
    let pressed = rows.iter().find_map(|(part, it)| match part {
        Part::Row(place) if is_pressed(it) => Some(*place),
        _ => None,
    });
    if let Some(place) = pressed.filter(|_| typing.0) {
        search.choose(place);
        typing.0 = false;
    }
}

/// Rings the field while keys are letters.
pub(super) fn ring(
    (typing, palette): (Res<Typing>, Res<Palette>),
    mut fields: Query<(&Field, &mut Outline)>,
) {
    let colour = if typing.0 {
        palette.focus.into()
    } else {
        Color::NONE
    };
    for (_, mut ring) in &mut fields {
        if ring.color != colour {
            ring.color = colour;
        }
    }
}

/// What there is to tell.
struct Telling<'a> {
    search: &'a Search,
    is_open: bool,
    words: &'a Words,
}

impl Telling<'_> {
    fn display(&self, part: Part) -> Display {
        let found = self.search.found.len();
        let is_asked = self.is_open && !self.search.text.trim().is_empty();
        let is_shown = match part {
            Part::Text | Part::Name(_) | Part::Where(_) => true,
            Part::Caret => self.is_open,
            Part::Key => !self.is_open,
            Part::List => is_asked,
            Part::Nothing => found == 0,
            Part::Row(place) => place < found,
        };
        if is_shown {
            Display::Flex
        } else {
            Display::None
        }
    }

    fn say(&self, part: Part) -> String {
        let Self { search, words, .. } = self;
        let found = |place: usize| search.found.get(place);
        match part {
            Part::Text if self.is_open => search.text.clone(),
            Part::Text => words.say("search.field").into(),
            Part::Nothing => words.say("search.nothing").into(),
            Part::Name(place) => found(place).map_or_else(String::new, |it| it.name.to_string()),
            Part::Where(place) => found(place).map_or_else(String::new, |it| {
                let commune = it.commune.as_deref();
                let kind = words.say("search.commune");
                commune
                    .map_or(kind, |commune| beyond(commune, &it.name))
                    .into()
            }),
            Part::Caret | Part::Key | Part::List | Part::Row(_) => String::new(),
        }
    }

    fn paint(&self, part: Part) -> Option<Painted> {
        match part {
            Part::Text if self.is_open => Some(Painted::text(Tone::Ink)),
            Part::Text => Some(Painted::text(Tone::InkSmall)),
            Part::Row(place) => {
                let is_chosen = place == self.search.chosen;
                let share = if is_chosen { CHOSEN_SHARE } else { 0.0 };
                Some(Painted::fill(Tone::Table).faded(share))
            }
            _ => None,
        }
    }
}

/// The commune of a site, where the name of the site does not say it already.
fn beyond<'a>(commune: &'a str, name: &str) -> &'a str {
    if name.starts_with(commune) {
        ""
    } else {
        commune
    }
}

#[cfg(test)]
mod tests {
    use bevy::app::{App, Update};

    use super::*;
    use crate::search::Place;

    #[rstest::rstest]
    #[case::closed(false, "", Part::Text, "Commune, site ou adresse")]
    #[case::open(true, "", Part::Text, "")]
    #[case::typed(true, "bart", Part::Text, "bart")]
    #[case::nothing(true, "bart", Part::Nothing, "Rien ne s’appelle ainsi.")]
    fn the_field_says_what_it_takes(
        #[case] is_open: bool,
        #[case] text: &str,
        #[case] part: Part,
        #[case] said: &str,
    ) {
        let search = Search {
            text: text.into(),
            ..Search::default()
        };
        let telling = Telling {
            search: &search,
            is_open,
            words: &Words::default(),
        };
        assert_eq!(telling.say(part), said);
        assert_eq!(telling.display(Part::List) == Display::Flex, text == "bart");
        assert_eq!(telling.display(Part::Row(0)), Display::None);
    }

    #[test]
    fn a_press_opens_the_field_and_another_chooses_a_place() {
        let mut app = App::new();
        let place = Place::called("Bart");
        app.init_resource::<Typing>()
            .insert_resource(Search {
                text: "left from before".into(),
                ..Search::default()
            })
            .add_systems(Update, press);
        app.world_mut().spawn((Field, Interaction::Pressed));
        app.update();
        assert!(app.world().resource::<Typing>().0);
        let mut search = app.world_mut().resource_mut::<Search>();
        assert!(search.text.is_empty());
        search.found = vec![place.clone()];
        app.world_mut().spawn((Part::Row(0), Interaction::Pressed));
        app.update();
        let search = app.world().resource::<Search>();
        assert_eq!(search.wanted.as_ref(), Some(&place));
        assert!(!app.world().resource::<Typing>().0);
    }

    #[test]
    fn a_commune_is_not_said_twice() {
        assert_eq!(beyond("Bart", "Bart, point d’apport 1"), "");
        assert_eq!(beyond("Bart", "Déchèterie"), "Bart");
    }
}
