//! The mesh of all marks, and how it is drawn.

use bevy::asset::{Asset, RenderAssetUsages};
use bevy::material::AlphaMode;
use bevy::math::{Vec2, Vec3, Vec4};
use bevy::mesh::{Indices, Mesh, MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey};
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;

use super::marks::{AlarmMark, FAR_M, LIFT};
use crate::look::{Scene, read_both_sides};

/// Which part of a mark is drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Layer {
    /// Rings, beam and stem: below the signs of containers.
    Ground,
    /// The mark with its number: above all that is drawn.
    Mark,
}

impl Layer {
    /// Signs of containers are at 10 million.
    const fn bias(self) -> f32 {
        match self {
            Self::Ground => 0.9e7,
            Self::Mark => 2e7,
        }
    }
}

/// Marks of alarms. Vertices hold the foot of a mark, as their texture coordinates the corner of what is
/// drawn (−1 or 1 to the right, 0 or 1 up), and as their colour priority, whether it is acknowledged,
/// and how many alarms there are.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub(super) struct Mark {
    #[uniform(0)]
    pub scene: Scene,
    /// Whether it is the upper layer, whether it is still, from which metres a pixel on it is small, and
    /// how high over the foot a mark begins.
    #[uniform(1)]
    drawn: Vec4,
    bias: f32,
}

impl Mark {
    pub(super) fn new(scene: Scene, layer: Layer, is_still: bool) -> Self {
        let flag = |is: bool| f32::from(u8::from(is));
        Self {
            scene,
            drawn: Vec4::new(flag(layer == Layer::Mark), flag(is_still), FAR_M, LIFT),
            bias: layer.bias(),
        }
    }
}

impl Material for Mark {
    fn vertex_shader() -> ShaderRef {
        "embedded://viewer/alarms/mark.wgsl".into()
    }

    fn fragment_shader() -> ShaderRef {
        "embedded://viewer/alarms/mark.wgsl".into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    fn depth_bias(&self) -> f32 {
        self.bias
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
            Mesh::ATTRIBUTE_UV_0,
            Mesh::ATTRIBUTE_COLOR,
        ];
        read_both_sides(descriptor, layout, &read)
    }
}

/// Four corners for each mark; the most pressing are drawn last.
#[expect(
    clippy::cast_possible_truncation,
    reason = "there are at most a few hundred marks"
)]
pub(super) fn mesh(marks: &[AlarmMark]) -> Mesh {
    let mut feet: Vec<Vec3> = Vec::new();
    let mut corners: Vec<Vec2> = Vec::new();
    let mut kinds: Vec<[f32; 4]> = Vec::new();
    for mark in marks.iter().rev() {
        let priority = f32::from(mark.priority.number());
        let is_acknowledged = f32::from(u8::from(mark.is_acknowledged));
        for corner in [[-1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [-1.0, 1.0]] {
            feet.push(mark.at);
            corners.push(corner.into());
            kinds.push([priority, is_acknowledged, mark.count as f32, 0.0]);
        }
    }
    let indices = (0..marks.len() as u32)
        .flat_map(|number| [0, 1, 2, 0, 2, 3].map(|corner| number * 4 + corner));
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::all())
        .with_inserted_indices(Indices::U32(indices.collect()))
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, feet)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, corners)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, kinds)
}

#[cfg(test)]
mod tests {
    use bevy::mesh::VertexAttributeValues;
    use twin_core::{AlarmId, AlarmPriority};

    use super::*;

    #[test]
    fn the_most_pressing_is_drawn_over_the_others() {
        let mark = |priority| AlarmMark {
            alarm: AlarmId(1),
            at: Vec3::ZERO,
            priority,
            is_acknowledged: true,
            count: 2,
        };
        let mesh = mesh(&[mark(AlarmPriority::First), mark(AlarmPriority::Third)]);
        let kinds = mesh.attribute(Mesh::ATTRIBUTE_COLOR);
        let Some(VertexAttributeValues::Float32x4(kinds)) = kinds else {
            unreachable!("colours are four floats");
        };
        assert_eq!(kinds.len(), 8);
        assert_eq!(kinds[7], [1.0, 1.0, 2.0, 0.0]);
        assert_eq!(mesh.indices().map(Indices::len), Some(12));
    }
}
