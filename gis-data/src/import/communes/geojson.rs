//! GeoJSON read a feature at a time: one that is damaged does not take the others with it, and no
//! outline is put into memory beyond a limit.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use encoding_rs::{Encoding, WINDOWS_1252};
use geo_types::Coord;
use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use serde_json::value::RawValue;

/// The most positions that one outline may have; the most detailed commune of France has a tenth.
pub(super) const MAX_POSITIONS: usize = 1_000_000;

/// The features of a file, each as its text.
#[derive(Debug)]
pub(super) struct Features<'a> {
    pub(super) texts: Vec<&'a RawValue>,
    /// Where and why the file stops making sense, if it does.
    pub(super) broken: Option<serde_json::Error>,
}

/// A feature: what is said of it, and its outline.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) properties: Value,
    /// The rings of each polygon, or why there are none.
    pub(super) rings: Result<Vec<Vec<Vec<Coord>>>, Cow<'static, str>>,
}

#[derive(Deserialize)]
struct RawFeature<'a> {
    #[serde(default)]
    properties: Value,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawGeometry<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
}

/// The text of a file, and the encoding that it was taken for where it is not UTF-8.
pub(super) fn decoded(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static str>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, is_damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (text, is_damaged.then(|| encoding.name()));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.into(), None);
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    (text, Some(WINDOWS_1252.name()))
}

impl<'a> Features<'a> {
    /// The features of a `FeatureCollection`, up to where the text stops making sense.
    ///
    /// # Errors
    /// Text that is no such collection, or that makes no sense before its first feature ends.
    pub(super) fn read(text: &'a str) -> serde_json::Result<Self> {
        let mut texts = Vec::new();
        let mut reader = serde_json::Deserializer::from_str(text);
        let outcome = reader.deserialize_map(Collection(&mut texts));
        match outcome.and_then(|is_collection| reader.end().map(|()| is_collection)) {
            Ok(true) => Ok(Self {
                texts,
                broken: None,
            }),
            Ok(false) => Err(serde_json::Error::custom(NO_COLLECTION)),
            Err(error) if texts.is_empty() || error.to_string().starts_with(NO_COLLECTION) => {
                Err(error)
            }
            Err(error) => Ok(Self {
                texts,
                broken: Some(error),
            }),
        }
    }
}

const NO_COLLECTION: &str = "the type is not FeatureCollection";

/// Gathers the features of a collection; says whether it is one.
struct Collection<'v, 'a>(&'v mut Vec<&'a RawValue>);

impl<'a> Visitor<'a> for Collection<'_, 'a> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FeatureCollection")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut is_collection = false;
        while let Some(key) = map.next_key::<Cow<'a, str>>()? {
            match &*key {
                "type" => {
                    is_collection = map.next_value::<Cow<'a, str>>()? == "FeatureCollection";
                    if !is_collection {
                        return Err(A::Error::custom(NO_COLLECTION));
                    }
                }
                "features" => map.next_value_seed(List(&mut *self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(is_collection)
    }
}

/// The list of features.
struct List<'v, 'a>(&'v mut Vec<&'a RawValue>);

impl<'a> DeserializeSeed<'a> for List<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for List<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(text) = list.next_element()? {
            self.0.push(text);
        }
        Ok(())
    }
}

impl Feature {
    /// Reads the text of a feature.
    pub(super) fn read(text: &RawValue) -> serde_json::Result<Self> {
        let raw: RawFeature<'_> = serde_json::from_str(text.get())?;
        let rings = match raw.geometry {
            Some(geometry) => rings(geometry),
            None => Err("has no geometry".into()),
        };
        Ok(Self {
            properties: raw.properties,
            rings,
        })
    }
}

fn rings(geometry: &RawValue) -> Result<Vec<Vec<Vec<Coord>>>, Cow<'static, str>> {
    let unreadable =
        |error: serde_json::Error| format!("has a geometry that cannot be read ({error})");
    let raw: RawGeometry<'_> = serde_json::from_str(geometry.get()).map_err(unreadable)?;
    let depth = match &*raw.kind {
        "Polygon" => 2,
        "MultiPolygon" => 3,
        _ => return Err("is neither Polygon nor MultiPolygon".into()),
    };
    let coordinates = raw.coordinates.ok_or("has no coordinates")?;
    let left = Cell::new(MAX_POSITIONS);
    let mut reader = serde_json::Deserializer::from_str(coordinates.get());
    let nested = Limited(&left).deserialize(&mut reader).map_err(|error| {
        if left.get() == 0 {
            format!("has more than {MAX_POSITIONS} positions")
        } else {
            unreadable(error)
        }
    })?;
    let wrong = "has coordinates that are not nested as its type wants";
    let parts = match depth {
        2 => vec![nested],
        _ => nested.list().ok_or(wrong)?,
    };
    let polygon = |part: Nested| -> Option<Vec<Vec<Coord>>> {
        part.list()?.into_iter().map(Nested::ring).collect()
    };
    let parts: Option<Vec<_>> = parts.into_iter().map(polygon).collect();
    parts.ok_or_else(|| wrong.into())
}

/// Coordinates as deep as they are nested.
#[derive(Debug)]
enum Nested {
    Number(f64),
    /// The first two of a list of numbers.
    Position([f64; 2]),
    List(Vec<Self>),
}

