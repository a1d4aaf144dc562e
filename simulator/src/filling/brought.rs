//! What people bring to some sites on one local day, drawn for all of them side by side.

use twin_core::Timestamp;

use super::days::DayTable;
use super::deposits::{DayLaw, DayOfLaw, Deposit};
use super::model::{FillingModel, LOWER};
use super::state::FillingState;
use super::today::DayCache;
use crate::error::SimResult;
use crate::numbers::{entity, index_u32};
use crate::random::{Address, BLOCK_DRAWS, Model, Randomness, Starts, Stream, normal, normals};

/// What people bring to some sites on one day: buffers that are used again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct DayDeposits {
    pub(super) day_start: Timestamp,
    /// When, in milliseconds after the day's beginning, above which; in order, site by site.
    pub(super) due: Vec<u64>,
    /// In the order in which they were drawn: by place within the site, then one after the other.
    pub(super) drawn: Vec<Deposit>,
    /// By site, where what is left of it begins and ends in `due`.
    pub(super) left: Vec<core::ops::Range<usize>>,
    batch: Batch,
}

/// The containers of the sites, and their random numbers.
#[derive(Clone, Debug, Default)]
struct Batch {
    parts: Vec<Part>,
    addresses: Vec<Address>,
    /// The first block of each part.
    first: Starts,
    /// The first two draws of each part, and the normals that they are.
    pairs: Vec<[u64; 2]>,
    normals: Vec<f64>,
    /// The blocks that follow, where a part needs more.
    rest: Starts,
    in_order: Vec<u64>,
}

/// One container's day.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Which of its site.
    place: u32,
    /// Deposits.
    count: u32,
    /// Draws before those of the deposits.
    drawn: usize,
    /// Where its further blocks begin.
    rest: usize,
}

/// A stream, and how often something was drawn from it.
struct Counting<R> {
    draws: R,
    drawn: usize,
    /// The normal of its first two draws, where it is known already.
    first_normal: Option<f64>,
}

impl<R: Randomness> Randomness for Counting<R> {
    fn next_u64(&mut self) -> u64 {
        self.drawn += 1;
        self.draws.next_u64()
    }

    fn normal(&mut self) -> f64 {
        let known = self.first_normal.take();
        let drawn = [self.next_u64(), self.next_u64()];
        known.unwrap_or_else(|| normal(drawn))
    }
}

impl DayDeposits {
    /// What was drawn for a site and is left: when, in milliseconds after the day's beginning, and what.
    pub(super) fn of(&self, nth: usize) -> impl Iterator<Item = (u32, Deposit)> {
        let due = &self.due[self.left[nth].clone()];
        due.iter().map(|due| {
            let index = usize::try_from(due & LOWER).unwrap_or(usize::MAX);
            (
                u32::try_from(due >> 32).unwrap_or(u32::MAX),
                self.drawn[index],
            )
        })
    }
}

impl FillingModel {
    /// Draws what people bring to some sites after the instants at which they stand, until the last one
    /// of the local day that holds the instant after all of these; answers that last one.
    pub(crate) fn draw_day(
        &self,
        state: &FillingState,
        (sites, days): (&[usize], &mut DayCache),
        deposits: &mut DayDeposits,
    ) -> SimResult<Timestamp> {
        let first = sites.iter().map(|site| state.site_at[*site]).min();
        let table = self.day(&mut days.tables, first.unwrap_or(Timestamp::MIN))?;
        let start = table.day.start();
        let from_ms = |site: usize| state.site_at[site].since(start).as_millis();
        self.draw((sites, &table), from_ms, deposits);
        Ok(table.last())
    }

    /// Draws what people bring to some sites on a local day, to each after so many milliseconds of it.
    pub(super) fn draw(
        &self,
        (sites, table): (&[usize], &DayTable),
        from_ms: impl Fn(usize) -> i64,
        deposits: &mut DayDeposits,
    ) {
        deposits.day_start = table.day.start();
        deposits.due.clear();
        deposits.drawn.clear();
        deposits.left.clear();
        self.count(sites, table, &mut deposits.batch);
        let mut parts = 0;
        for site in sites {
            let count = self.laws(*site, table).count();
            let own = parts..parts + count;
            parts = own.end;
            self.draw_site((*site, table), (own, from_ms(*site)), deposits);
        }
    }

