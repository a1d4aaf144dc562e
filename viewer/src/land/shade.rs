//! How much of the sun falls where, and how much of the sky is seen, for the land and the table
//! around it: the sky once, the sun for each of its places.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageSampler};
use bevy::math::{Rect, Vec2, Vec3};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

use super::heights::Heights;
use super::peaks::Peaks;
use super::region::Region;

/// How far around the territory the table is shaded, in metres.
const MARGIN_M: f32 = 7_000.0;
/// Pixels along the longer side.
const SIZE: f32 = 900.0;
/// Half the width of the sun, as the slope that its edge makes: as soft as on a cloudy-bright day.
const PENUMBRA: f32 = 0.09;
/// In how many directions the sky is looked at.
const DIRECTIONS: usize = 10;
/// At which distances, in pixels.
const REACHES: [f32; 8] = [1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0];

/// The picture of the shade, and the part of the plane that it covers.
#[derive(Clone, Debug)]
pub(super) struct Shade {
    pub extent: Rect,
    size: [usize; 2],
    /// Four bytes a pixel: sun and sky on the land, sun and sky on the table. Each goes on a little
    /// beyond the rim, so that nothing of the other is seen along it.
    pixels: Vec<u8>,
}

/// What light falls on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ground {
    Land,
    Table,
}

/// What throws shadows and what they fall on, and how much of the sky is seen from there: all that
/// does not depend on the sun.
#[derive(Debug)]
pub(super) struct Relief {
    extent: Rect,
    field: Field,
    /// How much of the sky is seen from a pixel of the land, and from one of the table.
    open: [Vec<f32>; 2],
}

#[derive(Debug)]
struct Field {
    size: [usize; 2],
    step_m: f32,
    /// What throws shadows: the land where the model is, the table elsewhere.
    heights: Vec<f32>,
    /// The land, also beyond the rim.
    land: Vec<f32>,
    highest: f32,
    peaks: Peaks,
}

impl Relief {
    /// The relief of the model on its table.
    pub(super) fn new(region: &Region, heights: &Heights) -> Self {
        let extent = region.extent().unwrap_or_default().inflate(MARGIN_M);
        let field = Field::over(region, heights, extent);
        let [width, height] = field.size;
        let cells = Vec2::new(width as f32, height as f32) * field.step_m;
        let open = [Ground::Land, Ground::Table]
            .map(|ground| field.layer(ground, |at, own| field.open(at, own)));
        Self {
            extent: Rect::from_corners(extent.min, extent.min + cells),
            field,
            open,
        }
    }

    /// Shades it under a sun that stands towards `sun`, of length one.
    pub(super) fn cast(&self, sun: Vec3) -> Shade {
        let field = &self.field;
        let [land, table] = [Ground::Land, Ground::Table]
            .map(|ground| field.layer(ground, |at, own| field.sunlit(at, own, sun)));
        let [land_sky, table_sky] = &self.open;
        let mut pixels = Vec::with_capacity(4 * land.len());
        for (((land, table), land_sky), table_sky) in
            land.iter().zip(&table).zip(land_sky).zip(table_sky)
        {
            pixels.extend([land, land_sky, table, table_sky].map(|share| byte(*share)));
        }
        Shade {
            extent: self.extent,
            size: field.size,
            pixels,
        }
    }
}

impl Shade {
    /// Hands it over for drawing.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most a thousand pixels a side"
    )]
    pub(super) fn image(self) -> Image {
        let size = Extent3d {
            width: self.size[0] as u32,
            height: self.size[1] as u32,
            depth_or_array_layers: 1,
        };
        let mut image = Image::new(
            size,
            TextureDimension::D2,
            self.pixels,
            TextureFormat::Rgba8Unorm,
            RenderAssetUsages::RENDER_WORLD,
        );
        image.sampler = ImageSampler::linear();
        image
    }
}

