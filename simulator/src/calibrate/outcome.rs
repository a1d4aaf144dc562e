//! What a calibration comes to: rates, factors and a change, each within what it lies in 90 % of cases.

use jiff::civil::Date;
use twin_core::Stream;

use super::days::{
    BEFORE_AT, FEATURES, MONTH_AT, PUBLIC_AT, Row, SCHOOL_AT, prior_sigma, year_mean,
};
use super::fit::{Data, Fit, degrees};
use super::regime::{self, Found};
use super::solve::quadratic;
use super::spread::t_95;
use super::visits::{ChangeRule, FoundLevel, LevelRules, Ticket, TicketRules, Visits};
use crate::error::SimResult;
use crate::filling::FillingParams;
use crate::numbers::f64_of_index;

/// A number above zero, and within what it lies in 90 % of all cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The most likely value.
    pub value: f64,
    /// In one case in twenty it is below this.
    pub low: f64,
    /// In one case in twenty it is above this.
    pub high: f64,
}

impl Estimate {
    /// From a logarithm, its standard error, and the quantile of its law.
    fn of_log((log, error): (f64, f64), quantile: f64) -> Self {
        let reach = quantile * error;
        Self {
            value: libm::exp(log),
            low: libm::exp(log - reach),
            high: libm::exp(log + reach),
        }
    }

    /// The same in another unit.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            value: factor * self.value,
            low: factor * self.low,
            high: factor * self.high,
        }
    }

    /// Whether a number lies within.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The rate of a round or a site.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateOf {
    /// Its number.
    pub key: u32,
    /// On how many visits it stands.
    pub visits: usize,
    /// The mean over the days of a year: kilograms a day of a round, percents a day of a site.
    pub per_day: Estimate,
}

/// A multiplier of the calendar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// Against the mean of its kind.
    pub factor: Estimate,
    /// Whether the visits told it. Those that always come after whole weeks tell no weekday, and then
    /// this is little more than what was supposed beforehand.
    pub is_told: bool,
}

/// Everything changed in the same proportion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangeOfRegime {
    /// At the beginning of this day.
    pub from: Date,
    /// Not before this day, in 95 % of all cases; the same where the day was given.
    pub earliest: Date,
    /// Not after this day, in 95 % of all cases; the same where the day was given.
    pub latest: Date,
    /// Times as much as before.
    pub ratio: Estimate,
}

/// What rounds leave in the containers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StockLeft {
    /// Which share of its deviation is left at the next visit.
    pub persistence: f64,
    /// Its variance beside that of what comes between two visits.
    pub variance_ratio: f64,
}

/// What visits say of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The stream.
    pub stream: Stream,
    /// The first day of the first interval, and the last day of the last one.
    pub days: (Date, Date),
    /// How many intervals between visits it stands on.
    pub intervals: usize,
    /// How many of them ended at a full container.
    pub bounds: usize,
    /// Visits that begin an interval and end none.
    pub starts: usize,
    /// Visits of the same container within an hour, which were left out.
    pub repeated: usize,
    /// Intervals whose amount is five standard deviations off.
    pub far_off: usize,
    /// After the change, where there is one.
    pub rates: Vec<RateOf>,
    /// All of them together.
    pub total_per_day: Estimate,
    /// Monday to Sunday.
    pub week: [Factor; 7],
    /// January to December.
    pub months: [Factor; 12],
    /// On public holidays, against other days.
    pub public_holiday: Factor,
    /// During school holidays (zone A), against other days.
    pub school_holiday: Factor,
    /// The change of regime that was given or found.
    pub change: Option<ChangeOfRegime>,
    /// What rounds leave behind; `None` where nothing speaks for it.
    pub stock: Option<StockLeft>,
    /// Crews came to sites because they were full. Rates stand all the same, but a weekday on which they
    /// came is no chance, and what it seems to bring is not told.
    pub follows_levels: bool,
    /// Whether the visits cover a year. If not, no months are fitted, and rates are those of these days.
    pub covers_a_year: bool,
}

/// Crews that come on fixed days are so many standard deviations off once in 30,000 logs.
const HASTE: f64 = -4.0;

