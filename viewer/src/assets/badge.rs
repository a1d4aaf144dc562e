//! The mesh of the badges of a kind, how it is drawn, and which badge is under the mouse.

use std::ops::Range;

use bevy::asset::{Asset, RenderAssetUsages};
use bevy::material::AlphaMode;
use bevy::math::{Rect, Vec2, Vec3, Vec4};
use bevy::mesh::{Indices, Mesh, MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey};
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;
use twin_core::{FibreNodeType, HealthCategory};

use crate::look::{Scene, read_both_sides};
use crate::palette::Tone;
use crate::sites::Lens;

const STEM_PX: f32 = 19.0;
const HALF_PX: f32 = 9.0;
const DOT_PX: f32 = 2.4;
const LARGE_M: f32 = 0.5;
const SMALL_M: f32 = 20.0;
const LARGER: f32 = 1.35;
const DESIGNED_PX: f32 = 1080.0;
/// How much of the metres a pixel up to which a badge is seen it is seen all the way.
const SEEN_SHARE: f32 = 0.9;

/// What is drawn in a badge. The discriminant is its number in the shader.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(super) enum Icon {
    Camera,
    Pharmacy,
    Doctors,
    Clinic,
    Hospital,
    Exchange,
    Cabinet,
    /// No badge but a dot: there are thousands.
    Box,
}

impl Icon {
    pub(super) const fn of_health(category: HealthCategory) -> Self {
        match category {
            HealthCategory::Pharmacy => Self::Pharmacy,
            HealthCategory::Doctors => Self::Doctors,
            HealthCategory::Clinic => Self::Clinic,
            HealthCategory::Hospital => Self::Hospital,
        }
    }

    pub(super) const fn of_node(node: FibreNodeType) -> Self {
        match node {
            FibreNodeType::Nro => Self::Exchange,
            FibreNodeType::Pm => Self::Cabinet,
            FibreNodeType::Pbo => Self::Box,
        }
    }

    /// Metres a pixel up to which it is seen.
    const fn reach_m(self) -> f32 {
        match self {
            Self::Exchange => 90.0,
            Self::Hospital => 24.0,
            Self::Cabinet => 14.0,
            Self::Pharmacy | Self::Doctors => 3.2,
            Self::Clinic | Self::Camera => 6.0,
            Self::Box => 2.6,
        }
    }

    const fn tone(self) -> Tone {
        match self {
            Self::Camera => Tone::Camera,
            Self::Pharmacy | Self::Doctors | Self::Clinic | Self::Hospital => Tone::Health,
            Self::Exchange | Self::Cabinet | Self::Box => Tone::Fibre,
        }
    }
}

/// A badge: what is drawn in it, and the foot of its stem in the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Post {
    pub icon: Icon,
    pub foot: Vec3,
}

impl Post {
    /// What it covers of the picture and how far it is, in pixels of the screen; `None` where it is not seen.
    pub(super) fn seen(&self, lens: &Lens) -> Option<(Rect, f32)> {
        let foot = lens.foot(self.foot)?;
        let pixel_m = lens.metres_per_px(foot.depth);
        if pixel_m > self.icon.reach_m() * SEEN_SHARE {
            return None;
        }
        Some((self.rect(lens, (foot.at, pixel_m)), foot.depth))
    }

    /// What it covers if it is seen, with its foot at a point of the picture.
    pub(super) fn rect(&self, lens: &Lens, (foot, pixel_m): (Vec2, f32)) -> Rect {
        let far = ((pixel_m - LARGE_M) / (SMALL_M - LARGE_M)).clamp(0.0, 1.0);
        let far = far * far * (3.0 - 2.0 * far);
        let px = (LARGER + (1.0 - LARGER) * far) * lens.size.y / DESIGNED_PX;
        if self.icon == Icon::Box {
            return Rect::from_center_half_size(foot, Vec2::splat(DOT_PX * px));
        }
        let middle = foot - Vec2::new(0.0, STEM_PX * px);
        Rect::from_center_half_size(middle, Vec2::splat(HALF_PX * px))
    }
}

/// Which badges are marked, by number.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Marked {
    pub hovered: Option<usize>,
    pub chosen: Option<usize>,
    /// Those that are cut off.
    pub cut: Range<usize>,
}

impl Marked {
    fn uniform(&self) -> Vec4 {
        let number = |number: Option<usize>| number.map_or(-1.0, |it| it as f32);
        let [from, to] = if self.cut.is_empty() {
            [-1.0; 2]
        } else {
            [self.cut.start as f32, self.cut.end as f32]
        };
        Vec4::new(number(self.hovered), number(self.chosen), from, to)
    }
}

/// Badges of a kind. Vertices hold the foot of a badge, as their texture coordinates the corner of what is drawn (−1 or
/// 1 to the right, 0 or 1 up), and as their colour icon, tone, metres a pixel up to which it is seen, and number.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub(super) struct Badge {
    #[uniform(0)]
    pub scene: Scene,
    #[uniform(1)]
    marks: Vec4,
}

