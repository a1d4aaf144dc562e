//! Forecasts of levels through their public door: on a simulated network beside its truth, and on
//! histories whose future is changed.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use proptest::prelude::*;
use simulator::filling::{ContainerSpec, FillingModel, FillingParams, FlowPlan};
use simulator::forecast::trial::{ContenderScore, HorizonScore};
use simulator::forecast::{
    ContainerFacts, LevelForecast, LevelForecaster, LevelReading, LevelRule, Trial, TrialOutcome,
};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use simulator::sensing::{NetworkSpec, SensingParams, SensorSpec};
use twin_core::{ContainerType, Litres, Mounting, Span, Stream, Timestamp};

const DAY: Span = Span::from_hours(24);

fn mounting() -> Mounting {
    Mounting::new(1800, 300).unwrap()
}

/// Columns for glass, packaging and paper, two at each site.
fn network(sensors: u32, flows: FlowPlan, seed: u64) -> NetworkSpec {
    let streams = [Stream::Glass, Stream::Packaging, Stream::Paper];
    let column = |index: u32| ContainerSpec {
        site: index / 2,
        stream: streams[index as usize % 3],
        container_type: ContainerType::Column,
        capacity: Litres::new(4000.0).unwrap(),
        catchment: [300.0, 110.0, 250.0][index as usize % 3],
    };
    let containers: Vec<ContainerSpec> = (0..sensors).map(column).collect();
    let sensor = |container| SensorSpec {
        container,
        mounting: mounting(),
        expected_interval: Span::from_hours(4),
        blind_zone_mm: 0,
    };
    let params = FillingParams {
        flows,
        ..FillingParams::default()
    };
    NetworkSpec {
        filling: FillingModel::new(&containers, params, Seed(seed)).unwrap(),
        rounds: Rounds::new(&demonstration_rules()).unwrap(),
        sensors: (0..sensors as usize).map(sensor).collect(),
        params: SensingParams::default(),
        seed: Seed(seed),
        coverage: None,
    }
}

fn outcome(
    (sensors, days): (u32, u16),
    flows: FlowPlan,
    (start, seed): (&str, u64),
) -> TrialOutcome {
    let trial = Trial {
        network: network(sensors, flows, seed),
        start: start.parse().unwrap(),
        days,
    };
    trial.run().unwrap()
}

fn crps(score: &HorizonScore, name: &str) -> f64 {
    let mut contenders = score.contenders.iter();
    let found = contenders.find(|score| score.contender.name() == name);
    found.map(|score| score.crps_pct).unwrap()
}

fn ours(score: &HorizonScore) -> &ContenderScore {
    &score.contenders[0]
}

#[test]
fn forecasts_lie_between_the_oracle_and_the_best_rule_of_thumb() {
    let told = outcome(
        (90, 75),
        FlowPlan::before_2023(),
        ("2022-03-01T02:00:00Z", 1),
    );
    assert_eq!(told.all.len(), 4);
    for score in &told.all {
        let (best, forecast) = (crps(score, score.best_rule.name()), ours(score).crps_pct);
        assert!(
            crps(score, "oracle") <= forecast && forecast < best,
            "{score:?}"
        );
        assert!(score.p_no_better < 0.05, "{score:?}");
    }
    for score in told.working.iter().chain(&told.new_sites) {
        assert!(crps(score, "oracle") <= ours(score).crps_pct, "{score:?}");
    }
    let (share, waits) = told.time_to_threshold;
    assert!(
        (0.72..=0.88).contains(&share.unwrap()) && waits > 500,
        "{share:?}"
    );
    assert_eq!(told.changes, []);
}

#[test]
fn eighty_percent_intervals_cover_eighty_percent() {
    // Sensors of one seed share their weather and their crews: a single one tells the coverage to two points.
    let seeds = [1, 2, 3, 4];
    let told = seeds.map(|seed| {
        let begins = ("2022-03-01T02:00:00Z", seed);
        outcome((90, 75), FlowPlan::before_2023(), begins)
    });
    for horizon in 0..4 {
        let covered = told.iter().map(|it| ours(&it.all[horizon]).coverage[0]);
        let mean = covered.sum::<f64>() / 4.0;
        assert!((0.75..=0.85).contains(&mean), "horizon {horizon}: {mean}");
    }
}

#[test]
fn faults_and_emptyings_are_found() {
    let told = outcome(
        (90, 75),
        FlowPlan::before_2023(),
        ("2022-03-01T02:00:00Z", 2),
    );
    let faults = &told.faults;
    assert!((0.08..0.25).contains(&faults.base_rate), "{faults:?}");
    assert!(faults.precision.unwrap() > 0.85, "{faults:?}");
    assert!(faults.recall.unwrap() > 0.7, "{faults:?}");
    assert!(faults.false_alarms_per_month < 0.05, "{faults:?}");
    let emptyings = told.emptyings;
    assert!(emptyings.emptyings > 100, "{emptyings:?}");
    assert!(
        100 * emptyings.found > 95 * emptyings.emptyings,
        "{emptyings:?}"
    );
    assert!(100 * emptyings.right > 95 * emptyings.told, "{emptyings:?}");
}

