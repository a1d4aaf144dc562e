//! Waiting for what another node writes.

use std::time::Duration;

use fallible_iterator::FallibleIterator as _;

use super::address::PostgresAddress;
use super::commit::NEWS;
use super::session::{Failure, Lane, Role, Session};
use crate::stores::error::StoreResult;

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

    /// Waits until something new was written, at most so long. News that came since the last time counts.
    ///
    /// # Errors
    /// Where the server cannot be reached; what was written meanwhile has to be looked for.
    pub fn wait(&self, at_most: Duration) -> StoreResult<()> {
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

fn listen(session: &mut Session, at_most: Duration) -> Result<(), Failure> {
    let mut notifications = session.client()?.notifications();
    notifications.timeout_iter(at_most).next()?;
    // One look at the journal finds all that is told of by now.
    let mut told = notifications.iter();
    while told.next()?.is_some() {}
    Ok(())
}

/// What a session that waits says first.
pub(super) fn as_listener() -> String {
    format!("LISTEN {NEWS}")
}
