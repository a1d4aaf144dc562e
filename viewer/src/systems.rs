//! The order in which a frame's systems run.

use bevy::app::{App, Update};
use bevy::ecs::schedule::{IntoScheduleConfigs as _, SystemSet};

/// What a frame does, in this order. A new one is ordered in [`order_systems`].
#[derive(SystemSet, Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ViewerSystems {
    /// Take what the server has answered.
    Receive,
    /// Turn it into what the viewer knows.
    Learn,
    /// Move the camera.
    Move,
    /// Bring what is drawn up to what is known and to where the camera is.
    Draw,
    /// Write the words and figures over the picture.
    Annotate,
}

/// Chains the sets in the schedule [`Update`].
pub fn order_systems(app: &mut App) {
    use ViewerSystems::{Annotate, Draw, Learn, Move, Receive};
    app.configure_sets(Update, (Receive, Learn, Move, Draw, Annotate).chain());
}
