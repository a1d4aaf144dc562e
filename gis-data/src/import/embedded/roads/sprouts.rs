//! Streets that could be, each with its turn.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use twin_core::Planar;

/// A street that could be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sprout {
    /// Where, in the network.
    pub from: usize,
    pub direction: Planar,
    /// Whether it is to carry the traffic of a quarter.
    pub is_artery: bool,
    /// The way that it goes on from.
    pub street: Option<usize>,
}

/// Sprouts in the order of their turn.
#[derive(Default)]
pub(super) struct Sprouts {
    queue: BinaryHeap<Reverse<(u64, usize)>>,
    all: Vec<Sprout>,
}

impl Sprouts {
    pub(super) fn push(&mut self, turn: f64, sprout: Sprout) {
        // positive floats are in the order of their bits
        self.queue
            .push(Reverse((turn.max(0.0).to_bits(), self.all.len())));
        self.all.push(sprout);
    }

    pub(super) fn pop(&mut self) -> Option<(f64, Sprout)> {
        let Reverse((turn, ix)) = self.queue.pop()?;
        Some((f64::from_bits(turn), self.all[ix]))
    }
}
