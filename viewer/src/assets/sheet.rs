//! The sheet of the chosen camera, health facility or fibre node.

use bevy::camera::Camera;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::system::{Commands, Query, Res, SystemParam};
use bevy::time::{Real, Time};
use bevy::ui::widget::Text;
use bevy::ui::{
    AlignItems, BorderRadius, Display, Node, PositionType, UiRect, UiTargetCamera, Val, percent,
    px, vw,
};

use super::Picked;
use super::report::{Known, Report};
use super::stock::Stock;
use crate::camera::Eye;
use crate::hud::paint::{Painted, Says, write as write_text};
use crate::hud::sheet::{BELOW_TOP, Corner, MARGIN_TOP, corner, sheet};
use crate::hud::{HudScale, Kit, display_of, show};
use crate::land::Territory;
use crate::palette::Tone;
use crate::server::Present;
use crate::words::Words;

const WIDTH: f32 = 368.0;
const PADDING: f32 = 24.0;
/// Pictures lower than this have no room above the sheet.
const LOW_PX: f32 = 900.0;

/// What the sheet lies on.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct AssetRoot;

/// The corner in which the sheet lies.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct AssetCorner;

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

/// Lays the empty sheet before a new eye.
pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    roots: Query<Entity, With<AssetRoot>>,
    kit: Kit,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next() else {
        return;
    };
    if let Some(root) = roots.iter().next() {
        commands.entity(root).insert(UiTargetCamera(eye));
        return;
    }
    let whole = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        left: Val::ZERO,
        top: Val::ZERO,
        ..Node::default()
    };
    commands
        .spawn((AssetRoot, UiTargetCamera(eye), whole))
        .with_children(|root| {
            root.spawn((AssetCorner, corner(Corner::Right)))
                .with_children(|corner| lay(corner, &kit));
        });
}

fn lay(corner: &mut ChildSpawnerCommands, kit: &Kit) {
    let (kind, node, painted, shadow) = sheet(UiRect::axes(px(PADDING), px(20)));
    let node = Node {
        display: Display::None,
        width: px(WIDTH),
        max_width: vw(92),
        ..node
    };
    corner
        .spawn((AssetSheet, kind, node, painted, shadow))
        .with_children(|sheet| {
            lay_kind(sheet, kit);
            let title = (Line::Title, Text::default(), kit.faces.title(24.0, 600));
            sheet.spawn((title, Painted::text(Tone::Ink), below(6)));
            let claim = (Line::Claim, Text::default(), kit.faces.text(16.0, 600));
            sheet.spawn((claim, Painted::text(Tone::Ink), below(10)));
            let facts = (Line::Facts, Text::default(), kit.faces.text(14.0, 400));
            sheet.spawn((facts, Painted::text(Tone::Ink), below(8)));
            let note = (Line::Note, Text::default(), kit.faces.text(13.0, 400));
            sheet.spawn((note, Painted::text(Tone::InkSmall), below(10)));
            let rule = Node {
                height: px(1),
                ..below(14)
            };
            sheet.spawn((rule, Painted::fill(Tone::Line).faded(0.4)));
            let hint = (
                Says("pick.keys.close"),
                Text::default(),
                kit.faces.text(13.0, 400),
            );
            sheet.spawn((hint, Painted::text(Tone::InkSmall), below(10)));
        });
}

fn lay_kind(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let row = Node {
        align_items: AlignItems::Center,
        column_gap: px(8),
        ..Node::default()
    };
    let chip = Node {
        width: px(11),
        height: px(11),
        border_radius: BorderRadius::all(px(3)),
        ..Node::default()
    };
    sheet.spawn(row).with_children(|row| {
        row.spawn((Chip, chip, Painted::fill(Tone::InkQuiet)));
        let text = (Line::Kind, Text::default(), kit.faces.text(14.0, 400));
        row.spawn((text, Painted::text(Tone::InkQuiet), Node::default()));
    });
}

fn below(top: i32) -> Node {
    Node {
        margin: UiRect::top(px(top)),
        ..Node::default()
    }
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
        let display = if report.is_some() {
            Display::Flex
        } else {
            Display::None
        };
        show(&mut node, display);
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

/// Brings the sheet where there is room for it.
pub(super) fn fit(
    scale: Res<HudScale>,
    eyes: Query<&Camera, With<Eye>>,
    mut corners: Query<&mut Node, With<AssetCorner>>,
) {
    let size = eyes.iter().find_map(Camera::logical_viewport_size);
    let Some(height) = size.map(|size| size.y / scale.0) else {
        return;
    };
    let top = px(if height < LOW_PX {
        MARGIN_TOP
    } else {
        BELOW_TOP
    });
    for mut node in &mut corners {
        if node.top != top {
            node.top = top;
        }
    }
}
