//! What an object is kept for, told from its tags alone.

use std::ops::BitOr;

use super::themes::Sought;
use super::{keys, land, themes};

/// The layers that an object may become a part of, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interest(u32);

impl Interest {
    /// It becomes an asset.
    pub(super) const ASSET: Self = Self(1);
    /// It is a road, way, path or ferry, where it is a line.
    pub(super) const ROAD: Self = Self(1 << 1);
    /// It is a river, brook or canal, where it is a line.
    pub(super) const WATER: Self = Self(1 << 2);
    /// It is an administrative boundary, where it has rings.
    pub(super) const BOUNDARY: Self = Self(1 << 3);
    /// It is a building or a part of one, where it is an area.
    pub(super) const BUILDING: Self = Self(1 << 4);
    /// It covers land, where it is an area.
    pub(super) const LAND: Self = Self(1 << 5);
    /// It is a place that people look for.
    pub(super) const PLACE: Self = Self(1 << 6);
    /// It has a house number.
    pub(super) const ADDRESS: Self = Self(1 << 7);
    /// It says something to traffic, where it is a node of a road.
    pub(super) const TRAFFIC: Self = Self(1 << 8);
    /// It is a relation that forbids a turn.
    pub(super) const RESTRICTION: Self = Self(1 << 9);
    /// It is a relation that names the street of houses.
    pub(super) const STREET: Self = Self(1 << 10);
    /// It is a line on which house numbers are to be guessed.
    pub(super) const INTERPOLATION: Self = Self(1 << 11);
    /// It is a relation whose ways are the rings of an area.
    pub(super) const MULTIPOLYGON: Self = Self(1 << 12);
    /// It is a relation whose ways are the rings of an area, or of a boundary.
    const RINGS: Self = Self(1 << 13);
    /// It is a collection point, and a place to look for only where it is a centre.
    const RECYCLING: Self = Self(1 << 14);
    const CENTRE: Self = Self(1 << 15);
    /// Nobody but its owner may go there.
    const PRIVATE: Self = Self(1 << 16);
    /// It is told to be an area although such objects are lines.
    const IS_AREA: Self = Self(1 << 17);
    /// It is told to be a line, or below the ground, although such objects cover land.
    const NO_COVER: Self = Self(1 << 18);
    /// It is a place that people look for, where it has a name.
    const NAMED_PLACE: Self = Self(1 << 19);
    const NAMED: Self = Self(1 << 20);

    /// What a feature on a surface may be.
    const OF_AREAS: Self =
        Self(Self::ASSET.0 | Self::BUILDING.0 | Self::LAND.0 | Self::PLACE.0 | Self::ADDRESS.0);

    /// What a node is kept for.
    const OF_NODES: Self = Self(Self::ASSET.0 | Self::PLACE.0 | Self::ADDRESS.0 | Self::TRAFFIC.0);

    /// Gathers what all tags of an object say.
    pub(super) fn of<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        tags.fold(Self::default(), |found, (key, value)| {
            found | Self::of_tag(key, value)
        })
        .settled()
    }

    /// Whether it has anything of `other`.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Only what is common to both.
    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What a node with such tags is kept for.
    pub(super) const fn of_node(self) -> Self {
        self.and(Self::OF_NODES)
    }

    /// Whether a way with such tags is kept for itself.
    pub(super) const fn is_any_way(self) -> bool {
        let lines = Self(Self::ROAD.0 | Self::WATER.0 | Self::INTERPOLATION.0);
        self.has(lines) || self.has(Self::OF_AREAS)
    }

    /// Whether the ways of a relation with such tags are rings that something is made from.
    pub(super) const fn has_rings(self) -> bool {
        let is_area = self.has(Self::MULTIPOLYGON) && self.has(Self::OF_AREAS);
        is_area || (self.has(Self::RINGS) && self.has(Self::BOUNDARY))
    }

    /// Whether a relation with such tags is kept.
    pub(super) const fn is_any_relation(self) -> bool {
        self.has_rings() || self.has(Self::RESTRICTION) || self.has(Self::STREET)
    }

    fn of_tag(key: &str, value: &str) -> Self {
        let mut found = if keys::is_on_road_node(key, value) {
            Self::TRAFFIC
        } else {
            Self::default()
        };
        if land::is_cover(key, value) {
            found = found | Self::LAND;
        }
        found = match themes::sought(key, value) {
            Sought::Always => found | Self::PLACE,
            Sought::Named => found | Self::NAMED_PLACE,
            Sought::No => found,
        };
        found | Self::of_own_tag(key, value)
    }

    fn of_own_tag(key: &str, value: &str) -> Self {
        match (key, value) {
            ("amenity", "recycling") => Self::ASSET | Self::RECYCLING,
            ("amenity", "pharmacy" | "doctors" | "clinic" | "hospital" | "waste_basket")
            | ("man_made", "surveillance") => Self::ASSET,
            ("recycling_type", "centre") => Self::CENTRE,
            ("access", "private" | "no") => Self::PRIVATE,
            ("area", "yes") => Self::IS_AREA,
            ("area", "no") | ("parking" | "location", "underground") => Self::NO_COVER,
            ("highway", _) if keys::is_road(value) => Self::ROAD,
            ("route", "ferry") => Self::ROAD,
            ("waterway", "river" | "stream" | "canal") => Self::WATER,
            ("building" | "building:part", "no") => Self::default(),
            ("building" | "building:part", _) => Self::BUILDING,
            ("boundary", "administrative") => Self::BOUNDARY,
            ("name", _) if !value.trim().is_empty() => Self::NAMED,
            ("addr:housenumber", _) => Self::ADDRESS,
            ("addr:interpolation", _) => Self::INTERPOLATION,
            ("type", "multipolygon") => Self::MULTIPOLYGON | Self::RINGS,
            ("type", "boundary") => Self::RINGS,
            ("type", "associatedStreet") => Self::STREET,
            ("type", _) if keys::is_restriction(value) => Self::RESTRICTION,
            _ => Self::default(),
        }
    }

    /// What the tags say together.
    fn settled(mut self) -> Self {
        if self.has(Self::NAMED_PLACE) && self.has(Self::NAMED) {
            self = self | Self::PLACE;
        }
        let is_bin = self.has(Self::RECYCLING) && !self.has(Self::CENTRE);
        if is_bin || self.has(Self::PRIVATE) {
            self = self.without(Self::PLACE);
        }
        if self.has(Self::ROAD) {
            self = self.without(Self::WATER);
        }
        if self.has(Self::ROAD) && self.has(Self::IS_AREA | Self::MULTIPOLYGON) {
            self = self | Self::LAND;
        }
        if self.has(Self::BUILDING) || self.has(Self::NO_COVER) {
            self = self.without(Self::LAND);
        }
        self
    }
}

