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

/// The first eight draws of a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotStart {
    words: [u32; WORDS],
    next: usize,
}

impl Randomness for SlotStart {
    /// After eight draws it begins again: whoever draws more needs a stream.
    fn next_u64(&mut self) -> u64 {
        let at = self.next % WORDS;
        self.next += 2;
        u64::from(self.words[at + 1]) << 32 | u64::from(self.words[at])
    }
}

impl Seed {
    /// The beginnings of slots, one for each address, appended to `starts`.
    pub(crate) fn starts(self, addresses: &[Address], starts: &mut Vec<SlotStart>) {
        pulp::Arch::new().dispatch(Fill(self, addresses, starts));
    }
}

/// The work, compiled for each kind of processor.
struct Fill<'a>(Seed, &'a [Address], &'a mut Vec<SlotStart>);

impl NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        let Self(seed, addresses, starts) = self;
        for some in addresses.chunks(LANES) {
            let blocks = blocks(input(seed, some));
            for lane in 0..some.len() {
                let words = core::array::from_fn(|word| blocks[word][lane]);
                starts.push(SlotStart { words, next: 0 });
            }
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
const BLOCKS_OF_SLOT: u64 = (SLOT_WORDS / 16) as u64;

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
fn quarter(x: &mut [Lanes; WORDS], [a, b, c, d]: [usize; 4]) {
    x[a] = sum(x[a], x[b]);
    x[d] = turned::<16>(x[d], x[a]);
    x[c] = sum(x[c], x[d]);
    x[b] = turned::<12>(x[b], x[c]);
    x[a] = sum(x[a], x[b]);
    x[d] = turned::<8>(x[d], x[a]);
    x[c] = sum(x[c], x[d]);
    x[b] = turned::<7>(x[b], x[c]);
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
            let mut starts = Vec::new();
            Seed(seed).starts(&addresses, &mut starts);
            prop_assert_eq!(starts.len(), addresses.len());
            for (mut start, address) in starts.into_iter().zip(addresses) {
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
