//! Calibration against the truth: simulated crews empty simulated containers, what they bring is weighed,
//! and what is fitted to it must hold what the model was given, as often as it says.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use simulator::calendar::{CalendarProfile, LocalDay, local_midnight};
use simulator::calibrate::{
    Calibrated, Calibration, ChangeRule, Estimate, FoundLevel, LevelRules, Ticket, TicketRules,
    calibrate_levels, calibrate_tickets,
};
use simulator::filling::{ContainerSpec, FillingModel, FillingParams};
use simulator::random::{Model, Seed};
use simulator::rounds::{Emptying, RoundRule, Rounds};
use twin_core::{ContainerType, Fraction, Litres, Stream};

/// Containers of one stream, and how they are emptied.
struct World {
    stream: Stream,
    container_type: ContainerType,
    capacity_l: f64,
    catchment: f64,
    sites: u32,
    /// Sites of one district and one turn are a round.
    districts: u32,
    every_days: u16,
    threshold: f64,
    days: (Date, Date),
}

/// What a year of a world left behind.
struct Lived {
    model: FillingModel,
    emptyings: Vec<Emptying>,
    /// The day of the turn of each container, modulo the interval.
    turns: Vec<u32>,
}

/// Kilograms by which a weighbridge is wrong, and to which it rounds.
const WEIGHED_WITHIN: f64 = 10.0;
const ROUNDED_TO: f64 = 20.0;

impl World {
    fn live(&self, seed: u64) -> Lived {
        let spec = |site| ContainerSpec {
            site,
            stream: self.stream,
            container_type: self.container_type,
            capacity: Litres::new(self.capacity_l).unwrap(),
            catchment: self.catchment,
        };
        let specs: Vec<ContainerSpec> = (0..self.sites).map(spec).collect();
        let model = FillingModel::new(&specs, FillingParams::default(), Seed(seed)).unwrap();
        let rounds = Rounds::new(&[RoundRule {
            stream: self.stream,
            every_days: self.every_days,
            start_hour: 5,
            threshold: Fraction::saturating(self.threshold),
            max_interval: None,
        }])
        .unwrap();
        let within = (
            local_midnight(self.days.0).unwrap(),
            local_midnight(self.days.1).unwrap(),
        );
        let mut state = rounds.settled_state(&model, within.0).unwrap();
        let emptyings = rounds.run(&model, &mut state, within).unwrap();
        let mut turns = vec![0; specs.len()];
        let mut day = LocalDay::of(self.days.0).unwrap();
        for _ in 0..self.every_days {
            for visit in rounds.visits(&model, &day).unwrap() {
                turns[visit.container] = day.number() % u32::from(self.every_days);
            }
            day = day.next().unwrap();
        }
        Lived {
            model,
            emptyings,
            turns,
        }
    }

    fn round(&self, container: usize, lived: &Lived) -> u32 {
        let site = u32::try_from(container).unwrap();
        site % self.districts * u32::from(self.every_days) + lived.turns[container]
    }

    fn density(&self) -> f64 {
        let plan = FillingParams::default().flows;
        plan.0[0].flow(self.stream).unwrap().density_kg_m3
    }

    /// What crews bring, each round of a day on one ticket, with the error of the weighbridge.
    fn tickets(&self, lived: &Lived, seed: u64) -> Vec<Ticket> {
        let mut loads: BTreeMap<(u32, Date), (f64, f64)> = BTreeMap::new();
        for emptying in &lived.emptyings {
            let day = LocalDay::containing(emptying.at).unwrap();
            let hour = millis(emptying.at.since(day.start()).as_millis()) / 3_600_000.0;
            let key = (self.round(emptying.container, lived), day.date());
            let load = loads.entry(key).or_default();
            load.0 += (emptying.emptied.get() + emptying.swept.get()) / 1000.0 * self.density();
            load.1 = load.1.max(hour);
        }
        let mut errors = Seed(seed).stream(Model::Report, 0);
        let ticket = |((round, date), (kg, _)): ((u32, Date), (f64, f64))| {
            let weighed = (kg + WEIGHED_WITHIN * errors.normal()) / ROUNDED_TO;
            Ticket {
                round,
                date,
                hour: Some(11.0),
                kg: (weighed.round() * ROUNDED_TO).max(0.0),
            }
        };
        loads.into_iter().map(ticket).collect()
    }

    /// What each crew finds, by site.
    fn levels(&self, lived: &Lived) -> Vec<FoundLevel> {
        let level = |emptying: &Emptying| {
            let day = LocalDay::containing(emptying.at).unwrap();
            let minutes = emptying.at.since(day.start()).as_millis() / 60_000;
            FoundLevel {
                site: u32::try_from(emptying.container).unwrap(),
                at: day.date().at(0, 0, 0, 0) + jiff::Span::new().minutes(minutes),
                fill_pct: 100.0 * emptying.emptied.get() / self.capacity_l,
            }
        };
        lived.emptyings.iter().map(level).collect()
    }

