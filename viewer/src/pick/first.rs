//! What is chosen at the start, for a picture.

use bevy::app::AppExit;
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::message::MessageWriter;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Commands, Res, ResMut};

use super::{Chosen, flight};
use crate::camera::Stand;
use crate::land::Heights;
use crate::server::Fleet;
use crate::sites::leader;
use crate::space::Space;

/// What is chosen as soon as the fleet is known.
#[derive(Resource, Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// Its public name, as `container/KEY`, or that of a site, whose leader it is then.
    pub id: Box<str>,
    /// Whether the eye goes near.
    pub is_approached: bool,
    /// Whether the app ends with an error where there is no such thing.
    pub is_needed: bool,
}

/// Chooses it, and goes near, when fleet and land are there.
pub(super) fn choose(
    (first, fleet): (Option<Res<First>>, Res<Fleet>),
    (space, heights): (Option<Res<Space>>, Option<Res<Heights>>),
    (stand, mut chosen): (Option<ResMut<Stand>>, ResMut<Chosen>),
    mut exit: MessageWriter<AppExit>,
    mut commands: Commands,
) {
    let (Some(first), Some(space), Some(heights)) = (first, space, heights) else {
        return;
    };
    // When the land is new the camera stands up first.
    if heights.is_added() || fleet.containers.is_empty() {
        return;
    }
    commands.remove_resource::<First>();
    let Some(number) = find(&fleet, &first.id) else {
        bevy::log::error!("there is no {} to choose", first.id);
        if first.is_needed {
            exit.write(AppExit::error());
        }
        return;
    };
    chosen.0 = Some(number);
    if let Some(mut stand) = stand.filter(|_| first.is_approached)
        && let Some(near) = flight::before(&fleet, (&space, &heights), (number, *stand))
    {
        *stand = near;
    }
}

fn find(fleet: &Fleet, id: &str) -> Option<usize> {
    fleet.find(id).or_else(|| {
        let site = fleet.sites.iter().position(|site| &*site.id == id)?;
        leader(fleet, site, None)
    })
}
