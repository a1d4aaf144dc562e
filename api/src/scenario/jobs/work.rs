//! How a job of a server is followed.

use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use gis_data::pack::Manifest;
use simulator::SimError;
use simulator::scenario::Scenario;

use super::order::SimulationOrder;
use super::product::Simulated;
use super::watch::{RunNews, SimulationWatch};
use crate::collection::Language;
use crate::effort::give_way;
use crate::engine::Engine;
use crate::error::{ApiError, ApiResult};
use crate::jobs::Followed as _;
use crate::scenario::{
    CompareReport, FollowRequest, Following, Fork, Live, Opened, Origin, ServiceGoal,
    SimulateReport, page,
};

/// The most threads that runs have.
const MOST_THREADS: usize = 16;
/// The most days of containers that a job lives through: a thousand months of the agglomeration.
const MOST_CONTAINER_DAYS: u64 = 1_000_000_000;
/// The most steps of a search for each stop: a server is no place to prove that more are of no use.
const MOST_STEPS: u32 = 1_000;

/// What a server follows scenarios for.
#[derive(Clone, Debug)]
pub(crate) struct SimulationSource {
    /// The running twin.
    pub(crate) engine: Engine,
    /// What its pack says of itself.
    pub(crate) manifest: Manifest,
    /// The folder of its pack.
    pub(crate) folder: PathBuf,
}

impl SimulationSource {
    /// Makes an order ready: the live state is taken where it is asked for. Refuses what a server does not
    /// take on: it opens the territories and applies the edits, so that what cannot be is told at once.
    ///
    /// # Errors
    /// [`ApiError::NthScenario`] for the first that cannot be, [`ApiError::TooMuchWork`].
    pub(crate) fn prepare(&self, mut order: SimulationOrder) -> ApiResult<SimulationOrder> {
        if order.is_live() {
            let (twin, at) = (self.engine.twin(), self.engine.clock().now());
            order = order.with_fork(Fork::new(&twin, &self.manifest, at));
        }
        check_size(&order, &self.folder)?;
        Ok(order)
    }
}

/// Where the scenarios of an order play; `folder` is that of the server's pack.
fn origin<'a>(order: &'a SimulationOrder, folder: &'a Path) -> Origin<'a> {
    let fork = order.fork.as_deref();
    Origin::Server(fork.map(|fork| Live { fork, folder }))
}

/// Follows scenarios. Runs take all processors but one, and give way to everybody else. The server's pack
/// lies in `folder`.
///
/// # Errors
/// [`ApiError::Abandoned`] where it is stopped, [`ApiError::NthScenario`] where one of them cannot be
/// followed.
pub(crate) fn simulate(
    (order, folder): (&SimulationOrder, &Path),
    watch: &SimulationWatch,
    look: &dyn Fn(),
) -> ApiResult<Simulated> {
    give_way();
    let request = FollowRequest {
        replications: order.asked.replications,
        seed: order.asked.seed,
        precision: order.asked.precision(),
        service: order.asked.equal_service.then_some(ServiceGoal::First),
        threads: threads(),
    };
    let runs = order.runs();
    let mut following = Following::new(request, &watch.running);
    let mut before = 0;
    let tell = |runs_done| {
        watch.tell(RunNews { runs_done, runs });
        look();
    };
    for (nth, scenario) in order.scenarios.iter().enumerate() {
        tell(before);
        let followed = following.follow(scenario.clone(), origin(order, folder), |done| {
            tell(before + done);
        });
        if watch.is_stopped() {
            return Err(ApiError::Abandoned);
        }
        let ensemble = followed.map_err(|error| of(nth, error))?;
        before += u32::try_from(ensemble.runs.len()).unwrap_or(u32::MAX);
        tell(before);
    }
    told(following, order.is_comparison())
}

fn told(following: Following<'_>, is_comparison: bool) -> ApiResult<Simulated> {
    let compared = following.into_compared();
    if !is_comparison {
        let (staged, ensemble) = compared.first().ok_or(ApiError::NoRun)?;
        return Simulated::new(&SimulateReport::new(staged, ensemble), Vec::new());
    }
    let report = CompareReport::new(&compared);
    let pages = Language::ALL.map(|language| {
        let page = page(&compared, language, &report.checksum);
        (language, page.into())
    });
    Simulated::new(&report, pages.into())
}

