//! A queue whose entries keep their number as long as they are in it.

use std::sync::Arc;

/// Entries in one page: what a writer copies to go on behind what a clone still shares.
const PAGE: usize = 32;
/// Pages in one chunk, which is what is forgotten at once.
const CHUNK: usize = 128;
/// Entries in one chunk.
const SPAN: usize = PAGE * CHUNK;

/// Entries side by side, each with the number of what it is an entry of. Behind the end of the log
/// they say nothing.
#[derive(Clone, Debug)]
struct Page<E> {
    entries: [E; PAGE],
    owners: [u32; PAGE],
}

type Chunk<E> = Vec<Arc<Page<E>>>;

/// Entries in the order in which they were written, each under a place that stays its own: new ones
/// come in at one end, and the oldest are forgotten at the other.
///
/// Clones share every page but the one that the next entry goes into. Places run on and wrap: what
/// is in the log at once must stay below 2³¹ entries.
#[derive(Debug)]
pub(super) struct Log<E> {
    chunks: Vec<Arc<Chunk<E>>>,
    /// The place of the first entry of the first chunk.
    start: u32,
    /// The oldest place that is not forgotten.
    oldest: u32,
    /// The place of the next entry.
    next: u32,
    /// Entries before this place may belong to clones too; those from here on seldom do.
    fresh: u32,
}

impl<E> Clone for Log<E> {
    fn clone(&self) -> Self {
        Self {
            chunks: self.chunks.clone(),
            // The last page is copied as soon as an entry goes into it; the others are shared.
            fresh: self
                .start
                .wrapping_add(pages_before(self.offset(self.next))),
            ..*self
        }
    }
}

impl<E> Log<E> {
    /// An empty log whose first entry will get this place.
    pub(super) const fn starting_at(place: u32) -> Self {
        Self {
            chunks: Vec::new(),
            start: place,
            oldest: place,
            next: place,
            fresh: place,
        }
    }

    /// How many entries are not forgotten.
    pub(super) const fn len(&self) -> usize {
        self.next.wrapping_sub(self.oldest) as usize
    }

    /// The entry at a place.
    pub(super) fn get(&self, at: u32) -> Option<&E> {
        let offset = self.offset(at);
        Some(&self.page(offset)?.entries[offset % PAGE])
    }

    /// The place of the oldest entry, and what it is an entry of.
    pub(super) fn oldest(&self) -> Option<(u32, u32)> {
        let offset = self.offset(self.oldest);
        Some((self.oldest, self.page(offset)?.owners[offset % PAGE]))
    }

    /// Whether no clone has the entry too, so that it may be overwritten.
    pub(super) fn is_own(&self, at: u32) -> bool {
        let offset = self.offset(at);
        // Where it is known, what the clones count need not be read.
        if offset < self.offset(self.fresh) {
            return false;
        }
        let chunk = self.chunks.get(offset / SPAN);
        let page = chunk.and_then(|chunk| chunk.get(offset % SPAN / PAGE));
        chunk.is_some_and(|it| Arc::strong_count(it) == 1)
            && page.is_some_and(|it| Arc::strong_count(it) == 1)
    }

    /// The entry at a place, to overwrite; `None` where a clone has it too.
    pub(super) fn get_mut(&mut self, at: u32) -> Option<&mut E> {
        let offset = self.offset(at);
        let chunk = Arc::get_mut(self.chunks.get_mut(offset / SPAN)?)?;
        let page = Arc::get_mut(chunk.get_mut(offset % SPAN / PAGE)?)?;
        Some(&mut page.entries[offset % PAGE])
    }

    /// Forgets the oldest entry.
    pub(super) fn forget(&mut self) {
        if self.oldest == self.next {
            return;
        }
        self.oldest = self.oldest.wrapping_add(1);
        if self.offset(self.oldest) == SPAN {
            self.chunks.remove(0);
            self.start = self.oldest;
            if self.offset(self.fresh) > self.offset(self.next) {
                // It lay in the chunk that is forgotten.
                self.fresh = self.start;
            }
        }
    }

    fn page(&self, offset: usize) -> Option<&Page<E>> {
        let chunk = self.chunks.get(offset / SPAN)?;
        chunk.get(offset % SPAN / PAGE).map(|page| &**page)
    }

    const fn offset(&self, at: u32) -> usize {
        at.wrapping_sub(self.start) as usize
    }
}

impl<E: Clone> Log<E> {
    /// Writes an entry of `owner`; its place.
    pub(super) fn push(&mut self, owner: u32, entry: E) -> u32 {
        let at = self.next;
        let offset = self.offset(at);
        if offset.is_multiple_of(SPAN) {
            self.chunks.push(Arc::default());
        }
        if let Some(chunk) = self.chunks.last_mut() {
            let chunk = Arc::make_mut(chunk);
            if offset.is_multiple_of(PAGE) {
                chunk.push(Arc::new(Page::full_of(owner, &entry)));
            } else if let Some(page) = chunk.last_mut() {
                let page = Arc::make_mut(page);
                page.entries[offset % PAGE] = entry;
                page.owners[offset % PAGE] = owner;
            }
        }
        self.next = at.wrapping_add(1);
        at
    }
}

impl<E: Clone> Page<E> {
    fn full_of(owner: u32, entry: &E) -> Self {
        Self {
            entries: std::array::from_fn(|_| entry.clone()),
            owners: [owner; PAGE],
        }
    }
}

/// How many entries lie in the whole pages before an offset.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an offset is a difference of places, which have 32 bits"
)]
const fn pages_before(offset: usize) -> u32 {
    (offset - offset % PAGE) as u32
}

#[cfg(test)]
impl<E> Log<E> {
    /// How many entries its pages have room for.
    pub(super) fn room(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len() * PAGE).sum()
    }

    /// The place of the next entry, which grows by one for each that is written; wraps.
    pub(super) const fn written(&self) -> u32 {
        self.next
    }
}
