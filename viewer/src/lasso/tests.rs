//! Selecting by the mouse and by keys, without a window.

use bevy::ecs::entity::Entity;
use bevy::input::ButtonState;
use bevy::input::keyboard::Key;

use super::sums::tests::{fleet, space};
use super::*;
use crate::camera::Stand;
use crate::hud::written;
use crate::land::Heights;
use crate::measure::tests::eye;
use crate::pick::Cursor;
use crate::tools::tests::{app as tools_app, press_key, type_letter};
use crate::trace::TracePlugin;

fn app() -> App {
    let mut app = tools_app();
    app.add_plugins((TracePlugin, LassoPlugin))
        .insert_resource(space())
        .insert_resource(fleet())
        .insert_resource(Heights::level(Vec2::splat(-9000.0), 1000.0, [20, 20]))
        .init_resource::<Stand>()
        .init_resource::<ButtonInput<MouseButton>>();
    app.world_mut().spawn(eye());
    app.update();
    type_letter(&mut app, "g");
    app
}

fn selected(app: &App) -> usize {
    app.world().resource::<Sums>().containers
}

fn button(app: &mut App, state: ButtonState) {
    let mut buttons = app.world_mut().resource_mut::<ButtonInput<MouseButton>>();
    match state {
        ButtonState::Pressed => buttons.press(MouseButton::Left),
        ButtonState::Released => buttons.release(MouseButton::Left),
    }
    app.world_mut().write_message(MouseButtonInput {
        button: MouseButton::Left,
        state,
        window: Entity::PLACEHOLDER,
    });
    app.update();
}

fn loop_through(app: &mut App, corners: &[Vec2]) {
    let mut corners = corners.iter();
    if let Some(first) = corners.next() {
        app.insert_resource(Cursor(Some(*first)));
        button(app, ButtonState::Pressed);
    }
    for corner in corners {
        app.insert_resource(Cursor(Some(*corner)));
        app.update();
    }
    button(app, ButtonState::Released);
    app.update();
}

#[test]
fn a_loop_selects_and_moves_nothing() {
    let mut app = app();
    let around = [
        (860.0, 480.0),
        (1060.0, 480.0),
        (1060.0, 640.0),
        (860.0, 640.0),
    ];
    let around = around.map(|(x, y)| Vec2::new(x, y));
    loop_through(&mut app, &around);
    assert_eq!(selected(&app), 2, "those of the site in the middle");
    let said = written(&mut app);
    for expected in ["2 conteneurs", "Aucun n’est plein, aucun sans nouvelles"] {
        assert!(said.iter().any(|it| it == expected), "{expected}: {said:?}");
    }
    let buttons = app.world().resource::<ButtonInput<MouseButton>>();
    assert!(!buttons.pressed(MouseButton::Left));
    loop_through(&mut app, &[Vec2::new(900.0, 500.0)]);
    assert_eq!(selected(&app), 0, "a click selects nothing");
}

#[test]
fn keys_select_what_is_near_and_what_is_seen() {
    let mut app = app();
    press_key(&mut app, KeyCode::Minus);
    press_key(&mut app, KeyCode::Enter);
    assert_eq!(selected(&app), 2, "within 800 m");
    press_key(&mut app, KeyCode::Equal);
    press_key(&mut app, KeyCode::Equal);
    assert_eq!(selected(&app), 3, "within 1250 m");
    let mut keys = app.world_mut().resource_mut::<ButtonInput<Key>>();
    keys.press(Key::Character("x".into()));
    app.update();
    app.update();
    assert_eq!(selected(&app), 4, "all that is seen");
    press_key(&mut app, KeyCode::Escape);
    assert_eq!(selected(&app), 0);
}

#[test]
fn a_long_loop_keeps_a_bounded_number_of_corners() {
    let mut selection = Selection {
        pulled: Some(Vec::new()),
        ..Selection::default()
    };
    for step in 0..5000_u16 {
        selection.pull_to(Vec2::new(f32::from(step) * 10.0, 0.0));
    }
    assert!(selection.pulled.is_some_and(|it| it.len() <= MOST));
}
