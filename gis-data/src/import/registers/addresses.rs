//! The national register of addresses (Base Adresse Nationale): the file `adresses-25.csv.gz` of
//! a department, or the same in the format of the communes (BAL).

use std::path::Path;

use twin_core::{Address, Asset, Commune};

use super::places::{Coordinates, Locator, pair};
use super::records::{Record, Register, Warn, columns};
use super::{Found, unique, vintage};
use crate::error::GisResult;
use crate::import::tables::keys::key_of;
use crate::import::tables::words::plain;
use crate::import::{Report, WarningCode};

columns! {
    Id: needed ["id", "cle_interop"],
    Number: needed ["numero"],
    Suffix: wanted ["rep", "suffixe"],
    Street: needed ["nom_voie", "voie_nom"],
    Commune: wanted ["code_insee", "commune_insee"],
    Lon: place ["lon", "long", "longitude"],
    Lat: wanted ["lat", "latitude"],
    X: place ["x"],
    Y: wanted ["y"],
    Position: wanted ["type_position", "position"],
}

/// The number that the format of the communes gives to a place without numbers.
const NO_NUMBER: &str = "99999";

/// What a position stands for, the best for reaching an address first.
const POSITIONS: [&[&str]; 7] = [
    &["entree", "entrance"],
    &["batiment", "building"],
    &["cagedescalier", "staircase"],
    &["logement", "unit", "local"],
    &["parcelle", "parcel"],
    &["delivrancepostale", "postal"],
    &["servicetechnique", "utility"],
];

/// An address on its way.
#[derive(Debug)]
struct Ranked {
    rank: u8,
    address: Asset<Address>,
}

/// Reads the addresses of the territory, ordered by their number in the register.
///
/// An address that has several positions lies at its entrance, else at its building, its
/// staircase, its dwelling, its parcel; of equals, the first one of the file counts. The register
/// does not tell how many premises an address has: each counts as one.
pub(super) fn read(
    path: &Path,
    communes: &[Commune],
    report: &mut Report,
) -> GisResult<Found<Asset<Address>>> {
    let register = Register {
        what: "addresses",
        path,
        columns: Field::COLUMNS,
    };
    let mut locator = Locator::new(communes);
    let (mut addresses, mut unnumbered) = (Vec::new(), 0_u64);
    register.for_each(report, |record, warn| {
        if record.text(Field::Number) == Some(NO_NUMBER) {
            unnumbered += 1;
            return;
        }
        addresses.extend(address(record, &mut locator, warn));
    })?;

    let further = best_positions(&mut addresses, |key| {
        let object = format_args!("address {key}");
        let message = "is there twice: the first one is used";
        report.warn(WarningCode::DuplicateObject, path, object, message);
    });
    let premises =
        "each address counts as one premises: the register does not tell how many it has";
    let note = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let notes = [
        Some(premises.to_owned()),
        note(
            further,
            "further positions of addresses left out: the entrance counts first",
        ),
        note(
            unnumbered,
            "places without house numbers left out of the addresses",
        ),
        locator.left_out("addresses"),
    ];
    Ok(Found {
        objects: addresses.into_iter().map(|it| it.address).collect(),
        vintage: vintage::of_name(path),
        notes: notes.into_iter().flatten().collect(),
    })
}

/// The address of a record, if it has all that is needed and lies in the territory.
fn address(record: &Record<'_>, locator: &mut Locator<'_>, warn: &mut Warn<'_>) -> Option<Ranked> {
    let (Some(id), Some(label)) = (record.text(Field::Id), label(record)) else {
        let message =
            "has no number in the register, no house number or no street: it was left out";
        warn(WarningCode::UnusableFeature, message);
        return None;
    };
    let place = locator.place(coordinates(record), warn)?;
    let address = Asset {
        key: key_of(id),
        place,
        detail: Address { label, premises: 1 },
    };
    let rank = rank(record);
    Some(Ranked { rank, address })
}

/// Keeps the best position of each address, ordered by key, and tells of rows that say the same
/// twice; how many other positions there were.
fn best_positions(addresses: &mut Vec<Ranked>, mut twice: impl FnMut(&str)) -> u64 {
    addresses.sort_by(|a, b| (&a.address.key, a.rank).cmp(&(&b.address.key, b.rank)));
    let mut further = 0;
    unique(
        addresses,
        |it| &it.address.key,
        |first, later| {
            if first.rank == later.rank && first.address == later.address {
                twice(&later.address.key);
            } else {
                further += 1;
            }
        },
    );
    further
}

/// `12 bis Rue de l’Étuve`.
fn label(record: &Record<'_>) -> Option<Box<str>> {
    let number = record.text(Field::Number)?;
    let street = record.text(Field::Street)?;
    Some(match record.text(Field::Suffix) {
        Some(suffix) => format!("{number} {suffix} {street}").into(),
        None => format!("{number} {street}").into(),
    })
}

fn coordinates<'r>(record: &Record<'r>) -> Option<Coordinates<'r>> {
    let of = |x, y| pair(record.text(x), record.text(y));
    let at = of(Field::Lon, Field::Lat)
        .or_else(|| of(Field::X, Field::Y))
        .or(record.point)?;
    Some(Coordinates::of(at, record.text(Field::Commune)))
}

fn rank(record: &Record<'_>) -> u8 {
    let kind = record.text(Field::Position).map(plain).unwrap_or_default();
    let rank = POSITIONS.iter().position(|names| names.contains(&&*kind));
    u8::try_from(rank.unwrap_or(POSITIONS.len())).unwrap_or(u8::MAX)
}
