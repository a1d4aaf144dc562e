//! The frame of a picture: a strip below it that says what it shows, when, how large, of what sources.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::ui::widget::Text;
use bevy::ui::{
    AlignItems, BorderRadius, Display, FlexDirection, FlexWrap, JustifyContent, Node, PositionType,
    UiRect, UiTargetCamera, Val, px,
};

use super::over::OverPicture;
use super::paint::{Painted, write as write_text};
use super::sheet::MARGIN_X;
use super::{Kit, compass, display_of, show, status, tally};
use crate::camera::Eye;
use crate::choropleth::{Reckoning, TONES};
use crate::palette::Tone;
use crate::server::Present;
use crate::words::Words;

/// The most letters of sources.
const MOST_LETTERS: usize = 420;
/// The side of a patch of the legend.
const PATCH: f32 = 14.0;

/// Whether the picture is framed, and what else is written hidden.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Framing(pub bool);

/// What stays in a picture when all else that is written is hidden.
#[derive(Component, Clone, Copy, Debug)]
pub struct InPicture;

/// A part of the frame.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Strip,
    Territory,
    What,
    Patch(usize),
    Label(usize),
    Forms,
    Sources,
}

/// Lays the frame before the first eye; it is not seen yet.
pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    parts: Query<(), With<Part>>,
    mut kit: Kit,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next().filter(|_| parts.is_empty()) else {
        return;
    };
    let node = Node {
        position_type: PositionType::Absolute,
        display: Display::None,
        left: Val::ZERO,
        right: Val::ZERO,
        bottom: Val::ZERO,
        flex_direction: FlexDirection::Column,
        row_gap: px(8),
        padding: UiRect::px(MARGIN_X, MARGIN_X, 14.0, 12.0),
        border: UiRect::top(px(1)),
        ..Node::default()
    };
    let painted = Painted::fill(Tone::Surface).edged(Tone::Line);
    commands
        .spawn((
            Part::Strip,
            InPicture,
            OverPicture,
            UiTargetCamera(eye),
            node,
            painted,
        ))
        .with_children(|strip| lay(strip, &mut kit));
}

fn lay(strip: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let row = Node {
        align_items: AlignItems::Center,
        justify_content: JustifyContent::SpaceBetween,
        flex_wrap: FlexWrap::Wrap,
        column_gap: px(32),
        row_gap: px(8),
        ..Node::default()
    };
    strip.spawn(row).with_children(|row| {
        column(row).with_children(|column| {
            let font = kit.faces.title(21.0, 600);
            line(column, Part::Territory, font, Tone::Ink);
            line(
                column,
                Part::What,
                kit.faces.text(14.0, 400),
                Tone::InkQuiet,
            );
        });
        column(row).with_children(|column| lay_legend(column, kit));
        column(row).with_children(|column| status::lay_date(column, kit));
        row.spawn(Node::default())
            .with_children(|place| compass::lay(place, kit));
        status::lay_tab(row, kit);
    });
    line(
        strip,
        Part::Sources,
        kit.faces.text(12.0, 400),
        Tone::InkSmall,
    );
}

fn column<'a>(row: &'a mut ChildSpawnerCommands<'_>) -> bevy::ecs::system::EntityCommands<'a> {
    row.spawn(Node {
        flex_direction: FlexDirection::Column,
        flex_shrink: 0.0,
        ..Node::default()
    })
}

fn line(
    parent: &mut ChildSpawnerCommands,
    part: Part,
    font: impl bevy::ecs::bundle::Bundle,
    tone: Tone,
) {
    let text = (part, Text::default(), Node::default());
    parent.spawn((text, font, Painted::text(tone)));
}

fn lay_legend(column: &mut ChildSpawnerCommands, kit: &Kit) {
    let row = Node {
        align_items: AlignItems::Center,
        column_gap: px(6),
        ..Node::default()
    };
    column.spawn(row).with_children(|row| {
        for class in 0..tally::CLASSES {
            let patch = Node {
                width: px(PATCH),
                height: px(PATCH),
                border: px(1).all(),
                border_radius: BorderRadius::all(px(3)),
                ..Node::default()
            };
            let painted = Painted::fill(Tone::Level0).edged(Tone::LevelEdge);
            row.spawn((Part::Patch(class), patch, painted));
            let label = (Part::Label(class), Text::default());
            let aside = Node {
                margin: UiRect::right(px(8)),
                ..Node::default()
            };
            let font = kit.faces.text(13.0, 400);
            row.spawn((label, font, aside, Painted::text(Tone::Ink)));
        }
    });
    line(
        column,
        Part::Forms,
        kit.faces.text(13.0, 400),
        Tone::InkSmall,
    );
}

/// What the frame tells of.
#[derive(SystemParam)]
pub(super) struct Framed<'w> {
    framing: Res<'w, Framing>,
    present: Res<'w, Present>,
    reckoning: Res<'w, Reckoning>,
    words: Res<'w, Words>,
}

impl Framed<'_> {
    fn say(&self, part: Part) -> String {
        let Self { words, present, .. } = self;
        let figures = self.reckoning.0.as_ref();
        match (part, figures) {
            (Part::Territory, _) => present.title.clone(),
            (Part::What, Some(figures)) => {
                let title = words.say(figures.kpi.title());
                format!("{title} ({})", words.say(figures.kpi.note()))
            }
            (Part::What, None) => words.say("legend.title").to_owned(),
            (Part::Label(class), Some(figures)) => figures.classes.label(words, class),
            (Part::Label(class), None) => words.say(&format!("class.{class}")).to_owned(),
            (Part::Forms, Some(figures)) => words.count("layer.unknown", figures.unknown()),
            (Part::Forms, None) => {
                let forms = ["form.column", "form.disc", "form.dashed"];
                forms.map(|form| words.say(form)).join(" · ")
            }
            (Part::Sources, _) => sources(present, words),
            (Part::Strip | Part::Patch(_), _) => String::new(),
        }
    }

    fn tone(&self, class: usize) -> Tone {
        let tones = if self.reckoning.0.is_some() {
            TONES
        } else {
            tally::TONES
        };
        tones.get(class).copied().unwrap_or(Tone::Level0)
    }
}

/// Whose data is shown, in a line or two.
fn sources(present: &Present, words: &Words) -> String {
    let list = present.sources.join(" · ");
    if list.is_empty() {
        let key = if present.is_synthetic {
            "frame.generated"
        } else {
            "frame.unknown"
        };
        return words.say(key).to_owned();
    }
    let mut letters = list.chars();
    let mut told: String = letters.by_ref().take(MOST_LETTERS).collect();
    if letters.next().is_some() {
        told.push('…');
    }
    words.fill("frame.sources", &[("list", &told)])
}

/// Writes the frame while a picture is framed.
pub(super) fn write(
    framed: Framed,
    mut strips: Query<(&Part, &mut Node, Option<&mut Painted>), Without<Text>>,
    mut texts: Query<(&Part, &mut Text, &mut Node), With<Text>>,
) {
    let is_framed = framed.framing.0;
    for (part, mut node, painted) in &mut strips {
        match (part, painted) {
            (Part::Strip, _) => {
                let display = if is_framed {
                    Display::Flex
                } else {
                    Display::None
                };
                show(&mut node, display);
            }
            (Part::Patch(class), Some(mut painted)) => {
                let tone = framed.tone(*class);
                painted.set_if_neq(Painted::fill(tone).edged(Tone::LevelEdge));
            }
            _ => {}
        }
    }
    if !is_framed {
        return;
    }
    for (part, mut text, mut node) in &mut texts {
        let said = framed.say(*part);
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}
