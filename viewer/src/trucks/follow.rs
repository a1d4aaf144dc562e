//! Follows the chosen truck with the eye: from behind and above, until a hand moves the eye.

use std::f32::consts::{PI, TAU};

use bevy::camera::Camera;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Local, Query, Res, ResMut, SystemParam};
use bevy::math::Vec2;
use bevy::time::{Real, Time};

use super::poll::{Poll, Rounds};
use super::round::Doing;
use super::show::{Choice, ChosenTruck, IsWanted, TruckMark, TruckMarks};
use crate::camera::{Eye, Home, Stand};
use crate::motion::Motion;
use crate::space::flat;
use crate::wall::{Caption, Mode};
use crate::words::Words;

/// From how far a truck is followed, and how far down the eye looks.
const DISTANCE_M: f32 = 620.0;
const PITCH: f32 = 34.0_f32.to_radians();
/// How much of a turn the eye follows in a second, as a power of e: slowly, for trucks turn sharply.
const TURN_PER_S: f32 = 0.9;
/// How long the eye takes to come to a truck, as a power of e in a second.
const COME_PER_S: f32 = 5.0;
/// For how long a frame counts at most: who comes back to a window that slept sees the eye come, not leap.
const LONGEST_S: f32 = 2.0;
/// How much of its distance the eye looks ahead of a truck, so that its way is seen.
const AHEAD_SHARE: f32 = 0.12;

/// Whether the eye follows the chosen truck.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Following {
    is_on: bool,
    /// Where the eye was put last; `None` before it was.
    last: Option<Stand>,
}

impl Following {
    /// Begins with the truck that is chosen.
    pub(super) fn begin(&mut self) {
        *self = Self {
            is_on: true,
            last: None,
        };
    }

    /// Whether it does.
    pub const fn is_on(&self) -> bool {
        self.is_on
    }
}

/// How the eye may move.
#[derive(SystemParam)]
pub(super) struct Steering<'w, 's> {
    stand: ResMut<'w, Stand>,
    motion: Res<'w, Motion>,
    time: Res<'w, Time<Real>>,
    eyes: Query<'w, 's, &'static Camera, With<Eye>>,
}

impl Steering<'_, '_> {
    /// Where the picture is wide, the middle of what is free lies left of the sheet.
    fn aside(&self) -> f32 {
        let size = self.eyes.iter().find_map(Camera::logical_viewport_size);
        let aspect = size.map_or(1.78, |size| size.x / size.y.max(1.0));
        if aspect > 1.2 { 0.035 } else { 0.0 }
    }
}

/// Chooses a truck for a viewer that was started to look at one: of those under way one that carries something.
pub(super) fn choose_first(
    is_wanted: Res<IsWanted>,
    (rounds, poll): (Res<Rounds>, Res<Poll>),
    (marks, home): (Res<TruckMarks>, Res<Home>),
    (mut is_done, mut is_told): (Local<bool>, Local<bool>),
    (mut chosen, mut following): (ResMut<ChosenTruck>, ResMut<Following>),
) {
    // The first stand of all comes with the land, and would undo this one.
    let is_standing = *home != Home::default();
    if !is_wanted.0 || *is_done || !is_standing {
        return;
    }
    let is_none = poll.is_settled() && rounds.trucks.is_empty();
    if is_none && !std::mem::replace(&mut *is_told, true) {
        bevy::log::warn!("no truck to look at: nobody has planned the day that is shown");
    }
    let best = best(&marks.0).and_then(|mark| rounds.trucks.get(mark.truck));
    if let Some(truck) = best {
        *is_done = true;
        chosen.0 = Some(truck.id.clone());
        following.begin();
    }
}

/// The truck with most of a load of those that drive, else of all.
fn best(marks: &[TruckMark]) -> Option<&TruckMark> {
    marks.iter().max_by(|one, other| {
        let drives = |mark: &TruckMark| matches!(mark.seen.doing, Doing::Drives(_));
        let load = |mark: &TruckMark| mark.seen.load.share;
        let order = drives(one).cmp(&drives(other));
        order.then(load(one).total_cmp(&load(other)))
    })
}

