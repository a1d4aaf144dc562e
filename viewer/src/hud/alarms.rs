//! The list of the most pressing alarms: what, where, since when, what to do.

mod signs;

use bevy::camera::Camera;
use bevy::ecs::change_detection::{DetectChangesMut as _, Mut};
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{QueryData, With};
use bevy::ecs::system::{Query, Res, ResMut, SystemParam};
use bevy::time::{Real, Time};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{
    AlignItems, Display, FlexDirection, JustifyContent, Node, PositionType, UiRect, Val, percent,
    px,
};
use twin_core::{AlarmPriority, Timestamp};

use self::signs::Signs;
use super::headline::was;
use super::paint::{Painted, write as write_text};
use super::sheet::{MARGIN_X, sheet};
use super::side::WIDTH;
use super::{HudScale, Kit, RightSheet, display_of, show};
use crate::alarms::{Heap, StandingAlarms};
use crate::camera::Eye;
use crate::palette::Tone;
use crate::server::{Fleet, Link, Present};
use crate::words::Words;

/// From the upper edge of the picture to the list.
const TOP: f32 = 104.0;
/// Most alarms in the list.
const MOST: usize = 4;
/// What an alarm takes of the height, and what lies above and below the list.
const ROW_HEIGHT: f32 = 92.0;
const AROUND: f32 = TOP + 300.0;

/// A part of the list; rows count from 0.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Sheet,
    Title,
    Row(usize),
    Sign(usize),
    Number(usize),
    What(usize),
    Place(usize),
    Age(usize),
    Advice(usize),
    More,
}

/// Lays the list, which is not seen yet.
pub(super) fn lay(root: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let signs = Signs::draw(&mut kit.images);
    let (kind, node, painted, shadow) = sheet(UiRect::px(20.0, 20.0, 16.0, 18.0));
    let node = Node {
        position_type: PositionType::Absolute,
        display: Display::None,
        top: px(TOP),
        right: px(MARGIN_X),
        width: px(WIDTH),
        ..node
    };
    root.spawn((Part::Sheet, kind, node, painted, shadow))
        .with_children(|sheet| {
            let title = (kit.faces.title(21.0, 600), Painted::text(Tone::Ink));
            sheet.spawn((Part::Title, Text::default(), title));
            for row in 0..MOST {
                lay_row(sheet, kit, (row, &signs));
            }
            let more = (kit.faces.text(14.0, 400), Painted::text(Tone::InkSmall));
            let below = Node {
                margin: UiRect::top(px(12)),
                ..Node::default()
            };
            sheet.spawn((Part::More, Text::default(), more, below));
        });
}

fn lay_row(sheet: &mut ChildSpawnerCommands, kit: &Kit, (row, signs): (usize, &Signs)) {
    let node = Node {
        column_gap: px(14),
        padding: UiRect::top(px(10)),
        margin: UiRect::top(px(if row == 0 { 2 } else { 11 })),
        border: UiRect::top(px(u8::from(row > 0))),
        ..Node::default()
    };
    let rule = Painted::edge(Tone::Line).faded(0.35);
    sheet
        .spawn((Part::Row(row), node, rule))
        .with_children(|space| {
            lay_sign(space, kit, (row, signs));
            let column = Node {
                flex_direction: FlexDirection::Column,
                flex_grow: 1.0,
                flex_basis: Val::ZERO,
                row_gap: px(1),
                ..Node::default()
            };
            space.spawn(column).with_children(|column| {
                let [ink, quiet] = [Tone::Ink, Tone::InkQuiet].map(Painted::text);
                let faces = &kit.faces;
                column.spawn((
                    Part::What(row),
                    Text::default(),
                    faces.title(17.0, 600),
                    ink,
                ));
                column.spawn((
                    Part::Place(row),
                    Text::default(),
                    faces.text(14.0, 400),
                    quiet,
                ));
                let parts = [(Part::Age(row), quiet, 400), (Part::Advice(row), ink, 550)];
                for (part, painted, weight) in parts {
                    column.spawn((part, Text::default(), faces.text(14.0, weight), painted));
                }
            });
        });
}

fn lay_sign(space: &mut ChildSpawnerCommands, kit: &Kit, (row, signs): (usize, &Signs)) {
    let side = px(signs::SIDE);
    let frame = Node {
        width: side,
        height: side,
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..Node::default()
    };
    space.spawn(frame).with_children(|frame| {
        let whole = Node {
            position_type: PositionType::Absolute,
            left: Val::ZERO,
            top: Val::ZERO,
            width: percent(100),
            height: percent(100),
            ..Node::default()
        };
        let image = (ImageNode::default(), Painted::image(Tone::Accent));
        frame.spawn((Part::Sign(row), signs.clone(), image, whole));
        let number = (kit.faces.text(15.0, 700), Painted::text(Tone::Accent));
        frame.spawn((Part::Number(row), Text::default(), number));
    });
}

/// Takes the place at the upper right while there are alarms and it is free.
/// What will be told in the future nobody knows: there is no list beside a forecast.
pub(super) fn claim(
    (standing, fleet): (Res<StandingAlarms>, Option<Res<Fleet>>),
    mut right: ResMut<RightSheet>,
) {
    let is_ahead = fleet.is_some_and(|fleet| fleet.forecast().is_some());
    let wanted = match *right {
        RightSheet::Other => RightSheet::Other,
        _ if is_ahead || standing.all().is_empty() => RightSheet::None,
        _ => RightSheet::Alarms,
    };
    right.set_if_neq(wanted);
}

