//! The CSV of FINESS, `etalab-cs1100502` and `etalab-cs1100507`: no names of columns, rows
//! `structureet`, and in the latter rows `geolocalisation`, joined by the number.

use std::path::Path;

use super::{Draft, Facilities, Position, category, tidy};
use crate::error::{GisError, GisResult};
use crate::import::registers::places::pair;
use crate::import::registers::streets::House;
use crate::import::tables::csv::CsvRows;
use crate::import::tables::row::{TableRow, not_table};
use crate::import::tables::words::plain;
use crate::import::{Progress, Report, WarningCode};

/// The positions of the values of a row `structureet`.
mod structure {
    pub(super) const NUMBER: usize = 1;
    pub(super) const NAME: usize = 3;
    pub(super) const LONG_NAME: usize = 4;
    pub(super) const HOUSE: usize = 7;
    pub(super) const STREET_TYPE: usize = 8;
    pub(super) const STREET: usize = 9;
    pub(super) const HOUSE_SUFFIX: usize = 10;
    pub(super) const COMMUNE: usize = 12;
    pub(super) const DEPARTMENT: usize = 13;
    pub(super) const CATEGORY: usize = 18;
}

/// Reads a file into `facilities`.
///
/// # Errors
/// A file that cannot be read, or without a single row of FINESS.
pub(super) fn read<'p>(
    path: &'p Path,
    facilities: &mut Facilities<'p>,
    report: &mut Report,
) -> GisResult<()> {
    let mut rows = CsvRows::open_bare(path)?;
    let (mut count, mut known) = (0_u64, 0_u64);
    while let Some(row) = rows.next(report)? {
        count += 1;
        if count % 4096 == 1 {
            let (done, blocks) = rows.meter().mebibytes();
            let what = "health facilities";
            report.tell(Progress { what, done, blocks });
        }
        let kind = row
            .values
            .first()
            .map(|kind| plain(kind))
            .unwrap_or_default();
        let is_whole = match &*kind {
            "structureet" => add(&row, path, facilities, report),
            "geolocalisation" => locate(&row, facilities),
            "finess" => {
                facilities.vintages.extend(row.values.get(3).cloned());
                Some(())
            }
            _ => continue,
        };
        known += u64::from(kind != "finess");
        if is_whole.is_none() {
            let found = row.values.len();
            let message =
                format!("has {found} values or no number, expected a row {kind}: it was left out");
            report.warn(WarningCode::RaggedRow, path, &row.object, message);
        }
    }
    if known == 0 {
        return Err(no_rows(path));
    }
    Ok(())
}

fn no_rows(path: &Path) -> GisError {
    not_table(
        path,
        "none of its rows is one of FINESS (structureet, geolocalisation)",
    )
}

/// `None` for a row that is cut off.
fn add<'p>(
    row: &TableRow,
    path: &'p Path,
    facilities: &mut Facilities<'p>,
    report: &mut Report,
) -> Option<()> {
    let value = |ix: usize| row.values.get(ix).map(|value| &**value);
    let number = value(structure::NUMBER).filter(|number| !number.is_empty())?;
    let Some(category) = category::of_code(value(structure::CATEGORY)?) else {
        facilities.others += 1;
        return Some(());
    };
    let commune = insee(value(structure::DEPARTMENT)?, value(structure::COMMUNE)?);
    let house_number =
        [structure::HOUSE, structure::HOUSE_SUFFIX].map(|ix| value(ix).unwrap_or_default());
    let street =
        [structure::STREET_TYPE, structure::STREET].map(|ix| value(ix).unwrap_or_default());
    let house = commune
        .as_deref()
        .and_then(|commune| House::new(commune, &house_number.concat(), &street.join(" ")));
    let mut names = [structure::LONG_NAME, structure::NAME]
        .into_iter()
        .filter_map(value);
    let draft = Draft {
        category,
        name: names.find_map(tidy),
        commune,
        house,
        file: path,
        object: row.object.clone(),
    };
    facilities.add(number, draft, report);
    Some(())
}

/// `None` for a row that is cut off or has no coordinates that are numbers.
fn locate(row: &TableRow, facilities: &mut Facilities<'_>) -> Option<()> {
    let value = |ix: usize| row.values.get(ix).map(|value| &**value);
    let at = pair(value(2), value(3))?;
    let system = value(4).and_then(system_named);
    facilities.locate(value(1)?, Position { at, system });
    Some(())
}

/// The INSEE code out of a department and a commune in it: `25` and `388`; overseas the department
/// is a letter, `9A` for 971, and the commune has the third digit.
fn insee(department: &str, commune: &str) -> Option<Box<str>> {
    let start = match department.as_bytes() {
        [b'9', b'A'..=b'H'] => "97",
        [b'9', b'I'..=b'Z'] => "98",
        [_, _] => department,
        _ => return None,
    };
    let is_code = (1..=3).contains(&commune.len()) && commune.bytes().all(|b| b.is_ascii_digit());
    is_code.then(|| format!("{start}{commune:0>3}").into())
}

/// The system that the source of a position names: `…,LAMBERT_93`, `…,UTM_N20`,
/// `…,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)`.
fn system_named(source: &str) -> Option<Box<str>> {
    let digits = |text: &str| -> String { text.chars().take_while(char::is_ascii_digit).collect() };
    let after = |word: &str| {
        source
            .find(word)
            .map(|at| digits(&source[at + word.len()..]))
    };
    let code = after("EPSG:").and_then(|code| code.parse::<u16>().ok());
    let zone = |word, base: u16| {
        let zone = after(word).and_then(|zone| zone.parse::<u16>().ok());
        zone.filter(|zone| (1..=60).contains(zone))
            .map(|zone| base + zone)
    };
    let lambert = (plain(source).contains("lambert93")).then_some(2154);
    let code = code
        .or_else(|| zone("UTM_N", 32_600))
        .or_else(|| zone("UTM_S", 32_700))
        .or(lambert)?;
    Some(format!("EPSG:{code}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::doubs("25", "388", Some("25388"))]
    #[case::a_lost_zero("25", "31", Some("25031"))]
    #[case::corsica("2A", "004", Some("2A004"))]
    #[case::reunion("9D", "411", Some("97411"))]
    #[case::wallis("9J", "613", Some("98613"))]
    #[case::no_department("", "388", None)]
    #[case::no_commune("25", "", None)]
    fn the_code_of_a_commune_is_put_together(
        #[case] department: &str,
        #[case] commune: &str,
        #[case] code: Option<&str>,
    ) {
        assert_eq!(insee(department, commune).as_deref(), code);
    }

    #[rstest::rstest]
    #[case::older("1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93", Some("EPSG:2154"))]
    #[case::newer(
        "2,ATLASANTE,53,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)",
        Some("EPSG:2154")
    )]
    #[case::reunion("1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,UTM_S40", Some("EPSG:32740"))]
    #[case::guadeloupe("1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,UTM_N20", Some("EPSG:32620"))]
    #[case::not_told("4", None)]
    #[case::no_zone("UTM_N99", None)]
    fn the_system_of_a_position_is_read_from_its_source(
        #[case] source: &str,
        #[case] system: Option<&str>,
    ) {
        assert_eq!(system_named(source).as_deref(), system);
    }
}
