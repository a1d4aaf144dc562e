//! Planning by keys, and what is sent of it.

use bevy::MinimalPlugins;
use bevy::asset::{AssetApp as _, AssetPlugin};
use bevy::ecs::message::Messages;
use bevy::input::ButtonInput;
use bevy::input::keyboard::Key;
use bevy::math::Vec2;
use bevy::mesh::Mesh;
use twin_core::{LonLat, SensorStatus, Stream};

use super::draft::{Planned, Step};
use super::*;
use crate::camera::Stand;
use crate::land::Heights;
use crate::pick::Chosen;
use crate::server::{Answered, Client, Container, Fleet, NotPosted, OperatorToken, Posted, Site};
use crate::space::Space;
use crate::split::{Split, Wish};
use crate::words::Words;

fn place(lon: f64) -> LonLat {
    LonLat::new(lon, 47.5).unwrap()
}

fn fleet() -> Fleet {
    let site = |key: &str, lon| Site {
        id: format!("site/{key}").into(),
        name: Some(format!("Bart, point d’apport {key}").into()),
        commune: None,
        place: place(lon),
    };
    let container = |key: &str, site| Container {
        id: format!("container/{key}").into(),
        site,
        stream: Stream::Glass,
        fill: Some(0.5),
        status: SensorStatus::Ok,
        observed_at: None,
        has_sensor: true,
    };
    Fleet::of(
        vec![site("1", 6.8), site("2", 6.81)],
        vec![container("1-a", 0), container("2-a", 1)],
    )
}

fn app(token: Option<&str>) -> App {
    let token = token.and_then(|token| OperatorToken::new(token).ok());
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, AssetPlugin::default()))
        .init_asset::<Mesh>()
        .add_message::<Answered>()
        .init_resource::<ButtonInput<KeyCode>>()
        .init_resource::<ButtonInput<Key>>()
        .insert_resource(Client::new("http://127.0.0.1:1").presenting(token))
        .insert_resource(Space::around(place(6.8)))
        .insert_resource(Heights::level(Vec2::splat(-9000.0), 250.0, [80, 80]))
        .init_resource::<Stand>()
        .insert_resource(fleet())
        .insert_resource(Chosen(Some(0)))
        .add_plugins(PlanPlugin { is_open: true });
    crate::systems::order_systems(&mut app);
    app.update();
    app
}

fn press(app: &mut App, keys: &[KeyCode], print: Option<&str>) {
    let mut places = ButtonInput::<KeyCode>::default();
    for key in keys {
        places.press(*key);
    }
    let mut prints = ButtonInput::<Key>::default();
    if let Some(print) = print {
        prints.press(Key::Character(print.into()));
    }
    app.insert_resource(places).insert_resource(prints);
    app.update();
    app.init_resource::<ButtonInput<KeyCode>>();
    app.insert_resource(ButtonInput::<KeyCode>::default());
    app.insert_resource(ButtonInput::<Key>::default());
    app.update();
}

fn draft(app: &App) -> Draft {
    app.world().resource::<Plan>().draft.clone()
}

const CONTROL: KeyCode = KeyCode::ControlLeft;
const SHIFT: KeyCode = KeyCode::ShiftLeft;

#[test]
fn what_is_undone_and_done_again_is_as_it_was() {
    let mut app = app(None);
    press(&mut app, &[CONTROL, KeyCode::ArrowRight], None);
    press(&mut app, &[KeyCode::KeyI], None);
    press(&mut app, &[KeyCode::Delete], None);
    let whole = draft(&app);
    assert_eq!(whole.steps().len(), 3);
    for _ in 0..3 {
        press(&mut app, &[CONTROL], Some("z"));
    }
    assert_eq!(draft(&app).steps(), []);
    press(&mut app, &[CONTROL], Some("z"));
    for _ in 0..4 {
        press(&mut app, &[CONTROL, SHIFT], Some("z"));
    }
    assert_eq!(draft(&app), whole);
}

#[test]
fn a_site_goes_where_the_arrows_say_and_is_one_step() {
    let mut app = app(None);
    press(&mut app, &[CONTROL, KeyCode::ArrowRight], None);
    press(&mut app, &[CONTROL, KeyCode::ArrowRight], None);
    let draft = draft(&app);
    assert_eq!(draft.steps().len(), 1);
    let to = draft.place("1", None).unwrap();
    assert!(to.lon() > 6.8, "{to}");
    let planned = draft.planned();
    assert_eq!(
        planned.get("1"),
        Some(&Planned::Moved {
            from: place(6.8),
            to
        })
    );
}

