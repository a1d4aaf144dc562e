//! One truck's day: where it is at a moment by its plan, what it does there, what it carries.

use bevy::math::Vec2;
use twin_core::Timestamp;

use super::wire::{CallKind, VehicleAnswer};
use crate::space::Space;

/// How far before and behind itself a truck's body lies on its way, in metres: it turns in a corner, not at its
/// point.
const REACH_M: f64 = 5.0;
/// By how much times of ways and of calls may differ, in seconds: plans reckon in tenths of one.
const ROUNDED_S: f64 = 0.5;

/// A vehicle with its day. Times are seconds since it came on duty.
#[derive(Clone, Debug, PartialEq)]
pub struct Truck {
    /// Its name on the wire, the same from answer to answer.
    pub id: Box<str>,
    /// Its class, as the rules of collection name it.
    pub class: Box<str>,
    /// Which one of its class, from 1.
    pub number: u32,
    /// When its crew comes on duty.
    pub on_duty: Timestamp,
    /// When it goes off duty.
    pub off_duty: Timestamp,
    /// Where it calls, in the order of time.
    pub calls: Vec<Call>,
    passes: Vec<Pass>,
}

/// A call. Times are seconds since the truck came on duty.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What happens.
    pub kind: CallKind,
    /// What people call the place.
    pub name: Box<str>,
    /// Where, in the plane.
    pub at: Vec2,
    /// When it comes.
    pub arrival_s: f64,
    /// When the work begins.
    pub begin_s: f64,
    /// When it goes on.
    pub departure_s: f64,
    /// How many containers are emptied.
    pub containers: usize,
    /// What is on board then.
    pub load: Load,
}

/// What is on board.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Kilograms.
    pub kg: f32,
    /// How much of what the truck may carry that is, 0–1.
    pub share: f32,
}

/// A point of the way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pass {
    at: Vec2,
    at_s: f64,
    /// Metres driven until there.
    along_m: f64,
    drive: usize,
}

/// What a truck does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Doing {
    /// It drives to a call, by its place in [`Truck::calls`].
    Drives(usize),
    /// It is at a call.
    Stands(usize),
}

/// Where a truck is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whereabouts {
    /// In the plane.
    pub at: Vec2,
    /// Where it looks to; of length one.
    pub ahead: Vec2,
    /// Metres driven since the day began.
    pub along_m: f64,
    /// What it does.
    pub doing: Doing,
    /// What is on board.
    pub load: Load,
}

impl Truck {
    /// A vehicle of an answer in the plane; `None` where its calls are none.
    pub(super) fn new(vehicle: &VehicleAnswer, space: &Space) -> Option<Self> {
        let since = |at: Timestamp| at.since(vehicle.on_duty).as_millis() as f64 / 1000.0;
        let calls = vehicle.calls.iter().filter_map(|call| {
            let at = twin_core::LonLat::new(call.lon, call.lat).ok()?;
            Some(Call {
                kind: call.kind,
                name: call.name.clone(),
                at: space.ground(at),
                arrival_s: since(call.arrival),
                begin_s: since(call.begin),
                departure_s: since(call.departure),
                containers: call.containers,
                load: Load {
                    kg: call.load_kg as f32,
                    share: share(call.load_share),
                },
            })
        });
        let calls: Vec<Call> = calls.collect();
        (!calls.is_empty()).then(|| Self {
            id: vehicle.id.clone(),
            class: vehicle.class.clone(),
            number: vehicle.number,
            on_duty: vehicle.on_duty,
            off_duty: vehicle.off_duty,
            calls,
            passes: passes(vehicle, space, since),
        })
    }

    /// Seconds since it came on duty.
    pub fn clock(&self, at: Timestamp) -> f64 {
        at.since(self.on_duty).as_millis() as f64 / 1000.0
    }

