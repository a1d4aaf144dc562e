//! Collection days of a territory: what is known of containers in the morning, the ways between the
//! places, the search for a plan, and the plan as people follow it.

mod asked;
mod budget;
mod day;
mod explained;
pub(crate) mod jobs;
mod meeting;
mod moment;
mod morning;
mod options;
mod outcome;
mod outputs;
mod phrases;
mod replanned;
mod rounds;
mod saved;
mod search;
mod territory;
mod tracks;
mod ways;
mod words;

pub(crate) use self::asked::{route as asked_route, stops as asked_stops};
pub(crate) use self::budget::Limits;
pub(crate) use self::day::{DayOrder, DayTask, PlannedDay};
pub(crate) use self::explained::{Explained, Question, euros};
pub(crate) use self::moment::Moment;
pub(crate) use self::morning::{
    Levels, LevelsFrom, Morning, MorningRequest, Source, trusted_level,
};
pub(crate) use self::options::{
    PolicyName, parse_day, parse_share, policy, policy_name, read_rules,
};
pub(crate) use self::outcome::{Outcome, Planned};
pub(crate) use self::outputs::{SheetRequest, csv, escaped, geojson, gpx, sheet, timetable};
pub(crate) use self::phrases::Phrases;
pub(crate) use self::replanned::{News, Replanned};
pub(crate) use self::rounds::{Call, CallKind, Haul, Note, Round, Rounds, RoundsRequest, Unserved};
pub(crate) use self::saved::{read_day, write_day};
pub(crate) use self::search::{Effort, Found, SearchRequest, Watch, search};
pub(crate) use self::territory::Territory;
pub(crate) use self::tracks::{Drive, Track, Tracks, TracksRequest};
pub(crate) use self::ways::{Roads, Ways, WaysRequest};
pub(crate) use self::words::{Language, Words};