    /// The containers of a site that people bring something to on a day, with what it follows.
    fn laws<'a>(
        &'a self,
        site: usize,
        table: &'a DayTable,
    ) -> impl Iterator<Item = ((usize, u32), DayOfLaw<'a>)> {
        let site = &self.sites[site];
        let law = move |(container, place): (&usize, u32)| {
            let basin = &self.containers[*container];
            let law = DayLaw {
                daily_mean: table.phase.map_or(0.0, |phase| basin.daily_means[phase]),
                volume: basin.volume,
                day_effect_shape: self.params.day_effect_shape,
                events: &site.events,
            };
            let shape = &table.shapes[basin.spec.stream as usize];
            let is_used = law.daily_mean > 0.0;
            is_used.then(|| ((*container, place), law.on(table.day.start(), shape)))
        };
        site.containers.iter().zip(0..).filter_map(law)
    }

    /// How many deposits each container has, and the random numbers for them.
    fn count(&self, sites: &[usize], table: &DayTable, batch: &mut Batch) {
        batch.addresses.clear();
        batch.parts.clear();
        let address = |container| Address::first(Model::Deposits, entity(container), table.number);
        for site in sites {
            let containers = self.laws(*site, table).map(|((container, _), _)| container);
            batch.addresses.extend(containers.map(address));
        }
        batch.first.make(self.seed, &batch.addresses);
        batch.pairs.clear();
        for part in 0..batch.addresses.len() {
            let start = batch.first.get(part);
            batch.pairs.push([start.nth(0), start.nth(1)]);
        }
        normals(&batch.pairs, &mut batch.normals);
        batch.addresses.clear();
        for ((container, place), law) in sites.iter().flat_map(|site| self.laws(*site, table)) {
            let mut draws = Counting {
                draws: batch.first.get(batch.parts.len()),
                drawn: 0,
                first_normal: Some(batch.normals[batch.parts.len()]),
            };
            let (mut count, mut drawn) = (law.count(&mut draws), draws.drawn);
            if drawn > BLOCK_DRAWS {
                let stream = self.seed.stream(Model::Deposits, entity(container));
                let mut draws: Counting<Stream> = Counting {
                    draws: stream.at_slot(table.number),
                    drawn: 0,
                    first_normal: None,
                };
                (count, drawn) = (law.count(&mut draws), draws.drawn);
            }
            batch.parts.push(Part {
                place,
                count,
                drawn,
                rest: batch.addresses.len(),
            });
            let draws = drawn + 2 * usize::try_from(count).unwrap_or(0);
            let further = index_u32(draws.div_ceil(BLOCK_DRAWS));
            let first = address(container);
            batch
                .addresses
                .extend((1..further).map(|block| Address { block, ..first }));
        }
        batch.rest.make(self.seed, &batch.addresses);
    }

    /// Draws a site's deposits after `from_ms`, of those of its containers that are these parts.
    fn draw_site(
        &self,
        (site, table): (usize, &DayTable),
        (parts, from_ms): (core::ops::Range<usize>, i64),
        deposits: &mut DayDeposits,
    ) {
        let day_ms = table.day.end().since(table.day.start()).as_millis();
        let begin = deposits.due.len();
        let DayDeposits {
            due, drawn, batch, ..
        } = deposits;
        for (part, (_, law)) in parts.zip(self.laws(site, table)) {
            let own = batch.parts[part];
            let mut next = own.drawn;
            for _ in 0..own.count {
                let time = batch.draw((part, own.rest), next);
                let volume = batch.draw((part, own.rest), next + 1);
                next += 2;
                let after_ms = law.after_ms(time);
                if from_ms < after_ms && after_ms < day_ms {
                    let after_ms = u64::try_from(after_ms).unwrap_or(0);
                    due.push(after_ms << 32 | u64::from(index_u32(drawn.len())));
                    drawn.push(Deposit {
                        place: own.place,
                        ml: law.ml(volume),
                    });
                }
            }
        }
        in_order(&mut due[begin..], &mut batch.in_order);
        deposits.left.push(begin..deposits.due.len());
    }
}

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

impl Batch {
    /// The draw of this number of a part.
    #[inline]
    fn draw(&self, (part, rest): (usize, usize), number: usize) -> u64 {
        if number < BLOCK_DRAWS {
            return self.first.get(part).nth(number);
        }
        let block = rest + number / BLOCK_DRAWS - 1;
        self.rest.get(block).nth(number % BLOCK_DRAWS)
    }
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
