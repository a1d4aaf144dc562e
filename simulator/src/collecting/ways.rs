//! The ways between all places where vehicles of a territory may have to go, of which a day's are a part.

use std::collections::BTreeMap;

use twin_core::{Inventory, LonLat};

use crate::collection::day::{Day, DayPlace, PlaceOf};
use crate::collection::{Table, Travel, UNREACHABLE};
use crate::error::{SimError, SimResult};
use crate::numbers::{floor_u64, index_u32};

/// The ways between all depots, unloading sites and sites of a territory, for each profile, outside and
/// inside of peaks.
#[derive(Clone, Debug)]
pub struct DayWays {
    rows: BTreeMap<PlaceOf, u32>,
    profiles: Vec<Box<str>>,
    /// By profile: off the peak, and in it.
    travels: Vec<[Travel; 2]>,
}

impl DayWays {
    /// All places of an inventory: depots, unloading sites, sites.
    fn places(inventory: &Inventory) -> Vec<DayPlace> {
        let mut places = Vec::new();
        for (ix, row) in inventory.depots().iter() {
            let of = PlaceOf::Depot(ix);
            places.push(DayPlace {
                of,
                at: row.asset.place,
            });
        }
        for (ix, row) in inventory.unloading_sites().iter() {
            let of = PlaceOf::UnloadingSite(ix);
            places.push(DayPlace {
                of,
                at: row.asset.place,
            });
        }
        for (ix, row) in inventory.sites().iter() {
            let of = PlaceOf::Sites(vec![ix]);
            places.push(DayPlace {
                of,
                at: row.asset.place,
            });
        }
        places
    }

    /// Ways by profile, off the peak and in it, between some places; sites that share one are at the
    /// first of them.
    ///
    /// # Errors
    /// [`SimError::StateMismatch`] where a travel has another number of places.
    pub fn new(places: &[DayPlace], by_profile: Vec<(Box<str>, [Travel; 2])>) -> SimResult<Self> {
        let mut rows = BTreeMap::new();
        for (row, place) in (0_u32..).zip(places) {
            match &place.of {
                PlaceOf::Sites(sites) => {
                    let each = sites.iter().map(|site| (PlaceOf::Sites(vec![*site]), row));
                    rows.extend(each);
                }
                other => {
                    rows.insert(other.clone(), row);
                }
            }
        }
        for travel in by_profile.iter().flat_map(|(_, travels)| travels) {
            if travel.places() != places.len() {
                return Err(SimError::StateMismatch {
                    what: "places",
                    expected: places.len(),
                    found: travel.places(),
                });
            }
        }
        let (profiles, travels) = by_profile.into_iter().unzip();
        Ok(Self {
            rows,
            profiles,
            travels,
        })
    }

    /// Straight lines, longer by `detour`, at one speed each off the peak and in it: for territories
    /// without roads. Lengths are metres, durations tenths of a second.
    pub fn straight(
        inventory: &Inventory,
        profiles: &[Box<str>],
        (detour, speeds_kmh): (f64, [f64; 2]),
    ) -> SimResult<Self> {
        let places = Self::places(inventory);
        let lengths = table(&places, |from, to| detour * from.distance(to).get())?;
        let travel = |speed_kmh: f64| -> SimResult<Travel> {
            let ticks_per_m = 36.0 / speed_kmh.max(1.0);
            let durations = lengths.cells().iter().map(|m| scaled(*m, ticks_per_m));
            let durations = Table::new(places.len(), durations.collect());
            Ok(Travel::Both {
                lengths: lengths.clone(),
                durations: durations.ok_or(SimError::Missing { what: "place" })?,
            })
        };
        let both = [travel(speeds_kmh[0])?, travel(speeds_kmh[1])?];
        let by_profile = profiles.iter().map(|name| (name.clone(), both.clone()));
        Self::new(&places, by_profile.collect())
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no place at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The ways of a day between its places: a travel for each of its profiles off the peak, in it, and as
    /// plans reckon, with so large a share of peaks, 0 to 1.
    ///
    /// # Errors
    /// [`SimError::Missing`] for a profile or a place that has no ways here.
    pub fn of_day(&self, day: &Day, peak_share: f64) -> SimResult<[Vec<Travel>; 3]> {
        let rows: SimResult<Vec<u32>> = day.places().iter().map(|place| self.row(place)).collect();
        let rows = rows?;
        let mut parts = [Vec::new(), Vec::new(), Vec::new()];
        for profile in day.profiles() {
            let known = self.profiles.iter().position(|name| name == profile);
            let known = known.ok_or(SimError::Missing { what: "profile" })?;
            let [usual, peak] = &self.travels[known];
            let (usual, peak) = (part_of(usual, &rows)?, part_of(peak, &rows)?);
            parts[2].push(mixed(&usual, &peak, peak_share)?);
            parts[0].push(usual);
            parts[1].push(peak);
        }
        Ok(parts)
    }

    /// Where a place lies in the tables; several sites are where the first is.
    fn row(&self, place: &DayPlace) -> SimResult<u32> {
        let found = match &place.of {
            PlaceOf::Sites(sites) => {
                let first = sites.first().map(|site| PlaceOf::Sites(vec![*site]));
                first.and_then(|first| self.rows.get(&first))
            }
            other => self.rows.get(other),
        };
        found.copied().ok_or(SimError::Missing { what: "place" })
    }
}

/// The ways off the peak, with durations between those and those in it.
fn mixed(usual: &Travel, peak: &Travel, peak_share: f64) -> SimResult<Travel> {
    let places = index_u32(usual.places());
    let pairs = (0..places).flat_map(|from| (0..places).map(move |to| (from, to)));
    let duration =
        |(from, to): (u32, u32)| match (usual.duration(from, to), peak.duration(from, to)) {
            (UNREACHABLE, _) | (_, UNREACHABLE) => UNREACHABLE,
            (off, within) => {
                whole(f64::from(off) + peak_share * (f64::from(within) - f64::from(off)))
            }
        };
    let lengths = pairs.clone().map(|(from, to)| usual.length(from, to));
    let missing = SimError::Missing { what: "place" };
    let lengths = Table::new(usual.places(), lengths.collect());
    let durations = Table::new(usual.places(), pairs.map(duration).collect());
    match (lengths, durations) {
        (Some(lengths), Some(durations)) => Ok(Travel::Both { lengths, durations }),
        _ => Err(missing),
    }
}

fn part_of(travel: &Travel, rows: &[u32]) -> SimResult<Travel> {
    let part = |of: &dyn Fn(u32, u32) -> u32| {
        let pairs = rows
            .iter()
            .flat_map(|from| rows.iter().map(move |to| of(*from, *to)));
        Table::new(rows.len(), pairs.collect()).ok_or(SimError::Missing { what: "place" })
    };
    Ok(Travel::Both {
        lengths: part(&|from, to| travel.length(from, to))?,
        durations: part(&|from, to| travel.duration(from, to))?,
    })
}

fn table(places: &[DayPlace], length: impl Fn(LonLat, LonLat) -> f64) -> SimResult<Table> {
    let pairs = places
        .iter()
        .flat_map(|from| places.iter().map(|to| length(from.at, to.at)));
    let cells = pairs.map(whole).collect();
    Table::new(places.len(), cells).ok_or(SimError::Missing { what: "place" })
}

fn whole(value: f64) -> u32 {
    u32::try_from(floor_u64(value + 0.5)).unwrap_or(UNREACHABLE)
}

fn scaled(length: u32, factor: f64) -> u32 {
    whole(f64::from(length) * factor)
}
