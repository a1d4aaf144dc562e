//! What has a claim on room before names: the marks of alarms.

use super::{Lens, Room};

impl Lens<'_> {
    /// Takes the room of all marks that are in the picture.
    pub(super) fn reserve_marks(&self, room: &mut Room) {
        for mark in self.marks {
            let foot = self.seen(mark.at);
            let rect = foot.and_then(|foot| mark.rect(foot, self.size.y, self.metres_per_px));
            if let Some(rect) = rect {
                room.reserve(rect);
            }
        }
    }
}
