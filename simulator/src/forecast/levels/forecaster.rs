//! All containers together: what they share, and forecasts of each.

use std::collections::{BTreeMap, VecDeque};

use twin_core::{ContainerType, Span, Stream, Timestamp};

use super::change::{DaySum, FlowChange, Tempo};
use super::compound::Cumulants;
use super::faults::Suspicion;
use super::outlook::LevelForecast;
use super::rhythm::Rhythm;
use super::track::Emptied;
use super::watched::{Watched, days_between};
use super::{ContainerFacts, LevelReading};
use crate::forecast::spread::{NORMAL, Spread};
use crate::numbers::f64_of_index;

const DAY: Span = Span::from_hours(24);
/// Errors are kept apart for forecasts of a day, of three days and of a week.
const JUDGED: [Span; 3] = [DAY, Span::from_hours(72), Span::from_hours(168)];
/// Errors of so many days make the spread.
const SPREAD_DAYS: usize = 20;
/// A forecast is judged where so much of its time was seen.
const LEAST_SEEN: f64 = 0.75;
/// The mean rate of a group stands for so many days where few were seen.
const DAYS_BEFORE: f64 = 5.0;
/// What comes to a container a day before anything is known, in litres (assumption).
const LITRES_BEFORE: f64 = 100.0;
/// No level is waited for longer than this.
const MOST_HOURS: usize = 24 * 60;
/// Most errors that make a spread: of more containers, those of fewer days.
const MOST_ERRORS: usize = 200_000;
/// Where [`LEVELS`] have one case in ten, the middle, and all but one in ten.
const TENTHS: [usize; 3] = [18, 10, 2];
/// The same of one case in twenty.
const TWENTIETHS: [usize; 3] = [19, 10, 1];

/// What containers of a stream share.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    pub(super) rhythm: Rhythm,
    pub(super) tempo: Tempo,
    today: DaySum,
    /// Errors of forecasts, by horizon as in [`JUDGED`].
    spreads: [Spread; 3],
}

impl Pace {
    /// Takes in what came to a container that is known, between two instants.
    pub(super) fn learn(
        &mut self,
        container: &Watched,
        (from, to): (Timestamp, Timestamp),
        came: f64,
    ) {
        let daily = container.rate.daily;
        let busy = self.rhythm.days(from, to);
        let variance = container.day_variance(daily * self.tempo.factor);
        let noise = 2.0 * container.usual_noise();
        let weight = variance / (variance + noise);
        self.today.seen += weight * came / daily;
        self.today.expected += weight * busy;
        let of_noise = noise * days_between(from, to);
        self.today.variance += weight * weight * (variance * busy + of_noise) / (daily * daily);
        let average_days = came / (daily * self.tempo.factor);
        self.rhythm.learn((from, to), (average_days, weight));
    }

    /// Quantiles of errors, in deviations, after so many days: never surer than the law itself, for what was
    /// read says nothing of faults that nobody noticed.
    fn spread(&self, days: f64) -> [f64; 21] {
        let horizon = match days {
            days if days < 1.8 => 0,
            days if days < 4.5 => 1,
            _ => 2,
        };
        let mut spread = *self.spreads[horizon].quantiles();
        for (quantile, normal) in spread.iter_mut().zip(NORMAL) {
            *quantile = if normal < 0.0 {
                quantile.min(normal)
            } else {
                quantile.max(normal)
            };
        }
        // The middle is where errors have theirs, between its neighbours.
        spread[10] = self.spreads[horizon].quantiles()[10].clamp(spread[9], spread[11]);
        spread
    }
}

/// A forecast of what comes, to be judged when its time is over.
#[derive(Clone, Copy, Debug)]
struct Claim {
    container: usize,
    due: Timestamp,
    /// Which of [`JUDGED`].
    horizon: usize,
    /// What had come.
    came: f64,
    days: f64,
    /// The days of rhythm that are forecast.
    busy: f64,
    daily: f64,
    doubt: f64,
}

