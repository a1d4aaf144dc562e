//! A local day entry by entry, for small steps: what is due next is done next.

use twin_core::Timestamp;

use super::frame::Scheduled;
use super::{Network, Step};
use crate::calendar::LocalDay;
use crate::error::SimResult;
use crate::rounds::Visit;
use crate::sensing::luck::Lucks;

/// What a local day still holds, the next last.
#[derive(Clone, Debug)]
pub(super) struct Agenda {
    pub(super) end: Timestamp,
    pub(super) entries: Vec<(Timestamp, Entry)>,
}

/// Crews come before sensors where both are due at the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    Visit(usize),
    Report(usize, u64),
}

impl Network {
    /// All that is due after `at` on the local day of the instant that follows it.
    pub(super) fn agenda_after(&self, at: Timestamp) -> SimResult<Agenda> {
        let next = Timestamp::from_millis(at.as_millis() + 1);
        let day = LocalDay::containing(next)?;
        let visits = self.spec.rounds.visits(&self.spec.filling, &day)?;
        let visits = visits.into_iter().filter(|visit| next <= visit.at);
        let mut entries: Vec<_> = visits
            .map(|visit| (visit.at, Entry::Visit(visit.container)))
            .collect();
        let mut lucks = Lucks::default();
        for device in &self.devices {
            lucks.ask(device, device.numbers(next, day.end()));
        }
        lucks.draw(self.spec.seed, &self.spec.params);
        for place in 0..lucks.len() {
            let at = Timestamp::from_millis(lucks.at_ms(place));
            if next <= at && at < day.end() {
                let (sensor, number) = lucks.report(place);
                entries.push((at, Entry::Report(sensor, number)));
            }
        }
        entries.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Agenda {
            end: day.end(),
            entries,
        })
    }

    /// Does what is due at an instant.
    pub(super) fn act(
        &mut self,
        (at, entry): (Timestamp, Entry),
        (lucks, step): (&mut Lucks, &mut Step),
    ) -> SimResult<()> {
        match entry {
            Entry::Visit(container) => {
                let truth = (&mut self.state, &mut self.days);
                let emptying =
                    self.spec
                        .rounds
                        .serve(&self.spec.filling, truth, Visit { at, container })?;
                step.emptyings.extend(emptying);
            }
            Entry::Report(sensor, number) => {
                self.stand_at(sensor, at)?;
                lucks.clear();
                lucks.ask(&self.devices[sensor], number..number + 1);
                lucks.draw(self.spec.seed, &self.spec.params);
                let scheduled = Scheduled {
                    sensor,
                    number,
                    at,
                    after_ms: 0,
                    is_calm: false,
                };
                let fill = self.fill(sensor);
                if let Some(frame) = self.send(scheduled, &lucks.get(0), fill) {
                    step.reports.push(self.told(&frame, at));
                }
            }
        }
        Ok(())
    }
}
