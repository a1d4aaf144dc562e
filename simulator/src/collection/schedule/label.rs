//! Where a crew's clock can stand after a part of a route.

use crate::collection::Window;

/// All timelines of one part of a route that make the same choices: at which places a break is, and
/// which windows are met.
///
/// Their times are bound to each other by differences alone, so one of them has the earliest end;
/// among those that end then, one has the latest of all other times. A label keeps that end, and
/// how late the begin and the last break can be, which is all that matters for what follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// The earliest end.
    pub(super) now: i32,
    /// Ticks on duty without waiting.
    pub(super) duty: i32,
    /// After which begin a window would be missed.
    pub(super) latest_begin: i32,
    /// Ticks on duty without waiting since the last break for the working rule.
    pub(super) worked: i32,
    /// After which end of that break a window would be missed, or that break come too late.
    pub(super) latest_reset: i32,
    /// Ticks driven since the last break for the driving rule.
    pub(super) driven: i32,
    /// Whether the first part of a break in two was taken since then.
    pub(super) has_first_part: bool,
    /// Where its choices are written down.
    pub(super) node: u32,
}

impl Label {
    /// The shortest duty that ends at `now`.
    pub(super) fn duration(&self) -> i32 {
        self.duty.max(self.now - self.latest_begin)
    }

    /// Once a way is driven, that begins no earlier than `not_before`.
    pub(super) fn drive(&self, not_before: i32, ticks: i32) -> Self {
        Self {
            now: self.now.max(not_before) + ticks,
            duty: self.duty + ticks,
            worked: self.worked + ticks,
            driven: self.driven + ticks,
            ..*self
        }
    }

    /// Once work is done that starts in `window`, no earlier than `not_before`.
    pub(super) fn work_in(&self, window: Window, not_before: i32, ticks: i32) -> Self {
        Self {
            now: self.now.max(not_before).max(window.open) + ticks,
            duty: self.duty + ticks,
            latest_begin: self.latest_begin.min(window.close - self.duty),
            worked: self.worked + ticks,
            latest_reset: self.latest_reset.min(window.close - self.worked),
            ..*self
        }
    }

    /// Once work is done that may start at any time from `not_before` on.
    pub(super) fn work(&self, not_before: i32, ticks: i32) -> Self {
        Self {
            now: self.now.max(not_before) + ticks,
            duty: self.duty + ticks,
            worked: self.worked + ticks,
            ..*self
        }
    }

    /// Whether whatever follows the other can follow this one, at no higher cost.
    fn dominates(&self, other: &Self) -> bool {
        self.now <= other.now
            && self.duty <= other.duty
            && self.latest_begin >= other.latest_begin
            && self.worked <= other.worked
            && self.latest_reset >= other.latest_reset
            && self.driven <= other.driven
            && self.has_first_part >= other.has_first_part
    }
}

/// Labels of the same part of a route, none of which dominates another.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels(Vec<Label>);

impl Labels {
    /// The most that are kept; beyond, those that end latest are dropped. Whatever a kept label
    /// says can be done, so a full set costs at most a better timeline, never a rule.
    const MOST: usize = 16;

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Label> {
        self.0.iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a label unless one is there that dominates it, and drops those that it dominates.
    pub(super) fn insert(&mut self, label: Label) {
        if self.0.iter().any(|kept| kept.dominates(&label)) {
            return;
        }
        self.0.retain(|kept| !label.dominates(kept));
        if self.0.len() < Self::MOST {
            self.0.push(label);
            return;
        }
        if let Some(latest) = self.0.iter_mut().max_by_key(|kept| kept.now)
            && latest.now > label.now
        {
            *latest = label;
        }
    }
}
