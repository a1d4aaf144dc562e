//! What a follower hears of its writer, on both ways, and what it does about it.

use std::time::Duration;

use gis_data::stores::Heard;
use tokio::sync::mpsc;
use tokio::time::Instant;
use twin_core::{Change, Channel, Twin};

use super::News;

/// How long a message may be later than the database's word of its commit until it counts as lost.
const GRACE: Duration = Duration::from_millis(500);
/// How long nothing need be heard on either way, where messages come, until the journal is looked at anyway.
const CALM: Duration = Duration::from_secs(5);

/// How far a twin got: the numbers of its last changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct At {
    pub(in crate::engine) public: u64,
    pub(in crate::engine) restricted: u64,
}

impl At {
    /// How far this one got.
    pub(in crate::engine) fn of(twin: &Twin) -> Self {
        Self {
            public: twin.seq(Channel::Public),
            restricted: twin.seq(Channel::Restricted),
        }
    }

    const fn last(&mut self, channel: Channel) -> &mut u64 {
        match channel {
            Channel::Public => &mut self.public,
            Channel::Restricted => &mut self.restricted,
        }
    }

    const fn has(self, told: Heard) -> bool {
        self.public >= told.public_seq && self.restricted >= told.restricted_seq
    }
}

/// What a follower does about what it heard.
#[derive(Debug, PartialEq)]
pub(in crate::engine) enum Step {
    /// Nothing: it has that, or it is about to come.
    Rest,
    /// These changes are the next ones.
    Take(Vec<Change>),
    /// Read the journal.
    Look,
}

/// What a follower hears of its writer.
#[derive(Debug, Default)]
pub(in crate::engine) struct Reception {
    news: Option<mpsc::Receiver<News>>,
    /// The newest writer of whom there was a message.
    epoch: u64,
    /// Whether messages can be counted on: the last commit came in one.
    is_fed: bool,
    /// Where the journal ends by what was heard, and until when a message may bring what is missing.
    awaited: Option<(Heard, Instant)>,
    /// When something was heard last, or looked for.
    calm_since: Option<Instant>,
    /// How far the twin was when the journal was looked at although nothing had been heard.
    unasked: Option<At>,
}

impl Reception {
    /// Hears messages from now on.
    pub(in crate::engine) fn hear(&mut self, news: mpsc::Receiver<News>) {
        self.news = Some(news);
    }

    /// Whether messages come at all.
    pub(in crate::engine) const fn has_line(&self) -> bool {
        self.news.is_some()
    }

    /// The next message; never, where none comes any more.
    pub(in crate::engine) async fn next(&mut self) -> News {
        if let Some(news) = &mut self.news {
            if let Some(next) = news.recv().await {
                return next;
            }
            self.news = None;
            return News::Silence;
        }
        std::future::pending().await
    }

    /// When what is awaited counts as lost.
    pub(in crate::engine) fn patience(&self) -> Option<Instant> {
        self.awaited.map(|(_told, until)| until)
    }

    /// A message came.
    pub(in crate::engine) fn take(&mut self, news: News, at: At) -> Step {
        let (fate, step) = match news {
            News::Silence => {
                self.is_fed = false;
                return if self.awaited.take().is_some() {
                    Step::Look
                } else {
                    Step::Rest
                };
            }
            News::Unread => ("unread", Step::Look),
            News::Commit { epoch, .. } if epoch < self.epoch => ("deposed", Step::Rest),
            News::Commit { epoch, changes } => {
                self.epoch = epoch;
                match next_of(changes, at) {
                    Some(changes) if changes.is_empty() => ("known", Step::Rest),
                    Some(changes) => ("taken", Step::Take(changes)),
                    None => ("gap", Step::Look),
                }
            }
        };
        self.is_fed |= matches!(fate, "known" | "taken" | "gap");
        metrics::counter!("twin_fan_out_received_total", "fate" => fate).increment(1);
        step
    }

    /// The database told of a commit, or told nothing for a while.
    pub(in crate::engine) fn heard(&mut self, told: Option<Heard>, at: At, now: Instant) -> Step {
        let is_calm = self.calm_since.is_some_and(|since| now < since + CALM);
        if told.is_none() && self.is_fed && is_calm {
            return Step::Rest;
        }
        self.calm_since = Some(now);
        self.unasked = told.is_none().then_some(at);
        match told {
            Some(told) if at.has(told) => {
                self.awaited = None;
                Step::Rest
            }
            Some(told) if self.is_fed => {
                let until = self.patience().unwrap_or(now + GRACE);
                self.awaited = Some((told, until));
                Step::Rest
            }
            _ => Step::Look,
        }
    }

    /// The patience is over.
    pub(in crate::engine) fn lose_patience(&mut self, at: At) -> Step {
        match self.awaited.take() {
            Some((told, _until)) if !at.has(told) => {
                self.is_fed = false;
                metrics::counter!("twin_fan_out_received_total", "fate" => "late").increment(1);
                Step::Look
            }
            _ => Step::Rest,
        }
    }

    /// The twin moved on: what was awaited may have come. What nothing told of has to be looked for from now on.
    pub(in crate::engine) fn moved(&mut self, at: At) {
        self.is_fed &= self.unasked.take().is_none_or(|before| before == at);
        self.awaited = self.awaited.filter(|(told, _until)| !at.has(*told));
    }
}

