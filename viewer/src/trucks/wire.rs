//! What the server tells of a day's rounds, `GET /rounds/{day}`, as far as it can be so: what contradicts itself
//! is left out.

use serde::Deserialize;
use twin_core::{LonLat, Timestamp};

/// Most vehicles that are shown, most calls of one, most points of its ways, most bytes of an answer.
const MOST_VEHICLES: usize = 128;
const MOST_CALLS: usize = 2_000;
const MOST_POINTS: usize = 100_000;
const MOST_BYTES: usize = 32 << 20;
/// The longest that a vehicle is on duty, in milliseconds.
const LONGEST_MS: i64 = 48 * 3_600_000;

/// An answer that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    /// It is larger than any day's rounds.
    #[error(
        "{bytes} bytes are no rounds of a day: expected {} at most",
        MOST_BYTES
    )]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// It is of a day that was not asked for.
    #[error("they are of {date}")]
    OtherDay {
        /// The day.
        date: Box<str>,
    },
    /// It is not what was expected.
    #[error(transparent)]
    Unread(#[from] serde_json::Error),
}

/// The rounds of a day.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct DayAnswer {
    pub date: Box<str>,
    pub state: State,
    #[serde(default)]
    pub planned_at: Option<Timestamp>,
    #[serde(default)]
    pub vehicles: Vec<VehicleAnswer>,
}

/// Whether there are rounds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// There are.
    Planned,
    /// There will be soon.
    BeingPlanned,
    /// There are none; whatever else a server may say one day counts as this.
    #[serde(other)]
    None,
}

/// One vehicle.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct VehicleAnswer {
    pub id: Box<str>,
    pub class: Box<str>,
    pub number: u32,
    pub on_duty: Timestamp,
    pub off_duty: Timestamp,
    #[serde(default)]
    pub calls: Vec<CallAnswer>,
    #[serde(default)]
    pub drives: Vec<DriveAnswer>,
}

/// What happens at a call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum CallKind {
    /// The vehicle begins its day.
    Start,
    /// Containers are emptied.
    Stop,
    /// Loads are left.
    Unload,
    /// The crew takes a break.
    Break,
    /// The vehicle ends its day.
    End,
    /// Whatever else.
    #[serde(other)]
    Other,
}

/// One call.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CallAnswer {
    pub kind: CallKind,
    #[serde(default)]
    pub name: Box<str>,
    pub lon: f64,
    pub lat: f64,
    pub arrival: Timestamp,
    pub begin: Timestamp,
    pub departure: Timestamp,
    #[serde(default)]
    pub containers: usize,
    pub load_kg: u32,
    pub load_share: f64,
}

impl CallAnswer {
    /// Whether its times follow each other and its place is one.
    fn is_sound(&self) -> bool {
        let is_timed = self.arrival <= self.begin && self.begin <= self.departure;
        is_timed && LonLat::new(self.lon, self.lat).is_ok() && self.load_share.is_finite()
    }
}

/// A way from one call to the next, column by column.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct DriveAnswer {
    pub departure: Timestamp,
    pub lon: Vec<f64>,
    pub lat: Vec<f64>,
    pub at_s: Vec<f64>,
}

impl DriveAnswer {
    /// Its points with the seconds after the departure; `None` where they are none, or go back in time.
    pub(super) fn points(&self) -> Option<Vec<(LonLat, f64)>> {
        let columns = self.lon.iter().zip(&self.lat).zip(&self.at_s);
        let points: Option<Vec<_>> = columns
            .map(|((lon, lat), at_s)| {
                let at_s = Some(*at_s).filter(|at_s| (0.0..=172_800.0).contains(at_s))?;
                Some((LonLat::new(*lon, *lat).ok()?, at_s))
            })
            .collect();
        let points = points.filter(|points| points.len() >= 2)?;
        points.is_sorted_by_key(|(_, at_s)| *at_s).then_some(points)
    }
}

impl DayAnswer {
    /// Reads an answer, and leaves out what cannot be.
    ///
    /// # Errors
    /// What is too large, and what is no answer at all.
    pub(super) fn read(body: &[u8]) -> Result<Self, WireError> {
        if body.len() > MOST_BYTES {
            return Err(WireError::TooLarge { bytes: body.len() });
        }
        let mut day: Self = serde_json::from_slice(body)?;
        day.vehicles.retain(VehicleAnswer::is_sound);
        day.vehicles.truncate(MOST_VEHICLES);
        for vehicle in &mut day.vehicles {
            vehicle.calls.retain(CallAnswer::is_sound);
            vehicle.calls.truncate(MOST_CALLS);
            vehicle.calls.sort_by_key(|call| call.arrival);
        }
        Ok(day)
    }
}

