//! Where sites stand, in cells of the plane: of a hundred thousand containers, the few near the line of sight
//! are looked at.

use std::collections::BTreeMap;
use std::ops::Range;

use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use bevy::math::{Vec2, Vec3};

use crate::land::Heights;
use crate::server::{Fleet, FleetChanged};
use crate::sites::{Built, Foot, Lens, from_shape, leader, of_site, place};
use crate::space::{Space, raised};

/// The side of a cell, in metres.
const CELL_M: f32 = 600.0;
/// How far signs reach from the foot of their site at most, in pixels as designed.
const REACH_PX: f32 = 130.0;
/// The same in metres, where they are as large as what they stand for.
const REACH_M: f32 = 14.0;

/// Where all sites stand.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct Places {
    cells: Vec<Cell>,
    sites: Vec<Stance>,
}

#[derive(Clone, Debug)]
struct Cell {
    middle: Vec3,
    radius: f32,
    sites: Range<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Stance {
    site: usize,
    anchor: Vec3,
}

/// A point of the picture, and from where it is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pointer {
    pub lens: Lens,
    /// Pixels of the screen from the upper left corner.
    pub at: Vec2,
    /// How far beside a sign still counts, in pixels of the screen.
    pub tolerance: f32,
}

/// Notes where sites stand when they, or the land, are new.
pub(super) fn survey(
    fleet: Res<Fleet>,
    mut changes: MessageReader<FleetChanged>,
    (space, heights): (Option<Res<Space>>, Option<Res<Heights>>),
    mut places: ResMut<Places>,
) {
    let is_whole = changes.read().any(|change| *change == FleetChanged::Whole);
    if let (Some(space), Some(heights)) = (space, heights)
        && (is_whole || heights.is_added())
    {
        *places = Places::of(&fleet, &space, &heights);
    }
}

impl Places {
    pub(crate) fn of(fleet: &Fleet, space: &Space, heights: &Heights) -> Self {
        let mut by_cell = BTreeMap::<[i32; 2], Vec<Stance>>::new();
        let mut last = None;
        for container in &fleet.containers {
            if last.replace(container.site) == Some(container.site) {
                continue;
            }
            if let Some(site) = fleet.site_of(container) {
                let at = space.ground(site.place);
                let cell = (at / CELL_M).floor().as_ivec2().to_array();
                by_cell.entry(cell).or_default().push(Stance {
                    site: container.site,
                    anchor: raised(at, heights.at(at)),
                });
            }
        }
        let mut places = Self::default();
        for stances in by_cell.into_values() {
            let from = places.sites.len();
            places.cells.push(Cell::around(&stances, from));
            places.sites.extend(stances);
        }
        places
    }

    /// The container whose sign is there: the nearest one, of several the one that is drawn over the others. Where
    /// containers of a site do not stand apart, it is their leader.
    pub(crate) fn find(
        &self,
        fleet: &Fleet,
        chosen: Option<usize>,
        pointer: &Pointer,
    ) -> Option<usize> {
        let reach = REACH_PX * pointer.lens.picture_scale();
        let sight = pointer.lens.sight(pointer.at);
        let near = self
            .cells
            .iter()
            .filter(|cell| cell.is_near(pointer, sight, reach));
        let sites = near.flat_map(|cell| self.sites.get(cell.sites.clone()).unwrap_or_default());
        let mut best: Option<(f32, f32, usize)> = None;
        for stance in sites {
            let foot = pointer.lens.foot(stance.anchor);
            let within = |foot: &Foot| foot.at.distance(pointer.at) < reach.max(70.0 * foot.scale);
            let Some(foot) = foot.filter(within) else {
                continue;
            };
            for (number, away) in signs(fleet, stance.site, chosen, (&foot, pointer.at)) {
                let found = (away.max(0.0), foot.depth, number);
                if away <= pointer.tolerance && best.is_none_or(|best| is_before(found, best)) {
                    best = Some(found);
                }
            }
        }
        best.map(|(.., number)| number)
    }
}

/// Nearer to the mouse first, then nearer to the eye; of a site the last, which is drawn over the others.
fn is_before(one: (f32, f32, usize), other: (f32, f32, usize)) -> bool {
    let order = one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1));
    order.then(other.2.cmp(&one.2)).is_lt()
}

