//! Scenarios through the public door of the crate.

use std::sync::Arc;

use proptest::prelude::*;
use simulator::SimError;
use simulator::collecting::{DayWays, Information};
use simulator::collection::rules::Rules;
use simulator::ensemble::{Kpi, difference, summary};
use simulator::random::{Draws, Seed};
use simulator::scenario::{
    Altered, Draft, Edit, Outcome, Present, Scenario, Setting, SettingParts, Told,
};
use twin_core::{Fraction, Inventory, LonLat, Planar, PlanarCrs, Timestamp};

/// A plane around 6.6° east and 53.2° north, in metres.
#[derive(Debug)]
struct Flat;

const M_PER_DEG: [f64; 2] = [66_600.0, 111_195.0];

impl PlanarCrs for Flat {
    fn name(&self) -> &'static str {
        "test:flat"
    }

    fn project(&self, place: LonLat) -> Option<Planar> {
        Some([
            (place.lon() - 6.6) * M_PER_DEG[0],
            (place.lat() - 53.2) * M_PER_DEG[1],
        ])
    }

    fn unproject(&self, [x, y]: Planar) -> Option<LonLat> {
        LonLat::new(6.6 + x / M_PER_DEG[0], 53.2 + y / M_PER_DEG[1]).ok()
    }
}

/// A small city that two crane trucks collect.
fn text(policy: &str, information: &str) -> String {
    format!(
        "
format: 1
name: {{ fr: Petite ville, en: Small city }}
territory:
  city:
    {{ sites: 60, containers: 80, capacity_l: 4000, stream: packaging, deposits_per_day: 8,
      area_km2: 12, middle: [6.6, 53.2], depot_km: 3, detour: 1.35, speeds_kmh: [35, 28] }}
period: {{ from: 2022-05-02, days: 14, warm_up_days: 28, run_in_days: 3 }}
seed: 7
policy: {policy}
information: {information}
effort: {{ steps_per_stop: 10, fixed_steps_per_stop: 20 }}
"
    )
}

fn scenario(policy: &str, information: &str) -> Scenario {
    Scenario::parse(&text(policy, information)).expect("a small city that works")
}

fn setting(scenario: Scenario) -> Setting {
    setting_at(scenario, None)
}

fn setting_at(scenario: Scenario, present: Option<Present>) -> Setting {
    let city = scenario.territory.city.expect("a small city that works");
    let layers = city.layers(Seed(850)).expect("a small city that works");
    let altered = Altered::new(layers, Rules::built_in_text(), &scenario.edits)
        .expect("a small city that works");
    let inventory =
        Inventory::new(altered.layers.clone(), Arc::new(Flat)).expect("a small city that works");
    let profiles: Vec<Box<str>> = vec!["truck-26t".into(), "light-3.5t".into()];
    let ways = DayWays::straight(&inventory, &profiles, (city.detour, city.speeds_kmh))
        .expect("a small city that works");
    let parts = SettingParts {
        scenario,
        inventory,
        altered,
        usual_flows: city.flows(),
        ways,
        present,
    };
    let mut setting = Setting::new(parts).expect("a small city that works");
    let days = setting.fixed_days().into_iter();
    let days = days.map(|number| setting.plan_fixed(number).expect("a small city that works"));
    let days = days.collect();
    setting.set_fixed(days);
    setting
}

fn runs(scenario: Scenario, count: u32) -> Vec<Outcome> {
    let setting = setting(scenario);
    let each = (0..count).map(|number| {
        setting
            .run(setting.luck_of(number))
            .expect("a small city that works")
    });
    each.collect()
}

fn bytes(run: &Outcome) -> Vec<u8> {
    serde_json::to_vec(run).expect("a small city that works")
}

#[test]
fn the_same_scenario_and_seed_give_the_same_bytes() {
    let once = runs(scenario("{ kind: prize }", "sensors"), 2);
    let again = runs(scenario("{ kind: prize }", "sensors"), 2);
    assert_eq!(bytes(&once[0]), bytes(&again[0]));
    assert_eq!(bytes(&once[1]), bytes(&again[1]));
    assert_ne!(
        bytes(&once[0]),
        bytes(&once[1]),
        "another seed has other luck"
    );
}

