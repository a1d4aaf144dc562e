//! The JSON of FINESS of 2026: legal entities (`pmej`) with their establishments (`ege`).
//!
//! All numbers are texts, some padded with blanks, and the planar coordinates are exchanged:
//! `coordonneeX` is the northing. Degrees are there too, and used first.

use std::path::Path;

use serde_json::Value;

use super::{Draft, Facilities, Position, category, tidy};
use crate::error::GisResult;
use crate::import::registers::json;
use crate::import::registers::places::pair;
use crate::import::registers::streets::House;
use crate::import::tables::row::not_table;
use crate::import::{Progress, Report};

/// How the array of legal entities is called.
const ARRAYS: &[&str] = &["pmej"];

/// Reads a file into `facilities`.
///
/// # Errors
/// A file that cannot be read, or without a single legal entity.
pub(super) fn read<'p>(
    path: &'p Path,
    facilities: &mut Facilities<'p>,
    report: &mut Report,
) -> GisResult<()> {
    let (mut entities, mut establishments) = (0_u64, 0_u64);
    let facts = json::for_each(path, ARRAYS, report, &mut |entity, report, meter| {
        entities += 1;
        if entities % 1024 == 1 {
            let (done, blocks) = meter.mebibytes();
            let what = "health facilities";
            report.tell(Progress { what, done, blocks });
        }
        for establishment in member(&entity, "ege").as_array().into_iter().flatten() {
            establishments += 1;
            let object = format!("legal entity {entities}").into();
            let _added_or_other = add(establishment, (path, object), facilities, report);
        }
        Ok(())
    })?;
    if establishments == 0 {
        return Err(not_table(
            path,
            "it has no establishments of FINESS (pmej, ege)",
        ));
    }
    let day = facts.get("generatedAt").and_then(|at| at.get(..10));
    facilities.vintages.extend(day.map(Into::into));
    Ok(())
}

/// `None` for what is no establishment of the twin, which is counted.
fn add<'p>(
    establishment: &Value,
    (file, object): (&'p Path, Box<str>),
    facilities: &mut Facilities<'p>,
    report: &mut Report,
) -> Option<()> {
    let general = member(establishment, "informationsGeneralesEGE");
    let code = code(member(establishment, "categorieEntiteGeographiqueExercice"));
    let Some(category) = code.and_then(category::of_code) else {
        facilities.others += 1;
        return None;
    };
    if !matches!(
        self::code(member(establishment, "etatObjet")),
        Some("A") | None
    ) {
        facilities.closed += 1;
        return None;
    }
    let Some(number) = code_of(general, "numFinessEge") else {
        let message = "has an establishment without number: it was left out";
        report.warn(
            crate::import::WarningCode::UnusableFeature,
            file,
            &object,
            message,
        );
        return None;
    };
    let address = address(establishment);
    let commune = code_of(address, "cogCommune");
    let names = ["nomEgeLong", "nomEgeCourt"].into_iter();
    let mut names = names.filter_map(|name| code_of(general, name));
    let draft = Draft {
        category,
        name: names.find_map(tidy),
        commune: commune.map(Into::into),
        house: commune.and_then(|commune| house(commune, address)),
        file,
        object: format!("establishment {number} of {object}").into(),
    };
    if let Some(at) = position(member(address, "coordonneesGeographique")) {
        facilities.locate(number, Position { at, system: None });
    }
    facilities.add(number, draft, report);
    Some(())
}

/// The address that has coordinates, else the first one.
fn address(establishment: &Value) -> &Value {
    let all = member(establishment, "adresse").as_array();
    let mut all = all.into_iter().flatten();
    let located = |address: &&Value| {
        let coordinates = member(address, "coordonneesGeographique");
        position(coordinates).is_some()
    };
    let first = all.clone().next().unwrap_or(&Value::Null);
    all.find(located).unwrap_or(first)
}

fn house(commune: &str, address: &Value) -> Option<House> {
    let text = |name| code_of(address, name).unwrap_or_default();
    let number = [text("numeroVoie"), text("complementVoie")].concat();
    let street = [text("typeVoie"), text("libelleVoie")].join(" ");
    House::new(commune, &number, &street)
}

/// Longitude and latitude where they are told, else easting and northing.
fn position(coordinates: &Value) -> Option<[f64; 2]> {
    let text = |name| code_of(coordinates, name);
    let degrees = pair(text("directionLongitude"), text("directionLatitude"));
    let is_told = |at: &[f64; 2]| *at != [0.0, 0.0];
    degrees.filter(is_told).or_else(|| {
        let [a, b] = pair(text("coordonneeX"), text("coordonneeY")).filter(is_told)?;
        // The smaller one is the easting, everywhere in France, whichever is called X.
        Some([a.min(b), a.max(b)])
    })
}

/// A member whatever the case of its name, which differs between the schema and the files.
fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    let exact = value.get(name);
    let any_case = || {
        let mut all = value.as_object().into_iter().flatten();
        all.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    };
    exact.or_else(any_case).unwrap_or(&Value::Null)
}

/// A code as a text, or as an object that holds one, without padding.
fn code(value: &Value) -> Option<&str> {
    let text = value.as_str().or_else(|| member(value, "code").as_str())?;
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn code_of<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    code(member(value, name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[rstest::rstest]
    #[case::degrees_first(
        json!({"coordonneeX": "6570414.61", "coordonneeY": "873766.07", "directionLatitude": " 46.211257 ", "directionLongitude": "5.254203"}),
        Some([5.254_203, 46.211_257])
    )]
    #[case::exchanged(json!({"coordonneeX": "6570414.61", "coordonneeY": "873766.07"}), Some([873_766.07, 6_570_414.61]))]
    #[case::in_order(json!({"coordonneeX": "873766.07", "coordonneeY": "6570414.61", "directionLatitude": ""}), Some([873_766.07, 6_570_414.61]))]
    #[case::not_told(json!({"directionLatitude": "", "directionLongitude": ""}), None)]
    #[case::no_object(json!(null), None)]
    fn a_position_is_east_and_north(#[case] coordinates: Value, #[case] at: Option<[f64; 2]>) {
        assert_eq!(position(&coordinates), at);
    }

    #[rstest::rstest]
    #[case::text(json!(" A "), Some("A"))]
    #[case::object(json!({"code": "A", "system": "x"}), Some("A"))]
    #[case::blank(json!("  "), None)]
    #[case::number(json!(7), None)]
    fn a_code_is_a_text_or_in_an_object(#[case] value: Value, #[case] expected: Option<&str>) {
        assert_eq!(code(&value), expected);
    }
}