    /// Litres a day that come to a container in the mean over a year, at the end of the days.
    fn litres_per_day(&self, lived: &Lived, container: usize) -> f64 {
        let at = local_midnight(self.days.1).unwrap();
        let mean = lived.model.mean_deposits_per_day(container, at).unwrap();
        let deposit = FillingParams::default().deposit(self.container_type);
        mean * deposit.mean_l()
    }

    /// By round: kilograms a day.
    fn rates(&self, lived: &Lived) -> BTreeMap<u32, f64> {
        let mut rates = BTreeMap::new();
        for container in 0..lived.turns.len() {
            let kg = self.litres_per_day(lived, container) / 1000.0 * self.density();
            *rates.entry(self.round(container, lived)).or_insert(0.0) += kg;
        }
        rates
    }
}

#[expect(clippy::cast_precision_loss, reason = "a day has 86,400,000 ms")]
fn millis(ms: i64) -> f64 {
    ms as f64
}

/// How often intervals hold the truth.
#[derive(Default)]
struct Coverage {
    held: f64,
    all: f64,
    above: f64,
    width: f64,
}

impl Coverage {
    fn add(&mut self, estimate: &Estimate, truth: f64) {
        self.all += 1.0;
        self.held += f64::from(u8::from(estimate.holds(truth)));
        self.above += f64::from(u8::from(truth > estimate.high));
        self.width += (estimate.high - estimate.low) / truth;
    }

    fn share(&self) -> f64 {
        self.held / self.all
    }

    /// 85 to 95 %, as the project asks for; answers the figures in words.
    fn check(&self, what: &str) -> String {
        let told = format!(
            "{what}: {:.1} % of {} truths lie in their 90 % intervals ({:.1} % above), {:.1} % wide",
            100.0 * self.share(),
            self.all,
            100.0 * self.above / self.all,
            100.0 * self.width / self.all
        );
        assert!((0.85..=0.95).contains(&self.share()), "{told}");
        told
    }
}

fn never() -> TicketRules {
    TicketRules {
        change: ChangeRule::Never,
        ..TicketRules::default()
    }
}

/// The weekday factors that the model was given.
fn true_week(stream: Stream) -> [f64; 7] {
    let profile = CalendarProfile::default().0[&stream].clone();
    let mean = profile.week.iter().sum::<f64>() / 7.0;
    profile.week.map(|factor| factor / mean)
}

fn residual(sites: u32, districts: u32) -> World {
    World {
        stream: Stream::Residual,
        container_type: ContainerType::FourWheeled,
        capacity_l: 1100.0,
        catchment: 40.0,
        sites,
        districts,
        every_days: 3,
        threshold: 0.0,
        days: (date(2021, 1, 1), date(2022, 1, 1)),
    }
}

#[test]
fn rates_of_rounds_that_empty_everything_lie_in_their_intervals() {
    let world = residual(180, 15);
    let (mut rates, mut totals) = (Coverage::default(), Coverage::default());
    for seed in 0..12 {
        let lived = world.live(seed);
        let tickets = world.tickets(&lived, seed);
        let told = calibrate_tickets(world.stream, &tickets, &never());
        let told = told.unwrap().unwrap();
        let truth = world.rates(&lived);
        assert_eq!(told.rates.len(), truth.len());
        for rate in &told.rates {
            rates.add(&rate.per_day, truth[&rate.key]);
        }
        totals.add(&told.total_per_day, truth.values().sum());
    }
    println!("{}", rates.check("rates of rounds, everything emptied"));
    println!("totals: {} of {}", totals.held, totals.all);
    assert!(totals.held >= 8.0, "{} of 12 totals", totals.held);
}

#[test]
fn rates_of_rounds_that_leave_what_is_not_full_lie_in_their_intervals() {
    let world = World {
        stream: Stream::Glass,
        container_type: ContainerType::Column,
        capacity_l: 4000.0,
        catchment: 300.0,
        sites: 420,
        districts: 8,
        every_days: 7,
        threshold: 0.6,
        days: (date(2020, 1, 1), date(2022, 1, 1)),
    };
    let (mut rates, mut naive) = (Coverage::default(), 0);
    for seed in 0..8 {
        let lived = world.live(seed);
        let tickets = world.tickets(&lived, seed);
        let told = calibrate_tickets(world.stream, &tickets, &never());
        let told = told.unwrap().unwrap();
        let truth = world.rates(&lived);
        for rate in &told.rates {
            rates.add(&rate.per_day, truth[&rate.key]);
        }
        naive += usize::from(told.stock.is_none());
    }
    println!("{}", rates.check("rates of rounds, emptied from 60 % on"));
    assert_eq!(naive, 0, "what is left behind is noticed");
}

