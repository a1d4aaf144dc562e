//! The ways between the places of a day, for each profile: durations of the roads' metric, and
//! lengths of the same ways.
//!
//! First as if vehicles could turn wherever they stop; then, once a plan tells in which direction each
//! place is best come to, in that direction.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use simulator::collection::saved::SavedDay;
use simulator::collection::{Footing, Plan, Problem, Solver, Table, Travel, headings};
use simulator::random::Seed;
use simulator::roads::{
    Edits, Halt, HourClass, Mode, Profile, RoadMap, RoadMetric, SNAP_WITHIN_M, Signposts, Snap,
    Survey,
};
use twin_core::{Ground, LonLat};

use crate::error::ApiResult;
use crate::roads::{Avoid, Kept, edits, profile, road_map};

/// What ways are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaysRequest<'a> {
    /// The roads.
    pub(crate) ground: &'a Ground,
    /// Where the order of the roads is kept, if anywhere.
    pub(crate) dir: Option<&'a Path>,
    /// When vehicles drive.
    pub(crate) hour: HourClass,
    /// The profiles that they drive by.
    pub(crate) profiles: &'a [Box<str>],
    /// What is closed.
    pub(crate) closed: &'a [Avoid],
    /// How many threads compute them.
    pub(crate) threads: usize,
}

/// The ways between some places.
#[derive(Debug)]
pub(crate) struct Ways {
    /// One for each profile.
    pub(crate) travels: Vec<Travel>,
    /// For each profile, the places that no street is near which it may use.
    pub(crate) off_road: Vec<Vec<u32>>,
    /// What became of the kept orders of the roads.
    pub(crate) kept: Vec<Kept>,
    /// How long the tables took, once the roads were ready, in seconds.
    pub(crate) tables_s: f64,
    /// The roads of each profile, and where the places came to lie on them.
    pub(crate) roads: Vec<Roads>,
}

/// The roads of one profile, and the places on them.
#[derive(Clone, Debug)]
pub(crate) struct Roads {
    /// The roads at the profile's prices.
    pub(crate) metric: RoadMetric,
    /// For each place, the point of a street that stands for it, and how vehicles stop there.
    pub(crate) halts: Vec<Option<Halt>>,
}

/// The most places that full tables are made for: 36 MB each, two for each profile. Between more, ways
/// are computed when they are asked for: a search then takes two thirds of the steps in a time, but
/// begins at once (tests/bench/README.md).
const MOST_PLACES: usize = SavedDay::MOST_PLACES;

impl Ways {
    /// Computes all of them, as if vehicles could turn at every place.
    pub(crate) fn new(request: &WaysRequest<'_>, places: &[LonLat]) -> ApiResult<Self> {
        let mut maps: Vec<(Mode, Arc<RoadMap>)> = Vec::new();
        let mut ways = Self {
            travels: Vec::new(),
            off_road: Vec::new(),
            kept: Vec::new(),
            tables_s: 0.0,
            roads: Vec::new(),
        };
        for name in request.profiles {
            let profile = profile(name)?;
            let known = maps.iter().find(|(mode, _)| *mode == profile.mode());
            let map = if let Some((_, map)) = known {
                Arc::clone(map)
            } else {
                let (map, kept) = road_map(request.ground, &profile, request.dir)?;
                ways.kept.push(kept);
                let map = Arc::new(map);
                maps.push((profile.mode(), Arc::clone(&map)));
                map
            };
            let metric = metric(&map, &profile, (request.hour, request.closed))?;
            let started = Instant::now();
            let snaps: Vec<Option<Snap>> = places
                .iter()
                .map(|&place| metric.snap(place, SNAP_WITHIN_M))
                .collect();
            let numbered = (0_u32..).zip(&snaps);
            let off_road = numbered.filter(|(_, snap)| snap.is_none());
            ways.off_road
                .push(off_road.map(|(place, _)| place).collect());
            let halts: Vec<Option<Halt>> = snaps
                .into_iter()
                .map(|snap| snap.map(Halt::on_premises))
                .collect();
            ways.travels.push(travel(&metric, &halts, request.threads)?);
            ways.tables_s += started.elapsed().as_secs_f64();
            ways.roads.push(Roads { metric, halts });
        }
        Ok(ways)
    }

    /// Computes them anew for vehicles that go on from a stop in the direction in which they came: that
    /// in which a first plan is driven best. `problem` has the ways as they are so far.
    pub(crate) fn head(&mut self, problem: &Problem, seed: Seed, threads: usize) -> ApiResult<()> {
        let started = Instant::now();
        let plan = &first_plan(problem, seed)?;
        let snaps: Vec<Vec<Option<Snap>>> = self.roads.iter().map(Roads::snaps).collect();
        let footing = |(roads, snaps)| {
            let (roads, snaps): (&Roads, &Vec<_>) = (roads, snaps);
            let metric = &roads.metric;
            Footing { metric, snaps }
        };
        let footings: Vec<Footing<'_>> = self.roads.iter().zip(&snaps).map(footing).collect();
        let headed = headings(problem, &footings, plan)?;
        self.travels.clear();
        for (roads, halts) in self.roads.iter_mut().zip(headed) {
            self.travels.push(travel(&roads.metric, &halts, threads)?);
            roads.halts = halts;
        }
        self.tables_s += started.elapsed().as_secs_f64();
        Ok(())
    }

