//! Brings a day's deposits to a container all at once up to an instant, where their order does not matter.
//!
//! It does only where something spills over to a neighbour. A container without a neighbour of its stream,
//! and one whose site has room for all that comes, is brought what comes between two instants as one sum.

use pulp::{Simd, WithSimd};
use twin_core::{Span, Timestamp};

use super::brought::{DayDeposits, ROW};
use super::deposits::Deposit;
use super::model::FillingModel;
use super::state::{ContainerFill, FillingState};
use crate::numbers::index_u32;

/// What comes to some containers until some instants, one sum for each; buffers that are used again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    /// By part of the deposits one after the other: the ticks of the instants.
    ticks: Vec<u32>,
    /// By part, where its ticks end.
    ends: Vec<usize>,
    /// What came before the ticks, in millilitres.
    ml: Vec<u64>,
}

impl Sums {
    /// Forgets all instants.
    pub(crate) fn clear(&mut self) {
        self.ticks.clear();
        self.ends.clear();
    }

    /// Asks for the sum until an instant, in milliseconds after the day's beginning, of the part whose turn
    /// it is.
    #[inline]
    pub(crate) fn ask(&mut self, deposits: &DayDeposits, after_ms: i64) {
        let ticks = deposits.clock(self.ends.len()).ticks_until(after_ms);
        self.ticks.push(ticks);
    }

    /// The next part has its turn.
    pub(crate) fn turn(&mut self) {
        self.ends.push(self.ticks.len());
    }

    /// Reckons all that was asked for.
    pub(crate) fn reckon(&mut self, deposits: &DayDeposits) {
        self.ml.clear();
        pulp::Arch::new().dispatch(Reckon(self, deposits));
    }

    /// Which the first instant of a part is of all.
    #[inline]
    pub(crate) fn first_of(&self, part: usize) -> usize {
        part.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// What comes between the first and the last instant of a part, in millilitres.
    #[inline]
    pub(crate) fn ml_of(&self, part: usize) -> u64 {
        self.ml[self.ends[part] - 1] - self.ml[self.first_of(part)]
    }

    /// What comes between this instant of all and the next, in millilitres.
    #[inline]
    pub(crate) fn ml_after(&self, nth: usize) -> u64 {
        self.ml[nth + 1] - self.ml[nth]
    }

    /// The ticks between this instant of all and the next.
    #[inline]
    pub(crate) fn ticks_after(&self, nth: usize) -> core::ops::Range<u32> {
        self.ticks[nth]..self.ticks[nth + 1]
    }

    /// The tick of this instant of all.
    #[inline]
    pub(crate) fn tick(&self, nth: usize) -> u32 {
        self.ticks[nth]
    }
}

/// The work, compiled for each kind of processor.
struct Reckon<'a>(&'a mut Sums, &'a DayDeposits);

impl WithSimd for Reckon<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self(sums, deposits) = self;
        let mut begin = 0;
        for (part, end) in sums.ends.iter().enumerate() {
            let (ticks, ml) = deposits.of(part);
            let limits = &sums.ticks[begin..*end];
            begin = *end;
            if deposits.is_small(part) {
                let (ticks, ml) = (S::as_simd_u32s(ticks).0, S::as_simd_u32s(ml).0);
                for limit in limits {
                    sums.ml.push(small_sum(simd, *limit, (ticks, ml)));
                }
            } else {
                for limit in limits {
                    sums.ml.push(sum_before(*limit, (ticks, ml)));
                }
            }
        }
    }
}

/// What comes before a tick, in millilitres, where all of a day is below 2^32. Without closures, which would
/// not be compiled for the processor at hand.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn small_sum<S: Simd>(simd: S, limit: u32, (ticks, ml): (&[S::u32s], &[S::u32s])) -> u64 {
    let (limit, none) = (simd.splat_u32s(limit), simd.splat_u32s(0));
    let mut sum = none;
    for (ticks, ml) in ticks.iter().zip(ml) {
        let comes = simd.less_than_u32s(*ticks, limit);
        sum = simd.add_u32s(sum, simd.select_u32s(comes, *ml, none));
    }
    let mut sums = [0; ROW];
    S::as_mut_simd_u32s(&mut sums).0[0] = sum;
    let [sum] = halved::<2, 1>(halved::<4, 2>(halved::<8, 4>(halved::<ROW, 8>(sums))));
    u64::from(sum)
}

