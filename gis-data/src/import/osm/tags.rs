//! The tags of one object as they are in the file, within bounds, and which of them are kept.

use std::collections::HashSet;
use std::rc::Rc;

use super::interest::Interest;
use super::{keys, land, themes};

/// The tags of one object, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tags(Box<[(Rc<str>, Rc<str>)]>);

/// Keys and values that many objects have, each kept once.
#[derive(Debug, Default)]
pub(super) struct Texts(HashSet<Rc<str>>);

impl Texts {
    /// The same tags, sharing their texts with those of other objects.
    pub(super) fn share(&mut self, mut tags: Tags) -> Tags {
        for (key, value) in &mut tags.0 {
            self.share_text(key);
            self.share_text(value);
        }
        tags
    }

    fn share_text(&mut self, text: &mut Rc<str>) {
        if let Some(known) = self.0.get(text) {
            *text = Rc::clone(known);
        } else {
            self.0.insert(Rc::clone(text));
        }
    }
}

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

    /// Only the tags that are needed for what an object is kept for.
    pub(super) fn needed<'a>(
        interest: Interest,
        tags: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        Self::new(tags.filter(|(key, _)| is_needed(interest, key)))
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

/// Whether a key is needed.
type IsNeeded = fn(&str) -> bool;

/// Keys by what an object that has them is kept for.
const NEEDED: [(Interest, IsNeeded); 10] = [
    (Interest::ASSET, |_any| true),
    (Interest::ROAD, |key| {
        matches!(key, "highway" | "route" | "name") || keys::is_for_traffic(key)
    }),
    (Interest::WATER, |key| matches!(key, "waterway" | "name")),
    (Interest::BOUNDARY, |key| {
        let of_units = [
            "admin_level",
            "name",
            "population",
            "ref:INSEE",
            "ISO3166-2",
        ];
        of_units.contains(&key)
    }),
    (Interest::BUILDING, |key| {
        let of_buildings = [
            "building",
            "building:part",
            "building:levels",
            "height",
            "min_height",
        ];
        of_buildings.contains(&key) || matches!(key, "building:height" | "roof:shape" | "name")
    }),
    (Interest::LAND, |key| key == "name" || land::is_key(key)),
    (Interest::PLACE, |key| {
        key == "name" || themes::is_key(key) || themes::is_kept(key)
    }),
    (Interest::ADDRESS, |key| {
        matches!(
            key,
            "addr:housenumber" | "addr:street" | "addr:place" | "building:flats"
        )
    }),
    (Interest::TRAFFIC, keys::is_kept_on_road_node),
    (Interest::RESTRICTION, |key| {
        let first = key.split(':').next().unwrap_or_default();
        matches!(first, "type" | "except" | "restriction")
    }),
];

fn is_needed(interest: Interest, key: &str) -> bool {
    // Also what a street is called, whose houses have numbers only.
    let is_name = interest.has(Interest::STREET) && matches!(key, "name" | "addr:street");
    is_name
        || NEEDED
            .iter()
            .any(|(of, needs)| interest.has(*of) && needs(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::of_a_house(Interest::BUILDING, &["height", "roof:shape"], &["roof:colour", "addr:street"])]
    #[case::of_a_street(Interest::ROAD, &["highway", "oneway", "name"], &["note", "wikidata"])]
    #[case::of_a_turn(Interest::RESTRICTION, &["restriction:hgv", "except"], &["name"])]
    #[case::of_a_collection_point(Interest::ASSET, &["recycling:glass", "colour"], &[])]
    fn only_needed_tags_are_kept(
        #[case] interest: Interest,
        #[case] needed: &[&str],
        #[case] others: &[&str],
    ) {
        let tags = needed.iter().chain(others).map(|key| (*key, "x"));
        let kept = Tags::needed(interest, tags);
        let kept: Vec<&str> = kept.iter().map(|(key, _)| key).collect();
        assert_eq!(kept, needed);
    }

    #[test]
    fn objects_share_what_they_have_in_common() {
        let mut texts = Texts::default();
        let tags = || Tags::new([("building", "yes"), ("source", "building")].into_iter());
        let (one, other) = (texts.share(tags()), texts.share(tags()));
        assert_eq!((&one, one.get("source")), (&other, Some("building")));
        assert!(Rc::ptr_eq(&one.0[0].0, &other.0[0].0) && Rc::ptr_eq(&one.0[0].0, &one.0[1].1));
    }

    #[test]
    fn a_value_longer_than_openstreetmap_allows_is_dropped() {
        let long = "x".repeat(2000);
        let tags = Tags::new([("name", long.as_str()), ("ref", " 7 ")].into_iter());
        assert_eq!(tags.text("name"), None);
        assert_eq!(tags.text("ref").as_deref(), Some("7"));
    }
}
