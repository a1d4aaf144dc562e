//! The way to the server: questions and their answers, the fleet of containers and its changes.

mod client;
mod events;
mod fleet;
mod live;
mod ready;
mod wire;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::schedule::IntoScheduleConfigs as _;

pub use self::client::{Answered, Client, Refused, Ticket};
pub use self::fleet::{Container, Fleet, FleetChanged, Look, Site};
pub use self::live::Link;
pub use self::ready::Present;
use crate::systems::ViewerSystems;

/// Asks the server, and keeps [`Fleet`], [`Link`] and [`Present`] up to date.
#[derive(Clone, Debug)]
pub struct ServerPlugin {
    /// Where the server is, as `http://host:port`.
    pub base: String,
}

impl Plugin for ServerPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Client::new(&self.base))
            .add_message::<Answered>()
            .add_systems(Update, client::deliver.in_set(ViewerSystems::Receive))
            .add_plugins((live::LivePlugin, ready::ReadyPlugin));
    }
}
