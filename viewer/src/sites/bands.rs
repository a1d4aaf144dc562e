//! How far forecasts may be off, as texels: the bounds of nine cases in ten, for whoever draws the signs.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageSampler};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

use super::levels::ROW;
use crate::server::{Fleet, Load};

/// The look of a container whose level is forecast; no [`Look`](crate::server::Look) of what was measured.
pub(super) const FORESEEN: u8 = 5;

/// Four bytes a container: the lower bound, the upper one, nothing; of one texel where nothing is forecast.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a million containers have a thousand rows"
)]
pub(super) fn image(fleet: &Fleet) -> Image {
    let loads = fleet
        .forecast()
        .map_or(&[][..], |forecast| forecast.loads.as_slice());
    let rows = loads.len().div_ceil(ROW).max(1);
    let width = if loads.is_empty() { 1 } else { ROW };
    let mut texels = vec![0; rows * width * 4];
    for (texel, load) in texels.as_chunks_mut::<4>().0.iter_mut().zip(loads) {
        *texel = load.map_or([0; 4], texel_of);
    }
    let size = Extent3d {
        width: width as u32,
        height: rows as u32,
        depth_or_array_layers: 1,
    };
    let mut image = Image::new(
        size,
        TextureDimension::D2,
        texels,
        TextureFormat::Rgba8Unorm,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.sampler = ImageSampler::nearest();
    image
}

fn texel_of(load: Load) -> [u8; 4] {
    [byte(load.low), byte(load.high), 0, 0]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte first"
)]
fn byte(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_bytes_and_what_lies_beside_is_full() {
        let load = Load {
            low: 0.2,
            median: 0.9,
            high: 3.0,
        };
        assert_eq!(texel_of(load), [51, 255, 0, 0]);
    }

    #[test]
    fn where_nothing_is_forecast_one_texel_is_enough() {
        let image = image(&Fleet::default());
        assert_eq!(image.data.map(|data| data.len()), Some(4));
    }
}
