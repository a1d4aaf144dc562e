//! Waiting for what another node writes.

use std::time::Duration;

use fallible_iterator::FallibleIterator as _;

use super::address::PostgresAddress;
use super::commit::NEWS;
use super::session::{Failure, Lane, Role, Session};
use crate::stores::error::StoreResult;
use crate::stores::rows::{Head, from_db};

/// Where the journal ends by what was heard: the numbers of its last public and its last restricted change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Number of the last public change.
    pub public_seq: u64,
    /// Number of the last restricted change.
    pub restricted_seq: u64,
}

/// Tells when there is something new in a journal that another node writes.
#[derive(Debug)]
pub struct PostgresWatch {
    address: PostgresAddress,
    lane: Lane,
}

impl PostgresWatch {
    /// Prepares to wait; the connection is made when that begins.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn new(address: &PostgresAddress) -> StoreResult<Self> {
        Ok(Self {
            address: address.clone(),
            lane: Lane::start(address, Role::Listener)?,
        })
    }

    /// Waits until something new was written, at most so long; `None` where nothing was heard, or something
    /// that does not tell where the journal ends. News that came since the last time counts.
    ///
    /// # Errors
    /// Where the server cannot be reached; what was written meanwhile has to be looked for.
    pub fn wait(&self, at_most: Duration) -> StoreResult<Option<Heard>> {
        let heard = self.lane.run(move |session| {
            let heard = listen(session, at_most);
            if heard.is_err() {
                session.hang_up();
            }
            heard
        });
        heard.map_err(|failure| failure.told("listen to", self.address.name(), 0))
    }
}

fn listen(session: &mut Session, at_most: Duration) -> Result<Option<Heard>, Failure> {
    let mut notifications = session.client()?.notifications();
    let first = notifications.timeout_iter(at_most).next()?;
    let mut last = first.map(|told| told.payload().to_owned());
    // One look at the journal finds all that is told of by now, and the last commit tells of those before.
    let mut told = notifications.iter();
    while let Some(next) = told.next()? {
        last = Some(next.payload().to_owned());
    }
    Ok(last.as_deref().and_then(read))
}

/// What a session that waits says first.
pub(super) fn as_listener() -> String {
    format!("LISTEN {NEWS}")
}

/// What is told of a commit after which the journal ends there.
pub(super) fn news(head: Head) -> String {
    format!("{} {}", head.public_seq, head.restricted_seq)
}

/// What a writer told; one of an earlier version tells of one channel only.
fn read(told: &str) -> Option<Heard> {
    let (public, restricted) = told.split_once(' ')?;
    Some(Heard {
        public_seq: from_db(public.parse().ok()?),
        restricted_seq: from_db(restricted.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_writer_tells_is_what_is_heard() {
        let head = Head {
            public_seq: 7,
            restricted_seq: 3,
            ..Head::EMPTY
        };
        let heard = Heard {
            public_seq: 7,
            restricted_seq: 3,
        };
        assert_eq!(read(&news(head)), Some(heard));
    }

    #[rstest::rstest]
    #[case::of_an_earlier_version("7")]
    #[case::nothing("")]
    #[case::no_numbers("7 x")]
    fn what_does_not_read_has_to_be_looked_for(#[case] told: &str) {
        assert_eq!(read(told), None);
    }
}
