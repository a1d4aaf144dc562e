//! Puts the viewer together: Bevy's plugins, with or without a window, and ours.

use bevy::DefaultPlugins;
use bevy::app::{App, PluginGroup as _, Update};
use bevy::camera::ClearColor;
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::log::LogPlugin;
use bevy::window::{ExitCondition, Window, WindowPlugin, WindowResolution};

use crate::camera::CameraPlugin;
use crate::ground::GroundPlugin;
use crate::hud::{HudPlugin, HudScale};
use crate::land::LandPlugin;
use crate::look::LookPlugin;
use crate::names::NamesPlugin;
use crate::options::{Lang, Options, Scene};
use crate::palette::{Palette, Tone};
use crate::pending::Pending;
use crate::picture::PicturePlugin;
use crate::server::ServerPlugin;
use crate::sites::SitesPlugin;
use crate::systems::{ViewerSystems, order_systems};
use crate::words::{Language, Words};

/// What is logged: our own notes, of others only what is wrong.
const LOGGED: &str = "warn,viewer=info,bevy_winit=error,wgpu_hal=error,naga=error";

/// The app that these options ask for, ready to run.
pub fn app(options: &Options) -> App {
    let mut app = App::new();
    add_engine(&mut app, options);
    order_systems(&mut app);
    let palette = match options.view {
        Scene::Night => Palette::night(),
        Scene::Overview | Scene::Day => Palette::day(),
    };
    app.insert_resource(ClearColor(palette.colour(Tone::Table)))
        .insert_resource(palette)
        .insert_resource(HudScale::fitting(options.size.height as f32))
        .init_resource::<Pending>()
        .add_plugins((
            LookPlugin,
            ServerPlugin {
                base: options.server.clone(),
            },
            CameraPlugin {
                scene: options.view,
            },
            LandPlugin,
            GroundPlugin,
            SitesPlugin,
            HudPlugin,
            NamesPlugin,
        ))
        .insert_resource(Words::new(match options.lang {
            Lang::Fr => Language::Fr,
            Lang::En => Language::En,
        }))
        .add_systems(Update, clear_to_table.in_set(ViewerSystems::Draw));
    if let Some(path) = &options.shot {
        app.add_plugins(PicturePlugin {
            path: path.clone(),
            size: options.headless.then_some(options.size),
            settle_s: options.seconds_to_settle,
            patience_s: options.patience,
        });
    }
    app
}

fn add_engine(app: &mut App, options: &Options) {
    let window = if options.headless {
        WindowPlugin {
            primary_window: None,
            exit_condition: ExitCondition::DontExit,
            ..Default::default()
        }
    } else {
        WindowPlugin {
            primary_window: Some(Window {
                title: "Maquette".to_owned(),
                name: Some("twin-viewer".to_owned()),
                resolution: WindowResolution::new(options.size.width, options.size.height),
                ..Default::default()
            }),
            ..Default::default()
        }
    };
    let log = LogPlugin {
        filter: LOGGED.to_owned(),
        ..Default::default()
    };
    let engine = DefaultPlugins.set(window).set(log);
    #[cfg(not(target_arch = "wasm32"))]
    if options.headless {
        use bevy::app::ScheduleRunnerPlugin;
        let engine = engine.disable::<bevy::winit::WinitPlugin>();
        let runner = ScheduleRunnerPlugin::run_loop(std::time::Duration::from_millis(5));
        app.add_plugins((engine, runner));
        return;
    }
    app.add_plugins(engine);
}

/// What lies around the table has its colour.
fn clear_to_table(palette: Res<Palette>, mut clear: ResMut<ClearColor>) {
    if palette.is_changed() {
        clear.0 = palette.colour(Tone::Table);
    }
}
