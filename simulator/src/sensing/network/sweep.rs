//! A local day or a part of it, some sites at a time: their deposits are drawn once, the random numbers of
//! their reports side by side. It tells the very reports that an agenda does, entry by entry.

use core::ops::Range;

use twin_core::{Span, Timestamp};

use super::frame::{Frame, Scheduled};
use super::{Network, SensorReport, Step};
use crate::calendar::LocalDay;
use crate::error::SimResult;
use crate::filling::{DayCache, DayDeposits, FillingModel, Queue, SITES_AT_ONCE, Sums};
use crate::numbers::{f64_of_i64, floor_u64, index_u32, indexed};
use crate::rounds::{Emptying, Visit};
use crate::sensing::luck::Lucks;

/// A part of one local day, both ends included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    day_start: Timestamp,
    day_number: u32,
    from: Timestamp,
    until: Timestamp,
    /// Until when the step goes on.
    to: Timestamp,
}

impl Period {
    /// How many milliseconds after the day's beginning an instant of the period is.
    fn after_ms(&self, at_ms: i64) -> Option<u32> {
        let is_within = self.from.as_millis() <= at_ms && at_ms <= self.until.as_millis();
        let after_ms = u32::try_from(at_ms - self.day_start.as_millis()).ok();
        after_ms.filter(|_| is_within)
    }

    fn at(&self, after_ms: u32) -> Timestamp {
        Timestamp::from_millis(self.day_start.as_millis() + i64::from(after_ms))
    }
}

/// From such a time on, drawing all deposits of the day costs less than an agenda.
const WORTH_A_SWEEP: Span = Span::from_hours(1);

/// Some sites' day; buffers that are used again for the next sites.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    days: DayCache,
    deposits: DayDeposits,
    sums: Sums,
    queue: Queue,
    lucks: Lucks,
    sites: Vec<usize>,
    /// What is due at the containers of the sites, container by container, in order of time.
    due: Vec<Due>,
    /// By container, where its part of `due` ends.
    ends: Vec<usize>,
    /// Which containers of a site may spill over, and what is due at them.
    is_spilling: Vec<bool>,
    together: Vec<(Due, usize)>,
    /// The frames of the day that arrived, site by site, and in which order they are told.
    frames: Vec<Frame>,
    order: Order,
}

/// A site, its place among those that are swept together, and which of its containers may spill over.
type Which<'a> = (usize, usize, &'a [bool]);

/// Something that is due: when, in milliseconds after the day's beginning, above what it is. Visits come
/// before reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due(u64);

/// What is due.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Visit,
    /// The place of its luck, and whether no gateway that can hear it is down.
    Report(usize, bool),
}

impl Due {
    fn visit(after_ms: u32) -> Self {
        Self(u64::from(after_ms) << 32)
    }

    fn report(after_ms: u32, (place, is_calm): (usize, bool)) -> Self {
        let what = 2 * index_u32(place) + u32::from(is_calm) + 1;
        Self(u64::from(after_ms) << 32 | u64::from(what))
    }

    fn after_ms(self) -> u32 {
        u32::try_from(self.0 >> 32).unwrap_or(u32::MAX)
    }

    fn entry(self) -> Entry {
        let what = usize::try_from(self.0 & 0xffff_ffff).unwrap_or(0);
        match what.checked_sub(1) {
            None => Entry::Visit,
            Some(report) => Entry::Report(report / 2, report % 2 == 1),
        }
    }
}

impl Network {
    /// What a sweep to `to` would run at once: the rest of the local day, where nothing of it has
    /// been put on an agenda, or as much of it as there is time. `None`: an agenda is cheaper.
    pub(super) fn sweepable(&self, to: Timestamp) -> SimResult<Option<Period>> {
        if self.agenda.is_some() {
            return Ok(None);
        }
        let from = Timestamp::from_millis(self.at.as_millis() + 1);
        let day = LocalDay::containing(from)?;
        let until = to.min(Timestamp::from_millis(day.end().as_millis() - 1));
        let is_worth_it = until.since(self.at) >= WORTH_A_SWEEP;
        Ok(is_worth_it.then(|| Period {
            day_start: day.start(),
            day_number: day.number(),
            from,
            until,
            to,
        }))
    }

