//! Choosing by the mouse and by keys, without a window or a graphics card.

use bevy::MinimalPlugins;
use bevy::app::AppExit;
use bevy::camera::{Camera, ComputedCameraValues, RenderTargetInfo};
use bevy::ecs::message::Messages;
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::MouseButton;
use bevy::math::{Mat4, UVec2, Vec2, Vec3};
use bevy::transform::components::Transform;
use bevy::ui::widget::Text;
use bevy::ui::{Display, Node};
use twin_core::{LonLat, SensorStatus, Stream};

use bevy::ecs::system::RunSystemOnce as _;

use super::places::Pointer;
use super::*;
use crate::camera::{Eye, Stand};
use crate::hud::{HudPlugin, HudRects};
use crate::land::Heights;
use crate::palette::Palette;
use crate::server::{Answered, Client, Container, Link, Present, Refused, Site};
use crate::sites::Lens;
use crate::space::Space;

pub(crate) const SIZE: Vec2 = Vec2::new(1920.0, 1080.0);

/// How high level land lies.
pub(crate) const LAND: Vec3 = Vec3::new(0.0, Heights::SOCLE_M * Space::RELIEF, 0.0);

/// An eye that looks at the land at the origin from the south, 45° down.
pub(crate) fn eye(distance_m: f32) -> (Eye, Camera, Transform) {
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
    let away = Vec3::new(0.0, 1.0, 1.0).normalize() * distance_m;
    let at = Transform::from_translation(LAND + away).looking_at(LAND, Vec3::Y);
    (Eye, camera, at)
}

pub(super) fn pointer_at(lens: Lens, at: Vec2) -> Pointer {
    Pointer {
        lens,
        at,
        tolerance: 4.0,
    }
}

fn container(id: &str, site: usize, fill: Option<f64>) -> Container {
    Container {
        id: format!("container/{id}").into(),
        site,
        stream: Stream::Glass,
        fill,
        status: SensorStatus::Ok,
        observed_at: None,
        has_sensor: true,
    }
}

/// Containers of one site.
pub(crate) fn filled(fills: &[Option<f64>]) -> Fleet {
    let place = LonLat::new(6.8, 47.5).unwrap();
    let site = Site {
        id: "site/a".into(),
        name: Some("Bart, point d’apport 1".into()),
        commune: None,
        place,
    };
    let containers = fills.iter().enumerate();
    let containers = containers.map(|(n, fill)| container(&n.to_string(), 0, *fill));
    Fleet::of(vec![site], containers.collect())
}

/// A site at each spot of the plane, with so many containers.
pub(super) fn fleet_of(
    space: &Space,
    spots: impl Iterator<Item = Vec2>,
    containers: usize,
) -> Fleet {
    let sites: Vec<Site> = spots
        .map(|at| Site {
            id: format!("site/{at}").into(),
            name: None,
            commune: None,
            place: space.place(at).unwrap(),
        })
        .collect();
    let all = (0..sites.len()).flat_map(|site| {
        (0..containers).map(move |n| container(&format!("{site}-{n}"), site, Some(0.7)))
    });
    let all = all.collect();
    Fleet::of(sites, all)
}

fn app(first: Option<First>) -> App {
    let mut app = App::new();
    let space = Space::around(LonLat::new(6.8, 47.5).unwrap());
    app.add_plugins((MinimalPlugins, HudPlugin, PickPlugin { first }))
        .insert_resource(Palette::day())
        .insert_resource(space)
        .insert_resource(Heights::level(Vec2::splat(-9000.0), 1000.0, [20, 20]))
        .insert_resource(Client::new("http://127.0.0.1:1"))
        .insert_resource(Link::Live)
        .init_resource::<Stand>()
        .init_resource::<Fleet>()
        .init_resource::<Present>()
        .init_resource::<ButtonInput<KeyCode>>()
        .init_resource::<ButtonInput<MouseButton>>()
        .add_message::<FleetChanged>()
        .add_message::<Answered>();
    crate::systems::order_systems(&mut app);
    app.world_mut().spawn(eye(1000.0));
    app.update();
    app.insert_resource(filled(&[Some(0.7), Some(0.97), Some(0.2)]));
    tell(&mut app, FleetChanged::Whole);
    app
}

fn tell(app: &mut App, change: FleetChanged) {
    app.world_mut()
        .resource_mut::<Messages<FleetChanged>>()
        .write(change);
    app.update();
}

fn chosen(app: &App) -> Option<usize> {
    app.world().resource::<Chosen>().0
}

/// Presses and releases a key.
fn tap(app: &mut App, key: KeyCode) {
    app.world_mut()
        .resource_mut::<ButtonInput<KeyCode>>()
        .press(key);
    app.update();
    let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
    keys.release(key);
    keys.clear();
    app.update();
}

