//! The classes of roads, from the largest to the smallest.

use crate::roads::Mode;

/// A value of `highway` that one can drive or walk on. Others (`construction`, `proposed`,
/// `escape`, `bus_guideway`) are none, nor is a ferry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::roads) enum Class {
    Motorway,
    MotorwayLink,
    Trunk,
    TrunkLink,
    Primary,
    PrimaryLink,
    Secondary,
    SecondaryLink,
    Tertiary,
    TertiaryLink,
    Unclassified,
    Road,
    Residential,
    LivingStreet,
    Busway,
    Service,
    Pedestrian,
    Track,
    Cycleway,
    Bridleway,
    Footway,
    Path,
    Steps,
    Platform,
}

/// Every class with its word and its rank, in the order of [`Class`].
const CLASSES: [(&str, Class, u8); Class::COUNT] = [
    ("motorway", Class::Motorway, 0),
    ("motorway_link", Class::MotorwayLink, 1),
    ("trunk", Class::Trunk, 1),
    ("trunk_link", Class::TrunkLink, 2),
    ("primary", Class::Primary, 2),
    ("primary_link", Class::PrimaryLink, 3),
    ("secondary", Class::Secondary, 3),
    ("secondary_link", Class::SecondaryLink, 4),
    ("tertiary", Class::Tertiary, 4),
    ("tertiary_link", Class::TertiaryLink, 5),
    ("unclassified", Class::Unclassified, 5),
    ("road", Class::Road, 6),
    ("residential", Class::Residential, 6),
    ("living_street", Class::LivingStreet, 7),
    ("busway", Class::Busway, 7),
    ("service", Class::Service, 8),
    ("pedestrian", Class::Pedestrian, 8),
    ("track", Class::Track, 9),
    ("cycleway", Class::Cycleway, 10),
    ("bridleway", Class::Bridleway, 10),
    ("footway", Class::Footway, 10),
    ("path", Class::Path, 10),
    ("steps", Class::Steps, 10),
    ("platform", Class::Platform, 10),
];

/// The rank of whatever is no class.
const LAST_RANK: u8 = 11;

/// How small a road of a class (a value of `highway`) is: 0 for a motorway, 10 for a path, 11 for a
/// word that is no class. A link road counts one less than the road it leads to.
///
/// ```
/// use simulator::roads::class_rank;
///
/// assert!(class_rank("primary") < class_rank("residential"));
/// ```
pub fn class_rank(class: &str) -> u8 {
    CLASSES
        .iter()
        .find(|(word, ..)| *word == class)
        .map_or(LAST_RANK, |(.., rank)| *rank)
}

impl Class {
    /// How many there are.
    pub(in crate::roads) const COUNT: usize = 24;

    /// The class of a value of `highway`.
    pub(in crate::roads) fn of(word: &str) -> Option<Self> {
        let mut classes = CLASSES.iter();
        classes
            .find(|(other, ..)| *other == word)
            .map(|(_, class, _)| *class)
    }

    /// Every class in OpenStreetMap's words.
    pub(in crate::roads) fn words() -> impl Iterator<Item = (&'static str, Self)> {
        CLASSES.iter().map(|(word, class, _)| (*word, *class))
    }

    /// Whether traffic of a mode finds such roads where no tag tells otherwise, for some profile.
    pub(super) const fn is_usual_for(self, mode: Mode) -> bool {
        match mode {
            Mode::Motor => (self as u8) <= (Self::Track as u8),
            Mode::Foot => !matches!(self, Self::Motorway | Self::MotorwayLink | Self::Busway),
        }
    }

    /// Whether no tag whatever puts a vehicle there.
    pub(super) const fn is_impossible_for(self, mode: Mode) -> bool {
        matches!(mode, Mode::Motor) && matches!(self, Self::Steps | Self::Platform)
    }

    /// Whether one drives there in one direction unless a tag tells otherwise.
    pub(super) const fn is_one_way(self) -> bool {
        matches!(self, Self::Motorway | Self::MotorwayLink)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_stand_in_their_order_with_rising_ranks() {
        for (index, (word, class, _)) in CLASSES.iter().enumerate() {
            assert_eq!(*class as usize, index, "{word}");
            assert_eq!(Class::of(word), Some(*class));
        }
        assert_eq!(class_rank("motorway"), 0);
        assert!(class_rank("path") < class_rank("construction"));
        assert_eq!(Class::of("ferry"), None);
    }
}
