//! What a plan of a day comes to.

use serde::Serialize;
use simulator::collection::check::{Bill, Verdict};
use simulator::collection::day::DayProblem;
use simulator::collection::rules::Rules;
use simulator::collection::{Need, Plan};

use crate::collection::{CallKind, Found, Round, Rounds, Tracks, Unserved, euros};

/// Ticks of a day's problem in an hour: tenths of a second.
const TICKS_PER_H: f64 = 36_000.0;

/// A plan, told. Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct Planned {
    /// In euros.
    pub(super) cost: f64,
    /// Whether it keeps every rule.
    pub(super) feasible: bool,
    /// What breaks one.
    pub(super) violations: Vec<String>,
    pub(super) bill: BillEur,
    /// What all vehicles drive, by the ways that the plan reckons with.
    pub(super) km: f64,
    /// The same along the ways on the map, which are these but for rounding.
    pub(super) road_km: f64,
    /// How long crews are on duty, and how long vehicles drive in it.
    pub(super) hours: f64,
    pub(super) driving_h: f64,
    /// The same along the ways on the map.
    pub(super) road_h: f64,
    /// What is emptied, before compaction.
    pub(super) tonnes: f64,
    pub(super) m3: f64,
    /// What drives and the work at stops emit, by the loads on board.
    pub(super) co2_kg: f64,
    /// How many containers that are left overflow before the next pass, in the mean.
    pub(super) overflow_risk: f64,
    /// Steps of the search.
    pub(super) iterations: u64,
    /// Processor time of the search.
    pub(super) cpu_s: f64,
    pub(super) routes: Vec<RouteTold>,
    pub(super) unserved: Vec<Unserved>,
}

/// What a plan costs by its parts, in euros.
#[derive(Debug, Serialize)]
pub(super) struct BillEur {
    pub(super) vehicles: f64,
    pub(super) distance: f64,
    pub(super) duty: f64,
    pub(super) overtime: f64,
    pub(super) unloading: f64,
    /// What the overflow of what is left costs in the mean.
    pub(super) unserved: f64,
}

/// One vehicle, told.
#[derive(Debug, Serialize)]
pub(super) struct RouteTold {
    pub(super) km: f64,
    pub(super) co2_kg: f64,
    #[serde(flatten)]
    pub(super) round: Round,
}

impl BillEur {
    fn new(bill: &Bill) -> Self {
        Self {
            vehicles: euros(bill.fixed_cost),
            distance: euros(bill.length_cost),
            duty: euros(bill.duty_cost),
            overtime: euros(bill.overtime_cost),
            unloading: euros(bill.unloading_cost),
            unserved: euros(bill.unserved_cost),
        }
    }
}

impl Planned {
    /// What was found of a day, what the checker says of it, and how people follow it.
    pub(crate) fn new(
        (day, rules): (&DayProblem, &Rules),
        (found, verdict): (&Found, &Verdict),
        (rounds, tracks): (&Rounds, &Tracks),
    ) -> Self {
        let bill = &verdict.bill;
        let stops = || {
            rounds
                .vehicles
                .iter()
                .flat_map(|round| round.of_kind(CallKind::Stop))
        };
        let containers = || stops().flat_map(|call| &call.containers);
        let all_tracks = || tracks.vehicles.iter().flatten();
        let road_m = all_tracks().map(|track| track.length_m);
        let road_ticks = all_tracks().map(|track| f64::from(track.duration));
        Self {
            cost: euros(bill.total()),
            feasible: verdict.is_feasible(),
            violations: verdict.violations.iter().map(ToString::to_string).collect(),
            bill: BillEur::new(bill),
            km: bill.length as f64 / 1000.0,
            road_km: thousandths(road_m.sum::<f64>() / 1000.0),
            hours: thousandths(bill.duty_ticks as f64 / TICKS_PER_H),
            driving_h: thousandths(bill.driving_ticks as f64 / TICKS_PER_H),
            road_h: thousandths(road_ticks.sum::<f64>() / TICKS_PER_H),
            tonnes: containers().map(|one| f64::from(one.kg)).sum::<f64>() / 1000.0,
            m3: containers().map(|one| f64::from(one.litres)).sum::<f64>() / 1000.0,
            co2_kg: thousandths(tracks.spent().co2_kg),
            overflow_risk: thousandths(overflow_risk(day, rules, &found.plan)),
            iterations: found.iterations,
            cpu_s: thousandths(found.cpu.as_secs_f64()),
            routes: routes(rounds, tracks),
            unserved: rounds.unserved.clone(),
        }
    }
}

fn routes(rounds: &Rounds, tracks: &Tracks) -> Vec<RouteTold> {
    let both = rounds.vehicles.iter().zip(&tracks.vehicles);
    let route = both.map(|(round, tracks)| RouteTold {
        km: round.length_m() as f64 / 1000.0,
        co2_kg: thousandths(tracks.iter().map(|track| track.spent.co2_kg).sum()),
        round: round.clone(),
    });
    route.collect()
}

/// How many of the containers that nobody empties overflow in the mean: a prize is the weight of
/// overflows times their probability times what one costs.
fn overflow_risk(day: &DayProblem, rules: &Rules, plan: &Plan) -> f64 {
    let left = plan.unserved.iter().filter_map(|&stop| {
        let stops = day.problem.stops();
        let (stop, origin) = stops.get(stop as usize).zip(day.stops.get(stop as usize))?;
        let Need::Optional { prize } = stop.need else {
            return None;
        };
        let overflow_eur = rules.streams.get(&origin.stream)?.overflow_eur;
        let certain_eur = rules.plan.rho * overflow_eur;
        (certain_eur > 0.0).then(|| euros(prize) / certain_eur)
    });
    left.sum()
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