/// What tickets of one stream say; `None` where no round has two of them.
///
/// ```
/// use jiff::civil::date;
/// use simulator::calibrate::{Ticket, TicketRules, calibrate_tickets};
/// use twin_core::Stream;
///
/// let ticket = |week: i32| Ticket {
///     round: 1,
///     date: date(2022, 1, 3) + jiff::Span::new().days(7 * week),
///     hour: Some(11.0),
///     kg: 700.0,
/// };
/// let tickets: Vec<_> = (0..50).map(ticket).collect();
/// let glass = calibrate_tickets(Stream::Glass, &tickets, &TicketRules::default())?;
/// let glass = glass.expect("two tickets of a round");
/// assert!((glass.total_per_day.value - 100.0).abs() < 1.0);
/// assert!(!glass.week[0].is_told, "whole weeks tell no weekday");
/// # Ok::<(), simulator::SimError>(())
/// ```
///
/// # Errors
/// A rule or a ticket outside its range.
pub fn calibrate_tickets(
    stream: Stream,
    tickets: &[Ticket],
    rules: &TicketRules,
) -> SimResult<Option<Calibration>> {
    let visits = Visits::of_tickets(stream, tickets, rules)?;
    let least = deposit_noise(stream);
    Ok(visits.and_then(|visits| calibrate(stream, &visits, (rules.change, Some(least)))))
}

/// What levels that crews found say; `None` where no site has two of them. The stream decides the hours
/// at which people come.
///
/// # Errors
/// A rule or a level outside its range.
pub fn calibrate_levels(
    stream: Stream,
    levels: &[FoundLevel],
    rules: &LevelRules,
) -> SimResult<Option<Calibration>> {
    let visits = Visits::of_levels(stream, levels, rules)?;
    Ok(visits.and_then(|visits| calibrate(stream, &visits, (rules.change, None))))
}

/// The variance of what deposits bring, beside its mean, in kilograms: that of a compound Poisson process
/// with the deposits and densities that the model supposes.
fn deposit_noise(stream: Stream) -> f64 {
    let params = FillingParams::default();
    let deposit = match stream {
        Stream::Litter => params.litter_deposit,
        Stream::Residual | Stream::Organic => params.bag_deposit,
        _ => params.household_deposit,
    };
    let mean = deposit.mean_l();
    let litres = (deposit.variance_l2() + mean * mean) / mean;
    let flow = params.flows.0.first().and_then(|phase| phase.flow(stream));
    flow.map_or(0.0, |flow| flow.kilograms(litres))
}

/// With a stock and the least noise beside it, where crews may leave something behind.
fn calibrate(
    stream: Stream,
    visits: &Visits,
    (rule, least): (ChangeRule, Option<f64>),
) -> Option<Calibration> {
    let found = match rule {
        ChangeRule::Never => None,
        ChangeRule::At(from) => Some(Found {
            from,
            earliest: from,
            latest: from,
        }),
        ChangeRule::Find => regime::find(visits),
    };
    let data = Data::new(visits, found.map(|found| found.from));
    let mut fit = data.fit(None, 60)?;
    if let Some(least) = least {
        fit = data.fit_with_stock(&fit, least)?;
    }
    let reader = Reader { visits, fit: &fit };
    let mut outcome = reader.outcome(stream, found);
    if least.is_none() && data.haste(&fit) < HASTE {
        outcome.follows_levels = true;
        for factor in outcome.week.iter_mut().chain([&mut outcome.public_holiday]) {
            factor.is_told = false;
        }
    }
    Some(outcome)
}

/// Reads numbers and their errors off a fit.
struct Reader<'a> {
    visits: &'a Visits,
    fit: &'a Fit,
}

