//! What is wrong with a sensor, as far as its reports tell by now.

use twin_core::{Span, Timestamp};

use super::track::Emptied;

/// What a sensor is suspected of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suspicion {
    /// It does not report any more.
    Silent,
    /// It repeats itself while its container should have filled.
    Stuck,
    /// It says that it is out of its mounting.
    Tilted,
    /// Emptied containers do not look empty to it.
    Drift,
    /// Most of what it tells does not fit together.
    Outliers,
}

impl Suspicion {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Silent,
        Self::Stuck,
        Self::Tilted,
        Self::Drift,
        Self::Outliers,
    ];

    /// Its name in outcomes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Stuck => "stuck",
            Self::Tilted => "tilted",
            Self::Drift => "drift",
            Self::Outliers => "outliers",
        }
    }
}

/// So many intervals without a report are silence, a day and a half at least.
const SILENT_INTERVALS: u16 = 9;
const SILENT: Span = Span::from_hours(36);
/// Distances that differ by so much at most are the same one, in millimetres.
const SAME_MM: u16 = 2;
/// So many reports that are the same are odd...
const SAME_REPORTS: u32 = 6;
/// ...where so many deposits were expected meanwhile: the chance that none came is below 1 in 10,000.
const EXPECTED_DEPOSITS: f64 = 9.3;
/// A level that is left by a crew beyond this is odd once, in shares of the depth...
const LEFT_ONCE: f64 = 0.10;
/// ...and beyond this twice in a row.
const LEFT_TWICE: f64 = 0.05;
/// Of the last eight readings so many are doubted where a sensor bursts.
const DOUBTED: u32 = 5;

/// Watches one sensor; knows at any instant nothing that comes later.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    interval: Span,
    heard: Option<Timestamp>,
    tilted: u32,
    flat: Flat,
    left_before: f64,
    drifts: bool,
    /// One bit for each of the last eight readings.
    doubted: u8,
    bursts: bool,
    silent: bool,
}

/// Reports that say the same.
#[derive(Clone, Copy, Debug, Default)]
struct Flat {
    mm: u16,
    reports: u32,
    deposits: f64,
}

impl Watch {
    pub(super) const fn new(interval: Span) -> Self {
        Self {
            interval,
            heard: None,
            tilted: 0,
            flat: Flat {
                mm: 0,
                reports: 0,
                deposits: 0.0,
            },
            left_before: 0.0,
            drifts: false,
            doubted: 0,
            bursts: false,
            silent: false,
        }
    }

    /// A report came, and as many deposits were expected since the last one.
    pub(super) fn hear(&mut self, at: Timestamp, mm: Option<u16>, deposits: f64) {
        self.heard = Some(at);
        self.silent = false;
        let Some(mm) = mm else { return };
        if mm.abs_diff(self.flat.mm) <= SAME_MM && self.flat.reports > 0 {
            self.flat.reports += 1;
            self.flat.deposits += deposits;
        } else {
            self.flat = Flat {
                mm,
                reports: 1,
                deposits: 0.0,
            };
        }
    }

    /// Whether the device said that it is tilted; twice in a row is believed.
    pub(super) fn tilt(&mut self, is_tilted: bool) {
        self.tilted = if is_tilted {
            (self.tilted + 1).min(3)
        } else {
            self.tilted.saturating_sub(1).min(1)
        };
    }

    /// Whether the last reading was doubted.
    pub(super) fn doubt(&mut self, is_doubted: bool) {
        self.doubted = self.doubted << 1 | u8::from(is_doubted);
        let count = self.doubted.count_ones();
        self.bursts = count >= DOUBTED || (self.bursts && count >= 2);
    }

    /// The container was emptied; so much may have come since that the sensor is not to blame for it.
    pub(super) fn emptied(&mut self, emptied: &Emptied, came: f64) {
        let left = (emptied.left - came).max(0.0);
        self.drifts = left > LEFT_ONCE || left.min(self.left_before) > LEFT_TWICE;
        self.left_before = left;
    }

    /// The level moved down without an emptying: somebody cleaned the sensor, perhaps.
    pub(super) fn moved(&mut self, by: f64) {
        if by < -LEFT_TWICE {
            (self.drifts, self.left_before) = (false, 0.0);
        }
    }

    /// Time passes.
    pub(super) fn pass(&mut self, now: Timestamp) {
        let longest = self.interval.times(SILENT_INTERVALS).max(SILENT);
        self.silent = self.heard.is_some_and(|heard| now.since(heard) > longest);
    }