#[test]
fn what_is_gone_is_neither_moved_nor_taken_away_again() {
    let mut app = app(None);
    press(&mut app, &[KeyCode::Delete], None);
    press(&mut app, &[KeyCode::Delete], None);
    press(&mut app, &[CONTROL, KeyCode::ArrowUp], None);
    assert_eq!(draft(&app).steps().len(), 1);
    app.insert_resource(Chosen(Some(1)));
    press(&mut app, &[SHIFT, KeyCode::Delete], None);
    press(&mut app, &[SHIFT, KeyCode::Delete], None);
    assert_eq!(draft(&app).steps().len(), 2);
}

#[test]
fn steps_are_edits_of_a_scenario() {
    let mut draft = Draft::default();
    let at = place(6.82);
    let key = draft.new_key(&fleet());
    draft.take(Step::Add { site: key, at });
    draft.take(Step::Move {
        site: "1".into(),
        from: place(6.8),
        to: at,
    });
    draft.take(Step::Remove {
        site: "2".into(),
        at: place(6.81),
    });
    let order = send::order(&Plan {
        is_open: true,
        draft,
    });
    let edits = &order["scenarios"][1]["edits"];
    assert_eq!(order["scenarios"][0]["edits"], serde_json::json!([]));
    assert_eq!(edits[0]["add-site"]["key"], "plan-1");
    assert_eq!(edits[0]["add-site"]["containers"][0]["stream"], "glass");
    assert_eq!(edits[1]["move-site"]["lon"], 6.82);
    assert_eq!(edits[2]["remove-site"]["site"], "2");
}

#[test]
fn steps_are_told_in_words() {
    let (words, fleet) = (Words::default(), fleet());
    let wares = Wares {
        words: &words,
        fleet: &fleet,
    };
    let step = Step::Move {
        site: "1".into(),
        from: place(6.8),
        to: place(6.81),
    };
    let said = wares.say(&step).replace('\u{a0}', " ");
    assert_eq!(said, "Bart, point d’apport 1 : déplacé de 753 m");
}

#[test]
fn a_plan_is_sent_by_operators_and_its_outcome_is_shown() {
    let mut app = app(Some("s3cret"));
    press(&mut app, &[CONTROL, KeyCode::Enter], None);
    assert_eq!(app.world().resource::<Sent>().stage, Stage::Empty);
    press(&mut app, &[KeyCode::Delete], None);
    press(&mut app, &[CONTROL, KeyCode::Enter], None);
    assert_eq!(app.world().resource::<Sent>().stage, Stage::Sending);
    let ticket = app.world().resource::<Client>().last_post().unwrap();
    let job = br#"{"id": "17", "state": "queued", "runs_done": 0, "runs": 0}"#.as_slice();
    let mut posted = app.world_mut().resource_mut::<Messages<Posted>>();
    posted.write(Posted {
        ticket,
        outcome: Ok(job.into()),
    });
    app.update();
    assert_eq!(
        app.world().resource::<Sent>().stage,
        Stage::Running { done: 0, runs: 0 }
    );
    let (ticket, path) = app
        .world_mut()
        .resource_mut::<Client>()
        .send_last()
        .unwrap();
    assert_eq!(path, "/simulations/17");
    let done = br#"{"id": "17", "state": "done", "runs_done": 16, "runs": 16}"#.as_slice();
    let mut answers = app.world_mut().resource_mut::<Messages<Answered>>();
    answers.write(Answered {
        ticket,
        body: Ok(done.into()),
    });
    app.update();
    assert_eq!(app.world().resource::<Sent>().stage, Stage::Done);
    assert_eq!(*app.world().resource::<Split>(), Split::Sides);
    assert_eq!(app.world().resource::<Wish>().0, "17".parse().ok());
}

#[rstest::rstest]
#[case::away(None, "", Stage::Away)]
#[case::not_this_token(Some(403), "", Stage::NoRole)]
#[case::an_edit(Some(400), "edits[0]: no such site", Stage::Failed("edits[0]: no such site".into()))]
fn what_is_refused_is_told(
    #[case] status: Option<u16>,
    #[case] reason: &str,
    #[case] stage: Stage,
) {
    let mut app = app(Some("s3cret"));
    press(&mut app, &[KeyCode::Delete], None);
    press(&mut app, &[CONTROL, KeyCode::Enter], None);
    let ticket = app.world().resource::<Client>().last_post().unwrap();
    let refusal = NotPosted {
        status,
        reason: reason.into(),
    };
    let mut posted = app.world_mut().resource_mut::<Messages<Posted>>();
    posted.write(Posted {
        ticket,
        outcome: Err(refusal),
    });
    app.update();
    assert_eq!(app.world().resource::<Sent>().stage, stage);
}

#[test]
fn without_a_token_nothing_is_sent() {
    let mut app = app(None);
    press(&mut app, &[KeyCode::Delete], None);
    press(&mut app, &[CONTROL, KeyCode::Enter], None);
    assert_eq!(app.world().resource::<Sent>().stage, Stage::NoRole);
    assert!(app.world().resource::<Client>().is_idle());
}
