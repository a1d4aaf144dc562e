//! Tags: what a source says of an object, key by key, in the source's words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a source says of an object, by key: `oneway=yes`, `maxspeed=50`.
///
/// ```
/// let tags: twin_core::Tags = [("oneway", "yes"), ("maxspeed", "50")].into_iter().collect();
/// assert_eq!(tags.get("maxspeed"), Some("50"));
/// assert!(tags.is("oneway", "yes"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    from = "BTreeMap<Box<str>, Box<str>>",
    into = "BTreeMap<Box<str>, Box<str>>"
)]
pub struct Tags(Box<[(Box<str>, Box<str>)]>);

impl Tags {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let ix = self.0.binary_search_by(|(other, _)| (**other).cmp(key));
        ix.ok().map(|ix| &*self.0[ix].1)
    }

    /// Whether a key has this very value.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All keys with their values, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }
}

impl From<BTreeMap<Box<str>, Box<str>>> for Tags {
    fn from(tags: BTreeMap<Box<str>, Box<str>>) -> Self {
        Self(tags.into_iter().collect())
    }
}

impl From<Tags> for BTreeMap<Box<str>, Box<str>> {
    fn from(tags: Tags) -> Self {
        tags.0.into_iter().collect()
    }
}

/// Of a key that comes twice, the last value holds.
impl<K: Into<Box<str>>, V: Into<Box<str>>> FromIterator<(K, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(tags: I) -> Self {
        let tags = tags
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()));
        tags.collect::<BTreeMap<_, _>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_by_key_whatever_their_order() {
        let tags: Tags = [("surface", "gravel"), ("access", "no"), ("lanes", "2")]
            .into_iter()
            .collect();
        assert_eq!(tags.get("access"), Some("no"));
        assert_eq!(tags.get("lanes"), Some("2"));
        assert_eq!(tags.get("oneway"), None);
        assert_eq!(tags.iter().count(), 3);
    }

    #[test]
    fn tags_are_an_object_in_json() {
        let tags: Tags = [("b", "2"), ("a", "1")].into_iter().collect();
        let text = serde_json::to_string(&tags).unwrap();
        assert_eq!(text, r#"{"a":"1","b":"2"}"#);
        assert_eq!(serde_json::from_str::<Tags>(&text).unwrap(), tags);
    }
}
