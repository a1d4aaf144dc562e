//! Recycling centres: SINOE, the register of ADEME, which has a row for each year of a centre.

use std::collections::BTreeMap;
use std::path::Path;

use twin_core::{Asset, Commune, LonLat, PointOfInterest, Tags, Theme, UnloadingSite};

use super::Found;
use super::places::{Coordinates, Locator, latitude_first, pair};
use super::points::tags;
use super::records::{Record, Register, Warn, columns};
use crate::error::GisResult;
use crate::import::tables::keys::key_of;
use crate::import::tables::numbers::number;
use crate::import::{Report, WarningCode};

columns! {
    Id: needed ["C_SERVICE"],
    Year: needed ["ANNEE"],
    Name: wanted ["N_SERVICE"],
    Street: wanted ["AD1_SITE"],
    Postcode: wanted ["CP_SITE"],
    Town: wanted ["L_VILLE_SITE"],
    Commune: wanted ["C_COMM"],
    Phone: wanted ["TEL_SERVICE"],
    Operator: wanted ["N_ACTEUR"],
    Quality: wanted ["GPS_QUALITY"],
    Point: place ["_geopoint"],
    X: place ["GPS_X"],
    Y: wanted ["GPS_Y", "GPS_LAT"],
}

/// The class of the points of interest: what OpenStreetMap calls the same.
const CLASS: &str = "recycling";

/// A centre in one year.
#[derive(Debug)]
struct Row {
    year: i32,
    object: Box<str>,
    name: Option<Box<str>>,
    tags: Tags,
    at: Option<[f64; 2]>,
    commune: Option<Box<str>>,
    is_doubtful: bool,
}

/// Reads the centres of the territory as of the newest year that each has, ordered by their
/// number: where people unload, and a point of interest of the theme `recycling`, with the same
/// key. What they take is not told.
pub(super) fn read(
    path: &Path,
    communes: &[Commune],
    report: &mut Report,
) -> GisResult<Found<(Asset<UnloadingSite>, PointOfInterest)>> {
    let register = Register {
        what: "recycling centres",
        path,
        columns: Field::COLUMNS,
    };
    let mut centres = Centres::default();
    register.for_each(report, |record, warn| {
        if let Err((code, message)) = centres.add(record) {
            warn(code, message);
        }
    })?;
    let newest = centres.rows.values().map(|row| row.year).max();
    let mut locator = Locator::new(communes);
    let (mut objects, mut outdated) = (Vec::new(), 0_u64);
    for (id, row) in centres.rows {
        let mut warn =
            |code: WarningCode, message: &str| report.warn(code, path, &row.object, message);
        let Some(place) = row.place(&mut locator, &mut warn) else {
            continue;
        };
        outdated += u64::from(Some(row.year) < newest);
        objects.push(row.centre(&id, place));
    }
    let note = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let gone = format!(
        "recycling centres have no row of {}: they may have closed",
        newest.unwrap_or_default()
    );
    let notes = [
        note(
            centres.older,
            "rows of earlier years of recycling centres left out",
        ),
        note(outdated, &gone),
        locator.left_out("recycling centres"),
    ];
    Ok(Found {
        objects,
        vintage: newest.map(|year| year.to_string()),
        notes: notes.into_iter().flatten().collect(),
    })
}

impl Row {
    fn place(&self, locator: &mut Locator<'_>, warn: &mut Warn<'_>) -> Option<LonLat> {
        let commune = self.commune.as_deref();
        let coordinates = self.at.map(|at| Coordinates::of(at, commune));
        let place = locator.place(coordinates, warn)?;
        if self.is_doubtful {
            let message = "has a place of which the register says that it is bad (GPS_QUALITY -1)";
            warn(WarningCode::ApproximatePlace, message);
        }
        Some(place)
    }

    fn centre(self, id: &str, place: LonLat) -> (Asset<UnloadingSite>, PointOfInterest) {
        let key = key_of(&format!("sinoe-{id}"));
        let point = PointOfInterest {
            key: key.clone(),
            theme: Theme::Recycling,
            class: CLASS.into(),
            name: self.name.clone(),
            tags: self.tags,
            place,
        };
        let detail = UnloadingSite {
            name: self.name,
            streams: Vec::new(),
        };
        (Asset { key, place, detail }, point)
    }
}

/// The newest row of each centre.
#[derive(Debug, Default)]
struct Centres {
    rows: BTreeMap<Box<str>, Row>,
    /// How many rows a newer one took the place of.
    older: u64,
}

impl Centres {
    fn add(&mut self, record: &Record<'_>) -> Result<(), (WarningCode, &'static str)> {
        let Some(id) = record.text(Field::Id) else {
            let message = "has no number of a centre (C_SERVICE): it was left out";
            return Err((WarningCode::UnusableFeature, message));
        };
        let Some(year) = record.text(Field::Year).and_then(year) else {
            let message = "has no year (ANNEE) from 1900 to 2100: it was left out";
            return Err((WarningCode::UnreadableValue, message));
        };
        match self.rows.get(id) {
            Some(known) if known.year == year => {
                let message = "its centre is there twice in this year: the first row is used";
                return Err((WarningCode::DuplicateObject, message));
            }
            Some(known) if known.year > year => self.older += 1,
            known => {
                self.older += u64::from(known.is_some());
                self.rows.insert(id.into(), row(record, year));
            }
        }
        Ok(())
    }
}

/// `2021`, also as `2021.0` or `2 021`.
fn year(text: &str) -> Option<i32> {
    let year = number(text).filter(|year| (1900.0..=2100.0).contains(year))?;
    #[expect(clippy::cast_possible_truncation, reason = "1900 to 2100")]
    let whole = year as i32;
    (f64::from(whole) == year).then_some(whole)
}

fn row(record: &Record<'_>, year: i32) -> Row {
    let text = |field: Field| record.text(field);
    let at = latitude_first(text(Field::Point))
        .or_else(|| pair(text(Field::X), text(Field::Y)))
        .or(record.point);
    let tags = tags([
        ("addr:street", text(Field::Street)),
        ("addr:postcode", text(Field::Postcode)),
        ("addr:city", text(Field::Town)),
        ("phone", text(Field::Phone)),
        ("operator", text(Field::Operator)),
        ("recycling_type", Some("centre")),
        ("source:date", Some(&*year.to_string())),
    ]);
    Row {
        year,
        object: record.object.into(),
        name: text(Field::Name).map(Into::into),
        tags,
        at,
        commune: text(Field::Commune).map(Into::into),
        is_doubtful: text(Field::Quality)
            .and_then(number)
            .is_some_and(|it| it < 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("2021", Some(2021))]
    #[case::as_a_float("2021.0", Some(2021))]
    #[case::half("2021.5", None)]
    #[case::no_year("21", None)]
    #[case::a_word("n.c.", None)]
    fn a_year_is_a_whole_number(#[case] text: &str, #[case] expected: Option<i32>) {
        assert_eq!(year(text), expected);
    }
}
