//! What a commune of a size has: town hall, church, schools and the like, generic in name.

use twin_core::Theme;

use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::ground::Town;

/// A public building that a commune should have.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub name: Box<str>,
    pub theme: Theme,
    pub class: &'static str,
    pub building: &'static str,
    /// Width and depth.
    pub size_m: [f64; 2],
    pub height_m: f64,
    /// Where from the middle: clockwise from north, in degrees, and in spreads of the population.
    pub towards: f64,
    pub away_share: f64,
}

/// One kind of public building.
struct Rule {
    name: &'static str,
    theme: Theme,
    class: &'static str,
    building: &'static str,
    size_m: [f64; 2],
    height_m: f64,
    /// From this population on there is one, and one more for each `persons`.
    from: u32,
    persons: u32,
    away_share: f64,
}

macro_rules! rules {
    ($($name:literal $theme:ident $class:literal $building:literal
        $width:literal $depth:literal $height:literal, $from:literal $persons:literal, $away:literal;)*) => {
        [$(Rule {
            name: $name,
            theme: Theme::$theme,
            class: $class,
            building: $building,
            size_m: [$width, $depth],
            height_m: $height,
            from: $from,
            persons: $persons,
            away_share: $away,
        }),*]
    };
}

/// How many there are is an assumption, after what communes of such a size usually have: a primary
/// school for some 1,800 inhabitants, a "collège" for 8,000, a "lycée" for 25,000, a sports hall for
/// 4,500, a home for the aged for 8,000, a supermarket for 6,000.
const RULES: [Rule; 13] = rules! {
    "Mairie"              Administration "townhall"         "townhall"    18.0 13.0 11.0,   0 0,     0.0;
    "Église"              Worship        "place_of_worship" "church"      14.0 32.0 15.0, 120 9000,  0.1;
    "Temple"              Worship        "place_of_worship" "church"      12.0 22.0 12.0, 900 9000,  0.4;
    "École primaire"      Education      "school"           "school"      46.0 14.0 8.0,  280 1800,  0.7;
    "Collège"             Education      "school"           "school"      72.0 18.0 12.0, 4500 8000, 1.3;
    "Lycée"               Education      "school"           "school"      86.0 22.0 15.0, 12_000 25_000, 1.2;
    "Salle des fêtes"     Culture        "community_centre" "public"      24.0 15.0 7.0,  180 8000,  0.5;
    "Bibliothèque"        Culture        "library"          "public"      26.0 18.0 9.0,  2400 12_000, 0.4;
    "Gymnase"             Sport          "sports_hall"      "sports_hall" 44.0 25.0 9.0,  1500 4500, 1.2;
    "Piscine"             Sport          "swimming_pool"    "sports_hall" 50.0 32.0 8.0,  10_000 40_000, 1.4;
    "EHPAD"               Other          "nursing_home"     "hospital"    58.0 16.0 13.0, 3000 8000, 1.0;
    "Supermarché"         Commerce       "supermarket"      "retail"      56.0 38.0 7.0,  2600 6000, 1.3;
    "Caserne de sapeurs-pompiers" Other  "fire_station"     "fire_station" 34.0 18.0 9.0, 1000 15_000, 1.3;
};

/// The public buildings of a commune, the most important first.
pub(super) fn wanted(town: &Town, seed: u64) -> Vec<Wanted> {
    let mut draws = Draws::new(seed, Topic::Places, town.code.parse().unwrap_or(0));
    let mut all = Vec::new();
    for rule in &RULES {
        let count = count(rule, town.population);
        for number in 1..=count {
            let numbered = format!("{} {number}", rule.name);
            let name = if count > 1 { &*numbered } else { rule.name };
            all.push(Wanted {
                name: format!("{name}, {}", town.name).into(),
                theme: rule.theme,
                class: rule.class,
                building: rule.building,
                size_m: rule.size_m,
                height_m: rule.height_m,
                towards: 360.0 * draws.unit(),
                away_share: rule.away_share * (0.7 + 0.9 * draws.unit()),
            });
        }
    }
    all
}

fn count(rule: &Rule, population: u32) -> u32 {
    if population < rule.from {
        return 0;
    }
    1 + (population - rule.from)
        .checked_div(rule.persons)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::hamlet(76, &[1, 0, 0, 0])]
    #[case::village(500, &[1, 1, 0, 1])]
    #[case::city(25_516, &[1, 3, 3, 15])]
    fn larger_communes_have_more(#[case] population: u32, #[case] first: &[u32]) {
        let counts: Vec<u32> = RULES.iter().map(|rule| count(rule, population)).collect();
        assert_eq!(counts[..4], *first);
    }
}
