//! Takes one picture when all is drawn, and ends.
//!
//! Bevy prepares what it needs to draw beside the frames: the first ones have no scene. A picture is taken when
//! nothing is asked of the server, nothing is built, and every pipeline is there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bevy::app::{App, AppExit, Plugin, Startup, Update};
use bevy::asset::{Assets, Handle};
use bevy::camera::RenderTarget;
use bevy::ecs::entity::Entity;
use bevy::ecs::message::MessageWriter;
use bevy::ecs::observer::On;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::image::Image;
use bevy::render::render_resource::{PipelineCache, TextureFormat};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::render::{Render, RenderApp, RenderSystems};
use bevy::time::{Real, Time};

use crate::camera::Eye;
use crate::error::ViewerError;
use crate::options::Size;
use crate::pending::Pending;
use crate::server::{Client, Fleet};
use crate::systems::ViewerSystems;

/// Takes a picture and ends the app: with success, or with an error where the picture cannot be
/// taken in time or cannot be written.
#[derive(Clone, Debug)]
pub struct PicturePlugin {
    /// Where the PNG goes.
    pub path: PathBuf,
    /// Its pixels, where there is no window that says them.
    pub size: Option<Size>,
    /// How long all must have been still, in seconds.
    pub settle_s: f64,
    /// After how many seconds it is given up.
    pub patience_s: f64,
}

impl Plugin for PicturePlugin {
    fn build(&self, app: &mut App) {
        let readiness = Readiness::default();
        app.insert_resource(Order(self.clone()))
            .insert_resource(readiness.clone())
            .init_resource::<Taking>()
            .add_systems(Startup, aim.after(crate::camera::open_eye))
            .add_systems(Update, take_when_still.after(ViewerSystems::Annotate));
        if let Some(render) = app.get_sub_app_mut(RenderApp) {
            render
                .insert_resource(readiness)
                .add_systems(Render, tell_waiting.in_set(RenderSystems::Cleanup));
        }
    }
}

#[derive(Resource)]
struct Order(PicturePlugin);

/// How many pipelines are not there yet; shared with the world that draws.
#[derive(Resource, Clone, Default)]
struct Readiness {
    has_drawn: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
}

#[derive(Resource, Default)]
struct Taking {
    target: Option<Handle<Image>>,
    still_since_s: Option<f64>,
    is_asked: bool,
}

fn tell_waiting(readiness: Res<Readiness>, cache: Res<PipelineCache>) {
    let waiting = cache.waiting_pipelines().count();
    readiness.waiting.store(waiting, Ordering::Relaxed);
    readiness.has_drawn.store(true, Ordering::Relaxed);
}

/// Without a window, the eye draws into an image.
fn aim(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    (order, mut taking): (Res<Order>, ResMut<Taking>),
    eyes: Query<Entity, With<Eye>>,
) {
    let Some(Size { width, height }) = order.0.size else {
        return;
    };
    let format = TextureFormat::Rgba8UnormSrgb;
    let image = images.add(Image::new_target_texture(width, height, format, None));
    taking.target = Some(image.clone());
    for eye in &eyes {
        commands
            .entity(eye)
            .insert(RenderTarget::Image(image.clone().into()));
    }
}

/// Asks for the picture when nothing has moved for a while.
fn take_when_still(
    mut commands: Commands,
    (order, mut taking, readiness): (Res<Order>, ResMut<Taking>, Res<Readiness>),
    (client, fleet, pending): (Res<Client>, Res<Fleet>, Res<Pending>),
    time: Res<Time<Real>>,
    mut exit: MessageWriter<AppExit>,
) {
    let now_s = time.elapsed_secs_f64();
    if taking.is_asked {
        return;
    }
    if now_s > order.0.patience_s {
        bevy::log::error!(
            "no picture after {} s: {}",
            order.0.patience_s,
            if fleet.sites.is_empty() {
                "the server does not answer"
            } else {
                "it is never still"
            },
        );
        exit.write(AppExit::error());
        taking.is_asked = true;
        return;
    }
    let is_drawn = readiness.has_drawn.load(Ordering::Relaxed)
        && readiness.waiting.load(Ordering::Relaxed) == 0;
    let is_still = is_drawn && client.is_idle() && pending.is_none() && !fleet.sites.is_empty();
    if !is_still {
        taking.still_since_s = None;
        return;
    }
    let since_s = *taking.still_since_s.get_or_insert(now_s);
    if now_s - since_s >= order.0.settle_s {
        taking.is_asked = true;
        let target = taking.target.clone();
        let shot = target.map_or_else(Screenshot::primary_window, Screenshot::image);
        commands.spawn(shot).observe(write);
    }
}

fn write(shot: On<ScreenshotCaptured>, order: Res<Order>, mut exit: MessageWriter<AppExit>) {
    exit.write(match save(&shot.image, &order.0.path) {
        Ok(()) => AppExit::Success,
        Err(error) => {
            bevy::log::error!("{error}: {}", reason(&error));
            AppExit::error()
        }
    });
}

fn reason(error: &ViewerError) -> String {
    use std::error::Error as _;
    error.source().map_or_else(String::new, ToString::to_string)
}

fn save(image: &Image, path: &Path) -> Result<(), ViewerError> {
    let failed = |source| ViewerError::Picture {
        path: path.to_owned(),
        source,
    };
    let drawn = image.clone().try_into_dynamic();
    let drawn = drawn.map_err(|error| failed(std::io::Error::other(error)))?;
    let picture = drawn.to_rgb8();
    let file = std::fs::File::create(path).map_err(failed)?;
    let mut encoder = png::Encoder::new(
        std::io::BufWriter::new(file),
        picture.width(),
        picture.height(),
    );
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(picture.as_raw())?;
        writer.finish()
    });
    written.map_err(|error| failed(std::io::Error::other(error)))
}
