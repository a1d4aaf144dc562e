//! Which tags say what covers a piece of land, one row a key.

use super::tags::Tags;
use super::values::Values::{self, AllBut, These};

/// What covers the land, by key, the most telling first.
const COVERS: [(&str, Values); 6] = [
    (
        "natural",
        These(
            "bare_rock beach blockfield dune fell glacier grassland heath moor mud rock \
             sand scree scrub shingle shoal shrubbery tree_group tundra water wetland wood",
        ),
    ),
    ("landuse", AllBut("no none yes proposed")),
    (
        "leisure",
        These(
            "beach_resort common dog_park fitness_station garden golf_course horse_riding \
             ice_rink marina miniature_golf park pitch playground recreation_ground \
             sports_centre stadium swimming_pool village_green water_park",
        ),
    ),
    (
        "amenity",
        These(
            "bicycle_parking bus_station clinic college courthouse fire_station fuel \
             grave_yard hospital kindergarten marketplace motorcycle_parking parking \
             place_of_worship police prison recycling school social_facility townhall \
             university waste_transfer_station",
        ),
    ),
    ("waterway", These("boatyard dock riverbank")),
    ("place", These("square")),
];

/// Whether a tag says what covers an area.
pub(super) fn is_cover(key: &str, value: &str) -> bool {
    COVERS
        .iter()
        .any(|(known, values)| *known == key && values.has(value))
}

/// Whether a key is needed to tell what covers an area.
pub(super) fn is_key(key: &str) -> bool {
    key == "highway" || COVERS.iter().any(|(known, _)| *known == key)
}

/// What covers an area with some tags; for a place to walk on, its class as a road.
pub(super) fn class(tags: &Tags) -> Option<Box<str>> {
    let covers = COVERS
        .iter()
        .filter_map(|(key, values)| tags.get(key).filter(|value| values.has(value)));
    covers
        .map(Into::into)
        .next()
        .or_else(|| tags.text("highway"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::any_use("landuse", "greenhouse_horticulture", true)]
    #[case::no_use("landuse", "no", false)]
    #[case::water("natural", "water", true)]
    #[case::a_line("natural", "tree_row", false)]
    #[case::a_sea("natural", "bay", false)]
    #[case::a_protected_zone("leisure", "nature_reserve", false)]
    #[case::old_words("waterway", "riverbank", true)]
    #[case::a_river("waterway", "river", false)]
    fn cover_is_told_by_one_tag(#[case] key: &str, #[case] value: &str, #[case] is: bool) {
        assert_eq!(is_cover(key, value), is);
    }

    #[rstest::rstest]
    #[case::what_grows_there(&[("landuse", "forest"), ("natural", "wood")], Some("wood"))]
    #[case::a_school_in_a_park(&[("amenity", "school"), ("leisure", "park")], Some("park"))]
    #[case::a_square(&[("highway", "pedestrian"), ("area", "yes")], Some("pedestrian"))]
    #[case::nothing(&[("natural", "cliff")], None)]
    fn the_most_telling_tag_gives_the_class(
        #[case] tags: &[(&str, &str)],
        #[case] class: Option<&str>,
    ) {
        let tags = Tags::new(tags.iter().copied());
        assert_eq!(super::class(&tags).as_deref(), class);
    }
}
