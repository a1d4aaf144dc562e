//! Carries the eye to another stand. A hand that moves the eye meanwhile ends it.

use std::f32::consts::{PI, TAU};

use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use bevy::time::{Real, Time};

use super::Stand;
use crate::motion::Motion;
use crate::space::flat;

/// Where the eye is being carried, if anywhere.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Flight(Option<Leg>);

#[derive(Clone, Copy, Debug)]
struct Leg {
    to: Stand,
    lasts_s: f64,
    /// From where, and when, and where the eye was put last; from the first frame on.
    begun: Option<(Stand, f64, Stand)>,
}

impl Flight {
    /// Sets off for a stand, from where the eye is, so many seconds long.
    pub fn set_off(&mut self, to: Stand, lasts_s: f64) {
        self.0 = Some(Leg {
            to,
            lasts_s,
            begun: None,
        });
    }

    /// Where it leads; `None` while the eye is not carried.
    pub fn destination(&self) -> Option<Stand> {
        self.0.map(|leg| leg.to)
    }
}

/// Carries the eye a little further.
pub(crate) fn carry(
    mut flight: ResMut<Flight>,
    mut stand: ResMut<Stand>,
    (motion, time): (Res<Motion>, Res<Time<Real>>),
) {
    let Some(mut leg) = flight.0 else { return };
    let now_s = time.elapsed_secs_f64();
    let (from, since_s, last) = leg.begun.unwrap_or((*stand, now_s, *stand));
    if !is_same(&last, &stand) {
        flight.0 = None;
        return;
    }
    let share = motion.share(now_s - since_s, leg.lasts_s);
    let next = between(&from, &leg.to, share);
    *stand = next;
    leg.begun = Some((from, since_s, next));
    flight.0 = (share < 1.0).then_some(leg);
}

/// Whether two stands are one, but for the height of the land under them.
fn is_same(one: &Stand, other: &Stand) -> bool {
    flat(one.target) == flat(other.target)
        && [one.distance_m, one.bearing, one.pitch]
            == [other.distance_m, other.bearing, other.pitch]
}

/// A stand on the way: it turns the shorter way round, and comes nearer by equal factors.
fn between(from: &Stand, to: &Stand, share: f32) -> Stand {
    if share >= 1.0 {
        return *to;
    }
    let mix = |from: f32, to: f32| from + (to - from) * share;
    let turn = (to.bearing - from.bearing + PI).rem_euclid(TAU) - PI;
    Stand {
        target: from.target.lerp(to.target, share),
        distance_m: mix(from.distance_m.ln(), to.distance_m.ln()).exp(),
        bearing: from.bearing + turn * share,
        pitch: mix(from.pitch, to.pitch),
    }
}

#[cfg(test)]
mod tests {
    use bevy::app::{App, Update};
    use bevy::math::Vec3;

    use super::*;

    fn far() -> Stand {
        Stand {
            target: Vec3::new(1000.0, 0.0, 0.0),
            distance_m: 800.0,
            bearing: 3.0,
            pitch: 0.5,
        }
    }

    #[test]
    fn half_way_is_half_as_near_and_turned_the_shorter_way() {
        let from = Stand {
            distance_m: 80_000.0,
            bearing: -3.0,
            ..Stand::default()
        };
        let half = between(&from, &far(), 0.5);
        approx::assert_relative_eq!(half.distance_m, 8000.0, max_relative = 1e-4);
        approx::assert_relative_eq!(half.bearing.abs(), PI, max_relative = 1e-4);
        approx::assert_relative_eq!(half.target.x, 500.0);
    }

    fn app(motion: Motion) -> App {
        let mut app = App::new();
        app.init_resource::<Time<Real>>()
            .init_resource::<Flight>()
            .init_resource::<Stand>()
            .insert_resource(motion)
            .add_systems(Update, carry);
        let mut flight = app.world_mut().resource_mut::<Flight>();
        flight.set_off(far(), 1.0);
        app.update();
        app
    }

    #[test]
    fn in_reduced_motion_the_eye_is_there_at_once() {
        let app = app(Motion::Reduced);
        assert_eq!(app.world().resource::<Stand>(), &far());
        assert!(app.world().resource::<Flight>().destination().is_none());
    }

    #[test]
    fn a_hand_ends_the_flight() {
        let mut app = app(Motion::Full);
        assert!(app.world().resource::<Flight>().destination().is_some());
        app.world_mut().resource_mut::<Stand>().bearing = 1.0;
        app.update();
        assert!(app.world().resource::<Flight>().destination().is_none());
        assert_eq!(app.world().resource::<Stand>().bearing, 1.0);
    }
}
