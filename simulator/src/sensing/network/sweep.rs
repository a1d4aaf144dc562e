//! A local day or a part of it, some sites at a time: their deposits are drawn once, the random numbers of
//! their reports side by side. It tells the very reports that an agenda does, entry by entry.

use std::collections::VecDeque;

use twin_core::{Span, Timestamp};

use super::{Entry, Network, SensorReport, Sent, Step};
use crate::calendar::LocalDay;
use crate::error::SimResult;
use crate::filling::{DayCache, DayDeposits, SITES_AT_ONCE};
use crate::numbers::entity;
use crate::random::{Address, Model, Seed, Starts, cosines_of_turns, normals};
use crate::rounds::Visit;
use crate::sensing::device::{MeasurementLuck, turns};

/// A part of one local day, both ends included.
#[derive(Clone, Debug)]
pub(super) struct Period {
    day: LocalDay,
    from: Timestamp,
    until: Timestamp,
}

impl Period {
    fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.until
    }
}

/// From such a time on, drawing all deposits of the day costs less than an agenda.
const WORTH_A_SWEEP: Span = Span::from_hours(1);

/// Some sites' day; buffers that are used again for the next sites.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    days: DayCache,
    deposits: DayDeposits,
    sites: Vec<usize>,
    /// What is due at the sites, site by site, visits before reports.
    due: Vec<Due>,
    /// When, in milliseconds after the period's beginning, above which of `due`; in order for each site.
    order: Vec<u64>,
    /// By site, where its part of `order` ends.
    ends: Vec<usize>,
    addresses: Vec<Address>,
    schedule: Starts,
    radio: Starts,
    /// The frames that arrived.
    sent: Vec<Sent>,
    readings: Readings,
    /// The day's reports, site by site.
    reports: Vec<SensorReport>,
}

/// What the readings of frames draw.
#[derive(Debug, Default)]
struct Readings {
    starts: Starts,
    draws: Vec<[u64; 2]>,
    normals: Vec<f64>,
    turns: Vec<f64>,
    cosines: Vec<f64>,
}

/// Something that is due, and where its random numbers begin.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Timestamp,
    entry: Entry,
    first: usize,
}

/// What decides whether a frame arrives.
const RADIO_MODELS: [Model; 2] = [Model::RadioLoss, Model::RadioFading];

impl Network {
    /// What a sweep to `to` would run at once: the rest of the local day, where nothing of it has
    /// been put on an agenda, or as much of it as there is time. `None`: an agenda is cheaper.
    pub(super) fn sweepable(&self, to: Timestamp) -> SimResult<Option<Period>> {
        if self.agenda.is_some() {
            return Ok(None);
        }
        let from = after(self.at);
        let day = LocalDay::containing(from)?;
        let until = to.min(Timestamp::from_millis(day.end().as_millis() - 1));
        let is_worth_it = until.since(self.at) >= WORTH_A_SWEEP;
        Ok(is_worth_it.then_some(Period { day, from, until }))
    }

    /// Runs to the last instant of a period.
    pub(super) fn sweep(
        &mut self,
        period: &Period,
        sweep: &mut Sweep,
        step: &mut Step,
    ) -> SimResult<()> {
        sweep.days = core::mem::take(&mut self.days);
        sweep.reports.clear();
        let mut visits = self.visits_by_site(period)?;
        let emptied_before = step.emptyings.len();
        let count = self.spec.filling.site_count();
        for first in (0..count).step_by(SITES_AT_ONCE) {
            sweep.sites.clear();
            sweep.sites.extend(first..count.min(first + SITES_AT_ONCE));
            self.schedule(period, &mut visits, sweep);
            self.sweep_sites(period, sweep, step)?;
            self.read(sweep);
        }
        in_order_of_time(&sweep.reports, (period.from, &mut step.reports));
        step.emptyings[emptied_before..]
            .sort_unstable_by_key(|emptying| (emptying.at, emptying.container));
        self.days = core::mem::take(&mut sweep.days);
        self.at = period.until;
        if let Some(air) = &mut self.air {
            air.keep_up(self.at);
        }
        Ok(())
    }

