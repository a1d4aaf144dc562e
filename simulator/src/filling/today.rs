//! Sites that are advanced one by one and in small steps: what a local day brings to a site is drawn once.

use twin_core::Timestamp;

use super::brought::DayDeposits;
use super::days::{DayTable, DayTables};
use super::deposits::Deposit;
use super::model::{FillingModel, SITES_AT_ONCE};
use super::state::FillingState;
use crate::error::{SimError, SimResult};
use crate::random::Luck;

/// What was computed of days already: their calendar, and what people bring to each site on the day that
/// it was advanced on last. Only a cache, of one model and its states: it never changes a result.
#[derive(Clone, Debug, Default)]
pub struct DayCache {
    pub(super) tables: DayTables,
    /// Whose deposits are kept, by site.
    owner: Option<Luck>,
    sites: Vec<SiteDay>,
    together: Vec<usize>,
    drawn: DayDeposits,
}

/// All that people bring to a site on one local day.
#[derive(Clone, Debug, Default)]
struct SiteDay {
    /// The day's number; `None`: nothing was drawn yet.
    day: Option<u64>,
    /// When, in milliseconds after the day's beginning, and what; in order of time.
    deposits: Vec<(u32, Deposit)>,
}

impl DayCache {
    /// Forgets what is another model's.
    fn belong_to(&mut self, model: &FillingModel) {
        if self.owner != Some(model.luck) || self.sites.len() != model.site_count() {
            self.sites.clear();
            self.sites.resize_with(model.site_count(), SiteDay::default);
            self.owner = Some(model.luck);
            self.tables = DayTables::default();
        }
    }
}

impl FillingModel {
    /// Advances one site, whatever the others stand at: sites do not act on each other.
    ///
    /// `days` saves computing days again; keep it between calls of one model.
    pub fn advance_site(
        &self,
        state: &mut FillingState,
        (site, to): (usize, Timestamp),
        days: &mut DayCache,
    ) -> SimResult<()> {
        self.check_state(state)?;
        let count = self.site_count();
        let at = *state.site_at.get(site).ok_or(SimError::UnknownIndex {
            what: "site",
            index: site,
            count,
        })?;
        if to < at {
            return Err(SimError::TimeRunsBackwards { from: at, to });
        }
        if at < to {
            days.belong_to(self);
        }
        while state.site_at[site] < to {
            let table = self.day(&mut days.tables, state.site_at[site])?;
            if days.sites[site].day != Some(table.number) {
                self.draw_together(state, (site, &table), days);
            }
            let until = to.min(table.last());
            self.bring_of_day(state, (site, until), (&table, &days.sites[site]));
        }
        Ok(())
    }

    /// Advances all sites to `to`, which none of them has passed, day by day.
    pub(crate) fn advance_all(
        &self,
        state: &mut FillingState,
        to: Timestamp,
        days: &mut DayCache,
    ) -> SimResult<()> {
        while let Some(from) = state.site_at.iter().copied().min().filter(|at| *at < to) {
            let until = to.min(self.day(&mut days.tables, from)?.last());
            for site in 0..self.site_count() {
                let at = state.site_at.get(site).copied();
                if at.is_some_and(|at| at < until) {
                    self.advance_site(state, (site, until), days)?;
                }
            }
        }
        Ok(())
    }

    /// Draws a day of a site, and of those beside it in the model that stand on that day too: they are
    /// likely to be asked for next, and numbers are drawn side by side.
    fn draw_together(
        &self,
        state: &FillingState,
        (site, table): (usize, &DayTable),
        days: &mut DayCache,
    ) {
        let DayCache {
            sites,
            together,
            drawn,
            ..
        } = days;
        let first = site - site % SITES_AT_ONCE;
        let chunk = first..self.site_count().min(first + SITES_AT_ONCE);
        together.clear();
        together.extend(chunk.filter(|other| {
            *other == site
                || sites[*other].day != Some(table.number)
                    && table.is_next_of(state.site_at[*other])
        }));
        self.draw((together, table), drawn);
        for (nth, site) in together.iter().enumerate() {
            let deposits = drawn.in_order(nth, |_all| true);
            sites[*site].day = Some(table.number);
            sites[*site].deposits.clear();
            sites[*site].deposits.extend(deposits);
        }
    }

    /// Brings to a site what the day brings between the instant at which it stands and `until`.
    fn bring_of_day(
        &self,
        state: &mut FillingState,
        (site, until): (usize, Timestamp),
        (table, today): (&DayTable, &SiteDay),
    ) {
        let start = table.day.start();
        let passed = |at: Timestamp| {
            let at_ms = at.since(start).as_millis();
            move |(ms, _): &(u32, Deposit)| i64::from(*ms) <= at_ms
        };
        let begin = today.deposits.partition_point(passed(state.site_at[site]));
        let to_come = &today.deposits[begin..];
        let is_due = passed(until);
        for (ms, deposit) in to_come.iter().take_while(|deposit| is_due(deposit)) {
            let at = Timestamp::from_millis(start.as_millis() + i64::from(*ms));
            self.bring(state, site, (at, *deposit));
        }
        state.site_at[site] = until;
    }
}
