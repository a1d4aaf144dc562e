//! Values that hold under a condition: `no @ (Mo-Fr 07:00-09:00); destination @ (weight>3.5)`.
//!
//! A clause that cannot be read does not apply: months, dates, sunrise, weather, numbers of axles
//! or people on board are not known here.

use super::hours::is_open;
use super::quantities::{length_m, mass_t};
use crate::roads::HourClass;
use crate::roads::profile::{Profile, Ruling};

/// What a tag says, and to whom alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict<'a> {
    /// The value before the `@`.
    pub value: &'a str,
    /// Whether it holds only for those who have business there.
    pub scope: Scope,
}

/// Whom a value concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Everybody.
    All,
    /// Those who deliver or live there, as in `none @ (destination)`.
    Business,
}

impl<'a> Verdict<'a> {
    /// A value without a condition.
    pub(super) const fn plain(value: &'a str) -> Self {
        let scope = Scope::All;
        Self { value, scope }
    }
}

/// The value of the last clause whose condition holds for a profile at an hour.
pub(super) fn verdict<'a>(
    text: &'a str,
    profile: &Profile,
    hour: HourClass,
) -> Option<Verdict<'a>> {
    let clauses = Clauses { rest: text };
    let holding = clauses.filter_map(|clause| {
        let (value, condition) = clause.split_once('@')?;
        let scope = holds(condition, profile, hour)?;
        let value = value.trim();
        Some(Verdict { value, scope })
    });
    holding.last()
}

/// The clauses of a value: parts between semicolons outside of parentheses.
struct Clauses<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Clauses<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let mut depth = 0_usize;
        let end = self.rest.find(|c| {
            match c {
                '(' => depth = depth.saturating_add(1),
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            c == ';' && depth == 0
        });
        let (clause, rest) = match end {
            Some(end) => (self.rest.get(..end)?, self.rest.get(end + 1..)?),
            None => (self.rest, ""),
        };
        self.rest = rest;
        Some(clause)
    }
}

/// For whom a condition holds; `None` where it does not, or cannot be read.
fn holds(condition: &str, profile: &Profile, hour: HourClass) -> Option<Scope> {
    let condition = condition.trim();
    let inner = condition
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let mut scope = Scope::All;
    for part in inner.unwrap_or(condition).split(" AND ") {
        if let Scope::Business = part_holds(part.trim(), profile, hour)? {
            scope = Scope::Business;
        }
    }
    Some(scope)
}

fn part_holds(part: &str, profile: &Profile, hour: HourClass) -> Option<Scope> {
    if profile.ruling(part) == Some(Ruling::Destination) {
        return Some(Scope::Business);
    }
    let is_met = match part.find(['<', '>', '=']) {
        Some(at) => {
            let (quantity, comparison) = part.split_at(at);
            compares(quantity.trim(), comparison, profile)?
        }
        None => is_open(part, hour)?,
    };
    is_met.then_some(Scope::All)
}

/// `weight>3.5` and its like, on what the profile measures.
fn compares(quantity: &str, comparison: &str, profile: &Profile) -> Option<bool> {
    let vehicle = profile.vehicle();
    let (operator, bound) = operator(comparison)?;
    let (value, bound) = match quantity {
        "weight" => (vehicle.mass_t, mass_t(bound)?),
        "weightrating" | "maxweightrating" | "gvw" => (vehicle.rated_mass_t, mass_t(bound)?),
        "axleload" => (vehicle.axle_load_t, mass_t(bound)?),
        "height" => (vehicle.height_m, length_m(bound)?),
        "width" => (vehicle.width_m, length_m(bound)?),
        "length" => (vehicle.length_m, length_m(bound)?),
        _ => return None,
    };
    Some(match operator {
        "<" => value < bound,
        "<=" => value <= bound,
        ">" => value > bound,
        ">=" => value >= bound,
        _ => value == bound,
    })
}

fn operator(text: &str) -> Option<(&str, &str)> {
    let operators = ["<=", ">=", "<", ">", "="];
    operators
        .iter()
        .find_map(|op| text.strip_prefix(op).map(|rest| (*op, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[rstest::rstest]
    #[case::at_its_time("no @ (Mo-Fr 07:00-09:00)", Some("no"))]
    #[case::without_parentheses("no @ Mo-Fr 07:00-09:00", Some("no"))]
    #[case::at_another("no @ (Mo-Fr 16:00-18:00)", None)]
    #[case::semicolons_inside("no @ (Sa 10:00-12:00; Mo-Fr 07:00-09:00)", Some("no"))]
    #[case::too_heavy("no @ (weight>3.5)", Some("no"))]
    #[case::too_long("no @ (length > 12 m)", None)]
    #[case::rated("no @ (weightrating>=26 t)", Some("no"))]
    #[case::both("no @ (weight>7.5 AND Mo-Fr 07:00-09:00)", Some("no"))]
    #[case::one_of_both("no @ (weight>7.5 AND Su)", None)]
    #[case::the_last_counts("no @ (weight>3.5); destination @ (weight>12)", Some("destination"))]
    #[case::in_winter("no @ (Nov 1-Mar 31)", None)]
    #[case::in_snow("no @ (snow)", None)]
    #[case::without_condition("no", None)]
    #[case::open_for_ever("no @ (Mo-Fr 07:00-09:00", None)]
    fn a_clause_counts_where_its_condition_holds(
        #[case] text: &str,
        #[case] expected: Option<&str>,
    ) {
        let truck = Profile::built_in("truck-26t").unwrap();
        let found = verdict(text, &truck, HourClass::Peak);
        assert_eq!(found.map(|found| found.value), expected);
    }

    #[test]
    fn a_purpose_is_a_condition_for_those_who_have_business_there() {
        let truck = Profile::built_in("truck-26t").unwrap();
        let found = verdict("none @ (destination)", &truck, HourClass::OffPeak).unwrap();
        assert_eq!((found.value, found.scope), ("none", Scope::Business));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[a-zMoFr0-9:@;()<>=., ]{0,60}") {
            let car = Profile::built_in("car").unwrap();
            if let Some(found) = verdict(&text, &car, HourClass::Peak) {
                prop_assert!(text.contains('@') && text.contains(found.value));
            }
        }
    }
}