/// What the list tells of.
#[derive(SystemParam)]
pub(super) struct Told<'w, 's> {
    standing: Res<'w, StandingAlarms>,
    right: Res<'w, RightSheet>,
    words: Res<'w, Words>,
    present: Res<'w, Present>,
    link: Res<'w, Link>,
    time: Res<'w, Time<Real>>,
    scale: Res<'w, HudScale>,
    eyes: Query<'w, 's, &'static Camera, With<Eye>>,
}

/// A part and what of it changes.
#[derive(QueryData)]
#[query_data(mutable)]
pub(super) struct Written {
    part: &'static Part,
    node: &'static mut Node,
    text: Option<&'static mut Text>,
    image: Option<&'static mut ImageNode>,
    painted: &'static mut Painted,
    signs: Option<&'static Signs>,
}

/// Writes what has changed.
pub(super) fn write(told: Told, mut parts: Query<Written>) {
    let list = told.list();
    for mut written in &mut parts {
        match *written.part {
            Part::Sheet => show(&mut written.node, display(!list.rows.is_empty())),
            Part::Row(row) => show(&mut written.node, display(list.rows.get(row).is_some())),
            Part::Sign(row) => {
                if let Some(heap) = list.rows.get(row) {
                    put_sign(&mut written, heap.lead.priority);
                }
            }
            part => {
                let said = list.say(part);
                show(&mut written.node, display_of(&said));
                if let Some(text) = &mut written.text {
                    write_text(text, said);
                }
                if let Some(tone) = list.tone(part) {
                    written.painted.set_if_neq(Painted::text(tone));
                }
                if let Part::Number(row) = part {
                    settle(&mut written.node, list.rows.get(row));
                }
            }
        }
    }
}

fn display(is_shown: bool) -> Display {
    if is_shown {
        Display::Flex
    } else {
        Display::None
    }
}

fn put_sign(written: &mut WrittenItem, priority: AlarmPriority) {
    if let (Some(image), Some(signs)) = (&mut written.image, written.signs) {
        let sign = signs.of(priority);
        if image.image != *sign {
            image.image = sign.clone();
        }
    }
    let painted = Painted::image(tone_of(priority));
    written.painted.set_if_neq(painted);
}

/// The middle of a triangle is low.
fn settle(node: &mut Mut<Node>, heap: Option<&Heap>) {
    let is_first = heap.is_some_and(|heap| heap.lead.priority == AlarmPriority::First);
    let margin = UiRect::top(px(if is_first { 8 } else { 0 }));
    if node.margin != margin {
        node.margin = margin;
    }
}

const fn tone_of(priority: AlarmPriority) -> Tone {
    match priority {
        AlarmPriority::First | AlarmPriority::Second => Tone::Accent,
        AlarmPriority::Third => Tone::InkQuiet,
    }
}

impl Told<'_, '_> {
    fn list(&self) -> List<'_> {
        let now_s = self.time.elapsed_secs_f64();
        let past = was(&self.link, &self.present, now_s);
        let all = match *self.right {
            RightSheet::Alarms => self.standing.heaps(),
            RightSheet::None | RightSheet::Other => &[],
        };
        let (shown, rest) = all.split_at(all.len().min(self.rows()));
        List {
            words: &self.words,
            rows: shown,
            more: rest.iter().map(|heap| heap.count).sum(),
            now: past.or_else(|| self.present.time(now_s)),
            past,
        }
    }

    /// How many alarms there is room for.
    fn rows(&self) -> usize {
        let height = self.eyes.iter().find_map(Camera::logical_viewport_size);
        let free = height.map_or(1080.0, |size| size.y) / self.scale.0 - AROUND;
        (1..MOST)
            .filter(|row| free >= ROW_HEIGHT * (*row as f32 + 1.0))
            .count()
            + 1
    }
}

/// What is in the list, and when.
struct List<'a> {
    words: &'a Words,
    rows: &'a [Heap],
    more: usize,
    now: Option<Timestamp>,
    past: Option<Timestamp>,
}

impl List<'_> {
    /// What a part says; nothing where there is nothing to say.
    fn say(&self, part: Part) -> String {
        let words = self.words;
        let of = |row: usize, say: &dyn Fn(&Heap) -> String| {
            self.rows.get(row).map_or_else(String::new, say)
        };
        match part {
            Part::Title if !self.rows.is_empty() => self.title(),
            Part::More if self.more > 0 => words.count("alarms.more", self.more),
            Part::Number(row) => of(row, &|heap| heap.lead.priority.number().to_string()),
            Part::What(row) => of(row, &|heap| heap.what(words)),
            Part::Place(row) => of(row, &|heap| heap.place_name(words)),
            Part::Age(row) => of(row, &|heap| {
                self.now
                    .map_or_else(String::new, |now| heap.age(words, now))
            }),
            Part::Advice(row) => of(row, &|heap| heap.lead.advice(words)),
            _ => String::new(),
        }
    }

    fn title(&self) -> String {
        let words = self.words;
        self.past.map_or_else(
            || words.say("alarms.title").into(),
            |past| words.fill("alarms.titlePast", &[("time", &words.time_of_day(past))]),
        )
    }

    /// The tone of a part that has that of its alarm.
    fn tone(&self, part: Part) -> Option<Tone> {
        let priority = |row: usize| self.rows.get(row).map(|heap| heap.lead.priority);
        match part {
            Part::Number(row) => Some(match priority(row)? {
                AlarmPriority::First => Tone::Surface,
                other => tone_of(other),
            }),
            Part::What(row) => Some(match priority(row)? {
                AlarmPriority::First => Tone::Accent,
                AlarmPriority::Second | AlarmPriority::Third => Tone::Ink,
            }),
            _ => None,
        }
    }
}
