//! Alarms: what asks for a person, from when it was so to when it is settled.
//!
//! They are part of the twin like levels: an [`AlarmWish`] comes in, [`decide()`](crate::decide()) makes of
//! it [`AlarmEvent`]s of the restricted channel, and [`evolve()`](crate::evolve()) keeps them in
//! [`Alarms`], which only an operator may read ([`Twin::alarms`](crate::Twin::alarms)).
//!
//! * See [`AlarmCause`] for what there is to be alarmed about, and [`Alarm`] for the life of one.
//! * See [`flood`] for what is annunciated when, [`figures`](fn@figures) for how loud it was.
//!
//! What is no matter of alarms alone is left out: when a container is full or a sensor fails is up to
//! whoever watches the twin and wishes an alarm to be raised.

mod alarm;
mod book;
mod cause;
mod decide;
mod event;
mod figures;
pub mod flood;
mod subject;
mod wish;

pub use self::alarm::{Alarm, AlarmId, AlarmState, Moment, Shelf};
pub use self::book::{Alarms, KeptAlarms};
pub use self::cause::{AlarmCause, AlarmPriority, CauseInfo};
pub(crate) use self::decide::decide;
pub use self::event::{AlarmEvent, AlarmStep, Annunciation, StepKind};
pub use self::figures::{Figures, Offender, PriorityShare, figures};
pub use self::subject::AlarmSubject;
pub use self::wish::{AlarmInput, AlarmRefusal, AlarmWish, LONGEST_SHELF, MOST_REASON};
