//! What all runs of a scenario share.

use std::collections::BTreeSet;

use jiff::civil::Date;
use twin_core::{AssetIx, AssetKind, Inventory, Stream};

use super::altered::{Altered, Loss, SiteEvent};
use super::file::{FlowChoice, PolicyKind, Scenario};
use super::planned::FixedDay;
use crate::calendar::{Calendar, LocalDay, local_midnight};
use crate::collecting::{DayWays, Exposure, Sectors, Tariff};
use crate::collection::day::is_collection_day;
use crate::collection::rules::Rules;
use crate::error::{SimError, SimResult};
use crate::filling::{
    ContainerSpec, Event, FillingModel, FillingParams, FlowPlan, container_specs,
};
use crate::numbers::index_u32;
use crate::random::{Model, Seed};
use crate::sensing::{SensingParams, SensorSpec};

/// What a setting is made of.
#[derive(Clone, Debug)]
pub struct SettingParts {
    /// The scenario.
    pub scenario: Scenario,
    /// What exists after its edits.
    pub inventory: Inventory,
    /// The rest of its edits.
    pub altered: Altered,
    /// What people bring where the scenario does not say.
    pub usual_flows: FlowPlan,
    /// The ways between all of its places.
    pub ways: DayWays,
}

/// What all runs of a scenario share: plain data that threads can look at.
#[derive(Clone, Debug)]
pub struct Setting {
    pub(super) scenario: Scenario,
    pub(super) inventory: Inventory,
    pub(super) rules: Rules,
    /// The same with shorter shifts: plans keep a reserve.
    pub(super) planning: Rules,
    pub(super) streams: Vec<Stream>,
    pub(super) ways: DayWays,
    pub(super) specs: Vec<ContainerSpec>,
    /// By container of the model: its number in the inventory.
    pub(super) numbers: Vec<u32>,
    /// By container of the inventory: its place in the model; `None` where it was taken away.
    pub(super) model_of: Vec<Option<usize>>,
    pub(super) params: FillingParams,
    pub(super) sensors: Vec<SensorSpec>,
    pub(super) sensing: SensingParams,
    pub(super) losses: Vec<LostSensors>,
    pub(super) sectors: Sectors,
    pub(super) tariffs: Vec<Tariff>,
    pub(super) exposure: Exposure,
    /// The collection days of the whole period, warm-up and run-in included, with their numbers.
    pub(super) passes: Vec<(Date, u32)>,
    pub(super) fixed: Vec<Option<FixedDay>>,
}

/// Sensors that nobody hears from one day until just before another.
#[derive(Clone, Debug)]
pub(super) struct LostSensors {
    pub(super) sensors: BTreeSet<usize>,
    pub(super) from: Date,
    pub(super) until: Date,
}

impl Setting {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`SimError`] where rules, flows or dates cannot be used.
    pub fn new(parts: SettingParts) -> SimResult<Self> {
        let SettingParts {
            scenario,
            inventory,
            altered,
            usual_flows,
            ways,
        } = parts;
        let removed = removed(&inventory, &altered.removed);
        let (numbers, specs): (Vec<u32>, Vec<ContainerSpec>) =
            container_specs(&inventory, |container| !removed.contains(&container))
                .into_iter()
                .unzip();
        let mut model_of = vec![None; inventory.slots(AssetKind::Container) as usize];
        for (place, number) in numbers.iter().enumerate() {
            model_of[*number as usize] = Some(place).filter(|_| !removed.contains(number));
        }
        let mut rules = altered.rules;
        rules.plan.rho = scenario.policy.rho.unwrap_or(rules.plan.rho);
        let planning = with_reserve(&rules, scenario.conduct.reserve_h);
        let params = FillingParams {
            flows: flows(scenario.flows, usual_flows),
            growth: altered.growth,
            events: events(&inventory, &altered.events)?,
            ..FillingParams::default()
        };
        let sensors = sensors(&inventory, &model_of, &scenario);
        let period = scenario.period;
        let lived = period.warm_up_days + period.run_in_days + period.days + 30;
        let stretch = scenario.policy.stretch.unwrap_or(1.0);
        let is_served = |container: u32| model_of[container as usize].is_some();
        Ok(Self {
            streams: rules.streams.keys().copied().collect(),
            sectors: Sectors::new(&inventory, &rules, stretch, is_served)?,
            tariffs: rules
                .vehicles
                .iter()
                .map(|class| Tariff::new(class, &rules.plan))
                .collect(),
            exposure: Exposure::new(&Calendar::new(&params.calendar)?, period.begins(), lived)?,
            passes: passes(&rules, period.begins(), period.ends()),
            losses: losses(&inventory, &altered.losses, &sensors),
            sensors: sensors.into_iter().map(|(_, spec)| spec).collect(),
            sensing: SensingParams {
                faulty_share: scenario.sensors.faulty_share,
                ..SensingParams::default()
            },
            fixed: Vec::new(),
            scenario,
            inventory,
            rules,
            planning,
            ways,
            specs,
            numbers,
            model_of,
            params,
        })
    }

    /// The scenario.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// What exists.
    pub const fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// How it is collected.
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// How many containers fill, those that were taken away included.
    pub fn container_count(&self) -> usize {
        self.specs.len()
    }

    /// How many sensors there are.
    pub fn sensor_count(&self) -> usize {
        self.sensors.len()
    }

    /// How the containers fill where everything random follows from a seed.
    pub(super) fn model(&self, seed: Seed) -> SimResult<FillingModel> {
        FillingModel::new(&self.specs, self.params.clone(), seed)
    }

    /// How they would fill if none were busier than its catchment says: what planners know at first.
    pub(super) fn typical(&self) -> SimResult<FillingModel> {
        let params = FillingParams {
            site_sigma_log: 0.0,
            events: Vec::new(),
            ..self.params.clone()
        };
        FillingModel::new(&self.specs, params, Seed(0))
    }

    /// The number of a collection day, `None` for other days.
    pub(super) fn pass(&self, date: Date) -> Option<u32> {
        let found = self.passes.binary_search_by_key(&date, |(day, _)| *day);
        found.ok().map(|at| self.passes[at].1)
    }

    /// Whether rounds are fixed, so that their plans can be made beforehand.
    pub fn has_fixed_rounds(&self) -> bool {
        self.scenario.policy.kind == PolicyKind::Fixed
    }

    /// The seed of a replication, from 0.
    pub fn seed_of(&self, replication: u32) -> Seed {
        let seed = Seed(self.scenario.seed).stream(Model::Replications, 0);
        Seed(seed.at_slot(replication.into()).next_u64())
    }
}

