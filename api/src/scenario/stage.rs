//! A scenario on its territory: edits applied, ways computed.

use std::path::Path;

use gis_data::crs::planar_crs;
use simulator::collecting::DayWays;
use simulator::collection::Travel;
use simulator::collection::day::{Day, DayPlace, DayRequest, Knowledge, Level, Policy};
use simulator::collection::rules::Rules;
use simulator::filling::{ContainerSpec, FillingParams, container_specs};
use simulator::random::Seed;
use simulator::roads::HourClass;
use simulator::scenario::{self, Altered, Closure, PolicyRule, Scenario, Setting, SettingParts};
use twin_core::{Ground, Inventory, Stream};

use super::origin::{Found, Origin};
use super::tune::Trial;
use crate::collection::{Ways, WaysRequest};
use crate::error::ApiResult;
use crate::roads::Avoid;

/// So many more vehicles plan the rounds that directions are read from, so that none of the places is
/// left out.
const MORE_VEHICLES: u32 = 40;

/// A scenario on its territory.
#[derive(Clone, Debug)]
pub(crate) struct Staged {
    /// What all its runs share.
    pub(crate) setting: Setting,
    /// What people call the territory.
    pub(crate) territory: String,
    /// Whether places or ways are made up.
    pub(crate) is_synthetic: bool,
    /// What was tried to tune its policy, in order; nothing where it was not tuned.
    pub(crate) tried: Vec<Trial>,
}

/// A scenario whose territory is open and edited, before anything is computed.
pub(crate) struct Opened {
    scenario: Scenario,
    found: Found,
    altered: Altered,
}

impl Opened {
    /// Opens the territory of a scenario, and applies the edits.
    ///
    /// # Errors
    /// Territories that are not there, edits that cannot be.
    pub(crate) fn new(scenario: Scenario, origin: Origin<'_>) -> ApiResult<Self> {
        let mut found = origin.open(&scenario)?;
        let layers = std::mem::take(&mut found.layers);
        let altered = Altered::new(layers, Rules::built_in_text(), &scenario.edits)?;
        let scenario = match &found.present {
            Some(present) => scenario.from_present(present)?,
            None => scenario,
        };
        Ok(Self {
            scenario,
            found,
            altered,
        })
    }

    /// How many containers there are, those that the edits took away among them.
    pub(crate) fn container_count(&self) -> usize {
        self.altered.layers.containers.len()
    }

    /// Computes the ways between all places, on so many threads.
    fn stage(self, threads: usize) -> ApiResult<Staged> {
        let Self {
            scenario,
            found,
            altered,
        } = self;
        let inventory = Inventory::new(altered.layers.clone(), planar_crs(&found.crs)?);
        let inventory = inventory.map_err(gis_data::GisError::from)?;
        let asked = WaysAsked {
            inventory: &inventory,
            altered: &altered,
            ground: &found.ground,
            dir: found.dir.as_deref(),
            threads,
            seed: scenario.seed,
        };
        let ways = match &scenario.territory.city {
            Some(city) => {
                let profiles = asked.profiles();
                DayWays::straight(&inventory, &profiles, (city.detour, city.speeds_kmh))?
            }
            None => asked.over_roads(scenario.period.from)?,
        };
        let setting = Setting::new(SettingParts {
            scenario,
            inventory,
            altered,
            usual_flows: found.flows,
            ways,
            present: found.present,
        })?;
        Ok(Staged {
            setting,
            territory: found.title,
            is_synthetic: found.is_synthetic,
            tried: Vec::new(),
        })
    }
}

impl Staged {
    /// Opens the territory of a scenario, applies the edits and computes the ways between all places, on so
    /// many threads.
    ///
    /// # Errors
    /// Territories that are not there, edits that cannot be, places without roads.
    pub(crate) fn new(scenario: Scenario, origin: Origin<'_>, threads: usize) -> ApiResult<Self> {
        Opened::new(scenario, origin)?.stage(threads)
    }

    /// The same with another policy.
    pub(super) fn with_policy(self, policy: PolicyRule) -> Self {
        Self {
            setting: self.setting.with_policy(policy),
            ..self
        }
    }
}

/// What ways are asked for.
struct WaysAsked<'a> {
    inventory: &'a Inventory,
    altered: &'a Altered,
    ground: &'a Ground,
    dir: Option<&'a Path>,
    threads: usize,
    seed: u64,
}

impl WaysAsked<'_> {
    /// The profiles of the fleet, each once.
    fn profiles(&self) -> Vec<Box<str>> {
        let mut profiles: Vec<Box<str>> = Vec::new();
        for vehicle in &self.altered.rules.vehicles {
            if !profiles.contains(&vehicle.profile) {
                profiles.push(vehicle.profile.clone());
            }
        }
        profiles
    }

    /// Ways over the roads, off the peak and in it. Each place has one direction in which vehicles stop
    /// there, that in which rounds of all containers are driven best.
    fn over_roads(&self, date: scenario::Day) -> ApiResult<DayWays> {
        let day = self.whole_day(date)?;
        let places: Vec<DayPlace> = day.places().to_vec();
        let points: Vec<_> = places.iter().map(|place| place.at).collect();
        let profiles = day.profiles().to_vec();
        let closed = closed(&self.altered.closures);
        let request = WaysRequest {
            ground: self.ground,
            dir: self.dir,
            hour: HourClass::OffPeak,
            profiles: &profiles,
            closed: &closed,
            threads: self.threads,
        };
        let mut ways = Ways::new(&request, &points)?;
        let turning = day.problem(std::mem::take(&mut ways.travels))?;
        ways.head(&turning.problem, Seed(self.seed), self.threads)?;
        let peak = ways.at(&WaysRequest {
            hour: HourClass::Peak,
            ..request
        })?;
        let both: Vec<[Travel; 2]> = ways
            .travels
            .into_iter()
            .zip(peak)
            .map(|(usual, peak)| [usual, peak])
            .collect();
        let by_profile = profiles.into_iter().zip(both).collect();
        Ok(DayWays::new(&places, by_profile)?)
    }

    /// A day on which every container is emptied, each site by itself, by as many vehicles as it takes.
    fn whole_day(&self, date: scenario::Day) -> ApiResult<Day> {
        let mut rules = self.altered.rules.clone();
        rules.plan.walk_within_m = 0.0;
        for vehicle in &mut rules.vehicles {
            vehicle.count = vehicle.count.saturating_mul(MORE_VEHICLES).min(1000);
        }
        let streams: Vec<Stream> = rules.streams.keys().copied().collect();
        let request = DayRequest {
            inventory: self.inventory,
            rules: &rules,
            date: date.0,
            policy: Policy::Listed,
            streams: &streams,
        };
        let params = FillingParams::default();
        let specs = container_specs(self.inventory, |_| true);
        let known = |container: u32| {
            let at = specs
                .binary_search_by_key(&container, |(number, _)| *number)
                .ok()?;
            let spec: &ContainerSpec = &specs[at].1;
            Some(Knowledge {
                capacity_l: spec.capacity.get(),
                level: Level::Measured {
                    litres: spec.capacity.get() / 2.0,
                },
                deposits_per_day: 0.0,
                deposit: params.deposit(spec.container_type),
                days_since_emptied: None,
            })
        };
        Ok(Day::new(&request, known)?)
    }
}

fn closed(closures: &[Closure]) -> Vec<Avoid> {
    let avoid = |closure: &Closure| match closure {
        Closure::Street(place) => Avoid::Near(*place),
        Closure::Way(way) => Avoid::Way(*way),
    };
    closures.iter().map(avoid).collect()
}
