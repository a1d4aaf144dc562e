//! A fixed round for each stream, for demonstrations: a crew passes every few days and empties what
//! is full enough. It drives the filling kernel from outside, as a real collection plan does, and is
//! what such a plan replaces.

use serde::{Deserialize, Serialize};
use twin_core::{Fraction, Litres, Span, Stream, Timestamp};

use crate::calendar::LocalDay;
use crate::error::{SimError, SimResult, in_range};
use crate::filling::{ContainerFill, DayCache, FillingModel, FillingState};
use crate::numbers::f64_of_i64;

/// When a crew passes the containers of one stream, and what it empties.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundRule {
    /// The stream.
    pub stream: Stream,
    /// It passes every so many days, 1 to 365; sites take turns.
    pub every_days: u16,
    /// Hours after local midnight at which the round begins, 0 to 17; it lasts six hours.
    pub start_hour: u8,
    /// It empties a container that is at least so full.
    pub threshold: Fraction,
    /// It empties a container after so long in any case.
    pub max_interval: Option<Span>,
}

/// What a crew took away at one container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Emptying {
    /// When.
    pub at: Timestamp,
    /// Which container of the model.
    pub container: usize,
    /// From inside.
    pub emptied: Litres,
    /// From around it.
    pub swept: Litres,
}

/// A crew stands at a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// When.
    pub at: Timestamp,
    /// Which container of the model.
    pub container: usize,
}

impl RoundRule {
    /// The crew looks into the container, whose site stands at the instant of the visit, and empties it and
    /// sweeps around it where the rule says so.
    pub(crate) fn serve(
        &self,
        fill: &mut ContainerFill,
        capacity: Litres,
        Visit { at, container }: Visit,
    ) -> Option<Emptying> {
        let is_late = self.max_interval.is_some_and(|longest| {
            fill.emptied_at
                .is_some_and(|emptied| at.since(emptied) >= longest)
        });
        let is_due = fill.fill(capacity) >= self.threshold || is_late || fill.beside_ml > 0;
        is_due.then(|| Emptying {
            at,
            container,
            emptied: fill.empty(at),
            swept: fill.sweep(),
        })
    }
}

/// On which days and when a crew passes a container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Turn {
    pub(crate) rule: RoundRule,
    /// The place of its site among the days of the interval.
    nth: u32,
    into_day: Span,
}

impl Turn {
    fn new(rule: RoundRule, site: u32) -> Self {
        let turn = u64::from(site).wrapping_mul(SPREAD) >> 32;
        let into_round = i64::try_from(turn).unwrap_or(0) * 7919 % ROUND_MS;
        let into_day = i64::from(rule.start_hour) * 3_600_000 + into_round;
        Self {
            nth: u32::try_from(turn % u64::from(rule.every_days)).unwrap_or(0),
            into_day: Span::from_millis(into_day),
            rule,
        }
    }

    /// When the crew comes on a local day, of its number; `None`: on another.
    pub(crate) fn on(&self, (start, number): (Timestamp, u32)) -> Option<Timestamp> {
        let every_days = u32::from(self.rule.every_days);
        let is_turn = (number % every_days + self.nth).is_multiple_of(every_days);
        is_turn.then(|| start + self.into_day)
    }
}

/// How long a round takes from its first container to its last.
const ROUND_MS: i64 = 6 * 3_600_000;
/// Spreads the sites over the days of the interval and the hours of the round.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// How long [`Rounds::settled_state`] runs before it answers, in days.
const SETTLING_DAYS: i64 = 28;
/// The level, in thousandths, up to which [`Rounds::settled_state`] fills at random before it runs.
const SETTLING_FILL: u16 = 800;

/// The demonstration's rules \[K-low\]: chosen so that few containers overflow and none stays empty.
pub fn demonstration_rules() -> Vec<RoundRule> {
    let rule = |stream, every_days, start_hour, percent: f64, max_days: Option<i64>| RoundRule {
        stream,
        every_days,
        start_hour,
        threshold: Fraction::saturating(percent / 100.0),
        max_interval: max_days.map(|days| Span::from_hours(24 * days)),
    };
    vec![
        rule(Stream::Glass, 7, 8, 60.0, None),
        rule(Stream::Paper, 4, 6, 60.0, None),
        rule(Stream::Packaging, 2, 5, 50.0, Some(28)),
        rule(Stream::Mixed, 2, 5, 50.0, Some(28)),
        rule(Stream::Unknown, 2, 5, 50.0, Some(28)),
        rule(Stream::Cardboard, 4, 6, 60.0, Some(28)),
        rule(Stream::Metal, 14, 6, 60.0, None),
        rule(Stream::Textile, 7, 6, 60.0, None),
        rule(Stream::Organic, 3, 5, 30.0, Some(7)),
        rule(Stream::Residual, 3, 5, 30.0, Some(7)),
        rule(Stream::Litter, 1, 6, 30.0, Some(7)),
    ]
}

