//! What the selected containers come to.

use std::collections::{BTreeMap, BTreeSet};

use bevy::ecs::resource::Resource;
use bevy::math::{Rect, Vec2};
use twin_core::{Stream, Timestamp};

use crate::server::{Fleet, Look};
use crate::space::Space;

/// What a selection comes to.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Containers.
    pub containers: usize,
    /// The same by stream.
    pub by_stream: BTreeMap<Stream, usize>,
    /// Containers whose level is up to date.
    pub measured: usize,
    /// The sum of these levels, each 0–1.
    pub fill: f64,
    /// How many of them are full.
    pub full: usize,
    /// Sensors that are silent or have not measured.
    pub unheard: usize,
    /// Litres in the measured containers whose volume is known.
    pub litres: f64,
    /// How many those are.
    pub with_volume: usize,
    /// When the oldest of the levels was measured.
    pub oldest: Option<Timestamp>,
    /// The INSEE codes of their communes.
    pub communes: BTreeSet<Box<str>>,
}

impl Sums {
    /// The sums of all that stands within an outline of the plane.
    pub fn within(outline: &[Vec2], fleet: &Fleet, space: &Space) -> Self {
        let mut sums = Self::default();
        let Some(extent) = extent(outline) else {
            return sums;
        };
        let mut last = None;
        for (number, container) in fleet.containers.iter().enumerate() {
            // Those of a site follow each other.
            let is_in = match last {
                Some((site, is_in)) if site == container.site => is_in,
                _ => fleet.site_of(container).is_some_and(|site| {
                    let at = space.ground(site.place);
                    extent.contains(at) && holds(outline, at)
                }),
            };
            last = Some((container.site, is_in));
            if is_in {
                sums.take(fleet, number);
            }
        }
        sums
    }

    fn take(&mut self, fleet: &Fleet, number: usize) {
        let Some(container) = fleet.containers.get(number) else {
            return;
        };
        self.containers += 1;
        *self.by_stream.entry(container.stream).or_default() += 1;
        let site = fleet.site_of(container);
        if let Some(code) = site.and_then(|site| site.commune.as_ref())
            && !self.communes.contains(code)
        {
            self.communes.insert(code.clone());
        }
        match container.look() {
            Look::Silent | Look::Unread => self.unheard += 1,
            Look::Bare | Look::Late => {}
            Look::Level => {
                let Some(fill) = container.fill else { return };
                self.measured += 1;
                self.fill += fill;
                self.full += usize::from(fill >= Fleet::FULL);
                if let Some(volume_l) = fleet.volume_l(number) {
                    self.litres += fill * volume_l;
                    self.with_volume += 1;
                }
                let at = container.observed_at;
                self.oldest = match (self.oldest, at) {
                    (Some(oldest), Some(at)) => Some(oldest.min(at)),
                    (oldest, at) => oldest.or(at),
                };
            }
        }
    }

    /// The mean of the levels, 0–1; `None` where none is up to date.
    pub fn mean(&self) -> Option<f64> {
        (self.measured > 0).then(|| self.fill / self.measured as f64)
    }
}

fn extent(outline: &[Vec2]) -> Option<Rect> {
    let boxes = outline.iter().map(|at| Rect::from_corners(*at, *at));
    boxes.reduce(|all, one| all.union(one))
}

/// Whether a point lies within an outline, by how often a line to the east crosses it.
fn holds(outline: &[Vec2], at: Vec2) -> bool {
    let before = outline.iter().cycle().skip(outline.len().saturating_sub(1));
    let sides = before.zip(outline);
    let crossed = sides.filter(|(from, to)| {
        let crosses = (from.y > at.y) != (to.y > at.y);
        crosses && at.x < from.x + (to.x - from.x) * (at.y - from.y) / (to.y - from.y)
    });
    crossed.count() % 2 == 1
}

#[cfg(test)]
pub(super) mod tests {
    use twin_core::{LonLat, SensorStatus};

    use super::*;
    use crate::server::{Container, Site};

    pub(crate) fn space() -> Space {
        Space::around(LonLat::new(6.8, 47.5).unwrap())
    }

    /// Three sites east of the origin, a kilometre apart: glass and paper, silent paper, full glass.
    pub(crate) fn fleet() -> Fleet {
        let site = |n: u8| Site {
            id: format!("site/{n}").into(),
            name: None,
            commune: Some(if n < 2 { "25001" } else { "25002" }.into()),
            place: space()
                .place(Vec2::new(1000.0 * f32::from(n), 0.0))
                .unwrap(),
        };
        let container = |site: usize, stream, fill: Option<f64>, at: &str| Container {
            id: format!("container/{site}-{stream:?}").into(),
            site,
            stream,
            fill,
            status: match fill {
                Some(_) => SensorStatus::Ok,
                None => SensorStatus::Silent,
            },
            observed_at: at.parse().ok(),
            has_sensor: true,
        };
        let containers = vec![
            container(0, Stream::Glass, Some(0.5), "2026-11-30T10:00:00Z"),
            container(0, Stream::Paper, Some(0.1), "2026-11-30T08:00:00Z"),
            container(1, Stream::Paper, None, "2026-11-28T08:00:00Z"),
            container(2, Stream::Glass, Some(0.96), "2026-11-30T09:00:00Z"),
        ];
        let fleet = Fleet::of((0..3).map(site).collect(), containers);
        fleet.holding(vec![Some(3000.0), None, Some(1000.0), Some(1000.0)])
    }

    fn around(from: f32, to: f32) -> Vec<Vec2> {
        vec![
            Vec2::new(from, -100.0),
            Vec2::new(to, -100.0),
            Vec2::new(to, 100.0),
            Vec2::new(from, 100.0),
        ]
    }

    #[test]
    fn what_is_enclosed_is_summed_up() {
        let sums = Sums::within(&around(-500.0, 2500.0), &fleet(), &space());
        assert_eq!((sums.containers, sums.measured, sums.full), (4, 3, 1));
        assert_eq!(sums.unheard, 1);
        assert_eq!(sums.by_stream.get(&Stream::Glass), Some(&2));
        assert_eq!(sums.by_stream.get(&Stream::Paper), Some(&2));
        approx::assert_relative_eq!(sums.litres, 1500.0 + 960.0);
        assert_eq!((sums.with_volume, sums.communes.len()), (2, 2));
        assert_eq!(sums.oldest, "2026-11-30T08:00:00Z".parse().ok());
        approx::assert_relative_eq!(sums.mean().unwrap(), 1.56 / 3.0);
    }

    #[test]
    fn what_stands_beside_is_not() {
        let sums = Sums::within(&around(500.0, 1500.0), &fleet(), &space());
        assert_eq!((sums.containers, sums.measured), (1, 0));
        assert_eq!((sums.mean(), sums.oldest), (None, None));
        assert_eq!(Sums::within(&[], &fleet(), &space()), Sums::default());
    }

    #[test]
    fn the_hole_of_a_horseshoe_is_not_enclosed() {
        let horseshoe = [
            Vec2::new(-500.0, -900.0),
            Vec2::new(2500.0, -900.0),
            Vec2::new(2500.0, 900.0),
            Vec2::new(1500.0, 900.0),
            Vec2::new(1500.0, -500.0),
            Vec2::new(500.0, -500.0),
            Vec2::new(500.0, 900.0),
            Vec2::new(-500.0, 900.0),
        ];
        let sums = Sums::within(&horseshoe, &fleet(), &space());
        assert_eq!(sums.containers, 3, "all but the one in the middle");
    }
}
