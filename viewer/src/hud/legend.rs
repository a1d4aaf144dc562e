//! The legend, which is the data: how many containers there are of each class, and the forms in
//! which the model shows them.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::system::{Query, Res};
use bevy::math::{UVec2, Vec2};
use bevy::text::TextLayout;
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{
    AlignItems, BorderRadius, Display, FlexDirection, JustifyContent, Node, UiRect, Val, px,
};

use super::faces::Faces;
use super::paint::{Painted, Says, write as write_text};
use super::picture::draw;
use super::sheet::{Corner, corner, sheet};
use super::tally::{CLASSES, TONES, Tally};
use super::{Kit, communes, compass, outcome, overlays, show, status};
use crate::layers::Layers;
use crate::palette::Tone;
use crate::split::Split;
use crate::trucks::lay_key as lay_truck;
use crate::wall::Mode;
use crate::words::Words;

const BAR_WIDTH: f32 = 44.0;
/// The height of the largest bar.
const BAR_HEIGHT: f32 = 52.0;
/// That of one of the smallest that is not nothing.
const LEAST_HEIGHT: f32 = 3.0;
/// The space in which each form is shown.
const FORM: UVec2 = UVec2::new(20, 24);
const KEYS: [&str; CLASSES] = [
    "class.0", "class.1", "class.2", "class.3", "class.4", "class.5",
];

/// The legend of a layer.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// That of the containers.
    Containers,
    /// That of a figure of each commune.
    Communes,
    /// That of a scenario.
    Scenario,
}

/// A bar, by its class.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Bar(usize);

/// Words that are others where what is shown is a forecast.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Worded {
    measured: &'static str,
    forecast: &'static str,
}

const TITLE: Worded = Worded {
    measured: "legend.title",
    forecast: "forecast.legend",
};
/// What a dashed edge means.
const DASHED: Worded = Worded {
    measured: "form.dashed",
    forecast: "forecast.form",
};

/// How much is seen of the bars of a forecast.
const AHEAD: f32 = 0.55;

/// What stands on a bar, by its class.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct BarCount(usize);

/// Lays the histogram, the forms, and the compass below them.
pub(super) fn lay(root: &mut ChildSpawnerCommands, kit: &mut Kit) {
    root.spawn(corner(Corner::BottomLeft))
        .with_children(|corner| {
            if *kit.mode == Mode::Wall {
                status::lay_beside(corner, kit);
            }
            corner
                .spawn(sheet(UiRect::px(20.0, 20.0, 14.0, 14.0)))
                .with_children(|sheet| {
                    sheet
                        .spawn((Part::Containers, part()))
                        .with_children(|part| lay_containers(part, kit));
                    sheet
                        .spawn((Part::Communes, part()))
                        .with_children(|part| communes::lay(part, &kit.faces));
                    sheet
                        .spawn((Part::Scenario, part()))
                        .with_children(|part| outcome::lay_legend(part, kit));
                    // Nobody measures anything from five metres.
                    if *kit.mode == Mode::Explore {
                        lay_rule(sheet);
                        compass::lay(sheet, kit);
                    }
                });
        });
}

fn lay_rule(sheet: &mut ChildSpawnerCommands) {
    let rule = Node {
        height: px(1),
        margin: UiRect::px(0.0, 0.0, 10.0, 12.0),
        ..Node::default()
    };
    sheet.spawn((rule, Painted::fill(Tone::Line).faded(0.4)));
}

/// What is laid below each other.
fn part() -> Node {
    Node {
        flex_direction: FlexDirection::Column,
        ..Node::default()
    }
}

fn lay_containers(part: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let title = kit.faces.text(14.0, 550);
    part.spawn((
        Says(TITLE.measured),
        TITLE,
        Text::default(),
        title,
        Painted::text(Tone::Ink),
    ));
    lay_bars(part, &kit.faces);
    // On a wall, the picture is read from afar and the room is the model's.
    if *kit.mode == Mode::Explore {
        lay_forms(part, kit);
        overlays::lay(part, kit);
    }
}

