//! The mass balance of a year: what the model brings, beside what its inputs say it should.

use jiff::civil::date;
use twin_core::{Stream, Timestamp};

use super::flows::DAYS_PER_YEAR;
use super::model::FillingModel;
use super::state::{ContainerFill, FillingState};
use crate::calendar::{CALENDAR_YEARS, Calendar, LocalDay};
use crate::error::{SimResult, in_range};
use crate::numbers::f64_of;
use crate::rounds::{Emptying, Rounds};

/// A balance closes where its difference is no larger than this share of what is expected.
pub const CLOSES_WITHIN: f64 = 0.03;

/// Where the millilitres of a stream went, all of its containers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// In and beside the containers when the year began.
    pub before_ml: u64,
    /// Brought in the year.
    pub brought_ml: u64,
    /// Inside when it ended.
    pub held_ml: u64,
    /// Taken out by crews.
    pub emptied_ml: u64,
    /// Lying beside when it ended.
    pub beside_ml: u64,
    /// Swept up by crews.
    pub swept_ml: u64,
}

impl Accounts {
    /// Whether every millilitre is somewhere, and none twice.
    pub const fn is_conserved(&self) -> bool {
        let found = self.held_ml + self.emptied_ml + self.beside_ml + self.swept_ml;
        self.before_ml + self.brought_ml == found
    }
}

/// An input that the balance is held against, for as many days as it held.
#[derive(Clone, Debug, PartialEq)]
pub struct BalancedInput {
    /// Kilograms per inhabitant and year.
    pub kg_per_inhabitant_year: f64,
    /// Kilograms per cubic metre in the container.
    pub density_kg_m3: f64,
    /// How many days of the year it held.
    pub days: u32,
    /// Where both numbers come from.
    pub source: String,
}

/// One stream in one year.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamBalance {
    /// The stream.
    pub stream: Stream,
    /// The calendar year, in Europe/Paris.
    pub year: i16,
    /// How many containers take it.
    pub containers: usize,
    /// How many inhabitants bring it to them: the sum of the catchments.
    pub inhabitants: f64,
    /// The flows that held, in the order of time.
    pub inputs: Vec<BalancedInput>,
    /// Tonnes that the inputs say.
    pub expected_t: f64,
    /// Cubic metres that the inputs say.
    pub expected_m3: f64,
    /// Tonnes that the model brought.
    pub simulated_t: f64,
    /// Cubic metres that the model brought.
    pub simulated_m3: f64,
    /// The standard error of both, as a share of what is expected: compound Poisson with a day effect.
    pub standard_error: f64,
    /// How often crews emptied a container.
    pub emptyings: usize,
    /// Where it went.
    pub accounts: Accounts,
}

impl StreamBalance {
    /// By how much more was brought than expected, as a share: of the tonnes or of the volume,
    /// whichever is further off.
    pub fn difference(&self) -> f64 {
        let off = |simulated: f64, expected: f64| {
            if expected > 0.0 {
                simulated / expected - 1.0
            } else {
                simulated
            }
        };
        let tonnes = off(self.simulated_t, self.expected_t);
        let volume = off(self.simulated_m3, self.expected_m3);
        if tonnes.abs() >= volume.abs() {
            tonnes
        } else {
            volume
        }
    }

    /// Kilograms that the model brought for each inhabitant served.
    pub fn kg_per_inhabitant(&self) -> f64 {
        1000.0 * self.simulated_t / self.inhabitants
    }

    /// Whether it is within [`CLOSES_WITHIN`] of its inputs, and nothing was lost.
    pub fn is_closed(&self) -> bool {
        self.difference().abs() <= CLOSES_WITHIN && self.accounts.is_conserved()
    }
}

