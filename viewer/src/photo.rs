//! A picture of what is seen, with what a picture must say: scale, north, date and time, sources, and whether data is
//! synthetic. `p` takes it; what else is written over the model is not in it.
//!
//! Natively it goes into a file in the folder of pictures, named by the time that is shown; in a browser it is a
//! download.

mod place;

use bevy::app::{App, Plugin, Update};
use bevy::camera::visibility::Visibility;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::hierarchy::ChildOf;
use bevy::ecs::message::MessageReader;
use bevy::ecs::observer::On;
use bevy::ecs::query::{With, Without};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Local, Query, Res, ResMut};
use bevy::image::Image;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task, TaskPool};
use bevy::time::{Real, Time};
use bevy::ui::Node;

use crate::canvas::Canvas;
use crate::hud::{Framing, InPicture};
use crate::picture::encoded;
use crate::server::Present;
use crate::systems::ViewerSystems;
use crate::tools::{Notice, Wish};
use crate::words::Words;

/// How many frames the frame of the picture is laid out before it is taken.
const FRAMES: u8 = 4;

/// Takes pictures. Needs [`HudPlugin`](crate::hud::HudPlugin), which lays the frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct PhotoPlugin {
    /// Whether the frame is shown all the time, for a picture that another takes.
    pub is_framed: bool,
}

impl Plugin for PhotoPlugin {
    fn build(&self, app: &mut App) {
        let pose = if self.is_framed {
            Pose::Framed
        } else {
            Pose::None
        };
        app.insert_resource(pose)
            .init_resource::<Framing>()
            .init_resource::<Developing>()
            .init_resource::<Notice>()
            .add_message::<Wish>()
            .add_systems(Update, (ask, tell).in_set(ViewerSystems::Learn))
            .add_systems(
                Update,
                (clear, pose_and_take)
                    .chain()
                    .after(ViewerSystems::Annotate),
            );
    }
}

/// How far a picture is.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Pose {
    /// None is asked for.
    #[default]
    None,
    /// So many frames to go.
    Holding(u8),
    /// It is being taken.
    Taken,
    /// It is held until the end.
    Framed,
}

/// The picture while it is written, and where it goes.
#[derive(Resource, Debug, Default)]
struct Developing(Option<Task<Result<String, String>>>);

fn ask(mut wishes: MessageReader<Wish>, mut pose: ResMut<Pose>, developing: Res<Developing>) {
    let is_asked = wishes.read().any(|wish| *wish == Wish::Picture);
    if is_asked && *pose == Pose::None && developing.0.is_none() {
        *pose = Pose::Holding(FRAMES);
    }
}

/// The grounds of what is written, but for what belongs into a picture.
type Grounds = (With<Node>, Without<ChildOf>, Without<InPicture>);

/// Hides what does not belong into the picture, and shows it again.
fn clear(
    pose: Res<Pose>,
    mut framing: ResMut<Framing>,
    mut grounds: Query<&mut Visibility, Grounds>,
    mut was_posing: Local<bool>,
) {
    let is_posing = *pose != Pose::None;
    if !is_posing && !std::mem::take(&mut *was_posing) {
        return;
    }
    *was_posing = is_posing;
    framing.set_if_neq(Framing(is_posing));
    let visibility = if is_posing {
        Visibility::Hidden
    } else {
        Visibility::Inherited
    };
    for mut ground in &mut grounds {
        ground.set_if_neq(visibility);
    }
}

/// Takes the picture when it has been held for long enough.
fn pose_and_take(mut pose: ResMut<Pose>, canvas: Option<Res<Canvas>>, mut commands: Commands) {
    match *pose {
        Pose::None | Pose::Taken | Pose::Framed => {}
        Pose::Holding(0) => {
            *pose = Pose::Taken;
            let canvas = canvas.map(|canvas| canvas.0.clone());
            let shot = canvas.map_or_else(Screenshot::primary_window, Screenshot::image);
            commands.spawn(shot).observe(develop);
        }
        Pose::Holding(frames) => *pose = Pose::Holding(frames - 1),
    }
}

