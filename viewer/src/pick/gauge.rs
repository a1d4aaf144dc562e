//! The gauge: a small bin whose level rises, with its lid open where it is full.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::system::Query;
use bevy::math::{Rot2, Vec2};
use bevy::ui::widget::ImageNode;
use bevy::ui::{BorderRadius, Display, Node, PositionType, UiTransform, Val, percent, px};

use super::sheet::Knowledge;
use crate::hud::paint::Painted;
use crate::hud::picture::draw;
use crate::hud::{Kit, show as lay_out};
use crate::palette::Tone;
use crate::server::{Container, Fleet, Look};

/// How wide it is, in pixels.
pub(super) const WIDTH: f32 = 44.0;
const HEIGHT: f32 = 58.0;
/// The bin within: its upper left corner and its size.
const BIN: [Vec2; 2] = [Vec2::new(4.0, 15.0), Vec2::new(36.0, 42.0)];
const EDGE: f32 = 2.5;
const RADIUS: f32 = 7.0;
/// How far an open lid is turned, in radians.
const LID_TURN: f32 = -0.16;

/// How much is seen of a level that is forecast.
const AHEAD: f32 = 0.5;

/// A part of the gauge.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Piece {
    Lid,
    /// The bin with its edge all around.
    Bin,
    Level,
    /// The edge of one whose level is old or not heard any more.
    Dashed,
    /// The edge of one without a sensor.
    Dotted,
    Strike,
}

/// Lays the pieces over each other.
pub(super) fn lay(row: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let size = Vec2::new(WIDTH, HEIGHT).as_uvec2();
    let images = [
        (
            Piece::Dashed,
            draw(&mut kit.images, size, |at| edge(at, [5.5, 3.5])),
        ),
        (
            Piece::Dotted,
            draw(&mut kit.images, size, |at| edge(at, [2.2, 3.2])),
        ),
        (Piece::Strike, draw(&mut kit.images, size, strike)),
    ];
    let frame = Node {
        width: px(WIDTH),
        height: px(HEIGHT),
        flex_shrink: 0.0,
        ..Node::default()
    };
    row.spawn(frame).with_children(|frame| {
        let lid = (Piece::Lid, lid(), Painted::fill(Tone::LevelEdge));
        frame.spawn((lid, UiTransform::from_rotation(Rot2::radians(LID_TURN))));
        let level = (Piece::Level, level(), Painted::fill(Tone::Level0));
        frame
            .spawn((Piece::Bin, bin(), Painted::fill(Tone::Surface)))
            .with_child(level);
        for (piece, image) in images {
            let all = absolute(Vec2::ZERO, size.as_vec2());
            frame.spawn((
                piece,
                all,
                ImageNode::new(image),
                Painted::image(Tone::InkQuiet),
            ));
        }
    });
}

fn absolute(at: Vec2, size: Vec2) -> Node {
    Node {
        position_type: PositionType::Absolute,
        left: px(at.x),
        top: px(at.y),
        width: px(size.x),
        height: px(size.y),
        ..Node::default()
    }
}

fn lid() -> Node {
    Node {
        border_radius: BorderRadius::all(px(2)),
        ..absolute(Vec2::new(1.0, 3.5), Vec2::new(38.0, 5.0))
    }
}

fn bin() -> Node {
    Node {
        border: px(EDGE).all(),
        border_radius: BorderRadius::all(px(RADIUS)),
        ..absolute(BIN[0], BIN[1])
    }
}

fn level() -> Node {
    let inset = px(1.0);
    Node {
        position_type: PositionType::Absolute,
        left: inset,
        right: inset,
        bottom: inset,
        height: Val::ZERO,
        max_height: percent(95),
        border_radius: BorderRadius::all(px(RADIUS - EDGE - 1.0)),
        ..Node::default()
    }
}

/// The edge of the bin, in dashes and gaps so long.
fn edge(at: Vec2, [dash, gap]: [f32; 2]) -> f32 {
    let [corner, size] = BIN;
    let half = size / 2.0 - EDGE / 2.0;
    let from_middle = at - corner - size / 2.0;
    let beyond = from_middle.abs() - half + RADIUS;
    let round = beyond.max(Vec2::ZERO).length() + beyond.max_element().min(0.0) - RADIUS;
    let along = if beyond.x > beyond.y {
        from_middle.y
    } else {
        from_middle.x
    };
    let in_dash = (along + dash / 2.0).rem_euclid(dash + gap);
    (round.abs() - EDGE / 2.0).max(in_dash - dash)
}

fn strike(at: Vec2) -> f32 {
    const ENDS: [Vec2; 2] = [Vec2::new(2.0, 56.0), Vec2::new(42.0, 12.0)];
    crate::hud::picture::line(&ENDS, EDGE, at)
}

/// Brings the pieces up to what is known.
pub(super) fn show(known: Knowledge, mut pieces: Query<(&Piece, &mut Node, &mut Painted)>) {
    let Some(container) = known.container() else {
        return;
    };
    for (piece, mut node, mut painted) in &mut pieces {
        let is_shown = if known.is_ahead() {
            is_shown_ahead(*piece, container)
        } else {
            is_shown(*piece, container)
        };
        let display = if is_shown {
            Display::Flex
        } else {
            Display::None
        };
        lay_out(&mut node, display);
        match piece {
            Piece::Level => {
                let fill = container.shown_fill().unwrap_or(0.0);
                let tint = if known.is_ahead() { AHEAD } else { 1.0 };
                painted.set_if_neq(Painted::fill(Tone::of_fill(fill)).faded(tint));
                let height = percent(share(fill) * 95.0);
                if node.height != height {
                    node.height = height;
                }
            }
            Piece::Bin => {
                let whole = Painted::fill(Tone::Surface);
                let has_edge = container.look() == Look::Level && !known.is_ahead();
                let edge = if has_edge {
                    Tone::LevelEdge
                } else {
                    Tone::Surface
                };
                painted.set_if_neq(whole.edged(edge));
            }
            _ => {}
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share")]
fn share(fill: f64) -> f32 {
    // What is nearly empty still shows that it is measured.
    fill.clamp(0.04, 1.0) as f32
}

/// What is forecast is a tint in a dashed edge, and a lid never is sure to be open.
fn is_shown_ahead(piece: Piece, container: &Container) -> bool {
    let is_known = container.shown_fill().is_some();
    match piece {
        Piece::Bin => true,
        Piece::Level | Piece::Dashed => is_known,
        Piece::Dotted => !is_known,
        Piece::Lid | Piece::Strike => false,
    }
}

fn is_shown(piece: Piece, container: &Container) -> bool {
    let look = container.look();
    match piece {
        Piece::Bin => true,
        Piece::Lid => container
            .shown_fill()
            .is_some_and(|fill| fill >= Fleet::FULL),
        Piece::Level => look >= Look::Late,
        Piece::Dashed => matches!(look, Look::Late | Look::Silent),
        Piece::Dotted => matches!(look, Look::Bare | Look::Unread),
        Piece::Strike => look == Look::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_is_dashed_around_the_bin() {
        let left = BIN[0].x + EDGE / 2.0;
        let side = (20..50).map(|y| edge(Vec2::new(left, y as f32 + 0.5), [5.5, 3.5]) < 0.0);
        let side: Vec<bool> = side.collect();
        let changes = side.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(changes >= 4, "{side:?}");
        let middle = BIN[0] + BIN[1] / 2.0;
        assert!(edge(middle, [5.5, 3.5]) > 0.0, "within nothing is drawn");
    }
}
