//! The tour through a small territory, without a window.

use std::time::Duration;

use bevy::input::ButtonInput;
use bevy::math::{Rect, Vec2};
use bevy::time::TimeUpdateStrategy;
use twin_core::LonLat;

use super::*;
use crate::camera::{Eye, Home};
use crate::choropleth::Kpi;
use crate::hud::written;
use crate::land::{CommuneShape, Territory};
use crate::motion::Motion;
use crate::server::{Container, Fleet, Present, Site};
use crate::space::Space;
use crate::tools::tests::{app as tools_app, press_key, type_letter};

fn commune(code: &str, name: &str, east: f32) -> CommuneShape {
    CommuneShape {
        code: code.into(),
        name: name.into(),
        population: 9_500,
        centre: Vec2::new(east, 0.0),
        rings: Vec::new(),
    }
}

fn container(id: &str, site: usize, fill: Option<f64>) -> Container {
    let status = match fill {
        Some(_) => twin_core::SensorStatus::Ok,
        None => twin_core::SensorStatus::Silent,
    };
    Container {
        id: format!("container/{id}").into(),
        site,
        stream: twin_core::Stream::Glass,
        fill,
        status,
        observed_at: "2026-11-30T18:10:00Z".parse().ok(),
        has_sensor: true,
    }
}

fn fleet() -> Fleet {
    let place = LonLat::new(6.8, 47.5).unwrap();
    let site = |id: &str, name: &str, code: &str| Site {
        id: id.into(),
        name: Some(name.into()),
        commune: Some(code.into()),
        place,
    };
    let sites = vec![
        site("site/a", "Bart, point d’apport 1", "1"),
        site("site/b", "Bavans, point d’apport 2", "2"),
    ];
    let containers = vec![
        container("a-1", 0, Some(0.4)),
        container("a-2", 0, None),
        container("b-1", 1, Some(0.96)),
        container("b-2", 1, Some(0.99)),
    ];
    Fleet::of(sites, containers)
}

fn app(plugin: TourPlugin) -> App {
    let mut present = Present::default();
    present.is_at("2026-11-30T18:15:00Z".parse().unwrap(), 0.0);
    present.title = "Le Pays".into();
    let mut app = tools_app();
    let home = Stand {
        distance_m: 40_000.0,
        ..Stand::default()
    };
    app.add_plugins(plugin)
        .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(
            100,
        )))
        .insert_resource(present)
        .insert_resource(fleet())
        .insert_resource(home)
        .insert_resource(Home(home))
        .insert_resource(Motion::Reduced)
        .init_resource::<Moment>()
        .init_resource::<Daylight>()
        .init_resource::<Chosen>()
        .insert_resource(Studio(Palette::day()))
        .insert_resource(Space::around(LonLat::new(6.8, 47.5).unwrap()))
        .insert_resource(Heights::level(Vec2::splat(-500.0), 100.0, [80, 40]))
        .insert_resource(Territory {
            communes: vec![commune("1", "Bart", 100.0), commune("2", "Bavans", 700.0)],
            extent: Rect::default(),
        })
        .add_systems(Update, crate::camera::carry.in_set(ViewerSystems::Move));
    app.world_mut().spawn(Eye);
    app.update();
    app
}

fn title(app: &App) -> String {
    let told = app.world().resource::<Tour>().told();
    told.map_or_else(String::new, |told| told.title.replace('\u{a0}', " "))
}

fn text(app: &App) -> String {
    let told = app.world().resource::<Tour>().told();
    told.map_or_else(String::new, |told| told.text.replace('\u{a0}', " "))
}

#[test]
fn a_round_shows_what_the_data_has_and_ends_as_it_began() {
    let mut app = app(TourPlugin::default());
    assert_eq!(title(&app), "");
    type_letter(&mut app, "t");
    assert_eq!(title(&app), "Le Pays");
    assert!(
        text(&app).contains("2 conteneurs sont pleins."),
        "{}",
        text(&app)
    );
    let mut seen = vec![title(&app)];
    for _ in 0..20 {
        press_key(&mut app, KeyCode::ArrowRight);
        if seen.last() != Some(&title(&app)) {
            seen.push(title(&app));
        }
    }
    let expected = [
        "Le Pays",
        "Bavans : le plus de conteneurs pleins",
        "Capteurs sans nouvelles",
        "Bavans, point d’apport 2",
        "Remplissage moyen par commune",
        "Bart, éclairée comme la nuit",
        "À vous",
    ];
    assert_eq!(seen, expected, "there is no alarm, so none is told of");
    press_key(&mut app, KeyCode::Escape);
    assert!(!app.world().resource::<Tour>().is_under_way());
    assert_eq!(*app.world().resource::<Layers>(), Layers::of(None));
    assert!(!app.world().resource::<Studio>().0.is_night);
}

#[test]
fn stops_bring_their_layer_light_and_choice() {
    let mut app = app(TourPlugin::default());
    type_letter(&mut app, "t");
    for _ in 0..3 {
        press_key(&mut app, KeyCode::ArrowRight);
    }
    assert_eq!(app.world().resource::<Chosen>().0, Some(3), "the fullest");
    assert!(text(&app).contains("99 %"), "{}", text(&app));
    press_key(&mut app, KeyCode::ArrowRight);
    let layers = *app.world().resource::<Layers>();
    assert_eq!(layers.choropleth, Some(Kpi::Fill));
    press_key(&mut app, KeyCode::ArrowRight);
    assert!(app.world().resource::<Studio>().0.is_night);
    press_key(&mut app, KeyCode::ArrowLeft);
    assert!(!app.world().resource::<Studio>().0.is_night);
}

#[test]
fn it_goes_on_by_itself_and_pauses() {
    let mut app = app(TourPlugin::default());
    type_letter(&mut app, "t");
    for _ in 0..200 {
        app.update();
    }
    assert_ne!(title(&app), "Le Pays");
    press_key(&mut app, KeyCode::Space);
    let paused = title(&app);
    for _ in 0..200 {
        app.update();
    }
    assert_eq!(title(&app), paused);
    assert!(written(&mut app).iter().any(|it| it == "Reprendre"));
}

#[test]
fn a_hand_on_the_eye_pauses_it() {
    let mut app = app(TourPlugin::default());
    type_letter(&mut app, "t");
    for _ in 0..20 {
        app.update();
    }
    app.world_mut().resource_mut::<Stand>().bearing += 0.4;
    for _ in 0..300 {
        app.update();
    }
    assert_eq!(title(&app), "Le Pays");
}

#[test]
fn a_picture_is_taken_of_a_stop() {
    let app = app(TourPlugin {
        first: Some(3),
        is_still: true,
        is_auto: false,
    });
    assert_eq!(title(&app), "Bavans, point d’apport 2");
    let stand = app.world().resource::<Stand>();
    assert_eq!(stand.distance_m, 2_200.0);
}

#[test]
fn it_begins_when_nobody_stirs_and_leaves_at_a_touch() {
    let mut app = app(TourPlugin {
        is_auto: true,
        ..TourPlugin::default()
    });
    for _ in 0..1190 {
        app.update();
    }
    assert!(!app.world().resource::<Tour>().is_under_way());
    for _ in 0..20 {
        app.update();
    }
    assert!(app.world().resource::<Tour>().is_under_way());
    let mut buttons = ButtonInput::<bevy::input::mouse::MouseButton>::default();
    buttons.press(bevy::input::mouse::MouseButton::Left);
    app.insert_resource(buttons);
    app.update();
    app.update();
    assert!(!app.world().resource::<Tour>().is_under_way());
}
