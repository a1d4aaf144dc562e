//! Names of streets: usual ones, each once in a town.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::error::{GisError, GisResult};
use crate::import::embedded::draws::Draws;

/// The file of names inside the repository.
const FILE: &str = "assets/territory/street-names.toml";
const TEXT: &str = include_str!("../../../../../assets/territory/street-names.toml");

/// The vocabulary of street names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    main: Vec<Box<str>>,
    center: Vec<Box<str>>,
    after: Vec<Box<str>>,
    any: Vec<Box<str>>,
    closed: Vec<Box<str>>,
    edge: Vec<Box<str>>,
    middle: Vec<Box<str>>,
}

/// What is to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Any,
    /// It leads nowhere.
    Closed,
    /// At the edge of the town.
    Edge,
    /// In its middle.
    Middle,
}

/// The names of one town.
pub(super) struct Register<'a> {
    names: &'a Names,
    given: BTreeSet<String>,
    /// The way to each place.
    ways_out: BTreeMap<String, Box<str>>,
    /// The names after something, in the order in which this town gives them.
    order: Vec<usize>,
    turn: usize,
    draws: Draws,
}

impl Names {
    pub(super) fn embedded() -> GisResult<Self> {
        toml::from_str(TEXT).map_err(|source| GisError::InvalidFacts {
            file: FILE.into(),
            source: Box::new(source),
        })
    }
}

impl<'a> Register<'a> {
    pub(super) fn new(names: &'a Names, mut draws: Draws) -> Self {
        Self {
            order: draws.shuffled(names.after.len()),
            names,
            given: BTreeSet::new(),
            ways_out: BTreeMap::new(),
            turn: 0,
            draws,
        }
    }

    /// The name of the way to a place, the same for every stretch of it.
    pub(super) fn towards(&mut self, place: &str) -> Box<str> {
        if let Some(name) = self.ways_out.get(place) {
            return name.clone();
        }
        let name = self.way_out(place);
        self.ways_out.insert(place.to_owned(), name.clone());
        name
    }

    fn way_out(&mut self, place: &str) -> Box<str> {
        for pattern in &self.names.main {
            let name = with_place(pattern, place);
            if self.given.insert(name.clone()) {
                return name.into();
            }
        }
        self.next(Sort::Any)
    }

    /// A name for a street in the very middle, as long as there are any.
    pub(super) fn central(&mut self) -> Box<str> {
        for name in &self.names.center {
            if self.given.insert(name.to_string()) {
                return name.clone();
            }
        }
        self.next(Sort::Middle)
    }

    /// A name that this town has not given yet.
    pub(super) fn next(&mut self, sort: Sort) -> Box<str> {
        let kinds = match sort {
            Sort::Any => &self.names.any,
            Sort::Closed => &self.names.closed,
            Sort::Edge => &self.names.edge,
            Sort::Middle => &self.names.middle,
        };
        let count = u32::try_from(kinds.len()).unwrap_or(0);
        for _ in 0..4 * self.order.len() {
            let after = &self.names.after[self.order[self.turn % self.order.len()]];
            self.turn += 1;
            let kind = &kinds[self.draws.below(count) as usize];
            let name = format!("{kind} {after}");
            if self.given.insert(name.clone()) {
                return name.into();
            }
        }
        // more streets than names: numbered, as in new quarters
        let name = format!("Rue n° {}", self.given.len() + 1);
        self.given.insert(name.clone());
        name.into()
    }
}

/// `Rue de {}` with a place: French contracts the articles of a place and elides before a vowel.
fn with_place(pattern: &str, place: &str) -> String {
    let begins_with_vowel = place.starts_with(['A', 'E', 'É', 'Ê', 'È', 'H', 'I', 'O', 'U']);
    let pattern = if begins_with_vowel {
        pattern.replace("de {}", "d’{}")
    } else {
        pattern.to_owned()
    };
    pattern.replace("{}", place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::embedded::draws::Topic;

    #[rstest::rstest]
    #[case::plain("Montbéliard", "Rue de Montbéliard")]
    #[case::before_a_mute_h("Hérimoncourt", "Rue d’Hérimoncourt")]
    #[case::before_a_vowel("Écot", "Rue d’Écot")]
    fn a_place_is_named_as_in_french(#[case] place: &str, #[case] name: &str) {
        assert_eq!(with_place("Rue de {}", place), name);
    }

    #[test]
    fn no_town_gives_a_name_twice() {
        let names = Names::embedded().unwrap();
        let mut register = Register::new(&names, Draws::new(1, Topic::Names, 0));
        let mut given = BTreeSet::new();
        for ix in 0..3000 {
            let name = match ix % 6 {
                0 => register.central(),
                1 => register.towards(&format!("Lieu {ix}")),
                2 => register.next(Sort::Closed),
                3 => register.next(Sort::Edge),
                4 => register.next(Sort::Middle),
                _ => register.next(Sort::Any),
            };
            assert!(given.insert(name.clone()), "{name} twice");
        }
    }
}
