//! What the numbers of a day's problem mean, by names and keys: enough to tell people of a plan without
//! the inventory that the day was made of.

use serde::{Deserialize, Serialize};
use twin_core::{AssetIx, AssetKind, Inventory, LonLat, Stream};

use super::{DayPlace, DayProblem, DayStop, PlaceOf, Reason};

/// What the numbers of a problem mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayNames {
    /// What each place is.
    pub places: Vec<NamedPlace>,
    /// What each stop is.
    pub stops: Vec<NamedStop>,
}

/// What a place is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedPlace {
    /// What stands there.
    pub kind: PlaceKind,
    /// The keys of the sites, or of the depot or unloading site.
    pub keys: Vec<Box<str>>,
    /// What people call it: its name, else its street, else its key.
    pub name: String,
    /// The street, where it is known and not the name.
    pub street: Option<Box<str>>,
    /// The commune, where it is known.
    pub commune: Option<Box<str>>,
    /// Where vehicles go.
    pub at: LonLat,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// Vehicles.
    Depot,
    /// Something that takes loads.
    UnloadingSite,
    /// Containers.
    Sites,
}

/// What a stop is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedStop {
    /// Where it is, a number of [`DayNames::places`].
    pub place: u32,
    /// What is emptied.
    pub stream: Stream,
    /// Its containers.
    pub containers: Vec<NamedContainer>,
    /// How far the crew walks for it, in metres.
    pub walk_m: f64,
}

/// A container that is part of a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedContainer {
    /// Its key.
    pub key: Box<str>,
    /// What is expected in it when the crew comes, in litres.
    pub litres: u32,
    /// The same in kilograms.
    pub kg: u32,
    /// Why it is emptied, or may be.
    pub reason: Reason,
}

impl DayNames {
    /// The names of a day's problem.
    pub fn new(inventory: &Inventory, day: &DayProblem) -> Self {
        Self {
            places: day.places.iter().map(|one| place(inventory, one)).collect(),
            stops: day.stops.iter().map(|one| stop(inventory, one)).collect(),
        }
    }

    /// The place of a stop.
    pub fn place_of(&self, stop: u32) -> Option<&NamedPlace> {
        let place = self.stops.get(stop as usize)?.place;
        self.places.get(place as usize)
    }
}

fn stop(inventory: &Inventory, stop: &DayStop) -> NamedStop {
    let kind = AssetKind::Container;
    let containers = stop.containers.iter().map(|load| {
        let ix = load.container;
        NamedContainer {
            key: inventory
                .key(AssetIx { kind, ix })
                .unwrap_or_default()
                .into(),
            litres: load.litres,
            kg: load.kg,
            reason: load.reason,
        }
    });
    NamedStop {
        place: stop.place,
        stream: stop.stream,
        containers: containers.collect(),
        walk_m: stop.walk_m,
    }
}

fn place(inventory: &Inventory, place: &DayPlace) -> NamedPlace {
    match &place.of {
        PlaceOf::Depot(ix) => {
            let row = inventory.depots().get(*ix);
            let name = row.and_then(|row| row.asset.detail.name.clone());
            one(inventory, (AssetKind::Depot, *ix), (name, None), place.at)
        }
        PlaceOf::UnloadingSite(ix) => {
            let row = inventory.unloading_sites().get(*ix);
            let name = row.and_then(|row| row.asset.detail.name.clone());
            let kind = AssetKind::UnloadingSite;
            one(inventory, (kind, *ix), (name, None), place.at)
        }
        PlaceOf::Sites(sites) => several(inventory, sites, place.at),
    }
}

fn one(
    inventory: &Inventory,
    (kind, ix): (AssetKind, u32),
    (name, street): (Option<Box<str>>, Option<Box<str>>),
    at: LonLat,
) -> NamedPlace {
    let asset = AssetIx { kind, ix };
    let key = inventory.key(asset).unwrap_or_default();
    let called = name.as_deref().or(street.as_deref()).unwrap_or(key);
    let called = called.to_owned();
    let commune = inventory.commune_of(asset);
    let commune = commune.and_then(|commune| inventory.communes().get(commune));
    NamedPlace {
        kind: match kind {
            AssetKind::Depot => PlaceKind::Depot,
            AssetKind::UnloadingSite => PlaceKind::UnloadingSite,
            _ => PlaceKind::Sites,
        },
        keys: vec![key.into()],
        street: street.filter(|street| **street != *called),
        name: called,
        commune: commune.map(|commune| commune.name.clone()),
        at,
    }
}

/// Sites of one street that are served on foot from the first of them.
fn several(inventory: &Inventory, sites: &[u32], at: LonLat) -> NamedPlace {
    let mut all = NamedPlace {
        kind: PlaceKind::Sites,
        keys: Vec::new(),
        name: String::new(),
        street: None,
        commune: None,
        at,
    };
    let mut names: Vec<String> = Vec::new();
    for &ix in sites {
        let Some(row) = inventory.sites().get(ix) else {
            continue;
        };
        let detail = &row.asset.detail;
        let names_of = (detail.name.clone(), detail.street.clone());
        let next = one(inventory, (AssetKind::Site, ix), names_of, at);
        all.keys.extend(next.keys);
        if !names.contains(&next.name) {
            names.push(next.name);
        }
        all.street = all.street.or(next.street);
        all.commune = all.commune.or(next.commune);
    }
    all.name = names.join(" + ");
    all
}
