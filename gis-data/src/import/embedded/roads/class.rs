//! Classes of roads in OpenStreetMap's words, and what usually goes with them.

/// A class of roads, the most important ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::import::embedded) enum Class {
    Motorway,
    MotorwayLink,
    Primary,
    Secondary,
    Tertiary,
    Unclassified,
    Residential,
    LivingStreet,
    Service,
    Track,
}

impl Class {
    /// OpenStreetMap's word.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Motorway => "motorway",
            Self::MotorwayLink => "motorway_link",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Tertiary => "tertiary",
            Self::Unclassified => "unclassified",
            Self::Residential => "residential",
            Self::LivingStreet => "living_street",
            Self::Service => "service",
            Self::Track => "track",
        }
    }

    /// Whether it joins communes.
    pub(in crate::import::embedded) fn is_main(self) -> bool {
        matches!(
            self,
            Self::Primary | Self::Secondary | Self::Tertiary | Self::Unclassified
        )
    }

    /// Whether houses stand along it.
    pub(in crate::import::embedded) fn has_houses(self) -> bool {
        self.is_main() || matches!(self, Self::Residential | Self::LivingStreet)
    }
}
