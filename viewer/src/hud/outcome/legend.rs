//! The legend of a scenario: how many sites of each side are in which class, and what forms and colours mean.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::Without;
use bevy::ecs::system::{Query, Res};
use bevy::math::UVec2;
use bevy::text::TextLayout;
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{
    AlignItems, BorderRadius, Display, FlexDirection, JustifyContent, Node, UiRect, Val, px,
};

use super::{While, hatched};
use crate::choropleth::TONES;
use crate::hud::legend::{edge, heights, line_node};
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::picture::draw;
use crate::hud::{Kit, show};
use crate::palette::Tone;
use crate::split::{BOUNDS_H, Known, Side, Split};
use crate::words::Words;

const CLASS_WIDTH: f32 = 49.0;
const BAR_WIDTH: f32 = 23.0;
const STANDING: f32 = 74.0;
const SWATCH: UVec2 = UVec2::new(22, 14);

/// A bar: of which side, and of which class.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::hud) struct Bar(Side, usize);

/// What stands on a bar.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::hud) struct Count(Side, usize);

/// From where on a class is.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::hud) struct Bound(usize);

/// Lays both legends, of which one is seen.
pub(in crate::hud) fn lay(part: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let column = || Node {
        flex_direction: FlexDirection::Column,
        ..Node::default()
    };
    part.spawn((While::Sides, column()))
        .with_children(|part| lay_sides(part, kit));
    part.spawn((While::Difference, column()))
        .with_children(|part| lay_difference(part, kit));
    let keys = (
        Says("split.keys"),
        Text::default(),
        kit.faces.text(13.0, 400),
    );
    let apart = Node {
        margin: UiRect::top(px(6)),
        ..Node::default()
    };
    part.spawn((keys, Painted::text(Tone::InkSmall), apart));
}

