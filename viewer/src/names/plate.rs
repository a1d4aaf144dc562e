//! The plates names are written on: a halo, the name, and a hairline down to its place.

use bevy::camera::visibility::Visibility;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildOf;
use bevy::ecs::system::Commands;
use bevy::math::Vec2;
use bevy::text::TextLayout;
use bevy::ui::widget::{Text, TextShadow};
use bevy::ui::{GlobalZIndex, Node, PositionType, UiTransform, Val, Val2, percent, px};

use super::rank::Rank;
use crate::hud::faces::Faces;
use crate::hud::paint::Painted;
use crate::palette::Tone;

/// How far the halo reaches beyond the letters, in pixels.
const HALO: f32 = 1.6;
const DIAGONAL: f32 = HALO * std::f32::consts::FRAC_1_SQRT_2;
/// Copies of the name around it; the shadow of each is another one, on the other side.
const AROUND: [Vec2; 4] = [
    Vec2::new(HALO, 0.0),
    Vec2::new(0.0, HALO),
    Vec2::new(DIAGONAL, DIAGONAL),
    Vec2::new(DIAGONAL, -DIAGONAL),
];
const HAIRLINE_SHARE: f32 = 0.55;
/// Where hairlines are drawn: below all names, whose halos part them.
const BELOW_NAMES: GlobalZIndex = GlobalZIndex(-2);

/// A plate, which is used again for another name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plate {
    /// What moves.
    pub node: Entity,
    /// Which commune it names.
    pub commune: Option<usize>,
    /// Whether it was laid out since it was written on, so that its size is known.
    pub is_laid_out: bool,
    texts: [Entity; AROUND.len() + 1],
    hairline: Entity,
}

impl Plate {
    /// An empty plate, not seen.
    pub(super) fn new(commands: &mut Commands, root: Entity) -> Self {
        let corner = Node {
            position_type: PositionType::Absolute,
            left: Val::ZERO,
            top: Val::ZERO,
            ..Node::default()
        };
        let node = commands
            .spawn((corner.clone(), Visibility::Hidden, ChildOf(root)))
            .id();
        let line = Node {
            width: px(1),
            left: percent(50),
            top: percent(100),
            ..corner.clone()
        };
        let ink = Painted::fill(Tone::Ink).faded(HAIRLINE_SHARE);
        let hairline = commands.spawn((line, ink, BELOW_NAMES, ChildOf(node))).id();
        let halo = AROUND.map(|aside| {
            let shadow = TextShadow {
                offset: -2.0 * aside,
                ..TextShadow::default()
            };
            let moved = UiTransform::from_translation(Val2::px(aside.x, aside.y));
            let text = (
                Text::default(),
                TextLayout::no_wrap(),
                Painted::text(Tone::Halo),
            );
            commands
                .spawn((text, shadow, moved, corner.clone(), ChildOf(node)))
                .id()
        });
        let text = (
            Text::default(),
            TextLayout::no_wrap(),
            Painted::text(Tone::Ink),
        );
        let ink = commands.spawn((text, ChildOf(node))).id();
        let [right, below, low, high] = halo;
        Self {
            node,
            commune: None,
            is_laid_out: false,
            texts: [right, below, low, high, ink],
            hairline,
        }
    }

    /// Writes a name on it.
    pub(super) fn engrave(&mut self, commands: &mut Commands, faces: &Faces, name: (&str, Rank)) {
        let (name, rank) = name;
        for text in self.texts {
            let font = faces.text(rank.size_px(), rank.weight());
            commands.entity(text).insert((Text::new(name), font));
        }
        let lift = px(rank.lift_px());
        commands
            .entity(self.hairline)
            .entry::<Node>()
            .and_modify(move |mut node| node.height = lift);
    }
}

/// About how large a name will be, before it was laid out.
pub(super) fn estimate(name: &str, rank: Rank) -> Vec2 {
    let letters = name.chars().count() as f32;
    Vec2::new(letters * 0.52, 1.3) * rank.size_px()
}