    /// A time of its day.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of two days fit an i64"
    )]
    pub fn time(&self, clock_s: f64) -> Timestamp {
        self.on_duty + twin_core::Span::from_millis((clock_s * 1000.0) as i64)
    }

    /// Where it is; `None` off duty, and between two calls that no known way joins.
    pub fn whereabouts(&self, at: Timestamp) -> Option<Whereabouts> {
        if at < self.on_duty || at > self.off_duty {
            return None;
        }
        let now_s = self.clock(at);
        let standing = self.call_at(now_s);
        let next = self.passes.partition_point(|pass| pass.at_s <= now_s);
        let before = next.checked_sub(1).and_then(|last| self.passes.get(last));
        let after = self.passes.get(next);
        let along_m = match (before, after) {
            (Some(before), Some(after)) if before.drive == after.drive => {
                let share = (now_s - before.at_s) / (after.at_s - before.at_s).max(1e-3);
                before.along_m + (after.along_m - before.along_m) * share
            }
            (Some(pass), after) if standing.is_some() || is_between(now_s, pass, after) => {
                pass.along_m
            }
            (None, Some(pass)) if standing.is_some() => pass.along_m,
            _ => return self.standing_alone(standing?, now_s),
        };
        let doing = match standing {
            Some(call) => Doing::Stands(call),
            None => Doing::Drives(self.next_call(now_s)?),
        };
        Some(Whereabouts {
            at: self.spot(along_m)?,
            ahead: self.ahead(along_m),
            along_m,
            doing,
            load: self.load(now_s),
        })
    }

    /// At a call, where no way is known.
    fn standing_alone(&self, call: usize, now_s: f64) -> Option<Whereabouts> {
        Some(Whereabouts {
            at: self.calls.get(call)?.at,
            ahead: Vec2::X,
            along_m: 0.0,
            doing: Doing::Stands(call),
            load: self.load(now_s),
        })
    }

    /// The call at which it stands.
    fn call_at(&self, now_s: f64) -> Option<usize> {
        let come = self.calls.partition_point(|call| call.arrival_s <= now_s);
        let last = come.checked_sub(1)?;
        let call = self.calls.get(last)?;
        (now_s < call.departure_s || last + 1 == self.calls.len()).then_some(last)
    }

    /// The next call to which it comes.
    fn next_call(&self, now_s: f64) -> Option<usize> {
        let come = self.calls.partition_point(|call| call.arrival_s <= now_s);
        (come < self.calls.len()).then_some(come)
    }

    /// What is on board: it rises while containers are emptied, and falls while it unloads.
    fn load(&self, now_s: f64) -> Load {
        let begun = self.calls.partition_point(|call| call.begin_s <= now_s);
        let Some(last) = begun.checked_sub(1) else {
            return Load::default();
        };
        let of = |call: Option<&Call>| call.map_or(Load::default(), |call| call.load);
        let before = of(last.checked_sub(1).and_then(|n| self.calls.get(n)));
        let Some(call) = self.calls.get(last) else {
            return before;
        };
        let lasts_s = (call.departure_s - call.begin_s).max(1e-3);
        let done = share((now_s - call.begin_s) / lasts_s);
        Load {
            kg: before.kg + (call.load.kg - before.kg) * done,
            share: before.share + (call.load.share - before.share) * done,
        }
    }

    /// How many of its stops lie behind it, and how many it has.
    pub fn stops(&self, at: Timestamp) -> (usize, usize) {
        let now_s = self.clock(at);
        let stops = self.calls.iter().filter(|call| call.kind == CallKind::Stop);
        let done = stops.clone().filter(|call| call.departure_s <= now_s);
        (done.count(), stops.count())
    }

    /// From the last place where it had nothing on board to the next one where it unloads: metres driven there.
    pub fn trip(&self, at: Timestamp) -> [f64; 2] {
        let now_s = self.clock(at);
        let is_end = |call: &&Call| matches!(call.kind, CallKind::Unload | CallKind::Start);
        let ends = self.calls.iter().filter(is_end);
        let from = ends.clone().rfind(|call| call.departure_s <= now_s);
        let mut ends = ends;
        let until = ends.find(|call| call.departure_s > now_s);
        let along = |clock_s: f64| self.along_at(clock_s).unwrap_or(0.0);
        let from_m = from.map_or(0.0, |call| along(call.departure_s));
        let until_m = until.map_or_else(|| self.length_m(), |call| along(call.arrival_s));
        [from_m, until_m]
    }

    /// How far it drives on the day, in metres.
    pub fn length_m(&self) -> f64 {
        self.passes.last().map_or(0.0, |pass| pass.along_m)
    }

    /// Its way between two lengths, in metres driven.
    pub fn way(&self, from_m: f64, until_m: f64) -> Vec<Vec2> {
        let first = self.passes.partition_point(|pass| pass.along_m <= from_m);
        let until = self.passes.partition_point(|pass| pass.along_m < until_m);
        let between = self.passes.get(first..until.max(first)).unwrap_or_default();
        let mut way: Vec<Vec2> = self.spot(from_m).into_iter().collect();
        way.extend(between.iter().map(|pass| pass.at));
        way.extend(self.spot(until_m));
        way.dedup();
        way
    }

    /// Where its way leads at a time of its day; `None` where no way is known.
    pub fn spot_at(&self, clock_s: f64) -> Option<Vec2> {
        self.spot(self.along_at(clock_s)?)
    }

    /// Where it looks to at a time of its day.
    pub fn direction(&self, clock_s: f64) -> Vec2 {
        self.along_at(clock_s)
            .map_or(Vec2::X, |along_m| self.ahead(along_m))
    }

    /// Metres driven until the last point that it has passed.
    fn along_at(&self, clock_s: f64) -> Option<f64> {
        let next = self
            .passes
            .partition_point(|pass| pass.at_s <= clock_s + ROUNDED_S);
        let last = next.checked_sub(1).and_then(|last| self.passes.get(last));
        last.map(|pass| pass.along_m)
    }

    /// The moments at which it drives to a stop or to unload: from when to when.
    pub fn errands(&self) -> impl Iterator<Item = [Timestamp; 2]> {
        let pairs = self.calls.iter().zip(self.calls.iter().skip(1));
        let driven = pairs.filter(|(from, to)| {
            let is_errand = matches!(to.kind, CallKind::Stop | CallKind::Unload);
            is_errand && to.arrival_s > from.departure_s
        });
        driven.map(|(from, to)| [self.time(from.departure_s), self.time(to.arrival_s)])
    }

    /// The point so many metres along its way.
    fn spot(&self, along_m: f64) -> Option<Vec2> {
        let next = self.passes.partition_point(|pass| pass.along_m <= along_m);
        let before = next.checked_sub(1).and_then(|last| self.passes.get(last));
        match (before, self.passes.get(next)) {
            (Some(before), Some(after)) => {
                let lasts_m = (after.along_m - before.along_m).max(1e-6);
                Some(
                    before
                        .at
                        .lerp(after.at, share((along_m - before.along_m) / lasts_m)),
                )
            }
            (pass, other) => pass.or(other).map(|pass| pass.at),
        }
    }

    /// Where its body looks to.
    fn ahead(&self, along_m: f64) -> Vec2 {
        let ends = [-REACH_M, REACH_M].map(|by| self.spot(along_m + by));
        let [Some(back), Some(front)] = ends else {
            return Vec2::X;
        };
        let chord = front - back;
        let is_long = chord.length_squared() > 1.0;
        let chord = Some(chord).filter(|_| is_long);
        chord.and_then(Vec2::try_normalize).unwrap_or_else(|| {
            // Where it turned on the spot: as it came.
            let came = self.spot(along_m - REACH_M / 2.0);
            let came = self.spot(along_m).zip(came);
            came.map_or(Vec2::X, |(at, came)| (at - came).normalize_or(Vec2::X))
        })
    }
}

