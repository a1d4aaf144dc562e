//! The shape of a truck, many of them as one mesh that never changes: where they are is two texels each.

use bevy::asset::{Asset, Handle, RenderAssetUsages};
use bevy::image::{Image, ImageSampler};
use bevy::material::AlphaMode;
use bevy::math::{Vec2, Vec3, Vec4};
use bevy::mesh::{Indices, Mesh, MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey};
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, Extent3d, RenderPipelineDescriptor, SpecializedMeshPipelineError,
    TextureDimension, TextureFormat,
};
use bevy::shader::ShaderRef;

use super::show::{LEAST_PX, TRUE_M, TruckMark};
use crate::look::{Scene, read_both_sides};

/// Most trucks that are drawn.
pub(super) const MOST: usize = 128;
/// How a truck is marked that is under the mouse, and one that is chosen.
const HOVERED: f32 = 0.5;
const CHOSEN: f32 = 1.0;

/// Trucks. Vertices hold a point of one truck whose length is 1 (to the right, up, and against where it looks
/// to), as their normal where its side looks to, as their texture coordinates the point of the side, 0–1 each, and as
/// their colour the truck's number and the part: see [`Part`].
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub(super) struct Trucks {
    #[uniform(0)]
    pub scene: Scene,
    /// How long a truck is at least: in metres, and in pixels of a picture as designed.
    #[uniform(1)]
    size: Vec4,
    #[texture(2, sample_type = "float", filterable = false)]
    places: Handle<Image>,
}

impl Trucks {
    pub(super) fn new(scene: Scene, places: Handle<Image>) -> Self {
        Self {
            scene,
            size: Vec4::new(TRUE_M, LEAST_PX, 0.0, 0.0),
            places,
        }
    }
}

impl Material for Trucks {
    fn vertex_shader() -> ShaderRef {
        "embedded://viewer/trucks/truck.wgsl".into()
    }

    fn fragment_shader() -> ShaderRef {
        "embedded://viewer/trucks/truck.wgsl".into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    /// Over the signs of containers, below the marks of alarms.
    fn depth_bias(&self) -> f32 {
        1.5e7
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let read = [
            Mesh::ATTRIBUTE_POSITION,
            Mesh::ATTRIBUTE_NORMAL,
            Mesh::ATTRIBUTE_UV_0,
            Mesh::ATTRIBUTE_COLOR,
        ];
        read_both_sides(descriptor, layout, &read)?;
        // Parts of a truck hide each other.
        if let Some(depth) = &mut descriptor.depth_stencil {
            depth.depth_write_enabled = Some(true);
        }
        Ok(())
    }
}

/// A part of a truck, by its number in the mesh.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
enum Part {
    /// What parts it from the ground, and shows whether it is chosen.
    Pad,
    /// Wheels and frame.
    Frame,
    Cab,
    /// A side of the cab with a window.
    Window,
    /// A side of the body, in which the load stands.
    Side,
    /// The roof of the body.
    Roof,
}

/// A box between two corners.
struct Block {
    low: Vec3,
    high: Vec3,
    /// Of the front, the sides, and the top.
    parts: [Part; 3],
}

/// What a truck is made of. It looks along −z.
const BLOCKS: [Block; 5] = [
    Block {
        low: Vec3::new(-0.13, 0.03, -0.46),
        high: Vec3::new(0.13, 0.11, 0.48),
        parts: [Part::Frame; 3],
    },
    Block {
        low: Vec3::new(-0.15, 0.0, -0.38),
        high: Vec3::new(0.15, 0.12, -0.26),
        parts: [Part::Frame; 3],
    },
    Block {
        low: Vec3::new(-0.15, 0.0, 0.2),
        high: Vec3::new(0.15, 0.12, 0.32),
        parts: [Part::Frame; 3],
    },
    Block {
        low: Vec3::new(-0.14, 0.08, -0.5),
        high: Vec3::new(0.14, 0.34, -0.25),
        parts: [Part::Window, Part::Window, Part::Cab],
    },
    Block {
        low: Vec3::new(-0.155, 0.11, -0.21),
        high: Vec3::new(0.155, 0.43, 0.5),
        parts: [Part::Side, Part::Side, Part::Roof],
    },
];
/// Half the size of what a truck stands on.
const PAD: Vec2 = Vec2::new(0.36, 0.68);

/// The vertices of a truck.
#[derive(Default)]
struct Shape {
    points: Vec<Vec3>,
    normals: Vec<Vec3>,
    sides: Vec<Vec2>,
    parts: Vec<Part>,
}

impl Shape {
    fn truck() -> Self {
        let mut shape = Self::default();
        let corner = |x: f32, z: f32| Vec3::new(x * PAD.x, 0.01, z * PAD.y);
        shape.quad(
            [
                corner(-1.0, 1.0),
                corner(1.0, 1.0),
                corner(1.0, -1.0),
                corner(-1.0, -1.0),
            ],
            Part::Pad,
        );
        for block in &BLOCKS {
            shape.block(block);
        }
        shape
    }

