//! The territory without one of its parts, to see what that costs.

use bevy::camera::Camera;
use bevy::camera::visibility::Visibility;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildOf;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::render::view::Msaa;
use bevy::ui::Node;

use super::{Order, Part};
use crate::layers::Layers;

/// The outermost of what is written, on the land and over it.
type Outermost = (With<Node>, Without<ChildOf>);

/// Leaves a part out, also of what appears later.
pub(super) fn leave_out(
    order: Res<Order>,
    mut layers: ResMut<Layers>,
    mut written: Query<&mut Visibility, Outermost>,
    cameras: Query<(Entity, &Msaa), With<Camera>>,
    mut commands: Commands,
) {
    match order.0.without {
        Some(Part::Writing) => {
            for mut visibility in &mut written {
                visibility.set_if_neq(Visibility::Hidden);
            }
        }
        Some(Part::Signs) if layers.containers => layers.containers = false,
        Some(Part::Smoothing) => {
            for (camera, _) in cameras.iter().filter(|(_, msaa)| **msaa != Msaa::Off) {
                commands.entity(camera).insert(Msaa::Off);
            }
        }
        Some(Part::Signs | Part::Ground) | None => {}
    }
}