/// Runs the model through a calendar year, emptied by rounds, and holds each stream against the flows of
/// its plan. It begins as [`Rounds::settled_state`] has it.
///
/// What is expected follows from inhabitants, flows, growth and calendar alone: not from the rates of
/// sites, and without events, which bring more or less on purpose. Streams without a container are none.
///
/// ```
/// use simulator::filling::{ContainerSpec, FillingModel, FillingParams, balance};
/// use simulator::random::Seed;
/// use simulator::rounds::{Rounds, demonstration_rules};
/// use twin_core::{ContainerType, Litres, Stream};
///
/// let column = |site| ContainerSpec {
///     site,
///     stream: Stream::Glass,
///     container_type: ContainerType::Column,
///     capacity: Litres::new(4000.0).expect("a volume"),
///     catchment: 400.0,
/// };
/// let columns: Vec<_> = (0..20).map(column).collect();
/// let model = FillingModel::new(&columns, FillingParams::default(), Seed(1))?;
/// let glass = &balance(&model, &Rounds::new(&demonstration_rules())?, 2022)?[0];
/// assert!(glass.accounts.is_conserved());
/// assert!((glass.expected_t - 8000.0 * 0.030).abs() < 0.2);
/// # Ok::<(), simulator::SimError>(())
/// ```
///
/// # Errors
/// A year outside of [`CALENDAR_YEARS`].
pub fn balance(model: &FillingModel, rounds: &Rounds, year: i16) -> SimResult<Vec<StreamBalance>> {
    let periods = periods(model, year)?;
    let mut state = rounds.settled_state(model, periods[0].from)?;
    let before = state.clone();
    let mut emptyings = Vec::new();
    let mut snapshots = vec![state.clone()];
    for period in &periods {
        let within = (period.from, period.to);
        emptyings.extend(rounds.run(model, &mut state, within)?);
        snapshots.push(state.clone());
    }
    let books = Books {
        model,
        calendar: Calendar::new(&model.params().calendar)?,
        year,
        periods: &periods,
        snapshots: &snapshots,
        before: &before,
        emptyings: &emptyings,
    };
    let streams = Stream::ALL.iter();
    let balances = streams.map(|stream| books.stream(*stream));
    Ok(balances
        .collect::<SimResult<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

/// A part of a year in which one phase of the flow plan holds.
#[derive(Clone, Debug)]
struct Period {
    from: Timestamp,
    to: Timestamp,
    phase: Option<usize>,
    days: Vec<LocalDay>,
}

/// The parts of a year; a day belongs to the phase that holds when it begins.
fn periods(model: &FillingModel, year: i16) -> SimResult<Vec<Period>> {
    let (first, last) = (*CALENDAR_YEARS.start(), *CALENDAR_YEARS.end());
    in_range(
        "the year",
        f64::from(year),
        (f64::from(first) + 1.0, f64::from(last) - 1.0),
        "1997 to 2198",
    )?;
    let plan = &model.params().flows;
    let mut periods: Vec<Period> = Vec::new();
    let mut day = LocalDay::of(date(year, 1, 1));
    while let Some(today) = day.filter(|day| day.date().year() == year) {
        let phase = plan.phase_at(today.start());
        day = today.next();
        match periods.last_mut().filter(|last| last.phase == phase) {
            Some(period) => {
                period.to = today.end();
                period.days.push(today);
            }
            None => periods.push(Period {
                from: today.start(),
                to: today.end(),
                phase,
                days: vec![today],
            }),
        }
    }
    Ok(periods)
}

/// Everything that a year left behind.
struct Books<'a> {
    model: &'a FillingModel,
    calendar: Calendar,
    year: i16,
    periods: &'a [Period],
    /// The state at the beginning of the first period, and at the end of each.
    snapshots: &'a [FillingState],
    before: &'a FillingState,
    emptyings: &'a [Emptying],
}

impl Books<'_> {
    fn stream(&self, stream: Stream) -> SimResult<Option<StreamBalance>> {
        let mut members = Vec::new();
        let mut inhabitants = 0.0;
        for container in 0..self.model.container_count() {
            let spec = self.model.spec(container)?;
            if spec.stream == stream {
                members.push(container);
                inhabitants += spec.catchment;
            }
        }
        if members.is_empty() {
            return Ok(None);
        }
        let mut emptyings = 0;
        for emptying in self.emptyings {
            emptyings += usize::from(self.model.spec(emptying.container)?.stream == stream);
        }
        let mut balance = StreamBalance {
            stream,
            year: self.year,
            containers: members.len(),
            inhabitants,
            inputs: Vec::new(),
            expected_t: 0.0,
            expected_m3: 0.0,
            simulated_t: 0.0,
            simulated_m3: 0.0,
            standard_error: 0.0,
            emptyings,
            accounts: self.accounts(&members),
        };
        let mut variance_m6 = 0.0;
        for at in 0..self.periods.len() {
            variance_m6 += self.period(at, &members, &mut balance)?;
        }
        if balance.expected_m3 > 0.0 {
            balance.standard_error = libm::sqrt(variance_m6) / balance.expected_m3;
        }
        Ok(Some(balance))
    }

    /// Adds one period to a balance; answers the variance of its volume, in m³ squared.
    fn period(&self, at: usize, members: &[usize], balance: &mut StreamBalance) -> SimResult<f64> {
        let (period, params) = (&self.periods[at], self.model.params());
        let phase = period.phase.map(|phase| &params.flows.0[phase]);
        let Some(flow) = phase.and_then(|phase| phase.flow(balance.stream)) else {
            return Ok(0.0);
        };
        let factor = |day: &LocalDay| {
            self.calendar
                .day_factor(balance.stream, day.date(), &params.weather)
        };
        let factors: Vec<f64> = period.days.iter().map(factor).collect();
        let sum: f64 = factors.iter().sum();
        let squares: f64 = factors.iter().map(|factor| factor * factor).sum();
        let kg = flow.kg_per_inhabitant_year * (1.0 + params.growth) * balance.inhabitants;
        let expected_kg = kg / DAYS_PER_YEAR * sum;
        balance.expected_t += expected_kg / 1000.0;
        balance.expected_m3 += expected_kg / flow.density_kg_m3;

        let brought = |state: &FillingState| -> u64 {
            let fills = members.iter().map(|c| state.containers[*c].brought_ml);
            fills.sum()
        };
        let ml = brought(&self.snapshots[at + 1]) - brought(&self.snapshots[at]);
        let litres = f64_of(ml) / 1000.0;
        balance.simulated_m3 += litres / 1000.0;
        balance.simulated_t += flow.kilograms(litres) / 1000.0;
        balance.inputs.push(BalancedInput {
            kg_per_inhabitant_year: flow.kg_per_inhabitant_year,
            density_kg_m3: flow.density_kg_m3,
            days: u32::try_from(factors.len()).unwrap_or(u32::MAX),
            source: flow.source.clone(),
        });
        let mut variance_l2 = 0.0;
        for container in members {
            let volume = params.deposit(self.model.spec(*container)?.container_type);
            let daily = self.model.mean_deposits_per_day(*container, period.from)?;
            let mean = volume.mean_l();
            variance_l2 += daily * sum * (volume.variance_l2() + mean * mean);
            if let Some(shape) = params.day_effect_shape {
                variance_l2 += squares * (daily * mean) * (daily * mean) / shape;
            }
        }
        Ok(variance_l2 * 1e-6)
    }

    fn accounts(&self, members: &[usize]) -> Accounts {
        let after = self.snapshots.last().unwrap_or(self.before);
        let mut accounts = Accounts::default();
        for container in members {
            let (before, fill): (&ContainerFill, &ContainerFill) = (
                &self.before.containers[*container],
                &after.containers[*container],
            );
            accounts.before_ml += before.held_ml + before.beside_ml;
            accounts.brought_ml += fill.brought_ml - before.brought_ml;
            accounts.held_ml += fill.held_ml;
            accounts.emptied_ml += fill.emptied_ml - before.emptied_ml;
            accounts.beside_ml += fill.beside_ml;
            accounts.swept_ml += fill.swept_ml - before.swept_ml;
        }
        accounts
    }
}
