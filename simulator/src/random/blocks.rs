//! The beginnings of many slots at once: eight blocks of ChaCha8 side by side.
//!
//! They hold the very numbers that a [`Stream`](super::Stream) gives at these slots, at a fifth of
//! the time: a stream makes four blocks where a report needs less than one.

use pulp::NullaryFnOnce;

use super::{DOMAIN, Model, Randomness, SLOT_WORDS, Seed};

/// How many blocks are made at once.
const LANES: usize = 8;
/// The words of a block.
const WORDS: usize = 16;
/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
/// Eight rounds are four double rounds.
const DOUBLE_ROUNDS: usize = 4;

/// One word of each block.
type Lanes = [u32; LANES];

/// Where a slot begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    pub(crate) model: Model,
    pub(crate) entity: u32,
    pub(crate) slot: u64,
}

/// The beginnings of many slots; a buffer that is used again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Starts(Vec<[Lanes; WORDS]>);

/// The first eight draws of a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotStart<'a> {
    block: &'a [Lanes; WORDS],
    lane: usize,
    next: usize,
}

impl Randomness for SlotStart<'_> {
    /// After eight draws it begins again: whoever draws more needs a stream.
    fn next_u64(&mut self) -> u64 {
        let word = |at: usize| u64::from(self.block[at % WORDS][self.lane % LANES]);
        let bits = word(self.next + 1) << 32 | word(self.next);
        self.next += 2;
        bits
    }
}

impl Starts {
    /// Makes the beginnings of these slots, in place of those before.
    pub(crate) fn make(&mut self, seed: Seed, addresses: &[Address]) {
        self.0.clear();
        pulp::Arch::new().dispatch(Fill(seed, addresses, &mut self.0));
    }

    /// The beginning of the slot with the address of this index.
    ///
    /// # Panics
    /// Where there was no such address.
    pub(crate) fn get(&self, index: usize) -> SlotStart<'_> {
        SlotStart {
            block: &self.0[index / LANES],
            lane: index % LANES,
            next: 0,
        }
    }
}

/// The work, compiled for each kind of processor.
struct Fill<'a>(Seed, &'a [Address], &'a mut Vec<[Lanes; WORDS]>);

impl NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        let Self(seed, addresses, made) = self;
        for some in addresses.chunks(LANES) {
            made.push(blocks(input(seed, some)));
        }
    }
}

/// What the blocks are made of: constants, key, number of the block, number of the stream.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn input(seed: Seed, addresses: &[Address]) -> [Lanes; WORDS] {
    let mut state = [[0; LANES]; WORDS];
    for (row, word) in state.iter_mut().zip(CONSTANTS) {
        *row = [word; LANES];
    }
    let (low, high) = halves(seed.0);
    state[4] = [low; LANES];
    state[5] = [high; LANES];
    for (row, bytes) in state[6..12].iter_mut().zip(DOMAIN.as_chunks::<4>().0) {
        *row = [u32::from_le_bytes(*bytes); LANES];
    }
    for (lane, address) in addresses.iter().enumerate() {
        let (low, high) = halves(address.slot.wrapping_mul(BLOCKS_OF_SLOT));
        state[12][lane] = low;
        state[13][lane] = high;
        state[14][lane] = address.entity;
        state[15][lane] = address.model as u32;
    }
    state
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

#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn blocks(input: [Lanes; WORDS]) -> [Lanes; WORDS] {
    let mut x = input;
    for _ in 0..DOUBLE_ROUNDS {
        quarter(&mut x, [0, 4, 8, 12]);
        quarter(&mut x, [1, 5, 9, 13]);
        quarter(&mut x, [2, 6, 10, 14]);
        quarter(&mut x, [3, 7, 11, 15]);
        quarter(&mut x, [0, 5, 10, 15]);
        quarter(&mut x, [1, 6, 11, 12]);
        quarter(&mut x, [2, 7, 8, 13]);
        quarter(&mut x, [3, 4, 9, 14]);
    }
    for (row, first) in x.iter_mut().zip(&input) {
        *row = sum(*row, *first);
    }
    x
}

#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn quarter(state: &mut [Lanes; WORDS], [a, b, c, d]: [usize; 4]) {
    state[a] = sum(state[a], state[b]);
    state[d] = turned::<16>(state[d], state[a]);
    state[c] = sum(state[c], state[d]);
    state[b] = turned::<12>(state[b], state[c]);
    state[a] = sum(state[a], state[b]);
    state[d] = turned::<8>(state[d], state[a]);
    state[c] = sum(state[c], state[d]);
    state[b] = turned::<7>(state[b], state[c]);
}

#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn sum(a: Lanes, b: Lanes) -> Lanes {
    core::array::from_fn(|lane| a[lane].wrapping_add(b[lane]))
}

#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn turned<const BITS: u32>(a: Lanes, b: Lanes) -> Lanes {
    core::array::from_fn(|lane| (a[lane] ^ b[lane]).rotate_left(BITS))
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
            let models = [Model::Schedule, Model::Measurement, Model::RadioFading];
            let addresses: Vec<Address> = places
                .iter()
                .enumerate()
                .map(|(index, (entity, slot))| Address {
                    model: models[index % 3],
                    entity: *entity,
                    slot: *slot % (1 << 44),
                })
                .collect();
            let mut starts = Starts::default();
            starts.make(Seed(seed), &addresses);
            for (index, address) in addresses.into_iter().enumerate() {
                let mut start = starts.get(index);
                let mut stream = Seed(seed)
                    .stream(address.model, address.entity)
                    .at_slot(address.slot);
                for _ in 0..8 {
                    prop_assert_eq!(start.next_u64(), stream.next_u64());
                }
            }
        }
    }
}