impl Badge {
    pub(super) fn new(scene: Scene) -> Self {
        Self {
            scene,
            marks: Marked::default().uniform(),
        }
    }

    pub(super) fn mark(&mut self, marked: &Marked) {
        self.marks = marked.uniform();
    }
}

impl Material for Badge {
    fn vertex_shader() -> ShaderRef {
        "embedded://viewer/assets/badge.wgsl".into()
    }

    fn fragment_shader() -> ShaderRef {
        "embedded://viewer/assets/badge.wgsl".into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    /// Above the signs of containers, which are at 10 million, and below marks of alarms.
    fn depth_bias(&self) -> f32 {
        1.2e7
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

/// Four corners for each badge; dots are drawn below badges.
pub(super) fn mesh(posts: &[Post]) -> Mesh {
    let mut feet: Vec<Vec3> = Vec::with_capacity(posts.len() * 4);
    let mut corners: Vec<Vec2> = Vec::with_capacity(posts.len() * 4);
    let mut kinds: Vec<[f32; 4]> = Vec::with_capacity(posts.len() * 4);
    for (number, post) in posts.iter().enumerate() {
        let icon = f32::from(post.icon as u8);
        let (tone, reach) = (post.icon.tone().number(), post.icon.reach_m());
        for corner in [[-1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [-1.0, 1.0]] {
            feet.push(post.foot);
            corners.push(corner.into());
            kinds.push([icon, tone, reach, number as f32]);
        }
    }
    let mut order: Vec<(u32, Icon)> = (0..).zip(posts.iter().map(|post| post.icon)).collect();
    order.sort_by_key(|(_, icon)| std::cmp::Reverse(*icon as u8));
    let indices = order
        .into_iter()
        .flat_map(|(number, _)| [0, 1, 2, 0, 2, 3].map(|corner| number * 4 + corner));
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_indices(Indices::U32(indices.collect()))
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, feet)
    .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, corners)
    .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, kinds)
}

/// The badge at a point of the picture, in pixels of the screen: of several the nearest one to the eye.
pub(super) fn find(posts: &[Post], lens: &Lens, (at, tolerance): (Vec2, f32)) -> Option<usize> {
    let hit = posts.iter().enumerate().filter_map(|(number, post)| {
        let (rect, depth) = post.seen(lens)?;
        let is_hit = rect.inflate(tolerance).contains(at);
        is_hit.then_some((number, post.icon == Icon::Box, depth))
    });
    let first = hit.min_by(|one, other| one.1.cmp(&other.1).then(one.2.total_cmp(&other.2)));
    first.map(|(number, ..)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::tests::{LAND, SIZE, eye};

    fn lens(distance_m: f32) -> Lens {
        let (_, camera, transform) = eye(distance_m);
        Lens::of(&camera, &transform).unwrap()
    }

    fn posts() -> [Post; 3] {
        let at = |icon, x: f32| Post {
            icon,
            foot: LAND + Vec3::new(x, 0.0, 0.0),
        };
        [
            at(Icon::Camera, 0.0),
            at(Icon::Box, 0.0),
            at(Icon::Exchange, 200.0),
        ]
    }

    #[rstest::rstest]
    #[case::stem("STEM_PX", STEM_PX)]
    #[case::half("HALF_PX", HALF_PX)]
    #[case::dot("DOT_PX", DOT_PX)]
    #[case::large("LARGE_M", LARGE_M)]
    #[case::small("SMALL_M", SMALL_M)]
    #[case::larger("LARGER", LARGER)]
    #[case::designed("DESIGNED_PX", DESIGNED_PX)]
    fn the_shader_draws_the_same(#[case] name: &str, #[case] value: f32) {
        let start = format!("const {name}: f32 = ");
        let shader = include_str!("badge.wgsl");
        let mut lines = shader.lines().filter_map(|line| line.strip_prefix(&*start));
        let told = lines.next().unwrap().trim_end_matches(';');
        assert_eq!(told.parse::<f32>(), Ok(value));
    }

    #[test]
    fn a_badge_is_over_its_foot_and_a_dot_on_it() {
        let (lens, posts) = (lens(500.0), posts());
        let found = |at: Vec2| find(&posts, &lens, (SIZE / 2.0 + at, 2.0));
        assert_eq!(found(Vec2::new(0.0, -24.0)), Some(0));
        assert_eq!(found(Vec2::ZERO), Some(1));
        assert_eq!(found(Vec2::new(60.0, 0.0)), None);
    }

    #[test]
    fn from_afar_only_exchanges_are_seen() {
        let lens = lens(30_000.0);
        let seen = posts().map(|post| post.seen(&lens).is_some());
        assert_eq!(seen, [false, false, true]);
    }

    #[test]
    fn nothing_is_marked_by_nothing() {
        assert_eq!(Marked::default().uniform(), Vec4::splat(-1.0));
        let marked = Marked {
            chosen: Some(3),
            cut: 3..9,
            ..Marked::default()
        };
        assert_eq!(marked.uniform(), Vec4::new(-1.0, 3.0, 3.0, 9.0));
        assert_eq!(mesh(&posts()).count_vertices(), 12);
    }
}
