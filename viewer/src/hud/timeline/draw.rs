//! What the bar of time is made of, and how it is kept current.

use bevy::asset::{Assets, Handle};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::image::Image;
use bevy::math::{UVec2, Vec2};
use bevy::text::TextLayout;
use bevy::time::{Real, Time};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{
    AlignItems, BorderRadius, Display, Interaction, JustifyContent, Node, PositionType,
    RelativeCursorPosition, UiRect, Val, percent, px,
};
use twin_core::Timestamp;

use super::super::faces::Faces;
use super::super::paint::{Painted, Says, write as write_text};
use super::super::picture::{draw, shape};
use super::super::{Kit, show};
use super::axis::{Day, Tick};
use super::player::Player;
use super::{Control, Hourglass, Rail};
use crate::palette::Tone;
use crate::server::{Moment, MomentRefused};
use crate::words::Words;

/// The side of the round button, and of the picture in it.
const BUTTON: f32 = 48.0;
const ICON: u32 = 20;
const PLAY: [Vec2; 3] = [
    Vec2::new(6.0, 3.5),
    Vec2::new(6.0, 16.5),
    Vec2::new(16.5, 10.0),
];
const PAUSE: [[Vec2; 4]; 2] = [bar(5.0), bar(11.5)];
/// How high the axis is, with what stands on it and what is written below, and where its line is.
const AXIS: f32 = 62.0;
const LINE: f32 = 34.0;
const THICK: f32 = 3.0;
const KNOB: f32 = 16.0;
/// Most days and ticks on an axis of six days, also where clocks are changed.
const DAYS: usize = 8;
const TICKS: usize = 26;
/// A day that is narrower on the axis has no name.
const LEAST_DAY: f32 = 0.085;
/// The hatched bar of what is forecast: as it is drawn, and as high as it is shown.
const HATCH: UVec2 = UVec2::new(560, 9);
/// How long a note stays, in seconds.
const NOTE_S: f64 = 8.0;

/// A part whose place follows the time.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// The line up to the present.
    Past,
    /// The line from the beginning of history on.
    Known,
    /// The line up to the moment that is shown.
    Gone,
    /// The hatched bar from the present on.
    Ahead,
    /// The mark of the present.
    Present,
    /// The word for it, beside its mark.
    Now,
    /// What the hatched bar is, while the knob is not on it.
    Word,
    /// The stem at that moment.
    Stem,
    /// The knob on it.
    Knob,
    /// A tick, by its number.
    Tick(usize),
    /// The place of a day's name, by its number.
    Day(usize),
}

/// The picture on the round button.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Icon {
    Play,
    Pause,
}

/// Text of the bar.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Label {
    Day(usize),
    Speed,
    Note,
}

/// What is said for a while.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub(super) struct Note {
    until_s: f64,
    /// The moment that was refused.
    at: Option<Timestamp>,
}

/// Lines from the lower left to the upper right, 1.4 pixels of every 5.
fn hatched(at: Vec2) -> f32 {
    const EVERY: f32 = 5.0;
    const WIDE: f32 = 1.4;
    let across = (at.element_sum() * std::f32::consts::FRAC_1_SQRT_2).rem_euclid(EVERY);
    (across - EVERY / 2.0).abs() - WIDE / 2.0
}

const fn bar(left: f32) -> [Vec2; 4] {
    let right = left + 3.5;
    [
        Vec2::new(left, 4.0),
        Vec2::new(right, 4.0),
        Vec2::new(right, 16.0),
        Vec2::new(left, 16.0),
    ]
}

/// Lays the button, the speed and the axis.
pub(in crate::hud) fn lay(bar: &mut ChildSpawnerCommands, kit: &mut Kit) {
    lay_button(bar, kit);
    let node = Node {
        width: px(44),
        height: px(44),
        ..centred()
    };
    let text = (Label::Speed, Text::default(), kit.faces.text(14.0, 550));
    bar.spawn((Control::Speed, Interaction::default(), node))
        .with_child((text, TextLayout::no_wrap(), Painted::text(Tone::Action)));
    let node = Node {
        position_type: PositionType::Relative,
        flex_grow: 1.0,
        height: px(AXIS),
        margin: UiRect::px(0.0, 12.0, 0.0, 0.0),
        ..Node::default()
    };
    let pointed = RelativeCursorPosition::default();
    bar.spawn((Rail, Interaction::default(), pointed, node))
        .with_children(|axis| {
            lay_ahead(axis, &mut kit.images);
            lay_line(axis);
            lay_names(axis, &kit.faces);
        });
}

