//! Cameras, health facilities and fibre as they come from a server, without a window or a graphics card.

use std::sync::Arc;

use bevy::MinimalPlugins;
use bevy::asset::{AssetApp as _, AssetPlugin};
use bevy::camera::visibility::Visibility;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildOf;
use bevy::mesh::Mesh;
use bevy::shader::Shader;
use bevy::ui::widget::Text;
use bevy::ui::{Display, Node};

use super::show::{Drawings, Drawn};
use super::wire::tests::{CAMERAS, HEALTH};
use super::*;
use crate::camera::Stand;
use crate::hud::HudPlugin;
use crate::land::Heights;
use crate::look::{Lighting, Looks, Plaster, Ribbon};
use crate::palette::Palette;
use crate::pick::tests::{LAND, SIZE, eye};
use crate::server::{
    Answered, Client, Fleet, FleetChanged, Link, OperatorToken, Present, Refused, Ticket,
};
use crate::space::Space;
use crate::systems::order_systems;

fn app(token: Option<&str>) -> App {
    let token = token.and_then(|token| OperatorToken::new(token).ok());
    let space = Space::around(twin_core::LonLat::new(6.8, 47.5).unwrap());
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, AssetPlugin::default()))
        .init_asset::<Mesh>()
        .init_asset::<Shader>()
        .init_asset::<Plaster>()
        .init_asset::<Ribbon>()
        .init_resource::<Looks>()
        .init_resource::<Lighting>()
        .insert_resource(Palette::day())
        .insert_resource(space)
        .insert_resource(Heights::level(
            bevy::math::Vec2::splat(-9000.0),
            1000.0,
            [20, 20],
        ))
        .insert_resource(Client::new("http://127.0.0.1:1").presenting(token))
        .insert_resource(Link::Live)
        .init_resource::<Stand>()
        .init_resource::<Fleet>()
        .init_resource::<Present>()
        .add_message::<FleetChanged>()
        .add_message::<Answered>();
    order_systems(&mut app);
    app.add_plugins((HudPlugin, AssetsPlugin::default()));
    app.world_mut().spawn(eye(300.0));
    app
}

/// Answers every question whose path begins so; tells which were asked.
fn answer(app: &mut App, answers: &[(&str, Result<&str, u16>)]) -> Vec<String> {
    let mut asked = Vec::new();
    let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
    loop {
        app.update();
        let questions = app.world_mut().resource_mut::<Client>().take_all();
        for (ticket, path) in questions {
            let told = answers.iter().find(|(start, _)| path.starts_with(start));
            if let Some((_, body)) = told {
                write(app, ticket, *body);
            }
            asked.push(path);
        }
        let pending = app.world().resource::<Pending>();
        if pending.count_of(&["assets", "badges", "outage"]) == 0 && !asked.is_empty() {
            app.update();
            return asked;
        }
        assert!(
            std::time::Instant::now() < end,
            "all comes within a minute: {asked:?}"
        );
        std::thread::yield_now();
    }
}

fn write(app: &mut App, ticket: Ticket, body: Result<&str, u16>) {
    let body = body.map(|body| Arc::from(body.as_bytes()));
    let body = body.map_err(|status| Refused { status });
    app.world_mut().write_message(Answered { ticket, body });
}

const CAMERA: (&str, Result<&str, u16>) = ("/assets?kind=camera", Ok(CAMERAS));
const CARE: (&str, Result<&str, u16>) = ("/assets?kind=health-facility", Ok(HEALTH));

fn drawn(app: &mut App, overlay: Overlay) -> usize {
    let mut drawn = app.world_mut().query::<(&Drawn, &Visibility)>();
    let seen = drawn.iter(app.world());
    seen.filter(|(drawn, visibility)| drawn.0 == overlay && **visibility != Visibility::Hidden)
        .count()
}

/// All that is written and laid out.
fn said(app: &mut App) -> String {
    let mut texts = app.world_mut().query::<(Entity, &Text)>();
    let world = app.world();
    let is_laid_out = |entity: Entity| {
        let node = world.get::<Node>(entity);
        node.is_none_or(|node| node.display != Display::None)
    };
    let above = |entity: &Entity| world.get::<ChildOf>(*entity).map(ChildOf::parent);
    let said = texts.iter(world).filter(|(entity, _)| {
        let mut line = std::iter::successors(Some(*entity), above);
        line.all(is_laid_out)
    });
    let said: Vec<_> = said
        .map(|(_, text)| text.0.replace('\u{a0}', " "))
        .collect();
    said.join("\n")
}

#[test]
fn without_a_token_nobody_asks_for_cameras_and_none_is_shown() {
    let mut app = app(None);
    let asked = answer(&mut app, &[CAMERA, CARE]);
    assert!(
        asked.iter().all(|path| !path.contains("camera")),
        "{asked:?}"
    );
    assert!(asked.iter().any(|path| path.contains("health-facility")));
    assert_eq!(drawn(&mut app, Overlay::Cameras), 0);
    assert_eq!(drawn(&mut app, Overlay::Health), 1);
    assert!(!said(&mut app).contains("Caméras"), "nor has it a switch");
}

