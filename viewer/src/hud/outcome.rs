//! What is written beside a scenario: what each half shows, how figures differ, what the chosen site comes to, or why
//! there is nothing to show.

mod figures;
mod heads;
mod legend;
mod site;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Query, Res};
use bevy::math::Vec2;
use bevy::ui::{Display, Node};

use super::{Kit, show};
use crate::server::Present;
use crate::split::{Known, Pointed, Split};
use crate::systems::ViewerSystems;
use crate::words::{Language, Words};

pub(super) use self::figures::lay as lay_figures;
pub(super) use self::legend::lay as lay_legend;

/// Brings what is written up to what is known.
pub(super) struct OutcomePlugin;

impl Plugin for OutcomePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Split>()
            .init_resource::<Known>()
            .init_resource::<Pointed>()
            .init_resource::<Present>()
            .add_systems(
                Update,
                (
                    choose,
                    (heads::write, heads::notice),
                    (legend::write, legend::rise),
                    (figures::write, figures::draw),
                    site::write,
                )
                    .chain()
                    .in_set(ViewerSystems::Annotate)
                    .before(super::paint::recolour)
                    .after(super::appear),
            );
    }
}

/// While what something is laid out.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum While {
    /// Only the present is shown.
    Present,
    /// A scenario is shown, in either way.
    Scenario,
    /// The picture is parted.
    Sides,
    /// Differences are shown.
    Difference,
}

impl While {
    const fn is(self, split: Split) -> bool {
        match self {
            Self::Present => !split.is_on(),
            Self::Scenario => split.is_on(),
            Self::Sides => matches!(split, Split::Sides),
            Self::Difference => matches!(split, Split::Difference),
        }
    }
}

fn choose(split: Res<Split>, mut parts: Query<(&While, &mut Node)>) {
    for (during, mut node) in &mut parts {
        let display = if during.is(*split) {
            Display::Flex
        } else {
            Display::None
        };
        show(&mut node, display);
    }
}

/// Lays what stands over the halves, and the sheet of a site.
pub(super) fn lay(root: &mut ChildSpawnerCommands, kit: &mut Kit) {
    heads::lay(root, kit);
    site::lay(root, kit);
}

/// A name in the language in force.
fn named<'a>(names: &'a [Box<str>; 2], words: &Words) -> &'a str {
    let [fr, en] = names;
    match words.language() {
        Language::Fr => fr,
        Language::En => en,
    }
}

/// How far a point of a picture is from the nearest line of a hatch.
fn hatched(at: Vec2) -> f32 {
    ((at.x + at.y).rem_euclid(5.0) - 2.5).abs() * std::f32::consts::FRAC_1_SQRT_2 - 0.6
}

#[cfg(test)]
mod tests;