/// Lays out the part of the layer that is shown.
pub(super) fn choose(
    (layers, split): (Res<Layers>, Res<Split>),
    mut parts: Query<(&Part, &mut Node)>,
) {
    let shown = match layers.choropleth {
        _ if split.is_on() => Part::Scenario,
        Some(_) => Part::Communes,
        None => Part::Containers,
    };
    for (part, mut node) in &mut parts {
        let display = if *part == shown {
            Display::Flex
        } else {
            Display::None
        };
        show(&mut node, display);
    }
}

fn lay_bars(sheet: &mut ChildSpawnerCommands, faces: &Faces) {
    let row = Node {
        column_gap: px(4),
        margin: UiRect::px(0.0, 0.0, 8.0, 10.0),
        ..Node::default()
    };
    sheet.spawn(row).with_children(|row| {
        for (class, tone) in TONES.into_iter().enumerate() {
            row.spawn(column(AlignItems::Stretch)).with_children(|bar| {
                bar.spawn(standing())
                    .with_children(|space| lay_bar(space, faces, (class, tone)));
                let key = KEYS.get(class).copied().unwrap_or_default();
                bar.spawn((line_node(), Painted::fill(Tone::Line)));
                let label = (
                    Says(key),
                    Text::default(),
                    TextLayout::no_wrap(),
                    faces.text(13.0, 400),
                );
                bar.spawn(column(AlignItems::Center))
                    .with_child((label, Painted::text(Tone::InkQuiet)));
            });
        }
    });
}

fn lay_bar(space: &mut ChildSpawnerCommands, faces: &Faces, (class, tone): (usize, Tone)) {
    let count = (BarCount(class), Text::default(), faces.text(13.0, 600));
    space.spawn((count, Painted::text(Tone::Ink)));
    let node = Node {
        width: px(BAR_WIDTH),
        height: Val::ZERO,
        border: UiRect::px(1.0, 1.0, 1.0, 0.0),
        border_radius: BorderRadius::top(px(2)),
        ..Node::default()
    };
    space.spawn((Bar(class), node, Painted::fill(tone).edged(edge(tone))));
}

/// Pale classes have an edge, so that they are seen on a sheet.
pub(super) fn edge(tone: Tone) -> Tone {
    if matches!(tone, Tone::Level4 | Tone::Level5) {
        tone
    } else {
        Tone::LevelEdge
    }
}

pub(super) fn column(align_items: AlignItems) -> Node {
    Node {
        flex_direction: FlexDirection::Column,
        width: px(BAR_WIDTH),
        align_items,
        ..Node::default()
    }
}

/// What bars stand in, upon their line.
pub(super) fn standing() -> Node {
    Node {
        height: px(BAR_HEIGHT + 20.0),
        justify_content: JustifyContent::FlexEnd,
        ..column(AlignItems::Center)
    }
}

pub(super) fn line_node() -> Node {
    Node {
        height: px(1),
        margin: UiRect::bottom(px(2)),
        ..Node::default()
    }
}

fn lay_forms(sheet: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let dashed = draw(&mut kit.images, FORM, dashes);
    let faces = &kit.faces;
    let mut row = |key: &'static str, fill: &dyn Fn(&mut ChildSpawnerCommands)| {
        let row = Node {
            align_items: AlignItems::Center,
            column_gap: px(8),
            ..Node::default()
        };
        sheet.spawn(row).with_children(|row| {
            let space = Node {
                width: px(FORM.x),
                height: px(FORM.y),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..Node::default()
            };
            row.spawn(space).with_children(fill);
            let text = faces.text(14.0, 400);
            let mut words = row.spawn((
                Says(key),
                Text::default(),
                text,
                Painted::text(Tone::InkQuiet),
            ));
            if key == DASHED.measured {
                words.insert(DASHED);
            }
        });
    };
    row("form.column", &lay_column);
    row("form.disc", &lay_disc);
    row(DASHED.measured, &|space| {
        let whole = Node {
            width: px(FORM.x),
            height: px(FORM.y),
            ..Node::default()
        };
        let image = ImageNode::new(dashed.clone());
        space.spawn((image, whole, Painted::image(Tone::InkQuiet)));
    });
    lay_truck(sheet, faces);
}

