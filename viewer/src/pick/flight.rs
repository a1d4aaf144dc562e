//! The way of the eye to a container.

use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};

use crate::camera::{Flight, Stand};
use crate::land::Heights;
use crate::server::Fleet;
use crate::space::{Space, raised};

/// How long the way takes, in seconds.
const WAY_S: f64 = 0.32;
/// From how far a container is looked at, in metres; who is nearer stays so near.
pub(super) const DISTANCE_M: f32 = 2500.0;

/// The container that the eye is to set out for.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub(super) struct Heading(pub Option<usize>);

/// Sets out as soon as it is known where the container stands.
pub(super) fn set_out(
    mut heading: ResMut<Heading>,
    mut flight: ResMut<Flight>,
    (stand, fleet): (Option<Res<Stand>>, Res<Fleet>),
    (space, heights): (Option<Res<Space>>, Option<Res<Heights>>),
) {
    let (Some(stand), Some(space), Some(heights)) = (stand, space, heights) else {
        return;
    };
    let Some(number) = heading.0.take() else {
        return;
    };
    if let Some(to) = before(&fleet, (&space, &heights), (number, *stand)) {
        flight.set_off(to, WAY_S);
    }
}

/// A stand from which a container is looked at.
pub(super) fn before(
    fleet: &Fleet,
    (space, heights): (&Space, &Heights),
    (number, now): (usize, Stand),
) -> Option<Stand> {
    let site = fleet.site_of(fleet.containers.get(number)?)?;
    let at = space.ground(site.place);
    Some(Stand {
        target: raised(at, heights.at(at)),
        distance_m: now.distance_m.min(DISTANCE_M),
        ..now
    })
}