#[test]
fn an_operator_sees_cameras_with_what_they_see_until_refused() {
    let mut app = app(Some("s3cret"));
    answer(&mut app, &[CAMERA, CARE]);
    assert_eq!(drawn(&mut app, Overlay::Cameras), 2, "badges and veils");
    assert!(said(&mut app).contains("Caméras"));
    let mut layers = *app.world().resource::<Layers>();
    layers.set(Overlay::Cameras, false);
    app.insert_resource(layers);
    app.update();
    assert_eq!(drawn(&mut app, Overlay::Cameras), 0);
}

#[test]
fn what_one_may_not_see_is_not_shown() {
    let mut app = app(Some("wrong"));
    answer(&mut app, &[("/assets?kind=camera", Err(401)), CARE]);
    assert_eq!(drawn(&mut app, Overlay::Cameras), 0);
}

#[test]
fn a_click_on_a_badge_opens_its_sheet_and_escape_closes_it() {
    let mut app = app(None);
    answer(&mut app, &[CARE]);
    app.update();
    let badge = app.world().resource::<Drawings>().posts(Overlay::Health)[0];
    assert!(badge.foot.distance(LAND) < 1.0);
    app.insert_resource(Cursor(Some(SIZE / 2.0 - bevy::math::Vec2::new(0.0, 24.0))));
    app.update();
    assert_eq!(app.world().resource::<Pointed>().0, Some(Asset::Health(0)));
    app.world_mut().write_message(Clicked);
    app.update();
    app.update();
    assert_eq!(app.world().resource::<Picked>().0, Some(Asset::Health(0)));
    assert!(said(&mut app).contains("Les horaires ne sont pas dans les données."));
    assert!(app.world().resource::<Standing>().0.is_some());
    app.insert_resource(Chosen(Some(7)));
    app.update();
    assert_eq!(
        app.world().resource::<Picked>().0,
        None,
        "a container takes its place"
    );
}

#[test]
fn fibre_is_asked_for_when_it_is_shown_and_an_outage_is_drawn() {
    let node = |id: &str, kind: &str| {
        format!(
            r#"{{"id": "fibre-node/{id}", "geometry": {{"type": "Point", "coordinates": [6.8, 47.5]}},
            "properties": {{"node_type": "{kind}", "premises": 3}}}}"#
        )
    };
    let nodes = [node("a", "nro"), node("b", "pm"), node("c", "pbo")].join(",");
    let nodes = format!(r#"{{"features": [{nodes}], "numberMatched": 3}}"#);
    let link = |from: &str, to: &str| {
        format!(
            r#"{{"id": "fibre-link/{to}", "geometry": {{"type": "LineString",
            "coordinates": [[6.8, 47.5], [6.801, 47.5]]}},
            "properties": {{"from": "fibre-node/{from}", "to": "fibre-node/{to}"}}}}"#
        )
    };
    let links = [link("a", "b"), link("b", "c")].join(",");
    let links = format!(r#"{{"features": [{links}], "numberMatched": 2}}"#);
    let answers = [
        CARE,
        ("/assets?kind=fibre-node", Ok(&*nodes)),
        ("/assets?kind=fibre-link", Ok(&*links)),
    ];
    let mut app = app(None);
    let asked = answer(&mut app, &answers);
    assert!(
        asked.iter().all(|path| !path.contains("fibre")),
        "{asked:?}"
    );
    app.world_mut()
        .resource_mut::<Layers>()
        .set(Overlay::Fibre, true);
    let asked = answer(&mut app, &answers);
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert_eq!(drawn(&mut app, Overlay::Fibre), 2);
    let exchange = app.world().resource::<stock::Stock>().find("fibre-node/a");
    app.insert_resource(Picked(exchange));
    answer_nothing(&mut app);
    assert_eq!(
        drawn(&mut app, Overlay::Fibre),
        3,
        "what is cut off lies on it"
    );
    let said = said(&mut app);
    assert!(
        said.contains("Une panne ici couperait 3 logements et locaux."),
        "{said}"
    );
    app.insert_resource(Picked(None));
    app.update();
    app.update();
    assert_eq!(drawn(&mut app, Overlay::Fibre), 2);
}

/// Waits for what is drawn beside the frames.
fn answer_nothing(app: &mut App) {
    let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
    app.update();
    while app
        .world()
        .resource::<Pending>()
        .count_of(&["badges", "outage"])
        > 0
    {
        assert!(
            std::time::Instant::now() < end,
            "all is drawn within a minute"
        );
        app.update();
        std::thread::yield_now();
    }
    app.update();
}
