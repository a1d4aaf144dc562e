//! The files of a plan: text from rounds and their tracks, for the command line and for the server
//! alike.

mod csv;
mod geojson;
mod gpx;
mod markup;
#[cfg(test)]
mod round_trip;
mod sheet;
mod timetable;

pub(crate) use self::csv::csv;
pub(crate) use self::geojson::geojson;
pub(crate) use self::gpx::gpx;
pub(crate) use self::markup::escaped;
pub(crate) use self::sheet::{SheetRequest, sheet};
pub(crate) use self::timetable::timetable;
