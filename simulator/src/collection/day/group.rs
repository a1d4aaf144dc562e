//! From containers to stops: what one crew empties without driving in between.

use std::collections::BTreeMap;

use twin_core::{AssetIx, AssetKind, Inventory, LonLat, SiteType, Stream};

use super::fleet::fits;
use super::hours::{closed, windows};
use super::places::{DayPlace, PlaceOf, Places, number_of};
use super::units::ticks;
use super::{ContainerLoad, DayRequest, DayStop, LeftOut, WhyLeft};
use crate::collection::rules::ContainerRules;
use crate::collection::{Need, Stop, VehicleClass};

/// A container that is part of the day.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) load: ContainerLoad,
    pub(super) site: u32,
    pub(super) stream: Stream,
    /// In units of cost; `None` where it must be emptied.
    pub(super) prize: Option<i64>,
    /// The classes that can empty it, one bit each.
    pub(super) classes: u64,
    pub(super) times: ContainerRules,
}

/// The stops of a day, and what could not become one.
#[derive(Clone, Debug, Default)]
pub(super) struct Grouped {
    pub(super) stops: Vec<Stop>,
    pub(super) origins: Vec<DayStop>,
    /// By place: what a vehicle needs there once.
    pub(super) setups: Vec<i32>,
    pub(super) left: Vec<LeftOut>,
}

/// What the containers of a stop have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    stream: Stream,
    is_optional: bool,
    classes: u64,
}

/// Where a crew halts, and the sites that it serves from there, the first being where it halts.
struct Halt {
    sites: Vec<u32>,
}

/// Groups containers to stops: those of one stream at one halt that the same classes can empty, the
/// required ones apart from the others, and no more of them than fit into one vehicle.
pub(super) fn group(
    request: &DayRequest<'_>,
    fleet: &[VehicleClass],
    chosen: Vec<Chosen>,
    places: &mut Places,
) -> Grouped {
    let mut of_site: BTreeMap<u32, Vec<Chosen>> = BTreeMap::new();
    for container in chosen {
        of_site.entry(container.site).or_default().push(container);
    }
    let halts = halts(request, &of_site);
    let mut grouped = Grouped::default();
    for halt in halts {
        let mut groups: BTreeMap<Key, Vec<Chosen>> = BTreeMap::new();
        for container in halt
            .sites
            .iter()
            .filter_map(|site| of_site.remove(site))
            .flatten()
        {
            let key = Key {
                stream: container.stream,
                is_optional: container.prize.is_some(),
                classes: container.classes,
            };
            groups.entry(key).or_default().push(container);
        }
        for (key, containers) in groups {
            for part in parts(fleet, key, containers, &mut grouped.left) {
                add(request, (&halt, key), &part, (&mut grouped, places));
            }
        }
    }
    grouped.setups.resize(places.list.len(), 0);
    grouped
}

/// As many containers at a time, in order, as fit into some vehicle together.
fn parts(
    fleet: &[VehicleClass],
    key: Key,
    containers: Vec<Chosen>,
    left: &mut Vec<LeftOut>,
) -> Vec<Vec<Chosen>> {
    let is_fit = |load: (u32, u32)| {
        let numbered = (0_u32..).zip(fleet);
        let mut able = numbered.filter(|(number, _)| key.classes >> number & 1 == 1);
        able.any(|(_, class)| fits(class, number_of(key.stream), load))
    };
    let mut parts: Vec<Vec<Chosen>> = Vec::new();
    let mut sum = (0, 0);
    for container in containers {
        let own = (container.load.litres, container.load.kg);
        if !is_fit(own) {
            left.push(LeftOut {
                container: container.load.container,
                why: WhyLeft::TooLarge,
            });
            continue;
        }
        let both = (sum.0 + own.0, sum.1 + own.1);
        match parts.last_mut() {
            Some(part) if is_fit(both) => {
                part.push(container);
                sum = both;
            }
            _ => {
                parts.push(vec![container]);
                sum = own;
            }
        }
    }
    parts
}

