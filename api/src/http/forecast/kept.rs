//! Forecasts of all containers that were asked for lately.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use axum::body::Bytes;

use super::Wanted;

/// Answers that are kept.
const MOST: usize = 8;
/// For how long one holds, in the machine's time.
const HOLDS: Duration = Duration::from_secs(30);

/// The newest answer last.
#[derive(Debug, Default)]
pub(super) struct Kept(VecDeque<(Wanted, Instant, Bytes)>);

impl Kept {
    /// An answer that still holds.
    pub(super) fn find(&self, wanted: Wanted) -> Option<Bytes> {
        let mut answers = self.0.iter().rev();
        let (_, _, body) =
            answers.find(|(of, since, _)| *of == wanted && since.elapsed() < HOLDS)?;
        Some(body.clone())
    }

    /// Keeps an answer in place of the oldest.
    pub(super) fn keep(&mut self, wanted: Wanted, body: Bytes) {
        self.0
            .retain(|(of, since, _)| *of != wanted && since.elapsed() < HOLDS);
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back((wanted, Instant::now(), body));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_answers_are_kept() {
        let mut kept = Kept::default();
        for hours in 0..20 {
            kept.keep(Wanted::Ahead(hours), Bytes::from(vec![1; 3]));
        }
        assert_eq!(kept.0.len(), MOST);
        assert!(kept.find(Wanted::Ahead(19)).is_some());
        assert!(kept.find(Wanted::Ahead(3)).is_none());
        kept.keep(Wanted::Ahead(19), Bytes::from(vec![2; 5]));
        assert_eq!(kept.find(Wanted::Ahead(19)).map(|body| body.len()), Some(5));
        assert_eq!(kept.0.len(), MOST);
    }
}
