//! The eye: it looks at a point of the land, from a distance, a side and a height.
//!
//! Keys: arrows or the letters in their place move over the land, `Q` and `E` turn, `R` and `F`
//! tilt, plus and minus go nearer and away, Home shows all, `N` turns north up, a capital `A` flies to the next
//! alarm, `V` follows the next truck. Mouse: left drags the land, right turns and tilts, the wheel goes nearer and
//! away. Fingers: one drags the land, two pinch, turn and, both up or down, tilt.

mod controls;
mod fit;
mod flight;
mod touch;

use bevy::app::{App, Plugin, Startup, Update};
use bevy::camera::{Camera, Camera3d, PerspectiveProjection, Projection};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::component::Component;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_added;
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::math::{Vec2, Vec3};
use bevy::render::view::Msaa;
use bevy::transform::components::Transform;

pub use self::flight::Flight;
#[cfg(test)]
pub(crate) use self::flight::carry;
use crate::land::{Heights, Region, Territory};
use crate::motion::Motion;
use crate::options::Scene;
use crate::space::{flat, raised};
use crate::systems::ViewerSystems;

/// From how far a town is looked at, so that its blocks and signs are told apart.
const TOWN_M: f32 = 6_500.0;

/// Moves the camera.
#[derive(Debug)]
pub struct CameraPlugin {
    /// What the eye looks at first.
    pub scene: Scene,
}

impl Plugin for CameraPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(FirstScene(self.scene))
            .init_resource::<Stand>()
            .init_resource::<Home>()
            .init_resource::<Flight>()
            .init_resource::<Motion>()
            .add_systems(Startup, open_eye)
            .add_systems(
                Update,
                (
                    stand_up.run_if(resource_added::<Heights>),
                    controls::steer,
                    touch::steer,
                    flight::carry,
                    keep_above_ground,
                    place_eye,
                )
                    .chain()
                    .in_set(ViewerSystems::Move),
            );
    }
}

/// Marks the camera through which the territory is seen.
#[derive(Component, Clone, Copy, Debug)]
pub struct Eye;

#[derive(Resource)]
struct FirstScene(Scene);

/// Where the eye is and where it looks.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Stand {
    /// The point of the scene in the middle of the picture.
    pub target: Vec3,
    /// How far the eye is from it, in metres.
    pub distance_m: f32,
    /// Where the eye looks to, clockwise from the north, in radians.
    pub bearing: f32,
    /// How far down it looks, in radians: 0 is level, π/2 straight down.
    pub pitch: f32,
}

/// The stand from which all of the territory is seen.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Home(pub Stand);

impl Default for Stand {
    fn default() -> Self {
        Self {
            target: Vec3::ZERO,
            distance_m: 80_000.0,
            bearing: Self::FIRST_BEARING,
            pitch: Self::FIRST_PITCH,
        }
    }
}

impl Stand {
    /// Height of the picture's field of view, in radians.
    pub const FIELD: f32 = 33.0_f32.to_radians();
    /// From the south-south-east at first.
    const FIRST_BEARING: f32 = -18.0_f32.to_radians();
    /// How far down at first.
    const FIRST_PITCH: f32 = 43.0_f32.to_radians();

    /// Over a point of the plane, from where what stands there is told apart.
    pub fn near(at: Vec2, heights: &Heights, distance_m: f32) -> Self {
        Self {
            target: raised(at, heights.at(at)),
            distance_m,
            pitch: 32_f32.to_radians(),
            ..Self::default()
        }
    }

    /// Where the eye is, and how it is turned.
    pub fn transform(&self) -> Transform {
        let ahead = self.ahead();
        let level = self.pitch.cos();
        let sight = Vec3::new(ahead.x * level, -self.pitch.sin(), ahead.y * level);
        let eye = self.target - sight * self.distance_m;
        let up = raised(ahead * self.pitch.sin(), level);
        Transform::from_translation(eye).looking_to(sight, up)
    }

    /// Where the eye looks to, in the plane; of length one.
    pub fn ahead(&self) -> Vec2 {
        Vec2::new(self.bearing.sin(), -self.bearing.cos())
    }

    /// How many metres a pixel in the middle of a picture so many pixels high reaches across.
    pub fn metres_per_pixel(&self, height_px: f32) -> f32 {
        2.0 * self.distance_m * (Self::FIELD / 2.0).tan() / height_px.max(1.0)
    }
}

pub(crate) fn open_eye(mut commands: Commands) {
    commands.spawn((
        Eye,
        Camera3d::default(),
        Tonemapping::None,
        Msaa::Sample4,
        Projection::Perspective(PerspectiveProjection {
            fov: Stand::FIELD,
            far: 1e6,
            ..Default::default()
        }),
        Stand::default().transform(),
    ));
}

/// Steps back until all is seen, as soon as it is known how large and high it is.
fn stand_up(
    (mut stand, mut home): (ResMut<Stand>, ResMut<Home>),
    (region, heights, territory): (Res<Region>, Res<Heights>, Res<Territory>),
    first: Res<FirstScene>,
    eyes: Query<&Camera, With<Eye>>,
) {
    let rim = region.rings().flatten().step_by(8);
    let points: Vec<Vec3> = rim
        .flat_map(|at| [raised(*at, heights.at(*at)), raised(*at, 0.0)])
        .collect();
    let size = eyes.iter().find_map(Camera::logical_viewport_size);
    let size = size.unwrap_or(Vec2::new(1920.0, 1080.0));
    let middle = territory.extent.center();
    let start = Stand {
        target: raised(middle, heights.at(middle)),
        ..Stand::default()
    };
    let free = match first.0 {
        Scene::Wall => fit::FREE_ON_WALL,
        Scene::Split => fit::FREE_IN_HALF,
        _ => fit::FREE,
    };
    home.0 = fit::fit(start, &points, size.x / size.y, free);
    *stand = match (first.0, territory.communes.first()) {
        (Scene::Day | Scene::Night, Some(town)) => Stand::near(town.centre, &heights, TOWN_M),
        _ => home.0,
    };
}

/// The target stays on the land.
fn keep_above_ground(mut stand: ResMut<Stand>, heights: Option<Res<Heights>>) {
    let Some(heights) = heights else { return };
    let height = heights.at(flat(stand.target));
    if (height - stand.target.y).abs() > 0.5 {
        stand.target.y = height;
    }
}

fn place_eye(stand: Res<Stand>, mut eyes: Query<(&mut Transform, &mut Projection), With<Eye>>) {
    if !stand.is_changed() {
        return;
    }
    for (mut transform, mut projection) in &mut eyes {
        *transform = stand.transform();
        if let Projection::Perspective(perspective) = &mut *projection {
            perspective.near = (stand.distance_m * 0.01).max(0.5);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eye_looks_at_its_target_from_the_south() {
        let stand = Stand {
            target: Vec3::new(10.0, 5.0, -20.0),
            distance_m: 100.0,
            bearing: 0.0,
            pitch: 0.5,
        };
        let transform = stand.transform();
        let sight = (stand.target - transform.translation).normalize();
        approx::assert_relative_eq!(
            sight.dot(transform.forward().as_vec3()),
            1.0,
            epsilon = 1e-5
        );
        assert!(transform.translation.z > stand.target.z && transform.translation.y > 5.0);
        assert!(transform.right().x > 0.999, "east is to the right");
    }
}
