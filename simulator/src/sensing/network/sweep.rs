//! A local day or a part of it, site by site: each site's deposits are drawn once, the random numbers of its
//! reports side by side. It tells the very reports that an agenda does, entry by entry.

use twin_core::{Span, Timestamp};

use super::{Entry, Network, ReportSlots, SensorReport, Step};
use crate::calendar::LocalDay;
use crate::error::SimResult;
use crate::filling::{DayDeposits, DayTables};
use crate::numbers::entity;
use crate::random::{Address, Model, Starts};
use crate::rounds::Visit;

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

/// A site's day; buffers that are used again for each site.
#[derive(Debug, Default)]
struct Sweep {
    days: DayTables,
    deposits: DayDeposits,
    /// What is due at the site, in order of time.
    due: Vec<(Timestamp, Entry)>,
    addresses: Vec<Address>,
    starts: Starts,
    /// The day's reports, site by site.
    reports: Vec<SensorReport>,
}

/// The models that each report draws from, in the order of [`ReportSlots`].
const REPORT_MODELS: [Model; 3] = [Model::RadioLoss, Model::RadioFading, Model::Measurement];

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
    pub(super) fn sweep(&mut self, period: &Period, step: &mut Step) -> SimResult<()> {
        let mut sweep = Sweep {
            days: core::mem::take(&mut self.days),
            ..Sweep::default()
        };
        let mut visits = self.visits_by_site(period)?;
        let emptied_before = step.emptyings.len();
        for site in 0..self.spec.filling.site_count() {
            let own = visits.iter().take_while(|(at, _)| *at == site).count();
            sweep.due.clear();
            let entries = visits.drain(..own);
            sweep
                .due
                .extend(entries.map(|(_, visit)| (visit.at, Entry::Visit(visit.container))));
            self.schedule_site((site, period), &mut sweep);
            self.sweep_site((site, period), &mut sweep, step)?;
        }
        in_order_of_time(&sweep.reports, (period.from, &mut step.reports));
        step.emptyings[emptied_before..]
            .sort_unstable_by_key(|emptying| (emptying.at, emptying.container));
        self.days = sweep.days;
        self.at = period.until;
        if let Some(air) = &mut self.air {
            air.keep_up(self.at);
        }
        Ok(())
    }

    /// The period's visits with their sites, by site and then by time.
    fn visits_by_site(
        &self,
        period: &Period,
    ) -> SimResult<std::collections::VecDeque<(usize, Visit)>> {
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

    /// Adds the reports that are due at a site, and brings all in order.
    fn schedule_site(&self, (site, period): (usize, &Period), sweep: &mut Sweep) {
        let numbers = |sensor: usize| self.devices[sensor].numbers(period.from, period.until);
        let Sweep {
            due,
            addresses,
            starts,
            ..
        } = sweep;
        addresses.clear();
        let sensors = &self.sensors_of[site];
        for sensor in sensors {
            let address = |slot| Address {
                model: Model::Schedule,
                entity: entity(*sensor),
                slot,
            };
            addresses.extend(numbers(*sensor).map(address));
        }
        starts.make(self.spec.seed, addresses);
        let mut index = 0;
        for sensor in sensors {
            let device = &self.devices[*sensor];
            for number in numbers(*sensor) {
                let at = device.report_time(number, starts.get(index));
                index += 1;
                if period.contains(at) {
                    due.push((at, Entry::Report(*sensor, number)));
                }
            }
        }
        due.sort_unstable();
    }

    /// Does what is due at a site, and brings what people bring between and after.
    fn sweep_site(
        &mut self,
        (site, period): (usize, &Period),
        sweep: &mut Sweep,
        step: &mut Step,
    ) -> SimResult<()> {
        self.draw_report_slots(sweep);
        let before = Timestamp::from_millis(period.day.start().as_millis() - 1);
        if self.state.site_at[site] < before {
            let filling = &self.spec.filling;
            filling.advance_site(&mut self.state, (site, before), &mut sweep.days)?;
        }
        let drawn = (site, &mut sweep.days);
        let filling = &self.spec.filling;
        filling.draw_day(&self.state, drawn, &mut sweep.deposits)?;
        let mut slots = (0..).step_by(REPORT_MODELS.len());
        for (at, entry) in &sweep.due {
            let filling = &self.spec.filling;
            filling.bring_until(&mut self.state, (site, *at), &mut sweep.deposits);
            match (*entry, *at) {
                (Entry::Visit(container), at) => {
                    let truth = (&mut self.state, &mut sweep.days);
                    let visit = Visit { at, container };
                    let emptying = self.spec.rounds.serve(filling, truth, visit)?;
                    step.emptyings.extend(emptying);
                }
                (Entry::Report(sensor, number), at) => {
                    let first = slots.next().unwrap_or_default();
                    let slots = ReportSlots {
                        loss: sweep.starts.get(first),
                        fading: sweep.starts.get(first + 1),
                        reading: sweep.starts.get(first + 2),
                    };
                    let report = self.report(sensor, (number, at), slots)?;
                    sweep.reports.extend(report);
                }
            }
        }
        let filling = &self.spec.filling;
        filling.bring_until(&mut self.state, (site, period.until), &mut sweep.deposits);
        Ok(())
    }

    /// The slots of all reports that are due, three for each.
    fn draw_report_slots(&self, sweep: &mut Sweep) {
        let Sweep {
            due,
            addresses,
            starts,
            ..
        } = sweep;
        addresses.clear();
        for (_, entry) in due.iter() {
            if let Entry::Report(sensor, number) = entry {
                addresses.extend(REPORT_MODELS.map(|model| Address {
                    model,
                    entity: entity(*sensor),
                    slot: *number,
                }));
            }
        }
        starts.make(self.spec.seed, addresses);
    }
}

/// The first instant that is still to come.
fn after(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis() + 1)
}

/// Appends a day's reports by time and then by sensor. What is sorted is small: a report is not.
fn in_order_of_time(
    reports: &[SensorReport],
    (start, ordered): (Timestamp, &mut Vec<SensorReport>),
) {
    let key = |(index, report): (u32, &SensorReport)| {
        let after_ms = report.at.since(start).as_millis();
        let after_ms = u64::try_from(after_ms).unwrap_or(0);
        (after_ms << 32 | u64::from(entity(report.sensor)), index)
    };
    let mut keys: Vec<(u64, u32)> = crate::numbers::indexed(reports).map(key).collect();
    keys.sort_unstable();
    ordered.reserve(keys.len());
    ordered.extend(keys.into_iter().map(|(_, index)| reports[index as usize]));
}
