//! The legend of a figure of each commune: how many communes there are of each class, of how many
//! nothing is known, and which have the most.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::system::{Query, Res};
use bevy::text::TextLayout;
use bevy::ui::widget::Text;
use bevy::ui::{AlignItems, BorderRadius, Display, JustifyContent, Node, UiRect, Val, px};

use super::faces::Faces;
use super::legend::{column, edge, heights, line_node, standing};
use super::paint::{Painted, Says, write as write_text};
use super::{display_of, show};
use crate::choropleth::{CLASSES, Figures, Reckoning, TONES};
use crate::land::Territory;
use crate::palette::Tone;
use crate::words::Words;

/// Wider than those of the containers: bounds may have three digits.
const BAR_WIDTH: f32 = 49.0;
/// How many of the highest communes are told.
const HIGHEST: usize = 3;

/// A text of the legend.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    /// What the figure is called.
    Title,
    /// What its unit is.
    Note,
    /// How many communes are in a class.
    Count(usize),
    /// From where to where a class reaches.
    Bounds(usize),
    /// The name of one of the highest communes.
    Name(usize),
    /// The value of one of the highest communes.
    Value(usize),
    /// Of how many communes nothing is known.
    Unknown,
}

/// A bar, by its class.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Bar(usize);

/// Lays the histogram, the highest communes below it, and which keys show others.
pub(super) fn lay(part: &mut ChildSpawnerCommands, faces: &Faces) {
    let ink = Painted::text(Tone::Ink);
    let quiet = Painted::text(Tone::InkQuiet);
    part.spawn((Line::Title, Text::default(), faces.text(14.0, 550), ink));
    part.spawn((Line::Note, Text::default(), faces.text(13.0, 400), quiet));
    lay_bars(part, faces);
    let below = Node {
        margin: UiRect::bottom(px(2)),
        ..Node::default()
    };
    let heading = (Says("layer.highest"), Text::default(), below);
    part.spawn((heading, faces.text(13.0, 550), ink));
    for place in 0..HIGHEST {
        let row = Node {
            justify_content: JustifyContent::SpaceBetween,
            column_gap: px(12),
            ..Node::default()
        };
        part.spawn(row).with_children(|row| {
            let text = || (Text::default(), TextLayout::no_wrap());
            row.spawn((Line::Name(place), text(), faces.text(14.0, 400), quiet));
            row.spawn((Line::Value(place), text(), faces.text(14.0, 600), ink));
        });
    }
    let apart = || Node {
        margin: UiRect::top(px(6)),
        ..Node::default()
    };
    let small = Painted::text(Tone::InkSmall);
    let unknown = (Line::Unknown, Text::default(), apart());
    part.spawn((unknown, faces.text(13.0, 400), small));
    let keys = (Says("layer.keys"), Text::default());
    part.spawn((keys, faces.text(13.0, 400), small));
}

fn lay_bars(part: &mut ChildSpawnerCommands, faces: &Faces) {
    let row = Node {
        column_gap: px(4),
        margin: UiRect::px(0.0, 0.0, 8.0, 10.0),
        ..Node::default()
    };
    part.spawn(row).with_children(|row| {
        for (class, tone) in TONES.into_iter().enumerate() {
            row.spawn(wide(column(AlignItems::Stretch)))
                .with_children(|bar| {
                    bar.spawn(wide(standing()))
                        .with_children(|space| lay_bar(space, faces, (class, tone)));
                    bar.spawn((line_node(), Painted::fill(Tone::Line)));
                    let bounds = (Line::Bounds(class), Text::default(), TextLayout::no_wrap());
                    let quiet = Painted::text(Tone::InkQuiet);
                    bar.spawn(wide(column(AlignItems::Center))).with_child((
                        bounds,
                        faces.text(13.0, 400),
                        quiet,
                    ));
                });
        }
    });
}

fn wide(node: Node) -> Node {
    Node {
        width: px(BAR_WIDTH),
        ..node
    }
}

