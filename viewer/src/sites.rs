//! The containers on the land: a disc where there is room, a column from 60 % on and where a sensor
//! fell silent. What matters stands up. Near by each is a small bin in which its level rises.
//!
//! All containers are drawn as one mesh of quadrangles that never changes; what changes, their levels, is a
//! texel each of one small picture.

mod bands;
mod labels;
mod levels;
mod shape;
mod sign;

use std::sync::Arc;

use bevy::app::{App, Plugin, Update};
use bevy::asset::{Assets, Handle, embedded_asset};
use bevy::camera::visibility::{NoFrustumCulling, Visibility};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Query, Res, ResMut, SystemParam};
use bevy::image::Image;
use bevy::math::Vec2;
use bevy::mesh::{Indices, Mesh, Mesh3d};
use bevy::pbr::{MaterialPlugin, MeshMaterial3d};
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task, TaskPool};

pub(crate) use self::levels::{Levels, Marks, leader, of_site};
pub(crate) use self::shape::{Built, Foot, Lens, extent, from_shape};
pub(crate) use self::sign::{Sign, indices, mesh, place, places, sector, tone_of};
use crate::camera::Stand;
use crate::land::Heights;
use crate::layers::Layers;
use crate::look::{Lighting, Scene};
use crate::palette::Palette;
use crate::pick::{Chosen, Hovered};
use crate::server::{Fleet, FleetChanged};
use crate::space::Space;
use crate::systems::ViewerSystems;

/// Shows the containers of the [`Fleet`].
#[derive(Debug)]
pub struct SitesPlugin;

impl Plugin for SitesPlugin {
    fn build(&self, app: &mut App) {
        embedded_asset!(app, "sites/sign.wgsl");
        app.add_plugins(MaterialPlugin::<Sign>::default())
            .init_resource::<Layers>()
            .init_resource::<Shown>()
            .add_systems(
                Update,
                (
                    place_signs,
                    hide_signs,
                    follow_levels,
                    mark_signs,
                    order_signs,
                    recolour,
                    labels::say,
                )
                    .chain()
                    .run_if(resource_exists::<Heights>)
                    .in_set(ViewerSystems::Draw),
            );
    }
}

/// Marks the entity that draws all containers.
#[derive(Component, Debug)]
struct Signs;

/// What is drawn now.
#[derive(Resource, Default)]
struct Shown {
    levels: Option<Levels>,
    picture: Handle<Image>,
    material: Handle<Sign>,
    mesh: Handle<Mesh>,
    is_placed: bool,
    places: Arc<[Vec2]>,
    /// In which order signs are drawn, and the order that is being made.
    sector: Option<i32>,
    ordering: Option<(i32, Task<Indices>)>,
}

/// Builds the signs anew when sites or containers came or went.
fn place_signs(
    mut commands: Commands,
    mut shown: ResMut<Shown>,
    (fleet, mut changes): (Res<Fleet>, MessageReader<FleetChanged>),
    (space, heights, scene): (Res<Space>, Res<Heights>, SceneOfNow),
    (mut store, old): (Store, Query<Entity, With<Signs>>),
) {
    let is_whole = changes.read().any(|change| *change == FleetChanged::Whole);
    if shown.is_placed && !is_whole || fleet.sites.is_empty() {
        return;
    }
    for entity in &old {
        commands.entity(entity).despawn();
    }
    let levels = Levels::of(&fleet);
    shown.picture = store.images.add(levels.image());
    let bands = store.images.add(bands::image(&fleet));
    shown.material = store
        .signs
        .add(Sign::new(scene.get(), [shown.picture.clone(), bands]));
    shown.mesh = store.meshes.add(sign::mesh(&fleet, &space, &heights));
    shown.levels = Some(levels);
    shown.is_placed = true;
    shown.places = sign::places(&fleet, &space);
    shown.sector = None;
    shown.ordering = None;
    commands.spawn((
        Signs,
        Mesh3d(shown.mesh.clone()),
        MeshMaterial3d(shown.material.clone()),
        NoFrustumCulling,
    ));
}

