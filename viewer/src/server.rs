//! The way to the server: questions and their answers, the fleet of containers and its changes.

mod ahead;
mod client;
mod events;
mod fleet;
mod history;
mod live;
mod past;
mod post;
mod ready;
mod token;
mod wire;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use twin_core::Timestamp;

pub use self::ahead::{Forecast, FullCount, Load};
pub use self::client::{Answered, Client, Refused, Ticket};
pub use self::fleet::{Container, Fleet, FleetChanged, Look, Site};
pub use self::history::History;
pub use self::live::Link;
pub use self::past::{Moment, MomentRefused};
pub use self::post::{NotPosted, Posted};
pub use self::ready::Present;
pub use self::token::{OperatorToken, TokenError};
use crate::systems::ViewerSystems;

/// Asks the server, and keeps [`Fleet`], [`Link`] and [`Present`] up to date, or at a [`Moment`] of the past.
#[derive(Clone, Debug)]
pub struct ServerPlugin {
    /// Where the server is, as `http://host:port`.
    pub base: String,
    /// What makes an operator of the viewer; `None`: it asks as anybody.
    pub token: Option<OperatorToken>,
    /// The moment that is shown first; the present where there is none.
    pub at: Option<Timestamp>,
}

impl Plugin for ServerPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Client::new(&self.base).presenting(self.token.clone()))
            .add_message::<Answered>()
            .add_message::<Posted>()
            .add_systems(
                Update,
                (client::deliver, post::deliver).in_set(ViewerSystems::Receive),
            )
            .add_plugins((
                live::LivePlugin,
                past::PastPlugin { at: self.at },
                history::HistoryPlugin,
                ready::ReadyPlugin,
            ));
    }
}