fn check_size(order: &SimulationOrder, folder: &Path) -> ApiResult<()> {
    let mut container_days = 0_u64;
    for (nth, scenario) in order.scenarios.iter().enumerate() {
        let days = days_of(scenario).map_err(|error| of(nth, error.into()))?;
        let opened = Opened::new(scenario.clone(), origin(order, folder));
        let containers = opened.map_err(|error| of(nth, error))?.container_count();
        let runs = u64::from(order.replications());
        let more = days.saturating_mul(runs).saturating_mul(containers as u64);
        container_days = container_days.saturating_add(more);
    }
    if container_days > MOST_CONTAINER_DAYS {
        return Err(ApiError::TooMuchWork {
            asked: container_days,
            most: MOST_CONTAINER_DAYS,
        });
    }
    Ok(())
}

/// The days that a run lives through, where its searches are short enough.
fn days_of(scenario: &Scenario) -> Result<u64, SimError> {
    let effort = scenario.effort;
    for (key, steps) in [
        ("effort.steps_per_stop", effort.steps_per_stop),
        ("effort.fixed_steps_per_stop", effort.fixed_steps_per_stop),
    ] {
        if steps > MOST_STEPS {
            return Err(SimError::InvalidScenario {
                key: key.into(),
                value: steps.to_string().into(),
                expected: "up to 1000 on a server",
            });
        }
    }
    let period = scenario.period;
    let days = [period.warm_up_days, period.run_in_days, period.days];
    Ok(days.into_iter().map(u64::from).sum())
}

fn threads() -> usize {
    let all = available_parallelism().map_or(1, std::num::NonZero::get);
    all.saturating_sub(1).clamp(1, MOST_THREADS)
}

fn of(nth: usize, error: ApiError) -> ApiError {
    match error {
        ApiError::Abandoned | ApiError::NthScenario { .. } => error,
        error => ApiError::NthScenario {
            nth: nth + 1,
            source: Box::new(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::Asked;
    use super::*;
    use crate::error::with_causes;

    fn order(territory: &str, more: &str, replications: u32) -> SimulationOrder {
        let text = format!(
            "format: 1\nname: {{ fr: a, en: a }}\nterritory: {territory}\n\
             period: {{ from: 2022-05-02, days: 28 }}\npolicy: {{ kind: prize }}\n{more}"
        );
        let asked = Asked {
            replications: Some(replications),
            ..Asked::default()
        };
        SimulationOrder::new(vec![text.into()], asked).unwrap()
    }

    const CITY: &str = "{ city: { sites: 3000, containers: 200000, capacity_l: 4000, \
         stream: packaging, deposits_per_day: 16, area_km2: 12, middle: [6.6, 53.2], depot_km: 3, \
         detour: 1.35, speeds_kmh: [35, 28] } }";

    #[rstest::rstest]
    #[case::a_pack("{ pack: /etc }", "", 1, "territory.pack")]
    #[case::no_live_state("{ live: true }", "", 1, "territory.live")]
    #[case::a_preset("{ preset: moon }", "", 1, "moon")]
    #[case::an_edit(
        "{ preset: demo-2022 }",
        "edits: [remove-site: { site: x }]",
        1,
        "edits[0].remove-site.site"
    )]
    #[case::a_search(
        "{ preset: demo-2022 }",
        "effort: { steps_per_stop: 5000 }",
        1,
        "effort.steps_per_stop"
    )]
    #[case::too_much(CITY, "", 10_000, "containers, days and runs")]
    fn what_a_server_does_not_take_on_is_told(
        #[case] territory: &str,
        #[case] more: &str,
        #[case] replications: u32,
        #[case] told: &str,
    ) {
        let error = check_size(&order(territory, more, replications), Path::new("")).unwrap_err();
        let error = with_causes(&error);
        assert!(error.contains(told), "{error}");
    }

    #[test]
    fn a_month_of_the_agglomeration_is_taken_on() {
        assert!(check_size(&order("{ preset: as-built }", "", 1_000), Path::new("")).is_ok());
    }
}
