//! The trucks that are seen: where, how large, which of them is chosen.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut, SystemParam};
use bevy::math::{Vec2, Vec3};
use bevy::time::{Real, Time};
use twin_core::Timestamp;

use super::poll::Rounds;
use super::round::{Truck, Whereabouts};
use crate::land::Heights;
use crate::layers::Layers;
use crate::server::Present;
use crate::space::raised;

/// The truck whose sheet is open, by its name.
#[derive(Resource, Clone, Debug, Default, Eq, PartialEq)]
pub struct ChosenTruck(pub Option<Box<str>>);

/// The truck under the mouse, by its place in [`Rounds::trucks`].
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct HoveredTruck(pub Option<usize>);

/// The moment at which trucks are shown.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TruckMoment {
    /// When; `None` until the twin's time is known.
    pub at: Option<Timestamp>,
    /// Whether that is another moment than all else is shown at: the one of the shift that is nearest to it,
    /// where no truck is under way and one is to be looked at.
    pub is_borrowed: bool,
}

/// The trucks on the land, of those of [`Rounds::trucks`] that are under way.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct TruckMarks(pub Vec<TruckMark>);

/// One truck on the land.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruckMark {
    /// Its place in [`Rounds::trucks`].
    pub truck: usize,
    /// Where it stands, in the scene.
    pub at: Vec3,
    /// By its plan.
    pub seen: Whereabouts,
}

impl TruckMark {
    /// How long a truck is drawn where a pixel of a picture as designed is so many metres wide, in metres:
    /// true to the streets when near, and never smaller than can be read.
    pub fn length_m(metres_per_px: f32) -> f32 {
        TRUE_M.max(LEAST_PX * metres_per_px)
    }
}

/// How long a truck is, a little more than it is.
pub(super) const TRUE_M: f32 = 11.0;
/// How long it is drawn at least, in pixels of a picture as designed.
pub(super) const LEAST_PX: f32 = 46.0;

/// Whether trucks are shown for a picture of one, even where none is under way.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct IsWanted(pub bool);

/// What is known of trucks, and of the moment.
#[derive(SystemParam)]
pub(super) struct Known<'w> {
    pub rounds: Res<'w, Rounds>,
    present: Res<'w, Present>,
    layers: Res<'w, Layers>,
    time: Res<'w, Time<Real>>,
}

impl Known<'_> {
    fn now(&self) -> Option<Timestamp> {
        self.present.time(self.time.elapsed_secs_f64())
    }
}

/// Finds the moment at which trucks are shown.
pub(super) fn choose_moment(
    known: Known,
    is_wanted: Res<IsWanted>,
    mut moment: ResMut<TruckMoment>,
) {
    let now = known.now();
    let trucks = &known.rounds.trucks;
    let borrowed = now.filter(|_| is_wanted.0).and_then(|now| {
        let is_under_way = |truck: &Truck| truck.whereabouts(now).is_some();
        let is_none = !trucks.iter().any(is_under_way);
        nearest(trucks, now).filter(|_| is_none)
    });
    moment.set_if_neq(TruckMoment {
        at: borrowed.or(now),
        is_borrowed: borrowed.is_some(),
    });
}

/// The moment nearest to now at which a truck is on its way to containers or to unload, well within that way.
fn nearest(trucks: &[Truck], now: Timestamp) -> Option<Timestamp> {
    /// Drives shorter than this are no picture of one.
    const LONG_MS: i64 = 90_000;
    let errands = trucks.iter().flat_map(Truck::errands);
    let long = errands.filter(|[from, until]| until.since(*from).as_millis() >= LONG_MS);
    let away = |[from, until]: &[Timestamp; 2]| {
        let late = now.since(*until).as_millis();
        let early = from.since(now).as_millis();
        late.max(early).max(0)
    };
    let [from, until] = long.min_by_key(away)?;
    let half = until.since(from).as_millis() / 2;
    Some(from + twin_core::Span::from_millis(half))
}

/// Places the trucks that are under way.
pub(super) fn place(
    known: Known,
    (moment, heights): (Res<TruckMoment>, Res<Heights>),
    mut marks: ResMut<TruckMarks>,
) {
    let are_shown = known.layers.shows_trucks();
    let Some(at) = moment.at.filter(|_| are_shown) else {
        marks.set_if_neq(TruckMarks::default());
        return;
    };
    let trucks = known.rounds.trucks.iter().enumerate();
    let seen = trucks.filter_map(|(number, truck)| {
        let seen = truck.whereabouts(at)?;
        Some(TruckMark {
            truck: number,
            at: on_ground(&heights, seen.at),
            seen,
        })
    });
    marks.set_if_neq(TruckMarks(seen.collect()));
}

/// A point that lies on the land, as roads do.
pub(super) fn on_ground(heights: &Heights, at: Vec2) -> Vec3 {
    /// Roads lie as high over the land.
    const LIFT_M: f32 = 2.0;
    raised(at, heights.at(at) + LIFT_M)
}

/// The chosen truck, and where it is.
#[derive(SystemParam)]
pub(crate) struct Choice<'w> {
    pub rounds: Res<'w, Rounds>,
    pub chosen: Res<'w, ChosenTruck>,
    pub marks: Res<'w, TruckMarks>,
    pub moment: Res<'w, TruckMoment>,
}

impl Choice<'_> {
    /// Its place in [`Rounds::trucks`].
    pub(crate) fn number(&self) -> Option<usize> {
        self.rounds.find(self.chosen.0.as_deref()?)
    }

    pub(crate) fn truck(&self) -> Option<&Truck> {
        self.rounds.trucks.get(self.number()?)
    }

    pub(crate) fn mark(&self) -> Option<&TruckMark> {
        let number = self.number()?;
        self.marks.0.iter().find(|mark| mark.truck == number)
    }
}

#[cfg(test)]
mod tests {
    use super::super::round::tests::truck;
    use super::*;

    #[rstest::rstest]
    #[case::in_the_evening("2026-11-30T20:00:00Z", "2026-11-30T04:04:10.000Z")]
    #[case::before_dawn("2026-11-30T01:00:00Z", "2026-11-30T04:00:50.000Z")]
    fn the_nearest_moment_of_the_shift_is_one_on_the_way(#[case] now: &str, #[case] found: &str) {
        let nearest = nearest(&[truck()], now.parse().unwrap()).unwrap();
        assert_eq!(nearest.to_string(), found);
    }

    #[test]
    fn without_trucks_there_is_no_such_moment() {
        assert_eq!(nearest(&[], "2026-11-30T20:00:00Z".parse().unwrap()), None);
    }

    #[rstest::rstest]
    #[case::from_near(0.1, TRUE_M)]
    #[case::from_far(27.0, LEAST_PX * 27.0)]
    fn trucks_are_true_when_near_and_readable_from_far(#[case] pixel_m: f32, #[case] length: f32) {
        assert_eq!(TruckMark::length_m(pixel_m), length);
    }
}
