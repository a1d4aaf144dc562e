//! The beginnings of many slots at once: sixteen blocks of ChaCha8 side by side.
//!
//! They hold the very numbers that a [`Stream`](super::Stream) gives at these slots, at a fraction of
//! the time: a stream makes four blocks where a report needs one.

use pulp::{Simd, WithSimd};

use super::{DOMAIN, Model, SLOT_WORDS, Seed};

/// How many blocks are made at once.
pub(crate) const LANES: usize = 16;
/// The words of a block.
pub(crate) const WORDS: usize = 16;
/// Where in a block the words begin that it has of its own.
const OWN: usize = 12;
/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
/// Eight rounds are four double rounds.
const DOUBLE_ROUNDS: usize = 4;

/// One word of each block.
pub(crate) type Lanes = [u32; LANES];

/// Where a slot begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    pub(crate) model: Model,
    pub(crate) entity: u32,
    pub(crate) slot: u64,
    /// Which sixteen words of the slot, 0 for the first.
    pub(crate) block: u32,
}

impl Address {
    /// The beginning of a slot.
    pub(crate) const fn first(model: Model, entity: u32, slot: u64) -> Self {
        Self {
            model,
            entity,
            slot,
            block: 0,
        }
    }
}

/// The beginnings of many slots; a buffer that is used again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Starts(Vec<[Lanes; WORDS]>);

impl Starts {
    /// Makes the beginnings of these slots, in place of those before.
    pub(crate) fn make(&mut self, seed: Seed, addresses: &[Address]) {
        let groups = addresses.len().div_ceil(LANES);
        // What is longer than it needs to be is neither cleared nor filled.
        if self.0.len() < groups {
            self.0.resize(groups, [[0; LANES]; WORDS]);
        }
        pulp::Arch::new().dispatch(Fill(seed, addresses, &mut self.0));
    }

    /// The blocks, sixteen side by side: each word of all of them, then the next. Those beyond the last
    /// address hold anything.
    pub(crate) fn groups(&self) -> &[[Lanes; WORDS]] {
        &self.0
    }
}

/// The same draws of sixteen entities' streams side by side, for sweeps over arrays of entities. To be
/// inlined into what is compiled for the processor at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SideBySide {
    common: [u32; 12],
    own: [Lanes; 4],
}

impl SideBySide {
    /// The streams of these entities in one model.
    pub(crate) fn new(seed: Seed, model: Model, entities: [u32; LANES]) -> Self {
        Self {
            common: common(seed),
            own: own(&entities.map(|entity| Address::first(model, entity, 0))),
        }
    }

    /// The first eight draws of a slot, each of all the entities: the lower half of each, then the upper.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    pub(crate) fn words<S: Simd>(&mut self, simd: S, slot: u64) -> [Lanes; WORDS] {
        let (low, high) = halves(slot.wrapping_mul(BLOCKS_OF_SLOT));
        (self.own[0], self.own[1]) = ([low; LANES], [high; LANES]);
        let mut words = [[0; LANES]; WORDS];
        blocks(simd, (&self.common, &self.own), &mut words);
        words
    }
}

/// The work, compiled for each kind of processor.
struct Fill<'a>(Seed, &'a [Address], &'a mut [[Lanes; WORDS]]);

impl WithSimd for Fill<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self(seed, addresses, made) = self;
        let common = common(seed);
        let groups = addresses.len().div_ceil(LANES);
        let made = &mut made[..groups];
        // What is stored word by word is read as a whole only once it has settled.
        for (some, words) in addresses.chunks(LANES).zip(&mut *made) {
            words[OWN..].copy_from_slice(&own(some));
        }
        for words in made {
            let own = *words.last_chunk().unwrap_or(&[[0; LANES]; 4]);
            blocks(simd, (&common, &own), words);
        }
    }
}

/// The first eight draws of one slot; cheaper than a stream where no more are needed.
pub(crate) fn first_draws(seed: Seed, address: Address) -> [u64; WORDS / 2] {
    let mut made = [[[0; LANES]; WORDS]];
    pulp::Arch::new().dispatch(Fill(seed, &[address], &mut made));
    let words = made[0].map(|row| u64::from(row[0]));
    core::array::from_fn(|nth| words[2 * nth + 1] << 32 | words[2 * nth])
}

