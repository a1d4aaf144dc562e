//! What the ways between the nodes take: straight lines, or a table that the file gives.

use std::ops::Range;

use super::document::{Document, Section, Token};
use super::error::{VrplibError, VrplibResult};
use super::kind::Round;
use super::number::{count, finite, not_negative, of_nodes, words};
use crate::collection::{Plane, Table, Travel, Window};
use crate::numbers::{f64_of, floor_u64, index_u32};

/// Up to how many places straight lines are kept in a table: reading a number takes a search less time
/// than a square root does, and a table of 6,000 places has 144 MB. Beyond it grows with the square.
const MOST_PLACES_IN_TABLE: usize = 6_000;

/// The longest way: there and back again is still a number of ticks that a day can have.
const LONGEST: f64 = 0.5 * Window::LAST as f64;

const SECTION: &str = "EDGE_WEIGHT_SECTION";

/// The ways of a file with so many nodes.
pub(super) fn travel(document: &Document<'_>, round: Round, nodes: u32) -> VrplibResult<Travel> {
    let field = "EDGE_WEIGHT_TYPE";
    let said = document.specification(field);
    let said = said.ok_or(VrplibError::Missing { field })?;
    let explicit = document.section("EDGE_WEIGHT");
    match (said.text.to_ascii_uppercase().as_str(), explicit) {
        ("EUC_2D" | "CEIL_2D" | "FLOOR_2D" | "EXACT_2D", None) => plane(document, round, nodes),
        ("EUC_2D" | "CEIL_2D" | "FLOOR_2D" | "EXACT_2D", Some(section)) => {
            Err(VrplibError::Unsupported {
                line: section.line,
                field: SECTION.into(),
                reason: "EDGE_WEIGHT_TYPE says that the weights come from the coordinates",
            })
        }
        ("EXPLICIT", Some(section)) => table(document, section, (round, nodes)),
        ("EXPLICIT", None) => Err(VrplibError::Missing { field: SECTION }),
        _ => {
            let expected = "EUC_2D, CEIL_2D, FLOOR_2D, EXACT_2D or EXPLICIT";
            Err(VrplibError::value(said.line, field, said.text, expected))
        }
    }
}

fn plane(document: &Document<'_>, round: Round, nodes: u32) -> VrplibResult<Travel> {
    let field = "NODE_COORD_SECTION";
    let section = document.section("NODE_COORD");
    let section = section.ok_or(VrplibError::Missing { field })?;
    let mut points = Vec::with_capacity(section.rows.len());
    for row in of_nodes::<2>(section, field, nodes)? {
        let [x, y] = row.words;
        points.push([finite(x, field)?, finite(y, field)?]);
    }
    let plane = Plane {
        points,
        scale: round.scale(),
        rounding: round.rounding(),
    };
    if extent(&plane.points) * plane.scale > LONGEST {
        return Err(VrplibError::Unsupported {
            line: section.line,
            field: field.into(),
            reason: "the nodes lie more than 500,000,000 units apart after scaling",
        });
    }
    Ok(tabulated(plane))
}

/// The diagonal of the box around some points.
fn extent(points: &[[f64; 2]]) -> f64 {
    let side = |axis: usize| {
        let values = points.iter().map(|point| point[axis]);
        let least = values.clone().fold(f64::INFINITY, f64::min);
        (values.fold(f64::NEG_INFINITY, f64::max) - least).max(0.0)
    };
    let (width, height) = (side(0), side(1));
    (width * width + height * height).sqrt()
}

fn tabulated(plane: Plane) -> Travel {
    let places = plane.points.len();
    if places > MOST_PLACES_IN_TABLE {
        return Travel::Plane(plane);
    }
    let all = 0..index_u32(places);
    let rows = all
        .clone()
        .map(|from| all.clone().map(move |to| (from, to)));
    let cells = rows.flatten().map(|(from, to)| plane.distance(from, to));
    match Table::new(places, cells.collect()) {
        Some(table) => Travel::Same(table),
        None => Travel::Plane(plane),
    }
}

/// In which columns a row of the table, among so many places, has numbers in the file.
type Columns = fn(usize, usize) -> Range<usize>;

/// Lower rows and upper columns are the same numbers in the same order, as are upper rows and lower
/// columns: weights of a triangle hold both ways.
fn columns(said: Token<'_>) -> VrplibResult<Columns> {
    Ok(match said.text.to_ascii_uppercase().as_str() {
        "FULL_MATRIX" => |_, places| 0..places,
        "LOWER_ROW" | "UPPER_COL" => |row, _| 0..row,
        "UPPER_ROW" | "LOWER_COL" => |row, places| row + 1..places,
        "LOWER_DIAG_ROW" | "UPPER_DIAG_COL" => |row, _| 0..row + 1,
        "UPPER_DIAG_ROW" | "LOWER_DIAG_COL" => |row, places| row..places,
        _ => {
            let field = "EDGE_WEIGHT_FORMAT";
            let expected = "FULL_MATRIX, LOWER_ROW, UPPER_ROW, LOWER_DIAG_ROW or UPPER_DIAG_ROW";
            return Err(VrplibError::value(said.line, field, said.text, expected));
        }
    })
}

fn table(
    document: &Document<'_>,
    section: &Section<'_>,
    (round, nodes): (Round, u32),
) -> VrplibResult<Travel> {
    let field = "EDGE_WEIGHT_FORMAT";
    let said = document.specification(field);
    let said = said.ok_or(VrplibError::Missing { field })?;
    let columns = columns(said)?;
    let places = nodes as usize;
    let found: usize = section.rows.iter().map(|&row| words(row).count()).sum();
    let expected = (0..places)
        .map(|row| columns(row, places).len() as u64)
        .sum();
    if found as u64 != expected {
        return Err(count(section.line, SECTION, ("numbers", found), expected));
    }
    // From here on the table is at most a few times as large as the text.
    let is_full = found == places * places;
    let mut cells = vec![0; places * places];
    let mut numbers = section.rows.iter().flat_map(|&row| words(row));
    for row in 0..places {
        for column in columns(row, places) {
            let weight = numbers.next().map_or(Ok(0), |token| weight(token, round))?;
            // Nothing is driven from a place to itself, whatever stands there.
            if row == column {
                continue;
            }
            cells[row * places + column] = weight;
            if !is_full {
                cells[column * places + row] = weight;
            }
        }
    }
    let table = Table::new(places, cells);
    Ok(Travel::Same(
        table.expect("as many cells as places, squared"),
    ))
}

fn weight(token: Token<'_>, round: Round) -> VrplibResult<u32> {
    let weight = f64_of(round.of(not_negative(token, SECTION)?));
    if weight > LONGEST {
        let expected = "at most 500,000,000 after scaling";
        return Err(VrplibError::value(
            token.line, SECTION, token.text, expected,
        ));
    }
    Ok(u32::try_from(floor_u64(weight)).unwrap_or(u32::MAX))
}
