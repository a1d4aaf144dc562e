//! The filling model through its public door: moments, mass balance, conservation, reproducibility.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

#[path = "filling/balance.rs"]
mod balance;

use std::collections::BTreeMap;

use proptest::prelude::*;
use simulator::calendar::{CalendarProfile, local_midnight};
use simulator::ensemble::summary;
use simulator::filling::{
    ContainerSpec, DayCache, DepositVolume, Event, FillingModel, FillingParams, FillingState, Flow,
    FlowPhase, FlowPlan,
};
use simulator::random::{Draws, Seed};
use simulator::rounds::{Rounds, demonstration_rules, emptyings_per_day};
use twin_core::{ContainerType, Litres, Span, Stream, Timestamp};

fn spec(
    site: u32,
    stream: Stream,
    container_type: ContainerType,
    capacity_l: f64,
) -> ContainerSpec {
    let capacity = Litres::new(capacity_l).unwrap();
    ContainerSpec {
        site,
        stream,
        container_type,
        capacity,
        catchment: 150.0,
    }
}

/// Sites with glass, paper and two packaging columns, a regrouping point and a park bin each.
fn territory(sites: u32) -> Vec<ContainerSpec> {
    let at = |site| {
        let mut bin = spec(1000 + site, Stream::Litter, ContainerType::ParkBin, 90.0);
        bin.catchment = 200.0;
        let mut bag = spec(site, Stream::Residual, ContainerType::FourWheeled, 750.0);
        bag.catchment = 40.0;
        [
            spec(site, Stream::Glass, ContainerType::Column, 4000.0),
            spec(site, Stream::Paper, ContainerType::Column, 4000.0),
            spec(site, Stream::Packaging, ContainerType::Column, 5000.0),
            spec(site, Stream::Packaging, ContainerType::Underground, 5000.0),
            bag,
            bin,
        ]
    };
    (0..sites).flat_map(at).collect()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A stream with one flat rate: no calendar, no difference between sites.
fn flat(day_effect_shape: Option<f64>) -> FillingParams {
    let mut calendar = CalendarProfile::default();
    let paper = calendar.0.get_mut(&Stream::Paper).unwrap();
    (paper.week, paper.hours, paper.months) = ([1.0; 7], [1.0; 24], [1.0; 12]);
    FillingParams {
        calendar,
        site_sigma_log: 0.0,
        day_effect_shape,
        ..FillingParams::default()
    }
}

fn check_accounts(specs: &[ContainerSpec], state: &FillingState) {
    let mut sums: BTreeMap<(u32, Stream), (u64, u64)> = BTreeMap::new();
    for (spec, fill) in specs.iter().zip(&state.containers) {
        let (brought, found) = sums.entry((spec.site, spec.stream)).or_default();
        *brought += fill.brought_ml;
        *found += fill.held_ml + fill.emptied_ml + fill.beside_ml + fill.swept_ml;
        assert!(
            fill.held_ml <= 1000 * simulator_capacity(spec),
            "a container holds what it can hold"
        );
    }
    for (key, (brought, found)) in sums {
        assert_eq!(brought, found, "{key:?}");
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "capacities of the tests are whole"
)]
fn simulator_capacity(spec: &ContainerSpec) -> u64 {
    spec.capacity.get() as u64
}

#[rstest::rstest]
#[case::plain_poisson(None)]
#[case::with_day_effect(Some(20.0))]
fn volumes_have_the_moments_of_a_compound_poisson_process(#[case] shape: Option<f64>) {
    const N: u32 = 4000;
    const DAYS: f64 = 5.0;
    let params = flat(shape);
    let volume: DepositVolume = params.household_deposit;
    let mut specs = vec![spec(0, Stream::Paper, ContainerType::Column, 1e6); N as usize];
    for (site, spec) in (0..).zip(&mut specs) {
        (spec.site, spec.catchment) = (site, 800.0);
    }
    let model = FillingModel::new(&specs, params, Seed(42)).unwrap();
    // A week without a change of summer time, from local midnight.
    let from = time("2022-05-02T00:00:00+02:00") - Span::from_millis(1);
    let mut state = model.empty_state(from);
    model
        .advance(&mut state, from + Span::from_hours(120))
        .unwrap();

    // Domain 1.6: E = Λμ, Var = Λ(σ² + μ²); a gamma day effect adds (λμ)²/k for each day. Paper's
    // public holidays and school holidays are neutral, so the day's factor is 1 but for leap days.
    let daily = model.mean_deposits_per_day(0, from).unwrap();
    let (mu, sigma2) = (volume.mean_l(), volume.variance_l2());
    let expected = daily * DAYS * mu;
    let extra = shape.map_or(0.0, |k| DAYS * (daily * mu) * (daily * mu) / k);
    let variance = daily * DAYS * (sigma2 + mu * mu) + extra;

    let litres: Vec<f64> = state
        .containers
        .iter()
        .map(|fill| f64::from(u32::try_from(fill.brought_ml).unwrap()) / 1000.0)
        .collect();
    let n = f64::from(N);
    let mean = litres.iter().sum::<f64>() / n;
    let spread = litres.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let standard_error = (variance / n).sqrt();
    assert!(
        (mean - expected).abs() < 4.0 * standard_error,
        "mean {mean}, expected {expected}"
    );
    // The standard error of a variance is √(2/n) of it for near-normal sums; 4 of them, and a little
    // for the skewness.
    assert!(
        (spread / variance - 1.0).abs() < 4.5 * (2.0 / n).sqrt(),
        "variance {spread}, expected {variance}"
    );
}

#[rstest::rstest]
#[case::before(2022, &[(Stream::Glass, 30.0), (Stream::Packaging, 23.0), (Stream::Paper, 20.0), (Stream::Residual, 215.0)])]
#[case::after(2024, &[(Stream::Glass, 30.0), (Stream::Packaging, 3.45), (Stream::Paper, 3.0), (Stream::Residual, 140.0)])]
fn a_year_closes_on_the_mass_balance_within_three_percent(
    #[case] year: i16,
    #[case] targets: &[(Stream, f64)],
) {
    let specs = territory(60);
    let model = FillingModel::new(&specs, FillingParams::default(), Seed(7)).unwrap();
    let from = local_midnight(jiff::civil::date(year, 1, 1)).unwrap();
    let to = local_midnight(jiff::civil::date(year + 1, 1, 1)).unwrap();
    let mut state = model.empty_state(from);
    model.advance(&mut state, to).unwrap();
    let plan = FlowPlan::as_happened();
    let phase = &plan.0[plan.phase_at(from).unwrap()];
    for (stream, target_kg) in targets {
        let of_stream = || {
            specs
                .iter()
                .zip(&state.containers)
                .filter(|(spec, _)| spec.stream == *stream)
        };
        let people: f64 = of_stream().map(|(spec, _)| spec.catchment).sum();
        let litres: f64 = of_stream().map(|(_, fill)| litres(fill.brought_ml)).sum();
        let kg = phase.flow(*stream).unwrap().kilograms(litres) / people;
        assert!(
            (kg / target_kg - 1.0).abs() < 0.03,
            "{stream} in {year}: {kg} kg, target {target_kg} kg"
        );
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a year's volumes stay below 2^53 ml"
)]
fn litres(ml: u64) -> f64 {
    ml as f64 / 1000.0
}

#[test]
fn the_change_of_2023_is_seen_in_the_deposits_of_packaging() {
    let specs = territory(20);
    let model = FillingModel::new(&specs, FillingParams::default(), Seed(7)).unwrap();
    let mut state = model.empty_state(time("2022-12-04T23:00:00Z"));
    let brought = |state: &FillingState| -> u64 {
        let packaging = specs
            .iter()
            .zip(&state.containers)
            .filter(|(spec, _)| spec.stream == Stream::Packaging);
        packaging.map(|(_, fill)| fill.brought_ml).sum()
    };
    model
        .advance(&mut state, time("2022-12-31T23:00:00Z"))
        .unwrap();
    let before = brought(&state);
    model
        .advance(&mut state, time("2023-01-27T23:00:00Z"))
        .unwrap();
    let after = brought(&state) - before;
    let ratio = litres(after) / litres(before);
    assert!((0.13..0.17).contains(&ratio), "{ratio}");
}

#[test]
fn nobody_drops_glass_at_night() {
    let specs = vec![spec(0, Stream::Glass, ContainerType::Column, 1e6); 200];
    let model = FillingModel::new(&specs, FillingParams::default(), Seed(3)).unwrap();
    // The week holds the change to summer time.
    let mut at = time("2022-03-24T22:00:00+01:00");
    let mut state = model.empty_state(at);
    let count =
        |state: &FillingState| -> u64 { state.containers.iter().map(|fill| fill.deposits).sum() };
    for morning in [
        "25T07:00:00+01:00",
        "26T07:00:00+01:00",
        "27T07:00:00+02:00",
        "28T07:00:00+02:00",
    ] {
        let before = count(&state);
        let dawn = time(&format!("2022-03-{morning}")) - Span::from_millis(1);
        model.advance(&mut state, dawn).unwrap();
        assert_eq!(count(&state), before, "in the night before {morning}");
        at = dawn + Span::from_hours(15);
        model.advance(&mut state, at).unwrap();
        assert!(count(&state) > before, "on the day of {morning}");
    }
    assert!(at > time("2022-03-28T00:00:00Z"));
}

#[test]
fn what_does_not_fit_goes_to_the_neighbour_and_then_beside() {
    let specs = territory(30);
    let model = FillingModel::new(&specs, FillingParams::default(), Seed(9)).unwrap();
    let start = time("2022-06-01T00:00:00Z");
    let mut state = model.empty_state(start);
    model
        .advance(&mut state, start + Span::from_hours(24 * 60))
        .unwrap();
    check_accounts(&specs, &state);
    let (first, second) = (&state.containers[2], &state.containers[3]);
    assert_eq!(first.held_ml, 5_000_000, "two months without a crew");
    assert_eq!(second.held_ml, 5_000_000);
    assert!(
        first.beside_ml > 0 && first.overflow_until(start + Span::from_hours(24 * 60)) > Span::ZERO
    );
    // With nobody to carry anything further, more lies beside the fuller ones.
    let alone = FillingParams {
        spill_to_neighbour_permille: 0,
        ..FillingParams::default()
    };
    let alone = FillingModel::new(&specs, alone, Seed(9)).unwrap();
    let mut other = alone.empty_state(start);
    alone
        .advance(&mut other, start + Span::from_hours(24 * 10))
        .unwrap();
    let mut sharing = model.empty_state(start);
    model
        .advance(&mut sharing, start + Span::from_hours(24 * 10))
        .unwrap();
    let beside =
        |state: &FillingState| -> u64 { state.containers.iter().map(|fill| fill.beside_ml).sum() };
    assert!(
        beside(&sharing) < beside(&other),
        "{} and {}",
        beside(&sharing),
        beside(&other)
    );
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let model = FillingModel::new(&territory(40), FillingParams::default(), Seed(2021)).unwrap();
    let start = time("2022-10-28T13:37:00Z");
    let run = || {
        let mut state = model.stationary_state(start, 800);
        model
            .advance(&mut state, start + Span::from_hours(200))
            .unwrap();
        state.to_bytes()
    };
    let bytes = run();
    let threads: Vec<Vec<u8>> = std::thread::scope(|scope| {
        [(); 4]
            .map(|()| scope.spawn(run))
            .into_iter()
            .map(|t| t.join().unwrap())
            .collect()
    });
    assert!(threads.iter().all(|other| *other == bytes));
    assert_eq!(
        fnv1a(&bytes),
        GOLDEN,
        "a change here changes every simulated past: {:#x}",
        fnv1a(&bytes)
    );
}

/// Of 240 containers after 200 hours with the seed 2021.
const GOLDEN: u64 = 0x3fb2_9fd0_0791_a997;

fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[test]
fn an_event_multiplies_the_deposits_of_its_site_only() {
    let specs = territory(2);
    let (from, to) = (
        time("2022-06-14T00:00:00+02:00"),
        time("2022-06-15T00:00:00+02:00"),
    );
    let run = |factor| {
        let events = vec![Event {
            site: 0,
            from,
            to,
            factor,
        }];
        let params = FillingParams {
            events,
            day_effect_shape: None,
            ..FillingParams::default()
        };
        let model = FillingModel::new(&specs, params, Seed(1)).unwrap();
        let mut state = model.empty_state(from);
        model.advance(&mut state, to).unwrap();
        let deposits = |site: u32| -> u64 {
            specs
                .iter()
                .zip(&state.containers)
                .filter(|(s, _)| s.site == site)
                .map(|(_, f)| f.deposits)
                .sum()
        };
        (deposits(0), deposits(1))
    };
    let (quiet, other) = run(1.0);
    let (closed, other_then) = run(0.0);
    let (busy, _) = run(20.0);
    assert_eq!((closed, other_then), (0, other));
    assert!(busy > 12 * quiet && quiet > 0, "{quiet} and {busy}");
}

#[test]
fn demonstration_rounds_leave_neither_chaos_nor_emptiness() {
    let specs = territory(60);
    let model = FillingModel::new(&specs, FillingParams::default(), Seed(5)).unwrap();
    let rounds = Rounds::new(&demonstration_rules()).unwrap();
    let start = time("2022-05-15T12:00:00Z");
    let mut state = rounds.settled_state(&model, start).unwrap();
    let shares = |state: &FillingState| {
        let fills: Vec<f64> = specs
            .iter()
            .zip(&state.containers)
            .map(|(s, f)| f.fill(s.capacity).get())
            .collect();
        let share = |test: &dyn Fn(f64) -> bool| {
            let count = fills.iter().filter(|fill| test(**fill)).count();
            litres(count as u64) / litres(fills.len() as u64)
        };
        (share(&|f| f >= 1.0), share(&|f| (0.1..0.9).contains(&f)))
    };
    let (full, between) = shares(&state);
    assert!(
        full < 0.15 && between > 0.5,
        "at the start {full} full, {between} between"
    );
    let end = start + Span::from_hours(24 * 28);
    let emptyings = rounds.run(&model, &mut state, (start, end)).unwrap();
    check_accounts(&specs, &state);
    let (full, between) = shares(&state);
    assert!(
        full < 0.15 && between > 0.5,
        "four weeks later {full} full, {between} between"
    );
    let per_day = emptyings_per_day(&emptyings, start, end).unwrap();
    assert!((10.0..200.0).contains(&per_day), "{per_day}");
}

#[rstest::rstest]
#[case::no_density(|p: &mut FillingParams| p.flows = FlowPlan(vec![FlowPhase {
    from: None,
    flows: vec![Flow { stream: Stream::Glass, kg_per_inhabitant_year: 1.0, density_kg_m3: 0.0, source: String::new() }],
}]), "density")]
#[case::no_volume(|p: &mut FillingParams| p.litter_deposit.max_l = p.litter_deposit.min_l, "mode_l")]
#[case::no_number(|p: &mut FillingParams| p.growth = f64::NAN, "growth")]
#[case::no_shape(|p: &mut FillingParams| p.day_effect_shape = Some(0.5), "day_effect_shape")]
fn parameters_outside_their_range_are_named(
    #[case] spoil: fn(&mut FillingParams),
    #[case] named: &str,
) {
    let mut params = FillingParams::default();
    spoil(&mut params);
    let error = FillingModel::new(&territory(1), params, Seed(1)).unwrap_err();
    assert!(error.to_string().contains(named), "{error}");
}