fn lay_bar(space: &mut ChildSpawnerCommands, faces: &Faces, (class, tone): (usize, Tone)) {
    let count = (Line::Count(class), Text::default(), faces.text(13.0, 600));
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

/// Brings the bars up to the counts.
pub(super) fn rise(reckoning: Res<Reckoning>, mut bars: Query<(&Bar, &mut Node)>) {
    let Some(figures) = &reckoning.0 else { return };
    let heights = heights(figures.counts());
    for (Bar(class), mut node) in &mut bars {
        let height = heights.get(*class).copied().unwrap_or_default();
        if node.height != px(height) {
            node.height = px(height);
        }
        // Not even the edge of a bar is seen of nothing.
        show(
            &mut node,
            if height > 0.0 {
                Display::Flex
            } else {
                Display::None
            },
        );
    }
}

/// Writes what has changed.
pub(super) fn write(
    (reckoning, territory): (Res<Reckoning>, Option<Res<Territory>>),
    words: Res<Words>,
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
) {
    let (Some(figures), Some(territory)) = (&reckoning.0, territory) else {
        return;
    };
    let highest = figures.highest(HIGHEST);
    let telling = Telling {
        words: &words,
        territory: &territory,
        figures,
        highest: &highest,
    };
    for (line, mut text, mut node) in &mut lines {
        let said = telling.say(*line);
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}

/// What there is to tell.
struct Telling<'a> {
    words: &'a Words,
    territory: &'a Territory,
    figures: &'a Figures,
    highest: &'a [(usize, f64)],
}

impl Telling<'_> {
    fn say(&self, line: Line) -> String {
        let Self { words, figures, .. } = self;
        match line {
            Line::Title => words.say(figures.kpi.title()).into(),
            Line::Note => words.say(figures.kpi.note()).into(),
            Line::Bounds(class) => figures.classes.label(words, class),
            Line::Count(class) => {
                let counts: [usize; CLASSES] = figures.counts();
                let count = counts.get(class).copied().unwrap_or_default();
                words.number(count as f64, 0)
            }
            Line::Name(place) => self.name(place).unwrap_or_default().into(),
            Line::Value(place) => {
                let value = self.highest.get(place);
                value.map_or_else(String::new, |(_, value)| {
                    figures.classes.write(words, *value)
                })
            }
            Line::Unknown => words.count("layer.unknown", figures.unknown()),
        }
    }

    fn name(&self, place: usize) -> Option<&str> {
        let (commune, _) = self.highest.get(place)?;
        Some(&self.territory.communes.get(*commune)?.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choropleth::{Classes, Kpi};
    use crate::land::CommuneShape;

    fn territory() -> Territory {
        let commune = |name: &str| CommuneShape {
            code: name.into(),
            name: name.into(),
            population: 1,
            centre: bevy::math::Vec2::ZERO,
            rings: Vec::new(),
        };
        Territory {
            communes: ["Bart", "Dung", "Dasle"].map(commune).to_vec(),
            extent: bevy::math::Rect::default(),
        }
    }

    #[rstest::rstest]
    #[case::title(Line::Title, "Conteneurs pleins par commune")]
    #[case::first(Line::Name(0), "Dasle")]
    #[case::how_many(Line::Value(0), "4")]
    #[case::there_is_no_other(Line::Name(1), "")]
    #[case::count(Line::Count(4), "1")]
    #[case::bounds(Line::Bounds(3), "3")]
    #[case::unknown(Line::Unknown, "1 commune sans donnée, laissée nue")]
    fn it_tells_the_figure(#[case] line: Line, #[case] said: &str) {
        let figures = Figures {
            kpi: Kpi::Full,
            classes: Classes::of(Kpi::Full, 4.0),
            values: vec![Some(0.0), None, Some(4.0)],
        };
        let telling = Telling {
            words: &Words::default(),
            territory: &territory(),
            figures: &figures,
            highest: &figures.highest(HIGHEST),
        };
        assert_eq!(telling.say(line).replace('\u{a0}', " "), said);
    }
}