#[test]
fn weekday_factors_lie_in_their_intervals_where_visits_tell_them() {
    let world = residual(60, 5);
    let mut week = Coverage::default();
    let truth = true_week(world.stream);
    for seed in 100..140 {
        let lived = world.live(seed);
        let tickets = world.tickets(&lived, seed);
        let told = calibrate_tickets(world.stream, &tickets, &never());
        let told = told.unwrap().unwrap();
        for (factor, truth) in told.week.iter().zip(truth) {
            assert!(factor.is_told);
            week.add(&factor.factor, truth);
        }
    }
    println!("{}", week.check("weekday factors of residual waste"));
}

fn park_bins() -> World {
    World {
        stream: Stream::Litter,
        container_type: ContainerType::ParkBin,
        capacity_l: 90.0,
        catchment: 200.0,
        sites: 100,
        districts: 1,
        every_days: 2,
        threshold: 0.4,
        days: (date(2021, 1, 1), date(2022, 1, 1)),
    }
}

/// A calibration of levels, and the truth of each site in percents a day.
fn levels_of(world: &World, lived: &Lived, full_pct: f64) -> (Calibration, Vec<f64>) {
    let rules = LevelRules {
        full_pct,
        change: ChangeRule::Never,
    };
    let told = calibrate_levels(world.stream, &world.levels(lived), &rules);
    let rate = |container| 100.0 * world.litres_per_day(lived, container) / world.capacity_l;
    let truth = (0..lived.turns.len()).map(rate).collect();
    (told.unwrap().unwrap(), truth)
}

#[test]
fn rates_of_sites_lie_in_their_intervals_though_some_were_found_full() {
    let world = park_bins();
    let (mut rates, mut naive, mut week) = (
        Coverage::default(),
        Coverage::default(),
        Coverage::default(),
    );
    let (mut bounds, mut all) = (0.0, 0.0);
    for seed in 200..208 {
        let lived = world.live(seed);
        let (told, truth) = levels_of(&world, &lived, 99.5);
        for rate in &told.rates {
            rates.add(&rate.per_day, truth[rate.key as usize]);
        }
        // Crews came to what was full, and when they came says little of weekdays: it is told so.
        assert!(told.follows_levels && told.week.iter().all(|day| !day.is_told));
        bounds += f64::from(u32::try_from(told.bounds).unwrap());
        all += f64::from(u32::try_from(told.intervals).unwrap());
        for (factor, truth) in told.week.iter().zip(true_week(world.stream)) {
            week.add(&factor.factor, truth);
        }
        // The same levels, taken for all that had come.
        let (told, truth) = levels_of(&world, &lived, 1000.0);
        for rate in &told.rates {
            naive.add(&rate.per_day, truth[rate.key as usize]);
        }
    }
    println!("{:.1} % were found full", 100.0 * bounds / all);
    println!(
        "taken for measured: {:.1} %, {:.1} % above",
        100.0 * naive.share(),
        100.0 * naive.above / naive.all
    );
    println!("weekdays under a threshold: {:.1} %", 100.0 * week.share());
    println!("{}", rates.check("rates of sites from levels"));
    assert!(bounds / all > 0.03, "some are found full");
    assert!(naive.share() < rates.share() - 0.05, "bounds matter");
}

#[test]
fn weekday_factors_of_levels_lie_in_their_intervals() {
    let world = World {
        sites: 30,
        every_days: 3,
        threshold: 0.0,
        capacity_l: 240.0,
        ..park_bins()
    };
    let mut week = Coverage::default();
    let truth = true_week(world.stream);
    for seed in 300..340 {
        let lived = world.live(seed);
        let (told, _) = levels_of(&world, &lived, 99.5);
        assert!(!told.follows_levels && told.week.iter().all(|day| day.is_told));
        for (factor, truth) in told.week.iter().zip(truth) {
            week.add(&factor.factor, truth);
        }
    }
    println!("{}", week.check("weekday factors of litter from levels"));
}

#[test]
fn the_change_of_2023_is_found_where_there_is_one() {
    let mut world = World {
        stream: Stream::Packaging,
        container_type: ContainerType::Column,
        capacity_l: 5000.0,
        catchment: 600.0,
        sites: 48,
        districts: 3,
        every_days: 2,
        threshold: 0.0,
        days: (date(2022, 1, 1), date(2024, 1, 1)),
    };
    let told = |world: &World| {
        let lived = world.live(5);
        let tickets = world.tickets(&lived, 5);
        let told = calibrate_tickets(world.stream, &tickets, &TicketRules::default());
        (told.unwrap().unwrap(), world.rates(&lived))
    };
    let (packaging, truth) = told(&world);
    let change = packaging.change.unwrap();
    println!("{change:?}");
    assert!(
        (change.earliest..=change.latest).contains(&date(2023, 1, 1)),
        "{change:?}"
    );
    assert!(change.latest.duration_since(change.earliest).as_hours() <= 24 * 14);
    assert!(
        change.ratio.low < 0.15 * 1.05 && change.ratio.high > 0.15 * 0.95,
        "{change:?}"
    );
    let held = packaging
        .rates
        .iter()
        .filter(|rate| rate.per_day.holds(truth[&rate.key]));
    assert!(
        held.count() * 10 >= 7 * truth.len(),
        "the rates are those after it"
    );

    world.stream = Stream::Glass;
    let (glass, _) = told(&world);
    assert_eq!(glass.change, None, "glass went on as before");
}