    /// The period's visits with their sites, by site and then by time.
    fn visits_by_site(&self, period: &Period) -> SimResult<VecDeque<(usize, Visit)>> {
        let filling = &self.spec.filling;
        let visits = self.spec.rounds.visits(filling, &period.day)?.into_iter();
        let with_site = |visit: Visit| Ok((filling.site_of(visit.container)?, visit));
        let visits = visits
            .filter(|visit| period.contains(visit.at))
            .map(with_site);
        let mut visits = visits.collect::<SimResult<Vec<_>>>()?;
        visits.sort_unstable();
        Ok(visits.into())
    }

    /// What is due at the sites, with its random numbers.
    fn schedule(&self, period: &Period, visits: &mut VecDeque<(usize, Visit)>, sweep: &mut Sweep) {
        let numbers = |sensor: usize| self.devices[sensor].numbers(period.from, period.until);
        sweep.addresses.clear();
        let sensors = |site: &usize| self.sensors_of[*site].iter().copied();
        for sensor in sweep.sites.iter().flat_map(sensors) {
            let address = |slot| Address::first(Model::Schedule, entity(sensor), slot);
            sweep.addresses.extend(numbers(sensor).map(address));
        }
        sweep.schedule.make(self.spec.seed, &sweep.addresses);
        sweep.addresses.clear();
        sweep.due.clear();
        sweep.order.clear();
        sweep.ends.clear();
        let mut drawn = 0;
        for site in core::mem::take(&mut sweep.sites) {
            let begin = sweep.due.len();
            while let Some((_, visit)) = visits.pop_front_if(|(at, _)| *at == site) {
                sweep.due.push(Due {
                    at: visit.at,
                    entry: Entry::Visit(visit.container),
                    first: 0,
                });
            }
            for sensor in self.sensors_of[site].iter().copied() {
                for number in numbers(sensor) {
                    let slot = sweep.schedule.get(drawn);
                    drawn += 1;
                    let at = self.devices[sensor].report_time(number, slot);
                    if period.contains(at) {
                        sweep.due.push(Due {
                            at,
                            entry: Entry::Report(sensor, number),
                            first: sweep.addresses.len(),
                        });
                        for model in RADIO_MODELS {
                            sweep
                                .addresses
                                .push(Address::first(model, entity(sensor), number));
                        }
                    }
                }
            }
            let key = |(nth, due): (usize, &Due)| {
                let after_ms = due.at.since(period.from).as_millis();
                u64::try_from(after_ms).unwrap_or(0) << 32 | u64::from(entity(begin + nth))
            };
            let keys = sweep.due[begin..].iter().enumerate().map(key);
            sweep.order.extend(keys);
            sweep.order[begin..].sort_unstable();
            sweep.ends.push(sweep.order.len());
            sweep.sites.push(site);
        }
        sweep.radio.make(self.spec.seed, &sweep.addresses);
    }

    /// Does what is due at the sites, and brings what people bring between and after.
    fn sweep_sites(
        &mut self,
        period: &Period,
        sweep: &mut Sweep,
        step: &mut Step,
    ) -> SimResult<()> {
        let before = Timestamp::from_millis(period.day.start().as_millis() - 1);
        for site in &sweep.sites {
            if self.state.site_at[*site] < before {
                let filling = &self.spec.filling;
                filling.advance_site(&mut self.state, (*site, before), &mut sweep.days)?;
            }
        }
        let drawn = (&sweep.sites[..], &mut sweep.days);
        let filling = &self.spec.filling;
        filling.draw_day(&self.state, drawn, &mut sweep.deposits)?;
        let mut begin = 0;
        for nth in 0..sweep.sites.len() {
            let site = sweep.sites[nth];
            for place in begin..sweep.ends[nth] {
                let index = usize::try_from(sweep.order[place] & LOWER).unwrap_or(usize::MAX);
                let Due { at, entry, first } = sweep.due[index];
                let filling = &self.spec.filling;
                filling.bring_until(&mut self.state, (site, nth, at), &mut sweep.deposits);
                match entry {
                    Entry::Visit(container) => {
                        let truth = (&mut self.state, &mut sweep.days);
                        let visit = Visit { at, container };
                        let emptying = self.spec.rounds.serve(filling, truth, visit)?;
                        step.emptyings.extend(emptying);
                    }
                    Entry::Report(sensor, number) => {
                        let slots = [sweep.radio.get(first), sweep.radio.get(first + 1)];
                        if let Some(sent) = self.send(sensor, (number, at), slots) {
                            sweep.sent.push(sent);
                        }
                    }
                }
            }
            begin = sweep.ends[nth];
            let end = (site, nth, period.until);
            let filling = &self.spec.filling;
            filling.bring_until(&mut self.state, end, &mut sweep.deposits);
        }
        Ok(())
    }

