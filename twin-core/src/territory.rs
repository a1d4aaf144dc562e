//! The dated set of communes.

use geo_types::MultiPolygon;

use crate::detail::named_enum;
use crate::place::LonLat;
use crate::time::Timestamp;
use crate::units::SquareMetres;

named_enum! {
    /// Who builds the fibre in a commune.
    FibreZone, "fibre zone" {
        /// A private operator who declared its intention to invest (here Orange).
        Amii = "AMII",
        /// The public-initiative network (here SMIX Doubs Très Haut Débit).
        Rip = "RIP",
    }
}

/// A municipality, or the unit that a foreign pack has in its stead.
#[derive(Clone, Debug, PartialEq)]
pub struct Commune {
    /// INSEE code, or the source's own key.
    pub code: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// Municipal population.
    pub population: Option<u32>,
    /// Its area.
    pub area: Option<SquareMetres>,
    /// A point that stands for it on a map.
    pub center: LonLat,
    /// Who builds the fibre there.
    pub fibre_zone: Option<FibreZone>,
    /// Since when it is a member; `None`: since before the twin's time.
    pub member_from: Option<Timestamp>,
    /// From when on it no longer is; `None`: still is.
    pub member_until: Option<Timestamp>,
    /// Its outline in WGS84; edges are straight in longitude and latitude.
    pub outline: MultiPolygon,
}

impl Commune {
    /// Whether it belongs to the territory at `at`.
    pub fn is_member(&self, at: Timestamp) -> bool {
        self.member_from.is_none_or(|from| from <= at)
            && self.member_until.is_none_or(|until| at < until)
    }
}
