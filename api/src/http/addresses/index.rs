//! Addresses by the beginnings of their words.

use std::collections::BTreeMap;
use std::ops::Bound;

use twin_core::{AssetIx, AssetKind, Inventory, fold};

/// Addresses by their words, and in the order in which a street is walked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AddressIndex {
    rows: Vec<Row>,
    /// Which rows have a word, in their order.
    of_word: BTreeMap<Box<str>, Vec<u32>>,
}

/// An address; rows are ordered by street, then number, then what follows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    street: Box<str>,
    house: u32,
    /// As bis, ter or a letter.
    repeated: Box<str>,
    /// The label and the commune, folded.
    words: Box<str>,
    /// How many bytes of them are the label.
    label: usize,
    ix: u32,
}

/// How well a row answers; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_other: bool,
    is_begun_otherwise: bool,
    unfinished: usize,
}

impl AddressIndex {
    /// The index of an inventory.
    pub(super) fn of(inventory: &Inventory) -> Self {
        let addresses = inventory.addresses().iter();
        let labels = addresses.map(|(ix, row)| {
            let asset = AssetIx {
                kind: AssetKind::Address,
                ix,
            };
            let commune = inventory.commune_of(asset);
            let commune = commune.and_then(|commune| inventory.communes().get(commune));
            let commune = commune.map_or("", |commune| &*commune.name);
            (ix, &*row.asset.detail.label, commune)
        });
        Self::of_labels(labels)
    }

    fn of_labels<'a>(labels: impl Iterator<Item = (u32, &'a str, &'a str)>) -> Self {
        let rows = labels.map(|(ix, label, commune)| Row::new(ix, &fold(label), &fold(commune)));
        let mut rows: Vec<Row> = rows.collect();
        rows.sort_unstable();
        let mut of_word: BTreeMap<Box<str>, Vec<u32>> = BTreeMap::new();
        for (place, row) in (0_u32..).zip(&rows) {
            for word in row.words.split(' ') {
                let places = match of_word.get_mut(word) {
                    Some(places) => places,
                    None => of_word.entry(word.into()).or_default(),
                };
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self { rows, of_word }
    }

    /// Up to so many addresses that a text may mean, best first: what is called so, then what begins so, then what
    /// has the most of its words whole; equal ones in the order of their streets.
    pub(super) fn find(&self, text: &str, most: usize) -> Vec<u32> {
        let text = fold(text);
        let wanted: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let rarest = wanted.iter().min_by_key(|word| self.begun(word).count());
        let Some(rarest) = rarest else {
            return Vec::new();
        };
        let mut places: Vec<u32> = self.begun(rarest).collect();
        places.sort_unstable();
        places.dedup();
        let rows = places
            .into_iter()
            .filter_map(|place| self.rows.get(place as usize));
        let mut found: Vec<(Rank, &Row)> = rows
            .filter_map(|row| Some((row.rank(&text, &wanted)?, row)))
            .collect();
        // They are in the order of rows, which a stable sort keeps.
        found.sort_by_key(|(rank, _)| *rank);
        found.truncate(most);
        found.into_iter().map(|(_, row)| row.ix).collect()
    }

    /// The places of rows that have a word that begins so; a row comes once for each such word.
    fn begun(&self, beginning: &str) -> impl Iterator<Item = u32> {
        let bounds = (Bound::Included(beginning), Bound::Unbounded);
        let from = self.of_word.range::<str, _>(bounds);
        let begun = from.take_while(move |(word, _)| word.starts_with(beginning));
        begun.flat_map(|(_, places)| places.iter().copied())
    }
}

impl Row {
    fn new(ix: u32, label: &str, commune: &str) -> Self {
        let digits = label.bytes().take_while(u8::is_ascii_digit).count();
        let (house, rest) = label.split_at(digits);
        let rest = rest.trim_start();
        let (repeated, street) = match rest.split_once(' ') {
            Some((word, street)) if digits > 0 && is_repetition(word) => (word, street),
            _ => ("", rest),
        };
        Self {
            street: street.into(),
            house: house.parse().unwrap_or(0),
            repeated: repeated.into(),
            words: format!("{label} {commune}").trim_end().into(),
            label: label.len(),
            ix,
        }
    }

    /// `None` where a word that is wanted begins no word of the address.
    fn rank(&self, text: &str, wanted: &[&str]) -> Option<Rank> {
        let mut unfinished = 0;
        for wanted in wanted {
            let mut words = self.words.split(' ');
            if words.clone().any(|word| word == *wanted) {
                continue;
            }
            words.find(|word| word.starts_with(wanted))?;
            unfinished += 1;
        }
        Some(Rank {
            is_other: self.words.get(..self.label) != Some(text),
            is_begun_otherwise: !self.words.starts_with(text),
            unfinished,
        })
    }
}

/// Whether a word after the number of a house belongs to it.
fn is_repetition(word: &str) -> bool {
    word.len() == 1 || ["bis", "ter", "quater"].contains(&word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LABELS: [(&str, &str); 7] = [
        ("10 Rue des Lilas", "Bavans"),
        ("2 Rue des Lilas", "Bavans"),
        ("2 bis Rue des Lilas", "Bavans"),
        ("2 Rue des Lilas", "Étupes"),
        ("20 Rue de l’Étang", "Bavans"),
        ("Lieu-dit La Goutte", "Étupes"),
        ("2 Allée Bavans", "Bart"),
    ];

    fn found(text: &str) -> Vec<u32> {
        let labels = (0..).zip(LABELS);
        let labels = labels.map(|(ix, (label, commune))| (ix, label, commune));
        AddressIndex::of_labels(labels).find(text, 8)
    }

    #[rstest::rstest]
    #[case::a_house_and_its_street("2 rue des lilas", &[1, 3, 2])]
    #[case::a_street("rue des lilas", &[1, 3, 2, 0])]
    #[case::beginnings_in_any_order("lil 2", &[1, 3, 2])]
    #[case::a_commune("lilas etup", &[3])]
    #[case::accents("etang", &[4])]
    #[case::a_place_without_a_number("la goutte", &[5])]
    #[case::whole_words_before_begun_ones("2 bavans", &[6, 1, 2, 4])]
    #[case::nothing("avenue", &[])]
    #[case::no_text(" - ", &[])]
    fn a_few_letters_find_addresses(#[case] text: &str, #[case] expected: &[u32]) {
        assert_eq!(found(text), expected);
    }

    #[test]
    fn no_more_are_told_than_asked_for() {
        let labels = (0..100).map(|ix| (ix, "Rue", "Bart"));
        assert_eq!(AddressIndex::of_labels(labels).find("r", 3), [0, 1, 2]);
    }

    proptest! {
        #[test]
        fn what_an_address_is_called_finds_it_first(
            labels in proptest::collection::vec("[0-9]{0,3}( [a-zé]{1,5}){1,3}", 1..30),
            nth in any::<proptest::sample::Index>(),
        ) {
            let told = (0..).zip(&labels).map(|(ix, label)| (ix, label.as_str(), "Bart"));
            let index = AddressIndex::of_labels(told);
            let wanted = nth.get(&labels);
            let found = index.find(wanted, 50);
            let first = found.first().and_then(|ix| labels.get(*ix as usize));
            prop_assert_eq!(first.map(|label| fold(label)), Some(fold(wanted)));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            found(&text);
        }
    }
}
