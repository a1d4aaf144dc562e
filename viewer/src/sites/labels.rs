//! The level of the nearest containers, in words over their bins.

use bevy::camera::Camera;
use bevy::ecs::query::With;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::math::{Rect, Vec2};
use bevy::transform::components::Transform;

use super::{Built, Lens, Shown, extent, of_site, place};
use crate::camera::{Eye, Stand};
use crate::land::Heights;
use crate::layers::Layers;
use crate::server::{Container, Fleet};
use crate::space::{flat, raised};
use crate::tags::{Tag, Tags};
use crate::words::Words;

/// Metres a pixel in the middle of the picture up to which levels are written.
const NEAR_M: f32 = 1.5;
/// The most levels that are written.
const MOST: usize = 12;
/// How far around what is looked at they are written, in distances of the eye.
const REACH: f32 = 0.8;
/// From the rim of a bin to the writing, in pixels as designed.
const OVER_PX: f32 = 3.0;
/// The same over an open lid.
const OVER_LID_PX: f32 = 8.0;

/// Says the levels of the containers that are nearest to the eye.
pub(super) fn say(
    (shown, fleet, heights): (Res<Shown>, Res<Fleet>, Res<Heights>),
    (stand, layers, words): (Res<Stand>, Res<Layers>, Option<Res<Words>>),
    eyes: Query<(&Camera, &Transform), With<Eye>>,
    tags: Option<ResMut<Tags>>,
) {
    let (Some(mut tags), Some(words)) = (tags, words) else {
        return;
    };
    let lens = eyes.iter().next().and_then(|(it, at)| Lens::of(it, at));
    let is_near = |lens: &Lens| lens.metres_per_px(stand.distance_m) <= NEAR_M;
    let Some(lens) = lens.filter(|lens| layers.containers && is_near(lens)) else {
        return;
    };
    let (target, reach) = (flat(stand.target), REACH * stand.distance_m);
    let eye = flat(lens.eye);
    let near = shown.places.iter().zip(0..).filter(|(at, _)| {
        let away = at.distance_squared(target);
        away <= reach * reach
    });
    let mut near: Vec<(f32, Vec2, usize)> = near
        .map(|(at, number)| (at.distance_squared(eye), *at, number))
        .collect();
    near.sort_unstable_by(|one, other| one.0.total_cmp(&other.0).then(one.2.cmp(&other.2)));
    let picture = Rect::from_corners(Vec2::ZERO, lens.size);
    let said = near.into_iter().filter_map(|(_, at, number)| {
        let text = level(&words, fleet.containers.get(number)?)?;
        let foot = raised(at, heights.at(at));
        let (at, rank) = over(&fleet, number, lens.foot(foot)?)?;
        picture.contains(at).then_some(Tag { at, rank, text })
    });
    for tag in said.take(MOST) {
        tags.say(tag);
    }
}

/// Where the writing over a container stands, and how far that is.
fn over(fleet: &Fleet, number: usize, foot: super::Foot) -> Option<(Vec2, f32)> {
    let container = fleet.containers.get(number)?;
    let first = of_site(fleet, container.site).next()?.0;
    let beside = of_site(fleet, container.site).count();
    let size = extent(Built(container, fleet.build_of(number)), &foot);
    let is_open = container.shown_fill().is_some_and(|it| it >= Fleet::FULL);
    let over = if is_open { OVER_LID_PX } else { OVER_PX };
    let at = foot.of_slot(place(number - first, beside));
    Some((at - Vec2::new(0.0, size.y + over * foot.scale), foot.depth))
}

/// How full it is; `None` where nobody knows.
fn level(words: &Words, container: &Container) -> Option<String> {
    let fill = container.shown_fill()?;
    if fill >= Fleet::FULL {
        return Some(words.say("pick.full").to_owned());
    }
    let percent = words.number((fill * 100.0).round().min(94.0), 0);
    Some(words.fill("pick.level", &[("n", &percent)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::tests::{LAND, eye, filled};

    #[test]
    fn a_level_stands_over_its_bin_and_higher_over_an_open_lid() {
        let fleet = filled(&[Some(0.5), Some(0.97), None]);
        let (_, camera, transform) = eye(400.0);
        let foot = Lens::of(&camera, &transform).unwrap().foot(LAND).unwrap();
        let [half, full] = [0, 1].map(|number| over(&fleet, number, foot).unwrap().0);
        assert!(half.x < full.x && full.y < half.y && half.y < foot.at.y);
        assert!(over(&fleet, 9, foot).is_none());
    }

    #[test]
    fn what_nobody_knows_is_not_written() {
        let fleet = filled(&[Some(0.949), Some(0.97), None]);
        let said = |number: usize| level(&Words::default(), &fleet.containers[number]);
        assert_eq!(said(0).as_deref(), Some("94\u{a0}%"));
        assert_eq!(said(1).as_deref(), Some("Plein"));
        assert_eq!(said(2), None);
    }
}
