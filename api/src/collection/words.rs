//! The words of what drivers read, in the language in force.

use std::collections::BTreeMap;
use std::str::FromStr;

use twin_core::Stream;

use super::{Call, Note};
use crate::error::ApiError;

const FRENCH: &str = include_str!("words.fr.toml");
const ENGLISH: &str = include_str!("words.en.toml");

/// A language that drivers read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub(crate) enum Language {
    /// The one that is spoken here.
    #[default]
    #[serde(rename = "fr")]
    French,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Those that there are.
    pub(crate) const ALL: [Self; 2] = [Self::French, Self::English];

    /// Its short name.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

impl FromStr for Language {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        match text {
            "fr" => Ok(Self::French),
            "en" => Ok(Self::English),
            _ => Err(ApiError::InvalidOption {
                option: "the language",
                value: text.into(),
                expected: "fr or en",
            }),
        }
    }
}

/// The words of one language, by key.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    language: Language,
    words: BTreeMap<String, String>,
}

impl Words {
    /// Those of a language.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub(crate) fn new(language: Language) -> Self {
        Self::of(language, [FRENCH, ENGLISH])
    }

    /// Those of a language, from texts that are built in, the French one first.
    ///
    /// # Panics
    /// Where the text is no list of words: whoever has texts tests them.
    pub(crate) fn of(language: Language, [french, english]: [&str; 2]) -> Self {
        let text = match language {
            Language::French => french,
            Language::English => english,
        };
        let words = toml::from_str(text).expect("built-in words are read by a test");
        Self { language, words }
    }

    /// Their language.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The words of a key; one that there is not shows itself, so that it is seen.
    pub(crate) fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The words of a key, with values at their places, each in braces by its name.
    pub(crate) fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.get(key);
        let mut out = String::new();
        // In one go, so that a value that looks like a place stays as it is.
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            let value = values.iter().find(|(other, _)| *other == name);
            out.push_str(before);
            out.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        out + rest
    }

    /// So many of something: the words of `key` with `_one` or `_other` behind it.
    pub(crate) fn count(&self, key: &str, count: usize) -> String {
        let is_one = match self.language {
            Language::French => count < 2,
            Language::English => count == 1,
        };
        let form = if is_one { "one" } else { "other" };
        self.filled(&format!("{key}_{form}"), &[("n", &count.to_string())])
    }

    /// A number with so many decimals.
    pub(crate) fn number(&self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let digits: Vec<char> = whole.chars().collect();
        let threes: Vec<String> = digits
            .rchunks(3)
            .rev()
            .map(|three| three.iter().collect())
            .collect();
        let whole = threes.join(self.get("number.thousands"));
        if rest.is_empty() {
            whole
        } else {
            whole + self.get("number.decimal") + rest
        }
    }

    /// A mass: kilograms below a tonne, tonnes above.
    pub(crate) fn mass(&self, kg: u64) -> String {
        let (key, text) = if kg < 1000 {
            ("mass.kg", self.number(kg as f64, 0))
        } else {
            ("mass.t", self.number(kg as f64 / 1000.0, 1))
        };
        self.filled(key, &[("n", &text)])
    }

    /// What a class of vehicles is called, where there are words for it.
    pub(crate) fn class<'a>(&'a self, class: &'a str) -> &'a str {
        let word = self.words.get(&format!("class.{class}"));
        word.map_or(class, String::as_str)
    }

    /// What a stream is called.
    pub(crate) fn stream(&self, stream: Stream) -> String {
        self.get(&format!("stream.{stream}")).to_owned()
    }

    /// What a crew has to know.
    pub(crate) fn note(&self, note: Note) -> String {
        match note {
            Note::WorkBreak => self.get("note.work-break").to_owned(),
            Note::DrivingBreak => self.get("note.driving-break").to_owned(),
            Note::DrivingBreakBegun => self.get("note.driving-break-begun").to_owned(),
            Note::DrivingBreakEnded => self.get("note.driving-break-ended").to_owned(),
            Note::OneSided => self.get("note.one-sided").to_owned(),
            Note::OnFoot(metres) => self.filled("note.on-foot", &[("n", &self.number(metres, 0))]),
        }
    }

    /// How many containers of each stream a call empties.
    pub(crate) fn by_stream(&self, call: &Call) -> Vec<String> {
        let count = |stream: Stream| {
            call.containers
                .iter()
                .filter(|one| one.stream == stream)
                .count()
        };
        let told = call.streams.iter().map(|&stream| (stream, count(stream)));
        let told = told.map(|(stream, count)| match count {
            0 => self.stream(stream),
            count => format!("{count} × {}", self.stream(stream)),
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys_with_the_same_places() {
        let places = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
                .collect();
            names.sort();
            names
        };
        let all = |language| {
            let words = Words::new(language).words.into_iter();
            words
                .map(|(key, text)| (key, places(&text)))
                .collect::<Vec<_>>()
        };
        assert_eq!(all(Language::French), all(Language::English));
    }

    #[test]
    fn every_stream_has_a_word() {
        for language in [Language::French, Language::English] {
            let words = Words::new(language);
            for stream in Stream::ALL {
                assert!(
                    words.words.contains_key(&format!("stream.{stream}")),
                    "{stream}"
                );
            }
        }
    }

    #[test]
    fn a_value_is_put_in_once_and_as_it_is() {
        let words = Words::new(Language::English);
        let told = words.filled("gpx.trip", &[("vehicle", "{n}"), ("n", "2")]);
        assert_eq!(told, "{n}, trip 2");
    }

    #[rstest::rstest]
    #[case::decimals(Language::French, 1234.56, 1, "1\u{a0}234,6")]
    #[case::whole(Language::French, 999.6, 0, "1\u{a0}000")]
    #[case::english(Language::English, 1_234_567.0, 0, "1,234,567")]
    #[case::small(Language::French, 0.5, 1, "0,5")]
    fn numbers_are_written_as_the_language_does(
        #[case] language: Language,
        #[case] value: f64,
        #[case] decimals: usize,
        #[case] expected: &str,
    ) {
        assert_eq!(Words::new(language).number(value, decimals), expected);
    }
}
