//! The sheet of the chosen site: what it comes to on both sides.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{Display, Node, UiRect, px};

use crate::hud::paint::{Painted, write as write_text};
use crate::hud::sheet::{Corner, corner, sheet};
use crate::hud::side::WIDTH;
use crate::hud::{Kit, display_of, show};
use crate::palette::Tone;
use crate::server::Fleet;
use crate::split::{Comparison, Known, Pointed, Side, SiteOutcome, Split};
use crate::words::Words;

/// The sheet.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct SiteSheet;

/// A line of the sheet.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    Title,
    /// The heading of a side.
    Heading(Side),
    /// How long its containers are full.
    Full(Side),
    /// How often it is emptied.
    Emptied(Side),
    /// That these are means of what was simulated.
    Note,
}

pub(super) fn lay(root: &mut ChildSpawnerCommands, kit: &Kit) {
    root.spawn(corner(Corner::Right)).with_children(|corner| {
        let (kind, node, painted, shadow) = sheet(UiRect::axes(px(24), px(18)));
        let node = Node {
            display: Display::None,
            width: px(WIDTH),
            ..node
        };
        corner
            .spawn((SiteSheet, kind, node, painted, shadow))
            .with_children(|sheet| lay_lines(sheet, kit));
    });
}

fn lay_lines(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let below = |top: i32| Node {
        margin: UiRect::top(px(top)),
        ..Node::default()
    };
    let ink = Painted::text(Tone::Ink);
    let quiet = Painted::text(Tone::InkQuiet);
    let title = (Line::Title, Text::default(), kit.faces.title(24.0, 600));
    sheet.spawn((title, ink, below(0)));
    for side in Side::BOTH {
        let text = |size, weight| (Text::default(), kit.faces.text(size, weight));
        sheet.spawn((Line::Heading(side), text(14.0, 600), ink, below(12)));
        let full = (
            Line::Full(side),
            Text::default(),
            kit.faces.title(19.0, 600),
        );
        sheet.spawn((full, ink, below(2)));
        sheet.spawn((Line::Emptied(side), text(14.0, 400), quiet, below(0)));
    }
    let note = (Line::Note, Text::default(), kit.faces.text(13.0, 400));
    sheet.spawn((note, Painted::text(Tone::InkSmall), below(12)));
}

/// Writes what is known of the chosen site.
pub(super) fn write(
    (split, known, pointed): (Res<Split>, Res<Known>, Res<Pointed>),
    (words, fleet): (Res<Words>, Option<Res<Fleet>>),
    mut sheets: Query<&mut Node, (With<SiteSheet>, Without<Line>)>,
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
) {
    let chosen = pointed.chosen.as_deref().filter(|_| *split == Split::Sides);
    let shown = chosen.zip(known.comparison());
    let display = if shown.is_some() {
        Display::Flex
    } else {
        Display::None
    };
    for mut node in &mut sheets {
        show(&mut node, display);
    }
    let Some((key, comparison)) = shown else {
        return;
    };
    let telling = Telling {
        words: &words,
        comparison,
        key,
        name: fleet.as_deref().and_then(|fleet| name_of(fleet, key)),
    };
    for (line, mut text, mut node) in &mut lines {
        let said = telling.say(*line);
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}

/// What people call a site, where the live twin has it.
fn name_of<'a>(fleet: &'a Fleet, key: &str) -> Option<&'a str> {
    let mut sites = fleet.sites.iter();
    let site = sites.find(|site| site.id.strip_prefix("site/") == Some(key))?;
    site.name.as_deref()
}

/// What there is to tell of a site.
pub(super) struct Telling<'a> {
    pub words: &'a Words,
    pub comparison: &'a Comparison,
    pub key: &'a str,
    pub name: Option<&'a str>,
}

impl Telling<'_> {
    pub(super) fn say(&self, line: Line) -> String {
        let Self { words, name, .. } = self;
        match line {
            Line::Title => match name {
                Some(name) => (*name).into(),
                None => words.fill("split.site", &[("key", self.key)]),
            },
            Line::Heading(Side::Present) => words.say("split.present").into(),
            Line::Heading(Side::Scenario) => words.say("split.scenario").into(),
            Line::Full(side) => match self.of(side) {
                Some(site) => self.full(site),
                None => words.say("split.site.none").into(),
            },
            Line::Emptied(side) => self
                .of(side)
                .map_or_else(String::new, |site| self.emptied(site)),
            Line::Note => words.say("split.site.note").into(),
        }
    }

    fn of(&self, side: Side) -> Option<&SiteOutcome> {
        self.comparison.site(side, self.key)
    }

    fn full(&self, site: &SiteOutcome) -> String {
        let hours = self
            .words
            .number(site.full_h, usize::from(site.full_h < 10.0));
        self.words.fill("split.site.full", &[("n", &hours)])
    }

    fn emptied(&self, site: &SiteOutcome) -> String {
        let words = self.words;
        let each = site.emptyings / f64::from(site.containers.max(1));
        let each = words.number(each, 1);
        let days = words.number(self.comparison.days.into(), 0);
        let count = usize::try_from(site.containers).unwrap_or(usize::MAX);
        words.count_with(
            "split.site.emptied",
            count,
            &[("each", &each), ("days", &days)],
        )
    }
}
