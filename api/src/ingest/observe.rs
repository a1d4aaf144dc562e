//! Measured values from files and over HTTP, many at once.

use std::collections::VecDeque;
use std::io::BufRead;

use gis_data::import::observations::{LineError, Measurement, Measurements};
use serde::Serialize;
use twin_core::Input;

use crate::engine::{Engine, Outcome, SubmitError};
use crate::error::with_causes;

/// Values that wait for the disk together.
const TOGETHER: usize = 4_096;
/// Lines that are told why they are refused.
const MOST_FAULTS: usize = 100;

/// What became of measured values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Told something new, and are on disk.
    pub taken: u64,
    /// Were the newest of their sensor already.
    pub known: u64,
    /// Cannot be taken in.
    pub refused: u64,
    /// Why the first of those cannot.
    pub faults: Vec<Fault>,
}

/// Why a line cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// Why.
    pub why: String,
}

/// When values are said to have been received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reception {
    /// Now: what was measured more than a week ago is refused.
    Now,
    /// When they were measured: what is told is the past.
    ThenAndThere,
}

impl Tally {
    fn refuse(&mut self, line: u64, why: String) {
        self.refused += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { line, why });
        }
    }

    async fn settle(&mut self, (line, outcome): (u64, Outcome)) -> Result<(), SubmitError> {
        match outcome.await {
            Ok(receipt) if receipt.changes == 0 => self.known += 1,
            Ok(_receipt) => self.taken += 1,
            Err(SubmitError::Refused(refusal)) => self.refuse(line, refusal.to_string()),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Takes in what can be of some lines, in their order, and tells why the others cannot; `seen` is called
/// with the number of each line. All that is counted as taken is on disk.
///
/// # Errors
/// Where the twin stops or cannot store: part of it may be on disk.
pub async fn observe<R: BufRead>(
    engine: &Engine,
    lines: Measurements<R>,
    reception: Reception,
    mut seen: impl FnMut(u64),
) -> Result<Tally, SubmitError> {
    let mut tally = Tally::default();
    let mut waiting: VecDeque<(u64, Outcome)> = VecDeque::with_capacity(TOGETHER);
    for (line, read) in lines {
        seen(line);
        match read {
            Ok(measurement) => {
                let input = input(engine, measurement, reception);
                waiting.push_back((line, engine.hand_over(input).await?));
            }
            Err(error @ LineError::Io(_)) => tally.refuse(line, with_causes(&error)),
            Err(error) => tally.refuse(line, error.to_string()),
        }
        if waiting.len() == TOGETHER
            && let Some(first) = waiting.pop_front()
        {
            tally.settle(first).await?;
        }
    }
    for one in waiting {
        tally.settle(one).await?;
    }
    Ok(tally)
}

fn input(engine: &Engine, measurement: Measurement, reception: Reception) -> Input {
    let now = engine.clock().now();
    let received_at = match reception {
        Reception::Now => now,
        Reception::ThenAndThere => measurement.observed_at.min(now),
    };
    Input::Observation(measurement.received_at(received_at))
}
