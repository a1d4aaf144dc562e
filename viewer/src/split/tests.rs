//! A comparison as a server tells it, and what becomes of it, without a window or a graphics card.

use bevy::MinimalPlugins;
use bevy::asset::{AssetApp as _, AssetPlugin, Assets};
use bevy::camera::Camera;
use bevy::camera::visibility::{RenderLayers, Visibility};
use bevy::ecs::entity::Entity;
use bevy::ecs::message::Messages;
use bevy::ecs::query::With;
use bevy::image::Image;
use bevy::input::ButtonInput;
use bevy::math::Vec2;
use bevy::mesh::Mesh;
use bevy::transform::components::Transform;
use bevy::ui::{Node, UiTargetCamera};

use super::comparison::Unusable;
use super::wire::Job;
use super::*;
use crate::camera::Eye;
use crate::land::{CommuneShape, Heights, Territory};
use crate::layers::Notes;
use crate::look::{Plaster, Ribbon};
use crate::palette::Palette;
use crate::server::{Answered, Client, OperatorToken, Refused};
use crate::sites::Sign;
use crate::space::Space;

/// A comparison of two sites with three, in a commune where it is worse, and one where nobody can tell.
pub(crate) const JOB: &str = r#"{
  "id": "17", "state": "done", "runs": 16,
  "order": {
    "scenarios": [{"fr": "Tournées fixes", "en": "Fixed rounds"}, {"fr": "Essai", "en": "Trial"}],
    "live": {"at": "2026-11-30T21:07:32.703Z", "seq": 5650}
  },
  "outcome": {
    "scenarios": [
      {"name": "Fixed rounds", "from": "2026-11-30", "days": 15, "replications": 8, "synthetic": true,
       "by_site": {"format": 1, "left_out": 0, "key": ["a", "b"], "lon": [6.8, 6.81], "lat": [47.5, 47.5],
                   "containers": [2, 1], "emptyings": [8.0, 3.0], "overflow_h": [12.0, 0.0]}},
      {"name": "Trial", "from": "2026-11-30", "days": 15, "replications": 8, "synthetic": true,
       "by_site": {"format": 1, "left_out": 0, "key": ["a", "c", "d"], "lon": [6.801, 6.82, 999.0],
                   "lat": [47.5, 47.5, 47.5], "containers": [2, 1, 1], "emptyings": [9.0, 2.0, 1.0],
                   "overflow_h": [30.0, 40.0, 1.0]}}
    ],
    "differences": {"Trial": {
      "km_per_day": {"mean": -7.735, "lo95": -9.746, "hi95": -5.724, "unit": "km/day"},
      "service_level": {"mean": -0.001, "lo95": -0.003, "hi95": 0.001, "unit": "share"},
      "overflow_h_per_container_month": {"mean": 0.756, "lo95": 0.138, "hi95": 1.375}
    }},
    "commune_differences": {"Trial": [
      {"code": "25031", "overflow_h_per_month": {"mean": 36.0, "lo95": 20.0, "hi95": 52.0}},
      {"code": "25388", "overflow_h_per_month": {"mean": 2.0, "lo95": -3.0, "hi95": 7.0}}
    ]}
  }
}"#;

pub(crate) fn comparison() -> Comparison {
    Comparison::new(serde_json::from_str(JOB).unwrap(), 1).unwrap()
}

fn unusable(job: &str, number: usize) -> Option<Unusable> {
    let job: Job = serde_json::from_str(job).unwrap();
    Comparison::new(job, number).err()
}

fn square(code: &str, west: f32) -> CommuneShape {
    let at = |x: f32, y: f32| Vec2::new(west + x, y);
    CommuneShape {
        code: code.into(),
        name: code.into(),
        population: 5000,
        centre: at(1000.0, 1000.0),
        rings: vec![vec![
            at(0.0, 0.0),
            at(2000.0, 0.0),
            at(2000.0, 2000.0),
            at(0.0, 2000.0),
            at(0.0, 0.0),
        ]],
    }
}

