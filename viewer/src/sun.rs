//! The light of the hour: that of a studio, which never moves, or that of the twin's true sun,
//! softened. The key `L` changes between them, `h` to high contrast, which knows no hour.

mod place;
mod softened;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Res, ResMut, SystemParam};
use bevy::input::keyboard::KeyCode;
use bevy::math::Vec2;
use bevy::time::{Real, Time};

pub use self::place::{SunPlace, sun_at};
use self::softened::Softened;
use crate::keys::Keys;
use crate::look::Lighting;
use crate::palette::Palette;
use crate::server::Present;
use crate::space::Space;
use crate::systems::ViewerSystems;
use crate::tools::Wish;

/// Keeps [`Palette`] and the sun of [`Lighting`] as [`Daylight`] says.
#[derive(Clone, Debug)]
pub struct SunPlugin {
    /// Which light there is first.
    pub daylight: Daylight,
    /// The colours in the light of the studio.
    pub studio: Palette,
    /// How far colours are apart first.
    pub contrast: Contrast,
}

impl Plugin for SunPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(self.daylight)
            .insert_resource(self.studio.clone())
            .insert_resource(Studio(self.studio.clone()))
            .init_resource::<Lighting>()
            .insert_resource(self.contrast)
            .add_message::<Wish>()
            .add_systems(
                Update,
                (switch, raise, shine).chain().in_set(ViewerSystems::Move),
            );
    }
}

/// Which light falls.
#[derive(Resource, clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Daylight {
    /// One sun from the north-west that never moves
    #[default]
    Studio,
    /// The sun of the hour that is shown, softened; by night a moon
    True,
}

/// The colours in the light of the studio.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Studio(pub Palette);

/// How far colours are apart.
#[derive(Resource, clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contrast {
    /// As designed
    #[default]
    Usual,
    /// White and bright on black
    High,
}

fn raise(mut wishes: MessageReader<Wish>, mut contrast: ResMut<Contrast>) {
    for _ in wishes.read().filter(|wish| **wish == Wish::Contrast) {
        *contrast = match *contrast {
            Contrast::Usual => Contrast::High,
            Contrast::High => Contrast::Usual,
        };
    }
}

fn switch(keys: Keys, mut daylight: ResMut<Daylight>) {
    if keys.is_tapped(KeyCode::KeyL) {
        *daylight = match *daylight {
            Daylight::Studio => Daylight::True,
            Daylight::True => Daylight::Studio,
        };
    }
}

/// What the light of the hour follows from.
#[derive(SystemParam)]
struct Hour<'w> {
    present: Res<'w, Present>,
    time: Res<'w, Time<Real>>,
    space: Option<Res<'w, Space>>,
}

impl Hour<'_> {
    /// The light over the middle of the territory; `None` until time and place are known.
    fn light(&self) -> Option<Softened> {
        let place = self.space.as_ref()?.place(Vec2::ZERO)?;
        let time = self.present.time(self.time.elapsed_secs_f64())?;
        Some(Softened::of(sun_at(time, place)))
    }
}

/// Brings light and colours up to mode and hour; leaves them where no eye would see a difference.
fn shine(
    (daylight, studio, contrast): (Res<Daylight>, Res<Studio>, Res<Contrast>),
    hour: Hour,
    mut shown: Local<Option<Softened>>,
    (mut palette, mut lighting): (ResMut<Palette>, ResMut<Lighting>),
) {
    let wanted = match (*daylight, *contrast) {
        (Daylight::Studio, _) | (_, Contrast::High) => None,
        (Daylight::True, Contrast::Usual) => match hour.light() {
            Some(light) => Some(light),
            None => return,
        },
    };
    let is_shown = match (wanted, *shown) {
        (Some(wanted), Some(shown)) => wanted.is_like(shown),
        (None, None) => !daylight.is_changed() && !studio.is_changed() && !contrast.is_changed(),
        _ => false,
    };
    if is_shown {
        return;
    }
    *shown = wanted;
    lighting.sun = wanted.map_or(Lighting::default().sun, |light| light.towards);
    let studio = match *contrast {
        Contrast::Usual => studio.0.clone(),
        Contrast::High => Palette::contrast(),
    };
    *palette = wanted.map_or(studio, Softened::palette);
}

#[cfg(test)]
mod tests {
    use bevy::MinimalPlugins;
    use bevy::input::ButtonInput;
    use twin_core::LonLat;

    use super::*;

    fn app(daylight: Daylight, time: &str) -> App {
        let mut app = App::new();
        let mut present = Present::default();
        present.is_at(time.parse().unwrap(), 0.0);
        app.add_plugins((
            MinimalPlugins,
            SunPlugin {
                daylight,
                studio: Palette::day(),
                contrast: Contrast::Usual,
            },
        ))
        .insert_resource(present)
        .insert_resource(Space::around(LonLat::new(6.8, 47.51).unwrap()))
        .init_resource::<ButtonInput<KeyCode>>();
        crate::systems::order_systems(&mut app);
        app.update();
        app
    }

    fn press_l(app: &mut App) {
        let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
        keys.press(KeyCode::KeyL);
        app.update();
        let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
        keys.release(KeyCode::KeyL);
        keys.clear();
        app.update();
    }

    #[test]
    fn the_studio_knows_no_hour() {
        let app = app(Daylight::Studio, "2026-11-30T23:00:00Z");
        assert_eq!(*app.world().resource::<Palette>(), Palette::day());
        assert_eq!(
            app.world().resource::<Lighting>().sun,
            Lighting::default().sun
        );
    }

    #[test]
    fn the_true_sun_stands_in_the_south_at_noon() {
        let app = app(Daylight::True, "2026-03-20T11:40:00Z");
        let sun = app.world().resource::<Lighting>().sun;
        assert!(sun.z > 0.6 && sun.x.abs() < 0.05, "{sun}");
        assert!(!app.world().resource::<Palette>().is_night);
    }

    #[test]
    fn high_contrast_knows_no_hour() {
        let mut app = app(Daylight::True, "2026-03-20T11:40:00Z");
        app.world_mut().write_message(Wish::Contrast);
        app.update();
        assert_eq!(*app.world().resource::<Palette>(), Palette::contrast());
        app.world_mut().write_message(Wish::Contrast);
        app.update();
        assert!(!app.world().resource::<Palette>().is_night);
    }

    #[test]
    fn a_key_changes_the_light_and_back() {
        let mut app = app(Daylight::Studio, "2026-11-30T23:00:00Z");
        press_l(&mut app);
        assert_eq!(*app.world().resource::<Palette>(), Palette::night());
        press_l(&mut app);
        assert_eq!(*app.world().resource::<Palette>(), Palette::day());
    }
}
