//! How surfaces, lines and the table are shaded: plaster under one sun, without Bevy's physically
//! based lights, which cost too much where there is no graphics card.
//!
//! The shade of the relief comes from a picture that is computed once for a place of the sun
//! ([`crate::land`]), so that soft shadows and hollows cost one look-up a pixel.

mod ribbons;
mod solid;

use bevy::app::{App, Plugin, Update};
use bevy::asset::{Asset, Assets, Handle, embedded_asset};
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::image::Image;
use bevy::material::AlphaMode;
use bevy::math::{Rect, Vec2, Vec3, Vec4};
use bevy::mesh::{Mesh, MeshVertexAttribute, MeshVertexBufferLayoutRef};
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey, MaterialPlugin};
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::{ShaderRef, load_shader_library};

pub use self::ribbons::{Pattern, Ribbons, Stroke, strides};
pub use self::solid::Solid;
use crate::palette::{Palette, Tone, linear};
use crate::systems::ViewerSystems;

/// Shades what is drawn, and keeps it in the colours of the [`Palette`].
#[derive(Debug)]
pub struct LookPlugin;

impl Plugin for LookPlugin {
    fn build(&self, app: &mut App) {
        load_shader_library!(app, "look/lighting.wgsl");
        embedded_asset!(app, "look/plaster.wgsl");
        embedded_asset!(app, "look/ribbon.wgsl");
        app.add_plugins((
            MaterialPlugin::<Plaster>::default(),
            MaterialPlugin::<Ribbon>::default(),
        ));
        // After the plugins, which make the place for materials.
        app.init_resource::<Lighting>()
            .init_resource::<Looks>()
            .add_systems(Update, relight.in_set(ViewerSystems::Draw));
    }
}

/// Where light comes from, and where its shade is written down.
#[derive(Resource, Clone, Debug)]
pub struct Lighting {
    /// Towards the sun or the moon; of length one.
    pub sun: Vec3,
    /// How much light falls and how much of the sky is seen, over [`Lighting::extent`].
    pub shade: Option<Handle<Image>>,
    /// The part of the plane that [`Lighting::shade`] covers.
    pub extent: Rect,
    /// From where on, in metres from the eye, all fades into the table.
    pub fog_from_m: f32,
    /// Where nothing is left.
    pub fog_to_m: f32,
}

impl Default for Lighting {
    fn default() -> Self {
        Self {
            sun: Vec3::new(-0.55, 0.63, -0.55).normalize(),
            shade: None,
            extent: Rect::from_corners(Vec2::ZERO, Vec2::ONE),
            fog_from_m: 90_000.0,
            fog_to_m: 260_000.0,
        }
    }
}

/// What every shader of the viewer knows of light and colour.
#[derive(ShaderType, Clone, Debug)]
pub struct Scene {
    tones: [Vec4; Tone::COUNT],
    sun: Vec4,
    light: Vec4,
    shade: Vec4,
    /// West, north, and one over width and height of the shade's extent.
    extent: Vec4,
    /// From, to, share of hollows, night.
    fog: Vec4,
}

impl Scene {
    /// What shaders need of the theme and the light.
    pub fn new(palette: &Palette, lighting: &Lighting) -> Self {
        let size = lighting.extent.size().max(Vec2::ONE);
        let shade = linear(palette.shade);
        Self {
            tones: palette.uniform(),
            sun: lighting.sun.extend(0.0),
            light: linear(palette.light),
            shade: shade.truncate().extend(palette.shade_share),
            extent: Vec4::new(
                lighting.extent.min.x,
                lighting.extent.min.y,
                size.x.recip(),
                size.y.recip(),
            ),
            fog: Vec4::new(
                lighting.fog_from_m,
                lighting.fog_to_m,
                palette.hollow_share,
                f32::from(u8::from(palette.is_night)),
            ),
        }
    }
}

/// Land, table, cut and blocks. Vertices hold position, normal, and as their texture coordinates two
/// tones, packed, and where between them they are: see [`tone_pair`].
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct Plaster {
    #[uniform(0)]
    scene: Scene,
    #[texture(1)]
    #[sampler(2)]
    shade: Option<Handle<Image>>,
}

impl Material for Plaster {
    fn fragment_shader() -> ShaderRef {
        "embedded://viewer/look/plaster.wgsl".into()
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }
}

