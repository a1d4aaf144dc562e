//! The trucks of the day that is shown: where each of them is by its plan, at every moment, with its load.
//!
//! Nobody measures where a truck is: it drives along the very ways that its plan reckons with, and the picture says
//! so. `8` hides and shows them, a click opens the sheet of one, `V` follows the next one.

mod draw;
mod follow;
mod hands;
mod key;
mod line;
mod model;
mod poll;
mod round;
mod said;
mod sheet;
mod show;
mod way;
mod wire;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;

pub use self::follow::Following;
pub(crate) use self::key::lay as lay_key;
pub use self::poll::Rounds;
pub use self::round::{Call, Doing, Load, Truck, Whereabouts};
pub use self::show::{ChosenTruck, HoveredTruck, TruckMark, TruckMarks, TruckMoment};
pub use self::wire::CallKind;
use crate::camera::{Home, Stand};
use crate::hud::faces::Faces;
use crate::land::Heights;
use crate::layers::Layers;
use crate::motion::Motion;
use crate::systems::ViewerSystems;
use crate::wall::{Caption, Mode};

/// What a truck is called, in the language in force.
pub(crate) fn called(words: &crate::words::Words, truck: &Truck) -> String {
    said::name(words, truck)
}

/// Shows the trucks. Needs what [`ServerPlugin`](crate::server::ServerPlugin) and
/// [`CameraPlugin`](crate::camera::CameraPlugin) keep, and [`HudPlugin`](crate::hud::HudPlugin), which paints the
/// sheet; keeps [`Rounds`], [`TruckMarks`] and [`ChosenTruck`].
#[derive(Clone, Copy, Debug, Default)]
pub struct TrucksPlugin {
    /// Whether the eye follows one first, even where none is under way.
    pub is_wanted: bool,
}

impl Plugin for TrucksPlugin {
    fn build(&self, app: &mut App) {
        keep(app, self.is_wanted);
        app.add_plugins((
            poll::PollPlugin {
                is_wanted: self.is_wanted,
            },
            draw::DrawPlugin,
        ));
        add_systems(app);
    }
}

fn add_systems(app: &mut App) {
    app.add_systems(
        Update,
        (
            show::choose_moment,
            show::place,
            follow::choose_first,
            follow::follow,
        )
            .chain()
            .run_if(resource_exists::<Heights>)
            .after(ViewerSystems::Learn)
            .before(ViewerSystems::Move),
    )
    .add_systems(
        Update,
        (
            hands::hover,
            hands::click,
            hands::type_keys,
            hands::take_place,
        )
            .chain()
            .after(ViewerSystems::Move)
            .before(ViewerSystems::Draw),
    )
    .add_systems(
        Update,
        way::draw
            .run_if(resource_exists::<Heights>)
            .in_set(ViewerSystems::Draw),
    )
    .add_systems(
        Update,
        (
            (sheet::appear, sheet::write, line::lead).chain(),
            (follow::caption, key::choose),
        )
            .in_set(ViewerSystems::Annotate),
    );
}

fn keep(app: &mut App, is_wanted: bool) {
    app.insert_resource(show::IsWanted(is_wanted))
        .init_resource::<ChosenTruck>()
        .init_resource::<HoveredTruck>()
        .init_resource::<TruckMarks>()
        .init_resource::<TruckMoment>()
        .init_resource::<Following>()
        .init_resource::<Layers>()
        .init_resource::<Stand>()
        .init_resource::<Home>()
        .init_resource::<Motion>()
        .init_resource::<Mode>()
        .init_resource::<Caption>()
        .init_resource::<Faces>();
}

#[cfg(test)]
mod tests;
