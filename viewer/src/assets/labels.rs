//! The names of health facilities and fibre exchanges, beside their badges when they are near.

use bevy::camera::Camera;
use bevy::ecs::query::With;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::math::{Rect, Vec2};
use bevy::transform::components::Transform;

use super::badge::Icon;
use super::show::Drawings;
use super::stock::Stock;
use super::{Asset, Standing};
use crate::camera::Eye;
use crate::layers::{Layers, Overlay};
use crate::sites::Lens;
use crate::tags::{Tag, Tags};

/// Metres a pixel up to which a facility is named.
const NEAR_M: f32 = 2.2;
/// After the levels of containers, which are ranked by how far they are in metres.
const AFTER_LEVELS: f32 = 1e6;

/// Says the names of the facilities that are near.
pub(super) fn name(
    (stock, layers): (Res<Stock>, Res<Layers>),
    (drawings, standing): (Option<Res<Drawings>>, Res<Standing>),
    eyes: Query<(&Camera, &Transform), With<Eye>>,
    mut tags: ResMut<Tags>,
) {
    let (Some(drawings), Some((camera, transform))) = (drawings, eyes.iter().next()) else {
        return;
    };
    let Some(lens) = Lens::of(camera, transform).filter(|_| layers.shows(Overlay::Health)) else {
        return;
    };
    let picture = Rect::from_corners(Vec2::ZERO, lens.size);
    // Over the chosen badge, whose sheet names it, no other name stands.
    let is_under = |rect: Rect| {
        standing
            .0
            .is_some_and(|chosen| !chosen.intersect(rect).is_empty())
    };
    let posts = drawings.posts(Overlay::Health).iter().enumerate();
    for (number, post) in posts {
        let Some((rect, depth)) = post.seen(&lens) else {
            continue;
        };
        let reach = if post.icon == Icon::Hospital {
            3.0 * NEAR_M
        } else {
            NEAR_M
        };
        if lens.metres_per_px(depth) > reach || !picture.contains(rect.center()) || is_under(rect) {
            continue;
        }
        if let Some(name) = stock.name(Asset::Health(number)) {
            tags.say(Tag {
                at: Vec2::new(rect.center().x, rect.min.y - 4.0 * lens.picture_scale()),
                rank: AFTER_LEVELS + depth,
                text: name.to_owned(),
            });
        }
    }
}

impl Stock {
    /// What people call something.
    pub(super) fn name(&self, asset: Asset) -> Option<&str> {
        match asset {
            Asset::Health(number) => self.health.get(number)?.facts.name.as_deref(),
            Asset::Camera(number) => self.cameras.get(number)?.facts.register.street.as_deref(),
            Asset::Node(_) => None,
        }
    }
}
