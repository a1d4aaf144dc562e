//! What is known of each container, as texels: fill, look, and whether it stands for its site.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageSampler};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

use super::bands::FORESEEN;
use crate::palette::Tone;
use crate::server::{Container, Fleet, Look};

/// Texels of a row of the picture.
pub(super) const ROW: usize = 1024;

/// How a container under the mouse is marked, and one that is chosen; all others are 0.
const HOVERED: u8 = 128;
const CHOSEN: u8 = 255;

/// Which containers have a ring.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Marks {
    pub hovered: Option<usize>,
    pub chosen: Option<usize>,
}

/// Four bytes a container: fill, [`Look`], leader, mark.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    texels: Vec<u8>,
    marks: Marks,
}

impl Levels {
    pub(crate) fn of(fleet: &Fleet) -> Self {
        let rows = fleet.containers.len().div_ceil(ROW).max(1);
        let mut levels = Self {
            texels: vec![0; rows * ROW * 4],
            marks: Marks::default(),
        };
        let mut start = 0;
        while let Some(container) = fleet.containers.get(start) {
            levels.write_site(fleet, container.site);
            start += of_site(fleet, container.site).count();
        }
        levels
    }

    /// A container has changed; tells whether that shows.
    pub(crate) fn update(&mut self, fleet: &Fleet, number: usize) -> bool {
        let site = fleet.containers.get(number).map(|container| container.site);
        site.is_some_and(|site| self.write_site(fleet, site))
    }

    /// Moves the rings; tells whether that shows.
    pub(crate) fn mark(&mut self, fleet: &Fleet, marks: Marks) -> bool {
        let old = std::mem::replace(&mut self.marks, marks);
        if old == marks {
            return false;
        }
        let touched = [old.hovered, old.chosen, marks.hovered, marks.chosen];
        for number in touched.into_iter().flatten() {
            self.update(fleet, number);
        }
        true
    }

    fn write_site(&mut self, fleet: &Fleet, site: usize) -> bool {
        let leader = leader(fleet, site, self.marks.chosen);
        let mut is_changed = false;
        for (number, container) in of_site(fleet, site) {
            let mut texel = texel(container, Some(number) == leader, self.mark_of(number));
            if is_foreseen(fleet, number) {
                texel[1] = FORESEEN;
            }
            if let Some(place) = self.texels.get_mut(number * 4..number * 4 + 4) {
                is_changed |= place != texel;
                place.copy_from_slice(&texel);
            }
        }
        is_changed
    }

    fn mark_of(&self, number: usize) -> u8 {
        let Marks { hovered, chosen } = self.marks;
        if chosen == Some(number) {
            CHOSEN
        } else if hovered == Some(number) {
            HOVERED
        } else {
            0
        }
    }

    pub(crate) fn texels(&self) -> &[u8] {
        &self.texels
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a million containers have a thousand rows"
    )]
    pub(crate) fn image(&self) -> Image {
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

/// Whether the level of a container is forecast.
fn is_foreseen(fleet: &Fleet, number: usize) -> bool {
    let loads = fleet.forecast().map(|forecast| &forecast.loads);
    loads.is_some_and(|loads| loads.get(number).is_some_and(Option::is_some))
}

/// Which container stands for its site from afar: the chosen one, so that it is seen, or the one of the highest
/// rank.
pub(crate) fn leader(fleet: &Fleet, site: usize, chosen: Option<usize>) -> Option<usize> {
    let ranked = of_site(fleet, site).max_by_key(|(number, container)| {
        let is_chosen = Some(*number) == chosen;
        (is_chosen, rank(container), std::cmp::Reverse(*number))
    });
    ranked.map(|(number, _)| number)
}

/// The containers of a site, with their numbers: they follow each other.
pub(crate) fn of_site(fleet: &Fleet, site: usize) -> impl Iterator<Item = (usize, &Container)> {
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
fn texel(container: &Container, is_leader: bool, mark: u8) -> [u8; 4] {
    let fill = container.shown_fill().unwrap_or(0.0);
    let fill = (fill.clamp(0.0, 1.0) * 255.0).round() as u8;
    [
        fill,
        container.look() as u8,
        u8::from(is_leader) * 255,
        mark,
    ]
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

    #[test]
    fn a_chosen_container_has_a_mark_and_stands_for_its_site() {
        let fleet = fleet();
        let mut levels = Levels::of(&fleet);
        let marks = Marks {
            hovered: Some(2),
            chosen: Some(0),
        };
        assert!(levels.mark(&fleet, marks));
        assert!(!levels.mark(&fleet, marks), "nothing more shows");
        assert_eq!(leaders(&levels), [true, false, true]);
        let bytes = |levels: &Levels| [3, 7, 11].map(|at| levels.texels[at]);
        assert_eq!(bytes(&levels), [CHOSEN, 0, HOVERED]);
        levels.mark(&fleet, Marks::default());
        assert_eq!(bytes(&levels), [0; 3]);
        assert_eq!(leaders(&levels), [false, true, true]);
    }
}