#[test]
fn the_yellow_bins_of_2023_are_noticed_and_nothing_else_is() {
    let start = "2022-11-01T02:00:00Z";
    let told = outcome((90, 100), FlowPlan::as_happened(), (start, 3));
    let mut streams: Vec<Stream> = told.changes.iter().map(|change| change.stream).collect();
    streams.sort_unstable();
    assert_eq!(
        streams,
        [Stream::Paper, Stream::Packaging],
        "{:?}",
        told.changes
    );
    let happened: Timestamp = "2022-12-31T23:00:00Z".parse().unwrap();
    for change in &told.changes {
        let days = change.noticed.since(happened).as_millis() / DAY.as_millis();
        assert!((0..=5).contains(&days), "{change:?}");
        assert!((0.02..0.4).contains(&change.factor), "{change:?}");
    }
}

#[test]
fn a_trial_of_too_few_days_is_refused() {
    let trial = Trial {
        network: network(2, FlowPlan::before_2023(), 1),
        start: "2022-03-01T02:00:00Z".parse().unwrap(),
        days: 41,
    };
    let told = trial.run().unwrap_err().to_string();
    assert!(
        told.contains("days is 41") && told.contains("42 to 1500"),
        "{told}"
    );
}

fn facts() -> ContainerFacts {
    ContainerFacts {
        stream: Stream::Packaging,
        container_type: ContainerType::Column,
        capacity: Litres::new(4000.0).unwrap(),
        deposit: FillingParams::default().deposit(ContainerType::Column),
        mounting: mounting(),
        interval: Span::from_hours(4),
    }
}

/// What a sensor tells every four hours of a container that fills steadily and is emptied at 70 %.
fn history(daily_pct: u32, days: u32, jitter: &[u8]) -> Vec<LevelReading> {
    let start: Timestamp = "2022-03-01T02:00:00Z".parse().unwrap();
    let reading = |nth: u32| {
        let permille = nth * daily_pct * 10 / 6 % 700;
        let noise = u32::from(jitter[nth as usize % jitter.len()] % 30);
        let mm = 1800 - permille * 1500 / 1000 + noise;
        LevelReading {
            at: start + Span::from_hours(i64::from(nth) * 4),
            distance_mm: u16::try_from(mm).ok(),
            is_doubtful: false,
            is_tilted: false,
        }
    };
    (0..days * 6).map(reading).collect()
}

/// A forecaster that heard histories up to an instant, in the order of time.
fn heard(histories: &[Vec<LevelReading>], until: Timestamp) -> LevelForecaster {
    let mut forecaster = LevelForecaster::new(&vec![facts(); histories.len()]);
    let all = histories.iter().enumerate();
    let mut all: Vec<(usize, LevelReading)> = all
        .flat_map(|(container, history)| history.iter().map(move |reading| (container, *reading)))
        .filter(|(_, reading)| reading.at <= until)
        .collect();
    all.sort_by_key(|(container, reading)| (reading.at, *container));
    for (container, reading) in all {
        forecaster.hear(container, &reading);
    }
    forecaster.pass(until);
    forecaster
}

fn week(forecaster: &LevelForecaster, container: usize, at: Timestamp) -> LevelForecast {
    forecaster.forecast(container, (at, DAY.times(7))).unwrap()
}

#[test]
fn a_steady_container_is_forecast_to_go_on() {
    let history = history(10, 40, &[3, 17, 9, 28]);
    let at = history[33 * 6].at;
    let forecaster = heard(&[history], at);
    // 330 % were brought in 33 days, four times 70 % of it taken.
    let tomorrow = forecaster.forecast(0, (at, DAY)).unwrap();
    assert!((tomorrow.median() - 0.6).abs() < 0.08, "{tomorrow:?}");
    let [early, middle, late] = forecaster.hours_until(0, (at, 0.8)).unwrap();
    assert!(
        early < middle && middle < late,
        "{early:?} {middle:?} {late:?}"
    );
    assert!((middle.unwrap() - 72.0).abs() < 24.0, "{middle:?}");
    assert_eq!(forecaster.emptyings().len(), 4);
    for rule in LevelRule::ALL {
        let said = forecaster.thumb(rule, 0, (at, DAY)).unwrap();
        let expected = if rule == LevelRule::Persistence {
            0.5
        } else {
            0.6
        };
        assert!((said - expected).abs() < 0.04, "{rule:?}: {said}");
    }
}

