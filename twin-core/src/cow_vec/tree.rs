//! Elements in a log, found through nodes in logs of their own.

use std::hint::black_box;

use super::log::Log;

/// Places in one node, as a power of two: as many as a line of the cache holds.
const FORK_BITS: u32 = 4;
const FORK: usize = 1 << FORK_BITS;
/// Levels of nodes above the elements; above the highest lies one plain list.
const LEVELS: usize = 2;
/// How many of the oldest entries of each log a change may look after: enough to keep up with what
/// changes write, wherever those entries lie that are still in use.
const LOOKED_AFTER: usize = 4;

/// Elements by number, level 0, and the nodes above them, levels 1 and 2.
///
/// A clone shares nearly all. What it shares is never overwritten: whatever changes is written once
/// more, at the end of its log, and so is the way to it from the top.
#[derive(Clone, Debug)]
pub(super) struct Tree<T> {
    len: usize,
    elements: Log<T>,
    nodes: [Log<Node>; LEVELS],
    /// The places of the nodes of the highest level.
    roots: Vec<u32>,
}

/// Places of entries of the level below; those behind the end say nothing.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Node([u32; FORK]);

impl<T> Tree<T> {
    /// An empty tree whose logs begin at a place, which is 0 but where the end of all places is
    /// to be tried.
    pub(super) fn starting_at(place: u32) -> Self {
        Self {
            len: 0,
            elements: Log::starting_at(place),
            nodes: std::array::from_fn(|_| Log::starting_at(place)),
            roots: Vec::new(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, ix: usize) -> Option<&T> {
        if ix >= self.len {
            return None;
        }
        let ix = u32::try_from(ix).ok()?;
        self.elements.get(self.place(0, ix)?)
    }

    /// Reads the way to some elements, and then the elements.
    pub(super) fn foresee(&self, elements: &[u32], glance: impl Fn(&T) -> usize) {
        let places = elements.iter().filter_map(|ix| self.place(0, *ix));
        let places: Vec<u32> = places.collect();
        let seen = places.iter().filter_map(|at| self.elements.get(*at));
        black_box(seen.map(glance).fold(0, usize::wrapping_add));
    }

    /// The place of entry `no` of a level.
    fn place(&self, level: usize, no: u32) -> Option<u32> {
        let ancestor = |above: usize| {
            let bits = (level..above).fold(0, |bits, _level| bits + FORK_BITS);
            (no >> bits) as usize
        };
        let mut at = *self.roots.get(ancestor(LEVELS))?;
        for below in (level..LEVELS).rev() {
            at = self.nodes[below].get(at)?.0[ancestor(below) % FORK];
        }
        Some(at)
    }

    /// How many entries of a level are in use.
    fn in_use(&self, level: usize) -> usize {
        (0..level).fold(self.len, |below, _level| below.div_ceil(FORK))
    }
}

impl<T: Clone> Tree<T> {
    pub(super) fn get_mut(&mut self, ix: usize) -> Option<&mut T> {
        if ix >= self.len {
            return None;
        }
        let ix = u32::try_from(ix).ok()?;
        let mut at = self.place(0, ix)?;
        if !self.elements.is_own(at) {
            at = self.rewrite(ix, at)?;
            self.tidy();
        }
        self.elements.get_mut(at)
    }

    pub(super) fn push(&mut self, value: T) {
        let Ok(ix) = u32::try_from(self.len) else {
            return;
        };
        let at = self.elements.push(ix, value);
        self.set_place(0, ix, at);
        self.len += 1;
        self.tidy();
    }

    /// Writes the element at `ix`, whose place is known, once more; its new place.
    fn rewrite(&mut self, ix: u32, at: u32) -> Option<u32> {
        let value = self.elements.get(at)?.clone();
        let at = self.elements.push(ix, value);
        self.set_place(0, ix, at);
        Some(at)
    }

    /// The same with node `no` of the level above `level`.
    fn rewrite_node(&mut self, level: usize, no: u32, at: u32) -> Option<u32> {
        let node = *self.nodes[level].get(at)?;
        let at = self.nodes[level].push(no, node);
        self.set_place(level + 1, no, at);
        Some(at)
    }

    /// Notes the place of entry `no` of a level in the node above it, of which it writes a copy
    /// where a clone has it too, and a new one where there is none yet.
    fn set_place(&mut self, level: usize, no: u32, place: u32) {
        if level == LEVELS {
            match self.roots.get_mut(no as usize) {
                Some(root) => *root = place,
                None => self.roots.push(place),
            }
            return;
        }
        let node = self.own_node(level, no >> FORK_BITS);
        if let Some(node) = node.and_then(|at| self.nodes[level].get_mut(at)) {
            node.0[no as usize % FORK] = place;
        }
    }

    /// The place of node `no` of the level above `level`, which no clone has.
    fn own_node(&mut self, level: usize, no: u32) -> Option<u32> {
        if no as usize >= self.in_use(level + 1) {
            let at = self.nodes[level].push(no, Node::default());
            self.set_place(level + 1, no, at);
            return Some(at);
        }
        let at = self.place(level + 1, no)?;
        if self.nodes[level].is_own(at) {
            return Some(at);
        }
        self.rewrite_node(level, no, at)
    }

    /// Forgets a few of the oldest entries of a log that is too long, after writing those once
    /// more that are in use.
    fn tidy(&mut self) {
        for _ in 0..LOOKED_AFTER {
            if self.elements.len() > most_kept(self.in_use(0)) {
                self.tidy_elements();
            }
            for level in 0..LEVELS {
                if self.nodes[level].len() > most_kept(self.in_use(level + 1)) {
                    self.tidy_nodes(level);
                }
            }
        }
    }

    fn tidy_elements(&mut self) {
        if let Some((at, ix)) = self.elements.oldest()
            && self.place(0, ix) == Some(at)
        {
            self.rewrite(ix, at);
        }
        self.elements.forget();
    }

    fn tidy_nodes(&mut self, level: usize) {
        if let Some((at, no)) = self.nodes[level].oldest()
            && self.place(level + 1, no) == Some(at)
        {
            self.rewrite_node(level, no, at);
        }
        self.nodes[level].forget();
    }
}

/// How long a log gets before its oldest entries are looked after.
const fn most_kept(in_use: usize) -> usize {
    2 * in_use + FORK
}

#[cfg(test)]
impl<T> Tree<T> {
    /// For how many entries each log holds room, elements first, beside how many are in use.
    pub(super) fn room(&self) -> [(usize, usize); LEVELS + 1] {
        std::array::from_fn(|level| match level {
            0 => (self.elements.room(), self.len),
            _ => (self.nodes[level - 1].room(), self.in_use(level)),
        })
    }

    /// How many entries were ever written, elements first; wraps.
    pub(super) fn written(&self) -> [u32; LEVELS + 1] {
        std::array::from_fn(|level| match level {
            0 => self.elements.written(),
            _ => self.nodes[level - 1].written(),
        })
    }

    /// Where an element lies in memory.
    pub(super) fn address(&self, ix: usize) -> Option<*const T> {
        self.get(ix).map(std::ptr::from_ref)
    }
}