    /// The sides that can be seen from above, each from its lower left corner on as seen from outside.
    fn block(&mut self, block: &Block) {
        let Block { low, high, parts } = block;
        let [front, side, top] = *parts;
        let at = |x: f32, y: f32, z: f32| Vec3::new(x, y, z);
        let (l, h) = (low, high);
        self.quad(
            [
                at(h.x, l.y, l.z),
                at(l.x, l.y, l.z),
                at(l.x, h.y, l.z),
                at(h.x, h.y, l.z),
            ],
            front,
        );
        self.quad(
            [
                at(l.x, l.y, h.z),
                at(h.x, l.y, h.z),
                at(h.x, h.y, h.z),
                at(l.x, h.y, h.z),
            ],
            side,
        );
        self.quad(
            [
                at(l.x, l.y, l.z),
                at(l.x, l.y, h.z),
                at(l.x, h.y, h.z),
                at(l.x, h.y, l.z),
            ],
            side,
        );
        self.quad(
            [
                at(h.x, l.y, h.z),
                at(h.x, l.y, l.z),
                at(h.x, h.y, l.z),
                at(h.x, h.y, h.z),
            ],
            side,
        );
        self.quad(
            [
                at(l.x, h.y, h.z),
                at(h.x, h.y, h.z),
                at(h.x, h.y, l.z),
                at(l.x, h.y, l.z),
            ],
            top,
        );
    }

    fn quad(&mut self, corners: [Vec3; 4], part: Part) {
        let [first, second, third, _] = corners;
        let normal = (second - first).cross(third - first).normalize_or(Vec3::Y);
        let sides = [Vec2::ZERO, Vec2::X, Vec2::ONE, Vec2::Y];
        for (corner, side) in corners.into_iter().zip(sides) {
            self.points.push(corner);
            self.normals.push(normal);
            self.sides.push(side);
            self.parts.push(part);
        }
    }
}

/// All trucks that may be drawn.
#[expect(clippy::cast_possible_truncation, reason = "thousands of vertices")]
pub(super) fn mesh() -> Mesh {
    let shape = Shape::truck();
    let numbers = 0..MOST;
    let colours = numbers.clone().flat_map(|number| {
        let parts = shape.parts.iter();
        parts.map(move |part| [number as f32, f32::from(*part as u8), 0.0, 0.0])
    });
    let colours: Vec<[f32; 4]> = colours.collect();
    let quads = (0..(colours.len() / 4) as u32)
        .flat_map(|quad| [0, 1, 2, 0, 2, 3].map(|corner| quad * 4 + corner));
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, shape.points.repeat(MOST))
    .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, shape.normals.repeat(MOST))
    .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, shape.sides.repeat(MOST))
    .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
    .with_inserted_indices(Indices::U32(quads.collect()))
}

