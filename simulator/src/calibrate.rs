//! What measured waste says of the rates and the calendar that the filling model runs on.
//!
//! A ticket of the weighbridge tells what a round brought since it went there last, a log of collections
//! how full a container was found. Both are what came between two visits: a rate × the days between, each
//! with its weekday, its month, its holidays and its side of a change of regime. All rounds or sites of a
//! stream share the calendar, and their rates are drawn towards each other as far as they are alike
//! (empirical Bayes on the logarithm). Noise is as large as its residuals show: for each round or site,
//! growing with what came, as that of a compound Poisson process does.
//!
//! A round that leaves behind what is not full enough brings less now and more later. What stays in the
//! containers is a hidden stock that goes back to its mean; its size and persistence are estimated, and
//! what it moves between tickets is no error of the rate. A container that was found full may have been
//! so for long: its level is a lower bound (Tobin, "Estimation of relationships for limited dependent
//! variables", 1958, by expectation and maximisation).

mod calibrated;
mod days;
mod fit;
mod outcome;
mod regime;
mod solve;
mod spread;
mod stock;
mod visits;

pub use self::calibrated::{CALIBRATED_FORMAT, Calibrated};
pub use self::outcome::{
    Calibration, ChangeOfRegime, Estimate, Factor, RateOf, StockLeft, calibrate_levels,
    calibrate_tickets,
};
pub use self::visits::{ChangeRule, FoundLevel, LevelRules, Ticket, TicketRules};
