//! The ways of a plan over the roads, trip by trip, and what vehicles spend on them.

use simulator::collection::day::DayProblem;
use simulator::collection::rules::Rules;
use simulator::roads::energy::{Spent, VehicleEnergy};
use simulator::roads::{Leg, Legs, RoadMetric, Side};
use twin_core::LonLat;

use super::{Call, CallKind, Note, Roads, Round, Rounds};

/// What the ways of a plan are found by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TracksRequest<'a> {
    /// The problem of the day.
    pub(crate) day: &'a DayProblem,
    /// How it is collected.
    pub(crate) rules: &'a Rules,
    /// The roads of each of the day's profiles.
    pub(crate) roads: &'a [Roads],
}

/// The ways of all vehicles, in the order of the rounds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tracks {
    /// For each vehicle one for each of its trips.
    pub(crate) vehicles: Vec<Vec<Track>>,
}

/// The way of one trip.
#[derive(Clone, Debug, Default)]
pub(crate) struct Track {
    /// Its course: from where the trip begins over all that it calls at. Empty where it does not
    /// drive, or no road leads all the way.
    pub(crate) line: Vec<LonLat>,
    /// How long it is on the roads, in metres.
    pub(crate) length_m: f64,
    /// How long the drives take, in tenths of a second.
    pub(crate) duration: u32,
    /// What the drives and the work at the stops take; the work at unloadings is left out.
    pub(crate) spent: Spent,
    /// Its drives with their times, in their order. Empty where its course is.
    pub(crate) drives: Vec<Drive>,
}

/// The way from one call to the next, with times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drive {
    /// The points of its course, from where it leaves to where it arrives.
    pub(crate) line: Vec<LonLat>,
    /// When it is at each of them, in tenths of a second after midnight on the clock; never falling.
    pub(crate) at: Vec<i32>,
}

impl Tracks {
    /// Finds the ways of all trips through their calls in order: those that the plan reckons with. A
    /// vehicle leaves a stop in the direction in which it came, and stops with the containers on its
    /// right where it has to. Notes of such stops are added to the rounds.
    pub(crate) fn new(request: &TracksRequest<'_>, rounds: &mut Rounds) -> Self {
        let roads = request.roads.iter();
        let mut all_legs: Vec<Legs<'_>> = roads.map(|it| Legs::new(&it.metric)).collect();
        let vehicles = rounds.vehicles.iter_mut().map(|round| {
            let class = request.day.problem.fleet().get(round.class_number as usize);
            let travel = class.map_or(usize::MAX, |class| class.travel as usize);
            let roads = request.roads.get(travel).zip(all_legs.get_mut(travel));
            let Some((roads, legs)) = roads else {
                return vec![Track::default(); round.trips.len()];
            };
            note_sides(round, roads);
            let rules = request.rules.vehicles.get(round.class_number as usize);
            let vehicle = rules.and_then(|rules| VehicleEnergy::built_in(&rules.energy));
            tracks(round, (roads, legs), vehicle.as_ref())
        });
        Self {
            vehicles: vehicles.collect(),
        }
    }

    /// What all vehicles spend.
    pub(crate) fn spent(&self) -> Spent {
        self.vehicles
            .iter()
            .flatten()
            .map(|track| track.spent)
            .sum()
    }
}

/// Notes the stops where the vehicle must have the containers on its right.
fn note_sides(round: &mut Round, roads: &Roads) {
    let is_one_sided = |place: u32| {
        let halt = roads.halts.get(place as usize).and_then(Option::as_ref);
        halt.is_some_and(|halt| {
            let snap = halt.snap();
            let edges = [2 * snap.segment, 2 * snap.segment + 1];
            let curbs = &roads.metric.prices().has_curb;
            let has_curb = |edge: u32| curbs.get(edge as usize).copied().unwrap_or(false);
            snap.side != Side::On && edges.into_iter().any(has_curb)
        })
    };
    let stops = round.calls.iter_mut();
    for call in stops.filter(|call| call.kind == CallKind::Stop) {
        if is_one_sided(call.place) {
            call.notes.push(Note::OneSided);
        }
    }
}