fn app(token: Option<&str>, first: Split) -> App {
    let token = token.and_then(|token| OperatorToken::new(token).ok());
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, AssetPlugin::default()))
        .init_asset::<Mesh>()
        .init_asset::<Image>()
        .init_asset::<Sign>()
        .init_asset::<Plaster>()
        .init_asset::<Ribbon>()
        .init_resource::<crate::look::Looks>()
        .init_resource::<ButtonInput<KeyCode>>()
        .add_message::<Answered>()
        .insert_resource(Palette::day())
        .insert_resource(Client::new("http://127.0.0.1:1").presenting(token))
        .insert_resource(Space::around(twin_core::LonLat::new(6.8, 47.5).unwrap()))
        .insert_resource(Heights::level(Vec2::splat(-9000.0), 250.0, [80, 80]))
        .insert_resource(Territory {
            communes: vec![
                square("25031", 0.0),
                square("25388", 3000.0),
                square("25580", 6000.0),
            ],
            extent: bevy::math::Rect::default(),
        })
        .add_plugins(SplitPlugin {
            first,
            wanted: None,
        });
    crate::systems::order_systems(&mut app);
    app.world_mut().spawn((
        Eye,
        Camera::default(),
        Transform::default(),
        bevy::camera::Projection::default(),
    ));
    app.update();
    app
}

/// As if the server had answered the question that was asked last.
fn answer(app: &mut App, body: Result<&str, u16>) -> String {
    let mut client = app.world_mut().resource_mut::<Client>();
    let (ticket, path) = client.send_last().unwrap();
    let body = body
        .map(|body| body.as_bytes().into())
        .map_err(|status| Refused { status });
    let mut answers = app.world_mut().resource_mut::<Messages<Answered>>();
    answers.write(Answered { ticket, body });
    app.update();
    path
}

fn shown(app: &mut App) {
    let list = format!("{{\"simulations\": [{JOB}]}}");
    assert_eq!(answer(app, Ok(&list)), "/simulations");
    assert_eq!(answer(app, Ok(JOB)), "/simulations/17");
}

#[test]
fn a_comparison_is_read_as_it_is_told() {
    let comparison = comparison();
    assert_eq!((comparison.days, comparison.runs), (15, 8));
    assert_eq!(comparison.of(Side::Present).len(), 2);
    assert_eq!(
        comparison.of(Side::Scenario).len(),
        2,
        "a place beyond the globe is none"
    );
    let site = comparison.site(Side::Scenario, "a").unwrap();
    approx::assert_relative_eq!(site.full_h, 30.0);
    assert_eq!(
        (comparison.moved(), comparison.come_and_gone()),
        (1, [1, 1])
    );
    assert_eq!(comparison.counts(Side::Scenario), [0, 0, 0, 0, 1, 1]);
    let km = comparison.figure(Figure::Km).unwrap();
    assert_eq!(km.verdict(), Verdict::Less);
    let service = comparison.figure(Figure::Service).unwrap();
    approx::assert_relative_eq!(service.mean, -0.1);
    assert_eq!(service.verdict(), Verdict::Open);
    assert_eq!(comparison.figure(Figure::Euros), None, "it was not told");
}

#[test]
fn what_cannot_be_shown_says_why() {
    assert_eq!(unusable(JOB, 2), Some(Unusable::NoSuchScenario));
    let older = JOB.replace("\"by_site\"", "\"by_place\"");
    assert_eq!(unusable(&older, 1), Some(Unusable::NoSites));
    let newer = JOB.replace("\"format\": 1", "\"format\": 2");
    assert_eq!(unusable(&newer, 1), Some(Unusable::NoSites));
    let alone =
        r#"{"id": "1", "state": "done", "order": {"scenarios": []}, "outcome": {"name": "a"}}"#;
    assert_eq!(unusable(alone, 1), Some(Unusable::Alone));
    let failed = JOB.replace("\"done\"", "\"failed\"");
    assert_eq!(unusable(&failed, 1), Some(Unusable::NotDone));
}

#[test]
fn nobody_but_an_operator_asks() {
    let mut app = app(None, Split::Sides);
    assert!(matches!(app.world().resource::<Known>(), Known::NoRole));
    assert!(app.world().resource::<Client>().is_idle());
    assert!(
        app.world().resource::<crate::pending::Pending>().is_none(),
        "a picture says so"
    );
    app.update();
}

#[test]
fn the_newest_finished_comparison_is_shown_on_both_sides() {
    let mut app = app(Some("s3cret"), Split::Sides);
    assert!(!app.world().resource::<crate::pending::Pending>().is_none());
    shown(&mut app);
    assert!(app.world().resource::<Known>().comparison().is_some());
    assert!(app.world().resource::<crate::pending::Pending>().is_none());
    let mut signs = app
        .world_mut()
        .query_filtered::<(&RenderLayers, &Visibility), With<super::signs::SignsOf>>();
    let seen: Vec<_> = signs.iter(app.world()).collect();
    assert_eq!(seen.len(), 2);
    assert!(!seen[0].0.intersects(seen[1].0), "each side has its own");
    assert!(
        seen.iter()
            .all(|(_, visibility)| **visibility == Visibility::Inherited)
    );
    assert_eq!(app.world().resource::<Assets<Sign>>().len(), 2);
    assert!(
        !app.world().resource::<Layers>().containers,
        "nothing live beside it"
    );
}