/// Writes the picture beside the frames.
fn develop(
    shot: On<ScreenshotCaptured>,
    mut pose: ResMut<Pose>,
    mut developing: ResMut<Developing>,
    (present, time): (Res<Present>, Res<Time<Real>>),
) {
    *pose = Pose::None;
    let name = place::name(present.time(time.elapsed_secs_f64()));
    let image: Image = shot.image.clone();
    let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
    developing.0 = Some(pool.spawn(async move {
        let bytes = encoded(&image).map_err(|error| error.to_string())?;
        place::put(&name, &bytes)
    }));
}

/// Says where the picture is.
fn tell(mut developing: ResMut<Developing>, words: Res<Words>, mut notice: ResMut<Notice>) {
    let developing = developing.bypass_change_detection();
    let Some(told) = developing.0.as_mut().and_then(check_ready) else {
        return;
    };
    developing.0 = None;
    match told {
        Ok(place) => {
            bevy::log::info!("picture: {place}");
            notice.say_with(words.say("photo.written"), place);
        }
        Err(error) => {
            bevy::log::error!("no picture: {error}");
            notice.say_with(words.say("photo.failed"), error);
        }
    }
}

#[cfg(test)]
mod tests {
    use bevy::camera::visibility::Visibility;
    use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

    use super::*;
    use crate::camera::Eye;
    use crate::hud::written;
    use crate::tools::tests::{app as tools_app, type_letter};

    fn app(is_framed: bool) -> App {
        let mut app = tools_app();
        app.add_plugins(PhotoPlugin { is_framed });
        let mut present = app.world_mut().resource_mut::<Present>();
        present.is_at("2026-11-30T18:15:00Z".parse().unwrap(), 0.0);
        present.is_synthetic = true;
        present.sources = vec!["IGN, RGE ALTI".into()];
        app.world_mut().spawn(Eye);
        app.update();
        app.update();
        app
    }

    fn hidden(app: &mut App) -> usize {
        let mut grounds = app.world_mut().query_filtered::<&Visibility, Grounds>();
        let grounds = grounds.iter(app.world());
        grounds.filter(|it| **it == Visibility::Hidden).count()
    }

    #[test]
    fn a_picture_hides_the_hud_and_brings_it_back() {
        let mut app = app(false);
        assert_eq!(hidden(&mut app), 0);
        type_letter(&mut app, "p");
        assert!(hidden(&mut app) > 0);
        assert!(app.world().resource::<Framing>().0);
        for _ in 0..=FRAMES {
            app.update();
        }
        let mut shots = app.world_mut().query::<&Screenshot>();
        assert_eq!(shots.iter(app.world()).count(), 1);
        let image = Image::new_fill(
            Extent3d {
                width: 2,
                height: 2,
                depth_or_array_layers: 1,
            },
            TextureDimension::D2,
            &[1, 2, 3, 255],
            TextureFormat::Rgba8UnormSrgb,
            bevy::asset::RenderAssetUsages::MAIN_WORLD,
        );
        assert_eq!(&encoded(&image).unwrap()[1..4], b"PNG");
        *app.world_mut().resource_mut::<Pose>() = Pose::None;
        app.update();
        assert_eq!(hidden(&mut app), 0);
    }

    #[test]
    fn the_frame_says_what_a_picture_must() {
        let mut app = app(true);
        app.update();
        let said = written(&mut app);
        for expected in ["19 h 15", "lundi 30 novembre", "Données synthétiques"] {
            assert!(said.iter().any(|it| it == expected), "{expected}: {said:?}");
        }
        assert!(
            said.iter().any(|it| it.contains("IGN, RGE ALTI")),
            "{said:?}"
        );
    }
}
