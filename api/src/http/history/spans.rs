//! Levels put together by the hour, the day or the week.

use std::collections::BTreeMap;

use gis_data::stores::Digest;
use serde::{Deserialize, Serialize, Serializer};
use simulator::calendar::{LocalDay, local_midnight};
use twin_core::Timestamp;

/// What levels are put together by; days and weeks are those of clocks in France, and a week begins on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum By {
    Hour,
    Day,
    Week,
}

impl By {
    /// The beginning of the span that an instant lies in; `None` outside of the calendar.
    pub(super) fn start(self, at: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Hour => Some(Timestamp::from_secs(
                at.as_secs() - at.as_secs().rem_euclid(3600),
            )),
            Self::Day => Some(LocalDay::containing(at).ok()?.start()),
            Self::Week => {
                let date = LocalDay::containing(at).ok()?.date();
                let since_monday = i64::from(date.weekday().since(jiff::civil::Weekday::Monday));
                local_midnight(
                    date.checked_sub(jiff::Span::new().days(since_monday))
                        .ok()?,
                )
            }
        }
    }
}

/// The levels of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
struct Levels {
    readings: u32,
    /// The lowest level, 0 to 1; like the others, nothing where none was measured.
    lowest: Option<f64>,
    highest: Option<f64>,
    /// The mean of all that were measured, each alike.
    mean: Option<f64>,
    last: Option<f64>,
    emptyings: u32,
    #[serde(skip)]
    total: f64,
    #[serde(skip)]
    last_at: Option<Timestamp>,
}

impl Levels {
    fn take(&mut self, (at, fill): (Timestamp, f64)) {
        self.add((1, fill), (fill, fill), (Some(at), fill));
    }

    fn take_digest(&mut self, digest: &Digest) {
        self.emptyings += digest.emptyings;
        if digest.readings > 0 {
            let total = digest.mean.get() * f64::from(digest.readings);
            let ends = (digest.lowest.get(), digest.highest.get());
            self.add(
                (digest.readings, total),
                ends,
                (digest.last_at, digest.last.get()),
            );
        }
    }

    fn add(
        &mut self,
        (readings, total): (u32, f64),
        (lowest, highest): (f64, f64),
        (last_at, last): (Option<Timestamp>, f64),
    ) {
        self.readings += readings;
        self.total += total;
        // Six decimals: the rest depends on the order in which levels were added up.
        self.mean = Some((self.total / f64::from(self.readings) * 1e6).round() / 1e6);
        self.lowest = Some(self.lowest.map_or(lowest, |it| it.min(lowest)));
        self.highest = Some(self.highest.map_or(highest, |it| it.max(highest)));
        if self.last_at <= last_at {
            (self.last_at, self.last) = (last_at, Some(last));
        }
    }
}

/// Spans by their beginnings.
#[derive(Debug)]
pub(super) struct Spans(BTreeMap<Timestamp, Levels>);

impl Spans {
    /// What is left of what was forgotten, and what is kept in full.
    pub(super) fn of<'d>(
        by: By,
        digests: impl Iterator<Item = &'d Digest>,
        levels: &[(Timestamp, f64)],
        emptyings: &[(Timestamp, f64)],
    ) -> Self {
        let mut spans: BTreeMap<Timestamp, Levels> = BTreeMap::new();
        for digest in digests {
            if let Some(start) = by.start(digest.start) {
                spans.entry(start).or_default().take_digest(digest);
            }
        }
        for level in levels {
            if let Some(start) = by.start(level.0) {
                spans.entry(start).or_default().take(*level);
            }
        }
        for (at, _before) in emptyings {
            if let Some(start) = by.start(*at) {
                spans.entry(start).or_default().emptyings += 1;
            }
        }
        Self(spans)
    }
}

impl Serialize for Spans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told<'a> {
            start: Timestamp,
            #[serde(flatten)]
            levels: &'a Levels,
        }
        let told = self.0.iter().map(|(start, levels)| Told {
            start: *start,
            levels,
        });
        serializer.collect_seq(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::an_hour(By::Hour, "2026-10-25T01:59:59Z", "2026-10-25T01:00:00.000Z")]
    #[case::a_day_of_winter(By::Day, "2026-11-30T22:59:59Z", "2026-11-29T23:00:00.000Z")]
    #[case::the_day_the_clock_goes_back(
        By::Day,
        "2026-10-25T22:30:00Z",
        "2026-10-24T22:00:00.000Z"
    )]
    #[case::a_week_over_the_change(By::Week, "2026-10-25T22:30:00Z", "2026-10-18T22:00:00.000Z")]
    #[case::monday_itself(By::Week, "2026-11-30T00:00:00Z", "2026-11-29T23:00:00.000Z")]
    fn spans_begin_as_clocks_in_france_say(#[case] by: By, #[case] at: &str, #[case] start: &str) {
        assert_eq!(by.start(at.parse().unwrap()).unwrap().to_string(), start);
    }
}
