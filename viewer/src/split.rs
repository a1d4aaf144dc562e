//! A scenario beside the present: two halves of the picture with one eye, or the difference of each commune.
//!
//! Both sides show the same figure of the same period: hours that containers were full, as the server's
//! simulations found them for today's collection and for a scenario, with the same luck. Nothing is simulated
//! here. `O` goes from the present to the two halves, on to the difference, and back.

mod ask;
mod change;
mod comparison;
mod eyes;
mod hands;
mod scale;
mod signs;
mod wire;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::input::keyboard::KeyCode;

pub(crate) use self::ask::why;
pub use self::ask::{Known, Shown, Unshown, Wanted, WantedError, Wish};
pub(crate) use self::comparison::{Change, Comparison, Figure, Side, SiteOutcome, Verdict};
pub use self::eyes::Beside;
pub(crate) use self::hands::Pointed;
pub(crate) use self::scale::BOUNDS_H;
use crate::hud::RightSheet;
use crate::keys::Keys;
use crate::layers::Layers;
use crate::pick::{Chosen, Hovered};
use crate::systems::ViewerSystems;

/// Shows a scenario beside the present. Needs what [`ServerPlugin`](crate::server::ServerPlugin),
/// [`CameraPlugin`](crate::camera::CameraPlugin) and [`LandPlugin`](crate::land::LandPlugin) keep, and the
/// materials of [`SitesPlugin`](crate::sites::SitesPlugin) and [`LookPlugin`](crate::look::LookPlugin).
#[derive(Clone, Debug, Default)]
pub struct SplitPlugin {
    /// What is shown at first.
    pub first: Split,
    /// Which simulation; the newest finished comparison where none is named.
    pub wanted: Option<Wanted>,
}

impl Plugin for SplitPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(self.first)
            .init_resource::<Layers>()
            .init_resource::<RightSheet>()
            .init_resource::<Chosen>()
            .init_resource::<Hovered>()
            .add_systems(Update, (turn, clear).chain().in_set(ViewerSystems::Receive))
            .add_plugins((
                ask::AskPlugin {
                    wanted: self.wanted.clone(),
                },
                eyes::EyesPlugin,
                signs::SignsPlugin,
                change::ChangePlugin,
                hands::HandsPlugin,
            ));
    }
}

/// How a scenario is shown.
#[derive(Resource, clap::ValueEnum, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Split {
    /// Only the present
    #[default]
    Off,
    /// Two halves with one eye: the present, and the scenario
    Sides,
    /// One picture: what the scenario changes in each commune
    Difference,
}

impl Split {
    /// Whether a scenario is shown.
    pub const fn is_on(self) -> bool {
        !matches!(self, Self::Off)
    }

    const fn next(self) -> Self {
        match self {
            Self::Off => Self::Sides,
            Self::Sides => Self::Difference,
            Self::Difference => Self::Off,
        }
    }
}

/// Whether only the present is shown: what is live rests while a scenario is.
pub fn is_off(split: Option<Res<Split>>) -> bool {
    split.is_none_or(|split| !split.is_on())
}

fn turn(mut split: ResMut<Split>, keys: Keys) {
    if keys.is_tapped(KeyCode::KeyO) {
        *split = split.next();
    }
}

/// Outcomes take the place of what is live: signs of containers, what is chosen of them, the list of alarms.
fn clear(
    split: Res<Split>,
    mut layers: ResMut<Layers>,
    (mut chosen, mut hovered): (ResMut<Chosen>, ResMut<Hovered>),
    mut right: ResMut<RightSheet>,
    mut kept: Local<Option<Layers>>,
) {
    if split.is_on() {
        let nothing = layers.bare();
        if *layers != nothing {
            *kept = Some(*layers);
            *layers = nothing;
        }
        chosen.set_if_neq(Chosen(None));
        hovered.set_if_neq(Hovered(None));
        right.set_if_neq(RightSheet::Other);
    } else if split.is_changed()
        && let Some(before) = kept.take().filter(|_| *layers == layers.bare())
    {
        layers.set_if_neq(before);
    }
}

#[cfg(test)]
pub(crate) mod tests;
