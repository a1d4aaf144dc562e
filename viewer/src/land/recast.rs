//! Casts the shade anew, beside the frames, when the sun has moved; the old one stays until then.

use std::sync::Arc;

use bevy::app::{App, Plugin, Update};
use bevy::asset::Assets;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Res, ResMut};
use bevy::image::Image;
use bevy::math::Vec3;
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task};

use super::heights::Heights;
use super::region::Region;
use super::shade::{Relief, Shade};
use crate::look::Lighting;
use crate::pending::Pending;
use crate::systems::ViewerSystems;

/// A sun that has moved less than this, in radians, throws the same shade.
const STEP: f32 = 2.0_f32.to_radians();

pub(super) struct RecastPlugin;

impl Plugin for RecastPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Casting>().add_systems(
            Update,
            (cast.run_if(resource_exists::<Heights>), show)
                .chain()
                .in_set(ViewerSystems::Draw),
        );
    }
}

/// Whether light has a shade that can be shown.
pub(super) fn is_shaded(lighting: Res<Lighting>) -> bool {
    lighting.shade.is_some()
}

/// The shade while it is cast beside the frames.
#[derive(Resource, Default)]
struct Casting {
    task: Option<Task<Cast>>,
    relief: Option<Arc<Relief>>,
    /// Towards the sun of the last shade that was begun.
    sun: Option<Vec3>,
}

struct Cast {
    relief: Arc<Relief>,
    shade: Shade,
}

impl Casting {
    fn is_due(&self, sun: Vec3) -> bool {
        self.sun.is_none_or(|old| old.angle_between(sun) > STEP)
    }
}

/// Begins to cast where the sun has moved, one shade at a time.
fn cast(
    mut casting: ResMut<Casting>,
    (region, heights): (Res<Region>, Res<Heights>),
    lighting: Res<Lighting>,
) {
    let sun = lighting.sun;
    if casting.task.is_some() || !casting.is_due(sun) {
        return;
    }
    casting.sun = Some(sun);
    let known = casting
        .relief
        .clone()
        .ok_or_else(|| (region.clone(), heights.clone()));
    casting.task = Some(AsyncComputeTaskPool::get().spawn(async move {
        let relief =
            known.unwrap_or_else(|(region, heights)| Arc::new(Relief::new(&region, &heights)));
        let shade = relief.cast(sun);
        Cast { relief, shade }
    }));
}

/// Takes the new shade in place of the old one.
fn show(
    mut casting: ResMut<Casting>,
    mut images: ResMut<Assets<Image>>,
    mut lighting: ResMut<Lighting>,
    mut pending: ResMut<Pending>,
) {
    if let Some(cast) = casting.task.as_mut().and_then(check_ready) {
        casting.task = None;
        casting.relief = Some(cast.relief);
        lighting.extent = cast.shade.extent;
        lighting.shade = Some(images.add(cast.shade.image()));
    }
    let is_due = casting.sun.is_some() && casting.is_due(lighting.sun);
    pending.say("shade", usize::from(casting.task.is_some() || is_due));
}

#[cfg(test)]
mod tests {
    use bevy::MinimalPlugins;
    use bevy::math::Vec2;
    use geo_types::{MultiPolygon, polygon};

    use super::*;

    fn app() -> App {
        let block = polygon![
            (x: 0., y: 0.), (x: 900., y: 0.), (x: 900., y: 900.), (x: 0., y: 900.), (x: 0., y: 0.)
        ];
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, RecastPlugin))
            .insert_resource(Region::new(&MultiPolygon::new(vec![block])))
            .insert_resource(Heights::level(Vec2::ZERO, 500.0, [3, 3]))
            .init_resource::<Assets<Image>>()
            .init_resource::<Lighting>()
            .init_resource::<Pending>();
        crate::systems::order_systems(&mut app);
        app
    }

    fn until_cast(app: &mut App) {
        app.update();
        for _ in 0..60_000 {
            if app.world().resource::<Pending>().is_none() {
                return;
            }
            std::thread::yield_now();
            app.update();
        }
    }

    fn turn_sun(app: &mut App, degrees: f32) {
        let mut lighting = app.world_mut().resource_mut::<Lighting>();
        let turned = bevy::math::Quat::from_rotation_y(degrees.to_radians()) * lighting.sun;
        lighting.sun = turned;
    }

    #[test]
    fn the_old_shade_stays_until_the_new_one_is_there() {
        let mut app = app();
        until_cast(&mut app);
        let first = app.world().resource::<Lighting>().shade.clone();
        assert!(first.is_some());
        turn_sun(&mut app, 30.0);
        until_cast(&mut app);
        let lighting = app.world().resource::<Lighting>();
        assert!(lighting.shade.is_some() && lighting.shade != first);
    }

    #[test]
    fn a_sun_that_hardly_moves_throws_the_same_shade() {
        let mut app = app();
        until_cast(&mut app);
        let first = app.world().resource::<Lighting>().shade.clone();
        turn_sun(&mut app, 1.0);
        until_cast(&mut app);
        assert_eq!(app.world().resource::<Lighting>().shade, first);
    }
}
