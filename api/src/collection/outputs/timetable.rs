//! What vehicles do on a day, with times for every point of their ways: for who shows where they are by the
//! plan. Nobody of a crew is named, and what is in a single container is not told.

use serde::Serialize;
use simulator::calendar::LocalDay;
use twin_core::{LonLat, Stream, Timestamp};

use crate::collection::{Call, CallKind, Drive, Round, Rounds, Tracks};

/// The rounds of a day.
#[derive(Debug, Serialize)]
struct Timetable<'a> {
    date: &'a str,
    state: &'static str,
    /// What the twin's clock showed when it was planned.
    planned_at: Timestamp,
    synthetic: bool,
    vehicles: Vec<Vehicle<'a>>,
}

/// One vehicle.
#[derive(Debug, Serialize)]
struct Vehicle<'a> {
    id: String,
    class: &'a str,
    number: u32,
    on_duty: Timestamp,
    off_duty: Timestamp,
    calls: Vec<Visit<'a>>,
    drives: Vec<TimedDrive>,
}

/// One call.
#[derive(Debug, Serialize)]
struct Visit<'a> {
    kind: CallKind,
    name: &'a str,
    commune: Option<&'a str>,
    lon: f64,
    lat: f64,
    arrival: Timestamp,
    begin: Timestamp,
    departure: Timestamp,
    streams: &'a [Stream],
    containers: usize,
    /// What is on board when it goes on.
    load_kg: u64,
    load_m3: f64,
    load_share: f64,
}

/// A way from one call to the next, column by column.
#[derive(Debug, Serialize)]
struct TimedDrive {
    departure: Timestamp,
    lon: Vec<f64>,
    lat: Vec<f64>,
    /// Seconds since the departure.
    at_s: Vec<f64>,
}

/// The rounds of a day as JSON, planned when the twin's clock showed `planned_at`.
///
/// # Errors
/// What JSON has no form for.
pub(crate) fn timetable(
    (rounds, tracks): (&Rounds, &Tracks),
    date: &LocalDay,
    planned_at: Timestamp,
) -> serde_json::Result<String> {
    let both = rounds.vehicles.iter().zip(&tracks.vehicles);
    let vehicles = both.map(|(round, tracks)| Vehicle {
        id: format!("{}-{}", round.class, round.number),
        class: &round.class,
        number: round.number,
        on_duty: at(date, round.on_duty.tenths()),
        off_duty: at(date, round.off_duty.tenths()),
        calls: visits(date, round),
        drives: (tracks.iter())
            .flat_map(|track| &track.drives)
            .filter_map(|drive| timed(date, drive))
            .collect(),
    });
    serde_json::to_string(&Timetable {
        date: &rounds.date,
        state: "planned",
        planned_at,
        synthetic: rounds.is_synthetic,
        vehicles: vehicles.collect(),
    })
}

fn at(date: &LocalDay, tenths: i32) -> Timestamp {
    date.at_clock(tenths).0
}

fn visits<'a>(date: &LocalDay, round: &'a Round) -> Vec<Visit<'a>> {
    let visit = |call: &'a Call| Visit {
        kind: call.kind,
        name: &call.name,
        commune: call.commune.as_deref(),
        lon: rounded(call.at.lon(), 1e6),
        lat: rounded(call.at.lat(), 1e6),
        arrival: at(date, call.arrival.tenths()),
        begin: at(date, call.begin.tenths()),
        departure: at(date, call.departure.tenths()),
        streams: &call.streams,
        containers: call.containers.len(),
        load_kg: call.load_kg,
        load_m3: rounded(call.load_m3, 1e3),
        load_share: rounded(call.load_share, 1e3),
    };
    round.calls.iter().map(visit).collect()
}

fn timed(date: &LocalDay, drive: &Drive) -> Option<TimedDrive> {
    let leaves = *drive.at.first()?;
    let column = |of: fn(&LonLat) -> f64| drive.line.iter().map(move |at| rounded(of(at), 1e6));
    Some(TimedDrive {
        departure: at(date, leaves),
        lon: column(|at| at.lon()).collect(),
        lat: column(|at| at.lat()).collect(),
        at_s: (drive.at.iter())
            .map(|at| f64::from(at - leaves) / 10.0)
            .collect(),
    })
}

/// Six decimals of a degree are a decimetre.
fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
