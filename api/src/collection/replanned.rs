//! A saved day changed while it is under way: what is done is taken off, what is asked for is changed,
//! and each crew is told what is new for it.

mod table;

use serde::Serialize;
use simulator::calendar::LocalDay;
use simulator::collection::Problem;
use simulator::collection::check::check;
use simulator::collection::replan::{
    Change, Crew, Difference, Disturbance, Progress, Replan, Weights, progress, replan,
};
use simulator::collection::saved::{NamedVehicle, SavedDay};

use super::explained::{Broken, euros};
use super::{Moment, Phrases, Rounds, RoundsRequest, Words, asked};
use crate::error::{ApiError, ApiResult};

/// What happens to a day under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct News<'a> {
    /// When, in tenths of a second after midnight.
    pub(crate) at: i32,
    /// The keys of stops that are to be emptied after all.
    pub(crate) add: &'a [String],
    /// The keys of stops that are not to be emptied any more.
    pub(crate) drop: &'a [String],
    /// The names of vehicles that are out of service.
    pub(crate) breakdown: &'a [String],
    /// What changes for crews costs.
    pub(crate) weights: Weights,
}

/// A day that was changed: as it is kept, and told.
#[derive(Debug)]
pub(crate) struct Replanned {
    /// What is left of the day, as it is kept.
    pub(crate) day: SavedDay,
    /// What the vehicles do from now on.
    pub(crate) rounds: Rounds,
    /// All of it, told.
    pub(crate) told: ReplanTold,
}

/// A changed day, told. Fields and their names are those of `--json`; money is in euros.
#[derive(Debug, Serialize)]
pub(crate) struct ReplanTold {
    territory: String,
    date: String,
    at: Moment,
    is_synthetic: bool,
    added: Vec<String>,
    dropped: Vec<String>,
    out_of_service: Vec<String>,
    /// What the day costs from its beginning, but for vehicles whose day is over; once out of service, a
    /// vehicle does not count any more.
    cost_before: f64,
    cost: f64,
    #[serde(skip)]
    money: [String; 3],
    feasible: bool,
    violations: Vec<String>,
    #[serde(skip)]
    broken: Vec<String>,
    disturbance: DisturbanceTold,
    /// Stops that must be emptied, but for which there is no spot.
    homeless: Vec<String>,
    crews: Vec<CrewTold>,
    /// How long re-planning took, in seconds.
    pub(crate) replan_s: f64,
}

/// How much is new for the crews.
#[derive(Debug, Serialize)]
struct DisturbanceTold {
    /// Stops that another vehicle serves.
    moved: u32,
    /// Stops that come after another one than before.
    reordered: u32,
    /// By how much serving a stop starts earlier or later, at the most, in seconds.
    shift_s: f64,
    #[serde(skip)]
    shift: String,
}

/// What is new for a crew.
#[derive(Debug, Serialize)]
struct CrewTold {
    vehicle: String,
    news: Vec<String>,
    differences: Vec<Difference>,
}

impl Replanned {
    /// Takes off what is done, and changes what is left.
    ///
    /// # Errors
    /// Keys and names that mean nothing, changes that come too late, times before the day's own, and plans
    /// that break rules already.
    pub(crate) fn new(day: &SavedDay, news: &News<'_>, words: &Words) -> ApiResult<Self> {
        let date = LocalDay::of(day.date).ok_or(ApiError::InvalidOption {
            option: "the date of the saved day",
            value: day.date.to_string().into(),
            expected: "a day from 1996 to 2199",
        })?;
        if day.since.is_some_and(|since| news.at < since) {
            return Err(ApiError::InvalidOption {
                option: "the time",
                value: clock(news.at).into(),
                expected: "one at which the saved day has begun",
            });
        }
        let left = progress(&day.problem, &day.plan, news.at)?;
        let changes = changes(day, &left, news)?;
        let replan = replan(&left, &changes, news.weights)?;
        let changed = keep(day, &left, (&replan, &changes), news.at)?;
        let told = ReplanTold::new((day, &changed), (&left, &replan), (news, words), &date)?;
        let rounds = rounds(&changed, &date);
        Ok(Self {
            day: changed,
            rounds,
            told,
        })
    }

