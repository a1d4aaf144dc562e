//! Keeping views and flying to them, without a window.

use bevy::ecs::message::Messages;
use bevy::input::keyboard::Key;
use bevy::math::{Rect, Vec2};
use twin_core::LonLat;

use super::*;
use crate::camera::{Eye, Home, Stand};
use crate::hud::written;
use crate::land::{CommuneShape, Heights, Territory};
use crate::link::LinkPlugin;
use crate::space::Space;
use crate::tools::tests::{app as tools_app, press_key, type_letter};

fn app() -> App {
    let town = |name: &str| CommuneShape {
        code: name.into(),
        name: name.into(),
        population: 9_500,
        centre: Vec2::new(700.0, 0.0),
        rings: Vec::new(),
    };
    let mut app = tools_app();
    app.add_plugins((LinkPlugin::default(), BookmarksPlugin::default()))
        .init_resource::<Stand>()
        .init_resource::<Home>()
        .insert_resource(Space::around(LonLat::new(6.8, 47.5).unwrap()))
        .insert_resource(Heights::level(Vec2::splat(-500.0), 100.0, [80, 40]))
        .insert_resource(Territory {
            communes: vec![town("Bart"), town("Bavans")],
            extent: Rect::default(),
        });
    app.world_mut().spawn(Eye);
    app.update();
    app
}

fn says(app: &mut App, expected: &str) -> bool {
    written(app).iter().any(|it| it == expected)
}

fn opened(app: &mut App) -> Vec<ViewLink> {
    let mut messages = app.world_mut().resource_mut::<Messages<OpenView>>();
    messages.drain().map(|it| it.0).collect()
}

#[test]
fn a_view_is_kept_found_in_the_list_and_forgotten() {
    let mut app = app();
    type_letter(&mut app, "B");
    type_letter(&mut app, "B");
    let names: Vec<String> = {
        let kept = app.world().resource::<Kept>();
        kept.0
            .iter()
            .map(|it| it.name.replace('\u{a0}', " "))
            .collect()
    };
    assert_eq!(names, ["Vue 1", "Vue 2"]);
    type_letter(&mut app, "b");
    for said in ["Tout le territoire", "Bart", "Bavans", "Vue 2"] {
        assert!(says(&mut app, said), "{said}: {:?}", written(&mut app));
    }
    // Up from the first row is the last one.
    press_key(&mut app, KeyCode::ArrowUp);
    press_key(&mut app, KeyCode::Delete);
    assert_eq!(app.world().resource::<Kept>().0.len(), 1);
    // What the territory offers cannot be forgotten.
    press_key(&mut app, KeyCode::ArrowDown);
    press_key(&mut app, KeyCode::ArrowDown);
    press_key(&mut app, KeyCode::Delete);
    assert_eq!(app.world().resource::<Kept>().0.len(), 1);
}

#[test]
fn enter_flies_to_the_chosen_view() {
    let mut app = app();
    type_letter(&mut app, "b");
    press_key(&mut app, KeyCode::ArrowDown);
    let mut keys = app
        .world_mut()
        .resource_mut::<bevy::input::ButtonInput<KeyCode>>();
    keys.press(KeyCode::Enter);
    app.update();
    let views = opened(&mut app);
    assert_eq!(views.len(), 1);
    assert_eq!(views[0].distance_m, 6_500.0);
}

#[test]
fn a_kept_view_takes_another_name() {
    let mut app = app();
    type_letter(&mut app, "B");
    type_letter(&mut app, "b");
    press_key(&mut app, KeyCode::ArrowUp);
    press_key(&mut app, KeyCode::F2);
    let mut press = |logical_key: Key| {
        app.world_mut().write_message(KeyboardInput {
            key_code: KeyCode::F35,
            text: None,
            logical_key,
            state: bevy::input::ButtonState::Pressed,
            repeat: false,
            window: bevy::ecs::entity::Entity::PLACEHOLDER,
        });
        app.update();
    };
    for _ in 0.."Vue 1".len() {
        press(Key::Backspace);
    }
    for letter in ["m", "/", "t"] {
        press(Key::Character(letter.into()));
    }
    press(Key::Enter);
    press(Key::Character("x".into()));
    assert_eq!(app.world().resource::<Kept>().0[0].name, "m/t");
    assert_eq!(*app.world().resource::<Tool>(), Tool::Views);
}

#[test]
fn there_is_room_for_so_many_and_no_more() {
    let mut app = app();
    for _ in 0..=MOST {
        type_letter(&mut app, "B");
    }
    assert_eq!(app.world().resource::<Kept>().0.len(), MOST);
}
