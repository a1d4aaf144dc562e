//! A flight about the territory: from site to site, near and far, so that tiles come and go.

use bevy::ecs::system::{Local, Res, ResMut};
use bevy::time::{Real, Time};

use super::{Lap, Order, memory_mib};
use crate::camera::{Flight, Home, Stand};
use crate::server::Fleet;
use crate::space::{Space, raised};

/// How long a leg lasts, and how long the eye rests after it.
const LEG_S: f64 = 4.0;
const REST_S: f64 = 1.5;
/// From how far sites are looked at, one after the other; then all of the territory once.
const DISTANCES_M: [f32; 4] = [350.0, 1_500.0, 6_000.0, 20_000.0];
/// From one site to the next, by their places: a prime, so that all have their turn.
const NEXT: usize = 433;
/// How often the memory is looked at.
const SAMPLE_S: f64 = 30.0;

/// Where the flight is.
#[derive(Default)]
pub(super) struct Route {
    legs: u32,
    left_s: f64,
    sampled_s: f64,
}

/// Sets off for the next site, and notes the memory now and then.
pub(super) fn wander(
    (mut route, mut lap): (Local<Route>, ResMut<Lap>),
    (home, stand, mut flight): (Res<Home>, Res<Stand>, ResMut<Flight>),
    (fleet, space, order): (Res<Fleet>, Option<Res<Space>>, Res<Order>),
    time: Res<Time<Real>>,
) {
    let (Some(begun_s), Some(space)) = (lap.begun_s, space) else {
        return;
    };
    let now_s = time.elapsed_secs_f64();
    if now_s - route.sampled_s >= SAMPLE_S {
        route.sampled_s = now_s;
        lap.memory_mib.extend(memory_mib("VmRSS:"));
    }
    lap.is_over = now_s - begun_s >= order.0.minutes * 60.0;
    if now_s - route.left_s < LEG_S + REST_S {
        return;
    }
    let to = next(route.legs, &fleet, &space).map_or(home.0, |(at, distance_m)| Stand {
        target: raised(at, stand.target.y),
        distance_m,
        bearing: stand.bearing + 0.7,
        ..home.0
    });
    flight.set_off(to, LEG_S);
    route.left_s = now_s;
    route.legs += 1;
}

/// Where a leg leads, and how near; `None`: to where all is seen.
fn next(leg: u32, fleet: &Fleet, space: &Space) -> Option<(bevy::math::Vec2, f32)> {
    let distance_m = *DISTANCES_M.get(leg as usize % (DISTANCES_M.len() + 1))?;
    let number = (leg as usize * NEXT).checked_rem(fleet.sites.len())?;
    let site = fleet.sites.get(number)?;
    Some((space.ground(site.place), distance_m))
}
