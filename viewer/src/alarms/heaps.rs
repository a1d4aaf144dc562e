//! The rows of the list: an alarm each, or many of one cause together, which would hide all others.

use twin_core::{AlarmCause, AlarmPriority, Timestamp};

use super::standing::StandingAlarm;

/// More than so many of one cause are told together.
const MOST_ALONE: usize = 10;

/// An alarm, or several that are told together.
#[derive(Clone, Debug, PartialEq)]
pub struct Heap {
    /// The most pressing of them.
    pub lead: StandingAlarm,
    /// How many they are.
    pub count: usize,
    /// Since when the oldest is so.
    pub oldest: Timestamp,
}

/// What those that are told together have in common.
type Kind = (AlarmPriority, AlarmCause, bool);

/// The rows for these alarms, in their order. What is to be done at once always has its own.
pub(super) fn heaps(alarms: &[StandingAlarm]) -> Vec<Heap> {
    let kinds = kinds(alarms);
    let is_many = |kind: Kind| {
        let found = kinds.iter().find(|(of, _)| *of == kind);
        kind.0 != AlarmPriority::First && found.is_some_and(|(_, count)| *count > MOST_ALONE)
    };
    let mut heaps: Vec<Heap> = Vec::new();
    let mut heaped: Vec<(Kind, usize)> = Vec::new();
    for alarm in alarms {
        let kind = kind(alarm);
        let found = heaped.iter().find(|(of, _)| *of == kind);
        if let Some(heap) = found.and_then(|(_, number)| heaps.get_mut(*number)) {
            heap.count += 1;
            heap.oldest = heap.oldest.min(alarm.since);
            continue;
        }
        if is_many(kind) {
            heaped.push((kind, heaps.len()));
        }
        heaps.push(Heap {
            lead: alarm.clone(),
            count: 1,
            oldest: alarm.since,
        });
    }
    heaps
}

fn kind(alarm: &StandingAlarm) -> Kind {
    (alarm.priority, alarm.cause, alarm.is_acknowledged())
}

/// How many alarms there are of each kind.
fn kinds(alarms: &[StandingAlarm]) -> Vec<(Kind, usize)> {
    let mut kinds: Vec<(Kind, usize)> = Vec::new();
    for kind in alarms.iter().map(kind) {
        match kinds.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind, 1)),
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::super::standing::tests::answered;
    use super::*;

    /// So many fires, then so many cameras.
    fn counts(fires: usize, cameras: usize) -> Vec<usize> {
        let known = answered();
        let of = |number: usize, count| vec![known.all()[number].clone(); count];
        let alarms = [of(0, fires), of(1, cameras)].concat();
        heaps(&alarms).iter().map(|heap| heap.count).collect()
    }

    #[rstest::rstest]
    #[case::few(1, 3, vec![1, 1, 1, 1])]
    #[case::many(1, 11, vec![1, 11])]
    #[case::at_once(11, 0, vec![1; 11])]
    fn many_of_a_cause_are_told_together(
        #[case] fires: usize,
        #[case] cameras: usize,
        #[case] expected: Vec<usize>,
    ) {
        assert_eq!(counts(fires, cameras), expected);
    }
}
