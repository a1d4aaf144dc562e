//! The sheet with the sums of what is selected.

use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::time::{Real, Time};
use bevy::ui::widget::Text;
use bevy::ui::{Display, Node, UiRect, px};
use twin_core::Span;

use super::{Selection, Sums};
use crate::camera::Eye;
use crate::hud::paint::{Painted, write as write_text};
use crate::hud::{Kit, display_of, show};
use crate::land::Territory;
use crate::measure::told_length;
use crate::palette::Tone;
use crate::server::Present;
use crate::tools::{Tool, lay_tool};
use crate::wall::Mode;
use crate::words::Words;

/// How many communes are named.
const NAMED: usize = 5;

/// A line of the sheet, or the sheet itself.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Sheet,
    Title,
    Count,
    Streams,
    Mean,
    States,
    Litres,
    Oldest,
    Communes,
    Radius,
    Keys,
}

/// The lines, and how large and in which tone they are written.
const LINES: [(Part, f32, Tone); 8] = [
    (Part::Streams, 15.0, Tone::Ink),
    (Part::Mean, 15.0, Tone::Ink),
    (Part::States, 15.0, Tone::Ink),
    (Part::Litres, 15.0, Tone::Ink),
    (Part::Oldest, 14.0, Tone::InkQuiet),
    (Part::Communes, 14.0, Tone::InkQuiet),
    (Part::Radius, 13.0, Tone::InkSmall),
    (Part::Keys, 13.0, Tone::InkSmall),
];

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
    let text = |part, tone| {
        let apart = Node {
            margin: UiRect::bottom(px(5)),
            ..Node::default()
        };
        ((part, Text::default(), apart), Painted::text(tone))
    };
    let faces = &kit.faces;
    let mark = (Part::Sheet, UiRect::px(18.0, 18.0, 14.0, 9.0));
    lay_tool(&mut commands, eye, mark, |sheet| {
        sheet.spawn((text(Part::Title, Tone::InkQuiet), faces.text(14.0, 550)));
        sheet.spawn((text(Part::Count, Tone::Ink), faces.title(26.0, 600)));
        for (part, size, tone) in LINES {
            sheet.spawn((text(part, tone), faces.text(size, 400)));
        }
    });
}

/// What the sheet tells of.
#[derive(SystemParam)]
pub(super) struct Summed<'w> {
    tool: Res<'w, Tool>,
    selection: Res<'w, Selection>,
    sums: Res<'w, Sums>,
    territory: Option<Res<'w, Territory>>,
    present: Res<'w, Present>,
    time: Res<'w, Time<Real>>,
    words: Res<'w, Words>,
}

impl Summed<'_> {
    fn say(&self, part: Part) -> String {
        let Self { words, sums, .. } = self;
        let is_any = sums.containers > 0;
        match part {
            Part::Title => words.say("lasso.title").to_owned(),
            Part::Count if !self.selection.is_drawn() => String::new(),
            Part::Count => words.count("lasso.count", sums.containers),
            Part::Streams if !self.selection.is_drawn() => words.say("lasso.empty").to_owned(),
            Part::Streams => self.streams(),
            Part::Mean if is_any => {
                let mean = (sums.mean().unwrap_or(0.0) * 100.0).round();
                let mean = words.fill("value.share", &[("n", &words.number(mean, 0))]);
                words.count_with("lasso.mean", sums.measured, &[("mean", &mean)])
            }
            Part::States if is_any => {
                let full = words.count("lasso.full", sums.full);
                let silent = words.count("lasso.silent", sums.unheard);
                format!("{full}, {silent}")
            }
            Part::Litres if sums.with_volume > 0 => self.litres(),
            Part::Oldest => self.oldest(),
            Part::Communes if is_any => self.communes(),
            Part::Radius => {
                let length = told_length(words, self.selection.radius_m.into());
                words.fill("lasso.radius", &[("length", &length)])
            }
            Part::Keys => words.say("lasso.keys").to_owned(),
            Part::Sheet | Part::Mean | Part::States | Part::Litres | Part::Communes => {
                String::new()
            }
        }
    }

    fn streams(&self) -> String {
        let streams = self.sums.by_stream.iter();
        let told: Vec<String> = streams
            .map(|(stream, count)| {
                let name = format!("stream.{stream}");
                let name = self.words.say(&name).to_owned();
                let count = self.words.number(*count as f64, 0);
                let values = [("name", &*name), ("n", &*count)];
                self.words.fill("lasso.streams", &values)
            })
            .collect();
        told.join(" · ")
    }

    /// To no more digits than a mean of levels bears.
    fn litres(&self) -> String {
        let step = if self.sums.litres < 1000.0 {
            10.0
        } else {
            100.0
        };
        let litres = (self.sums.litres / step).round() * step;
        let litres = self.words.number(litres, 0);
        let count = self.words.number(self.sums.with_volume as f64, 0);
        let values = [("n", &*litres), ("count", &*count)];
        self.words.fill("lasso.litres", &values)
    }

    fn oldest(&self) -> String {
        let now = self.present.time(self.time.elapsed_secs_f64());
        let (Some(oldest), Some(now)) = (self.sums.oldest, now) else {
            return String::new();
        };
        let age = Span::from_secs((now.as_secs() - oldest.as_secs()).max(0));
        let age = self.words.span(age);
        self.words.fill("lasso.oldest", &[("age", &age)])
    }

    fn communes(&self) -> String {
        let communes = self.territory.iter().flat_map(|it| &it.communes);
        let touched = communes.filter(|it| self.sums.communes.contains(&it.code));
        let names: Vec<&str> = touched.map(|commune| &*commune.name).collect();
        let mut list = names.get(..NAMED).unwrap_or(&names).join(", ");
        if names.len() > NAMED {
            list.push_str(", …");
        }
        if names.is_empty() {
            return String::new();
        }
        let count = self.sums.communes.len();
        let values = [("list", &*list)];
        self.words.count_with("lasso.communes", count, &values)
    }
}

/// Writes the sums.
pub(super) fn write(
    summed: Summed,
    mut sheets: Query<(&Part, &mut Node), Without<Text>>,
    mut texts: Query<(&Part, &mut Text, &mut Node)>,
) {
    let is_open = *summed.tool == Tool::Lasso;
    for (_, mut node) in &mut sheets {
        let display = if is_open {
            Display::Flex
        } else {
            Display::None
        };
        show(&mut node, display);
    }
    if !is_open {
        return;
    }
    for (part, mut text, mut node) in &mut texts {
        let said = summed.say(*part);
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}
