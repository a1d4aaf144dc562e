//! The assets of one kind: a bulk-loaded base below a small overlay of changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};
use smol_str::SmolStr;

use super::communes::CommuneIx;
use crate::layers::Asset;
use crate::place::{LonLat, Planar};

/// One asset with what the twin derives from its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<T> {
    /// The asset.
    pub asset: Asset<T>,
    /// Its place in the planar system.
    pub planar: Planar,
    /// The commune it lies in.
    pub commune: Option<CommuneIx>,
}

/// What the tree holds for an asset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Leaf {
    pub(super) ix: u32,
    pub(super) place: LonLat,
}

pub(super) type Entry = GeomWithData<Planar, Leaf>;

/// The assets of one kind. Cloning it is cheap.
#[derive(Debug)]
pub struct Table<T> {
    base: Arc<Base<T>>,
    overlay: Arc<Overlay<T>>,
}

#[derive(Debug)]
struct Base<T> {
    rows: Vec<Option<Row<T>>>,
    count: usize,
    /// Keys in place, so that finding one reads the bucket and nothing else.
    by_key: HashMap<SmolStr, u32>,
    tree: RTree<Entry>,
}

#[derive(Clone, Debug)]
struct Overlay<T> {
    /// What changed since the base was made; `None`: removed.
    rows: BTreeMap<u32, Option<Arc<Row<T>>>>,
    by_key: BTreeMap<Box<str>, u32>,
    tree: RTree<Entry>,
    slots: u32,
    count: usize,
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self {
            base: Arc::clone(&self.base),
            overlay: Arc::clone(&self.overlay),
        }
    }
}

impl<T> Table<T> {
    /// A table of these rows, numbered in their order; the key that stands twice where one does.
    pub(super) fn bulk(rows: Vec<Option<Row<T>>>) -> Result<Self, Box<str>> {
        let numbered = || {
            (0_u32..)
                .zip(&rows)
                .filter_map(|(ix, row)| Some((ix, row.as_ref()?)))
        };
        let entries = numbered().map(|(ix, row)| entry(ix, row)).collect();
        let mut by_key = HashMap::with_capacity(rows.len());
        for (ix, row) in numbered() {
            if by_key.insert(SmolStr::new(&row.asset.key), ix).is_some() {
                return Err(row.asset.key.clone());
            }
        }
        let overlay = Overlay {
            rows: BTreeMap::new(),
            by_key: BTreeMap::new(),
            tree: RTree::new(),
            slots: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            count: by_key.len(),
        };
        let base = Base {
            count: by_key.len(),
            rows,
            by_key,
            tree: RTree::bulk_load(entries),
        };
        Ok(Self {
            base: Arc::new(base),
            overlay: Arc::new(overlay),
        })
    }

    /// How many assets there are.
    pub fn count(&self) -> usize {
        self.overlay.count
    }

    /// How many dense numbers were ever given.
    pub fn slots(&self) -> u32 {
        self.overlay.slots
    }

    /// How many rows the overlay holds.
    pub(super) fn overlay_len(&self) -> usize {
        self.overlay.rows.len()
    }

    /// How many rows the base holds.
    pub(super) fn base_len(&self) -> usize {
        self.base.count
    }

    /// The asset with a dense number; `None` where there never was one or it was removed.
    pub fn get(&self, ix: u32) -> Option<&Row<T>> {
        match self.overlay.rows.get(&ix) {
            Some(changed) => changed.as_deref(),
            None => self.base.rows.get(ix as usize)?.as_ref(),
        }
    }

    /// The dense number of the asset with a key. Where nothing changed since the base was made,
    /// it does not look at the row.
    pub fn find(&self, key: &str) -> Option<u32> {
        let overlay = &self.overlay;
        let ix = overlay
            .by_key
            .get(key)
            .or_else(|| self.base.by_key.get(key))
            .copied()?;
        (!matches!(overlay.rows.get(&ix), Some(None))).then_some(ix)
    }

