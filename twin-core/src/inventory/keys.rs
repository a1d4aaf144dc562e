//! From a key to a dense number in one line of cold memory.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;

/// Numbers by the hash of their keys, in a table at most half full. It holds no key: a number is
/// found together with 32 more bits of the hash, and whoever asks compares the key.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    hasher: RandomState,
    /// A power of two many; bits of the hash above, a number below.
    slots: Vec<u64>,
}

/// No number: that many assets there are not.
const EMPTY: u32 = u32::MAX;
const EMPTY_SLOT: u64 = EMPTY as u64;

impl Keys {
    /// The numbers of different keys.
    pub(super) fn new<'a>(keys: impl Iterator<Item = (u32, &'a str)>, count: usize) -> Self {
        let mut table = Self {
            hasher: RandomState::default(),
            slots: vec![EMPTY_SLOT; (2 * count + 1).next_power_of_two()],
        };
        for (number, key) in keys {
            let (tag, first) = table.tag_and_slot(key);
            let mut slots = table.slots_from(first);
            if let Some(at) = slots.find(|at| table.slots[*at] == EMPTY_SLOT) {
                table.slots[at] = tag << 32 | u64::from(number);
            }
        }
        table
    }

    /// The number of a key, which `is_its` knows from those of other keys.
    pub(super) fn find(&self, key: &str, is_its: impl Fn(u32) -> bool) -> Option<u32> {
        let (tag, first) = self.tag_and_slot(key);
        for at in self.slots_from(first) {
            let slot = self.slots[at];
            if slot == EMPTY_SLOT {
                return None;
            }
            let number = number_in(slot);
            if slot >> 32 == tag && is_its(number) {
                return Some(number);
            }
        }
        None
    }

    fn tag_and_slot(&self, key: &str) -> (u64, usize) {
        let hash = self.hasher.hash_one(key);
        let slot = hash & (self.slots.len() as u64).wrapping_sub(1);
        (hash >> 32, usize::try_from(slot).unwrap_or(0))
    }

    /// All slots once, from one on.
    fn slots_from(&self, first: usize) -> impl Iterator<Item = usize> + use<> {
        let count = self.slots.len();
        (first..count).chain(0..first.min(count))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the upper half is the tag")]
const fn number_in(slot: u64) -> u32 {
    slot as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::none(0)]
    #[case::one(1)]
    #[case::many(5_000)]
    fn each_key_finds_its_number_and_no_other_finds_any(#[case] count: u32) {
        let keys: Vec<String> = (0..count).map(|n| format!("k{n}")).collect();
        let numbered = (0..).zip(keys.iter().map(String::as_str));
        let table = Keys::new(numbered, keys.len());
        for (number, key) in (0..).zip(&keys) {
            let is_its = |found: u32| keys[found as usize] == *key;
            assert_eq!(table.find(key, is_its), Some(number));
        }
        assert_eq!(table.find("other", |_number| false), None);
        assert_eq!(Keys::default().find("k0", |_number| true), None);
    }

    #[test]
    fn keys_of_the_same_hash_are_told_apart_by_who_asks() {
        let twice = [(3, "same"), (4, "same")];
        let table = Keys::new(twice.into_iter(), 2);
        assert_eq!(table.find("same", |number| number == 3), Some(3));
        assert_eq!(table.find("same", |number| number == 4), Some(4));
    }
}
