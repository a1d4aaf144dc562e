//! The vehicles of a file: one class of them.

use super::amounts::Amounts;
use super::document::{Document, Section, Token};
use super::error::{VrplibError, VrplibResult};
use super::kind::Kind;
use super::number::{count, whole, words};
use crate::collection::{Breaks, Compartment, Costs, Outfit, StreamSet, VehicleClass, Window};

/// The most vehicles that a problem can have; files say 999999999 for any number.
const MOST_VEHICLES: u32 = 1 << 20;
/// A limit that is none: the largest amount that a problem can have.
const NO_LIMIT: u32 = 1_000_000_000;

/// What the rest of the file says that the vehicles depend on.
pub(super) struct Surroundings {
    /// The place of the depot.
    pub(super) depot: u32,
    /// When the depot is open.
    pub(super) shift: Window,
    /// How many stops there are.
    pub(super) stops: u32,
    /// Whether a route takes no longer than its ways: no service, no windows, no releases.
    pub(super) only_drives: bool,
}

/// The one class of vehicles.
pub(super) fn vehicles(
    document: &Document<'_>,
    kind: Kind,
    amounts: &Amounts,
    around: &Surroundings,
) -> VrplibResult<VehicleClass> {
    let vehicles = document.specification("VEHICLES");
    let vehicles = vehicles
        .map(|said| whole(said, "VEHICLES", (1, u32::MAX)))
        .transpose()?;
    let max_trips = max_trips(document, vehicles, around)?;
    Ok(VehicleClass {
        name: "vehicle".into(),
        count: vehicles.unwrap_or(around.stops).clamp(1, MOST_VEHICLES),
        travel: 0,
        start: around.depot,
        end: around.depot,
        shift: around.shift,
        max_duration: max_duration(document, kind, around)?,
        normal_duration: Window::LAST,
        prepare: 0,
        finish: 0,
        costs: costs(document, kind)?,
        outfits: vec![Outfit {
            compartments: vec![Compartment {
                takes: StreamSet::ALL,
                volume: amounts.capacity.unwrap_or(NO_LIMIT),
                compaction: 1.0,
            }],
            payload: NO_LIMIT,
        }],
        max_trips,
        unloadings: if max_trips > 1 { vec![0] } else { Vec::new() },
        unload_at_end: false,
        breaks: Breaks::default(),
        begun: None,
    })
}

/// A number that holds for each vehicle: a specification, or a section with the same number in every
/// row.
pub(super) fn of_each<'t>(document: &Document<'t>, name: &str) -> VrplibResult<Option<Token<'t>>> {
    let said = document.specification(name);
    let Some(section) = document.section(name) else {
        return Ok(said);
    };
    let field = format!("{name}_SECTION");
    if said.is_some() {
        let (line, field) = (section.line, field.into());
        return Err(VrplibError::Repeated { line, field });
    }
    let mut common: Option<Token<'t>> = None;
    for &row in &section.rows {
        let mut row_words = words(row);
        let (Some(_vehicle), Some(word), None) =
            (row_words.next(), row_words.next(), row_words.next())
        else {
            let found = words(row).count();
            return Err(count(row.line, &field, ("numbers", found), 2));
        };
        if common.is_some_and(|common| common.text != word.text) {
            let expected = "the same for every vehicle";
            return Err(VrplibError::value(row.line, &field, word.text, expected));
        }
        common = Some(word);
    }
    let missing = count(section.line, &field, ("rows", 0), 1);
    common.ok_or(missing).map(Some)
}

/// How many trips a vehicle may make: as many as there are stops where it may reload.
fn max_trips(
    document: &Document<'_>,
    vehicles: Option<u32>,
    around: &Surroundings,
) -> VrplibResult<u32> {
    let Some(section) = document.section("VEHICLES_RELOAD_DEPOT") else {
        return Ok(1);
    };
    check_reloads(section, vehicles.unwrap_or(around.stops), around.depot)?;
    let most = around.stops.max(1);
    let field = "VEHICLES_MAX_RELOADS";
    let Some(said) = of_each(document, field)? else {
        return Ok(most);
    };
    let reloads = whole(said, field, (0, u32::MAX - 1))?;
    Ok(most.min(reloads + 1))
}

fn check_reloads(section: &Section<'_>, vehicles: u32, depot: u32) -> VrplibResult<()> {
    let field = "VEHICLES_RELOAD_DEPOT_SECTION";
    let found = section.rows.len();
    if found != vehicles as usize {
        let rows = ("rows", found);
        return Err(count(section.line, field, rows, u64::from(vehicles)));
    }
    for &row in &section.rows {
        let named: Vec<_> = words(row).skip(1).take(2).collect();
        let is_depot = |word: &Token<'_>| word.text.parse() == Ok(u64::from(depot) + 1);
        if !matches!(named.as_slice(), [word] if is_depot(word)) {
            let expected = format!("a vehicle and its only reload depot, node {}", depot + 1);
            return Err(VrplibError::value(row.line, field, row.text, expected));
        }
    }
    Ok(())
}

/// How long a route may take. A limit of its length is one of its duration where it only drives.
fn max_duration(document: &Document<'_>, kind: Kind, around: &Surroundings) -> VrplibResult<i32> {
    let mut most = Window::LAST;
    for name in ["VEHICLES_MAX_DURATION", "DISTANCE", "VEHICLES_MAX_DISTANCE"] {
        let Some(said) = of_each(document, name)? else {
            continue;
        };
        // TSPLIB counts the time at customers into the DISTANCE of a route, and has no windows.
        let is_duration = match name {
            "VEHICLES_MAX_DURATION" => true,
            "DISTANCE" => around.only_drives || document.section("TIME_WINDOW").is_none(),
            _ => around.only_drives,
        };
        if !is_duration {
            return Err(VrplibError::Unsupported {
                line: said.line,
                field: name.into(),
                reason: "a limit of the length beside service times, time windows or release \
                    times, expected VEHICLES_MAX_DURATION",
            });
        }
        most = most.min(kind.end(said, name)?);
    }
    Ok(most)
}

fn costs(document: &Document<'_>, kind: Kind) -> VrplibResult<Costs> {
    let fixed = match of_each(document, "VEHICLES_FIXED_COST")? {
        Some(said) => kind.ticks(said, "VEHICLES_FIXED_COST")?.into(),
        None => 0,
    };
    let field = "VEHICLES_UNIT_DISTANCE_COST";
    let per_length = match of_each(document, field)? {
        Some(said) => whole(said, field, (0, NO_LIMIT))?.into(),
        None => 1,
    };
    Ok(Costs {
        fixed,
        per_length,
        ..Costs::default()
    })
}