    /// Runs to the last instant of a period.
    pub(super) fn sweep(
        &mut self,
        period: &Period,
        sweep: &mut Sweep,
        step: &mut Step,
    ) -> SimResult<()> {
        sweep.days = core::mem::take(&mut self.days);
        sweep.frames.clear();
        let most = self.most_frames(period.from, period.until);
        sweep.frames.reserve(most);
        let emptied_before = step.emptyings.len();
        let count = self.spec.filling.site_count();
        for first in (0..count).step_by(SITES_AT_ONCE) {
            sweep.sites.clear();
            sweep.sites.extend(first..count.min(first + SITES_AT_ONCE));
            self.schedule(period, sweep)?;
            self.bring_and_send(period, sweep, &mut step.emptyings);
        }
        self.tell(period, sweep, &mut step.reports);
        step.emptyings[emptied_before..]
            .sort_unstable_by_key(|emptying| (emptying.at, emptying.container));
        self.days = core::mem::take(&mut sweep.days);
        self.at = period.until;
        if let Some(air) = &mut self.air {
            air.keep_up(self.at);
        }
        Ok(())
    }

    /// How many frames there may be in a time, hardly ever more.
    fn most_frames(&self, from: Timestamp, until: Timestamp) -> usize {
        let due = self.due_per_ms * f64_of_i64(until.since(from).as_millis());
        let once = self.devices.len();
        usize::try_from(floor_u64(due)).map_or(once, |due| due.saturating_add(once))
    }

    /// Tells the frames of a period in order of time.
    fn tell(&self, period: &Period, sweep: &mut Sweep, reports: &mut Vec<SensorReport>) {
        let frames = &sweep.frames;
        let order = sweep.order.of(frames);
        if reports.capacity() - reports.len() < frames.len() {
            // What grows with each day is moved again and again.
            reports.reserve(self.most_frames(period.from, period.to).max(frames.len()));
        }
        let start = period.day_start;
        let in_order = order.iter().map(|key| &frames[index_of(*key)]);
        match &self.air {
            Some(air) => reports.extend(in_order.map(|frame| frame.told_through(air, start))),
            None => reports.extend(in_order.map(|frame| frame.told_alone(start))),
        }
    }

    /// What is due at the sites, with its random numbers, and what people bring to them on the day.
    fn schedule(&mut self, period: &Period, sweep: &mut Sweep) -> SimResult<()> {
        let filling = &self.spec.filling;
        let sites = || sweep.sites.iter().copied();
        sweep.lucks.clear();
        for container in sites().flat_map(|site| filling.containers_of(site)) {
            for sensor in self.sensors_of.of(*container) {
                let device = &self.devices[*sensor as usize];
                let numbers = device.numbers(period.from, period.until);
                sweep.lucks.ask(device, numbers);
            }
        }
        sweep.lucks.draw(self.spec.seed, &self.spec.params);
        let before = Timestamp::from_millis(period.day_start.as_millis() - 1);
        for site in sites() {
            if self.state.site_at[site] < before {
                filling.advance_site(&mut self.state, (site, before), &mut sweep.days)?;
            }
        }
        let drawn = (&sweep.sites[..], &mut sweep.days);
        filling.draw_day(&self.state, drawn, &mut sweep.deposits)?;
        self.put_in_order(period, sweep);
        sweep.sums.reckon(&sweep.deposits);
        Ok(())
    }

