//! The twin as it was: what it knew at a time of the past.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use gis_data::stores::{JournalReader, StoreResult};
use tokio::sync::Semaphore;
use twin_core::{Change, Channel, Timestamp, Twin, evolve_in_place};

use super::error::{EngineError, EngineResult};
use super::readers::Readers;

/// Twins of the past that are kept at hand.
const MOST_KEPT: usize = 8;
/// How many are told at the same time; whoever asks for more waits.
const MOST_TOLD: usize = 2;
/// Changes told at once.
const CHUNK: u32 = 10_000;

/// What the journal tells of the past. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Past {
    /// The twin before any change.
    origin: Twin,
    readers: Readers,
    /// The twins that were asked for last, the newest question last.
    kept: Arc<Mutex<VecDeque<(Timestamp, Twin)>>>,
    permits: Arc<Semaphore>,
}

impl Past {
    /// The past of a twin that began as `origin`.
    pub fn new(origin: Twin, readers: Readers) -> Self {
        Self {
            origin,
            readers,
            kept: Arc::default(),
            permits: Arc::new(Semaphore::new(MOST_TOLD)),
        }
    }

    /// The twin after all changes up to the first that is later than `at`; `None` where the journal has
    /// forgotten what came before.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn at(&self, at: Timestamp) -> EngineResult<Option<Twin>> {
        // The semaphore is never closed, so the permit is always given.
        let _permit = self.permits.acquire().await.ok();
        if let Some(twin) = self.known(at) {
            return Ok(Some(twin));
        }
        let origin = self.origin.clone();
        let told = self.readers.read(move |reader| told(origin, reader, at));
        let told = told.await?;
        if let Some(twin) = &told {
            self.keep(at, twin);
        }
        Ok(told)
    }

    fn known(&self, at: Timestamp) -> Option<Twin> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(of, _twin)| *of == at);
        found.map(|(_of, twin)| twin.clone())
    }

    fn keep(&self, at: Timestamp, twin: &Twin) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back((at, twin.clone()));
    }
}

/// The newest snapshot before a time, and what came between.
fn told(origin: Twin, reader: &dyn JournalReader, at: Timestamp) -> StoreResult<Option<Twin>> {
    let forgotten = reader.forgotten(Channel::Public)?;
    let mut twin = match reader.snapshot_at(at)? {
        Some(snapshot) if snapshot.public_seq >= forgotten => {
            let mut built = origin;
            evolve_in_place(&mut built, &reader.structural_changes(&snapshot)?);
            built.restored(snapshot)
        }
        _ if forgotten > 0 => return Ok(None),
        _ => origin,
    };
    loop {
        let [public, restricted] = [Channel::Public, Channel::Restricted].map(|c| twin.seq(c));
        let changes = reader.replay(public, restricted, CHUNK)?;
        let is_past = |change: &&Change| change.at <= at;
        let within = changes.iter().take_while(is_past).count();
        evolve_in_place(&mut twin, &changes[..within]);
        if within < changes.len() || changes.is_empty() {
            return Ok(Some(twin));
        }
    }
}

/// What went wrong, for whoever only tells that the journal cannot be read.
pub(crate) fn warn(error: &EngineError) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "the past cannot be read"
    );
}
