//! A long vector whose copies share what did not change.

mod log;
#[cfg(test)]
mod tests;
mod tree;

use std::sync::Arc;

use self::tree::Tree;

/// A vector whose clones share what did not change: cloning it is one step of a reference count,
/// changing an element of a clone copies the element, two nodes of 16 numbers and, once for all
/// changes until the next clone, a list of 4 bytes for each 256 elements, one of a pointer for
/// each 2,000 and three pages.
///
/// Elements are written one behind the other into a log, and found by their places in it, which
/// are plain numbers: to copy a node is to copy one line of memory, where pointers would need a step
/// of the reference count of each child. What was overwritten stays in the log for a while: when
/// a log is twice as long as what is in use, each change also forgets a few of its oldest
/// entries, after writing those once more that are in use.
///
/// It holds at most 2³⁰ elements.
#[derive(Clone, Debug)]
pub struct CowVec<T> {
    tree: Arc<Tree<T>>,
}

impl<T> Default for CowVec<T> {
    fn default() -> Self {
        Self::starting_at(0)
    }
}

impl<T> CowVec<T> {
    fn starting_at(place: u32) -> Self {
        Self {
            tree: Arc::new(Tree::starting_at(place)),
        }
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.tree.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `ix`.
    pub fn get(&self, ix: usize) -> Option<&T> {
        self.tree.get(ix)
    }

    /// Reads what changing these elements will read: the way to them, and of each what its `glance`
    /// looks at.
    ///
    /// A change waits for each piece of cold memory in turn. Plain reads for many elements the
    /// processor does side by side; the changes then find everything at hand.
    pub fn foresee(&self, elements: &[u32], glance: impl Fn(&T) -> usize) {
        self.tree.foresee(elements, glance);
    }

    /// All elements, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).filter_map(|ix| self.tree.get(ix))
    }
}

impl<T: Clone> CowVec<T> {
    /// The element at `ix`, to change; copies what a clone still shares.
    pub fn get_mut(&mut self, ix: usize) -> Option<&mut T> {
        if ix >= self.len() {
            return None;
        }
        Arc::make_mut(&mut self.tree).get_mut(ix)
    }

    /// Adds an element at the end.
    pub fn push(&mut self, value: T) {
        Arc::make_mut(&mut self.tree).push(value);
    }

    /// Makes it `len` long, filling up with clones of `value`; never makes it shorter.
    pub fn grow(&mut self, len: usize, value: &T) {
        if self.len() >= len {
            return;
        }
        let tree = Arc::make_mut(&mut self.tree);
        for _ in tree.len()..len {
            tree.push(value.clone());
        }
    }
}

impl<T: Clone> FromIterator<T> for CowVec<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut vec = Self::default();
        for value in values {
            vec.push(value);
        }
        vec
    }
}

impl<T: Clone + PartialEq> PartialEq for CowVec<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}
