//! Takes one picture when all is drawn, and ends.

use std::path::{Path, PathBuf};

use bevy::app::{App, AppExit, Plugin, Update};
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::observer::On;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Local, Res, ResMut};
use bevy::image::Image;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::time::{Real, Time};

use crate::canvas::Canvas;
use crate::error::ViewerError;
use crate::server::MomentRefused;
use crate::still::Still;
use crate::systems::ViewerSystems;

/// Takes a picture and ends the app: with success, or with an error where it cannot be written.
#[derive(Clone, Debug)]
pub struct PicturePlugin {
    /// Where the PNG goes.
    pub path: PathBuf,
    /// How long all must have been still, in seconds.
    pub settle_s: f64,
}

impl Plugin for PicturePlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Order(self.clone()))
            .add_message::<MomentRefused>()
            .add_systems(
                Update,
                (give_up_refused, take)
                    .chain()
                    .after(ViewerSystems::Annotate),
            );
    }
}

#[derive(Resource)]
struct Order(PicturePlugin);

/// Asks for the picture when nothing has moved for a while.
fn take(
    mut commands: Commands,
    (order, mut still): (Res<Order>, ResMut<Still>),
    (canvas, time): (Option<Res<Canvas>>, Res<Time<Real>>),
    mut is_asked: Local<bool>,
) {
    let lasted_s = still.lasted_s(time.elapsed_secs_f64());
    if *is_asked || lasted_s.is_none_or(|lasted_s| lasted_s < order.0.settle_s) {
        return;
    }
    *is_asked = true;
    still.is_used();
    let canvas = canvas.map(|canvas| canvas.0.clone());
    let shot = canvas.map_or_else(Screenshot::primary_window, Screenshot::image);
    commands.spawn(shot).observe(write);
}

/// No picture is better than one of another moment.
fn give_up_refused(
    mut refused: MessageReader<MomentRefused>,
    mut still: ResMut<Still>,
    mut exit: MessageWriter<AppExit>,
) {
    for MomentRefused { at } in refused.read() {
        bevy::log::error!("no picture: the server has no history of {at}");
        exit.write(AppExit::error());
        still.is_used();
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
    let bytes = encoded(image).map_err(failed)?;
    std::fs::write(path, bytes).map_err(failed)
}

/// A picture that was taken, as the bytes of a PNG file.
pub(crate) fn encoded(image: &Image) -> Result<Vec<u8>, std::io::Error> {
    let drawn = image.clone().try_into_dynamic();
    let picture = drawn.map_err(std::io::Error::other)?.to_rgb8();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(picture.as_raw())?;
        writer.finish()
    });
    written.map_err(std::io::Error::other)?;
    Ok(bytes)
}
