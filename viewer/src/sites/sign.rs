//! The mesh of all signs, and how it is drawn.

use std::f32::consts::TAU;
use std::sync::Arc;

use bevy::asset::{Asset, Handle, RenderAssetUsages};
use bevy::image::Image;
use bevy::material::AlphaMode;
use bevy::math::{Vec2, Vec3};
use bevy::mesh::{Indices, Mesh, MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey};
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;
use twin_core::{ContainerType, Stream};

use super::levels::of_site;
use crate::land::Heights;
use crate::look::{Scene, read_both_sides};
use crate::palette::Tone;
use crate::server::Fleet;
use crate::space::{Space, raised};

/// In how many directions signs are put in order.
const SECTORS: f32 = 24.0;
/// Most containers of a site that stand beside each other in one row.
const IN_A_ROW: usize = 4;

/// Signs of containers. Vertices hold where the site is, as their texture coordinates the corner of
/// the sign (−1 or 1 to the right, 0 or 1 up), and as their colour the container's place among those of its site, to the
/// right and towards the eye, its number, and how it is built with eight times the tone of what is thrown in.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub(crate) struct Sign {
    #[uniform(0)]
    pub scene: Scene,
    #[texture(1)]
    levels: Handle<Image>,
    #[texture(2)]
    bands: Handle<Image>,
}

impl Sign {
    /// The levels, and how far forecasts may be off.
    pub(crate) fn new(scene: Scene, [levels, bands]: [Handle<Image>; 2]) -> Self {
        Self {
            scene,
            levels,
            bands,
        }
    }
}

impl Material for Sign {
    fn vertex_shader() -> ShaderRef {
        "embedded://viewer/sites/sign.wgsl".into()
    }

    fn fragment_shader() -> ShaderRef {
        "embedded://viewer/sites/sign.wgsl".into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    fn depth_bias(&self) -> f32 {
        1e7
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

/// Four corners for each container, in the order of the fleet.
pub(crate) fn mesh(fleet: &Fleet, space: &Space, heights: &Heights) -> Mesh {
    let mut anchors: Vec<Vec3> = Vec::new();
    let mut corners: Vec<Vec2> = Vec::new();
    let mut slots: Vec<[f32; 4]> = Vec::new();
    for (number, container) in fleet.containers.iter().enumerate() {
        let Some(site) = fleet.site_of(container) else {
            continue;
        };
        let at = space.ground(site.place);
        let beside = of_site(fleet, container.site).count();
        let first = fleet
            .containers
            .partition_point(|it| it.site < container.site);
        let place = place(number - first, beside);
        let build = build(fleet.build_of(number)) + 8.0 * tone_of(container.stream).number();
        for corner in [[-1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [-1.0, 1.0]] {
            anchors.push(raised(at, heights.at(at)));
            corners.push(corner.into());
            slots.push([place.x, place.y, number as f32, build]);
        }
    }
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::all())
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, anchors)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, corners)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, slots)
        .with_inserted_indices(indices(&places(fleet, space), 0))
}

/// How a container is built, as the shader takes it; what nobody says looks like most do.
const fn build(build: ContainerType) -> f32 {
    match build {
        ContainerType::Column | ContainerType::Unknown => 0.0,
        ContainerType::Underground => 1.0,
        ContainerType::FourWheeled => 2.0,
        ContainerType::ParkBin => 3.0,
    }
}

/// The tone of the chip of what is thrown in.
pub(crate) const fn tone_of(stream: Stream) -> Tone {
    match stream {
        Stream::Glass => Tone::Glass,
        Stream::Paper | Stream::Cardboard => Tone::Paper,
        Stream::Packaging => Tone::Packaging,
        _ => Tone::InkQuiet,
    }
}

/// Where a container stands among those of its site: columns to the right of the middle, rows towards the
/// eye.
pub(crate) fn place(slot: usize, beside: usize) -> Vec2 {
    let columns = beside.clamp(1, IN_A_ROW);
    let rows = beside.div_ceil(columns).max(1);
    let row = slot / columns;
    let in_row = if row + 1 == rows {
        beside - columns * (rows - 1)
    } else {
        columns
    };
    let right = (slot % columns) as f32 - (in_row as f32 - 1.0) / 2.0;
    Vec2::new(right, row as f32 - (rows as f32 - 1.0) / 2.0)
}

/// The direction in which the eye looks, roughly.
#[expect(clippy::cast_possible_truncation, reason = "a number of a sector")]
pub(crate) fn sector(bearing: f32) -> i32 {
    (bearing.rem_euclid(TAU) / TAU * SECTORS).round() as i32 % SECTORS as i32
}

/// The order in which signs are drawn: what stands behind, as the eye looks in a direction, comes first.
pub(crate) fn indices(places: &[Vec2], sector: i32) -> Indices {
    let bearing = sector as f32 / SECTORS * TAU;
    let ahead = Vec2::new(bearing.sin(), -bearing.cos());
    let away = places.iter().map(|at| -at.dot(ahead));
    let mut order: Vec<(f32, u32)> = away.zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let corners = order.into_iter().flat_map(|(_, number)| {
        let first = number * 4;
        [0, 1, 2, 0, 2, 3].map(|corner| first + corner)
    });
    Indices::U32(corners.collect())
}

/// Where each container stands in the plane, in the order of the fleet.
pub(crate) fn places(fleet: &Fleet, space: &Space) -> Arc<[Vec2]> {
    let site = |container| {
        fleet
            .site_of(container)
            .map(|site| space.ground(site.place))
    };
    fleet.containers.iter().filter_map(site).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::alone(0, 1, Vec2::ZERO)]
    #[case::the_first_of_two(0, 2, Vec2::new(-0.5, 0.0))]
    #[case::the_last_of_five(4, 5, Vec2::new(0.0, 0.5))]
    fn containers_of_a_site_stand_in_rows(
        #[case] slot: usize,
        #[case] beside: usize,
        #[case] at: Vec2,
    ) {
        assert_eq!(place(slot, beside), at);
    }

    #[test]
    fn what_stands_behind_is_drawn_first() {
        let places = [Vec2::ZERO, Vec2::new(0.0, -500.0), Vec2::new(0.0, 500.0)];
        let first = |sector| indices(&places, sector).iter().next().unwrap() / 4;
        assert_eq!(first(0), 1, "the eye looks to the north");
        assert_eq!(first(12), 2, "the eye looks to the south");
    }

    #[test]
    fn a_full_turn_is_the_first_sector_again() {
        assert_eq!(sector(TAU - 0.01), sector(0.0));
        assert_eq!(sector(-0.01), 0);
    }
}
