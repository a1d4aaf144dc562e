//! Small white pictures with soft edges, drawn by their outlines; a node tints them.

use bevy::asset::{Assets, Handle, RenderAssetUsages};
use bevy::image::Image;
use bevy::math::{UVec2, Vec2};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

/// Pixels of a picture for each that it is shown with: enough for a projector.
const DENSITY: f32 = 2.0;

/// Draws a picture of `size` pixels, white where `distance` is below 0: a point's distance from the
/// edge of what is shown.
pub(crate) fn draw(
    images: &mut Assets<Image>,
    size: UVec2,
    distance: impl Fn(Vec2) -> f32,
) -> Handle<Image> {
    let dense = (size.as_vec2() * DENSITY).as_uvec2();
    let mut pixels = Vec::with_capacity(4 * dense.element_product() as usize);
    for y in 0..dense.y {
        for x in 0..dense.x {
            let at = (UVec2::new(x, y).as_vec2() + 0.5) / DENSITY;
            pixels.extend([u8::MAX, u8::MAX, u8::MAX, coverage(distance(at))]);
        }
    }
    let extent = Extent3d {
        width: dense.x,
        height: dense.y,
        depth_or_array_layers: 1,
    };
    images.add(Image::new(
        extent,
        TextureDimension::D2,
        pixels,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    ))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of a byte first"
)]
fn coverage(distance: f32) -> u8 {
    let share = (0.5 - distance * DENSITY).clamp(0.0, 1.0);
    (share * f32::from(u8::MAX)).round() as u8
}

/// How far a point is from a line along `points` that is `width` wide; below 0 on the line.
pub(crate) fn line(points: &[Vec2], width: f32, at: Vec2) -> f32 {
    let segments = points.array_windows::<2>();
    let nearest = segments
        .map(|[from, to]| beside(*from, *to, at))
        .fold(f32::INFINITY, f32::min);
    nearest - width / 2.0
}

/// How far a point is from the closed shape with these corners; below 0 inside.
pub(crate) fn shape(corners: &[Vec2], at: Vec2) -> f32 {
    let (mut nearest, mut is_inside) = (f32::INFINITY, false);
    let before = corners.iter().cycle().skip(corners.len().saturating_sub(1));
    for (from, to) in before.zip(corners) {
        nearest = nearest.min(beside(*from, *to, at));
        let crosses = (from.y > at.y) != (to.y > at.y);
        if crosses && at.x < from.x + (to.x - from.x) * (at.y - from.y) / (to.y - from.y) {
            is_inside = !is_inside;
        }
    }
    if is_inside { -nearest } else { nearest }
}

/// How far a point is from the edge of the closed shape with these corners, drawn `width` wide.
pub(crate) fn outline(corners: &[Vec2], width: f32, at: Vec2) -> f32 {
    shape(corners, at).abs() - width / 2.0
}

/// How far a point is from a stroke.
fn beside(from: Vec2, to: Vec2, at: Vec2) -> f32 {
    let along = to - from;
    let share = (at - from).dot(along) / along.length_squared().max(f32::MIN_POSITIVE);
    at.distance(from + along * share.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [Vec2; 4] = [
        Vec2::new(1.0, 1.0),
        Vec2::new(5.0, 1.0),
        Vec2::new(5.0, 5.0),
        Vec2::new(1.0, 5.0),
    ];

    #[rstest::rstest]
    #[case::inside(Vec2::new(3.0, 2.0), -1.0)]
    #[case::on_the_edge(Vec2::new(1.0, 3.0), 0.0)]
    #[case::beside(Vec2::new(7.0, 3.0), 2.0)]
    fn a_shape_knows_inside_from_outside(#[case] at: Vec2, #[case] distance: f32) {
        approx::assert_abs_diff_eq!(shape(&SQUARE, at), distance, epsilon = 1e-5);
    }

    #[test]
    fn a_picture_is_white_within_and_clear_beyond() {
        let mut images = Assets::<Image>::default();
        let handle = draw(&mut images, UVec2::splat(6), |at| shape(&SQUARE, at));
        let image = images.get(&handle).unwrap();
        let data = image.data.as_ref().unwrap();
        let alpha = |x: usize, y: usize| data[(y * 12 + x) * 4 + 3];
        assert_eq!((alpha(0, 0), alpha(6, 6)), (0, 255));
    }
}