impl Reader<'_> {
    fn outcome(&self, stream: Stream, found: Option<Found>) -> Calibration {
        let years = (self.visits.first.year(), self.visits.last.year());
        let has_seasons = self.visits.has_seasons();
        let (mean, gradient) = year_mean(years, (&self.fit.beta, has_seasons));
        let intervals = self.visits.groups.iter().flat_map(|group| &group.intervals);
        let stock = self.fit.stock;
        Calibration {
            stream,
            days: (self.visits.first, self.visits.last),
            intervals: self.visits.len(),
            bounds: intervals.filter(|interval| interval.is_bound).count(),
            starts: self.visits.starts,
            repeated: self.visits.repeated,
            far_off: self.fit.far_off,
            rates: self.rates(mean, &gradient),
            total_per_day: self.total(mean, &gradient),
            week: std::array::from_fn(|day| self.among(day, (0, MONTH_AT))),
            months: std::array::from_fn(|month| {
                self.among(MONTH_AT + month, (MONTH_AT, PUBLIC_AT))
            }),
            public_holiday: self.alone(PUBLIC_AT),
            school_holiday: self.alone(SCHOOL_AT),
            change: found.map(|found| self.change(found)),
            stock: (stock.ratio > 0.0).then_some(StockLeft {
                persistence: stock.persistence,
                variance_ratio: stock.ratio,
            }),
            follows_levels: false,
            covers_a_year: has_seasons,
        }
    }

    /// How a group's logarithm moves with the calendar when the year's mean is taken out.
    fn lever(&self, group: usize, gradient: &Row) -> Row {
        let arrow = &self.fit.arrow;
        let (rate, shared) = (arrow.rates[group], &arrow.shared[group]);
        std::array::from_fn(|at| shared[at] / rate - gradient[at])
    }

    fn rates(&self, mean: f64, gradient: &Row) -> Vec<RateOf> {
        let groups = self.visits.groups.iter().enumerate();
        let rate = |(at, group): (usize, &super::visits::Group)| {
            let lever = self.lever(at, gradient);
            let own = 1.0 / self.fit.arrow.rates[at];
            let error = libm::sqrt(own + quadratic(&self.fit.covariance, &lever));
            let visits = group.intervals.len();
            let quantile = t_95(degrees(visits));
            RateOf {
                key: group.key,
                visits,
                per_day: Estimate::of_log((self.fit.theta[at] + mean, error), quantile),
            }
        };
        groups.map(rate).collect()
    }

    fn total(&self, mean: f64, gradient: &Row) -> Estimate {
        let rates = self.fit.theta.iter().map(|theta| libm::exp(theta + mean));
        let rates: Vec<f64> = rates.collect();
        let all: f64 = rates.iter().sum();
        let (mut variance, mut lever) = (0.0, [0.0; FEATURES]);
        for (at, rate) in rates.iter().enumerate() {
            let share = rate / all;
            variance += share * share / self.fit.arrow.rates[at];
            for (cell, own) in lever.iter_mut().zip(self.lever(at, gradient)) {
                *cell += share * own;
            }
        }
        variance += quadratic(&self.fit.covariance, &lever);
        let log = (libm::log(all), libm::sqrt(variance));
        Estimate::of_log(log, self.common_quantile())
    }

    /// A factor against the mean of its kind, whose features are those of a range.
    fn among(&self, feature: usize, (from, to): (usize, usize)) -> Factor {
        let beta = &self.fit.beta;
        let factors = beta[from..to].iter().map(|beta| libm::exp(*beta));
        let sum: f64 = factors.sum();
        let count = f64_of_index(to - from);
        let mut lever = [0.0; FEATURES];
        for (at, cell) in lever.iter_mut().enumerate().take(to).skip(from) {
            *cell = -libm::exp(beta[at]) / sum;
        }
        lever[feature] += 1.0;
        let supposed = prior_sigma(feature) * libm::sqrt((count - 1.0) / count);
        self.factor((beta[feature] - libm::log(sum / count), lever), supposed)
    }

    fn alone(&self, feature: usize) -> Factor {
        let mut lever = [0.0; FEATURES];
        lever[feature] = 1.0;
        self.factor((self.fit.beta[feature], lever), prior_sigma(feature))
    }

    fn factor(&self, (log, lever): (f64, Row), supposed: f64) -> Factor {
        let error = libm::sqrt(quadratic(&self.fit.covariance, &lever));
        Factor {
            factor: Estimate::of_log((log, error), self.common_quantile()),
            is_told: error < 0.5 * supposed,
        }
    }

    fn change(&self, found: Found) -> ChangeOfRegime {
        let mut lever = [0.0; FEATURES];
        lever[BEFORE_AT] = -1.0;
        let log = -self.fit.beta[BEFORE_AT];
        ChangeOfRegime {
            from: found.from,
            earliest: found.earliest,
            latest: found.latest,
            ratio: self.factor((log, lever), prior_sigma(BEFORE_AT)).factor,
        }
    }

    fn common_quantile(&self) -> f64 {
        t_95(degrees(self.visits.len()))
    }
}