/// What the button shows where it plays and where it pauses.
fn icons(images: &mut Assets<Image>) -> [(Icon, Handle<Image>); 2] {
    let side = UVec2::splat(ICON);
    let pause = |at| {
        let bars = PAUSE.iter().map(|bar| shape(bar, at));
        bars.fold(f32::INFINITY, f32::min)
    };
    [
        (Icon::Play, draw(images, side, |at| shape(&PLAY, at))),
        (Icon::Pause, draw(images, side, pause)),
    ]
}

fn lay_button(bar: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let pictures = icons(&mut kit.images);
    let node = Node {
        width: px(BUTTON),
        height: px(BUTTON),
        flex_shrink: 0.0,
        border_radius: BorderRadius::MAX,
        ..centred()
    };
    let round = (
        Control::Play,
        Interaction::default(),
        node,
        Painted::fill(Tone::Ink),
    );
    bar.spawn(round).with_children(|button| {
        for (icon, image) in pictures {
            let node = Node {
                width: px(ICON),
                height: px(ICON),
                ..Node::default()
            };
            button.spawn((
                icon,
                ImageNode::new(image),
                node,
                Painted::image(Tone::Surface),
            ));
        }
    });
}

fn centred() -> Node {
    Node {
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..Node::default()
    }
}

/// The line, what stands on it, and the knob above all.
fn lay_line(axis: &mut ChildSpawnerCommands) {
    let line = |left| Node {
        left,
        right: Val::ZERO,
        height: px(THICK),
        ..placed(LINE)
    };
    let faint = Painted::fill(Tone::Line).faded(0.3);
    axis.spawn((Part::Past, line(Val::ZERO), faint));
    lay_ticks(axis);
    axis.spawn((Part::Known, line(Val::ZERO), Painted::fill(Tone::Line)));
    axis.spawn((Part::Gone, line(Val::ZERO), Painted::fill(Tone::Ink)));
    let stem = Node {
        width: px(2),
        height: px(LINE),
        margin: UiRect::left(px(-1)),
        ..placed(0.0)
    };
    axis.spawn((Part::Stem, stem, Painted::fill(Tone::Ink)));
    let knob = Node {
        width: px(KNOB),
        height: px(KNOB),
        margin: UiRect::left(px(-KNOB / 2.0)),
        border: px(3).all(),
        border_radius: BorderRadius::MAX,
        ..placed(LINE + (THICK - KNOB) / 2.0)
    };
    axis.spawn((
        Part::Knob,
        knob,
        Painted::fill(Tone::Ink).edged(Tone::Surface),
    ));
}

fn lay_ticks(axis: &mut ChildSpawnerCommands) {
    for n in 0..TICKS {
        let tick = Node {
            width: px(1),
            ..placed(LINE)
        };
        axis.spawn((Part::Tick(n), tick, Painted::fill(Tone::Line)));
    }
}

/// What is forecast: hatched, between the present and the end.
fn lay_ahead(axis: &mut ChildSpawnerCommands, images: &mut Assets<Image>) {
    let height = HATCH.y as f32;
    let bar = Node {
        right: Val::ZERO,
        height: px(height),
        ..placed(LINE + (THICK - height) / 2.0)
    };
    axis.spawn((
        Part::Ahead,
        ImageNode::new(draw(images, HATCH, hatched)),
        bar,
        Painted::image(Tone::InkSmall),
    ));
    let mark = Node {
        width: px(2),
        height: px(LINE - 4.0),
        margin: UiRect::left(px(-1)),
        ..placed(10.0)
    };
    axis.spawn((Part::Present, mark, Painted::fill(Tone::Line)));
}