/// The sums of what stands in both halves: whole registers are added, where one number after another would wait
/// for that before it.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn halved<const ALL: usize, const HALF: usize>(all: [u32; ALL]) -> [u32; HALF] {
    let mut sums = [0; HALF];
    for at in 0..HALF {
        sums[at] = all[at].wrapping_add(all[at + HALF]);
    }
    sums
}

/// What comes before a tick, in millilitres.
fn sum_before(limit: u32, (ticks, ml): (&[u32], &[u32])) -> u64 {
    let comes = ticks.iter().zip(ml).filter(|(tick, _)| **tick < limit);
    comes.map(|(_, ml)| u64::from(*ml)).sum()
}

impl FillingModel {
    /// The containers of a site.
    pub(crate) fn containers_of(&self, site: usize) -> &[usize] {
        &self.sites[site].containers
    }

    /// Finds those containers of a site that may have too little room for what is drawn of a day, so much
    /// for each by its place, and that something may spill over from or to therefore, so that the order
    /// counts; answers whether there are any.
    pub(crate) fn find_spilling(
        &self,
        state: &FillingState,
        (site, coming_ml): (usize, impl Fn(usize) -> u64),
        is_spilling: &mut Vec<bool>,
    ) -> bool {
        let containers = &self.sites[site].containers;
        let may_fill = |(place, container): (usize, &usize)| {
            let basin = &self.containers[*container];
            let held_ml = state.containers[*container].held_ml;
            basin.has_neighbour && held_ml + coming_ml(place) >= basin.capacity_ml
        };
        is_spilling.clear();
        is_spilling.extend(containers.iter().enumerate().map(may_fill));
        if !is_spilling.contains(&true) {
            return false;
        }
        let stream = |place: usize| self.containers[containers[place]].spec.stream;
        for place in 0..containers.len() {
            let is_beside = |other: usize| stream(other) == stream(place);
            let beside = (0..containers.len()).filter(|other| is_beside(*other));
            // Those of one stream are told the same, whichever is told first.
            let any = beside.into_iter().any(|other| is_spilling[other]);
            is_spilling[place] = any;
        }
        true
    }

    /// Brings `ml` to the container of a part, all that comes from one tick to just before another; what
    /// does not fit lies beside it.
    #[inline]
    pub(crate) fn pour(
        &self,
        fill: &mut ContainerFill,
        (deposits, part): (&DayDeposits, usize),
        (ml, ticks): (u64, core::ops::Range<u32>),
    ) {
        let capacity_ml = self.containers[deposits.parts[part].container].capacity_ml;
        let room = capacity_ml.saturating_sub(fill.held_ml);
        if ml < room || ml == 0 {
            fill.held_ml += ml;
            return;
        }
        fill.held_ml += room;
        fill.beside_ml += ml - room;
        if fill.full_since.is_none() {
            fill.full_since = Some(deposits.filled_at(part, (room, ticks)));
        }
    }

    /// Enters into a container's accounts what was brought from one tick to just before another.
    pub(crate) fn enter(
        fill: &mut ContainerFill,
        (deposits, part): (&DayDeposits, usize),
        (ml, ticks): (u64, core::ops::Range<u32>),
    ) {
        fill.brought_ml += ml;
        let (all, _) = deposits.of(part);
        let count = all.iter().filter(|tick| ticks.contains(tick)).count();
        fill.deposits += u64::from(index_u32(count));
    }

