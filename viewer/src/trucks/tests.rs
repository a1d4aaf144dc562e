//! The plugin as a whole, without a window: from what the server answers to what is shown and said.

use bevy::MinimalPlugins;
use bevy::app::App;
use bevy::asset::{AssetApp as _, AssetPlugin};
use bevy::camera::ClearColor;
use bevy::ecs::message::Messages;
use bevy::image::Image;
use bevy::input::ButtonInput;
use bevy::input::keyboard::{Key, KeyCode};
use bevy::math::Vec2;
use bevy::mesh::Mesh;
use twin_core::Timestamp;

use super::round::tests::space;
use super::wire::tests::ANSWER;
use super::*;
use crate::camera::{Eye, Flight};
use crate::hud::{HudPlugin, RightSheet, written};
use crate::palette::Palette;
use crate::pending::Pending;
use crate::pick::Chosen;
use crate::server::{Answered, Client, Fleet, FleetChanged, Link, Present, Refused};

/// A viewer of a level land at a time of the day, without what draws.
fn app(is_wanted: bool, at: &str) -> App {
    let mut app = App::new();
    let mut present = Present::default();
    present.hold(time(at));
    let home = Stand {
        distance_m: 50_000.0,
        ..Stand::default()
    };
    app.add_plugins((MinimalPlugins, AssetPlugin::default(), HudPlugin))
        .init_asset::<Mesh>()
        .init_asset::<Image>()
        .insert_resource(Client::new("http://127.0.0.1:1"))
        .insert_resource(Palette::day())
        .insert_resource(ClearColor::default())
        .insert_resource(present)
        .insert_resource(space())
        .insert_resource(Heights::level(Vec2::splat(-5000.0), 100.0, [101, 101]))
        .insert_resource(Home(home))
        .insert_resource(home)
        .insert_resource(Link::Live)
        .insert_resource(Motion::Reduced)
        .init_resource::<Fleet>()
        .init_resource::<Flight>()
        .init_resource::<Chosen>()
        .init_resource::<ButtonInput<Key>>()
        .add_message::<Answered>()
        .add_message::<FleetChanged>();
    keep(&mut app, is_wanted);
    app.add_plugins(poll::PollPlugin { is_wanted });
    add_systems(&mut app);
    crate::systems::order_systems(&mut app);
    app.world_mut().spawn(Eye);
    app.update();
    app
}

fn time(at: &str) -> Timestamp {
    format!("2026-11-30T{at}Z").parse().unwrap()
}

fn answer(app: &mut App, body: Result<&str, Refused>) {
    let ticket = app.world().resource::<poll::Poll>().ticket.unwrap();
    let body = body.map(|text| text.as_bytes().into());
    app.world_mut()
        .resource_mut::<Messages<Answered>>()
        .write(Answered { ticket, body });
    // It is read beside the frames.
    for _ in 0..200 {
        app.update();
        if app.world().resource::<Pending>().is_none() {
            app.update();
            return;
        }
        std::thread::yield_now();
    }
}

fn marks(app: &App) -> &[TruckMark] {
    &app.world().resource::<TruckMarks>().0
}

fn type_key(app: &mut App, key: &str) {
    let mut keys = ButtonInput::<Key>::default();
    keys.press(Key::Character(key.into()));
    app.insert_resource(keys);
    app.update();
    app.insert_resource(ButtonInput::<Key>::default());
    app.update();
}

fn says(app: &mut App, line: &str) -> bool {
    written(app).iter().any(|it| it.contains(line))
}

/// Whether what has this component is laid out.
fn is_shown<C: bevy::ecs::component::Component>(app: &mut App) -> bool {
    let mut nodes = app
        .world_mut()
        .query_filtered::<&bevy::ui::Node, bevy::ecs::query::With<C>>();
    let mut nodes = nodes.iter(app.world());
    nodes.any(|node| node.display != bevy::ui::Display::None)
}

#[test]
fn a_truck_stands_where_its_plan_has_it_and_the_legend_says_so() {
    let mut app = app(false, "04:00:50");
    assert!(!app.world().resource::<Pending>().is_none());
    answer(&mut app, Ok(ANSWER));
    let [mark] = marks(&app) else {
        panic!("there is one truck");
    };
    approx::assert_abs_diff_eq!(mark.at.x, 100.0, epsilon = 1.0);
    assert!(is_shown::<key::TruckKey>(&mut app));
    assert!(says(&mut app, "camion et sa charge, selon le plan"));
    app.world_mut()
        .resource_mut::<Present>()
        .hold(time("04:02:30"));
    app.update();
    approx::assert_abs_diff_eq!(marks(&app)[0].seen.load.share, 0.25, epsilon = 1e-3);
    let mut keys = ButtonInput::<KeyCode>::default();
    keys.press(KeyCode::Digit8);
    app.insert_resource(keys);
    app.update();
    app.insert_resource(ButtonInput::<KeyCode>::default());
    app.update();
    assert!(marks(&app).is_empty(), "they can be hidden");
}

