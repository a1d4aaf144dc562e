//! What happened to a job, numbered, so that a listener that was cut off goes on where it was.

use std::collections::VecDeque;

use super::job::Progress;

/// The most events that are kept for listeners that come later. Each tells all that there is to know, so
/// that nothing is lost with the older ones.
const MOST: usize = 512;

/// What an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// The job is in another state.
    State,
    /// The work came a step further; crafts have names of their own for it.
    Step,
    /// The job is over.
    End,
}

impl EventKind {
    /// Its name, where steps have one.
    pub(crate) const fn name(self, step: &'static str) -> &'static str {
        match self {
            Self::State => "state",
            Self::Step => step,
            Self::End => "end",
        }
    }
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry<N> {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// What it tells.
    pub(crate) kind: EventKind,
    /// How far the job was.
    pub(crate) progress: Progress<N>,
}

/// The latest events of a job.
#[derive(Clone, Debug)]
pub(super) struct Log<N> {
    entries: VecDeque<Entry<N>>,
    last: u64,
}

impl<N: Clone> Log<N> {
    /// Nothing has happened yet.
    pub(super) const fn new() -> Self {
        Self {
            entries: VecDeque::new(),
            last: 0,
        }
    }

    /// Adds an event; its number.
    pub(super) fn push(&mut self, kind: EventKind, progress: Progress<N>) -> u64 {
        if self.entries.len() >= MOST {
            self.entries.pop_front();
        }
        self.last += 1;
        self.entries.push_back(Entry {
            number: self.last,
            kind,
            progress,
        });
        self.last
    }

    /// The events with a number above `number`, as far as they are kept.
    pub(super) fn after(&self, number: u64) -> Vec<Entry<N>> {
        let later = self.entries.iter().filter(|entry| entry.number > number);
        later.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::job::JobState;
    use super::*;

    fn log(count: u64) -> Log<u64> {
        let mut log = Log::new();
        for n in 1..=count {
            let progress = Progress {
                state: JobState::Running,
                share: 0.5,
                news: n,
            };
            assert_eq!(log.push(EventKind::Step, progress), n);
        }
        log
    }

    #[rstest::rstest]
    #[case::all(3, 0, vec![1, 2, 3])]
    #[case::the_rest(3, 2, vec![3])]
    #[case::none(3, 3, vec![])]
    #[case::what_never_was(3, 9, vec![])]
    fn a_listener_goes_on_where_it_was(
        #[case] count: u64,
        #[case] after: u64,
        #[case] expected: Vec<u64>,
    ) {
        let entries = log(count).after(after);
        let numbers: Vec<u64> = entries.iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn the_oldest_events_are_forgotten() {
        let log = log(2_000);
        let kept = log.after(0);
        assert_eq!(kept.len(), MOST);
        assert_eq!(kept.last().map(|entry| entry.number), Some(2_000));
    }
}
