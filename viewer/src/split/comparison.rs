//! A comparison of the present with a scenario, as it is shown.

use std::collections::{BTreeMap, BTreeSet};

use twin_core::{LonLat, SensorStatus, Stream, Timestamp};

use super::scale::{class_of, level};
use super::wire::{Difference, Job, Sites, Told};
use crate::server::{Container, Fleet, Site};

/// The form of columns that is read.
const FORMAT: u16 = 1;
/// The most sites that are shown, as many as the server tells.
const MOST_SITES: usize = 20_000;
/// A month of the figures, in days.
const MONTH: f64 = 30.0;

/// Why there is nothing to show of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It has one scenario, and nothing to compare it with.
    Alone,
    /// There is no such job, or none any more.
    NoSuchJob,
    /// It was stopped, or failed.
    NotDone,
    /// It has no such scenario.
    NoSuchScenario,
    /// Its sites are not told, or in a form that is not known.
    NoSites,
}

/// Which of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The first scenario: today's collection.
    Present,
    /// Another one.
    Scenario,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Present, Self::Scenario];
}

/// What one site comes to on one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SiteOutcome {
    pub place: LonLat,
    pub containers: u32,
    /// In the whole period, of all its containers.
    pub emptyings: f64,
    /// Hours that a container was full in a month.
    pub full_h: f64,
}

/// What is known of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All of the interval is below nothing.
    Less,
    /// All of it is above.
    More,
    /// The interval holds nothing, or there is none.
    Open,
}

/// A difference, with the interval that holds its mean with 95 % where there is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    pub mean: f64,
    pub interval: Option<[f64; 2]>,
}

impl Change {
    fn new(told: &Difference) -> Option<Self> {
        let interval = told.lo95.zip(told.hi95).map(|(lo, hi)| [lo, hi]);
        let is_sound = |[lo, hi]: &[f64; 2]| lo.is_finite() && hi.is_finite() && lo <= hi;
        told.mean.is_finite().then_some(Self {
            mean: told.mean,
            interval: interval.filter(is_sound),
        })
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match self.interval {
            Some([_, hi]) if hi < 0.0 => Verdict::Less,
            Some([lo, _]) if lo > 0.0 => Verdict::More,
            _ => Verdict::Open,
        }
    }

    /// The same in another unit.
    pub(crate) fn times(self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
            interval: self.interval.map(|ends| ends.map(|end| end * factor)),
        }
    }
}

/// The figures whose differences are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    Km,
    Service,
    FullHours,
    Euros,
}

impl Figure {
    pub(crate) const ALL: [Self; 4] = [Self::Km, Self::Service, Self::FullHours, Self::Euros];

    const fn key(self) -> &'static str {
        match self {
            Self::Km => "km_per_day",
            Self::Service => "service_level",
            Self::FullHours => "overflow_h_per_container_month",
            Self::Euros => "eur_per_day",
        }
    }

    /// In its unit as it is written: the service level in points of a hundred.
    const fn factor(self) -> f64 {
        match self {
            Self::Service => 100.0,
            Self::Km | Self::FullHours | Self::Euros => 1.0,
        }
    }
}

/// A comparison of the present with a scenario.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub id: Box<str>,
    /// Which scenario of the job stands beside the first, from 1 on.
    pub number: usize,
    /// What the two sides are called, each in French and in English.
    names: [[Box<str>; 2]; 2],
    /// The first day of the period.
    pub from: Option<Timestamp>,
    pub days: u32,
    pub runs: u32,
    pub is_synthetic: bool,
    /// When the live state was taken with which it begins; `None` where it does not begin with one.
    pub live_at: Option<Timestamp>,
    sites: [BTreeMap<Box<str>, SiteOutcome>; 2],
    figures: BTreeMap<Box<str>, Change>,
    /// Hours a month of all containers of a commune, by its code.
    pub communes: BTreeMap<Box<str>, Change>,
}

impl Comparison {
    /// What a job says of its scenario of a number, from 1 on after the first.
    pub(super) fn new(job: Job, number: usize) -> Result<Self, Unusable> {
        if &*job.state != "done" {
            return Err(Unusable::NotDone);
        }
        let Some(outcome) = job.outcome.filter(|outcome| outcome.scenarios.len() > 1) else {
            return Err(Unusable::Alone);
        };
        let (Some(base), Some(other)) = (outcome.scenarios.first(), outcome.scenarios.get(number))
        else {
            return Err(Unusable::NoSuchScenario);
        };
        if number == 0 {
            return Err(Unusable::NoSuchScenario);
        }
        let sites = [sites(base)?, sites(other)?];
        let numbered = format!("{} ({})", other.name, number + 1);
        let mut names = [&*numbered, &*other.name].into_iter();
        let name = names.find(|name| outcome.differences.contains_key(*name));
        let name = name.unwrap_or_default();
        let names_of = |number: usize| {
            let told = job.order.scenarios.get(number);
            told.map_or_else(Default::default, |name| [name.fr.clone(), name.en.clone()])
        };
        let figures = outcome.differences.get(name).into_iter().flatten();
        let communes = outcome.commune_differences.get(name).into_iter().flatten();
        Ok(Self {
            number,
            names: [names_of(0), names_of(number)],
            from: format!("{}T12:00:00Z", base.from).parse().ok(),
            days: base.days.max(1),
            runs: other.replications.min(base.replications),
            is_synthetic: base.synthetic || other.synthetic,
            live_at: job.order.live.as_ref().map(|live| live.at),
            sites,
            figures: figures
                .filter_map(|(key, told)| Some((key.clone(), Change::new(told)?)))
                .collect(),
            communes: communes
                .filter_map(|it| Some((it.code.clone(), Change::new(&it.overflow_h_per_month)?)))
                .collect(),
            id: job.id,
        })
    }

