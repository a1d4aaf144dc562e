//! What lies over the picture: grounds as large as it, which go to a new eye.

use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Added, With};
use bevy::ecs::system::{Commands, Query};
use bevy::ui::{Node, PositionType, UiTargetCamera, Val, percent};

use crate::camera::Eye;

/// What lies over the picture and goes to a new eye with it.
#[derive(Component, Clone, Copy, Debug)]
pub(crate) struct OverPicture;

/// A ground as large as the picture, for sheets.
pub(crate) fn over_picture(eye: Entity) -> (OverPicture, UiTargetCamera, Node) {
    let node = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        left: Val::ZERO,
        top: Val::ZERO,
        ..Node::default()
    };
    (OverPicture, UiTargetCamera(eye), node)
}

pub(super) fn retarget(
    eyes: Query<Entity, Added<Eye>>,
    roots: Query<Entity, With<OverPicture>>,
    mut commands: Commands,
) {
    if let Some(eye) = eyes.iter().next() {
        for root in &roots {
            commands.entity(root).insert(UiTargetCamera(eye));
        }
    }
}
