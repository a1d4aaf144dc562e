//! What if: a territory with edits, followed day by day under a policy, again and again.
//!
//! * [`Scenario`] is a file: what is looked at, what is changed, for how long, how often. Unknown keys are
//!   refused with their line; [`Scenario::json_schema`] publishes its form.
//! * [`Altered`] is a territory after the edits of a scenario; [`Draft`] lets them be undone and redone.
//! * [`Setting`] is what all runs of a scenario share; [`Setting::run`] is one run of it, a pure function of
//!   its seed.
//! * [`Present`] is what a running twin knows, where a scenario begins with that.
//! * [`city`] makes a synthetic city of a few figures, for comparisons with published ones.

mod altered;
pub mod city;
mod counted;
mod draft;
mod edit;
mod file;
mod keys;
mod period;
mod planned;
mod present;
mod run;
mod setting;

pub use self::altered::{Altered, Closure, Loss, Outage, SiteEvent};
pub use self::draft::Draft;
pub use self::edit::{Edit, NewContainer};
pub use self::file::{
    Base, Effort, FlowChoice, PolicyKind, PolicyRule, Scenario, SensorChoice, Words,
};
pub use self::period::{Day, Period};
pub use self::planned::FixedDay;
pub use self::present::{Present, Told};
pub use self::run::{Outcome, PartSums};
pub use self::setting::{Setting, SettingParts};