/// Those of the changes that a twin does not have, where they are the very next ones of both channels.
fn next_of(changes: Vec<Change>, mut at: At) -> Option<Vec<Change>> {
    let mut next = Vec::with_capacity(changes.len());
    for change in changes {
        let last = at.last(change.channel);
        if change.seq <= *last {
            continue;
        }
        if change.seq != *last + 1 {
            return None;
        }
        *last = change.seq;
        next.push(change);
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use twin_core::{AssetId, Effect, Timestamp};

    use super::*;

    const AT: At = At {
        public: 3,
        restricted: 1,
    };

    fn change(channel: Channel, seq: u64) -> Change {
        let sensor: AssetId = "sensor/s1".parse().unwrap();
        Change {
            seq,
            channel,
            at: Timestamp::from_millis(0),
            effect: Effect::AssetRemoved(sensor),
        }
    }

    fn changes(told: &str) -> Vec<Change> {
        let one = |word: &str| {
            let (channel, seq) = word.split_at(1);
            let channel = match channel {
                "p" => Channel::Public,
                _ => Channel::Restricted,
            };
            change(channel, seq.parse().unwrap())
        };
        told.split_whitespace().map(one).collect()
    }

    const fn heard(public_seq: u64, restricted_seq: u64) -> Heard {
        Heard {
            public_seq,
            restricted_seq,
        }
    }

    fn commit(epoch: u64, told: &str) -> News {
        News::Commit {
            epoch,
            changes: changes(told),
        }
    }

    #[rstest::rstest]
    #[case::the_next("p4 r2 p5", Some("p4 r2 p5"))]
    #[case::known("p2 r1 p3", Some(""))]
    #[case::half_known("p3 r1 p4 r2", Some("p4 r2"))]
    #[case::nothing("", Some(""))]
    #[case::one_is_missing("p5", None)]
    #[case::one_is_missing_in_it("p4 p6", None)]
    #[case::one_of_the_other_channel_is_missing("p4 r3", None)]
    #[case::in_another_order("p5 p4", None)]
    #[case::twice("p4 p4 p5", Some("p4 p5"))]
    fn only_the_very_next_changes_are_taken(#[case] told: &str, #[case] taken: Option<&str>) {
        assert_eq!(next_of(changes(told), AT), taken.map(changes));
    }

    #[test]
    fn a_deposed_writer_is_not_listened_to() {
        let mut reception = Reception::default();
        assert_eq!(
            reception.take(commit(2, "p4"), AT),
            Step::Take(changes("p4"))
        );
        assert_eq!(reception.take(commit(1, "p4"), AT), Step::Rest);
        assert_eq!(reception.take(commit(1, "p9"), AT), Step::Rest);
        assert_eq!(reception.take(commit(2, "p9"), AT), Step::Look);
    }

    #[test]
    fn while_messages_come_the_journal_is_left_alone() {
        let mut reception = Reception::default();
        let now = Instant::now();
        assert_eq!(reception.heard(Some(heard(4, 1)), AT, now), Step::Look);
        reception.take(commit(1, "p3"), AT);
        assert_eq!(reception.heard(Some(heard(4, 1)), AT, now), Step::Rest);
        let later = now + GRACE / 2;
        assert_eq!(reception.heard(Some(heard(5, 1)), AT, later), Step::Rest);
        assert_eq!(reception.patience(), Some(now + GRACE));
        reception.moved(At { public: 5, ..AT });
        assert_eq!(reception.patience(), None);
    }

    #[test]
    fn where_nothing_is_heard_the_journal_is_looked_at_now_and_then() {
        let mut reception = Reception::default();
        let now = Instant::now();
        assert_eq!(reception.heard(None, AT, now), Step::Look);
        assert_eq!(reception.heard(None, AT, now), Step::Look);
        reception.moved(AT);
        reception.take(commit(1, "p3"), AT);
        assert_eq!(reception.heard(None, AT, now + CALM / 2), Step::Rest);
        let later = now + CALM;
        assert_eq!(reception.heard(None, AT, later), Step::Look);
        reception.moved(AT);
        assert_eq!(reception.heard(None, AT, later), Step::Rest);
        let later = later + CALM;
        assert_eq!(reception.heard(None, AT, later), Step::Look);
        // There was something of which neither way had told.
        reception.moved(At { public: 4, ..AT });
        assert_eq!(reception.heard(None, AT, later), Step::Look);
    }

    #[test]
    fn a_message_that_does_not_come_is_looked_for_and_not_waited_for_again() {
        let mut reception = Reception::default();
        let now = Instant::now();
        reception.take(commit(1, "p3"), AT);
        reception.heard(Some(heard(3, 2)), AT, now);
        assert_eq!(reception.lose_patience(AT), Step::Look);
        assert_eq!(reception.heard(Some(heard(4, 2)), AT, now), Step::Look);
        reception.take(commit(1, "p3"), AT);
        assert_eq!(reception.heard(Some(heard(4, 2)), AT, now), Step::Rest);
        assert_eq!(reception.take(News::Silence, AT), Step::Look);
        assert_eq!(reception.heard(Some(heard(4, 2)), AT, now), Step::Look);
        assert_eq!(reception.take(News::Unread, AT), Step::Look);
    }
}
