//! What has a claim on room before names: the marks of alarms, and trucks.

use bevy::math::{Rect, Vec2};

use super::{Lens, Room};
use crate::camera::Stand;
use crate::trucks::TruckMark;

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
    /// Takes the room of all trucks that are in the picture.
    pub(super) fn reserve_trucks(&self, room: &mut Room) {
        for truck in self.trucks {
            let Some(foot) = self.seen(truck.at) else {
                continue;
            };
            let depth = self.from.translation().distance(truck.at);
            let pixel_m = depth * (Stand::FIELD / 2.0).tan() * 2.0 / self.size.y.max(1.0);
            let length_px = TruckMark::length_m(pixel_m * self.size.y / 1080.0) / pixel_m.max(1e-3);
            let size = Vec2::new(0.8, 0.6) * length_px.min(self.size.y / 2.0);
            let middle = foot - Vec2::new(0.0, size.y * 0.25);
            room.reserve(Rect::from_center_size(middle, size));
        }
    }
}
