//! The sheet of the chosen container: what is known of it, and how it filled.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::time::{Real, Time};
use bevy::ui::widget::Text;
use bevy::ui::{AlignItems, BorderRadius, Display, FlexDirection, Node, UiRect, percent, px};

use super::report::{Ahead, Known, Report};
use super::story::Story;
use super::{Chosen, chart, gauge};
use crate::camera::Eye;
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::side::{self, CONTENT, below, shown_if};
use crate::hud::{Kit, display_of, leader, show};
use crate::land::Territory;
use crate::palette::Tone;
use crate::server::{Client, Container, Fleet, Present};
use crate::sites::tone_of;
use crate::words::Words;

/// The sheet.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct PickSheet;

/// The patch in the colour of the stream.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Chip;

/// A line of the sheet.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    Kind,
    Title,
    Street,
    Figure,
    Unknown,
    Age,
    Note,
    /// When it will be full.
    Full,
    /// What that is based on.
    Basis,
    Sensor,
    Heard,
    /// Where the server tells more.
    Address,
}

/// An outline in the place of a line that is still to come.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Bone(Line);

/// What belongs to a sensor: not there where there is none.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct OfSensor;

/// All that the sheet tells of.
#[derive(SystemParam)]
pub(super) struct Knowledge<'w> {
    fleet: Res<'w, Fleet>,
    chosen: Res<'w, Chosen>,
    pub story: Res<'w, Story>,
    pub words: Res<'w, Words>,
    territory: Option<Res<'w, Territory>>,
    present: Res<'w, Present>,
    time: Res<'w, Time<Real>>,
    client: Option<Res<'w, Client>>,
}

impl Knowledge<'_> {
    pub(super) fn container(&self) -> Option<&Container> {
        self.fleet.containers.get(self.chosen.0?)
    }

    pub(super) fn now(&self) -> Option<twin_core::Timestamp> {
        let now_s = self.time.elapsed_secs_f64();
        // What is known of a container ahead is known now.
        match self.fleet.forecast() {
            Some(_) => self.present.live_time(now_s),
            None => self.present.time(now_s),
        }
    }

    /// Whether its level is forecast, not measured.
    pub(super) fn is_ahead(&self) -> bool {
        self.fleet.forecast().is_some()
    }

    /// What is forecast of it, where a moment ahead is shown.
    fn ahead(&self) -> Option<Ahead> {
        let forecast = self.fleet.forecast()?;
        let load = forecast.loads.get(self.chosen.0?).copied().flatten();
        Some(Ahead {
            of: forecast.of,
            load,
        })
    }

    pub(super) fn is_history_missing(&self) -> bool {
        self.story.is_history_missing(self.time.elapsed_secs_f64())
    }

    fn report(&self) -> Option<Report> {
        let container = self.container()?;
        let site = self.fleet.site_of(container);
        let code = site.and_then(|site| site.commune.as_deref());
        let communes = self.territory.iter().flat_map(|it| &it.communes);
        let mut communes = communes.filter(|it| Some(&*it.code) == code);
        Some(Report::of(&Known {
            words: &self.words,
            container,
            site,
            commune: communes.next().map(|it| &*it.name),
            story: &self.story,
            now: self.now(),
            ahead: self.ahead(),
            address: self.client.as_ref().map(|client| client.url("")),
        }))
    }
}

/// Lays the empty sheet before the first eye.
pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    sheets: Query<(), With<PickSheet>>,
    mut kit: Kit,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next().filter(|_| sheets.is_empty()) else {
        return;
    };
    leader::lay::<Chosen>(&mut commands, eye);
    side::lay(&mut commands, eye, PickSheet, |sheet| {
        side::lay_kind(sheet, &kit, (Chip, Line::Kind));
        let title = (Line::Title, Text::default(), kit.faces.title(24.0, 600));
        sheet.spawn((title, Painted::text(Tone::Ink), below(6.0)));
        lay_slow(sheet, &kit, Line::Street);
        lay_level(sheet, &mut kit);
        lay_note(sheet, &kit);
        chart::lay(sheet, &mut kit);
        lay_outlook(sheet, &kit);
        lay_sensor(sheet, &kit);
        lay_keys(sheet, &kit);
    });
}

/// A line of small writing, or its outline until it has come: it keeps its height.
fn lay_slow(parent: &mut ChildSpawnerCommands, kit: &Kit, line: Line) {
    let text = (line, Text::default(), kit.faces.text(14.0, 400));
    parent.spawn((text, Painted::text(Tone::InkQuiet), below(3.0)));
    let bone = Node {
        display: Display::None,
        width: percent(if line == Line::Street { 55 } else { 80 }),
        height: px(10),
        margin: UiRect::px(0.0, 0.0, 7.0, 4.2),
        border_radius: BorderRadius::all(px(3)),
        ..Node::default()
    };
    parent.spawn((Bone(line), bone, Painted::fill(Tone::Line).faded(0.22)));
}

