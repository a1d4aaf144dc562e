//! The icons of the buttons: one idea each, a stroke of 1.75 in a square of 20, drawn by us.

use bevy::asset::{Assets, Handle};
use bevy::image::Image;
use bevy::math::{UVec2, Vec2};

use super::Wish;
use crate::hud::picture::{draw, line, outline, shape};

/// The side of an icon, in pixels.
pub(super) const SIDE: u32 = 20;
const STROKE: f32 = 1.75;

const ROUTE: [Vec2; 6] = [
    Vec2::new(5.0, 15.5),
    Vec2::new(13.5, 15.5),
    Vec2::new(15.0, 12.5),
    Vec2::new(5.0, 9.0),
    Vec2::new(6.5, 4.5),
    Vec2::new(15.0, 4.5),
];
const RIBBON: [Vec2; 5] = [
    Vec2::new(5.5, 3.0),
    Vec2::new(14.5, 3.0),
    Vec2::new(14.5, 17.0),
    Vec2::new(10.0, 13.0),
    Vec2::new(5.5, 17.0),
];
const RULER: [Vec2; 4] = [
    Vec2::new(13.8, 2.2),
    Vec2::new(17.8, 6.2),
    Vec2::new(6.2, 17.8),
    Vec2::new(2.2, 13.8),
];
const MARKS: [[Vec2; 2]; 3] = [
    [Vec2::new(11.1, 4.9), Vec2::new(12.9, 6.7)],
    [Vec2::new(8.2, 7.8), Vec2::new(10.7, 10.3)],
    [Vec2::new(5.3, 10.7), Vec2::new(7.1, 12.5)],
];
const BODY: [Vec2; 8] = [
    Vec2::new(2.5, 6.0),
    Vec2::new(6.2, 6.0),
    Vec2::new(7.6, 3.8),
    Vec2::new(12.4, 3.8),
    Vec2::new(13.8, 6.0),
    Vec2::new(17.5, 6.0),
    Vec2::new(17.5, 16.0),
    Vec2::new(2.5, 16.0),
];
const TAIL: [Vec2; 3] = [
    Vec2::new(6.4, 13.0),
    Vec2::new(6.9, 15.6),
    Vec2::new(5.2, 17.6),
];

/// The icon of a button.
pub(super) fn icon(images: &mut Assets<Image>, wish: Wish) -> Handle<Image> {
    draw(images, UVec2::splat(SIDE), move |at| distance(wish, at))
}

fn distance(wish: Wish, at: Vec2) -> f32 {
    match wish {
        Wish::Tour => ring(Vec2::new(3.6, 15.5), 1.6, at)
            .min(line(&ROUTE, STROKE, at))
            .min(ring(Vec2::new(16.4, 4.5), 1.6, at)),
        Wish::Views | Wish::KeepView => outline(&RIBBON, STROKE, at),
        Wish::Measure => {
            let marks = MARKS.iter().map(|mark| line(mark, STROKE, at));
            marks.fold(outline(&RULER, STROKE, at), f32::min)
        }
        Wish::Lasso => {
            let from = (at - Vec2::new(10.5, 8.0)) / Vec2::new(1.35, 1.0);
            let band = ((from.length() - 5.2).abs() - STROKE / 2.0).max(-9.0);
            band.min(line(&TAIL, STROKE, at))
        }
        Wish::Picture => outline(&BODY, STROKE, at).min(ring(Vec2::new(10.0, 10.8), 3.0, at)),
        Wish::CopyLink => chain(at),
        Wish::Contrast => {
            let disc = at.distance(Vec2::splat(10.0)) - 7.0;
            let half = shape(
                &[
                    Vec2::new(10.0, 3.0),
                    Vec2::new(17.0, 3.0),
                    Vec2::new(17.0, 17.0),
                    Vec2::new(10.0, 17.0),
                ],
                at,
            );
            (disc.abs() - STROKE / 2.0).min(disc.max(half))
        }
    }
}

fn ring(middle: Vec2, radius: f32, at: Vec2) -> f32 {
    (at.distance(middle) - radius).abs() - STROKE / 2.0
}

/// Two links of a chain, aslant.
fn chain(at: Vec2) -> f32 {
    const HALF: f32 = 2.6;
    const RADIUS: f32 = 2.7;
    let slant = Vec2::new(1.0, -1.0).normalize();
    let link = |middle: Vec2| {
        let from = at - middle;
        let along = from.dot(slant).clamp(-HALF, HALF);
        (from - slant * along).length() - RADIUS
    };
    let [low, high] = [link(Vec2::new(7.0, 13.0)), link(Vec2::new(13.0, 7.0))];
    (low.abs().min(high.abs())) - STROKE / 2.0
}
