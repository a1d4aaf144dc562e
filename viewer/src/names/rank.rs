//! Which communes are named from how near, and how large their names are.

/// How a name is written, by how many live there; the first have the first claim on room.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Rank {
    /// Above 9,000.
    City,
    /// Above 3,000.
    Town,
    /// All others.
    Village,
}

impl Rank {
    pub(super) const fn of(population: u32) -> Self {
        match population {
            9001.. => Self::City,
            3001.. => Self::Town,
            _ => Self::Village,
        }
    }

    pub(super) const fn size_px(self) -> f32 {
        match self {
            Self::City => 17.0,
            Self::Town => 14.5,
            Self::Village => 13.0,
        }
    }

    pub(super) const fn weight(self) -> u16 {
        match self {
            Self::City => 680,
            Self::Town => 560,
            Self::Village => 500,
        }
    }

    /// How high a name stands over its place, in pixels.
    pub(super) const fn lift_px(self) -> f32 {
        match self {
            Self::City => 60.0,
            Self::Town => 54.0,
            Self::Village => 50.0,
        }
    }
}

/// From so many metres a pixel on, in the middle of the picture, places up to so many are not named.
const FROM: [(f32, u32); 2] = [(20.0, 1000), (8.0, 450)];
/// How much farther away names that are there already stay.
const STAY: f32 = 1.15;

/// Whether a commune may be named.
pub(super) fn is_named(population: u32, metres_per_px: f32, is_shown: bool) -> bool {
    let from = if is_shown {
        metres_per_px / STAY
    } else {
        metres_per_px
    };
    let found = FROM.iter().find(|(metres, _)| from >= *metres);
    found.is_none_or(|(_, most)| population > *most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::far(1001, 30.0, true)]
    #[case::far_and_small(1000, 30.0, false)]
    #[case::nearer(451, 12.0, true)]
    #[case::nearer_and_small(450, 12.0, false)]
    #[case::near(0, 3.0, true)]
    fn nearer_places_may_be_smaller(
        #[case] population: u32,
        #[case] metres_per_px: f32,
        #[case] named: bool,
    ) {
        assert_eq!(is_named(population, metres_per_px, false), named);
    }

    #[test]
    fn a_name_that_is_there_stays_a_little() {
        assert!(!is_named(800, 21.0, false));
        assert!(is_named(800, 21.0, true));
    }

    #[rstest::rstest]
    #[case::city(9001, Rank::City)]
    #[case::town(9000, Rank::Town)]
    #[case::village(3000, Rank::Village)]
    fn ranks(#[case] population: u32, #[case] rank: Rank) {
        assert_eq!(Rank::of(population), rank);
    }
}