/// Moves the mouse there and clicks.
fn click_at(app: &mut App, at: Vec2) {
    app.insert_resource(Cursor(Some(at)));
    let mut buttons = app.world_mut().resource_mut::<ButtonInput<MouseButton>>();
    buttons.press(MouseButton::Left);
    app.update();
    let mut buttons = app.world_mut().resource_mut::<ButtonInput<MouseButton>>();
    buttons.clear();
    buttons.release(MouseButton::Left);
    app.update();
    app.world_mut()
        .resource_mut::<ButtonInput<MouseButton>>()
        .clear();
}

/// Everything that is written on the sheet and laid out.
fn written(app: &mut App) -> Vec<String> {
    let mut texts = app.world_mut().query::<(&Text, &Node)>();
    let said = texts
        .iter(app.world())
        .filter(|(text, node)| node.display != Display::None && !text.0.is_empty());
    said.map(|(text, _)| text.0.replace('\u{a0}', " "))
        .collect()
}

fn says(app: &mut App, words: &str) -> bool {
    written(app).iter().any(|said| said == words)
}

/// Where the second of the three containers stands.
const SECOND: Vec2 = Vec2::new(960.0, 530.0);

#[test]
fn a_click_opens_the_sheet_and_another_one_on_nothing_closes_it() {
    let mut app = app(None);
    app.insert_resource(Cursor(Some(SECOND)));
    app.update();
    assert_eq!(app.world().resource::<Hovered>().0, Some(1));
    click_at(&mut app, SECOND);
    assert_eq!(chosen(&app), Some(1));
    app.update();
    for words in ["Plein", "Bart, point d’apport 1", "Conteneur à verre"] {
        assert!(says(&mut app, words), "{words}: {:?}", written(&mut app));
    }
    click_at(&mut app, Vec2::new(300.0, 900.0));
    assert_eq!(chosen(&app), None);
}

#[test]
fn a_sheet_covers_what_lies_under_it() {
    let mut app = app(None);
    app.insert_resource(Cursor(Some(SECOND)));
    app.update();
    assert_eq!(app.world().resource::<Hovered>().0, Some(1));
    let sheet = bevy::math::Rect::from_center_half_size(SECOND, Vec2::splat(50.0));
    app.insert_resource(HudRects(vec![sheet]));
    app.world_mut().run_system_once(hands::hover).unwrap();
    assert_eq!(app.world().resource::<Hovered>().0, None);
}

#[test]
fn keys_choose_and_close() {
    let mut app = app(None);
    tap(&mut app, KeyCode::KeyJ);
    assert_eq!(chosen(&app), Some(1), "the fullest one");
    tap(&mut app, KeyCode::KeyJ);
    assert_eq!(chosen(&app), Some(0));
    tap(&mut app, KeyCode::Tab);
    assert_eq!(chosen(&app), Some(1));
    tap(&mut app, KeyCode::Escape);
    assert_eq!(chosen(&app), None);
}

#[test]
fn a_chosen_container_stays_chosen_in_another_fleet() {
    let mut app = app(None);
    app.insert_resource(Chosen(Some(1)));
    app.update();
    let mut fleet = filled(&[Some(0.7), Some(0.97)]);
    fleet.containers.remove(0);
    let fleet = Fleet::of(fleet.sites, fleet.containers);
    app.insert_resource(fleet);
    tell(&mut app, FleetChanged::Whole);
    assert_eq!(chosen(&app), Some(0));
    app.insert_resource(filled(&[Some(0.5)]));
    tell(&mut app, FleetChanged::Whole);
    assert_eq!(chosen(&app), None, "it is gone");
}

#[test]
fn a_level_is_told_at_once_and_a_refused_history_is_said() {
    let mut app = app(None);
    app.insert_resource(Chosen(Some(0)));
    app.update();
    assert!(says(&mut app, "70 %"));
    app.world_mut().resource_mut::<Fleet>().containers[0].fill = Some(0.42);
    tell(&mut app, FleetChanged::Container(0));
    assert!(says(&mut app, "42 %"));
    let story::Part::Asked(ticket) = app.world().resource::<story::Story>().history else {
        unreachable!("it was asked for")
    };
    let body = Err(Refused { status: 500 });
    let answer = Answered { ticket, body };
    app.world_mut()
        .resource_mut::<Messages<Answered>>()
        .write(answer);
    app.update();
    app.update();
    assert!(says(&mut app, "L’historique ne répond pas. Le niveau, si."));
}

#[rstest::rstest]
#[case::a_container("container/2", Some(2), false)]
#[case::a_site_stands_for_its_fullest("site/a", Some(1), false)]
#[case::unknown("container/none", None, true)]
fn what_was_asked_for_is_chosen_at_the_start(
    #[case] id: &str,
    #[case] number: Option<usize>,
    #[case] is_refused: bool,
) {
    let mut app = app(Some(First {
        id: id.into(),
        is_approached: true,
        is_needed: true,
    }));
    app.update();
    assert_eq!(chosen(&app), number);
    let exits = app.world().resource::<Messages<AppExit>>();
    assert_eq!(!exits.is_empty(), is_refused);
    let stand = app.world().resource::<Stand>();
    assert_eq!(stand.distance_m < 3000.0, !is_refused);
}