/// The rules, checked.
///
/// ```
/// use simulator::rounds::{Rounds, demonstration_rules};
///
/// assert!(Rounds::new(&demonstration_rules()).is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rounds(Vec<RoundRule>);

impl Rounds {
    /// Refuses an interval or an hour outside its range; the first rule of a stream holds.
    pub fn new(rules: &[RoundRule]) -> SimResult<Self> {
        for rule in rules {
            in_range(
                "every_days",
                f64::from(rule.every_days),
                (1.0, 365.0),
                "1 to 365",
            )?;
            in_range(
                "start_hour",
                f64::from(rule.start_hour),
                (0.0, 17.0),
                "0 to 17",
            )?;
        }
        Ok(Self(rules.to_vec()))
    }

    /// Nobody ever comes: the collection is planned elsewhere.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The visits of a local day, in order of time.
    pub fn visits(&self, model: &FillingModel, day: &LocalDay) -> SimResult<Vec<Visit>> {
        let mut visits = Vec::new();
        for (container, turn) in self.turns(model)?.iter().enumerate() {
            let at = turn.and_then(|turn| turn.on((day.start(), day.number())));
            visits.extend(at.map(|at| Visit { at, container }));
        }
        visits.sort_unstable();
        Ok(visits)
    }

    /// When crews pass each container; `None`: never.
    pub(crate) fn turns(&self, model: &FillingModel) -> SimResult<Vec<Option<Turn>>> {
        let turn = |container| {
            let spec = model.spec(container)?;
            let rule = self.rule(spec.stream);
            Ok(rule.map(|rule| Turn::new(*rule, spec.site)))
        };
        (0..model.container_count()).map(turn).collect()
    }

    /// The crew looks into the container, and empties it and sweeps around it where the rule says so.
    pub fn serve(
        &self,
        model: &FillingModel,
        (state, days): (&mut FillingState, &mut DayCache),
        visit: Visit,
    ) -> SimResult<Option<Emptying>> {
        let Visit { at, container } = visit;
        let spec = model.spec(container)?;
        model.advance_site(state, (model.site_of(container)?, at), days)?;
        let rule = self.rule(spec.stream);
        let fill = &mut state.containers[container];
        Ok(rule.and_then(|rule| rule.serve(fill, spec.capacity, visit)))
    }

    /// Advances the truth to `to`, with all visits on the way.
    pub fn run(
        &self,
        model: &FillingModel,
        state: &mut FillingState,
        (from, to): (Timestamp, Timestamp),
    ) -> SimResult<Vec<Emptying>> {
        let mut days = DayCache::default();
        let mut emptyings = Vec::new();
        let mut day = Some(LocalDay::containing(from)?);
        while let Some(today) = day.filter(|day| day.start() <= to) {
            for visit in self.visits(model, &today)? {
                if from < visit.at && visit.at <= to {
                    emptyings.extend(self.serve(model, (state, &mut days), visit)?);
                }
            }
            let until = to.min(Timestamp::from_millis(today.end().as_millis() - 1));
            model.advance_all(state, until.max(from), &mut days)?;
            day = today.next();
        }
        model.advance_all(state, to, &mut days)?;
        Ok(emptyings)
    }

    /// A plausible state to start at: uniform levels four weeks earlier, then four weeks of deposits
    /// and rounds; the accounts open at `at`.
    pub fn settled_state(&self, model: &FillingModel, at: Timestamp) -> SimResult<FillingState> {
        let from = at - Span::from_hours(24 * SETTLING_DAYS);
        let mut state = model.stationary_state(from, SETTLING_FILL);
        if self.0.is_empty() {
            return Ok(model.stationary_state(at, SETTLING_FILL));
        }
        self.run(model, &mut state, (from, at))?;
        state.open_accounts(at);
        Ok(state)
    }

    fn rule(&self, stream: Stream) -> Option<&RoundRule> {
        self.0.iter().find(|rule| rule.stream == stream)
    }
}

/// Emptyings a day, over the time between `from` and `to`.
pub fn emptyings_per_day(emptyings: &[Emptying], from: Timestamp, to: Timestamp) -> SimResult<f64> {
    if to <= from {
        return Err(SimError::TimeRunsBackwards { from, to });
    }
    let days = f64_of_i64(to.since(from).as_millis()) / 86_400_000.0;
    let count = u32::try_from(emptyings.len()).unwrap_or(u32::MAX);
    Ok(f64::from(count) / days)
}
