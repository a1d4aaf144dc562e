//! A long vector whose copies share what did not change.

use std::sync::Arc;

/// Elements in one leaf: what is copied when one element changes.
const LEAF: usize = 16;
/// Leaves in one branch. Copying a branch touches the reference count of each of its leaves,
/// which seldom lie in the cache: few are cheaper than the longer root that they bring.
const BRANCH: usize = 16;
/// Elements below one branch.
const SPAN: usize = LEAF * BRANCH;

type Leaf<T> = [T; LEAF];
type Branch<T> = Vec<Arc<Leaf<T>>>;

/// A vector in fixed-size copy-on-write chunks: cloning it costs one pointer per 256 elements,
/// changing an element of a clone copies one leaf of 16 elements and one branch of 16 pointers.
#[derive(Clone, Debug)]
pub struct CowVec<T> {
    branches: Vec<Arc<Branch<T>>>,
    /// The last leaf is full too; what lies behind `len` says nothing.
    len: usize,
}

impl<T> Default for CowVec<T> {
    fn default() -> Self {
        Self {
            branches: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Clone> CowVec<T> {
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
        self.branches
            .get(ix / SPAN)?
            .get(ix % SPAN / LEAF)?
            .get(ix % LEAF)
    }

    /// The element at `ix`, to change; copies its leaf where a clone still shares it.
    pub fn get_mut(&mut self, ix: usize) -> Option<&mut T> {
        if ix >= self.len {
            return None;
        }
        let branch = Arc::make_mut(self.branches.get_mut(ix / SPAN)?);
        let leaf = Arc::make_mut(branch.get_mut(ix % SPAN / LEAF)?);
        leaf.get_mut(ix % LEAF)
    }

    /// Adds an element at the end.
    pub fn push(&mut self, value: T) {
        if self.len.is_multiple_of(SPAN) {
            self.branches.push(Arc::new(Vec::with_capacity(BRANCH)));
        }
        self.len += 1;
        if (self.len - 1).is_multiple_of(LEAF) {
            if let Some(branch) = self.branches.last_mut() {
                let leaf = std::array::from_fn(|_| value.clone());
                Arc::make_mut(branch).push(Arc::new(leaf));
            }
        } else if let Some(slot) = self.get_mut(self.len - 1) {
            *slot = value;
        }
    }

    /// Makes it `len` long, filling up with clones of `value`; never makes it shorter.
    pub fn grow(&mut self, len: usize, value: &T) {
        while self.len < len {
            self.push(value.clone());
        }
    }

    /// All elements, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.branches
            .iter()
            .flat_map(|branch| branch.iter())
            .flat_map(|leaf| leaf.iter())
            .take(self.len)
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
        let shared = |ix: usize| {
            let leaf = |vec: &CowVec<u32>| Arc::as_ptr(&vec.branches[ix / SPAN][ix % SPAN / LEAF]);
            leaf(&cow) == leaf(&before)
        };
        let copied = (0..10_000).step_by(LEAF).filter(|ix| !shared(*ix)).count();
        assert_eq!(copied, 1);
    }
}