#[test]
fn what_is_told_of_the_past_can_be_let_go_of_and_forecasts_stay() {
    let histories: Vec<_> = [10, 17].map(|daily| history(daily, 40, &[3, 17, 9])).into();
    let at = histories[0][33 * 6].at;
    let mut forecaster = heard(&histories, at);
    let full = (at, 0.95);
    let [early, middle, late] = forecaster.hours_until_within_90(0, full).unwrap();
    let tenths = forecaster.hours_until(0, full).unwrap();
    assert!(
        early <= tenths[0] && tenths[2] <= late,
        "{early:?} {late:?}"
    );
    assert_eq!(middle, tenths[1]);
    let before = week(&forecaster, 0, at);
    let emptyings = forecaster.emptyings().iter();
    let last = emptyings.rev().find(|(container, _)| *container == 0);
    assert_eq!(
        forecaster.last_emptied(0),
        last.map(|(_, emptied)| emptied.before)
    );
    forecaster.forget_told();
    assert!(forecaster.emptyings().is_empty() && forecaster.changes().is_empty());
    assert_eq!(week(&forecaster, 0, at), before);
    assert!(forecaster.last_emptied(0).is_some());

    // A suspicion that is open is told to be over when it is, and no sooner.
    forecaster.pass(at + DAY.times(4));
    forecaster.forget_told();
    let suspected = forecaster.suspected();
    assert!(suspected.iter().all(|it| it.until.is_none()) && suspected.len() == 2);
    assert_eq!(forecaster.suspicion(1), Some(suspected[1].suspicion));
}

#[test]
fn who_asks_for_no_rules_gets_the_same_forecasts() {
    let history = history(10, 20, &[3, 17, 9]);
    let mut lean = LevelForecaster::new(&[facts()]).without_rules();
    for reading in &history {
        lean.hear(0, reading);
    }
    let at = history[history.len() - 1].at;
    lean.pass(at);
    assert_eq!(week(&lean, 0, at), week(&heard(&[history], at), 0, at));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_comes_later_changes_nothing(
        daily in 1_u32..40,
        jitter in proptest::collection::vec(any::<u8>(), 1..40),
        later in proptest::collection::vec(any::<u16>(), 60),
    ) {
        let history = history(daily, 40, &jitter);
        let at = history[30 * 6].at;
        let mut changed = history.clone();
        for (reading, mm) in changed[30 * 6 + 1..].iter_mut().zip(later) {
            reading.distance_mm = Some(mm);
        }
        let (one, other) = (heard(&[history], at), heard(&[changed], at));
        prop_assert_eq!(week(&one, 0, at), week(&other, 0, at));
        prop_assert_eq!(one.hours_until(0, (at, 0.8)), other.hours_until(0, (at, 0.8)));
    }

    #[test]
    fn quantiles_are_in_order_and_the_order_of_containers_does_not_matter(
        daily in proptest::collection::vec(1_u32..60, 2..6),
        jitter in proptest::collection::vec(any::<u8>(), 1..40),
    ) {
        let mut histories: Vec<_> = daily.iter().map(|daily| history(*daily, 35, &jitter)).collect();
        let at = histories[0][34 * 6].at;
        let one = heard(&histories, at);
        histories.reverse();
        let other = heard(&histories, at);
        for container in 0..histories.len() {
            let forecast = week(&one, container, at);
            prop_assert!(forecast.load.is_sorted() && forecast.load[0] >= 0.0, "{:?}", forecast);
            let same = week(&other, histories.len() - 1 - container, at);
            for (one, other) in forecast.load.iter().zip(same.load) {
                prop_assert!((one - other).abs() < 1e-6, "{one} {other}");
            }
        }
    }

    #[test]
    fn any_distances_give_forecasts_or_none(
        distances in proptest::collection::vec(proptest::option::of(any::<u16>()), 1..200),
        flags in any::<u64>(),
    ) {
        let start: Timestamp = "2022-03-01T02:00:00Z".parse().unwrap();
        let mut forecaster = LevelForecaster::new(&[facts()]);
        let mut at = start;
        for (nth, distance_mm) in distances.iter().enumerate() {
            at = at + Span::from_hours(1 + i64::try_from(nth * nth % 37).unwrap());
            forecaster.hear(0, &LevelReading {
                at,
                distance_mm: *distance_mm,
                is_doubtful: false,
                is_tilted: flags >> (nth % 64) & 1 == 1,
            });
        }
        forecaster.hear(7, &LevelReading { at, distance_mm: None, is_doubtful: true, is_tilted: false });
        if let Some(forecast) = forecaster.forecast(0, (at, DAY)) {
            prop_assert!(forecast.load.is_sorted(), "{:?}", forecast);
            prop_assert!(forecast.load.iter().all(|load| load.is_finite()), "{:?}", forecast);
        }
    }
}