    /// The same ways at another hour: vehicles stop where and as they do at the first one.
    pub(crate) fn at(&self, request: &WaysRequest<'_>) -> ApiResult<Vec<Travel>> {
        let travels = self
            .roads
            .iter()
            .zip(request.profiles)
            .map(|(roads, name)| {
                let profile = profile(name)?;
                let map = roads.metric.map();
                let metric = metric(map, &profile, (request.hour, request.closed))?;
                travel(&metric, &roads.halts, request.threads)
            });
        travels.collect()
    }
}

/// The roads of a profile at an hour, less what is closed.
fn metric(
    map: &Arc<RoadMap>,
    profile: &Profile,
    (hour, closed): (HourClass, &[Avoid]),
) -> ApiResult<RoadMetric> {
    let open = map.metric(profile, hour, &Edits::default())?;
    if closed.is_empty() {
        return Ok(open);
    }
    Ok(map.metric(profile, hour, &edits(closed, &open)?)?)
}

/// How thoroughly the first plan is looked for: so many steps for each stop, and at most so many.
const STEPS_PER_STOP: u64 = 10;
const MOST_STEPS: u64 = 20_000;

/// How many steps are taken at a temperature.
const STEPS_AT_ONCE: u64 = 100;

/// A plan that is good enough to tell directions. The clock has no part in it.
fn first_plan(problem: &Problem, seed: Seed) -> ApiResult<Plan> {
    let mut solver = Solver::new(problem, seed)?;
    let stops = u64::try_from(problem.stops().len()).unwrap_or(u64::MAX);
    let steps = stops.saturating_mul(STEPS_PER_STOP).min(MOST_STEPS);
    while solver.iterations() < steps {
        solver.run(STEPS_AT_ONCE, solver.iterations() as f64 / steps as f64);
    }
    Ok(solver.best())
}

impl Roads {
    /// For each place, the point of a street that stands for it.
    fn snaps(&self) -> Vec<Option<Snap>> {
        let snap = |halt: &Option<Halt>| halt.as_ref().map(|halt| *halt.snap());
        self.halts.iter().map(snap).collect()
    }
}

/// The ways of one profile, each thread a share of the rows.
fn travel(metric: &RoadMetric, halts: &[Option<Halt>], threads: usize) -> ApiResult<Travel> {
    if halts.len() > MOST_PLACES {
        return Ok(Travel::Roads(Arc::new(Signposts::new(metric, halts)?)));
    }
    let survey = Survey::new(metric, halts);
    let places = survey.len();
    let mut durations = vec![0; places * places];
    let mut lengths = vec![0; places * places];
    let rows = places.div_ceil(threads.max(1)).max(1);
    let share = (rows * places).max(1);
    thread::scope(|scope| {
        let shares = durations.chunks_mut(share).zip(lengths.chunks_mut(share));
        for (number, (durations, lengths)) in shares.enumerate() {
            let survey = &survey;
            scope.spawn(move || survey.fill(number * rows, durations, lengths));
        }
    });
    let table = |cells| Table::new(places, cells).expect("a row of cells for each place");
    Ok(Travel::Both {
        lengths: table(lengths),
        durations: table(durations),
    })
}

#[cfg(test)]
mod tests {
    use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
    use simulator::collection::UNREACHABLE;

    use super::*;

    #[test]
    fn tables_tell_what_single_routes_take() {
        let pack = embedded_pack(Preset::Demo2022, EmbeddedOptions::SEED).unwrap();
        let sites = pack.layers.sites.iter().step_by(29);
        let places: Vec<LonLat> = sites.map(|site| site.place).collect();
        let request = WaysRequest {
            ground: &pack.ground,
            dir: None,
            hour: HourClass::OffPeak,
            profiles: &["truck-26t".into()],
            closed: &[],
            threads: 2,
        };
        let ways = Ways::new(&request, &places).unwrap();
        let truck = profile("truck-26t").unwrap();
        let (map, _) = road_map(&pack.ground, &truck, None).unwrap();
        let metric = Arc::new(map).metric(&truck, HourClass::OffPeak, &Edits::default());
        let metric = metric.unwrap();
        let snap = |place: &LonLat| metric.snap(*place, SNAP_WITHIN_M).unwrap();
        let (mut pairs, mut others) = (0, 0);
        for (from, start) in (0_u32..).zip(&places) {
            for (to, end) in (0_u32..).zip(&places) {
                let route = metric.route(&[snap(start), snap(end)]).unwrap();
                let duration = ways.travels[0].duration(from, to);
                assert_ne!(duration, UNREACHABLE);
                assert_eq!(duration, route.legs[0].cost, "{from} to {to}");
                let length_m = f64::from(ways.travels[0].length(from, to));
                pairs += 1;
                others += u32::from((length_m - route.legs[0].length_m(&metric)).abs() > 1.0);
            }
        }
        // Where several ways take equally long, each may tell another one.
        assert!(pairs > 500 && others * 50 < pairs, "{others} of {pairs}");
    }
}
