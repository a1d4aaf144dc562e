//! Puts the viewer together: Bevy's plugins, with or without a window, and ours.

use bevy::DefaultPlugins;
use bevy::app::{App, PluginGroup as _, Update};
use bevy::camera::ClearColor;
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::log::LogPlugin;
use bevy::window::{CursorOptions, ExitCondition, Window, WindowPlugin, WindowResolution};

use crate::alarms::AlarmsPlugin;
use crate::assets::{AssetsPlugin, FirstAsset};
use crate::bench::{BenchPlugin, Part, PlainPlugin};
use crate::camera::CameraPlugin;
use crate::canvas::CanvasPlugin;
use crate::choropleth::ChoroplethPlugin;
use crate::ground::GroundPlugin;
use crate::hud::{HudPlugin, ScalePlugin};
use crate::land::LandPlugin;
use crate::layers::{Layers, LayersPlugin};
use crate::look::LookPlugin;
use crate::names::NamesPlugin;
use crate::options::{Lang, Occasion, Options, Scene};
use crate::palette::{Palette, Tone};
use crate::pending::Pending;
use crate::pick::{First, PickPlugin};
use crate::picture::PicturePlugin;
use crate::plan::PlanPlugin;
use crate::search::SearchPlugin;
use crate::server::ServerPlugin;
use crate::sites::SitesPlugin;
use crate::split::{Split, SplitPlugin};
use crate::still::StillPlugin;
use crate::sun::SunPlugin;
use crate::systems::{ViewerSystems, order_systems};
use crate::tags::TagsPlugin;
use crate::trucks::TrucksPlugin;
use crate::wall::{Mode, Pace, WallPlugin};
use crate::words::{Language, Words};

/// What is logged: our own notes, of others only what is wrong.
const LOGGED: &str = "warn,viewer=info,bevy_winit=error,wgpu_hal=error,naga=error";

/// The app that these options ask for, ready to run.
pub fn app(options: &Options) -> App {
    let options = &options.following_link();
    let mut app = App::new();
    add_engine(&mut app, options);
    order_systems(&mut app);
    if let Some(triangles) = options.bench_plain {
        app.add_plugins(PlainPlugin { triangles });
    } else {
        add_features(&mut app, options);
    }
    add_task(&mut app, options);
    app
}

/// What a person looks through.
fn add_features(app: &mut App, options: &Options) {
    let palette = studio(options);
    app.insert_resource(ClearColor(palette.colour(Tone::Table)))
        .insert_resource(options.motion)
        .insert_resource(mode(options))
        .insert_resource(Words::new(language(options.lang)))
        .init_resource::<Pending>()
        .add_plugins((
            SunPlugin {
                daylight: options.light,
                studio: palette,
                contrast: options.contrast,
            },
            LookPlugin,
            ServerPlugin {
                base: options.server.clone(),
                token: options.operator_token(),
                at: options.at,
            },
            CameraPlugin {
                scene: match mode(options) {
                    Mode::Wall => Scene::Wall,
                    Mode::Explore if split(options) == Split::Difference => Scene::Overview,
                    Mode::Explore => options.view,
                },
            },
            LandPlugin,
            HudPlugin,
            NamesPlugin,
        ))
        .add_systems(Update, clear_to_table.in_set(ViewerSystems::Draw));
    if options.bench_without != Some(Part::Ground) {
        app.add_plugins(GroundPlugin);
    }
    add_layers(app, options);
    crate::explore::add(app, options);
    app.add_plugins(SplitPlugin {
        first: split(options),
        wanted: options.scenario.clone(),
    })
    .add_plugins(PlanPlugin {
        is_open: options.mode == Occasion::Plan,
    });
    #[cfg(target_arch = "wasm32")]
    app.add_plugins(crate::web::WebPlugin);
}

/// What is shown on the land, and how a person comes to it.
fn add_layers(app: &mut App, options: &Options) {
    app.add_plugins((
        SitesPlugin,
        LayersPlugin {
            first: layers(options),
        },
        ChoroplethPlugin,
        AlarmsPlugin {
            is_wanted: options.view == Scene::Alarm,
            is_still: options.shot.is_some(),
        },
        TrucksPlugin {
            is_wanted: options.view == Scene::Truck,
        },
        PickPlugin {
            first: first(options),
        },
        AssetsPlugin {
            first: first_asset(options),
        },
        TagsPlugin,
        SearchPlugin {
            first: options.search.clone(),
        },
        WallPlugin {
            mode: mode(options),
            pace: match options.shot {
                Some(_) => Pace::AtRest,
                None => Pace::Touring,
            },
        },
        ScalePlugin {
            height_px: options.size.height as f32,
            wanted: options.scale,
        },
    ));
}