fn add(
    request: &DayRequest<'_>,
    (halt, key): (&Halt, Key),
    containers: &[Chosen],
    (grouped, places): (&mut Grouped, &mut Places),
) {
    let Some(first) = halt.sites.first() else {
        return;
    };
    let site_of = |site: u32| request.inventory.sites().get(site);
    let Some(at) = site_of(*first).map(|row| row.asset.place) else {
        return;
    };
    let walk_m = walk_m(request.inventory, at, containers);
    let walk_s = walk_m / (request.rules.plan.walk_kmh / 3.6);
    let service_s: f64 = containers.iter().map(|one| one.times.service_s).sum();
    let setup = containers
        .iter()
        .map(|one| one.times.setup_s)
        .fold(0.0, f64::max);
    let (service, setup) = (ticks(service_s + walk_s), ticks(setup));
    let street = site_of(*first).and_then(|row| row.asset.detail.street.as_deref());
    let closed = closed(&request.rules.schools, street, request.date);
    let stream = request.rules.streams.get(&key.stream);
    let hours = stream.map_or(&[][..], |stream| &stream.hours);
    let Some(windows) = windows(hours, &closed, service.saturating_add(setup)) else {
        grouped.left.extend(containers.iter().map(|one| LeftOut {
            container: one.load.container,
            why: WhyLeft::NoTime,
        }));
        return;
    };
    let place = places.number(DayPlace {
        of: PlaceOf::Sites(halt.sites.clone()),
        at,
    });
    if grouped.setups.len() <= place as usize {
        grouped.setups.resize(place as usize + 1, 0);
    }
    let slot = &mut grouped.setups[place as usize];
    *slot = setup.max(*slot);
    let loads: Vec<ContainerLoad> = containers.iter().map(|one| one.load).collect();
    grouped.stops.push(Stop {
        place,
        stream: number_of(key.stream),
        volume: loads.iter().map(|load| load.litres).sum(),
        mass: loads.iter().map(|load| load.kg).sum(),
        service,
        windows,
        release: 0,
        need: need(containers),
        classes: key.classes,
    });
    grouped.origins.push(DayStop {
        place,
        stream: key.stream,
        containers: loads,
        walk_m,
    });
}

/// The prizes together, or that it must be.
fn need(containers: &[Chosen]) -> Need {
    let prizes = containers.iter().map(|one| one.prize);
    let sum = prizes.sum::<Option<i64>>();
    sum.map_or(Need::Required, |prize| Need::Optional {
        prize: prize.min(1_000_000_000_000),
    })
}

/// To each other site and back, from where the crew halts.
fn walk_m(inventory: &Inventory, halt: LonLat, containers: &[Chosen]) -> f64 {
    let mut sites: Vec<u32> = containers.iter().map(|one| one.site).collect();
    sites.dedup();
    let kind = AssetKind::Site;
    let there = sites.iter().map(|&ix| {
        let at = inventory.place(AssetIx { kind, ix });
        at.map_or(0.0, |at| halt.distance(at).get())
    });
    2.0 * there.sum::<f64>()
}

/// Where a crew halts: at each site, or once for sites of one kind and one street that it walks to.
fn halts(request: &DayRequest<'_>, of_site: &BTreeMap<u32, Vec<Chosen>>) -> Vec<Halt> {
    let mut streets: BTreeMap<(SiteType, &str), Vec<(u32, LonLat)>> = BTreeMap::new();
    let mut halts = Vec::new();
    for (&site, containers) in of_site {
        let row = request.inventory.sites().get(site);
        let street = row.and_then(|row| {
            let detail = &row.asset.detail;
            Some((
                (detail.site_type, detail.street.as_deref()?),
                row.asset.place,
            ))
        });
        match street {
            Some((key, at)) if containers.iter().all(|one| one.times.on_foot) => {
                streets.entry(key).or_default().push((site, at));
            }
            _ => halts.push(Halt { sites: vec![site] }),
        }
    }
    for sites in streets.into_values() {
        halts.extend(walks(sites, request.rules.plan.walk_within_m));
    }
    halts.sort_by_key(|halt| halt.sites.first().copied());
    halts
}

/// Sites of one street, each with those after it that are near and not taken yet.
fn walks(mut sites: Vec<(u32, LonLat)>, within_m: f64) -> Vec<Halt> {
    let mut halts = Vec::new();
    while let Some(&(_, from)) = sites.first() {
        let is_near = |at: LonLat| at == from || from.distance(at).get() <= within_m;
        let (near, far): (Vec<_>, Vec<_>) = sites.into_iter().partition(|&(_, at)| is_near(at));
        halts.push(Halt {
            sites: near.into_iter().map(|(site, _)| site).collect(),
        });
        sites = far;
    }
    halts
}
