//! The nodes with which traces are drawn: strokes with a halo, points, labels.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildOf;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::system::{Commands, Query, Res};
use bevy::math::{Rot2, Vec2};
use bevy::text::TextLayout;
use bevy::ui::widget::Text;
use bevy::ui::{BorderRadius, Display, GlobalZIndex, Node, PositionType, UiRect, UiTransform, px};

use super::{POINTS, STROKES, Traces};
use crate::camera::Eye;
use crate::hud::InPicture;
use crate::hud::faces::Faces;
use crate::hud::over_picture;
use crate::hud::paint::{Painted, write as write_text};
use crate::hud::show;
use crate::palette::Tone;

const STROKE: f32 = 2.5;
const HALO: f32 = 6.0;
const POINT: f32 = 11.0;
/// Above names, below sheets.
const ABOVE_NAMES: GlobalZIndex = GlobalZIndex(-1);

/// What all is drawn on.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Paper;

/// A piece of a trace, by its number.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Piece {
    Halo(usize),
    Stroke(usize),
    Point(usize),
    Label(usize),
}

/// What a label says.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Letters(usize);

pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    papers: Query<(), With<Paper>>,
    mut commands: Commands,
) {
    if let Some(eye) = eyes.iter().next().filter(|_| papers.is_empty()) {
        commands.spawn((Paper, InPicture, ABOVE_NAMES, over_picture(eye)));
    }
}

/// How many pieces of each kind there are already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Made {
    strokes: usize,
    points: usize,
    labels: usize,
}

/// Draws what the tools say, with new pieces where there are not enough.
pub(super) fn draw(
    traces: Res<Traces>,
    papers: Query<Entity, With<Paper>>,
    mut pieces: Query<(&Piece, &mut Node, &mut UiTransform)>,
    mut letters: Query<(&Letters, &mut Text), Without<Piece>>,
    (mut made, faces, mut commands): (bevy::ecs::system::Local<Made>, Res<Faces>, Commands),
) {
    let Some(paper) = papers.iter().next() else {
        return;
    };
    let strokes: Vec<[Vec2; 2]> = (traces.all().flat_map(|it| it.strokes.iter().copied()))
        .take(STROKES)
        .collect();
    let points: Vec<Vec2> = (traces.all().flat_map(|it| it.points.iter().copied()))
        .take(POINTS)
        .collect();
    let labels: Vec<&(Vec2, String)> = (traces.all().flat_map(|it| &it.labels))
        .take(POINTS)
        .collect();
    let wanted = [strokes.len(), points.len(), labels.len()];
    make(&mut commands, (paper, &faces), &mut made, wanted);
    for (piece, mut node, mut transform) in &mut pieces {
        let placed = match *piece {
            Piece::Halo(n) => strokes.get(n).map(|ends| along(*ends, HALO)),
            Piece::Stroke(n) => strokes.get(n).map(|ends| along(*ends, STROKE)),
            Piece::Point(n) => points.get(n).map(|at| (*at, Vec2::splat(POINT), 0.0)),
            Piece::Label(n) => labels.get(n).map(|(at, _)| (*at, Vec2::ZERO, 0.0)),
        };
        place(&mut node, &mut transform, (*piece, placed));
    }
    for (Letters(number), mut text) in &mut letters {
        if let Some((_, said)) = labels.get(*number) {
            write_text(&mut text, said.clone());
        }
    }
}

/// The middle, the size and the turn of a stroke.
fn along([from, to]: [Vec2; 2], width: f32) -> (Vec2, Vec2, f32) {
    let way = to - from;
    // A little longer, so that strokes of a line meet.
    let size = Vec2::new(way.length() + width * 0.6, width);
    (from.midpoint(to), size, way.to_angle())
}

fn place(
    node: &mut bevy::ecs::change_detection::Mut<Node>,
    transform: &mut bevy::ecs::change_detection::Mut<UiTransform>,
    (piece, placed): (Piece, Option<(Vec2, Vec2, f32)>),
) {
    let Some((middle, size, turn)) = placed else {
        show(node, Display::None);
        return;
    };
    let mut wanted = (**node).clone();
    wanted.display = Display::Flex;
    let is_label = matches!(piece, Piece::Label(_));
    let corner = if is_label {
        middle + Vec2::new(10.0, -30.0)
    } else {
        middle - size / 2.0
    };
    (wanted.left, wanted.top) = (px(corner.x.round()), px(corner.y.round()));
    if !is_label {
        (wanted.left, wanted.top) = (px(corner.x), px(corner.y));
        (wanted.width, wanted.height) = (px(size.x), px(size.y));
    }
    node.set_if_neq(wanted);
    transform.set_if_neq(UiTransform::from_rotation(Rot2::radians(turn)));
}