/// A sensor was suspected of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspected {
    /// Whose sensor.
    pub container: usize,
    /// Of what.
    pub suspicion: Suspicion,
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None`: still.
    pub until: Option<Timestamp>,
}

/// Forecasts levels, and learns from each reading that it hears.
///
/// ```
/// use simulator::filling::FillingParams;
/// use simulator::forecast::{ContainerFacts, LevelForecaster, LevelReading};
/// use twin_core::{ContainerType, Litres, Mounting, Span, Stream, Timestamp};
///
/// let column = ContainerFacts {
///     stream: Stream::Glass,
///     container_type: ContainerType::Column,
///     capacity: Litres::new(4000.0)?,
///     deposit: FillingParams::default().deposit(ContainerType::Column),
///     mounting: Mounting::new(1800, 300)?,
///     interval: Span::from_hours(4),
/// };
/// let mut forecaster = LevelForecaster::new(&[column]);
/// let start: Timestamp = "2022-05-01T00:00:00Z".parse()?;
/// for hour in (0..240).step_by(4) {
///     let reading = LevelReading {
///         at: start + Span::from_hours(hour),
///         distance_mm: Some(1700 - u16::try_from(hour)? * 2),
///         is_doubtful: false,
///         is_tilted: false,
///     };
///     forecaster.hear(0, &reading);
/// }
/// let now = start + Span::from_hours(240);
/// let tomorrow = forecaster.forecast(0, (now, Span::from_hours(24))).expect("it was heard");
/// assert!((0.38..0.48).contains(&tomorrow.median()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LevelForecaster {
    containers: Vec<Watched>,
    paces: Vec<Pace>,
    /// Mean rates, in litres a day.
    groups: BTreeMap<(Stream, ContainerType), f64>,
    streams: BTreeMap<Stream, f64>,
    everywhere: f64,
    claims: VecDeque<Claim>,
    day_end: Option<Timestamp>,
    changes: Vec<FlowChange>,
    emptyings: Vec<(usize, Emptied)>,
    suspected: Vec<Suspected>,
    /// By container, where it is in the list above.
    open: Vec<Option<usize>>,
}

impl LevelForecaster {
    /// Knows nothing of containers but what they are.
    pub fn new(containers: &[ContainerFacts]) -> Self {
        let errors = (SPREAD_DAYS * containers.len()).min(MOST_ERRORS);
        let spreads: [Spread; 3] = std::array::from_fn(|_| Spread::of_last(1.0, errors));
        let pace = |stream: &Stream| Pace {
            rhythm: Rhythm::default(),
            tempo: Tempo::new(*stream),
            today: DaySum::default(),
            spreads: spreads.clone(),
        };
        let mut forecaster = Self {
            containers: containers.iter().copied().map(Watched::new).collect(),
            paces: Stream::ALL.iter().map(pace).collect(),
            groups: BTreeMap::new(),
            streams: BTreeMap::new(),
            everywhere: LITRES_BEFORE,
            claims: VecDeque::new(),
            day_end: None,
            changes: Vec::new(),
            emptyings: Vec::new(),
            suspected: Vec::new(),
            open: vec![None; containers.len()],
        };
        forecaster.settle_rates();
        forecaster
    }

    /// The same for whoever asks for no [rule of thumb](super::LevelRule) of the same hours a week ago, which
    /// would have it keep nine days of every container.
    #[must_use]
    pub fn without_rules(mut self) -> Self {
        for watched in &mut self.containers {
            watched.keeps_recent = false;
        }
        self
    }

    /// Takes in a reading, not earlier than the ones before; an unknown container is passed over.
    pub fn hear(&mut self, container: usize, reading: &LevelReading) {
        self.pass(reading.at);
        let Some(watched) = self.containers.get_mut(container) else {
            return;
        };
        let pace = &mut self.paces[watched.facts.stream as usize];
        let emptied = watched.hear(reading, pace);
        self.emptyings
            .extend(emptied.map(|emptied| (container, emptied)));
        self.note_suspicion(container, reading.at);
    }

    /// Time passes: what is due by then is done.
    pub fn pass(&mut self, now: Timestamp) {
        let mut end = *self.day_end.get_or_insert(now + DAY);
        while end <= now {
            self.end_day(end);
            end = end + DAY;
        }
        self.day_end = Some(end);
    }

    /// What a container will hold after some time, as far as is known by `at`; `None` where its sensor
    /// never told anything.
    pub fn forecast(
        &self,
        container: usize,
        (at, horizon): (Timestamp, Span),
    ) -> Option<LevelForecast> {
        let (watched, pace) = self.of(container)?;
        let present = watched.present(at, pace)?;
        let to = at + horizon;
        let busy = pace.rhythm.days(present.since, to);
        let law = watched.holding(pace, present, (busy, days_between(present.since, to)));
        Some(LevelForecast {
            load: pace
                .spread(days_between(at, to))
                .map(|z| law.amount(z).max(0.0)),
        })
    }

