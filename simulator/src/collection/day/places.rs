//! The places of a day: depots, unloading sites, and sites with containers.

use std::collections::BTreeMap;

use twin_core::{AssetIx, AssetKind, Inventory, LonLat, Stream};

use super::units::{micros, minutes};
use crate::collection::rules::{Rules, UnloadingTerms};
use crate::collection::{StreamSet, Unloading};
use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceOf {
    /// A depot, by its number in the inventory.
    Depot(u32),
    /// An unloading site.
    UnloadingSite(u32),
    /// A site with containers; several where one crew serves them on foot from the first.
    Sites(Vec<u32>),
}

/// A place of the day's problem.
#[derive(Clone, Debug, PartialEq)]
pub struct DayPlace {
    /// What stands there.
    pub of: PlaceOf,
    /// Where vehicles go.
    pub at: LonLat,
}

/// Places in the order of their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) list: Vec<DayPlace>,
    numbers: BTreeMap<PlaceOf, u32>,
}

impl Places {
    /// The number of a place, which is new where it is not there yet.
    pub(super) fn number(&mut self, place: DayPlace) -> u32 {
        if let Some(&number) = self.numbers.get(&place.of) {
            return number;
        }
        let number = index_u32(self.list.len());
        self.numbers.insert(place.of.clone(), number);
        self.list.push(place);
        number
    }

    /// The place of the depot with a key, or of the first one there is.
    pub(super) fn depot(&mut self, inventory: &Inventory, key: Option<&str>) -> SimResult<u32> {
        let depots = inventory.depots();
        let found = key.and_then(|key| depots.find(key));
        let first = || depots.iter().next().map(|(ix, _)| ix);
        let ix = found.or_else(first);
        let row = ix.and_then(|ix| Some((ix, depots.get(ix)?)));
        let (ix, row) = row.ok_or(SimError::Missing { what: "depot" })?;
        Ok(self.number(DayPlace {
            of: PlaceOf::Depot(ix),
            at: row.asset.place,
        }))
    }
}

/// The number of a stream in a problem.
pub(super) const fn number_of(stream: Stream) -> u8 {
    stream as u8
}

/// Some streams as a problem has them.
pub(super) fn set_of<'a>(streams: impl IntoIterator<Item = &'a Stream>) -> StreamSet {
    let each = streams
        .into_iter()
        .map(|&stream| StreamSet::of(number_of(stream)));
    each.fold(StreamSet::NONE, StreamSet::with)
}

/// The unloadings that take `wanted`: those that the rules list; for streams that none of these takes,
/// every other site of the inventory that does.
pub(super) fn unloadings(
    inventory: &Inventory,
    rules: &Rules,
    wanted: StreamSet,
    places: &mut Places,
) -> Vec<Unloading> {
    let mut found = Vec::new();
    let mut taken = StreamSet::NONE;
    for listed in &rules.unloadings {
        let streams = StreamSet(set_of(&listed.streams).0 & wanted.0);
        let Some(ix) = inventory.unloading_sites().find(&listed.site) else {
            continue;
        };
        if streams.is_empty() {
            continue;
        }
        taken = taken.with(streams);
        let terms = UnloadingTerms {
            minutes: listed.minutes,
            hours: listed.hours.clone(),
            eur_per_visit: listed.eur_per_visit,
            eur_per_t: listed.eur_per_t,
        };
        found.extend(unloading(inventory, (ix, streams), &terms, places));
    }
    let left = wanted.without(taken);
    for (ix, row) in inventory.unloading_sites().iter() {
        let streams = StreamSet(set_of(&row.asset.detail.streams).0 & left.0);
        if !streams.is_empty() {
            let terms = &rules.unloading_elsewhere;
            found.extend(unloading(inventory, (ix, streams), terms, places));
        }
    }
    found
}

fn unloading(
    inventory: &Inventory,
    (ix, streams): (u32, StreamSet),
    terms: &UnloadingTerms,
    places: &mut Places,
) -> Option<Unloading> {
    let kind = AssetKind::UnloadingSite;
    let at = inventory.place(AssetIx { kind, ix })?;
    Some(Unloading {
        place: places.number(DayPlace {
            of: PlaceOf::UnloadingSite(ix),
            at,
        }),
        streams,
        duration: minutes(terms.minutes),
        windows: terms.hours.iter().map(|hours| hours.window()).collect(),
        cost_per_visit: micros(terms.eur_per_visit),
        cost_per_mass: micros(terms.eur_per_t / 1000.0),
    })
}