/// Signs are seen only while their layer is shown.
fn hide_signs(layers: Res<Layers>, mut signs: Query<&mut Visibility, With<Signs>>) {
    for mut visibility in &mut signs {
        visibility.set_if_neq(if layers.containers {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        });
    }
}

/// Writes changed levels into the picture, all of a frame at once.
fn follow_levels(
    mut shown: ResMut<Shown>,
    fleet: Res<Fleet>,
    mut changes: MessageReader<FleetChanged>,
    mut images: ResMut<Assets<Image>>,
) {
    let changed: Vec<usize> = changes
        .read()
        .filter_map(|change| match change {
            FleetChanged::Container(number) => Some(*number),
            FleetChanged::Whole => None,
        })
        .collect();
    let picture = shown.picture.clone();
    let Some(levels) = shown.levels.as_mut().filter(|_| !changed.is_empty()) else {
        return;
    };
    let touched = changed
        .into_iter()
        .any(|number| levels.update(&fleet, number));
    if touched && let Some(mut image) = images.get_mut(&picture) {
        image.data = Some(levels.texels().to_vec());
    }
}

/// Puts rings around the container under the mouse and the chosen one.
fn mark_signs(
    mut shown: ResMut<Shown>,
    fleet: Res<Fleet>,
    (hovered, chosen): (Option<Res<Hovered>>, Option<Res<Chosen>>),
    mut images: ResMut<Assets<Image>>,
) {
    let marks = Marks {
        hovered: hovered.and_then(|hovered| hovered.0),
        chosen: chosen.and_then(|chosen| chosen.0),
    };
    let picture = shown.picture.clone();
    let Some(levels) = &mut shown.levels else {
        return;
    };
    if levels.mark(&fleet, marks)
        && let Some(mut image) = images.get_mut(&picture)
    {
        image.data = Some(levels.texels().to_vec());
    }
}

/// Draws from the back to the front, as seen from where the eye is.
fn order_signs(mut shown: ResMut<Shown>, stand: Res<Stand>, mut meshes: ResMut<Assets<Mesh>>) {
    let ready = shown.ordering.as_mut().and_then(|(sector, task)| {
        let indices = check_ready(task)?;
        Some((*sector, indices))
    });
    if let Some((sector, indices)) = ready {
        shown.ordering = None;
        shown.sector = Some(sector);
        if let Some(mut mesh) = meshes.get_mut(&shown.mesh) {
            mesh.insert_indices(indices);
        }
    }
    let sector = sign::sector(stand.bearing);
    let is_wanted = shown.is_placed && shown.sector != Some(sector);
    if is_wanted && shown.ordering.is_none() {
        let places = Arc::clone(&shown.places);
        let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
        let task = pool.spawn(async move { sign::indices(&places, sector) });
        shown.ordering = Some((sector, task));
    }
}

fn recolour(shown: Res<Shown>, scene: SceneOfNow, mut signs: ResMut<Assets<Sign>>) {
    if scene.is_changed()
        && let Some(mut sign) = signs.get_mut(&shown.material)
    {
        sign.scene = scene.get();
    }
}

/// Where what is drawn is kept.
#[derive(SystemParam)]
struct Store<'w> {
    meshes: ResMut<'w, Assets<Mesh>>,
    images: ResMut<'w, Assets<Image>>,
    signs: ResMut<'w, Assets<Sign>>,
}

/// Theme and light as shaders take them.
#[derive(SystemParam)]
struct SceneOfNow<'w> {
    palette: Res<'w, Palette>,
    lighting: Res<'w, Lighting>,
}

impl SceneOfNow<'_> {
    fn get(&self) -> Scene {
        Scene::new(&self.palette, &self.lighting)
    }

    fn is_changed(&self) -> bool {
        self.palette.is_changed() || self.lighting.is_changed()
    }
}
