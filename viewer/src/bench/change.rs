//! Containers that change as if the server said so, to measure with.

use bevy::ecs::message::MessageWriter;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::time::{Real, Time};

use super::Order;
use crate::server::{Fleet, FleetChanged};

/// A step through the fleet that meets every container before any a second time, for all but its multiples.
const STEP: usize = 7_919;

/// Changes as many containers as belong to the time since the last frame.
pub(super) fn change(
    order: Res<Order>,
    mut fleet: ResMut<Fleet>,
    mut told: MessageWriter<FleetChanged>,
    time: Res<Time<Real>>,
    (mut due, mut place): (Local<f64>, Local<usize>),
) {
    if fleet.containers.is_empty() {
        return;
    }
    *due += order.0.changes_per_s * time.delta_secs_f64().min(0.1);
    while *due >= 1.0 {
        *due -= 1.0;
        *place = (*place + STEP) % fleet.containers.len();
        let Some(container) = fleet.containers.get_mut(*place) else {
            return;
        };
        container.fill = container.fill.map(|fill| (fill + 0.37) % 1.0);
        told.write(FleetChanged::Container(*place));
    }
}