/// Lines that lie on the land. Vertices hold the middle of the line, as their normal the side to
/// which they stand off (a flat vector, longer than one in a bend), as their texture coordinates
/// half the width in metres and the least half width in pixels, and as the second ones the tone with
/// 64 times the [`Pattern`], and −1 or 1 for the side. Wider than zero pixels, softened at the edges.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct Ribbon {
    #[uniform(0)]
    scene: Scene,
    #[texture(1)]
    #[sampler(2)]
    shade: Option<Handle<Image>>,
    rank: f32,
}

impl Material for Ribbon {
    fn vertex_shader() -> ShaderRef {
        "embedded://viewer/look/ribbon.wgsl".into()
    }

    fn fragment_shader() -> ShaderRef {
        "embedded://viewer/look/ribbon.wgsl".into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    fn depth_bias(&self) -> f32 {
        self.rank
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
            Mesh::ATTRIBUTE_UV_1,
        ];
        read_both_sides(descriptor, layout, &read)
    }
}

/// Has a shader read these of a mesh's attributes, in this order from location 0 on, and draw what is seen
/// from behind, too.
pub(crate) fn read_both_sides(
    descriptor: &mut RenderPipelineDescriptor,
    layout: &MeshVertexBufferLayoutRef,
    read: &[MeshVertexAttribute],
) -> Result<(), SpecializedMeshPipelineError> {
    let read: Vec<_> = (0..)
        .zip(read)
        .map(|(location, attribute)| attribute.at_shader_location(location))
        .collect();
    descriptor.vertex.buffers = vec![layout.0.get_layout(&read)?];
    descriptor.primitive.cull_mode = None;
    Ok(())
}

/// The materials, one of each for everything that is drawn with it.
#[derive(Resource, Clone, Debug)]
pub struct Looks {
    /// Solid things.
    pub plaster: Handle<Plaster>,
    /// Lines on the land, by what lies on what: [`Looks::WATER`] at the bottom.
    pub ribbons: [Handle<Ribbon>; 7],
}

impl Looks {
    /// The place of water in [`Looks::ribbons`].
    pub const WATER: usize = 0;
    /// The place of edges of communes.
    pub const EDGES: usize = 1;
    /// The place of roads.
    pub const ROADS: usize = 2;
    /// The place of what cameras see.
    pub const VIEWS: usize = 3;
    /// The place of cables.
    pub const CABLES: usize = 4;
    /// The place of cables that are cut off.
    pub const CUT: usize = 5;
    /// The place of ways that are driven over roads.
    pub const WAYS: usize = 6;
}

impl bevy::ecs::world::FromWorld for Looks {
    fn from_world(world: &mut bevy::ecs::world::World) -> Self {
        let scene = Scene::new(&Palette::day(), &Lighting::default());
        let plaster = Plaster {
            scene: scene.clone(),
            shade: None,
        };
        let plaster = world.get_resource_or_init::<Assets<Plaster>>().add(plaster);
        let mut ribbons = world.get_resource_or_init::<Assets<Ribbon>>();
        let ribbons = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(|layer| {
            ribbons.add(Ribbon {
                scene: scene.clone(),
                shade: None,
                rank: RANK_M * layer,
            })
        });
        Self { plaster, ribbons }
    }
}

/// What one layer of lines is drawn before the next, as if it were so much nearer; more than the
/// territory is wide.
const RANK_M: f32 = 1e6;

/// Two tones as one number of a vertex of [`Plaster`].
pub fn tone_pair(from: Tone, to: Tone) -> f32 {
    from.number() + 64.0 * to.number()
}

/// Hands theme and light on to the shaders when either has changed.
fn relight(
    looks: Res<Looks>,
    palette: Res<Palette>,
    lighting: Res<Lighting>,
    mut plasters: ResMut<Assets<Plaster>>,
    mut ribbons: ResMut<Assets<Ribbon>>,
) {
    if !palette.is_changed() && !lighting.is_changed() {
        return;
    }
    let scene = Scene::new(&palette, &lighting);
    if let Some(mut plaster) = plasters.get_mut(&looks.plaster) {
        plaster.scene = scene.clone();
        plaster.shade.clone_from(&lighting.shade);
    }
    for handle in &looks.ribbons {
        if let Some(mut ribbon) = ribbons.get_mut(handle) {
            ribbon.scene = scene.clone();
            ribbon.shade.clone_from(&lighting.shade);
        }
    }
}
