//! Entrances: doors with an address, which the post and the fibre roll-out count.

use twin_core::Planar;

use super::network::Spot;

/// A door on a street.
#[derive(Clone, Debug)]
pub(super) struct Entrance {
    /// The number of its commune.
    pub town: usize,
    pub place: Planar,
    /// The nearest place of its street.
    pub spot: Spot,
    /// How far it lies from the middle of the street.
    pub from_street_m: f64,
    /// Dwellings and workplaces behind it; 1 at least.
    pub lines: u32,
    /// House number and street.
    pub label: Box<str>,
}