/// A quarter of a worked scenario of Groningen, with one of its four vehicles, for two weeks.
fn quarter_of_groningen(text: &str) -> Scenario {
    let changes = [
        ("sites: 850", "sites: 212"),
        ("containers: 1120", "containers: 280"),
        ("area_km2: 84", "area_km2: 21"),
        ("depot_km: 3.9", "depot_km: 1.95"),
        ("days: 28", "days: 14"),
        ("count: 4", "count: 1"),
        ("count: 250", "count: 62"),
        ("steps_per_stop: 40", "steps_per_stop: 12"),
    ];
    let text = changes.iter().fold(text.to_owned(), |text, (whole, part)| {
        text.replace(whole, part)
    });
    let scenario = Scenario::parse(&text).expect("a worked scenario");
    let city = scenario
        .territory
        .city
        .expect("a worked scenario of a city");
    assert_eq!((city.sites, scenario.period.days), (212, 14));
    scenario
}

/// Wouda, Aerts-Veenstra and van Foreest (arXiv 2409.13386): 41.7 % fewer kilometres at the same service, and
/// perfect sensors bring 1.9 % more.
#[test]
fn groningen_drives_as_much_less_as_was_published() {
    let of = |text: &str| {
        let runs = runs(quarter_of_groningen(text), 2);
        [Kpi::KmPerDay, Kpi::Service]
            .map(|kpi| runs.iter().map(|run| kpi.of(run)).sum::<f64>() / 2.0)
    };
    let [today, dynamic, perfect] = [
        include_str!("../../assets/scenarios/groningen-today.yaml"),
        include_str!("../../assets/scenarios/groningen-dynamic.yaml"),
        include_str!("../../assets/scenarios/groningen-perfect.yaml"),
    ]
    .map(of);
    let told = format!("{today:?} {dynamic:?} {perfect:?}");
    assert!(today[1] > 0.995 && dynamic[1] > today[1] - 0.003, "{told}");
    let less = 1.0 - dynamic[0] / today[0];
    assert!((0.30..0.50).contains(&less), "{less}: {told}");
    let more = 1.0 - perfect[0] / dynamic[0];
    assert!((-0.02..0.07).contains(&more), "{more}: {told}");
}

#[test]
fn an_edit_that_is_undone_was_never_there() {
    let original = scenario("{ kind: fixed }", "none");
    let mut draft = Draft::new(original.clone());
    draft.push(Edit::RemoveSite { site: "3".into() });
    let edited = runs(draft.scenario().clone(), 1);
    assert!(draft.undo());
    let undone = runs(draft.scenario().clone(), 1);
    assert!(draft.redo());
    let redone = runs(draft.scenario().clone(), 1);
    let first = runs(original, 1);
    assert_eq!(bytes(&first[0]), bytes(&undone[0]));
    assert_eq!(bytes(&edited[0]), bytes(&redone[0]));
    assert_ne!(bytes(&first[0]), bytes(&edited[0]));
}

/// What is brought to the others does not depend on what one knows or whom one visits, nor does what a
/// container more changes elsewhere.
#[test]
fn scenarios_with_the_same_seed_have_the_same_luck() {
    let fixed = runs(scenario("{ kind: fixed }", "none"), 1);
    let prize = runs(scenario("{ kind: prize }", "perfect"), 1);
    approx::assert_relative_eq!(fixed[0].brought_l, prize[0].brought_l, max_relative = 1e-12);
    assert!(fixed[0].brought_l > 80.0 * 14.0 * 8.0 * 25.0);
}

