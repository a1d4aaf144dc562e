//! Levels to come, of the running twin: what `simulator::forecast` says from what its sensors told.
//!
//! [`Foresight`] learns beside everything else: once from what the journal keeps in full of the last four
//! weeks, then from each reading as it is committed. Whoever asks before that is over is told so. It only
//! reads the twin, and nothing waits for it.
//!
//! # Invariant
//!
//! A forecast follows from readings alone: the rounds that a crew will drive are no part of it, and where
//! too little was read there is none.

mod answer;
mod foresight;
mod known;
mod learn;

pub(crate) use self::answer::{Outlook, Overview, Unforeseen};
pub(crate) use self::foresight::Foresight;
pub(crate) use self::known::MOST_H;
