//! Draws the trucks: one mesh, and a small picture of where each of them is.

use bevy::app::{App, Plugin, Update};
use bevy::asset::{Assets, Handle, embedded_asset};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Res, ResMut, SystemParam};
use bevy::image::Image;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MaterialPlugin, MeshMaterial3d};

use super::model::{self, Trucks};
use super::poll::Rounds;
use super::show::{ChosenTruck, HoveredTruck, TruckMarks};
use crate::look::{Lighting, Scene};
use crate::palette::Palette;
use crate::systems::ViewerSystems;

pub(super) struct DrawPlugin;

impl Plugin for DrawPlugin {
    fn build(&self, app: &mut App) {
        embedded_asset!(app, "truck.wgsl");
        app.add_plugins(MaterialPlugin::<Trucks>::default())
            .init_resource::<Drawn>()
            .add_systems(Update, (draw, recolour).chain().in_set(ViewerSystems::Draw));
    }
}

/// What is drawn, once there was a truck.
#[derive(Resource, Default)]
struct Drawn {
    picture: Handle<Image>,
    material: Option<Handle<Trucks>>,
}

/// Where what is drawn is kept.
#[derive(SystemParam)]
struct Store<'w> {
    meshes: ResMut<'w, Assets<Mesh>>,
    images: ResMut<'w, Assets<Image>>,
    trucks: ResMut<'w, Assets<Trucks>>,
}

/// Writes where trucks are into the picture, when one has moved or is marked otherwise.
fn draw(
    mut commands: Commands,
    mut drawn: ResMut<Drawn>,
    (marks, hovered, chosen, rounds): (
        Res<TruckMarks>,
        Res<HoveredTruck>,
        Res<ChosenTruck>,
        Res<Rounds>,
    ),
    (palette, lighting): (Res<Palette>, Res<Lighting>),
    mut store: Store,
) {
    let is_news = marks.is_changed() || hovered.is_changed() || chosen.is_changed();
    if !is_news || drawn.material.is_none() && marks.0.is_empty() {
        return;
    }
    let chosen = chosen.0.as_deref().and_then(|id| rounds.find(id));
    let texels = model::texels(&marks.0, hovered.0, chosen);
    if drawn.material.is_some() {
        if let Some(mut image) = store.images.get_mut(&drawn.picture) {
            image.data = Some(texels);
        }
        return;
    }
    drawn.picture = store.images.add(model::image(texels));
    let scene = Scene::new(&palette, &lighting);
    let material = store.trucks.add(Trucks::new(scene, drawn.picture.clone()));
    commands.spawn((
        Mesh3d(store.meshes.add(model::mesh())),
        MeshMaterial3d(material.clone()),
        NoFrustumCulling,
    ));
    drawn.material = Some(material);
}

fn recolour(
    drawn: Res<Drawn>,
    (palette, lighting): (Res<Palette>, Res<Lighting>),
    mut materials: ResMut<Assets<Trucks>>,
) {
    if !palette.is_changed() && !lighting.is_changed() {
        return;
    }
    let material = drawn.material.as_ref();
    if let Some(mut trucks) = material.and_then(|handle| materials.get_mut(handle)) {
        trucks.scene = Scene::new(&palette, &lighting);
    }
}
