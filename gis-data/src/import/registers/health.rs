//! The national register of health facilities, FINESS: its CSV with rows of several kinds, and the
//! JSON that takes its place in 2026.

mod category;
mod structures;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use twin_core::{Asset, HealthCategory, HealthFacility, Layers, LonLat};

use super::Found;
use super::json::is_json;
use super::places::{Coordinates, Locator, system_of};
use super::records::Warn;
use super::streets::{FoundHouse, House, Houses};
use crate::error::GisResult;
use crate::import::tables::bytes::open_text;
use crate::import::tables::keys::key_of;
use crate::import::{Report, WarningCode};

/// Reads the health facilities of the territory, ordered by their number, which is their key.
///
/// A facility without coordinates lies at its address, if that is among `layers.addresses`, else
/// at the middle house of its street, which is told as a warning. Where neither is known it is left
/// out: the centre of its commune may be kilometres away, and nothing would show that it is not
/// there.
pub(super) fn read(
    paths: &[PathBuf],
    layers: &Layers,
    report: &mut Report,
) -> GisResult<Found<Asset<HealthFacility>>> {
    let mut facilities = Facilities::default();
    for path in paths {
        let (sample, _) = open_text(path)?;
        if is_json(&sample) {
            structures::read(path, &mut facilities, report)?;
        } else {
            table::read(path, &mut facilities, report)?;
        }
    }
    Ok(facilities.placed(layers, report))
}

/// Facilities and positions on their way, by their number.
#[derive(Debug, Default)]
struct Facilities<'p> {
    drafts: BTreeMap<Box<str>, Draft<'p>>,
    positions: BTreeMap<Box<str>, Position>,
    vintages: BTreeSet<Box<str>>,
    /// How many establishments are none of the twin's facilities.
    others: u64,
    /// How many have closed.
    closed: u64,
}

/// A facility whose place is to be found.
#[derive(Debug)]
struct Draft<'p> {
    category: HealthCategory,
    name: Option<Box<str>>,
    commune: Option<Box<str>>,
    house: Option<House>,
    /// Where it is told of.
    file: &'p Path,
    object: Box<str>,
}

/// Coordinates, and their system where it is told.
#[derive(Clone, Debug)]
struct Position {
    at: [f64; 2],
    system: Option<Box<str>>,
}

/// How many facilities were placed how.
#[derive(Debug, Default)]
struct Tally {
    by_address: u64,
    elsewhere: u64,
}

impl<'p> Facilities<'p> {
    /// Keeps a facility; the first one of a number counts.
    fn add(&mut self, number: &str, draft: Draft<'p>, report: &mut Report) {
        let number = nine_digits(number);
        if self.drafts.contains_key(&number) {
            let message = format_args!("its number {number} is there twice: the first one is used");
            let code = WarningCode::DuplicateObject;
            report.warn(code, draft.file, &draft.object, message);
            return;
        }
        self.drafts.insert(number, draft);
    }

    fn locate(&mut self, number: &str, position: Position) {
        self.positions
            .entry(nine_digits(number))
            .or_insert(position);
    }

    /// The facilities that have a place in the territory.
    fn placed(self, layers: &Layers, report: &mut Report) -> Found<Asset<HealthFacility>> {
        let mut search = Search {
            is_open: layers.communes.is_empty(),
            locator: Locator::new(&layers.communes),
            houses: Houses::default(),
            tally: Tally::default(),
        };
        search.houses = Houses::find(self.lost(&search), &layers.addresses);
        let vintages: Vec<&str> = self.vintages.iter().map(AsRef::as_ref).collect();
        let vintage = (!vintages.is_empty()).then(|| vintages.join(", "));
        let mut objects = Vec::new();
        for (number, draft) in self.drafts {
            let mut warn = |code: WarningCode, message: &str| {
                report.warn(code, draft.file, &draft.object, message);
            };
            let place = search.place(&draft, self.positions.get(&number), &mut warn);
            objects.extend(place.map(|place| facility(&number, draft.name, draft.category, place)));
        }
        let others = "establishments of FINESS left out: neither pharmacy, practice, health centre nor hospital";
        let notes = [
            some(self.others, others),
            some(
                self.closed,
                "establishments of FINESS left out: they are closed",
            ),
        ];
        Found {
            objects,
            vintage,
            notes: notes.into_iter().chain(search.notes()).flatten().collect(),
        }
    }

