//! What is chosen at the start, for a picture.

use bevy::app::AppExit;
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::message::MessageWriter;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Commands, Res, ResMut};
use twin_core::{FibreNodeType, LonLat};

use super::stock::{Reader, Stock};
use super::{Asset, Picked};
use crate::camera::Stand;
use crate::land::Heights;
use crate::layers::{Layers, Overlay};
use crate::pending::Pending;
use crate::server::Client;
use crate::space::{Space, raised};

/// What is chosen as soon as it is known.
#[derive(Resource, Clone, Debug, PartialEq, Eq)]
pub struct FirstAsset {
    /// Its public name, as `camera/KEY`, `health-facility/KEY` or `fibre-node/KEY`.
    pub id: Box<str>,
    /// Whether the eye goes near.
    pub is_approached: bool,
    /// Whether the app ends with an error where there is no such thing.
    pub is_needed: bool,
}

impl FirstAsset {
    /// What a link has chosen, which stands where it says; `None` for what is not shown by this plugin.
    pub fn again(id: &str) -> Option<Self> {
        Self::overlay_of(id).map(|_| Self {
            id: id.into(),
            is_approached: false,
            is_needed: false,
        })
    }

    /// The layer of a public name; `None` for what is not shown by this plugin.
    pub fn overlay_of(id: &str) -> Option<Overlay> {
        match id.split_once('/')?.0 {
            "camera" => Some(Overlay::Cameras),
            "health-facility" => Some(Overlay::Health),
            "fibre-node" => Some(Overlay::Fibre),
            _ => None,
        }
    }
}

/// How far down one looks at what a camera sees, in radians: houses stand around it.
const STEEP: f32 = 1.1;

/// Chooses it, and goes near, when it and the land are there.
pub(super) fn choose(
    (first, stock): (Option<Res<FirstAsset>>, Res<Stock>),
    (reader, client): (Res<Reader>, Option<Res<Client>>),
    (space, heights): (Option<Res<Space>>, Option<Res<Heights>>),
    (stand, mut layers, mut picked): (Option<ResMut<Stand>>, ResMut<Layers>, ResMut<Picked>),
    (mut exit, mut pending, mut commands): (MessageWriter<AppExit>, ResMut<Pending>, Commands),
) {
    let Some(first) = first else { return };
    pending.say("first asset", 1);
    let Some(overlay) = FirstAsset::overlay_of(&first.id) else {
        return;
    };
    if !layers.shows(overlay) {
        layers.set(overlay, true);
    }
    let (Some(space), Some(heights)) = (space, heights) else {
        return;
    };
    let found = stock.find(&first.id);
    let is_operator = client.is_some_and(|client| client.is_operator());
    let may = overlay != Overlay::Cameras || is_operator;
    let is_awaited = may && reader.awaits(overlay);
    // When the land is new the camera stands up first.
    if heights.is_added() || found.is_none() && is_awaited {
        return;
    }
    commands.remove_resource::<FirstAsset>();
    pending.say("first asset", 0);
    let Some((asset, place)) = found.and_then(|asset| Some((asset, stock.place(asset)?))) else {
        bevy::log::error!("there is no {} to choose", first.id);
        if first.is_needed {
            exit.write(AppExit::error());
        }
        return;
    };
    picked.0 = Some(asset);
    if let Some(mut stand) = stand.filter(|_| first.is_approached) {
        let at = space.ground(place);
        stand.target = raised(at, heights.at(at));
        stand.distance_m = distance_m(&stock, asset);
        if overlay == Overlay::Cameras {
            stand.pitch = STEEP;
        }
    }
}

/// From how far it is looked at, in metres: so that what it sees, or what hangs on it, is in the picture.
fn distance_m(stock: &Stock, asset: Asset) -> f32 {
    match asset {
        Asset::Camera(_) => 320.0,
        Asset::Health(_) => 900.0,
        Asset::Node(number) => match stock.tree.nodes.get(number).map(|it| it.facts.node_type) {
            Some(FibreNodeType::Nro) => 9_000.0,
            Some(FibreNodeType::Pm) => 3_000.0,
            Some(FibreNodeType::Pbo) | None => 900.0,
        },
    }
}

impl Stock {
    /// What has a public name.
    pub(super) fn find(&self, id: &str) -> Option<Asset> {
        let overlay = FirstAsset::overlay_of(id)?;
        let number = match overlay {
            Overlay::Cameras => self.cameras.iter().position(|it| &*it.id == id),
            Overlay::Health => self.health.iter().position(|it| &*it.id == id),
            Overlay::Fibre => self.tree.find(id),
        };
        number.map(|number| Asset::of(overlay, number))
    }

    /// The public name of something.
    pub(super) fn id(&self, asset: Asset) -> Option<&str> {
        Some(match asset {
            Asset::Camera(number) => &*self.cameras.get(number)?.id,
            Asset::Health(number) => &*self.health.get(number)?.id,
            Asset::Node(number) => &*self.tree.nodes.get(number)?.id,
        })
    }

    /// Where something is.
    pub(super) fn place(&self, asset: Asset) -> Option<LonLat> {
        Some(match asset {
            Asset::Camera(number) => self.cameras.get(number)?.facts.aiming.place,
            Asset::Health(number) => self.health.get(number)?.place,
            Asset::Node(number) => self.tree.nodes.get(number)?.place,
        })
    }
}
