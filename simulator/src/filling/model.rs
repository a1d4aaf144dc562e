//! The kernel: advances the truth, and lets a caller empty containers.

use std::collections::BTreeMap;
use std::sync::Arc;

use twin_core::{ContainerType, Litres, Span, Stream, Timestamp};

use super::brought::DayDeposits;
use super::count::CountLaw;
use super::days::{DayTable, DayTables};
use super::deposits::{Deposit, ML_PER_L};
use super::params::{DepositVolume, Event, FillingParams};
use super::pour::Sums;
use super::state::{ContainerFill, FillingState};
use super::today::DayCache;
use crate::calendar::Calendar;
use crate::error::{SimError, SimResult, in_range};
use crate::numbers::{entity, f64_of, floor_u64};
use crate::random::{Luck, Model, Seed, Triangle, unit};

/// What the model has to know of a container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContainerSpec {
    /// Its site: any number, the same for containers that stand together.
    pub site: u32,
    /// What it takes.
    pub stream: Stream,
    /// How it is built; decides what one deposit is.
    pub container_type: ContainerType,
    /// How much it holds, 1 to 1 000 000 L.
    pub capacity: Litres,
    /// How many inhabitants bring this stream to this container. The sum over a stream's
    /// containers is the population served, on which the mass balance closes.
    pub catchment: f64,
}

/// Containers that fill. Plain data after construction; can be shared between threads.
///
/// ```
/// use simulator::filling::{ContainerSpec, FillingModel, FillingParams};
/// use simulator::random::Seed;
/// use twin_core::{ContainerType, Litres, Stream, Timestamp};
///
/// let column = ContainerSpec {
///     site: 0,
///     stream: Stream::Glass,
///     container_type: ContainerType::Column,
///     capacity: Litres::new(4000.0)?,
///     catchment: 300.0,
/// };
/// let model = FillingModel::new(&[column], FillingParams::default(), Seed(1))?;
/// let start: Timestamp = "2022-05-01T00:00:00Z".parse()?;
/// let mut state = model.empty_state(start);
/// model.advance(&mut state, "2022-05-08T00:00:00Z".parse()?)?;
/// let litres = model.empty(&mut state, 0, "2022-05-08T06:00:00Z".parse()?)?;
/// assert!(litres.get() > 0.0 && state.containers[0].held_ml == 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FillingModel {
    pub(super) params: FillingParams,
    calendar: Calendar,
    pub(super) luck: Luck,
    pub(super) counts: CountLaw,
    pub(super) containers: Vec<Basin>,
    pub(super) sites: Vec<Place>,
}

/// So many sites draw their deposits side by side: what they need stays in a cache.
pub(crate) const SITES_AT_ONCE: usize = 32;

/// One container, prepared.
#[derive(Clone, Debug)]
pub(super) struct Basin {
    pub(super) spec: ContainerSpec,
    pub(super) capacity_ml: u64,
    /// What one deposit is.
    pub(super) millilitres: Triangle,
    /// Whether its site has another container of its stream.
    pub(super) has_neighbour: bool,
    /// Index into the model's sites.
    site: usize,
    /// Mean deposits a day, by phase of the flow plan.
    pub(super) daily_means: Vec<f64>,
}

/// One site, prepared.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) containers: Vec<usize>,
    pub(super) events: Vec<Event>,
}

impl FillingModel {
    /// Prepares the rates; refuses parameters and containers outside their ranges.
    pub fn new(specs: &[ContainerSpec], params: FillingParams, seed: Seed) -> SimResult<Self> {
        params.check()?;
        specs.iter().try_for_each(check_spec)?;
        let calendar = Calendar::new(&params.calendar)?;
        let (sites, site_of) = group_by_site(specs, &params.events);
        let shares = shares(specs, &params, seed);
        let has_neighbour = |index: usize| {
            let others = sites[site_of[index]].containers.iter();
            others
                .filter(|other| **other != index)
                .any(|other| specs[*other].stream == specs[index].stream)
        };
        let basin = |(index, spec): (usize, &ContainerSpec)| Basin {
            spec: *spec,
            capacity_ml: floor_u64(spec.capacity.get() * ML_PER_L),
            millilitres: triangle(params.deposit(spec.container_type)),
            has_neighbour: has_neighbour(index),
            site: site_of[index],
            daily_means: daily_means(spec, shares[index], &params),
        };
        let containers = specs.iter().enumerate().map(basin).collect();
        Ok(Self {
            counts: CountLaw::new(params.day_effect_shape),
            params,
            calendar,
            luck: seed.into(),
            containers,
            sites,
        })
    }

    /// The same containers, as busy as they are, with other luck: what is brought each day follows from
    /// it then, how much busier than others a site is still from the seed that it was made with.
    #[must_use]
    pub fn with_luck(self, luck: impl Into<Luck>) -> Self {
        let luck = luck.into();
        Self { luck, ..self }
    }

    /// How many containers there are.
    pub fn container_count(&self) -> usize {
        self.containers.len()
    }