#[test]
fn the_sheet_of_a_truck_opens_and_makes_way() {
    let mut app = app(false, "04:00:50");
    answer(&mut app, Ok(ANSWER));
    type_key(&mut app, "v");
    for line in ["Camion-grue n° 1", "Position selon le plan", "Vers Place"] {
        assert!(says(&mut app, line), "{line}: {:?}", written(&mut app));
    }
    assert_eq!(*app.world().resource::<RightSheet>(), RightSheet::Other);
    let stand = *app.world().resource::<Stand>();
    assert!(stand.distance_m < 1_000.0, "the eye has come to it");
    assert!(stand.target.x > 50.0);
    app.insert_resource(Chosen(Some(0)));
    app.update();
    app.update();
    assert!(!is_shown::<sheet::TruckSheet>(&mut app));
    assert_eq!(app.world().resource::<ChosenTruck>().0, None);
}

#[test]
fn a_hand_that_moves_the_eye_ends_the_ride() {
    let mut app = app(false, "04:00:50");
    answer(&mut app, Ok(ANSWER));
    type_key(&mut app, "v");
    assert!(app.world().resource::<Following>().is_on());
    app.world_mut().resource_mut::<Stand>().bearing += 0.5;
    app.update();
    assert!(!app.world().resource::<Following>().is_on());
    assert!(is_shown::<sheet::TruckSheet>(&mut app), "its sheet stays");
}

#[test]
fn where_none_is_under_way_the_nearest_moment_of_the_shift_is_borrowed_and_said() {
    let mut app = app(true, "20:00:00");
    answer(&mut app, Ok(ANSWER));
    app.update();
    let moment = *app.world().resource::<TruckMoment>();
    assert!(
        moment.is_borrowed && moment.at < Some(time("04:10:00")),
        "{moment:?}"
    );
    assert_eq!(marks(&app).len(), 1);
    assert!(says(&mut app, "aucun camion n’est en route"));
    assert!(app.world().resource::<Stand>().distance_m < 1_000.0);
}

#[test]
fn nobody_borrows_a_moment_who_did_not_come_for_a_truck() {
    let mut app = app(false, "20:00:00");
    answer(&mut app, Ok(ANSWER));
    assert!(marks(&app).is_empty());
    assert!(!is_shown::<key::TruckKey>(&mut app));
}

#[rstest::rstest]
#[case::nobody_planned_it(Ok(
    r#"{"date": "2026-11-30", "state": "none", "reason": "no", "vehicles": []}"#
))]
#[case::refused(Err(Refused { status: 401 }))]
#[case::an_older_server(Err(Refused { status: 404 }))]
#[case::another_day(Ok(r#"{"date": "2026-11-29", "state": "planned", "vehicles": []}"#))]
#[case::malformed(Ok("{\"date\": 3}"))]
#[case::no_json(Ok("<html>"))]
fn without_rounds_there_are_no_trucks_and_nothing_waits(#[case] body: Result<&str, Refused>) {
    let mut app = app(true, "04:00:50");
    answer(&mut app, body);
    assert!(app.world().resource::<Pending>().is_none());
    assert!(marks(&app).is_empty());
    assert_eq!(app.world().resource::<ChosenTruck>().0, None);
}

#[test]
fn a_picture_of_a_truck_waits_for_a_day_that_is_being_planned() {
    let soon = r#"{"date": "2026-11-30", "state": "being-planned", "vehicles": []}"#;
    for (is_wanted, waits) in [(true, true), (false, false)] {
        let mut app = app(is_wanted, "04:00:50");
        answer(&mut app, Ok(soon));
        assert_eq!(!app.world().resource::<Pending>().is_none(), waits);
    }
}

#[test]
fn another_day_has_other_rounds() {
    let mut app = app(false, "04:00:50");
    answer(&mut app, Ok(ANSWER));
    assert_eq!(marks(&app).len(), 1);
    app.world_mut()
        .resource_mut::<Present>()
        .hold("2026-11-29T04:00:50Z".parse().unwrap());
    app.update();
    app.update();
    assert!(marks(&app).is_empty());
    assert!(app.world().resource::<poll::Poll>().ticket.is_some());
}