/// The names of the days below the line, the present and a note above it.
fn lay_names(axis: &mut ChildSpawnerCommands, faces: &Faces) {
    const BELOW: f32 = LINE + 9.0;
    for n in 0..DAYS {
        let place = Node {
            justify_content: JustifyContent::Center,
            ..placed(BELOW)
        };
        let name = (Label::Day(n), Text::default(), faces.text(14.0, 400));
        axis.spawn((Part::Day(n), place)).with_child((
            name,
            TextLayout::no_wrap(),
            Painted::text(Tone::InkQuiet),
        ));
    }
    let end = Node {
        min_height: px(24),
        margin: UiRect::left(px(8)),
        ..placed(5.0)
    };
    let now = (Says("timeline.now"), Text::default(), faces.text(14.0, 600));
    axis.spawn((Part::Now, Control::Now, Interaction::default(), end))
        .with_child((now, TextLayout::no_wrap(), Painted::text(Tone::Action)));
    let ahead = (
        Says("forecast.axis"),
        Text::default(),
        faces.text(14.0, 400),
    );
    let right = Node {
        right: Val::ZERO,
        ..placed(5.0)
    };
    axis.spawn((
        Part::Word,
        ahead,
        TextLayout::no_wrap(),
        right,
        Painted::text(Tone::InkSmall),
    ));
    let note = (Label::Note, Text::default(), faces.text(14.0, 400));
    axis.spawn((
        note,
        TextLayout::no_wrap(),
        placed(4.0),
        Painted::text(Tone::InkQuiet),
    ));
}

fn placed(top: f32) -> Node {
    Node {
        position_type: PositionType::Absolute,
        top: px(top),
        ..Node::default()
    }
}

/// Puts line, ticks, knob and days where they belong.
pub(super) fn place(hourglass: Hourglass, mut parts: Query<(&Part, &mut Node)>) {
    let Some(axis) = hourglass.axis() else { return };
    let spread = Spread {
        present: axis.present(),
        knob: match *hourglass.moment {
            Moment::Live => axis.present(),
            Moment::At(at) => axis.share(at),
        },
        begin: axis.begin(),
        ticks: axis.ticks(),
        days: axis.days(),
    };
    for (part, mut node) in &mut parts {
        let mut wanted = node.clone();
        spread.place(*part, &mut wanted);
        node.set_if_neq(wanted);
    }
}

/// Where everything lies along the axis.
struct Spread {
    present: f32,
    knob: f32,
    begin: f32,
    ticks: Vec<Tick>,
    days: Vec<Day>,
}

impl Spread {
    fn place(&self, part: Part, node: &mut Node) {
        match part {
            Part::Past => node.right = along(1.0 - self.present),
            Part::Known => {
                node.left = along(self.begin);
                node.right = along(1.0 - self.present);
            }
            Part::Gone => {
                // Solid is what is over: what is forecast stays hatched.
                let end = self.knob.min(self.present).max(self.begin);
                node.left = along(self.begin);
                node.right = along(1.0 - end);
            }
            Part::Ahead | Part::Present | Part::Now => node.left = along(self.present),
            Part::Word => node.display = shown_if(self.knob <= self.present),
            Part::Stem | Part::Knob => node.left = along(self.knob),
            Part::Tick(n) => {
                let tick = self.ticks.get(n);
                node.display = shown_if(tick.is_some());
                if let Some(tick) = tick {
                    let high = if tick.is_midnight { 14.0 } else { 5.0 };
                    node.left = along(tick.at);
                    node.top = px(LINE - high);
                    node.height = px(high);
                }
            }
            Part::Day(n) => {
                let day = self.days.get(n);
                let day = day.filter(|day| day.to - day.from >= LEAST_DAY);
                node.display = shown_if(day.is_some());
                if let Some(day) = day {
                    node.left = along(day.from);
                    node.right = along(1.0 - day.to);
                }
            }
        }
    }
}

/// A place on the axis, to a part of a pixel: what hardly moves is not laid out anew.
fn along(share: f32) -> Val {
    percent((share * 1e4).round() / 1e2)
}

fn shown_if(is_shown: bool) -> Display {
    if is_shown {
        Display::Flex
    } else {
        Display::None
    }
}