    /// The houses of the territory's facilities without coordinates.
    fn lost(&self, search: &Search<'_>) -> impl Iterator<Item = &House> {
        let drafts = self.drafts.iter();
        let lost = drafts.filter(|(number, draft)| {
            !self.positions.contains_key(&***number) && search.is_ours(draft)
        });
        lost.filter_map(|(_, draft)| draft.house.as_ref())
    }
}

/// The search for the places of facilities.
#[derive(Debug)]
struct Search<'a> {
    /// Whether the territory has no communes, so that everything is in it.
    is_open: bool,
    locator: Locator<'a>,
    houses: Houses,
    tally: Tally,
}

impl Search<'_> {
    fn is_ours(&self, draft: &Draft<'_>) -> bool {
        let commune = draft.commune.as_deref();
        self.is_open || commune.is_some_and(|code| self.locator.has_commune(code))
    }

    fn place(
        &mut self,
        draft: &Draft<'_>,
        position: Option<&Position>,
        warn: &mut Warn<'_>,
    ) -> Option<LonLat> {
        if let Some(position) = position {
            return self.locator.place(Some(position.coordinates(draft)), warn);
        }
        if !self.is_ours(draft) {
            self.tally.elsewhere += 1;
            return None;
        }
        self.by_address(draft, warn)
    }

    /// The place of a facility's house, else of its street.
    fn by_address(&mut self, draft: &Draft<'_>, warn: &mut Warn<'_>) -> Option<LonLat> {
        let house = draft.house.as_ref();
        match house.and_then(|house| self.houses.place(house)) {
            Some(FoundHouse::Here(place)) => {
                self.tally.by_address += 1;
                Some(place)
            }
            Some(FoundHouse::InStreet(place)) => {
                let message = "has no coordinates, and its house is none of the addresses: it lies \
                     at the middle house of its street";
                warn(WarningCode::ApproximatePlace, message);
                Some(place)
            }
            None => {
                let message = "has no coordinates, and its street is none of the addresses: it was \
                     left out";
                warn(WarningCode::NoPlace, message);
                None
            }
        }
    }

    fn notes(self) -> [Option<String>; 3] {
        let Tally {
            by_address,
            elsewhere,
        } = self.tally;
        [
            some(
                by_address,
                "health facilities without coordinates lie at their address",
            ),
            some(
                elsewhere,
                "health facilities of other communes, without coordinates: left out",
            ),
            self.locator.left_out("health facilities"),
        ]
    }
}

impl Position {
    fn coordinates<'c>(&'c self, draft: &'c Draft<'_>) -> Coordinates<'c> {
        let commune = draft.commune.as_deref();
        let system = self.system.as_deref();
        Coordinates {
            at: self.at,
            system: system.unwrap_or_else(|| system_of(commune.unwrap_or_default())),
            commune,
        }
    }
}

fn some(count: u64, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} {what}"))
}

fn facility(
    number: &str,
    name: Option<Box<str>>,
    category: HealthCategory,
    place: LonLat,
) -> Asset<HealthFacility> {
    let detail = HealthFacility {
        name,
        category,
        finess: Some(number.into()),
    };
    Asset {
        key: key_of(number),
        place,
        detail,
    }
}

/// A number as the register writes it: a spreadsheet takes leading zeros away.
fn nine_digits(number: &str) -> Box<str> {
    format!("{number:0>9}").into()
}

/// A name without the blanks that pad it.
fn tidy(name: &str) -> Option<Box<str>> {
    let words: Vec<&str> = name.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" ").into())
}
