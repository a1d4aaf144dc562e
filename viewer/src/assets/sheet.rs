//! The sheet of the chosen camera, health facility or fibre node.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::time::{Real, Time};
use bevy::ui::Node;
use bevy::ui::widget::Text;

use super::Picked;
use super::report::{Known, Report};
use super::stock::Stock;
use crate::camera::Eye;
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::side::{self, below, shown_if};
use crate::hud::{Kit, display_of, show};
use crate::land::Territory;
use crate::palette::Tone;
use crate::server::Present;
use crate::words::Words;

/// The sheet.
#[derive(Component, Clone, Copy, Debug)]
pub(crate) struct AssetSheet;

/// The patch in the colour of the kind.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Chip;

/// A part of what is written.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    Kind,
    Title,
    Claim,
    Facts,
    Note,
}

/// All that the sheet tells of.
#[derive(SystemParam)]
pub(super) struct Knowledge<'w> {
    picked: Res<'w, Picked>,
    stock: Res<'w, Stock>,
    words: Res<'w, Words>,
    territory: Option<Res<'w, Territory>>,
    present: Res<'w, Present>,
    time: Res<'w, Time<Real>>,
}

impl Knowledge<'_> {
    fn report(&self) -> Option<Report> {
        let commune = |code: &str| {
            let communes = self.territory.as_deref()?.communes.iter();
            let mut named = communes.filter(|it| &*it.code == code);
            named.next().map(|it| &*it.name)
        };
        let known = Known {
            words: &self.words,
            stock: &self.stock,
            commune: &commune,
            now: self.present.time(self.time.elapsed_secs_f64()),
        };
        known.report(self.picked.0?)
    }
}

/// Lays the empty sheet before the first eye.
pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    sheets: Query<(), With<AssetSheet>>,
    kit: Kit,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next().filter(|_| sheets.is_empty()) else {
        return;
    };
    side::lay(&mut commands, eye, AssetSheet, |sheet| {
        side::lay_kind(sheet, &kit, (Chip, Line::Kind));
        let title = (Line::Title, Text::default(), kit.faces.title(24.0, 600));
        sheet.spawn((title, Painted::text(Tone::Ink), below(6.0)));
        let claim = (Line::Claim, Text::default(), kit.faces.text(16.0, 600));
        sheet.spawn((claim, Painted::text(Tone::Ink), below(10.0)));
        let facts = (Line::Facts, Text::default(), kit.faces.text(14.0, 400));
        sheet.spawn((facts, Painted::text(Tone::Ink), below(8.0)));
        let note = (Line::Note, Text::default(), kit.faces.text(13.0, 400));
        sheet.spawn((note, Painted::text(Tone::InkSmall), below(10.0)));
        side::lay_hints(sheet, |block| {
            let close = Says("pick.keys.close");
            let keys = (close, Text::default(), kit.faces.text(13.0, 400));
            block.spawn((keys, Painted::text(Tone::InkSmall)));
        });
    });
}

/// Writes what has changed.
pub(super) fn write(
    known: Knowledge,
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
    mut sheets: Query<&mut Node, (With<AssetSheet>, Without<Line>)>,
    mut chips: Query<&mut Painted, With<Chip>>,
) {
    let report = known.report();
    for mut node in &mut sheets {
        show(&mut node, shown_if(report.is_some()));
    }
    let Some(report) = report else { return };
    for mut chip in &mut chips {
        chip.set_if_neq(Painted::fill(report.tone));
    }
    for (line, mut text, mut node) in &mut lines {
        let said = report.line(*line);
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}

impl Report {
    fn line(&self, line: Line) -> String {
        match line {
            Line::Kind => self.kind.clone(),
            Line::Title => self.title.clone(),
            Line::Claim => self.claim.clone(),
            Line::Facts => self.facts.join("\n"),
            Line::Note => self.note.clone(),
        }
    }
}