    /// How many sites there are.
    pub fn site_count(&self) -> usize {
        self.sites.len()
    }

    /// The specification of a container.
    pub fn spec(&self, container: usize) -> SimResult<&ContainerSpec> {
        Ok(&self.basin(container)?.spec)
    }

    /// How much a container holds, which is there.
    pub(crate) fn capacity(&self, container: usize) -> Litres {
        self.containers[container].spec.capacity
    }

    /// The place of a container's site in [`FillingState::site_at`].
    pub fn site_of(&self, container: usize) -> SimResult<usize> {
        Ok(self.basin(container)?.site)
    }

    /// Mean deposits a day of a container at an instant, over the days of a year; 0 before the
    /// first phase of the flow plan.
    pub fn mean_deposits_per_day(&self, container: usize, at: Timestamp) -> SimResult<f64> {
        let basin = self.basin(container)?;
        Ok(self
            .params
            .flows
            .phase_at(at)
            .map_or(0.0, |phase| basin.daily_means[phase]))
    }

    /// The assumptions it was made with.
    pub const fn params(&self) -> &FillingParams {
        &self.params
    }

    /// A state in which all containers are empty.
    pub fn empty_state(&self, at: Timestamp) -> FillingState {
        FillingState::empty(self.containers.len(), self.sites.len(), at)
    }

    /// A state in which each container is filled uniformly between nothing and `up_to_permille`
    /// thousandths of its capacity: the stationary law of a level that rises steadily and is
    /// emptied at that threshold. A warm-up with the real rounds makes it exact, see
    /// [`Rounds::settled_state`](crate::rounds::Rounds::settled_state).
    pub fn stationary_state(&self, at: Timestamp, up_to_permille: u16) -> FillingState {
        let mut state = self.empty_state(at);
        for (index, (fill, basin)) in state
            .containers
            .iter_mut()
            .zip(&self.containers)
            .enumerate()
        {
            let mut randomness = self.luck.brought.stream(Model::InitialFill, entity(index));
            let bits = randomness.next_u64() ^ self.luck.mirror();
            let share = unit(bits) * f64::from(up_to_permille.min(1000)) / 1000.0;
            fill.held_ml = floor_u64(f64_of(basin.capacity_ml) * share);
        }
        state.open_accounts(at);
        state
    }

    /// Advances all sites to `to`. One step or many: the same bytes.
    pub fn advance(&self, state: &mut FillingState, to: Timestamp) -> SimResult<()> {
        self.check_state(state)?;
        if let Some(from) = state.site_at.iter().copied().find(|at| to < *at) {
            return Err(SimError::TimeRunsBackwards { from, to });
        }
        let mut days = DayCache::default();
        let (mut drawn, mut sums) = (DayDeposits::default(), Sums::default());
        let mut sites = Vec::with_capacity(SITES_AT_ONCE);
        // Day by day, all sites that stand before the day's end together.
        while let Some(from) = state.site_at.iter().copied().min().filter(|at| *at < to) {
            let until = to.min(self.day(&mut days.tables, from)?.last());
            for some in 0..self.sites.len().div_ceil(SITES_AT_ONCE) {
                let first = some * SITES_AT_ONCE;
                let range = first..self.sites.len().min(first + SITES_AT_ONCE);
                sites.clear();
                sites.extend(range.filter(|site| state.site_at[*site] < until));
                if sites.is_empty() {
                    continue;
                }
                self.draw_day(state, (&sites, &mut days), &mut drawn)?;
                for (nth, site) in sites.iter().enumerate() {
                    self.bring_until(state, (*site, nth, until), (&mut drawn, &mut sums));
                }
            }
        }
        Ok(())
    }

    /// The table of the day that holds the instant after `at`.
    pub(super) fn day(&self, days: &mut DayTables, at: Timestamp) -> SimResult<Arc<DayTable>> {
        days.day((&self.params, &self.calendar), at + Span::from_millis(1))
    }

    /// Advances a container's site to `at` and empties the container; what lies beside stays.
    pub fn empty(
        &self,
        state: &mut FillingState,
        container: usize,
        at: Timestamp,
    ) -> SimResult<Litres> {
        let site = self.site_of(container)?;
        self.advance_site(state, (site, at), &mut DayCache::default())?;
        Ok(state.containers[container].empty(at))
    }

    /// Advances a container's site to `at` and takes away what lies beside the container.
    pub fn sweep(
        &self,
        state: &mut FillingState,
        container: usize,
        at: Timestamp,
    ) -> SimResult<Litres> {
        let site = self.site_of(container)?;
        self.advance_site(state, (site, at), &mut DayCache::default())?;
        Ok(state.containers[container].sweep())
    }

    fn basin(&self, container: usize) -> SimResult<&Basin> {
        let count = self.containers.len();
        self.containers
            .get(container)
            .ok_or(SimError::UnknownIndex {
                what: "container",
                index: container,
                count,
            })
    }