    /// Whether the new plan keeps every rule.
    pub(crate) const fn is_feasible(&self) -> bool {
        self.told.feasible
    }
}

fn clock(tick: i32) -> String {
    let minutes = tick / 600;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn rounds(day: &SavedDay, date: &LocalDay) -> Rounds {
    let request = RoundsRequest {
        problem: &day.problem,
        names: &day.names,
        vehicles: &day.vehicles,
        date,
        territory: &day.territory,
        is_synthetic: day.is_synthetic,
    };
    Rounds::new(&request, &day.plan)
}

/// What was asked for, in numbers of what is left.
fn changes(day: &SavedDay, left: &Progress, news: &News<'_>) -> ApiResult<Vec<Change>> {
    let mut changes = Vec::new();
    for name in news.breakdown {
        let route = asked::route(day, name)?;
        let now = left.routes_left.get(route as usize).copied().flatten();
        let route = now.ok_or_else(|| ApiError::InvalidOption {
            option: "the vehicle out of service",
            value: name.as_str().into(),
            expected: "one whose day is not over",
        })?;
        changes.push(Change::BreakDown { route });
    }
    for key in news.drop {
        let planned = served_later(day, left, key, true)?;
        changes.extend(planned.map(|stop| Change::Drop { stop }));
    }
    for key in news.add {
        let unplanned = served_later(day, left, key, false)?;
        changes.extend(unplanned.map(|stop| Change::Require { stop }));
    }
    Ok(changes)
}

/// The stops of a key, in numbers of what is left, that a round has yet to come to, or that none has.
fn served_later(
    day: &SavedDay,
    left: &Progress,
    key: &str,
    in_plan: bool,
) -> ApiResult<impl Iterator<Item = u32>> {
    let mut found = Vec::new();
    let mut reason = "";
    for stop in asked::stops(day, key)? {
        let now = left.stops_left.get(stop as usize).copied().flatten();
        match now {
            None => reason = "it is emptied already, or a crew is on its way to it",
            Some(now) if left.plan.unserved.contains(&now) == in_plan => {
                reason = if in_plan {
                    "no round has it"
                } else {
                    "a round has it already"
                };
            }
            Some(now) => found.push(now),
        }
    }
    if found.is_empty() {
        let key = key.into();
        return Err(ApiError::StopRefused { key, reason });
    }
    Ok(found.into_iter())
}

/// What is left of a day as it is kept. Stops that were taken out get their classes back, so that they can
/// be put in again later.
fn keep(
    day: &SavedDay,
    left: &Progress,
    (replan, changes): (&Replan, &[Change]),
    at: i32,
) -> ApiResult<SavedDay> {
    let was_dropped = |now: u32| {
        let before = replan.stops.get(now as usize).copied().flatten();
        let is_asked = changes.contains(&Change::Drop { stop: now });
        let is_added = changes.contains(&Change::Require { stop: now });
        is_asked || before.is_some_and(|before| day.dropped.contains(&before)) && !is_added
    };
    let count = u32::try_from(replan.stops.len()).unwrap_or(u32::MAX);
    let dropped: Vec<u32> = (0..count).filter(|&now| was_dropped(now)).collect();
    let mut parts = replan.problem.clone().into_parts();
    let mut names = day.names.clone();
    names.stops.clear();
    for (before, stop) in replan.stops.iter().zip(&mut parts.stops) {
        let before = before.map(|before| before as usize);
        let named = before.and_then(|before| day.names.stops.get(before));
        names.stops.extend(named.cloned());
        let whole = before.and_then(|before| day.problem.stops().get(before));
        if stop.classes == 0
            && let Some(whole) = whole
        {
            stop.classes = left.classes_now(whole.classes);
        }
    }
    Ok(SavedDay {
        since: Some(at),
        vehicles: vehicles(day, left, replan),
        dropped,
        plan: replan.plan.clone(),
        names,
        problem: Problem::new(parts)?,
        ..day.clone()
    })
}

/// The vehicles of the new plan: those that were there keep their names, others have the next number that
/// no vehicle of the day has.
fn vehicles(day: &SavedDay, left: &Progress, replan: &Replan) -> Vec<NamedVehicle> {
    let before = day.named_vehicles();
    let named = |route: u32| {
        let old = left
            .routes_left
            .iter()
            .position(|now| *now == Some(route))?;
        before.get(old).cloned()
    };
    let mut all = before.clone();
    let mut vehicles = Vec::new();
    for (route, origin) in replan.plan.routes.iter().zip(&replan.routes_before) {
        let known = origin.and_then(named);
        vehicles.push(known.unwrap_or_else(|| {
            let class = replan.problem.fleet().get(route.class as usize);
            let next = NamedVehicle::next(&all, class.map_or("", |class| &*class.name));
            all.push(next.clone());
            next
        }));
    }
    vehicles
}

impl ReplanTold {
    fn new(
        (day, changed): (&SavedDay, &SavedDay),
        (left, replan): (&Progress, &Replan),
        (news, words): (&News<'_>, &Words),
        date: &LocalDay,
    ) -> ApiResult<Self> {
        let phrases = Phrases::new(words, changed, &changed.vehicles);
        let vehicles = day.named_vehicles();
        let phrases_before = Phrases::new(words, day, &vehicles);
        let stops = |keys: &[String]| -> ApiResult<Vec<String>> {
            let stops = keys.iter().map(|key| asked::stops(day, key));
            let stops = stops.collect::<ApiResult<Vec<_>>>()?.concat();
            Ok(stops
                .iter()
                .map(|&stop| phrases_before.stop(stop))
                .collect())
        };
        let out_of_service = news.breakdown.iter().map(|name| {
            let route = asked::route(day, name)?;
            Ok(phrases_before.route(route))
        });
        let before = check(&left.problem, &left.plan).bill.total();
        let now = replan.verdict.bill.total();
        let broken = Broken::new(&phrases, &replan.verdict);
        let homeless = replan.homeless.iter().map(|&stop| phrases.stop(stop));
        let crews = replan.crews.iter();
        Ok(Self {
            territory: day.territory.clone(),
            date: day.date.to_string(),
            at: Moment::new(date, news.at),
            is_synthetic: day.is_synthetic,
            added: stops(news.add)?,
            dropped: stops(news.drop)?,
            out_of_service: out_of_service.collect::<ApiResult<_>>()?,
            cost_before: euros(before),
            cost: euros(now),
            money: [
                phrases.money(before),
                phrases.money(now),
                phrases.signed_money(now.saturating_sub(before)),
            ],
            feasible: replan.verdict.is_feasible(),
            violations: broken.all,
            broken: broken.short,
            disturbance: DisturbanceTold::new(&replan.disturbance, &phrases),
            homeless: homeless.collect(),
            crews: crews
                .map(|crew| CrewTold::new(crew, (left, &phrases_before), (replan, &phrases)))
                .collect(),
            replan_s: 0.0,
        })
    }
}

impl DisturbanceTold {
    fn new(disturbance: &Disturbance, phrases: &Phrases<'_>) -> Self {
        Self {
            moved: disturbance.moved,
            reordered: disturbance.reordered,
            shift_s: f64::from(disturbance.latest_shift) / 10.0,
            shift: phrases.time(disturbance.latest_shift.into()),
        }
    }
}

impl CrewTold {
    fn new(
        crew: &Crew,
        (left, before): (&Progress, &Phrases<'_>),
        (replan, now): (&Replan, &Phrases<'_>),
    ) -> Self {
        let route = crew
            .route
            .and_then(|route| replan.plan.routes.get(route as usize));
        let old = |route| left.routes_left.iter().position(|now| *now == Some(route));
        let old = crew
            .before
            .and_then(old)
            .and_then(|old| u32::try_from(old).ok());
        Self {
            vehicle: match (crew.route, old) {
                (Some(route), _) => now.route(route),
                (None, Some(old)) => before.route(old),
                (None, None) => String::new(),
            },
            news: now.news(crew, route),
            differences: crew.differences.clone(),
        }
    }
}
