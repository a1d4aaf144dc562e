//! The cables of the fibre network as thin lines on the land, and those that an outage cuts off.

use std::ops::Range;

use bevy::math::Vec2;
use bevy::mesh::Mesh;
use twin_core::FibreNodeType;

use super::tree::Tree;
use crate::land::Heights;
use crate::look::{Pattern, Ribbons, Stroke, strides};
use crate::palette::Tone;
use crate::space::Space;

/// How a cable is drawn, by the node to which it leads.
const fn stroke(to: FibreNodeType) -> Stroke {
    let (half_m, half_px) = match to {
        FibreNodeType::Nro | FibreNodeType::Pm => (1.6, 0.95),
        FibreNodeType::Pbo => (0.5, 0.4),
    };
    Stroke {
        half_m,
        half_px,
        tone: Tone::Fibre,
    }
}

/// All cables, in one mesh relative to the plane's origin.
pub(super) fn mesh(tree: &Tree, space: &Space, heights: &Heights) -> Option<Mesh> {
    let mut ribbons = Ribbons::new(Vec2::ZERO);
    // Thin ones first, so that thick ones lie on them.
    for is_thick in [false, true] {
        let laid = |stroke: Stroke| ((stroke.half_px > 0.5) == is_thick).then_some(stroke);
        lay(
            &mut ribbons,
            (tree, 0..tree.nodes.len()),
            (space, heights),
            laid,
        );
    }
    ribbons.into_mesh()
}

/// The cables that an outage of a node cuts off: stripes on a pale ground.
pub(super) fn cut(
    (tree, number): (&Tree, usize),
    space: &Space,
    heights: &Heights,
) -> Option<Mesh> {
    let below = tree.below(number);
    let below = (below.start + 1).min(below.end)..below.end;
    let mut ribbons = Ribbons::new(Vec2::ZERO);
    let ground = |stroke: Stroke| {
        Some(Stroke {
            half_m: stroke.half_m + 0.8,
            half_px: stroke.half_px + 1.9,
            tone: Tone::Halo,
        })
    };
    lay(
        &mut ribbons,
        (tree, below.clone()),
        (space, heights),
        ground,
    );
    ribbons.fill_with(Pattern::Struck);
    let stripes = |stroke: Stroke| {
        Some(Stroke {
            half_m: stroke.half_m,
            half_px: stroke.half_px + 0.9,
            tone: Tone::Ink,
        })
    };
    lay(&mut ribbons, (tree, below), (space, heights), stripes);
    ribbons.into_mesh()
}

/// Lays the cables on which some nodes hang, with the stroke that is made of that of each; none where there is none.
fn lay(
    ribbons: &mut Ribbons,
    (tree, nodes): (&Tree, Range<usize>),
    (space, heights): (&Space, &Heights),
    made: impl Fn(Stroke) -> Option<Stroke>,
) {
    let stride = (heights.step_m() / 2.0).max(1.0);
    let of_range = tree.nodes.iter().zip(&tree.ways).skip(nodes.start);
    for (node, way) in of_range.take(nodes.len()) {
        if let Some(stroke) = made(stroke(node.facts.node_type)) {
            let path: Vec<Vec2> = way.iter().map(|place| space.ground(*place)).collect();
            ribbons.lay(heights, &strides(&path, stride), stroke);
        }
    }
}

#[cfg(test)]
mod tests {
    use twin_core::LonLat;

    use super::super::tree::tests::tree;
    use super::*;

    fn tones(mesh: Option<Mesh>) -> Vec<f32> {
        let Some(mesh) = mesh else {
            return Vec::new();
        };
        let kinds = mesh.attribute(Mesh::ATTRIBUTE_UV_1).unwrap();
        let bevy::mesh::VertexAttributeValues::Float32x2(kinds) = kinds else {
            unreachable!("kinds are two floats");
        };
        let mut tones: Vec<f32> = kinds.iter().map(|it| it[0]).collect();
        tones.dedup();
        tones
    }

    #[test]
    fn what_is_cut_off_is_struck_and_not_only_another_colour() {
        let space = Space::around(LonLat::new(6.8, 47.5).unwrap());
        let heights = Heights::level(Vec2::splat(-500.0), 100.0, [21, 11]);
        let tree = tree();
        assert_eq!(tones(mesh(&tree, &space, &heights)), [Tone::Fibre.number()]);
        let number = tree.find("b").unwrap();
        let cut = |number| tones(super::cut((&tree, number), &space, &heights));
        let struck = Tone::Ink.number() + 64.0 * f32::from(Pattern::Struck as u8);
        assert_eq!(cut(number), [Tone::Halo.number(), struck]);
        assert!(cut(tree.find("d").unwrap()).is_empty());
    }
}
