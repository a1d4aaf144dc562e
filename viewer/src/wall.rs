//! The wall of a control room: everything larger, and a slow tour that asks for no hand.
//!
//! What it shows is the same as at a desk; only how large it is written, and from where it is seen, differs.

mod tour;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Local, Res, ResMut, SystemParam};
use bevy::math::Vec2;
use bevy::time::{Real, Time};

pub(crate) use self::tour::fullest;
use self::tour::{Stop, scene_at, stop_of, stops};
use crate::camera::{Flight, Home, Stand};
use crate::land::{Heights, Territory};
use crate::server::Fleet;
use crate::space::Space;
use crate::systems::ViewerSystems;
use crate::trucks::{Rounds, TruckMark, TruckMarks, called};
use crate::words::Words;

/// How long the eye takes from scene to scene, in seconds.
const FLIGHT_S: f64 = 3.0;
/// From how far a town, a truck and a site are looked at, in metres.
const DISTANCE_M: [f32; 3] = [9_000.0, 1_500.0, 3_000.0];
/// Scenes of a full round, roughly: after so many another truck is shown.
const ROUND: u64 = 6;
/// How far, in pixels, and after how many seconds what stands still is moved, so that it does not
/// burn in.
const DRIFT: (f32, f64) = (2.0, 600.0);

/// Who looks on, from how far.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mode {
    /// Somebody at a desk, who explores
    #[default]
    Explore,
    /// A control room, from five metres
    Wall,
}

impl Mode {
    /// By how much what stands still is moved, so many seconds after the start.
    pub fn drift(self, now_s: f64) -> Vec2 {
        const CORNERS: [Vec2; 4] = [Vec2::ZERO, Vec2::X, Vec2::ONE, Vec2::Y];
        let (reach, every_s) = DRIFT;
        let step = (now_s / every_s).rem_euclid(CORNERS.len() as f64);
        let passed = CORNERS.iter().enumerate();
        let corner = passed.rev().find(|(n, _)| step >= *n as f64);
        match self {
            Self::Explore => Vec2::ZERO,
            Self::Wall => corner.map_or(Vec2::ZERO, |(_, corner)| *corner * reach),
        }
    }
}

/// What the scene shows, for the headline; empty for all of the territory.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Caption(pub String);

/// How the tour runs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Pace {
    /// From scene to scene.
    #[default]
    Touring,
    /// Only the first scene, for a picture.
    AtRest,
}

/// Turns a viewer into a wall, where its mode says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallPlugin {
    /// Who looks on.
    pub mode: Mode,
    /// How the tour runs.
    pub pace: Pace,
}

impl Plugin for WallPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(self.mode).init_resource::<Caption>();
        if self.mode == Mode::Explore {
            return;
        }
        app.init_resource::<Flight>();
        if self.pace == Pace::Touring {
            let is_known = resource_exists::<Heights>;
            app.add_systems(Update, guide.run_if(is_known).in_set(ViewerSystems::Learn));
        }
    }
}

/// What the tour leads through.
#[derive(SystemParam)]
struct Sights<'w> {
    territory: Res<'w, Territory>,
    heights: Res<'w, Heights>,
    space: Res<'w, Space>,
    fleet: Res<'w, Fleet>,
    home: Res<'w, Home>,
    words: Res<'w, Words>,
    trucks: Option<Res<'w, TruckMarks>>,
    rounds: Option<Res<'w, Rounds>>,
}

