//! What the kernels come to, as lines of text that must be the same on every platform: `make
//! conformance` runs this natively and in WebAssembly, and compares.
//!
//! `conformance SEED DAYS`: the filling and sensing of the embedded territory's numbers over so many
//! days, all effects on, and one run of a small city with sensors and a plan for each day.

#[path = "../benches/full_model/territory.rs"]
mod territory;

use std::error::Error;
use std::sync::Arc;

use simulator::collecting::DayWays;
use simulator::collection::rules::Rules;
use simulator::filling::{FillingModel, FillingParams, FlowPlan};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use simulator::scenario::{Altered, Scenario, Setting, SettingParts};
use simulator::sensing::{Network, NetworkSpec, SensingParams, SensorReport};
use twin_core::{Inventory, LonLat, Planar, PlanarCrs, Span};

/// A small city that two crane trucks collect by what sensors say.
const CITY: &str = "
format: 1
name: { fr: Petite ville, en: Small city }
territory:
  city:
    { sites: 60, containers: 80, capacity_l: 4000, stream: packaging, deposits_per_day: 8,
      area_km2: 12, middle: [6.6, 53.2], depot_km: 3, detour: 1.35, speeds_kmh: [35, 28] }
period: { from: 2022-05-02, days: 14, warm_up_days: 28, run_in_days: 3 }
seed: 7
policy: { kind: prize }
information: sensors
effort: { steps_per_stop: 10, fixed_steps_per_stop: 20 }
";

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let seed = Seed(words.next().map_or(Ok(1), |word| word.parse())?);
    let days: i64 = words.next().map_or(Ok(365), |word| word.parse())?;
    say(&sensing(seed, days)?);
    say(&city(seed)?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what is compared")]
fn say(line: &str) {
    println!("{line}");
}

/// Every report and every emptying as a number, and the checkpoint at the end as it is kept.
fn sensing(seed: Seed, days: i64) -> Result<String, Box<dyn Error>> {
    let containers = territory::containers(territory::CONTAINERS);
    let filling = FillingParams {
        flows: FlowPlan::before_2023(),
        ..FillingParams::default()
    };
    let spec = NetworkSpec {
        filling: FillingModel::new(&containers, filling, seed)?,
        rounds: Rounds::new(&demonstration_rules())?,
        sensors: territory::sensors(&containers),
        params: SensingParams::default(),
        seed,
        coverage: Some(territory::coverage(&containers)),
    };
    let mut network = Network::new(spec, territory::start())?;
    let mut told = Fingerprint::new();
    let mut count = 0;
    network.first_reports()?.iter().for_each(|r| told.report(r));
    for day in 1..=days {
        let step = network.advance(territory::start() + Span::from_hours(24 * day))?;
        count += step.reports.len();
        step.reports.iter().for_each(|report| told.report(report));
        for emptying in &step.emptyings {
            told.text(&format!("{emptying:?}"));
        }
    }
    let reports = told.0;
    told.text(&serde_json::to_string(&network.checkpoint()?)?);
    Ok(format!(
        "sensing seed={} days={days} reports={count} told={reports:016x} with-checkpoint={:016x}",
        seed.0, told.0
    ))
}

/// The whole outcome of a run, as it is written.
fn city(seed: Seed) -> Result<String, Box<dyn Error>> {
    let scenario = Scenario::parse(CITY)?;
    let city = scenario.territory.city.ok_or("a scenario of a city")?;
    let layers = city.layers(Seed(scenario.seed))?;
    let altered = Altered::new(layers, Rules::built_in_text(), &scenario.edits)?;
    let inventory = Inventory::new(altered.layers.clone(), Arc::new(Flat))?;
    let profiles: Vec<Box<str>> = vec!["truck-26t".into(), "light-3.5t".into()];
    let ways = DayWays::straight(&inventory, &profiles, (city.detour, city.speeds_kmh))?;
    let parts = SettingParts {
        scenario,
        inventory,
        altered,
        usual_flows: city.flows(),
        ways,
        present: None,
    };
    let mut setting = Setting::new(parts)?;
    let days = setting.fixed_days().into_iter();
    let days = days.map(|number| setting.plan_fixed(number));
    let days = days.collect::<Result<_, _>>()?;
    setting.set_fixed(days);
    Ok(serde_json::to_string(&setting.run(seed)?)?)
}

/// FNV-1a over what is told, so that one differing bit shows.
struct Fingerprint(u64);

impl Fingerprint {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// All of a report; the shortest decimals that give a float back tell its bits.
    fn report(&mut self, report: &SensorReport) {
        self.text(&format!("{report:?}"));
    }

    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// A plane around 6.6° east and 53.2° north, in metres.
#[derive(Debug)]
struct Flat;

const M_PER_DEG: [f64; 2] = [66_600.0, 111_195.0];

impl PlanarCrs for Flat {
    fn name(&self) -> &'static str {
        "conformance:flat"
    }

    fn project(&self, place: LonLat) -> Option<Planar> {
        let east = (place.lon() - 6.6) * M_PER_DEG[0];
        Some([east, (place.lat() - 53.2) * M_PER_DEG[1]])
    }

    fn unproject(&self, [x, y]: Planar) -> Option<LonLat> {
        LonLat::new(6.6 + x / M_PER_DEG[0], 53.2 + y / M_PER_DEG[1]).ok()
    }
}
