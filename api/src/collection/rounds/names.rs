//! What people call the places and the containers of a day.

use twin_core::{AssetIx, AssetKind, Inventory};

use super::{Emptied, RoundsRequest};
use simulator::collection::day::PlaceOf;

/// What is known of a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    pub(super) sites: Vec<Box<str>>,
    pub(super) called: String,
    pub(super) street: Option<Box<str>>,
    pub(super) commune: Option<Box<str>>,
}

/// What a place is called: by its name, else its street, else its key.
pub(super) fn name(request: &RoundsRequest<'_>, place: u32) -> Name {
    let inventory = request.inventory;
    match request
        .day
        .places
        .get(place as usize)
        .map(|place| &place.of)
    {
        Some(PlaceOf::Depot(ix)) => {
            let row = inventory.depots().get(*ix);
            let name = row.and_then(|row| row.asset.detail.name.clone());
            one(inventory, (AssetKind::Depot, *ix), (name, None))
        }
        Some(PlaceOf::UnloadingSite(ix)) => {
            let row = inventory.unloading_sites().get(*ix);
            let name = row.and_then(|row| row.asset.detail.name.clone());
            one(inventory, (AssetKind::UnloadingSite, *ix), (name, None))
        }
        Some(PlaceOf::Sites(sites)) => several(inventory, sites),
        None => Name::default(),
    }
}

fn one(
    inventory: &Inventory,
    (kind, ix): (AssetKind, u32),
    (name, street): (Option<Box<str>>, Option<Box<str>>),
) -> Name {
    let at = AssetIx { kind, ix };
    let key = inventory.key(at).unwrap_or_default();
    let called = name.as_deref().or(street.as_deref()).unwrap_or(key);
    let called = called.to_owned();
    let commune = inventory.commune_of(at);
    let commune = commune.and_then(|commune| inventory.communes().get(commune));
    Name {
        sites: vec![key.into()],
        street: street.filter(|street| **street != *called),
        called,
        commune: commune.map(|commune| commune.name.clone()),
    }
}

/// Sites of one street that are served on foot from the first of them.
fn several(inventory: &Inventory, sites: &[u32]) -> Name {
    let mut all = Name::default();
    let mut names: Vec<String> = Vec::new();
    for &ix in sites {
        let Some(row) = inventory.sites().get(ix) else {
            continue;
        };
        let detail = &row.asset.detail;
        let names_of = (detail.name.clone(), detail.street.clone());
        let next = one(inventory, (AssetKind::Site, ix), names_of);
        all.sites.extend(next.sites);
        if !names.contains(&next.called) {
            names.push(next.called);
        }
        all.street = all.street.or(next.street);
        all.commune = all.commune.or(next.commune);
    }
    all.called = names.join(" + ");
    all
}

/// The containers of a stop.
pub(super) fn emptied(request: &RoundsRequest<'_>, stop: u32) -> Vec<Emptied> {
    let Some(origin) = request.day.stops.get(stop as usize) else {
        return Vec::new();
    };
    let kind = AssetKind::Container;
    let containers = origin.containers.iter().map(|load| Emptied {
        container: request
            .inventory
            .key(AssetIx {
                kind,
                ix: load.container,
            })
            .unwrap_or_default()
            .into(),
        stream: origin.stream,
        litres: load.litres,
        kg: load.kg,
        reason: load.reason,
    });
    containers.collect()
}