#[test]
fn time_does_not_go_back() {
    let model = FillingModel::new(&territory(1), FillingParams::default(), Seed(1)).unwrap();
    let mut state = model.empty_state(time("2022-06-01T00:00:00Z"));
    assert!(
        model
            .advance(&mut state, time("2022-05-31T00:00:00Z"))
            .is_err()
    );
    assert!(
        model
            .empty(&mut state, 99, time("2022-06-02T00:00:00Z"))
            .is_err()
    );
    assert!(
        model
            .advance(
                &mut FillingState::empty(1, 1, time("2022-06-01T00:00:00Z")),
                Timestamp::MAX
            )
            .is_err()
    );
}

/// The sum of what a day brings is nearly the same for the two runs of a pair: one has much, the other little.
#[test]
fn mirrored_luck_brings_little_where_the_other_brings_much() {
    let model = FillingModel::new(&territory(20), FillingParams::default(), Seed(1)).unwrap();
    let [start, end] = ["2022-05-01T22:00:00Z", "2022-05-15T22:00:00Z"].map(time);
    let brought = |run: u32, draws: Draws| {
        let model = model.clone().with_luck(draws.luck(Seed(2), run));
        let mut state = model.stationary_state(start, 900);
        let at_first: u64 = state.containers.iter().map(|fill| fill.held_ml).sum();
        model.advance(&mut state, end).unwrap();
        let brought: u64 = state.containers.iter().map(|fill| fill.brought_ml).sum();
        [at_first, brought].map(|ml| ml as f64)
    };
    let runs = |draws| (0..60).map(|run| brought(run, draws)).collect::<Vec<_>>();
    let [plain, paired] = [Draws::Independent, Draws::Antithetic].map(runs);
    for figure in [0, 1] {
        let spread = |runs: &[[f64; 2]], draws: Draws| {
            let values: Vec<f64> = runs.iter().map(|run| run[figure]).collect();
            let told = summary(&values, draws);
            (told.mean, told.hi95 - told.mean)
        };
        let plain = spread(&plain, Draws::Independent);
        let paired = spread(&paired, Draws::Antithetic);
        assert!(paired.1 < 0.6 * plain.1, "{figure}: {plain:?} {paired:?}");
        assert!(
            (paired.0 - plain.0).abs() < 1.5 * plain.1,
            "{figure}: {plain:?} {paired:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn many_steps_end_where_one_does(
        seed in any::<u64>(),
        start_ms in 1_640_000_000_000_i64..1_700_000_000_000,
        steps in proptest::collection::vec(0_i64..40_000_000, 1..12),
        emptied in proptest::collection::vec(0_usize..12, 0..3),
    ) {
        let specs = territory(2);
        let model = FillingModel::new(&specs, FillingParams::default(), Seed(seed)).unwrap();
        let start = Timestamp::from_millis(start_ms);
        let mut straight = model.stationary_state(start, 1000);
        let mut stepped = straight.clone();
        let middle = Timestamp::from_millis(start_ms + steps.iter().sum::<i64>());
        let mut at = start;
        for step in steps {
            at = at + Span::from_millis(step);
            model.advance(&mut stepped, at).unwrap();
        }
        for state in [&mut straight, &mut stepped] {
            for container in &emptied {
                model.empty(state, *container, middle).unwrap();
                model.sweep(state, *container, middle).unwrap();
            }
            model.advance(state, middle + Span::from_hours(30)).unwrap();
        }
        check_accounts(&specs, &straight);
        prop_assert_eq!(straight.to_bytes(), stepped.to_bytes());
    }

    /// Sites one by one, in any order, in small steps and with days that were drawn for others too.
    #[test]
    fn kept_days_change_nothing(
        seed in any::<u64>(),
        start_ms in 1_640_000_000_000_i64..1_700_000_000_000,
        steps in proptest::collection::vec((0_usize..80, 0_i64..30_000_000, any::<bool>()), 1..40),
    ) {
        let specs = territory(40);
        let model = FillingModel::new(&specs, FillingParams::default(), Seed(seed)).unwrap();
        let other = model.clone().with_luck(Seed(!seed));
        let start = Timestamp::from_millis(start_ms);
        let mut stepped = model.stationary_state(start, 900);
        let mut straight = stepped.clone();
        let mut elsewhere = stepped.clone();
        let mut days = DayCache::default();
        for (site, ms, is_elsewhere) in steps {
            let (model, state) = if is_elsewhere {
                (&other, &mut elsewhere)
            } else {
                (&model, &mut stepped)
            };
            let to = state.site_at[site] + Span::from_millis(ms);
            model.advance_site(state, (site, to), &mut days).unwrap();
        }
        let end = stepped.site_at.iter().copied().max().unwrap();
        for site in 0..model.site_count() {
            model.advance_site(&mut stepped, (site, end), &mut days).unwrap();
        }
        model.advance(&mut straight, end).unwrap();
        prop_assert_eq!(straight.to_bytes(), stepped.to_bytes());
    }
}