impl Field {
    fn over(region: &Region, heights: &Heights, extent: Rect) -> Self {
        let step_m = extent.size().max_element() / SIZE;
        let size = [extent.width(), extent.height()].map(|metres| pixels(metres / step_m));
        let places = (0..size[0] * size[1]).map(|n| {
            let pixel = Vec2::new((n % size[0]) as f32, (n / size[0]) as f32);
            extent.min + (pixel + 0.5) * step_m
        });
        let drawn = places.map(|at| {
            let land = heights.at(at);
            (if region.holds(at) { land } else { 0.0 }, land)
        });
        let (heights, land): (Vec<f32>, Vec<f32>) = drawn.unzip();
        Self {
            size,
            step_m,
            highest: heights.iter().copied().fold(0.0, f32::max),
            peaks: Peaks::of(&heights, size[0]),
            heights,
            land,
        }
    }

    /// A share for every pixel on one ground, from its position and own height; all of it where that
    /// ground is far.
    fn layer(&self, ground: Ground, share: impl Fn(Vec2, f32) -> f32) -> Vec<f32> {
        let [width, height] = self.size;
        let mut shares = Vec::with_capacity(width * height);
        for row in 0..height {
            for column in 0..width {
                shares.push(if self.is_near(column, row, ground) {
                    let own = match ground {
                        Ground::Land => self.land[row * width + column],
                        Ground::Table => 0.0,
                    };
                    share(Vec2::new(column as f32, row as f32), own)
                } else {
                    1.0
                });
            }
        }
        let across = blurred(&shares, width);
        let soft = blurred(&turned(&across, width), height);
        turned(&soft, height)
    }

    /// Whether a ground is at a pixel or close to it.
    fn is_near(&self, column: usize, row: usize, ground: Ground) -> bool {
        const CLOSE: usize = 4;
        let [width, height] = self.size;
        let columns = [
            column.saturating_sub(CLOSE),
            column,
            (column + CLOSE).min(width - 1),
        ];
        let rows = [
            row.saturating_sub(CLOSE),
            row,
            (row + CLOSE).min(height - 1),
        ];
        rows.iter().any(|row| {
            columns.iter().any(|column| {
                let is_model = self.heights[row * width + column] > 0.0;
                is_model == (ground == Ground::Land)
            })
        })
    }

    /// The height at a position, in pixels, between four of them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the field first"
    )]
    fn at(&self, position: Vec2) -> f32 {
        let [width, height] = self.size;
        let last = Vec2::new(width as f32 - 1.001, height as f32 - 1.001);
        let position = position.clamp(Vec2::ZERO, last);
        let (column, row) = (position.x as usize, position.y as usize);
        let share = position - Vec2::new(column as f32, row as f32);
        let start = row * width + column;
        let get = |n: usize| self.heights.get(n).copied().unwrap_or(0.0);
        let north = get(start) * (1.0 - share.x) + get(start + 1) * share.x;
        let south = get(start + width) * (1.0 - share.x) + get(start + width + 1) * share.x;
        north * (1.0 - share.y) + south * share.y
    }

    /// How much of the sun is seen from a pixel at a height, 0–1.
    fn sunlit(&self, at: Vec2, own: f32, sun: Vec3) -> f32 {
        let flat = Vec2::new(sun.x, sun.z);
        let (Some(ahead), length) = (flat.try_normalize(), flat.length()) else {
            return 1.0;
        };
        let slope = sun.y / length;
        if slope <= 0.0 {
            return 0.0;
        }
        let reach = (self.highest - own) / (slope - PENUMBRA).max(0.05) / self.step_m;
        let mut hidden = 0.0_f32;
        let hides = |height: f32, away: f32| {
            let rise = (height - own) / (away * self.step_m);
            (rise - slope) / (2.0 * PENUMBRA) + 0.5
        };
        let mut away = 1.0_f32;
        while away <= reach && hidden < 1.0 {
            let point = at + ahead * away;
            if hides(self.peaks.around(point), away) <= hidden {
                away += Peaks::REACH;
                continue;
            }
            hidden = hidden.max(hides(self.at(point), away));
            away += 1.0 + away * 0.03;
        }
        1.0 - smooth(hidden)
    }

    /// How much of the sky is seen from a pixel at a height, 0–1.
    fn open(&self, at: Vec2, own: f32) -> f32 {
        if self.peaks.far_around(at) <= own {
            return 1.0;
        }
        let mut hidden = 0.0;
        for n in 0..DIRECTIONS {
            let angle = std::f32::consts::TAU * n as f32 / DIRECTIONS as f32;
            let ahead = Vec2::from_angle(angle);
            let horizon = REACHES.into_iter().fold(0.0_f32, |horizon, away| {
                horizon.max((self.at(at + ahead * away) - own) / (away * self.step_m))
            });
            // The share of a slice of an evenly bright sky below the horizon's height.
            hidden += horizon * horizon / (1.0 + horizon * horizon);
        }
        1.0 - hidden / DIRECTIONS as f32
    }
}