fn tracks(
    round: &Round,
    (roads, legs): (&Roads, &mut Legs<'_>),
    vehicle: Option<&VehicleEnergy>,
) -> Vec<Track> {
    let numbers = 1..=round.trips.len();
    numbers
        .map(|trip| {
            let drives = drives(round, trip);
            let found = found(roads, legs, &drives);
            let mut track = Track::default();
            for (leg, (from, _)) in found.iter().flatten().zip(&drives) {
                let leaves = from.departure.tenths();
                track.drives.push(Drive::new(leg, &roads.metric, leaves));
                track.length_m += leg.length_m(&roads.metric);
                track.duration += leg.cost;
                let spent = vehicle.map(|it| leg.spent(&roads.metric, it, from.load_kg as f64));
                track.spent += spent.unwrap_or_default();
                let path = leg.path(&roads.metric).into_iter();
                track
                    .line
                    .extend(path.skip(usize::from(!track.line.is_empty())));
            }
            let stops = round
                .of_trip(trip)
                .filter(|call| call.kind == CallKind::Stop);
            let worked_s: f64 = stops.map(|call| f64::from(call.work) / 10.0).sum();
            let work = vehicle.map(|vehicle| vehicle.work(worked_s));
            track.spent += work.unwrap_or_default();
            track
        })
        .collect()
}

impl Drive {
    /// A leg that is left at a time: along each street as fast as roads reckon, turns before it.
    fn new(leg: &Leg, metric: &RoadMetric, leaves: i32) -> Self {
        let mut drive = Self::default();
        let mut clock = f64::from(leaves);
        for ride in &leg.rides {
            let path = ride.path(metric);
            clock += f64::from(ride.turn);
            for (point, share) in path.iter().zip(shares(&path)) {
                // The last point of a street is the first of the next: there vehicles wait to turn.
                drive.line.push(*point);
                drive.at.push(tenths(clock + share * f64::from(ride.drive)));
            }
            clock += f64::from(ride.drive);
        }
        drive
    }
}

/// For each point of a path how much of it lies before, 0–1.
fn shares(path: &[LonLat]) -> Vec<f64> {
    let steps = path.windows(2).map(|pair| match pair {
        [from, to] => from.distance(*to).get(),
        _ => 0.0,
    });
    let mut passed = vec![0.0];
    passed.extend(steps.scan(0.0, |sum, step| {
        *sum += step;
        Some(*sum)
    }));
    let whole = passed.last().copied().filter(|whole| *whole > 0.0);
    let whole = whole.unwrap_or(1.0);
    passed.into_iter().map(|passed| passed / whole).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "tenths of a second of some days fit an i32"
)]
fn tenths(clock: f64) -> i32 {
    clock.round() as i32
}

/// The drives of a trip: from which call to which.
fn drives(round: &Round, trip: usize) -> Vec<(&Call, &Call)> {
    let pairs = round.calls.iter().zip(round.calls.iter().skip(1));
    pairs
        .filter(|(_, to)| to.trip == trip && to.way.is_some())
        .collect()
}

/// The ways of some drives; `None` where the roads do not join all of them.
fn found(roads: &Roads, legs: &mut Legs<'_>, drives: &[(&Call, &Call)]) -> Option<Vec<Leg>> {
    let halt = |call: &Call| roads.halts.get(call.place as usize)?.as_ref();
    let leg = |(from, to): &(&Call, &Call)| legs.leg(halt(from)?, halt(to)?);
    drives.iter().map(leg).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_a_path_lie_at_shares_of_its_length() {
        let at = |lon| LonLat::new(lon, 47.5).unwrap();
        let path = [at(6.80), at(6.81), at(6.81), at(6.84)];
        let shares = shares(&path);
        approx::assert_abs_diff_eq!(*shares, [0.0, 0.25, 0.25, 1.0], epsilon = 1e-6);
        assert_eq!(super::shares(&path[..1]), [0.0]);
        assert_eq!(super::shares(&[path[0], path[0]]), [0.0, 0.0]);
    }
}