#[test]
fn what_is_brought_is_taken_away_or_still_there() {
    let run = &runs(scenario("{ kind: prize }", "perfect"), 1)[0];
    let taken_l = run.sums.kg / 30.0 * 1000.0;
    // Between the ends of the period the levels of 80 containers of 4,000 L may differ.
    let difference = (taken_l - run.brought_l).abs();
    assert!(
        difference < 0.25 * 80.0 * 4000.0,
        "{taken_l} of {}",
        run.brought_l
    );
    assert_eq!(
        run.fills.iter().map(|count| u64::from(*count)).sum::<u64>(),
        run.emptyings
    );
    assert!(run.sums.km > 0.0 && run.sums.bill.eur > 0.0 && run.sums.bill.co2_kg > 0.0);
}

/// The more is known, the fuller containers are when crews come, and the fewer overflow before.
#[test]
fn knowing_more_is_worth_something() {
    let fixed = runs(scenario("{ kind: fixed }", "none"), 4);
    let perfect = runs(scenario("{ kind: prize, rho: 30.0 }", "perfect"), 4);
    let blind = runs(scenario("{ kind: prize, rho: 30.0 }", "none"), 4);
    let mean = |kpi: Kpi, runs: &[Outcome]| {
        let values: Vec<f64> = runs.iter().map(|run| kpi.of(run)).collect();
        summary(&values, Draws::Independent).mean
    };
    let figures = [Kpi::KmPerDay, Kpi::Service, Kpi::Fill]
        .map(|kpi| [&fixed, &perfect, &blind].map(|runs| mean(kpi, runs)));
    let [km, service, fill] = figures;
    assert!(km[1] < km[0] && km[2] < km[0], "{figures:?}");
    assert!(service[1] > 0.95, "{figures:?}");
    assert!(fill[1] > fill[0] && fill[1] > fill[2], "{figures:?}");
    let told = difference(Kpi::KmPerDay, [&fixed, &perfect], Draws::Independent);
    assert!(told.mean < 0.0 && told.better > 0.9, "{told:?}");
}

#[rstest::rstest]
#[case::fixed("{ kind: fixed }")]
#[case::fixed_threshold("{ kind: fixed-threshold, threshold: 0.4 }")]
#[case::threshold("{ kind: threshold, threshold: 0.6 }")]
#[case::prize("{ kind: prize, rho: 2.0 }")]
#[case::rolling("{ kind: rolling, horizon_days: 3 }")]
#[case::soonest("{ kind: soonest, count: 12 }")]
fn every_policy_works_with_all_that_may_be_known(#[case] policy: &str) {
    for information in Information::ALL {
        let run = &runs(scenario(policy, information.name()), 1)[0];
        assert!(
            run.emptyings > 20,
            "{policy} {information:?}: {}",
            run.emptyings
        );
        assert!(run.sums.km > 10.0, "{policy} {information:?}");
        let service = Kpi::Service.of(run);
        assert!(
            (0.0..=1.0).contains(&service),
            "{policy} {information:?}: {service}"
        );
    }
}

#[test]
fn an_event_brings_more_and_growth_does_everywhere() {
    let mut busy = scenario("{ kind: prize }", "perfect");
    let plain = runs(busy.clone(), 1)[0].brought_l;
    busy.edits.push(Edit::Growth(0.5));
    let grown = runs(busy.clone(), 1)[0].brought_l;
    approx::assert_relative_eq!(grown / plain, 1.5, max_relative = 0.03);
    busy.edits.push(Edit::Event {
        sites: vec!["1".into(), "2".into()],
        at: None,
        radius_m: 0.0,
        from: busy.period.from,
        days: 14,
        factor: 3.0,
    });
    let festive = runs(busy, 1)[0].brought_l;
    assert!(festive > grown * 1.01, "{festive} and {grown}");
}