    /// Refuses a state that has not this model's containers and sites.
    pub(crate) fn check_state(&self, state: &FillingState) -> SimResult<()> {
        for (what, expected, found) in [
            ("containers", self.containers.len(), state.containers.len()),
            ("sites", self.sites.len(), state.site_at.len()),
        ] {
            if expected != found {
                return Err(SimError::StateMismatch {
                    what,
                    expected,
                    found,
                });
            }
        }
        Ok(())
    }

    pub(super) fn bring(
        &self,
        state: &mut FillingState,
        site: usize,
        (at, deposit): (Timestamp, Deposit),
    ) {
        let containers = &self.sites[site].containers;
        let place = usize::try_from(deposit.place).unwrap_or(usize::MAX);
        let target = containers[place];
        let ml = u64::from(deposit.ml);
        let fill = &mut state.containers[target];
        fill.brought_ml += ml;
        fill.deposits += 1;
        let excess = put_in(fill, self.containers[target].capacity_ml, (ml, at));
        if excess > 0 {
            let carried = excess * u64::from(self.params.spill_to_neighbour_permille) / 1000;
            let left = self.spill(state, (containers, place), (carried, at));
            state.containers[target].beside_ml += excess - carried + left;
        }
    }

    /// Carries `ml` along the site's other containers of the same stream; answers what found no room.
    fn spill(
        &self,
        state: &mut FillingState,
        (containers, place): (&[usize], usize),
        (mut ml, at): (u64, Timestamp),
    ) -> u64 {
        let stream = self.containers[containers[place]].spec.stream;
        for neighbour in containers[place + 1..].iter().chain(&containers[..place]) {
            let basin = &self.containers[*neighbour];
            if basin.spec.stream == stream && ml > 0 {
                ml = put_in(
                    &mut state.containers[*neighbour],
                    basin.capacity_ml,
                    (ml, at),
                );
            }
        }
        ml
    }
}

/// Puts in what fits, and answers what did not.
fn put_in(fill: &mut ContainerFill, capacity_ml: u64, (ml, at): (u64, Timestamp)) -> u64 {
    let fitting = ml.min(capacity_ml.saturating_sub(fill.held_ml));
    fill.held_ml += fitting;
    if fill.held_ml >= capacity_ml && fill.full_since.is_none() {
        fill.full_since = Some(at);
    }
    ml - fitting
}

fn triangle(volume: DepositVolume) -> Triangle {
    Triangle::new([volume.min_l, volume.mode_l, volume.max_l].map(|litres| litres * ML_PER_L))
}

fn check_spec(spec: &ContainerSpec) -> SimResult<()> {
    in_range(
        "capacity",
        spec.capacity.get(),
        (1.0, 1e6),
        "1 to 1000000 L",
    )?;
    in_range(
        "catchment",
        spec.catchment,
        (0.0, 1e7),
        "0 to 10000000 inhabitants",
    )
}

/// The sites in order of their numbers, and the place of each container's site among them.
fn group_by_site(specs: &[ContainerSpec], events: &[Event]) -> (Vec<Place>, Vec<usize>) {
    let mut by_number: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, spec) in specs.iter().enumerate() {
        by_number.entry(spec.site).or_default().push(index);
    }
    let mut site_of = vec![0; specs.len()];
    let mut sites = Vec::with_capacity(by_number.len());
    for (site, (number, containers)) in by_number.into_iter().enumerate() {
        for container in &containers {
            site_of[*container] = site;
        }
        let events = events
            .iter()
            .filter(|event| event.site == number)
            .copied()
            .collect();
        sites.push(Place { containers, events });
    }
    (sites, site_of)
}

/// Each container's share in what its stream's population brings; they sum to 1 for each stream.
fn shares(specs: &[ContainerSpec], params: &FillingParams, seed: Seed) -> Vec<f64> {
    let weight = |spec: &ContainerSpec| {
        let z = seed.stream(Model::SiteRate, spec.site).normal();
        spec.catchment * libm::exp(params.site_sigma_log * z)
    };
    let weights: Vec<f64> = specs.iter().map(weight).collect();
    let mut sums: BTreeMap<Stream, (f64, f64)> = BTreeMap::new();
    for (spec, weight) in specs.iter().zip(&weights) {
        let (weights, people) = sums.entry(spec.stream).or_default();
        *weights += weight;
        *people += spec.catchment;
    }
    let share = |(spec, weight): (&ContainerSpec, &f64)| {
        let (weights, people) = sums[&spec.stream];
        if weights > 0.0 {
            weight / weights * people
        } else {
            0.0
        }
    };
    specs.iter().zip(&weights).map(share).collect()
}

/// Mean deposits a day of a container that `inhabitants` bring to, by phase.
fn daily_means(spec: &ContainerSpec, inhabitants: f64, params: &FillingParams) -> Vec<f64> {
    let mean_l = params.deposit(spec.container_type).mean_l();
    let of = |flow: &super::flows::Flow| flow.litres_per_inhabitant_day() * inhabitants / mean_l;
    let phases = params
        .flows
        .0
        .iter()
        .map(|phase| phase.flow(spec.stream).map_or(0.0, of));
    phases.map(|mean| mean * (1.0 + params.growth)).collect()
}
