//! Which stops of a day are those of another one.

use std::collections::{BTreeMap, BTreeSet};

use twin_core::Stream;

use crate::collection::day::DayNames;
use crate::numbers::indexed;

/// Which stops of a day are those of another one.
#[derive(Debug)]
pub(super) struct Same<'a> {
    before: &'a DayNames,
    by_container: BTreeMap<&'a str, u32>,
    by_site: BTreeMap<(&'a str, Stream), Vec<u32>>,
}

impl<'a> Same<'a> {
    pub(super) fn new(before: &'a DayNames, now: &'a DayNames) -> Self {
        let known = before.stops.iter().flat_map(|stop| &stop.containers);
        let known: BTreeSet<&str> = known.map(|one| &*one.key).collect();
        let mut by_container = BTreeMap::new();
        let mut by_site: BTreeMap<_, Vec<u32>> = BTreeMap::new();
        for (index, stop) in indexed(&now.stops) {
            for container in &stop.containers {
                by_container.entry(&*container.key).or_insert(index);
            }
            let mut containers = stop.containers.iter();
            if containers.any(|one| known.contains(&*one.key)) {
                continue;
            }
            let place = now.places.get(stop.place as usize);
            for site in place.iter().flat_map(|place| &place.keys) {
                by_site
                    .entry((&**site, stop.stream))
                    .or_default()
                    .push(index);
            }
        }
        Self {
            before,
            by_container,
            by_site,
        }
    }

    /// The stops that a stop has become: those with its containers, in their order, or else those of
    /// other containers with its stream at its sites.
    pub(super) fn stops(&self, before: u32) -> Vec<u32> {
        let Some(stop) = self.before.stops.get(before as usize) else {
            return Vec::new();
        };
        let containers = stop.containers.iter();
        let same = containers.filter_map(|one| self.by_container.get(&*one.key));
        let same: Vec<u32> = same.copied().collect();
        if !same.is_empty() {
            return same;
        }
        let place = self.before.places.get(stop.place as usize);
        let sites = place.iter().flat_map(|place| &place.keys);
        let at_site = sites.filter_map(|site| self.by_site.get(&(&**site, stop.stream)));
        at_site.flatten().copied().collect()
    }
}
