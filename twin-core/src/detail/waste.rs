//! Sites, containers and their sensors.

use serde::{Deserialize, Serialize};

use super::named_enum;
use crate::asset::AssetId;
use crate::error::{TwinError, TwinResult};
use crate::time::Span;
use crate::units::{Fraction, Kilograms, Litres};
use crate::uplink::DevEui;

named_enum! {
    /// What a [`Site`] is to the people who use it.
    SiteType, "type of site" {
        /// Bring banks for recyclables ("point R").
        RecyclingPoint = "recycling-point",
        /// 2 to 10 wheeled bins at the end of a street that no truck enters.
        RegroupingPoint = "regrouping-point",
        /// A bin in a park or on a street.
        ParkBin = "park-bin",
        /// Anything else.
        Other = "other",
    }
}

named_enum! {
    /// What a [`Container`] takes.
    Stream, "stream of waste" {
        /// Bottles and jars.
        Glass = "glass",
        /// Newspapers and other paper.
        Paper = "paper",
        /// Plastic, metal and cartons.
        Packaging = "packaging",
        /// Paper and packaging together.
        Mixed = "mixed",
        /// Corrugated cardboard.
        Cardboard = "cardboard",
        /// Cans and other metal.
        Metal = "metal",
        /// Clothes and shoes.
        Textile = "textile",
        /// Kitchen and garden waste.
        Organic = "organic",
        /// What is left ("ordures ménagères résiduelles").
        Residual = "residual",
        /// What passers-by throw away.
        Litter = "litter",
        /// Not told by the source.
        Unknown = "unknown",
    }
}

named_enum! {
    /// How a [`Container`] is built, which decides how it is emptied.
    ContainerType, "type of container" {
        /// A column above the ground, lifted by a crane.
        Column = "column",
        /// A column whose bin is in the ground.
        Underground = "underground",
        /// A four-wheeled bin for a rear loader.
        FourWheeled = "four-wheeled",
        /// A park or street bin, emptied by hand.
        ParkBin = "park-bin",
        /// Not told by the source.
        Unknown = "unknown",
    }
}

/// A place on the street where containers stand (FIWARE: isle).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// What people call it.
    pub name: Option<Box<str>>,
    /// The street it stands in.
    pub street: Option<Box<str>>,
    /// What it is to the people who use it.
    pub site_type: SiteType,
}

/// What fills. Without a sensor its fill is not known, and never invented.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// The site it stands on.
    pub site: AssetId,
    /// How it is built.
    pub container_type: ContainerType,
    /// What it takes.
    pub stream: Stream,
    /// How much it holds.
    pub volume: Option<Litres>,
    /// The heaviest content it may be lifted with.
    pub max_load: Option<Kilograms>,
}

/// A device in a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensor {
    /// The container it looks into.
    pub container: AssetId,
    /// The device's own number; operators only.
    pub dev_eui: DevEui,
    /// The name of its payload codec, for example `milesight-em400-mud`.
    pub codec: Box<str>,
    /// How it is mounted.
    pub mounting: Mounting,
    /// How often it is expected to report; longer than zero.
    pub expected_interval: Span,
}

/// Where a distance sensor sits above what it measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[u16; 2]", into = "[u16; 2]")]
pub struct Mounting {
    empty_mm: u16,
    full_mm: u16,
}

impl Mounting {
    /// `empty_mm` is the distance to the bottom, `full_mm` the one to the level that counts as full,
    /// which must be the shorter one.
    pub fn new(empty_mm: u16, full_mm: u16) -> TwinResult<Self> {
        if full_mm < empty_mm {
            Ok(Self { empty_mm, full_mm })
        } else {
            Err(TwinError::InvalidMounting { empty_mm, full_mm })
        }
    }

    /// Distance to the bottom, in millimetres.
    pub const fn empty_mm(self) -> u16 {
        self.empty_mm
    }

    /// Distance to the level that counts as full, in millimetres.
    pub const fn full_mm(self) -> u16 {
        self.full_mm
    }

    /// `(D_empty − d) / (D_empty − D_full)`, clamped to 0–1, for a measured distance `d`.
    pub fn fill_at(self, distance_mm: u16) -> Fraction {
        let above_bottom = f64::from(self.empty_mm) - f64::from(distance_mm);
        Fraction::saturating(above_bottom / f64::from(self.empty_mm - self.full_mm))
    }

    /// The distance to the surface at a fill, in millimetres: the inverse of
    /// [`Mounting::fill_at`], not rounded.
    pub fn distance_at(self, fill: Fraction) -> f64 {
        f64::from(self.empty_mm) - fill.get() * f64::from(self.empty_mm - self.full_mm)
    }
}

impl TryFrom<[u16; 2]> for Mounting {
    type Error = TwinError;

    fn try_from([empty_mm, full_mm]: [u16; 2]) -> TwinResult<Self> {
        Self::new(empty_mm, full_mm)
    }
}

impl From<Mounting> for [u16; 2] {
    fn from(mounting: Mounting) -> Self {
        [mounting.empty_mm, mounting.full_mm]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::at_the_bottom(1800, 0.0)]
    #[case::half_way(1100, 0.5)]
    #[case::at_the_full_level(400, 1.0)]
    #[case::above_the_full_level(280, 1.0)]
    #[case::through_the_bottom(1900, 0.0)]
    fn fill_follows_the_distance(#[case] distance_mm: u16, #[case] fill: f64) {
        let mounting = Mounting::new(1800, 400).unwrap();
        assert_eq!(mounting.fill_at(distance_mm).get(), fill);
    }

    #[test]
    fn a_mounting_without_depth_is_refused() {
        assert!(Mounting::new(400, 400).is_err());
        assert!(serde_json::from_str::<Mounting>("[400, 1800]").is_err());
    }
}
