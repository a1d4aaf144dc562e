//! Collection days of a territory: what is known of containers in the morning, the ways between the
//! places, and a plan as people follow it.

mod moment;
mod morning;
mod outputs;
mod rounds;
mod tracks;
mod ways;
mod words;

pub(crate) use self::moment::Moment;
pub(crate) use self::morning::{Morning, MorningRequest};
pub(crate) use self::outputs::{SheetRequest, csv, geojson, gpx, sheet};
pub(crate) use self::rounds::{Call, CallKind, Haul, Note, Round, Rounds, RoundsRequest, Unserved};
pub(crate) use self::tracks::{Track, Tracks, TracksRequest};
pub(crate) use self::ways::{Roads, Ways, WaysRequest};
pub(crate) use self::words::{Language, Words};
