//! What the ways between places take.

mod cells;

use std::sync::Arc;

use crate::numbers::floor_u64;
use crate::roads::Signposts;

/// Length and duration of a way that does not exist.
pub const UNREACHABLE: u32 = u32::MAX;

/// What the ways between places take, by a kind of vehicle.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Travel {
    /// Straight lines between points: length and duration are the same number.
    Plane(Plane),
    /// One table: length and duration are the same number.
    Same(Table),
    /// A table of each.
    Both {
        /// In units of length.
        lengths: Table,
        /// In ticks.
        durations: Table,
    },
    /// Roads, without a table, for more places than one is made for: lengths in metres, ticks in
    /// tenths of a second. Every pair is exact. It has no text.
    #[serde(skip)]
    Roads(Arc<Signposts>),
}

impl Travel {
    /// How many places it knows.
    pub fn places(&self) -> usize {
        match self {
            Self::Plane(plane) => plane.points.len(),
            Self::Same(table) => table.places,
            Self::Both { lengths, durations } => lengths.places.min(durations.places),
            Self::Roads(posts) => posts.len(),
        }
    }

    /// The length of a way in units of length, [`UNREACHABLE`] where there is none.
    pub fn length(&self, from: u32, to: u32) -> u32 {
        match self {
            Self::Plane(plane) => plane.distance(from, to),
            Self::Same(table) | Self::Both { lengths: table, .. } => table.get(from, to),
            Self::Roads(posts) => posts.way(from, to)[1],
        }
    }

    /// How long a way takes in ticks, [`UNREACHABLE`] where there is none.
    pub fn duration(&self, from: u32, to: u32) -> u32 {
        match self {
            Self::Plane(plane) => plane.distance(from, to),
            Self::Same(table)
            | Self::Both {
                durations: table, ..
            } => table.get(from, to),
            Self::Roads(posts) => posts.way(from, to)[0],
        }
    }

    /// Length and duration of a way, [`UNREACHABLE`] both where there is none.
    pub fn way(&self, from: u32, to: u32) -> [u32; 2] {
        if let Self::Roads(posts) = self {
            let [duration, length] = posts.way(from, to);
            return [length, duration];
        }
        [self.length(from, to), self.duration(from, to)]
    }
}

/// A number for each pair of places. In text it has a line of base64 for each place.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "cells::Lines", into = "cells::Lines")]
pub struct Table {
    places: usize,
    cells: Vec<u32>,
}

impl Table {
    /// `cells` row by row, from each place to all; `None` where they are no square.
    pub fn new(places: usize, cells: Vec<u32>) -> Option<Self> {
        (places.checked_mul(places) == Some(cells.len())).then_some(Self { places, cells })
    }

    /// The number of a pair.
    ///
    /// # Panics
    ///
    /// Where a place is not below the number of places.
    pub fn get(&self, from: u32, to: u32) -> u32 {
        self.cells[from as usize * self.places + to as usize]
    }

    /// All numbers, row by row.
    pub fn cells(&self) -> &[u32] {
        &self.cells
    }
}

/// How a straight line's length becomes a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To the nearest, halves up.
    Nearest,
    /// Downwards.
    Down,
    /// Upwards.
    Up,
}

/// Points in a plane, and straight lines between them, computed when they are asked for.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plane {
    /// Where the places are; finite.
    pub points: Vec<[f64; 2]>,
    /// How many units of length one unit of the plane is; finite and positive.
    pub scale: f64,
    /// How the scaled length becomes a whole number.
    pub rounding: Rounding,
}

impl Plane {
    /// The length of a straight line, scaled and rounded.
    ///
    /// # Panics
    ///
    /// Where a place is not below the number of points.
    pub fn distance(&self, from: u32, to: u32) -> u32 {
        let [ax, ay] = self.points[from as usize];
        let [bx, by] = self.points[to as usize];
        let (dx, dy) = (ax - bx, ay - by);
        let length = (dx * dx + dy * dy).sqrt() * self.scale;
        let rounded = match self.rounding {
            Rounding::Nearest => length + 0.5,
            Rounding::Down => length,
            Rounding::Up => length.ceil(),
        };
        u32::try_from(floor_u64(rounded)).unwrap_or(UNREACHABLE)
    }
}
