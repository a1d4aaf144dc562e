//! Fixed rounds: which containers are due on which collection day, whatever they hold.

use std::collections::BTreeMap;

use twin_core::{AssetIx, AssetKind, Inventory, Stream};

use crate::collection::rules::Rules;
use crate::numbers::{f64_of_index, floor_u32};

/// The rounds of a week come again after so many of its collection days.
const WEEK: u32 = 5;
/// Cells on a side of the grid that sites are sorted by, a power of two.
const GRID: u32 = 1 << 15;

/// How full the busiest container of a site may become in the mean between two fixed rounds. With it
/// containers are about half full when crews come, as 49 to 60 % are known of plans that sensors replaced
/// (Groningen, Rennes, Twente).
const USUAL_FILL: f64 = 0.85;
/// Rounds come every so many collection days: whole weeks, or what crews can remember.
const INTERVALS: [u32; 9] = [1, 2, 3, 5, 10, 15, 20, 30, 40];

/// Fixed rounds. Each site has the longest interval by which its containers of a stream stay below the
/// usual level in the mean, but none longer than the rules have for the stream: that is what crews come to
/// after years. The sites of an interval lie one after the other on a curve that fills the plane, and are
/// cut into as many sectors of equal numbers of containers as it has collection days. Each sector is
/// near together, and intervals of whole weeks bring streams of one site on one day of the week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sectors {
    /// By container of the inventory: its sector, and how many there are. `None`: never due.
    turns: Vec<Option<(u32, u32)>>,
}

impl Sectors {
    /// `known` tells what a mean day brings to a container, as a share of its volume; `None` where it is
    /// not collected. `stretch` is times the usual level.
    pub fn new(
        inventory: &Inventory,
        rules: &Rules,
        stretch: f64,
        known: impl Fn(u32) -> Option<f64>,
    ) -> Self {
        let mut turns = vec![None; inventory.slots(AssetKind::Container) as usize];
        let mut busiest: BTreeMap<(u32, Stream), f64> = BTreeMap::new();
        let mut members: Vec<(u32, Stream, u32)> = Vec::new();
        for (container, row) in inventory.containers().iter() {
            let stream = row.asset.detail.stream;
            let site = inventory.site_of_container(container);
            let share = known(container).filter(|_| rules.streams.contains_key(&stream));
            if let Some((site, share)) = site.zip(share) {
                let most = busiest.entry((site, stream)).or_insert(0.0);
                *most = most.max(share);
                members.push((site, stream, container));
            }
        }
        let curve = Curve::around(inventory);
        let mut rounds: BTreeMap<(Stream, u32), Vec<(u64, u32)>> = BTreeMap::new();
        for (site, stream, container) in members {
            let interval = interval(rules, stream, busiest[&(site, stream)] / stretch);
            let kind = AssetKind::Site;
            let place = inventory.place(AssetIx { kind, ix: site });
            let along = place.map_or(0, |place| curve.position([place.lon(), place.lat()]));
            rounds
                .entry((stream, interval))
                .or_default()
                .push((along, container));
        }
        for ((_, sectors), mut containers) in rounds {
            containers.sort_unstable();
            let share = f64::from(sectors) / f64_of_index(containers.len()).max(1.0);
            for (nth, (_, container)) in containers.into_iter().enumerate() {
                let sector = floor_u32(f64_of_index(nth) * share).min(sectors - 1);
                turns[container as usize] = Some((sector, sectors));
            }
        }
        Self { turns }
    }

    /// How many collection days lie between two rounds of a container; `None` where it is never due.
    pub fn interval(&self, container: u32) -> Option<u32> {
        let turn = self.turns.get(container as usize).copied().flatten();
        turn.map(|(_, sectors)| sectors)
    }

    /// Whether a container is due on the collection day with this number, counted from any first one.
    pub fn is_due(&self, container: u32, pass: u32) -> bool {
        let turn = self.turns.get(container as usize).copied().flatten();
        turn.is_some_and(|(sector, sectors)| sector == sector_of(pass, sectors))
    }

    /// After how many collection days everything comes again.
    pub fn cycle(&self) -> u32 {
        let counts = self.turns.iter().flatten().map(|(_, sectors)| *sectors);
        let all: std::collections::BTreeSet<u32> = counts.collect();
        all.into_iter().fold(1, least_common_multiple)
    }
}

/// The longest interval, in collection days, by which a container that is filled by so much a day stays below
/// the usual level: the days until the round, and the longest rest of a week.
fn interval(rules: &Rules, stream: Stream, daily_share: f64) -> u32 {
    let week = f64_of_index(rules.plan.collection_days.len()).max(1.0);
    let days = |passes: u32| {
        let rest = if passes < WEEK { 7.0 - week } else { 0.0 };
        f64::from(passes) * 7.0 / week + rest
    };
    let stream = &rules.streams[&stream];
    let is_fit = |passes: &&u32| {
        let longest = stream.max_interval_days.map_or(f64::MAX, f64::from);
        **passes <= stream.interval_passes
            && days(**passes) * daily_share <= USUAL_FILL
            && days(**passes) <= longest
    };
    INTERVALS.iter().rev().find(is_fit).copied().unwrap_or(1)
}

/// The sector that is due on a collection day. Where sectors fill whole weeks, each day of the week has
/// its part of the territory, and the weeks take turns in it.
const fn sector_of(pass: u32, sectors: u32) -> u32 {
    if sectors.is_multiple_of(WEEK) {
        let weeks = sectors / WEEK;
        (pass % WEEK) * weeks + (pass / WEEK) % weeks
    } else {
        pass % sectors
    }
}

fn least_common_multiple(a: u32, b: u32) -> u32 {
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    (a / x.max(1)).saturating_mul(b)
}

/// Hilbert's curve through the bounding box of all sites (D. Hilbert, Math. Ann. 38, 1891): what is near
/// on it is near on the ground.
struct Curve {
    min: [f64; 2],
    cells_per_degree: f64,
}

impl Curve {
    fn around(inventory: &Inventory) -> Self {
        let places = inventory.sites().iter().map(|(_, row)| row.asset.place);
        let (mut min, mut max) = ([f64::MAX; 2], [f64::MIN; 2]);
        for place in places {
            for (axis, value) in [place.lon(), place.lat()].into_iter().enumerate() {
                min[axis] = min[axis].min(value);
                max[axis] = max[axis].max(value);
            }
        }
        let extent = (max[0] - min[0]).max(max[1] - min[1]).max(1e-9);
        Self {
            min,
            cells_per_degree: f64::from(GRID - 1) / extent,
        }
    }

    fn position(&self, place: [f64; 2]) -> u64 {
        let cell = |axis: usize| {
            floor_u32((place[axis] - self.min[axis]) * self.cells_per_degree).min(GRID - 1)
        };
        let (mut x, mut y) = (cell(0), cell(1));
        let mut along = 0_u64;
        let mut side = GRID / 2;
        while side > 0 {
            let (right, up) = (u32::from(x & side > 0), u32::from(y & side > 0));
            along += u64::from(side) * u64::from(side) * u64::from((3 * right) ^ up);
            if up == 0 {
                if right == 1 {
                    x = (GRID - 1) - x;
                    y = (GRID - 1) - y;
                }
                (x, y) = (y, x);
            }
            side /= 2;
        }
        along
    }
}
