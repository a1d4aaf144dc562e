//! Addresses of one register found in another: the same house, however it is abbreviated.

use std::collections::BTreeMap;

use twin_core::{Address, Asset, LonLat};

use crate::import::tables::words::letters;

/// Words that registers abbreviate.
const WORDS: [(&str, &str); 40] = [
    ("all", "allee"),
    ("av", "avenue"),
    ("ave", "avenue"),
    ("bd", "boulevard"),
    ("bld", "boulevard"),
    ("bvd", "boulevard"),
    ("che", "chemin"),
    ("chem", "chemin"),
    ("crs", "cours"),
    ("esp", "esplanade"),
    ("fg", "faubourg"),
    ("gr", "grande"),
    ("ham", "hameau"),
    ("imp", "impasse"),
    ("lot", "lotissement"),
    ("mte", "montee"),
    ("pas", "passage"),
    ("pl", "place"),
    ("prom", "promenade"),
    ("qu", "quai"),
    ("qua", "quartier"),
    ("r", "rue"),
    ("res", "residence"),
    ("rpt", "rondpoint"),
    ("rte", "route"),
    ("sen", "sentier"),
    ("sq", "square"),
    ("vla", "villa"),
    ("st", "saint"),
    ("ste", "sainte"),
    ("cdt", "commandant"),
    ("col", "colonel"),
    ("dr", "docteur"),
    ("gal", "general"),
    ("mal", "marechal"),
    ("pdt", "president"),
    ("pr", "professeur"),
    ("prof", "professeur"),
    ("lt", "lieutenant"),
    ("cap", "capitaine"),
];
/// Words that say nothing of which street it is.
const ARTICLES: [&str; 9] = ["de", "du", "des", "d", "la", "le", "les", "l", "et"];
/// What stands between the number of a house and its street.
const SUFFIXES: [(&str, &str); 6] = [
    ("bis", "bis"),
    ("b", "bis"),
    ("ter", "ter"),
    ("t", "ter"),
    ("quater", "quater"),
    ("q", "quater"),
];

/// A house in a form in which it can be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct House {
    /// INSEE code of its commune.
    commune: Box<str>,
    /// The words of its street.
    street: Box<str>,
    /// Its number, with `bis` and the like; empty where there is none.
    number: Box<str>,
}

/// Where a house was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FoundHouse {
    /// At the very house.
    Here(LonLat),
    /// At another house of its street.
    InStreet(LonLat),
}

impl House {
    /// The house of a number and a street, as people write them; `None` without a street.
    pub(super) fn new(commune: &str, number: &str, street: &str) -> Option<Self> {
        let street = form(&words(street));
        let number: String = words(number).concat();
        let digits = number.trim_start_matches('0');
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let (digits, suffix) = digits.split_at(end);
        (!street.is_empty()).then(|| Self {
            commune: commune.into(),
            street: street.into(),
            number: format!("{digits}{}", suffix_of(suffix)).into(),
        })
    }

    /// The house of a label such as `12 bis Rue de l’Étuve`.
    fn of_label(commune: &str, label: &str) -> Option<Self> {
        let (number, street) = label.split_once(' ')?;
        let (next, rest) = street.split_once(' ').unwrap_or(("", street));
        let form = words(next).concat();
        let is_suffix = SUFFIXES.iter().any(|(known, _)| *known == form) || form.len() == 1;
        if is_suffix && !rest.is_empty() {
            return Self::new(commune, &format!("{number}{next}"), rest);
        }
        Self::new(commune, number, street)
    }
}

/// Small words without accents and signs.
fn words(text: &str) -> Vec<String> {
    let plain: String = letters(text)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().map(str::to_owned).collect()
}

fn form(words: &[String]) -> String {
    let long = |word: &String| {
        let known = WORDS.iter().find(|(short, _)| short == word);
        known.map_or(word.clone(), |(_, long)| (*long).to_owned())
    };
    let is_telling = |word: &String| !ARTICLES.contains(&&**word);
    words.iter().map(long).filter(is_telling).collect()
}

/// `bis` of `b`; a single other letter as it is, and nothing of what is no suffix.
fn suffix_of(text: &str) -> &str {
    let known = SUFFIXES.iter().find(|(short, _)| *short == text);
    match known {
        Some((_, long)) => long,
        None if text.len() == 1 => text,
        None => "",
    }
}