impl Nested {
    fn list(self) -> Option<Vec<Self>> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    fn ring(self) -> Option<Vec<Coord>> {
        let position = |it: Self| match it {
            Self::Position([x, y]) => Some(Coord { x, y }),
            _ => None,
        };
        self.list()?.into_iter().map(position).collect()
    }
}

/// Reads [`Nested`] coordinates, as many positions and lists as are left.
#[derive(Clone, Copy)]
struct Limited<'c>(&'c Cell<usize>);

impl<'a> DeserializeSeed<'a> for Limited<'_> {
    type Value = Nested;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Nested, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Limited<'_> {
    type Value = Nested;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a list")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Nested, E> {
        Ok(Nested::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Nested, E> {
        Ok(Nested::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Nested, E> {
        Ok(Nested::Number(number as f64))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Nested, A::Error> {
        let left = self.0.get().checked_sub(1);
        self.0.set(left.unwrap_or(0));
        if left.is_none_or(|left| left == 0) {
            return Err(A::Error::custom("too many positions"));
        }
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            match item {
                Nested::Number(number) if items.is_empty() => return position(number, list),
                item => items.push(item),
            }
        }
        Ok(Nested::List(items))
    }
}

/// The rest of a position; what comes after its second number (a height) is not used.
fn position<'a, A: SeqAccess<'a>>(first: f64, mut list: A) -> Result<Nested, A::Error> {
    let Some(second) = list.next_element::<f64>()? else {
        return Err(A::Error::custom("a position has one number, expected two"));
    };
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(Nested::Position([first, second]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(text: &str) -> serde_json::Result<Feature> {
        Feature::read(&RawValue::from_string(text.to_owned())?)
    }

    fn polygon(coordinates: &str) -> Result<Vec<Vec<Vec<Coord>>>, Cow<'static, str>> {
        let text =
            format!(r#"{{"geometry": {{"coordinates": {coordinates}, "type": "Polygon"}}}}"#);
        feature(&text).unwrap().rings
    }

    #[test]
    fn positions_are_read_whatever_their_heights() {
        let rings = polygon("[[[1, 2.5], [3, 4, 5], [-6e0, 7, 8, 9]]]").unwrap();
        let coord = |x, y| Coord { x, y };
        assert_eq!(
            rings,
            [[[coord(1.0, 2.5), coord(3.0, 4.0), coord(-6.0, 7.0)]]]
        );
    }

    #[rstest::rstest]
    #[case::one_number("[[[1]]]", "two")]
    #[case::too_flat("[[1, 2]]", "nested")]
    #[case::too_deep("[[[[[1, 2]]]]]", "nested")]
    #[case::far_too_deep(&format!("{}{}", "[".repeat(500), "]".repeat(500)), "recursion")]
    #[case::no_number("[[[1, null]]]", "null")]
    #[case::huge("[[[1, 1e999]]]", "out of range")]
    #[case::none("null", "no coordinates")]
    fn wrong_coordinates_are_told(#[case] coordinates: &str, #[case] why: &str) {
        let problem = polygon(coordinates).unwrap_err();
        assert!(problem.contains(why), "{problem}");
    }

    #[test]
    fn an_outline_ends_at_the_limit() {
        let many = vec!["[1,2]"; MAX_POSITIONS + 5].join(",");
        let problem = polygon(&format!("[[{many}]]")).unwrap_err();
        assert!(problem.contains("more than 1000000 positions"), "{problem}");
    }

    #[rstest::rstest]
    #[case::whole(
        r#"{"type": "FeatureCollection", "features": [{"a": 1}, {"b": 2}]}"#,
        2,
        false
    )]
    #[case::type_last(r#"{"features": [{"a": 1}], "type": "FeatureCollection"}"#, 1, false)]
    #[case::cut(r#"{"type": "FeatureCollection", "features": [{"a": 1}, {"b"#, 1, true)]
    #[case::no_json(
        r#"{"type": "FeatureCollection", "features": [{"a": 1}, {"b": NaN}]}"#,
        1,
        true
    )]
    #[case::more_after_its_end(
        r#"{"type": "FeatureCollection", "features": [{"a": 1}]}}"#,
        1,
        true
    )]
    fn features_are_read_up_to_the_damage(
        #[case] text: &str,
        #[case] count: usize,
        #[case] is_broken: bool,
    ) {
        let features = Features::read(text).unwrap();
        assert_eq!(
            (features.texts.len(), features.broken.is_some()),
            (count, is_broken)
        );
    }

    #[rstest::rstest]
    #[case::one_feature(r#"{"type": "Feature", "geometry": null}"#)]
    #[case::another_collection(r#"{"features": [{"a": 1}], "type": "Topology"}"#)]
    #[case::no_type(r#"{"features": [{"a": 1}]}"#)]
    #[case::a_list("[1, 2]")]
    #[case::a_page("<html>")]
    #[case::nothing("")]
    fn what_is_no_collection_is_refused(#[case] text: &str) {
        assert!(Features::read(text).is_err());
    }

    #[rstest::rstest]
    #[case::utf8("Étupes".as_bytes(), None)]
    #[case::utf8_with_mark(b"\xef\xbb\xbf\xc3\x89tupes", None)]
    #[case::windows_1252(b"\xc9tupes", Some("windows-1252"))]
    #[case::utf16(b"\xff\xfe\xc9\0t\0u\0p\0e\0s\0", None)]
    fn text_is_decoded(#[case] bytes: &[u8], #[case] encoding: Option<&str>) {
        let (text, told) = decoded(bytes);
        assert_eq!((&*text, told), ("Étupes", encoding));
    }
}
