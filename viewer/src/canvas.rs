//! Where the eye draws when there is no window: an image in memory.

use bevy::app::{App, Plugin, Startup};
use bevy::asset::{Assets, Handle};
use bevy::camera::RenderTarget;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::image::Image;
use bevy::render::render_resource::TextureFormat;

use crate::camera::{Eye, open_eye};
use crate::options::Size;

/// Has the eye draw into an image, the [`Canvas`].
#[derive(Clone, Copy, Debug)]
pub struct CanvasPlugin {
    /// Its pixels.
    pub size: Size,
}

impl Plugin for CanvasPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Wanted(self.size))
            .add_systems(Startup, stretch.after(open_eye));
    }
}

#[derive(Resource)]
struct Wanted(Size);

/// What the eye draws into, where there is no window.
#[derive(Resource, Clone, Debug)]
pub struct Canvas(pub Handle<Image>);

fn stretch(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    wanted: Res<Wanted>,
    eyes: Query<Entity, With<Eye>>,
) {
    let Size { width, height } = wanted.0;
    let format = TextureFormat::Rgba8UnormSrgb;
    let image = images.add(Image::new_target_texture(width, height, format, None));
    for eye in &eyes {
        let target = RenderTarget::Image(image.clone().into());
        commands.entity(eye).insert(target);
    }
    commands.insert_resource(Canvas(image));
}