/// Where trucks are: for each one texel with its place and whether it is there, and one with where it looks to,
/// how much of its load it has and how it is marked.
pub(super) fn texels(
    marks: &[TruckMark],
    hovered: Option<usize>,
    chosen: Option<usize>,
) -> Vec<u8> {
    let mut texels = Vec::with_capacity(MOST * 32);
    for mark in marks.iter().take(MOST) {
        let TruckMark { truck, at, seen } = mark;
        let marked = if chosen == Some(*truck) {
            CHOSEN
        } else if hovered == Some(*truck) {
            HOVERED
        } else {
            0.0
        };
        let place = [at.x, at.y, at.z, 1.0];
        let state = [seen.ahead.x, seen.ahead.y, seen.load.share, marked];
        let values = place.into_iter().chain(state);
        texels.extend(values.flat_map(f32::to_le_bytes));
    }
    texels.resize(MOST * 32, 0);
    texels
}

/// The picture of these texels.
#[expect(clippy::cast_possible_truncation, reason = "a hundred trucks")]
pub(super) fn image(texels: Vec<u8>) -> Image {
    let size = Extent3d {
        width: 2,
        height: MOST as u32,
        depth_or_array_layers: 1,
    };
    let mut image = Image::new(
        size,
        TextureDimension::D2,
        texels,
        TextureFormat::Rgba32Float,
        RenderAssetUsages::all(),
    );
    image.sampler = ImageSampler::nearest();
    image
}

#[cfg(test)]
mod tests {
    use bevy::mesh::VertexAttributeValues;

    use super::super::round::tests::truck;
    use super::*;

    #[test]
    fn sides_look_outwards() {
        let shape = Shape::truck();
        for (n, block) in BLOCKS.iter().enumerate() {
            let middle = (block.low + block.high) / 2.0;
            for side in 0..5 {
                let first = 4 + (n * 5 + side) * 4;
                let away = (shape.points[first] + shape.points[first + 2]) / 2.0 - middle;
                assert!(
                    away.dot(shape.normals[first]) > 0.0,
                    "block {n}, side {side}"
                );
            }
        }
        assert_eq!(shape.normals[0], Vec3::Y, "one stands on the pad");
    }

    #[test]
    fn the_load_stands_in_an_upright_body() {
        let shape = Shape::truck();
        let sides = shape.parts.iter().zip(&shape.points).zip(&shape.sides);
        for ((part, point), side) in sides {
            if *part == Part::Side {
                assert_eq!(side.y > 0.5, point.y > 0.3, "{point}");
            }
        }
    }

    #[test]
    fn a_mesh_has_room_for_every_truck() {
        let mesh = mesh();
        let Some(VertexAttributeValues::Float32x4(colours)) = mesh.attribute(Mesh::ATTRIBUTE_COLOR)
        else {
            panic!("colours are four floats");
        };
        assert_eq!(colours.last().map(|it| it[0]), Some(MOST as f32 - 1.0));
        assert_eq!(mesh.count_vertices(), colours.len());
    }

    #[test]
    fn texels_tell_where_a_truck_is_and_of_no_other() {
        let truck = truck();
        let seen = truck
            .whereabouts("2026-11-30T04:02:30Z".parse().unwrap())
            .unwrap();
        let mark = TruckMark {
            truck: 3,
            at: Vec3::new(1.0, 2.0, 3.0),
            seen,
        };
        let texels = texels(&[mark], None, Some(3));
        let value = |n: usize| f32::from_le_bytes(texels[n * 4..n * 4 + 4].try_into().unwrap());
        assert_eq!(
            [value(0), value(1), value(2), value(3)],
            [1.0, 2.0, 3.0, 1.0]
        );
        assert_eq!([value(6), value(7)], [0.25, CHOSEN]);
        assert_eq!(value(11), 0.0, "there is no second one");
        assert_eq!(texels.len(), MOST * 32);
    }
}