/// A shaft filled to two thirds.
fn lay_column(space: &mut ChildSpawnerCommands) {
    let shaft = Node {
        width: px(8),
        height: px(20),
        border: px(1).all(),
        flex_direction: FlexDirection::Column,
        justify_content: JustifyContent::FlexEnd,
        ..Node::default()
    };
    let level = Node {
        height: px(12),
        ..Node::default()
    };
    space
        .spawn((shaft, Painted::fill(Tone::Surface).edged(Tone::LevelEdge)))
        .with_child((level, Painted::fill(Tone::Level3)));
}

fn lay_disc(space: &mut ChildSpawnerCommands) {
    let disc = Node {
        width: px(14),
        height: px(9),
        border: px(1.5).all(),
        border_radius: BorderRadius::MAX,
        ..Node::default()
    };
    space.spawn((disc, Painted::fill(Tone::Level1).edged(Tone::LevelEdge)));
}

/// The dashed edge of a column, around the middle of [`FORM`].
fn dashes(at: Vec2) -> f32 {
    const HALF: Vec2 = Vec2::new(3.5, 9.5);
    const DASH: f32 = 3.0;
    const GAP: f32 = 2.0;
    let from_middle = at - FORM.as_vec2() / 2.0;
    let beyond = from_middle.abs() - HALF;
    let edge = beyond.max_element().abs() - 0.6;
    let along = if beyond.x > beyond.y {
        from_middle.y + HALF.y
    } else {
        from_middle.x + DASH / 2.0
    };
    let gap = along.rem_euclid(DASH + GAP) - DASH;
    edge.max(gap)
}

/// Brings the bars up to the counts.
pub(super) fn write(
    tally: Res<Tally>,
    words: Res<Words>,
    mut bars: Query<(&Bar, &mut Node, &mut Painted)>,
    mut counts: Query<(&BarCount, &mut Text)>,
    mut worded: Query<(&Worded, &mut Says)>,
) {
    let heights = heights(tally.classes);
    let is_ahead = tally.forecast.is_some();
    let tint = if is_ahead { AHEAD } else { 1.0 };
    for (words, mut says) in &mut worded {
        let key = if is_ahead {
            words.forecast
        } else {
            words.measured
        };
        says.set_if_neq(Says(key));
    }
    for (Bar(class), mut node, mut painted) in &mut bars {
        if let Some(tone) = TONES.get(*class) {
            painted.set_if_neq(Painted::fill(*tone).edged(edge(*tone)).faded(tint));
        }
        let height = heights.get(*class).copied().unwrap_or_default();
        if node.height != px(height) {
            node.height = px(height);
        }
    }
    for (BarCount(class), mut text) in &mut counts {
        let count = tally.classes.get(*class).copied().unwrap_or_default();
        write_text(&mut text, words.number(count as f64, 0));
    }
}

/// How high bars are: as their counts, and never so low that something looks like nothing.
pub(super) fn heights(counts: [usize; CLASSES]) -> [f32; CLASSES] {
    let largest = counts.into_iter().max().unwrap_or_default().max(1) as f32;
    counts.map(|count| {
        if count == 0 {
            0.0
        } else {
            (count as f32 / largest * BAR_HEIGHT).max(LEAST_HEIGHT)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::nothing([0; 6], [0.0; 6])]
    #[case::shares([0, 10, 20, 40, 20, 0], [0.0, 13.0, 26.0, 52.0, 26.0, 0.0])]
    #[case::one_beside_many([1, 0, 0, 0, 0, 4000], [3.0, 0.0, 0.0, 0.0, 0.0, 52.0])]
    fn bars_are_as_high_as_their_counts(#[case] counts: [usize; 6], #[case] high: [f32; 6]) {
        assert_eq!(heights(counts), high);
    }

    #[test]
    fn the_silent_column_is_dashed() {
        let left = FORM.x as f32 / 2.0 - 3.5;
        let drawn = (0..FORM.y).map(|y| dashes(Vec2::new(left, y as f32 + 0.5)) < 0.0);
        let changes = drawn
            .collect::<Vec<_>>()
            .windows(2)
            .filter(|pair| pair[0] != pair[1])
            .count();
        assert!(changes >= 6, "{changes}");
    }
}
