//! Planning: sites are moved, added and taken away on the map, each step can be undone, and the server simulates what
//! comes of it beside today's collection.
//!
//! Nothing here changes the twin. With Ctrl held, a click moves the chosen site there, or adds one where none is chosen;
//! Ctrl with the arrows moves the chosen site by little. `I` adds a container, Delete takes the chosen site away,
//! Shift+Delete only the chosen container. Ctrl+Z undoes, Ctrl+Shift+Z does it again, Ctrl+Enter simulates.

mod draft;
mod hands;
mod mark;
mod send;

use bevy::app::{App, Plugin};
use bevy::ecs::resource::Resource;
use bevy::ecs::system::Res;
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;

pub(crate) use self::draft::{Draft, Wares};
pub use self::send::Sent;
pub(crate) use self::send::Stage;

/// Lets a person plan. Needs what [`ServerPlugin`](crate::server::ServerPlugin),
/// [`PickPlugin`](crate::pick::PickPlugin) and [`SplitPlugin`](crate::split::SplitPlugin) keep.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanPlugin {
    /// Whether the viewer starts so.
    pub is_open: bool,
}

impl Plugin for PlanPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Plan {
            is_open: self.is_open,
            draft: Draft::default(),
        })
        .add_plugins((hands::HandsPlugin, mark::MarkPlugin, send::SendPlugin));
    }
}

/// What is planned.
#[derive(Resource, Clone, Debug, Default)]
pub struct Plan {
    /// Whether somebody plans.
    pub is_open: bool,
    pub(crate) draft: Draft,
}

/// Whether a click on the map chooses something: with Ctrl held it places something instead.
pub(crate) fn is_choosing(
    plan: Option<Res<Plan>>,
    keys: Option<Res<ButtonInput<KeyCode>>>,
) -> bool {
    let is_open = plan.is_some_and(|plan| plan.is_open);
    let is_held = |keys: &Res<ButtonInput<KeyCode>>| {
        keys.any_pressed([KeyCode::ControlLeft, KeyCode::ControlRight])
    };
    !is_open || !keys.as_ref().is_some_and(is_held)
}

#[cfg(test)]
mod tests;
