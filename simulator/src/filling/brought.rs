//! What people bring to some sites on one local day, drawn for all of their containers side by side.

use std::sync::Arc;

use pulp::{Simd, WithSimd};
use twin_core::Timestamp;

use super::clock::{DAY_TICKS, DayClock};
use super::count::CountLaw;
use super::days::DayTable;
use super::deposits::{Deposit, MAX_MEAN, with_events};
use super::model::{FillingModel, Place};
use super::pour::Queue;
use super::state::FillingState;
use super::today::DayCache;
use crate::error::SimResult;
use crate::numbers::{entity, index_u32};
use crate::random::{Address, LANES, Lanes, Model, Starts, Triangle, WORDS, nearest_u32};

/// What people bring to some sites on one day: buffers that are used again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct DayDeposits {
    pub(super) day_start: Timestamp,
    /// The containers of the sites, site by site.
    pub(super) parts: Vec<Part>,
    /// By site, its parts.
    pub(super) sites: Vec<core::ops::Range<usize>>,
    /// By part, one after the other: at which tick of its clock each deposit is brought, in no order.
    /// Each part is filled up to whole rows with ticks that never come.
    ticks: Vec<u32>,
    /// And how many millilitres it is.
    ml: Vec<u32>,
    /// The clocks of all streams, and those of sites with events.
    clocks: Vec<Arc<DayClock>>,
    /// A site's deposits in order of time, where it counts.
    pub(super) queue: Queue,
    /// Which containers of a site may spill over.
    pub(super) is_spilling: Vec<bool>,
    batch: Batch,
}

/// One container's day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) container: usize,
    /// Which of its site.
    pub(super) place: u32,
    /// Deposits.
    pub(super) count: u32,
    /// Where they begin.
    first: usize,
    /// Which of the clocks.
    clock: usize,
}

/// The random numbers of the parts.
#[derive(Clone, Debug, Default)]
struct Batch {
    /// Mean counts; nothing where they are drawn one by one.
    means: Vec<f64>,
    large: Vec<(usize, f64)>,
    counts: Vec<Lanes>,
    addresses: Vec<Address>,
    /// The first block of each part: its count and seven deposits.
    first: Starts,
    /// The blocks that follow, where a part needs more: eight deposits each.
    rest: Starts,
    /// Keys of deposits that are brought into order, and the deposits.
    due: Vec<u64>,
    drawn: Vec<Deposit>,
    in_order: Vec<u64>,
}

/// Deposits are held in rows of so many.
pub(super) const ROW: usize = 16;
/// Deposits of a part's first block, after the two words of its count.
const FIRST_DEPOSITS: usize = 7;
const BLOCK_DEPOSITS: usize = 8;

impl DayDeposits {
    /// Of a part: when, and how many millilitres; whole rows.
    #[inline]
    pub(super) fn of(&self, part: usize) -> (&[u32], &[u32]) {
        let own = &self.parts[part];
        let end = own.first + rows(own.count) * ROW;
        (&self.ticks[own.first..end], &self.ml[own.first..end])
    }

    #[inline]
    pub(super) fn clock(&self, part: usize) -> &DayClock {
        &self.clocks[self.parts[part].clock]
    }

    /// What was drawn for those containers of a site that `is_wanted` wants by their places: when, in
    /// milliseconds after the day's beginning, and what; in order of time.
    pub(super) fn in_order(
        &mut self,
        nth: usize,
        is_wanted: impl Fn(u32) -> bool,
    ) -> impl Iterator<Item = (u32, Deposit)> {
        let mut due = core::mem::take(&mut self.batch.due);
        let mut drawn = core::mem::take(&mut self.batch.drawn);
        due.clear();
        drawn.clear();
        for part in self.sites[nth].clone() {
            let Part { place, count, .. } = self.parts[part];
            if !is_wanted(place) {
                continue;
            }
            let (ticks, ml) = self.of(part);
            for (tick, ml) in ticks.iter().zip(ml).take(count as usize) {
                let after_ms = u64::from(self.clock(part).after_ms(*tick));
                due.push(after_ms << 32 | u64::from(index_u32(drawn.len())));
                drawn.push(Deposit { place, ml: *ml });
            }
        }
        in_order(&mut due, &mut self.batch.in_order);
        (self.batch.due, self.batch.drawn) = (due, drawn);
        self.batch.due.iter().map(|due| {
            let index = usize::try_from(due & LOWER).unwrap_or(usize::MAX);
            let after_ms = u32::try_from(due >> 32).unwrap_or(u32::MAX);
            (after_ms, self.batch.drawn[index])
        })
    }

    fn begin(&mut self, table: &DayTable) {
        self.day_start = table.day.start();
        self.parts.clear();
        self.sites.clear();
        self.clocks.clear();
        let clocks = table.shapes.iter().map(|shape| &shape.clock);
        self.clocks.extend(clocks.map(Arc::clone));
        self.batch.means.clear();
        self.batch.large.clear();
        self.batch.addresses.clear();
    }