/// A commune and a street in it, in the form of [`House`].
type Street = (Box<str>, Box<str>);

/// Looks houses up among addresses whose numbers begin with the INSEE code of their commune, as
/// those of the national register do.
#[derive(Debug, Default)]
pub(super) struct Houses(BTreeMap<Street, BTreeMap<Box<str>, LonLat>>);

impl Houses {
    /// Finds the streets of the wanted houses among addresses.
    pub(super) fn find<'h>(
        wanted: impl Iterator<Item = &'h House>,
        addresses: &[Asset<Address>],
    ) -> Self {
        let street = |house: &House| (house.commune.clone(), house.street.clone());
        let mut streets: BTreeMap<_, BTreeMap<_, _>> = wanted
            .map(|house| (street(house), BTreeMap::new()))
            .collect();
        if streets.is_empty() {
            return Self::default();
        }
        for address in addresses {
            let commune = address.key.get(..5).unwrap_or_default();
            let Some(house) = House::of_label(commune, &address.detail.label) else {
                continue;
            };
            if let Some(houses) = streets.get_mut(&street(&house)) {
                houses.entry(house.number).or_insert(address.place);
            }
        }
        Self(streets)
    }

    /// Where a house is; where it has no number, or one that its street has not, the middle one of
    /// its street's houses.
    pub(super) fn place(&self, house: &House) -> Option<FoundHouse> {
        let key = (house.commune.clone(), house.street.clone());
        let houses = self.0.get(&key)?;
        if let Some(place) = houses.get(&house.number) {
            return Some(FoundHouse::Here(*place));
        }
        let mut places: Vec<LonLat> = houses.values().copied().collect();
        places.sort_by(|a, b| {
            (a.lon(), a.lat())
                .partial_cmp(&(b.lon(), b.lat()))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        places
            .get(places.len() / 2)
            .copied()
            .map(FoundHouse::InStreet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(key: &str, label: &str, lon: f64) -> Asset<Address> {
        Asset {
            key: key.into(),
            place: LonLat::new(lon, 47.5).unwrap(),
            detail: Address {
                label: label.into(),
                premises: 1,
            },
        }
    }

    #[rstest::rstest]
    #[case::abbreviated("62", "AV DE JASSERON", "62 Avenue de Jasseron")]
    #[case::with_a_suffix("12B", "R DU DR MUSTON", "12 bis Rue du Docteur Muston")]
    #[case::with_leading_zeros("0012 TER", "R ST MARTIN", "12 ter Rue Saint-Martin")]
    #[case::apostrophe("3", "PL DE L ETUVE", "3 Place de l’Étuve")]
    #[case::with_a_building("4 BATIMENT D", "R DES HALLES", "4 Rue des Halles")]
    #[case::a_letter("4C", "R DES HALLES", "4 C Rue des Halles")]
    fn a_house_is_the_same_however_it_is_written(
        #[case] number: &str,
        #[case] street: &str,
        #[case] label: &str,
    ) {
        let label = House::of_label("25388", label);
        assert!(label.is_some());
        assert_eq!(House::new("25388", number, street), label);
    }

    #[rstest::rstest]
    #[case::the_house("12", "R DES HALLES", Some(FoundHouse::Here(LonLat::new(6.8, 47.5).unwrap())))]
    #[case::its_street("99", "R DES HALLES", Some(FoundHouse::InStreet(LonLat::new(6.81, 47.5).unwrap())))]
    #[case::another_street("12", "R DES BOIS", None)]
    fn a_house_is_found_or_its_street(
        #[case] number: &str,
        #[case] street: &str,
        #[case] found: Option<FoundHouse>,
    ) {
        let addresses = [
            address("25388_0040_00012", "12 Rue des Halles", 6.8),
            address("25388_0040_00014", "14 Rue des Halles", 6.81),
            address("25388_0040_00016", "16 Rue des Halles", 6.82),
            address("25580_0040_00012", "12 Rue des Bois", 6.9),
        ];
        let house = House::new("25388", number, street).unwrap();
        let houses = Houses::find([&house].into_iter(), &addresses);
        assert_eq!(houses.place(&house), found);
    }
}
