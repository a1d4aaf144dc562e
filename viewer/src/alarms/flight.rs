//! Brings the eye over alarms: over the most pressing one at the start, where that is asked for, and
//! over the next one whenever a capital `A` is typed.

use bevy::app::{App, Plugin, Update};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Res, ResMut};
use twin_core::AlarmId;

use super::marks::{AlarmMark, AlarmMarks};
use super::poll::Poll;
use super::standing::StandingAlarms;
use crate::camera::{Flight, Home, Stand};
use crate::keys::Keys;
use crate::land::Heights;
use crate::server::Client;
use crate::systems::ViewerSystems;

/// How far from an alarm the eye stops, in metres.
const DISTANCE_M: f32 = 9_000.0;
/// How far down it looks there.
const PITCH: f32 = 38.0_f32.to_radians();
/// How long it takes to get there, in seconds.
const TAKES_S: f64 = 0.32;

pub(super) struct FlightPlugin {
    pub is_wanted: bool,
}

impl Plugin for FlightPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Course {
            is_first_wanted: self.is_wanted,
            ..Course::default()
        })
        .init_resource::<Stand>()
        .init_resource::<Home>()
        .init_resource::<Flight>()
        .add_systems(
            Update,
            (
                stand_over_first.run_if(resource_exists::<Heights>),
                turn_to_next,
            )
                .chain()
                .after(super::marks::place_marks)
                .in_set(ViewerSystems::Learn),
        );
    }
}

/// Where the eye is on its way to.
#[derive(Resource, Debug, Default)]
struct Course {
    is_first_wanted: bool,
    visited: Option<AlarmId>,
}

/// The stand over a mark, looking as before.
fn over(mark: &AlarmMark, bearing: f32) -> Stand {
    Stand {
        target: mark.at,
        distance_m: DISTANCE_M,
        bearing,
        pitch: PITCH,
    }
}

/// Stands over the most pressing alarm as soon as alarms and land are there, or says why not.
fn stand_over_first(
    mut course: ResMut<Course>,
    (marks, standing): (Res<AlarmMarks>, Res<StandingAlarms>),
    (poll, client): (Res<Poll>, Res<Client>),
    (mut stand, home): (ResMut<Stand>, Res<Home>),
) {
    // The first stand of all comes with the land, and would undo this one.
    let is_standing = *home != Home::default();
    if !course.is_first_wanted || !is_standing {
        return;
    }
    if !client.is_operator() {
        bevy::log::warn!("no alarm to look at: they are for operators, and there is no token");
    } else if !poll.has_answered() {
        return;
    } else if let Some(mark) = marks.0.first() {
        *stand = over(mark, stand.bearing);
        course.visited = Some(mark.alarm);
    } else if standing.all().is_empty() {
        bevy::log::warn!("no alarm to look at: none is known to stand");
    } else {
        bevy::log::warn!("no alarm to look at: none has a place");
    }
    course.is_first_wanted = false;
}

/// Sets out for the next alarm; after the last comes the first.
fn turn_to_next(
    mut course: ResMut<Course>,
    mut flight: ResMut<Flight>,
    (marks, stand): (Res<AlarmMarks>, Res<Stand>),
    keys: Keys,
) {
    let next = next(&marks.0, course.visited);
    let Some(next) = next.filter(|_| keys.is_typed("A")) else {
        return;
    };
    course.visited = Some(next.alarm);
    flight.set_off(over(next, stand.bearing), TAKES_S);
}

fn next(marks: &[AlarmMark], visited: Option<AlarmId>) -> Option<&AlarmMark> {
    let last = marks.iter().position(|mark| Some(mark.alarm) == visited);
    last.and_then(|last| marks.get(last + 1)).or(marks.first())
}

#[cfg(test)]
mod tests {
    use bevy::MinimalPlugins;
    use bevy::input::ButtonInput;
    use bevy::input::keyboard::Key;
    use bevy::math::{Vec2, Vec3};
    use twin_core::AlarmPriority;

    use super::*;
    use crate::camera::carry;
    use crate::motion::Motion;
    use crate::server::OperatorToken;

    fn mark(number: u64, east: f32) -> AlarmMark {
        AlarmMark {
            alarm: AlarmId(number),
            at: Vec3::new(east, 0.0, 0.0),
            priority: AlarmPriority::First,
            is_acknowledged: false,
            count: 1,
        }
    }

    /// An operator's viewer of a known land, which is to look at an alarm first.
    fn app(token: &str, marks: Vec<AlarmMark>) -> App {
        let mut app = App::new();
        let client = Client::new("http://127.0.0.1:1").presenting(OperatorToken::new(token).ok());
        let home = Stand {
            distance_m: 50_000.0,
            ..Stand::default()
        };
        app.add_plugins(MinimalPlugins)
            .insert_resource(client)
            .insert_resource(AlarmMarks(marks))
            .init_resource::<StandingAlarms>()
            .insert_resource(Poll::answered())
            .insert_resource(Heights::level(Vec2::splat(-5000.0), 1000.0, [10, 10]))
            .insert_resource(Home(home))
            .insert_resource(home)
            .init_resource::<ButtonInput<Key>>()
            .add_plugins(FlightPlugin { is_wanted: true });
        app.insert_resource(Motion::Reduced)
            .add_systems(Update, carry.in_set(ViewerSystems::Move));
        crate::systems::order_systems(&mut app);
        app.update();
        app
    }

    fn target(app: &App) -> (f32, f32) {
        let stand = app.world().resource::<Stand>();
        (stand.target.x, stand.distance_m)
    }

    #[test]
    fn the_eye_stands_over_the_most_pressing_alarm_and_goes_round() {
        let mut app = app("s3cret", vec![mark(1, 100.0), mark(2, 200.0)]);
        assert_eq!(target(&app), (100.0, DISTANCE_M));
        for east in [200.0, 100.0] {
            let mut keys = ButtonInput::<Key>::default();
            keys.press(Key::Character("A".into()));
            app.insert_resource(keys);
            app.update();
            assert_eq!(target(&app), (east, DISTANCE_M));
        }
    }

    #[rstest::rstest]
    #[case::no_token("", vec![mark(1, 100.0)])]
    #[case::no_alarm("s3cret", vec![])]
    fn without_an_alarm_it_stays(#[case] token: &str, #[case] marks: Vec<AlarmMark>) {
        assert_eq!(target(&app(token, marks)), (0.0, 50_000.0));
    }
}