impl VehicleAnswer {
    fn is_sound(&self) -> bool {
        let points: usize = self.drives.iter().map(|drive| drive.lon.len()).sum();
        let on_duty_ms = self.off_duty.since(self.on_duty).as_millis();
        (1..=LONGEST_MS).contains(&on_duty_ms) && points <= MOST_POINTS && !self.calls.is_empty()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A truck that leaves at 5:00, empties containers 200 m to the east from 5:01:40 to 5:03:20, drives back
    /// and unloads at 5:05.
    pub(in crate::trucks) const ANSWER: &str = r#"{"date": "2026-11-30", "state": "planned",
        "planned_at": "2026-11-30T03:00:00Z", "synthetic": true, "vehicles": [
        {"id": "crane-truck-1", "class": "crane-truck", "number": 1,
         "on_duty": "2026-11-30T04:00:00Z", "off_duty": "2026-11-30T04:10:00Z",
         "calls": [
          {"kind": "start", "name": "Dépôt", "commune": null, "lon": 6.8, "lat": 47.5,
           "arrival": "2026-11-30T04:00:00Z", "begin": "2026-11-30T04:00:00Z", "departure": "2026-11-30T04:00:00Z",
           "streams": [], "containers": 0, "load_kg": 0, "load_m3": 0.0, "load_share": 0.0},
          {"kind": "stop", "name": "Place", "commune": null, "lon": 6.80266, "lat": 47.5,
           "arrival": "2026-11-30T04:01:40Z", "begin": "2026-11-30T04:01:40Z", "departure": "2026-11-30T04:03:20Z",
           "streams": ["glass"], "containers": 2, "load_kg": 600, "load_m3": 2.0, "load_share": 0.5},
          {"kind": "unload", "name": "Quai", "commune": null, "lon": 6.8, "lat": 47.5,
           "arrival": "2026-11-30T04:05:00Z", "begin": "2026-11-30T04:05:00Z", "departure": "2026-11-30T04:08:20Z",
           "streams": ["glass"], "containers": 0, "load_kg": 0, "load_m3": 0.0, "load_share": 0.0},
          {"kind": "end", "name": "Dépôt", "commune": null, "lon": 6.8, "lat": 47.5,
           "arrival": "2026-11-30T04:08:20Z", "begin": "2026-11-30T04:08:20Z", "departure": "2026-11-30T04:10:00Z",
           "streams": [], "containers": 0, "load_kg": 0, "load_m3": 0.0, "load_share": 0.0}],
         "drives": [
          {"departure": "2026-11-30T04:00:00Z", "lon": [6.8, 6.80133, 6.80266], "lat": [47.5, 47.5, 47.5],
           "at_s": [0.0, 50.0, 100.0]},
          {"departure": "2026-11-30T04:03:20Z", "lon": [6.80266, 6.8], "lat": [47.5, 47.5], "at_s": [0, 100]}]}]}"#;

    pub(in crate::trucks) fn answered() -> DayAnswer {
        DayAnswer::read(ANSWER.as_bytes()).unwrap()
    }

    #[test]
    fn an_answer_is_read() {
        let day = answered();
        assert_eq!((&*day.date, day.state), ("2026-11-30", State::Planned));
        let vehicle = &day.vehicles[0];
        assert_eq!((vehicle.calls.len(), vehicle.drives.len()), (4, 2));
        assert_eq!(vehicle.drives[0].points().map(|it| it.len()), Some(3));
    }

    #[rstest::rstest]
    #[case::no_rounds(
        r#"{"date": "x", "state": "none", "reason": "why", "vehicles": []}"#,
        State::None
    )]
    #[case::soon(r#"{"date": "x", "state": "being-planned"}"#, State::BeingPlanned)]
    #[case::another_server(r#"{"date": "x", "state": "thrown-away"}"#, State::None)]
    fn a_day_without_rounds_says_so(#[case] body: &str, #[case] state: State) {
        let day = DayAnswer::read(body.as_bytes()).unwrap();
        assert_eq!((day.state, day.vehicles.len()), (state, 0));
    }

    #[rstest::rstest]
    #[case::no_json(b"nothing".as_slice())]
    #[case::another_thing(b"[1, 2]".as_slice())]
    #[case::half(&ANSWER.as_bytes()[..200])]
    fn what_is_no_answer_is_refused(#[case] body: &[u8]) {
        assert!(DayAnswer::read(body).is_err());
    }

    #[rstest::rstest]
    #[case::back_in_time("[0.0, 50.0, 100.0]", "[0.0, 50.0, 10.0]")]
    #[case::no_time("[0.0, 50.0, 100.0]", "[0.0, -1.0, 100.0]")]
    #[case::no_place("[6.8, 6.80133, 6.80266]", "[6.8, 680.0, 6.80266]")]
    #[case::one_point("[6.8, 6.80133, 6.80266]", "[6.8]")]
    fn a_way_that_cannot_be_is_none(#[case] was: &str, #[case] is: &str) {
        let body = ANSWER.replace(was, is);
        let day = DayAnswer::read(body.as_bytes()).unwrap();
        assert!(day.vehicles[0].drives[0].points().is_none());
        assert!(day.vehicles[0].drives[1].points().is_some());
    }

    #[test]
    fn calls_and_vehicles_that_cannot_be_are_left_out() {
        let body = ANSWER.replacen(
            "\"lat\": 47.5,\n           \"arrival\": \"2026-11-30T04:01:40Z\"",
            "\"lat\": 147.5,\n           \"arrival\": \"2026-11-30T04:01:40Z\"",
            1,
        );
        let day = DayAnswer::read(body.as_bytes()).unwrap();
        assert_eq!(day.vehicles[0].calls.len(), 3);
        let body = ANSWER.replace("\"off_duty\": \"2026-11-30", "\"off_duty\": \"2026-11-29");
        assert!(
            DayAnswer::read(body.as_bytes())
                .unwrap()
                .vehicles
                .is_empty()
        );
    }
}
