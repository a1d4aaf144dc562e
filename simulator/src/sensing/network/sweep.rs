//! A whole local day, site by site: each site's deposits are drawn once, the random numbers of its
//! reports side by side. It tells the very reports that an agenda does, entry by entry.

use twin_core::Timestamp;

use super::{Entry, Network, ReportSlots, SensorReport, Step};
use crate::calendar::LocalDay;
use crate::error::SimResult;
use crate::filling::{DayDeposits, DayTables};
use crate::numbers::entity;
use crate::random::{Address, Model, SlotStart};
use crate::rounds::Visit;

/// A site's day; buffers that are used again for each site.
#[derive(Debug, Default)]
struct Sweep {
    days: DayTables,
    deposits: DayDeposits,
    /// What is due at the site, in order of time.
    due: Vec<(Timestamp, Entry)>,
    addresses: Vec<Address>,
    starts: Vec<SlotStart>,
    /// The day's reports, site by site.
    reports: Vec<SensorReport>,
}

/// The models that each report draws from, in the order of [`ReportSlots`].
const REPORT_MODELS: [Model; 3] = [Model::RadioLoss, Model::RadioFading, Model::Measurement];

impl Network {
    /// The local day that follows the clock, where nothing of it has begun and `to` is beyond it.
    pub(super) fn whole_day(&self, to: Timestamp) -> SimResult<Option<LocalDay>> {
        if self.agenda.is_some() {
            return Ok(None);
        }
        let day = LocalDay::containing(after(self.at))?;
        Ok((day.end() <= to).then_some(day))
    }

    /// Runs to the last instant of a day.
    pub(super) fn sweep(&mut self, day: &LocalDay, step: &mut Step) -> SimResult<()> {
        let from = after(self.at);
        let mut sweep = Sweep {
            days: core::mem::take(&mut self.days),
            ..Sweep::default()
        };
        let mut visits = self.visits_by_site(from, day)?;
        let emptied_before = step.emptyings.len();
        for site in 0..self.spec.filling.site_count() {
            let own = visits.iter().take_while(|(at, _)| *at == site).count();
            sweep.due.clear();
            let entries = visits.drain(..own);
            sweep
                .due
                .extend(entries.map(|(_, visit)| (visit.at, Entry::Visit(visit.container))));
            self.schedule_site(site, (from, day.end()), &mut sweep);
            self.sweep_site((site, day), &mut sweep, step)?;
        }
        in_order_of_time(&sweep.reports, (day.start(), &mut step.reports));
        step.emptyings[emptied_before..]
            .sort_unstable_by_key(|emptying| (emptying.at, emptying.container));
        self.days = sweep.days;
        self.at = Timestamp::from_millis(day.end().as_millis() - 1);
        if let Some(air) = &mut self.air {
            air.keep_up(self.at);
        }
        Ok(())
    }

    /// The day's visits with their sites, by site and then by time.
    fn visits_by_site(
        &self,
        from: Timestamp,
        day: &LocalDay,
    ) -> SimResult<std::collections::VecDeque<(usize, Visit)>> {
        let filling = &self.spec.filling;
        let visits = self.spec.rounds.visits(filling, day)?.into_iter();
        let with_site = |visit: Visit| Ok((filling.site_of(visit.container)?, visit));
        let visits = visits.filter(|visit| from <= visit.at).map(with_site);
        let mut visits = visits.collect::<SimResult<Vec<_>>>()?;
        visits.sort_unstable();
        Ok(visits.into())
    }

    /// Adds the reports that are due at a site, and brings all in order.
    fn schedule_site(&self, site: usize, (from, end): (Timestamp, Timestamp), sweep: &mut Sweep) {
        let Sweep {
            due,
            addresses,
            starts,
            ..
        } = sweep;
        addresses.clear();
        starts.clear();
        let sensors = &self.sensors_of[site];
        for sensor in sensors {
            let address = |slot| Address {
                model: Model::Schedule,
                entity: entity(*sensor),
                slot,
            };
            addresses.extend(self.devices[*sensor].numbers(from, end).map(address));
        }
        self.spec.seed.starts(addresses, starts);
        let mut starts = starts.iter();
        for sensor in sensors {
            let device = &self.devices[*sensor];
            for (number, slot) in device.numbers(from, end).zip(&mut starts) {
                let at = device.report_time(number, *slot);
                if from <= at && at < end {
                    due.push((at, Entry::Report(*sensor, number)));
                }
            }
        }
        due.sort_unstable();
    }

    /// Does what is due at a site, and brings what people bring between and after.
    fn sweep_site(
        &mut self,
        (site, day): (usize, &LocalDay),
        sweep: &mut Sweep,
        step: &mut Step,
    ) -> SimResult<()> {
        self.draw_report_slots(sweep);
        let before = Timestamp::from_millis(day.start().as_millis() - 1);
        if self.state.site_at[site] < before {
            let filling = &self.spec.filling;
            filling.advance_site(&mut self.state, (site, before), &mut sweep.days)?;
        }
        let drawn = (site, &mut sweep.days);
        let last = self
            .spec
            .filling
            .draw_day(&self.state, drawn, &mut sweep.deposits)?;
        let mut starts = sweep.starts.as_chunks::<3>().0.iter();
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
                    let Some([loss, fading, reading]) = starts.next().copied() else {
                        continue;
                    };
                    let slots = ReportSlots {
                        loss,
                        fading,
                        reading,
                    };
                    let report = self.report(sensor, (number, at), slots)?;
                    sweep.reports.extend(report);
                }
            }
        }
        let filling = &self.spec.filling;
        filling.bring_until(&mut self.state, (site, last), &mut sweep.deposits);
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
        starts.clear();
        for (_, entry) in due.iter() {
            if let Entry::Report(sensor, number) = entry {
                addresses.extend(REPORT_MODELS.map(|model| Address {
                    model,
                    entity: entity(*sensor),
                    slot: *number,
                }));
            }
        }
        self.spec.seed.starts(addresses, starts);
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
