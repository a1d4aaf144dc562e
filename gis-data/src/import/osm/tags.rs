//! Tags, and which of them make an object worth keeping.

/// The tags of one object, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tags(Vec<(Box<str>, Box<str>)>);

impl Tags {
    /// The longest value that is kept, in bytes: 255 characters of up to 4, as in OpenStreetMap.
    const MAX_VALUE: usize = 1020;
    /// How many tags of one object are kept.
    const MAX_TAGS: usize = 1000;

    pub(super) fn new<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let is_short = |(key, value): &(&str, &str)| key.len().max(value.len()) <= Self::MAX_VALUE;
        let kept = tags.filter(is_short).take(Self::MAX_TAGS);
        Self(
            kept.map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// The value of a tag as text of our own.
    pub(super) fn text(&self, key: &str) -> Option<Box<str>> {
        self.get(key)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(Into::into)
    }

    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }
}

/// What a way is where it is a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A road, way or path.
    Road,
    /// A river, brook or canal.
    Water,
}

impl Line {
    /// The key whose value is the class of the line.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Road => "highway",
            Self::Water => "waterway",
        }
    }
}

/// Keys of roads that say something to traffic, besides those that end in one of them after a
/// colon, such as `maxspeed:hgv`.
const TRAFFIC_KEYS: [&str; 40] = [
    "access",
    "agricultural",
    "bicycle",
    "bridge",
    "bus",
    "crossing",
    "foot",
    "footway",
    "goods",
    "hazmat",
    "hgv",
    "incline",
    "junction",
    "lanes",
    "layer",
    "lit",
    "maxaxleload",
    "maxheight",
    "maxlength",
    "maxspeed",
    "maxweight",
    "maxweightrating",
    "maxwidth",
    "motor_vehicle",
    "motorcar",
    "motorroad",
    "oneway",
    "psv",
    "ref",
    "service",
    "sidewalk",
    "smoothness",
    "surface",
    "toll",
    "tracktype",
    "traffic_calming",
    "tunnel",
    "vehicle",
    "width",
    "zone",
];

/// Whether a road's tag says something to traffic: `maxspeed`, `maxspeed:backward`,
/// `zone:maxspeed`, `access:conditional`.
pub(super) fn is_for_traffic(key: &str) -> bool {
    key.split(':').any(|part| TRAFFIC_KEYS.contains(&part))
}

/// What an object is kept for, told from its tags alone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Interest {
    /// It becomes an asset.
    pub(super) is_feature: bool,
    /// It is a line.
    pub(super) line: Option<Line>,
    /// It is an administrative boundary.
    pub(super) is_boundary: bool,
    /// It is a relation whose ways are the rings of an area.
    pub(super) is_area: bool,
}

impl Interest {
    pub(super) fn of<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        tags.fold(Self::default(), |mut interest, (key, value)| {
            match key {
                "amenity" => interest.is_feature |= FEATURE_AMENITIES.contains(&value),
                "man_made" => interest.is_feature |= value == "surveillance",
                "highway" if ROADS.contains(&value) => interest.line = Some(Line::Road),
                "waterway" if WATERWAYS.contains(&value) => {
                    interest.line = interest.line.or(Some(Line::Water));
                }
                "boundary" => interest.is_boundary = value == "administrative",
                "type" => interest.is_area = matches!(value, "multipolygon" | "boundary"),
                _ => {}
            }
            interest
        })
    }

    pub(super) const fn is_any_way(self) -> bool {
        self.is_feature || self.line.is_some()
    }

    pub(super) const fn is_any_relation(self) -> bool {
        self.is_area && (self.is_feature || self.is_boundary)
    }
}

/// Values of `amenity` that become assets.
const FEATURE_AMENITIES: [&str; 6] = [
    "pharmacy",
    "doctors",
    "clinic",
    "hospital",
    "recycling",
    "waste_basket",
];

/// Values of `waterway` that are drawn.
const WATERWAYS: [&str; 3] = ["river", "stream", "canal"];

/// Values of `highway` that are drawn: what one can drive, ride or walk on.
const ROADS: [&str; 25] = [
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "track",
    "busway",
    "bus_guideway",
    "escape",
    "pedestrian",
    "footway",
    "bridleway",
    "steps",
    "path",
    "cycleway",
];

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
    fn features_are_told_by_one_tag(#[case] key: &str, #[case] value: &str, #[case] is: bool) {
        assert_eq!(Interest::of([(key, value)].into_iter()).is_feature, is);
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
        let ford = [("waterway", "stream"), ("highway", "track")];
        assert_eq!(interest(&ford).line, Some(Line::Road));
        assert_eq!(interest(&[("highway", "proposed")]).line, None);
    }

    #[test]
    fn a_value_longer_than_openstreetmap_allows_is_dropped() {
        let long = "x".repeat(2000);
        let tags = Tags::new([("name", long.as_str()), ("ref", " 7 ")].into_iter());
        assert_eq!(tags.text("name"), None);
        assert_eq!(tags.text("ref").as_deref(), Some("7"));
    }
}