fn lay_level(sheet: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let row = Node {
        align_items: AlignItems::Center,
        column_gap: px(16),
        min_height: px(62),
        margin: UiRect::top(px(12)),
        ..Node::default()
    };
    sheet.spawn(row).with_children(|row| {
        gauge::lay(row, kit);
        let figure = (Line::Figure, Text::default(), kit.faces.title(54.0, 600));
        row.spawn((figure, Painted::text(Tone::Ink), Node::default()));
        let unknown = (Line::Unknown, Text::default(), kit.faces.title(19.0, 600));
        let wide = Node {
            max_width: px(CONTENT - gauge::WIDTH - 16.0),
            ..Node::default()
        };
        row.spawn((unknown, Painted::text(Tone::Ink), wide));
        let age = (Line::Age, Text::default(), kit.faces.text(14.0, 400));
        let narrow = Node {
            flex_shrink: 1.0,
            ..Node::default()
        };
        row.spawn((age, Painted::text(Tone::InkQuiet), narrow));
    });
}

fn lay_note(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let note = (Line::Note, Text::default(), kit.faces.text(15.0, 400));
    sheet.spawn((note, Painted::text(Tone::Ink), below(10.0)));
}

fn lay_outlook(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let full = (Line::Full, Text::default(), kit.faces.text(15.0, 550));
    sheet.spawn((full, Painted::text(Tone::Ink), below(8.0)));
    let basis = (Line::Basis, Text::default(), kit.faces.text(14.0, 400));
    sheet.spawn((basis, Painted::text(Tone::InkQuiet), below(3.0)));
}

fn lay_sensor(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let block = Node {
        flex_direction: FlexDirection::Column,
        ..below(14.0)
    };
    sheet.spawn((OfSensor, block)).with_children(|block| {
        let title = (
            Says("pick.sensor.title"),
            Text::default(),
            kit.faces.text(14.0, 550),
        );
        block.spawn((title, Painted::text(Tone::Ink)));
        lay_slow(block, kit, Line::Sensor);
        lay_slow(block, kit, Line::Heard);
    });
    let address = (Line::Address, Text::default(), kit.faces.text(13.0, 400));
    sheet.spawn((address, Painted::text(Tone::Action), below(8.0)));
}

fn lay_keys(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let row = Node {
        column_gap: px(18),
        ..Node::default()
    };
    let key = |key: &'static str| {
        let text = (Says(key), Text::default(), kit.faces.text(13.0, 400));
        (text, Painted::text(Tone::InkSmall))
    };
    side::lay_hints(sheet, |block| {
        block.spawn(row).with_children(|row| {
            row.spawn(key("pick.keys.close"));
            row.spawn(key("pick.keys.site"));
        });
        block.spawn(key("pick.keys.next"));
    });
}

/// What is no line of writing and no sheet.
type Bones = (Without<Line>, Without<PickSheet>);

/// Writes what has changed.
pub(super) fn write(
    known: Knowledge,
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
    mut sheets: Query<&mut Node, (With<PickSheet>, Without<Line>)>,
    mut bones: Query<(&Bone, &mut Node), Bones>,
    mut sensors: Query<&mut Node, (With<OfSensor>, Without<Bone>, Bones)>,
) {
    let report = known.report();
    for mut node in &mut sheets {
        show(&mut node, shown_if(report.is_some()));
    }
    let Some(report) = report else { return };
    for (line, mut text, mut node) in &mut lines {
        let said = report.line(*line);
        show(&mut node, display_of(said));
        write_text(&mut text, said.to_owned());
    }
    for (bone, mut node) in &mut bones {
        show(&mut node, shown_if(is_awaited(&known.story, bone.0)));
    }
    let has_sensor = known.container().is_some_and(|it| it.has_sensor);
    for mut node in &mut sensors {
        show(&mut node, shown_if(has_sensor));
    }
}

/// Whether a line is still to come.
fn is_awaited(story: &Story, line: Line) -> bool {
    match line {
        Line::Street => story.site.is_awaited(),
        _ => story.sensor.is_awaited() || story.container.is_awaited(),
    }
}

impl Report {
    fn line(&self, line: Line) -> &str {
        match line {
            Line::Kind => &self.kind,
            Line::Title => &self.title,
            Line::Street => &self.street,
            Line::Figure => &self.figure,
            Line::Unknown => &self.unknown,
            Line::Age => &self.age,
            Line::Note => &self.note,
            Line::Full => &self.full,
            Line::Basis => &self.basis,
            Line::Address => &self.address,
            Line::Sensor => &self.sensor,
            Line::Heard => &self.heard,
        }
    }
}

/// Gives the chip its colour.
pub(super) fn paint(known: Knowledge, mut chips: Query<&mut Painted, With<Chip>>) {
    let Some(container) = known.container() else {
        return;
    };
    for mut chip in &mut chips {
        chip.set_if_neq(Painted::fill(tone_of(container.stream)));
    }
}
