//! What a run came to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use twin_core::{AssetIx, AssetKind, CommuneIx, Stream, Timestamp};

use super::super::planned::Planned;
use super::super::setting::Setting;
use crate::collecting::{DayDone, DaySums};
use crate::filling::{ContainerFill, FillingState};
use crate::numbers::{f64_of, f64_of_i64, floor_u64, index_u32};

/// Levels at emptying are counted in hundredths of a container, up to twice of it.
const BINS: usize = 201;

/// What a run came to, over the days that count. Plain sums, so that any figure can be made of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Days that count.
    pub days: u32,
    /// Of these, days on which crews worked.
    pub collection_days: u32,
    /// Containers that there are.
    pub containers: u32,
    /// Sums over vehicles and days.
    pub sums: DaySums,
    /// Containers that were emptied.
    pub emptyings: u64,
    /// Of these, those that had overflowed before.
    pub overflowed: u64,
    /// Containers that were overflowing at the end, and nobody had come.
    pub overflowing: u64,
    /// Emptyings after more days than the longest interval of the stream.
    pub late: u64,
    /// Stops that plans had, and halts of vehicles among them are fewer where streams share one.
    pub stops: u64,
    /// Sites that plans called at, each day anew.
    pub sites: u64,
    /// Containers that had to be emptied, and the plan had no vehicle for.
    pub unserved: u64,
    /// Hours that containers were full, in all.
    pub overflow_h: f64,
    /// Litres that were left beside containers.
    pub beside_l: f64,
    /// Litres that people brought.
    pub brought_l: f64,
    /// Sum of the levels at emptying, as shares of the volume.
    pub fill_sum: f64,
    /// How often each level was found at emptying, in hundredths.
    pub fills: Vec<u32>,
    /// Mornings of containers that a decision was made on.
    pub decisions: u64,
    /// Of these, those with a measurement or a count of the last day.
    pub fresh: u64,
    /// By commune, in the order of the inventory.
    pub communes: Vec<PartSums>,
    /// By stream.
    pub streams: BTreeMap<Stream, PartSums>,
    /// By site of the inventory: emptyings, and hours that its containers were full.
    pub sites_sums: BTreeMap<u32, (u32, f64)>,
}

/// What a run came to in one commune, or for one stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PartSums {
    /// Containers that were emptied.
    pub emptyings: u64,
    /// Of these, those that had overflowed before.
    pub overflowed: u64,
    /// Hours that containers were full.
    pub overflow_h: f64,
    /// Litres that were left beside containers.
    pub beside_l: f64,
}

/// The sums of a run under way.
pub(super) struct Tally {
    before: FillingState,
    from: Timestamp,
    sums: DaySums,
    collection_days: u32,
    stops: u64,
    sites: u64,
    unserved: u64,
    late: u64,
    decisions: u64,
    fresh: u64,
    emptied: Vec<(usize, f64, bool)>,
}

impl Tally {
    pub(super) fn new(before: FillingState, from: Timestamp) -> Self {
        Self {
            before,
            from,
            sums: DaySums::default(),
            collection_days: 0,
            stops: 0,
            sites: 0,
            unserved: 0,
            late: 0,
            decisions: 0,
            fresh: 0,
            emptied: Vec::new(),
        }
    }

    pub(super) fn add_day(&mut self, setting: &Setting, planned: &Planned, done: &DayDone) {
        self.collection_days += 1;
        self.sums += done.sums;
        let stops = planned.problem.problem.stops();
        self.stops += (stops.len() - planned.plan.unserved.len()) as u64;
        let required = planned
            .plan
            .unserved
            .iter()
            .filter(|stop| stops[**stop as usize].need == crate::collection::Need::Required);
        let containers =
            required.map(|stop| planned.problem.stops[*stop as usize].containers.len());
        self.unserved += containers.sum::<usize>() as u64;
        let served = done
            .emptied
            .iter()
            .map(|one| setting.specs[one.container].site);
        let served: std::collections::BTreeSet<u32> = served.collect();
        self.sites += served.len() as u64;
        for one in &done.emptied {
            let capacity_l = setting.specs[one.container].capacity.get();
            let fill = f64_of(one.held_ml + one.beside_ml) / 1000.0 / capacity_l;
            self.emptied.push((one.container, fill, one.was_full));
        }
    }