    /// Takes the random words of all deposits out of their blocks: a tick, and what the volume is made of.
    fn take_words(&mut self) {
        let Self {
            batch,
            parts,
            ticks,
            ml,
            ..
        } = self;
        let (first, rest) = (batch.first.groups(), batch.rest.groups());
        let mut block = 0;
        for (index, part) in parts.iter().enumerate() {
            let count = part.count as usize;
            let own = part.first..part.first + count;
            ticks[own.end..part.first + rows(part.count) * ROW].fill(DAY_TICKS);
            let (ticks, volumes) = (&mut ticks[own.clone()], &mut ml[own]);
            let head = count.min(FIRST_DEPOSITS);
            let (first_ticks, ticks) = ticks.split_at_mut(head);
            let (first_volumes, volumes) = volumes.split_at_mut(head);
            let words = &first[index / LANES];
            take((words, index % LANES, 2), (first_ticks, first_volumes));
            let volumes = volumes.chunks_mut(BLOCK_DEPOSITS);
            for some in ticks.chunks_mut(BLOCK_DEPOSITS).zip(volumes) {
                take((&rest[block / LANES], block % LANES, 0), some);
                block += 1;
            }
        }
    }
}

/// Deposits of one block, from one of its words on.
#[inline]
fn take(
    (words, lane, from): (&[Lanes; WORDS], usize, usize),
    (ticks, volumes): (&mut [u32], &mut [u32]),
) {
    let pairs = words[from..].as_chunks::<2>().0;
    for ((tick, volume), [first, second]) in ticks.iter_mut().zip(volumes).zip(pairs) {
        (*tick, *volume) = (first[lane % LANES] >> 1, second[lane % LANES]);
    }
}

/// How many rows so many deposits fill.
fn rows(count: u32) -> usize {
    (count as usize).div_ceil(ROW)
}

impl FillingModel {
    /// Draws what people bring to some sites on the local day that holds the instant after the first of
    /// those at which they stand; answers its last one.
    pub(crate) fn draw_day(
        &self,
        state: &FillingState,
        (sites, days): (&[usize], &mut DayCache),
        deposits: &mut DayDeposits,
    ) -> SimResult<Timestamp> {
        let first = sites.iter().map(|site| state.site_at[*site]).min();
        let table = self.day(&mut days.tables, first.unwrap_or(Timestamp::MIN))?;
        self.draw((sites, &table), deposits);
        Ok(table.last())
    }

    /// Draws what people bring to some sites on a local day.
    pub(super) fn draw(&self, (sites, table): (&[usize], &DayTable), deposits: &mut DayDeposits) {
        deposits.begin(table);
        for site in sites {
            self.expect_at(&self.sites[*site], table, deposits);
        }
        self.count(table.number, deposits);
        let DayDeposits { batch, parts, .. } = &mut *deposits;
        batch.addresses.clear();
        let mut first = 0;
        for part in parts {
            part.first = first;
            first += rows(part.count) * ROW;
            let further = (part.count as usize).saturating_sub(FIRST_DEPOSITS);
            let further = index_u32(further.div_ceil(BLOCK_DEPOSITS));
            let address = Address::first(Model::Deposits, entity(part.container), table.number);
            let blocks = (1..=further).map(|block| Address { block, ..address });
            batch.addresses.extend(blocks);
        }
        batch.rest.make(self.luck.brought, &batch.addresses);
        // What is longer than it needs to be is neither cleared nor filled.
        if deposits.ticks.len() < first {
            deposits.ticks.resize(first, DAY_TICKS);
            deposits.ml.resize(first, 0);
        }
        deposits.take_words();
        pulp::Arch::new().dispatch(Volumes(self, deposits));
    }

    /// Draws how many deposits each part has.
    fn count(&self, day: u64, deposits: &mut DayDeposits) {
        let DayDeposits { batch, parts, .. } = deposits;
        batch.first.make(self.luck.brought, &batch.addresses);
        let whole = parts.len().next_multiple_of(LANES);
        batch.means.resize(whole, 0.0);
        batch.counts.clear();
        pulp::Arch::new().dispatch(Counts {
            law: &self.counts,
            means: &batch.means,
            words: batch.first.groups(),
            mirror: self.luck.mirror_word(),
            made: &mut batch.counts,
        });
        for (part, count) in parts.iter_mut().zip(batch.counts.as_flattened()) {
            part.count = *count;
        }
        for (part, mean) in &batch.large {
            let part = &mut parts[*part];
            // Not by inversion: nothing to take from the other end.
            let stream = self
                .luck
                .seed
                .stream(Model::Deposits, entity(part.container));
            part.count = self.counts.draw_large(*mean, &mut stream.at_middle_of(day));
        }
    }