    /// Hours from `at` until a container holds as much: as one case in ten has it, as half of them, and as
    /// all but one in ten; `None` where that takes more than 60 days. The outer `None` is for a sensor that
    /// never told anything.
    pub fn hours_until(
        &self,
        container: usize,
        asked: (Timestamp, f64),
    ) -> Option<[Option<f64>; 3]> {
        self.hours_until_quantiles(container, asked, TENTHS)
    }

    /// The same as one case in twenty has it, as half of them, and as all but one in twenty: nine cases in ten
    /// lie between.
    pub fn hours_until_within_90(
        &self,
        container: usize,
        asked: (Timestamp, f64),
    ) -> Option<[Option<f64>; 3]> {
        self.hours_until_quantiles(container, asked, TWENTIETHS)
    }

    /// The soonest first.
    fn hours_until_quantiles(
        &self,
        container: usize,
        (at, load): (Timestamp, f64),
        quantiles: [usize; 3],
    ) -> Option<[Option<f64>; 3]> {
        let (watched, pace) = self.of(container)?;
        let present = watched.present(at, pace)?;
        let before = days_between(present.since, at);
        let mut busy = pace.rhythm.days(present.since, at);
        let mut found = [None; 3];
        for (hour, more) in pace.rhythm.hourly(at, MOST_HOURS).enumerate() {
            let hours = f64_of_index(hour);
            let law = watched.holding(pace, present, (busy, before + hours / 24.0));
            let spread = pace.spread(hours / 24.0);
            for (found, quantile) in found.iter_mut().zip(quantiles) {
                if law.amount(spread[quantile]) >= load {
                    found.get_or_insert(hours);
                }
            }
            if found[2].is_some() {
                break;
            }
            busy += more;
        }
        Some(found)
    }

    /// When a container was seen emptied last; `None` where that was never seen.
    pub fn last_emptied(&self, container: usize) -> Option<Timestamp> {
        self.containers.get(container)?.emptied
    }

    /// Lets go of what is told of the past, so that it can go on for good: emptyings, changes of flows, and
    /// suspicions that are over. What was learned of them stays.
    pub fn forget_told(&mut self) {
        self.emptyings.clear();
        self.changes.clear();
        self.suspected.retain(|suspected| suspected.until.is_none());
        self.open.fill(None);
        for (index, suspected) in self.suspected.iter().enumerate() {
            self.open[suspected.container] = Some(index);
        }
    }

    /// The emptyings that were found, in the order in which they were confirmed.
    pub fn emptyings(&self) -> &[(usize, Emptied)] {
        &self.emptyings
    }

    /// The changes of flows that were found.
    pub fn changes(&self) -> &[FlowChange] {
        &self.changes
    }

    /// What sensors were and are suspected of, in the order of suspicions.
    pub fn suspected(&self) -> &[Suspected] {
        &self.suspected
    }

    /// What a container's sensor is suspected of now.
    pub fn suspicion(&self, container: usize) -> Option<Suspicion> {
        self.containers.get(container)?.watch.suspicion()
    }

    pub(super) fn of(&self, container: usize) -> Option<(&Watched, &Pace)> {
        let watched = self.containers.get(container)?;
        Some((watched, &self.paces[watched.facts.stream as usize]))
    }

    /// The rate of others like a container, in shares of its capacity a day.
    pub(super) fn prior(&self, facts: &ContainerFacts) -> f64 {
        let group = self.groups.get(&(facts.stream, facts.container_type));
        let stream = || self.streams.get(&facts.stream).copied();
        let litres = group.copied().or_else(stream).unwrap_or(self.everywhere);
        litres.max(0.01) / facts.capacity.get().max(1.0)
    }

    fn end_day(&mut self, end: Timestamp) {
        self.judge(end);
        for pace in 0..self.paces.len() {
            let Pace {
                rhythm,
                tempo,
                today,
                ..
            } = &mut self.paces[pace];
            rhythm.settle();
            let Some(change) = tempo.settle(std::mem::take(today), (end - DAY, end)) else {
                continue;
            };
            self.changes.push(change);
            let containers = &mut self.containers;
            for watched in containers
                .iter_mut()
                .filter(|w| w.facts.stream == change.stream)
            {
                watched.rate.forget();
            }
            let is_other =
                |claim: &Claim| containers[claim.container].facts.stream != change.stream;
            self.claims.retain(is_other);
        }
        self.settle_rates();
        for container in 0..self.containers.len() {
            self.containers[container].watch.pass(end);
            self.note_suspicion(container, end);
            self.claim(container, end);
        }
    }