fn lay_titles(part: &mut ChildSpawnerCommands, kit: &Kit, [title, note]: [&'static str; 2]) {
    let says = |key, size, weight| (Says(key), Text::default(), kit.faces.text(size, weight));
    part.spawn((says(title, 14.0, 550), Painted::text(Tone::Ink)));
    part.spawn((says(note, 13.0, 400), Painted::text(Tone::InkQuiet)));
}

fn lay_sides(part: &mut ChildSpawnerCommands, kit: &Kit) {
    lay_titles(part, kit, ["split.legend", "split.legend.note"]);
    let row = Node {
        column_gap: px(4),
        margin: UiRect::px(0.0, 0.0, 8.0, 8.0),
        ..Node::default()
    };
    part.spawn(row).with_children(|row| {
        for (class, tone) in TONES.into_iter().enumerate() {
            lay_class(row, kit, (class, tone));
        }
    });
    let says = |key| (Says(key), Text::default(), kit.faces.text(13.0, 400));
    for key in ["split.form.column", "split.form.bars"] {
        part.spawn((says(key), Painted::text(Tone::InkQuiet)));
    }
}

/// A class: a bar for each side, the present's to the left as in the picture.
fn lay_class(row: &mut ChildSpawnerCommands, kit: &Kit, (class, tone): (usize, Tone)) {
    let column = Node {
        flex_direction: FlexDirection::Column,
        width: px(CLASS_WIDTH),
        ..Node::default()
    };
    row.spawn(column).with_children(|column| {
        let pair = Node {
            column_gap: px(2),
            height: px(STANDING),
            justify_content: JustifyContent::Center,
            align_items: AlignItems::FlexEnd,
            ..Node::default()
        };
        column.spawn(pair).with_children(|pair| {
            for side in Side::BOTH {
                lay_bar(pair, kit, (side, class, tone));
            }
        });
        column.spawn((line_node(), Painted::fill(Tone::Line)));
        let middle = Node {
            justify_content: JustifyContent::Center,
            ..Node::default()
        };
        let text = (Bound(class), Text::default(), TextLayout::no_wrap());
        let quiet = Painted::text(Tone::InkQuiet);
        column
            .spawn(middle)
            .with_child((text, kit.faces.text(13.0, 400), quiet));
    });
}

fn lay_bar(pair: &mut ChildSpawnerCommands, kit: &Kit, (side, class, tone): (Side, usize, Tone)) {
    let column = Node {
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        width: px(BAR_WIDTH),
        ..Node::default()
    };
    pair.spawn(column).with_children(|column| {
        let text = (Count(side, class), Text::default(), TextLayout::no_wrap());
        column.spawn((text, kit.faces.text(13.0, 600), Painted::text(Tone::Ink)));
        let bar = Node {
            width: px(BAR_WIDTH),
            height: Val::ZERO,
            border: UiRect::px(1.0, 1.0, 1.0, 0.0),
            border_radius: BorderRadius::top(px(2)),
            ..Node::default()
        };
        let coat = Painted::fill(tone).edged(edge(tone));
        column.spawn((Bar(side, class), bar, coat));
    });
}

fn lay_difference(part: &mut ChildSpawnerCommands, kit: &mut Kit) {
    lay_titles(part, kit, ["split.change", "split.change.note"]);
    let hatch = draw(&mut kit.images, SWATCH, hatched);
    let swatch = || Node {
        width: px(SWATCH.x),
        height: px(SWATCH.y),
        border: px(1).all(),
        border_radius: BorderRadius::all(px(2)),
        ..Node::default()
    };
    for (key, tone) in [
        ("split.change.less", Some(Tone::Less)),
        ("split.change.more", Some(Tone::More)),
        ("split.change.open", None),
    ] {
        let row = Node {
            align_items: AlignItems::Center,
            column_gap: px(8),
            margin: UiRect::top(px(6)),
            ..Node::default()
        };
        part.spawn(row).with_children(|row| {
            if let Some(tone) = tone {
                row.spawn((swatch(), Painted::fill(tone).edged(tone)));
            } else {
                let coat = Painted::image(Tone::InkSmall).edged(Tone::Line);
                row.spawn((ImageNode::new(hatch.clone()), swatch(), coat));
            }
            let text = (Says(key), Text::default(), kit.faces.text(14.0, 400));
            row.spawn((text, Painted::text(Tone::InkQuiet)));
        });
    }
}

/// Brings the bars up to the counts.
pub(super) fn rise((split, known): (Res<Split>, Res<Known>), mut bars: Query<(&Bar, &mut Node)>) {
    if *split != Split::Sides {
        return;
    }
    let counts = known
        .comparison()
        .map(|it| Side::BOTH.map(|side| it.counts(side)));
    let [present, scenario] = counts.unwrap_or_default();
    // One scale for both, so that bars can be compared.
    let largest = present.iter().chain(&scenario).copied().max().unwrap_or(0);
    for (Bar(side, class), mut node) in &mut bars {
        let of = match side {
            Side::Present => &present,
            Side::Scenario => &scenario,
        };
        let count = of.get(*class).copied().unwrap_or(0);
        let [height, ..] = heights([count, largest, 0, 0, 0, 0]);
        if node.height != px(height) {
            node.height = px(height);
        }
        let display = if count > 0 {
            Display::Flex
        } else {
            Display::None
        };
        show(&mut node, display);
    }
}

/// Writes counts and bounds.
pub(super) fn write(
    (split, known, words): (Res<Split>, Res<Known>, Res<Words>),
    mut counts: Query<(&Count, &mut Text), Without<Bound>>,
    mut bounds: Query<(&Bound, &mut Text), Without<Count>>,
) {
    if *split != Split::Sides {
        return;
    }
    let told = known
        .comparison()
        .map(|it| Side::BOTH.map(|side| it.counts(side)));
    for (Count(side, class), mut text) in &mut counts {
        let of = told.map(|[present, scenario]| match side {
            Side::Present => present,
            Side::Scenario => scenario,
        });
        let count = of.and_then(|of| of.get(*class).copied());
        let said = count.map_or_else(String::new, |count| words.number(count as f64, 0));
        write_text(&mut text, said);
    }
    for (Bound(class), mut text) in &mut bounds {
        write_text(&mut text, bound(*class, &words));
    }
}

fn bound(class: usize, words: &Words) -> String {
    let number = |n: usize| words.number(BOUNDS_H.get(n).copied().unwrap_or_default(), 0);
    match class {
        0 => words.fill("split.below", &[("n", &number(1))]),
        5 => words.fill("split.above", &[("n", &number(5))]),
        class => format!("{}–{}", number(class), number(class + 1)),
    }
}