impl BitOr for Interest {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interest(tags: &[(&'static str, &'static str)]) -> Interest {
        Interest::of(tags.iter().copied())
    }

    #[rstest::rstest]
    #[case::pharmacy("amenity", "pharmacy", true)]
    #[case::camera("man_made", "surveillance", true)]
    #[case::bench("amenity", "bench", false)]
    #[case::two_values("amenity", "pharmacy;clinic", false)]
    fn assets_are_told_by_one_tag(
        #[case] key: &'static str,
        #[case] value: &'static str,
        #[case] is: bool,
    ) {
        assert_eq!(interest(&[(key, value)]).has(Interest::ASSET), is);
    }

    #[test]
    fn a_boundary_line_without_rings_is_no_area() {
        assert!(
            interest(&[("boundary", "administrative"), ("type", "boundary")]).is_any_relation()
        );
        let border = [("boundary", "administrative"), ("type", "multilinestring")];
        assert!(!interest(&border).is_any_relation());
    }

    #[test]
    fn a_road_in_a_river_bed_is_drawn_as_a_road() {
        let ford = interest(&[("waterway", "stream"), ("highway", "track")]);
        assert!(ford.has(Interest::ROAD) && !ford.has(Interest::WATER));
        assert!(!interest(&[("highway", "proposed")]).has(Interest::ROAD));
    }

    #[rstest::rstest]
    #[case::a_forest(&[("landuse", "forest")], true)]
    #[case::a_square(&[("highway", "pedestrian"), ("area", "yes")], true)]
    #[case::a_square_with_holes(&[("highway", "pedestrian"), ("type", "multipolygon")], true)]
    #[case::a_roundabout(&[("highway", "pedestrian")], false)]
    #[case::a_track_around_a_park(&[("leisure", "park"), ("area", "no")], false)]
    #[case::a_car_park_below_a_square(&[("amenity", "parking"), ("parking", "underground")], false)]
    #[case::a_school_building(&[("building", "school"), ("amenity", "school")], false)]
    fn land_is_covered_by_areas_that_are_no_buildings(
        #[case] tags: &[(&'static str, &'static str)],
        #[case] is: bool,
    ) {
        assert_eq!(interest(tags).has(Interest::LAND), is);
    }

    #[rstest::rstest]
    #[case::a_bin(&[("amenity", "recycling")], false)]
    #[case::a_centre(&[("recycling_type", "centre"), ("amenity", "recycling")], true)]
    #[case::a_pool(&[("leisure", "swimming_pool"), ("name", "Piscine municipale")], true)]
    #[case::a_pool_of_somebody(&[("leisure", "swimming_pool")], false)]
    #[case::the_pool_of_a_villa(&[("name", "Villa"), ("leisure", "swimming_pool"), ("access", "private")], false)]
    fn people_look_for_places_they_may_go_to(
        #[case] tags: &[(&'static str, &'static str)],
        #[case] is: bool,
    ) {
        assert_eq!(interest(tags).has(Interest::PLACE), is);
    }

    #[test]
    fn areas_are_relations_of_one_type_only() {
        let forest = ("landuse", "forest");
        assert!(interest(&[forest, ("type", "multipolygon")]).has_rings());
        assert!(!interest(&[forest, ("type", "boundary")]).has_rings());
        assert!(!interest(&[forest, ("type", "site")]).is_any_relation());
        assert!(interest(&[("type", "restriction")]).is_any_relation());
    }
}