/// Each value with its two neighbours on either side in its row: the steps of the grid are not seen.
fn blurred(values: &[f32], width: usize) -> Vec<f32> {
    const WEIGHTS: [f32; 5] = [1.0, 4.0, 6.0, 4.0, 1.0];
    let rows = values.chunks(width);
    rows.flat_map(|row| {
        (0..row.len()).map(|at| {
            let near = WEIGHTS.iter().enumerate().map(|(n, weight)| {
                let place = (at + n).saturating_sub(2).min(row.len() - 1);
                row[place] * (weight / 16.0)
            });
            near.sum()
        })
    })
    .collect()
}

/// Rows as columns.
fn turned(values: &[f32], width: usize) -> Vec<f32> {
    let columns = 0..width;
    columns
        .flat_map(|column| values.iter().skip(column).step_by(width).copied())
        .collect()
}

fn smooth(share: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte first"
)]
fn byte(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a thousand at most"
)]
fn pixels(cells: f32) -> usize {
    cells.ceil().clamp(2.0, SIZE + 1.0) as usize
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, polygon};

    use super::*;

    fn shade() -> Shade {
        let block = polygon![
            (x: 0., y: 0.), (x: 10_000., y: 0.), (x: 10_000., y: 10_000.), (x: 0., y: 10_000.), (x: 0., y: 0.)
        ];
        let region = Region::new(&MultiPolygon::new(vec![block]));
        let heights = Heights::level(Vec2::ZERO, 500.0, [22, 22]);
        Relief::new(&region, &heights).cast(Vec3::new(-0.5, 0.6, -0.5).normalize())
    }

    fn seen(shade: &Shade, ground: Ground, at: Vec2) -> [u8; 2] {
        let share = (at - shade.extent.min) / shade.extent.size();
        let [column, row] = [0, 1].map(|axis| pixels(share[axis] * shade.size[axis] as f32) - 1);
        let start = 4 * (row * shade.size[0] + column) + 2 * ground as usize;
        [shade.pixels[start], shade.pixels[start + 1]]
    }

    #[test]
    fn the_model_throws_its_shadow_to_the_south_east() {
        let shade = shade();
        let [sun, sky] = seen(&shade, Ground::Land, Vec2::splat(5_000.0));
        assert_eq!((sun, sky), (255, 255), "level land sees all");
        assert!(
            seen(&shade, Ground::Table, Vec2::new(10_200.0, 5_000.0))[0] < 20,
            "east of it is shade"
        );
        assert_eq!(
            seen(&shade, Ground::Table, Vec2::new(-200.0, 5_000.0))[0],
            255,
            "west of it is sun"
        );
        let beside = seen(&shade, Ground::Table, Vec2::new(-60.0, 5_000.0))[1];
        assert!(beside < 200, "at its foot little sky is seen: {beside}");
        assert_eq!(
            seen(&shade, Ground::Table, Vec2::new(16_000.0, 5_000.0)),
            [255, 255],
            "far away all is bright"
        );
    }
}
