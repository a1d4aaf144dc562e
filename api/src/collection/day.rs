//! A collection day, from what is asked for to a plan that the checker has judged: levels, ways,
//! search, rounds, tracks and outcome. What is asked by a person, and how it is shown, is not here.

use std::path::Path;
use std::time::Instant;

use simulator::calendar::LocalDay;
use simulator::collection::Plan;
use simulator::collection::check::{Verdict, check};
use simulator::collection::day::{Day, DayNames, DayProblem, DayRequest, LeftOut, Policy};
use simulator::collection::rules::Rules;
use simulator::random::Seed;
use simulator::roads::HourClass;
use twin_core::Stream;

use super::search::{Effort, Found, SearchRequest, Watch, search};
use super::{
    Levels, LevelsFrom, Morning, MorningRequest, Outcome, Planned, Rounds, RoundsRequest,
    Territory, Tracks, TracksRequest, Ways, WaysRequest,
};
use crate::error::ApiResult;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DayOrder<'a> {
    /// Where.
    pub(crate) territory: &'a Territory,
    /// The folder where the order of its roads is kept, if anywhere.
    pub(crate) dir: Option<&'a Path>,
    /// How it is collected.
    pub(crate) rules: &'a Rules,
    /// When.
    pub(crate) date: &'a LocalDay,
    /// How containers are chosen.
    pub(crate) policy: Policy,
    /// The streams that are collected.
    pub(crate) streams: &'a [Stream],
    /// From where it is known how full containers are.
    pub(crate) levels: Levels,
    /// When vehicles drive.
    pub(crate) hour: HourClass,
    /// How long a plan is searched for.
    pub(crate) effort: Effort,
}

/// A day that can be planned.
#[derive(Debug)]
pub(crate) struct DayTask<'a> {
    /// What was asked for.
    pub(crate) order: DayOrder<'a>,
    /// The problem, and what its numbers mean.
    pub(crate) problem: DayProblem,
    /// The same in names and keys.
    pub(crate) names: DayNames,
    /// What is known of its containers.
    pub(crate) morning: Morning,
    /// The ways between its places; those in the problem are taken from here.
    pub(crate) ways: Ways,
    /// The profiles of its travels.
    pub(crate) profiles: Vec<Box<str>>,
    /// The containers that are no part of it.
    pub(crate) left: Vec<LeftOut>,
    /// How long it took to know and choose the containers, in seconds.
    pub(crate) morning_s: f64,
    /// How long the roads took, but for the tables of ways, in seconds.
    pub(crate) roads_s: f64,
}

/// A plan of a day, judged and told.
#[derive(Debug)]
pub(crate) struct PlannedDay {
    /// What the checker says of it.
    pub(crate) verdict: Verdict,
    /// What the vehicles do.
    pub(crate) rounds: Rounds,
    /// Their ways.
    pub(crate) tracks: Tracks,
    /// All of it, told.
    pub(crate) outcome: Outcome,
}

impl<'a> DayTask<'a> {
    /// Chooses the containers, and finds the ways between their places.
    ///
    /// # Errors
    /// Territories without a depot, with more places than ways are computed for, or without roads;
    /// days outside of the calendar.
    pub(crate) fn new(order: DayOrder<'a>) -> ApiResult<Self> {
        let started = Instant::now();
        let morning = order.morning()?;
        let day = order.day(&morning)?;
        let morning_s = started.elapsed().as_secs_f64();
        let profiles = day.profiles().to_vec();
        let left = day.left().to_vec();
        let started = Instant::now();
        let mut ways = order.ways(&day)?;
        let turning = day.clone().problem(std::mem::take(&mut ways.travels))?;
        let (seed, threads) = (Seed(order.effort.seed), order.effort.threads.into());
        ways.head(&turning.problem, seed, threads)?;
        drop(turning);
        let problem = day.problem(std::mem::take(&mut ways.travels))?;
        Ok(Self {
            names: DayNames::new(order.territory.twin.inventory(), &problem),
            order,
            problem,
            morning,
            profiles,
            left,
            morning_s,
            roads_s: started.elapsed().as_secs_f64() - ways.tables_s,
            ways,
        })
    }

    /// Searches for a plan, from `start` where there is one, which is a plan of this very problem, and
    /// calls `look` now and then.
    pub(crate) fn search(
        &self,
        start: Option<&Plan>,
        watch: &Watch,
        look: impl Fn(),
    ) -> ApiResult<Found> {
        let request = SearchRequest {
            problem: &self.problem.problem,
            start,
            effort: &self.order.effort,
            began: Instant::now(),
        };
        Ok(search(&request, watch, look)?)
    }

    /// Judges what was found, and tells it.
    pub(crate) fn tell(&self, found: &Found) -> PlannedDay {
        let (day, rules) = (&self.problem, self.order.rules);
        let verdict = check(&day.problem, &found.plan);
        let mut rounds = self.rounds(&found.plan);
        let request = TracksRequest {
            day,
            rules,
            roads: &self.ways.roads,
        };
        let tracks = Tracks::new(&request, &mut rounds);
        let planned = Planned::new((day, rules), (found, &verdict), (&rounds, &tracks));
        PlannedDay {
            outcome: Outcome::new(self, planned),
            verdict,
            rounds,
            tracks,
        }
    }

    fn rounds(&self, plan: &Plan) -> Rounds {
        let territory = self.order.territory;
        let request = RoundsRequest {
            problem: &self.problem.problem,
            names: &self.names,
            vehicles: &[],
            date: self.order.date,
            territory: &territory.manifest.title,
            is_synthetic: self.order.is_synthetic(),
        };
        Rounds::new(&request, plan)
    }
}

impl DayOrder<'_> {
    /// Whether levels or places are made up.
    pub(super) fn is_synthetic(&self) -> bool {
        let manifest = &self.territory.manifest;
        self.levels.from == LevelsFrom::Synthetic
            || manifest.simulated_sensors
            || manifest.is_synthetic()
    }

    fn morning(&self) -> ApiResult<Morning> {
        let request = MorningRequest {
            twin: &self.territory.twin,
            manifest: &self.territory.manifest,
            rules: self.rules,
            levels: self.levels,
        };
        Morning::new(&request, self.date)
    }

    fn day(&self, morning: &Morning) -> ApiResult<Day> {
        let request = DayRequest {
            inventory: self.territory.twin.inventory(),
            rules: self.rules,
            date: self.date.date(),
            policy: self.policy,
            streams: self.streams,
        };
        let known = |container| Some(morning.known(container)?.knowledge);
        Ok(Day::new(&request, known)?)
    }

    fn ways(&self, day: &Day) -> ApiResult<Ways> {
        let places: Vec<_> = day.places().iter().map(|place| place.at).collect();
        let request = WaysRequest {
            ground: &self.territory.ground,
            dir: self.dir,
            hour: self.hour,
            profiles: day.profiles(),
            closed: &[],
            threads: self.effort.threads.into(),
        };
        Ways::new(&request, &places)
    }
}
