//! A long vector whose copies share what did not change.

use std::hint::black_box;
use std::sync::Arc;

/// Elements in one leaf: what is copied when one element changes.
const LEAF: usize = 4;
/// Leaves in a branch, and branches in a bough. Copying either steps the reference count of each
/// of its children, which seldom lie in the cache: few are cheaper than a further level.
const FORK: usize = 32;
/// Elements below one branch.
const BRANCH_SPAN: usize = LEAF * FORK;
/// Elements below one bough.
const BOUGH_SPAN: usize = BRANCH_SPAN * FORK;

type Leaf<T> = [T; LEAF];
type Branch<T> = [Arc<Leaf<T>>; FORK];
type Bough<T> = [Arc<Branch<T>>; FORK];

/// A vector in fixed-size copy-on-write chunks: cloning or dropping it costs one step of a
/// reference count per 4,096 elements, changing an element of a clone copies one leaf of 4
/// elements and two nodes of 32 pointers.
#[derive(Clone, Debug)]
pub struct CowVec<T> {
    /// The last one is full too; what lies behind `len` says nothing.
    boughs: Vec<Arc<Bough<T>>>,
    len: usize,
}

impl<T> Default for CowVec<T> {
    fn default() -> Self {
        Self {
            boughs: Vec::new(),
            len: 0,
        }
    }
}

impl<T> CowVec<T> {
    /// How many elements there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The element at `ix`.
    pub fn get(&self, ix: usize) -> Option<&T> {
        if ix >= self.len {
            return None;
        }
        self.leaf(ix)?.get(ix % LEAF)
    }

    /// Reads what changing these elements will read: the reference counts in their nodes, and the
    /// elements of their leaves, each by a `glance`.
    ///
    /// A change waits for each piece of cold memory in turn, because the processor finishes one
    /// step of a reference count before it begins the next. Plain reads for many elements it
    /// fetches side by side; the changes then find everything at hand.
    pub fn foresee(&self, elements: &[u32], glance: impl Fn(&T) -> usize) {
        let each = || elements.iter().map(|ix| *ix as usize);
        let branches = each().filter_map(|ix| self.branch(ix));
        let counts = branches
            .flat_map(|branch| branch.iter().map(Arc::strong_count))
            .fold(0, usize::wrapping_add);
        let states = each().filter_map(|ix| self.leaf(ix)).flatten().map(glance);
        black_box(states.fold(counts, usize::wrapping_add));
    }

    /// All elements, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let branches = self.boughs.iter().flat_map(|bough| bough.iter());
        let leaves = branches.flat_map(|branch| branch.iter());
        leaves.flat_map(|leaf| leaf.iter()).take(self.len)
    }

    fn branch(&self, ix: usize) -> Option<&Branch<T>> {
        let bough = self.boughs.get(ix / BOUGH_SPAN)?;
        bough.get(ix % BOUGH_SPAN / BRANCH_SPAN).map(|it| &**it)
    }

    fn leaf(&self, ix: usize) -> Option<&Leaf<T>> {
        self.branch(ix)?
            .get(ix % BRANCH_SPAN / LEAF)
            .map(|it| &**it)
    }
}

impl<T: Clone> CowVec<T> {
    /// The element at `ix`, to change; copies what a clone still shares.
    pub fn get_mut(&mut self, ix: usize) -> Option<&mut T> {
        if ix >= self.len {
            return None;
        }
        let bough = Arc::make_mut(self.boughs.get_mut(ix / BOUGH_SPAN)?);
        let branch = Arc::make_mut(bough.get_mut(ix % BOUGH_SPAN / BRANCH_SPAN)?);
        let leaf = Arc::make_mut(branch.get_mut(ix % BRANCH_SPAN / LEAF)?);
        leaf.get_mut(ix % LEAF)
    }

    /// Adds an element at the end.
    pub fn push(&mut self, value: T) {
        if self.len.is_multiple_of(BOUGH_SPAN) {
            self.boughs.push(bough_of(&value));
        }
        self.len += 1;
        if let Some(slot) = self.get_mut(self.len - 1) {
            *slot = value;
        }
    }

    /// Makes it `len` long, filling up with clones of `value`; never makes it shorter.
    pub fn grow(&mut self, len: usize, value: &T) {
        while self.len < len {
            self.push(value.clone());
        }
    }
}

/// A bough whose leaves are all the same one, until they are written to.
fn bough_of<T: Clone>(value: &T) -> Arc<Bough<T>> {
    let leaf = Arc::new(std::array::from_fn(|_| value.clone()));
    let branch = Arc::new(std::array::from_fn(|_| Arc::clone(&leaf)));
    Arc::new(std::array::from_fn(|_| Arc::clone(&branch)))
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
        self.len == other.len && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_behaves_like_a_vector_and_leaves_its_clones_alone(
            len in 0_usize..9_000,
            writes in prop::collection::vec((0_usize..9_000, any::<u32>()), 0..50),
        ) {
            let mut plain: Vec<u32> = (0..u32::try_from(len).unwrap()).collect();
            let mut cow: CowVec<u32> = plain.iter().copied().collect();
            let before = cow.clone();
            let plain_before = plain.clone();
            for (ix, value) in writes {
                if let Some(slot) = cow.get_mut(ix) { *slot = value; }
                if let Some(slot) = plain.get_mut(ix) { *slot = value; }
            }
            prop_assert!(cow.iter().eq(plain.iter()));
            prop_assert!(before.iter().eq(plain_before.iter()));
            prop_assert_eq!(cow.len(), len);
            prop_assert_eq!(cow.get(len), None);
        }
    }

    #[test]
    fn a_change_copies_one_leaf_only() {
        let mut cow: CowVec<u32> = (0..10_000).collect();
        let before = cow.clone();
        *cow.get_mut(5_000).unwrap() = 1;
        let address = |vec: &CowVec<u32>, ix| std::ptr::from_ref(vec.leaf(ix).unwrap());
        let shared = |ix: usize| address(&cow, ix) == address(&before, ix);
        let copied = (0..10_000).step_by(LEAF).filter(|ix| !shared(*ix)).count();
        assert_eq!(copied, 1);
    }
}
