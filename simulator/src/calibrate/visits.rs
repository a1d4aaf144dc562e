//! Tickets and levels as what came between two visits.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use twin_core::Stream;

use super::days::number_of;
use crate::calendar::{Calendar, CalendarProfile};
use crate::error::{SimResult, in_range};
use crate::numbers::{f64_of_index, floor_u64};

/// A ticket of one stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ticket {
    /// The number of the round, or of the vehicle.
    pub round: u32,
    /// The local day.
    pub date: Date,
    /// Hours after local midnight, 0 to 24; `None` where only the day is told.
    pub hour: Option<f64>,
    /// What it weighed.
    pub kg: f64,
}

/// How full a container was found by a crew that emptied it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FoundLevel {
    /// The number of the container, or of a site with one.
    pub site: u32,
    /// The local time.
    pub at: DateTime,
    /// In percent of what it holds.
    pub fill_pct: f64,
}

/// Whether what came changed at once some day, in the same proportion everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChangeRule {
    /// It did not.
    Never,
    /// It did, at the beginning of this day.
    At(Date),
    /// To be found, if there is one.
    #[default]
    Find,
}

/// How tickets are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TicketRules {
    /// How long a round collects before it is weighed, 0 to 24 h.
    pub round_lasts_h: f64,
    /// When it is weighed where only the day is told, in hours after midnight.
    pub weighed_at_h: f64,
    /// Whether there is a change of regime.
    pub change: ChangeRule,
}

impl Default for TicketRules {
    /// Rounds of six hours that are weighed at eleven \[K-med\].
    fn default() -> Self {
        Self {
            round_lasts_h: 6.0,
            weighed_at_h: 11.0,
            change: ChangeRule::Find,
        }
    }
}

/// How logs of collections are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelRules {
    /// A container that is found so full, in percent, may have had no room for more.
    pub full_pct: f64,
    /// Whether there is a change of regime.
    pub change: ChangeRule,
}

impl Default for LevelRules {
    fn default() -> Self {
        Self {
            full_pct: 99.5,
            change: ChangeRule::Find,
        }
    }
}

/// What came between two visits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    /// The day of the earlier visit and of the later one, since 1970.
    pub(super) days: (i64, i64),
    /// Which share of each day's waste had come by then.
    shares: (f64, f64),
    /// How much.
    pub(super) amount: f64,
    /// Whether it may have been more.
    pub(super) is_bound: bool,
}

impl Interval {
    /// The share of a day that lies within.
    pub(super) fn share(&self, day: i64) -> f64 {
        let until = if day == self.days.1 {
            self.shares.1
        } else {
            1.0
        };
        let since = if day == self.days.0 {
            self.shares.0
        } else {
            0.0
        };
        (until - since).max(0.0)
    }
}

/// All visits of a round or a site.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) key: u32,
    pub(super) intervals: Vec<Interval>,
}

/// What visits came to.
#[derive(Clone, Debug)]
pub(super) struct Visits {
    pub(super) groups: Vec<Group>,
    pub(super) first: Date,
    pub(super) last: Date,
    /// Visits that say nothing: the first of each group, and those after a long silence.
    pub(super) starts: usize,
    /// Visits of the same container within the hour, the later ones.
    pub(super) repeated: usize,
}

/// Visits over fewer days say nothing of a year: rates are then those of these days.
const SEASONS_FROM_DAYS: i64 = 330;
/// After so many days without a visit somebody else may have come.
const LONGEST_DAYS: i64 = 400;

/// A visit: day since 1970, the share of its waste that had come, and the amount.
#[derive(Clone, Copy, Debug)]
struct Seen {
    date: Date,
    share: f64,
    amount: f64,
}

impl Visits {
    /// Tickets of one stream; those of a round on one day are one.
    pub(super) fn of_tickets(
        stream: Stream,
        tickets: &[Ticket],
        rules: &TicketRules,
    ) -> SimResult<Option<Self>> {
        in_range("round_lasts_h", rules.round_lasts_h, (0.0, 24.0), "0 to 24")?;
        in_range("weighed_at_h", rules.weighed_at_h, (0.0, 24.0), "0 to 24")?;
        let hours = HourShares::new(stream)?;
        let mut seen: BTreeMap<(u32, Date), Seen> = BTreeMap::new();
        for ticket in tickets {
            let hour = ticket.hour.unwrap_or(rules.weighed_at_h);
            in_range("the hour of a ticket", hour, (0.0, 24.0), "0 to 24")?;
            in_range("kg", ticket.kg, (0.0, 1e6), "0 to 1000000")?;
            let share = hours.mean_until(hour, rules.round_lasts_h);
            let key = (ticket.round, ticket.date);
            let day = seen.entry(key).or_insert(Seen {
                date: ticket.date,
                share,
                amount: 0.0,
            });
            day.amount += ticket.kg;
            day.share = day.share.max(share);
        }
        let seen = seen.into_iter().map(|((round, _), seen)| (round, seen));
        Ok(Self::between(seen.collect(), None))
    }