impl Sights<'_> {
    /// The trucks that are under way.
    fn trucks(&self) -> &[TruckMark] {
        self.trucks.as_deref().map_or(&[], |trucks| &trucks.0)
    }

    /// The one that is shown: another one in each round.
    fn truck(&self, scene: u64) -> Option<usize> {
        let trucks = self.trucks();
        let count = u64::try_from(trucks.len())
            .ok()
            .filter(|count| *count > 0)?;
        let turn = usize::try_from(scene / ROUND % count).ok()?;
        trucks.get(turn).map(|mark| mark.truck)
    }

    /// From where a stop is seen, and what is said of it.
    fn look(&self, stop: Stop) -> Option<(Stand, String)> {
        let [town_m, truck_m, site_m] = DISTANCE_M;
        Some(match stop {
            Stop::Overview => (self.home.0, String::new()),
            Stop::Town(place) => {
                let town = self.territory.communes.get(place)?;
                let stand = Stand::near(town.centre, &self.heights, town_m);
                (stand, town.name.to_string())
            }
            Stop::Truck(number) => {
                let mark = self.trucks().iter().find(|mark| mark.truck == number)?;
                let truck = self.rounds.as_ref()?.trucks.get(number)?;
                let said = called(&self.words, truck);
                let said = self.words.fill("wall.truck", &[("truck", &said)]);
                (Stand::near(mark.seen.at, &self.heights, truck_m), said)
            }
            Stop::Fullest(site) => {
                let site = self.fleet.sites.get(site)?;
                let at = self.space.ground(site.place);
                let name = site.name.as_deref().unwrap_or(&site.id);
                let said = self.words.fill("wall.fullest", &[("site", name)]);
                (Stand::near(at, &self.heights, site_m), said)
            }
        })
    }
}

/// Sets off for the next scene when its time has come.
fn guide(
    sights: Sights,
    time: Res<Time<Real>>,
    (mut begun_s, mut shown): (Local<Option<f64>>, Local<u64>),
    mut flight: ResMut<Flight>,
    mut caption: ResMut<Caption>,
) {
    let now_s = time.elapsed_secs_f64();
    let scene = scene_at(now_s - *begun_s.get_or_insert(now_s));
    // The eye is at the first scene already.
    if scene == *shown {
        return;
    }
    *shown = scene;
    let truck = sights.truck(scene);
    let stops = stops(&sights.territory, &sights.fleet, truck);
    let stop = stop_of(scene, &stops);
    if let Some((stand, said)) = stop.and_then(|stop| sights.look(stop)) {
        flight.set_off(stand, FLIGHT_S);
        caption.set_if_neq(Caption(said));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bevy::math::Rect;
    use twin_core::LonLat;

    use super::*;
    use crate::land::CommuneShape;

    fn app(pace: Pace) -> App {
        let mut app = App::new();
        let town = CommuneShape {
            code: "25388".into(),
            name: "Montbéliard".into(),
            population: 25_000,
            centre: Vec2::new(700.0, 0.0),
            rings: Vec::new(),
        };
        app.init_resource::<Time<Real>>()
            .init_resource::<Fleet>()
            .init_resource::<Home>()
            .init_resource::<Words>()
            .insert_resource(Space::around(LonLat::new(6.8, 47.5).unwrap()))
            .insert_resource(Territory {
                communes: vec![town],
                extent: Rect::default(),
            })
            .insert_resource(Heights::level(Vec2::splat(-500.0), 100.0, [80, 40]))
            .add_plugins(WallPlugin {
                mode: Mode::Wall,
                pace,
            });
        app.update();
        app
    }

    fn after(app: &mut App, passed_s: u64) {
        app.world_mut()
            .resource_mut::<Time<Real>>()
            .advance_by(Duration::from_secs(passed_s));
        app.update();
    }

    #[test]
    fn the_tour_leads_to_a_town_and_back() {
        let mut app = app(Pace::Touring);
        after(&mut app, 11);
        assert!(app.world().resource::<Flight>().destination().is_none());
        after(&mut app, 2);
        let to = app.world().resource::<Flight>().destination().unwrap();
        assert_eq!(to.target.x, 700.0);
        assert_eq!(app.world().resource::<Caption>().0, "Montbéliard");
        after(&mut app, 12);
        assert_eq!(app.world().resource::<Caption>().0, "");
    }

    #[test]
    fn a_picture_is_taken_at_rest() {
        let mut app = app(Pace::AtRest);
        after(&mut app, 30);
        assert!(app.world().resource::<Flight>().destination().is_none());
    }

    #[rstest::rstest]
    #[case::at_first(0.0, Vec2::ZERO)]
    #[case::after_ten_minutes(600.0, Vec2::new(2.0, 0.0))]
    #[case::after_half_an_hour(1800.0, Vec2::new(0.0, 2.0))]
    #[case::round_again(2400.0, Vec2::ZERO)]
    fn what_stands_still_drifts_on_a_wall(#[case] now_s: f64, #[case] by: Vec2) {
        assert_eq!(Mode::Wall.drift(now_s), by);
        assert_eq!(Mode::Explore.drift(now_s), Vec2::ZERO);
    }
}