    /// Mean rates of groups, then the rate of each container.
    fn settle_rates(&mut self) {
        let mut groups: BTreeMap<(Stream, ContainerType), (f64, f64)> = BTreeMap::new();
        for watched in &self.containers {
            let key = (watched.facts.stream, watched.facts.container_type);
            let (litres, days) = groups.entry(key).or_default();
            *litres += watched.rate.risen.max(0.0) * watched.facts.capacity.get();
            *days += watched.rate.days;
        }
        let mean = |(litres, days): (f64, f64), before: f64| {
            (litres + DAYS_BEFORE * before) / (days + DAYS_BEFORE)
        };
        let sum = |sums: &mut (f64, f64), more: &(f64, f64)| {
            *sums = (sums.0 + more.0, sums.1 + more.1);
        };
        let (mut all, mut streams) = ((0.0, 0.0), BTreeMap::<Stream, (f64, f64)>::new());
        for ((stream, _), sums) in &groups {
            sum(&mut all, sums);
            sum(streams.entry(*stream).or_default(), sums);
        }
        self.everywhere = mean(all, LITRES_BEFORE);
        let streams = streams.into_iter();
        self.streams = streams
            .map(|(stream, sums)| (stream, mean(sums, self.everywhere)))
            .collect();
        let groups = groups.into_iter();
        self.groups = groups
            .map(|(key, sums)| (key, mean(sums, self.streams[&key.0])))
            .collect();
        for container in 0..self.containers.len() {
            let prior = self.prior(&self.containers[container].facts);
            self.containers[container].settle(prior);
        }
    }

    /// Forecasts what comes to a container, for the spread's sake.
    fn claim(&mut self, container: usize, at: Timestamp) {
        let Some((watched, pace)) = self.of(container) else {
            return;
        };
        let is_usable = watched.is_known() && watched.watch.suspicion().is_none();
        let Some((last, _)) = watched.track.last.filter(|_| is_usable) else {
            return;
        };
        let claims = JUDGED.iter().enumerate().map(|(horizon, length)| Claim {
            container,
            due: at + *length,
            horizon,
            came: watched.account.came,
            days: watched.account.days,
            busy: pace.rhythm.days(last, last + *length),
            daily: watched.rate.daily * pace.tempo.factor,
            doubt: watched.rate_doubt(),
        });
        let claims: Vec<Claim> = claims.collect();
        self.claims.extend(claims);
    }

    /// How far off the forecasts were that are due.
    fn judge(&mut self, now: Timestamp) {
        let mut scores: BTreeMap<(Stream, usize), Vec<f64>> = BTreeMap::new();
        let containers = &self.containers;
        self.claims.retain(|claim| {
            let is_due = claim.due <= now;
            let watched = &containers[claim.container];
            if is_due && let Some(score) = watched.score(claim) {
                let key = (watched.facts.stream, claim.horizon);
                scores.entry(key).or_default().push(score);
            }
            !is_due
        });
        for ((stream, horizon), mut scores) in scores {
            // In their own order, so that the order of containers does not matter.
            scores.sort_unstable_by(f64::total_cmp);
            self.paces[stream as usize].spreads[horizon].add_all(&scores);
        }
    }

    fn note_suspicion(&mut self, container: usize, at: Timestamp) {
        let suspicion = self.suspicion(container);
        let open = &mut self.open[container];
        let told = open.map(|index| self.suspected[index].suspicion);
        if told == suspicion {
            return;
        }
        if let Some(index) = open.take() {
            self.suspected[index].until = Some(at);
        }
        if let Some(suspicion) = suspicion {
            *open = Some(self.suspected.len());
            self.suspected.push(Suspected {
                container,
                suspicion,
                from: at,
                until: None,
            });
        }
    }
}

impl Watched {
    /// How far off a forecast was, in deviations; `None` where too little of its time was seen.
    fn score(&self, claim: &Claim) -> Option<f64> {
        const MOST: f64 = 6.0;
        let busy = self.account.days - claim.days;
        let seen = busy / claim.busy.max(1e-9);
        if seen < LEAST_SEEN || self.watch.suspicion().is_some() {
            return None;
        }
        let days = (JUDGED[claim.horizon].as_millis() / 86_400_000).max(1);
        let days = crate::numbers::f64_of_i64(days) * seen;
        let mean = claim.daily * busy;
        let day_variance = super::watched::DAY_VARIANCE;
        let law = Cumulants::of(mean, self.grain, (days.max(1.0), day_variance));
        let law = law.blurred(claim.doubt * mean * mean + 2.0 * self.usual_noise());
        Some(
            law.normal(self.account.came - claim.came)
                .clamp(-MOST, MOST),
        )
    }
}
