//! What ways take, laid out for a search.

use super::memo::Memo;
use super::vicinity::Vicinity;
use crate::collection::{Plane, Problem, Travel, UNREACHABLE, VehicleClass};

/// Length and duration from which on a way counts as blocked. Sums of a few do not overflow.
pub(super) const BLOCKED: i32 = 1 << 28;

/// A way between two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leg {
    /// In units of length.
    pub(super) length: i32,
    /// In ticks.
    pub(super) duration: i32,
}

impl Leg {
    /// No way, since one is there already.
    pub(super) const NONE: Self = Self {
        length: 0,
        duration: 0,
    };
}

/// The ways of a problem. `base` says for which kind of vehicle: [`Ways::base`] gives it.
pub(super) trait Ways {
    /// Where the ways of a class begin.
    fn base(&self, class: &VehicleClass) -> usize;

    /// A way, of [`BLOCKED`] length where there is none. Ways from one place lie side by side.
    fn leg(&self, base: usize, from: u32, to: u32) -> Leg;

    /// The same way; those to one place lie side by side.
    fn leg_towards(&self, base: usize, from: u32, to: u32) -> Leg;

    /// Where stops at some places lie, if that is known without a look at all ways.
    fn vicinity<'w>(&'w self, _base: usize, _places: &'w [u32]) -> Option<Vicinity<'w>> {
        None
    }
}

/// Ways of a table, whose cells become legs.
#[derive(Debug)]
pub(super) struct TableWays<C> {
    places: usize,
    cells: Vec<C>,
    /// The same, from and to exchanged; empty where that makes no difference.
    reversed: Vec<C>,
}

/// Ways whose length is their duration.
pub(super) type EqualWays = TableWays<i32>;

/// Ways with a length and a duration.
pub(super) type TimedWays = TableWays<Leg>;

impl From<i32> for Leg {
    #[inline]
    fn from(cell: i32) -> Self {
        Self {
            length: cell,
            duration: cell,
        }
    }
}

impl<C: Copy + Into<Leg>> Ways for TableWays<C> {
    fn base(&self, class: &VehicleClass) -> usize {
        class.travel as usize * self.places * self.places
    }

    #[inline]
    fn leg(&self, base: usize, from: u32, to: u32) -> Leg {
        self.cells[base + from as usize * self.places + to as usize].into()
    }

    #[inline]
    fn leg_towards(&self, base: usize, from: u32, to: u32) -> Leg {
        let cells = if self.reversed.is_empty() {
            &self.cells
        } else {
            &self.reversed
        };
        cells[base + to as usize * self.places + from as usize].into()
    }
}

/// Straight lines, computed when they are asked for.
#[derive(Debug)]
pub(super) struct PlaneWays {
    planes: Vec<Plane>,
}

impl Ways for PlaneWays {
    fn base(&self, class: &VehicleClass) -> usize {
        class.travel as usize
    }

    #[inline]
    fn leg(&self, base: usize, from: u32, to: u32) -> Leg {
        let length = bounded(self.planes[base].distance(from, to));
        Leg {
            length,
            duration: length,
        }
    }

    #[inline]
    fn leg_towards(&self, base: usize, from: u32, to: u32) -> Leg {
        self.leg(base, from, to)
    }

    fn vicinity<'w>(&'w self, base: usize, places: &'w [u32]) -> Option<Vicinity<'w>> {
        Some(Vicinity::of_plane(&self.planes[base], places))
    }
}

/// Ways of a problem that are not laid out anew, since there is no table of all.
#[derive(Debug)]
pub(super) struct LentWays<'p> {
    travels: &'p [Travel],
    memo: Memo,
}

impl Ways for LentWays<'_> {
    fn base(&self, class: &VehicleClass) -> usize {
        class.travel as usize
    }

    fn leg(&self, base: usize, from: u32, to: u32) -> Leg {
        if from == to {
            return Leg::NONE;
        }
        self.memo.leg(base, [from, to], || {
            let [length, duration] = self.travels[base].way(from, to).map(bounded);
            Leg { length, duration }
        })
    }

    fn leg_towards(&self, base: usize, from: u32, to: u32) -> Leg {
        self.leg(base, from, to)
    }

    fn vicinity<'w>(&'w self, base: usize, places: &'w [u32]) -> Option<Vicinity<'w>> {
        let Travel::Roads(posts) = &self.travels[base] else {
            return None;
        };
        let mut among = places.to_vec();
        among.sort_unstable();
        among.dedup();
        Some(Vicinity::of_roads(posts.nearest(&among), places))
    }
}

/// The layout that fits a problem.
#[derive(Debug)]
pub(super) enum Layout<'p> {
    Equal(EqualWays),
    Timed(TimedWays),
    Plane(PlaneWays),
    Lent(LentWays<'p>),
}

impl<'p> Layout<'p> {
    pub(super) fn of(problem: &'p Problem) -> Self {
        if let Some(planes) = planes(problem) {
            return Self::Plane(PlaneWays { planes });
        }
        let travels = problem.travels();
        if travels.iter().any(|it| matches!(it, Travel::Roads(_))) {
            let memo = Memo::new(problem.places() as usize);
            return Self::Lent(LentWays { travels, memo });
        }
        let is_equal = |travel: &Travel| matches!(travel, Travel::Same(_) | Travel::Plane(_));
        if problem.travels().iter().all(is_equal) {
            let way = |travel: &Travel, from, to| {
                if from == to {
                    return 0;
                }
                bounded(travel.length(from, to))
            };
            let (cells, reversed) = each_way(problem, way);
            return Self::Equal(EqualWays {
                places: problem.places() as usize,
                cells,
                reversed,
            });
        }
        let way = |travel: &Travel, from, to| {
            if from == to {
                return Leg::NONE;
            }
            Leg {
                length: bounded(travel.length(from, to)),
                duration: bounded(travel.duration(from, to)),
            }
        };
        let (cells, reversed) = each_way(problem, way);
        Self::Timed(TimedWays {
            places: problem.places() as usize,
            cells,
            reversed,
        })
    }
}

fn planes(problem: &Problem) -> Option<Vec<Plane>> {
    let plane = |travel: &Travel| match travel {
        Travel::Plane(plane) => Some(plane.clone()),
        _ => None,
    };
    problem.travels().iter().map(plane).collect()
}

/// All ways, and all of them with from and to exchanged where that makes a difference.
fn each_way<T: Eq>(problem: &Problem, way: impl Fn(&Travel, u32, u32) -> T) -> (Vec<T>, Vec<T>) {
    let places = 0..problem.places();
    let mut cells = Vec::new();
    let mut reversed = Vec::new();
    for travel in problem.travels() {
        for one in places.clone() {
            cells.extend(places.clone().map(|other| way(travel, one, other)));
            reversed.extend(places.clone().map(|other| way(travel, other, one)));
        }
    }
    if cells == reversed {
        reversed = Vec::new();
    }
    (cells, reversed)
}

fn bounded(value: u32) -> i32 {
    if value == UNREACHABLE {
        return BLOCKED;
    }
    i32::try_from(value).unwrap_or(BLOCKED).min(BLOCKED)
}