/// Brings the eye behind the truck.
pub(super) fn follow(choice: Choice, mut steering: Steering, mut following: ResMut<Following>) {
    if !following.is_on {
        return;
    }
    let Some(mark) = choice.mark() else {
        following.set_if_neq(Following::default());
        return;
    };
    let is_moved = |last: Stand| !is_same(&last, &steering.stand);
    if following.last.is_some_and(is_moved) {
        following.set_if_neq(Following::default());
        return;
    }
    let wished = behind(mark, steering.aside());
    let passed_s = steering.time.delta_secs().min(LONGEST_S);
    let next = match (following.last, *steering.motion) {
        (None, _) | (_, Motion::Reduced) => Stand {
            bearing: match (following.last, *steering.motion) {
                (Some(last), Motion::Reduced) => last.bearing,
                _ => wished.bearing,
            },
            ..wished
        },
        (Some(last), Motion::Full) => Stand {
            bearing: turned(last.bearing, wished.bearing, TURN_PER_S * passed_s),
            target: last
                .target
                .lerp(wished.target, 1.0 - (-COME_PER_S * passed_s).exp()),
            ..wished
        },
    };
    // Hands may come nearer and tilt the eye on the way.
    let has_begun = following.last.is_some();
    let [distance_m, pitch] = if has_begun {
        [steering.stand.distance_m, steering.stand.pitch]
    } else {
        [next.distance_m, next.pitch]
    };
    let next = Stand {
        distance_m,
        pitch,
        ..next
    };
    steering.stand.set_if_neq(next);
    following.last = Some(next);
}

fn behind(mark: &TruckMark, aside: f32) -> Stand {
    let ahead = mark.seen.ahead;
    let right = Vec2::new(-ahead.y, ahead.x);
    let by = (ahead * AHEAD_SHARE + right * aside) * DISTANCE_M;
    Stand {
        target: mark.at + crate::space::raised(by, 0.0),
        distance_m: DISTANCE_M,
        bearing: ahead.x.atan2(-ahead.y),
        pitch: PITCH,
    }
}

/// A bearing on the shorter way to another, so far along as a power of e.
fn turned(from: f32, to: f32, power: f32) -> f32 {
    let turn = (to - from + PI).rem_euclid(TAU) - PI;
    from + turn * (1.0 - (-power).exp())
}

/// Whether two stands look at the same point from the same side.
fn is_same(one: &Stand, other: &Stand) -> bool {
    flat(one.target) == flat(other.target) && [one.bearing] == [other.bearing]
}

/// Says in the headline what is followed; on a wall the tour does.
pub(super) fn caption(
    choice: Choice,
    (following, mode, words): (Res<Following>, Res<Mode>, Res<Words>),
    mut caption: ResMut<Caption>,
    mut was_said: Local<bool>,
) {
    if *mode == Mode::Wall {
        return;
    }
    let truck = choice.truck().filter(|_| following.is_on);
    let said = truck.zip(choice.moment.at).map(|(truck, at)| {
        let name = super::said::name(&words, truck);
        let time = words.time_of_day(at);
        let key = if choice.moment.is_borrowed {
            "truck.caption.borrowed"
        } else {
            "truck.caption"
        };
        words.fill(key, &[("truck", &name), ("time", &time)])
    });
    let was_said = std::mem::replace(&mut *was_said, said.is_some());
    if said.is_some() || was_said {
        caption.set_if_neq(Caption(said.unwrap_or_default()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::round::tests::truck;
    use super::*;
    use bevy::math::Vec3;

    fn mark(clock: &str) -> TruckMark {
        let seen = truck().whereabouts(format!("2026-11-30T04:{clock}Z").parse().unwrap());
        TruckMark {
            truck: 0,
            at: Vec3::ZERO,
            seen: seen.unwrap(),
        }
    }

    #[test]
    fn the_eye_stands_behind_the_truck_and_looks_as_it_does() {
        let stand = behind(&mark("00:50"), 0.0);
        approx::assert_abs_diff_eq!(stand.ahead().x, 1.0, epsilon = 1e-4);
        assert!(
            stand.transform().translation.x < 0.0,
            "it drives to the east"
        );
        let back = behind(&mark("04:10"), 0.0);
        assert!(
            back.transform().translation.x > 0.0,
            "it drives to the west"
        );
    }

    #[test]
    fn the_eye_turns_the_shorter_way() {
        let half = turned(3.0, -3.0, 0.5);
        assert!(half > 3.0 && half < 3.3, "{half}");
    }

    #[test]
    fn one_that_drives_with_a_load_is_looked_at_first() {
        let marks = [mark("00:50"), mark("02:50"), mark("04:10")];
        let best = best(&marks).unwrap();
        assert_eq!(best.seen.load.share, 0.5);
        assert!(super::best(&[]).is_none());
    }
}
