//! What is under the mouse, and what was chosen: its sign gets a ring, and a sheet says what is known of it.
//!
//! A click chooses, a click on nothing or Escape closes the sheet. Tab goes through the containers of the same
//! site, `J` and `K` (or the brackets) to the next fullest one and back, Enter chooses what is under the mouse.

mod chart;
mod first;
mod flight;
mod gauge;
mod hands;
mod keys;
mod line;
mod outlook;
mod places;
mod report;
mod series;
mod sheet;
mod story;
mod tap;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::message::{Message, MessageReader};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};

use crate::assets::Picked;
use crate::camera::Flight;
use crate::hud::RightSheet;
use crate::hud::faces::Faces;
use crate::pending::Pending;
use crate::plan::is_choosing;
use crate::server::{Fleet, FleetChanged};
use crate::split::is_off;
use crate::systems::ViewerSystems;
use crate::trucks::ChosenTruck;

pub use self::first::First;
pub use self::hands::Cursor;
pub(crate) use self::hands::Press;
pub(crate) use self::places::{Places, Pointer};

/// Lets containers be chosen. Needs [`HudPlugin`](crate::hud::HudPlugin), which paints the sheet, and what
/// [`ServerPlugin`](crate::server::ServerPlugin) and [`CameraPlugin`](crate::camera::CameraPlugin) keep.
#[derive(Clone, Debug, Default)]
pub struct PickPlugin {
    /// What is chosen at the start.
    pub first: Option<First>,
}

impl Plugin for PickPlugin {
    fn build(&self, app: &mut App) {
        if let Some(first) = &self.first {
            app.insert_resource(first.clone());
        }
        app.init_resource::<Hovered>()
            .init_resource::<Chosen>()
            .init_resource::<Kept>()
            .init_resource::<Cursor>()
            .init_resource::<tap::Tapped>()
            .init_resource::<RightSheet>()
            .init_resource::<Pending>()
            .init_resource::<Faces>()
            .init_resource::<flight::Heading>()
            .init_resource::<Flight>()
            .init_resource::<places::Places>()
            .add_message::<Clicked>()
            .init_resource::<story::Story>()
            .add_systems(
                Update,
                (
                    keep,
                    first::choose,
                    keys::follow.run_if(is_off),
                    flight::set_out,
                )
                    .chain()
                    .after(ViewerSystems::Learn)
                    .before(ViewerSystems::Move),
            )
            .add_systems(
                Update,
                (
                    places::survey,
                    (hands::point, tap::point).chain(),
                    (hands::hover, tap::choose).chain().run_if(is_off),
                    hands::click.run_if(is_off).run_if(is_choosing),
                    take_place.run_if(is_off),
                )
                    .chain()
                    .in_set(ViewerSystems::Draw),
            )
            .add_systems(
                Update,
                (
                    remember,
                    (story::ask, story::take, story::follow, story::say_pending).chain(),
                    (sheet::appear, sheet::write, sheet::paint, gauge::show),
                    (chart::draw, line::lead),
                )
                    .chain()
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// The container under the mouse, by its place in [`Fleet::containers`].
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Hovered(pub Option<usize>);

/// The container whose sheet is open, by its place in [`Fleet::containers`].
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Chosen(pub Option<usize>);

/// The land was clicked on, and whatever stands there: see [`Hovered`].
#[derive(Message, Clone, Copy, Debug)]
pub struct Clicked;

/// What is chosen, by its name: numbers change when containers come and go.
#[derive(Resource, Clone, Debug, Default)]
struct Kept(Option<Box<str>>);

/// Finds the chosen container again in another fleet.
fn keep(
    fleet: Res<Fleet>,
    mut changes: MessageReader<FleetChanged>,
    (mut chosen, mut hovered): (ResMut<Chosen>, ResMut<Hovered>),
    kept: Res<Kept>,
) {
    if changes.read().any(|change| *change == FleetChanged::Whole) {
        let number = kept.0.as_ref().and_then(|id| fleet.find(id));
        chosen.set_if_neq(Chosen(number));
        hovered.set_if_neq(Hovered(None));
    }
}

/// The sheet of what is chosen takes the place of the list of alarms, and gives it back.
fn take_place(
    (chosen, picked): (Res<Chosen>, Option<Res<Picked>>),
    truck: Option<Res<ChosenTruck>>,
    mut right: ResMut<RightSheet>,
) {
    let is_picked = picked.is_some_and(|picked| picked.0.is_some());
    // The sheet of a truck gives the place back by itself.
    let has_truck = truck.is_some_and(|truck| truck.0.is_some());
    match (chosen.0.is_some() || is_picked, *right) {
        (true, RightSheet::None | RightSheet::Alarms) => *right = RightSheet::Other,
        (false, RightSheet::Other) if !has_truck => *right = RightSheet::None,
        _ => {}
    }
}

/// Notes the name of what is chosen.
fn remember(fleet: Res<Fleet>, chosen: Res<Chosen>, mut kept: ResMut<Kept>) {
    if chosen.is_changed() {
        let container = chosen.0.and_then(|number| fleet.containers.get(number));
        kept.0 = container.map(|container| container.id.clone());
    }
}

#[cfg(test)]
pub(crate) mod tests;