#[rstest::rstest]
#[case::not_this_token(Err(403), "split.noRole")]
#[case::no_such_route(Err(404), "split.noJob")]
#[case::none_is_finished(Ok(r#"{"simulations": []}"#), "split.nothing")]
#[case::nonsense(Ok("[]"), "split.unread")]
fn what_the_server_says_instead_is_told(#[case] body: Result<&str, u16>, #[case] key: &str) {
    let mut app = app(Some("s3cret"), Split::Sides);
    answer(&mut app, body);
    let told = why(app.world().resource::<Known>());
    assert_eq!(told.map(|[what, _]| what), Some(key));
    assert!(app.world().resource::<crate::pending::Pending>().is_none());
}

#[test]
fn two_eyes_see_each_their_side_and_writing_lies_over_both() {
    let mut app = app(Some("s3cret"), Split::Off);
    let mut eyes = app.world_mut().query_filtered::<Entity, With<Eye>>();
    let eye = eyes.single(app.world()).unwrap();
    let written = app
        .world_mut()
        .spawn((Node::default(), UiTargetCamera(eye)))
        .id();
    let cameras = |app: &mut App| app.world_mut().query::<&Camera>().iter(app.world()).count();
    assert_eq!(cameras(&mut app), 1);
    app.insert_resource(Split::Sides);
    app.update();
    app.update();
    assert_eq!(cameras(&mut app), 3);
    let layers = |app: &mut App, entity| app.world().get::<RenderLayers>(entity).cloned();
    let mut beside = app.world_mut().query_filtered::<Entity, With<Beside>>();
    let beside = beside.single(app.world()).unwrap();
    let (left, right) = (
        layers(&mut app, eye).unwrap(),
        layers(&mut app, beside).unwrap(),
    );
    assert!(left.intersects(&RenderLayers::layer(1)) && !left.intersects(&RenderLayers::layer(2)));
    assert!(
        right.intersects(&RenderLayers::layer(2)) && !right.intersects(&RenderLayers::layer(1))
    );
    let target = |app: &App, entity| app.world().get::<UiTargetCamera>(entity).unwrap().0;
    assert!(![eye, beside].contains(&target(&app, written)));
    app.insert_resource(Split::Off);
    app.update();
    app.update();
    assert_eq!((cameras(&mut app), target(&app, written)), (1, eye));
    assert_eq!(layers(&mut app, eye), None);
}

#[test]
fn differences_stand_where_they_are_established_and_are_written_there() {
    let mut app = app(Some("s3cret"), Split::Difference);
    shown(&mut app);
    let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while !app.world().resource::<crate::pending::Pending>().is_none() {
        assert!(
            std::time::Instant::now() < end,
            "they stand within a minute"
        );
        app.update();
        std::thread::yield_now();
    }
    app.update();
    let lifts = app.world().resource::<crate::layers::Lifts>().clone();
    assert!(lifts.of(0) > 0.0);
    assert_eq!((lifts.of(1), lifts.of(2)), (0.0, 0.0));
    let notes = app.world().resource::<Notes>().clone();
    assert_eq!(
        notes
            .of(0)
            .map(|note| note.replace('\u{a0}', " "))
            .as_deref(),
        Some("+36 h")
    );
    assert_eq!((notes.of(1), notes.of(2)), (None, None));
    app.insert_resource(Split::Off);
    app.update();
    assert_eq!(app.world().resource::<Notes>(), &Notes::default());
    assert_eq!(app.world().resource::<crate::layers::Lifts>().of(0), 0.0);
}

#[test]
fn a_key_goes_from_one_way_to_the_next() {
    let mut app = app(Some("s3cret"), Split::Off);
    for expected in [Split::Sides, Split::Difference, Split::Off] {
        let mut keys = ButtonInput::<KeyCode>::default();
        keys.press(KeyCode::KeyO);
        app.insert_resource(keys);
        app.update();
        assert_eq!(*app.world().resource::<Split>(), expected);
        app.insert_resource(ButtonInput::<KeyCode>::default());
        app.update();
    }
    assert!(
        app.world().resource::<Layers>().containers,
        "what was shown before is again"
    );
}