    pub(super) const fn add_morning(&mut self, decisions: u64, fresh: u64) {
        self.decisions += decisions;
        self.fresh += fresh;
    }

    pub(super) fn add_late(&mut self, is_late: bool) {
        self.late += u64::from(is_late);
    }

    pub(super) fn close(self, setting: &Setting, after: &FillingState, to: Timestamp) -> Outcome {
        let count = setting.inventory.communes().len();
        let mut outcome = Outcome {
            days: setting.scenario.period.days,
            collection_days: self.collection_days,
            containers: index_u32(setting.model_of.iter().flatten().count()),
            sums: self.sums,
            emptyings: self.emptied.len() as u64,
            overflowed: 0,
            overflowing: 0,
            late: self.late,
            stops: self.stops,
            sites: self.sites,
            unserved: self.unserved,
            overflow_h: 0.0,
            beside_l: 0.0,
            brought_l: 0.0,
            fill_sum: 0.0,
            fills: vec![0; BINS],
            decisions: self.decisions,
            fresh: self.fresh,
            communes: vec![PartSums::default(); count],
            streams: BTreeMap::new(),
            sites_sums: BTreeMap::new(),
        };
        for (container, fill, was_full) in &self.emptied {
            outcome.add_emptying(setting, *container, (*fill, *was_full));
        }
        let pairs = self.before.containers.iter().zip(&after.containers);
        for (container, (before, after)) in pairs.enumerate() {
            let full_h = full_h((before, self.from), (after, to));
            let beside = |fill: &ContainerFill| f64_of(fill.beside_ml + fill.swept_ml) / 1000.0;
            let beside_l = beside(after) - beside(before);
            outcome.overflow_h += full_h;
            outcome.beside_l += beside_l;
            outcome.brought_l += f64_of(after.brought_ml - before.brought_ml) / 1000.0;
            outcome.overflowing += u64::from(after.full_since.is_some());
            let site = setting.specs[container].site;
            outcome.sites_sums.entry(site).or_default().1 += full_h;
            outcome.add(setting, container, |part| {
                part.overflow_h += full_h;
                part.beside_l += beside_l;
            });
        }
        outcome
    }
}

impl Outcome {
    fn add_emptying(&mut self, setting: &Setting, container: usize, (fill, was_full): (f64, bool)) {
        self.overflowed += u64::from(was_full);
        self.fill_sum += fill;
        let bin = usize::try_from(floor_u64(fill * 100.0)).unwrap_or(BINS);
        self.fills[bin.min(BINS - 1)] += 1;
        let site = setting.specs[container].site;
        self.sites_sums.entry(site).or_default().0 += 1;
        self.add(setting, container, |part| {
            part.emptyings += 1;
            part.overflowed += u64::from(was_full);
        });
    }

    /// Adds to the sums of a container's stream and commune.
    fn add(&mut self, setting: &Setting, container: usize, add: impl Fn(&mut PartSums)) {
        let kind = AssetKind::Container;
        let ix = setting.numbers[container];
        add(self
            .streams
            .entry(setting.specs[container].stream)
            .or_default());
        if let Some(CommuneIx(commune)) = setting.inventory.commune_of(AssetIx { kind, ix }) {
            self.communes.get_mut(usize::from(commune)).map(add);
        }
    }
}

/// Hours that a container was full between two looks at its account.
fn full_h(
    (before, from): (&ContainerFill, Timestamp),
    (after, to): (&ContainerFill, Timestamp),
) -> f64 {
    let until = |fill: &ContainerFill, at| fill.overflow_until(at).as_millis();
    f64_of_i64((until(after, to) - until(before, from)).max(0)) / 3_600_000.0
}
