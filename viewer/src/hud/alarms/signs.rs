//! The signs of the three priorities: a solid triangle, the outlines of a diamond and of a circle.

use bevy::asset::{Assets, Handle};
use bevy::ecs::component::Component;
use bevy::image::Image;
use bevy::math::{UVec2, Vec2};
use twin_core::AlarmPriority;

use super::super::picture::{draw, outline, shape};

/// The side of the pictures, in pixels.
pub(super) const SIDE: u32 = 34;
const ROUND: f32 = 2.4;
const TRIANGLE: [Vec2; 3] = [
    Vec2::new(17.0, 5.0),
    Vec2::new(30.5, 28.5),
    Vec2::new(3.5, 28.5),
];
const DIAMOND: [Vec2; 4] = [
    Vec2::new(17.0, 3.0),
    Vec2::new(31.0, 17.0),
    Vec2::new(17.0, 31.0),
    Vec2::new(3.0, 17.0),
];
const RADIUS: f32 = 11.0;

/// The pictures, by priority.
#[derive(Component, Clone, Debug)]
pub(super) struct Signs([Handle<Image>; 3]);

impl Signs {
    pub(super) fn draw(images: &mut Assets<Image>) -> Self {
        let size = UVec2::splat(SIDE);
        let middle = size.as_vec2() / 2.0;
        Self([
            draw(images, size, |at| shape(&TRIANGLE, at) - ROUND),
            draw(images, size, |at| outline(&DIAMOND, 2.6, at) - 0.2),
            draw(images, size, |at| {
                (at.distance(middle) - RADIUS).abs() - 1.1
            }),
        ])
    }

    pub(super) fn of(&self, priority: AlarmPriority) -> &Handle<Image> {
        let [first, second, third] = &self.0;
        match priority {
            AlarmPriority::First => first,
            AlarmPriority::Second => second,
            AlarmPriority::Third => third,
        }
    }
}