fn make(
    commands: &mut Commands,
    (paper, faces): (Entity, &Faces),
    made: &mut Made,
    [strokes, points, labels]: [usize; 3],
) {
    let bare = || Node {
        position_type: PositionType::Absolute,
        display: Display::None,
        border_radius: BorderRadius::MAX,
        ..Node::default()
    };
    let turned = UiTransform::default;
    for number in made.strokes..strokes {
        let halo = Painted::fill(Tone::Halo).faded(0.85);
        let paper = ChildOf(paper);
        commands.spawn((Piece::Halo(number), bare(), turned(), halo, paper));
    }
    for number in made.strokes..strokes {
        let ink = Painted::fill(Tone::Ink);
        let above = bevy::ui::ZIndex(1);
        commands.spawn((
            Piece::Stroke(number),
            bare(),
            turned(),
            ink,
            above,
            ChildOf(paper),
        ));
    }
    for number in made.points..points {
        let node = Node {
            border: px(2.5).all(),
            ..bare()
        };
        let ring = Painted::fill(Tone::Surface).edged(Tone::Ink);
        let above = bevy::ui::ZIndex(2);
        commands.spawn((
            Piece::Point(number),
            node,
            turned(),
            ring,
            above,
            ChildOf(paper),
        ));
    }
    make_labels(commands, (paper, faces), made.labels..labels);
    *made = Made {
        strokes: made.strokes.max(strokes),
        points: made.points.max(points),
        labels: made.labels.max(labels),
    };
}

fn make_labels(
    commands: &mut Commands,
    (paper, faces): (Entity, &Faces),
    numbers: std::ops::Range<usize>,
) {
    for number in numbers {
        let node = Node {
            position_type: PositionType::Absolute,
            display: Display::None,
            padding: UiRect::axes(px(7), px(2)),
            border_radius: BorderRadius::all(px(3)),
            ..Node::default()
        };
        let ground = Painted::fill(Tone::Surface);
        let above = bevy::ui::ZIndex(3);
        let label = (Piece::Label(number), node, ground, above);
        commands
            .spawn((label, UiTransform::default(), ChildOf(paper)))
            .with_child((
                Letters(number),
                Text::default(),
                TextLayout::no_wrap(),
                faces.text(14.0, 550),
                Painted::text(Tone::Ink),
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Trace, TracePlugin};
    use super::*;
    use crate::tools::tests::app as tools_app;

    #[test]
    fn there_are_as_many_pieces_as_ever_needed_and_no_more() {
        let mut app = tools_app();
        app.add_plugins(TracePlugin);
        app.world_mut().spawn(Eye);
        app.update();
        let count = |app: &mut bevy::app::App| {
            let mut pieces = app.world_mut().query::<(&Piece, &Node)>();
            let all: Vec<bool> = pieces
                .iter(app.world())
                .map(|(_, node)| node.display != Display::None)
                .collect();
            (all.len(), all.iter().filter(|is_shown| **is_shown).count())
        };
        for (strokes, expected) in [(3, (6, 6)), (1, (6, 2)), (9999, (800, 800)), (0, (800, 0))] {
            let trace = Trace {
                strokes: vec![[Vec2::ZERO, Vec2::new(10.0, 0.0)]; strokes],
                ..Trace::default()
            };
            app.world_mut().resource_mut::<Traces>().say("test", trace);
            app.update();
            app.update();
            assert_eq!(count(&mut app), expected, "{strokes} strokes");
        }
    }

    #[test]
    fn a_stroke_lies_between_its_ends() {
        let (middle, size, turn) = along([Vec2::ZERO, Vec2::new(0.0, 10.0)], 2.0);
        assert_eq!(middle, Vec2::new(0.0, 5.0));
        assert!(size.x > 10.0 && size.y == 2.0);
        approx::assert_relative_eq!(turn, std::f32::consts::FRAC_PI_2);
    }
}