    /// It repeats itself by now, for whatever reason.
    pub(super) const fn is_flat(&self) -> bool {
        self.flat.reports >= SAME_REPORTS
    }

    /// What it is suspected of, the surest first.
    pub(super) fn suspicion(&self) -> Option<Suspicion> {
        let is_stuck = self.is_flat() && self.flat.deposits >= EXPECTED_DEPOSITS;
        [
            (self.silent, Suspicion::Silent),
            (self.tilted >= 2, Suspicion::Tilted),
            (is_stuck, Suspicion::Stuck),
            (self.drifts, Suspicion::Drift),
            (self.bursts, Suspicion::Outliers),
        ]
        .into_iter()
        .find_map(|(holds, suspicion)| holds.then_some(suspicion))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(n: i64) -> Timestamp {
        Timestamp::from_secs(1_650_000_000) + Span::from_hours(n)
    }

    fn watch() -> Watch {
        Watch::new(Span::from_hours(4))
    }

    /// The first of reports four hours apart at which something is suspected.
    fn suspected(mm: impl Fn(u16) -> u16, deposits: f64) -> Option<(u16, Suspicion)> {
        let mut watch = watch();
        (0..60).find_map(|nth| {
            watch.hear(hour(4 * i64::from(nth)), Some(mm(nth)), deposits);
            watch.suspicion().map(|suspicion| (nth, suspicion))
        })
    }

    #[test]
    fn who_repeats_itself_is_stuck_once_its_container_should_have_filled() {
        assert_eq!(suspected(|_| 900, 2.0), Some((5, Suspicion::Stuck)));
        assert_eq!(suspected(|_| 900, 0.5), Some((19, Suspicion::Stuck)));
        assert_eq!(suspected(|_| 900, 0.1), None, "nobody fills it");
        assert_eq!(
            suspected(|nth| 900 - 8 * (nth % 2), 2.0),
            None,
            "it is noisy"
        );
        assert_eq!(suspected(|nth| 900 - 3 * nth, 2.0), None, "it fills");
    }

    #[test]
    fn who_does_not_report_is_silent_until_it_reports() {
        let mut watch = watch();
        watch.pass(hour(500));
        assert_eq!(watch.suspicion(), None, "nothing was heard yet");
        watch.hear(hour(500), Some(800), 1.0);
        watch.pass(hour(530));
        assert_eq!(watch.suspicion(), None);
        watch.pass(hour(537));
        assert_eq!(watch.suspicion(), Some(Suspicion::Silent));
        watch.hear(hour(540), Some(700), 1.0);
        assert_eq!(watch.suspicion(), None);
    }

    #[test]
    fn who_says_so_twice_is_tilted() {
        let mut watch = watch();
        let mut tilt = |is_tilted| {
            watch.tilt(is_tilted);
            watch.suspicion() == Some(Suspicion::Tilted)
        };
        let told = [false, true, false, true, true, false, false].map(&mut tilt);
        assert_eq!(told, [false, false, false, false, true, false, false]);
    }

    #[rstest::rstest]
    #[case::clean(&[0.0, 0.01, 0.02], false)]
    #[case::far_off(&[0.0, 0.12], true)]
    #[case::off_once(&[0.0, 0.07, 0.02], false)]
    #[case::off_twice(&[0.0, 0.06, 0.08], true)]
    #[case::repaired(&[0.06, 0.08, 0.0], false)]
    fn who_sees_something_in_empty_containers_drifts(#[case] left: &[f64], #[case] expected: bool) {
        let mut watch = watch();
        for (nth, left) in (0..).zip(left) {
            let emptied = Emptied {
                after: hour(nth),
                before: hour(nth + 1),
                confirmed: hour(nth + 2),
                drop: 0.5,
                left: left + 0.03,
            };
            watch.emptied(&emptied, 0.03);
        }
        assert_eq!(watch.suspicion() == Some(Suspicion::Drift), expected);
    }

    #[test]
    fn readings_that_do_not_fit_are_a_burst() {
        let mut watch = watch();
        for nth in 0..5 {
            assert_eq!(watch.suspicion(), None, "{nth}");
            watch.doubt(true);
        }
        assert_eq!(watch.suspicion(), Some(Suspicion::Outliers));
        (0..7).for_each(|_| watch.doubt(false));
        assert_eq!(watch.suspicion(), None);
    }
}
