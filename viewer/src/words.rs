//! The viewer's words in the language in force: look-up, what is filled in, plurals, numbers.
//!
//! Both languages are part of the program. A key that does not exist shows itself, so that it is seen.

pub(crate) mod calendar;
mod figures;

use std::collections::BTreeMap;

pub(crate) use self::calendar::midnights;
use bevy::ecs::resource::Resource;

/// A language that the viewer speaks.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    const fn source(self) -> &'static str {
        match self {
            Self::Fr => include_str!("i18n/fr.json"),
            Self::En => include_str!("i18n/en.json"),
        }
    }

    /// Whether so many take the singular.
    const fn is_one(self, count: usize) -> bool {
        match self {
            Self::Fr => count < 2,
            Self::En => count == 1,
        }
    }
}

/// Everything that the viewer says, in one language. Insert another to switch.
#[derive(Resource, Clone, Debug)]
pub struct Words {
    language: Language,
    entries: BTreeMap<Box<str>, Box<str>>,
}

impl Default for Words {
    fn default() -> Self {
        Self::new(Language::default())
    }
}

impl Words {
    /// The words of a language.
    pub fn new(language: Language) -> Self {
        let entries = serde_json::from_str(language.source()).unwrap_or_default();
        Self { language, entries }
    }

    /// The language in force.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The words of a key.
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.entries.get(key).map_or(key, |words| words)
    }

    /// The words of a key, with `{name}` replaced by its value, for each name.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut filled = self.say(key).to_owned();
        for (name, value) in values {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        filled
    }

    /// The words for so many: `KEY_zero` where there is one, `KEY_one` or `KEY_other`, with the
    /// number as `{n}`.
    pub fn count(&self, key: &str, count: usize) -> String {
        self.count_with(key, count, &[])
    }

    /// Like [`Words::count`], with more to fill in.
    pub fn count_with(&self, key: &str, count: usize, values: &[(&str, &str)]) -> String {
        let number = self.number(count as f64, 0);
        let values = [&[("n", &*number)], values].concat();
        self.fill(&self.form(key, count), &values)
    }

    fn form(&self, key: &str, count: usize) -> String {
        let zero = format!("{key}_zero");
        if count == 0 && self.entries.contains_key(&*zero) {
            zero
        } else if self.language.is_one(count) {
            format!("{key}_one")
        } else {
            format!("{key}_other")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(language: Language) -> Vec<Box<str>> {
        Words::new(language).entries.into_keys().collect()
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        assert!(!keys(Language::Fr).is_empty());
        assert_eq!(keys(Language::Fr), keys(Language::En));
    }

    #[test]
    fn keys_are_sorted_in_their_files() {
        for language in Language::ALL {
            let lines = language
                .source()
                .lines()
                .filter_map(|line| line.trim().split('"').nth(1));
            let lines: Vec<&str> = lines.collect();
            assert!(lines.is_sorted(), "{language:?}");
        }
    }

    #[test]
    fn both_languages_fill_in_the_same() {
        let names = |words: &str| {
            let mut names: Vec<String> = words
                .split('{')
                .skip(1)
                .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
                .collect();
            names.retain(|name| name != "h" && name != "hh");
            names.sort();
            names
        };
        let [fr, en] = Language::ALL.map(Words::new);
        for (key, words) in &fr.entries {
            assert_eq!(names(words), names(en.say(key)), "{key}");
        }
    }

    #[test]
    fn french_keeps_signs_and_units_on_the_line() {
        for (key, words) in &Words::new(Language::Fr).entries {
            let parted = [
                " :", " ;", " ?", " !", " %", "} h", "} min", "} s.", "} km", "} m", "× {", "± {",
                "} litres", "} points", " °C", "48 h",
            ];
            assert!(
                !parted.iter().any(|parted| words.contains(parted)),
                "{key}: {words}"
            );
            assert!(
                !words.contains('\u{202f}') && !words.contains('\''),
                "{key}: {words}"
            );
        }
    }

    #[rstest::rstest]
    #[case::none(Language::Fr, 0, "Aucun conteneur n’est plein.")]
    #[case::one(Language::Fr, 1, "1\u{a0}conteneur est plein.")]
    #[case::many(Language::Fr, 1234, "1\u{a0}234\u{a0}conteneurs sont pleins.")]
    #[case::one_in_english(Language::En, 1, "1 container is full.")]
    #[case::many_in_english(Language::En, 1234, "1,234 containers are full.")]
    fn a_count_takes_its_form(
        #[case] language: Language,
        #[case] count: usize,
        #[case] said: &str,
    ) {
        assert_eq!(Words::new(language).count("headline.full", count), said);
    }

    #[test]
    fn french_has_none_in_the_singular_and_english_in_the_plural() {
        assert_eq!(
            Words::new(Language::Fr).form("headline.silent", 0),
            "headline.silent_one"
        );
        assert_eq!(
            Words::new(Language::En).form("headline.silent", 0),
            "headline.silent_other"
        );
    }

    #[test]
    fn a_key_that_does_not_exist_is_seen() {
        assert_eq!(Words::default().say("no.such"), "no.such");
    }
}
