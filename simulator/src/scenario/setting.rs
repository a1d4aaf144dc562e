//! What all runs of a scenario share.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use twin_core::{AssetIx, AssetKind, ContainerType, Inventory, LonLat, Stream};

use super::altered::{Altered, Loss, Outage, SiteEvent};
use super::file::{FlowChoice, PolicyKind, PolicyRule, Scenario, Words};
use super::planned::FixedDay;
use super::present::Present;
use crate::calendar::{Calendar, LocalDay, Weather, local_midnight};
use crate::collecting::{DayWays, Exposure, Information, Sectors, Tariff};
use crate::collection::day::is_collection_day;
use crate::collection::rules::Rules;
use crate::error::{SimError, SimResult};
use crate::filling::{
    ContainerSpec, Event, FillingModel, FillingParams, FlowPlan, container_specs,
};
use crate::numbers::index_u32;
use crate::random::{Luck, Model, Seed};
use crate::sensing::{
    Coverage, CoverageParams, GatewayOutage, GatewayPlan, SensingParams, SensorPlace, SensorSpec,
    blind_zone_mm,
};

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
    /// What a running twin knows, where the scenario begins with that.
    pub present: Option<Present>,
}

/// What all runs of a scenario share: plain data that threads can look at.
#[derive(Clone, Debug)]
pub struct Setting {
    pub(super) scenario: Scenario,
    pub(super) inventory: Inventory,
    pub(super) present: Option<Present>,
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
    /// How they fill, as busy as they are; each run has its own luck with them.
    pub(super) model: FillingModel,
    /// How they would fill if none were busier than its catchment says: what planners know at first.
    pub(super) typical: FillingModel,
    pub(super) params: FillingParams,
    pub(super) coverage: Option<Coverage>,
    pub(super) sensors: Vec<SensorSpec>,
    pub(super) sensing: SensingParams,
    pub(super) losses: Vec<LostSensors>,
    pub(super) sectors: Sectors,
    pub(super) tariffs: Vec<Tariff>,
    pub(super) exposure: Exposure,
    /// The collection days of the whole period, warm-up and run-in included, with their numbers.
    pub(super) passes: Vec<(Date, u32)>,
    /// By day of the fixed rounds' cycle.
    pub(super) fixed: BTreeMap<u32, FixedDay>,
    /// The weight of overflows where the policy does not say.
    pub(super) usual_rho: f64,
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
            present,
        } = parts;
        let mut removed = removed(&inventory, &altered.removed);
        removed.extend(not_collected(&inventory, &scenario));
        let (numbers, specs): (Vec<u32>, Vec<ContainerSpec>) =
            container_specs(&inventory, |container| !removed.contains(&container))
                .into_iter()
                .unzip();
        let slots = inventory.slots(AssetKind::Container) as usize;
        let model_of = places_of(&numbers, (slots, &removed));
        let rules = altered.rules;
        let params = FillingParams {
            growth: altered.growth,
            events: events(&inventory, &altered.events)?,
            weather: altered.weather,
            ..filling(&scenario, usual_flows)
        };
        let sensors = sensors(&inventory, &model_of, &scenario);
        let period = scenario.period;
        let lived = period.warm_up_days + period.run_in_days + period.days + 30;
        let policy = scenario.policy;
        let setting = Self {
            streams: rules.streams.keys().copied().collect(),
            sectors: Sectors::default(),
            coverage: coverage(&inventory, &altered.outages, &sensors)?,
            model: FillingModel::new(&specs, params.clone(), Seed(scenario.seed))?,
            typical: typical(&specs, &params)?,
            tariffs: tariffs(&rules),
            exposure: Exposure::new(&Calendar::new(&params.calendar)?, period.begins(), lived)?,
            passes: passes(&rules, period.begins(), period.ends()),
            losses: losses(&inventory, &altered.losses, &sensors),
            sensors: sensors.into_iter().map(|(_, spec)| spec).collect(),
            sensing: SensingParams {
                faulty_share: scenario.sensors.faulty_share,
                ..SensingParams::default()
            },
            fixed: BTreeMap::new(),
            usual_rho: rules.plan.rho,
            planning: with_reserve(&rules, scenario.conduct.reserve_h),
            scenario,
            inventory,
            present,
            rules,
            ways,
            specs,
            numbers,
            model_of,
            params,
        };
        Ok(setting.with_policy(policy))
    }

    /// The same with another policy; plans of fixed rounds have to be made anew.
    #[must_use]
    pub fn with_policy(mut self, policy: PolicyRule) -> Self {
        let rho = policy.rho.unwrap_or(self.usual_rho);
        self.rules.plan.rho = rho;
        self.planning.plan.rho = rho;
        let stretch = policy.stretch.unwrap_or(1.0);
        let from = self.scenario.period.from.0;
        let known = |container: u32| {
            let place = self.model_of[container as usize]?;
            daily_share(&self.model, place, from)
        };
        self.sectors = Sectors::new(&self.inventory, &self.rules, stretch, known);
        self.scenario.policy = policy;
        self.fixed.clear();
        self
    }

    /// The same under another name, with another policy and from other information.
    #[must_use]
    pub fn with_choice(
        mut self,
        name: Words,
        (policy, information): (PolicyRule, Information),
    ) -> Self {
        self.scenario.name = name;
        self.scenario.information = information;
        self.with_policy(policy)
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

    /// How many containers are looked at.
    pub fn container_count(&self) -> usize {
        self.model_of.iter().flatten().count()
    }

    /// How many gateways hear them.
    pub fn gateway_count(&self) -> usize {
        self.coverage
            .as_ref()
            .map_or(0, |coverage| coverage.gateways.len())
    }

    /// How many sensors there are.
    pub fn sensor_count(&self) -> usize {
        self.sensors.len()
    }

    /// How the containers fill with some luck.
    pub(super) fn model(&self, luck: Luck) -> FillingModel {
        self.model.clone().with_luck(luck)
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

    /// The luck of a replication, from 0.
    pub fn luck_of(&self, replication: u32) -> Luck {
        let seed = Seed(self.scenario.seed);
        self.scenario.draws.luck(seed, replication)
    }
}

/// By container of the inventory: its place in the model, where it is there.
fn places_of(numbers: &[u32], (slots, removed): (usize, &BTreeSet<u32>)) -> Vec<Option<usize>> {
    let mut places = vec![None; slots];
    for (place, number) in numbers.iter().enumerate() {
        places[*number as usize] = Some(place).filter(|_| !removed.contains(number));
    }
    places
}

fn typical(specs: &[ContainerSpec], params: &FillingParams) -> SimResult<FillingModel> {
    let params = FillingParams {
        site_sigma_log: 0.0,
        events: Vec::new(),
        weather: Weather::default(),
        ..params.clone()
    };
    FillingModel::new(specs, params, Seed(0))
}

fn tariffs(rules: &Rules) -> Vec<Tariff> {
    let classes = rules.vehicles.iter();
    classes
        .map(|class| Tariff::new(class, &rules.plan))
        .collect()
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

/// What the scenario says of deposits, but for what is edited.
fn filling(scenario: &Scenario, usual_flows: FlowPlan) -> FillingParams {
    let usual = FillingParams::default();
    let city = scenario.territory.city.as_ref();
    FillingParams {
        flows: flows(scenario.flows, usual_flows),
        site_sigma_log: city
            .and_then(|city| city.site_sigma_log)
            .unwrap_or(usual.site_sigma_log),
        ..usual
    }
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

/// The containers of streams that the scenario leaves out.
fn not_collected(inventory: &Inventory, scenario: &Scenario) -> Vec<u32> {
    let Some(streams) = &scenario.streams else {
        return Vec::new();
    };
    let containers = inventory.containers().iter();
    let others = containers.filter(|(_, row)| !streams.contains(&row.asset.detail.stream));
    others.map(|(ix, _)| ix).collect()
}

/// What a mean day brings to a container, as a share of its volume: what crews know after years.
fn daily_share(model: &FillingModel, place: usize, date: Date) -> Option<f64> {
    let spec = model.spec(place).ok()?;
    let deposits = model
        .mean_deposits_per_day(place, local_midnight(date)?)
        .ok()?;
    let litres = deposits * model.params().deposit(spec.container_type).mean_l();
    Some(litres / spec.capacity.get())
}

/// Gateways where the demonstration places them, and when a scenario has them down.
fn coverage(
    inventory: &Inventory,
    outages: &[Outage],
    sensors: &[(u32, SensorSpec)],
) -> SimResult<Option<Coverage>> {
    let place = |(ix, _): &(u32, SensorSpec)| {
        let container = inventory.container_of_sensor(*ix)?;
        let row = inventory.containers().get(container)?;
        Some(SensorPlace {
            place: row.asset.place,
            is_underground: row.asset.detail.container_type == ContainerType::Underground,
        })
    };
    let places: Option<Vec<SensorPlace>> = sensors.iter().map(place).collect();
    let Some(places) = places.filter(|places| !places.is_empty()) else {
        return Ok(None);
    };
    let points: Vec<LonLat> = places.iter().map(|place| place.place).collect();
    let gateways = GatewayPlan::default().place(&points);
    let mut scripted = Vec::new();
    for outage in outages {
        let outside = || SimError::Missing {
            what: "day of the calendar",
        };
        if usize::from(outage.gateway) >= gateways.len() {
            return Err(SimError::UnknownIndex {
                what: "gateway",
                index: outage.gateway.into(),
                count: gateways.len(),
            });
        }
        let last = outage
            .from
            .saturating_add(jiff::ToSpan::days(i64::from(outage.days)));
        scripted.push(GatewayOutage {
            gateway: outage.gateway,
            from: local_midnight(outage.from).ok_or_else(outside)?,
            to: local_midnight(last).ok_or_else(outside)?,
        });
    }
    Ok(Some(Coverage {
        gateways,
        sensors: places,
        params: CoverageParams::default(),
        outages: scripted,
    }))
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
                blind_zone_mm: blind_zone_mm(&detail.codec),
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