/// The rules by which plans are made: shifts end earlier, but never within an hour.
fn with_reserve(rules: &Rules, reserve_h: f64) -> Rules {
    let mut planning = rules.clone();
    for vehicle in &mut planning.vehicles {
        vehicle.max_h = (vehicle.max_h - reserve_h).max(1.0);
        vehicle.normal_h = vehicle.normal_h.min(vehicle.max_h);
    }
    planning
}

fn flows(choice: FlowChoice, usual: FlowPlan) -> FlowPlan {
    match choice {
        FlowChoice::Usual => usual,
        FlowChoice::BeforeTwentyThree => FlowPlan::before_2023(),
        FlowChoice::AfterTwentyThree => FlowPlan::after_2023(),
        FlowChoice::AsHappened => FlowPlan::as_happened(),
    }
}

fn removed(inventory: &Inventory, keys: &BTreeSet<Box<str>>) -> BTreeSet<u32> {
    let found = keys
        .iter()
        .filter_map(|key| inventory.containers().find(key));
    found.collect()
}

fn events(inventory: &Inventory, events: &[SiteEvent]) -> SimResult<Vec<Event>> {
    let mut found = Vec::new();
    for event in events {
        let outside = || SimError::Missing {
            what: "day of the calendar",
        };
        let last = event
            .from
            .saturating_add(jiff::ToSpan::days(i64::from(event.days)));
        let from = local_midnight(event.from).ok_or_else(outside)?;
        let to = local_midnight(last).ok_or_else(outside)?;
        for key in &event.sites {
            let site = inventory.sites().find(key);
            found.extend(site.map(|site| Event {
                site,
                from,
                to,
                factor: event.factor,
            }));
        }
    }
    Ok(found)
}

/// The sensors with their numbers in the inventory. A share of them is spread evenly over the sites, for
/// every container of a site has one or none has.
fn sensors(
    inventory: &Inventory,
    model_of: &[Option<usize>],
    scenario: &Scenario,
) -> Vec<(u32, SensorSpec)> {
    let seed = Seed(scenario.seed);
    let is_chosen = |container: u32| {
        scenario.sensors.share.is_none_or(|share| {
            let site = inventory.site_of_container(container).unwrap_or(container);
            seed.stream(Model::SensorChoice, site).unit() < share
        })
    };
    let each = inventory.sensors().iter().filter_map(|(ix, row)| {
        let container = inventory.container_of_sensor(ix)?;
        let place = model_of.get(container as usize).copied().flatten()?;
        let detail = &row.asset.detail;
        is_chosen(container).then_some((
            ix,
            SensorSpec {
                container: place,
                mounting: detail.mounting,
                expected_interval: detail.expected_interval,
            },
        ))
    });
    each.collect()
}

fn losses(
    inventory: &Inventory,
    losses: &[Loss],
    sensors: &[(u32, SensorSpec)],
) -> Vec<LostSensors> {
    let kind = AssetKind::Sensor;
    let lost = |loss: &Loss| LostSensors {
        sensors: sensors
            .iter()
            .enumerate()
            .filter(|(_, (ix, _))| {
                let place = inventory.place(AssetIx { kind, ix: *ix });
                place.is_some_and(|place| place.distance(loss.at).get() <= loss.radius_m)
            })
            .map(|(nth, _)| nth)
            .collect(),
        from: loss.from,
        until: loss
            .from
            .saturating_add(jiff::ToSpan::days(i64::from(loss.days))),
    };
    losses.iter().map(lost).collect()
}

/// The collection days from one day until just before another, numbered.
fn passes(rules: &Rules, from: Date, until: Date) -> Vec<(Date, u32)> {
    let mut passes = Vec::new();
    let mut day = LocalDay::of(from);
    while let Some(today) = day.filter(|day| day.date() < until) {
        if is_collection_day(&rules.plan, today.date()) {
            passes.push((today.date(), index_u32(passes.len())));
        }
        day = today.next();
    }
    passes
}