    /// Levels of one content.
    pub(super) fn of_levels(
        stream: Stream,
        levels: &[FoundLevel],
        rules: &LevelRules,
    ) -> SimResult<Option<Self>> {
        in_range("full_pct", rules.full_pct, (1.0, 1000.0), "1 to 1000")?;
        let hours = HourShares::new(stream)?;
        let mut sorted: Vec<&FoundLevel> = levels.iter().collect();
        sorted.sort_by_key(|level| (level.site, level.at));
        let (mut seen, mut repeated) = (Vec::new(), 0);
        let mut before: Option<&FoundLevel> = None;
        for level in sorted {
            in_range("fill_pct", level.fill_pct, (0.0, 1000.0), "0 to 1000")?;
            let is_repeated = before.is_some_and(|before| {
                before.site == level.site && level.at.duration_since(before.at).as_hours() < 1
            });
            if is_repeated {
                repeated += 1;
                continue;
            }
            before = Some(level);
            let time = level.at.time();
            let hour = f64::from(time.hour()) + f64::from(time.minute()) / 60.0;
            seen.push((
                level.site,
                Seen {
                    date: level.at.date(),
                    share: hours.until(hour),
                    amount: level.fill_pct,
                },
            ));
        }
        let visits = Self::between(seen, Some(rules.full_pct));
        Ok(visits.map(|visits| Self { repeated, ..visits }))
    }

    /// From visits in the order of group and time; `None` where no two belong together.
    fn between(seen: Vec<(u32, Seen)>, full: Option<f64>) -> Option<Self> {
        let mut groups: BTreeMap<u32, Vec<Interval>> = BTreeMap::new();
        let mut last_of: Option<(u32, Seen)> = None;
        let (mut starts, mut span) = (0, None::<(Date, Date)>);
        for (key, visit) in seen {
            let intervals = groups.entry(key).or_default();
            let before = last_of.replace((key, visit)).filter(|(of, _)| *of == key);
            let days = |before: Seen| (number_of(before.date), number_of(visit.date));
            let before = before.map(|(_, before)| before);
            let before = before.filter(|before| {
                let days = days(*before);
                days.1 - days.0 <= LONGEST_DAYS
            });
            let Some(before) = before else {
                starts += 1;
                continue;
            };
            let (first, last) = span.unwrap_or((before.date, visit.date));
            span = Some((first.min(before.date), last.max(visit.date)));
            intervals.push(Interval {
                days: days(before),
                shares: (before.share, visit.share),
                amount: visit.amount,
                is_bound: full.is_some_and(|full| visit.amount >= full),
            });
        }
        let (first, last) = span?;
        let groups = groups.into_iter();
        let groups = groups.map(|(key, intervals)| Group { key, intervals });
        let groups: Vec<Group> = groups.filter(Group::says_something).collect();
        (!groups.is_empty()).then_some(Self {
            groups,
            first,
            last,
            starts,
            repeated: 0,
        })
    }

    /// Whether they tell the months of a year apart from the rates.
    pub(super) fn has_seasons(&self) -> bool {
        number_of(self.last) - number_of(self.first) >= SEASONS_FROM_DAYS
    }

    /// How many intervals there are.
    pub(super) fn len(&self) -> usize {
        self.groups.iter().map(|group| group.intervals.len()).sum()
    }
}

impl Group {
    fn says_something(&self) -> bool {
        self.intervals.iter().any(|interval| interval.amount > 0.0)
    }
}

/// How much of a day's waste has come by an hour.
struct HourShares([f64; 25]);

/// In so many equal parts a round collects.
const PARTS: usize = 12;

impl HourShares {
    fn new(stream: Stream) -> SimResult<Self> {
        let calendar = Calendar::new(&CalendarProfile::default())?;
        let mut until = [0.0; 25];
        for hour in 0_u8..24 {
            let at = usize::from(hour);
            until[at + 1] = until[at] + calendar.hour_weight(stream, hour);
        }
        let sum = until[24];
        Ok(Self(until.map(|until| until / sum)))
    }

    fn until(&self, hour: f64) -> f64 {
        let hour = hour.clamp(0.0, 24.0);
        let whole = usize::try_from(floor_u64(hour)).unwrap_or(0).min(23);
        let part = hour - f64_of_index(whole);
        self.0[whole] + part * (self.0[whole + 1] - self.0[whole])
    }

    /// The mean over a round that ends at an hour.
    fn mean_until(&self, hour: f64, lasts_h: f64) -> f64 {
        let at = |part: usize| hour - lasts_h * (f64_of_index(part) + 0.5) / f64_of_index(PARTS);
        let sum: f64 = (0..PARTS).map(|part| self.until(at(part))).sum();
        sum / f64_of_index(PARTS)
    }
}
