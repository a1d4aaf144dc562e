//! Cameras with what they see, health facilities, and the fibre network with what an outage cuts off.
//!
//! Cameras are for operators only: without the token they are neither asked for nor shown. A click on a badge chooses
//! it and opens its sheet; of a fibre node, all that hangs on it is struck: what an outage there cuts off.

mod badge;
mod cables;
mod first;
mod hands;
mod labels;
mod report;
mod sheet;
mod show;
mod stock;
mod tree;
mod views;
mod wire;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::math::Rect;

pub use self::first::FirstAsset;
pub(crate) use self::hands::PickedId;
pub(crate) use self::sheet::AssetSheet;
use crate::layers::{Layers, Overlay};
use crate::pending::Pending;
use crate::pick::{Chosen, Clicked, Cursor, Hovered};
use crate::systems::ViewerSystems;

/// Shows cameras, health facilities and fibre. Needs what [`PickPlugin`](crate::pick::PickPlugin) keeps.
#[derive(Clone, Debug, Default)]
pub struct AssetsPlugin {
    /// What is chosen at the start.
    pub first: Option<FirstAsset>,
}

impl Plugin for AssetsPlugin {
    fn build(&self, app: &mut App) {
        if let Some(first) = &self.first {
            app.insert_resource(first.clone());
        }
        keep(app);
        app.add_plugins(show::ShowPlugin)
            .add_systems(
                Update,
                (stock::ask, stock::take, stock::gather, stock::say_pending)
                    .chain()
                    .in_set(ViewerSystems::Learn),
            )
            .add_systems(
                Update,
                (hands::keep, first::choose)
                    .chain()
                    .after(ViewerSystems::Learn)
                    .before(ViewerSystems::Move),
            )
            .add_systems(
                Update,
                (
                    (hands::hover, hands::choose, hands::stand).chain(),
                    labels::name,
                    (sheet::appear, sheet::write).chain(),
                )
                    .chain()
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// What is known of what is shown, and what others keep where they are there.
fn keep(app: &mut App) {
    app.init_resource::<Picked>()
        .init_resource::<Pointed>()
        .init_resource::<Standing>()
        .init_resource::<PickedId>()
        .init_resource::<stock::Stock>()
        .init_resource::<stock::Reader>()
        .init_resource::<crate::tags::Tags>()
        .init_resource::<crate::hud::RightSheet>()
        .init_resource::<Chosen>()
        .init_resource::<Hovered>()
        .init_resource::<Cursor>()
        .init_resource::<Layers>()
        .init_resource::<Pending>()
        .add_message::<Clicked>();
}

/// One of what is shown, by its place in what is known of its kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asset {
    /// A camera.
    Camera(usize),
    /// A health facility.
    Health(usize),
    /// A node of the fibre network.
    Node(usize),
}

impl Asset {
    /// The layer in which it is shown.
    pub const fn overlay(self) -> Overlay {
        match self {
            Self::Camera(_) => Overlay::Cameras,
            Self::Health(_) => Overlay::Health,
            Self::Node(_) => Overlay::Fibre,
        }
    }

    const fn number(self) -> usize {
        match self {
            Self::Camera(number) | Self::Health(number) | Self::Node(number) => number,
        }
    }

    const fn of(overlay: Overlay, number: usize) -> Self {
        match overlay {
            Overlay::Cameras => Self::Camera(number),
            Overlay::Health => Self::Health(number),
            Overlay::Fibre => Self::Node(number),
        }
    }
}

/// What is chosen, if it is one of these.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Picked(pub Option<Asset>);

/// What is under the mouse, if it is one of these.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Pointed(pub Option<Asset>);

/// Where the badge of what is chosen is in the picture, in pixels of the screen.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Standing(pub Option<Rect>);

#[cfg(test)]
mod tests;
