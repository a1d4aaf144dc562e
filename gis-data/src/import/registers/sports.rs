//! Sports facilities: Data ES, the register of the ministry for sports (RES), as Opendatasoft
//! exports it. Of its tables, the one of declarants holds personal data and is no source.

use std::path::Path;

use twin_core::{Commune, PointOfInterest, Theme};

use super::Found;
use super::places::{Coordinates, latitude_first, pair};
use super::points::{Draft, Points, tags};
use super::records::{Record, Register, columns};
use crate::error::GisResult;
use crate::import::tables::words::plain;
use crate::import::{Report, WarningCode};

columns! {
    Id: needed ["equip_numero"],
    Class: needed ["equip_type_name", "equip_type"],
    Name: wanted ["equip_nom"],
    Installation: wanted ["inst_nom"],
    Street: wanted ["inst_adresse"],
    Postcode: wanted ["inst_cp"],
    Town: wanted ["new_name", "inst_com_nom"],
    Commune: wanted ["new_code", "inst_com_code"],
    Sports: wanted ["aps_name", "equip_aps_nom"],
    FreeAccess: wanted ["equip_acc_libre"],
    Website: wanted ["equip_url"],
    OutOfOrder: wanted ["inst_hs_bool"],
    Changed: wanted ["equip_maj_date"],
    Lon: place ["equip_x", "longitude"],
    Lat: wanted ["equip_y", "latitude"],
    Point: place ["equip_coordonnees", "coordonnees", "geo_point_2d"],
}

/// Reads the facilities of the territory that are in order, one for each piece of equipment: a
/// place with a hall and two courts has three.
pub(super) fn read(
    path: &Path,
    communes: &[Commune],
    report: &mut Report,
) -> GisResult<Found<PointOfInterest>> {
    let points = Points {
        register: Register {
            what: "sports facilities",
            path,
            columns: Field::COLUMNS,
        },
        theme: Theme::Sport,
        prefix: "res",
    };
    let (mut out_of_order, mut newest) = (0_u64, None);
    let mut found = points.read(communes, report, |record, warn| {
        if record.text(Field::OutOfOrder).is_some_and(is_true) {
            out_of_order += 1;
            return None;
        }
        newest = newest.take().max(record.text(Field::Changed).and_then(day));
        let draft = draft(record);
        if draft.is_none() {
            let message = "has no number or no type: it was left out";
            warn(WarningCode::UnusableFeature, message);
        }
        draft
    })?;
    if out_of_order > 0 {
        let note = format!("{out_of_order} sports facilities left out: they are out of order");
        found.notes.push(note);
    }
    found.vintage = found.vintage.or(newest);
    Ok(found)
}

fn draft<'r>(record: &Record<'r>) -> Option<Draft<'r>> {
    let text = |field: Field| record.text(field);
    let at = pair(text(Field::Lon), text(Field::Lat))
        .or_else(|| latitude_first(text(Field::Point)))
        .or(record.point);
    let is_free = text(Field::FreeAccess).filter(|free| is_true(free));
    Some(Draft {
        id: text(Field::Id)?.into(),
        class: text(Field::Class)?,
        name: text(Field::Name).or_else(|| text(Field::Installation)),
        tags: tags([
            ("installation", text(Field::Installation)),
            ("addr:street", text(Field::Street)),
            ("addr:postcode", text(Field::Postcode)),
            ("addr:city", text(Field::Town)),
            ("sport", text(Field::Sports)),
            ("access", is_free.map(|_| "yes")),
            ("website", text(Field::Website)),
        ]),
        coordinates: at.map(|at| Coordinates::of(at, text(Field::Commune))),
    })
}

fn is_true(text: &str) -> bool {
    matches!(&*plain(text), "true" | "vrai" | "oui" | "1" | "t")
}

/// The day of `2025-03-18T00:00:00+00:00`.
fn day(text: &str) -> Option<String> {
    let day = text.get(..10)?;
    let is_day = day.bytes().enumerate().all(|(ix, byte)| match ix {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    is_day.then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::portal("2025-03-18T00:00:00+00:00", Some("2025-03-18"))]
    #[case::day("2025-03-18", Some("2025-03-18"))]
    #[case::french("18/03/2025", None)]
    #[case::accents("é2025-03-18", None)]
    fn a_day_is_taken_from_a_time(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(day(text).as_deref(), expected);
    }
}
