//! Measuring by keys and by the mouse, without a window.

use bevy::camera::{Camera, ComputedCameraValues, RenderTargetInfo};
use bevy::math::{Mat4, UVec2, Vec3};
use bevy::transform::components::Transform;
use twin_core::LonLat;

use super::*;
use crate::camera::{Eye, Stand};
use crate::hud::written;
use crate::land::Heights;
use crate::pick::Cursor;
use crate::space::{Space, raised};
use crate::tools::tests::{app as tools_app, press_key, type_letter};
use crate::trace::TracePlugin;

/// An eye that looks at level land at the origin from the south, 45° down.
pub(crate) fn eye() -> (Eye, Camera, Transform) {
    let land = Vec3::new(0.0, Heights::SOCLE_M * Space::RELIEF, 0.0);
    let target = RenderTargetInfo {
        physical_size: UVec2::new(1920, 1080),
        scale_factor: 1.0,
    };
    let lens = Mat4::perspective_infinite_reverse_rh(Stand::FIELD, 16.0 / 9.0, 1.0);
    let camera = Camera {
        computed: ComputedCameraValues {
            clip_from_view: lens,
            target_info: Some(target),
            ..ComputedCameraValues::default()
        },
        ..Camera::default()
    };
    let away = Vec3::new(0.0, 1.0, 1.0).normalize() * 5000.0;
    let at = Transform::from_translation(land + away).looking_at(land, Vec3::Y);
    (Eye, camera, at)
}

fn app() -> App {
    let mut app = tools_app();
    app.add_plugins((TracePlugin, MeasurePlugin))
        .insert_resource(Space::around(LonLat::new(6.8, 47.5).unwrap()))
        .insert_resource(Heights::level(Vec2::splat(-9000.0), 1000.0, [20, 20]))
        .init_resource::<Stand>()
        .init_resource::<ButtonInput<MouseButton>>();
    app.world_mut().spawn(eye());
    app.update();
    app
}

fn stand_at(app: &mut App, at: Vec2) {
    app.world_mut().resource_mut::<Stand>().target = raised(at, 0.0);
}

fn click_at(app: &mut App, at: Vec2) {
    app.insert_resource(Cursor(Some(at)));
    let mut buttons = app.world_mut().resource_mut::<ButtonInput<MouseButton>>();
    buttons.press(MouseButton::Left);
    app.update();
    let mut buttons = app.world_mut().resource_mut::<ButtonInput<MouseButton>>();
    buttons.release(MouseButton::Left);
    app.update();
    let mut buttons = app.world_mut().resource_mut::<ButtonInput<MouseButton>>();
    buttons.clear();
}

fn says(app: &mut App, expected: &str) -> bool {
    written(app).iter().any(|it| it == expected)
}

#[test]
fn keys_set_points_under_the_cross_and_take_them_away() {
    let mut app = app();
    type_letter(&mut app, "m");
    for east in [0.0, 1000.0, 1000.0, 3000.0] {
        stand_at(&mut app, Vec2::new(east, 0.0));
        press_key(&mut app, KeyCode::Enter);
    }
    let places = app.world().resource::<Measured>().places().len();
    assert_eq!(places, 3, "the same place is not set twice");
    // The sphere of the plane is a little smaller than the ellipsoid there.
    let length = |app: &App| length_m(app.world().resource::<Measured>().places());
    approx::assert_relative_eq!(length(&app), 3000.0, max_relative = 3e-3);
    assert!(says(&mut app, "3 points"), "{:?}", written(&mut app));
    press_key(&mut app, KeyCode::Backspace);
    approx::assert_relative_eq!(length(&app), 1000.0, max_relative = 3e-3);
    press_key(&mut app, KeyCode::Escape);
    assert_eq!(*app.world().resource::<Tool>(), Tool::None);
    assert_eq!(app.world().resource::<Measured>().places(), []);
    assert!(app.world().resource::<Traces>().of("measure").is_none());
}

#[test]
fn the_mouse_sets_points_where_it_is() {
    let mut app = app();
    type_letter(&mut app, "m");
    click_at(&mut app, Vec2::new(960.0, 540.0));
    click_at(&mut app, Vec2::new(1400.0, 540.0));
    let points = app.world().resource::<Measured>().points.clone();
    assert_eq!(points.len(), 2);
    assert!(points[0].length() < 3.0, "{points:?}");
    assert!(points[1].x > 500.0 && points[1].y.abs() < 3.0, "{points:?}");
    let trace = app.world().resource::<Traces>().of("measure").cloned();
    let trace = trace.unwrap();
    assert_eq!((trace.points.len(), trace.labels.len()), (2, 1));
    let last = trace.points[1];
    assert!(last.distance(Vec2::new(1400.0, 540.0)) < 1.5, "{last}");
}

#[test]
fn the_same_points_have_an_area() {
    let mut app = app();
    type_letter(&mut app, "m");
    for (east, south) in [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0)] {
        stand_at(&mut app, Vec2::new(east, south));
        press_key(&mut app, KeyCode::Enter);
    }
    type_letter(&mut app, "m");
    let area = area_m2(app.world().resource::<Measured>().places()).unwrap();
    approx::assert_relative_eq!(area, 1e6, max_relative = 5e-3);
    assert!(says(&mut app, "Surface"), "{:?}", written(&mut app));
    assert!(
        written(&mut app)
            .iter()
            .any(|it| it.starts_with("Pourtour"))
    );
}