/// What all blocks of a seed have in common: constants, key.
fn common(seed: Seed) -> [u32; 12] {
    let mut words = [0; 12];
    words[..4].copy_from_slice(&CONSTANTS);
    (words[4], words[5]) = halves(seed.0);
    for (word, bytes) in words[6..].iter_mut().zip(DOMAIN.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}

/// What blocks have of their own: their numbers, the numbers of their streams.
fn own(addresses: &[Address]) -> [Lanes; 4] {
    let mut own = [[0; LANES]; 4];
    for (lane, address) in addresses.iter().enumerate() {
        let block = address.slot.wrapping_mul(BLOCKS_OF_SLOT) + u64::from(address.block);
        (own[0][lane], own[1][lane]) = halves(block);
        own[2][lane] = address.entity;
        own[3][lane] = address.model as u32;
    }
    own
}

/// Blocks that belong to one slot.
const BLOCKS_OF_SLOT: u64 = 1 << 16;
const _: () = assert!(SLOT_WORDS == 16 << 16, "a block has 16 words");

#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half is what is wanted"
)]
const fn halves(number: u64) -> (u32, u32) {
    (number as u32, (number >> 32) as u32)
}

/// Makes blocks of what they are made of, as many at once as the processor has lanes.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn blocks<S: Simd>(simd: S, (common, own): (&[u32; 12], &[Lanes; 4]), words: &mut [Lanes; WORDS]) {
    for at in 0..LANES / S::U32_LANES {
        let mut first = [simd.splat_u32s(0); WORDS];
        for (word, common) in first.iter_mut().zip(common) {
            *word = simd.splat_u32s(*common);
        }
        for (word, row) in first[12..].iter_mut().zip(own) {
            *word = S::as_simd_u32s(row).0[at];
        }
        let mut x = first;
        for _ in 0..DOUBLE_ROUNDS {
            quarter(simd, &mut x, [0, 4, 8, 12]);
            quarter(simd, &mut x, [1, 5, 9, 13]);
            quarter(simd, &mut x, [2, 6, 10, 14]);
            quarter(simd, &mut x, [3, 7, 11, 15]);
            quarter(simd, &mut x, [0, 5, 10, 15]);
            quarter(simd, &mut x, [1, 6, 11, 12]);
            quarter(simd, &mut x, [2, 7, 8, 13]);
            quarter(simd, &mut x, [3, 4, 9, 14]);
        }
        for ((x, first), row) in x.into_iter().zip(first).zip(words.iter_mut()) {
            S::as_mut_simd_u32s(row).0[at] = simd.add_u32s(x, first);
        }
    }
}

#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[expect(
    clippy::many_single_char_names,
    reason = "the names of the cipher's definition"
)]
#[inline(always)]
fn quarter<S: Simd>(simd: S, x: &mut [S::u32s; WORDS], [a, b, c, d]: [usize; 4]) {
    x[a] = simd.add_u32s(x[a], x[b]);
    x[d] = turned(simd, [x[d], x[a]], 16);
    x[c] = simd.add_u32s(x[c], x[d]);
    x[b] = turned(simd, [x[b], x[c]], 12);
    x[a] = simd.add_u32s(x[a], x[b]);
    x[d] = turned(simd, [x[d], x[a]], 8);
    x[c] = simd.add_u32s(x[c], x[d]);
    x[b] = turned(simd, [x[b], x[c]], 7);
}

#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn turned<S: Simd>(simd: S, [a, b]: [S::u32s; 2], bits: u32) -> S::u32s {
    let x = simd.xor_u32s(a, b);
    let left = simd.wrapping_dyn_shl_u32s(x, simd.splat_u32s(bits));
    simd.or_u32s(
        left,
        simd.wrapping_dyn_shr_u32s(x, simd.splat_u32s(32 - bits)),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_start_holds_what_the_stream_gives(
            seed in any::<u64>(),
            places in proptest::collection::vec((any::<u32>(), any::<u64>()), 1..20),
        ) {
            let models = [Model::Report, Model::Deposits, Model::Hourly];
            let addresses: Vec<Address> = places
                .iter()
                .enumerate()
                .map(|(index, (entity, slot))| {
                    Address::first(models[index % 3], *entity, *slot % (1 << 44))
                })
                .collect();
            let next = |address: &Address| Address { block: 1, ..*address };
            let (mut starts, mut nexts) = (Starts::default(), Starts::default());
            starts.make(Seed(seed), &addresses);
            nexts.make(Seed(seed), &addresses.iter().map(next).collect::<Vec<_>>());
            for (index, address) in addresses.iter().enumerate() {
                let mut stream = Seed(seed)
                    .stream(address.model, address.entity)
                    .at_slot(address.slot);
                for (block, made) in [&starts, &nexts].into_iter().enumerate() {
                    let mut draws = first_draws(Seed(seed), addresses[index]).into_iter();
                    for word in (0..WORDS).step_by(2) {
                        let [low, high] = [word, word + 1].map(|at| u64::from(made.groups()[index / LANES][at][index % LANES]));
                        let expected = stream.next_u64();
                        prop_assert_eq!(high << 32 | low, expected);
                        let alone = draws.next();
                        prop_assert!(block > 0 || alone == Some(expected));
                    }
                }
            }
        }
    }
}