/// Shows on the button what it does.
pub(super) fn swap_icon(player: Res<Player>, mut icons: Query<(&Icon, &mut Node)>) {
    for (icon, mut node) in &mut icons {
        let is_shown = (*icon == Icon::Pause) == player.is_playing();
        show(&mut node, shown_if(is_shown));
    }
}

/// Writes the days, the speed and the note.
pub(super) fn label(
    hourglass: Hourglass,
    words: Res<Words>,
    note: Res<Note>,
    mut labels: Query<(&Label, &mut Text)>,
) {
    let days = hourglass.axis().map_or_else(Vec::new, |axis| axis.days());
    for (label, mut text) in &mut labels {
        let said = match *label {
            Label::Day(n) => {
                let day = days.get(n);
                day.map_or_else(String::new, |day| words.weekday(day.time))
            }
            Label::Speed => {
                let hours = hourglass.player.speed.hours().to_string();
                words.fill("timeline.speed", &[("n", &hours)])
            }
            Label::Note => {
                let now_s = hourglass.time.elapsed_secs_f64();
                let refused = note.at.filter(|_| now_s < note.until_s);
                refused.map_or_else(String::new, |at| refusal(&words, &hourglass, at))
            }
        };
        write_text(&mut text, said);
    }
}

/// Why a moment is not shown: nothing is forecast of it, or history begins later.
fn refusal(words: &Words, hourglass: &Hourglass, at: Timestamp) -> String {
    let now = hourglass
        .present
        .live_time(hourglass.time.elapsed_secs_f64());
    if now.is_some_and(|now| at > now) {
        return words.say("forecast.none").to_owned();
    }
    let begin = hourglass.history.begin();
    begin.map_or_else(String::new, |begin| {
        words.fill("timeline.none", &[("at", &words.day_and_time(begin))])
    })
}

/// Says for a while why a moment that was wished for is not shown.
pub(super) fn note(
    mut refused: MessageReader<MomentRefused>,
    time: Res<Time<Real>>,
    mut note: ResMut<Note>,
) {
    if let Some(MomentRefused { at }) = refused.read().last() {
        note.at = Some(*at);
        note.until_s = time.elapsed_secs_f64() + NOTE_S;
    }
}

#[cfg(test)]
mod tests {
    use super::super::axis::Axis;
    use super::*;
    use crate::server::History;

    fn spread(now: &str, history: History) -> Spread {
        let axis = Axis::around(now.parse().unwrap(), history.begin());
        Spread {
            present: axis.present(),
            knob: 0.5,
            begin: axis.begin(),
            ticks: axis.ticks(),
            days: axis.days(),
        }
    }

    fn placed_by(spread: &Spread, part: Part) -> Node {
        let mut node = Node::default();
        spread.place(part, &mut node);
        node
    }

    #[test]
    fn the_line_is_solid_from_the_beginning_to_the_knob() {
        let spread = spread("2026-11-30T18:15:00Z", History::default());
        let gone = placed_by(&spread, Part::Gone);
        assert_eq!((gone.left, gone.right), (percent(0), percent(50)));
        assert_eq!(placed_by(&spread, Part::Knob).left, percent(50));
    }

    #[test]
    fn what_is_forecast_stays_hatched_where_it_is_shown() {
        let spread = Spread {
            knob: 0.8,
            ..spread("2026-11-30T18:15:00Z", History::default())
        };
        let gone = placed_by(&spread, Part::Gone);
        assert_eq!((gone.left, gone.right), (percent(0), percent(50)));
        assert_eq!(placed_by(&spread, Part::Ahead).left, percent(50));
        assert_eq!(placed_by(&spread, Part::Knob).left, percent(80));
        assert_eq!(placed_by(&spread, Part::Word).display, Display::None);
    }

    #[test]
    fn a_day_that_has_just_begun_has_no_name_yet() {
        let shown = |now: &str| {
            let spread = spread(now, History::default());
            (0..DAYS)
                .filter(|n| placed_by(&spread, Part::Day(*n)).display == Display::Flex)
                .count()
        };
        assert_eq!(shown("2026-11-30T00:30:00Z"), 6);
        assert_eq!(shown("2026-11-30T20:30:00Z"), 6);
    }
}