/// Three rounds that bring 200 kg every second day, and 60 kg from 2023 on.
fn plain_tickets() -> Vec<Ticket> {
    let mut errors = Seed(1).stream(Model::Report, 7);
    let mut tickets = Vec::new();
    for turn in 0..365 {
        let date = date(2022, 1, 1) + jiff::Span::new().days(2 * turn);
        for round in 0..3 {
            let usual = if date.year() < 2023 { 200.0 } else { 60.0 };
            tickets.push(Ticket {
                round,
                date,
                hour: None,
                kg: usual * (1.0 + 0.05 * errors.normal()),
            });
        }
    }
    tickets
}

#[test]
fn what_was_fitted_is_read_back_and_takes_the_place_of_the_inputs() {
    let rules = TicketRules::default();
    let told = calibrate_tickets(Stream::Packaging, &plain_tickets(), &rules);
    let told = told.unwrap().unwrap();
    let supposed = FillingParams::default();
    let calibrated = Calibrated::new(&[(&told, Some(10_000.0))], &supposed);

    let text = calibrated.to_toml().unwrap();
    assert_eq!(Calibrated::from_toml(&text).unwrap(), calibrated, "{text}");

    let mut params = supposed.clone();
    calibrated.apply(&mut params);
    for (at, kg) in [
        ("2022-06-01T00:00:00Z", 300.0 * 0.036_524_25),
        ("2023-06-01T00:00:00Z", 90.0 * 0.036_524_25),
    ] {
        let phase = params.flows.phase_at(at.parse().unwrap()).unwrap();
        let phase = &params.flows.0[phase];
        let packaging = phase.flow(Stream::Packaging).unwrap();
        approx::assert_relative_eq!(packaging.kg_per_inhabitant_year, kg, max_relative = 0.03);
        approx::assert_relative_eq!(packaging.density_kg_m3, 30.0);
        assert!(packaging.source.starts_with("fitted to"), "{packaging:?}");
        assert_eq!(
            phase.flows.len(),
            Stream::ALL.len(),
            "others stay as they were"
        );
    }
    let calendar = &params.calendar.0;
    assert!(
        calendar[&Stream::Packaging].source.contains("week"),
        "{text}"
    );
    assert_eq!(
        calendar[&Stream::Glass],
        supposed.calendar.0[&Stream::Glass]
    );
    let spec = [];
    assert!(
        FillingModel::new(&spec, params, Seed(1)).is_ok(),
        "the model takes it"
    );
}

#[rstest::rstest]
#[case::another_format("format = 2\n")]
#[case::no_format("")]
#[case::another_field("format = 1\nflow = []\n")]
#[case::no_toml("format = \n")]
fn another_file_is_refused(#[case] text: &str) {
    assert!(Calibrated::from_toml(text).is_err());
}

#[test]
fn a_ticket_outside_its_range_is_refused() {
    let mut tickets = plain_tickets();
    tickets[5].kg = f64::NAN;
    let error = calibrate_tickets(Stream::Glass, &tickets, &TicketRules::default());
    assert!(error.unwrap_err().to_string().starts_with("kg is"));
    assert_eq!(
        calibrate_tickets(Stream::Glass, &[], &never()).unwrap(),
        None
    );
}

proptest::proptest! {
    #[test]
    fn any_tickets_give_numbers_in_order_or_none(
        rows in proptest::collection::vec((0_u32..4, 0_i32..900, 0.0..9000.0), 0..40),
    ) {
        let ticket = |(round, day, kg): (u32, i32, f64)| Ticket {
            round,
            date: date(2021, 6, 1) + jiff::Span::new().days(day),
            hour: None,
            kg,
        };
        let tickets: Vec<Ticket> = rows.into_iter().map(ticket).collect();
        let told = calibrate_tickets(Stream::Glass, &tickets, &TicketRules::default());
        for rate in told.unwrap().into_iter().flat_map(|told| told.rates) {
            let Estimate { value, low, high } = rate.per_day;
            proptest::prop_assert!(0.0 < low && low <= value && value <= high, "{:?}", rate);
        }
    }
}