    /// Brings what is due at each container into order, and asks for what comes until then.
    fn put_in_order(&self, period: &Period, sweep: &mut Sweep) {
        let Sweep {
            due,
            ends,
            sums,
            lucks,
            deposits,
            ..
        } = sweep;
        due.clear();
        ends.clear();
        sums.clear();
        let mut place = 0;
        let until_ms = deposits.after_ms(period.until);
        for site in &sweep.sites {
            let from_ms = deposits.after_ms(self.state.site_at[*site]);
            for container in self.spec.filling.containers_of(*site) {
                let begin = due.len();
                let turn = self.turns[*container];
                let visit = turn.and_then(|turn| turn.on((period.day_start, period.day_number)));
                let visit = visit.and_then(|at| period.after_ms(at.as_millis()));
                due.extend(visit.map(Due::visit));
                for sensor in self.sensors_of.of(*container) {
                    let sensor = *sensor as usize;
                    let within = (period.from, period.until);
                    let air = self.air.as_ref();
                    let is_calm = air.is_none_or(|air| air.is_calm(sensor, within));
                    while place < lucks.len() && lucks.report(place).0 == sensor {
                        let after_ms = period.after_ms(lucks.at_ms(place));
                        due.extend(after_ms.map(|ms| Due::report(ms, (place, is_calm))));
                        place += 1;
                    }
                }
                due[begin..].sort_unstable();
                ends.push(due.len());
                sums.ask(deposits, from_ms);
                for due in &due[begin..] {
                    sums.ask(deposits, i64::from(due.after_ms()));
                }
                sums.ask(deposits, until_ms);
                sums.turn();
            }
        }
    }

    /// Does what is due at the sites, and brings what people bring between and after.
    fn bring_and_send(
        &mut self,
        period: &Period,
        sweep: &mut Sweep,
        emptyings: &mut Vec<Emptying>,
    ) {
        let (mut part, mut begin) = (0, 0);
        for nth in 0..sweep.sites.len() {
            let site = sweep.sites[nth];
            let filling = &self.spec.filling;
            let parts = part..part + filling.containers_of(site).len();
            let mut is_spilling = core::mem::take(&mut sweep.is_spilling);
            let coming = (site, |place: usize| sweep.sums.ml_of(part + place));
            if filling.find_spilling(&self.state, coming, &mut is_spilling) {
                let due = (begin, parts.clone());
                let which = (site, nth, &is_spilling[..]);
                self.together(period, (which, due), (sweep, emptyings));
            }
            for (part, is_spilling) in parts.zip(&is_spilling) {
                let due = begin..sweep.ends[part];
                begin = due.end;
                if !is_spilling {
                    self.alone(period, (part, due), (sweep, emptyings));
                }
            }
            part += is_spilling.len();
            self.state.site_at[site] = period.until;
            sweep.is_spilling = is_spilling;
        }
    }

    /// Does what is due at a container that nothing spills over to or from.
    fn alone(
        &mut self,
        period: &Period,
        (part, due): (usize, Range<usize>),
        (sweep, emptyings): (&mut Sweep, &mut Vec<Emptying>),
    ) {
        let container = sweep.deposits.container(part);
        // Between any two instants there is one more than there are things due.
        let first = sweep.sums.first_of(part);
        let last = first + due.len();
        for (nth, due) in (first..).zip(due) {
            let fill = &mut self.state.containers[container];
            let coming = (sweep.sums.ml_after(nth), sweep.sums.ticks_after(nth));
            let filling = &self.spec.filling;
            filling.pour(fill, (&sweep.deposits, part), coming);
            self.perform(period, (container, sweep.due[due]), (sweep, emptyings));
        }
        let fill = &mut self.state.containers[container];
        let coming = (sweep.sums.ml_after(last), sweep.sums.ticks_after(last));
        let filling = &self.spec.filling;
        filling.pour(fill, (&sweep.deposits, part), coming);
        let ticks = sweep.sums.tick(first)..sweep.sums.tick(last + 1);
        let all = (sweep.sums.ml_of(part), ticks);
        FillingModel::enter(fill, (&sweep.deposits, part), all);
    }

