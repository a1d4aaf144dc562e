//! Sixteen searches side by side.

use crate::roads::cost::INFINITE;

/// How many points are searched from at once.
pub(super) const LANES: usize = 16;

/// A cost from each of them; [`INFINITE`] where there is no way.
pub(super) type Lanes = [u32; LANES];

/// No way from any of them.
pub(super) const CLOSED: Lanes = [INFINITE; LANES];

/// Takes the way that comes from `tail` over a link where it costs less.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
pub(super) fn relax(head: &mut Lanes, tail: &Lanes, link: u32) {
    for (head, tail) in head.iter_mut().zip(tail) {
        *head = (*head).min(tail + link);
    }
}

/// Takes what a way to a node costs with `on_top` added, where that is not below 0 and costs less.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
pub(super) fn arrive(best: &mut Lanes, node: &Lanes, on_top: i32) {
    let amount = on_top.unsigned_abs();
    if on_top >= 0 {
        for (best, node) in best.iter_mut().zip(node) {
            *best = (*best).min(node + amount);
        }
    } else {
        // What would be below 0 wraps round to more than any cost.
        for (best, node) in best.iter_mut().zip(node) {
            let sum = node.wrapping_sub(amount);
            *best = (*best).min(if *node < INFINITE { sum } else { INFINITE });
        }
    }
}