/// Whether it is so shortly after one drive or before the next that only tenths were rounded.
fn is_between(now_s: f64, before: &Pass, after: Option<&Pass>) -> bool {
    now_s - before.at_s < ROUNDED_S || after.is_some_and(|after| after.at_s - now_s < ROUNDED_S)
}

/// The points of all drives that follow each other in time.
fn passes(vehicle: &VehicleAnswer, space: &Space, since: impl Fn(Timestamp) -> f64) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for (drive, answer) in vehicle.drives.iter().enumerate() {
        let departure_s = since(answer.departure);
        let last = passes.last().copied();
        let is_late = last.is_none_or(|last| last.at_s <= departure_s);
        let Some(points) = answer.points().filter(|_| is_late) else {
            continue;
        };
        let mut along_m = last.map_or(0.0, |last| last.along_m);
        let mut from: Option<Vec2> = None;
        for (place, at_s) in points {
            let at = space.ground(place);
            along_m += from.map_or(0.0, |from| f64::from(from.distance(at)));
            from = Some(at);
            passes.push(Pass {
                at,
                at_s: departure_s + at_s,
                along_m,
                drive,
            });
        }
    }
    passes
}

#[expect(clippy::cast_possible_truncation, reason = "a share of 0–1")]
fn share(of: f64) -> f32 {
    of.clamp(0.0, 1.0) as f32
}

#[cfg(test)]
pub(super) mod tests {
    use twin_core::LonLat;

    use super::super::wire::tests::answered;
    use super::*;

    pub(in crate::trucks) fn space() -> Space {
        Space::around(LonLat::new(6.8, 47.5).unwrap())
    }

    pub(in crate::trucks) fn truck() -> Truck {
        Truck::new(&answered().vehicles[0], &space()).unwrap()
    }

