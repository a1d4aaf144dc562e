//! Draws the marks: what lies on the ground and the beams below the signs of containers, the marks
//! themselves above them.

use bevy::app::{App, Plugin, Update};
use bevy::asset::{Assets, Handle, embedded_asset};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::change_detection::DetectChanges;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MaterialPlugin, MeshMaterial3d};

use super::mark::{self, Layer, Mark};
use super::marks::AlarmMarks;
use crate::look::{Lighting, Scene};
use crate::palette::Palette;
use crate::split::Split;
use crate::systems::ViewerSystems;

pub(super) struct ShowPlugin {
    pub is_still: bool,
}

impl Plugin for ShowPlugin {
    fn build(&self, app: &mut App) {
        embedded_asset!(app, "mark.wgsl");
        app.add_plugins(MaterialPlugin::<Mark>::default())
            .insert_resource(Drawn {
                is_still: self.is_still,
                layers: None,
            })
            .add_systems(Update, (draw, recolour).chain().in_set(ViewerSystems::Draw));
    }
}

/// Marks what draws a layer of all marks.
#[derive(Component, Debug)]
struct MarkLayer;

/// The materials, from the bottom to the top, once anything was drawn.
#[derive(Resource)]
struct Drawn {
    is_still: bool,
    layers: Option<[Handle<Mark>; 2]>,
}

/// Draws the marks anew when they have changed.
fn draw(
    mut commands: Commands,
    (marks, split): (Res<AlarmMarks>, Option<Res<Split>>),
    (mut drawn, palette, lighting): (ResMut<Drawn>, Res<Palette>, Res<Lighting>),
    (mut meshes, mut materials): (ResMut<Assets<Mesh>>, ResMut<Assets<Mark>>),
    old: Query<Entity, With<MarkLayer>>,
) {
    let is_parted = split.as_ref().is_some_and(DetectChanges::is_changed);
    if !marks.is_changed() && !is_parted {
        return;
    }
    for entity in &old {
        commands.entity(entity).despawn();
    }
    // What asks for a person now is nothing that a simulation says.
    if marks.0.is_empty() || split.is_some_and(|split| split.is_on()) {
        return;
    }
    let is_still = drawn.is_still;
    let layers = drawn.layers.get_or_insert_with(|| {
        let scene = Scene::new(&palette, &lighting);
        [Layer::Ground, Layer::Mark]
            .map(|layer| materials.add(Mark::new(scene.clone(), layer, is_still)))
    });
    let mesh = meshes.add(mark::mesh(&marks.0));
    for material in layers.iter() {
        commands.spawn((
            MarkLayer,
            Mesh3d(mesh.clone()),
            MeshMaterial3d(material.clone()),
            NoFrustumCulling,
        ));
    }
}

fn recolour(
    drawn: Res<Drawn>,
    (palette, lighting): (Res<Palette>, Res<Lighting>),
    mut materials: ResMut<Assets<Mark>>,
) {
    if !palette.is_changed() && !lighting.is_changed() {
        return;
    }
    for handle in drawn.layers.iter().flatten() {
        if let Some(mut mark) = materials.get_mut(handle) {
            mark.scene = Scene::new(&palette, &lighting);
        }
    }
}