    /// What the present and the scenario are called, each in French and in English.
    pub(crate) const fn names(&self) -> &[[Box<str>; 2]; 2] {
        &self.names
    }

    /// How many sites stand elsewhere.
    pub(crate) fn moved(&self) -> usize {
        let scenario = self.of(Side::Scenario);
        let pairs = self.of(Side::Present).iter();
        let pairs = pairs.filter_map(|(key, before)| Some((before, scenario.get(key)?)));
        pairs
            .filter(|(before, after)| before.place != after.place)
            .count()
    }

    /// How a figure differs, in its unit as it is written.
    pub(crate) fn figure(&self, figure: Figure) -> Option<Change> {
        let change = self.figures.get(figure.key())?;
        Some(change.times(figure.factor()))
    }

    /// What a site comes to on one side; `None` where there is none.
    pub(crate) fn site(&self, side: Side, key: &str) -> Option<&SiteOutcome> {
        self.of(side).get(key)
    }

    /// The sites of one side, by their keys.
    pub(crate) fn of(&self, side: Side) -> &BTreeMap<Box<str>, SiteOutcome> {
        let [present, scenario] = &self.sites;
        match side {
            Side::Present => present,
            Side::Scenario => scenario,
        }
    }

    /// How many sites are in each class, on one side.
    pub(crate) fn counts(&self, side: Side) -> [usize; 6] {
        let mut counts = [0; 6];
        for site in self.of(side).values() {
            if let Some(count) = counts.get_mut(class_of(site.full_h)) {
                *count += 1;
            }
        }
        counts
    }

    /// How many sites only the scenario has, and how many only the present.
    pub(crate) fn come_and_gone(&self) -> [usize; 2] {
        let keys = |side| self.of(side).keys().collect::<BTreeSet<_>>();
        let (before, after) = (keys(Side::Present), keys(Side::Scenario));
        [
            after.difference(&before).count(),
            before.difference(&after).count(),
        ]
    }

    /// The sites of one side as what signs are drawn of: one container each, as full as its hours say.
    pub(super) fn fleet(&self, side: Side) -> Fleet {
        let sites = self.of(side);
        let places = sites.iter().map(|(key, site)| Site {
            id: key.clone(),
            name: None,
            commune: None,
            place: site.place,
        });
        let containers = sites
            .iter()
            .enumerate()
            .map(|(number, (key, site))| Container {
                id: key.clone(),
                site: number,
                stream: Stream::Unknown,
                fill: Some(level(site.full_h)),
                status: SensorStatus::Ok,
                observed_at: None,
                has_sensor: true,
            });
        Fleet::of(places.collect(), containers.collect())
    }
}

fn sites(told: &Told) -> Result<BTreeMap<Box<str>, SiteOutcome>, Unusable> {
    let Sites {
        format,
        left_out,
        key,
        ..
    } = &told.by_site;
    if *format != FORMAT || *left_out > 0 || key.is_empty() || key.len() > MOST_SITES {
        return Err(Unusable::NoSites);
    }
    let months = f64::from(told.days.max(1)) / MONTH;
    let all = key.iter().enumerate();
    Ok(all
        .filter_map(|(n, key)| Some((key.clone(), site(&told.by_site, n, months)?)))
        .collect())
}

/// A row of the columns; `None` where it is not whole, or cannot be.
fn site(columns: &Sites, n: usize, months: f64) -> Option<SiteOutcome> {
    let sound = |value: Option<&f64>| {
        value
            .copied()
            .filter(|value| value.is_finite() && *value >= 0.0)
    };
    let containers = *columns.containers.get(n)?;
    let hours = sound(columns.overflow_h.get(n))?;
    Some(SiteOutcome {
        place: LonLat::new(*columns.lon.get(n)?, *columns.lat.get(n)?).ok()?,
        containers,
        emptyings: sound(columns.emptyings.get(n))?,
        full_h: hours / f64::from(containers.max(1)) / months,
    })
}