#[test]
fn park_bins_fill_by_the_weather_and_glass_does_not() {
    let brought_l = |stream: &str, rain_mm: f64| {
        let text = text("{ kind: prize }", "perfect").replace("packaging", stream);
        let mut wet = Scenario::parse(&text).expect("a small city that works");
        wet.edits.push(Edit::Weather {
            from: wet.period.from,
            days: 14,
            max_celsius: 15.0,
            rain_mm,
        });
        runs(wet, 1)[0].brought_l
    };
    // Rain takes two fifths of what is brought to park bins (`CalendarProfile`).
    let share = brought_l("litter", 12.0) / brought_l("litter", 0.0);
    approx::assert_relative_eq!(share, 0.6, max_relative = 0.05);
    assert_eq!(
        brought_l("glass", 12.0).to_bits(),
        brought_l("glass", 0.0).to_bits()
    );
}

#[rstest::rstest]
#[case::key("format: 1\nnames: 3\n", "line 2")]
#[case::nested("format: 1\nname: { fr: a, en: b, de: c }\n", "de")]
#[case::word("policy: { kind: weekly }\n", "weekly")]
fn what_is_no_scenario_is_refused_with_its_place(#[case] text: &str, #[case] told: &str) {
    let error = Scenario::parse(text).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains(told), "{source}");
}

#[rstest::rstest]
#[case::days("period.days", "days: 14", "days: 0")]
#[case::runs("replications", "seed: 7", "seed: 7\nreplications: 0")]
#[case::other_policy("policy.rho", "kind: fixed", "kind: fixed, rho: 2.0")]
#[case::two_territories("territory", "  city:", "  preset: demo-2022\n  city:")]
#[case::speed("territory.city.speeds_kmh[1]", "[35, 28]", "[35, 0]")]
fn what_cannot_be_is_refused_by_its_key(#[case] key: &str, #[case] good: &str, #[case] bad: &str) {
    let text = text("{ kind: fixed }", "none");
    assert!(text.contains(good));
    let refused = Scenario::parse(&text.replacen(good, bad, 1)).unwrap_err();
    match &refused {
        SimError::InvalidScenario { key: told, .. } => assert_eq!(&**told, key),
        other => panic!("{other}"),
    }
}

#[test]
fn an_edit_of_what_is_not_there_is_refused_by_its_number() {
    let scenario = scenario("{ kind: fixed }", "none");
    let layers = scenario.territory.city.unwrap().layers(Seed(850)).unwrap();
    let edits = [
        Edit::Growth(0.1),
        Edit::RemoveContainer {
            container: "999".into(),
        },
    ];
    let refused = Altered::new(layers, Rules::built_in_text(), &edits).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "edits[1].remove-container.container is 999 in the scenario, expected the key of a container \
         that is there"
    );
}

#[test]
fn toml_and_json_say_the_same() {
    let yaml = scenario("{ kind: prize, rho: 2.0 }", "sensors");
    let json = serde_json::to_string(&yaml).unwrap();
    assert_eq!(Scenario::parse(&json).unwrap(), yaml);
    let toml = toml::to_string(&yaml).unwrap();
    assert_eq!(Scenario::parse_toml(&toml).unwrap(), yaml);
}