/// The signs of a site, and how far a point is from each.
fn signs<'a>(
    fleet: &'a Fleet,
    site: usize,
    chosen: Option<usize>,
    (foot, at): (&'a Foot, Vec2),
) -> impl Iterator<Item = (usize, f32)> + 'a {
    let beside = of_site(fleet, site).count();
    let only = (foot.apart <= 0.0).then(|| leader(fleet, site, chosen));
    let slots = of_site(fleet, site).enumerate();
    slots.filter_map(move |(slot, (number, container))| {
        if only.is_some_and(|leader| leader != Some(number)) {
            return None;
        }
        let from_foot = at - foot.of_slot(place(slot, beside));
        let built = Built(container, fleet.build_of(number));
        Some((number, from_shape(built, foot, from_foot)))
    })
}

impl Cell {
    fn around(stances: &[Stance], from: usize) -> Self {
        let least = stances.iter().map(|it| it.anchor).reduce(Vec3::min);
        let most = stances.iter().map(|it| it.anchor).reduce(Vec3::max);
        let (least, most) = (least.unwrap_or_default(), most.unwrap_or_default());
        Self {
            middle: least.midpoint(most),
            radius: least.distance(most) / 2.0,
            sites: from..from + stances.len(),
        }
    }

    /// Whether a sign of the cell may reach the line of sight.
    fn is_near(&self, pointer: &Pointer, sight: Vec3, reach_px: f32) -> bool {
        let to = self.middle - pointer.lens.eye;
        let along = to.dot(sight);
        let depth = along + self.radius;
        let reach_m = reach_px * pointer.lens.metres_per_px(depth.max(0.0));
        let reach = self.radius + reach_m.max(REACH_M);
        depth > 0.0 && to.length_squared() - along * along < reach * reach
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::tests::{LAND, SIZE, eye, fleet_of, pointer_at};
    use super::*;

    /// Sites on a square grid around the origin, so many metres apart.
    fn grid(side: usize, step_m: f32, containers: usize) -> (Fleet, Places) {
        let space = Space::around(twin_core::LonLat::new(6.8, 47.5).unwrap());
        let at = |n: usize| (n as f32 - (side - 1) as f32 / 2.0) * step_m;
        let spots = (0..side * side).map(|n| Vec2::new(at(n % side), at(n / side)));
        let fleet = fleet_of(&space, spots, containers);
        let heights = Heights::level(Vec2::splat(-60_000.0), 10_000.0, [13, 13]);
        let places = Places::of(&fleet, &space, &heights);
        (fleet, places)
    }

    fn lens(distance_m: f32) -> Lens {
        let (_, camera, transform) = eye(distance_m);
        Lens::of(&camera, &transform).unwrap()
    }

    #[test]
    fn from_near_each_container_is_found_and_from_afar_their_leader() {
        let (fleet, places) = grid(1, 0.0, 3);
        for (distance_m, slot, expected) in [
            (1000.0, -1.0, Some(0)),
            (1000.0, 1.0, Some(2)),
            (1000.0, 4.0, None),
            (20_000.0, 0.0, Some(0)),
        ] {
            let lens = lens(distance_m);
            let foot = lens.foot(LAND).unwrap();
            let at = foot.of_slot(Vec2::new(slot, 0.0)) - Vec2::new(0.0, 6.0);
            let found = places.find(&fleet, None, &pointer_at(lens, at));
            assert_eq!(found, expected, "{distance_m} m, slot {slot}");
        }
    }

    #[test]
    fn cells_hide_nothing() {
        let (fleet, places) = grid(30, 400.0, 1);
        let lens = lens(9000.0);
        let mut seen = 0;
        for stance in &places.sites {
            let Some(foot) = lens.foot(stance.anchor) else {
                continue;
            };
            if foot.at.min_element() < 0.0 || (SIZE - foot.at).min_element() < 0.0 {
                continue;
            }
            let pointer = pointer_at(lens, foot.at - Vec2::new(0.0, 1.0));
            assert!(places.find(&fleet, None, &pointer).is_some(), "{stance:?}");
            seen += 1;
        }
        assert!(seen > 100, "{seen}");
    }

    #[test]
    fn a_hundred_thousand_containers_are_searched_at_once() {
        const ROUNDS: u32 = 100;
        let (fleet, places) = grid(158, 250.0, 4);
        let lens = lens(30_000.0);
        let start = Instant::now();
        for n in 0..ROUNDS {
            let at = SIZE * Vec2::new(0.3 + n as f32 * 0.004, 0.5);
            std::hint::black_box(places.find(&fleet, None, &pointer_at(lens, at)));
        }
        let each = start.elapsed() / ROUNDS;
        // Many times what it takes on a quiet desk: other tests run beside this one.
        assert!(each.as_millis() < 20, "{each:?}");
    }
}
