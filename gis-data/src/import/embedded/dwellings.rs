//! How many lines, dwellings and workplaces, each commune has.

use super::facts::CommuneFacts;

/// Persons in a household: fewer in a city than in a village (assumption; 2.1 over all).
const IN_VILLAGES: f64 = 2.35;
const IN_CITIES: f64 = 1.98;
/// The population of a commune that lies half-way between the two.
const HALF_WAY: f64 = 2500.0;
/// Dwellings that stand empty or are second homes, for each household (assumption).
const EMPTY_SHARE: f64 = 0.075;
/// Persons for each workplace with a line of its own (assumption).
const PERSONS_PER_WORKPLACE: f64 = 60.0;

/// The lines of a commune.
pub(super) fn lines(commune: &CommuneFacts) -> u32 {
    let persons = f64::from(commune.population);
    let households = persons / household(persons);
    let lines = households * (1.0 + EMPTY_SHARE) + persons / PERSONS_PER_WORKPLACE;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below the population"
    )]
    let rounded = lines.round() as u32;
    rounded.max(1)
}

fn household(persons: f64) -> f64 {
    IN_VILLAGES + (IN_CITIES - IN_VILLAGES) * persons / (persons + HALF_WAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::embedded::facts::Facts;

    #[test]
    fn the_territory_has_the_lines_that_it_should() {
        let facts = Facts::embedded().unwrap();
        let total: u32 = facts.communes.iter().map(lines).sum();
        assert!((72_000..=75_000).contains(&total), "{total}");
        let persons = |c: &CommuneFacts| f64::from(c.population);
        let households = facts
            .communes
            .iter()
            .map(|c| persons(c) / household(persons(c)));
        let mean = 139_232.0 / households.sum::<f64>();
        assert!((2.05..=2.15).contains(&mean), "{mean}");
    }
}
