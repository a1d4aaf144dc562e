//! Ways that were asked for, kept until others take their room.

use std::cell::Cell;

use super::ways::Leg;

/// Answers by what was asked, in a table where a new answer takes the room of an older one. What it
/// holds decides how long an answer takes, never which one it is.
#[derive(Debug)]
pub(super) struct Memo {
    slots: Vec<Cell<Slot>>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    question: u64,
    leg: Leg,
}

/// No question is this one: there are fewer places.
const NONE: u64 = u64::MAX;

/// How many answers there is room for, for each place, and at most: 128 MiB.
const EACH: usize = 256;
const MOST: usize = 1 << 23;

/// Numbers of places have so many bits, so that two of them and a kind of vehicle make a question.
const BITS: u32 = 28;

/// 2^64 divided by the golden ratio: spreads numbers (Knuth, The Art of Computer Programming, 6.4).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

impl Memo {
    /// For so many places.
    pub(super) fn new(places: usize) -> Self {
        let room = places.saturating_mul(EACH).clamp(2, MOST);
        let slot = Slot {
            question: NONE,
            leg: Leg::NONE,
        };
        Self {
            slots: vec![Cell::new(slot); room.next_power_of_two()],
        }
    }

    /// The answer to a question, asked for where it is not known.
    #[inline]
    pub(super) fn leg(&self, kind: usize, [from, to]: [u32; 2], ask: impl FnOnce() -> Leg) -> Leg {
        if (from | to) >> BITS != 0 {
            return ask();
        }
        let question = (kind as u64) << (2 * BITS) | u64::from(from) << BITS | u64::from(to);
        let place = question.wrapping_mul(SPREAD) >> (64 - self.slots.len().trailing_zeros());
        let slot = &self.slots[usize::try_from(place).unwrap_or(0)];
        let kept = slot.get();
        if kept.question == question {
            return kept.leg;
        }
        let leg = ask();
        slot.set(Slot { question, leg });
        leg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_that_of_its_own_question_however_little_room_there_is() {
        let memo = Memo::new(0);
        let answer = |kind: usize, [from, to]: [u32; 2]| {
            let leg = |length| Leg {
                length,
                duration: i32::try_from(kind).unwrap(),
            };
            leg(i32::try_from(from * 1_000 + to).unwrap())
        };
        for _ in 0..2 {
            for (kind, pair) in [(0, [1, 2]), (1, [1, 2]), (0, [2, 1]), (0, [1, 2])] {
                assert_eq!(
                    memo.leg(kind, pair, || answer(kind, pair)),
                    answer(kind, pair)
                );
            }
        }
    }

    #[test]
    fn a_question_is_asked_once_while_there_is_room() {
        let memo = Memo::new(100);
        let asked = Cell::new(0);
        for _ in 0..5 {
            memo.leg(0, [3, 4], || {
                asked.set(asked.get() + 1);
                Leg::NONE
            });
        }
        assert_eq!(asked.get(), 1);
    }
}
