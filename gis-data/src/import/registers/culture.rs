//! Cultural places: BASILIC, the register of the ministry for culture.

use std::path::Path;

use twin_core::{Commune, PointOfInterest, Theme};

use super::Found;
use super::places::{Coordinates, pair};
use super::points::{Draft, Points, tags};
use super::records::{Record, Register, columns};
use crate::error::GisResult;
use crate::import::tables::words::plain;
use crate::import::{Report, WarningCode};

columns! {
    Name: needed ["Nom", "nomrs"],
    Class: needed ["Type équipement ou lieu", "typequ"],
    Id: wanted ["Identifiant_deps_a_partir_de_2022", "Identifiant_deps", "identifiant"],
    Street: wanted ["Adresse"],
    Postcode: wanted ["Code Postal", "cp"],
    Town: wanted ["libelle_geographique", "libelle_commune"],
    Commune: wanted ["code_insee", "code_commune"],
    Label: wanted ["Label et appellation", "label"],
    Domain: wanted ["Domaine", "dom"],
    Subdomain: wanted ["Sous_domaine", "sdom"],
    Population: wanted ["Demographie_AP"],
    Lon: place ["Longitude"],
    Lat: wanted ["Latitude"],
    X: place ["lambert_x"],
    Y: wanted ["lambert_y"],
}

/// Reads the places of the territory that are in use. One without a number of the register is
/// known by its name, its type and its commune.
pub(super) fn read(
    path: &Path,
    communes: &[Commune],
    report: &mut Report,
) -> GisResult<Found<PointOfInterest>> {
    let points = Points {
        register: Register {
            what: "cultural places",
            path,
            columns: Field::COLUMNS,
        },
        theme: Theme::Culture,
        prefix: "basilic",
    };
    let mut gone = 0_u64;
    let mut found = points.read(communes, report, |record, warn| {
        if record.text(Field::Population).is_some_and(is_gone) {
            gone += 1;
            return None;
        }
        let draft = draft(record);
        if draft.is_none() {
            let message = "has no name or no type: it was left out";
            warn(WarningCode::UnusableFeature, message);
        }
        draft
    })?;
    if gone > 0 {
        let note = format!("{gone} cultural places left out: they are not in use any more");
        found.notes.push(note);
    }
    Ok(found)
}

/// Whether a place is told to be anything but `Actif`.
fn is_gone(state: &str) -> bool {
    !plain(state).starts_with("actif")
}

fn draft<'r>(record: &Record<'r>) -> Option<Draft<'r>> {
    let text = |field: Field| record.text(field);
    let at = pair(text(Field::Lon), text(Field::Lat))
        .or_else(|| pair(text(Field::X), text(Field::Y)))
        .or(record.point);
    let (name, class) = (text(Field::Name)?, text(Field::Class)?);
    let id = match text(Field::Id) {
        Some(id) => id.into(),
        None => format!(
            "{}:{class}:{name}",
            text(Field::Commune).unwrap_or_default()
        )
        .into(),
    };
    Some(Draft {
        id,
        class,
        name: Some(name),
        tags: tags([
            ("addr:street", text(Field::Street)),
            ("addr:postcode", text(Field::Postcode)),
            ("addr:city", text(Field::Town)),
            ("label", text(Field::Label)),
            ("domain", text(Field::Domain)),
            ("subdomain", text(Field::Subdomain)),
        ]),
        coordinates: at.map(|at| Coordinates::of(at, text(Field::Commune))),
    })
}