/// What the viewer does by itself, where it is not for a person to look through.
fn add_task(app: &mut App, options: &Options) {
    if options.headless {
        app.add_plugins(CanvasPlugin { size: options.size });
    }
    if options.shot.is_some() || options.bench_frames.is_some() {
        app.add_plugins(StillPlugin {
            patience_s: options.patience,
        });
    }
    if let Some(path) = &options.shot {
        app.add_plugins(PicturePlugin {
            path: path.clone(),
            settle_s: options.seconds_to_settle,
        });
    }
    if let Some(frames) = options.bench_frames {
        app.add_plugins(BenchPlugin {
            frames: frames.into(),
            minutes: options.bench_minutes,
            without: options.bench_without,
            as_json: options.json,
            assets: options.bench_assets,
            changes_per_s: options.bench_changes,
            measures_schedule: options.bench_schedule,
        });
    }
}

/// What is shown at first.
fn layers(options: &Options) -> Layers {
    let figure = (options.view == Scene::Choropleth).then_some(options.kpi);
    let linked = options.linked().and_then(Result::ok);
    let layers = linked.map_or_else(|| Layers::of(figure), |view| view.layers);
    match &options.over {
        Some(overlays) => layers.under(overlays),
        None => layers,
    }
}

/// Whether a scenario is shown at first, and how.
fn split(options: &Options) -> Split {
    match options.view {
        Scene::Split => options.compare,
        _ => Split::Off,
    }
}

fn first_asset(options: &Options) -> Option<FirstAsset> {
    let id = options.pick.as_deref()?;
    FirstAsset::overlay_of(id)?;
    Some(FirstAsset {
        id: id.into(),
        is_approached: options.view == Scene::Overview && options.link.is_none(),
        is_needed: options.shot.is_some() && options.link.is_none(),
    })
}

fn first(options: &Options) -> Option<First> {
    let id = options.pick.as_deref()?;
    if FirstAsset::overlay_of(id).is_some() {
        return None;
    }
    Some(First {
        id: id.into(),
        is_approached: options.view == Scene::Overview && options.link.is_none(),
        is_needed: options.shot.is_some() && options.link.is_none(),
    })
}

const fn language(lang: Lang) -> Language {
    match lang {
        Lang::Fr => Language::Fr,
        Lang::En => Language::En,
    }
}

/// The colours of a scene in the light of the studio.
fn studio(options: &Options) -> Palette {
    match (options.view, mode(options)) {
        (Scene::Night, _) | (_, Mode::Wall) => Palette::night(),
        _ => Palette::day(),
    }
}

/// The view of a wall is one in its mode.
fn mode(options: &Options) -> Mode {
    match options.view {
        Scene::Wall => Mode::Wall,
        _ if options.mode == Occasion::Wall => Mode::Wall,
        _ => Mode::Explore,
    }
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
                canvas: Some("#viewer".to_owned()),
                fit_canvas_to_parent: true,
                ..Default::default()
            }),
            primary_cursor_options: Some(CursorOptions {
                visible: mode(options) == Mode::Explore,
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
        use bevy::render::RenderPlugin;
        use bevy::render::settings::WgpuSettings;
        let engine = engine.disable::<bevy::winit::WinitPlugin>();
        let runner = ScheduleRunnerPlugin::run_loop(pace(options));
        let mut settings = WgpuSettings::default();
        if options.bench_schedule {
            settings.backends = None;
        }
        let drawing = RenderPlugin {
            render_creation: settings.into(),
            ..Default::default()
        };
        app.add_plugins((engine.set(drawing), runner));
        return;
    }
    app.add_plugins(engine);
}

/// How long a frame without a window takes at least.
#[cfg(not(target_arch = "wasm32"))]
fn pace(options: &Options) -> std::time::Duration {
    use std::time::Duration;
    match (options.bench_schedule, options.bench_frames) {
        (true, _) => Duration::from_secs(1) / 60,
        (false, Some(_)) => Duration::ZERO,
        (false, None) => Duration::from_millis(5),
    }
}

/// What lies around the table has its colour.
fn clear_to_table(palette: Res<Palette>, mut clear: ResMut<ClearColor>) {
    if palette.is_changed() {
        clear.0 = palette.colour(Tone::Table);
    }
}