    /// All assets with their numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Row<T>)> {
        (0..self.slots()).filter_map(|ix| Some((ix, self.get(ix)?)))
    }

    /// Calls `visit` for each asset whose planar place lies in `envelope`, in no order.
    pub(super) fn visit(&self, envelope: AABB<Planar>, mut visit: impl FnMut(&Entry)) {
        let is_current = |entry: &&Entry| !self.overlay.rows.contains_key(&entry.data.ix);
        self.base
            .tree
            .locate_in_envelope(envelope)
            .filter(is_current)
            .for_each(&mut visit);
        self.overlay
            .tree
            .locate_in_envelope(envelope)
            .for_each(visit);
    }

    /// The assets by planar distance (squared) from a place, nearest first.
    pub(super) fn by_distance(&self, from: Planar) -> impl Iterator<Item = (f64, &Entry)> {
        let squared = move |entry: &Entry| {
            let [x, y] = *entry.geom();
            (x - from[0]).powi(2) + (y - from[1]).powi(2)
        };
        let is_current = |entry: &&Entry| !self.overlay.rows.contains_key(&entry.data.ix);
        let mut base = self
            .base
            .tree
            .nearest_neighbor_iter(from)
            .filter(is_current)
            .peekable();
        let mut overlay = self.overlay.tree.nearest_neighbor_iter(from).peekable();
        std::iter::from_fn(move || {
            let takes_base = match (base.peek(), overlay.peek()) {
                (Some(a), Some(b)) => squared(a) <= squared(b),
                (a, _) => a.is_some(),
            };
            let next = if takes_base {
                base.next()
            } else {
                overlay.next()
            }?;
            Some((squared(next), next))
        })
    }
}

impl<T: Clone> Table<T> {
    /// Adds a row under the next number, or replaces the one with this number.
    pub(super) fn put(&mut self, ix: u32, row: Row<T>) {
        let was_there = self.get(ix).is_some();
        self.forget_in_overlay_tree(ix);
        let overlay = Arc::make_mut(&mut self.overlay);
        overlay.tree.insert(entry(ix, &row));
        overlay.by_key.insert(row.asset.key.clone(), ix);
        overlay.rows.insert(ix, Some(Arc::new(row)));
        overlay.slots = overlay.slots.max(ix.saturating_add(1));
        overlay.count += usize::from(!was_there);
    }

    /// Removes a row; its number is never given again.
    pub(super) fn remove(&mut self, ix: u32) {
        if self.get(ix).is_none() {
            return;
        }
        self.forget_in_overlay_tree(ix);
        let overlay = Arc::make_mut(&mut self.overlay);
        overlay.rows.insert(ix, None);
        overlay.count -= 1;
    }

    /// The same assets with everything in the base.
    pub(super) fn compacted(&self) -> Self {
        let rows = (0..self.slots()).map(|ix| self.get(ix).cloned()).collect();
        Self::bulk(rows).unwrap_or_else(|_duplicate| self.clone())
    }

    /// These assets on the base of `compacted`, which was made from an earlier state, `before`.
    pub(super) fn rebased(&self, before: &Self, compacted: &Self) -> Self {
        let mut rebased = compacted.clone();
        for (ix, row) in &self.overlay.rows {
            match (row, before.overlay.rows.get(ix)) {
                (Some(row), Some(Some(old))) if Arc::ptr_eq(row, old) => {}
                (None, Some(None)) => {}
                (Some(row), _) => rebased.put(*ix, Row::clone(row)),
                (None, _) => rebased.remove(*ix),
            }
        }
        Arc::make_mut(&mut rebased.overlay).slots = self.slots();
        rebased
    }

    fn forget_in_overlay_tree(&mut self, ix: u32) {
        if let Some(Some(old)) = self.overlay.rows.get(&ix) {
            let old = entry(ix, old);
            Arc::make_mut(&mut self.overlay).tree.remove(&old);
        }
    }
}

fn entry<T>(ix: u32, row: &Row<T>) -> Entry {
    GeomWithData::new(
        row.planar,
        Leaf {
            ix,
            place: row.asset.place,
        },
    )
}