    /// Does what is due at those containers of a site that may spill over, deposit by deposit.
    fn together(
        &mut self,
        period: &Period,
        ((site, nth, is_spilling), (mut begin, parts)): (Which<'_>, (usize, Range<usize>)),
        (sweep, emptyings): (&mut Sweep, &mut Vec<Emptying>),
    ) {
        let mut together = core::mem::take(&mut sweep.together);
        let mut queue = core::mem::take(&mut sweep.queue);
        together.clear();
        for (part, is_spilling) in parts.zip(is_spilling) {
            let own = begin..sweep.ends[part];
            begin = own.end;
            if *is_spilling {
                let container = sweep.deposits.container(part);
                let own = sweep.due[own].iter();
                together.extend(own.map(|due| (*due, container)));
            }
        }
        together.sort_unstable();
        sweep.deposits.put_in_order((nth, is_spilling), &mut queue);
        for (due, container) in &together {
            let at = period.at(due.after_ms());
            let filling = &self.spec.filling;
            filling.bring_in_order(&mut self.state, (site, at), &mut queue);
            self.perform(period, (*container, *due), (sweep, emptyings));
        }
        let end = (site, period.until);
        let filling = &self.spec.filling;
        filling.bring_in_order(&mut self.state, end, &mut queue);
        (sweep.together, sweep.queue) = (together, queue);
    }

    /// A crew comes to a container, or a sensor over it reports.
    #[inline]
    fn perform(
        &mut self,
        period: &Period,
        (container, due): (usize, Due),
        (sweep, emptyings): (&mut Sweep, &mut Vec<Emptying>),
    ) {
        let after_ms = due.after_ms();
        let at = period.at(after_ms);
        match due.entry() {
            Entry::Visit => {
                let fill = &mut self.state.containers[container];
                let capacity = self.spec.filling.capacity(container);
                let visit = Visit { at, container };
                let served = |turn: crate::rounds::Turn| turn.rule.serve(fill, capacity, visit);
                emptyings.extend(self.turns[container].and_then(served));
            }
            Entry::Report(place, is_calm) => {
                let (sensor, number) = sweep.lucks.report(place);
                let held_ml = self.state.containers[container].held_ml;
                let fill = self.devices[sensor].fill(held_ml);
                let scheduled = Scheduled {
                    sensor,
                    number,
                    at,
                    after_ms,
                    is_calm,
                };
                if let Some(frame) = self.send(scheduled, &sweep.lucks.get(place), fill) {
                    sweep.frames.push(frame);
                }
            }
        }
    }
}

/// Some eight seconds, in powers of two of a millisecond: a day has few frames in each.
const BUCKET_BITS: u32 = 13;

/// Brings frames into order; buffers that are used again for the next day.
#[derive(Debug, Default)]
struct Order {
    /// Of each frame, when it was sent above its index.
    keys: Vec<u64>,
    /// Where each bucket ends, once all of it is there; until then, where the next of it goes.
    next: Vec<u32>,
    sorted: Vec<u64>,
}

impl Order {
    /// The frames by time and then by sensor, as keys that hold their indices.
    fn of(&mut self, frames: &[Frame]) -> &[u64] {
        let Self { keys, next, sorted } = self;
        let key =
            |(index, frame): (u32, &Frame)| u64::from(frame.after_ms) << 32 | u64::from(index);
        keys.clear();
        keys.extend(indexed(frames).map(key));
        let bucket = |key: u64| usize::try_from(key >> (32 + BUCKET_BITS)).unwrap_or(usize::MAX);
        let buckets = keys.iter().max().map_or(0, |last| bucket(*last) + 1);
        next.clear();
        next.resize(buckets + 1, 0);
        for key in &*keys {
            next[bucket(*key) + 1] += 1;
        }
        let mut before = 0;
        for next in &mut next[1..] {
            before += *next;
            *next = before;
        }
        sorted.resize(frames.len(), 0);
        for key in &*keys {
            let place = &mut next[bucket(*key)];
            sorted[*place as usize] = *key;
            *place += 1;
        }
        // None is further from its place than its bucket is long.
        for at in 1..sorted.len() {
            let key = sorted[at];
            let mut to = at;
            while to > 0 && is_later(frames, sorted[to - 1], key) {
                sorted[to] = sorted[to - 1];
                to -= 1;
            }
            sorted[to] = key;
        }
        sorted
    }
}

/// Whether the frame of a key is told after that of another, whose index is larger.
#[inline]
fn is_later(frames: &[Frame], key: u64, other: u64) -> bool {
    if key >> 32 == other >> 32 {
        let [sensor, beside] = [key, other].map(|key| frames[index_of(key)].sensor);
        return sensor > beside;
    }
    key > other
}

/// The index that a key holds.
#[inline]
fn index_of(key: u64) -> usize {
    usize::try_from(key & 0xffff_ffff).unwrap_or(usize::MAX)
}
