//! Two eyes for one stand: the left half of the picture is the first one's, the right half the other one's,
//! and a third camera draws what is written over both.

use bevy::app::{App, Plugin, Update};
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{Camera, Camera3d, ClearColorConfig, Projection, RenderTarget, Viewport};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::ecs::change_detection::Mut;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Or, With, Without};
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Local, Query, Res, ResMut};
use bevy::math::UVec2;
use bevy::render::view::Msaa;
use bevy::transform::components::Transform;
use bevy::ui::UiTargetCamera;

use super::Split;
use crate::camera::{Eye, Home, Stand};
use crate::land::Heights;
use crate::systems::ViewerSystems;

/// What both eyes see.
const SHARED: usize = 0;
/// What only the left half shows, and only the right one.
pub(super) const HALVES: [usize; 2] = [1, 2];
/// Cameras draw in this order after the first eye.
const BESIDE_ORDER: isize = 1;
const SCREEN_ORDER: isize = 2;
/// How many times as far away the eye stands in a parted picture.
const STEP_BACK: f32 = 1.6;

pub(super) struct EyesPlugin;

impl Plugin for EyesPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Update, (open, part).chain().in_set(ViewerSystems::Receive))
            .add_systems(
                Update,
                step_back
                    .run_if(resource_exists::<Heights>)
                    .after(ViewerSystems::Learn)
                    .before(ViewerSystems::Move),
            )
            .add_systems(Update, follow.in_set(ViewerSystems::Draw))
            .add_systems(Update, write_over_both.after(ViewerSystems::Annotate));
    }
}

/// Marks the camera of the right half.
#[derive(Component, Clone, Copy, Debug)]
pub struct Beside;

/// Marks the camera of what is written over both halves.
#[derive(Component, Clone, Copy, Debug)]
struct Screen;

/// Opens the other cameras when the picture parts, and closes them when it is whole again.
fn open(
    split: Res<Split>,
    eyes: Query<(Entity, &Camera, &Transform, Lens), With<Eye>>,
    others: Query<Entity, Others>,
    mut commands: Commands,
) {
    let Some((eye, first, at, (lens, target))) = eyes.iter().next() else {
        return;
    };
    let is_parted = *split == Split::Sides;
    if is_parted != others.is_empty() {
        return;
    }
    if !is_parted {
        for camera in &others {
            commands.entity(camera).despawn();
        }
        commands.entity(eye).remove::<RenderLayers>();
        return;
    }
    let [left, right] = HALVES.map(|half| RenderLayers::from_layers(&[SHARED, half]));
    commands.entity(eye).insert(left);
    let lens = lens.cloned().unwrap_or_default();
    let target = target.cloned().unwrap_or_default();
    let size = first.physical_target_size();
    let camera = |order, viewport| {
        let camera = Camera {
            order,
            viewport,
            clear_color: ClearColorConfig::None,
            ..Camera::default()
        };
        let kind = (Camera3d::default(), Tonemapping::None, Msaa::Sample4);
        (camera, kind, target.clone())
    };
    commands.spawn((
        Beside,
        camera(BESIDE_ORDER, size.map(right_half)),
        lens,
        *at,
        right,
    ));
    commands.spawn((Screen, camera(SCREEN_ORDER, None), RenderLayers::none()));
}

/// How an eye sees, and where that is drawn.
type Lens = (Option<&'static Projection>, Option<&'static RenderTarget>);

/// Only the first eye, and only the other one.
type First = (With<Eye>, Without<Beside>);
type Other = (With<Beside>, Without<Eye>);

type Others = Or<(With<Beside>, With<Screen>)>;

/// Gives each eye its half of the picture.
fn part(
    split: Res<Split>,
    mut eyes: Query<&mut Camera, First>,
    mut beside: Query<&mut Camera, Other>,
) {
    for mut camera in &mut eyes {
        let size = camera
            .physical_target_size()
            .filter(|_| *split == Split::Sides);
        let left = size.map(|size| viewport(UVec2::ZERO, UVec2::new(half(size), size.y)));
        set(&mut camera, left);
    }
    for mut camera in &mut beside {
        let size = camera.physical_target_size();
        set(&mut camera, size.map(right_half));
    }
}

fn right_half(size: UVec2) -> Viewport {
    let start = size.x - half(size);
    viewport(UVec2::new(start, 0), UVec2::new(half(size), size.y))
}

/// Both halves are equally wide; of an odd number the middle pixel is the line's.
fn half(size: UVec2) -> u32 {
    (size.x / 2).max(1)
}

fn viewport(physical_position: UVec2, physical_size: UVec2) -> Viewport {
    Viewport {
        physical_position,
        physical_size,
        depth: 0.0..1.0,
    }
}

fn set(camera: &mut Mut<Camera>, wanted: Option<Viewport>) {
    let place = |it: &Viewport| (it.physical_position, it.physical_size);
    if camera.viewport.as_ref().map(place) != wanted.as_ref().map(place) {
        camera.viewport = wanted;
    }
}

/// A half shows half as much from side to side: the eye steps back for it, and comes again when the picture is whole.
fn step_back(
    split: Res<Split>,
    (stand, home): (Option<ResMut<Stand>>, Option<ResMut<Home>>),
    mut was_parted: Local<Option<bool>>,
) {
    let is_parted = *split == Split::Sides;
    let before = was_parted.replace(is_parted);
    let (Some(mut stand), Some(mut home)) = (stand, home) else {
        return;
    };
    if before.is_none_or(|before| before == is_parted) {
        return;
    }
    let times = if is_parted {
        STEP_BACK
    } else {
        STEP_BACK.recip()
    };
    stand.distance_m *= times;
    home.0.distance_m *= times;
}

/// The other eye stands where the first one does.
fn follow(
    eyes: Query<(&Transform, &Projection), First>,
    mut beside: Query<(&mut Transform, &mut Projection), Other>,
) {
    let Some((at, Projection::Perspective(lens))) = eyes.iter().next() else {
        return;
    };
    for (mut transform, mut projection) in &mut beside {
        if *transform != *at {
            *transform = *at;
        }
        if let Projection::Perspective(own) = &mut *projection
            && (own.near, own.far) != (lens.near, lens.far)
        {
            (own.near, own.far) = (lens.near, lens.far);
        }
    }
}

/// What is written belongs to the whole picture, and is drawn last: a camera that draws after another keeps of it only
/// what is in the scene.
fn write_over_both(
    eyes: Query<Entity, With<Eye>>,
    screens: Query<Entity, With<Screen>>,
    cameras: Query<(), With<Camera>>,
    roots: Query<(Entity, &UiTargetCamera)>,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next() else {
        return;
    };
    let screen = screens.iter().next();
    for (root, target) in &roots {
        let is_gone = !cameras.contains(target.0);
        let wanted = match screen {
            Some(screen) if target.0 == eye => screen,
            None if is_gone => eye,
            _ => continue,
        };
        commands.entity(root).insert(UiTargetCamera(wanted));
    }
}
