//! Where the tour leads, and when.

use crate::land::Territory;
use crate::server::Fleet;

/// How long each scene is shown, in seconds; design.md says so.
pub(super) const SCENE_S: f64 = 12.0;
/// How many towns are shown.
const TOWNS: usize = 3;

/// A scene of the tour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stop {
    /// All of the territory.
    Overview,
    /// A commune, by its place in the territory.
    Town(usize),
    /// A truck that is under way, by its place in the rounds of the day.
    Truck(usize),
    /// The site with the fullest container, by its index.
    Fullest(usize),
}

/// The stops of a round.
pub(super) fn stops(territory: &Territory, fleet: &Fleet, truck: Option<usize>) -> Vec<Stop> {
    let towns = territory.communes.len().min(TOWNS);
    let towns = (0..towns).map(Stop::Town);
    let fullest = fullest(fleet).map(Stop::Fullest);
    let first = std::iter::once(Stop::Overview);
    let truck = truck.map(Stop::Truck);
    first.chain(towns).chain(truck).chain(fullest).collect()
}

/// The site of the fullest container; of equal ones, the first.
pub(crate) fn fullest(fleet: &Fleet) -> Option<usize> {
    let known = fleet.containers.iter();
    let known = known.filter_map(|it| Some((it.shown_fill()?, it.site)));
    let fullest = known.reduce(|best, next| if next.0 > best.0 { next } else { best });
    fullest.map(|(_, site)| site)
}

/// Which scene is shown so many seconds after the tour began, counted on from round to round.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a wall runs for years, not for 2^64 scenes"
)]
pub(super) fn scene_at(passed_s: f64) -> u64 {
    (passed_s / SCENE_S).max(0.0) as u64
}

/// The stop that is a scene's.
pub(super) fn stop_of(scene: u64, stops: &[Stop]) -> Option<Stop> {
    let count = u64::try_from(stops.len()).ok().filter(|count| *count > 0)?;
    let place = usize::try_from(scene % count).ok()?;
    stops.get(place).copied()
}

#[cfg(test)]
mod tests {
    use bevy::math::{Rect, Vec2};
    use twin_core::{SensorStatus, Stream};

    use super::*;
    use crate::land::CommuneShape;
    use crate::server::Container;

    fn territory(count: u32) -> Territory {
        let commune = |n: u32| CommuneShape {
            code: n.to_string().into(),
            name: "Ville".into(),
            population: 0,
            centre: Vec2::ZERO,
            rings: Vec::new(),
        };
        Territory {
            communes: (0..count).map(commune).collect(),
            extent: Rect::default(),
        }
    }

    fn fleet(fills: &[Option<f64>]) -> Fleet {
        let container = |(site, fill): (usize, &Option<f64>)| Container {
            id: site.to_string().into(),
            site,
            stream: Stream::Glass,
            fill: *fill,
            status: SensorStatus::Ok,
            observed_at: None,
            has_sensor: true,
        };
        let containers = fills.iter().enumerate().map(container);
        Fleet::of(Vec::new(), containers.collect())
    }

    #[test]
    fn a_round_shows_all_then_towns_a_truck_and_the_fullest_site() {
        let stops = stops(
            &territory(9),
            &fleet(&[Some(0.2), Some(0.9), None, Some(0.9)]),
            Some(4),
        );
        let expected = [
            Stop::Overview,
            Stop::Town(0),
            Stop::Town(1),
            Stop::Town(2),
            Stop::Truck(4),
            Stop::Fullest(1),
        ];
        assert_eq!(stops, expected);
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let few = stops(&territory(1), &fleet(&[None]), None);
        assert_eq!(few, [Stop::Overview, Stop::Town(0)]);
        assert_eq!(stop_of(3, &[]), None);
    }

    #[rstest::rstest]
    #[case::at_first(0.0, Stop::Overview)]
    #[case::just_before(11.9, Stop::Overview)]
    #[case::the_next(12.0, Stop::Town(0))]
    #[case::round_again(24.1, Stop::Overview)]
    fn each_scene_has_its_time(#[case] passed_s: f64, #[case] stop: Stop) {
        let stops = [Stop::Overview, Stop::Town(0)];
        assert_eq!(stop_of(scene_at(passed_s), &stops), Some(stop));
    }
}
