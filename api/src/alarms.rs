//! Alarms beside the running twin: what is worth one, when, and who is told.
//!
//! A [`Watch`] looks at each commit and at the time, and hands the twin what it finds as wishes; the twin
//! keeps them (`twin_core::alarms`). So after a restart nothing is lost and nothing is told twice: what
//! stands is in the twin, and what is so is looked at anew.
//!
//! # Invariant
//!
//! Nothing here holds up the writer: it listens like anybody else, and submits like any other source.

mod delays;
mod gateways;
mod judge;
mod learn;
mod out;
mod rules;
mod told;
mod trend;
mod visits;
mod watch;
mod wishes;

pub(crate) use self::out::{Carriers, ToldOut, carry};
pub(crate) use self::rules::AlarmRules;
pub(crate) use self::told::{ToldAlarm, ToldWhole, Whereabouts};
pub(crate) use self::watch::Watch;