    /// Draws what the frames that arrived say, and appends them to the day's reports.
    fn read(&self, sweep: &mut Sweep) {
        let Sweep {
            addresses,
            sent,
            readings,
            reports,
            ..
        } = sweep;
        addresses.clear();
        let address =
            |sent: &Sent| Address::first(Model::Measurement, entity(sent.sensor), sent.number);
        addresses.extend(sent.iter().map(address));
        readings.draw((self.spec.seed, addresses), sent);
        let told = |(index, sent): (usize, &Sent)| self.told(sent, readings.luck(index));
        reports.extend(sent.iter().enumerate().map(told));
        sent.clear();
    }
}

impl Readings {
    fn draw(&mut self, (seed, addresses): (Seed, &[Address]), sent: &[Sent]) {
        self.starts.make(seed, addresses);
        self.draws.clear();
        self.turns.clear();
        for (index, sent) in sent.iter().enumerate() {
            let start = self.starts.get(index);
            self.draws.push([start.nth(0), start.nth(1)]);
            self.draws.push([start.nth(2), start.nth(3)]);
            self.turns.extend(turns(sent.at));
        }
        normals(&self.draws, &mut self.normals);
        cosines_of_turns(&self.turns, &mut self.cosines);
    }

    fn luck(&self, index: usize) -> MeasurementLuck {
        let start = self.starts.get(index);
        MeasurementLuck {
            air: self.normals[2 * index],
            noise: self.normals[2 * index + 1],
            outlier: start.nth(4),
            shortened: start.nth(5),
            anywhere: start.nth(6),
            cycles: [self.cosines[2 * index], self.cosines[2 * index + 1]],
        }
    }
}

const LOWER: u64 = 0xffff_ffff;

/// The first instant that is still to come.
fn after(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis() + 1)
}

/// About a minute, in powers of two of a millisecond: a day has few reports in each.
const BUCKET_BITS: u32 = 16;

/// Appends a day's reports by time and then by sensor. What is sorted is small: a report is not.
fn in_order_of_time(
    reports: &[SensorReport],
    (start, ordered): (Timestamp, &mut Vec<SensorReport>),
) {
    let after_ms = |report: &SensorReport| {
        let after_ms = report.at.since(start).as_millis();
        u64::try_from(after_ms).unwrap_or(0)
    };
    let bucket = |report| usize::try_from(after_ms(report) >> BUCKET_BITS).unwrap_or(usize::MAX);
    let buckets = reports.iter().map(bucket).max().map_or(0, |last| last + 1);
    // Where each bucket ends, once all of it is there; until then, where the next of it goes.
    let mut next = vec![0_usize; buckets + 1];
    for report in reports {
        next[bucket(report) + 1] += 1;
    }
    for bucket in 0..buckets {
        next[bucket + 1] += next[bucket];
    }
    let mut keys = vec![(0_u64, 0_u32); reports.len()];
    for (index, report) in crate::numbers::indexed(reports) {
        let key = after_ms(report) << 32 | u64::from(entity(report.sensor));
        let place = &mut next[bucket(report)];
        keys[*place] = (key, index);
        *place += 1;
    }
    let mut begin = 0;
    for end in &next[..buckets] {
        keys[begin..*end].sort_unstable();
        begin = *end;
    }
    ordered.reserve(keys.len());
    ordered.extend(keys.into_iter().map(|(_, index)| reports[index as usize]));
}
