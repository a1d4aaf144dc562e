//! Conditions that must hold for a while before an alarm changes: what chatters changes nothing.

use std::collections::BTreeMap;

use twin_core::{AlarmCause, AlarmPriority, AlarmSubject, Span, Timestamp};

/// What an alarm is about.
pub(super) type Key = (AlarmCause, AlarmSubject);

/// Whether there is something to be alarmed about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// There is.
    Holds(Finding),
    /// There is not, since then.
    Over(Timestamp),
    /// Neither: all stays as it is.
    Unsettled,
}

/// What there is to be alarmed about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Finding {
    /// Since when it is so.
    pub(super) since: Timestamp,
    /// What was measured.
    pub(super) value: Option<f64>,
    /// How pressing it is.
    pub(super) priority: AlarmPriority,
}

/// What is to be done about an alarm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Turn {
    /// It is raised, or becomes more or less pressing.
    Raise(Finding),
    /// It has returned to normal.
    Clear,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    is_to_be_raised: bool,
    since: Timestamp,
    due: Timestamp,
}

/// Alarms that will change if nothing else happens.
#[derive(Clone, Debug, Default)]
pub(super) struct Delays(BTreeMap<Key, Waiting>);

impl Delays {
    /// What a verdict comes to. `active` is the priority of the alarm that stands and is active, and `delays`
    /// for how long it must be so, and no longer be so.
    pub(super) fn settle(
        &mut self,
        key: &Key,
        verdict: Verdict,
        active: Option<AlarmPriority>,
        (delays, now): ((Span, Span), Timestamp),
    ) -> Option<Turn> {
        let (is_to_be_raised, since, delay) = match (verdict, active) {
            (Verdict::Holds(finding), None) => (true, finding.since, delays.0),
            (Verdict::Over(since), Some(_)) => (false, since, delays.1),
            (Verdict::Holds(finding), Some(priority)) => {
                self.0.remove(key);
                let is_other = finding.priority != priority;
                return is_other.then_some(Turn::Raise(finding));
            }
            (Verdict::Over(_), None) | (Verdict::Unsettled, _) => {
                self.0.remove(key);
                return None;
            }
        };
        let waiting = self.0.get(key);
        let before = waiting.filter(|waiting| waiting.is_to_be_raised == is_to_be_raised);
        let since = before
            .map_or(since, |before| before.since.min(since))
            .min(now);
        let due = since + delay;
        if due <= now {
            self.0.remove(key);
            return Some(match verdict {
                Verdict::Holds(finding) => Turn::Raise(Finding { since, ..finding }),
                _ => Turn::Clear,
            });
        }
        let waiting = Waiting {
            is_to_be_raised,
            since,
            due,
        };
        self.0.insert(key.clone(), waiting);
        None
    }

    /// Those whose time has come.
    pub(super) fn due(&self, now: Timestamp) -> Vec<Key> {
        let due = self.0.iter().filter(|(_key, waiting)| waiting.due <= now);
        due.map(|(key, _waiting)| key.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(1_000_000 + secs)
    }

    fn holds(secs: i64) -> Verdict {
        Verdict::Holds(Finding {
            since: at(secs),
            value: None,
            priority: AlarmPriority::Third,
        })
    }

    fn over(secs: i64) -> Verdict {
        Verdict::Over(at(secs))
    }

    /// Tells verdicts with a delay of 120 s to raise and 600 s to clear; when the alarm changes.
    fn turns(verdicts: &[(i64, Verdict)]) -> Vec<(i64, bool)> {
        let key: Key = (AlarmCause::ContainerFull, "container/c".parse().unwrap());
        let spans = (Span::from_secs(120), Span::from_secs(600));
        let mut delays = Delays::default();
        let mut active = None;
        let mut turns = Vec::new();
        for (now, verdict) in verdicts {
            match delays.settle(&key, *verdict, active, (spans, at(*now))) {
                Some(Turn::Raise(_)) => {
                    active = Some(AlarmPriority::Third);
                    turns.push((*now, true));
                }
                Some(Turn::Clear) => {
                    active = None;
                    turns.push((*now, false));
                }
                None => {}
            }
        }
        turns
    }

    #[rstest::rstest]
    #[case::not_yet(&[(0, holds(0)), (119, holds(0))], &[])]
    #[case::after_the_delay(&[(0, holds(0)), (120, holds(0))], &[(120, true)])]
    #[case::it_was_so_before_it_was_told(&[(0, holds(-500))], &[(0, true)])]
    #[case::a_later_measurement_does_not_begin_anew(&[(0, holds(0)), (100, holds(100)), (121, holds(100))], &[(121, true)])]
    #[case::chatter(&[(0, holds(0)), (60, over(60)), (110, holds(110)), (220, holds(220)), (229, over(229))], &[])]
    #[case::the_deadband_ends_the_wait(&[(0, holds(0)), (60, Verdict::Unsettled), (130, holds(130))], &[])]
    #[case::back_to_normal(&[(0, holds(-120)), (10, over(10)), (610, over(10))], &[(0, true), (610, false)])]
    #[case::not_back_for_long(&[(0, holds(-120)), (10, over(10)), (500, holds(500)), (700, over(700))], &[(0, true)])]
    fn an_alarm_changes_after_its_delay(
        #[case] verdicts: &[(i64, Verdict)],
        #[case] changes: &[(i64, bool)],
    ) {
        assert_eq!(turns(verdicts), changes);
    }

    #[test]
    fn what_waits_comes_up_when_it_is_due() {
        let key: Key = (AlarmCause::Fire, "sensor/s".parse().unwrap());
        let mut delays = Delays::default();
        let spans = (Span::from_secs(120), Span::ZERO);
        assert_eq!(delays.settle(&key, holds(0), None, (spans, at(0))), None);
        assert_eq!(delays.due(at(119)), []);
        assert_eq!(delays.due(at(120)), [key]);
    }

    #[test]
    fn what_becomes_more_pressing_is_told_without_delay() {
        let key: Key = (
            AlarmCause::AuthorisationExpiring,
            "camera/k".parse().unwrap(),
        );
        let turn = Delays::default().settle(
            &key,
            holds(0),
            Some(AlarmPriority::Second),
            ((Span::from_secs(60), Span::ZERO), at(0)),
        );
        assert!(matches!(turn, Some(Turn::Raise(_))), "{turn:?}");
    }
}