    fn at(clock: &str) -> Timestamp {
        format!("2026-11-30T04:{clock}Z").parse().unwrap()
    }

    #[rstest::rstest]
    #[case::at_the_start("00:00", 0.0, Doing::Drives(1), 0.0)]
    #[case::on_its_way("00:25", 50.0, Doing::Drives(1), 0.0)]
    #[case::just_before("01:39", 198.0, Doing::Drives(1), 0.0)]
    #[case::come("01:40", 200.0, Doing::Stands(1), 0.0)]
    #[case::half_emptied("02:30", 200.0, Doing::Stands(1), 0.25)]
    #[case::on_its_way_back("04:10", 100.0, Doing::Drives(2), 0.5)]
    #[case::half_unloaded("06:40", 0.0, Doing::Stands(2), 0.25)]
    #[case::at_the_end("09:00", 0.0, Doing::Stands(3), 0.0)]
    fn a_truck_is_where_its_plan_says(
        #[case] clock: &str,
        #[case] east_m: f32,
        #[case] doing: Doing,
        #[case] share: f32,
    ) {
        let seen = truck().whereabouts(at(clock)).unwrap();
        approx::assert_abs_diff_eq!(seen.at.x, east_m, epsilon = 1.0);
        approx::assert_abs_diff_eq!(seen.at.y, 0.0, epsilon = 0.1);
        assert_eq!(seen.doing, doing);
        approx::assert_abs_diff_eq!(seen.load.share, share, epsilon = 1e-3);
    }

    #[rstest::rstest]
    #[case::before("2026-11-30T03:59:59Z")]
    #[case::after("2026-11-30T04:10:01Z")]
    fn off_duty_it_is_nowhere(#[case] time: &str) {
        assert_eq!(truck().whereabouts(time.parse().unwrap()), None);
    }

    #[test]
    fn it_looks_where_it_drives_and_keeps_looking_so_while_it_stands() {
        let truck = truck();
        let ahead = |clock| truck.whereabouts(at(clock)).unwrap().ahead;
        approx::assert_abs_diff_eq!(ahead("00:30").x, 1.0, epsilon = 1e-4);
        approx::assert_abs_diff_eq!(ahead("04:30").x, -1.0, epsilon = 1e-4);
        approx::assert_abs_diff_eq!(ahead("02:00").x.abs(), 1.0, epsilon = 1e-4);
    }

    #[test]
    fn where_no_way_is_known_it_is_only_told_at_its_calls() {
        let mut vehicle = answered().vehicles.remove(0);
        vehicle.drives.clear();
        let truck = Truck::new(&vehicle, &space()).unwrap();
        assert_eq!(truck.whereabouts(at("00:50")), None);
        let seen = truck.whereabouts(at("02:00")).unwrap();
        approx::assert_abs_diff_eq!(seen.at.x, 200.0, epsilon = 1.0);
        assert_eq!(seen.doing, Doing::Stands(1));
    }

    #[test]
    fn its_stops_are_counted_and_its_trip_is_measured() {
        let truck = truck();
        assert_eq!(truck.stops(at("01:00")), (0, 1));
        assert_eq!(truck.stops(at("04:00")), (1, 1));
        let [from_m, until_m] = truck.trip(at("01:00"));
        approx::assert_abs_diff_eq!(from_m, 0.0, epsilon = 1e-6);
        approx::assert_abs_diff_eq!(until_m, truck.length_m(), epsilon = 1e-6);
        approx::assert_abs_diff_eq!(until_m, 400.0, epsilon = 2.0);
        let way = truck.way(50.0, 150.0);
        approx::assert_abs_diff_eq!(way[0].x, 50.0, epsilon = 1e-3);
        approx::assert_abs_diff_eq!(way.last().unwrap().x, 150.0, epsilon = 1e-3);
        assert_eq!(truck.errands().count(), 2);
    }

    proptest::proptest! {
        #[test]
        fn it_never_leaps(from_ms in 0_i64..599_000, step_ms in 1_i64..1_000) {
            let truck = truck();
            let seen = |ms| truck.whereabouts(truck.on_duty + twin_core::Span::from_millis(ms));
            let (one, other) = (seen(from_ms).unwrap(), seen(from_ms + step_ms).unwrap());
            // Two metres a second, and what f32 makes of it.
            let far = one.at.distance(other.at);
            proptest::prop_assert!(far <= 2.01 * step_ms as f32 / 1000.0 + 0.02, "{far}");
        }
    }
}