#[test]
fn the_schema_names_every_key_and_no_other() {
    let schema = Scenario::json_schema();
    assert_eq!(schema["additionalProperties"], false);
    let json = serde_json::to_value(scenario("{ kind: prize }", "none")).unwrap();
    let known = schema["properties"].as_object().unwrap();
    for key in json.as_object().unwrap().keys() {
        assert!(known.contains_key(key), "{key}");
    }
    assert!(known.contains_key("description"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_text_is_read_or_refused(text in "[ -~\n]{0,200}", cut in 0_usize..600) {
        let _nothing = Scenario::parse(&text);
        let whole = self::text("{ kind: prize }", "sensors");
        let _nothing = Scenario::parse(&whole[..cut.min(whole.len())]);
        let _nothing = Scenario::parse_toml(&text);
    }
}

/// A state in which every container is known to be so full.
fn present(fill: f64) -> Present {
    let scenario = scenario("{ kind: prize }", "none");
    let city = scenario.territory.city.expect("a small city that works");
    let layers = city.layers(Seed(850)).expect("a small city that works");
    let told = Told {
        fill: Fraction::saturating(fill),
        at: Timestamp::from_secs(1_651_400_000),
    };
    let keys = layers.containers.into_iter().map(|one| one.key);
    Present {
        day: scenario.period.from.0,
        levels: keys.map(|key| (key, told)).collect(),
    }
}

/// What one run comes to that begins with a state.
fn begun(information: &str, present: &Present) -> Outcome {
    let scenario = scenario("{ kind: prize }", information);
    let scenario = scenario.from_present(present).expect("the same day");
    let setting = setting_at(scenario, Some(present.clone()));
    let luck = setting.luck_of(0);
    setting.run(luck).expect("a small city that works")
}

#[test]
fn a_scenario_begins_with_what_a_running_twin_knows() {
    for information in ["none", "counted", "sensors", "perfect"] {
        let [empty, full] = [0.0, 0.9].map(|fill| begun(information, &present(fill)));
        assert_eq!(bytes(&full), bytes(&begun(information, &present(0.9))));
        assert_ne!(bytes(&full), bytes(&empty));
        // Who knows every litre comes in time to all of them.
        assert!(
            full.overflow_h > empty.overflow_h || information == "perfect",
            "{information}: {} and {} hours",
            full.overflow_h,
            empty.overflow_h
        );
    }
    // Whoever has sensors knows what they told, and comes to full containers at once.
    let [blind, seeing] = ["none", "sensors"].map(|information| {
        let run = begun(information, &present(0.9));
        run.overflow_h
    });
    assert!(seeing < blind, "{seeing} and {blind} hours");
}

#[test]
fn what_nobody_knows_follows_from_the_seed() {
    let mut nothing = present(0.0);
    nothing.levels.clear();
    let scenario = scenario("{ kind: prize }", "none");
    let scenario = scenario.from_present(&nothing).expect("the same day");
    let unknown = setting_at(scenario.clone(), Some(nothing));
    let [one, other] = [0, 1].map(|number| unknown.run(unknown.luck_of(number)));
    assert_ne!(one.expect("it works"), other.expect("it works"));
    // Without anything known it is the scenario as it would be anyway.
    let plain = setting(scenario);
    let luck = plain.luck_of(0);
    assert_eq!(
        unknown.run(luck).expect("it works"),
        plain.run(luck).expect("it works")
    );
}

/// What a kilometre or a litre of so many runs comes to differs less where they are drawn in pairs.
#[test]
fn antithetic_runs_tell_more() {
    let of = |policy: &str, draws: Draws, kpi: Kpi| {
        let mut scenario = scenario(policy, "perfect");
        scenario.draws = draws;
        let runs = runs(scenario, 40);
        let values: Vec<f64> = runs.iter().map(|run| kpi.of(run)).collect();
        summary(&values, draws)
    };
    for (policy, kpi) in [
        ("{ kind: fixed }", Kpi::Fill),
        ("{ kind: prize, rho: 30.0 }", Kpi::Tonnes),
    ] {
        let plain = of(policy, Draws::Independent, kpi);
        let paired = of(policy, Draws::Antithetic, kpi);
        let widths = [plain, paired].map(|told| told.hi95 - told.lo95);
        assert!(widths[1] < 0.8 * widths[0], "{policy}: {widths:?}");
        // Both have the same mean.
        let off = (plain.mean - paired.mean).abs();
        assert!(off < widths[0], "{policy}: {plain:?} {paired:?}");
    }
}

#[test]
fn antithetic_runs_come_in_pairs() {
    let text = text("{ kind: fixed }", "none") + "draws: antithetic\nreplications: 7\n";
    let error = Scenario::parse(&text).unwrap_err().to_string();
    assert!(
        error.contains("replications") && error.contains("even"),
        "{error}"
    );
    let setting = setting(scenario("{ kind: fixed }", "none"));
    let [own, plain] = [Draws::Antithetic, Draws::Independent]
        .map(|draws| draws.luck(Seed(setting.scenario().seed), 0));
    assert_eq!(own, plain, "the first of a pair is as it would be anyway");
}
