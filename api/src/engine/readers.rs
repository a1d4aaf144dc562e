//! Readers of the journal, lent to whoever looks back in time.

use std::sync::{Arc, Mutex, PoisonError};

use gis_data::stores::{JournalReader, StoreError, StoreResult};
use tokio::sync::Semaphore;

use super::error::EngineResult;

/// How many readers work at the same time; more wait.
const MOST_READERS: usize = 8;

type Reader = Box<dyn JournalReader>;

/// A bounded pool of journal readers. Cloning it is cheap.
#[derive(Clone)]
pub struct Readers {
    open: Arc<dyn Fn() -> StoreResult<Reader> + Send + Sync>,
    idle: Arc<Mutex<Vec<Reader>>>,
    permits: Arc<Semaphore>,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers")
            .field("permits", &self.permits)
            .finish_non_exhaustive()
    }
}

impl Readers {
    /// A pool that opens readers as they are needed.
    pub fn new(open: impl Fn() -> StoreResult<Reader> + Send + Sync + 'static) -> Self {
        Self {
            open: Arc::new(open),
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(MOST_READERS)),
        }
    }

    /// Reads on a thread that may block.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn JournalReader) -> Result<T, StoreError> + Send + 'static,
    ) -> EngineResult<T> {
        // The semaphore is never closed, so the permit is always given.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        let readers = self.clone();
        let result = tokio::task::spawn_blocking(move || {
            let reader = readers.take()?;
            let result = read(reader.as_ref());
            readers.give_back(reader);
            drop(permit);
            result
        });
        Ok(result.await??)
    }

    /// Lets go of those that nobody uses: the journal that is closed last tidies up, and only its writer can.
    pub(super) fn let_go(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn take(&self) -> StoreResult<Reader> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| (self.open)(), Ok)
    }

    fn give_back(&self, reader: Reader) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(reader);
    }
}