    /// How many deposits the containers of a site have in the mean, and by which clocks.
    fn expect_at(&self, place: &Place, table: &DayTable, deposits: &mut DayDeposits) {
        let begin = deposits.parts.len();
        let day = (table.day.start(), table.day.end());
        for (container, nth) in place.containers.iter().zip(0..) {
            let basin = &self.containers[*container];
            let stream = basin.spec.stream as usize;
            let shape = &table.shapes[stream];
            let usual = table.phase.map_or(0.0, |phase| basin.daily_means[phase]) * shape.factor;
            let (mean, clock) = match with_events(&place.events, day, &shape.hours) {
                None => (usual, stream),
                Some(weights) => {
                    deposits.clocks.push(Arc::new(DayClock::new(&weights)));
                    (
                        usual * weights.iter().sum::<f64>(),
                        deposits.clocks.len() - 1,
                    )
                }
            };
            let mean = mean.clamp(0.0, MAX_MEAN);
            let batch = &mut deposits.batch;
            if self.counts.is_usual(mean) {
                batch.means.push(mean);
            } else {
                batch.means.push(0.0);
                batch.large.push((deposits.parts.len(), mean));
            }
            let address = Address::first(Model::Deposits, entity(*container), table.number);
            batch.addresses.push(address);
            deposits.parts.push(Part {
                container: *container,
                place: nth,
                count: 0,
                first: 0,
                clock,
            });
        }
        deposits.sites.push(begin..deposits.parts.len());
    }
}

/// Draws counts, compiled for each kind of processor.
struct Counts<'a> {
    law: &'a CountLaw,
    means: &'a [f64],
    words: &'a [[Lanes; WORDS]],
    /// What the words are taken with, see [`Luck`](crate::random::Luck).
    mirror: u32,
    made: &'a mut Vec<Lanes>,
}

impl WithSimd for Counts<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (means, words) in self.means.as_chunks::<LANES>().0.iter().zip(self.words) {
            let [low, high] =
                [words[0], words[1]].map(|lanes| lanes.map(|word| word ^ self.mirror));
            let counts = self.law.draw(simd, means, [&low, &high]);
            self.made.push(counts);
        }
    }
}

/// Makes volumes of random words, compiled for each kind of processor.
struct Volumes<'a>(&'a FillingModel, &'a mut DayDeposits);

impl WithSimd for Volumes<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self(model, DayDeposits { parts, ml, .. }) = self;
        let mirror = model.luck.mirror_word();
        for part in parts {
            let law: Triangle = model.containers[part.container].millilitres;
            let end = part.first + rows(part.count) * ROW;
            for row in ml[part.first..end].as_chunks_mut::<ROW>().0 {
                let mut shares = [0.0; ROW];
                for (share, word) in shares.iter_mut().zip(&*row) {
                    *share = (f64::from(*word ^ mirror) + 0.5) * STEP;
                }
                for share in S::as_mut_simd_f64s(&mut shares).0 {
                    *share = law.at_all(simd, *share);
                }
                for (volume, share) in row.iter_mut().zip(shares) {
                    *volume = nearest_u32(share);
                }
            }
            // What fills the last row up is nothing.
            ml[part.first + part.count as usize..end].fill(0);
        }
    }
}

/// Of even numbers of 32 bits, the step between 0 and 1.
const STEP: f64 = 1.0 / 4_294_967_296.0;
const LOWER: u64 = 0xffff_ffff;

/// Some nine minutes, as a power of two of milliseconds.
const BUCKET_BITS: u32 = 19;
/// As many of these as a day of 25 hours has.
const BUCKETS: usize = 172;
/// Fewer are sorted sooner one with another.
const FEW: usize = 24;

/// Sorts a site's deposits of a day, whose upper halves are milliseconds of the day: into buckets, which hold
/// hardly more than one, and then one with another.
fn in_order(due: &mut [u64], ordered: &mut Vec<u64>) {
    if due.len() < FEW {
        due.sort_unstable();
        return;
    }
    let bucket =
        |due: u64| usize::try_from(due >> (32 + BUCKET_BITS)).map_or(0, |at| at.min(BUCKETS - 1));
    let mut next = [0_u32; BUCKETS + 1];
    for due in &*due {
        next[bucket(*due) + 1] += 1;
    }
    for at in 0..BUCKETS {
        next[at + 1] += next[at];
    }
    ordered.clear();
    ordered.resize(due.len(), 0);
    for due in &*due {
        let place = &mut next[bucket(*due)];
        ordered[*place as usize] = *due;
        *place += 1;
    }
    // Each bucket ends now where its next one would go.
    let mut begin = 0;
    for end in next[..BUCKETS].iter().map(|end| *end as usize) {
        if end - begin > 1 {
            ordered[begin..end].sort_unstable();
        }
        begin = end;
    }
    due.copy_from_slice(ordered);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn deposits_come_in_order_of_time(
            ms in proptest::collection::vec(0_u64..90_000_000, 0..200),
            crowded in any::<bool>(),
        ) {
            let due = ms.into_iter().zip(0..).map(|(ms, nth): (u64, u64)| {
                let ms = if crowded { ms % 900_000 } else { ms };
                ms << 32 | nth
            });
            let mut sorted: Vec<u64> = due.collect();
            let mut expected = sorted.clone();
            in_order(&mut sorted, &mut Vec::new());
            expected.sort_unstable();
            prop_assert_eq!(sorted, expected);
        }
    }
}
