//! What is known of each container, as texels: fill, look, and whether it stands for its site.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageSampler};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

use crate::palette::Tone;
use crate::server::{Container, Fleet, Look};

/// Texels of a row of the picture.
pub(super) const ROW: usize = 1024;

/// Four bytes a container: fill, [`Look`], leader, nothing.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    texels: Vec<u8>,
}

impl Levels {
    pub(super) fn of(fleet: &Fleet) -> Self {
        let rows = fleet.containers.len().div_ceil(ROW).max(1);
        let mut levels = Self {
            texels: vec![0; rows * ROW * 4],
        };
        let mut start = 0;
        while let Some(container) = fleet.containers.get(start) {
            levels.write_site(fleet, container.site);
            start += of_site(fleet, container.site).count();
        }
        levels
    }

    /// A container has changed; tells whether that shows.
    pub(super) fn update(&mut self, fleet: &Fleet, number: usize) -> bool {
        let site = fleet.containers.get(number).map(|container| container.site);
        site.is_some_and(|site| self.write_site(fleet, site))
    }

    fn write_site(&mut self, fleet: &Fleet, site: usize) -> bool {
        let leader = of_site(fleet, site)
            .max_by_key(|(number, container)| (rank(container), std::cmp::Reverse(*number)));
        let leader = leader.map(|(number, _)| number);
        let mut is_changed = false;
        for (number, container) in of_site(fleet, site) {
            let texel = texel(container, Some(number) == leader);
            if let Some(place) = self.texels.get_mut(number * 4..number * 4 + 4) {
                is_changed |= place != texel;
                place.copy_from_slice(&texel);
            }
        }
        is_changed
    }

    pub(super) fn texels(&self) -> &[u8] {
        &self.texels
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a million containers have a thousand rows"
    )]
    pub(super) fn image(&self) -> Image {
        let size = Extent3d {
            width: ROW as u32,
            height: (self.texels.len() / (4 * ROW)) as u32,
            depth_or_array_layers: 1,
        };
        let mut image = Image::new(
            size,
            TextureDimension::D2,
            self.texels.clone(),
            TextureFormat::Rgba8Unorm,
            RenderAssetUsages::all(),
        );
        image.sampler = ImageSampler::nearest();
        image
    }
}

/// The containers of a site, with their numbers: they follow each other.
pub(super) fn of_site(fleet: &Fleet, site: usize) -> impl Iterator<Item = (usize, &Container)> {
    let start = fleet.containers.partition_point(|it| it.site < site);
    let rest = fleet.containers.iter().enumerate().skip(start);
    rest.take_while(move |(_, container)| container.site == site)
}

/// The one of the highest rank stands for its site from afar.
fn rank(container: &Container) -> u8 {
    match (container.look(), container.shown_fill()) {
        (Look::Bare, _) => 0,
        (Look::Unread, _) => 1,
        (Look::Silent, _) | (_, None) => 2,
        (_, Some(fill)) => 3 + Tone::of_fill(fill) as u8,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte first"
)]
fn texel(container: &Container, is_leader: bool) -> [u8; 4] {
    let fill = container.shown_fill().unwrap_or(0.0);
    let fill = (fill.clamp(0.0, 1.0) * 255.0).round() as u8;
    [fill, container.look() as u8, u8::from(is_leader) * 255, 255]
}

#[cfg(test)]
mod tests {
    use twin_core::{LonLat, SensorStatus, Stream};

    use super::*;
    use crate::server::Site;

    fn container(site: usize, fill: Option<f64>) -> Container {
        Container {
            id: format!("container/{site}").into(),
            site,
            stream: Stream::Glass,
            fill,
            status: SensorStatus::Ok,
            observed_at: None,
            has_sensor: true,
        }
    }

    fn fleet() -> Fleet {
        let place = LonLat::new(6.8, 47.5).unwrap();
        let site = Site {
            id: "site/a".into(),
            name: None,
            commune: None,
            place,
        };
        let containers = vec![
            container(0, Some(0.3)),
            container(0, Some(0.9)),
            container(1, None),
        ];
        Fleet::of(vec![site.clone(), site], containers)
    }

    fn leaders(levels: &Levels) -> Vec<bool> {
        levels.texels.as_chunks::<4>().0[..3]
            .iter()
            .map(|it| it[2] == 255)
            .collect()
    }

    #[test]
    fn the_fullest_stands_for_its_site() {
        let mut fleet = fleet();
        let mut levels = Levels::of(&fleet);
        assert_eq!(leaders(&levels), [false, true, true]);
        assert_eq!(levels.texels[..2], [77, Look::Level as u8]);
        fleet.containers[0].fill = Some(0.97);
        assert!(levels.update(&fleet, 0));
        assert_eq!(leaders(&levels), [true, false, true]);
        assert!(!levels.update(&fleet, 0), "nothing more shows");
    }
}
