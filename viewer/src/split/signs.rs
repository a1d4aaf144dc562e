//! The sites of both sides, as signs like those of containers: how high and dark tells how many hours a month a
//! container of the site is full.

use std::sync::Arc;

use bevy::app::{App, Plugin, Update};
use bevy::asset::{Assets, Handle};
use bevy::camera::visibility::{NoFrustumCulling, RenderLayers, Visibility};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Query, Res, ResMut, SystemParam};
use bevy::image::Image;
use bevy::math::Vec2;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::MeshMaterial3d;

use super::comparison::Side;
use super::eyes::HALVES;
use super::hands::Pointed;
use super::{Known, Split};
use crate::camera::Stand;
use crate::land::Heights;
use crate::look::{Lighting, Scene};
use crate::palette::Palette;
use crate::pick::Places;
use crate::server::Fleet;
use crate::sites::{Levels, Marks, Sign, indices, mesh, places, sector};
use crate::space::Space;
use crate::systems::ViewerSystems;

pub(super) struct SignsPlugin;

impl Plugin for SignsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Sides>()
            .init_resource::<Lighting>()
            .add_systems(
                Update,
                (
                    put_up.run_if(resource_exists::<Heights>),
                    hide,
                    mark,
                    order,
                    recolour,
                )
                    .chain()
                    .in_set(ViewerSystems::Draw),
            );
    }
}

/// Marks what draws the signs of a side.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct SignsOf;

/// What is drawn of both sides, once a comparison and the land are known.
#[derive(Resource, Default)]
pub(super) struct Sides {
    pub present: Option<Standing>,
    pub scenario: Option<Standing>,
    sector: Option<i32>,
}

/// The signs of a side.
pub(super) struct Standing {
    pub fleet: Fleet,
    pub places: Places,
    levels: Levels,
    spots: Arc<[Vec2]>,
    picture: Handle<Image>,
    material: Handle<Sign>,
    mesh: Handle<Mesh>,
}

impl Sides {
    pub(super) const fn of(&self, side: Side) -> Option<&Standing> {
        match side {
            Side::Present => self.present.as_ref(),
            Side::Scenario => self.scenario.as_ref(),
        }
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Standing> {
        self.present.iter_mut().chain(&mut self.scenario)
    }
}

/// Where what is drawn is kept.
#[derive(SystemParam)]
struct Store<'w> {
    meshes: ResMut<'w, Assets<Mesh>>,
    images: ResMut<'w, Assets<Image>>,
    signs: ResMut<'w, Assets<Sign>>,
}

/// On what signs stand, and in which light.
#[derive(SystemParam)]
struct Ground<'w> {
    space: Res<'w, Space>,
    heights: Res<'w, Heights>,
    palette: Res<'w, Palette>,
    lighting: Res<'w, Lighting>,
}

/// Builds the signs of another comparison.
fn put_up(
    known: Res<Known>,
    mut sides: ResMut<Sides>,
    (ground, mut store): (Ground, Store),
    old: Query<Entity, With<SignsOf>>,
    mut commands: Commands,
) {
    if !known.is_changed() && !ground.heights.is_added() {
        return;
    }
    for entity in &old {
        commands.entity(entity).despawn();
    }
    *sides = Sides::default();
    let Some(comparison) = known.comparison() else {
        return;
    };
    for (side, half) in Side::BOTH.into_iter().zip(HALVES) {
        let standing = Standing::new(comparison.fleet(side), &ground, &mut store);
        commands.spawn((
            SignsOf,
            Mesh3d(standing.mesh.clone()),
            MeshMaterial3d(standing.material.clone()),
            NoFrustumCulling,
            RenderLayers::layer(half),
            Visibility::Hidden,
        ));
        match side {
            Side::Present => sides.present = Some(standing),
            Side::Scenario => sides.scenario = Some(standing),
        }
    }
}

impl Standing {
    fn new(fleet: Fleet, ground: &Ground, store: &mut Store) -> Self {
        let Ground { space, heights, .. } = ground;
        let levels = Levels::of(&fleet);
        let picture = store.images.add(levels.image());
        let scene = Scene::new(&ground.palette, &ground.lighting);
        Self {
            places: Places::of(&fleet, space, heights),
            spots: places(&fleet, space),
            material: store
                .signs
                .add(Sign::new(scene, [picture.clone(), picture.clone()])),
            mesh: store.meshes.add(mesh(&fleet, space, heights)),
            picture,
            levels,
            fleet,
        }
    }
}

/// Signs are seen only while the picture is parted.
fn hide(split: Res<Split>, mut signs: Query<&mut Visibility, With<SignsOf>>) {
    for mut visibility in &mut signs {
        visibility.set_if_neq(match *split {
            Split::Sides => Visibility::Inherited,
            Split::Off | Split::Difference => Visibility::Hidden,
        });
    }
}

/// Puts rings around what is under the mouse and what is chosen, on both sides.
fn mark(mut sides: ResMut<Sides>, pointed: Res<Pointed>, mut images: ResMut<Assets<Image>>) {
    if !pointed.is_changed() && !sides.is_changed() {
        return;
    }
    for standing in sides.bypass_change_detection().all_mut() {
        let number = |key: &Option<Box<str>>| standing.fleet.find(key.as_deref()?);
        let marks = Marks {
            hovered: number(&pointed.hovered),
            chosen: number(&pointed.chosen),
        };
        if standing.levels.mark(&standing.fleet, marks)
            && let Some(mut image) = images.get_mut(&standing.picture)
        {
            image.data = Some(standing.levels.texels().to_vec());
        }
    }
}

/// Draws from the back to the front, as seen from where the eye is. There are few enough sites to do so at once.
fn order(mut sides: ResMut<Sides>, stand: Option<Res<Stand>>, mut meshes: ResMut<Assets<Mesh>>) {
    let Some(stand) = stand else { return };
    let sector = sector(stand.bearing);
    if sides.sector == Some(sector) || sides.present.is_none() {
        return;
    }
    let sides = sides.bypass_change_detection();
    sides.sector = Some(sector);
    for standing in sides.all_mut() {
        if let Some(mut mesh) = meshes.get_mut(&standing.mesh) {
            mesh.insert_indices(indices(&standing.spots, sector));
        }
    }
}

fn recolour(
    sides: Res<Sides>,
    (palette, lighting): (Res<Palette>, Res<Lighting>),
    mut signs: ResMut<Assets<Sign>>,
) {
    if !palette.is_changed() && !lighting.is_changed() {
        return;
    }
    for standing in [&sides.present, &sides.scenario].into_iter().flatten() {
        if let Some(mut sign) = signs.get_mut(&standing.material) {
            sign.scene = Scene::new(&palette, &lighting);
        }
    }
}