    /// Brings what was drawn for a site until `until`, at which the site stands then; `nth` is its place
    /// among the sites that were drawn for.
    pub(super) fn bring_until(
        &self,
        state: &mut FillingState,
        (site, nth, until): (usize, usize, Timestamp),
        (deposits, sums): (&mut DayDeposits, &mut Sums),
    ) {
        let from_ms = deposits.after_ms(state.site_at[site]);
        let until_ms = deposits.after_ms(until);
        let parts = deposits.sites[nth].clone();
        sums.ml.clear();
        for part in parts.clone() {
            let clock = deposits.clock(part);
            let [from, to] = [from_ms, until_ms].map(|after_ms| clock.ticks_until(after_ms));
            let before = |limit| sum_before(limit, deposits.of(part));
            sums.ml.push(before(to) - before(from));
        }
        let coming = (site, |place: usize| sums.ml[place]);
        let mut is_spilling = core::mem::take(&mut deposits.is_spilling);
        if self.find_spilling(state, coming, &mut is_spilling) {
            let mut queue = core::mem::take(&mut deposits.queue);
            deposits.put_in_order((nth, &is_spilling), &mut queue);
            self.bring_in_order(state, (site, until), &mut queue);
            deposits.queue = queue;
        }
        for ((part, ml), is_spilling) in parts.zip(&sums.ml).zip(&is_spilling) {
            if !is_spilling {
                let clock = deposits.clock(part);
                let ticks = clock.ticks_until(from_ms)..clock.ticks_until(until_ms);
                let fill = &mut state.containers[deposits.parts[part].container];
                self.pour(fill, (deposits, part), (*ml, ticks.clone()));
                Self::enter(fill, (deposits, part), (*ml, ticks));
            }
        }
        deposits.is_spilling = is_spilling;
        state.site_at[site] = until;
    }
}

/// What comes to a site on a day, in order of time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    day_start: Timestamp,
    /// When, in milliseconds after the day's beginning, and what.
    deposits: Vec<(u32, Deposit)>,
    next: usize,
}

impl FillingModel {
    /// Brings to a site, one by one, what comes after the instant at which it stands until `until`, at which
    /// it stands then.
    pub(crate) fn bring_in_order(
        &self,
        state: &mut FillingState,
        (site, until): (usize, Timestamp),
        queue: &mut Queue,
    ) {
        let after_ms = |at: Timestamp| at.as_millis() - queue.day_start.as_millis();
        let (from_ms, until_ms) = (after_ms(state.site_at[site]), after_ms(until));
        while let Some((ms, deposit)) = queue.deposits.get(queue.next) {
            let ms = i64::from(*ms);
            if ms > until_ms {
                break;
            }
            if ms > from_ms {
                let at = queue.day_start + Span::from_millis(ms);
                self.bring(state, site, (at, *deposit));
            }
            queue.next += 1;
        }
        state.site_at[site] = until;
    }
}

impl DayDeposits {
    /// Puts what was drawn for those containers of a site that are marked into a queue, in place of what is
    /// there.
    pub(crate) fn put_in_order(&mut self, (nth, marked): (usize, &[bool]), queue: &mut Queue) {
        (queue.day_start, queue.next) = (self.day_start, 0);
        queue.deposits.clear();
        let is_wanted = |place: u32| marked.get(place as usize) == Some(&true);
        queue.deposits.extend(self.in_order(nth, is_wanted));
    }

    /// Whether all that comes on the day to the container of a part is below 2^32 millilitres.
    fn is_small(&self, part: usize) -> bool {
        /// No deposit is more.
        const MOST_ML: u64 = 10_000_000;
        u64::from(self.parts[part].count) * MOST_ML < 1 << 32
    }

    /// How many milliseconds after the day's beginning an instant is; negative before it.
    #[inline]
    pub(crate) fn after_ms(&self, at: Timestamp) -> i64 {
        at.as_millis() - self.day_start.as_millis()
    }

    /// The container of a part.
    #[inline]
    pub(crate) fn container(&self, part: usize) -> usize {
        self.parts[part].container
    }

    /// When so much had come to a container that it was full, of what comes from one tick to just before
    /// another.
    fn filled_at(&self, part: usize, (room, ticks): (u64, core::ops::Range<u32>)) -> Timestamp {
        let (all, ml) = self.of(part);
        let within = all.iter().zip(ml).filter(|(tick, _)| ticks.contains(tick));
        let mut within: Vec<(u32, u32)> = within.map(|(tick, ml)| (*tick, *ml)).collect();
        within.sort_unstable();
        let mut come = 0;
        let filled = within.iter().find(|(_, ml)| {
            come += u64::from(*ml);
            come >= room
        });
        let tick = filled.map_or(ticks.start, |(tick, _)| *tick);
        let after_ms = i64::from(self.clock(part).after_ms(tick));
        self.day_start + Span::from_millis(after_ms)
    }
}
